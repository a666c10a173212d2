/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One ACE inherited (MS-DTYP 2.5.3.4.1 and the tables of "ACE Inheritance
 * Rules" in the Windows documentation, which win where the two differ).
 *
 * An inherited ACE has an effective half, mapped and with the creator SIDs
 * replaced, and a half for children still to come, untouched. Usually they are
 * the same and one ACE is both; if replacing changes anything and children are
 * possible, there are two.
 */
#include "ace-internal.h"
#include "buf.h"
#include "inherit-internal.h"

#define INHERITS (GUISE_ACE_OBJECT_INHERIT | GUISE_ACE_CONTAINER_INHERIT)

/* The mask of these is not an access mask of the object. */
static bool has_access_mask(uint8_t type)
{
	return ace_shape(type) != ACE_SHAPE_OPAQUE &&
	       type < GUISE_ACE_SYSTEM_MANDATORY_LABEL;
}

/* Generic rights stand for no more than the type's GENERIC_ALL. */
static uint32_t map_mask(const struct heir *heir, const struct guise_ace *ace)
{
	uint32_t generic = ace->mask & GUISE_GENERIC_MASK;

	if (!has_access_mask(ace->type))
		return ace->mask;
	return (ace->mask & ~GUISE_GENERIC_MASK) |
	       (guise_map_generic(generic, heir->mapping) & heir->mapping->all);
}

#define CREATOR_AUTHORITY 3

/* Whom CREATOR OWNER and GROUP, and the same of the server, stand for. */
static const struct guise_sid *replacement(const struct heir *heir,
					   const struct guise_sid *sid)
{
	if (sid->authority != CREATOR_AUTHORITY || sid->n_subs != 1)
		return sid;
	switch (sid->sub[0]) {
	case 0:
		return heir->owner;
	case 1:
		return heir->group;
	case 2:
		return heir->server_owner;
	case 3:
		return heir->server_group;
	default: /* OWNER RIGHTS among them */
		return sid;
	}
}

static int append(struct guise_buf *aces, const struct guise_ace *ace)
{
	return buf_append(aces, ace, sizeof(*ace));
}

/* The type without object types of @type, which has them. */
static uint8_t plain_type(uint8_t type)
{
	switch (type) {
	case GUISE_ACE_ACCESS_ALLOWED_OBJECT:
		return GUISE_ACE_ACCESS_ALLOWED;
	case GUISE_ACE_ACCESS_DENIED_OBJECT:
		return GUISE_ACE_ACCESS_DENIED;
	case GUISE_ACE_SYSTEM_AUDIT_OBJECT:
		return GUISE_ACE_SYSTEM_AUDIT;
	case GUISE_ACE_SYSTEM_ALARM_OBJECT:
		return GUISE_ACE_SYSTEM_ALARM;
	case GUISE_ACE_ACCESS_ALLOWED_CALLBACK_OBJECT:
		return GUISE_ACE_ACCESS_ALLOWED_CALLBACK;
	case GUISE_ACE_ACCESS_DENIED_CALLBACK_OBJECT:
		return GUISE_ACE_ACCESS_DENIED_CALLBACK;
	case GUISE_ACE_SYSTEM_AUDIT_CALLBACK_OBJECT:
		return GUISE_ACE_SYSTEM_AUDIT_CALLBACK;
	case GUISE_ACE_SYSTEM_ALARM_CALLBACK_OBJECT:
		return GUISE_ACE_SYSTEM_ALARM_CALLBACK;
	default:
		must(false); /* not a type with object types */
		return type;
	}
}

/* An ACE that nobody inherits says no type of heir; without any type it is no
 * object ACE. */
static void forget_heirs(struct guise_ace *ace)
{
	if (!(ace->object_flags & GUISE_ACE_INHERITED_OBJECT_TYPE_PRESENT))
		return;
	ace->object_flags &= GUISE_ACE_OBJECT_TYPE_PRESENT;
	ace->inherited_object_type = (struct guise_guid){0};
	if (ace->object_flags == 0)
		ace->type = plain_type(ace->type);
}

/* @ace in force on the object itself. Its rights may all be gone. */
static int append_effective(const struct heir *heir,
			    const struct guise_ace *ace, uint8_t flags,
			    struct guise_buf *aces)
{
	struct guise_ace effective = *ace;

	effective.flags = flags;
	effective.mask = map_mask(heir, ace);
	effective.sid = *replacement(heir, &ace->sid);
	if (!(flags & INHERITS))
		forget_heirs(&effective);
	if (has_access_mask(ace->type) && effective.mask == 0)
		return 0;
	return append(aces, &effective);
}

static int append_for_children(const struct guise_ace *ace, uint8_t flags,
			       struct guise_buf *aces)
{
	struct guise_ace later = *ace;

	later.flags = flags | GUISE_ACE_INHERIT_ONLY;
	return append(aces, &later);
}

/* Whether the effective half differs from the other one. */
static bool is_changed(const struct heir *heir, const struct guise_ace *ace)
{
	return map_mask(heir, ace) != ace->mask ||
	       replacement(heir, &ace->sid) != &ace->sid;
}

/* An ACE for one type of child only, which the new object is not: it is passed
 * on, but not in force. */
static bool is_for_other_type(const struct heir *heir,
			      const struct guise_ace *ace)
{
	if (!(ace->object_flags & GUISE_ACE_INHERITED_OBJECT_TYPE_PRESENT))
		return false;
	for (size_t i = 0; i < heir->n_object_types; i++) {
		if (memcmp(&heir->object_types[i], &ace->inherited_object_type,
			   sizeof(struct guise_guid)) == 0)
			return false;
	}
	return true;
}

int inherit_ace(const struct heir *heir, const struct guise_ace *ace,
		struct guise_buf *aces)
{
	uint8_t inherits = ace->flags & INHERITS;
	bool effective =
		ace->flags & (heir->is_container ? GUISE_ACE_CONTAINER_INHERIT
						 : GUISE_ACE_OBJECT_INHERIT);
	bool passed_on = heir->is_container && inherits &&
			 !(ace->flags & GUISE_ACE_NO_PROPAGATE_INHERIT);
	uint8_t flags = ace->flags & (uint8_t)~GUISE_ACE_VALID_INHERIT_FLAGS;
	int r;

	if (is_for_other_type(heir, ace))
		effective = false;
	if (heir->mark_inherited)
		flags |= GUISE_ACE_INHERITED;
	if (!effective)
		return passed_on ? append_for_children(ace, flags | inherits,
						       aces)
				 : 0;
	if (!passed_on)
		return append_effective(heir, ace, flags, aces);
	if (!is_changed(heir, ace))
		return append_effective(heir, ace, flags | inherits, aces);
	r = append_effective(heir, ace, flags, aces);
	if (r < 0)
		return r;
	return append_for_children(ace, flags | inherits, aces);
}

/* Windows maps generic rights where they are in force, and leaves the creator
 * SIDs and the flags of an explicit ACE alone. */
int adopt_ace(const struct heir *heir, const struct guise_ace *ace,
	      struct guise_buf *aces)
{
	struct guise_ace adopted = *ace;

	if (!(ace->flags & GUISE_ACE_INHERIT_ONLY))
		adopted.mask = map_mask(heir, ace);
	return append(aces, &adopted);
}
