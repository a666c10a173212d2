/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mutexes belong to threads. One whose owner ends is abandoned: the next to get
 * it is told. Threads of this process say so when they end; of other processes'
 * the kernel is asked, by number and start.
 */
#include <pthread.h>

#include "handle.h"
#include "proc.h"
#include "sync-names.h"
#include "user-memory.h"

static struct object_list mutexes = OBJECT_LIST;
static pthread_key_t key;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;

/* Who asks, and whether the object is shared with other processes */
struct asker {
	pid_t tid;
	uint64_t start;
	bool shared;
	LONG before; /* out: what the count was before */
};

static struct asker asker_of(const struct sync *sync)
{
	return (struct asker){
		.tid = proc_own_tid(),
		.start = proc_own_start(),
		.shared = sync->fd >= 0,
	};
}

static bool owns(const struct sync_state *state, const struct asker *asker)
{
	return state->owner == asker->tid && state->owner_start == asker->start;
}

static bool owner_is_gone(const struct sync_state *state)
{
	uint64_t start;

	return !proc_start(state->owner, &start) || start != state->owner_start;
}

static NTSTATUS ready_state(const struct sync_state *state,
			    const struct asker *asker)
{
	if (state->owner == 0)
		return state->abandoned ? STATUS_ABANDONED_WAIT_0
					: STATUS_WAIT_0;
	if (owns(state, asker))
		return state->count == INT32_MAX ? STATUS_MUTANT_LIMIT_EXCEEDED
						 : STATUS_WAIT_0;
	if (asker->shared && owner_is_gone(state))
		return STATUS_ABANDONED_WAIT_0;
	return STATUS_TIMEOUT;
}

static NTSTATUS take(struct sync_state *state, void *context)
{
	const struct asker *asker = context;
	NTSTATUS status = ready_state(state, asker);

	if (status < 0 || status == STATUS_TIMEOUT)
		return status;
	if (!owns(state, asker))
		state->count = 0;
	state->owner = asker->tid;
	state->owner_start = asker->start;
	state->abandoned = 0;
	state->count++;
	return status;
}

static NTSTATUS give_back(struct sync_state *state, void *context)
{
	struct asker *asker = context;

	if (!owns(state, asker))
		return STATUS_MUTANT_NOT_OWNED;
	asker->before = 1 - state->count;
	state->count--;
	if (state->count > 0)
		return STATUS_SUCCESS;
	state->owner = 0;
	state->owner_start = 0;
	return STATUS_SUCCESS;
}

static NTSTATUS abandon(struct sync_state *state, void *context)
{
	if (!owns(state, context))
		return STATUS_SUCCESS;
	state->owner = 0;
	state->owner_start = 0;
	state->count = 0;
	state->abandoned = 1;
	return STATUS_SUCCESS;
}

static void abandon_one(struct object *object, void *unused)
{
	struct sync *sync = (struct sync *)object;
	struct asker asker = asker_of(sync);

	(void)unused;
	/* of a file that is no mutex any more nobody hears */
	(void)sync_change(sync, abandon, &asker);
}

/* The calling thread ends. */
static void thread_ends(void *unused)
{
	object_list_each(&mutexes, abandon_one, unused);
}

static void make_key(void)
{
	must(pthread_key_create(&key, thread_ends) == 0);
}

/* From now on the calling thread may own something. */
static bool expect_end(void)
{
	must(pthread_once(&key_once, make_key) == 0);
	return pthread_getspecific(key) ||
	       pthread_setspecific(key, &mutexes) == 0;
}

void sync_is_made(struct sync *sync)
{
	if (sync->object.type == &mutex_type)
		object_list_add(&mutexes, &sync->link, &sync->object);
}

static void mutex_free(struct object *object)
{
	object_list_remove(&mutexes, &((struct sync *)object)->link);
	sync_free(object);
}

static NTSTATUS mutex_ready(struct object *object)
{
	struct sync *sync = (struct sync *)object;
	struct asker asker = asker_of(sync);
	struct sync_state state;
	NTSTATUS status = sync_read(sync, &state);

	return status < 0 ? status : ready_state(&state, &asker);
}

static NTSTATUS mutex_take(struct object *object)
{
	struct sync *sync = (struct sync *)object;
	struct asker asker = asker_of(sync);

	if (!expect_end())
		return STATUS_NO_MEMORY;
	return sync_change(sync, take, &asker);
}

static NTSTATUS release(struct object *object, LONG *ret_before)
{
	struct sync *sync = (struct sync *)object;
	struct asker asker = asker_of(sync);
	NTSTATUS status = sync_change(sync, give_back, &asker);

	*ret_before = asker.before;
	return status;
}

static void mutex_undo(struct object *object)
{
	LONG before;

	(void)release(object, &before);
}

static NTSTATUS mutex_signal(struct object *object, ACCESS_MASK granted)
{
	LONG before;

	(void)granted; /* to release it takes owning it */
	return release(object, &before);
}

static const struct wait_ops wait_ops = {
	.word = sync_word,
	.ready = mutex_ready,
	.take = mutex_take,
	.undo = mutex_undo,
	.signal = mutex_signal,
};

static NTSTATUS mutex_receive(const struct pass *pass, struct object **ret)
{
	return sync_receive(&mutex_type, pass, ret);
}

const struct object_type mutex_type = {
	.name = "Mutant",
	.mapping = {0x20001, 0x20000, 0x120000, MUTANT_ALL_ACCESS},
	.valid = MUTANT_ALL_ACCESS,
	.may_gain = true,
	.free = mutex_free,
	.wait = &wait_ops,
	.get_sd = sync_get_sd,
	.set_sd = sync_set_sd,
	.get_name = sync_get_name,
	.pass = sync_pass,
	.receive = mutex_receive,
};

static struct sync_state initial(bool owned)
{
	struct sync_state state = {.kind = SYNC_MUTEX};

	if (owned && expect_end()) {
		state.owner = proc_own_tid();
		state.owner_start = proc_own_start();
		state.count = 1;
	}
	return state;
}

static HANDLE create(LPSECURITY_ATTRIBUTES attributes,
		     const struct sync_name *name, bool owned,
		     ACCESS_MASK access)
{
	const struct sync_state state = initial(owned);

	return sync_create_win32(&mutex_type, attributes, name, &state, access);
}

HANDLE WINAPI CreateMutexW(LPSECURITY_ATTRIBUTES attributes, BOOL owned,
			   LPCWSTR name)
{
	return create(attributes, &(struct sync_name){.wide = name}, owned,
		      MUTANT_ALL_ACCESS);
}

HANDLE WINAPI CreateMutexA(LPSECURITY_ATTRIBUTES attributes, BOOL owned,
			   LPCSTR name)
{
	return create(attributes, &(struct sync_name){.narrow = name}, owned,
		      MUTANT_ALL_ACCESS);
}

HANDLE WINAPI CreateMutexExW(LPSECURITY_ATTRIBUTES attributes, LPCWSTR name,
			     DWORD flags, DWORD access)
{
	return create(attributes, &(struct sync_name){.wide = name},
		      flags & CREATE_MUTEX_INITIAL_OWNER, access);
}

HANDLE WINAPI CreateMutexExA(LPSECURITY_ATTRIBUTES attributes, LPCSTR name,
			     DWORD flags, DWORD access)
{
	return create(attributes, &(struct sync_name){.narrow = name},
		      flags & CREATE_MUTEX_INITIAL_OWNER, access);
}

HANDLE WINAPI OpenMutexW(DWORD access, BOOL inherit, LPCWSTR name)
{
	return sync_open_win32(&mutex_type, access, inherit,
			       &(struct sync_name){.wide = name});
}

HANDLE WINAPI OpenMutexA(DWORD access, BOOL inherit, LPCSTR name)
{
	return sync_open_win32(&mutex_type, access, inherit,
			       &(struct sync_name){.narrow = name});
}

NTSTATUS NTAPI NtReleaseMutant(HANDLE mutex, PLONG ret_before)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	NTSTATUS status;
	LONG before;

	if (ret_before && !user_writable(ret_before, sizeof(*ret_before)))
		return STATUS_ACCESS_VIOLATION;
	status = handle_object(mutex, &mutex_type, 0, &object, NULL);
	if (status >= 0)
		status = release(object, &before);
	if (status >= 0 && ret_before)
		*ret_before = before;
	return status;
}

BOOL WINAPI ReleaseMutex(HANDLE mutex)
{
	return win32_result(NtReleaseMutant(mutex, NULL));
}

NTSTATUS NTAPI NtCreateMutant(PHANDLE ret, ACCESS_MASK access,
			      const OBJECT_ATTRIBUTES *attributes,
			      BOOLEAN owned)
{
	const struct sync_state state = initial(owned);

	return sync_create_native(&mutex_type, access, attributes, &state, ret);
}

NTSTATUS NTAPI NtOpenMutant(PHANDLE ret, ACCESS_MASK access,
			    const OBJECT_ATTRIBUTES *attributes)
{
	return sync_open_native(&mutex_type, access, attributes, ret);
}

NTSTATUS NTAPI NtQueryMutant(HANDLE handle, MUTANT_INFORMATION_CLASS class,
			     PVOID out, ULONG size, PULONG ret_size)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	MUTANT_BASIC_INFORMATION info = {0};
	struct sync_state state;
	struct asker asker;
	NTSTATUS status;

	if (class != MutantBasicInformation)
		return STATUS_INVALID_INFO_CLASS;
	if (size != sizeof(info))
		return STATUS_INFO_LENGTH_MISMATCH;
	if (!user_writable(out, sizeof(info)) ||
	    (ret_size && !user_writable(ret_size, sizeof(*ret_size))))
		return STATUS_ACCESS_VIOLATION;
	status = handle_object(handle, &mutex_type, MUTANT_QUERY_STATE, &object,
			       NULL);
	if (status >= 0)
		status = sync_read((struct sync *)object, &state);
	if (status < 0)
		return status;
	asker = asker_of((struct sync *)object);
	info.CurrentCount = 1 - state.count;
	info.OwnedByCaller = state.owner && owns(&state, &asker);
	info.AbandonedState = state.abandoned != 0;
	memcpy(out, &info, sizeof(info));
	if (ret_size)
		*ret_size = sizeof(info);
	return STATUS_SUCCESS;
}
