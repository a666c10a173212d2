/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waiting. Each turn reads the futexes of all objects, then asks the objects,
 * then sleeps until one of the futexes is not what it was: nothing that happens
 * in between is missed.
 */
#include <sched.h>
#include <time.h>

#include "futex.h"
#include "handle.h"
#include "user-memory.h"

#define NS_PER_MS INT64_C(1000000)
/* How often what does not wake us is looked at. */
#define LOOK_AGAIN_NS (50 * NS_PER_MS)

static int64_t deadline_of(DWORD milliseconds)
{
	if (milliseconds == INFINITE)
		return FUTEX_FOREVER;
	return futex_now() + milliseconds * NS_PER_MS;
}

/* 100 ns; NULL: for ever; negative: from now; positive: since 1601 */
static int64_t deadline_of_timeout(const LARGE_INTEGER *timeout)
{
	const int64_t epoch = INT64_C(116444736000000000);
	struct timespec now;
	int64_t left;

	if (!timeout)
		return FUTEX_FOREVER;
	if (timeout->QuadPart == INT64_MIN)
		return FUTEX_FOREVER;
	if (timeout->QuadPart <= 0) {
		left = -timeout->QuadPart;
	} else {
		must(clock_gettime(CLOCK_REALTIME, &now) == 0);
		left = timeout->QuadPart - epoch -
		       ((int64_t)now.tv_sec * 10000000 + now.tv_nsec / 100);
	}
	if (left < 0)
		left = 0;
	if (left > (FUTEX_FOREVER - futex_now()) / 100 - 1)
		return FUTEX_FOREVER;
	return futex_now() + left * 100;
}

/* The objects of one wait; references */
struct set {
	struct object *objects[MAXIMUM_WAIT_OBJECTS];
	size_t n;
};

static void set_clear(struct set *set)
{
	for (size_t i = 0; i < set->n; i++)
		set->objects[i] = object_unref(set->objects[i]);
	set->n = 0;
}

static NTSTATUS set_fill(struct set *set, size_t n, const HANDLE *handles)
{
	for (size_t i = 0; i < n; i++) {
		struct object *object;
		NTSTATUS status;

		status = handle_object(handles[i], NULL, SYNCHRONIZE, &object,
				       NULL);
		if (status < 0)
			return status;
		set->objects[set->n++] = object;
		if (!object->type->wait)
			return STATUS_OBJECT_TYPE_MISMATCH;
	}
	return STATUS_SUCCESS;
}

static bool has_twins(const struct set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		for (size_t j = 0; j < i; j++) {
			if (set->objects[i] == set->objects[j])
				return true;
		}
	}
	return false;
}

/* STATUS_TIMEOUT: not now */
static NTSTATUS take_any(const struct set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		NTSTATUS status =
			set->objects[i]->type->wait->take(set->objects[i]);

		if (status == STATUS_WAIT_0 ||
		    status == STATUS_ABANDONED_WAIT_0)
			return status + (NTSTATUS)i;
		if (status != STATUS_TIMEOUT)
			return status;
	}
	return STATUS_TIMEOUT;
}

static void undo(const struct set *set, size_t n)
{
	while (n-- > 0) {
		const struct wait_ops *ops = set->objects[n]->type->wait;

		if (ops->undo)
			ops->undo(set->objects[n]);
	}
}

static NTSTATUS all_ready(const struct set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		NTSTATUS status =
			set->objects[i]->type->wait->ready(set->objects[i]);

		if (status < 0 || status == STATUS_TIMEOUT)
			return status;
	}
	return STATUS_WAIT_0;
}

/* Takes one after the other; if another thread was faster with one of them,
 * those before it are given back. */
static NTSTATUS take_all(const struct set *set)
{
	NTSTATUS all = all_ready(set);

	if (all < 0 || all == STATUS_TIMEOUT)
		return all;
	for (size_t i = 0; i < set->n; i++) {
		NTSTATUS status =
			set->objects[i]->type->wait->take(set->objects[i]);

		if (status == STATUS_ABANDONED_WAIT_0)
			all = STATUS_ABANDONED_WAIT_0;
		else if (status != STATUS_WAIT_0) {
			undo(set, i);
			return status;
		}
	}
	return all;
}

static NTSTATUS read_words(const struct set *set, struct wait_word *words,
			   bool *ret_look_again)
{
	*ret_look_again = false;
	for (size_t i = 0; i < set->n; i++) {
		NTSTATUS status;

		words[i] = (struct wait_word){0};
		status = set->objects[i]->type->wait->word(set->objects[i],
							   &words[i]);
		if (status < 0)
			return status;
		*ret_look_again |= words[i].look_again;
	}
	return STATUS_SUCCESS;
}

static NTSTATUS sleep_on(const struct wait_word *words, size_t n,
			 bool look_again, int64_t deadline)
{
	int64_t until = deadline;
	NTSTATUS status;

	if (look_again && deadline - LOOK_AGAIN_NS > futex_now())
		until = futex_now() + LOOK_AGAIN_NS;
	status = futex_wait(words, n, until);
	if (status == STATUS_TIMEOUT && until != deadline)
		return STATUS_SUCCESS;
	return status;
}

static NTSTATUS wait_set(const struct set *set, bool all, int64_t deadline)
{
	struct wait_word words[MAXIMUM_WAIT_OBJECTS];
	bool last = false, look_again;
	NTSTATUS status;

	for (;;) {
		status = read_words(set, words, &look_again);
		if (status >= 0)
			status = all ? take_all(set) : take_any(set);
		if (status != STATUS_TIMEOUT || last)
			return status;
		status = sleep_on(words, set->n, look_again, deadline);
		if (status < 0)
			return status;
		last = status == STATUS_TIMEOUT;
	}
}

static NTSTATUS wait_handles(size_t n, const HANDLE *handles, bool all,
			     int64_t deadline)
{
	GUISE_AUTO(set_clear) struct set set = {.n = 0};
	NTSTATUS status;

	if (n == 0 || n > MAXIMUM_WAIT_OBJECTS)
		return STATUS_INVALID_PARAMETER_1;
	if (!user_readable(handles, n * sizeof(*handles)))
		return STATUS_ACCESS_VIOLATION;
	status = set_fill(&set, n, handles);
	if (status < 0)
		return status;
	if (all && has_twins(&set))
		return STATUS_INVALID_PARAMETER_MIX;
	return wait_set(&set, all, deadline);
}

static DWORD wait_result(NTSTATUS status)
{
	if (status >= 0)
		return (DWORD)status;
	(void)win32_result(status);
	return WAIT_FAILED;
}

DWORD WINAPI WaitForMultipleObjectsEx(DWORD n, const HANDLE *handles, BOOL all,
				      DWORD milliseconds, BOOL alertable)
{
	(void)alertable; /* nothing queues calls to a thread here */
	return wait_result(
		wait_handles(n, handles, all, deadline_of(milliseconds)));
}

DWORD WINAPI WaitForMultipleObjects(DWORD n, const HANDLE *handles, BOOL all,
				    DWORD milliseconds)
{
	return WaitForMultipleObjectsEx(n, handles, all, milliseconds, FALSE);
}

DWORD WINAPI WaitForSingleObjectEx(HANDLE handle, DWORD milliseconds,
				   BOOL alertable)
{
	return WaitForMultipleObjectsEx(1, &handle, FALSE, milliseconds,
					alertable);
}

DWORD WINAPI WaitForSingleObject(HANDLE handle, DWORD milliseconds)
{
	return WaitForSingleObjectEx(handle, milliseconds, FALSE);
}

NTSTATUS NTAPI NtWaitForSingleObject(HANDLE handle, BOOLEAN alertable,
				     PLARGE_INTEGER timeout)
{
	(void)alertable;
	if (timeout && !user_readable(timeout, sizeof(*timeout)))
		return STATUS_ACCESS_VIOLATION;
	return wait_handles(1, &handle, false, deadline_of_timeout(timeout));
}

NTSTATUS NTAPI NtWaitForMultipleObjects(ULONG n, const HANDLE *handles,
					WAIT_TYPE type, BOOLEAN alertable,
					PLARGE_INTEGER timeout)
{
	(void)alertable;
	if (timeout && !user_readable(timeout, sizeof(*timeout)))
		return STATUS_ACCESS_VIOLATION;
	if (type != WaitAll && type != WaitAny)
		return STATUS_INVALID_PARAMETER_3;
	return wait_handles(n, handles, type == WaitAll,
			    deadline_of_timeout(timeout));
}

static NTSTATUS signal_object(HANDLE handle)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	ACCESS_MASK granted;
	NTSTATUS status;

	status = handle_object(handle, NULL, 0, &object, &granted);
	if (status < 0)
		return status;
	if (!object->type->wait || !object->type->wait->signal)
		return STATUS_OBJECT_TYPE_MISMATCH;
	return object->type->wait->signal(object, granted);
}

DWORD WINAPI SignalObjectAndWait(HANDLE signalled, HANDLE awaited,
				 DWORD milliseconds, BOOL alertable)
{
	GUISE_AUTO(set_clear) struct set set = {.n = 0};
	NTSTATUS status;

	(void)alertable;
	status = set_fill(&set, 1, &awaited);
	if (status >= 0)
		status = signal_object(signalled);
	if (status >= 0)
		status = wait_set(&set, false, deadline_of(milliseconds));
	return wait_result(status);
}

static void sleep_until(int64_t deadline)
{
	const struct timespec until = {
		.tv_sec = deadline / (1000 * NS_PER_MS),
		.tv_nsec = deadline % (1000 * NS_PER_MS),
	};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) ==
	       EINTR)
		;
}

DWORD WINAPI SleepEx(DWORD milliseconds, BOOL alertable)
{
	(void)alertable;
	if (milliseconds == 0)
		(void)sched_yield(); /* cannot fail */
	else
		sleep_until(deadline_of(milliseconds));
	return 0;
}

VOID WINAPI Sleep(DWORD milliseconds)
{
	(void)SleepEx(milliseconds, FALSE);
}

BOOL WINAPI SwitchToThread(VOID)
{
	return sched_yield() == 0;
}

NTSTATUS NTAPI NtDelayExecution(BOOLEAN alertable, PLARGE_INTEGER timeout)
{
	(void)alertable;
	if (!user_readable(timeout, sizeof(*timeout)))
		return STATUS_ACCESS_VIOLATION;
	sleep_until(deadline_of_timeout(timeout));
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI NtYieldExecution(VOID)
{
	(void)sched_yield(); /* cannot fail */
	return STATUS_SUCCESS;
}
