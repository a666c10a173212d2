/* SPDX-License-Identifier: Apache-2.0 */
/* CharUpper and its like: the case of ASCII letters. */
#include "text.h"

#include <winuser.h>

/* What a pointer that is a character is below */
#define CHARACTERS 0x10000

static unsigned upper(unsigned c)
{
	return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

static unsigned lower(unsigned c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static DWORD change_narrow(LPSTR text, size_t n, unsigned (*how)(unsigned))
{
	for (size_t i = 0; i < n; i++)
		text[i] = (char)how((unsigned char)text[i]);
	return (DWORD)n;
}

static DWORD change_wide(LPWSTR text, size_t n, unsigned (*how)(unsigned))
{
	for (size_t i = 0; i < n; i++)
		text[i] = (WCHAR)how(text[i]);
	return (DWORD)n;
}

static LPSTR narrow(LPSTR text, unsigned (*how)(unsigned))
{
	if ((ULONG_PTR)text < CHARACTERS)
		return (LPSTR)(ULONG_PTR)how((unsigned)(ULONG_PTR)text);
	(void)change_narrow(text, strlen(text), how);
	return text;
}

static LPWSTR wide(LPWSTR text, unsigned (*how)(unsigned))
{
	if ((ULONG_PTR)text < CHARACTERS)
		return (LPWSTR)(ULONG_PTR)how((unsigned)(ULONG_PTR)text);
	(void)change_wide(text, text_length(text), how);
	return text;
}

LPSTR WINAPI CharUpperA(LPSTR text)
{
	return narrow(text, upper);
}

LPWSTR WINAPI CharUpperW(LPWSTR text)
{
	return wide(text, upper);
}

LPSTR WINAPI CharLowerA(LPSTR text)
{
	return narrow(text, lower);
}

LPWSTR WINAPI CharLowerW(LPWSTR text)
{
	return wide(text, lower);
}

DWORD WINAPI CharUpperBuffA(LPSTR text, DWORD n)
{
	return change_narrow(text, n, upper);
}

DWORD WINAPI CharUpperBuffW(LPWSTR text, DWORD n)
{
	return change_wide(text, n, upper);
}

DWORD WINAPI CharLowerBuffA(LPSTR text, DWORD n)
{
	return change_narrow(text, n, lower);
}

DWORD WINAPI CharLowerBuffW(LPWSTR text, DWORD n)
{
	return change_wide(text, n, lower);
}
