/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The canonical order of an ACL (Windows documentation, "Order of ACEs in a
 * DACL"): explicit denials, explicit grants, then what is inherited. The
 * access check never looks at it: it takes entries as they come.
 */
#include "acl-edit-internal.h"

enum ace_kind ace_kind(uint8_t type)
{
	switch (type) {
	case GUISE_ACE_ACCESS_ALLOWED:
	case GUISE_ACE_ACCESS_ALLOWED_OBJECT:
	case GUISE_ACE_ACCESS_ALLOWED_CALLBACK:
	case GUISE_ACE_ACCESS_ALLOWED_CALLBACK_OBJECT:
		return ACE_KIND_ALLOW;
	case GUISE_ACE_ACCESS_DENIED:
	case GUISE_ACE_ACCESS_DENIED_OBJECT:
	case GUISE_ACE_ACCESS_DENIED_CALLBACK:
	case GUISE_ACE_ACCESS_DENIED_CALLBACK_OBJECT:
		return ACE_KIND_DENY;
	case GUISE_ACE_SYSTEM_AUDIT:
	case GUISE_ACE_SYSTEM_AUDIT_OBJECT:
	case GUISE_ACE_SYSTEM_AUDIT_CALLBACK:
	case GUISE_ACE_SYSTEM_AUDIT_CALLBACK_OBJECT:
		return ACE_KIND_AUDIT;
	default:
		return ACE_KIND_OTHER;
	}
}

bool ace_is_callback(uint8_t type)
{
	return type >= GUISE_ACE_ACCESS_ALLOWED_CALLBACK &&
	       type <= GUISE_ACE_SYSTEM_ALARM_CALLBACK_OBJECT;
}

enum rank { RANK_DENY, RANK_ALLOW, RANK_INHERITED, N_RANKS };

/* Where @ace belongs. What neither grants nor denies has no place of its own
 * among the explicit ones: it stays with the rank it is @after. */
static enum rank rank_of(const struct guise_ace *ace, enum rank after)
{
	if (ace->flags & GUISE_ACE_INHERITED)
		return RANK_INHERITED;
	switch (ace_kind(ace->type)) {
	case ACE_KIND_DENY:
		return RANK_DENY;
	case ACE_KIND_ALLOW:
		return RANK_ALLOW;
	case ACE_KIND_AUDIT:
	case ACE_KIND_OTHER:
	default:
		return after == RANK_INHERITED ? RANK_ALLOW : after;
	}
}

bool guise_acl_is_canonical(const struct guise_acl *acl)
{
	enum rank reached = RANK_DENY;

	for (size_t i = 0; i < acl->n_aces; i++) {
		enum rank rank = rank_of(&acl->aces[i], reached);

		if (rank < reached)
			return false;
		reached = rank;
	}
	return true;
}

/* Appends the entries of @rank to @to, and says how many there are now. */
static size_t copy_rank(const struct guise_acl *acl, enum rank rank,
			struct guise_ace *to, size_t n)
{
	enum rank reached = RANK_DENY;

	for (size_t i = 0; i < acl->n_aces; i++) {
		reached = rank_of(&acl->aces[i], reached);
		if (reached == rank)
			to[n++] = acl->aces[i];
	}
	return n;
}

int guise_acl_sort(const struct guise_acl *acl, const struct guise_acl **ret)
{
	GUISE_AUTO(freep) struct guise_ace *aces = NULL;
	size_t n = 0;

	if (!acl || !ret)
		return -EINVAL;
	if (guise_acl_is_canonical(acl)) {
		*ret = guise_acl_ref(acl);
		return 0;
	}
	aces = array_alloc(acl->n_aces, sizeof(*aces));
	if (!aces)
		return -ENOMEM;
	for (unsigned rank = RANK_DENY; rank < N_RANKS; rank++)
		n = copy_rank(acl, (enum rank)rank, aces, n);
	return guise_acl_new(acl->revision, aces, n, ret);
}
