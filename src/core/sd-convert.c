/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ConvertToAutoInheritPrivateObjectSecurity: which entries of an object came
 * from its parent, for descriptors older than auto-inheritance. What the parent
 * passes on is computed and looked for, right by right, so that one entry may
 * have become two. If all of it is there, it goes behind the rest as it was
 * computed; if not, or if that changed what the list means, the list is the
 * object's own and protected.
 */
#include "buf.h"
#include "inherit-internal.h"
#include "sd-edit-internal.h"

#include "acl-edit-internal.h"

/* Entries as an array. */
struct aces {
	const struct guise_ace *at;
	size_t n;
};

static struct aces aces_of_buf(const struct guise_buf *buf)
{
	const void *at = buf->data;

	return (struct aces){at, buf->size / sizeof(struct guise_ace)};
}

/* The same in all but the mask and where they are from. */
static bool is_same_entry(const struct guise_ace *a, const struct guise_ace *b)
{
	const unsigned flags = 0xffu & ~(unsigned)GUISE_ACE_INHERITED;

	return a->type == b->type && (a->flags & flags) == (b->flags & flags) &&
	       a->object_flags == b->object_flags &&
	       a->data_size == b->data_size &&
	       guise_sid_equal(&a->sid, &b->sid) &&
	       memcmp(&a->object_type, &b->object_type,
		      sizeof(a->object_type)) == 0 &&
	       memcmp(&a->inherited_object_type, &b->inherited_object_type,
		      sizeof(a->inherited_object_type)) == 0 &&
	       (a->data_size == 0 ||
		memcmp(a->data, b->data, a->data_size) == 0);
}

/* Entries like @ace among @aces have all its rights between them. */
static bool is_covered(const struct guise_ace *ace, struct aces by)
{
	uint32_t missing = ace->mask;
	bool any = false;

	for (size_t i = 0; i < by.n; i++) {
		if (is_same_entry(ace, &by.at[i])) {
			missing &= ~by.at[i].mask;
			any = true;
		}
	}
	return any && missing == 0;
}

static bool are_covered(struct aces aces, struct aces by)
{
	for (size_t i = 0; i < aces.n; i++) {
		if (!is_covered(&aces.at[i], by))
			return false;
	}
	return true;
}

/* No grant comes before a denial of the same: then order does not matter. */
static bool is_deny_first(struct aces aces)
{
	uint32_t allowed = 0;

	for (size_t i = 0; i < aces.n; i++) {
		enum ace_kind kind = ace_kind(aces.at[i].type);

		if (kind == ACE_KIND_ALLOW)
			allowed |= aces.at[i].mask;
		if (kind == ACE_KIND_DENY && (aces.at[i].mask & allowed))
			return false;
	}
	return true;
}

static bool is_same_list(struct aces a, struct aces b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		if (a.at[i].mask != b.at[i].mask ||
		    !is_same_entry(&a.at[i], &b.at[i]))
			return false;
	}
	return true;
}

static bool means_the_same(struct aces a, struct aces b)
{
	return (is_deny_first(a) && is_deny_first(b)) || is_same_list(a, b);
}

/* The entries of @mapped that @inherited does not account for, then those. */
static int rearrange(struct aces mapped, struct aces inherited,
		     struct guise_buf *ret)
{
	struct guise_ace ace;
	int r = 0;

	for (size_t i = 0; r == 0 && i < mapped.n; i++) {
		ace = mapped.at[i];
		ace.flags &= (uint8_t)~GUISE_ACE_INHERITED;
		if (!is_covered(&ace, inherited))
			r = buf_append(ret, &ace, sizeof(ace));
	}
	if (r == 0 && inherited.n > 0)
		r = buf_append(ret, inherited.at,
			       inherited.n * sizeof(*inherited.at));
	return r;
}

/* @acl's entries with generic rights mapped, as the parent's are */
static int map_aces(const struct heir *heir, const struct guise_acl *acl,
		    struct guise_buf *ret)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < acl->n_aces; i++)
		r = adopt_ace(heir, &acl->aces[i], ret);
	return r;
}

/* One ACL converted. *ret_protect: it stays as it is */
static int convert_acl(const struct heir *heir, const struct guise_acl *parent,
		       const struct guise_acl *acl,
		       const struct guise_acl **ret, bool *ret_protect)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf inherited = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf mapped = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf result = {0};
	int r;

	r = inherit_aces(heir, parent, &inherited);
	if (r == 0)
		r = map_aces(heir, acl, &mapped);
	if (r == 0)
		r = rearrange(aces_of_buf(&mapped), aces_of_buf(&inherited),
			      &result);
	if (r < 0)
		return r;
	*ret_protect =
		inherited.size == 0 ||
		!are_covered(aces_of_buf(&inherited), aces_of_buf(&mapped)) ||
		!means_the_same(aces_of_buf(&mapped), aces_of_buf(&result));
	if (*ret_protect) {
		*ret = guise_acl_ref(acl);
		return 0;
	}
	return inherit_make_acl(
		&(struct acl_result){.aces = result, .present = true},
		acl->revision, ret);
}

/* The control bits about one of the ACLs. */
struct acl_bits {
	uint16_t present, auto_inherited, protected;
};

/* A NULL ACL inherits nothing, and says so. */
static int convert(const struct heir *heir, const struct guise_acl *parent,
		   const struct guise_acl *acl, struct acl_bits bits,
		   uint16_t *control, const struct guise_acl **ret)
{
	bool protect = true;
	int r;

	if (!(*control & bits.present) || (*control & bits.auto_inherited)) {
		*ret = guise_acl_ref(acl);
		return 0;
	}
	if (acl && !(*control & bits.protected)) {
		r = convert_acl(heir, parent, acl, ret, &protect);
		if (r < 0)
			return r;
	} else {
		*ret = guise_acl_ref(acl);
	}
	*control |= bits.auto_inherited;
	if (protect)
		*control |= bits.protected;
	return 0;
}

static int convert_sd(const struct heir *heir, const struct guise_sd *parent,
		      const struct guise_sd *current,
		      const struct guise_sd **ret)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *sacl = NULL;
	const struct acl_bits dacl_bits = {GUISE_SD_DACL_PRESENT,
					   GUISE_SD_DACL_AUTO_INHERITED,
					   GUISE_SD_DACL_PROTECTED};
	const struct acl_bits sacl_bits = {GUISE_SD_SACL_PRESENT,
					   GUISE_SD_SACL_AUTO_INHERITED,
					   GUISE_SD_SACL_PROTECTED};
	uint16_t control = current->control;
	int r;

	r = convert(heir, parent ? parent->dacl : NULL, current->dacl,
		    dacl_bits, &control, &dacl);
	if (r < 0)
		return r;
	r = convert(heir, parent ? parent->sacl : NULL, current->sacl,
		    sacl_bits, &control, &sacl);
	if (r < 0)
		return r;
	return guise_sd_new(
		&(struct guise_sd_fields){
			.size = sizeof(struct guise_sd_fields),
			.control = control,
			.rm_control = current->rm_control,
			.owner = heir->owner,
			.group = heir->group,
			.dacl = dacl,
			.sacl = sacl,
		},
		ret);
}

int guise_sd_to_auto_inherit(const struct guise_sd *parent,
			     const struct guise_sd *current, bool is_container,
			     const struct guise_generic_mapping *mapping,
			     const struct guise_inherit_options *options,
			     const struct guise_sd **ret)
{
	struct heir heir = {
		.mapping = mapping,
		.is_container = is_container,
		.mark_inherited = true,
	};

	if (!current || !mapping || !ret || !inherit_options_valid(options))
		return -EINVAL;
	heir.owner = guise_sd_owner(current);
	heir.group = guise_sd_group(current);
	if (!heir.owner || !heir.group)
		return GUISE_E_INVALID_SD;
	inherit_use_options(&heir, options);
	return convert_sd(&heir, parent, current, ret);
}
