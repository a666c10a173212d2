#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the facade's headers declare is there, and nothing else.

    declared-is-exported.py CC INCLUDE_DIRECTORY LIBRARY

Every function that a header of include/guise/win32 declares is exported by
libguise-win32, and every export is declared: a program that compiles links,
and no name leaks into programs by accident.
"""
import os
import re
import subprocess
import sys

PART = re.compile(r'^(winnt|winternl)-.*\.h$')


def declared(cc, include):
    """Symbols: the name, or what the assembler is told to call it"""
    names = sorted(n for n in os.listdir(include)
                   if n.endswith('.h') and not PART.match(n))
    names.remove('windows.h')
    source = '#define WIN32_NO_STATUS\n#define SECURITY_WIN32\n#include <windows.h>\n' + ''.join(
        f'#include <{n}>\n' for n in names)
    text = subprocess.run(
        [cc, '-std=gnu17', '-fshort-wchar', '-I', include, '-E', '-x', 'c',
         '-'], input=source, capture_output=True, text=True, check=True).stdout
    lines, ours = [], False
    for line in text.split('\n'):
        marker = re.match(r'# \d+ "([^"]+)"', line)
        if marker:
            ours = os.path.dirname(marker.group(1)) == include
        elif ours and not line.startswith('#pragma'):
            lines.append(line)
    text = '\n'.join(lines)
    text = re.sub(r'__attribute__\s*\(\(.*?\)\)', '', text)
    symbols = {}
    while '{' in text:  # bodies and members, from the inside
        text, n = re.subn(r'\{[^{}]*\}', ' ', text)
        if n == 0:
            sys.exit('unbalanced braces')
    for statement in text.split(';'):
        statement = ' '.join(statement.split())
        # behind functions that the header itself defines
        statement = re.sub(r'^(static __inline__ [^()]*\([^()]*\) )+', '',
                           statement)
        if re.match(r'typedef|_Static_assert|(extern )?static|struct \w+$',
                    statement):
            continue
        found = re.match(r'[A-Za-z_][\w ]*[ *]+(\w+) ?\(', statement)
        label = re.search(r'__asm__\("(\w+)" ?(?:"(\w+)")?\)', statement)
        if found:
            symbol = ''.join(label.groups('')) if label else found.group(1)
            symbols[symbol] = found.group(1)
    return symbols


def exported(library):
    text = subprocess.run(['nm', '-D', '--defined-only', library],
                          capture_output=True, text=True, check=True).stdout
    return {line.split()[2].split('@')[0] for line in text.splitlines()
            if line.split()[1] in 'TWiDBR'}


def main():
    cc, include, library = sys.argv[1:]
    want = declared(cc, os.path.abspath(include))
    have = exported(library)
    missing = sorted(set(want) - have)
    leaked = sorted(have - set(want))
    for symbol in missing:
        print(f'FAILED: {want[symbol]} is declared and not exported')
    for symbol in leaked:
        print(f'FAILED: {symbol} is exported and not declared')
    print(f'{len(want)} functions declared, {len(missing)} missing, '
          f'{len(leaked)} leaked')
    return 1 if missing or leaked or not want else 0


if __name__ == '__main__':
    sys.exit(main())
