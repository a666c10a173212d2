#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The facade's headers say what Windows' own do.

    compare-mingw.py CC INCLUDE_DIRECTORY

Reads what include/guise/win32 declares - integer constants, enumerators,
structures and unions with their members, functions - and asks mingw-w64's
compiler whether its SDK headers agree on values, sizes, offsets and
signatures. What differs on purpose is in the tables below, with the reason;
an entry that is no longer needed fails the test, too.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

MINGW = 'x86_64-w64-mingw32-gcc'

# Ours without a counterpart, and the C runtime's, which are not the SDK's
NOT_SDK = re.compile(r'^(guise-.*|wchar|stdio|stdlib|string|inttypes|sal|'
                     r'specstrings|tchar|strsafe|process)\.h$')
# Parts that other headers include
PART = re.compile(r'^(winnt|winternl)-.*\.h$')

NEWER = "newer SDKs than mingw's have more"

# Macros whose value is another one or none
MACROS = {
    'ACCESS_MAX_MS_V5_ACE_TYPE': NEWER,
    'CTMF_VALID_FLAGS': NEWER,
    'ERROR_NON_DOMAIN_SID': 'what EqualDomainSid was seen to give on Windows '
                            'is 1257, which the SDK calls '
                            'ERROR_NON_ACCOUNT_SID',
    'MaxTokenInfoClass': NEWER,
    'POLICY_AUDIT_SUBCATEGORY_COUNT': NEWER,
}

# Types whose layout cannot be compared
TYPES = {
    'TOKEN_ACCESS_INFORMATION': NEWER + ': two members more',
    'TOKEN_AUDIT_POLICY': NEWER + ': more subcategories',
}

# Functions whose signature is another one
FUNCTIONS = {
    'RtlDosPathNameToNtPathName_U': 'Microsoft declares it nowhere; it gives '
                                    'a BOOLEAN and a part that may change',
}


def run(command, source, workdir):
    """Compiles; the numbers of the lines in error, and the messages."""
    path = os.path.join(workdir, 'unit.c')
    with open(path, 'w') as f:
        f.write(source)
    result = subprocess.run(command + [path], capture_output=True, text=True,
                            env=dict(os.environ, LC_ALL='C'))
    errors = {}
    # an error inside a macro is the macro's, and a note says where it is used
    for line, text in re.findall(
            r'^LINE:(\d+):(?:\d+:)? (?:error|note): (.*)$', result.stderr,
            re.M):
        errors.setdefault(int(line) - 1, text)
    if result.returncode and not errors:
        sys.exit('does not compile:\n' + result.stderr[:2000])
    return errors


def numbered(lines):
    return ''.join(f'\n#line {i + 1} "LINE"\n{line}'
                   for i, line in enumerate(lines))


class Headers:
    def __init__(self, cc, include):
        self.include = include
        self.ours = [cc, '-std=gnu17', '-fshort-wchar', '-w', '-I', include]
        self.theirs = [MINGW, '-std=gnu17', '-D_WIN32_WINNT=0x0A00', '-w',
                       '-fmax-errors=0', '-fsyntax-only']
        names = sorted(n for n in os.listdir(include) if n.endswith('.h')
                       and not NOT_SDK.match(n) and not PART.match(n))
        first = ['windows.h']
        last = ['ntdef.h', 'ntstatus.h']
        names = [n for n in names if n not in first + last]
        start = ('#define WIN32_NO_STATUS\n#define SECURITY_WIN32\n'
                 '#include <stddef.h>\n')
        self.our_start = start + ''.join(
            f'#include <{n}>\n' for n in first + names)
        self.our_start += '#undef WIN32_NO_STATUS\n' + ''.join(
            f'#include <{n}>\n' for n in last)
        # a header that mingw lacks declares nothing there; ntdef.h is for
        # drivers in mingw and excludes windows.h
        self.their_start = start + ''.join(
            f'#if __has_include(<{n}>)\n#include <{n}>\n#endif\n'
            for n in first + names)
        self.their_start += '#undef WIN32_NO_STATUS\n#include <ntstatus.h>\n'

    def preprocess(self, *options):
        return subprocess.run(
            self.ours + ['-E', *options, '-x', 'c', '-'],
            input=self.our_start, capture_output=True, text=True,
            check=True).stdout

    def own_lines(self, text):
        """The lines that come from our headers, without markers."""
        inside = False
        for line in text.split('\n'):
            marker = re.match(r'# \d+ "([^"]+)"', line)
            if marker:
                path = marker.group(1)
                inside = (os.path.dirname(path) == self.include and
                          not NOT_SDK.match(os.path.basename(path)))
            elif inside and not line.startswith('#pragma'):
                yield line

    def values(self, expressions, workdir):
        """What our headers make of each: a dictionary, without those that are
        no integer constants."""
        def table(of):
            return (self.our_start + 'const unsigned table[] = {' +
                    numbered(f'(unsigned)(0 + ({e})),' for e in of) + '};')

        good, bad = expressions, True
        while bad:  # some errors hide others
            bad = run(self.ours + ['-fsyntax-only', '-fmax-errors=0'],
                      table(good), workdir)
            good = [e for i, e in enumerate(good) if i not in bad]
        program = os.path.join(workdir, 'table')
        run(self.ours + ['-c', '-o', program], table(good), workdir)
        raw = os.path.join(workdir, 'raw')
        subprocess.run(['objcopy', '-O', 'binary', '-j', '.rodata', program,
                        raw], check=True)
        with open(raw, 'rb') as f:
            data = f.read()
        return {e: int.from_bytes(data[4 * i:4 * i + 4], 'little')
                for i, e in enumerate(good)}


def macros(headers):
    names = []
    for line in headers.own_lines(headers.preprocess('-dD')):
        found = re.match(r'#define (\w+) (.+)', line)
        if found:
            names.append(found.group(1))
    return list(dict.fromkeys(names))


def matching(text, at):
    """Behind the brace that closes the one at @at"""
    depth = 0
    for i in range(at, len(text)):
        depth += {'{': 1, '}': -1}.get(text[i], 0)
        if depth == 0:
            return i + 1
    sys.exit('unbalanced braces')


def members(body):
    """Names of members; those of structures without a name are the outer's"""
    found = []
    at = 0
    while True:
        end = body.find(';', at)
        if end < 0:
            return found
        brace = body.find('{', at)
        if 0 <= brace < end:
            close = matching(body, brace)
            end = body.index(';', close)
            inner = members(body[brace + 1:close - 1])
            names = re.findall(r'\w+', re.sub(r'\[[^]]*\]', '',
                                              body[close:end]))
            names = [n for n in names if not n.startswith('__')]
            found += names or inner
        else:
            text = body[at:end]
            pointer = re.search(r'\(\s*\*\s*(\w+)\s*\)', text)
            text = re.sub(r'\[[^]]*\]', '', text)
            if pointer:
                found.append(pointer.group(1))
            elif ':' not in text:
                found += [re.findall(r'\w+', part)[-1]
                          for part in text.split(',')]
        at = end + 1


def types_and_enumerators(headers):
    text = '\n'.join(headers.own_lines(headers.preprocess()))
    types = {}
    enumerators = []
    for found in re.finditer(r'\b(struct|union|enum)\s*\w*\s*\{', text):
        close = matching(text, found.end() - 1)
        body = text[found.end():close - 1]
        if found.group(1) == 'enum':
            enumerators += re.findall(r'(?:^|,)\s*(\w+)', body)
            continue
        name = re.match(r'\s*(\w+)\s*[,;]', text[close:])
        before = text[:found.start()].rstrip()
        if name and before.endswith('typedef'):
            types[name.group(1)] = members(body)
    return types, list(dict.fromkeys(enumerators))


def functions(headers):
    text = '\n'.join(headers.own_lines(headers.preprocess()))
    text = re.sub(r'__attribute__\(\(.*?\)\)', '', text)
    found = {}
    for statement in re.sub(r'\{[^{}]*\}', '', text).split(';'):
        statement = ' '.join(statement.split())
        name = re.match(r'[A-Za-z_][\w ]*[ *]+(\w+)\s*\(', statement)
        if name and not statement.startswith(('typedef', '_Static', 'static')):
            found[name.group(1)] = statement
    return found


class Comparison:
    def __init__(self, headers, workdir):
        self.headers = headers
        self.workdir = workdir
        self.failed = 0

    def fail(self, text):
        print('FAILED:', text)
        self.failed += 1

    def ask(self, what, lines, table):
        """Lines for mingw, by name; those in error must be in the table."""
        names = list(lines)
        errors = run(self.headers.theirs, self.headers.their_start +
                     numbered(lines[n] for n in names), self.workdir)
        unknown = differ = 0
        wrong, lacking = set(), set()
        for i, text in errors.items():
            name = names[i]
            key = name.split('.')[0]
            if key in lacking or re.search(
                    r'undeclared|unknown type name|has no member', text):
                unknown += 1
                lacking.add(name)
                if '-v' in sys.argv:
                    print(f'mingw lacks {name}')
                continue
            differ += 1
            wrong.add(key)
            if key not in table:
                self.fail(f'{what} {name}: {text}')
        for key in sorted(set(table) - wrong):
            self.fail(f'{what} {key} is in the table, and agrees')
        print(f'{what}: {len(names)} compared, {differ} differ, '
              f'{unknown} not in mingw')

    def constants(self, names):
        values = self.headers.values(names, self.workdir)
        self.ask('constant', {
            n: f'_Static_assert((unsigned)({n}) == {v}u, "is not {v:#x}");'
            for n, v in values.items()}, MACROS)

    def layouts(self, types):
        expressions = {}
        for name, fields in types.items():
            expressions[name] = f'sizeof({name})'
            for field in fields:
                at = f'{name}.{field}'
                expressions[at] = f'offsetof({name}, {field})'
                expressions[at + '.size'] = f'sizeof((({name} *)0)->{field})'
        values = self.headers.values(list(expressions.values()), self.workdir)
        lost = [e for e in expressions.values() if e not in values]
        for expression in lost:
            self.fail(f'{expression} is not understood')
        self.ask('layout', {
            n: f'_Static_assert({e} == {values[e]}u, "is not {values[e]}");'
            for n, e in expressions.items() if e in values}, TYPES)

    def signatures(self, protos):
        self.ask('function', {n: f'{p};' for n, p in protos.items()},
                 FUNCTIONS)


def main():
    if not shutil.which(MINGW):
        print(f'skipped: {MINGW} is not installed (gcc-mingw-w64-x86-64)')
        return 77
    headers = Headers(sys.argv[1], os.path.abspath(sys.argv[2]))
    with tempfile.TemporaryDirectory() as workdir:
        comparison = Comparison(headers, workdir)
        types, enumerators = types_and_enumerators(headers)
        comparison.constants(macros(headers) + enumerators)
        comparison.layouts(types)
        comparison.signatures(functions(headers))
    return 1 if comparison.failed else 0


if __name__ == '__main__':
    sys.exit(main())
