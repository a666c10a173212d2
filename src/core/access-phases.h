/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The phases of a decision, in the order Windows has them: mandatory label,
 * privileges, then the DACL: once for what the token is, and for a restricted
 * token once more for what it is restricted to. A bit must pass all that it is
 * subject to.
 *
 * Compiled into each place that decides (check, explanation, raw check), where
 * the descriptor's form and whether there is a trace are constants: a decision
 * takes some ten nanoseconds, of which calls through pointers would be most.
 */
#ifndef CORE_ACCESS_PHASES_H
#define CORE_ACCESS_PHASES_H

#include "access-internal.h"
#include "token-internal.h"

/* Seen through by the compiler: no call, no indirection. */
#define PHASE static inline __attribute__((always_inline))

/* S-1-16-8192; what an object without a label has, no write-up. */
#define LABEL_MEDIUM 0x2000u
#define LABEL_NO_WRITE_UP 0x1u
#define LABEL_NO_READ_UP 0x2u
#define LABEL_NO_EXECUTE_UP 0x4u

PHASE bool is_traced(const struct access_request *request)
{
	return __builtin_expect(request->trace != NULL, 0);
}

PHASE void trace_refusal(const struct access_request *request,
			 enum guise_reason_kind kind, uint32_t mask,
			 bool restricted)
{
	if (is_traced(request))
		access_trace_add(request->trace, mask,
				 &(struct trace_step){
					 .kind = kind,
					 .restricted = restricted,
				 });
}

PHASE void trace_privilege(const struct access_request *request,
			   enum guise_privilege privilege, uint32_t mask,
			   bool held)
{
	if (is_traced(request))
		access_trace_add(
			request->trace, mask,
			&(struct trace_step){
				.kind = held ? GUISE_REASON_PRIVILEGE
					     : GUISE_REASON_NO_PRIVILEGE,
				.allow = held,
				.privilege = privilege,
			});
}

PHASE void trace_owner(const struct walk *w, uint32_t mask)
{
	if (is_traced(w->request))
		access_trace_add(
			w->request->trace, mask,
			&(struct trace_step){
				.kind = GUISE_REASON_OWNER,
				.allow = true,
				.restricted = w->restricted,
				.sid = w->object->ops->owner_sid(w->object),
			});
}

PHASE void trace_no_dacl(const struct access_request *request, uint32_t mask)
{
	if (is_traced(request))
		access_trace_add(request->trace, mask,
				 &(struct trace_step){
					 .kind = GUISE_REASON_NO_DACL,
					 .allow = true,
				 });
}

/* What the object's label lets the token have (MS-DTYP 2.5.3.3). */
PHASE uint32_t mandatory_mask(const struct access_object *object,
			      const struct access_request *request)
{
	struct access_label label = {LABEL_MEDIUM, LABEL_NO_WRITE_UP};
	const struct guise_generic_mapping *mapping = request->mapping;
	const struct guise_token *token = request->token;
	uint32_t mask = 0;

	if (!(token->mandatory_policy & GUISE_MANDATORY_NO_WRITE_UP))
		return UINT32_MAX;
	(void)object->ops->find_label(object, &label);
	if (token->integrity->sub[0] >= label.rid)
		return UINT32_MAX;

	if (!(label.policy & LABEL_NO_READ_UP))
		mask |= mapping->read;
	if (!(label.policy & LABEL_NO_EXECUTE_UP))
		mask |= mapping->execute;
	if (!(label.policy & LABEL_NO_WRITE_UP))
		mask |= mapping->write;
	if (guise_token_has_privilege(token, GUISE_SE_RELABEL))
		mask |= GUISE_WRITE_OWNER;
	/* not the label's to give or to take */
	return mask | GUISE_ACCESS_SYSTEM_SECURITY;
}

/* Bits of the request that privileges give. false: one is lacking, refused */
PHASE bool take_privileges(const struct access_request *request,
			   struct guise_decision *d, uint32_t *ret_granted)
{
	const struct guise_token *token = request->token;
	const uint32_t sacl = GUISE_ACCESS_SYSTEM_SECURITY;
	const uint32_t owner = GUISE_WRITE_OWNER;
	uint32_t granted = 0;

	if (request->desired & sacl) {
		bool held = guise_token_has_privilege(token, GUISE_SE_SECURITY);

		trace_privilege(request, GUISE_SE_SECURITY, sacl, held);
		if (!held) {
			d->missing = sacl;
			d->missing_privilege = GUISE_SE_SECURITY;
			return false;
		}
		granted |= sacl;
		d->privileges_used |= GUISE_PRIVILEGE_BIT(GUISE_SE_SECURITY);
	}
	if (request->desired & owner &&
	    guise_token_has_privilege(token, GUISE_SE_TAKE_OWNERSHIP)) {
		trace_privilege(request, GUISE_SE_TAKE_OWNERSHIP, owner, true);
		granted |= owner;
		d->privileges_used |=
			GUISE_PRIVILEGE_BIT(GUISE_SE_TAKE_OWNERSHIP);
	}
	*ret_granted = granted;
	return true;
}

/* An owner may read and change the DACL, unless ACEs for OWNER RIGHTS say what
 * an owner may. */
PHASE void grant_owner(struct walk *w)
{
	uint32_t mask = w->max ? OWNER_IMPLICIT : w->remaining & OWNER_IMPLICIT;
	const struct access_object_ops *ops = w->object->ops;

	if (!mask)
		return;
	w->owner_bits = ops->owner_bits(w->object, w->request->token);
	w->has_owner_bits = true;
	if (!(w->owner_bits & w->match.allow) ||
	    ops->has_owner_rights(w->object))
		return;
	w->granted |= mask;
	w->remaining &= ~mask;
	trace_owner(w, mask);
}

/* One pass over the DACL for the bits @requested; @w is its result. */
PHASE int run_pass(struct walk *w, struct access_object *object,
		   const struct access_request *request, uint32_t requested,
		   bool restricted)
{
	*w = (struct walk){
		.request = request,
		.object = object,
		.match = {TOKEN_MATCH_ALLOW, TOKEN_MATCH_DENY},
		.restricted = restricted,
		.max = request->desired & GUISE_MAXIMUM_ALLOWED,
		.remaining = requested,
	};
	if (restricted)
		w->match = (struct match_set){TOKEN_MATCH_RESTRICTED,
					      TOKEN_MATCH_RESTRICTED};
	grant_owner(w);
	return w->max || w->remaining ? object->ops->walk(object, w) : 0;
}

/*
 * Bits that a restricted token gets from the first pass alone. Windows does
 * not document where a write-restricted token's line runs; here all that is
 * not plainly reading or executing is writing.
 */
PHASE uint32_t exempt_of(const struct access_request *request)
{
	const struct guise_generic_mapping *mapping = request->mapping;
	const uint32_t writes =
		GUISE_DELETE | GUISE_WRITE_DAC | GUISE_WRITE_OWNER;

	if (!(request->token->flags & GUISE_TOKEN_WRITE_RESTRICTED))
		return 0;
	return (mapping->read | mapping->execute | GUISE_READ_CONTROL |
		GUISE_SYNCHRONIZE) &
	       ~writes;
}

PHASE void trace_not_granted(const struct access_request *request,
			     const struct walk *w, uint32_t missing)
{
	uint32_t silent = missing & ~w->denied;

	/* a deny ACE that ended the pass has already been named */
	if (w->max || !w->denied)
		trace_refusal(request,
			      w->restricted ? GUISE_REASON_RESTRICTED
					    : GUISE_REASON_NOT_GRANTED,
			      silent, w->restricted);
}

/* The restricting SIDs must grant, too. Rare: kept out of the way. */
static __attribute__((noinline)) int
walk_restricted(struct access_object *object,
		const struct access_request *request, uint32_t requested,
		uint32_t *granted, uint32_t *decided_by)
{
	uint32_t exempt = exempt_of(request);
	struct walk w;
	int r;

	r = run_pass(&w, object, request, requested & ~exempt, true);
	if (r < 0)
		return r;
	trace_not_granted(request, &w, *granted & ~exempt & ~w.granted);
	*granted &= w.granted | exempt;
	*decided_by = w.decided_by;
	return 0;
}

/* All passes over a DACL that exists. */
PHASE int walk_dacl(struct access_object *object,
		    const struct access_request *request, uint32_t requested,
		    uint32_t *ret_granted, uint32_t *ret_decided_by)
{
	uint32_t missing;
	struct walk w;
	int r;

	r = run_pass(&w, object, request, requested, false);
	if (r < 0)
		return r;
	missing = requested & ~w.granted;
	trace_not_granted(request, &w, missing);
	*ret_granted = w.granted;
	*ret_decided_by = w.decided_by;
	if (missing || !request->token->n_restricted)
		return 0;
	return walk_restricted(object, request, requested, ret_granted,
			       ret_decided_by);
}

/* The DACL's word on @requested; without one everything is granted. */
PHASE int ask_dacl(struct access_object *object,
		   const struct access_request *request, uint32_t requested,
		   uint32_t *ret_granted, uint32_t *ret_decided_by)
{
	if (object->has_dacl)
		return walk_dacl(object, request, requested, ret_granted,
				 ret_decided_by);
	*ret_granted = requested;
	if (request->desired & GUISE_MAXIMUM_ALLOWED)
		*ret_granted |= request->mapping->all & ACE_GRANTABLE;
	*ret_decided_by = 0;
	trace_no_dacl(request, *ret_granted);
	return 0;
}

PHASE void conclude(struct guise_decision *d,
		    const struct access_request *request, uint32_t granted)
{
	const uint32_t max = request->desired & GUISE_MAXIMUM_ALLOWED;
	uint32_t explicitly = request->desired & ~max;

	d->missing = explicitly & ~granted;
	if (max && !granted && !d->missing) {
		d->missing = max;
		trace_refusal(request, GUISE_REASON_NOT_GRANTED, max, false);
	}
	d->allowed = request->desired && !d->missing;
	if (d->allowed) {
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

	if (token->type == GUISE_TOKEN_IMPERSONATION &&
	    token->level < GUISE_LEVEL_IDENTIFICATION)
		return GUISE_E_BAD_LEVEL;
	/* a lowbox token needs a pass of its own: no answer before it has one
	 */
	return token->has_package ? -EOPNOTSUPP : 0;
}

/*
 * All phases. @d reads "denied" when this begins and is filled in place: a
 * copy at the end would cost as much as the rest. After a failure the caller
 * makes it read so again.
 */
PHASE int access_decide(struct access_object *object,
			const struct access_request *request,
			struct guise_decision *d)
{
	uint32_t requested =
		request->desired & ~(uint32_t)GUISE_MAXIMUM_ALLOWED;
	uint32_t mask = mandatory_mask(object, request);
	uint32_t by_privilege, granted, decided_by;
	int r;

	if (requested & ~mask) {
		d->missing = requested & ~mask;
		trace_refusal(request, GUISE_REASON_INTEGRITY, d->missing,
			      false);
		return 0;
	}
	if (!take_privileges(request, d, &by_privilege))
		return 0;
	r = ask_dacl(object, request, requested & ~by_privilege, &granted,
		     &decided_by);
	if (r < 0)
		return r;
	d->decided_by = decided_by;
	trace_refusal(request, GUISE_REASON_INTEGRITY, granted & ~mask, false);
	conclude(d, request, (granted & mask) | by_privilege);
	return 0;
}

#endif
