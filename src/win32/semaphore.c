/* SPDX-License-Identifier: Apache-2.0 */
/* Semaphores: a count that waiting takes one from. */
#include "handle.h"
#include "sync-names.h"
#include "user-memory.h"

/* ntddk.h's; the SDK has no name for it */
#define SEMAPHORE_QUERY_STATE 0x0001

/* How many to add; the count before */
struct release {
	LONG n;
	LONG before;
};

static NTSTATUS semaphore_ready(struct object *object)
{
	struct sync_state state;
	NTSTATUS status = sync_read((struct sync *)object, &state);

	if (status < 0)
		return status;
	return state.count > 0 ? STATUS_WAIT_0 : STATUS_TIMEOUT;
}

static NTSTATUS take(struct sync_state *state, void *unused)
{
	(void)unused;
	if (state->count == 0)
		return STATUS_TIMEOUT;
	state->count--;
	return STATUS_WAIT_0;
}

static NTSTATUS semaphore_take(struct object *object)
{
	return sync_change((struct sync *)object, take, NULL);
}

static NTSTATUS add(struct sync_state *state, void *context)
{
	struct release *release = context;

	release->before = state->count;
	if (release->n > state->maximum - state->count)
		return STATUS_SEMAPHORE_LIMIT_EXCEEDED;
	state->count += release->n;
	return STATUS_SUCCESS;
}

static void semaphore_undo(struct object *object)
{
	struct release one = {.n = 1};

	(void)sync_change((struct sync *)object, add, &one);
}

static NTSTATUS semaphore_signal(struct object *object, ACCESS_MASK granted)
{
	struct release one = {.n = 1};

	if (!(granted & SEMAPHORE_MODIFY_STATE))
		return STATUS_ACCESS_DENIED;
	return sync_change((struct sync *)object, add, &one);
}

static const struct wait_ops wait_ops = {
	.word = sync_word,
	.ready = semaphore_ready,
	.take = semaphore_take,
	.undo = semaphore_undo,
	.signal = semaphore_signal,
};

static NTSTATUS semaphore_receive(const struct pass *pass, struct object **ret)
{
	return sync_receive(&semaphore_type, pass, ret);
}

const struct object_type semaphore_type = {
	.name = "Semaphore",
	.mapping = {0x20001, 0x20002, 0x120000, SEMAPHORE_ALL_ACCESS},
	.valid = SEMAPHORE_ALL_ACCESS,
	.may_gain = true,
	.free = sync_free,
	.wait = &wait_ops,
	.get_sd = sync_get_sd,
	.set_sd = sync_set_sd,
	.get_name = sync_get_name,
	.pass = sync_pass,
	.receive = semaphore_receive,
};

static bool counts_are_sound(LONG count, LONG maximum)
{
	return maximum > 0 && count >= 0 && count <= maximum;
}

static HANDLE create(LPSECURITY_ATTRIBUTES attributes,
		     const struct sync_name *name, LONG count, LONG maximum,
		     ACCESS_MASK access)
{
	const struct sync_state state = {
		.kind = SYNC_SEMAPHORE,
		.count = count,
		.maximum = maximum,
	};

	if (!counts_are_sound(count, maximum)) {
		(void)win32_fail(ERROR_INVALID_PARAMETER);
		return NULL;
	}
	return sync_create_win32(&semaphore_type, attributes, name, &state,
				 access);
}

HANDLE WINAPI CreateSemaphoreW(LPSECURITY_ATTRIBUTES attributes, LONG count,
			       LONG maximum, LPCWSTR name)
{
	return create(attributes, &(struct sync_name){.wide = name}, count,
		      maximum, SEMAPHORE_ALL_ACCESS);
}

HANDLE WINAPI CreateSemaphoreA(LPSECURITY_ATTRIBUTES attributes, LONG count,
			       LONG maximum, LPCSTR name)
{
	return create(attributes, &(struct sync_name){.narrow = name}, count,
		      maximum, SEMAPHORE_ALL_ACCESS);
}

HANDLE WINAPI CreateSemaphoreExW(LPSECURITY_ATTRIBUTES attributes, LONG count,
				 LONG maximum, LPCWSTR name, DWORD flags,
				 DWORD access)
{
	(void)flags; /* none are defined */
	return create(attributes, &(struct sync_name){.wide = name}, count,
		      maximum, access);
}

HANDLE WINAPI CreateSemaphoreExA(LPSECURITY_ATTRIBUTES attributes, LONG count,
				 LONG maximum, LPCSTR name, DWORD flags,
				 DWORD access)
{
	(void)flags;
	return create(attributes, &(struct sync_name){.narrow = name}, count,
		      maximum, access);
}

HANDLE WINAPI OpenSemaphoreW(DWORD access, BOOL inherit, LPCWSTR name)
{
	return sync_open_win32(&semaphore_type, access, inherit,
			       &(struct sync_name){.wide = name});
}

HANDLE WINAPI OpenSemaphoreA(DWORD access, BOOL inherit, LPCSTR name)
{
	return sync_open_win32(&semaphore_type, access, inherit,
			       &(struct sync_name){.narrow = name});
}

NTSTATUS NTAPI NtReleaseSemaphore(HANDLE semaphore, ULONG count,
				  PULONG ret_before)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	struct release release = {.n = (LONG)count};
	NTSTATUS status;

	if (release.n <= 0)
		return STATUS_INVALID_PARAMETER;
	if (ret_before && !user_writable(ret_before, sizeof(*ret_before)))
		return STATUS_ACCESS_VIOLATION;
	status = handle_object(semaphore, &semaphore_type,
			       SEMAPHORE_MODIFY_STATE, &object, NULL);
	if (status >= 0)
		status = sync_change((struct sync *)object, add, &release);
	if (status >= 0 && ret_before)
		*ret_before = (ULONG)release.before;
	return status;
}

BOOL WINAPI ReleaseSemaphore(HANDLE semaphore, LONG count, LPLONG ret_before)
{
	return win32_result(NtReleaseSemaphore(semaphore, (ULONG)count,
					       (PULONG)ret_before));
}

NTSTATUS NTAPI NtCreateSemaphore(PHANDLE ret, ACCESS_MASK access,
				 const OBJECT_ATTRIBUTES *attributes,
				 LONG count, LONG maximum)
{
	const struct sync_state state = {
		.kind = SYNC_SEMAPHORE,
		.count = count,
		.maximum = maximum,
	};

	if (!counts_are_sound(count, maximum))
		return STATUS_INVALID_PARAMETER;
	return sync_create_native(&semaphore_type, access, attributes, &state,
				  ret);
}

NTSTATUS NTAPI NtOpenSemaphore(PHANDLE ret, ACCESS_MASK access,
			       const OBJECT_ATTRIBUTES *attributes)
{
	return sync_open_native(&semaphore_type, access, attributes, ret);
}

NTSTATUS NTAPI NtQuerySemaphore(HANDLE handle,
				SEMAPHORE_INFORMATION_CLASS class, PVOID out,
				ULONG size, PULONG ret_size)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	SEMAPHORE_BASIC_INFORMATION info;
	struct sync_state state;
	NTSTATUS status;

	if (class != SemaphoreBasicInformation)
		return STATUS_INVALID_INFO_CLASS;
	if (size != sizeof(info))
		return STATUS_INFO_LENGTH_MISMATCH;
	if (!user_writable(out, sizeof(info)) ||
	    (ret_size && !user_writable(ret_size, sizeof(*ret_size))))
		return STATUS_ACCESS_VIOLATION;
	status = handle_object(handle, &semaphore_type, SEMAPHORE_QUERY_STATE,
			       &object, NULL);
	if (status >= 0)
		status = sync_read((struct sync *)object, &state);
	if (status < 0)
		return status;
	info.CurrentCount = (ULONG)state.count;
	info.MaximumCount = (ULONG)state.maximum;
	memcpy(out, &info, sizeof(info));
	if (ret_size)
		*ret_size = sizeof(info);
	return STATUS_SUCCESS;
}
