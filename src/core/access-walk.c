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

/* What a trustee is to the token: match bits. */
static inline uint8_t match(struct walk *w, const struct guise_token *token,
			    uint32_t hash, const struct guise_sid *sid)
{
	if (hash == sid_hash(&owner_rights) && sid_is_owner_rights(sid))
		return owner_bits(w);
	if (hash == sid_hash(&principal_self) &&
	    guise_sid_equal(sid, &principal_self))
		return self_bits(w);
	return token_match(token, hash, sid);
}

static inline uint8_t match_raw(struct walk *w, const struct guise_token *token,
				uint32_t hash, const uint8_t *sid,
				uint8_t n_subs)
{
	if (hash == sid_hash(&owner_rights) &&
	    sid_equal_raw(&owner_rights, sid, n_subs))
		return owner_bits(w);
	if (hash == sid_hash(&principal_self) &&
	    sid_equal_raw(&principal_self, sid, n_subs))
		return self_bits(w);
	return token_match_raw(token, hash, sid, n_subs);
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

/* What an ACE that is in force says of bits that are open; 0: nothing. */
static inline uint32_t walk_says(const struct walk *w, uint8_t type,
				 uint8_t flags, uint32_t mask)
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

enum guise_truth access_restriction(const struct access_object *object,
				    const struct access_request *request,
				    const uint8_t *code, size_t size)
{
	const struct condition_env as_allow = {
		.member = TOKEN_MATCH_ALLOW,
		.device_member = TOKEN_MATCH_DEVICE,
	};
	const struct condition_env as_deny = {
		.member = TOKEN_MATCH_DENY,
		.device_member = TOKEN_MATCH_DEVICE_DENY,
		.deny = true,
	};
	enum guise_truth truth =
		access_condition(object, request, as_allow, code, size);

	return truth == access_condition(object, request, as_deny, code, size)
		       ? truth
		       : GUISE_UNKNOWN;
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
			    size_t node, uint32_t says, enum guise_truth *ret)
{
	enum guise_truth truth = condition_of(w, entry, deny);

	*ret = truth;
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

/* After ACE @number granted or denied bits: is the pass decided? */
static inline bool decided_by_grant(struct walk *w, uint32_t number)
{
	if (w->max || !w->open)
		w->decided_by = number;
	return !w->open;
}

static inline bool decided_by_denial(struct walk *w, uint32_t number)
{
	if (!w->max)
		w->decided_by = number;
	return w->stops || !w->open;
}

/* The ACE grants or denies what it says: to the object as a whole. */
static inline bool settle_whole(struct walk *w, uint32_t number, bool deny,
				uint32_t says)
{
	w->open &= ~says;
	if (deny) {
		w->denied |= says;
		return decided_by_denial(w, number);
	}
	w->granted |= says;
	return decided_by_grant(w, number);
}

/* To one node of the tree, which is asked what that changed. */
static bool settle_node(struct walk *w, uint32_t number, bool deny, size_t node,
			uint32_t *says)
{
	struct access_tree *tree = w->request->tree;
	uint32_t own = w->rule ? 0 : number;

	*says = deny ? tree_deny(tree, node, *says, own)
		     : tree_allow(tree, node, *says, own);
	if (!*says)
		return false;
	w->open = tree_open(tree);
	if (deny) {
		w->denied |= *says;
		return decided_by_denial(w, number);
	}
	w->granted = tree->node[0].granted;
	return decided_by_grant(w, number);
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

/* An ACE that needs more than its mask looked at, or that somebody hears of. */
static __attribute__((noinline)) bool
settle_known(struct walk *w, const struct walk_entry *entry, uint8_t effect,
	     uint32_t says)
{
	bool deny = effect & EFFECT_DENY;
	enum guise_truth truth = GUISE_FALSE;
	size_t node = 0;
	bool decided;

	if (effect & EFFECT_NODE && !find_node(w, entry, &node))
		return false;
	if (effect & EFFECT_IF &&
	    !condition_holds(w, entry, deny, node, says, &truth))
		return false;
	decided = w->request->tree
			  ? settle_node(w, entry->number, deny, node, &says)
			  : settle_whole(w, entry->number, deny, says);
	if (w->request->trace)
		trace_ace(w, entry,
			  (struct trace_step){.kind = GUISE_REASON_ACE,
					      .allow = !deny,
					      .condition = truth,
					      .node = node},
			  says);
	return decided;
}

/* Whether the trustee with these match bits counts, for what the ACE does. */
static inline bool counts(const struct walk *w, uint8_t effect, uint8_t bits)
{
	return bits & (effect & EFFECT_DENY ? w->deny : w->allow);
}

/* Nothing but its mask matters, and nobody listens. */
static inline bool is_plain(const struct walk *w, uint8_t effect)
{
	return likely(!(effect & (EFFECT_IF | EFFECT_NODE)) &&
		      !w->request->tree && !w->request->trace);
}

static __attribute__((noinline)) bool settle_parsed(struct walk *w,
						    const struct guise_acl *acl,
						    size_t i, uint8_t effect,
						    uint32_t says)
{
	const struct walk_entry entry = {
		.ace = &acl->aces[i],
		.number = (uint32_t)i + 1,
	};

	return settle_known(w, &entry, effect, says);
}

bool walk_acl_step(struct walk *w, const struct guise_token *token,
		   const struct guise_acl *acl, size_t i)
{
	const struct acl_check_ace *check = &acl->check[i];
	uint32_t says = walk_says(w, check->type, check->flags, check->mask);
	uint8_t effect;

	if (!says)
		return false;
	effect = effect_of(check->type);
	if (!counts(w, effect,
		    match(w, token, check->sid_hash, &acl->aces[i].sid)))
		return false;
	return is_plain(w, effect) ? settle_whole(w, (uint32_t)i + 1,
						  effect & EFFECT_DENY, says)
				   : settle_parsed(w, acl, i, effect, says);
}

bool walk_raw_step(struct walk *w, const struct guise_token *token,
		   const struct ace_span *ace, uint32_t hash, uint32_t number)
{
	const struct walk_entry entry = {.span = ace, .number = number};
	uint32_t says = walk_says(w, ace->type, ace->flags, ace->mask);
	uint8_t effect;

	if (!says)
		return false;
	effect = effect_of(ace->type);
	if (!counts(w, effect,
		    match_raw(w, token, hash, ace->sid, ace->n_subs)))
		return false;
	return is_plain(w, effect)
		       ? settle_whole(w, number, effect & EFFECT_DENY, says)
		       : settle_known(w, &entry, effect, says);
}
