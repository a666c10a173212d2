/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waiting, and the objects to wait for. Names are shared by the programs of a
 * user (Local\) or of the machine (Global\).
 */
#ifndef _SYNCHAPI_H_
#define _SYNCHAPI_H_

#include "minwinbase.h"

GUISE_WIN32_BEGIN

/* Waiting */
#define WAIT_FAILED ((DWORD)0xFFFFFFFF)
#define WAIT_OBJECT_0 ((STATUS_WAIT_0) + 0)
#define WAIT_ABANDONED ((STATUS_ABANDONED_WAIT_0) + 0)
#define WAIT_ABANDONED_0 ((STATUS_ABANDONED_WAIT_0) + 0)
#define WAIT_IO_COMPLETION STATUS_USER_APC
#define WAIT_TIMEOUT 258
#define INFINITE 0xffffffff

DWORD WaitForSingleObject(HANDLE handle, DWORD milliseconds);
DWORD WaitForSingleObjectEx(HANDLE handle, DWORD milliseconds, BOOL alertable);
DWORD WaitForMultipleObjects(DWORD count, const HANDLE *handles, BOOL all,
			     DWORD milliseconds);
DWORD WaitForMultipleObjectsEx(DWORD count, const HANDLE *handles, BOOL all,
			       DWORD milliseconds, BOOL alertable);
DWORD SignalObjectAndWait(HANDLE signal, HANDLE wait, DWORD milliseconds,
			  BOOL alertable);
VOID Sleep(DWORD milliseconds);
DWORD SleepEx(DWORD milliseconds, BOOL alertable);

/* Events */
#define CREATE_EVENT_MANUAL_RESET 0x1
#define CREATE_EVENT_INITIAL_SET 0x2
HANDLE CreateEventA(LPSECURITY_ATTRIBUTES attributes, BOOL manual_reset,
		    BOOL initially_set, LPCSTR name);
HANDLE CreateEventW(LPSECURITY_ATTRIBUTES attributes, BOOL manual_reset,
		    BOOL initially_set, LPCWSTR name);
#define CreateEvent GUISE_WIN32_AW(CreateEvent)
HANDLE CreateEventExA(LPSECURITY_ATTRIBUTES attributes, LPCSTR name,
		      DWORD flags, DWORD access);
HANDLE CreateEventExW(LPSECURITY_ATTRIBUTES attributes, LPCWSTR name,
		      DWORD flags, DWORD access);
#define CreateEventEx GUISE_WIN32_AW(CreateEventEx)
HANDLE OpenEventA(DWORD access, BOOL inherit, LPCSTR name);
HANDLE OpenEventW(DWORD access, BOOL inherit, LPCWSTR name);
#define OpenEvent GUISE_WIN32_AW(OpenEvent)
BOOL SetEvent(HANDLE event);
BOOL ResetEvent(HANDLE event);

/* Mutexes */
#define CREATE_MUTEX_INITIAL_OWNER 0x1
#define MUTEX_MODIFY_STATE MUTANT_QUERY_STATE
#define MUTEX_ALL_ACCESS MUTANT_ALL_ACCESS
HANDLE CreateMutexA(LPSECURITY_ATTRIBUTES attributes, BOOL initially_owned,
		    LPCSTR name);
HANDLE CreateMutexW(LPSECURITY_ATTRIBUTES attributes, BOOL initially_owned,
		    LPCWSTR name);
#define CreateMutex GUISE_WIN32_AW(CreateMutex)
HANDLE CreateMutexExA(LPSECURITY_ATTRIBUTES attributes, LPCSTR name,
		      DWORD flags, DWORD access);
HANDLE CreateMutexExW(LPSECURITY_ATTRIBUTES attributes, LPCWSTR name,
		      DWORD flags, DWORD access);
#define CreateMutexEx GUISE_WIN32_AW(CreateMutexEx)
HANDLE OpenMutexW(DWORD access, BOOL inherit, LPCWSTR name);
BOOL ReleaseMutex(HANDLE mutex);

/* Semaphores */
HANDLE CreateSemaphoreExA(LPSECURITY_ATTRIBUTES attributes, LONG initial,
			  LONG maximum, LPCSTR name, DWORD flags, DWORD access);
HANDLE CreateSemaphoreExW(LPSECURITY_ATTRIBUTES attributes, LONG initial,
			  LONG maximum, LPCWSTR name, DWORD flags,
			  DWORD access);
#define CreateSemaphoreEx GUISE_WIN32_AW(CreateSemaphoreEx)
HANDLE OpenSemaphoreW(DWORD access, BOOL inherit, LPCWSTR name);
BOOL ReleaseSemaphore(HANDLE semaphore, LONG count, LPLONG previous);

/* Locks within the process */
typedef struct _RTL_CRITICAL_SECTION {
	PVOID DebugInfo;
	LONG LockCount;
	LONG RecursionCount;
	HANDLE OwningThread;
	HANDLE LockSemaphore;
	ULONG_PTR SpinCount;
} RTL_CRITICAL_SECTION, *PRTL_CRITICAL_SECTION;
typedef RTL_CRITICAL_SECTION CRITICAL_SECTION, *PCRITICAL_SECTION,
	*LPCRITICAL_SECTION;

VOID InitializeCriticalSection(LPCRITICAL_SECTION section);
BOOL InitializeCriticalSectionAndSpinCount(LPCRITICAL_SECTION section,
					   DWORD spins);
VOID EnterCriticalSection(LPCRITICAL_SECTION section);
BOOL TryEnterCriticalSection(LPCRITICAL_SECTION section);
VOID LeaveCriticalSection(LPCRITICAL_SECTION section);
VOID DeleteCriticalSection(LPCRITICAL_SECTION section);
BOOL InitializeCriticalSectionEx(LPCRITICAL_SECTION section, DWORD spins,
				 DWORD flags);
DWORD SetCriticalSectionSpinCount(LPCRITICAL_SECTION section, DWORD spins);

/* Locks that are not recursive, shared or exclusive */
typedef RTL_SRWLOCK SRWLOCK, *PSRWLOCK;
#define SRWLOCK_INIT RTL_SRWLOCK_INIT

VOID InitializeSRWLock(PSRWLOCK lock);
VOID AcquireSRWLockExclusive(PSRWLOCK lock);
VOID AcquireSRWLockShared(PSRWLOCK lock);
VOID ReleaseSRWLockExclusive(PSRWLOCK lock);
VOID ReleaseSRWLockShared(PSRWLOCK lock);
BOOLEAN TryAcquireSRWLockExclusive(PSRWLOCK lock);
BOOLEAN TryAcquireSRWLockShared(PSRWLOCK lock);

/* Waiting for what a lock protects */
typedef RTL_CONDITION_VARIABLE CONDITION_VARIABLE, *PCONDITION_VARIABLE;
#define CONDITION_VARIABLE_INIT RTL_CONDITION_VARIABLE_INIT
#define CONDITION_VARIABLE_LOCKMODE_SHARED                                     \
	RTL_CONDITION_VARIABLE_LOCKMODE_SHARED

VOID InitializeConditionVariable(PCONDITION_VARIABLE variable);
VOID WakeConditionVariable(PCONDITION_VARIABLE variable);
VOID WakeAllConditionVariable(PCONDITION_VARIABLE variable);
BOOL SleepConditionVariableCS(PCONDITION_VARIABLE variable,
			      PCRITICAL_SECTION section, DWORD milliseconds);
BOOL SleepConditionVariableSRW(PCONDITION_VARIABLE variable, PSRWLOCK lock,
			       DWORD milliseconds, ULONG flags);

/* What is done once */
typedef RTL_RUN_ONCE INIT_ONCE;
typedef PRTL_RUN_ONCE PINIT_ONCE;
typedef PRTL_RUN_ONCE LPINIT_ONCE;
typedef BOOL(WINAPI *PINIT_ONCE_FN)(PINIT_ONCE once, PVOID parameter,
				    PVOID *context);
#define INIT_ONCE_STATIC_INIT RTL_RUN_ONCE_INIT
#define INIT_ONCE_CHECK_ONLY RTL_RUN_ONCE_CHECK_ONLY
#define INIT_ONCE_ASYNC RTL_RUN_ONCE_ASYNC
#define INIT_ONCE_INIT_FAILED RTL_RUN_ONCE_INIT_FAILED
#define INIT_ONCE_CTX_RESERVED_BITS RTL_RUN_ONCE_CTX_RESERVED_BITS

VOID InitOnceInitialize(PINIT_ONCE once);
BOOL InitOnceExecuteOnce(PINIT_ONCE once, PINIT_ONCE_FN what, PVOID parameter,
			 LPVOID *context);
BOOL InitOnceBeginInitialize(LPINIT_ONCE once, DWORD flags, PBOOL pending,
			     LPVOID *context);
BOOL InitOnceComplete(LPINIT_ONCE once, DWORD flags, LPVOID context);

GUISE_WIN32_END

#endif
