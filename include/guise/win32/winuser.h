/* SPDX-License-Identifier: Apache-2.0 */
/* Of the user interface: formatting of text, rights of desktops and
 * descriptors of objects. */
#ifndef _WINUSER_
#define _WINUSER_

#include "windef.h"

GUISE_WIN32_BEGIN

int wsprintfA(LPSTR to, LPCSTR format, ...);
int wsprintfW(LPWSTR to, LPCWSTR format, ...);
int wvsprintfA(LPSTR to, LPCSTR format, va_list ap);
int wvsprintfW(LPWSTR to, LPCWSTR format, va_list ap);
#define wsprintf GUISE_WIN32_AW(wsprintf)
#define wvsprintf GUISE_WIN32_AW(wvsprintf)

/* Of any object: there are no windows */
BOOL GetUserObjectSecurity(HANDLE object, PSECURITY_INFORMATION information,
			   PSECURITY_DESCRIPTOR sd, DWORD size,
			   LPDWORD ret_size);
BOOL SetUserObjectSecurity(HANDLE object, PSECURITY_INFORMATION information,
			   PSECURITY_DESCRIPTOR sd);

/* Case of ASCII letters; a pointer below 65536 is one character */
LPSTR CharUpperA(LPSTR text);
LPWSTR CharUpperW(LPWSTR text);
LPSTR CharLowerA(LPSTR text);
LPWSTR CharLowerW(LPWSTR text);
DWORD CharUpperBuffA(LPSTR text, DWORD size);
DWORD CharUpperBuffW(LPWSTR text, DWORD size);
DWORD CharLowerBuffA(LPSTR text, DWORD size);
DWORD CharLowerBuffW(LPWSTR text, DWORD size);
#define CharUpper GUISE_WIN32_AW(CharUpper)
#define CharLower GUISE_WIN32_AW(CharLower)
#define CharUpperBuff GUISE_WIN32_AW(CharUpperBuff)
#define CharLowerBuff GUISE_WIN32_AW(CharLowerBuff)

#define DESKTOP_READOBJECTS 0x0001
#define DESKTOP_CREATEWINDOW 0x0002
#define DESKTOP_CREATEMENU 0x0004
#define DESKTOP_HOOKCONTROL 0x0008
#define DESKTOP_JOURNALRECORD 0x0010
#define DESKTOP_JOURNALPLAYBACK 0x0020
#define DESKTOP_ENUMERATE 0x0040
#define DESKTOP_WRITEOBJECTS 0x0080
#define DESKTOP_SWITCHDESKTOP 0x0100
#define WINSTA_ENUMDESKTOPS 0x0001
#define WINSTA_READATTRIBUTES 0x0002
#define WINSTA_ALL_ACCESS 0x037F

GUISE_WIN32_END

#endif
