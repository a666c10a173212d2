/* SPDX-License-Identifier: Apache-2.0 */
/* What an ACL says, for reports: as entries, and as the rights it gives or
 * audits. Decisions are made by the access check alone. */
#include "acl-edit-internal.h"

static struct guise_trustee trustee_of(const struct guise_ace *ace)
{
	return (struct guise_trustee){
		.form = ace->object_flags ? GUISE_TRUSTEE_OBJECTS_AND_SID
					  : GUISE_TRUSTEE_SID,
		.sid = ace->sid,
		.objects = ace->object_flags,
		.object_type = ace->object_type,
		.inherited_object_type = ace->inherited_object_type,
	};
}

static void add_entry(const struct guise_ace *ace, enum guise_access_mode mode,
		      struct guise_explicit_access *entries, size_t *n)
{
	entries[(*n)++] = (struct guise_explicit_access){
		.mask = ace->mask,
		.mode = mode,
		.inheritance = ace->flags & GUISE_ACE_VALID_INHERIT_FLAGS,
		.trustee = trustee_of(ace),
	};
}

static void add_entries(const struct guise_ace *ace,
			struct guise_explicit_access *entries, size_t *n)
{
	if (ace_is_callback(ace->type))
		return;
	switch (ace_kind(ace->type)) {
	case ACE_KIND_ALLOW:
		add_entry(ace, GUISE_ACCESS_GRANT, entries, n);
		break;
	case ACE_KIND_DENY:
		add_entry(ace, GUISE_ACCESS_DENY, entries, n);
		break;
	case ACE_KIND_AUDIT:
		if (ace->flags & GUISE_ACE_SUCCESSFUL_ACCESS)
			add_entry(ace, GUISE_ACCESS_AUDIT_SUCCESS, entries, n);
		if (ace->flags & GUISE_ACE_FAILED_ACCESS)
			add_entry(ace, GUISE_ACCESS_AUDIT_FAILURE, entries, n);
		break;
	case ACE_KIND_OTHER:
	default:
		break;
	}
}

int guise_acl_explicit_entries(const struct guise_acl *acl,
			       struct guise_explicit_access **ret_entries,
			       size_t *ret_n)
{
	struct guise_explicit_access *entries;
	size_t n = 0;

	if (!ret_entries || !ret_n)
		return -EINVAL;
	if (!acl || acl->n_aces == 0) {
		*ret_entries = NULL;
		*ret_n = 0;
		return 0;
	}
	/* Two for each at most, and an ACL has few: no overflow. */
	entries = array_alloc(2 * acl->n_aces, sizeof(*entries));
	if (!entries)
		return -ENOMEM;
	for (size_t i = 0; i < acl->n_aces; i++)
		add_entries(&acl->aces[i], entries, &n);
	*ret_entries = entries;
	*ret_n = n;
	return 0;
}

/* In force, and about one of @sids. */
static bool concerns(const struct guise_ace *ace, const struct guise_sid *sids,
		     size_t n_sids)
{
	if (ace->flags & GUISE_ACE_INHERIT_ONLY)
		return false;
	for (size_t i = 0; i < n_sids; i++) {
		if (guise_sid_equal(&ace->sid, &sids[i]))
			return true;
	}
	return false;
}

static uint32_t mapped(uint32_t mask,
		       const struct guise_generic_mapping *mapping)
{
	return mapping ? guise_map_generic(mask, mapping) : mask;
}

/* Only these grant for sure: without a condition, the object as a whole. */
static bool grants(const struct guise_ace *ace)
{
	return ace_kind(ace->type) == ACE_KIND_ALLOW &&
	       !ace_is_callback(ace->type) &&
	       !(ace->object_flags & GUISE_ACE_OBJECT_TYPE_PRESENT);
}

int guise_acl_effective_rights(const struct guise_acl *acl,
			       const struct guise_sid *sids, size_t n_sids,
			       const struct guise_generic_mapping *mapping,
			       uint32_t *ret)
{
	uint32_t granted = 0, denied = 0;

	if (!acl || (n_sids && !sids) || !ret)
		return -EINVAL;
	for (size_t i = 0; i < acl->n_aces; i++) {
		const struct guise_ace *ace = &acl->aces[i];

		if (!concerns(ace, sids, n_sids))
			continue;
		if (grants(ace))
			granted |= mapped(ace->mask, mapping) & ~denied;
		else if (ace_kind(ace->type) == ACE_KIND_DENY)
			denied |= mapped(ace->mask, mapping) & ~granted;
	}
	*ret = granted;
	return 0;
}

int guise_acl_audited_rights(const struct guise_acl *acl,
			     const struct guise_sid *sids, size_t n_sids,
			     const struct guise_generic_mapping *mapping,
			     uint32_t *ret_success, uint32_t *ret_failure)
{
	uint32_t success = 0, failure = 0;

	if (!acl || (n_sids && !sids) || !ret_success || !ret_failure)
		return -EINVAL;
	for (size_t i = 0; i < acl->n_aces; i++) {
		const struct guise_ace *ace = &acl->aces[i];

		if (ace_kind(ace->type) != ACE_KIND_AUDIT ||
		    !concerns(ace, sids, n_sids))
			continue;
		if (ace->flags & GUISE_ACE_SUCCESSFUL_ACCESS)
			success |= mapped(ace->mask, mapping);
		if (ace->flags & GUISE_ACE_FAILED_ACCESS)
			failure |= mapped(ace->mask, mapping);
	}
	*ret_success = success;
	*ret_failure = failure;
	return 0;
}
