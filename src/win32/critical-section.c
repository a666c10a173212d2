/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Critical sections: recursive locks on a futex. LockCount is the futex: free,
 * taken, or taken with somebody asleep. A section of zeros is free.
 */
#include <pthread.h>

#include "futex.h"
#include "proc.h"
#include "status.h"

enum lock_state {
	FREE = 0,
	TAKEN,
	CONTENDED,
};

static bool swap(LPCRITICAL_SECTION section, LONG from, LONG to)
{
	return __atomic_compare_exchange_n(&section->LockCount, &from, to,
					   false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

static HANDLE self(void)
{
	return (HANDLE)(LONG_PTR)proc_own_tid();
}

static bool is_mine(const RTL_CRITICAL_SECTION *section, HANDLE me)
{
	return __atomic_load_n(&section->OwningThread, __ATOMIC_RELAXED) == me;
}

static void own(LPCRITICAL_SECTION section, HANDLE me)
{
	__atomic_store_n(&section->OwningThread, me, __ATOMIC_RELAXED);
	section->RecursionCount = 1;
}

VOID WINAPI InitializeCriticalSection(LPCRITICAL_SECTION section)
{
	*section = (RTL_CRITICAL_SECTION){.LockCount = FREE};
}

BOOL WINAPI InitializeCriticalSectionAndSpinCount(LPCRITICAL_SECTION section,
						  DWORD spins)
{
	InitializeCriticalSection(section);
	section->SpinCount = spins;
	return TRUE;
}

BOOL WINAPI InitializeCriticalSectionEx(LPCRITICAL_SECTION section, DWORD spins,
					DWORD flags)
{
	(void)flags; /* about debugging */
	return InitializeCriticalSectionAndSpinCount(section, spins);
}

/* Nobody spins; the number is remembered. */
DWORD WINAPI SetCriticalSectionSpinCount(LPCRITICAL_SECTION section,
					 DWORD spins)
{
	DWORD before = (DWORD)section->SpinCount;

	section->SpinCount = spins;
	return before;
}

BOOL WINAPI TryEnterCriticalSection(LPCRITICAL_SECTION section)
{
	HANDLE me = self();

	if (is_mine(section, me)) {
		section->RecursionCount++;
		return TRUE;
	}
	if (!swap(section, FREE, TAKEN))
		return FALSE;
	own(section, me);
	return TRUE;
}

VOID WINAPI EnterCriticalSection(LPCRITICAL_SECTION section)
{
	const struct wait_word word = {.futex = &section->LockCount,
				       .value = CONTENDED};

	if (TryEnterCriticalSection(section))
		return;
	while (__atomic_exchange_n(&section->LockCount, CONTENDED,
				   __ATOMIC_ACQUIRE) != FREE)
		(void)futex_wait(&word, 1, FUTEX_FOREVER);
	own(section, self());
}

VOID WINAPI LeaveCriticalSection(LPCRITICAL_SECTION section)
{
	if (--section->RecursionCount > 0)
		return;
	__atomic_store_n(&section->OwningThread, NULL, __ATOMIC_RELAXED);
	if (__atomic_exchange_n(&section->LockCount, FREE, __ATOMIC_RELEASE) ==
	    CONTENDED)
		futex_wake(&section->LockCount, false);
}

VOID WINAPI DeleteCriticalSection(LPCRITICAL_SECTION section)
{
	InitializeCriticalSection(section);
}
