/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel: what one ACE does to one pass over a DACL. Order is the rule:
 * for each bit the first ACE that speaks of it wins.
 */
#include "access-internal.h"
#include "acl-internal.h"
#include "sid-hash.h"
#include "token-internal.h"

static const struct guise_sid owner_rights = {
	.authority = 3, .sub = {4}, .n_subs = 1};
static const struct guise_sid principal_self = {
	.authority = 5, .sub = {10}, .n_subs = 1};

bool sid_is_owner_rights(const struct guise_sid *sid)
{
	return guise_sid_equal(sid, &owner_rights);
}

/* OWNER RIGHTS (S-1-3-4) stands for the owner: whatever the owner's SID is to
 * the token, the ACE is. */
static uint8_t owner_bits(struct walk *w)
{
	if (!w->has_owner_bits) {
		w->owner_bits = w->object->ops->owner_bits(w->object,
							   w->request->token);
		w->has_owner_bits = true;
	}
	return w->owner_bits;
}

/* PRINCIPAL SELF stands for the SID of the object checked; without one it is
 * nobody. */
uint8_t walk_match(struct walk *w, uint32_t hash, const struct guise_sid *sid)
{
	if (hash == sid_hash(&owner_rights) && sid_is_owner_rights(sid))
		return owner_bits(w);
	if (hash == sid_hash(&principal_self) &&
	    guise_sid_equal(sid, &principal_self))
		return 0;
	return token_match(w->request->token, hash, sid);
}

uint8_t walk_match_raw(struct walk *w, uint32_t hash, const uint8_t *sid,
		       uint8_t n_subs)
{
	if (hash == sid_hash(&owner_rights) &&
	    sid_equal_raw(&owner_rights, sid, n_subs))
		return owner_bits(w);
	if (hash == sid_hash(&principal_self) &&
	    sid_equal_raw(&principal_self, sid, n_subs))
		return 0;
	return token_match_raw(w->request->token, hash, sid, n_subs);
}

uint32_t label_rid(const struct guise_sid *sid)
{
	return token_sid_is_label(sid) ? sid->sub[0] : UINT32_MAX;
}

enum effect {
	EFFECT_NONE = 0,
	EFFECT_ALLOW,
	EFFECT_DENY,
};

/*
 * Conditions are not evaluated yet, so each is UNKNOWN: such an allow ACE does
 * not apply and such a deny ACE does (MS-DTYP 2.5.3.1.5). The types of SACLs,
 * compound ACEs and unknown types decide nothing.
 */
static enum effect effect_of(uint8_t type)
{
	static const uint8_t effects[] = {
		[GUISE_ACE_ACCESS_ALLOWED] = EFFECT_ALLOW,
		[GUISE_ACE_ACCESS_ALLOWED_OBJECT] = EFFECT_ALLOW,
		[GUISE_ACE_ACCESS_DENIED] = EFFECT_DENY,
		[GUISE_ACE_ACCESS_DENIED_OBJECT] = EFFECT_DENY,
		[GUISE_ACE_ACCESS_DENIED_CALLBACK] = EFFECT_DENY,
		[GUISE_ACE_ACCESS_DENIED_CALLBACK_OBJECT] = EFFECT_DENY,
	};

	return type < ARRAY_SIZE(effects) ? effects[type] : EFFECT_NONE;
}

bool ace_type_decides(uint8_t type)
{
	return effect_of(type) != EFFECT_NONE ||
	       type == GUISE_ACE_ACCESS_ALLOWED_CALLBACK ||
	       type == GUISE_ACE_ACCESS_ALLOWED_CALLBACK_OBJECT;
}

static void trace_ace(const struct walk *w, const struct walk_entry *entry,
		      bool allow, uint32_t mask)
{
	struct trace_step step;

	if (__builtin_expect(!w->request->trace, 1))
		return;
	step = (struct trace_step){
		.kind = GUISE_REASON_ACE,
		.allow = allow,
		.restricted = w->restricted,
		.ace = entry->number,
		.sid = entry->sid,
	};
	if (sid_is_owner_rights(entry->sid))
		step.sid = w->object->ops->owner_sid(w->object);
	access_trace_add(w->request->trace, mask, &step);
}

static bool walk_allow(struct walk *w, const struct walk_entry *entry,
		       uint32_t mask)
{
	uint32_t gained =
		w->max ? mask & ~w->denied & ~w->granted : mask & w->remaining;

	if (!gained)
		return false;
	trace_ace(w, entry, true, gained);
	w->granted |= gained;
	w->remaining &= ~gained;
	if (w->max || !w->remaining)
		w->decided_by = entry->number;
	return !w->max && !w->remaining;
}

static bool walk_deny(struct walk *w, const struct walk_entry *entry,
		      uint32_t mask)
{
	uint32_t lost =
		w->max ? mask & ~w->denied & ~w->granted : mask & w->remaining;

	if (!lost)
		return false;
	trace_ace(w, entry, false, lost);
	w->denied |= lost;
	if (!w->max)
		w->decided_by = entry->number;
	return !w->max;
}

bool walk_ace(struct walk *w, const struct walk_entry *entry)
{
	enum effect effect = effect_of(entry->type);
	uint32_t mask;

	/* With no list of object types only ACEs for the whole object apply
	 * (MS-DTYP 2.5.3.2). */
	if (effect == EFFECT_NONE || entry->has_object_type)
		return false;
	mask = guise_map_generic(entry->mask, w->request->mapping);
	mask &= ACE_GRANTABLE;
	if (effect == EFFECT_ALLOW)
		return entry->bits & w->match.allow &&
		       walk_allow(w, entry, mask);
	return entry->bits & w->match.deny && walk_deny(w, entry, mask);
}
