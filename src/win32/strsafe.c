/* SPDX-License-Identifier: Apache-2.0 */
/* Text with the room there is for it: one body for each width; bytes are
 * characters of one size or the other. */
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "facade.h"

#include <strsafe.h>

static bool is_room(const void *to, size_t room)
{
	return to && room > 0 && room <= STRSAFE_MAX_CCH;
}

/* @from, at most @n characters of it, to @to behind @at of its own */
static HRESULT append_a(LPSTR to, size_t room, size_t at, LPCSTR from, size_t n)
{
	const size_t left = room - at - 1;
	size_t length = strnlen(from, n);

	memcpy(to + at, from, length < left ? length : left);
	to[at + (length < left ? length : left)] = '\0';
	return length > left ? STRSAFE_E_INSUFFICIENT_BUFFER : S_OK;
}

static HRESULT append_w(LPWSTR to, size_t room, size_t at, LPCWSTR from,
			size_t n)
{
	const size_t left = room - at - 1;
	size_t length = wcsnlen(from, n);

	(void)wmemcpy(to + at, from, length < left ? length : left);
	to[at + (length < left ? length : left)] = 0;
	return length > left ? STRSAFE_E_INSUFFICIENT_BUFFER : S_OK;
}

HRESULT StringCchCopyNA(LPSTR to, size_t room, LPCSTR from, size_t n)
{
	if (!is_room(to, room) || n > STRSAFE_MAX_CCH)
		return STRSAFE_E_INVALID_PARAMETER;
	return append_a(to, room, 0, from, n);
}

HRESULT StringCchCopyA(LPSTR to, size_t room, LPCSTR from)
{
	return StringCchCopyNA(to, room, from, STRSAFE_MAX_CCH);
}

HRESULT StringCchCatNA(LPSTR to, size_t room, LPCSTR from, size_t n)
{
	size_t at;

	if (!is_room(to, room) || n > STRSAFE_MAX_CCH)
		return STRSAFE_E_INVALID_PARAMETER;
	at = strnlen(to, room);
	if (at == room) /* not ended */
		return STRSAFE_E_INVALID_PARAMETER;
	return append_a(to, room, at, from, n);
}

HRESULT StringCchCatA(LPSTR to, size_t room, LPCSTR from)
{
	return StringCchCatNA(to, room, from, STRSAFE_MAX_CCH);
}

HRESULT StringCchVPrintfA(LPSTR to, size_t room, LPCSTR format, va_list ap)
{
	int n;

	if (!is_room(to, room))
		return STRSAFE_E_INVALID_PARAMETER;
	n = guise_crt_vsnprintf(to, room, format, ap);
	return n < 0 || (size_t)n >= room ? STRSAFE_E_INSUFFICIENT_BUFFER
					  : S_OK;
}

HRESULT StringCchPrintfA(LPSTR to, size_t room, LPCSTR format, ...)
{
	HRESULT result;
	va_list ap;

	va_start(ap, format);
	result = StringCchVPrintfA(to, room, format, ap);
	va_end(ap);
	return result;
}

/* @ret may be NULL; 0 on failure */
HRESULT StringCchLengthA(LPCSTR s, size_t most, size_t *ret)
{
	const bool valid = s && most <= STRSAFE_MAX_CCH;
	size_t n = valid ? strnlen(s, most) : most;

	if (ret)
		*ret = n < most ? n : 0;
	return n < most ? S_OK : STRSAFE_E_INVALID_PARAMETER;
}

HRESULT StringCchCopyNW(LPWSTR to, size_t room, LPCWSTR from, size_t n)
{
	if (!is_room(to, room) || n > STRSAFE_MAX_CCH)
		return STRSAFE_E_INVALID_PARAMETER;
	return append_w(to, room, 0, from, n);
}

HRESULT StringCchCopyW(LPWSTR to, size_t room, LPCWSTR from)
{
	return StringCchCopyNW(to, room, from, STRSAFE_MAX_CCH);
}

HRESULT StringCchCatNW(LPWSTR to, size_t room, LPCWSTR from, size_t n)
{
	size_t at;

	if (!is_room(to, room) || n > STRSAFE_MAX_CCH)
		return STRSAFE_E_INVALID_PARAMETER;
	at = wcsnlen(to, room);
	if (at == room) /* not ended */
		return STRSAFE_E_INVALID_PARAMETER;
	return append_w(to, room, at, from, n);
}

HRESULT StringCchCatW(LPWSTR to, size_t room, LPCWSTR from)
{
	return StringCchCatNW(to, room, from, STRSAFE_MAX_CCH);
}

HRESULT StringCchVPrintfW(LPWSTR to, size_t room, LPCWSTR format, va_list ap)
{
	int n;

	if (!is_room(to, room))
		return STRSAFE_E_INVALID_PARAMETER;
	n = vswprintf(to, room, format, ap);
	return n < 0 || (size_t)n >= room ? STRSAFE_E_INSUFFICIENT_BUFFER
					  : S_OK;
}

HRESULT StringCchPrintfW(LPWSTR to, size_t room, LPCWSTR format, ...)
{
	HRESULT result;
	va_list ap;

	va_start(ap, format);
	result = StringCchVPrintfW(to, room, format, ap);
	va_end(ap);
	return result;
}

/* @ret may be NULL; 0 on failure */
HRESULT StringCchLengthW(LPCWSTR s, size_t most, size_t *ret)
{
	const bool valid = s && most <= STRSAFE_MAX_CCH;
	size_t n = valid ? wcsnlen(s, most) : most;

	if (ret)
		*ret = n < most ? n : 0;
	return n < most ? S_OK : STRSAFE_E_INVALID_PARAMETER;
}

HRESULT StringCbCopyNA(LPSTR to, size_t room, LPCSTR from, size_t n)
{
	return StringCchCopyNA(to, room / sizeof(CHAR), from, n / sizeof(CHAR));
}

HRESULT StringCbCopyA(LPSTR to, size_t room, LPCSTR from)
{
	return StringCchCopyA(to, room / sizeof(CHAR), from);
}

HRESULT StringCbCatNA(LPSTR to, size_t room, LPCSTR from, size_t n)
{
	return StringCchCatNA(to, room / sizeof(CHAR), from, n / sizeof(CHAR));
}

HRESULT StringCbCatA(LPSTR to, size_t room, LPCSTR from)
{
	return StringCchCatA(to, room / sizeof(CHAR), from);
}

HRESULT StringCbVPrintfA(LPSTR to, size_t room, LPCSTR format, va_list ap)
{
	return StringCchVPrintfA(to, room / sizeof(CHAR), format, ap);
}

HRESULT StringCbPrintfA(LPSTR to, size_t room, LPCSTR format, ...)
{
	HRESULT result;
	va_list ap;

	va_start(ap, format);
	result = StringCbVPrintfA(to, room, format, ap);
	va_end(ap);
	return result;
}

HRESULT StringCbLengthA(LPCSTR s, size_t most, size_t *ret)
{
	HRESULT result = StringCchLengthA(s, most / sizeof(CHAR), ret);

	if (ret)
		*ret *= sizeof(CHAR);
	return result;
}

HRESULT StringCbCopyNW(LPWSTR to, size_t room, LPCWSTR from, size_t n)
{
	return StringCchCopyNW(to, room / sizeof(WCHAR), from,
			       n / sizeof(WCHAR));
}

HRESULT StringCbCopyW(LPWSTR to, size_t room, LPCWSTR from)
{
	return StringCchCopyW(to, room / sizeof(WCHAR), from);
}

HRESULT StringCbCatNW(LPWSTR to, size_t room, LPCWSTR from, size_t n)
{
	return StringCchCatNW(to, room / sizeof(WCHAR), from,
			      n / sizeof(WCHAR));
}

HRESULT StringCbCatW(LPWSTR to, size_t room, LPCWSTR from)
{
	return StringCchCatW(to, room / sizeof(WCHAR), from);
}

HRESULT StringCbVPrintfW(LPWSTR to, size_t room, LPCWSTR format, va_list ap)
{
	return StringCchVPrintfW(to, room / sizeof(WCHAR), format, ap);
}

HRESULT StringCbPrintfW(LPWSTR to, size_t room, LPCWSTR format, ...)
{
	HRESULT result;
	va_list ap;

	va_start(ap, format);
	result = StringCbVPrintfW(to, room, format, ap);
	va_end(ap);
	return result;
}

HRESULT StringCbLengthW(LPCWSTR s, size_t most, size_t *ret)
{
	HRESULT result = StringCchLengthW(s, most / sizeof(WCHAR), ret);

	if (ret)
		*ret *= sizeof(WCHAR);
	return result;
}
