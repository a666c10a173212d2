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

void access_refuse_mandatory(const struct access_object *object,
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

bool access_take_privileges(const struct access_request *request,
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

int access_conclude_all(const struct access_object *object,
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

int access_decide(const struct access_object *object,
		  const struct access_request *request,
		  struct guise_decision *d)
{
	uint32_t requested =
		request->desired & ~(uint32_t)GUISE_MAXIMUM_ALLOWED;
	uint32_t granted = 0, staged, one;
	struct verdict v = {&granted, &staged, &one, 1, false, 0};
	struct access_tree *tree = request->tree;
	uint32_t mask, by_privilege = 0;
	bool relabelled = false;
	int r;

	if (tree)
		v = (struct verdict){tree->granted, tree->staged, tree->one,
				     tree->n,	    false,	  0};
	mask = mandatory_mask(object, request, &relabelled);
	if (unlikely(requested & ~mask)) {
		access_refuse_mandatory(object, request, requested & ~mask, d);
		return 0;
	}
	if (unlikely(requested & ACCESS_BY_PRIVILEGE) &&
	    !access_take_privileges(request, d, &by_privilege))
		return 0;
	r = ask_dacl(object, request, requested & ~by_privilege, &v);
	if (r < 0)
		return r;
	if (unlikely(object->sacl->has & ACL_HAS_POLICY)) {
		r = access_ask_policy(object, request,
				      requested & ~by_privilege, &v);
		if (r < 0)
			return r;
	}
	if (likely(!tree && mask == UINT32_MAX && !v.has_staged &&
		   !request->token->has_package)) {
		d->decided_by = v.decided_by;
		conclude(d, request, granted | by_privilege);
		trace_nothing(request, d);
		return 0;
	}
	return access_conclude_all(object, request, &v,
				   &(struct access_limits){
					   .mask = mask,
					   .by_privilege = by_privilege,
					   .relabelled = relabelled,
				   },
				   d);
}
