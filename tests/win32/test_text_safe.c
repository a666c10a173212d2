/* SPDX-License-Identifier: Apache-2.0 */
/* Text of the "safe" kind and of both widths by one name, as a program with
 * UNICODE uses them; threads of the C runtime. */
#define UNICODE
#define _UNICODE
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <process.h>
#include <strsafe.h>
#include <tchar.h>

#include "check.h"

static void what_does_not_fit_is_cut_and_said(void)
{
	TCHAR room[6];
	char narrow[6];

	check_equal(StringCchCopy(room, 6, TEXT("abcde")), S_OK);
	check_equal(StringCchCat(room, 6, _T("f")),
		    STRSAFE_E_INSUFFICIENT_BUFFER);
	check(_tcscmp(room, _T("abcde")) == 0);
	check_equal(StringCchCopy(room, 4, L"abcde"),
		    STRSAFE_E_INSUFFICIENT_BUFFER);
	check(_tcscmp(room, _T("abc")) == 0);
	check_equal(StringCbCopyW(room, 3 * sizeof(WCHAR), L"abc"),
		    STRSAFE_E_INSUFFICIENT_BUFFER);
	check(_tcscmp(room, _T("ab")) == 0);
	check_equal(StringCchPrintf(room, 6, _T("%s-%lu"), _T("x"), 7u), S_OK);
	check(_tcscmp(room, _T("x-7")) == 0);
	check_equal(StringCchPrintfA(narrow, 6, "%ls%d", L"abc", 12345),
		    STRSAFE_E_INSUFFICIENT_BUFFER);
	check(strcmp(narrow, "abc12") == 0);
	check_equal(StringCchCopyNA(narrow, 6, "abcdef", 2), S_OK);
	check(strcmp(narrow, "ab") == 0);
}

static void lengths_need_an_end(void)
{
	size_t n = 99;

	check(SUCCEEDED(StringCchLength(_T("abc"), 4, &n)));
	check_equal(n, 3);
	check_equal(StringCchLength(_T("abc"), 3, &n),
		    STRSAFE_E_INVALID_PARAMETER);
	check_equal(n, 0);
	check_equal(StringCbLength(_T("abc"), 8, &n), S_OK);
	check_equal(n, 6);
	check_equal(StringCchCopy(NULL, 3, _T("a")),
		    STRSAFE_E_INVALID_PARAMETER);
	check_equal(StringCchLengthA(NULL, 3, NULL),
		    STRSAFE_E_INVALID_PARAMETER);
}

static unsigned WINAPI answer(void *argument)
{
	*(unsigned *)argument = 42;
	_endthreadex(7);
}

static void threads_begin_and_end(void)
{
	unsigned value = 0, id = 0;
	DWORD code = 0;
	HANDLE thread = (HANDLE)_beginthreadex(NULL, 0, answer, &value, 0, &id);

	check(thread != NULL && id != 0);
	check_equal(WaitForSingleObject(thread, 5000), WAIT_OBJECT_0);
	check(GetExitCodeThread(thread, &code));
	check_equal(code, 7);
	check_equal(value, 42);
	check(CloseHandle(thread));
}

int _tmain(int argc, _TCHAR **argv);

int _tmain(int argc, _TCHAR **argv)
{
	check(argc >= 1 && argv[argc] == NULL);
	check(_tcsstr(argv[0], _T("test_win32_text_safe")) != NULL);
	run(what_does_not_fit_is_cut_and_said);
	run(lengths_need_an_end);
	run(threads_begin_and_end);
	return check_done();
}
