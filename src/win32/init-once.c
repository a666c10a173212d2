/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is done once. The two lowest bits of the pointer say how far it is; the
 * rest is the context. Its lower half is the futex.
 */
#include "futex.h"

enum stage {
	FRESH = 0,
	RUNNING,
	DONE,
	RACING, /* several may try, the first to end wins */
};

#define STAGE ((uintptr_t)3)
#define FLAGS (INIT_ONCE_CHECK_ONLY | INIT_ONCE_ASYNC | INIT_ONCE_INIT_FAILED)

static uintptr_t value_of(LPINIT_ONCE once)
{
	return (uintptr_t)__atomic_load_n(&once->Ptr, __ATOMIC_ACQUIRE);
}

static bool swap(LPINIT_ONCE once, uintptr_t from, uintptr_t to)
{
	PVOID expected = (PVOID)from;

	return __atomic_compare_exchange_n(&once->Ptr, &expected, (PVOID)to,
					   false, __ATOMIC_ACQ_REL,
					   __ATOMIC_RELAXED);
}

VOID WINAPI InitOnceInitialize(PINIT_ONCE once)
{
	once->Ptr = NULL;
}

static NTSTATUS is_done(uintptr_t value, PBOOL pending, LPVOID *context)
{
	*pending = FALSE;
	if (context)
		*context = (LPVOID)(value & ~STAGE);
	return STATUS_SUCCESS;
}

static void wait_while_running(LPINIT_ONCE once)
{
	const struct wait_word word = {.futex = &once->Ptr, .value = RUNNING};

	(void)futex_wait(&word, 1, FUTEX_FOREVER);
}

/* One look; STATUS_PENDING: another is needed */
static NTSTATUS begin(LPINIT_ONCE once, bool racing, PBOOL pending,
		      LPVOID *context)
{
	uintptr_t value = value_of(once);
	uintptr_t next = racing ? RACING : RUNNING;

	switch ((enum stage)(value & STAGE)) {
	case DONE:
		return is_done(value, pending, context);
	case FRESH:
		if (!swap(once, value, next))
			return STATUS_PENDING;
		break;
	case RUNNING:
		if (racing)
			return STATUS_INVALID_PARAMETER;
		wait_while_running(once);
		return STATUS_PENDING;
	case RACING:
		if (!racing)
			return STATUS_INVALID_PARAMETER;
		break;
	}
	*pending = TRUE;
	return STATUS_SUCCESS;
}

BOOL WINAPI InitOnceBeginInitialize(LPINIT_ONCE once, DWORD flags,
				    PBOOL pending, LPVOID *context)
{
	NTSTATUS status;

	if ((flags & ~(DWORD)(INIT_ONCE_CHECK_ONLY | INIT_ONCE_ASYNC)) ||
	    flags == (INIT_ONCE_CHECK_ONLY | INIT_ONCE_ASYNC))
		return win32_fail(ERROR_INVALID_PARAMETER);
	if (flags & INIT_ONCE_CHECK_ONLY) {
		uintptr_t value = value_of(once);

		if ((value & STAGE) != DONE)
			return win32_fail(ERROR_GEN_FAILURE);
		return win32_result(is_done(value, pending, context));
	}
	do {
		status = begin(once, flags & INIT_ONCE_ASYNC, pending, context);
	} while (status == STATUS_PENDING);
	return win32_result(status);
}

BOOL WINAPI InitOnceComplete(LPINIT_ONCE once, DWORD flags, LPVOID context)
{
	bool failed = flags & INIT_ONCE_INIT_FAILED;
	uintptr_t from = flags & INIT_ONCE_ASYNC ? RACING : RUNNING;
	uintptr_t to = failed ? FRESH : (uintptr_t)context | DONE;

	if ((flags & ~(DWORD)FLAGS) || (flags & INIT_ONCE_CHECK_ONLY) ||
	    (failed && (flags & INIT_ONCE_ASYNC || context)) ||
	    ((uintptr_t)context & STAGE))
		return win32_fail(ERROR_INVALID_PARAMETER);
	if (!swap(once, from, to))
		return win32_fail((value_of(once) & STAGE) == DONE &&
						  from == RACING
					  ? ERROR_GEN_FAILURE
					  : ERROR_INVALID_PARAMETER);
	futex_wake(&once->Ptr, false);
	return TRUE;
}

BOOL WINAPI InitOnceExecuteOnce(PINIT_ONCE once, PINIT_ONCE_FN what,
				PVOID parameter, LPVOID *context)
{
	LPVOID made = NULL;
	BOOL pending;

	if (!InitOnceBeginInitialize(once, 0, &pending, context))
		return FALSE;
	if (!pending)
		return TRUE;
	if (!what(once, parameter, &made)) {
		DWORD error = GetLastError();

		(void)InitOnceComplete(once, INIT_ONCE_INIT_FAILED, NULL);
		SetLastError(error);
		return FALSE;
	}
	if (!InitOnceComplete(once, 0, made))
		return FALSE;
	if (context)
		*context = made;
	return TRUE;
}
