/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Central access policies in a check: the rules of the policy that the SACL
 * names must grant what the DACL grants. A rule's DACL is asked as the
 * object's is, in all passes, but knows no implicit owner rights. Staged DACLs
 * are asked beside it and decide nothing.
 */
#include "access-phases.h"
#include "policy-internal.h"
#include "sid-hash.h"

#define N_RECOVERY 3

/* The recovery policy: for whoever has to mend an object that names a policy
 * nobody knows. */
struct recovery {
	struct guise_acl acl;
	struct acl_check_ace check[N_RECOVERY];
	struct guise_ace aces[N_RECOVERY];
};

static void recovery_init(struct recovery *ret)
{
	static const struct guise_sid who[N_RECOVERY] = {
		{.authority = 5, .sub = {32, 544}, .n_subs = 2},
		{.authority = 5, .sub = {18}, .n_subs = 1},
		{.authority = 3, .sub = {4}, .n_subs = 1},
	};

	*ret = (struct recovery){
		.acl = {.revision = 2,
			.n_aces = N_RECOVERY,
			.check = ret->check,
			.aces = ret->aces},
	};
	for (size_t i = 0; i < N_RECOVERY; i++) {
		ret->aces[i].mask = GUISE_GENERIC_ALL;
		ret->aces[i].sid = who[i];
		ret->check[i].mask = GUISE_GENERIC_ALL;
		ret->check[i].sid_hash = sid_hash(&who[i]);
	}
}

/* What a rule's DACL grants, into v->one. */
static int ask_rule(const struct access_object *object,
		    const struct access_request *request,
		    const struct access_rule *rule, uint32_t requested,
		    const struct verdict *v)
{
	uint32_t decided_by;
	int r;

	r = ask_acl(object, request, rule, requested, v->one, v->n,
		    &decided_by);
	if (r < 0 || !request->token->has_package)
		return r;
	return access_ask_package(object, request, rule, requested, v->one,
				  v->n, &decided_by);
}

static void keep(uint32_t *granted, const struct verdict *v)
{
	for (size_t i = 0; i < v->n; i++)
		granted[i] &= v->one[i];
}

static int apply_rule(const struct access_object *object,
		      const struct access_request *request,
		      struct access_rule *rule, const struct guise_acl *staged,
		      uint32_t requested, struct verdict *v)
{
	int r;

	r = ask_rule(object, request, rule, requested, v);
	if (r < 0)
		return r;
	/* not an ACE of the object's DACL then */
	if (requested & v->granted[0] & ~v->one[0])
		v->decided_by = 0;
	keep(v->granted, v);
	if (staged) {
		rule->dacl = staged;
		rule->staged = true;
		v->has_staged = true;
		r = ask_rule(object, request, rule, requested, v);
	}
	if (r == 0)
		keep(v->staged, v);
	return r;
}

/* A rule that may apply does: only FALSE spares the object from it. */
static bool applies(const struct access_object *object,
		    const struct access_request *request,
		    const struct guise_policy_rule *rule)
{
	return !rule->applies_to ||
	       access_restriction(object, request, rule->applies_to,
				  rule->applies_to_size) != GUISE_FALSE;
}

static int apply_policy(const struct access_object *object,
			const struct access_request *request,
			const struct guise_policy *policy, uint32_t requested,
			struct verdict *v)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < policy->n_rules; i++) {
		const struct guise_policy_rule *from = &policy->rules[i];
		struct access_rule rule = {
			.dacl = from->dacl,
			.name = from->name,
			.number = (uint16_t)(i + 1),
		};

		if (applies(object, request, from))
			r = apply_rule(object, request, &rule, from->staged,
				       requested, v);
	}
	return r;
}

static int apply_recovery(const struct access_object *object,
			  const struct access_request *request,
			  const struct sacl_ace *ace, uint32_t requested,
			  struct verdict *v)
{
	struct recovery recovery;
	struct access_rule rule = {.dacl = &recovery.acl, .number = 1};
	uint32_t before = v->granted[0];
	int r;

	recovery_init(&recovery);
	r = apply_rule(object, request, &rule, NULL, requested, v);
	if (r == 0 && is_traced(request))
		access_trace_add(request->trace, before & ~v->granted[0],
				 &(struct trace_step){
					 .kind = GUISE_REASON_RECOVERY,
					 .ace = ace->number,
					 .sid = &ace->sid,
				 });
	return r;
}

/* Only the first scoped policy ACE counts. */
static void find_scope(const struct access_object *object, struct sacl_ace *ret)
{
	struct sacl_cursor cursor = sacl_cursor_of(object);

	do
		must(sacl_next(&cursor, ret));
	while (ret->type != GUISE_ACE_SYSTEM_SCOPED_POLICY_ID);
}

int access_ask_policy(const struct access_object *object,
		      const struct access_request *request, uint32_t requested,
		      struct verdict *v)
{
	const struct guise_policy *policy;
	struct sacl_ace ace;

	/* refused already: no rule can change that, nor a staged one */
	if (requested & ~v->granted[0] &&
	    !(request->tree && request->tree->result_list))
		return 0;
	for (size_t i = 0; i < v->n; i++)
		v->staged[i] = v->granted[i];
	find_scope(object, &ace);
	policy = policies_find(request->policies, &ace.sid);
	if (!policy)
		return apply_recovery(object, request, &ace, requested, v);
	return apply_policy(object, request, policy, requested, v);
}
