/* SPDX-License-Identifier: Apache-2.0 */
/* Part of winternl.h: what processes and threads say of themselves. */
#ifndef GUISE_WINTERNL_PROCESS_H
#define GUISE_WINTERNL_PROCESS_H

#include "ntdef.h"
#include "windows.h"

GUISE_WIN32_BEGIN

typedef LONG KPRIORITY;

typedef enum _PROCESSINFOCLASS {
	ProcessBasicInformation = 0,
	ProcessDebugPort = 7,
	ProcessAccessToken = 9,
	ProcessSessionInformation = 24,
	ProcessWow64Information = 26,
	ProcessImageFileName = 27,
	ProcessImageFileNameWin32 = 43
} PROCESSINFOCLASS;

typedef struct _PROCESS_BASIC_INFORMATION {
	NTSTATUS ExitStatus;
	struct _PEB *PebBaseAddress; /* always NULL */
	KAFFINITY AffinityMask;
	KPRIORITY BasePriority;
	ULONG_PTR UniqueProcessId;
	ULONG_PTR InheritedFromUniqueProcessId;
} PROCESS_BASIC_INFORMATION, *PPROCESS_BASIC_INFORMATION;

typedef enum _THREADINFOCLASS {
	ThreadBasicInformation = 0,
	ThreadImpersonationToken = 5
} THREADINFOCLASS;

typedef struct _THREAD_BASIC_INFORMATION {
	NTSTATUS ExitStatus;
	PVOID TebBaseAddress; /* always NULL */
	CLIENT_ID ClientId;
	KAFFINITY AffinityMask;
	KPRIORITY Priority;
	KPRIORITY BasePriority;
} THREAD_BASIC_INFORMATION, *PTHREAD_BASIC_INFORMATION;

typedef struct _PROCESS_ACCESS_TOKEN {
	HANDLE Token;
	HANDLE Thread; /* the first thread, or NULL */
} PROCESS_ACCESS_TOKEN, *PPROCESS_ACCESS_TOKEN;

/* ProcessAccessToken: everything is checked, and then it is always
 * STATUS_NOT_SUPPORTED, as on Windows for a process that has begun: give the
 * token to CreateProcessAsUser. */
NTSTATUS NtSetInformationProcess(HANDLE process, PROCESSINFOCLASS information,
				 PVOID buffer, ULONG size);
NTSTATUS NtQueryInformationProcess(HANDLE process, PROCESSINFOCLASS information,
				   PVOID buffer, ULONG size, PULONG ret_size);
NTSTATUS NtQueryInformationThread(HANDLE thread, THREADINFOCLASS information,
				  PVOID buffer, ULONG size, PULONG ret_size);
NTSTATUS NtTerminateProcess(HANDLE process, NTSTATUS code);

GUISE_WIN32_END

#endif
