/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sets of central access policies. Built in two passes over what is given: the
 * first checks everything and adds up the sizes, the second fills one block of
 * memory.
 */
#include "policy-internal.h"

const struct guise_policy *policies_find(const struct guise_policies *policies,
					 const struct guise_sid *id)
{
	for (size_t i = 0; policies && i < policies->n; i++) {
		if (guise_sid_equal(&policies->policies[i].id, id))
			return &policies->policies[i];
	}
	return NULL;
}

static bool add_text_size(size_t *size, const char *text)
{
	return !text || !ckd_add(size, *size, strlen(text) + 1);
}

/* The code is well-formed: it has a text. */
static int check_condition(const struct guise_policy_rule *rule)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};

	if (!rule->applies_to)
		return rule->applies_to_size ? -EINVAL : 0;
	return guise_condition_format(rule->applies_to, rule->applies_to_size,
				      NULL, &text);
}

static int check_rule(const struct guise_policy_rule *rule, size_t *size)
{
	int r;

	if (!rule->dacl)
		return -EINVAL;
	if (rule->applies_to_size > GUISE_ACL_MAX_SIZE)
		return GUISE_E_INVALID_CONDITION;
	r = check_condition(rule);
	if (r < 0)
		return r;
	return add_text_size(size, rule->name) &&
			       !ckd_add(size, *size, rule->applies_to_size)
		       ? 0
		       : -ENOMEM;
}

static int check_policy(const struct guise_policy *policy, size_t *size)
{
	size_t rules;
	int r = 0;

	if (!guise_sid_is_valid(&policy->id) ||
	    policy->id.authority != POLICY_AUTHORITY)
		return GUISE_E_INVALID_SID;
	if (policy->n_rules > GUISE_POLICY_RULES_MAX)
		return GUISE_E_LIMIT;
	if (policy->n_rules && !policy->rules)
		return -EINVAL;
	if (ckd_mul(&rules, policy->n_rules, sizeof(*policy->rules)) ||
	    ckd_add(size, *size, rules) || !add_text_size(size, policy->name))
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < policy->n_rules; i++)
		r = check_rule(&policy->rules[i], size);
	return r;
}

static int check_policies(const struct guise_policy *policies, size_t n,
			  size_t *size)
{
	int r;

	for (size_t i = 0; i < n; i++) {
		r = check_policy(&policies[i], size);
		if (r < 0)
			return r;
		for (size_t k = 0; k < i; k++) {
			if (guise_sid_equal(&policies[k].id, &policies[i].id))
				return GUISE_E_INVALID_SID;
		}
	}
	return 0;
}

/* The block being filled. */
struct room {
	struct guise_policy_rule *rules; /* next free one */
	uint8_t *bytes;			 /* next free one */
};

static const void *put_bytes(struct room *room, const void *from, size_t size)
{
	const void *at = room->bytes;

	if (!from)
		return NULL;
	memcpy(room->bytes, from, size);
	room->bytes += size;
	return at;
}

static const char *put_text(struct room *room, const char *text)
{
	return put_bytes(room, text, text ? strlen(text) + 1 : 0);
}

static void put_policy(struct room *room, const struct guise_policy *from,
		       struct guise_policy *to)
{
	struct guise_policy_rule *rules = room->rules;

	room->rules += from->n_rules;
	*to = *from;
	to->name = put_text(room, from->name);
	to->rules = rules;
	for (size_t i = 0; i < from->n_rules; i++) {
		rules[i] = from->rules[i];
		rules[i].name = put_text(room, from->rules[i].name);
		rules[i].applies_to = put_bytes(room, from->rules[i].applies_to,
						from->rules[i].applies_to_size);
		(void)guise_acl_ref(rules[i].dacl);
		(void)guise_acl_ref(rules[i].staged);
	}
}

static size_t count_rules(const struct guise_policy *policies, size_t n)
{
	size_t rules = 0;

	for (size_t i = 0; i < n; i++)
		rules += policies[i].n_rules;
	return rules;
}

int guise_policies_new(const struct guise_policy *policies, size_t n_policies,
		       const struct guise_policies **ret)
{
	size_t size = sizeof(struct guise_policies);
	struct guise_policies *set;
	struct room room;
	int r;

	if (!ret || (n_policies && !policies))
		return -EINVAL;
	if (n_policies > GUISE_POLICIES_MAX)
		return GUISE_E_LIMIT;
	size += n_policies * sizeof(*policies);
	r = check_policies(policies, n_policies, &size);
	if (r < 0)
		return r;
	set = calloc(1, size);
	if (!set)
		return -ENOMEM;
	atomic_init(&set->refcount, 1);
	set->n = n_policies;
	set->policies = (void *)(set + 1);
	room.rules = (void *)(set->policies + n_policies);
	room.bytes = (void *)(room.rules + count_rules(policies, n_policies));
	for (size_t i = 0; i < n_policies; i++)
		put_policy(&room, &policies[i], &set->policies[i]);
	*ret = set;
	return 0;
}

/* The count is the one thing of a set that changes after it is built. */
static struct guise_policies *writable(const struct guise_policies *policies)
{
	struct guise_policies *result;

	memcpy(&result, &policies, sizeof(result));
	return result;
}

const struct guise_policies *
guise_policies_ref(const struct guise_policies *policies)
{
	if (policies)
		refcount_get(&writable(policies)->refcount);
	return policies;
}

const struct guise_policies *
guise_policies_unref(const struct guise_policies *policies)
{
	if (!policies || !refcount_put(&writable(policies)->refcount))
		return NULL;
	for (size_t i = 0; i < policies->n; i++) {
		const struct guise_policy *policy = &policies->policies[i];

		for (size_t k = 0; k < policy->n_rules; k++) {
			(void)guise_acl_unref(policy->rules[k].dacl);
			(void)guise_acl_unref(policy->rules[k].staged);
		}
	}
	free(writable(policies));
	return NULL;
}

void guise_policies_unrefp(const struct guise_policies **policies)
{
	*policies = guise_policies_unref(*policies);
}
