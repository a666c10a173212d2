/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Access tokens: who someone is, what groups and privileges they have, and
 * what that becomes on Linux. A token is built once, sealed, and from then on
 * immutable; any number of threads may share one by reference.
 */
#ifndef GUISE_TOKEN_H
#define GUISE_TOKEN_H

#include <guise/privilege.h>
#include <guise/sd.h>

#ifdef __cplusplus
extern "C" {
#endif

enum guise_level {
	GUISE_LEVEL_ANONYMOUS = 0,
	GUISE_LEVEL_IDENTIFICATION = 1,
	GUISE_LEVEL_IMPERSONATION = 2,
	GUISE_LEVEL_DELEGATION = 3,
};

enum guise_token_type {
	GUISE_TOKEN_PRIMARY = 1,
	GUISE_TOKEN_IMPERSONATION = 2,
};

enum guise_group_attributes {
	GUISE_GROUP_MANDATORY = 0x1,
	GUISE_GROUP_ENABLED_BY_DEFAULT = 0x2,
	GUISE_GROUP_ENABLED = 0x4,
	GUISE_GROUP_OWNER = 0x8,
	GUISE_GROUP_USE_FOR_DENY_ONLY = 0x10,
	GUISE_GROUP_INTEGRITY = 0x20,
	GUISE_GROUP_INTEGRITY_ENABLED = 0x40,
	GUISE_GROUP_RESOURCE = 0x20000000,
	GUISE_GROUP_LOGON_ID = (int)0xC0000000,
	/* what a plain, ordinary membership has */
	GUISE_GROUP_USUAL = 0x7,
};

enum guise_token_flags {
	GUISE_TOKEN_WRITE_RESTRICTED = 0x0008,
	GUISE_TOKEN_IS_FILTERED = 0x0010,
	GUISE_TOKEN_SANDBOX_INERT = 0x0040,
};

enum guise_mandatory_policy {
	GUISE_MANDATORY_NO_WRITE_UP = 1,
	GUISE_MANDATORY_NEW_PROCESS_MIN = 2,
};

/** struct guise_sid_and_attributes - a group of a token */
struct guise_sid_and_attributes {
	struct guise_sid sid;
	uint32_t attributes;
};

/** struct guise_luid - a 64-bit locally unique id; 0 is "none" */
typedef uint64_t guise_luid;

#define GUISE_UID_NONE UINT32_MAX

/**
 * struct guise_unix_identity - what the token is to the Linux kernel
 * @uid, @gid: effective ids; GUISE_UID_NONE both = the token has no Unix
 *             identity and cannot be impersonated above identification
 * @groups: supplementary groups, sorted, without duplicates; owned by the token
 * @n_groups: elements at @groups
 * @capabilities: bit n = CAP number n; what the enabled privileges map to is
 *                decided by the thread layer, this is what a token file or the
 *                kernel said
 */
struct guise_unix_identity {
	uint32_t uid;
	uint32_t gid;
	const uint32_t *groups;
	size_t n_groups;
	uint64_t capabilities;
};

struct guise_token;
struct guise_token_builder;

/** guise_token_builder_new() - an empty builder: impersonation type at level
 * impersonation, no user, no Unix identity. Return: 0, -ENOMEM, -EINVAL */
GUISE_API GUISE_MUST_USE int
guise_token_builder_new(struct guise_token_builder **ret);
/** guise_token_builder_from() - a builder filled from @token (all fields but
 * the token id), to make an adjusted copy */
GUISE_API GUISE_MUST_USE int
guise_token_builder_from(const struct guise_token *token,
			 struct guise_token_builder **ret);
GUISE_API struct guise_token_builder *
guise_token_builder_free(struct guise_token_builder *builder);
GUISE_API void guise_token_builder_freep(struct guise_token_builder **builder);

/*
 * The setters remember the first failure and report it at seal, so that a
 * token is built without a test after each line. Everything given is copied.
 */
GUISE_API void guise_token_builder_user(struct guise_token_builder *b,
					const struct guise_sid *sid,
					uint32_t attributes);
GUISE_API void guise_token_builder_group(struct guise_token_builder *b,
					 const struct guise_sid *sid,
					 uint32_t attributes);
GUISE_API void guise_token_builder_restricted_sid(struct guise_token_builder *b,
						  const struct guise_sid *sid);
GUISE_API void guise_token_builder_device_group(struct guise_token_builder *b,
						const struct guise_sid *sid,
						uint32_t attributes);
/** present, enabled and enabled-by-default privileges as bit masks; enabled
 * and by-default bits that are not present are dropped */
GUISE_API void guise_token_builder_privileges(struct guise_token_builder *b,
					      uint64_t present,
					      uint64_t enabled,
					      uint64_t enabled_by_default);
GUISE_API void guise_token_builder_type(struct guise_token_builder *b,
					enum guise_token_type type,
					enum guise_level level);
GUISE_API void guise_token_builder_flags(struct guise_token_builder *b,
					 uint32_t flags);
/** default owner; must be the user or a group with GUISE_GROUP_OWNER */
GUISE_API void guise_token_builder_owner(struct guise_token_builder *b,
					 const struct guise_sid *sid);
/** primary group; must be the user or a group of the token */
GUISE_API void guise_token_builder_primary_group(struct guise_token_builder *b,
						 const struct guise_sid *sid);
/** default DACL; NULL = none */
GUISE_API void guise_token_builder_default_dacl(struct guise_token_builder *b,
						const struct guise_acl *dacl);
/** integrity label SID (S-1-16-x); replaces a label group given before */
GUISE_API void guise_token_builder_integrity(struct guise_token_builder *b,
					     const struct guise_sid *label);
GUISE_API void
guise_token_builder_mandatory_policy(struct guise_token_builder *b,
				     uint32_t policy);
/** token id and ids of sessions; whoever mints tokens makes the id unique */
GUISE_API void guise_token_builder_ids(struct guise_token_builder *b,
				       guise_luid token_id,
				       guise_luid authentication_id,
				       guise_luid origin);
/** source name (at most 8 bytes, as on Windows) */
GUISE_API void guise_token_builder_source(struct guise_token_builder *b,
					  const char *name);
/** account name for people ("alice"), for logs; never used for a decision */
GUISE_API void guise_token_builder_name(struct guise_token_builder *b,
					const char *name);
GUISE_API void guise_token_builder_unix(struct guise_token_builder *b,
					uint32_t uid, uint32_t gid,
					const uint32_t *groups,
					size_t n_groups);
GUISE_API void guise_token_builder_capabilities(struct guise_token_builder *b,
						uint64_t capabilities);
/** package SID and capabilities of an AppContainer (lowbox) token */
GUISE_API void guise_token_builder_package(struct guise_token_builder *b,
					   const struct guise_sid *package);
GUISE_API void guise_token_builder_capability(struct guise_token_builder *b,
					      const struct guise_sid *sid,
					      uint32_t attributes);

/**
 * guise_token_builder_seal() - make the token
 *
 * The builder stays usable and owned by the caller. Sorts and de-duplicates
 * Unix groups; hashes all SIDs. Cost: linear in the number of SIDs.
 *
 * Return: 0; GUISE_E_INVALID_SID (no user, or a bad SID);
 * GUISE_E_INVALID_OWNER; GUISE_E_INVALID_PRIMARY_GROUP;
 * GUISE_E_INVALID_TOKEN (attributes that contradict, uid or gid or group -1
 * mixed with real ones); GUISE_E_LIMIT; -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_token_builder_seal(struct guise_token_builder *b,
			 const struct guise_token **ret);

GUISE_API const struct guise_token *
guise_token_ref(const struct guise_token *token);
GUISE_API const struct guise_token *
guise_token_unref(const struct guise_token *token);
GUISE_API void guise_token_unrefp(const struct guise_token **token);

/* Accessors: never fail; pointers are borrowed from the token. */
GUISE_API const struct guise_sid_and_attributes *
guise_token_user(const struct guise_token *token);
GUISE_API const struct guise_sid_and_attributes *
guise_token_groups(const struct guise_token *token, size_t *ret_n);
GUISE_API const struct guise_sid_and_attributes *
guise_token_restricted_sids(const struct guise_token *token, size_t *ret_n);
GUISE_API const struct guise_sid_and_attributes *
guise_token_device_groups(const struct guise_token *token, size_t *ret_n);
GUISE_API const struct guise_sid_and_attributes *
guise_token_capabilities(const struct guise_token *token, size_t *ret_n);
/** NULL unless an AppContainer token */
GUISE_API const struct guise_sid *
guise_token_package(const struct guise_token *token);
GUISE_API uint64_t guise_token_privileges(const struct guise_token *token);
GUISE_API uint64_t
guise_token_privileges_enabled(const struct guise_token *token);
GUISE_API uint64_t
guise_token_privileges_default(const struct guise_token *token);
GUISE_API bool guise_token_has_privilege(const struct guise_token *token,
					 enum guise_privilege privilege);
GUISE_API enum guise_token_type
guise_token_type(const struct guise_token *token);
GUISE_API enum guise_level guise_token_level(const struct guise_token *token);
GUISE_API uint32_t guise_token_flags(const struct guise_token *token);
GUISE_API const struct guise_sid *
guise_token_owner(const struct guise_token *token);
GUISE_API const struct guise_sid *
guise_token_primary_group(const struct guise_token *token);
GUISE_API const struct guise_acl *
guise_token_default_dacl(const struct guise_token *token);
/** integrity label; S-1-16-0 (untrusted) if the token has none */
GUISE_API const struct guise_sid *
guise_token_integrity(const struct guise_token *token);
GUISE_API uint32_t
guise_token_mandatory_policy(const struct guise_token *token);
GUISE_API guise_luid guise_token_id(const struct guise_token *token);
GUISE_API guise_luid
guise_token_authentication_id(const struct guise_token *token);
GUISE_API guise_luid guise_token_origin(const struct guise_token *token);
GUISE_API const char *guise_token_source(const struct guise_token *token);
GUISE_API const char *guise_token_name(const struct guise_token *token);
GUISE_API const struct guise_unix_identity *
guise_token_unix(const struct guise_token *token);
GUISE_API bool guise_token_is_restricted(const struct guise_token *token);

/** guise_token_is_member() - CheckTokenMembership: @sid is the user or an
 * enabled group and, in a restricted token, also a restricting SID.
 * Constant cost. */
GUISE_API bool guise_token_is_member(const struct guise_token *token,
				     const struct guise_sid *sid);

/** guise_token_at_level() - the same token as an impersonation token at
 * @level; @token_id names the new token
 * Return: 0; GUISE_E_BAD_LEVEL if @level is above an impersonation token's
 * own, or not a level; -ENOMEM; -EINVAL. */
GUISE_API GUISE_MUST_USE int
guise_token_at_level(const struct guise_token *token, enum guise_level level,
		     guise_luid token_id, const struct guise_token **ret);

/**
 * guise_token_encode() / guise_token_decode() - the form in which processes
 * pass tokens (versioned, little-endian, all fields). Decoding checks all that
 * sealing checks; whoever decodes must know that the sender may say this.
 * Return of decode: as seal, or GUISE_E_INVALID_TOKEN for malformed bytes.
 */
GUISE_API GUISE_MUST_USE int guise_token_encode(const struct guise_token *token,
						struct guise_buf *out);
GUISE_API GUISE_MUST_USE int guise_token_decode(const void *data, size_t size,
						const struct guise_token **ret);

#ifdef __cplusplus
}
#endif
#endif
