/* SPDX-License-Identifier: Apache-2.0 */
#include <guise/access.h>

#include "acl-edit.h"
#include "base.h"

struct list {
	struct guise_ace *aces;
	size_t n;
};

static bool is_inherited(const struct guise_ace *ace)
{
	return ace->flags & GUISE_ACE_INHERITED;
}

/* Entries this file understands; others (conditional, object) stay as they
 * are. */
static bool is_plain(const struct guise_ace *ace)
{
	return !is_inherited(ace) && (ace->type == GUISE_ACE_ACCESS_ALLOWED ||
				      ace->type == GUISE_ACE_ACCESS_DENIED);
}

static bool is_of(const struct guise_ace *ace, const struct acl_edit *edit,
		  enum guise_ace_type type)
{
	return is_plain(ace) && ace->type == type &&
	       guise_sid_equal(&ace->sid, &edit->sid);
}

static bool has_same_scope(const struct guise_ace *ace,
			   const struct acl_edit *edit)
{
	return (ace->flags & GUISE_ACE_VALID_INHERIT_FLAGS) == edit->flags;
}

static void remove_at(struct list *list, size_t i)
{
	memmove(&list->aces[i], &list->aces[i + 1],
		(list->n - i - 1) * sizeof(*list->aces));
	list->n--;
}

static void remove_all(struct list *list, const struct acl_edit *edit,
		       enum guise_ace_type type)
{
	for (size_t i = list->n; i-- > 0;) {
		if (is_of(&list->aces[i], edit, type))
			remove_at(list, i);
	}
}

/* Take the bits off entries of @type with the same scope; empty ones go. */
static void take_bits(struct list *list, const struct acl_edit *edit,
		      enum guise_ace_type type)
{
	for (size_t i = list->n; i-- > 0;) {
		struct guise_ace *ace = &list->aces[i];

		if (!is_of(ace, edit, type) || !has_same_scope(ace, edit))
			continue;
		ace->mask = guise_map_generic(ace->mask, &guise_mapping_file) &
			    ~edit->mask;
		if (ace->mask == 0)
			remove_at(list, i);
	}
}

/* Canonical place: denies in front, allows after the explicit denies. */
static size_t place_of(const struct list *list, enum guise_ace_type type)
{
	size_t i = 0;

	if (type == GUISE_ACE_ACCESS_DENIED)
		return 0;
	while (i < list->n && !is_inherited(&list->aces[i]) &&
	       (list->aces[i].type == GUISE_ACE_ACCESS_DENIED ||
		list->aces[i].type == GUISE_ACE_ACCESS_DENIED_OBJECT ||
		list->aces[i].type == GUISE_ACE_ACCESS_DENIED_CALLBACK ||
		list->aces[i].type == GUISE_ACE_ACCESS_DENIED_CALLBACK_OBJECT))
		i++;
	return i;
}

static void add_bits(struct list *list, const struct acl_edit *edit,
		     enum guise_ace_type type)
{
	size_t at;

	for (size_t i = 0; i < list->n; i++) {
		struct guise_ace *ace = &list->aces[i];

		if (is_of(ace, edit, type) && has_same_scope(ace, edit)) {
			ace->mask |= edit->mask;
			return;
		}
	}
	at = place_of(list, type);
	memmove(&list->aces[at + 1], &list->aces[at],
		(list->n - at) * sizeof(*list->aces));
	list->aces[at] = (struct guise_ace){
		.type = (uint8_t)type,
		.flags = edit->flags,
		.mask = edit->mask,
		.sid = edit->sid,
	};
	list->n++;
}

static void change(struct list *list, const struct acl_edit *edit)
{
	switch (edit->change) {
	case ACL_GRANT:
		take_bits(list, edit, GUISE_ACE_ACCESS_DENIED);
		add_bits(list, edit, GUISE_ACE_ACCESS_ALLOWED);
		break;
	case ACL_DENY:
		take_bits(list, edit, GUISE_ACE_ACCESS_ALLOWED);
		add_bits(list, edit, GUISE_ACE_ACCESS_DENIED);
		break;
	case ACL_REVOKE:
		remove_all(list, edit, GUISE_ACE_ACCESS_ALLOWED);
		remove_all(list, edit, GUISE_ACE_ACCESS_DENIED);
		break;
	case ACL_REVOKE_GRANTED:
		remove_all(list, edit, GUISE_ACE_ACCESS_ALLOWED);
		break;
	case ACL_REVOKE_DENIED:
		remove_all(list, edit, GUISE_ACE_ACCESS_DENIED);
		break;
	}
}

static int list_of(const struct guise_sd *sd, struct list *ret)
{
	const struct guise_acl *dacl = guise_sd_dacl(sd);
	size_t n = dacl ? guise_acl_n_aces(dacl) : 0;

	/* room for what is missing, and for one more */
	ret->aces = array_alloc(n + 2, sizeof(*ret->aces));
	if (!ret->aces)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		ret->aces[i] = *guise_acl_ace(dacl, i);
	ret->n = n;
	return 0;
}

static int with_list(const struct guise_sd *sd, const struct list *list,
		     uint16_t control, const struct guise_sd **ret)
{
	const struct guise_acl *old = guise_sd_dacl(sd);
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	int r;

	r = guise_acl_new(old ? guise_acl_revision(old) : 0, list->aces,
			  list->n, &dacl);
	if (r < 0)
		return r;
	return guise_sd_new(
		&(struct guise_sd_fields){
			.size = sizeof(struct guise_sd_fields),
			.control = (uint16_t)(control | GUISE_SD_DACL_PRESENT),
			.rm_control = guise_sd_rm_control(sd),
			.owner = guise_sd_owner(sd),
			.group = guise_sd_group(sd),
			.dacl = dacl,
			.sacl = guise_sd_sacl(sd),
		},
		ret);
}

/* Without a DACL everybody has everything: that is where a change begins. */
static void spell_out_missing_dacl(const struct guise_sd *sd, struct list *list)
{
	if (guise_sd_dacl(sd))
		return;
	list->aces[0] = (struct guise_ace){
		.mask = GUISE_FILE_ALL_ACCESS,
		.sid = {.authority = 1, .n_subs = 1},
	};
	list->n = 1;
}

int acl_edit_apply(const struct guise_sd *sd, const struct acl_edit *edit,
		   const struct guise_sd **ret)
{
	GUISE_AUTO(freep) struct guise_ace *aces = NULL;
	struct list list = {0};
	int r;

	r = list_of(sd, &list);
	if (r < 0)
		return r;
	aces = list.aces;
	spell_out_missing_dacl(sd, &list);
	change(&list, edit);
	return with_list(sd, &list, guise_sd_control(sd), ret);
}

int acl_edit_base(const struct guise_sd *derived, const struct guise_sd **ret)
{
	GUISE_AUTO(freep) struct guise_ace *aces = NULL;
	struct list list = {0};
	int r;

	r = list_of(derived, &list);
	if (r < 0)
		return r;
	aces = list.aces;
	for (size_t i = list.n; i-- > 0;) {
		if (list.aces[i].type == GUISE_ACE_ACCESS_DENIED)
			remove_at(&list, i);
	}
	return with_list(derived, &list, guise_sd_control(derived), ret);
}

int acl_edit_protect(const struct guise_sd *sd, const struct guise_sd **ret)
{
	GUISE_AUTO(freep) struct guise_ace *aces = NULL;
	struct list list = {0};
	int r;

	if (!guise_sd_dacl(sd)) { /* nothing is inherited */
		*ret = guise_sd_ref(sd);
		return 0;
	}
	r = list_of(sd, &list);
	if (r < 0)
		return r;
	aces = list.aces;
	for (size_t i = 0; i < list.n; i++)
		list.aces[i].flags &= (uint8_t)~GUISE_ACE_INHERITED;
	return with_list(sd, &list,
			 guise_sd_control(sd) | GUISE_SD_DACL_PROTECTED, ret);
}
