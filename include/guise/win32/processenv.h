/* SPDX-License-Identifier: Apache-2.0 */
/* Environment, command line, directory and standard handles. */
#ifndef _PROCESSENV_
#define _PROCESSENV_

#include "minwindef.h"

GUISE_WIN32_BEGIN

LPSTR GetCommandLineA(VOID);
LPWSTR GetCommandLineW(VOID);
#define GetCommandLine GUISE_WIN32_AW(GetCommandLine)
DWORD GetEnvironmentVariableA(LPCSTR name, LPSTR buffer, DWORD size);
DWORD GetEnvironmentVariableW(LPCWSTR name, LPWSTR buffer, DWORD size);
#define GetEnvironmentVariable GUISE_WIN32_AW(GetEnvironmentVariable)
BOOL SetEnvironmentVariableA(LPCSTR name, LPCSTR value);
BOOL SetEnvironmentVariableW(LPCWSTR name, LPCWSTR value);
#define SetEnvironmentVariable GUISE_WIN32_AW(SetEnvironmentVariable)
DWORD ExpandEnvironmentStringsA(LPCSTR text, LPSTR buffer, DWORD size);
DWORD ExpandEnvironmentStringsW(LPCWSTR text, LPWSTR buffer, DWORD size);
#define ExpandEnvironmentStrings GUISE_WIN32_AW(ExpandEnvironmentStrings)
LPCH GetEnvironmentStringsA(VOID);
LPWCH GetEnvironmentStringsW(VOID);
BOOL FreeEnvironmentStringsA(LPCH strings);
BOOL FreeEnvironmentStringsW(LPWCH strings);
#ifdef UNICODE
#define GetEnvironmentStrings GetEnvironmentStringsW
#else
#define GetEnvironmentStrings GetEnvironmentStringsA
#endif
#define FreeEnvironmentStrings GUISE_WIN32_AW(FreeEnvironmentStrings)
DWORD GetCurrentDirectoryA(DWORD size, LPSTR buffer);
DWORD GetCurrentDirectoryW(DWORD size, LPWSTR buffer);
#define GetCurrentDirectory GUISE_WIN32_AW(GetCurrentDirectory)
BOOL SetCurrentDirectoryA(LPCSTR name);
BOOL SetCurrentDirectoryW(LPCWSTR name);
#define SetCurrentDirectory GUISE_WIN32_AW(SetCurrentDirectory)
HANDLE GetStdHandle(DWORD which);
BOOL SetStdHandle(DWORD which, HANDLE handle);

GUISE_WIN32_END

#endif
