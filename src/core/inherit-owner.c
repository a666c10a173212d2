/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom a new object belongs to, and who may say so: the owner must be the user
 * of the token or one of its groups for owners, unless SeRestore is enabled
 * (MS-DTYP 2.5.3.4.1).
 */
#include "buf.h"
#include "inherit-internal.h"
#include "sd-internal.h"

static bool may_be_owner(const struct guise_token *token,
			 const struct guise_sid *sid)
{
	const struct guise_sid_and_attributes *user = guise_token_user(token);
	const uint32_t needed = GUISE_GROUP_OWNER | GUISE_GROUP_ENABLED;
	size_t n;
	const struct guise_sid_and_attributes *groups =
		guise_token_groups(token, &n);

	if (guise_sid_equal(&user->sid, sid))
		return !(user->attributes & GUISE_GROUP_USE_FOR_DENY_ONLY);
	for (size_t i = 0; i < n; i++) {
		if ((groups[i].attributes & needed) == needed &&
		    !(groups[i].attributes & GUISE_GROUP_USE_FOR_DENY_ONLY) &&
		    guise_sid_equal(&groups[i].sid, sid))
			return true;
	}
	return false;
}

static bool may_be_group(const struct guise_token *token,
			 const struct guise_sid *sid)
{
	size_t n;
	const struct guise_sid_and_attributes *groups =
		guise_token_groups(token, &n);

	if (guise_sid_equal(&guise_token_user(token)->sid, sid))
		return true;
	for (size_t i = 0; i < n; i++) {
		if (guise_sid_equal(&groups[i].sid, sid))
			return true;
	}
	return false;
}

/* 0: it may be anyone; 1: @token must allow it */
static int needs_check(const struct guise_token *token, uint32_t flags)
{
	if (flags & GUISE_SEF_AVOID_OWNER_CHECK)
		return 0;
	if (!token)
		return GUISE_E_NO_TOKEN;
	return !guise_token_has_privilege(token, GUISE_SE_RESTORE);
}

int inherit_check_owner(const struct guise_token *token, uint32_t flags,
			const struct guise_sid *owner)
{
	int r = needs_check(token, flags);

	if (r <= 0)
		return r;
	return may_be_owner(token, owner) ? 0 : GUISE_E_INVALID_OWNER;
}

static int check_group(const struct guise_token *token, uint32_t flags,
		       const struct guise_sid *group)
{
	int r = needs_check(token, flags);

	if (r <= 0)
		return r;
	return may_be_group(token, group) ? 0 : GUISE_E_INVALID_PRIMARY_GROUP;
}

static int find_owner(const struct inherit_request *req,
		      const struct guise_sid **ret)
{
	const struct guise_sid *asked =
		req->creator ? guise_sd_owner(req->creator) : NULL;
	const struct guise_sid *parents =
		req->parent ? guise_sd_owner(req->parent) : NULL;

	if (asked) {
		*ret = asked;
		return inherit_check_owner(req->token, req->flags, asked);
	}
	if ((req->flags & GUISE_SEF_DEFAULT_OWNER_FROM_PARENT) && parents) {
		*ret = parents;
		return 0;
	}
	if (!req->token)
		return GUISE_E_NO_TOKEN;
	*ret = guise_token_owner(req->token);
	return 0;
}

static int find_group(const struct inherit_request *req,
		      const struct guise_sid **ret)
{
	const struct guise_sid *asked =
		req->creator ? guise_sd_group(req->creator) : NULL;
	const struct guise_sid *parents =
		req->parent ? guise_sd_group(req->parent) : NULL;

	if (asked) {
		*ret = asked;
		return check_group(req->token, req->flags, asked);
	}
	if ((req->flags & GUISE_SEF_DEFAULT_GROUP_FROM_PARENT) && parents) {
		*ret = parents;
		return 0;
	}
	if (!req->token)
		return GUISE_E_NO_TOKEN;
	*ret = guise_token_primary_group(req->token);
	return 0;
}

int inherit_owner(const struct inherit_request *req, struct heir *heir)
{
	int r;

	r = find_owner(req, &heir->owner);
	if (r < 0)
		return r;
	return find_group(req, &heir->group);
}

/* S-1-3-4 */
static bool is_owner_rights(const struct guise_ace *ace)
{
	return ace->sid.authority == 3 && ace->sid.n_subs == 1 &&
	       ace->sid.sub[0] == 4;
}

/* What the parent's ACEs for OWNER RIGHTS become on the new object. */
static int collect_owner_rights(const struct heir *heir,
				const struct guise_acl *parent,
				struct guise_buf *aces)
{
	int r = 0;

	for (size_t i = 0; r == 0 && parent && i < parent->n_aces; i++) {
		if (is_owner_rights(&parent->aces[i]))
			r = inherit_ace(heir, &parent->aces[i], aces);
	}
	return r;
}

/* Do these, the only ones in force for an owner, let it change the DACL? Any
 * kind of denial counts, but only a plain grant. */
static bool give_write_dac(const struct guise_buf *aces)
{
	const struct guise_ace *ace = (const void *)aces->data;
	size_t n = aces->size / sizeof(*ace);
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		if (ace[i].flags & GUISE_ACE_INHERIT_ONLY)
			continue;
		any = true;
		if (ace[i].mask & GUISE_WRITE_DAC)
			return ace[i].type == GUISE_ACE_ACCESS_ALLOWED;
	}
	return !any;
}

int inherit_check_owner_rights(const struct inherit_request *req,
			       const struct heir *heir)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf aces = {0};
	int r;

	if (!req->parent || !req->creator ||
	    !(req->creator->control & GUISE_SD_DACL_PRESENT) ||
	    (req->flags & (GUISE_SEF_AVOID_OWNER_RESTRICTION |
			   GUISE_SEF_DEFAULT_DESCRIPTOR)))
		return 0;
	r = collect_owner_rights(heir, req->parent->dacl, &aces);
	if (r < 0)
		return r;
	return give_write_dac(&aces) ? 0 : GUISE_E_ACCESS_DENIED;
}
