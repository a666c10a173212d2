/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RegisterWaitForSingleObject: a thread of its own for each wait. It calls back
 * without a thread token, whatever the callback before left.
 */
#include <pthread.h>

#include <guise/limits.h>
#include <guise/thread-token.h>

#include "handle.h"
#include "status.h"

/**
 * struct wait - one registered wait
 * @next: in the list, while the caller has it
 * @references: the caller's and the thread's
 * @handles: @cancel, and a copy of what is waited for; owned
 * @completion: event set when the thread is done; a copy, owned, or NULL
 * @is_ended: by the caller: nothing is called back any more
 * @is_over: the thread will do nothing more
 *
 * The list's lock protects @next, @completion and what follows @flags.
 */
struct wait {
	struct wait *next;
	atomic_uint references;
	HANDLE handles[2];
	HANDLE completion;
	WAITORTIMERCALLBACK callback;
	PVOID context;
	DWORD milliseconds;
	ULONG flags;
	bool is_ended;
	bool is_calling;
	bool is_over;
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t less; /* a callback has ended */
	struct wait *first;
	unsigned n;
} waits = {.lock = PTHREAD_MUTEX_INITIALIZER, .less = PTHREAD_COND_INITIALIZER};

static void close_handle(HANDLE handle)
{
	if (handle)
		(void)handle_close(handle); /* it is ours */
}

static void wait_put(struct wait *wait)
{
	if (!refcount_put(&wait->references))
		return;
	close_handle(wait->handles[0]);
	close_handle(wait->handles[1]);
	close_handle(wait->completion);
	free(wait);
}

/* False: the caller has ended it, and must not be called back any more */
static bool begin_call(struct wait *wait)
{
	bool begins;

	must(pthread_mutex_lock(&waits.lock) == 0);
	begins = !wait->is_ended;
	wait->is_calling = begins;
	must(pthread_mutex_unlock(&waits.lock) == 0);
	return begins;
}

static void end_call(struct wait *wait)
{
	must(pthread_mutex_lock(&waits.lock) == 0);
	wait->is_calling = false;
	must(pthread_cond_broadcast(&waits.less) == 0);
	must(pthread_mutex_unlock(&waits.lock) == 0);
}

/* The thread ends, by itself or since the callback ended it */
static void leave(void *argument)
{
	struct wait *wait = argument;

	guise_thread_revert();
	must(pthread_mutex_lock(&waits.lock) == 0);
	wait->is_calling = false;
	wait->is_over = true;
	waits.n--;
	if (wait->completion)
		(void)SetEvent(wait->completion);
	must(pthread_cond_broadcast(&waits.less) == 0);
	must(pthread_mutex_unlock(&waits.lock) == 0);
	wait_put(wait);
}

static void wait_and_call(struct wait *wait)
{
	DWORD result;

	do {
		result = WaitForMultipleObjects(2, wait->handles, FALSE,
						wait->milliseconds);
		if (result == WAIT_OBJECT_0 || result == WAIT_FAILED ||
		    !begin_call(wait))
			return;
		guise_thread_revert();
		wait->callback(wait->context, result == WAIT_TIMEOUT);
		guise_thread_revert();
		end_call(wait);
	} while (!(wait->flags & WT_EXECUTEONLYONCE));
}

static void *run(void *wait)
{
	pthread_cleanup_push(leave, wait);
	wait_and_call(wait);
	pthread_cleanup_pop(1);
	return NULL;
}

static NTSTATUS copy_handle(HANDLE handle, HANDLE *ret)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	ACCESS_MASK granted;
	NTSTATUS status;

	status = handle_object(handle, NULL, SYNCHRONIZE, &object, &granted);
	if (status >= 0 && !object->type->wait)
		status = STATUS_OBJECT_TYPE_MISMATCH;
	if (status < 0)
		return status;
	return handle_new(guise_take(object), granted, 0, ret);
}

/* In the list and under way; both references are out */
static int begin(struct wait *wait)
{
	pthread_attr_t attributes;
	pthread_t thread;
	int r = -EAGAIN;

	if (waits.n >= GUISE_POOL_THREADS_MAX)
		return r;
	r = -pthread_attr_init(&attributes);
	if (r < 0)
		return r;
	must(pthread_attr_setdetachstate(&attributes,
					 PTHREAD_CREATE_DETACHED) == 0);
	r = guise_thread_create(&thread, &attributes, run, wait);
	must(pthread_attr_destroy(&attributes) == 0);
	if (r < 0)
		return r;
	waits.n++;
	wait->next = waits.first;
	waits.first = wait;
	return 0;
}

BOOL WINAPI RegisterWaitForSingleObject(PHANDLE ret, HANDLE handle,
					WAITORTIMERCALLBACK callback,
					PVOID context, ULONG milliseconds,
					ULONG flags)
{
	struct wait *wait;
	NTSTATUS status;

	if (!ret || !callback)
		return win32_fail(ERROR_INVALID_PARAMETER);
	if (flags & WT_TRANSFER_IMPERSONATION)
		return win32_fail(ERROR_NOT_SUPPORTED);
	wait = array_alloc(1, sizeof(*wait));
	if (!wait)
		return win32_fail(ERROR_NOT_ENOUGH_MEMORY);
	atomic_init(&wait->references, 2);
	wait->callback = callback;
	wait->context = context;
	wait->milliseconds = milliseconds;
	wait->flags = flags;
	wait->handles[0] = CreateEventA(NULL, TRUE, FALSE, NULL);
	status = wait->handles[0] ? copy_handle(handle, &wait->handles[1])
				  : STATUS_NO_MEMORY;
	if (status >= 0) {
		must(pthread_mutex_lock(&waits.lock) == 0);
		status = status_of(begin(wait));
		must(pthread_mutex_unlock(&waits.lock) == 0);
	}
	if (status < 0) {
		atomic_store(&wait->references, 1);
		wait_put(wait);
		return win32_result(status);
	}
	*ret = wait;
	return TRUE;
}

/* Takes it off the list; NULL: it is none. The list is locked */
static struct wait *take(HANDLE handle)
{
	for (struct wait **at = &waits.first; *at; at = &(*at)->next) {
		struct wait *wait = *at;

		if (wait != handle)
			continue;
		*at = wait->next;
		return wait;
	}
	return NULL;
}

/* Is a callback under way when this returns? */
static bool end(struct wait *wait, HANDLE completion, bool until_done)
{
	wait->is_ended = true;
	wait->completion = completion;
	(void)SetEvent(wait->handles[0]);
	while (until_done && wait->is_calling)
		must(pthread_cond_wait(&waits.less, &waits.lock) == 0);
	if (wait->is_over && completion)
		(void)SetEvent(completion); /* nobody else will */
	return wait->is_calling;
}

BOOL WINAPI UnregisterWaitEx(HANDLE handle, HANDLE completion)
{
	bool until_done = completion == INVALID_HANDLE_VALUE;
	HANDLE copy = NULL;
	struct wait *wait;
	bool pending = false;

	if (completion && !until_done &&
	    !DuplicateHandle(GetCurrentProcess(), completion,
			     GetCurrentProcess(), &copy, EVENT_MODIFY_STATE,
			     FALSE, 0))
		return FALSE;
	must(pthread_mutex_lock(&waits.lock) == 0);
	wait = take(handle);
	if (wait)
		pending = end(wait, copy, until_done);
	must(pthread_mutex_unlock(&waits.lock) == 0);
	if (!wait) {
		close_handle(copy);
		return win32_fail(ERROR_INVALID_HANDLE);
	}
	wait_put(wait);
	return pending ? win32_fail(ERROR_IO_PENDING) : TRUE;
}

BOOL WINAPI UnregisterWait(HANDLE handle)
{
	return UnregisterWaitEx(handle, NULL);
}
