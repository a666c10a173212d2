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

static inline uint8_t match(struct walk *w, uint32_t hash,
			    const struct guise_sid *sid)
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
	EFFECT_IF = 4,	 /* as far as its condition says so */
	EFFECT_NODE = 8, /* may be for one node of the object */
};

/* The types of SACLs, compound ACEs and unknown types decide nothing. */
static uint8_t effect_of(uint8_t type)
{
	static const uint8_t effects[] = {
		[GUISE_ACE_ACCESS_ALLOWED] = EFFECT_ALLOW,
		[GUISE_ACE_ACCESS_DENIED] = EFFECT_DENY,
		[GUISE_ACE_ACCESS_ALLOWED_OBJECT] = EFFECT_ALLOW | EFFECT_NODE,
		[GUISE_ACE_ACCESS_DENIED_OBJECT] = EFFECT_DENY | EFFECT_NODE,
		[GUISE_ACE_ACCESS_ALLOWED_CALLBACK] = EFFECT_ALLOW | EFFECT_IF,
		[GUISE_ACE_ACCESS_DENIED_CALLBACK] = EFFECT_DENY | EFFECT_IF,
		[GUISE_ACE_ACCESS_ALLOWED_CALLBACK_OBJECT] =
			EFFECT_ALLOW | EFFECT_IF | EFFECT_NODE,
		[GUISE_ACE_ACCESS_DENIED_CALLBACK_OBJECT] =
			EFFECT_DENY | EFFECT_IF | EFFECT_NODE,
	};

	return type < ARRAY_SIZE(effects) ? effects[type] : EFFECT_NONE;
}

uint32_t walk_says(const struct walk *w, uint8_t type, uint8_t flags,
		   uint32_t mask)
{
	if (flags & GUISE_ACE_INHERIT_ONLY || effect_of(type) == EFFECT_NONE)
		return 0;
	if (unlikely(mask & GUISE_GENERIC_MASK))
		mask = guise_map_generic(mask, w->request->mapping);
	return mask & ACE_GRANTABLE & w->open;
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
	const struct guise_ace *ace = entry->ace;

	return access_condition(
		w->object, w->request,
		(struct condition_env){
			.member = members(w, deny),
			.device_member = deny ? TOKEN_MATCH_DEVICE_DENY
					      : TOKEN_MATCH_DEVICE,
			.restricted = w->pass == GUISE_PASS_RESTRICTED,
			.deny = deny,
		},
		ace ? ace->data : entry->span->data.data,
		ace ? ace->data_size : entry->span->data.size);
}

/* Parsed ACEs only: nobody listens to a raw check. */
static __attribute__((noinline)) void trace_ace(const struct walk *w,
						const struct walk_entry *entry,
						struct trace_step step,
						uint32_t mask)
{
	const struct guise_sid *sid = &entry->ace->sid;

	step.pass = w->pass;
	step.rule = w->rule;
	step.ace = entry->number;
	step.sid = sid;
	if (sid_is_owner_rights(sid))
		step.sid = w->object->ops->owner_sid(w->object);
	else if (guise_sid_equal(sid, &principal_self))
		step.sid = w->request->principal_self;
	access_trace_add(w->request->trace, mask, &step);
}

/* A callback ACE allows if its condition is TRUE and denies unless it is FALSE
 * (MS-DTYP 2.5.3.1.5): what is unknown never helps. */
static bool condition_holds(const struct walk *w,
			    const struct walk_entry *entry, bool deny,
			    size_t node, uint32_t says)
{
	enum guise_truth truth = condition_of(w, entry, deny);

	if (deny ? truth != GUISE_FALSE : truth == GUISE_TRUE)
		return true;
	if (w->request->trace)
		trace_ace(w, entry,
			  (struct trace_step){
				  .kind = GUISE_REASON_CONDITION,
				  .allow = deny,
				  .condition = truth,
				  .node = node,
			  },
			  says);
	return false;
}

static bool walk_allow(struct walk *w, const struct walk_entry *entry,
		       size_t node, uint32_t gained)
{
	struct access_tree *tree = w->request->tree;

	if (unlikely(tree)) {
		gained = tree_allow(tree, node, gained,
				    w->rule ? 0 : entry->number);
		w->open = tree_open(tree);
		w->granted = tree->node[0].granted;
	} else {
		w->granted |= gained;
		w->open &= ~gained;
	}
	if (!gained)
		return false;
	if (unlikely(w->request->trace))
		trace_ace(w, entry,
			  (struct trace_step){.kind = GUISE_REASON_ACE,
					      .allow = true,
					      .node = node},
			  gained);
	if (w->max || !w->open)
		w->decided_by = entry->number;
	return !w->open;
}

static bool walk_deny(struct walk *w, const struct walk_entry *entry,
		      size_t node, uint32_t lost)
{
	struct access_tree *tree = w->request->tree;

	if (unlikely(tree)) {
		lost = tree_deny(tree, node, lost, w->rule ? 0 : entry->number);
		w->open = tree_open(tree);
	} else {
		w->open &= ~lost;
	}
	if (!lost)
		return false;
	if (unlikely(w->request->trace))
		trace_ace(w, entry,
			  (struct trace_step){.kind = GUISE_REASON_ACE,
					      .node = node},
			  lost);
	w->denied |= lost;
	if (!w->max)
		w->decided_by = entry->number;
	return w->stops || !w->open;
}

static const uint8_t *object_type_of(const struct walk_entry *entry)
{
	const struct guise_ace *ace = entry->ace;

	if (!ace)
		return entry->span->object_type;
	return ace->object_flags & GUISE_ACE_OBJECT_TYPE_PRESENT
		       ? ace->object_type.bytes
		       : NULL;
}

/* The node an ACE is for; false: none that was asked about. With no list of
 * object types only ACEs for the whole object apply (MS-DTYP 2.5.3.2). */
static bool find_node(const struct walk *w, const struct walk_entry *entry,
		      size_t *ret)
{
	const struct access_tree *tree = w->request->tree;
	const uint8_t *object_type = object_type_of(entry);

	if (!object_type)
		return true;
	if (!tree)
		return false;
	*ret = tree_find(tree, object_type);
	return *ret < tree->n;
}

static inline __attribute__((always_inline)) bool
ace_settles(struct walk *w, const struct walk_entry *entry, uint8_t type,
	    uint32_t says)
{
	uint8_t effect = effect_of(type);
	bool deny = effect & EFFECT_DENY;
	size_t node = 0;

	if (!(entry->bits & (deny ? w->deny : w->allow)))
		return false;
	if (unlikely(effect & EFFECT_NODE) && !find_node(w, entry, &node))
		return false;
	if (unlikely(effect & EFFECT_IF) &&
	    !condition_holds(w, entry, deny, node, says))
		return false;
	return deny ? walk_deny(w, entry, node, says)
		    : walk_allow(w, entry, node, says);
}

bool walk_ace(struct walk *w, const struct walk_entry *entry, uint8_t type,
	      uint32_t says)
{
	return ace_settles(w, entry, type, says);
}

bool walk_acl_step(struct walk *w, const struct guise_acl *acl, size_t i)
{
	const struct acl_check_ace *check = &acl->check[i];
	uint32_t says = walk_says(w, check->type, check->flags, check->mask);
	struct walk_entry entry ACCESS_UNINITIALISED;

	if (!says)
		return false;
	entry.ace = &acl->aces[i];
	entry.span = NULL;
	entry.number = (uint32_t)i + 1;
	entry.bits = match(w, check->sid_hash, &entry.ace->sid);
	return entry.bits && ace_settles(w, &entry, check->type, says);
}
