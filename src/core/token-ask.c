/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions about tokens that are no access checks: are two the same, are
 * privileges held, is a SID one of its own.
 */
#include <guise/token-change.h>

#include "claim-internal.h"
#include "sid-hash.h"
#include "token-internal.h"

/* All SIDs of a token, as struct guise_token has them. */
static size_t n_sids(const struct guise_token *t)
{
	return 1 + t->n_groups + t->n_restricted + t->n_device_groups +
	       t->n_capabilities + (t->has_package ? 2 : 0);
}

/* Somewhere among the SIDs of @t: for those that no table has, since they
 * match nothing. Usually at the same place, as in a duplicate. */
static bool lists(const struct guise_token *t, const struct guise_sid *sid,
		  size_t hint)
{
	size_t n = n_sids(t);

	if (hint < n && token_sid_same(&t->sids[hint].sid, sid))
		return true;
	for (size_t i = 0; i < n; i++) {
		if (token_sid_same(&t->sids[i].sid, sid))
			return true;
	}
	return false;
}

/* Every SID of @a counts for the same in @b. */
static bool sids_within(const struct guise_token *a,
			const struct guise_token *b)
{
	for (size_t i = 0; i < n_sids(a); i++) {
		const struct guise_sid *sid = &a->sids[i].sid;
		uint32_t hash = sid_hash(sid);
		uint8_t match = token_match(a, hash, sid);

		if (match != token_match(b, hash, sid))
			return false;
		if (!match && !lists(b, sid, i))
			return false;
	}
	return true;
}

static bool entries_equal(const struct claim_entry *a,
			  const struct claim_entry *b)
{
	if (a->type != b->type || a->flags != b->flags ||
	    a->n_values != b->n_values)
		return false;
	for (uint32_t i = 0; i < a->n_values; i++) {
		if (!claim_datum_equal(a->type, &a->values[i], &b->values[i],
				       false))
			return false;
	}
	return true;
}

static bool claims_equal(const struct guise_claims *a,
			 const struct guise_claims *b)
{
	if (a == b)
		return true;
	if (guise_claims_n(a) != guise_claims_n(b))
		return false;
	for (size_t i = 0; i < guise_claims_n(a); i++) {
		const struct claim_entry *other = claims_find(
			b, a->entries[i].name, a->entries[i].name_size);

		if (!other || !entries_equal(&a->entries[i], other))
			return false;
	}
	return true;
}

static bool rules_equal(const struct guise_token *a,
			const struct guise_token *b)
{
	const uint32_t counts =
		GUISE_TOKEN_IS_RESTRICTED | GUISE_TOKEN_WRITE_RESTRICTED;

	return !((a->flags ^ b->flags) & counts) &&
	       a->mandatory_policy == b->mandatory_policy &&
	       a->privileges == b->privileges &&
	       a->privileges_enabled == b->privileges_enabled &&
	       guise_sid_equal(a->integrity, b->integrity) &&
	       a->has_trust_level == b->has_trust_level &&
	       guise_sid_equal(&a->trust_level, &b->trust_level);
}

bool guise_tokens_equal(const struct guise_token *a,
			const struct guise_token *b)
{
	if (!a || !b)
		return false;
	if (!guise_sid_equal(&a->sids[0].sid, &b->sids[0].sid) ||
	    a->has_package != b->has_package || !rules_equal(a, b))
		return false;
	for (unsigned kind = 0; kind < GUISE_CLAIMS_KINDS; kind++) {
		if (!claims_equal(a->claims[kind], b->claims[kind]))
			return false;
	}
	return a->sids == b->sids || (sids_within(a, b) && sids_within(b, a));
}

static bool is_anonymous_level(const struct guise_token *token)
{
	return token->type == GUISE_TOKEN_IMPERSONATION &&
	       token->level < GUISE_LEVEL_IDENTIFICATION;
}

int guise_privilege_check(const struct guise_token *token, uint64_t wanted,
			  bool all_necessary, uint64_t *ret_held,
			  bool *ret_result)
{
	uint64_t held;

	if (ret_result)
		*ret_result = false;
	if (!token || !ret_held || !ret_result)
		return -EINVAL;
	if (is_anonymous_level(token))
		return GUISE_E_BAD_LEVEL;
	held = wanted & token->privileges_enabled;
	*ret_held = held;
	*ret_result = all_necessary ? held == wanted : held != 0;
	return 0;
}

/* What an AppContainer's kind is called among the flags. */
static uint32_t kind_of(const struct guise_token *token)
{
	const struct guise_sid_and_attributes *packages =
		&token->sids[n_sids(token) - 1];

	return packages->sid.sub[1] == 1 ? GUISE_MEMBERSHIP_APP_CONTAINER
					 : GUISE_MEMBERSHIP_LPAC;
}

int guise_token_check_membership(const struct guise_token *token,
				 const struct guise_sid *sid, uint32_t flags,
				 bool *ret)
{
	const uint32_t all =
		GUISE_MEMBERSHIP_APP_CONTAINER | GUISE_MEMBERSHIP_LPAC;
	uint8_t need = TOKEN_MATCH_ALLOW;
	uint32_t hash;

	if (ret)
		*ret = false;
	if (!token || !sid || !ret || flags & ~all)
		return -EINVAL;
	if (token->type != GUISE_TOKEN_IMPERSONATION)
		return GUISE_E_NO_IMPERSONATION_TOKEN;
	if (is_anonymous_level(token))
		return GUISE_E_BAD_LEVEL;
	if (!guise_sid_is_valid(sid))
		return GUISE_E_INVALID_SID;
	if (!token->has_package || !(flags & kind_of(token))) {
		*ret = guise_token_is_member(token, sid);
		return 0;
	}
	if (token_is_restricted(token))
		need |= TOKEN_MATCH_RESTRICTED;
	hash = sid_hash(sid);
	*ret = token_may_hold(token, hash) &&
	       (token_match(token, hash, sid) & need) == need;
	return 0;
}
