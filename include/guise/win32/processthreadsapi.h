/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Processes and threads, and their tokens. A process identifier is Linux' pid,
 * a thread identifier its tid. Threads of other processes can be opened and
 * asked, not started, stopped or changed.
 */
#ifndef _PROCESSTHREADSAPI_H_
#define _PROCESSTHREADSAPI_H_

#include "minwinbase.h"

GUISE_WIN32_BEGIN

/* New processes */
typedef struct _PROCESS_INFORMATION {
	HANDLE hProcess;
	HANDLE hThread;
	DWORD dwProcessId;
	DWORD dwThreadId;
} PROCESS_INFORMATION, *PPROCESS_INFORMATION, *LPPROCESS_INFORMATION;

typedef struct _STARTUPINFOA {
	DWORD cb;
	LPSTR lpReserved;
	LPSTR lpDesktop;
	LPSTR lpTitle;
	DWORD dwX;
	DWORD dwY;
	DWORD dwXSize;
	DWORD dwYSize;
	DWORD dwXCountChars;
	DWORD dwYCountChars;
	DWORD dwFillAttribute;
	DWORD dwFlags;
	WORD wShowWindow;
	WORD cbReserved2;
	LPBYTE lpReserved2;
	HANDLE hStdInput;
	HANDLE hStdOutput;
	HANDLE hStdError;
} STARTUPINFOA, *LPSTARTUPINFOA;

typedef struct _STARTUPINFOW {
	DWORD cb;
	LPWSTR lpReserved;
	LPWSTR lpDesktop;
	LPWSTR lpTitle;
	DWORD dwX;
	DWORD dwY;
	DWORD dwXSize;
	DWORD dwYSize;
	DWORD dwXCountChars;
	DWORD dwYCountChars;
	DWORD dwFillAttribute;
	DWORD dwFlags;
	WORD wShowWindow;
	WORD cbReserved2;
	LPBYTE lpReserved2;
	HANDLE hStdInput;
	HANDLE hStdOutput;
	HANDLE hStdError;
} STARTUPINFOW, *LPSTARTUPINFOW;

/* What STARTUPINFOEX adds: PROC_THREAD_ATTRIBUTE_HANDLE_LIST; others are
 * refused with ERROR_NOT_SUPPORTED */
typedef struct _PROC_THREAD_ATTRIBUTE_LIST *PPROC_THREAD_ATTRIBUTE_LIST,
	*LPPROC_THREAD_ATTRIBUTE_LIST;
BOOL InitializeProcThreadAttributeList(LPPROC_THREAD_ATTRIBUTE_LIST list,
				       DWORD n, DWORD flags, PSIZE_T size);
BOOL UpdateProcThreadAttribute(LPPROC_THREAD_ATTRIBUTE_LIST list, DWORD flags,
			       DWORD_PTR kind, PVOID value, SIZE_T size,
			       PVOID previous, PSIZE_T ret_size);
VOID DeleteProcThreadAttributeList(LPPROC_THREAD_ATTRIBUTE_LIST list);

#define STARTUPINFO GUISE_WIN32_AW(STARTUPINFO)
#define LPSTARTUPINFO GUISE_WIN32_AW(LPSTARTUPINFO)

BOOL CreateProcessA(LPCSTR application, LPSTR command_line,
		    LPSECURITY_ATTRIBUTES process, LPSECURITY_ATTRIBUTES thread,
		    BOOL inherit_handles, DWORD flags, LPVOID environment,
		    LPCSTR directory, LPSTARTUPINFOA startup,
		    LPPROCESS_INFORMATION information);
BOOL CreateProcessW(LPCWSTR application, LPWSTR command_line,
		    LPSECURITY_ATTRIBUTES process, LPSECURITY_ATTRIBUTES thread,
		    BOOL inherit_handles, DWORD flags, LPVOID environment,
		    LPCWSTR directory, LPSTARTUPINFOW startup,
		    LPPROCESS_INFORMATION information);
#define CreateProcess GUISE_WIN32_AW(CreateProcess)
BOOL CreateProcessAsUserA(HANDLE token, LPCSTR application, LPSTR command_line,
			  LPSECURITY_ATTRIBUTES process,
			  LPSECURITY_ATTRIBUTES thread, BOOL inherit_handles,
			  DWORD flags, LPVOID environment, LPCSTR directory,
			  LPSTARTUPINFOA startup,
			  LPPROCESS_INFORMATION information);
BOOL CreateProcessAsUserW(HANDLE token, LPCWSTR application,
			  LPWSTR command_line, LPSECURITY_ATTRIBUTES process,
			  LPSECURITY_ATTRIBUTES thread, BOOL inherit_handles,
			  DWORD flags, LPVOID environment, LPCWSTR directory,
			  LPSTARTUPINFOW startup,
			  LPPROCESS_INFORMATION information);
#define CreateProcessAsUser GUISE_WIN32_AW(CreateProcessAsUser)

/* Processes */
HANDLE GetCurrentProcess(VOID);
DWORD GetCurrentProcessId(VOID);
HANDLE OpenProcess(DWORD access, BOOL inherit, DWORD pid);
DWORD GetProcessId(HANDLE process);
BOOL GetExitCodeProcess(HANDLE process, LPDWORD code);
BOOL TerminateProcess(HANDLE process, UINT code);
VOID ExitProcess(UINT code) __attribute__((__noreturn__));
BOOL IsWow64Process(HANDLE process, PBOOL is);
BOOL ProcessIdToSessionId(DWORD pid, DWORD *session);
VOID GetStartupInfoW(LPSTARTUPINFOW startup);

/* Threads; each new one starts with the process's token */
HANDLE CreateThread(LPSECURITY_ATTRIBUTES attributes, SIZE_T stack,
		    LPTHREAD_START_ROUTINE start, LPVOID parameter, DWORD flags,
		    LPDWORD id);
HANDLE GetCurrentThread(VOID);
DWORD GetCurrentThreadId(VOID);
HANDLE OpenThread(DWORD access, BOOL inherit, DWORD tid);
DWORD GetThreadId(HANDLE thread);
DWORD GetProcessIdOfThread(HANDLE thread);
BOOL GetExitCodeThread(HANDLE thread, LPDWORD code);
VOID ExitThread(DWORD code) __attribute__((__noreturn__));
DWORD ResumeThread(HANDLE thread);
BOOL SwitchToThread(VOID);

/* Tokens */
BOOL OpenProcessToken(HANDLE process, DWORD access, PHANDLE token);
BOOL OpenThreadToken(HANDLE thread, DWORD access, BOOL open_as_self,
		     PHANDLE token);
BOOL SetThreadToken(PHANDLE thread, HANDLE token);

__forceinline HANDLE GetCurrentProcessToken(VOID)
{
	return (HANDLE)(LONG_PTR)-4;
}

__forceinline HANDLE GetCurrentThreadToken(VOID)
{
	return (HANDLE)(LONG_PTR)-5;
}

__forceinline HANDLE GetCurrentThreadEffectiveToken(VOID)
{
	return (HANDLE)(LONG_PTR)-6;
}

/* Storage of each thread */
DWORD TlsAlloc(VOID);
LPVOID TlsGetValue(DWORD index);
BOOL TlsSetValue(DWORD index, LPVOID value);
BOOL TlsFree(DWORD index);
#define TLS_OUT_OF_INDEXES ((DWORD)0xFFFFFFFF)

GUISE_WIN32_END

#endif
