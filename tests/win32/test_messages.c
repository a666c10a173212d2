/* SPDX-License-Identifier: Apache-2.0 */
/* FormatMessage, wsprintf, and the functions on strings. */
#include <windows.h>

#include <shellapi.h>

#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "check.h"

static DWORD format(DWORD flags, const char *text, char *ret, DWORD space, ...)
{
	va_list ap;
	DWORD n;

	va_start(ap, space);
	n = FormatMessageA(flags | FORMAT_MESSAGE_FROM_STRING, text, 0, 0, ret,
			   space, &ap);
	va_end(ap);
	return n;
}

static void inserts_and_escapes_are_replaced(void)
{
	static const struct {
		DWORD flags;
		const char *text, *result;
	} rows[] = {
		{0, "plain", "plain"},
		{0, "%1 and %2!u!", "one and 2"},
		{0, "%2!04x!-%1!.2s!", "0002-on"},
		{0, "%1!5s!|%1!-5s!|", "  one|one  |"},
		{0, "100%%", "100%"},
		{0, "a%nb%tc%rd%be%.%!", "a\r\nb\tc\rd e.!"},
		{0, "gone%0 not seen", "gone"},
		{0, "a\nb\r\nc\rd", "a\r\nb\r\nc\r\nd"},
		{FORMAT_MESSAGE_MAX_WIDTH_MASK, "a\nb%nc", "a b\r\nc"},
		{FORMAT_MESSAGE_IGNORE_INSERTS, "%1!s! %2", "%1!s! %2"},
		{8, "one two three", "one two\r\nthree"},
	};

	for (size_t i = 0; i < ARRAYSIZE(rows); i++) {
		char text[100] = "untouched";
		DWORD n = format(rows[i].flags, rows[i].text, text,
				 sizeof(text), "one", 2);

		check_say(strcmp(text, rows[i].result) == 0, "row %zu: '%s'", i,
			  text);
		check_equal(n, strlen(rows[i].result));
	}
}

static void wide_messages_take_wide_inserts(void)
{
	DWORD_PTR arguments[] = {(DWORD_PTR)L"w\u00efde", 6,
				 (DWORD_PTR)L"abcdef"};
	WCHAR text[100];
	DWORD n = FormatMessageW(FORMAT_MESSAGE_FROM_STRING |
					 FORMAT_MESSAGE_ARGUMENT_ARRAY,
				 L"%1 %2!*.3s!", 0, 0, text, ARRAYSIZE(text),
				 (va_list *)arguments);

	check(wcscmp(text, L"w\u00efde    abc") == 0);
	check_equal(n, 11);
	arguments[0] = (DWORD_PTR) "narrow";
	n = FormatMessageW(
		FORMAT_MESSAGE_FROM_STRING | FORMAT_MESSAGE_ARGUMENT_ARRAY,
		L"%1!hs!", 0, 0, text, ARRAYSIZE(text), (va_list *)arguments);
	check(wcscmp(text, L"narrow") == 0);
	check_equal(n, 6);
}

static void errors_have_texts_in_memory_that_is_freed(void)
{
	char *text = NULL, small[8] = "before";
	WCHAR *wide = NULL;
	DWORD n = FormatMessageA(
		FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM |
			FORMAT_MESSAGE_IGNORE_INSERTS,
		NULL, ERROR_ACCESS_DENIED, 0, (LPSTR)&text, 0, NULL);

	check(text && strcmp(text, "Access is denied.\r\n") == 0);
	check_equal(n, 19);
	check(LocalFree(text) == NULL);
	n = FormatMessageW(FORMAT_MESSAGE_ALLOCATE_BUFFER |
				   FORMAT_MESSAGE_FROM_SYSTEM |
				   FORMAT_MESSAGE_MAX_WIDTH_MASK,
			   NULL, 0x80070005, 0, (LPWSTR)&wide, 0, NULL);
	check(wide && wcscmp(wide, L"Access is denied. ") == 0);
	check(LocalFree(wide) == NULL);
	n = FormatMessageA(FORMAT_MESSAGE_FROM_HMODULE |
				   FORMAT_MESSAGE_ALLOCATE_BUFFER,
			   GetModuleHandleA("ntdll.dll"), 0xC0000022, 0,
			   (LPSTR)&text, 0, NULL);
	check_equal(n, 19);
	check(LocalFree(text) == NULL);
	check_fails(FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM, NULL,
				   ERROR_ACCESS_DENIED, 0, small, sizeof(small),
				   NULL),
		    ERROR_INSUFFICIENT_BUFFER);
	check_fails(FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM, NULL, 0x12345, 0,
				   small, sizeof(small), NULL),
		    ERROR_MR_MID_NOT_FOUND);
	check_fails(FormatMessageA(0, NULL, 5, 0, small, sizeof(small), NULL),
		    ERROR_INVALID_PARAMETER);
	check_fails(FormatMessageA(FORMAT_MESSAGE_FROM_STRING, NULL, 0, 0,
				   small, sizeof(small), NULL),
		    ERROR_INVALID_PARAMETER);
	check_fails(FormatMessageA(FORMAT_MESSAGE_FROM_STRING, "%1", 0, 0,
				   small, sizeof(small), NULL),
		    ERROR_INVALID_PARAMETER);
	check_fails(FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM |
					   FORMAT_MESSAGE_ALLOCATE_BUFFER,
				   NULL, 5, 0, NULL, 0, NULL),
		    ERROR_NOT_ENOUGH_MEMORY);
}

static void every_error_of_security_has_a_text(void)
{
	char text[200];

	for (DWORD error = ERROR_NOT_ALL_ASSIGNED;
	     error <= ERROR_NO_SECURITY_ON_OBJECT; error++) {
		if (error == 1339) /* there is none of this number */
			continue;
		check_say(FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM, NULL,
					 error, 0, text, sizeof(text), NULL),
			  "%u", error);
	}
}

static void wsprintf_formats_and_stops_at_1024(void)
{
	static char big[3000], out[1100];
	WCHAR wide[64];

	check_equal(wsprintfA(out, "%s %d %#x %c", "a", -3, 255, 'z'), 11);
	check(strcmp(out, "a -3 0xff z") == 0);
	check_equal(wsprintfW(wide, L"%s %hs %I64u", L"w", "n", 1ULL << 40),
		    17);
	check(wcscmp(wide, L"w n 1099511627776") == 0);
	memset(big, 'x', sizeof(big) - 1);
	check_equal(wsprintfA(out, "%s", big), 1023);
	check_equal(strlen(out), 1023);
}

static void short_string_functions_survive_null(void)
{
	WCHAR wide[8] = L"wxyz";
	char text[8] = "abcd";

	check_equal(lstrlenA(NULL), 0);
	check_equal(lstrlenW(NULL), 0);
	check_equal(lstrlenW(L"abc"), 3);
	check(lstrcpyA(NULL, "a") == NULL);
	check(lstrcpyA(text, NULL) == NULL);
	check(lstrcpynA(text, "12345678", 4) == text);
	check(strcmp(text, "123") == 0);
	check(lstrcatA(text, "45") == text);
	check(strcmp(text, "12345") == 0);
	check(lstrcpynW(wide, L"12345678", 4) == wide);
	check(wcscmp(wide, L"123") == 0);
	check(lstrcatW(wide, L"4") == wide);
	check(wcscmp(wide, L"1234") == 0);
}

static void comparisons_have_the_order_of_windows(void)
{
	static const struct {
		const char *a, *b;
		int exact, folded;
	} rows[] = {
		{"a", "b", -1, -1},  {"b", "a", 1, 1},	 {"a", "a", 0, 0},
		{"a", "A", -1, 0},   {"A", "a", 1, 0},	 {"a", "B", -1, -1},
		{"abc", "ab", 1, 1}, {NULL, NULL, 0, 0}, {NULL, "", -1, -1},
		{"", NULL, 1, 1},
	};

	for (size_t i = 0; i < ARRAYSIZE(rows); i++) {
		check_equal(lstrcmpA(rows[i].a, rows[i].b), rows[i].exact);
		check_equal(lstrcmpiA(rows[i].a, rows[i].b), rows[i].folded);
	}
	check_equal(CompareStringOrdinal(L"abc", -1, L"ABC", -1, TRUE),
		    CSTR_EQUAL);
	check_equal(CompareStringOrdinal(L"abc", -1, L"ABC", -1, FALSE),
		    CSTR_GREATER_THAN);
	check_equal(CompareStringOrdinal(L"abc", 2, L"abd", 2, FALSE),
		    CSTR_EQUAL);
	check_equal(CompareStringOrdinal(L"ab", -1, L"abc", -1, FALSE),
		    CSTR_LESS_THAN);
	check_fails(CompareStringOrdinal(NULL, 0, L"", 0, FALSE),
		    ERROR_INVALID_PARAMETER);
}

static void code_pages_say_what_they_cannot_do(void)
{
	WCHAR wide[4];
	char text[4];

	check_equal(MultiByteToWideChar(CP_UTF8, 0, "\xc3\xa9", -1, NULL, 0),
		    2);
	check_equal(MultiByteToWideChar(CP_ACP, 0, "abc", 3, wide, 4), 3);
	check_fails(MultiByteToWideChar(CP_UTF8, 0, "abcde", -1, wide, 4),
		    ERROR_INSUFFICIENT_BUFFER);
	check_fails(MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, "\xff",
					-1, wide, 4),
		    ERROR_NO_UNICODE_TRANSLATION);
	check_equal(MultiByteToWideChar(CP_UTF8, 0, "\xff", -1, wide, 4), 2);
	check_equal(wide[0], 0xfffd);
	check_fails(MultiByteToWideChar(1252, 0, "a", -1, wide, 4),
		    ERROR_INVALID_PARAMETER);
	check_fails(MultiByteToWideChar(CP_UTF8, 0, "a", 0, wide, 4),
		    ERROR_INVALID_PARAMETER);
	check_equal(WideCharToMultiByte(CP_UTF8, 0, L"\u20ac", -1, text, 4,
					NULL, NULL),
		    4);
	check_fails(WideCharToMultiByte(CP_UTF8, 0, L"\u20ac\u20ac", -1, text,
					4, NULL, NULL),
		    ERROR_INSUFFICIENT_BUFFER);
	check_fails(WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS,
					L"\xd800", -1, text, 4, NULL, NULL),
		    ERROR_NO_UNICODE_TRANSLATION);
}

static void letters_change_their_case(void)
{
	WCHAR wide[] = L"\u00e4bC";
	char text[] = "aBc1";

	check(CharUpperA(text) == text && strcmp(text, "ABC1") == 0);
	check_equal(CharLowerBuffA(text, 2), 2);
	check(strcmp(text, "abC1") == 0);
	check(CharUpperW(wide) == wide && wcscmp(wide, L"\u00e4BC") == 0);
	check((ULONG_PTR)CharUpperW((LPWSTR)L'x') == L'X');
}

static void command_lines_become_words(void)
{
	static const WCHAR *const words[] = {L"pro gram", L"a b", L"c\"d", L"",
					     L"e\\"};
	int n = -1;
	LPWSTR *list = CommandLineToArgvW(
		L"\"pro gram\" \"a b\" c\\\"d \"\"  \"e\\\\\"", &n);

	check(list != NULL);
	check_equal(n, ARRAYSIZE(words));
	for (int i = 0; i < n && i < (int)ARRAYSIZE(words); i++)
		check_say(wcscmp(list[i], words[i]) == 0, "word %d", i);
	check(list[n] == NULL);
	check(LocalFree(list) == NULL);
	list = CommandLineToArgvW(L"", &n);
	check(list && n == 1 && wcsstr(list[0], L"test_win32_messages"));
	check(LocalFree(list) == NULL);
	check_fails(CommandLineToArgvW(NULL, &n), ERROR_INVALID_PARAMETER);
}

int main(void)
{
	run(inserts_and_escapes_are_replaced);
	run(wide_messages_take_wide_inserts);
	run(errors_have_texts_in_memory_that_is_freed);
	run(every_error_of_security_has_a_text);
	run(wsprintf_formats_and_stops_at_1024);
	run(short_string_functions_survive_null);
	run(comparisons_have_the_order_of_windows);
	run(code_pages_say_what_they_cannot_do);
	run(letters_change_their_case);
	run(command_lines_become_words);
	return check_done();
}
