/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SetEntriesInAcl: the old entries in an array with room for one more an entry,
 * which are worked in one after the other. New entries come into two places:
 * denials and audits to the front, grants behind the denials that are there;
 * among themselves they keep the order they were given in.
 */
#include "acl-edit-internal.h"

#define INHERITANCE                                                            \
	(GUISE_ACE_OBJECT_INHERIT | GUISE_ACE_CONTAINER_INHERIT |              \
	 GUISE_ACE_NO_PROPAGATE_INHERIT | GUISE_ACE_INHERIT_ONLY)

struct list {
	struct guise_ace *aces;
	bool *is_new; /* for each of @aces */
	size_t n;
};

/* An entry, its trustee resolved: the ACE it would be. */
struct edit {
	struct guise_ace ace; /* but for its type */
	enum guise_access_mode mode;
	const struct guise_generic_mapping *mapping; /* may be NULL */
};

static bool is_explicit(const struct guise_ace *ace)
{
	return !(ace->flags & GUISE_ACE_INHERITED);
}

/* The first place after the explicit denials that @list begins with. */
static size_t first_allow(const struct list *list)
{
	size_t i = 0;

	while (i < list->n && is_explicit(&list->aces[i]) &&
	       ace_kind(list->aces[i].type) == ACE_KIND_DENY)
		i++;
	return i;
}

static void remove_at(struct list *list, size_t i)
{
	size_t n_after = list->n - i - 1;

	memmove(&list->aces[i], &list->aces[i + 1],
		n_after * sizeof(*list->aces));
	memmove(&list->is_new[i], &list->is_new[i + 1], n_after);
	list->n--;
}

static void insert_at(struct list *list, size_t i, const struct guise_ace *ace)
{
	size_t n_after = list->n - i;

	memmove(&list->aces[i + 1], &list->aces[i],
		n_after * sizeof(*list->aces));
	memmove(&list->is_new[i + 1], &list->is_new[i], n_after);
	list->aces[i] = *ace;
	list->is_new[i] = true;
	list->n++;
}

static void insert(struct list *list, const struct guise_ace *ace)
{
	enum ace_kind kind = ace_kind(ace->type);
	size_t i = kind == ACE_KIND_ALLOW ? first_allow(list) : 0;

	while (i < list->n && list->is_new[i] &&
	       ace_kind(list->aces[i].type) == kind)
		i++;
	insert_at(list, i, ace);
}

/* Removes all the trustee's explicit entries of @kinds, limited to a part of
 * the object or not, conditional or not. */
static void forget(struct list *list, const struct edit *edit, unsigned kinds)
{
	for (size_t i = list->n; i-- > 0;) {
		const struct guise_ace *ace = &list->aces[i];

		if (is_explicit(ace) &&
		    ((unsigned)ace_kind(ace->type) & kinds) &&
		    guise_sid_equal(&ace->sid, &edit->ace.sid))
			remove_at(list, i);
	}
}

static bool same_types(const struct guise_ace *a, const struct guise_ace *b)
{
	return a->object_flags == b->object_flags &&
	       memcmp(&a->object_type, &b->object_type,
		      sizeof(a->object_type)) == 0 &&
	       memcmp(&a->inherited_object_type, &b->inherited_object_type,
		      sizeof(a->inherited_object_type)) == 0;
}

/* An unconditional entry that differs from the edit's in its mask at most. */
static bool is_same_entry(const struct guise_ace *ace, const struct edit *edit,
			  enum ace_kind kind)
{
	return ace_kind(ace->type) == kind && !ace_is_callback(ace->type) &&
	       ace->flags == edit->ace.flags && same_types(ace, &edit->ace) &&
	       guise_sid_equal(&ace->sid, &edit->ace.sid);
}

static uint32_t mapped(uint32_t mask, const struct edit *edit)
{
	return edit->mapping ? guise_map_generic(mask, edit->mapping) : mask;
}

/* Takes the edit's bits off entries of @kind; those without any go. */
static void take_bits(struct list *list, const struct edit *edit,
		      enum ace_kind kind)
{
	uint32_t bits = mapped(edit->ace.mask, edit);

	for (size_t i = list->n; i-- > 0;) {
		struct guise_ace *ace = &list->aces[i];
		uint32_t mask = mapped(ace->mask, edit);

		if (!is_same_entry(ace, edit, kind) || !(mask & bits))
			continue;
		ace->mask = mask & ~bits;
		if (ace->mask == 0)
			remove_at(list, i);
	}
}

static uint8_t type_of(enum ace_kind kind, bool has_types)
{
	switch (kind) {
	case ACE_KIND_ALLOW:
		return has_types ? GUISE_ACE_ACCESS_ALLOWED_OBJECT
				 : GUISE_ACE_ACCESS_ALLOWED;
	case ACE_KIND_DENY:
		return has_types ? GUISE_ACE_ACCESS_DENIED_OBJECT
				 : GUISE_ACE_ACCESS_DENIED;
	case ACE_KIND_AUDIT:
		return has_types ? GUISE_ACE_SYSTEM_AUDIT_OBJECT
				 : GUISE_ACE_SYSTEM_AUDIT;
	case ACE_KIND_OTHER:
	default:
		must(false); /* not a kind that entries have */
		return 0;
	}
}

/* A denial must come before what it denies: one behind a grant is not added
 * to. */
static void add_bits(struct list *list, const struct edit *edit,
		     enum ace_kind kind)
{
	size_t n = kind == ACE_KIND_DENY ? first_allow(list) : list->n;
	struct guise_ace ace = edit->ace;

	for (size_t i = 0; i < n; i++) {
		if (is_same_entry(&list->aces[i], edit, kind)) {
			list->aces[i].mask |= edit->ace.mask;
			return;
		}
	}
	ace.type = type_of(kind, ace.object_flags);
	insert(list, &ace);
}

static int work_in(struct list *list, struct edit *edit)
{
	switch (edit->mode) {
	case GUISE_ACCESS_GRANT:
		take_bits(list, edit, ACE_KIND_DENY);
		add_bits(list, edit, ACE_KIND_ALLOW);
		return 0;
	case GUISE_ACCESS_SET:
		forget(list, edit, ACE_KIND_ALLOW | ACE_KIND_DENY);
		add_bits(list, edit, ACE_KIND_ALLOW);
		return 0;
	case GUISE_ACCESS_DENY:
		take_bits(list, edit, ACE_KIND_ALLOW);
		add_bits(list, edit, ACE_KIND_DENY);
		return 0;
	case GUISE_ACCESS_REVOKE:
		forget(list, edit, ACE_KIND_ALLOW | ACE_KIND_AUDIT);
		return 0;
	case GUISE_ACCESS_LIFT:
		forget(list, edit, ACE_KIND_DENY);
		return 0;
	case GUISE_ACCESS_AUDIT_SUCCESS:
		edit->ace.flags |= GUISE_ACE_SUCCESSFUL_ACCESS;
		add_bits(list, edit, ACE_KIND_AUDIT);
		return 0;
	case GUISE_ACCESS_AUDIT_FAILURE:
		edit->ace.flags |= GUISE_ACE_FAILED_ACCESS;
		add_bits(list, edit, ACE_KIND_AUDIT);
		return 0;
	case GUISE_ACCESS_NOT_USED:
	default:
		return -EINVAL;
	}
}

static int edit_of(const struct guise_explicit_access *entry,
		   const struct guise_edit_options *options, struct edit *ret)
{
	struct guise_trustee trustee;
	int r;

	if (entry->inheritance & ~(unsigned)INHERITANCE)
		return -EINVAL;
	r = guise_trustee_resolve(&entry->trustee, options, &trustee);
	if (r < 0)
		return r;
	*ret = (struct edit){
		.mode = entry->mode,
		.mapping = options ? options->mapping : NULL,
		.ace =
			{
				.flags = entry->inheritance,
				.mask = entry->mask,
				.sid = trustee.sid,
				.object_flags = (uint16_t)trustee.objects,
				.object_type = trustee.object_type,
				.inherited_object_type =
					trustee.inherited_object_type,
			},
	};
	return 0;
}

static int work_in_all(struct list *list,
		       const struct guise_explicit_access *entries,
		       size_t n_entries,
		       const struct guise_edit_options *options)
{
	struct edit edit;
	int r;

	for (size_t i = 0; i < n_entries; i++) {
		r = edit_of(&entries[i], options, &edit);
		if (r < 0)
			return r;
		r = work_in(list, &edit);
		if (r < 0)
			return r;
	}
	return 0;
}

static void list_clear(struct list *list)
{
	free(list->aces);
	free(list->is_new);
}

static int list_init(struct list *list, const struct guise_acl *old,
		     size_t n_more)
{
	size_t n = old ? old->n_aces : 0;

	/* Both are limited: no overflow. */
	list->aces = array_alloc(n + n_more, sizeof(*list->aces));
	list->is_new = array_alloc(n + n_more, sizeof(*list->is_new));
	if (!list->aces || !list->is_new)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		list->aces[i] = old->aces[i];
	list->n = n;
	return 0;
}

int guise_acl_set_entries(const struct guise_acl *old,
			  const struct guise_explicit_access *entries,
			  size_t n_entries,
			  const struct guise_edit_options *options,
			  const struct guise_acl **ret)
{
	GUISE_AUTO(list_clear) struct list list = {0};
	int r;

	if (!ret || (n_entries && !entries))
		return -EINVAL;
	if (!old && n_entries == 0) {
		*ret = NULL;
		return 0;
	}
	if (n_entries > GUISE_ACL_ENTRIES_MAX)
		return GUISE_E_LIMIT;
	r = list_init(&list, old, n_entries);
	if (r < 0)
		return r;
	r = work_in_all(&list, entries, n_entries, options);
	if (r < 0)
		return r;
	return guise_acl_new(old ? old->revision : 0, list.aces, list.n, ret);
}
