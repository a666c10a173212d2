/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MultiByteToWideChar and WideCharToMultiByte. Every code page of the system is
 * UTF-8. What cannot be converted becomes U+FFFD unless the caller wants to
 * hear of it.
 */
#include "status.h"
#include "text.h"

#define REPLACEMENT 0xfffd

static bool code_page_is_known(UINT page)
{
	return page == CP_ACP || page == CP_OEMCP || page == CP_THREAD_ACP ||
	       page == CP_UTF8;
}

static int fail(DWORD error)
{
	(void)win32_fail(error);
	return 0;
}

/* Room for @n more of @space? With no space at all nothing is written. */
static bool fits(size_t at, size_t n, int space)
{
	return space == 0 || at + n <= (size_t)space;
}

int WINAPI MultiByteToWideChar(UINT page, DWORD flags, LPCCH text, int size,
			       LPWSTR ret, int space)
{
	const uint8_t *bytes = (const uint8_t *)text;
	size_t n, at = 0;

	if (!text || size == 0 || size < -1 || space < 0 || (space && !ret) ||
	    (const void *)text == (void *)ret || !code_page_is_known(page))
		return fail(ERROR_INVALID_PARAMETER);
	n = size < 0 ? strlen(text) + 1 : (size_t)size;
	for (size_t i = 0, taken; i < n; i += taken ? taken : 1) {
		uint32_t c = REPLACEMENT;
		WCHAR units[2];
		size_t n_units;

		taken = text_next_utf8(bytes + i, n - i, &c);
		if (!taken && (flags & MB_ERR_INVALID_CHARS))
			return fail(ERROR_NO_UNICODE_TRANSLATION);
		n_units = text_put_utf16(c, units);
		if (!fits(at, n_units, space))
			return fail(ERROR_INSUFFICIENT_BUFFER);
		if (space)
			memcpy(ret + at, units, n_units * sizeof(*units));
		at += n_units;
	}
	return at > INT32_MAX ? fail(ERROR_ARITHMETIC_OVERFLOW) : (int)at;
}

int WINAPI WideCharToMultiByte(UINT page, DWORD flags, LPCWCH text, int size,
			       LPSTR ret, int space, LPCCH unused, LPBOOL used)
{
	size_t n, at = 0;

	if (!text || size == 0 || size < -1 || space < 0 || (space && !ret) ||
	    (const void *)text == (void *)ret || !code_page_is_known(page) ||
	    (page == CP_UTF8 && (unused || used)))
		return fail(ERROR_INVALID_PARAMETER);
	if (used)
		*used = FALSE; /* UTF-8 has every character */
	n = size < 0 ? text_length(text) + 1 : (size_t)size;
	for (size_t i = 0, taken; i < n; i += taken ? taken : 1) {
		uint32_t c = REPLACEMENT;
		uint8_t bytes[4];
		size_t n_bytes;

		taken = text_next_utf16(text + i, n - i, &c);
		if (!taken && (flags & WC_ERR_INVALID_CHARS))
			return fail(ERROR_NO_UNICODE_TRANSLATION);
		n_bytes = text_put_utf8(c, bytes);
		if (!fits(at, n_bytes, space))
			return fail(ERROR_INSUFFICIENT_BUFFER);
		if (space)
			memcpy(ret + at, bytes, n_bytes);
		at += n_bytes;
	}
	return at > INT32_MAX ? fail(ERROR_ARITHMETIC_OVERFLOW) : (int)at;
}

UINT WINAPI GetACP(void)
{
	return CP_UTF8;
}

UINT WINAPI GetOEMCP(void)
{
	return CP_UTF8;
}

BOOL WINAPI IsValidCodePage(UINT page)
{
	return page == CP_UTF8;
}
