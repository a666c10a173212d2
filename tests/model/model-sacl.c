/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the model finds in a SACL: label, trust labels and filters, which mask;
 * resource attributes; and the policy, whose rules are further lists.
 */
#include "model-internal.h"

/* A condition that restricts holds, or not, only if it does for what the token
 * is and for what it may only be denied as. */
static enum guise_truth restriction(struct check *c, const uint8_t *code,
				    size_t size)
{
	enum guise_truth truth = model_judge(c, code, size, false, false);

	return truth == model_judge(c, code, size, true, false) ? truth
								: GUISE_UNKNOWN;
}

static bool is_sid_under(const struct guise_sid *sid, uint64_t authority,
			 unsigned n_subs)
{
	return sid->authority == authority && sid->n_subs == n_subs;
}

/* 6.4; without a label: medium, no write up */
static uint32_t label_mask(struct check *c)
{
	const struct guise_generic_mapping *m = c->q->mapping;
	uint32_t policy = 1, level = 0x2000, mask = 0;

	for (size_t i = c->sd.sacl.n; i-- > 0;) {
		const struct model_ace *ace = &c->sd.sacl.at[i];

		if (ace->type != GUISE_ACE_SYSTEM_MANDATORY_LABEL ||
		    model_inherit_only(ace))
			continue;
		policy = ace->mask;
		level = is_sid_under(&ace->sid, 16, 1) ? ace->sid.sub[0]
						       : UINT32_MAX;
	}
	if (!model_uses(c, MODEL_LABEL) || !c->q->token->no_write_up ||
	    c->q->token->integrity >= level)
		return UINT32_MAX;
	if (!(policy & 2))
		mask |= m->read;
	if (!(policy & 4))
		mask |= m->execute;
	if (!(policy & 1))
		mask |= m->write;
	c->relabels =
		!(mask & GUISE_WRITE_OWNER) && model_holds(c, GUISE_SE_RELABEL);
	if (c->relabels)
		mask |= GUISE_WRITE_OWNER;
	return mask;
}

/* Without one a token has the lowest there is. */
static bool dominates(const struct guise_sid *token,
		      const struct guise_sid *label)
{
	static const struct guise_sid lowest = {
		.authority = 19, .sub = {0, 0}, .n_subs = 2};

	if (!token)
		token = &lowest;
	return is_sid_under(label, 19, 2) && token->sub[0] >= label->sub[0] &&
	       token->sub[1] >= label->sub[1];
}

uint32_t model_mask(struct check *c)
{
	uint32_t mask = label_mask(c);

	for (size_t i = 0; i < c->sd.sacl.n; i++) {
		const struct model_ace *ace = &c->sd.sacl.at[i];

		if (model_inherit_only(ace))
			continue;
		if (ace->type == GUISE_ACE_SYSTEM_PROCESS_TRUST_LABEL &&
		    model_uses(c, MODEL_TRUST) &&
		    !dominates(c->q->token->trust, &ace->sid))
			mask &= model_map(c, ace->mask);
		if (ace->type == GUISE_ACE_SYSTEM_ACCESS_FILTER &&
		    model_uses(c, MODEL_FILTER) &&
		    restriction(c, ace->data, ace->data_size) != GUISE_TRUE)
			mask &= model_map(c, ace->mask);
	}
	return mask | GUISE_ACCESS_SYSTEM_SECURITY;
}

void model_collect_resource(struct check *c)
{
	for (size_t i = 0; i < c->sd.sacl.n; i++) {
		const struct model_ace *ace = &c->sd.sacl.at[i];

		if (ace->type != GUISE_ACE_SYSTEM_RESOURCE_ATTRIBUTE ||
		    model_inherit_only(ace))
			continue;
		if (c->resource.n == MODEL_CLAIMS_MAX ||
		    (ace->data_size >= 16 &&
		     (ace->data[12] > MODEL_VALUES_MAX || ace->data[13]))) {
			c->too_large = true;
			return;
		}
		if (model_read_claim(ace->data, ace->data_size,
				     &c->resource.at[c->resource.n]))
			c->resource.n++;
	}
}

/* Full control to Administrators, SYSTEM and OWNER RIGHTS. */
static void recovery(struct model_acl *ret)
{
	static const struct guise_sid who[] = {
		{.authority = 5, .sub = {32, 544}, .n_subs = 2},
		{.authority = 5, .sub = {18}, .n_subs = 1},
		{.authority = 3, .sub = {4}, .n_subs = 1},
	};

	ret->present = true;
	ret->n = 3;
	for (size_t i = 0; i < 3; i++)
		ret->at[i] = (struct model_ace){.mask = GUISE_GENERIC_ALL,
						.sid = who[i]};
}

static int collect_policy(struct check *c, const struct guise_sid *id)
{
	const struct model_policy *policy = NULL;

	for (size_t i = 0; i < c->q->n_policies; i++) {
		if (model_sid_equal(&c->q->policies[i].id, id))
			policy = &c->q->policies[i];
	}
	if (!policy) {
		recovery(&c->rules[c->n_rules++]);
		return 0;
	}
	for (size_t i = 0; i < policy->n_rules; i++) {
		const struct model_rule *rule = &policy->rules[i];
		int r;

		if (rule->applies_to &&
		    restriction(c, rule->applies_to, rule->applies_to_size) ==
			    GUISE_FALSE)
			continue;
		if (c->n_rules == MODEL_RULES_MAX)
			return MODEL_TOO_LARGE;
		r = model_read_acl(rule->dacl, rule->dacl_size,
				   &c->rules[c->n_rules++]);
		if (r < 0)
			return r;
	}
	return 0;
}

int model_collect_rules(struct check *c)
{
	for (size_t i = 0; model_uses(c, MODEL_POLICY) && i < c->sd.sacl.n;
	     i++) {
		const struct model_ace *ace = &c->sd.sacl.at[i];

		if (ace->type == GUISE_ACE_SYSTEM_SCOPED_POLICY_ID &&
		    !model_inherit_only(ace))
			return collect_policy(c, &ace->sid);
	}
	return 0;
}
