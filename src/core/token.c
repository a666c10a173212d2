/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sealed token: reading it, sharing it, asking it for a SID. Immutable, so
 * that any number of threads read it without a lock.
 */
#include "acl-internal.h"
#include "sid-hash.h"
#include "token-internal.h"

const struct guise_token *guise_token_ref(const struct guise_token *token)
{
	/* the count is the one field that is not part of the value */
	if (token)
		refcount_get((atomic_uint *)(uintptr_t)&token->refcount);
	return token;
}

const struct guise_token *guise_token_unref(const struct guise_token *token)
{
	struct guise_token *t = (struct guise_token *)(uintptr_t)token;

	if (!t || !refcount_put(&t->refcount))
		return NULL;
	(void)guise_acl_unref(t->default_dacl);
	for (unsigned kind = 0; kind < GUISE_CLAIMS_KINDS; kind++)
		(void)guise_claims_unref(t->claims[kind]);
	(void)credentials_unref(t->credentials);
	(void)guise_sd_unref(atomic_load(&t->object_sd));
	(void)guise_token_unref(t->sealed); /* which has none of its own */
	free(t);
	return NULL;
}

void guise_token_unrefp(const struct guise_token **token)
{
	*token = guise_token_unref(*token);
}

uint8_t token_match_raw(const struct guise_token *token, uint32_t hash,
			const uint8_t *sid, uint8_t n_subs)
{
	const struct token_slot *slot;
	uint32_t at = hash & token->slot_mask;

	for (; (slot = &token->slots[at])->where;
	     at = (at + 1) & token->slot_mask) {
		if (slot->hash == hash &&
		    sid_equal_raw(&token->sids[(slot->where >> 8) - 1].sid, sid,
				  n_subs))
			return (uint8_t)slot->where;
	}
	return 0;
}

/* Whether @sid has all the bits of @need. */
static bool has_bits(const struct guise_token *token,
		     const struct guise_sid *sid, uint8_t need)
{
	uint32_t hash;

	if (!guise_sid_is_valid(sid))
		return false;
	hash = sid_hash(sid);
	return token_may_hold(token, hash) &&
	       (token_match(token, hash, sid) & need) == need;
}

/* An AppContainer is what its package is, and not its user's groups: without
 * CTMF_INCLUDE_APPCONTAINER Windows says so, too. */
bool guise_token_is_member(const struct guise_token *token,
			   const struct guise_sid *sid)
{
	uint8_t need = TOKEN_MATCH_ALLOW;

	if (!token || !sid)
		return false;
	if (token->has_package)
		need = TOKEN_MATCH_PACKAGE;
	if (token_is_restricted(token))
		need |= TOKEN_MATCH_RESTRICTED;
	return has_bits(token, sid, need);
}

/* The capabilities of an AppContainer share their bit with the package itself
 * and with the SID of all packages, which are none. */
bool guise_token_has_capability(const struct guise_token *token,
				const struct guise_sid *capability)
{
	const struct guise_sid_and_attributes *sids;
	size_t n;

	if (!token || !capability)
		return false;
	if (!token->has_package)
		return guise_token_is_member(token, capability);
	sids = guise_token_capabilities(token, &n);
	return !guise_sid_equal(&sids[n].sid, capability) &&
	       !guise_sid_equal(&sids[n + 1].sid, capability) &&
	       has_bits(token, capability, TOKEN_MATCH_PACKAGE);
}

const struct guise_sid_and_attributes *
guise_token_user(const struct guise_token *token)
{
	return token->sids;
}

const struct guise_sid_and_attributes *
guise_token_groups(const struct guise_token *token, size_t *ret_n)
{
	*ret_n = token->n_groups;
	return token->sids + 1;
}

const struct guise_sid_and_attributes *
guise_token_restricted_sids(const struct guise_token *token, size_t *ret_n)
{
	*ret_n = token->n_restricted;
	return token->sids + 1 + token->n_groups;
}

const struct guise_sid_and_attributes *
guise_token_device_groups(const struct guise_token *token, size_t *ret_n)
{
	*ret_n = token->n_device_groups;
	return token->sids + 1 + token->n_groups + token->n_restricted;
}

const struct guise_sid_and_attributes *
guise_token_capabilities(const struct guise_token *token, size_t *ret_n)
{
	*ret_n = token->n_capabilities;
	return token->sids + 1 + token->n_groups + token->n_restricted +
	       token->n_device_groups;
}

const struct guise_claims *guise_token_claims(const struct guise_token *token,
					      enum guise_token_claims_kind kind)
{
	if ((unsigned)kind >= GUISE_CLAIMS_KINDS)
		return NULL;
	return token->claims[kind];
}

const struct guise_sid *guise_token_trust_level(const struct guise_token *token)
{
	return token->has_trust_level ? &token->trust_level : NULL;
}

const struct guise_sid *guise_token_package(const struct guise_token *token)
{
	return token->has_package ? &token->package : NULL;
}

uint64_t guise_token_privileges(const struct guise_token *token)
{
	return token->privileges;
}

uint64_t guise_token_privileges_enabled(const struct guise_token *token)
{
	return token->privileges_enabled;
}

uint64_t guise_token_privileges_default(const struct guise_token *token)
{
	return token->privileges_default;
}

bool guise_token_has_privilege(const struct guise_token *token,
			       enum guise_privilege privilege)
{
	if (privilege < GUISE_PRIVILEGE_MIN || privilege > GUISE_PRIVILEGE_MAX)
		return false;
	return token->privileges_enabled & GUISE_PRIVILEGE_BIT(privilege);
}

enum guise_token_type guise_token_type(const struct guise_token *token)
{
	return token->type;
}

enum guise_level guise_token_level(const struct guise_token *token)
{
	return token->level;
}

uint32_t guise_token_flags(const struct guise_token *token)
{
	return token->flags;
}

const struct guise_sid *guise_token_owner(const struct guise_token *token)
{
	return &token->owner;
}

const struct guise_sid *
guise_token_primary_group(const struct guise_token *token)
{
	return &token->primary_group;
}

const struct guise_acl *
guise_token_default_dacl(const struct guise_token *token)
{
	return token->default_dacl;
}

const struct guise_sid *guise_token_integrity(const struct guise_token *token)
{
	return token->integrity;
}

uint32_t guise_token_mandatory_policy(const struct guise_token *token)
{
	return token->mandatory_policy;
}

guise_luid guise_token_id(const struct guise_token *token)
{
	return token->id;
}

guise_luid guise_token_authentication_id(const struct guise_token *token)
{
	return token->authentication_id;
}

guise_luid guise_token_origin(const struct guise_token *token)
{
	return token->origin;
}

guise_luid guise_token_parent_id(const struct guise_token *token)
{
	return token->parent_id;
}

guise_luid guise_token_modified_id(const struct guise_token *token)
{
	return token->modified_id;
}

guise_luid guise_token_source_id(const struct guise_token *token)
{
	return token->source_id;
}

int64_t guise_token_expiration(const struct guise_token *token)
{
	return token->expiration;
}

uint32_t guise_token_session(const struct guise_token *token)
{
	return token->session_id;
}

uint32_t guise_token_package_number(const struct guise_token *token)
{
	return token->package_number;
}

enum guise_elevation guise_token_elevation(const struct guise_token *token)
{
	return token->elevation;
}

/* Windows does not say what it takes for elevation where no logon was split. */
bool guise_token_is_elevated(const struct guise_token *token)
{
	static const struct guise_sid administrators = {
		.authority = 5, .sub = {32, 544}, .n_subs = 2};

	if (token->elevation != GUISE_ELEVATION_DEFAULT)
		return token->elevation == GUISE_ELEVATION_FULL;
	return has_bits(token, &administrators, TOKEN_MATCH_ALLOW);
}

const uint8_t *guise_token_audit_policy(const struct guise_token *token)
{
	return token->audit_policy;
}

const struct guise_sid_and_attributes *
guise_token_logon_sid(const struct guise_token *token)
{
	const uint32_t logon = (uint32_t)GUISE_GROUP_LOGON_ID;

	for (size_t i = 1; i <= token->n_groups; i++) {
		if ((token->sids[i].attributes & logon) == logon)
			return &token->sids[i];
	}
	return NULL;
}

uint32_t guise_token_dynamic_used(const struct guise_token *token)
{
	size_t dacl =
		token->default_dacl ? token->default_dacl->encoded_size : 0;

	return (uint32_t)(dacl + guise_sid_size(&token->primary_group));
}

uint32_t guise_token_dynamic_charged(const struct guise_token *token)
{
	uint32_t used = guise_token_dynamic_used(token);

	return used > GUISE_TOKEN_DYNAMIC_SIZE ? used
					       : GUISE_TOKEN_DYNAMIC_SIZE;
}

const char *guise_token_source(const struct guise_token *token)
{
	return token->source;
}

const char *guise_token_name(const struct guise_token *token)
{
	return token->name;
}

const struct guise_unix_identity *
guise_token_unix(const struct guise_token *token)
{
	return &token->unix_identity;
}

bool guise_token_is_restricted(const struct guise_token *token)
{
	return token_is_restricted(token);
}
