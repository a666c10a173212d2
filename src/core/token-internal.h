/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of a token. One block of memory holds the fields, all SIDs, the
 * table that finds a SID, and a filter that answers "surely not" in about a
 * nanosecond, so that the access check does not care how many groups there
 * are. Nothing in it changes after seal but the reference count, and what is
 * kept because it can be computed from the rest.
 *
 * A token made from another with the same SIDs is the fields only: it points
 * into the block of the token that was sealed with them, and keeps that alive.
 */
#ifndef CORE_TOKEN_INTERNAL_H
#define CORE_TOKEN_INTERNAL_H

#include "base.h"
#include "token-credentials.h"
#include <guise/token.h>

/*
 * What a SID of the token counts for. One SID may be several things at once,
 * so that a user of this must ask for the very bits that it means: a SID that
 * is only a device group is no member. Of each kind a SID that is named
 * deny-only somewhere has but the _DENY bit, however often it occurs.
 */
enum token_match {
	TOKEN_MATCH_ALLOW = 0x01,      /* the user or an enabled group */
	TOKEN_MATCH_DENY = 0x02,       /* the same, and deny-only ones */
	TOKEN_MATCH_RESTRICTED = 0x04, /* in the restricting list */
	/* in an AppContainer's own pass: the package, its enabled capabilities
	 * and the SID of all (restricted) packages */
	TOKEN_MATCH_PACKAGE = 0x08,
	TOKEN_MATCH_DEVICE = 0x10,	 /* an enabled device group */
	TOKEN_MATCH_DEVICE_DENY = 0x20,	 /* the same, and deny-only ones */
	TOKEN_MATCH_PACKAGE_DENY = 0x40, /* PACKAGE, and deny-only ones */
};

/* One slot of the open-addressing table. @where is the index into the token's
 * SIDs plus one, shifted left by 8, with the match bits below; 0 is empty. */
struct token_slot {
	uint32_t hash;
	uint32_t where;
};
static_assert(4 * (uint64_t)GUISE_TOKEN_SIDS_MAX + 3 < 1u << 24,
	      "every index fits above the match bits");

struct guise_token {
	atomic_uint refcount;
	/* of objects that it creates, made at the first: token-sd.c; a
	 * reference, or NULL */
	_Atomic(const struct guise_sd *) object_sd;
	/* the table: masks are sizes (powers of two) minus one */
	uint32_t filter_mask; /* in bits */
	uint32_t slot_mask;
	const uint64_t *filter;
	const struct token_slot *slots;
	/* all SIDs: user, groups, restricting, device groups, capabilities;
	 * then, of an AppContainer, its package and all packages' SID */
	const struct guise_sid_and_attributes *sids;
	size_t n_groups;
	size_t n_restricted;
	size_t n_device_groups;
	size_t n_capabilities;

	enum guise_token_type type;
	enum guise_level level;
	uint32_t flags;
	uint32_t mandatory_policy;
	uint64_t privileges;
	uint64_t privileges_enabled;
	uint64_t privileges_default;
	guise_luid id;
	guise_luid authentication_id;
	guise_luid origin;
	guise_luid parent_id;
	guise_luid modified_id;
	guise_luid source_id;
	int64_t expiration;
	uint32_t session_id;
	uint32_t package_number;
	enum guise_elevation elevation;
	uint8_t audit_policy[GUISE_AUDIT_POLICY_SIZE];
	const struct guise_sid *integrity; /* in @sids or static; never NULL */
	const struct guise_claims *claims[GUISE_CLAIMS_KINDS]; /* references */
	const struct guise_acl *default_dacl;  /* a reference, or NULL */
	struct guise_credentials *credentials; /* a reference, or NULL */
	struct guise_sid owner;
	struct guise_sid primary_group;
	struct guise_sid package;
	struct guise_sid trust_level; /* all zero without one */
	bool has_trust_level;
	bool has_package;
	char source[8 + 1];
	struct guise_unix_identity unix_identity;
	const char *name; /* in the block, NUL-terminated */
	/* the token whose block that is: a reference; NULL: this one */
	const struct guise_token *sealed;
};

/* The largest name a token carries, for people only. */
#define TOKEN_NAME_MAX GUISE_USER_NAME_MAX
#define TOKEN_FLAGS_ALL                                                        \
	((uint32_t)(GUISE_TOKEN_WRITE_RESTRICTED | GUISE_TOKEN_IS_RESTRICTED | \
		    GUISE_TOKEN_SANDBOX_INERT |                                \
		    GUISE_TOKEN_VIRTUALIZE_ALLOWED |                           \
		    GUISE_TOKEN_VIRTUALIZE_ENABLED | GUISE_TOKEN_IS_FILTERED | \
		    GUISE_TOKEN_UI_ACCESS | GUISE_TOKEN_LESS_PRIVILEGED))
#define TOKEN_POLICY_ALL                                                       \
	((uint32_t)(GUISE_MANDATORY_NO_WRITE_UP |                              \
		    GUISE_MANDATORY_NEW_PROCESS_MIN))

/* What a builder has gathered so far. All pointers are its own. */
struct token_sid_list {
	struct guise_sid_and_attributes *at;
	size_t n;
	size_t capacity;
};

struct guise_token_builder {
	int error; /* the first failure of a setter */
	bool has_user;
	bool has_owner;
	bool has_primary_group;
	bool has_package;
	bool has_trust_level;
	bool has_modified_id;
	bool may_have_label; /* one group is GUISE_GROUP_INTEGRITY */
	struct guise_sid_and_attributes user;
	struct token_sid_list groups;
	struct token_sid_list restricted;
	struct token_sid_list device_groups;
	struct token_sid_list capabilities;
	struct guise_sid owner;
	struct guise_sid primary_group;
	struct guise_sid package;
	enum guise_token_type type;
	enum guise_level level;
	uint32_t flags;
	uint32_t mandatory_policy;
	uint64_t privileges;
	uint64_t privileges_enabled;
	uint64_t privileges_default;
	guise_luid id;
	guise_luid authentication_id;
	guise_luid origin;
	guise_luid parent_id;
	guise_luid modified_id;
	guise_luid source_id;
	int64_t expiration;
	uint32_t session_id;
	uint32_t package_number;
	enum guise_elevation elevation;
	uint8_t audit_policy[GUISE_AUDIT_POLICY_SIZE];
	struct guise_sid trust_level;
	const struct guise_claims *claims[GUISE_CLAIMS_KINDS];
	const struct guise_acl *default_dacl;
	struct guise_credentials *credentials;
	uint32_t uid;
	uint32_t gid;
	uint32_t *unix_groups;
	size_t n_unix_groups;
	uint64_t unix_capabilities;
	char source[8 + 1];
	char name[TOKEN_NAME_MAX + 1];
};

/* The user or the group with this SID, or NULL */
const struct guise_sid_and_attributes *
token_builder_find(const struct guise_token_builder *b,
		   const struct guise_sid *sid);
/* LPAC: an AppContainer to which ACEs for all packages do not speak, by flag or
 * by the security attribute that Windows marks such tokens with. */
bool token_builder_is_less_privileged(const struct guise_token_builder *b);
/* A label: S-1-16-x */
bool token_sid_is_label(const struct guise_sid *sid);
/* The owner is the user or may own by its attributes. */
bool token_builder_owner_may_own(const struct guise_token_builder *b);
/* Makes the user the default owner. */
void token_builder_own_by_user(struct guise_token_builder *b);
/* Of a builder that was filled from a token: supplementary Unix groups whose
 * SID is a group that is not enabled leave. 0 or -ENOMEM */
GUISE_MUST_USE int
token_builder_drop_unix_groups(struct guise_token_builder *b);
/* Owner and primary group, given or by default; @b has a user. */
const struct guise_sid *
token_builder_owner(const struct guise_token_builder *b);
const struct guise_sid *
token_builder_primary_group(const struct guise_token_builder *b);
/* Whether all fields agree: the codes guise_token_builder_seal() documents. */
GUISE_MUST_USE int token_builder_check(const struct guise_token_builder *b);

/* A token with all that @token has, to be changed in fields that are no SIDs
 * before anybody else sees it; NULL: no memory. */
struct guise_token *token_copy(const struct guise_token *token);
/* Of a token that nobody else sees yet, whose type and level are final: drops
 * credentials that it is not to have. */
void token_settle_credentials(struct guise_token *token);
/* Privileges that any user may have: what a filter for least privilege and an
 * AppContainer leave. */
extern const uint64_t token_usual_privileges;

/* Restricting SIDs count; there may be none left of them. */
static inline bool token_is_restricted(const struct guise_token *token)
{
	return token->flags & GUISE_TOKEN_IS_RESTRICTED;
}

/* false: no SID of the token has this sid_hash() */
static inline bool token_may_hold(const struct guise_token *token,
				  uint32_t hash)
{
	uint32_t bit = hash & token->filter_mask;

	return token->filter[bit / 64] >> (bit % 64) & 1;
}

/* @sid is valid. Whatever a caller left in the unused part must not make equal
 * SIDs differ. */
static inline void token_sid_copy(struct guise_sid *to,
				  const struct guise_sid *sid)
{
	*to = *sid;
	for (size_t i = sid->n_subs; i < GUISE_SID_MAX_SUBS; i++)
		to->sub[i] = 0;
	memset(to->zero, 0, sizeof(to->zero));
}

/* guise_sid_equal() of SIDs already known to be valid, without the calls. */
static inline bool token_sid_same(const struct guise_sid *a,
				  const struct guise_sid *b)
{
	if (a->authority != b->authority || a->n_subs != b->n_subs)
		return false;
	/* from the end: the last one differs most */
	for (size_t i = a->n_subs; i-- > 0;) {
		if (a->sub[i] != b->sub[i])
			return false;
	}
	return true;
}

/* Match bits of a SID, parsed or as checked bytes; 0 if the token lacks it. */
static inline uint8_t token_match(const struct guise_token *token,
				  uint32_t hash, const struct guise_sid *sid)
{
	const struct token_slot *slot;
	uint32_t at = hash & token->slot_mask;

	for (; (slot = &token->slots[at])->where;
	     at = (at + 1) & token->slot_mask) {
		if (slot->hash == hash &&
		    token_sid_same(&token->sids[(slot->where >> 8) - 1].sid,
				   sid))
			return (uint8_t)slot->where;
	}
	return 0;
}

uint8_t token_match_raw(const struct guise_token *token, uint32_t hash,
			const uint8_t *sid, uint8_t n_subs);

#endif
