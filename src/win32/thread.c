/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads. The calling thread's object is made when it is first asked for and
 * hears of the thread's end through a destructor; any other thread of the
 * machine can be opened, too, and is then known by its number and its start.
 */
#include <pthread.h>
#include <unistd.h>

#include "descriptor-file.h"
#include "fls.h"
#include "futex.h"
#include "handle.h"
#include "proc.h"
#include "process.h"
#include "thread.h"

/* GENERIC_EXECUTE with the rights that later versions of Windows added */
#define THREAD_MAPPING                                                         \
	{                                                                      \
		0x20048, 0x20437, 0x121800, THREAD_ALL_ACCESS                  \
	}

static struct object_list threads = OBJECT_LIST;
static pthread_key_t key;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
/* The calling thread's; a reference, given back by the destructor */
static _Thread_local struct thread *current;

static struct thread *of(struct object *object)
{
	return (struct thread *)object;
}

static void thread_free(struct object *object)
{
	object_list_remove(&threads, &of(object)->link);
	if (of(object)->process)
		(void)object_unref(&of(object)->process->object);
	object_clear(object);
	free(object);
}

static ACCESS_MASK thread_imply(ACCESS_MASK granted)
{
	ACCESS_MASK implied = 0;

	if (granted & THREAD_QUERY_INFORMATION)
		implied |= THREAD_QUERY_LIMITED_INFORMATION;
	if (granted & THREAD_SET_INFORMATION)
		implied |= THREAD_SET_LIMITED_INFORMATION;
	return implied;
}

static NTSTATUS thread_get_sd(struct object *object,
			      const struct guise_sd **ret)
{
	const struct thread *thread = of(object);
	NTSTATUS status;

	status = descriptor_file_read('T', thread->tid, thread->start,
				      thread->uid, ret);
	if (status != STATUS_OBJECT_NAME_NOT_FOUND)
		return status;
	return process_default_sd(object->type, thread->uid, ret);
}

static NTSTATUS thread_set_sd(struct object *object,
			      SECURITY_INFORMATION information,
			      const struct guise_sd *modification)
{
	const struct thread *thread = of(object);
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *current_sd = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *changed = NULL;
	NTSTATUS status;

	status = thread_get_sd(object, &current_sd);
	if (status >= 0)
		status = object_changed_sd(object->type, current_sd,
					   information, modification, &changed);
	if (status < 0)
		return status;
	return descriptor_file_write('T', thread->tid, thread->start,
				     thread->uid, changed);
}

bool thread_has_ended(const struct thread *thread)
{
	uint64_t start;

	if (atomic_load(&thread->ended))
		return true;
	if (thread->is_known)
		return false;
	return !proc_start(thread->tid, &start) || start != thread->start;
}

/* A thread that does not tell us of its end is looked at now and then
 * (wait_many()). */
static NTSTATUS wait_word(struct object *object, struct wait_word *ret)
{
	struct thread *thread = of(object);

	ret->futex = &thread->ended;
	ret->value = atomic_load(&thread->ended);
	ret->shared = false;
	ret->look_again = !thread->is_known;
	return STATUS_SUCCESS;
}

static NTSTATUS wait_ready(struct object *object)
{
	return thread_has_ended(of(object)) ? STATUS_WAIT_0 : STATUS_TIMEOUT;
}

static const struct wait_ops wait_ops = {
	.word = wait_word,
	.ready = wait_ready,
	.take = wait_ready,
};

const struct object_type thread_type = {
	.name = "Thread",
	.mapping = THREAD_MAPPING,
	.valid = THREAD_ALL_ACCESS,
	.imply = thread_imply,
	.debuggable = true,
	.may_gain = true,
	.free = thread_free,
	.wait = &wait_ops,
	.get_sd = thread_get_sd,
	.set_sd = thread_set_sd,
};

struct thread *thread_new(pid_t tid, uint64_t start, pid_t pid, uint32_t uid)
{
	struct thread *thread = array_alloc(1, sizeof(*thread));

	if (!thread)
		return NULL;
	object_init(&thread->object, &thread_type, NULL);
	thread->tid = tid;
	thread->start = start;
	thread->pid = pid;
	thread->uid = uid;
	thread->is_own = pid == getpid();
	return thread;
}

void thread_list(struct thread *thread)
{
	object_list_add(&threads, &thread->link, &thread->object);
}

void thread_end(struct thread *thread)
{
	atomic_store(&thread->ended, 1);
	futex_wake(&thread->ended, false);
	(void)object_unref(&thread->object);
}

static void destructor(void *thread)
{
	fls_end_thread();
	current = NULL;
	thread_end(thread);
}

static void make_key(void)
{
	must(pthread_key_create(&key, destructor) == 0);
}

bool thread_adopt(struct thread *thread)
{
	must(pthread_once(&key_once, make_key) == 0);
	if (pthread_setspecific(key, thread) != 0)
		return false;
	current = thread;
	return true;
}

/* The object of a thread that others made */
static struct thread *make_current(void)
{
	struct thread *thread = thread_new(proc_own_tid(), proc_own_start(),
					   getpid(), getuid());

	if (!thread)
		return NULL;
	thread->is_known = true;
	if (!thread_adopt(thread)) {
		(void)object_unref(&thread->object);
		return NULL;
	}
	thread_list(thread);
	return thread;
}

struct thread *thread_own(void)
{
	if (!current || current->tid != proc_own_tid()) /* fork() */
		return make_current();
	return current;
}

struct object *thread_current(void)
{
	struct thread *thread = thread_own();

	return thread ? object_ref(&thread->object) : NULL;
}

struct thread_key {
	pid_t tid;
	uint64_t start;
};

static bool is_thread(struct object *object, const void *wanted)
{
	const struct thread_key *thread = wanted;

	return of(object)->tid == thread->tid &&
	       of(object)->start == thread->start;
}

NTSTATUS thread_find(pid_t tid, struct thread **ret)
{
	struct thread_key wanted = {.tid = tid};
	struct object *found;
	uint32_t uid;
	pid_t pid;

	if (tid == proc_own_tid()) {
		found = thread_current();
		if (!found)
			return STATUS_NO_MEMORY;
		*ret = of(found);
		return STATUS_SUCCESS;
	}
	if (!proc_start(tid, &wanted.start) || !proc_owner(tid, &pid, &uid))
		return STATUS_INVALID_CID;
	found = object_list_find(&threads, is_thread, &wanted);
	if (!found) {
		*ret = thread_new(tid, wanted.start, pid, uid);
		if (!*ret)
			return STATUS_NO_MEMORY;
		thread_list(*ret);
		return STATUS_SUCCESS;
	}
	*ret = of(found);
	return STATUS_SUCCESS;
}
