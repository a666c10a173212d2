/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CreateThread and what is done with threads. A new thread is the process's
 * own, whoever its maker impersonates (guise_thread_create()).
 */
#include <limits.h>
#include <pthread.h>
#include <unistd.h>

#include <guise/thread-token.h>

#include "futex.h"
#include "handle.h"
#include "proc.h"
#include "status.h"
#include "thread.h"
#include "user-memory.h"

/* What a new thread is told, and tells its maker */
struct birth {
	struct thread *thread; /* a reference, the new thread's */
	atomic_uint done;      /* futex */
	bool adopted;
};

static void wait_while(atomic_uint *word, unsigned value)
{
	const struct wait_word wait = {.futex = word, .value = value};

	while (atomic_load(word) == value)
		(void)futex_wait(&wait, 1, FUTEX_FOREVER);
}

static void wait_until_resumed(struct thread *thread)
{
	unsigned count;

	while ((count = atomic_load(&thread->suspended)) > 0)
		wait_while(&thread->suspended, count);
}

static void *begin(void *argument)
{
	struct birth *birth = argument;
	struct thread *thread = birth->thread;

	thread->tid = proc_own_tid();
	thread->start = proc_own_start();
	birth->adopted = thread_adopt(thread);
	if (birth->adopted)
		thread_list(thread);
	atomic_store(&birth->done, 1);
	futex_wake(&birth->done, false);
	/* @birth is gone from here on */
	if (thread_own() != thread)
		return NULL;
	wait_until_resumed(thread);
	thread->code = thread->routine(thread->parameter);
	return NULL;
}

static int start(struct birth *birth, SIZE_T stack)
{
	pthread_attr_t attributes;
	pthread_t made;
	int r;

	must(pthread_attr_init(&attributes) == 0);
	must(pthread_attr_setdetachstate(&attributes,
					 PTHREAD_CREATE_DETACHED) == 0);
	if (stack >= (SIZE_T)PTHREAD_STACK_MIN)
		(void)pthread_attr_setstacksize(&attributes, stack);
	r = guise_thread_create(&made, &attributes, begin, birth);
	must(pthread_attr_destroy(&attributes) == 0);
	return r;
}

/* One reference is the caller's, one the thread's until it ends. */
static NTSTATUS create(LPTHREAD_START_ROUTINE routine, LPVOID parameter,
		       SIZE_T stack, bool suspended, struct thread **ret)
{
	struct thread *thread = thread_new(0, 0, getpid(), getuid());
	struct birth birth = {.thread = thread};
	int r;

	if (!thread)
		return STATUS_NO_MEMORY;
	thread->is_known = true;
	thread->routine = routine;
	thread->parameter = parameter;
	thread->code = STILL_ACTIVE;
	atomic_store(&thread->suspended, suspended ? 1 : 0);
	(void)object_ref(&thread->object);
	r = start(&birth, stack);
	if (r >= 0) {
		wait_while(&birth.done, 0);
		r = birth.adopted ? 0 : -ENOMEM;
	}
	if (r < 0) {
		(void)object_unref(&thread->object);
		(void)object_unref(&thread->object);
		return status_of(r);
	}
	*ret = thread;
	return STATUS_SUCCESS;
}

HANDLE WINAPI CreateThread(LPSECURITY_ATTRIBUTES attributes, SIZE_T stack,
			   LPTHREAD_START_ROUTINE routine, LPVOID parameter,
			   DWORD flags, LPDWORD ret_id)
{
	struct thread *thread = NULL;
	HANDLE handle = NULL;
	NTSTATUS status;

	if (ret_id && !user_writable(ret_id, sizeof(*ret_id))) {
		(void)win32_fail(ERROR_NOACCESS);
		return NULL;
	}
	status = create(routine, parameter, stack, flags & CREATE_SUSPENDED,
			&thread);
	if (status >= 0) {
		if (ret_id)
			*ret_id = (DWORD)thread->tid;
		status = handle_new(&thread->object, THREAD_ALL_ACCESS,
				    attributes && attributes->bInheritHandle
					    ? OBJ_INHERIT
					    : 0,
				    &handle);
	}
	(void)win32_result(status);
	return handle;
}

VOID WINAPI ExitThread(DWORD code)
{
	struct thread *thread = thread_own();

	if (thread)
		thread->code = code;
	pthread_exit(NULL);
}

HANDLE WINAPI GetCurrentThread(VOID)
{
	return (HANDLE)(LONG_PTR)-2;
}

DWORD WINAPI GetCurrentThreadId(VOID)
{
	return (DWORD)proc_own_tid();
}

static NTSTATUS thread_of(HANDLE handle, ACCESS_MASK needed,
			  struct object **ret)
{
	return handle_object(handle, &thread_type, needed, ret, NULL);
}

static const struct thread *as_thread(const struct object *object)
{
	return (const struct thread *)object;
}

DWORD WINAPI GetThreadId(HANDLE handle)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;

	if (!win32_result(thread_of(handle, THREAD_QUERY_LIMITED_INFORMATION,
				    &object)))
		return 0;
	return (DWORD)as_thread(object)->tid;
}

DWORD WINAPI GetProcessIdOfThread(HANDLE handle)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;

	if (!win32_result(thread_of(handle, THREAD_QUERY_LIMITED_INFORMATION,
				    &object)))
		return 0;
	return (DWORD)as_thread(object)->pid;
}

/* Nobody but itself knows what a thread of others ended with. */
static NTSTATUS exit_code(const struct thread *thread, DWORD *ret)
{
	if (!thread_has_ended(thread))
		*ret = STILL_ACTIVE;
	else if (thread->is_known)
		*ret = thread->code;
	else
		return STATUS_NOT_SUPPORTED;
	return STATUS_SUCCESS;
}

BOOL WINAPI GetExitCodeThread(HANDLE handle, LPDWORD ret)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	NTSTATUS status;

	status = thread_of(handle, THREAD_QUERY_LIMITED_INFORMATION, &object);
	if (status >= 0 && !user_writable(ret, sizeof(*ret)))
		status = STATUS_ACCESS_VIOLATION;
	if (status >= 0)
		status = exit_code(as_thread(object), ret);
	return win32_result(status);
}

/* Only a thread that has not begun is ever suspended. */
DWORD WINAPI ResumeThread(HANDLE handle)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	struct thread *thread;
	unsigned count;

	if (!win32_result(thread_of(handle, THREAD_SUSPEND_RESUME, &object)))
		return (DWORD)-1;
	thread = (struct thread *)object;
	if (thread->resume)
		return win32_result(thread->resume(thread)) ? 1 : (DWORD)-1;
	count = atomic_load(&thread->suspended);
	while (count > 0 && !atomic_compare_exchange_weak(&thread->suspended,
							  &count, count - 1))
		;
	futex_wake(&thread->suspended, false);
	return count;
}

static NTSTATUS open_thread(pid_t tid, ACCESS_MASK access, ULONG attributes,
			    HANDLE *ret)
{
	struct thread *thread;
	ACCESS_MASK granted;
	NTSTATUS status;

	status = thread_find(tid, &thread);
	if (status < 0)
		return status;
	status = object_check(&thread->object, access, &granted);
	if (status < 0) {
		(void)object_unref(&thread->object);
		return status;
	}
	return handle_new(&thread->object, granted, attributes, ret);
}

HANDLE WINAPI OpenThread(DWORD access, BOOL inherit, DWORD tid)
{
	HANDLE handle = NULL;

	(void)win32_result(open_thread((pid_t)tid, access,
				       inherit ? OBJ_INHERIT : 0, &handle));
	return handle;
}

NTSTATUS NTAPI NtOpenThread(PHANDLE ret, ACCESS_MASK access,
			    const OBJECT_ATTRIBUTES *attributes,
			    const CLIENT_ID *id)
{
	HANDLE handle;
	NTSTATUS status;

	if (!user_writable(ret, sizeof(*ret)) ||
	    !user_readable(attributes, sizeof(*attributes)) ||
	    (id && !user_readable(id, sizeof(*id))))
		return STATUS_ACCESS_VIOLATION;
	if (!id || attributes->ObjectName)
		return STATUS_INVALID_PARAMETER_MIX;
	status = open_thread((pid_t)(LONG_PTR)id->UniqueThread, access,
			     attributes->Attributes, &handle);
	if (status >= 0)
		*ret = handle;
	return status;
}
