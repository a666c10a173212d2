/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attributes by name. Those of a token are in tables; those of an object are
 * the resource attribute ACEs of its SACL, read where they are, one after the
 * other: the last one of a name counts, but an ACE that is malformed, names a
 * value twice or is only there to be inherited is as if it were absent. What
 * the SACL does not have may be given besides.
 */
#include "condition-attribute.h"
#include "token-internal.h"
#include "utf16.h"

/* Whether a claim with these flags is there to be seen. */
static bool is_visible(const struct condition_env *env, uint32_t flags)
{
	if (flags & GUISE_CLAIM_DISABLED)
		return false;
	return env->deny || !(flags & GUISE_CLAIM_DENY_ONLY);
}

/* All of @ret but where its values are. */
static void values_of_attribute(uint16_t type, uint32_t flags, uint32_t n,
				struct condition_values *ret)
{
	ret->type = type;
	ret->is_literal = false;
	ret->is_set = false;
	ret->is_mixed = false;
	ret->sensitive = flags & GUISE_CLAIM_CASE_SENSITIVE;
	ret->n = n;
	ret->datums = NULL;
	ret->span = NULL;
}

static enum attribute_state find_in_set(const struct condition_env *env,
					const struct guise_claims *claims,
					const struct condition_item *item,
					struct condition_values *ret)
{
	const struct claim_entry *entry;

	if (!claims)
		return ATTRIBUTE_ABSENT;
	entry = claims_find(claims, item->data, item->size);
	if (!entry || entry->repeats || !is_visible(env, entry->flags))
		return ATTRIBUTE_ABSENT;
	values_of_attribute(entry->type, entry->flags, entry->n_values, ret);
	ret->datums = entry->values;
	return ATTRIBUTE_PRESENT;
}

static void values_of_span(const struct claim_span *span,
			   struct condition_values *ret)
{
	values_of_attribute(span->type, span->flags, span->n_values, ret);
	ret->span = span;
}

static bool span_is_good(const struct claim_span *span)
{
	struct condition_values values;

	values_of_span(span, &values);
	return claim_span_check(span) && !condition_values_repeat(&values);
}

static bool span_is_good_once(struct attribute_memo *memo, unsigned i,
			      const struct claim_span *span)
{
	const uint64_t bit = UINT64_C(1) << (i % 64);

	if (!(memo->checked[i / 64] & bit)) {
		memo->checked[i / 64] |= bit;
		if (span_is_good(span))
			memo->good[i / 64] |= bit;
	}
	return memo->good[i / 64] & bit;
}

/* The ACEs of a SACL in either form. */
struct sacl_walk {
	const struct guise_acl *parsed;
	size_t i;
	struct reader raw;
	unsigned n_raw; /* ACEs left in @raw */
};

static bool is_attribute_ace(uint8_t type, uint8_t flags)
{
	return type == GUISE_ACE_SYSTEM_RESOURCE_ATTRIBUTE &&
	       !(flags & GUISE_ACE_INHERIT_ONLY);
}

/* The claim of the next resource attribute ACE; false: there are no more */
static bool next_claim(struct sacl_walk *walk, struct reader *ret)
{
	const struct guise_acl *acl = walk->parsed;
	struct ace_span ace;

	while (acl && walk->i < acl->n_aces) {
		const size_t i = walk->i++;

		if (is_attribute_ace(acl->check[i].type, acl->check[i].flags)) {
			*ret = reader_of(acl->aces[i].data,
					 acl->aces[i].data_size);
			return true;
		}
	}
	while (walk->n_raw > 0) {
		walk->n_raw--;
		if (ace_read_span(&walk->raw, &ace) < 0)
			return false;
		if (is_attribute_ace(ace.type, ace.flags)) {
			*ret = ace.data;
			return true;
		}
	}
	return false;
}

/* What the SACL says of the name, to be seen or not. */
static enum attribute_state
find_in_sacl(const struct resource_attributes *resource,
	     struct attribute_memo *memo, const struct condition_item *item,
	     struct claim_span *ret)
{
	enum attribute_state state = ATTRIBUTE_ABSENT;
	struct sacl_walk walk = {
		.parsed = resource->sacl,
		.raw = resource->raw_sacl.aces,
		.n_raw = resource->sacl ? 0 : resource->raw_sacl.n_aces,
	};
	struct claim_span span;
	struct reader claim;

	for (unsigned i = 0; next_claim(&walk, &claim); i++) {
		if (i == GUISE_RESOURCE_ATTRIBUTES_MAX)
			return ATTRIBUTE_UNREADABLE;
		if (claim_read_span(claim, &span) < 0 ||
		    !utf16_equal(span.name, span.name_size, item->data,
				 item->size, true) ||
		    !span_is_good_once(memo, i, &span))
			continue;
		state = ATTRIBUTE_PRESENT;
		*ret = span;
	}
	return state;
}

/* Out of line: what is on its stack is not for attributes of a token. */
static __attribute__((noinline)) enum attribute_state
find_resource(const struct condition_env *env, struct attribute_memo *memo,
	      const struct condition_item *item, struct claim_span *span,
	      struct condition_values *ret)
{
	enum attribute_state state;

	if (!env->resource)
		return ATTRIBUTE_ABSENT;
	state = find_in_sacl(env->resource, memo, item, span);
	if (state == ATTRIBUTE_ABSENT)
		return find_in_set(env, env->resource->given, item, ret);
	if (state != ATTRIBUTE_PRESENT)
		return state;
	/* what the SACL hides stays hidden */
	if (!is_visible(env, span->flags))
		return ATTRIBUTE_ABSENT;
	values_of_span(span, ret);
	return ATTRIBUTE_PRESENT;
}

enum attribute_state attribute_find(const struct condition_env *env,
				    struct attribute_memo *memo,
				    const struct condition_item *item,
				    struct claim_span *span,
				    struct condition_values *ret)
{
	enum guise_token_claims_kind kind = GUISE_CLAIMS_LOCAL;

	if (item->size == 0 || item->size % 2)
		return ATTRIBUTE_UNREADABLE;
	if (item->token == CONDITION_RESOURCE)
		return find_resource(env, memo, item, span, ret);
	if (item->token == CONDITION_USER)
		kind = env->restricted ? GUISE_CLAIMS_RESTRICTED_USER
				       : GUISE_CLAIMS_USER;
	else if (item->token == CONDITION_DEVICE)
		kind = env->restricted ? GUISE_CLAIMS_RESTRICTED_DEVICE
				       : GUISE_CLAIMS_DEVICE;
	return find_in_set(env, env->token->claims[kind], item, ret);
}
