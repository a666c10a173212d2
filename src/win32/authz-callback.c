/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Callback entries that are no conditions: the program is asked about each, and
 * what applies counts as the plain entry would.
 */
#include "authz-internal.h"
#include "status.h"

/* A callback entry of the program's own, not a condition, that means this
 * object. */
static bool is_callback(const struct guise_ace *ace)
{
	if ((ace->flags & INHERIT_ONLY_ACE) ||
	    ace->type < ACCESS_ALLOWED_CALLBACK_ACE_TYPE ||
	    ace->type > ACCESS_DENIED_CALLBACK_OBJECT_ACE_TYPE)
		return false;
	return ace->data_size < 4 || memcmp(ace->data, "artx", 4) != 0;
}

/* What an entry is if it applies. */
static uint8_t plain_type(uint8_t callback)
{
	switch (callback) {
	case ACCESS_ALLOWED_CALLBACK_ACE_TYPE:
		return ACCESS_ALLOWED_ACE_TYPE;
	case ACCESS_DENIED_CALLBACK_ACE_TYPE:
		return ACCESS_DENIED_ACE_TYPE;
	case ACCESS_ALLOWED_CALLBACK_OBJECT_ACE_TYPE:
		return ACCESS_ALLOWED_OBJECT_ACE_TYPE;
	default:
		return ACCESS_DENIED_OBJECT_ACE_TYPE;
	}
}

/* Asks the program about one entry. False: it failed and said why in the last
 * error, or there is no memory. */
static BOOL ask(AUTHZ_CLIENT_CONTEXT_HANDLE context, PVOID args,
		const struct guise_ace *ace, BOOL *ret_applies)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *one = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	int r = guise_acl_new(0, ace, 1, &one);

	if (r == 0)
		r = guise_acl_encode(one, &bytes);
	if (r < 0)
		return win32_result(status_of(r));
	*ret_applies = FALSE;
	return context->manager->check(
		context, (void *)(bytes.data + sizeof(ACL)), args, ret_applies);
}

/* The entries of @acl as the program says that they apply, in @ret. */
static BOOL ask_all(AUTHZ_CLIENT_CONTEXT_HANDLE context, PVOID args,
		    const struct guise_acl *acl, struct guise_ace *ret,
		    size_t *ret_n)
{
	BOOL applies;
	size_t n = 0;

	for (size_t i = 0; i < guise_acl_n_aces(acl); i++) {
		struct guise_ace ace = *guise_acl_ace(acl, i);

		if (is_callback(&ace)) {
			if (!ask(context, args, &ace, &applies))
				return FALSE;
			if (!applies)
				continue;
			ace.type = plain_type(ace.type);
			ace.data = NULL;
			ace.data_size = 0;
		}
		ret[n++] = ace;
	}
	*ret_n = n;
	return TRUE;
}

static int sd_with_dacl(const struct guise_sd *sd, const struct guise_acl *dacl,
			const struct guise_sd **ret)
{
	const struct guise_sd_fields fields = {
		.size = sizeof(fields),
		.control = guise_sd_control(sd),
		.rm_control = guise_sd_rm_control(sd),
		.owner = guise_sd_owner(sd),
		.group = guise_sd_group(sd),
		.dacl = dacl,
		.sacl = guise_sd_sacl(sd),
	};

	return guise_sd_new(&fields, ret);
}

static bool has_callbacks(const struct guise_acl *acl)
{
	for (size_t i = 0; acl && i < guise_acl_n_aces(acl); i++) {
		if (is_callback(guise_acl_ace(acl, i)))
			return true;
	}
	return false;
}

BOOL callbacks_apply(AUTHZ_CLIENT_CONTEXT_HANDLE context, PVOID args,
		     const struct guise_sd **sd)
{
	GUISE_AUTO(freep) struct guise_ace *aces = NULL;
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *made = NULL;
	const struct guise_acl *dacl = guise_sd_dacl(*sd);
	const struct guise_sd *with;
	size_t n;
	int r;

	if (!context->manager->check || !has_callbacks(dacl))
		return TRUE;
	aces = array_alloc(guise_acl_n_aces(dacl), sizeof(*aces));
	if (!aces)
		return win32_result(STATUS_NO_MEMORY);
	if (!ask_all(context, args, dacl, aces, &n))
		return FALSE;
	r = guise_acl_new(guise_acl_revision(dacl), aces, n, &made);
	if (r == 0)
		r = sd_with_dacl(*sd, made, &with);
	if (r < 0)
		return win32_result(status_of(r));
	guise_sd_unref(*sd);
	*sd = with;
	return TRUE;
}
