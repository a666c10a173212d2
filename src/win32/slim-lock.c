/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Slim locks and condition variables. Each is one futex in the first half of
 * the pointer that Windows' types consist of; zeros are a free lock.
 */
#include "futex.h"

/* Of a lock: who has it, else how many share it, and whether somebody sleeps.
 * Whoever lets go of the last hold clears the word and wakes all. */
#define EXCLUSIVE 0x80000000u
#define WAITERS 0x40000000u

static uint32_t *word_of(PSRWLOCK lock)
{
	return (uint32_t *)(void *)&lock->Ptr;
}

static bool swap(uint32_t *word, uint32_t from, uint32_t to)
{
	return __atomic_compare_exchange_n(word, &from, to, false,
					   __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

static uint32_t load(const uint32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED);
}

/* Sleeps, having said so, unless the word is not @value any more */
static void sleep_on(uint32_t *word, uint32_t value)
{
	const struct wait_word wait = {.futex = word, .value = value | WAITERS};

	if ((value & WAITERS) || swap(word, value, value | WAITERS))
		(void)futex_wait(&wait, 1, FUTEX_FOREVER);
}

VOID WINAPI InitializeSRWLock(PSRWLOCK lock)
{
	lock->Ptr = NULL;
}

BOOLEAN WINAPI TryAcquireSRWLockExclusive(PSRWLOCK lock)
{
	uint32_t value = load(word_of(lock));

	return (value & ~WAITERS) == 0 &&
	       swap(word_of(lock), value, value | EXCLUSIVE);
}

VOID WINAPI AcquireSRWLockExclusive(PSRWLOCK lock)
{
	while (!TryAcquireSRWLockExclusive(lock)) {
		uint32_t value = load(word_of(lock));

		if (value & ~WAITERS)
			sleep_on(word_of(lock), value);
	}
}

VOID WINAPI ReleaseSRWLockExclusive(PSRWLOCK lock)
{
	if (__atomic_exchange_n(word_of(lock), 0, __ATOMIC_RELEASE) & WAITERS)
		futex_wake(word_of(lock), false);
}

/* Readers come after a writer who waits, so that he gets his turn. */
BOOLEAN WINAPI TryAcquireSRWLockShared(PSRWLOCK lock)
{
	uint32_t value = load(word_of(lock));

	while (!(value & (EXCLUSIVE | WAITERS))) {
		if (swap(word_of(lock), value, value + 1))
			return TRUE;
		value = load(word_of(lock));
	}
	return FALSE;
}

VOID WINAPI AcquireSRWLockShared(PSRWLOCK lock)
{
	while (!TryAcquireSRWLockShared(lock)) {
		uint32_t value = load(word_of(lock));

		if (value & (EXCLUSIVE | WAITERS))
			sleep_on(word_of(lock), value);
	}
}

VOID WINAPI ReleaseSRWLockShared(PSRWLOCK lock)
{
	uint32_t value, left;

	do {
		value = load(word_of(lock));
		left = (value & ~WAITERS) == 1 ? 0 : value - 1;
	} while (!swap(word_of(lock), value, left));
	if (left == 0 && (value & WAITERS))
		futex_wake(word_of(lock), false);
}

static uint32_t *sequence_of(PCONDITION_VARIABLE variable)
{
	return (uint32_t *)(void *)&variable->Ptr;
}

VOID WINAPI InitializeConditionVariable(PCONDITION_VARIABLE variable)
{
	variable->Ptr = NULL;
}

VOID WINAPI WakeAllConditionVariable(PCONDITION_VARIABLE variable)
{
	__atomic_fetch_add(sequence_of(variable), 1, __ATOMIC_SEQ_CST);
	futex_wake(sequence_of(variable), false);
}

/* All wake and one goes on: a wait may always end for nothing. */
VOID WINAPI WakeConditionVariable(PCONDITION_VARIABLE variable)
{
	WakeAllConditionVariable(variable);
}

/* What to sleep on; read before the lock is given back */
static struct wait_word wait_word_of(PCONDITION_VARIABLE variable)
{
	return (struct wait_word){
		.futex = sequence_of(variable),
		.value = __atomic_load_n(sequence_of(variable),
					 __ATOMIC_SEQ_CST),
	};
}

static BOOL sleep_until_woken(const struct wait_word *word, DWORD milliseconds)
{
	int64_t deadline = FUTEX_FOREVER;

	if (milliseconds != INFINITE)
		deadline = futex_now() + (int64_t)milliseconds * 1000000;
	return futex_wait(word, 1, deadline) != STATUS_TIMEOUT;
}

BOOL WINAPI SleepConditionVariableCS(PCONDITION_VARIABLE variable,
				     PCRITICAL_SECTION section,
				     DWORD milliseconds)
{
	const struct wait_word word = wait_word_of(variable);
	BOOL woken;

	LeaveCriticalSection(section);
	woken = sleep_until_woken(&word, milliseconds);
	EnterCriticalSection(section);
	return woken ? TRUE : win32_fail(ERROR_TIMEOUT);
}

BOOL WINAPI SleepConditionVariableSRW(PCONDITION_VARIABLE variable,
				      PSRWLOCK lock, DWORD milliseconds,
				      ULONG flags)
{
	const struct wait_word word = wait_word_of(variable);
	bool shared = flags & CONDITION_VARIABLE_LOCKMODE_SHARED;
	BOOL woken;

	if (shared)
		ReleaseSRWLockShared(lock);
	else
		ReleaseSRWLockExclusive(lock);
	woken = sleep_until_woken(&word, milliseconds);
	if (shared)
		AcquireSRWLockShared(lock);
	else
		AcquireSRWLockExclusive(lock);
	return woken ? TRUE : win32_fail(ERROR_TIMEOUT);
}
