/* SPDX-License-Identifier: Apache-2.0 */
/* See model.h. Written from the documented rules, bit by bit. */
#include <string.h>

#include "model.h"

bool model_sid_equal(const struct guise_sid *a, const struct guise_sid *b)
{
	unsigned i;

	if (a->authority != b->authority || a->n_subs != b->n_subs)
		return false;
	for (i = 0; i < a->n_subs; i++) {
		if (a->sub[i] != b->sub[i])
			return false;
	}
	return true;
}

static bool is_sid(const struct guise_sid *sid, uint64_t authority,
		   uint32_t sub)
{
	return sid->authority == authority && sid->n_subs == 1 &&
	       sid->sub[0] == sub;
}

/* The token is @sid for an ACE that denies. */
static bool is_denied_as(const struct model_token *t,
			 const struct guise_sid *sid)
{
	size_t i;

	if (model_sid_equal(&t->user.sid, sid))
		return true;
	for (i = 0; i < t->n_groups; i++) {
		if (!model_sid_equal(&t->groups[i].sid, sid))
			continue;
		if (t->groups[i].attributes &
		    (GUISE_GROUP_ENABLED | GUISE_GROUP_USE_FOR_DENY_ONLY))
			return true;
	}
	return false;
}

/* The token is @sid for an ACE that allows: nowhere deny-only. */
static bool is_allowed_as(const struct model_token *t,
			  const struct guise_sid *sid)
{
	bool found = false;
	size_t i;

	if (model_sid_equal(&t->user.sid, sid)) {
		if (t->user.attributes & GUISE_GROUP_USE_FOR_DENY_ONLY)
			return false;
		found = true;
	}
	for (i = 0; i < t->n_groups; i++) {
		if (!model_sid_equal(&t->groups[i].sid, sid))
			continue;
		if (t->groups[i].attributes & GUISE_GROUP_USE_FOR_DENY_ONLY)
			return false;
		if (t->groups[i].attributes & GUISE_GROUP_ENABLED)
			found = true;
	}
	return found;
}

static bool is_restricted_to(const struct model_token *t,
			     const struct guise_sid *sid)
{
	size_t i;

	for (i = 0; i < t->n_restricted; i++) {
		if (model_sid_equal(&t->restricted[i], sid))
			return true;
	}
	return false;
}

/* Does an ACE for @sid count? OWNER RIGHTS is the owner, SELF is nobody, and
 * neither is ever somebody's own SID. */
static bool counts(const struct model_token *t, const struct model_object *o,
		   const struct guise_sid *sid, bool allow, bool second)
{
	if (is_sid(sid, 3, 4))
		sid = o->owner;
	if (is_sid(sid, 3, 4) || is_sid(sid, 5, 10))
		return false;
	if (second)
		return is_restricted_to(t, sid);
	return allow ? is_allowed_as(t, sid) : is_denied_as(t, sid);
}

/* 1: allows, -1: denies, 0: neither. Conditions are never true, never false. */
static int kind_of(const struct guise_ace *ace)
{
	switch (ace->type) {
	case 0x0:
	case 0x5:
		return 1;
	case 0x1:
	case 0x6:
	case 0xa:
	case 0xc:
		return -1;
	default:
		return 0;
	}
}

static bool has_owner_rights_ace(const struct model_object *o)
{
	size_t i;

	for (i = 0; i < o->n_dacl; i++) {
		const struct guise_ace *ace = &o->dacl[i];
		bool callback = ace->type == 0x9 || ace->type == 0xb;

		if (is_sid(&ace->sid, 3, 4) && !(ace->flags & 0x8) &&
		    (kind_of(ace) != 0 || callback))
			return true;
	}
	return false;
}

/* Does the ACE's mask, generic rights spelt out, hold the one @bit? */
static bool speaks_of(const struct guise_ace *ace, uint32_t bit,
		      const struct guise_generic_mapping *m)
{
	if (bit >= 0x01000000 && bit != 0x04000000 && bit != 0x08000000)
		return false;
	if (ace->mask & bit)
		return true;
	return ((ace->mask & 0x80000000u) && (m->read & bit)) ||
	       ((ace->mask & 0x40000000u) && (m->write & bit)) ||
	       ((ace->mask & 0x20000000u) && (m->execute & bit)) ||
	       ((ace->mask & 0x10000000u) && (m->all & bit));
}

struct verdict {
	bool yes;
	size_t ace; /* from 1; 0: no ACE spoke */
};

/* One bit, one pass: the first ACE that speaks of it has the word. */
static struct verdict ask(const struct model_token *t,
			  const struct model_object *o, uint32_t bit,
			  const struct guise_generic_mapping *m, bool second)
{
	size_t i;

	if (!o->has_dacl)
		return (struct verdict){true, 0};
	if (bit == GUISE_READ_CONTROL || bit == GUISE_WRITE_DAC) {
		if (counts(t, o, o->owner, true, second) &&
		    !has_owner_rights_ace(o))
			return (struct verdict){true, 0};
	}
	for (i = 0; i < o->n_dacl; i++) {
		const struct guise_ace *ace = &o->dacl[i];
		int kind = kind_of(ace);

		if (kind == 0 || (ace->flags & 0x8))
			continue;
		if ((ace->type == 5 || ace->type == 6 || ace->type == 0xc) &&
		    (ace->object_flags & 1))
			continue;
		if (!speaks_of(ace, bit, m) ||
		    !counts(t, o, &ace->sid, kind > 0, second))
			continue;
		return (struct verdict){kind > 0, i + 1};
	}
	return (struct verdict){false, 0};
}

static bool label_lets(const struct model_token *t,
		       const struct model_object *o, uint32_t bit,
		       const struct guise_generic_mapping *m)
{
	uint32_t level = 0x2000, policy = 1, lets = 0;
	size_t i;

	if (!t->no_write_up || bit == GUISE_ACCESS_SYSTEM_SECURITY)
		return true;
	for (i = 0; i < o->n_sacl; i++) {
		const struct guise_ace *ace = &o->sacl[i];

		if (ace->type != 0x11 || (ace->flags & 0x8))
			continue;
		level = 0xffffffff;
		if (ace->sid.authority == 16 && ace->sid.n_subs == 1)
			level = ace->sid.sub[0];
		policy = ace->mask;
		break;
	}
	if (t->integrity >= level)
		return true;
	lets |= policy & 1 ? 0 : m->write;
	lets |= policy & 2 ? 0 : m->read;
	lets |= policy & 4 ? 0 : m->execute;
	if (t->privileges_enabled >> GUISE_SE_RELABEL & 1)
		lets |= GUISE_WRITE_OWNER;
	return lets & bit;
}

static bool is_write(uint32_t bit, const struct guise_generic_mapping *m)
{
	if (bit == GUISE_DELETE || bit == GUISE_WRITE_DAC ||
	    bit == GUISE_WRITE_OWNER)
		return true;
	if (bit == GUISE_READ_CONTROL || bit == GUISE_SYNCHRONIZE)
		return false;
	return !((m->read | m->execute) & bit);
}

static bool needs_second(const struct model_token *t, uint32_t bit,
			 const struct guise_generic_mapping *m)
{
	return t->n_restricted && (!t->write_restricted || is_write(bit, m));
}

/*
 * A pass that asks for exactly @bits stops at the first ACE that denies one of
 * them. What was granted before it counts; @decided_by is that ACE, or the one
 * that gave the last bit.
 */
static uint32_t exact_pass(const struct model_token *t,
			   const struct model_object *o, uint32_t bits,
			   const struct guise_generic_mapping *m, bool second,
			   size_t *decided_by)
{
	size_t stop = SIZE_MAX, last = 0;
	uint32_t granted = 0, bit;

	for (bit = 1; bit; bit <<= 1) {
		struct verdict v = ask(t, o, bit, m, second);

		if ((bits & bit) && !v.yes && v.ace && v.ace < stop)
			stop = v.ace;
	}
	for (bit = 1; bit; bit <<= 1) {
		struct verdict v = ask(t, o, bit, m, second);

		if (!(bits & bit) || !v.yes || v.ace > stop)
			continue;
		granted |= bit;
		if (v.ace > last)
			last = v.ace;
	}
	*decided_by = 0;
	if (stop != SIZE_MAX)
		*decided_by = stop;
	else if (granted == bits)
		*decided_by = last;
	return granted;
}

static void check_exact(const struct model_token *t,
			const struct model_object *o, uint32_t bits,
			const struct guise_generic_mapping *m,
			struct guise_decision *d)
{
	uint32_t second = 0, bit, granted;
	size_t decided_by = 0;

	granted = exact_pass(t, o, bits, m, false, &decided_by);
	d->missing = bits & ~granted;
	d->decided_by = (uint32_t)decided_by;
	if (d->missing || !t->n_restricted || !o->has_dacl)
		return;
	for (bit = 1; bit; bit <<= 1) {
		if ((bits & bit) && needs_second(t, bit, m))
			second |= bit;
	}
	granted = exact_pass(t, o, second, m, true, &decided_by);
	d->missing = second & ~granted;
	d->decided_by = (uint32_t)decided_by;
}

/* All that could be had, each bit for itself. */
static uint32_t maximum(const struct model_token *t,
			const struct model_object *o,
			const struct guise_generic_mapping *m,
			size_t *decided_by)
{
	bool two = t->n_restricted && o->has_dacl;
	uint32_t granted = 0, bit;
	size_t last = 0;

	for (bit = 1; bit; bit <<= 1) {
		struct verdict first = ask(t, o, bit, m, false);
		struct verdict v = two ? ask(t, o, bit, m, true) : first;

		if (!o->has_dacl && (!(m->all & bit) || bit & 0xf3000000))
			continue;
		if (v.yes && v.ace > last)
			last = v.ace;
		if (!first.yes || (needs_second(t, bit, m) && !v.yes))
			continue;
		granted |= bit;
	}
	*decided_by = last;
	return granted;
}

static uint32_t label_takes(const struct model_token *t,
			    const struct model_object *o, uint32_t bits,
			    const struct guise_generic_mapping *m)
{
	uint32_t taken = 0, bit;

	for (bit = 1; bit; bit <<= 1) {
		if ((bits & bit) && !label_lets(t, o, bit, m))
			taken |= bit;
	}
	return taken;
}

static void check_max(const struct model_token *t, const struct model_object *o,
		      uint32_t bits, const struct guise_generic_mapping *m,
		      uint32_t by_privilege, struct guise_decision *d)
{
	uint32_t granted, bit;
	size_t decided_by;

	/* what was asked for by name is refused by the first pass that lacks
	 * it, and that pass alone says what is missing */
	for (bit = 1; bit; bit <<= 1) {
		if ((bits & bit) && !ask(t, o, bit, m, false).yes)
			d->missing |= bit;
	}
	if (d->missing)
		return;

	granted = maximum(t, o, m, &decided_by);
	if (!o->has_dacl)
		granted |= bits;
	granted &= ~label_takes(t, o, granted, m);
	granted |= by_privilege;
	d->missing = bits & ~granted;
	if (!granted && !d->missing)
		d->missing = GUISE_MAXIMUM_ALLOWED;
	if (d->missing)
		return;
	d->granted = granted;
	d->decided_by = (uint32_t)decided_by;
}

int model_check(const struct model_token *t, const struct model_object *o,
		uint32_t desired, const struct guise_generic_mapping *m,
		struct guise_decision *d)
{
	uint32_t bits = desired & ~(uint32_t)GUISE_MAXIMUM_ALLOWED;
	uint64_t held = t->privileges_enabled, used = 0;
	uint32_t by_privilege = 0;

	memset(d, 0, sizeof(*d));
	if (desired & 0xf0000000u)
		return GUISE_E_GENERIC_NOT_MAPPED;
	if (!o->owner || !o->group)
		return GUISE_E_INVALID_SD;
	if (t->impersonation && t->level == GUISE_LEVEL_ANONYMOUS)
		return GUISE_E_BAD_LEVEL;

	d->missing = label_takes(t, o, bits, m);
	if (d->missing || !desired)
		return 0;
	if (bits & GUISE_ACCESS_SYSTEM_SECURITY) {
		if (!(held >> GUISE_SE_SECURITY & 1)) {
			d->missing = GUISE_ACCESS_SYSTEM_SECURITY;
			d->missing_privilege = GUISE_SE_SECURITY;
			return 0;
		}
		by_privilege |= GUISE_ACCESS_SYSTEM_SECURITY;
		used |= GUISE_PRIVILEGE_BIT(GUISE_SE_SECURITY);
	}
	if ((bits & GUISE_WRITE_OWNER) && held >> GUISE_SE_TAKE_OWNERSHIP & 1) {
		by_privilege |= GUISE_WRITE_OWNER;
		used |= GUISE_PRIVILEGE_BIT(GUISE_SE_TAKE_OWNERSHIP);
	}
	if (desired & GUISE_MAXIMUM_ALLOWED)
		check_max(t, o, bits & ~by_privilege, m, by_privilege, d);
	else
		check_exact(t, o, bits & ~by_privilege, m, d);
	if (d->missing)
		return 0;
	d->allowed = true;
	if (!(desired & GUISE_MAXIMUM_ALLOWED))
		d->granted = bits;
	d->privileges_used = used;
	return 0;
}
