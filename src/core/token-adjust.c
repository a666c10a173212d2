/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turning on and off what a token has: NtAdjustPrivilegesToken and
 * NtAdjustGroupsToken. Privileges are no SIDs: adjusting them costs the same
 * for any number of groups.
 */
#include <guise/token-change.h>

#include "sid-set.h"
#include "token-internal.h"

/* What becomes of a token's privileges while a list is gone through. */
struct adjustment {
	uint64_t present;
	uint64_t enabled;
	bool all_assigned;
};

static void adjust_one(struct adjustment *a,
		       const struct guise_privilege_change *change)
{
	uint64_t bit;

	if (change->privilege > GUISE_PRIVILEGE_MAX ||
	    !(a->present & GUISE_PRIVILEGE_BIT(change->privilege))) {
		a->all_assigned = false;
		return;
	}
	bit = GUISE_PRIVILEGE_BIT(change->privilege);
	a->enabled &= ~bit;
	if (change->attributes & GUISE_PRIVILEGE_REMOVED)
		a->present &= ~bit;
	else if (change->attributes & GUISE_PRIVILEGE_ENABLED)
		a->enabled |= bit;
}

static int adjusted_copy(const struct guise_token *token,
			 const struct adjustment *a, guise_luid modified_id,
			 const struct guise_token **ret,
			 struct guise_privileges_adjusted *ret_adjusted)
{
	struct guise_token *t = token_copy(token);

	if (!t)
		return -ENOMEM;
	t->privileges = a->present;
	t->privileges_enabled = a->enabled;
	t->privileges_default &= a->present;
	t->modified_id = modified_id;
	if (ret_adjusted) {
		ret_adjusted->changed =
			(token->privileges_enabled ^ a->enabled) & a->present;
		ret_adjusted->all_assigned = a->all_assigned;
	}
	*ret = t;
	return 0;
}

int guise_token_adjust_privileges(
	const struct guise_token *token,
	const struct guise_privilege_change *changes, size_t n_changes,
	guise_luid modified_id, const struct guise_token **ret,
	struct guise_privileges_adjusted *ret_adjusted)
{
	struct adjustment a;

	if (!token || !ret || (!changes && n_changes))
		return -EINVAL;
	a = (struct adjustment){.present = token->privileges,
				.enabled = token->privileges_enabled,
				.all_assigned = true};
	for (size_t i = 0; i < n_changes; i++)
		adjust_one(&a, &changes[i]);
	return adjusted_copy(token, &a, modified_id, ret, ret_adjusted);
}

int guise_token_disable_privileges(
	const struct guise_token *token, guise_luid modified_id,
	const struct guise_token **ret,
	struct guise_privileges_adjusted *ret_adjusted)
{
	struct adjustment a;

	if (!token || !ret)
		return -EINVAL;
	a = (struct adjustment){.present = token->privileges,
				.all_assigned = true};
	return adjusted_copy(token, &a, modified_id, ret, ret_adjusted);
}

/* 0 if the group may become what is asked for. Its logon nobody loses. */
static int may_change(uint32_t attributes, bool enable)
{
	const uint32_t logon = (uint32_t)GUISE_GROUP_LOGON_ID;

	if (enable)
		return attributes & GUISE_GROUP_USE_FOR_DENY_ONLY
			       ? GUISE_E_CANT_ENABLE_DENY_ONLY
			       : 0;
	return attributes & GUISE_GROUP_MANDATORY ||
			       (attributes & logon) == logon
		       ? GUISE_E_CANT_DISABLE_MANDATORY
		       : 0;
}

static void enable_group(struct guise_sid_and_attributes *group, bool enable)
{
	group->attributes &= ~(uint32_t)GUISE_GROUP_ENABLED;
	if (enable)
		group->attributes |= GUISE_GROUP_ENABLED;
}

/* The list's last word on each SID. */
struct group_changes {
	struct sid_set set;
	bool *enable; /* by index in the set's list */
	bool *found;
};

static void group_changes_clear(struct group_changes *changes)
{
	sid_set_clear(&changes->set);
	free(changes->enable);
	free(changes->found);
}

static int group_changes_init(struct group_changes *ret,
			      const struct guise_sid_and_attributes *list,
			      size_t n)
{
	int r;

	r = sid_set_init(&ret->set, list, sizeof(*list), n);
	if (r < 0)
		return r;
	ret->enable = array_alloc(n, sizeof(*ret->enable));
	ret->found = array_alloc(n, sizeof(*ret->found));
	if (!ret->enable || !ret->found)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		ret->enable[sid_set_find(&ret->set, &list[i].sid)] =
			list[i].attributes & GUISE_GROUP_ENABLED;
	return 0;
}

/* All in the builder's groups; whatever goes wrong, the builder is given up. */
static int change_groups(struct guise_token_builder *b,
			 struct group_changes *changes)
{
	for (size_t i = 0; i < b->groups.n; i++) {
		struct guise_sid_and_attributes *group = &b->groups.at[i];
		size_t at = sid_set_find(&changes->set, &group->sid);
		int r;

		if (at == SID_SET_NONE)
			continue;
		changes->found[at] = true;
		if (group->attributes & GUISE_GROUP_INTEGRITY)
			continue;
		r = may_change(group->attributes, changes->enable[at]);
		if (r < 0)
			return r;
		enable_group(group, changes->enable[at]);
	}
	return 0;
}

static bool all_found(const struct group_changes *changes,
		      const struct guise_sid_and_attributes *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!changes->found[sid_set_find(&changes->set, &list[i].sid)])
			return false;
	}
	return true;
}

int guise_token_adjust_groups(const struct guise_token *token,
			      const struct guise_sid_and_attributes *list,
			      size_t n, guise_luid modified_id,
			      const struct guise_token **ret,
			      bool *ret_all_assigned)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	GUISE_AUTO(group_changes_clear) struct group_changes changes = {0};
	int r;

	if (!token || !ret || (!list && n))
		return -EINVAL;
	r = group_changes_init(&changes, list, n);
	if (r == 0)
		r = guise_token_builder_from(token, &b);
	if (r == 0)
		r = change_groups(b, &changes);
	if (r == 0)
		r = token_builder_drop_unix_groups(b);
	if (r < 0)
		return r;
	b->id = token->id;
	b->modified_id = modified_id;
	r = guise_token_builder_seal(b, ret);
	if (r == 0 && ret_all_assigned)
		*ret_all_assigned = all_found(&changes, list, n);
	return r;
}

int guise_token_reset_groups(const struct guise_token *token,
			     guise_luid modified_id,
			     const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	const uint32_t fixed =
		GUISE_GROUP_INTEGRITY | GUISE_GROUP_USE_FOR_DENY_ONLY;
	int r;

	if (!token || !ret)
		return -EINVAL;
	r = guise_token_builder_from(token, &b);
	if (r < 0)
		return r;
	for (size_t i = 0; i < b->groups.n; i++) {
		struct guise_sid_and_attributes *group = &b->groups.at[i];

		if (!(group->attributes & fixed))
			enable_group(group,
				     group->attributes &
					     GUISE_GROUP_ENABLED_BY_DEFAULT);
	}
	r = token_builder_drop_unix_groups(b);
	if (r < 0)
		return r;
	b->id = token->id;
	b->modified_id = modified_id;
	return guise_token_builder_seal(b, ret);
}
