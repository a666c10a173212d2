/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Levels of trust, as filters of a token. Which groups and SIDs a level leaves
 * Windows does not document; the table here is the whole of it.
 */
#include <guise/thread-token.h>

#include "facade.h"

#include <winsafer.h>

#include "status.h"
#include "token.h"
#include "user-memory.h"

/* What computing a token takes of the handle to it */
#define TOKEN_NEEDED (TOKEN_DUPLICATE | TOKEN_QUERY)
#define FLAGS (SAFER_TOKEN_NULL_IF_EQUAL | SAFER_TOKEN_MAKE_INERT)
#define SIDS_MAX 4

/**
 * struct level - one of them; a handle is its address
 * @filter: enum guise_filter_flags; @is_restricted: with restricting SIDs:
 * @sids, @n_sids, and the logon session's
 */
static const struct level {
	DWORD id;
	uint32_t filter;
	bool is_restricted;
	unsigned sids[SIDS_MAX];
	size_t n_sids;
} levels[] = {
	{.id = SAFER_LEVELID_FULLYTRUSTED},
	{.id = SAFER_LEVELID_NORMALUSER, .filter = GUISE_FILTER_LUA_TOKEN},
	{.id = SAFER_LEVELID_CONSTRAINED,
	 .filter = GUISE_FILTER_LUA_TOKEN | GUISE_FILTER_DISABLE_MAX_PRIVILEGE,
	 .is_restricted = true,
	 .sids = {GUISE_SID_WORLD, GUISE_SID_BUILTIN_USERS,
		  GUISE_SID_RESTRICTED_CODE, GUISE_SID_INTERACTIVE},
	 .n_sids = 4},
	{.id = SAFER_LEVELID_UNTRUSTED,
	 .filter = GUISE_FILTER_LUA_TOKEN | GUISE_FILTER_DISABLE_MAX_PRIVILEGE,
	 .is_restricted = true,
	 .sids = {GUISE_SID_RESTRICTED_CODE},
	 .n_sids = 1},
	{.id = SAFER_LEVELID_DISALLOWED},
};

static const struct level *find(DWORD id)
{
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		if (levels[i].id == id)
			return &levels[i];
	}
	return NULL;
}

static const struct level *level_of(SAFER_LEVEL_HANDLE handle)
{
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		if ((const void *)&levels[i] == (const void *)handle)
			return &levels[i];
	}
	return NULL;
}

BOOL SaferCreateLevel(DWORD scope, DWORD id, DWORD flags,
		      SAFER_LEVEL_HANDLE *handle, LPVOID reserved)
{
	const struct level *level = find(id);

	if (!level || !handle || flags != SAFER_LEVEL_OPEN || reserved ||
	    (scope != SAFER_SCOPEID_MACHINE && scope != SAFER_SCOPEID_USER))
		return win32_fail(ERROR_INVALID_PARAMETER);
	*handle = (SAFER_LEVEL_HANDLE)(uintptr_t)level;
	return TRUE;
}

BOOL SaferCloseLevel(SAFER_LEVEL_HANDLE handle)
{
	return level_of(handle) ? TRUE : win32_fail(ERROR_INVALID_HANDLE);
}

/* The token to start from, with what a new handle to it would have */
static NTSTATUS source(HANDLE in, struct guise_token_handle *ret)
{
	NTSTATUS status;

	if (in)
		return token_from_handle(in, TOKEN_NEEDED, ret);
	ret->object = guise_token_object_ref(guise_thread_token());
	if (!ret->object) {
		status = token_process(&ret->object);
		if (status < 0)
			return status;
		(void)guise_token_object_ref(ret->object);
	}
	ret->granted = TOKEN_ALL_ACCESS;
	return STATUS_SUCCESS;
}

static int restrict_to(const struct level *level,
		       const struct guise_token *token,
		       struct guise_sid ret[SIDS_MAX + 1],
		       struct guise_filter_options *options)
{
	const struct guise_sid_and_attributes *logon =
		guise_token_logon_sid(token);
	size_t n = 0;

	for (; n < level->n_sids; n++) {
		int r = guise_sid_well_known(level->sids[n], NULL, &ret[n]);

		if (r < 0)
			return r;
	}
	if (logon && level->is_restricted)
		ret[n++] = logon->sid;
	options->restrict_to = ret;
	options->n_restrict_to = n;
	return 0;
}

/* A primary token becomes a primary one, and an impersonation token one of its
 * level. */
static NTSTATUS compute(const struct level *level, DWORD flags,
			const struct guise_token_handle *from,
			const struct guise_token *caller,
			struct guise_token_handle *ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_sid sids[SIDS_MAX + 1];
	struct guise_filter_options options = {
		.size = sizeof(options),
		.flags = level->filter |
			 (flags & SAFER_TOKEN_MAKE_INERT
				  ? (uint32_t)GUISE_FILTER_SANDBOX_INERT
				  : 0),
	};
	int r;

	token = guise_token_object_token(from->object);
	r = restrict_to(level, token, sids, &options);
	if (r >= 0)
		r = guise_token_handle_filter(from, caller, &options, ret);
	return status_of(r);
}

static NTSTATUS check(const struct level *level, PHANDLE out, DWORD flags)
{
	if (!level)
		return STATUS_INVALID_HANDLE;
	if (!out || (flags & ~(DWORD)FLAGS))
		return STATUS_INVALID_PARAMETER;
	if (!user_writable(out, sizeof(*out)))
		return STATUS_ACCESS_VIOLATION;
	if (level->id == SAFER_LEVELID_DISALLOWED)
		return status_of_win32(ERROR_ACCESS_DISABLED_BY_POLICY);
	return STATUS_SUCCESS;
}

/* Full trust takes nothing away. */
static bool is_equal(const struct level *level)
{
	return level->filter == 0;
}

BOOL SaferComputeTokenFromLevel(SAFER_LEVEL_HANDLE handle, HANDLE in_token,
				PHANDLE out_token, DWORD flags, LPVOID reserved)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *caller = NULL;
	GUISE_AUTO(guise_token_handle_close)
	struct guise_token_handle from = {0};
	GUISE_AUTO(guise_token_handle_close)
	struct guise_token_handle made = {0};
	const struct level *level = level_of(handle);
	NTSTATUS status = check(level, out_token, flags);

	if (status >= 0 && reserved)
		status = STATUS_INVALID_PARAMETER;
	if (status >= 0)
		status = source(in_token, &from);
	if (status >= 0 && is_equal(level) &&
	    (flags & SAFER_TOKEN_NULL_IF_EQUAL)) {
		*out_token = NULL;
		return TRUE;
	}
	if (status >= 0)
		status = status_of(guise_effective_token(&caller));
	if (status >= 0)
		status = compute(level, flags, &from, caller, &made);
	if (status >= 0)
		status = token_handle_give(&made, 0, out_token);
	return win32_result(status);
}
