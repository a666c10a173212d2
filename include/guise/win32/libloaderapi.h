/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Modules. The facade's functions can be found under the names of the Windows
 * libraries they belong to; no other library is loaded.
 */
#ifndef _APISETLIBLOADER_
#define _APISETLIBLOADER_

#include "minwinbase.h"

GUISE_WIN32_BEGIN

HMODULE GetModuleHandleA(LPCSTR name);
HMODULE GetModuleHandleW(LPCWSTR name);
#define GetModuleHandle GUISE_WIN32_AW(GetModuleHandle)
#define GET_MODULE_HANDLE_EX_FLAG_PIN 0x00000001
#define GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT 0x00000002
#define GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS 0x00000004
BOOL GetModuleHandleExA(DWORD flags, LPCSTR name, HMODULE *module);
BOOL GetModuleHandleExW(DWORD flags, LPCWSTR name, HMODULE *module);
#define GetModuleHandleEx GUISE_WIN32_AW(GetModuleHandleEx)
DWORD GetModuleFileNameA(HMODULE module, LPSTR buffer, DWORD size);
DWORD GetModuleFileNameW(HMODULE module, LPWSTR buffer, DWORD size);
#define GetModuleFileName GUISE_WIN32_AW(GetModuleFileName)
HMODULE LoadLibraryExA(LPCSTR name, HANDLE file, DWORD flags);
HMODULE LoadLibraryExW(LPCWSTR name, HANDLE file, DWORD flags);
#define LoadLibraryEx GUISE_WIN32_AW(LoadLibraryEx)
BOOL FreeLibrary(HMODULE module);
FARPROC GetProcAddress(HMODULE module, LPCSTR name);
HMODULE LoadLibraryA(LPCSTR name);
HMODULE LoadLibraryW(LPCWSTR name);
#define LoadLibrary GUISE_WIN32_AW(LoadLibrary)

GUISE_WIN32_END

#endif
