/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SetPrivateObjectSecurityEx: parts of a descriptor replaced by those of
 * another (MS-DTYP 2.4.6, Windows documentation of the function). The SACL is
 * several parts: what is audited, the label, attributes, ... are replaced one
 * without the other.
 */
#include "buf.h"
#include "inherit-internal.h"
#include "sd-edit-internal.h"

#define FLAGS_KNOWN                                                            \
	(GUISE_SEF_DACL_AUTO_INHERIT | GUISE_SEF_SACL_AUTO_INHERIT |           \
	 GUISE_SEF_AVOID_PRIVILEGE_CHECK | GUISE_SEF_AVOID_OWNER_CHECK |       \
	 GUISE_SEF_FORCE_USER_MODE)
#define DACL_PROTECTION                                                        \
	(GUISE_PROTECTED_DACL_SECURITY | GUISE_UNPROTECTED_DACL_SECURITY)
#define SACL_PROTECTION                                                        \
	(GUISE_PROTECTED_SACL_SECURITY | GUISE_UNPROTECTED_SACL_SECURITY)
#define INFORMATION_KNOWN                                                      \
	(SD_ALL_PARTS | GUISE_BACKUP_SECURITY | DACL_PROTECTION |              \
	 SACL_PROTECTION)
/* What setting any of these takes SeSecurity for. */
#define SYSTEM_PARTS                                                           \
	(SD_SACL_PARTS &                                                       \
	 ~(uint32_t)(GUISE_LABEL_SECURITY | GUISE_ATTRIBUTE_SECURITY))

struct change {
	const struct guise_sd *current;
	const struct guise_sd *modification;
	uint32_t parts; /* of enum guise_security_information */
	uint32_t flags; /* of enum guise_inherit_flags */
	const struct guise_token *token;
	struct heir heir; /* its mapping */
};

/* One of the two ACLs: the bits that speak of it, and what was there. */
struct acl_change {
	uint16_t present, protected, auto_inherited, auto_inherit_req,
		defaulted;
	uint32_t protect, unprotect;
	const struct guise_acl *old, *new;
	uint32_t sacl_parts; /* to be replaced; 0: it is a DACL, all of it */
	bool auto_inherit;
	bool sets_control; /* the bits change, too */
};

static bool is_valid(uint32_t information)
{
	uint32_t parts = sd_parts(information);

	if (information & ~(uint32_t)INFORMATION_KNOWN)
		return false;
	if ((information & DACL_PROTECTION) == DACL_PROTECTION ||
	    (information & SACL_PROTECTION) == SACL_PROTECTION)
		return false;
	return ((parts & GUISE_DACL_SECURITY) ||
		!(information & DACL_PROTECTION)) &&
	       ((parts & GUISE_SACL_SECURITY) ||
		!(information & SACL_PROTECTION));
}

static int check_owners(const struct change *change)
{
	if ((change->parts & GUISE_GROUP_SECURITY) &&
	    !guise_sd_group(change->modification))
		return GUISE_E_INVALID_PRIMARY_GROUP;
	if (!(change->parts & GUISE_OWNER_SECURITY))
		return 0;
	if (!guise_sd_owner(change->modification))
		return GUISE_E_INVALID_OWNER;
	return inherit_check_owner(change->token, change->flags,
				   guise_sd_owner(change->modification));
}

static int check_sacl(const struct change *change)
{
	if (change->flags & GUISE_SEF_AVOID_PRIVILEGE_CHECK)
		return 0;
	if (change->parts & SYSTEM_PARTS) {
		if (!change->token)
			return GUISE_E_NO_TOKEN;
		if (!guise_token_has_privilege(change->token,
					       GUISE_SE_SECURITY))
			return GUISE_E_PRIVILEGE_NOT_HELD;
	}
	if (!(change->parts & GUISE_LABEL_SECURITY))
		return 0;
	return inherit_check_new_label(change->token, change->flags,
				       change->modification->sacl);
}

static int check(const struct change *change)
{
	int r = check_owners(change);

	if (r < 0)
		return r;
	/* Without a DACL the object would be open to everyone. A NULL DACL
	 * says so; none at all says nothing. */
	if ((change->parts & GUISE_DACL_SECURITY) &&
	    !(change->modification->control & GUISE_SD_DACL_PRESENT))
		return GUISE_E_INVALID_ACL;
	return check_sacl(change);
}

/* Whether the new ACL is protected. */
static bool protects(const struct change *change, const struct acl_change *acl)
{
	if (change->parts & acl->protect)
		return true;
	return !(change->parts & acl->unprotect) &&
	       (change->modification->control & acl->protected);
}

static bool is_replaced(const struct acl_change *acl,
			const struct guise_ace *ace)
{
	return !acl->sacl_parts ||
	       (sd_part_of_sacl(ace->type) & acl->sacl_parts);
}

/* The new entries; @explicit_only: those that are not INHERITED;
 * @make_explicit: all of them, not INHERITED any more. */
static int add_new(const struct change *change, const struct acl_change *acl,
		   bool explicit_only, bool make_explicit,
		   struct guise_buf *aces)
{
	struct guise_ace ace;
	int r = 0;

	for (size_t i = 0; r == 0 && acl->new &&i < acl->new->n_aces; i++) {
		ace = acl->new->aces[i];
		if (!is_replaced(acl, &ace) ||
		    (explicit_only && (ace.flags & GUISE_ACE_INHERITED)))
			continue;
		if (make_explicit)
			ace.flags &= (uint8_t)~GUISE_ACE_INHERITED;
		r = adopt_ace(&change->heir, &ace, aces);
	}
	return r;
}

/* The old entries that stay: of other parts and, if asked, inherited ones. */
static int add_old(const struct acl_change *acl, bool inherited,
		   struct guise_buf *aces)
{
	int r = 0;

	for (size_t i = 0; r == 0 && acl->old && i < acl->old->n_aces; i++) {
		const struct guise_ace *ace = &acl->old->aces[i];

		if (!is_replaced(acl, ace) ||
		    (inherited && (ace->flags & GUISE_ACE_INHERITED)))
			r = buf_append(aces, ace, sizeof(*ace));
	}
	return r;
}

static int replace_acl(const struct change *change,
		       const struct acl_change *acl,
		       const struct guise_acl **ret)
{
	const bool was_protected = change->current->control & acl->protected;
	const bool protect = protects(change, acl);
	const bool merge = acl->auto_inherit && !was_protected && !protect;
	const struct guise_acl *model = acl->new ? acl->new : acl->old;
	GUISE_AUTO(guise_buf_clear) struct guise_buf aces = {0};
	const void *array;
	int r;

	/* A NULL DACL is the last word. */
	if (!acl->new && !acl->sacl_parts)
		return 0;
	r = add_new(change, acl, merge, acl->auto_inherit && protect, &aces);
	if (r == 0)
		r = add_old(acl, merge, &aces);
	if (r < 0)
		return r;
	array = aces.data;
	return guise_acl_new(model ? model->revision : 0, array,
			     aces.size / sizeof(struct guise_ace), ret);
}

/* The control bits about an ACL that was replaced. */
static uint16_t acl_control(const struct change *change,
			    const struct acl_change *acl)
{
	uint16_t control = change->current->control;
	uint16_t both = acl->auto_inherited | acl->auto_inherit_req;

	control |= acl->present;
	if (!acl->sets_control)
		return control;
	control &= (uint16_t) ~(acl->protected | both | acl->defaulted);
	if (protects(change, acl))
		control |= acl->protected;
	if (acl->auto_inherit || (change->modification->control & both) == both)
		control |= acl->auto_inherited;
	return control;
}

static struct acl_change dacl_change(const struct change *change)
{
	return (struct acl_change){
		.present = GUISE_SD_DACL_PRESENT,
		.protected = GUISE_SD_DACL_PROTECTED,
		.auto_inherited = GUISE_SD_DACL_AUTO_INHERITED,
		.auto_inherit_req = GUISE_SD_DACL_AUTO_INHERIT_REQ,
		.defaulted = GUISE_SD_DACL_DEFAULTED,
		.protect = GUISE_PROTECTED_DACL_SECURITY,
		.unprotect = GUISE_UNPROTECTED_DACL_SECURITY,
		.old = change->current->dacl,
		.new = change->modification->dacl,
		.auto_inherit = change->flags &GUISE_SEF_DACL_AUTO_INHERIT,
		.sets_control = true,
	};
}

static struct acl_change sacl_change(const struct change *change)
{
	return (struct acl_change){
		.present = GUISE_SD_SACL_PRESENT,
		.protected = GUISE_SD_SACL_PROTECTED,
		.auto_inherited = GUISE_SD_SACL_AUTO_INHERITED,
		.auto_inherit_req = GUISE_SD_SACL_AUTO_INHERIT_REQ,
		.defaulted = GUISE_SD_SACL_DEFAULTED,
		.protect = GUISE_PROTECTED_SACL_SECURITY,
		.unprotect = GUISE_UNPROTECTED_SACL_SECURITY,
		.old = change->current->sacl,
		.new = change->modification->sacl,
		.sacl_parts = change->parts &SD_SACL_PARTS,
		.auto_inherit = change->flags &GUISE_SEF_SACL_AUTO_INHERIT,
		.sets_control = change->parts &GUISE_SACL_SECURITY,
	};
}

/* The bits of @control that speak of the SACL come from @sacl_control. */
static uint16_t join_control(uint16_t control, uint16_t sacl_control)
{
	const uint16_t sacl = GUISE_SD_SACL_PRESENT | GUISE_SD_SACL_DEFAULTED |
			      GUISE_SD_SACL_AUTO_INHERIT_REQ |
			      GUISE_SD_SACL_AUTO_INHERITED |
			      GUISE_SD_SACL_PROTECTED;

	return (uint16_t)((control & ~sacl) | (sacl_control & sacl));
}

/* Owner and group into @fields, and which of them are defaulted no more. */
static void replace_owners(const struct change *change,
			   struct guise_sd_fields *fields)
{
	fields->owner = guise_sd_owner(change->current);
	fields->group = guise_sd_group(change->current);
	if (change->parts & GUISE_OWNER_SECURITY) {
		fields->owner = guise_sd_owner(change->modification);
		fields->control &= (uint16_t)~GUISE_SD_OWNER_DEFAULTED;
	}
	if (change->parts & GUISE_GROUP_SECURITY) {
		fields->group = guise_sd_group(change->modification);
		fields->control &= (uint16_t)~GUISE_SD_GROUP_DEFAULTED;
	}
}

static int apply(const struct change *change, const struct guise_sd **ret)
{
	const struct acl_change of_dacl = dacl_change(change);
	const struct acl_change of_sacl = sacl_change(change);
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *sacl = NULL;
	struct guise_sd_fields fields = {
		.size = sizeof(fields),
		.control = change->current->control,
		.rm_control = change->current->rm_control,
		.dacl = change->current->dacl,
		.sacl = change->current->sacl,
	};
	int r;

	if (change->parts & GUISE_DACL_SECURITY) {
		r = replace_acl(change, &of_dacl, &dacl);
		if (r < 0)
			return r;
		fields.dacl = dacl;
		fields.control = acl_control(change, &of_dacl);
	}
	if (of_sacl.sacl_parts) {
		r = replace_acl(change, &of_sacl, &sacl);
		if (r < 0)
			return r;
		fields.sacl = sacl;
		fields.control = join_control(fields.control,
					      acl_control(change, &of_sacl));
	}
	replace_owners(change, &fields);
	return guise_sd_new(&fields, ret);
}

int guise_sd_set(const struct guise_sd *current, uint32_t information,
		 const struct guise_sd *modification, uint32_t flags,
		 const struct guise_token *token,
		 const struct guise_generic_mapping *mapping,
		 const struct guise_sd **ret)
{
	const struct change change = {
		.current = current,
		.modification = modification,
		.parts = sd_parts(information),
		.flags = flags,
		.token = token,
		.heir = {.mapping = mapping},
	};
	int r;

	if (!current || !modification || !mapping || !ret ||
	    (flags & ~(uint32_t)FLAGS_KNOWN) || !is_valid(information))
		return -EINVAL;
	r = check(&change);
	if (r < 0)
		return r;
	return apply(&change, ret);
}
