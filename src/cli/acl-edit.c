/* SPDX-License-Identifier: Apache-2.0 */
#include <guise/sd-edit.h>

#include "acl-edit.h"
#include "base.h"

/* What a change is in terms of the library's modes: one or two entries. */
static const enum guise_access_mode modes[][2] = {
	[ACL_GRANT] = {GUISE_ACCESS_GRANT},
	[ACL_DENY] = {GUISE_ACCESS_DENY},
	[ACL_REVOKE] = {GUISE_ACCESS_REVOKE, GUISE_ACCESS_LIFT},
	[ACL_REVOKE_GRANTED] = {GUISE_ACCESS_REVOKE},
	[ACL_REVOKE_DENIED] = {GUISE_ACCESS_LIFT},
};

static size_t entries_of(const struct acl_edit *edit,
			 struct guise_explicit_access ret[2])
{
	size_t n = 0;

	for (size_t i = 0; i < 2; i++) {
		if (modes[edit->change][i] == GUISE_ACCESS_NOT_USED)
			continue;
		ret[n++] = (struct guise_explicit_access){
			.mask = edit->mask,
			.mode = modes[edit->change][i],
			.inheritance = edit->flags,
			.trustee = {.sid = edit->sid},
		};
	}
	return n;
}

static int with_dacl(const struct guise_sd *sd, const struct guise_acl *dacl,
		     const struct guise_sd **ret)
{
	return guise_sd_new(
		&(struct guise_sd_fields){
			.size = sizeof(struct guise_sd_fields),
			.control = guise_sd_control(sd),
			.rm_control = guise_sd_rm_control(sd),
			.owner = guise_sd_owner(sd),
			.group = guise_sd_group(sd),
			.dacl = dacl,
			.sacl = guise_sd_sacl(sd),
		},
		ret);
}

/* Without a DACL everybody has everything: that is where a change begins. */
static int dacl_or_everything(const struct guise_sd *sd,
			      const struct guise_acl **ret)
{
	const struct guise_ace everything = {
		.mask = GUISE_FILE_ALL_ACCESS,
		.sid = {.authority = 1, .n_subs = 1},
	};

	if (!guise_sd_dacl(sd))
		return guise_acl_new(0, &everything, 1, ret);
	*ret = guise_acl_ref(guise_sd_dacl(sd));
	return 0;
}

int acl_edit_apply(const struct guise_sd *sd, const struct acl_edit *edit,
		   const struct guise_sd **ret)
{
	const struct guise_edit_options options = {
		.size = sizeof(options),
		.mapping = &guise_mapping_file,
	};
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *old = NULL;
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *new = NULL;
	struct guise_explicit_access entries[2];
	size_t n = entries_of(edit, entries);
	int r;

	r = dacl_or_everything(sd, &old);
	if (r < 0)
		return r;
	r = guise_acl_set_entries(old, entries, n, &options, &new);
	if (r < 0)
		return r;
	return with_dacl(sd, new, ret);
}

int acl_edit_base(const struct guise_sd *derived, const struct guise_sd **ret)
{
	const struct guise_acl *dacl = guise_sd_dacl(derived);
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *new = NULL;
	GUISE_AUTO(freep) struct guise_ace *aces = NULL;
	size_t n_old = dacl ? guise_acl_n_aces(dacl) : 0, n = 0;
	int r;

	aces = array_alloc(n_old, sizeof(*aces));
	if (!aces)
		return -ENOMEM;
	for (size_t i = 0; i < n_old; i++) {
		if (guise_acl_ace(dacl, i)->type != GUISE_ACE_ACCESS_DENIED)
			aces[n++] = *guise_acl_ace(dacl, i);
	}
	r = guise_acl_new(0, aces, n, &new);
	if (r < 0)
		return r;
	return with_dacl(derived, new, ret);
}

int acl_edit_protect(const struct guise_sd *sd, const struct guise_sd **ret)
{
	if (!guise_sd_dacl(sd)) { /* nothing is inherited */
		*ret = guise_sd_ref(sd);
		return 0;
	}
	return guise_sd_set(
		sd, GUISE_DACL_SECURITY | GUISE_PROTECTED_DACL_SECURITY, sd,
		GUISE_SEF_DACL_AUTO_INHERIT, NULL, &guise_mapping_file, ret);
}
