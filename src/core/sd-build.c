/* SPDX-License-Identifier: Apache-2.0 */
/* BuildSecurityDescriptor: trustees and entries worked into a descriptor. */
#include "sd-edit-internal.h"

/* @trustee NULL: the old one, which may be NULL, too. */
static int build_sid(const struct guise_trustee *trustee,
		     const struct guise_edit_options *options,
		     struct guise_sid *room, const struct guise_sid **sid)
{
	struct guise_trustee found;
	int r;

	if (!trustee)
		return 0;
	r = guise_trustee_resolve(trustee, options, &found);
	if (r < 0)
		return r;
	*room = found.sid;
	*sid = room;
	return 0;
}

/* Without entries the old one, and so with its PRESENT bit, even if NULL. */
static int build_acl(const struct guise_acl *old,
		     const struct guise_explicit_access *entries,
		     size_t n_entries, const struct guise_edit_options *options,
		     const struct guise_acl **ret)
{
	if (n_entries == 0) {
		*ret = guise_acl_ref(old);
		return 0;
	}
	return guise_acl_set_entries(old, entries, n_entries, options, ret);
}

int guise_sd_build(const struct guise_sd_parts *parts,
		   const struct guise_sd *old,
		   const struct guise_edit_options *options,
		   const struct guise_sd **ret)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *sacl = NULL;
	struct guise_sd_fields fields = {.size = sizeof(fields)};
	struct guise_sid owner, group;
	int r;

	if (!parts || parts->size != sizeof(*parts) || !ret)
		return -EINVAL;
	if (old) {
		fields.control = old->control;
		fields.rm_control = old->rm_control;
		fields.owner = guise_sd_owner(old);
		fields.group = guise_sd_group(old);
	}
	r = build_sid(parts->owner, options, &owner, &fields.owner);
	if (r == 0)
		r = build_sid(parts->group, options, &group, &fields.group);
	if (r == 0)
		r = build_acl(old ? old->dacl : NULL, parts->access,
			      parts->n_access, options, &dacl);
	if (r == 0)
		r = build_acl(old ? old->sacl : NULL, parts->audit,
			      parts->n_audit, options, &sacl);
	if (r < 0)
		return r;
	fields.dacl = dacl;
	fields.sacl = sacl;
	return guise_sd_new(&fields, ret);
}
