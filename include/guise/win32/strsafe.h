/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text with the room there is for it. Every target ends with a NUL; what does
 * not fit is cut off, and STRSAFE_E_INSUFFICIENT_BUFFER says so.
 */
#ifndef _STRSAFE_H_INCLUDED_
#define _STRSAFE_H_INCLUDED_

#include "guise-win32.h"

#include "windef.h"

#include "winerror.h"

GUISE_WIN32_BEGIN

#define STRSAFE_MAX_CCH 2147483647
#define STRSAFE_MAX_LENGTH (STRSAFE_MAX_CCH - 1)
#define STRSAFE_E_INSUFFICIENT_BUFFER ((HRESULT)0x8007007A)
#define STRSAFE_E_INVALID_PARAMETER ((HRESULT)0x80070057)
#define STRSAFE_E_END_OF_FILE ((HRESULT)0x80070026)

/* @room counts characters, the NUL among them */
HRESULT StringCchCopyA(LPSTR to, size_t room, LPCSTR from);
HRESULT StringCchCopyNA(LPSTR to, size_t room, LPCSTR from, size_t n);
HRESULT StringCchCatA(LPSTR to, size_t room, LPCSTR from);
HRESULT StringCchCatNA(LPSTR to, size_t room, LPCSTR from, size_t n);
HRESULT StringCchPrintfA(LPSTR to, size_t room, LPCSTR format, ...);
HRESULT StringCchVPrintfA(LPSTR to, size_t room, LPCSTR format, va_list ap);
HRESULT StringCchLengthA(LPCSTR s, size_t most, size_t *ret);
HRESULT StringCchCopyW(LPWSTR to, size_t room, LPCWSTR from);
HRESULT StringCchCopyNW(LPWSTR to, size_t room, LPCWSTR from, size_t n);
HRESULT StringCchCatW(LPWSTR to, size_t room, LPCWSTR from);
HRESULT StringCchCatNW(LPWSTR to, size_t room, LPCWSTR from, size_t n);
HRESULT StringCchPrintfW(LPWSTR to, size_t room, LPCWSTR format, ...);
HRESULT StringCchVPrintfW(LPWSTR to, size_t room, LPCWSTR format, va_list ap);
HRESULT StringCchLengthW(LPCWSTR s, size_t most, size_t *ret);
#define StringCchCopy GUISE_WIN32_AW(StringCchCopy)
#define StringCchCopyN GUISE_WIN32_AW(StringCchCopyN)
#define StringCchCat GUISE_WIN32_AW(StringCchCat)
#define StringCchCatN GUISE_WIN32_AW(StringCchCatN)
#define StringCchPrintf GUISE_WIN32_AW(StringCchPrintf)
#define StringCchVPrintf GUISE_WIN32_AW(StringCchVPrintf)
#define StringCchLength GUISE_WIN32_AW(StringCchLength)

/* @room counts bytes, the NUL among them */
HRESULT StringCbCopyA(LPSTR to, size_t room, LPCSTR from);
HRESULT StringCbCopyNA(LPSTR to, size_t room, LPCSTR from, size_t n);
HRESULT StringCbCatA(LPSTR to, size_t room, LPCSTR from);
HRESULT StringCbCatNA(LPSTR to, size_t room, LPCSTR from, size_t n);
HRESULT StringCbPrintfA(LPSTR to, size_t room, LPCSTR format, ...);
HRESULT StringCbVPrintfA(LPSTR to, size_t room, LPCSTR format, va_list ap);
HRESULT StringCbLengthA(LPCSTR s, size_t most, size_t *ret);
HRESULT StringCbCopyW(LPWSTR to, size_t room, LPCWSTR from);
HRESULT StringCbCopyNW(LPWSTR to, size_t room, LPCWSTR from, size_t n);
HRESULT StringCbCatW(LPWSTR to, size_t room, LPCWSTR from);
HRESULT StringCbCatNW(LPWSTR to, size_t room, LPCWSTR from, size_t n);
HRESULT StringCbPrintfW(LPWSTR to, size_t room, LPCWSTR format, ...);
HRESULT StringCbVPrintfW(LPWSTR to, size_t room, LPCWSTR format, va_list ap);
HRESULT StringCbLengthW(LPCWSTR s, size_t most, size_t *ret);
#define StringCbCopy GUISE_WIN32_AW(StringCbCopy)
#define StringCbCopyN GUISE_WIN32_AW(StringCbCopyN)
#define StringCbCat GUISE_WIN32_AW(StringCbCat)
#define StringCbCatN GUISE_WIN32_AW(StringCbCatN)
#define StringCbPrintf GUISE_WIN32_AW(StringCbPrintf)
#define StringCbVPrintf GUISE_WIN32_AW(StringCbVPrintf)
#define StringCbLength GUISE_WIN32_AW(StringCbLength)

GUISE_WIN32_END

#endif
