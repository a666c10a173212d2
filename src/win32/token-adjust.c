/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AdjustTokenPrivileges and AdjustTokenGroups. The library asks whether there
 * is room for the previous state before it changes anything.
 */
#include <pthread.h>

#include <winternl.h>

#include "token-args.h"
#include "token-query.h"
#include "token.h"
#include "user-memory.h"

/**
 * struct previous - where the previous state goes
 * @out: the caller's; NULL: it is not wanted
 * @size: bytes there
 * @needed: how many it takes
 * @faulted: it cannot be written
 */
struct previous {
	void *out;
	ULONG size;
	size_t needed;
	bool faulted;
};

static bool has_room(struct previous *previous)
{
	if (previous->needed > previous->size)
		return false;
	previous->faulted = !user_writable(previous->out, previous->needed);
	return !previous->faulted;
}

static bool privileges_fit(void *context, const struct guise_adjusted *adjusted)
{
	struct previous *previous = context;
	struct pack pack = {0};

	pack_privileges(&pack, adjusted->before, adjusted->changed);
	previous->needed = pack.used;
	return has_room(previous);
}

/* What a call ends with, once the library has answered @r */
static NTSTATUS finish(int r, const struct previous *previous,
		       const struct guise_adjusted *adjusted, PULONG ret_size)
{
	if (previous->faulted)
		return STATUS_ACCESS_VIOLATION;
	if (previous->out && (r == 0 || r == -ERANGE))
		*ret_size = (ULONG)previous->needed;
	if (r < 0)
		return status_of(r);
	return adjusted->all_assigned ? STATUS_SUCCESS
				      : STATUS_NOT_ALL_ASSIGNED;
}

/* Is there a place for its size, if a previous state is wanted? */
static bool can_say_size(const void *previous, PULONG ret_size)
{
	return !previous || user_writable(ret_size, sizeof(*ret_size));
}

NTSTATUS NTAPI NtAdjustPrivilegesToken(HANDLE handle, BOOLEAN disable_all,
				       PTOKEN_PRIVILEGES state, ULONG size,
				       PTOKEN_PRIVILEGES out, PULONG ret_size)
{
	GUISE_AUTO(guise_token_handle_close)
	struct guise_token_handle token = {0};
	GUISE_AUTO(guise_adjusted_clear) struct guise_adjusted adjusted = {0};
	GUISE_AUTO(freep) struct guise_privilege_change *changes = NULL;
	struct previous previous = {.out = out, .size = size};
	struct pack pack = {.out = (uint8_t *)out};
	size_t n = 0;
	NTSTATUS status;
	int r;

	if (!disable_all && !state)
		return STATUS_INVALID_PARAMETER;
	if (!can_say_size(out, ret_size))
		return STATUS_ACCESS_VIOLATION;
	if (!disable_all) {
		status = privileges_read(state, &changes, &n);
		if (status < 0)
			return status;
	}
	status = token_from_handle(handle, 0, &token);
	if (status < 0)
		return status;
	r = guise_token_handle_adjust_privileges(&token, changes, n,
						 out ? privileges_fit : NULL,
						 &previous, &adjusted);
	if (r == 0 && out)
		pack_privileges(&pack, adjusted.before, adjusted.changed);
	return finish(r, &previous, &adjusted, ret_size);
}

static bool differs(const struct guise_adjusted *adjusted, size_t i)
{
	size_t n;

	return guise_token_groups(adjusted->before, &n)[i].attributes !=
	       guise_token_groups(adjusted->after, &n)[i].attributes;
}

static void lay_out_groups(struct pack *pack,
			   const struct guise_adjusted *adjusted)
{
	const struct guise_sid_and_attributes *groups;
	DWORD count = 0;
	size_t n, array;

	groups = guise_token_groups(adjusted->before, &n);
	for (size_t i = 0; i < n; i++)
		count += differs(adjusted, i);
	pack_add(pack, &count, sizeof(count), sizeof(PVOID));
	array = pack_take(pack, count * sizeof(SID_AND_ATTRIBUTES),
			  sizeof(PVOID));
	for (size_t i = 0; i < n; i++) {
		if (!differs(adjusted, i))
			continue;
		pack_sids(pack, array, &groups[i], 1);
		array += sizeof(SID_AND_ATTRIBUTES);
	}
}

static bool groups_fit(void *context, const struct guise_adjusted *adjusted)
{
	struct previous *previous = context;
	struct pack pack = {0};

	lay_out_groups(&pack, adjusted);
	previous->needed = pack.used;
	return has_room(previous);
}

NTSTATUS NTAPI NtAdjustGroupsToken(HANDLE handle, BOOLEAN reset,
				   PTOKEN_GROUPS state, ULONG size,
				   PTOKEN_GROUPS out, PULONG ret_size)
{
	GUISE_AUTO(guise_token_handle_close)
	struct guise_token_handle token = {0};
	GUISE_AUTO(guise_adjusted_clear) struct guise_adjusted adjusted = {0};
	GUISE_AUTO(freep) struct guise_sid_and_attributes *changes = NULL;
	struct previous previous = {.out = out, .size = size};
	struct pack pack = {.out = (uint8_t *)out};
	size_t n = 0;
	NTSTATUS status;
	int r;

	if (!reset && !state)
		return STATUS_INVALID_PARAMETER;
	if (!can_say_size(out, ret_size))
		return STATUS_ACCESS_VIOLATION;
	if (!reset) {
		status = groups_read(state, &changes, &n);
		if (status < 0)
			return status;
	}
	status = token_from_handle(handle, 0, &token);
	if (status < 0)
		return status;
	r = guise_token_handle_adjust_groups(&token, changes, n,
					     out ? groups_fit : NULL, &previous,
					     &adjusted);
	if (r == 0 && out)
		lay_out_groups(&pack, &adjusted);
	return finish(r, &previous, &adjusted, ret_size);
}

/* A success sets the last error, too: ERROR_SUCCESS or
 * ERROR_NOT_ALL_ASSIGNED. */
static BOOL adjusted_result(NTSTATUS status)
{
	if (status < 0)
		return win32_result(status);
	SetLastError(win32_error(status));
	return TRUE;
}

BOOL WINAPI AdjustTokenPrivileges(HANDLE token, BOOL disable_all,
				  PTOKEN_PRIVILEGES state, DWORD size,
				  PTOKEN_PRIVILEGES previous, PDWORD ret_size)
{
	return adjusted_result(NtAdjustPrivilegesToken(
		token, disable_all != 0, state, size, previous, ret_size));
}

BOOL WINAPI AdjustTokenGroups(HANDLE token, BOOL reset, PTOKEN_GROUPS state,
			      DWORD size, PTOKEN_GROUPS previous,
			      PDWORD ret_size)
{
	return adjusted_result(NtAdjustGroupsToken(token, reset != 0, state,
						   size, previous, ret_size));
}
