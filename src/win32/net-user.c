/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Groups that an account is in. Local ones are aliases: guise's own groups and
 * those of BUILTIN; global ones are the system's.
 */
#include "account.h"
#include "block.h"
#include "buf.h"
#include "memory.h"
#include "status.h"

#include <lm.h>

/* What a failure of ours is to these functions */
static NET_API_STATUS net_status(NTSTATUS status)
{
	return win32_error(status);
}

NET_API_STATUS NetApiBufferAllocate(DWORD size, LPVOID *buffer)
{
	if (!buffer)
		return ERROR_INVALID_PARAMETER;
	*buffer = memory_new(size);
	return *buffer ? NERR_Success : ERROR_NOT_ENOUGH_MEMORY;
}

NET_API_STATUS NetApiBufferFree(LPVOID buffer)
{
	memory_free(buffer);
	return NERR_Success;
}

NET_API_STATUS NetApiBufferSize(LPVOID buffer, LPDWORD size)
{
	if (!buffer || !size)
		return ERROR_INVALID_PARAMETER;
	*size = (DWORD)LocalSize(buffer);
	return NERR_Success;
}

/**
 * struct groups_call - where the groups of one kind go
 */
struct groups_call {
	LPCWSTR server, user;
	DWORD level;
	enum guise_sid_use use;
	LPBYTE *buffer;
	LPDWORD count, total;
};

static NET_API_STATUS check(const struct groups_call *call)
{
	GUISE_AUTO(text_freep) char *server = NULL;
	NTSTATUS status;

	if (call->level != 0)
		return ERROR_INVALID_LEVEL;
	if (!call->user || !call->buffer || !call->count || !call->total)
		return ERROR_INVALID_PARAMETER;
	status = text_of_caller(call->server, true, &server);
	if (status < 0)
		return net_status(status);
	return is_this_machine(server) ? NERR_Success : ERROR_BAD_NETPATH;
}

/* The token that a logon would give */
static NET_API_STATUS find_account(LPCWSTR user, const struct guise_token **ret)
{
	GUISE_AUTO(text_freep) char *name = NULL;
	NTSTATUS status = text_of_caller(user, true, &name);
	int r;

	if (status < 0)
		return net_status(status);
	r = guise_lookup_logon(account_options(), name, NULL, 0,
			       guise_luid_new(), ret, NULL);
	return r == GUISE_E_NO_SUCH_ACCOUNT ? NERR_UserNotFound
					    : net_status(status_of(r));
}

/* Appends the name of a group of the kind that is asked for. */
static NTSTATUS add_name(const struct guise_sid *sid, enum guise_sid_use use,
			 struct guise_buf *names, size_t *n)
{
	struct guise_principal found = {.size = sizeof(found)};
	int r = guise_lookup_sid(account_options(), sid, &found);

	if (r == GUISE_E_NONE_MAPPED || (r == 0 && found.use != use))
		return STATUS_SUCCESS;
	if (r == 0)
		r = buf_append(names, found.name, sizeof(found.name));
	if (r == 0)
		(*n)++;
	return status_of(r);
}

/* The structures are a name each. */
static NTSTATUS give_names(const struct guise_buf *names, size_t n, PVOID *ret)
{
	GUISE_AUTO(block_clear) struct block_writer block = {0};
	const size_t at = block_add(&block, n * sizeof(LPWSTR));

	for (size_t i = 0; i < n; i++)
		block_wide(&block, at + i * sizeof(LPWSTR),
			   (const char *)names->data +
				   i * (GUISE_USER_NAME_MAX + 1));
	return block_finish(&block, ret);
}

static NET_API_STATUS groups_of(const struct groups_call *call)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf names = {0};
	const struct guise_sid_and_attributes *groups;
	NET_API_STATUS error = check(call);
	NTSTATUS status = STATUS_SUCCESS;
	size_t n_groups, n = 0;
	PVOID block;

	if (error == NERR_Success)
		error = find_account(call->user, &token);
	if (error != NERR_Success)
		return error;
	groups = guise_token_groups(token, &n_groups);
	for (size_t i = 0; status >= 0 && i < n_groups; i++)
		status = add_name(&groups[i].sid, call->use, &names, &n);
	if (status >= 0)
		status = give_names(&names, n, &block);
	if (status < 0)
		return net_status(status);
	*call->buffer = block;
	*call->count = *call->total = (DWORD)n;
	return NERR_Success;
}

NET_API_STATUS NetUserGetGroups(LPCWSTR server, LPCWSTR user, DWORD level,
				LPBYTE *buffer, DWORD preferred, LPDWORD count,
				LPDWORD total)
{
	const struct groups_call call = {
		server, user, level, GUISE_SID_USE_GROUP, buffer, count, total,
	};

	(void)preferred; /* advice: all is returned at once */
	return groups_of(&call);
}

NET_API_STATUS NetUserGetLocalGroups(LPCWSTR server, LPCWSTR user, DWORD level,
				     DWORD flags, LPBYTE *buffer,
				     DWORD preferred, LPDWORD count,
				     LPDWORD total)
{
	const struct groups_call call = {
		server, user, level, GUISE_SID_USE_ALIAS, buffer, count, total,
	};

	(void)preferred;
	if (flags & ~(DWORD)LG_INCLUDE_INDIRECT)
		return ERROR_INVALID_PARAMETER;
	return groups_of(&call);
}
