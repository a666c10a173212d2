/* SPDX-License-Identifier: Apache-2.0 */
/* The C runtime as Windows programs use it: 16-bit text, formats in which l
 * means 32 bits, functions that know how much room there is. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <winternl.h>

#include "check.h"

static int wide_equal(const wchar_t *a, const wchar_t *b)
{
	return wcscmp(a, b) == 0;
}

static void lengths_and_copies_count_units(void)
{
	wchar_t room[8];

	check_equal(wcslen(L""), 0);
	check_equal(wcslen(L"a\xd83d\xde00"), 3);
	check_equal(wcsnlen(L"abc", 2), 2);
	check(wide_equal(wcscpy(room, L"ab"), L"ab"));
	check(wide_equal(wcscat(room, L"cd"), L"abcd"));
	check(wide_equal(wcsncat(room, L"efgh", 2), L"abcdef"));
	wmemset(room, L'x', 8);
	(void)wcsncpy(room, L"ab", 4);
	check_equal(room[3], 0);
	check_equal(room[4], L'x');
}

static void too_little_room_empties_the_target(void)
{
	wchar_t room[4] = L"abc";
	char narrow[4] = "abc";

	check_equal(wcscpy_s(room, 4, L"abcd"), ERANGE);
	check_equal(room[0], 0);
	check_equal(wcscpy_s(room, 4, L"abc"), 0);
	check_equal(wcscat_s(room, 4, L"d"), ERANGE);
	check_equal(room[0], 0);
	check_equal(wcscpy_s(room, 4, NULL), EINVAL);
	check_equal(wcsncpy_s(room, 4, L"abcdef", _TRUNCATE), STRUNCATE);
	check(wide_equal(room, L"abc"));
	check_equal(wcsncpy_s(room, 4, L"abcdef", 3), 0);
	check_equal(strcpy_s(narrow, 4, "abcd"), ERANGE);
	check_equal(narrow[0], 0);
	check_equal(strcpy_s(narrow, 4, "ab"), 0);
	check_equal(strcat_s(narrow, 4, "c"), 0);
	check(strcmp(narrow, "abc") == 0);
	check_equal(memcpy_s(narrow, 4, "abcde", 5), ERANGE);
	check_equal(narrow[0], 0);
}

static void comparisons_may_leave_case_aside(void)
{
	check(wcscmp(L"a", L"b") < 0);
	check(wcscmp(L"ab", L"a") > 0);
	check_equal(wcsncmp(L"abc", L"abd", 2), 0);
	check_equal(_wcsicmp(L"S-1-5-\x00c4", L"s-1-5-\x00e4"), 0);
	check(_wcsicmp(L"a", L"B") < 0);
	check_equal(_wcsnicmp(L"ABx", L"aby", 2), 0);
	check_equal(_stricmp("Admin", "aDMIN"), 0);
	check(_stricmp("a", "_") > 0); /* compared in small letters */
	check_equal(_strnicmp("abX", "ABy", 2), 0);
}

static void searches_find_the_first_or_the_last(void)
{
	const wchar_t *s = L"a\\b\\c";
	wchar_t words[] = L"one, two,,three", *state;

	check(wcschr(s, L'\\') == s + 1);
	check(wcsrchr(s, L'\\') == s + 3);
	check(wcschr(s, 0) == s + 5);
	check(wcschr(s, L'x') == NULL);
	check(wcsstr(s, L"b\\") == s + 2);
	check(wcsstr(s, L"") == s);
	check(wcsstr(s, L"cc") == NULL);
	check(wcspbrk(s, L"cb") == s + 2);
	check_equal(wcsspn(s, L"a\\"), 2);
	check_equal(wcscspn(s, L"cb"), 2);
	check(wide_equal(wcstok_s(words, L", ", &state), L"one"));
	check(wide_equal(wcstok_s(NULL, L", ", &state), L"two"));
	check(wide_equal(wcstok_s(NULL, L", ", &state), L"three"));
	check(wcstok_s(NULL, L", ", &state) == NULL);
}

static void numbers_end_where_windows_long_ends(void)
{
	wchar_t *end, room[40];
	char narrow[40];

	check_equal(wcstol(L" -12x", &end, 10), -12);
	check(wide_equal(end, L"x"));
	check_equal(wcstoul(L"0x20", NULL, 0), 32);
	check_equal(wcstoul(L"010", NULL, 0), 8);
	errno = 0;
	check_equal(wcstol(L"9999999999", NULL, 10), 2147483647);
	check_equal(errno, ERANGE);
	check_equal(wcstoul(L"4294967296", NULL, 10), 4294967295);
	check_equal(wcstoul(L"-1", NULL, 10), 4294967295);
	check_equal(_wcstoui64(L"9999999999", NULL, 10), 9999999999);
	check_equal(wcstol(L"x", &end, 10), 0);
	check(wide_equal(end, L"x"));
	check(wcstod(L"1.5e1z", &end) == 15 && *end == L'z');
	check_equal(_wtoi(L"42"), 42);
	check(wide_equal(_itow(-5, room, 10), L"-5"));
	check(wide_equal(_ultow(0xdeadbeef, room, 16), L"deadbeef"));
	check(strcmp(_itoa(-1, narrow, 16), "ffffffff") == 0);
}

#define prints(text, ...)                                                      \
	(snprintf(room_, sizeof(room_), __VA_ARGS__),                          \
	 check_say(strcmp(room_, text) == 0, "'%s', not '%s'", room_, text))
#define prints_wide(text, ...)                                                 \
	(swprintf(wide_, 64, __VA_ARGS__),                                     \
	 check_say(wide_equal(wide_, text), "'%ls', not '%ls'", wide_, text))

static char room_[256];
static wchar_t wide_[64];

static void narrow_formats_are_microsofts(void)
{
	const unsigned dword = 0xffffffff;

	prints("4294967295 -1 ffffffff", "%lu %ld %lx", dword, (int)dword,
	       dword);
	prints("18446744073709551615", "%I64u", ~0ull);
	prints("-1 18446744073709551615", "%lld %llu", -1ll, ~0ull);
	prints("4096 5", "%Iu %zu", (size_t)4096, (size_t)5);
	prints("00000000deadbeef", "%016llx", 0xdeadbeefull);
	prints("00000000DEADBEEF", "%p", (void *)0xdeadbeef);
	prints("ab|  cd|ef  |", "%ls|%4ls|%-4ls|", L"ab", L"cd", L"ef");
	prints("ab cd ef", "%S %ws %hs", L"ab", L"cd", "ef");
	prints("a\xc3\xa4", "%ls", L"a\x00e4");
	prints("a", "%.2ls", L"a\x00e4"); /* whole characters only */
	prints("(null) (null)", "%s %ls", NULL, NULL);
	prints("x y z", "%c %C %lc", 'x', L'y', L'z');
	prints("1.50 +7 0x1f %", "%.2f %+d %#x %%", 1.5, 7, 31);
	prints("   42|42   |00042", "%*d|%-*d|%.*d", 5, 42, 5, 42, 5, 42);
	prints("65535 255", "%hu %hhu", 65535, 255);
	prints("9999999999", "%" PRIu64, (uint64_t)9999999999);
}

static void wide_formats_are_microsofts(void)
{
	wchar_t letters[] = L"abcd";
	UNICODE_STRING counted = {4, 4, letters};

	prints_wide(L"ab cd ef gh", L"%s %ls %S %hs", L"ab", L"cd", "ef", "gh");
	prints_wide(L"\x00e4 \xd83d\xde00", L"%hs %S", "\xc3\xa4",
		    "\xf0\x9f\x98\x80");
	prints_wide(L"|  ab|ab  |a", L"|%4s|%-4s|%.1s", L"ab", L"ab", L"ab");
	prints_wide(L"5 0x10 7", L"%lu 0x%lX %d", 5u, 16u, 7);
	prints_wide(L"x y", L"%c %hc", L'x', 'y');
	prints_wide(L"ab", L"%wZ", &counted);
	prints_wide(L"(null)", L"%s", NULL);
	prints_wide(L"2.5", L"%g", 2.5);
}

/* The C library's own, under its name in the object file */
int libc_snprintf(char *to, size_t n, const char *format,
		  ...) __asm__("snprintf");

static void compare(const char *format, char kind)
{
	char ours[128], theirs[128];
	int n, wanted;

	if (strchr("eEfFgGa", kind)) {
		n = snprintf(ours, 128, format, -1234.56789);
		wanted = libc_snprintf(theirs, 128, format, -1234.56789);
	} else if (kind == 's') {
		n = snprintf(ours, 128, format, "some text");
		wanted = libc_snprintf(theirs, 128, format, "some text");
	} else {
		n = snprintf(ours, 128, format, 'A' + 1000 * (kind != 'c'));
		wanted = libc_snprintf(theirs, 128, format,
				       'A' + 1000 * (kind != 'c'));
	}
	check_say(n == wanted && strcmp(ours, theirs) == 0,
		  "'%s' gives '%s', not '%s'", format, ours, theirs);
}

static void other_formats_are_those_of_c(void)
{
	static const char *const widths[] = {"", "5", "30"};
	static const char *const precisions[] = {"", ".", ".0", ".3", ".12"};
	char format[32];

	for (const char *kind = "diuoxXeEfFgGasc"; *kind; kind++) {
		for (unsigned i = 0; i < 32 * 3 * 5; i++) {
			unsigned flags = i / 15;

			/* C says nothing of 0 before text */
			if ((flags & 16) && (*kind == 's' || *kind == 'c'))
				continue;
			libc_snprintf(
				format, sizeof(format), "[%%%s%s%s%s%s%s%s%c]",
				flags & 1 ? "-" : "", flags & 2 ? "+" : "",
				flags & 4 ? " " : "", flags & 8 ? "#" : "",
				flags & 16 ? "0" : "", widths[i % 3],
				precisions[i / 3 % 5], *kind);
			compare(format, *kind);
		}
	}
}

/* Text that ends with its page and has no NUL is read as far as said. */
static void a_precision_is_as_far_as_text_is_read(void)
{
	char *page = VirtualAlloc(NULL, 8192, MEM_RESERVE | MEM_COMMIT,
				  PAGE_READWRITE);
	char *end = page + 4096;
	DWORD before;

	check(page && VirtualProtect(end, 4096, PAGE_NOACCESS, &before));
	memcpy(end - 4, "ab\xc3\xa4", 4);
	prints("ab\xc3\xa4", "%.4s", end - 4);
	prints("b", "%.1s", end - 3);
	prints_wide(L"ab\x00e4", L"%.3hs", end - 4);
	prints_wide(L"ab", L"%.2hs", end - 4);
	memcpy(end - 8, L"a\x00e4\xd83d\xde00", 8);
	prints("a\xc3\xa4\xf0\x9f\x98\x80", "%.7ls", end - 8);
	prints_wide(L"a\x00e4\xd83d\xde00", L"%.4s", end - 8);
	prints_wide(L"a", L"%.1s", end - 8);
	prints("a?|", "%.2ls|", L"a\xde00");
	check(VirtualFree(page, 0, MEM_RELEASE));
}

static void what_does_not_fit_is_said(void)
{
	wchar_t wide[4] = L"xxx";
	char narrow[4] = "xxx";

	check_equal(snprintf(narrow, 4, "%d", 12345), 5);
	check(strcmp(narrow, "123") == 0);
	check_equal(_snprintf(narrow, 4, "%d", 1234), 4); /* without NUL */
	check(memcmp(narrow, "1234", 4) == 0);
	check_equal(_snprintf(narrow, 4, "%d", 56789), -1);
	check(memcmp(narrow, "5678", 4) == 0);
	check_equal(sprintf_s(narrow, 4, "%d", 1234), -1);
	check_equal(narrow[0], 0);
	check_equal(_snprintf_s(narrow, 4, _TRUNCATE, "%d", 1234), -1);
	check(strcmp(narrow, "123") == 0);
	check_equal(_scprintf("%ls", L"abc"), 3);
	check_equal(swprintf(wide, 4, L"%d", 1234), -1);
	check(wide_equal(wide, L"123"));
	check_equal(swprintf_s(wide, 4, L"%d", 1234), -1);
	check_equal(wide[0], 0);
	check_equal(_snwprintf(wide, 4, L"%d", 1234), 4);
	check(wmemcmp(wide, L"1234", 4) == 0);
	check_equal(_snwprintf(wide, 4, L"%d", 12345), -1);
	check_equal(_scwprintf(L"%d", 1234), 4);
}

static void formats_do_not_write_into_the_caller(void)
{
	char text[8];
	int written = 7;

	errno = 0;
	check_equal(snprintf(text, sizeof(text), "ab%n", &written), -1);
	check_equal(errno, EINVAL);
	check_equal(written, 7);
	check_equal(text[0], 0);
}

static void scanning_writes_only_windows_sizes(void)
{
	unsigned number[2] = {0, 7};
	long long large = 0;
	char word[8];
	double real = 0;

	check_equal(sscanf("4294967295 word", "%lu %7s", &number[0], word), 2);
	check_equal(number[0], 4294967295);
	check_equal(number[1], 7);
	check(strcmp(word, "word") == 0);
	check_equal(sscanf("9999999999", "%I64d", &large), 1);
	check_equal(large, 9999999999);
	check_equal(sscanf("1.5 ]a", "%lf %[]a]", &real, word), 2);
	check(real == 1.5 && strcmp(word, "]a") == 0);
	check_equal(sscanf("5 x", "%u %ls", &number[0], word), 1);
}

static void both_widths_convert(void)
{
	wchar_t wide[8];
	char narrow[8];

	check_equal(mbstowcs(wide, "a\xc3\xa4", 8), 2);
	check(wide_equal(wide, L"a\x00e4"));
	check_equal(wcstombs(narrow, L"a\x00e4", 8), 3);
	check(strcmp(narrow, "a\xc3\xa4") == 0);
	check(mbstowcs(NULL, "\xff", 0) == (size_t)-1);
}

static void streams_hold_utf8(void)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);
	int (*print)(FILE *, const char *, ...) = fprintf;

	check_equal(fwprintf(f, L"%s \x00e4", L"ab"), 4);
	check(fputws(L"\xd83d\xde00", f) >= 0);
	check_equal(print(f, "%lu", 5u), 1);
	(void)fclose(f);
	check(strcmp(text, "ab \xc3\xa4\xf0\x9f\x98\x80"
			   "5") == 0);
	free(text);
}

static void lines_are_read_as_units(void)
{
	char bytes[] = "a\xc3\xa4\n\xf0\x9f\x98\x80z\xc3\n";
	FILE *f = fmemopen(bytes, sizeof(bytes) - 1, "r");
	wchar_t line[8], *end;

	check(fgetws(line, 8, f) == line && wide_equal(line, L"a\x00e4\n"));
	check(fgetws(line, 3, f) && wide_equal(line, L"\xd83d\xde00"));
	check(fgetws(line, 2, f) && wide_equal(line, L"z"));
	check(fgetws(line, 8, f) && wide_equal(line, L"\xfffd\n"));
	end = fgetws(line, 8, f);
	check(end == NULL);
	(void)fclose(f);
}

int main(void)
{
	run(lengths_and_copies_count_units);
	run(too_little_room_empties_the_target);
	run(comparisons_may_leave_case_aside);
	run(searches_find_the_first_or_the_last);
	run(numbers_end_where_windows_long_ends);
	run(narrow_formats_are_microsofts);
	run(wide_formats_are_microsofts);
	run(other_formats_are_those_of_c);
	run(a_precision_is_as_far_as_text_is_read);
	run(what_does_not_fit_is_said);
	run(formats_do_not_write_into_the_caller);
	run(scanning_writes_only_windows_sizes);
	run(both_widths_convert);
	run(streams_hold_utf8);
	run(lines_are_read_as_units);
	return check_done();
}
