/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An ACL of a new object (MS-DTYP 2.5.3.4.2): from what the creator asked for,
 * what the parent passes on and, for the DACL, the default of the token, by
 * the same rules for both ACLs.
 */
#include "ace-internal.h"
#include "buf.h"
#include "inherit-internal.h"

/* These two are inherited even into a protected SACL. */
static bool is_unconditional(const struct guise_ace *ace)
{
	return ace->type == GUISE_ACE_SYSTEM_RESOURCE_ATTRIBUTE ||
	       ace->type == GUISE_ACE_SYSTEM_SCOPED_POLICY_ID;
}

static bool contains(const struct guise_buf *aces, const struct guise_ace *ace)
{
	const struct guise_ace *at = (const void *)aces->data;
	size_t n = aces->size / sizeof(*at);

	for (size_t i = 0; i < n; i++) {
		if (ace_equal(&at[i], ace))
			return true;
	}
	return false;
}

/* Those of @more that @aces does not have. */
static int add_missing(const struct guise_buf *more, struct guise_buf *aces)
{
	const struct guise_ace *at = (const void *)more->data;
	size_t n = more->size / sizeof(*at);
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++) {
		if (!contains(aces, &at[i]))
			r = buf_append(aces, &at[i], sizeof(at[i]));
	}
	return r;
}

/* A creator that has read them elsewhere does not get them twice. */
static int collect_unconditional(const struct heir *heir,
				 const struct guise_acl *parent,
				 struct guise_buf *aces)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf inherited = {0};
	int r = 0;

	for (size_t i = 0; r == 0 && parent && i < parent->n_aces; i++) {
		if (is_unconditional(&parent->aces[i]))
			r = inherit_ace(heir, &parent->aces[i], &inherited);
	}
	return r < 0 ? r : add_missing(&inherited, aces);
}

int inherit_aces(const struct heir *heir, const struct guise_acl *parent,
		 struct guise_buf *aces)
{
	int r = 0;

	for (size_t i = 0; r == 0 && parent && i < parent->n_aces; i++)
		r = inherit_ace(heir, &parent->aces[i], aces);
	return r;
}

static int collect_explicit(const struct heir *heir,
			    const struct guise_acl *acl, bool drop_inherited,
			    struct guise_buf *aces)
{
	int r = 0;

	for (size_t i = 0; r == 0 && acl && i < acl->n_aces; i++) {
		if (!drop_inherited ||
		    !(acl->aces[i].flags & GUISE_ACE_INHERITED))
			r = adopt_ace(heir, &acl->aces[i], aces);
	}
	return r;
}

/* The creator's ACL, with the parent's after it where that is wanted. */
static int merge(const struct heir *heir, const struct acl_case *from,
		 struct acl_result *result)
{
	bool all =
		from->only_adds || (from->auto_inherit && !from->is_protected);
	int r;

	result->present = true;
	result->is_protected = from->is_protected && !from->only_adds;
	/* A NULL ACL is the creator's last word. */
	result->is_null = !from->explicit;
	if (!from->explicit)
		return 0;
	r = collect_explicit(heir, from->explicit, all, &result->aces);
	if (r < 0)
		return r;
	/* So is an empty one: Windows inherits nothing into it. */
	if (all && from->explicit->n_aces > 0)
		return inherit_aces(heir, from->inheritable, &result->aces);
	return collect_unconditional(heir, from->inheritable, &result->aces);
}

int inherit_acl(const struct heir *heir, const struct acl_case *from,
		struct acl_result *result)
{
	int r;

	if (from->is_explicit && !from->is_default)
		return merge(heir, from, result);
	r = inherit_aces(heir, from->inheritable, &result->aces);
	if (r < 0)
		return r;
	result->present = result->aces.size > 0;
	if (result->present)
		return 0;
	if (from->is_explicit)
		return merge(heir, from, result);
	result->present = from->fallback || from->must_exist;
	return collect_explicit(heir, from->fallback, false, &result->aces);
}

int inherit_make_acl(const struct acl_result *result, unsigned revision,
		     const struct guise_acl **ret)
{
	const void *aces = result->aces.data;
	int r;

	if (!result->present || result->is_null)
		return 0;
	r = guise_acl_new(revision, aces,
			  result->aces.size / sizeof(struct guise_ace), ret);
	return r == GUISE_E_INVALID_ACL ? GUISE_E_BAD_INHERITANCE_ACL : r;
}
