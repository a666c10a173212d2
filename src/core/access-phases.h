/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The phases of a decision, in the order Windows has them: mandatory rules,
 * privileges, then the DACL: once for what the token is, and for a restricted
 * token once more for what it is restricted to; then the rules of a central
 * access policy, and for an AppContainer what its package may. A bit must pass
 * all that it is subject to.
 *
 * Compiled into each place that decides (plain check, checks with options, raw
 * check), where the descriptor's form and what is absent are constants: a
 * decision takes some ten nanoseconds, of which calls through pointers would
 * be most. What few checks need is called.
 */
#ifndef CORE_ACCESS_PHASES_H
#define CORE_ACCESS_PHASES_H

#include "access-internal.h"

/* Seen through by the compiler: no call, no indirection. */
#define PHASE static inline __attribute__((always_inline))

PHASE bool is_traced(const struct access_request *request)
{
	return unlikely(request->trace);
}

PHASE void trace_refusal(const struct access_request *request,
			 const struct walk *w, enum guise_reason_kind kind,
			 uint32_t mask, size_t node)
{
	if (is_traced(request))
		access_trace_add(request->trace, mask,
				 &(struct trace_step){
					 .kind = kind,
					 .pass = w->pass,
					 .rule = w->rule,
					 .node = node,
				 });
}

PHASE void trace_owner(const struct walk *w, uint32_t mask)
{
	if (is_traced(w->request))
		access_trace_add(
			w->request->trace, mask,
			&(struct trace_step){
				.kind = GUISE_REASON_OWNER,
				.pass = w->pass,
				.allow = true,
				.sid = w->object->ops->owner_sid(w->object),
			});
}

/* An owner may read and change the DACL, unless ACEs for OWNER RIGHTS say what
 * an owner may. Policies' rules and packages know no such rights. */
PHASE void grant_owner(struct walk *w, const struct access_object *object,
		       const struct access_object_ops *ops,
		       const struct guise_token *token,
		       struct access_tree *tree)
{
	uint32_t mask = w->open & OWNER_IMPLICIT;

	if (!mask || w->rule || w->pass == GUISE_PASS_PACKAGE)
		return;
	w->owner_bits = ops->owner_bits(object, token);
	w->has_owner_bits = true;
	if (likely(!(w->owner_bits & w->allow)) ||
	    ops->has_owner_rights(object))
		return;
	if (tree)
		(void)tree_allow(tree, 0, mask, 0);
	w->granted |= mask;
	w->open &= ~mask;
	trace_owner(w, mask);
}

/* Before a pass over a DACL for the bits @requested. */
PHASE void pass_begin(struct walk *w, const struct access_object *object,
		      const struct access_request *request, uint32_t requested,
		      enum guise_access_pass pass)
{
	static const uint8_t allow[GUISE_PASSES] = {
		TOKEN_MATCH_ALLOW, TOKEN_MATCH_RESTRICTED, TOKEN_MATCH_PACKAGE};
	static const uint8_t deny[GUISE_PASSES] = {TOKEN_MATCH_DENY,
						   TOKEN_MATCH_RESTRICTED,
						   TOKEN_MATCH_PACKAGE_DENY};
	bool max = request->desired & GUISE_MAXIMUM_ALLOWED;

	*w = (struct walk){
		.request = request,
		.object = object,
		.pass = pass,
		.allow = allow[pass],
		.deny = deny[pass],
		.max = max,
		.stops = !max,
		.open = max ? ACE_GRANTABLE : requested,
	};
}

/* Touches twelve bytes an ACE and one bit of the token's filter; all else
 * happens only for trustees the token (probably) holds. */
PHASE void walk_acl(struct walk *w, const struct guise_token *token,
		    const struct guise_acl *acl)
{
	const struct acl_check_ace *check = acl->check;
	size_t n = acl->n_aces;

	for (size_t i = 0; i < n; i++) {
		if (unlikely(token_may_hold(token, check[i].sid_hash)) &&
		    walk_acl_step(w, token, acl, i))
			break;
	}
}

/* One pass over a DACL for the bits @requested; @w is its result. */
PHASE int run_pass(struct walk *w, const struct access_object *object,
		   const struct access_request *request,
		   const struct access_rule *rule, uint32_t requested,
		   enum guise_access_pass pass)
{
	struct access_tree *tree = request->tree;

	pass_begin(w, object, request, requested, pass);
	w->rule = rule;
	if (tree) {
		w->stops = w->stops && !tree->result_list;
		tree_begin(tree, w->open, w->max);
		if (!rule)
			tree_forget_decided(tree);
	}
	grant_owner(w, object, object->ops, request->token, tree);
	if (!w->open)
		return 0;
	if (!rule)
		return object->ops->walk(object, w);
	walk_acl(w, request->token, rule->dacl);
	return 0;
}

/* The bits @requested that stayed open, and of which a tree's leaves. A deny
 * ACE that ended the pass has already been named. */
static inline void trace_missing(const struct walk *w,
				 enum guise_reason_kind kind, uint32_t missing)
{
	const struct access_tree *tree = w->request->tree;

	if (!w->max && w->denied && w->stops)
		return;
	if (!tree) {
		trace_refusal(w->request, w, kind, missing & ~w->denied, 0);
		return;
	}
	for (size_t i = 0; i < tree->n; i++) {
		const struct access_node *node = &tree->node[i];

		if (node->end == i + 1)
			trace_refusal(w->request, w, kind, missing & node->open,
				      i);
	}
}

PHASE void trace_not_granted(const struct walk *w, uint32_t missing)
{
	static const enum guise_reason_kind kinds[GUISE_PASSES] = {
		GUISE_REASON_NOT_GRANTED, GUISE_REASON_RESTRICTED,
		GUISE_REASON_PACKAGE};

	if (is_traced(w->request))
		trace_missing(w, kinds[w->pass], missing);
}

/* What the pass granted to node @i, of 1 without a tree. */
PHASE uint32_t granted_by(const struct walk *w, size_t i)
{
	return w->request->tree ? w->request->tree->node[i].granted
				: w->granted;
}

/* What a DACL grants of @requested to the token as it is, and to what it is
 * restricted to: into the @n masks @granted. */
PHASE int ask_acl(const struct access_object *object,
		  const struct access_request *request,
		  const struct access_rule *rule, uint32_t requested,
		  uint32_t *granted, size_t n, uint32_t *decided_by)
{
	struct walk w;
	int r;

	r = run_pass(&w, object, request, rule, requested, GUISE_PASS_NORMAL);
	if (r < 0)
		return r;
	trace_not_granted(&w, requested & ~w.granted);
	for (size_t i = 0; i < n; i++)
		granted[i] = granted_by(&w, i);
	*decided_by = w.decided_by;
	if (likely(!token_is_restricted(request->token)) ||
	    (requested & ~w.granted &&
	     !(request->tree && request->tree->result_list)))
		return 0;
	return access_ask_restricted(object, request, rule, requested, granted,
				     n, decided_by);
}

/* From what was granted to the answer for one node. */
PHASE void conclude(struct guise_decision *d,
		    const struct access_request *request, uint32_t granted)
{
	const uint32_t max = request->desired & GUISE_MAXIMUM_ALLOWED;
	uint32_t explicitly = request->desired & ~max;

	d->missing = explicitly & ~granted;
	if (max && !granted && !d->missing)
		d->missing = max;
	d->allowed = request->desired && !d->missing;
	if (likely(d->allowed)) {
		d->granted = max ? granted : explicitly;
		return;
	}
	d->privileges_used = 0;
	if (max)
		d->decided_by = 0;
}

/* The request can be decided at all: the token may be asked. */
PHASE int access_request_check(const struct access_request *request)
{
	const struct guise_token *token = request->token;

	return token->type == GUISE_TOKEN_IMPERSONATION &&
			       token->level < GUISE_LEVEL_IDENTIFICATION
		       ? GUISE_E_BAD_LEVEL
		       : 0;
}

/* One pass over a DACL settles it: there is nothing else to ask, and nobody
 * listens. */
PHASE bool is_simple(const struct access_object *object,
		     const struct access_request *request)
{
	const struct guise_token *token = request->token;
	const uint8_t more = ACL_HAS_TRUST | ACL_HAS_FILTER | ACL_HAS_POLICY;

	return object->has_dacl && !(object->sacl->has & more) &&
	       !(request->desired & ACCESS_BY_PRIVILEGE) &&
	       (token->integrity->sub[0] >= object->sacl->label_rid ||
		!(token->mandatory_policy & GUISE_MANDATORY_NO_WRITE_UP)) &&
	       !token_is_restricted(token) && !token->has_package;
}

/*
 * A plain check, without options and trace. The short way is the same phases
 * as the long one, without those that have nothing to say. @ops: the object's,
 * as a constant.
 */
PHASE int access_decide_plain(const struct access_object *object,
			      const struct access_object_ops *ops,
			      const struct access_request *request,
			      struct guise_decision *d)
{
	struct walk w ACCESS_UNINITIALISED;
	int r;

	if (unlikely(!is_simple(object, request)))
		return access_decide(object, request, d);
	pass_begin(&w, object, request,
		   request->desired & ~(uint32_t)GUISE_MAXIMUM_ALLOWED,
		   GUISE_PASS_NORMAL);
	grant_owner(&w, object, ops, request->token, NULL);
	if (likely(w.open)) {
		r = ops->walk(object, &w);
		if (r < 0)
			return r;
	}
	d->decided_by = w.decided_by;
	conclude(d, request, w.granted);
	return 0;
}

#endif
