/* SPDX-License-Identifier: Apache-2.0 */
/* The machine and its clocks. */
#ifndef _SYSINFOAPI_H_
#define _SYSINFOAPI_H_

#include "minwinbase.h"

GUISE_WIN32_BEGIN

/* Clocks */
DWORD GetTickCount(VOID);
ULONGLONG GetTickCount64(VOID);
VOID GetSystemTime(LPSYSTEMTIME time);
VOID GetLocalTime(LPSYSTEMTIME time);
VOID GetSystemTimeAsFileTime(LPFILETIME time);
VOID GetSystemTimePreciseAsFileTime(LPFILETIME time);

/* The machine */
typedef struct _SYSTEM_INFO {
	__extension__ union {
		DWORD dwOemId;
		__extension__ struct {
			WORD wProcessorArchitecture;
			WORD wReserved;
		};
	};
	DWORD dwPageSize;
	LPVOID lpMinimumApplicationAddress;
	LPVOID lpMaximumApplicationAddress;
	DWORD_PTR dwActiveProcessorMask;
	DWORD dwNumberOfProcessors;
	DWORD dwProcessorType;
	DWORD dwAllocationGranularity;
	WORD wProcessorLevel;
	WORD wProcessorRevision;
} SYSTEM_INFO, *LPSYSTEM_INFO;

typedef enum _COMPUTER_NAME_FORMAT {
	ComputerNameNetBIOS,
	ComputerNameDnsHostname,
	ComputerNameDnsDomain,
	ComputerNameDnsFullyQualified,
	ComputerNamePhysicalNetBIOS,
	ComputerNamePhysicalDnsHostname,
	ComputerNamePhysicalDnsDomain,
	ComputerNamePhysicalDnsFullyQualified,
	ComputerNameMax
} COMPUTER_NAME_FORMAT;

BOOL GetVersionExA(LPOSVERSIONINFOA information);
BOOL GetVersionExW(LPOSVERSIONINFOW information);
#define GetVersionEx GUISE_WIN32_AW(GetVersionEx)
VOID GetSystemInfo(LPSYSTEM_INFO information);
VOID GetNativeSystemInfo(LPSYSTEM_INFO information);
BOOL GetComputerNameExA(COMPUTER_NAME_FORMAT type, LPSTR buffer, LPDWORD size);
BOOL GetComputerNameExW(COMPUTER_NAME_FORMAT type, LPWSTR buffer, LPDWORD size);
#define GetComputerNameEx GUISE_WIN32_AW(GetComputerNameEx)
UINT GetWindowsDirectoryA(LPSTR buffer, UINT size);
UINT GetWindowsDirectoryW(LPWSTR buffer, UINT size);
#define GetWindowsDirectory GUISE_WIN32_AW(GetWindowsDirectory)
UINT GetSystemDirectoryA(LPSTR buffer, UINT size);
UINT GetSystemDirectoryW(LPWSTR buffer, UINT size);
#define GetSystemDirectory GUISE_WIN32_AW(GetSystemDirectory)

GUISE_WIN32_END

#endif
