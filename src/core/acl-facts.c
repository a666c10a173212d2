/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the access check wants to know of an ACL before it walks it, or so that
 * it need not: found once when a parsed ACL is built, and at each raw check.
 */
#include "access-internal.h"

static const struct guise_sid owner_rights = {
	.authority = 3, .sub = {4}, .n_subs = 1};

bool sid_is_owner_rights(const struct guise_sid *sid)
{
	return guise_sid_equal(sid, &owner_rights);
}

bool ace_type_decides(uint8_t type)
{
	return type <= GUISE_ACE_ACCESS_DENIED ||
	       type == GUISE_ACE_ACCESS_ALLOWED_OBJECT ||
	       type == GUISE_ACE_ACCESS_DENIED_OBJECT ||
	       (type >= GUISE_ACE_ACCESS_ALLOWED_CALLBACK &&
		type <= GUISE_ACE_ACCESS_DENIED_CALLBACK_OBJECT);
}

bool acl_facts_want(uint8_t type)
{
	return ace_type_decides(type) ||
	       type == GUISE_ACE_SYSTEM_MANDATORY_LABEL ||
	       (type >= GUISE_ACE_SYSTEM_SCOPED_POLICY_ID &&
		type <= GUISE_ACE_SYSTEM_ACCESS_FILTER);
}

/* A mistake denies. */
uint32_t label_rid(const struct guise_sid *sid)
{
	return token_sid_is_label(sid) ? sid->sub[0] : UINT32_MAX;
}

/* Only the first label counts. */
static void add_label(struct acl_facts *facts, uint32_t policy,
		      const struct guise_sid *sid)
{
	if (facts->has & ACL_HAS_LABEL)
		return;
	facts->has |= ACL_HAS_LABEL;
	facts->label_rid = label_rid(sid);
	facts->label_policy = policy;
}

void acl_facts_add(struct acl_facts *facts, uint8_t type, uint8_t flags,
		   uint32_t mask, const struct guise_sid *sid)
{
	if (flags & GUISE_ACE_INHERIT_ONLY)
		return;
	if (type == GUISE_ACE_SYSTEM_MANDATORY_LABEL)
		add_label(facts, mask, sid);
	else if (type == GUISE_ACE_SYSTEM_SCOPED_POLICY_ID)
		facts->has |= ACL_HAS_POLICY;
	else if (type == GUISE_ACE_SYSTEM_PROCESS_TRUST_LABEL)
		facts->has |= ACL_HAS_TRUST;
	else if (type == GUISE_ACE_SYSTEM_ACCESS_FILTER)
		facts->has |= ACL_HAS_FILTER;
	else if (ace_type_decides(type) && sid_is_owner_rights(sid))
		facts->has |= ACL_HAS_OWNER_RIGHTS;
}
