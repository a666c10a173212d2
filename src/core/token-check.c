/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether gathered fields make a token: nothing contradicts, nothing dangles.
 * Everything that enters as a token passes here, from code or from a wire.
 */
#include "text.h"
#include "token-internal.h"

const struct guise_sid_and_attributes *
token_builder_find(const struct guise_token_builder *b,
		   const struct guise_sid *sid)
{
	if (guise_sid_equal(&b->user.sid, sid))
		return &b->user;
	for (size_t i = 0; i < b->groups.n; i++) {
		if (guise_sid_equal(&b->groups.at[i].sid, sid))
			return &b->groups.at[i];
	}
	return NULL;
}

const struct guise_sid *token_builder_owner(const struct guise_token_builder *b)
{
	return b->has_owner ? &b->owner : &b->user.sid;
}

/* By default the first real group: a label is no group to own files. */
const struct guise_sid *
token_builder_primary_group(const struct guise_token_builder *b)
{
	if (b->has_primary_group)
		return &b->primary_group;
	for (size_t i = 0; i < b->groups.n; i++) {
		if (!(b->groups.at[i].attributes & GUISE_GROUP_INTEGRITY))
			return &b->groups.at[i].sid;
	}
	return &b->user.sid;
}

/* At most one label, and only where a label can be. */
static bool labels_agree(const struct guise_token_builder *b)
{
	size_t n = 0;

	if (b->user.attributes & GUISE_GROUP_INTEGRITY)
		return false;
	for (size_t i = 0; b->may_have_label && i < b->groups.n; i++) {
		if (!(b->groups.at[i].attributes & GUISE_GROUP_INTEGRITY))
			continue;
		if (!token_sid_is_label(&b->groups.at[i].sid) || ++n > 1)
			return false;
	}
	return true;
}

/* NtCreateToken: the user, or an OWNER group that is not deny-only. */
bool token_builder_owner_may_own(const struct guise_token_builder *b)
{
	const struct guise_sid *owner = token_builder_owner(b);
	uint32_t want = GUISE_GROUP_OWNER;

	if (guise_sid_equal(owner, &b->user.sid))
		return true;
	for (size_t i = 0; i < b->groups.n; i++) {
		uint32_t has = b->groups.at[i].attributes;

		if ((has & (want | GUISE_GROUP_USE_FOR_DENY_ONLY)) == want &&
		    guise_sid_equal(&b->groups.at[i].sid, owner))
			return true;
	}
	return false;
}

/* -1 means "leave as it is" to the kernel's id calls: it must never get in
 * through half an identity. */
static bool unix_agrees(const struct guise_token_builder *b)
{
	if ((b->uid == GUISE_UID_NONE) != (b->gid == GUISE_UID_NONE))
		return false;
	if (b->uid == GUISE_UID_NONE && b->n_unix_groups)
		return false;
	for (size_t i = 0; i < b->n_unix_groups; i++) {
		if (b->unix_groups[i] == GUISE_UID_NONE)
			return false;
	}
	return true;
}

static bool type_agrees(const struct guise_token_builder *b)
{
	if (b->type != GUISE_TOKEN_PRIMARY &&
	    b->type != GUISE_TOKEN_IMPERSONATION)
		return false;
	return b->level >= GUISE_LEVEL_ANONYMOUS &&
	       b->level <= GUISE_LEVEL_DELEGATION;
}

/* The attribute that marks an LPAC token on Windows. */
static bool names_no_all_packages(const struct guise_claim *claim)
{
	static const char name[] = "WIN://NOALLAPPPKG";

	return !(claim->flags & GUISE_CLAIM_DISABLED) &&
	       text_equal_nocase(claim->name, claim->name_size, name,
				 strlen(name));
}

bool token_builder_is_less_privileged(const struct guise_token_builder *b)
{
	const struct guise_claims *local = b->claims[GUISE_CLAIMS_LOCAL];

	if (b->flags & GUISE_TOKEN_LESS_PRIVILEGED)
		return true;
	for (size_t i = 0; i < guise_claims_n(local); i++) {
		if (names_no_all_packages(guise_claims_at(local, i)))
			return true;
	}
	return false;
}

/* Flags that only mean something with something else. */
static bool flags_agree(const struct guise_token_builder *b)
{
	const uint32_t virtual = GUISE_TOKEN_VIRTUALIZE_ALLOWED |
				 GUISE_TOKEN_VIRTUALIZE_ENABLED;

	if (b->flags & ~TOKEN_FLAGS_ALL ||
	    b->mandatory_policy & ~TOKEN_POLICY_ALL)
		return false;
	return (b->flags & virtual) != GUISE_TOKEN_VIRTUALIZE_ENABLED;
}

/* What only an AppContainer has. */
static bool package_agrees(const struct guise_token_builder *b)
{
	return b->has_package || !(b->capabilities.n || b->package_number ||
				   b->flags & GUISE_TOKEN_LESS_PRIVILEGED);
}

int token_builder_check(const struct guise_token_builder *b)
{
	if (b->error)
		return b->error;
	if (!b->has_user)
		return GUISE_E_INVALID_SID;
	if (!labels_agree(b) || !unix_agrees(b) || !type_agrees(b) ||
	    !flags_agree(b) || !package_agrees(b))
		return GUISE_E_INVALID_TOKEN;
	if (b->elevation < GUISE_ELEVATION_DEFAULT ||
	    b->elevation > GUISE_ELEVATION_LIMITED)
		return GUISE_E_INVALID_TOKEN;
	if (!token_builder_owner_may_own(b))
		return GUISE_E_INVALID_OWNER;
	if (!token_builder_find(b, token_builder_primary_group(b)))
		return GUISE_E_INVALID_PRIMARY_GROUP;
	return 0;
}
