/* SPDX-License-Identifier: Apache-2.0 */
/* Events: set until reset (manual), or until one who waits takes it. */
#include "handle.h"
#include "sync-names.h"
#include "user-memory.h"

/* ntddk.h's; the SDK has no name for it */
#define EVENT_QUERY_STATE 0x0001

static NTSTATUS ready_state(const struct sync_state *state)
{
	return state->count ? STATUS_WAIT_0 : STATUS_TIMEOUT;
}

static NTSTATUS event_ready(struct object *object)
{
	struct sync_state state;
	NTSTATUS status = sync_read((struct sync *)object, &state);

	return status < 0 ? status : ready_state(&state);
}

static NTSTATUS take(struct sync_state *state, void *unused)
{
	NTSTATUS status = ready_state(state);

	(void)unused;
	if (!state->manual)
		state->count = 0;
	return status;
}

static NTSTATUS event_take(struct object *object)
{
	struct sync_state state;
	NTSTATUS status = sync_read((struct sync *)object, &state);

	if (status < 0 || state.manual || !state.count)
		return status < 0 ? status : ready_state(&state);
	return sync_change((struct sync *)object, take, NULL);
}

/* What set() and reset() tell of the state before */
static NTSTATUS set(struct sync_state *state, void *before)
{
	*(LONG *)before = state->count;
	state->count = 1;
	return STATUS_SUCCESS;
}

static NTSTATUS reset(struct sync_state *state, void *before)
{
	*(LONG *)before = state->count;
	state->count = 0;
	return STATUS_SUCCESS;
}

static void event_undo(struct object *object)
{
	LONG before;

	(void)sync_change((struct sync *)object, set, &before);
}

static NTSTATUS event_signal(struct object *object, ACCESS_MASK granted)
{
	LONG before;

	if (!(granted & EVENT_MODIFY_STATE))
		return STATUS_ACCESS_DENIED;
	return sync_change((struct sync *)object, set, &before);
}

static const struct wait_ops wait_ops = {
	.word = sync_word,
	.ready = event_ready,
	.take = event_take,
	.undo = event_undo,
	.signal = event_signal,
};

static NTSTATUS event_receive(const struct pass *pass, struct object **ret)
{
	return sync_receive(&event_type, pass, ret);
}

const struct object_type event_type = {
	.name = "Event",
	.mapping = {0x20001, 0x20002, 0x120000, EVENT_ALL_ACCESS},
	.valid = EVENT_ALL_ACCESS,
	.may_gain = true,
	.free = sync_free,
	.wait = &wait_ops,
	.get_sd = sync_get_sd,
	.set_sd = sync_set_sd,
	.get_name = sync_get_name,
	.pass = sync_pass,
	.receive = event_receive,
};

static struct sync_state initial(bool manual, bool signalled)
{
	return (struct sync_state){
		.kind = SYNC_EVENT,
		.manual = manual,
		.count = signalled,
	};
}

/* What the functions with a W and an A at their end have in common */
static HANDLE create(LPSECURITY_ATTRIBUTES attributes,
		     const struct sync_name *name, DWORD flags,
		     ACCESS_MASK access)
{
	const struct sync_state state =
		initial(flags & CREATE_EVENT_MANUAL_RESET,
			flags & CREATE_EVENT_INITIAL_SET);

	return sync_create_win32(&event_type, attributes, name, &state, access);
}

static DWORD flags_of(BOOL manual, BOOL signalled)
{
	return (manual ? CREATE_EVENT_MANUAL_RESET : 0) |
	       (signalled ? CREATE_EVENT_INITIAL_SET : 0);
}

HANDLE WINAPI CreateEventW(LPSECURITY_ATTRIBUTES attributes, BOOL manual,
			   BOOL signalled, LPCWSTR name)
{
	return create(attributes, &(struct sync_name){.wide = name},
		      flags_of(manual, signalled), EVENT_ALL_ACCESS);
}

HANDLE WINAPI CreateEventA(LPSECURITY_ATTRIBUTES attributes, BOOL manual,
			   BOOL signalled, LPCSTR name)
{
	return create(attributes, &(struct sync_name){.narrow = name},
		      flags_of(manual, signalled), EVENT_ALL_ACCESS);
}

HANDLE WINAPI CreateEventExW(LPSECURITY_ATTRIBUTES attributes, LPCWSTR name,
			     DWORD flags, DWORD access)
{
	return create(attributes, &(struct sync_name){.wide = name}, flags,
		      access);
}

HANDLE WINAPI CreateEventExA(LPSECURITY_ATTRIBUTES attributes, LPCSTR name,
			     DWORD flags, DWORD access)
{
	return create(attributes, &(struct sync_name){.narrow = name}, flags,
		      access);
}

HANDLE WINAPI OpenEventW(DWORD access, BOOL inherit, LPCWSTR name)
{
	return sync_open_win32(&event_type, access, inherit,
			       &(struct sync_name){.wide = name});
}

HANDLE WINAPI OpenEventA(DWORD access, BOOL inherit, LPCSTR name)
{
	return sync_open_win32(&event_type, access, inherit,
			       &(struct sync_name){.narrow = name});
}

static NTSTATUS change(HANDLE handle, sync_change_fn *how, PLONG ret_before)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	NTSTATUS status;
	LONG before = 0;

	if (ret_before && !user_writable(ret_before, sizeof(*ret_before)))
		return STATUS_ACCESS_VIOLATION;
	status = handle_object(handle, &event_type, EVENT_MODIFY_STATE, &object,
			       NULL);
	if (status >= 0)
		status = sync_change((struct sync *)object, how, &before);
	if (status >= 0 && ret_before)
		*ret_before = before;
	return status;
}

NTSTATUS NTAPI NtSetEvent(HANDLE event, PLONG ret_before)
{
	return change(event, set, ret_before);
}

NTSTATUS NTAPI NtResetEvent(HANDLE event, PLONG ret_before)
{
	return change(event, reset, ret_before);
}

NTSTATUS NTAPI NtClearEvent(HANDLE event)
{
	return change(event, reset, NULL);
}

BOOL WINAPI SetEvent(HANDLE event)
{
	return win32_result(NtSetEvent(event, NULL));
}

BOOL WINAPI ResetEvent(HANDLE event)
{
	return win32_result(NtResetEvent(event, NULL));
}

NTSTATUS NTAPI NtCreateEvent(PHANDLE ret, ACCESS_MASK access,
			     const OBJECT_ATTRIBUTES *attributes,
			     EVENT_TYPE type, BOOLEAN signalled)
{
	const struct sync_state state =
		initial(type == NotificationEvent, signalled);

	if (type != NotificationEvent && type != SynchronizationEvent)
		return STATUS_INVALID_PARAMETER;
	return sync_create_native(&event_type, access, attributes, &state, ret);
}

NTSTATUS NTAPI NtOpenEvent(PHANDLE ret, ACCESS_MASK access,
			   const OBJECT_ATTRIBUTES *attributes)
{
	return sync_open_native(&event_type, access, attributes, ret);
}

NTSTATUS NTAPI NtQueryEvent(HANDLE handle, EVENT_INFORMATION_CLASS class,
			    PVOID out, ULONG size, PULONG ret_size)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	EVENT_BASIC_INFORMATION info;
	struct sync_state state;
	NTSTATUS status;

	if (class != EventBasicInformation)
		return STATUS_INVALID_INFO_CLASS;
	if (size != sizeof(info))
		return STATUS_INFO_LENGTH_MISMATCH;
	if (!user_writable(out, sizeof(info)) ||
	    (ret_size && !user_writable(ret_size, sizeof(*ret_size))))
		return STATUS_ACCESS_VIOLATION;
	status = handle_object(handle, &event_type, EVENT_QUERY_STATE, &object,
			       NULL);
	if (status >= 0)
		status = sync_read((struct sync *)object, &state);
	if (status < 0)
		return status;
	info.EventType =
		state.manual ? NotificationEvent : SynchronizationEvent;
	info.EventState = state.count;
	memcpy(out, &info, sizeof(info));
	if (ret_size)
		*ret_size = sizeof(info);
	return STATUS_SUCCESS;
}
