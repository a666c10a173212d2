/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clients of a resource manager. Each is a token at impersonation level,
 * whatever it was made of: nobody impersonates it, it is only asked about.
 */
#include <pthread.h>

#include "account.h"
#include "authz-internal.h"
#include "sd-read.h"
#include "status.h"
#include "token-of.h"

#define CONTEXT_FLAGS                                                          \
	(AUTHZ_SKIP_TOKEN_GROUPS | AUTHZ_REQUIRE_S4U_LOGON |                   \
	 AUTHZ_COMPUTE_PRIVILEGES)

const struct guise_token *
authz_context_token(AUTHZ_CLIENT_CONTEXT_HANDLE context)
{
	const struct guise_token *token;

	pthread_mutex_lock(&context->lock);
	token = guise_token_ref(context->token);
	pthread_mutex_unlock(&context->lock);
	return token;
}

/* Puts @after in, taking the reference, if @before is still there. */
static bool context_swap(AUTHZ_CLIENT_CONTEXT_HANDLE context,
			 const struct guise_token *before,
			 const struct guise_token *after)
{
	bool still;

	pthread_mutex_lock(&context->lock);
	still = context->token == before;
	if (still)
		context->token = after;
	pthread_mutex_unlock(&context->lock);
	guise_token_unref(still ? before : after);
	return still;
}

NTSTATUS authz_context_change(AUTHZ_CLIENT_CONTEXT_HANDLE context,
			      context_edit *edit, const void *change)
{
	for (;;) {
		GUISE_AUTO(guise_token_unrefp)
		const struct guise_token *before = authz_context_token(context);
		const struct guise_token *after;
		NTSTATUS status = edit(before, change, &after);

		if (status || context_swap(context, before, after))
			return status;
	}
}

NTSTATUS read_group(const SID_AND_ATTRIBUTES *from,
		    struct guise_sid_and_attributes *ret)
{
	ret->attributes = from->Attributes;
	return sid_from_memory(from->Sid, &ret->sid);
}

/* More SIDs for a token that is being built. */
struct more_sids {
	const SID_AND_ATTRIBUTES *sids;
	DWORD n;
	const SID_AND_ATTRIBUTES *restricted;
	DWORD n_restricted;
};

static NTSTATUS add_sids(struct guise_token_builder *b,
			 const struct more_sids *more)
{
	struct guise_sid_and_attributes group;
	NTSTATUS status = STATUS_SUCCESS;

	if ((more->n && !more->sids) ||
	    (more->n_restricted && !more->restricted))
		return STATUS_INVALID_PARAMETER;
	for (DWORD i = 0; !status && i < more->n; i++) {
		status = read_group(&more->sids[i], &group);
		if (!status)
			guise_token_builder_group(b, &group.sid,
						  group.attributes);
	}
	for (DWORD i = 0; !status && i < more->n_restricted; i++) {
		status = read_group(&more->restricted[i], &group);
		if (!status)
			guise_token_builder_restricted_sid(b, &group.sid);
	}
	return status;
}

/* @token with more SIDs, at impersonation level. */
static NTSTATUS token_with(const struct guise_token *token, const void *more,
			   const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	NTSTATUS status = status_of(guise_token_builder_from(token, &b));

	if (!status) {
		guise_token_builder_type(b, GUISE_TOKEN_IMPERSONATION,
					 GUISE_LEVEL_IMPERSONATION);
		status = add_sids(b, more);
	}
	return status ? status : status_of(guise_token_builder_seal(b, ret));
}

NTSTATUS authz_context_new(AUTHZ_RESOURCE_MANAGER_HANDLE rm,
			   const struct guise_token *token,
			   const LARGE_INTEGER *expiration, LUID id,
			   AUTHZ_CLIENT_CONTEXT_HANDLE *ret)
{
	AUTHZ_CLIENT_CONTEXT_HANDLE made = calloc(1, sizeof(*made));

	if (!made)
		return STATUS_NO_MEMORY;
	atomic_init(&made->refs, 1);
	made->manager = manager_ref(rm);
	pthread_mutex_init(&made->lock, NULL);
	made->token = guise_token_ref(token);
	made->id = id;
	if (expiration)
		made->expiration = *expiration;
	*ret = made;
	return STATUS_SUCCESS;
}

AUTHZ_CLIENT_CONTEXT_HANDLE
authz_context_ref(AUTHZ_CLIENT_CONTEXT_HANDLE context)
{
	refcount_get(&context->refs);
	return context;
}

void authz_context_unref(AUTHZ_CLIENT_CONTEXT_HANDLE context)
{
	if (!refcount_put(&context->refs))
		return;
	manager_unref(context->manager);
	pthread_mutex_destroy(&context->lock);
	guise_token_unref(context->token);
	free(context);
}

/* Groups that the program computes for a new client. False: it says that it
 * failed, in the last error. */
static BOOL add_computed(AUTHZ_CLIENT_CONTEXT_HANDLE context, PVOID args)
{
	PSID_AND_ATTRIBUTES sids = NULL, restricted = NULL;
	DWORD n = 0, n_restricted = 0;
	struct more_sids more;
	NTSTATUS status;

	if (!context->manager->compute_groups)
		return TRUE;
	if (!context->manager->compute_groups(context, args, &sids, &n,
					      &restricted, &n_restricted))
		return FALSE;
	more = (struct more_sids){sids, n, restricted, n_restricted};
	status = authz_context_change(context, token_with, &more);
	if (sids)
		context->manager->free_groups(sids);
	if (restricted)
		context->manager->free_groups(restricted);
	return win32_result(status);
}

/* A client of a token, with what is computed for it. */
static BOOL context_make(AUTHZ_RESOURCE_MANAGER_HANDLE rm,
			 const struct guise_token *token,
			 const LARGE_INTEGER *expiration, LUID id, PVOID args,
			 AUTHZ_CLIENT_CONTEXT_HANDLE *ret)
{
	AUTHZ_CLIENT_CONTEXT_HANDLE made;
	NTSTATUS status = authz_context_new(rm, token, expiration, id, &made);

	if (status)
		return win32_result(status);
	if (!add_computed(made, args)) {
		authz_context_unref(made);
		return FALSE;
	}
	*ret = made;
	return TRUE;
}

BOOL AuthzInitializeContextFromToken(DWORD flags, HANDLE handle,
				     AUTHZ_RESOURCE_MANAGER_HANDLE rm,
				     PLARGE_INTEGER expiration, LUID id,
				     PVOID args,
				     PAUTHZ_CLIENT_CONTEXT_HANDLE ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *ours = NULL;
	const struct more_sids none = {0};
	NTSTATUS status;

	if (!rm || !ret || (flags & ~(DWORD)CONTEXT_FLAGS))
		return win32_result(STATUS_INVALID_PARAMETER);
	status = token_of_handle(handle, TOKEN_QUERY, &token);
	if (!status)
		status = token_with(token, &none, &ours);
	if (status)
		return win32_result(status);
	return context_make(rm, ours, expiration, id, args, ret);
}

/* A token for SIDs about which nothing else is known: of medium integrity, as
 * one that no label restricts. @account: whose privileges it has; may be NULL
 */
static NTSTATUS token_of_sids(const struct guise_sid *sids, size_t n,
			      const struct guise_token *account,
			      const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	NTSTATUS status = status_of(guise_token_builder_new(&b));
	struct guise_sid medium;

	if (!status)
		status = status_of(guise_sid_well_known(GUISE_SID_MEDIUM_LABEL,
							NULL, &medium));
	if (status)
		return status;
	guise_token_builder_user(b, &sids[0], 0);
	for (size_t i = 1; i < n; i++)
		guise_token_builder_group(b, &sids[i], GUISE_GROUP_USUAL);
	if (account)
		guise_token_builder_privileges(
			b, guise_token_privileges(account),
			guise_token_privileges_enabled(account),
			guise_token_privileges_default(account));
	guise_token_builder_integrity(b, &medium);
	guise_token_builder_mandatory_policy(b, GUISE_MANDATORY_NO_WRITE_UP);
	guise_token_builder_type(b, GUISE_TOKEN_IMPERSONATION,
				 GUISE_LEVEL_IMPERSONATION);
	return status_of(guise_token_builder_seal(b, ret));
}

/* The SID alone or with the groups of its account. One that nobody knows has
 * no groups that could be told: it is refused, for one of them might be
 * denied. */
static NTSTATUS token_of_sid(DWORD flags, const struct guise_sid *sid,
			     const struct guise_token **ret)
{
	struct guise_principal found = {.size = sizeof(found)};
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *account = NULL;
	GUISE_AUTO(freep) struct guise_sid *sids = NULL;
	NTSTATUS status;
	size_t n;
	int r = 0;

	if (flags & AUTHZ_COMPUTE_PRIVILEGES)
		r = account_token(sid, &account);
	if (r < 0 && r != GUISE_E_NONE_MAPPED)
		return status_of(r);
	if (flags & AUTHZ_SKIP_TOKEN_GROUPS)
		return token_of_sids(sid, 1, account, ret);
	status = status_of(guise_lookup_sid(account_options(), sid, &found));
	if (!status)
		status = account_groups(sid, &sids, &n);
	return status ? status : token_of_sids(sids, n, account, ret);
}

BOOL AuthzInitializeContextFromSid(DWORD flags, PSID user,
				   AUTHZ_RESOURCE_MANAGER_HANDLE rm,
				   PLARGE_INTEGER expiration, LUID id,
				   PVOID args, PAUTHZ_CLIENT_CONTEXT_HANDLE ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_sid sid;
	NTSTATUS status;

	if (!rm || !ret || !user || (flags & ~(DWORD)CONTEXT_FLAGS))
		return win32_result(STATUS_INVALID_PARAMETER);
	status = sid_from_memory(user, &sid);
	if (!status)
		status = token_of_sid(flags, &sid, &token);
	if (status)
		return win32_result(status);
	return context_make(rm, token, expiration, id, args, ret);
}

BOOL AuthzInitializeContextFromAuthzContext(DWORD flags,
					    AUTHZ_CLIENT_CONTEXT_HANDLE from,
					    PLARGE_INTEGER expiration, LUID id,
					    PVOID args,
					    PAUTHZ_CLIENT_CONTEXT_HANDLE ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;

	if (!from || !ret || flags)
		return win32_result(STATUS_INVALID_PARAMETER);
	token = authz_context_token(from);
	return context_make(from->manager, token, expiration, id, args, ret);
}

BOOL AuthzAddSidsToContext(AUTHZ_CLIENT_CONTEXT_HANDLE from,
			   PSID_AND_ATTRIBUTES sids, DWORD n,
			   PSID_AND_ATTRIBUTES restricted, DWORD n_restricted,
			   PAUTHZ_CLIENT_CONTEXT_HANDLE ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *before = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *after = NULL;
	const struct more_sids more = {sids, n, restricted, n_restricted};
	NTSTATUS status;

	if (!from || !ret)
		return win32_result(STATUS_INVALID_PARAMETER);
	before = authz_context_token(from);
	status = token_with(before, &more, &after);
	if (!status)
		status = authz_context_new(from->manager, after,
					   &from->expiration, from->id, ret);
	return win32_result(status);
}

BOOL AuthzFreeContext(AUTHZ_CLIENT_CONTEXT_HANDLE context)
{
	if (!context)
		return win32_result(STATUS_INVALID_PARAMETER);
	authz_context_unref(context);
	return TRUE;
}
