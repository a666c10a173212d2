/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel: what one ACE does to one pass over a DACL. Order is the rule:
 * for each bit the first ACE that speaks of it wins.
 */
#include "access-internal.h"
#include "acl-internal.h"
#include "sid-hash.h"

static const struct guise_sid owner_rights = {
	.authority = 3, .sub = {4}, .n_subs = 1};
static const struct guise_sid principal_self = {
	.authority = 5, .sub = {10}, .n_subs = 1};

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
static uint8_t self_bits(const struct walk *w)
{
	const struct guise_sid *self = w->request->principal_self;

	return self ? token_match(w->request->token, sid_hash(self), self) : 0;
}

uint8_t walk_match(struct walk *w, uint32_t hash, const struct guise_sid *sid)
{
	if (hash == sid_hash(&owner_rights) && sid_is_owner_rights(sid))
		return owner_bits(w);
	if (hash == sid_hash(&principal_self) &&
	    guise_sid_equal(sid, &principal_self))
		return self_bits(w);
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
		return self_bits(w);
	return token_match_raw(w->request->token, hash, sid, n_subs);
}

enum effect {
	EFFECT_NONE = 0,
	EFFECT_ALLOW = 1,
	EFFECT_DENY = 2,
	EFFECT_IF = 4, /* as far as its condition says so */
};

/* The types of SACLs, compound ACEs and unknown types decide nothing. */
static uint8_t effect_of(uint8_t type)
{
	static const uint8_t effects[] = {
		[GUISE_ACE_ACCESS_ALLOWED] = EFFECT_ALLOW,
		[GUISE_ACE_ACCESS_DENIED] = EFFECT_DENY,
		[GUISE_ACE_ACCESS_ALLOWED_OBJECT] = EFFECT_ALLOW,
		[GUISE_ACE_ACCESS_DENIED_OBJECT] = EFFECT_DENY,
		[GUISE_ACE_ACCESS_ALLOWED_CALLBACK] = EFFECT_ALLOW | EFFECT_IF,
		[GUISE_ACE_ACCESS_DENIED_CALLBACK] = EFFECT_DENY | EFFECT_IF,
		[GUISE_ACE_ACCESS_ALLOWED_CALLBACK_OBJECT] =
			EFFECT_ALLOW | EFFECT_IF,
		[GUISE_ACE_ACCESS_DENIED_CALLBACK_OBJECT] =
			EFFECT_DENY | EFFECT_IF,
	};

	return type < ARRAY_SIZE(effects) ? effects[type] : EFFECT_NONE;
}

enum guise_truth access_condition(const struct access_object *object,
				  const struct access_request *request,
				  struct condition_env env, const uint8_t *code,
				  size_t size)
{
	struct resource_attributes resource;

	object->ops->sacl(object, &resource);
	resource.given = request->attributes;
	env.token = request->token;
	env.resource = &resource;
	return condition_evaluate(&env, code, size);
}

/*
 * Whom a condition takes for members: the SIDs that count as trustees in this
 * pass. In an AppContainer's own pass they are the user's as well: the trustee
 * asks whether it is the package, the condition who uses it.
 */
static uint8_t members(const struct walk *w, bool deny)
{
	uint8_t bits = deny ? w->deny : w->allow;

	if (w->pass == GUISE_PASS_PACKAGE)
		bits |= deny ? TOKEN_MATCH_DENY : TOKEN_MATCH_ALLOW;
	return bits;
}

static enum guise_truth condition_of(const struct walk *w,
				     const struct walk_entry *entry, bool deny)
{
	return access_condition(
		w->object, w->request,
		(struct condition_env){
			.member = members(w, deny),
			.device_member = deny ? TOKEN_MATCH_DEVICE_DENY
					      : TOKEN_MATCH_DEVICE,
			.restricted = w->pass == GUISE_PASS_RESTRICTED,
			.deny = deny,
		},
		entry->data, entry->data_size);
}

static void trace_ace(const struct walk *w, const struct walk_entry *entry,
		      struct trace_step step, uint32_t mask)
{
	if (likely(!w->request->trace))
		return;
	step.pass = w->pass;
	step.rule = w->rule;
	step.ace = entry->number;
	step.sid = entry->sid;
	if (sid_is_owner_rights(entry->sid))
		step.sid = w->object->ops->owner_sid(w->object);
	else if (guise_sid_equal(entry->sid, &principal_self))
		step.sid = w->request->principal_self;
	access_trace_add(w->request->trace, mask, &step);
}

/* A callback ACE allows if its condition is TRUE and denies unless it is FALSE
 * (MS-DTYP 2.5.3.1.5): what is unknown never helps. */
static bool condition_holds(const struct walk *w,
			    const struct walk_entry *entry, size_t node,
			    uint32_t mask, enum guise_truth *ret)
{
	bool deny = effect_of(entry->type) & EFFECT_DENY;

	*ret = condition_of(w, entry, deny);
	if (deny ? *ret != GUISE_FALSE : *ret == GUISE_TRUE)
		return true;
	trace_ace(w, entry,
		  (struct trace_step){
			  .kind = GUISE_REASON_CONDITION,
			  .allow = deny,
			  .condition = *ret,
			  .node = node,
		  },
		  mask & w->open);
	return false;
}

static bool walk_allow(struct walk *w, const struct walk_entry *entry,
		       struct trace_step step, uint32_t mask)
{
	struct access_tree *tree = w->request->tree;
	uint32_t gained = mask & w->open;

	if (unlikely(tree)) {
		gained = tree_allow(tree, step.node, mask,
				    w->rule ? 0 : entry->number);
		w->open = tree_open(tree);
		w->granted = tree->node[0].granted;
	} else {
		w->granted |= gained;
		w->open &= ~gained;
	}
	if (!gained)
		return false;
	step.allow = true;
	trace_ace(w, entry, step, gained);
	if (w->max || !w->open)
		w->decided_by = entry->number;
	return !w->open;
}

static bool walk_deny(struct walk *w, const struct walk_entry *entry,
		      struct trace_step step, uint32_t mask)
{
	struct access_tree *tree = w->request->tree;
	uint32_t lost = mask & w->open;

	if (unlikely(tree)) {
		lost = tree_deny(tree, step.node, mask,
				 w->rule ? 0 : entry->number);
		w->open = tree_open(tree);
	} else {
		w->open &= ~lost;
	}
	if (!lost)
		return false;
	trace_ace(w, entry, step, lost);
	w->denied |= lost;
	if (!w->max)
		w->decided_by = entry->number;
	return w->stops || !w->open;
}

/* The node an ACE is for; false: none that was asked about. With no list of
 * object types only ACEs for the whole object apply (MS-DTYP 2.5.3.2). */
static bool find_node(const struct walk *w, const struct walk_entry *entry,
		      size_t *ret)
{
	const struct access_tree *tree = w->request->tree;

	if (likely(!entry->object_type))
		return true;
	if (!tree)
		return false;
	*ret = tree_find(tree, entry->object_type);
	return *ret < tree->n;
}

bool walk_ace(struct walk *w, const struct walk_entry *entry)
{
	uint8_t effect = effect_of(entry->type);
	uint8_t counts = effect & EFFECT_ALLOW ? w->allow : w->deny;
	struct trace_step step = {.kind = GUISE_REASON_ACE};
	uint32_t mask;

	if (effect == EFFECT_NONE || !(entry->bits & counts))
		return false;
	mask = guise_map_generic(entry->mask, w->request->mapping);
	mask &= ACE_GRANTABLE;
	if (!(mask & w->open) || !find_node(w, entry, &step.node))
		return false;
	if (unlikely(effect & EFFECT_IF) &&
	    !condition_holds(w, entry, step.node, mask, &step.condition))
		return false;
	return effect & EFFECT_ALLOW ? walk_allow(w, entry, step, mask)
				     : walk_deny(w, entry, step, mask);
}

/* One ACE that the filter let through. true: the pass is decided */
static bool acl_step(struct walk *w, const struct guise_acl *acl, size_t i)
{
	const struct acl_check_ace *check = &acl->check[i];
	const struct guise_ace *ace = &acl->aces[i];
	struct walk_entry entry = {
		.number = (uint32_t)i + 1,
		.mask = check->mask,
		.type = check->type,
		.sid = &ace->sid,
		.data = ace->data,
		.data_size = ace->data_size,
	};

	if (check->flags & GUISE_ACE_INHERIT_ONLY)
		return false;
	if (ace->object_flags & GUISE_ACE_OBJECT_TYPE_PRESENT)
		entry.object_type = ace->object_type.bytes;
	entry.bits = walk_match(w, check->sid_hash, &ace->sid);
	return entry.bits && walk_ace(w, &entry);
}

/* Touches twelve bytes an ACE and one bit of the token's filter; all else
 * happens only for trustees the token (probably) holds. */
void walk_acl(struct walk *w, const struct guise_acl *acl)
{
	const struct guise_token *token = w->request->token;
	const struct acl_check_ace *check = acl->check;
	size_t n = acl->n_aces;

	for (size_t i = 0; i < n; i++) {
		if (unlikely(token_may_hold(token, check[i].sid_hash)) &&
		    acl_step(w, acl, i))
			break;
	}
}
