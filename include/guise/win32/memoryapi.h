/* SPDX-License-Identifier: Apache-2.0 */
/* Sections and pages of this process. */
#ifndef _MEMORYAPI_H_
#define _MEMORYAPI_H_

#include "minwinbase.h"

GUISE_WIN32_BEGIN

/* Sections */
#define FILE_MAP_WRITE SECTION_MAP_WRITE
#define FILE_MAP_READ SECTION_MAP_READ
#define FILE_MAP_ALL_ACCESS SECTION_ALL_ACCESS
#define FILE_MAP_COPY 0x00000001
#define FILE_MAP_EXECUTE SECTION_MAP_EXECUTE_EXPLICIT

HANDLE CreateFileMappingW(HANDLE file, LPSECURITY_ATTRIBUTES attributes,
			  DWORD protection, DWORD size_high, DWORD size_low,
			  LPCWSTR name);
HANDLE OpenFileMappingW(DWORD access, BOOL inherit, LPCWSTR name);
LPVOID MapViewOfFile(HANDLE section, DWORD access, DWORD offset_high,
		     DWORD offset_low, SIZE_T size);
LPVOID MapViewOfFileEx(HANDLE section, DWORD access, DWORD offset_high,
		       DWORD offset_low, SIZE_T size, LPVOID address);
BOOL UnmapViewOfFile(LPCVOID address);
BOOL FlushViewOfFile(LPCVOID address, SIZE_T size);
#ifdef UNICODE
#define CreateFileMapping CreateFileMappingW
#define OpenFileMapping OpenFileMappingW
#endif

/* Pages */
LPVOID VirtualAlloc(LPVOID address, SIZE_T size, DWORD type, DWORD protection);
BOOL VirtualFree(LPVOID address, SIZE_T size, DWORD type);
BOOL VirtualProtect(LPVOID address, SIZE_T size, DWORD protection, PDWORD old);
SIZE_T VirtualQuery(LPCVOID address, PMEMORY_BASIC_INFORMATION information,
		    SIZE_T size);

GUISE_WIN32_END

#endif
