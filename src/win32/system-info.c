/* SPDX-License-Identifier: Apache-2.0 */
/* What a program asks of the machine: it is told of Windows 10 on 64 bits. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "handle.h"
#include "process.h"
#include "status.h"
#include "text.h"
#include "user-memory.h"

#define VERSION_MAJOR 10
#define VERSION_MINOR 0
#define VERSION_BUILD 19045
#define PRODUCT_WORKSTATION 1
#define GRANULARITY 65536
#define DEBUG_VARIABLE "GUISE_WIN32_DEBUG"

VOID WINAPI GetSystemInfo(LPSYSTEM_INFO ret)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);
	DWORD processors = n > 0 && n <= 64 ? (DWORD)n : 64;

	*ret = (SYSTEM_INFO){
#ifdef __aarch64__
		.wProcessorArchitecture = 12,
#else
		.wProcessorArchitecture = 9,
#endif
		.dwPageSize = (DWORD)sysconf(_SC_PAGESIZE),
		.lpMinimumApplicationAddress = (LPVOID)0x10000,
		.lpMaximumApplicationAddress = (LPVOID)0x7ffffffeffff,
		.dwActiveProcessorMask =
			processors == 64 ? ~(DWORD_PTR)0
					 : ((DWORD_PTR)1 << processors) - 1,
		.dwNumberOfProcessors = processors,
		.dwProcessorType = 8664,
		.dwAllocationGranularity = GRANULARITY,
	};
}

VOID WINAPI GetNativeSystemInfo(LPSYSTEM_INFO ret)
{
	GetSystemInfo(ret);
}

NTSTATUS NTAPI RtlGetVersion(PRTL_OSVERSIONINFOW ret)
{
	ret->dwMajorVersion = VERSION_MAJOR;
	ret->dwMinorVersion = VERSION_MINOR;
	ret->dwBuildNumber = VERSION_BUILD;
	ret->dwPlatformId = VER_PLATFORM_WIN32_NT;
	ret->szCSDVersion[0] = 0;
	if (ret->dwOSVersionInfoSize == sizeof(RTL_OSVERSIONINFOEXW)) {
		PRTL_OSVERSIONINFOEXW more = (PRTL_OSVERSIONINFOEXW)(void *)ret;

		more->wServicePackMajor = 0;
		more->wServicePackMinor = 0;
		more->wSuiteMask = 0;
		more->wProductType = PRODUCT_WORKSTATION;
		more->wReserved = 0;
	}
	return STATUS_SUCCESS;
}

BOOL WINAPI GetVersionExW(LPOSVERSIONINFOW ret)
{
	if (ret->dwOSVersionInfoSize != sizeof(OSVERSIONINFOW) &&
	    ret->dwOSVersionInfoSize != sizeof(OSVERSIONINFOEXW))
		return win32_fail(ERROR_INSUFFICIENT_BUFFER);
	return win32_result(RtlGetVersion((PRTL_OSVERSIONINFOW)ret));
}

BOOL WINAPI GetVersionExA(LPOSVERSIONINFOA ret)
{
	DWORD size = ret->dwOSVersionInfoSize;

	if (size != sizeof(OSVERSIONINFOA) && size != sizeof(OSVERSIONINFOEXA))
		return win32_fail(ERROR_INSUFFICIENT_BUFFER);
	memset(ret, 0, size);
	ret->dwOSVersionInfoSize = size;
	ret->dwMajorVersion = VERSION_MAJOR;
	ret->dwMinorVersion = VERSION_MINOR;
	ret->dwBuildNumber = VERSION_BUILD;
	ret->dwPlatformId = VER_PLATFORM_WIN32_NT;
	if (size == sizeof(OSVERSIONINFOEXA))
		((LPOSVERSIONINFOEXA)(void *)ret)->wProductType =
			PRODUCT_WORKSTATION;
	return TRUE;
}

BOOL WINAPI IsWow64Process(HANDLE handle, PBOOL ret)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	NTSTATUS status;

	status =
		handle_object(handle, &process_type,
			      PROCESS_QUERY_LIMITED_INFORMATION, &object, NULL);
	if (status >= 0 && !user_writable(ret, sizeof(*ret)))
		status = STATUS_ACCESS_VIOLATION;
	if (status >= 0)
		*ret = FALSE;
	return win32_result(status);
}

VOID WINAPI OutputDebugStringA(LPCSTR text)
{
	if (text && secure_getenv(DEBUG_VARIABLE))
		(void)fputs(text, stderr); /* nobody is told if it fails */
}

VOID WINAPI OutputDebugStringW(LPCWSTR text)
{
	char *narrow;

	if (!secure_getenv(DEBUG_VARIABLE) || utf8_dup(text, &narrow) < 0)
		return;
	OutputDebugStringA(narrow);
	free(narrow);
}

BOOL WINAPI IsDebuggerPresent(VOID)
{
	FILE *status = fopen("/proc/self/status", "re");
	char line[256];
	int tracer = 0;

	while (status && fgets(line, sizeof(line), status)) {
		if (sscanf(line, "TracerPid: %d", &tracer) == 1)
			break;
	}
	if (status)
		(void)fclose(status); /* only read from */
	return tracer != 0;
}

VOID WINAPI DebugBreak(VOID)
{
	__builtin_trap();
}

/* No dialogue box will ever open: the mode is only remembered. */
UINT WINAPI SetErrorMode(UINT mode)
{
	static atomic_uint current;

	return atomic_exchange(&current, mode);
}
