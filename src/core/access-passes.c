/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What few requests, tokens and objects need: privileges, restricting SIDs,
 * AppContainers, and answers for more than one node. The same phases, called
 * rather than compiled in.
 */
#include "access-phases.h"

static size_t n_answers(const struct access_request *request)
{
	const struct access_tree *tree = request->tree;

	return tree && tree->result_list ? tree->n : 1;
}

/* The mandatory rules withhold @missing of the request. */
static void refuse_mandatory(const struct access_object *object,
			     const struct access_request *request,
			     uint32_t missing, struct guise_decision *d)
{
	for (size_t i = 0; i < n_answers(request); i++)
		d[i].missing = missing;
	if (is_traced(request))
		access_trace_mandatory(object, request, missing);
}

static void trace_privilege(const struct access_request *request,
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

/* Bits of the request that privileges give. false: one is lacking, refused */
static bool take_privileges(const struct access_request *request,
			    struct guise_decision *d, uint32_t *ret_granted)
{
	const struct guise_token *token = request->token;
	const uint32_t sacl = GUISE_ACCESS_SYSTEM_SECURITY;
	const uint32_t owner = GUISE_WRITE_OWNER;

	if (request->desired & sacl) {
		bool held = guise_token_has_privilege(token, GUISE_SE_SECURITY);

		trace_privilege(request, GUISE_SE_SECURITY, sacl, held);
		for (size_t i = 0; !held && i < n_answers(request); i++) {
			d[i].missing = sacl;
			d[i].missing_privilege = GUISE_SE_SECURITY;
		}
		if (!held)
			return false;
		*ret_granted |= sacl;
		d->privileges_used |= GUISE_PRIVILEGE_BIT(GUISE_SE_SECURITY);
	}
	if (request->desired & owner &&
	    guise_token_has_privilege(token, GUISE_SE_TAKE_OWNERSHIP)) {
		trace_privilege(request, GUISE_SE_TAKE_OWNERSHIP, owner, true);
		*ret_granted |= owner;
		d->privileges_used |=
			GUISE_PRIVILEGE_BIT(GUISE_SE_TAKE_OWNERSHIP);
	}
	return true;
}

/*
 * Bits that a restricted token gets from the first pass alone. Windows does
 * not document where a write-restricted token's line runs; here all that is
 * not plainly reading or executing is writing.
 */
static uint32_t exempt_of(const struct access_request *request)
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

int access_ask_restricted(const struct access_object *object,
			  const struct access_request *request,
			  const struct access_rule *rule, uint32_t requested,
			  uint32_t *granted, size_t n, uint32_t *decided_by)
{
	uint32_t exempt = exempt_of(request);
	struct walk w;
	int r;

	r = run_pass(&w, object, request, rule, requested & ~exempt,
		     GUISE_PASS_RESTRICTED);
	if (r < 0)
		return r;
	trace_not_granted(&w, granted[0] & ~exempt & ~w.granted);
	for (size_t i = 0; i < n; i++)
		granted[i] &= granted_by(&w, i) | exempt;
	*decided_by = w.decided_by;
	return 0;
}

/* What is open to everyone is not open to a package: it must be named. */
static void refuse_package(const struct access_request *request,
			   uint32_t *granted, size_t n)
{
	if (is_traced(request))
		access_trace_add(request->trace, granted[0],
				 &(struct trace_step){
					 .kind = GUISE_REASON_NO_DACL,
					 .pass = GUISE_PASS_PACKAGE,
				 });
	for (size_t i = 0; i < n; i++)
		granted[i] = 0;
}

int access_ask_package(const struct access_object *object,
		       const struct access_request *request,
		       const struct access_rule *rule, uint32_t requested,
		       uint32_t *granted, size_t n, uint32_t *decided_by)
{
	struct walk w;
	int r;

	*decided_by = 0;
	if (!rule && !object->has_dacl) {
		refuse_package(request, granted, n);
		return 0;
	}
	r = run_pass(&w, object, request, rule, requested, GUISE_PASS_PACKAGE);
	if (r < 0)
		return r;
	trace_not_granted(&w, granted[0] & ~w.granted);
	for (size_t i = 0; i < n; i++)
		granted[i] &= granted_by(&w, i);
	*decided_by = w.decided_by;
	return 0;
}

static void trace_no_dacl(const struct access_request *request, uint32_t mask)
{
	if (is_traced(request))
		access_trace_add(request->trace, mask,
				 &(struct trace_step){
					 .kind = GUISE_REASON_NO_DACL,
					 .allow = true,
				 });
}

/* What the mandatory rules let the token have. */
static uint32_t mandatory_mask(const struct access_object *object,
			       const struct access_request *request,
			       bool *ret_relabelled)
{
	const struct guise_token *token = request->token;
	uint32_t mask = UINT32_MAX;

	if (token->integrity->sub[0] < object->sacl->label_rid &&
	    token->mandatory_policy & GUISE_MANDATORY_NO_WRITE_UP)
		mask = access_label_mask(object, request, ret_relabelled);
	if (object->sacl->has & (ACL_HAS_TRUST | ACL_HAS_FILTER))
		mask &= access_filter_mask(object, request);
	/* not theirs to give or to take */
	return mask | GUISE_ACCESS_SYSTEM_SECURITY;
}

/* The object's DACL's word on @requested; without one everything is granted. */
static int ask_dacl(const struct access_object *object,
		    const struct access_request *request, uint32_t requested,
		    struct verdict *v)
{
	uint32_t all = requested;

	if (likely(object->has_dacl))
		return ask_acl(object, request, NULL, requested, v->granted,
			       v->n, &v->decided_by);
	if (request->desired & GUISE_MAXIMUM_ALLOWED)
		all |= request->mapping->all & ACE_GRANTABLE;
	for (size_t i = 0; i < v->n; i++)
		v->granted[i] = all;
	v->decided_by = 0;
	trace_no_dacl(request, all);
	return 0;
}

/* Not one bit of MAXIMUM_ALLOWED is a reason of its own. */
static void trace_nothing(const struct access_request *request,
			  const struct guise_decision *d)
{
	if (is_traced(request))
		access_trace_add(
			request->trace,
			d->missing & (uint32_t)GUISE_MAXIMUM_ALLOWED,
			&(struct trace_step){.kind = GUISE_REASON_NOT_GRANTED});
}

/* What label, trust and filters leave of what DACLs granted, and what
 * privileges add. */
static void limit_all(const struct access_object *object,
		      const struct access_request *request, struct verdict *v,
		      const struct access_limits *limits)
{
	uint32_t withheld = 0;

	for (size_t i = 0; i < v->n; i++) {
		withheld |= v->granted[i] & ~limits->mask;
		v->granted[i] &= limits->mask;
		v->granted[i] |= limits->by_privilege;
		if (!v->has_staged)
			continue;
		v->staged[i] &= limits->mask;
		v->staged[i] |= limits->by_privilege;
	}
	if (withheld && is_traced(request))
		access_trace_mandatory(object, request, withheld);
}

/*
 * An AppContainer may do what both its user and the package may. What its
 * privileges gave goes through this as well: they are the user's, and a
 * container must not get through them what its package was not granted.
 */
static int limit_to_package(const struct access_object *object,
			    const struct access_request *request,
			    struct verdict *v)
{
	int r;

	for (size_t i = 0; i < v->n; i++) {
		v->one[i] = v->granted[i];
		if (v->has_staged)
			v->one[i] |= v->staged[i];
	}
	r = access_ask_package(object, request, NULL,
			       request->desired &
				       ~(uint32_t)GUISE_MAXIMUM_ALLOWED,
			       v->one, v->n, &v->decided_by);
	for (size_t i = 0; r == 0 && i < v->n; i++) {
		v->granted[i] &= v->one[i];
		if (v->has_staged)
			v->staged[i] &= v->one[i];
	}
	return r;
}

static void compare_staged(struct guise_decision *d,
			   const struct access_request *request,
			   uint32_t granted)
{
	struct guise_decision staged = {0};

	conclude(&staged, request, granted);
	if (staged.granted == d->granted)
		return;
	d->staged_differs = true;
	d->staged_granted = staged.granted;
}

/* From what was granted to the answers. */
static int conclude_all(const struct access_object *object,
			const struct access_request *request, struct verdict *v,
			const struct access_limits *limits,
			struct guise_decision *d)
{
	const struct guise_decision common = *d;
	const size_t n = n_answers(request);
	int r;

	limit_all(object, request, v, limits);
	if (request->token->has_package) {
		r = limit_to_package(object, request, v);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < n; i++) {
		d[i] = common;
		d[i].decided_by = n > 1 ? request->tree->node[i].decided_by
					: v->decided_by;
		if (limits->relabelled && v->granted[i] & GUISE_WRITE_OWNER)
			d[i].privileges_used |=
				GUISE_PRIVILEGE_BIT(GUISE_SE_RELABEL);
		conclude(&d[i], request, v->granted[i]);
		trace_nothing(request, &d[i]);
		if (v->has_staged)
			compare_staged(&d[i], request, v->staged[i]);
	}
	return 0;
}

/* What the DACL and the rules of a policy grant of @requested. */
static int ask_lists(const struct access_object *object,
		     const struct access_request *request, uint32_t requested,
		     struct verdict *v)
{
	int r;

	r = ask_dacl(object, request, requested, v);
	if (r < 0 || !(object->sacl->has & ACL_HAS_POLICY))
		return r;
	return access_ask_policy(object, request, requested, v);
}

int access_decide(const struct access_object *object,
		  const struct access_request *request,
		  struct guise_decision *d)
{
	uint32_t requested =
		request->desired & ~(uint32_t)GUISE_MAXIMUM_ALLOWED;
	struct access_tree *tree = request->tree;
	struct access_limits limits = {0};
	uint32_t granted, staged, one;
	struct verdict v = {
		.granted = tree ? tree->granted : &granted,
		.staged = tree ? tree->staged : &staged,
		.one = tree ? tree->one : &one,
		.n = tree ? tree->n : 1,
	};
	int r;

	limits.mask = mandatory_mask(object, request, &limits.relabelled);
	if (requested & ~limits.mask) {
		refuse_mandatory(object, request, requested & ~limits.mask, d);
		return 0;
	}
	if (!take_privileges(request, d, &limits.by_privilege))
		return 0;
	r = ask_lists(object, request, requested & ~limits.by_privilege, &v);
	if (r < 0)
		return r;
	return conclude_all(object, request, &v, &limits, d);
}
