/* SPDX-License-Identifier: Apache-2.0 */
/* See pipe-pending.h. */
#include <guise/thread-token.h>

#include "futex.h"
#include "pipe-pending.h"
#include "sync.h"
#include "user-memory.h"

/* How often an operation under way looks whether it is cancelled. */
#define SLICE_MS 50
#define STACK_SIZE (256u << 10)

NTSTATUS pipe_result_of(OVERLAPPED *overlapped, struct pipe_result *ret)
{
	if (!user_writable(overlapped, sizeof(*overlapped)))
		return STATUS_ACCESS_VIOLATION;
	ret->words = (pipe_word *)overlapped;
	/* a set low bit keeps it from a completion port; there are none */
	ret->event = (HANDLE)((uintptr_t)overlapped->hEvent & ~(uintptr_t)1);
	return STATUS_SUCCESS;
}

/* *ret: a reference, or NULL where there is no event */
static NTSTATUS event_of(const struct pipe_result *result, struct object **ret)
{
	*ret = NULL;
	if (!result->event)
		return STATUS_SUCCESS;
	return handle_object(result->event, &event_type, EVENT_MODIFY_STATE,
			     ret, NULL);
}

static void tell(const struct pipe_result *result, struct object *event,
		 NTSTATUS status, ULONG done)
{
	result->words[1] = done;
	/* whoever sees the status sees the rest */
	__atomic_store_n(&result->words[0], (ULONG_PTR)(ULONG)status,
			 __ATOMIC_RELEASE);
	/* it was checked when the operation began */
	if (event)
		(void)event->type->wait->signal(event, EVENT_MODIFY_STATE);
}

NTSTATUS pipe_complete(const struct pipe_result *result, NTSTATUS status,
		       ULONG done)
{
	GUISE_AUTO(object_unrefp) struct object *event = NULL;
	NTSTATUS found;

	if (NT_ERROR(status))
		return status;
	found = event_of(result, &event);
	if (found < 0)
		return found;
	tell(result, event, status, done);
	return status;
}

/* After an attempt: over, whether by @status or by being cancelled? */
static bool is_over(struct pipe_operation *operation, NTSTATUS status)
{
	bool is;

	must(pthread_mutex_lock(&operation->pipe->pending_lock) == 0);
	is = status != STATUS_TIMEOUT || operation->is_cancelled;
	operation->is_over = is;
	must(pthread_mutex_unlock(&operation->pipe->pending_lock) == 0);
	return is;
}

static void link_operation(struct pipe_operation *operation)
{
	struct pipe_object *pipe = operation->pipe;

	must(pthread_mutex_lock(&pipe->pending_lock) == 0);
	operation->next = pipe->pending;
	pipe->pending = operation;
	(void)atomic_fetch_add(&pipe->n_pending, 1);
	must(pthread_mutex_unlock(&pipe->pending_lock) == 0);
}

/* The pipe may be gone when this returns. */
static void unlink_operation(struct pipe_operation *operation)
{
	struct pipe_object *pipe = operation->pipe;
	struct pipe_operation **at = &pipe->pending;

	must(pthread_mutex_lock(&pipe->pending_lock) == 0);
	while (*at != operation)
		at = &(*at)->next;
	*at = operation->next;
	(void)atomic_fetch_sub(&pipe->n_pending, 1);
	futex_wake(&pipe->n_pending, false);
	must(pthread_cond_broadcast(&pipe->pending_over) == 0);
	must(pthread_mutex_unlock(&pipe->pending_lock) == 0);
}

static void *carry_out(void *argument)
{
	struct pipe_operation *operation = argument;
	NTSTATUS status;

	do {
		status = operation->attempt(operation, SLICE_MS);
	} while (!is_over(operation, status));
	tell(&operation->result, operation->event,
	     status == STATUS_TIMEOUT ? STATUS_CANCELLED : status,
	     operation->done);
	unlink_operation(operation);
	(void)object_unref(operation->event);
	free(operation);
	return NULL;
}

static int start_thread(struct pipe_operation *operation)
{
	pthread_attr_t attributes;
	pthread_t thread;
	int r;

	must(pthread_attr_init(&attributes) == 0);
	must(pthread_attr_setdetachstate(&attributes,
					 PTHREAD_CREATE_DETACHED) == 0);
	must(pthread_attr_setstacksize(&attributes, STACK_SIZE) == 0);
	r = guise_thread_create(&thread, &attributes, carry_out, operation);
	must(pthread_attr_destroy(&attributes) == 0);
	return r;
}

/* Goes on in a thread. Takes the reference of the event, also on failure. */
static NTSTATUS go_on(const struct pipe_operation *operation)
{
	struct pipe_operation *copy = array_alloc(1, sizeof(*copy));
	int r = -ENOMEM;

	if (copy) {
		*copy = *operation;
		copy->is_later = true;
		link_operation(copy);
		r = start_thread(copy);
	}
	if (r == 0)
		return STATUS_PENDING;
	if (copy)
		unlink_operation(copy);
	(void)object_unref(operation->event);
	free(copy);
	return status_of(r);
}

NTSTATUS pipe_begin(const struct pipe_operation *operation, NTSTATUS none,
		    ULONG *ret_done)
{
	struct pipe_operation now = *operation;
	struct pipe_object *pipe = now.pipe;
	NTSTATUS status;

	status = event_of(&now.result, &now.event);
	if (status < 0)
		return status;
	if (now.event)
		(void)NtResetEvent(now.result.event, NULL);
	now.result.words[0] = (ULONG_PTR)STATUS_PENDING;
	now.result.words[1] = 0;
	status =
		now.attempt(&now, pipe->is_overlapped ? 0 : pipe_timeout(pipe));
	if (status == STATUS_TIMEOUT && pipe_timeout(pipe) > 0)
		return go_on(&now);
	if (status == STATUS_TIMEOUT)
		status = none;
	if (!NT_ERROR(status)) {
		*ret_done = now.done;
		tell(&now.result, now.event, status, now.done);
	}
	(void)object_unref(now.event);
	return status;
}

static bool cancel(struct pipe_object *pipe, const void *words)
{
	bool any = false;

	for (struct pipe_operation *o = pipe->pending; o; o = o->next) {
		if (!o->is_over &&
		    (!words || (const void *)o->result.words == words))
			any = o->is_cancelled = true;
	}
	return any;
}

bool pipe_cancel(struct pipe_object *pipe, const void *words)
{
	bool any;

	must(pthread_mutex_lock(&pipe->pending_lock) == 0);
	any = cancel(pipe, words);
	must(pthread_mutex_unlock(&pipe->pending_lock) == 0);
	return any;
}

void pipe_cancel_all(struct pipe_object *pipe)
{
	must(pthread_mutex_lock(&pipe->pending_lock) == 0);
	(void)cancel(pipe, NULL);
	while (pipe->pending)
		must(pthread_cond_wait(&pipe->pending_over,
				       &pipe->pending_lock) == 0);
	must(pthread_mutex_unlock(&pipe->pending_lock) == 0);
}
