/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Access tokens: who someone is, what groups and privileges they have, and
 * what that becomes on Linux. A token is built once, sealed, and from then on
 * immutable; any number of threads may share one by reference.
 *
 * Thread-safety: a token's functions may be called from any thread on the same
 * token (its count is atomic); a builder belongs to one thread at a time.
 * Cost: accessors, reference counting and membership are constant; a setter
 * copies what it is given; copying, sealing, encoding and decoding are linear
 * in the number of SIDs and Unix groups.
 *
 * Rules: MS-DTYP 2.5.2 (the token), winnt.h (attributes, flags, levels),
 * NtCreateToken (what may be owner and primary group).
 */
#ifndef GUISE_TOKEN_H
#define GUISE_TOKEN_H

#include <guise/claim.h>
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
	/* set with restricting SIDs; also where none is left of them: then
	 * their pass grants nothing */
	GUISE_TOKEN_IS_RESTRICTED = 0x0010,
	GUISE_TOKEN_SANDBOX_INERT = 0x0040,
	GUISE_TOKEN_VIRTUALIZE_ALLOWED = 0x0200,
	GUISE_TOKEN_VIRTUALIZE_ENABLED = 0x0400, /* only where allowed */
	/* made by filtering, once, also of what was filtered */
	GUISE_TOKEN_IS_FILTERED = 0x0800,
	GUISE_TOKEN_UI_ACCESS = 0x1000,
	/* of an AppContainer: S-1-15-2-2 instead of S-1-15-2-1 (LPAC); the
	 * local claim WIN://NOALLAPPPKG does the same */
	GUISE_TOKEN_LESS_PRIVILEGED = 0x00080000,
};

enum guise_mandatory_policy {
	GUISE_MANDATORY_NO_WRITE_UP = 1,
	GUISE_MANDATORY_NEW_PROCESS_MIN = 2,
};

/** enum guise_elevation - what a split logon made of it */
enum guise_elevation {
	GUISE_ELEVATION_DEFAULT = 1, /* the logon was not split */
	GUISE_ELEVATION_FULL = 2,
	GUISE_ELEVATION_LIMITED = 3,
};

/** GUISE_TOKEN_NEVER_EXPIRES - expiration of a token, as Windows has it */
#define GUISE_TOKEN_NEVER_EXPIRES INT64_MAX

/** enum guise_token_claims - what a set of claims of a token is about */
enum guise_token_claims_kind {
	GUISE_CLAIMS_USER = 0,	      /* @User. */
	GUISE_CLAIMS_DEVICE,	      /* @Device. */
	GUISE_CLAIMS_LOCAL,	      /* no prefix: security attributes */
	GUISE_CLAIMS_RESTRICTED_USER, /* in the pass over restricting SIDs */
	GUISE_CLAIMS_RESTRICTED_DEVICE,
	GUISE_CLAIMS_KINDS,
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

/**
 * guise_luid_new() - a fresh id for a token or a logon session: random, never 0
 * and never one of Windows' reserved ones; a forked child gets others. Aborts
 * if the kernel has no randomness. Thread-safe; one in 500 is a system call
 */
GUISE_API guise_luid guise_luid_new(void);

struct guise_token;
struct guise_token_builder;

/**
 * guise_token_builder_new() - an empty builder: impersonation type at level
 * impersonation, no user, no Unix identity
 * @ret: the caller's, until guise_token_builder_free()
 *
 * Return: 0; -ENOMEM; -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int
guise_token_builder_new(struct guise_token_builder **ret);

/**
 * guise_token_builder_from() - a builder filled from @token (all fields but the
 * token id), to make an adjusted copy
 * @token: borrowed
 * @ret: the caller's, until guise_token_builder_free()
 *
 * Return: 0; -ENOMEM; -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int
guise_token_builder_from(const struct guise_token *token,
			 struct guise_token_builder **ret);

/**
 * guise_token_builder_free() - NULL is fine; always returns NULL. Tokens
 * already sealed live on
 */
GUISE_API struct guise_token_builder *
guise_token_builder_free(struct guise_token_builder *builder);

/**
 * guise_token_builder_freep() - free *@builder and set it to NULL, for
 * GUISE_AUTO(); @builder is not NULL, *@builder may be
 */
GUISE_API void guise_token_builder_freep(struct guise_token_builder **builder);

/*
 * The setters remember the first failure and report it at seal, so that a
 * token is built without a test after each line. Everything given is copied.
 * A NULL builder is ignored. Failures of all: -EINVAL (a NULL that is not
 * allowed), -ENOMEM; of those that take a SID GUISE_E_INVALID_SID; of those
 * that take attributes GUISE_E_INVALID_TOKEN (both enabled and deny-only); of
 * those that add to a list GUISE_E_LIMIT (GUISE_TOKEN_SIDS_MAX each).
 */

/**
 * guise_token_builder_user() - who it is; @attributes: 0 or
 * GUISE_GROUP_USE_FOR_DENY_ONLY, else it counts as enabled. Needed
 */
GUISE_API void guise_token_builder_user(struct guise_token_builder *b,
					const struct guise_sid *sid,
					uint32_t attributes);

/**
 * guise_token_builder_group() - add a group; @attributes: enum
 * guise_group_attributes, GUISE_GROUP_USUAL for a plain membership. With
 * GUISE_GROUP_INTEGRITY it is the integrity label, of which there is one
 */
GUISE_API void guise_token_builder_group(struct guise_token_builder *b,
					 const struct guise_sid *sid,
					 uint32_t attributes);

/**
 * guise_token_builder_restricted_sid() - add a restricting SID: access must
 * then be granted to the restricting SIDs too (CreateRestrictedToken)
 */
GUISE_API void guise_token_builder_restricted_sid(struct guise_token_builder *b,
						  const struct guise_sid *sid);

/**
 * guise_token_builder_claims() - replace the claims of one kind; takes a
 * reference of its own; NULL or an empty set = none. No such kind: -EINVAL
 */
GUISE_API void guise_token_builder_claims(struct guise_token_builder *b,
					  enum guise_token_claims_kind kind,
					  const struct guise_claims *claims);

/**
 * guise_token_builder_trust_level() - process trust SID (S-1-19-type-level,
 * else GUISE_E_INVALID_SID); NULL = none, the lowest, as S-1-19-0-0 is
 */
GUISE_API void guise_token_builder_trust_level(struct guise_token_builder *b,
					       const struct guise_sid *sid);

/**
 * guise_token_builder_device_group() - add a group of the client's device, for
 * the Device_Member_of operators of conditional ACEs, in all passes of a check:
 * restricting a token does not restrict its device
 */
GUISE_API void guise_token_builder_device_group(struct guise_token_builder *b,
						const struct guise_sid *sid,
						uint32_t attributes);

/**
 * guise_token_builder_privileges() - replace the privileges, as bit masks
 * @present: bits of GUISE_PRIVILEGE_ALL; others fail with GUISE_E_INVALID_TOKEN
 * @enabled, @enabled_by_default: bits that are not present are dropped
 */
GUISE_API void guise_token_builder_privileges(struct guise_token_builder *b,
					      uint64_t present,
					      uint64_t enabled,
					      uint64_t enabled_by_default);

/**
 * guise_token_builder_type() - primary or impersonation, and the level; other
 * values fail at seal with GUISE_E_INVALID_TOKEN
 */
GUISE_API void guise_token_builder_type(struct guise_token_builder *b,
					enum guise_token_type type,
					enum guise_level level);

/**
 * guise_token_builder_flags() - replace enum guise_token_flags; unknown bits,
 * and GUISE_TOKEN_LESS_PRIVILEGED without a package, fail at seal with
 * GUISE_E_INVALID_TOKEN
 */
GUISE_API void guise_token_builder_flags(struct guise_token_builder *b,
					 uint32_t flags);

/**
 * guise_token_builder_owner() - default owner of new objects; must be the user
 * or a group with GUISE_GROUP_OWNER that is not deny-only, else seal says
 * GUISE_E_INVALID_OWNER. Not given: the user
 */
GUISE_API void guise_token_builder_owner(struct guise_token_builder *b,
					 const struct guise_sid *sid);

/**
 * guise_token_builder_primary_group() - must be the user or a group of the
 * token, else seal says GUISE_E_INVALID_PRIMARY_GROUP. Not given: the first
 * group that is no label, else the user
 */
GUISE_API void guise_token_builder_primary_group(struct guise_token_builder *b,
						 const struct guise_sid *sid);

/**
 * guise_token_builder_default_dacl() - DACL for new objects that inherit none;
 * takes a reference of its own; NULL = none
 */
GUISE_API void guise_token_builder_default_dacl(struct guise_token_builder *b,
						const struct guise_acl *dacl);

/**
 * guise_token_builder_integrity() - integrity label (S-1-16-x, else
 * GUISE_E_INVALID_SID); replaces a label group given before. Linear in the
 * groups
 */
GUISE_API void guise_token_builder_integrity(struct guise_token_builder *b,
					     const struct guise_sid *label);

/**
 * guise_token_builder_mandatory_policy() - enum guise_mandatory_policy (MS-DTYP
 * 2.5.3.3); unknown bits fail at seal with GUISE_E_INVALID_TOKEN
 */
GUISE_API void
guise_token_builder_mandatory_policy(struct guise_token_builder *b,
				     uint32_t policy);

/**
 * guise_token_builder_ids() - token id and ids of sessions; whoever mints
 * tokens makes @token_id unique (guise_luid_new())
 * @authentication_id: the logon session
 * @origin: the logon session that asked for this logon; 0 = none
 */
GUISE_API void guise_token_builder_ids(struct guise_token_builder *b,
				       guise_luid token_id,
				       guise_luid authentication_id,
				       guise_luid origin);

/**
 * guise_token_builder_source() - source name (at most 8 bytes, as on Windows;
 * more: GUISE_E_LIMIT)
 */
GUISE_API void guise_token_builder_source(struct guise_token_builder *b,
					  const char *name);

/**
 * guise_token_builder_source_id() - the LUID of the source; 0 = none
 */
GUISE_API void guise_token_builder_source_id(struct guise_token_builder *b,
					     guise_luid id);

/**
 * guise_token_builder_parent_id() - token id of the token that it was filtered
 * from; 0 = none
 */
GUISE_API void guise_token_builder_parent_id(struct guise_token_builder *b,
					     guise_luid id);

/**
 * guise_token_builder_modified_id() - renewed with each change. Not given: the
 * token id
 */
GUISE_API void guise_token_builder_modified_id(struct guise_token_builder *b,
					       guise_luid id);

/**
 * guise_token_builder_expiration() - in 100 ns since 1601; nobody enforces it.
 * Not given: GUISE_TOKEN_NEVER_EXPIRES
 */
GUISE_API void guise_token_builder_expiration(struct guise_token_builder *b,
					      int64_t expiration);

/**
 * guise_token_builder_session() - number of the terminal session; 0 without
 */
GUISE_API void guise_token_builder_session(struct guise_token_builder *b,
					   uint32_t session_id);

/**
 * guise_token_builder_elevation() - another value fails at seal with
 * GUISE_E_INVALID_TOKEN. Not given: GUISE_ELEVATION_DEFAULT
 */
GUISE_API void guise_token_builder_elevation(struct guise_token_builder *b,
					     enum guise_elevation elevation);

/**
 * guise_token_builder_audit_policy() - the user's audit policy, two categories
 * a byte, as TOKEN_AUDIT_POLICY has it; information only. More than
 * GUISE_AUDIT_POLICY_SIZE bytes: GUISE_E_LIMIT; fewer: zeros follow
 */
GUISE_API void guise_token_builder_audit_policy(struct guise_token_builder *b,
						const void *policy,
						size_t size);

/**
 * guise_token_builder_package_number() - number of the AppContainer; without a
 * package other than 0 fails at seal with GUISE_E_INVALID_TOKEN
 */
GUISE_API void guise_token_builder_package_number(struct guise_token_builder *b,
						  uint32_t number);

/**
 * guise_token_builder_name() - account name for people ("alice"), for logs;
 * never used for a decision. More than GUISE_USER_NAME_MAX bytes: GUISE_E_LIMIT
 */
GUISE_API void guise_token_builder_name(struct guise_token_builder *b,
					const char *name);

/**
 * guise_token_builder_unix() - replace the Unix identity
 * @uid, @gid: both GUISE_UID_NONE (then no groups) or neither, else seal says
 *             GUISE_E_INVALID_TOKEN
 * @groups: borrowed, @n_groups of them, in any order, none of them -1; more
 * than GUISE_UNIX_GROUPS_MAX: GUISE_E_LIMIT
 */
GUISE_API void guise_token_builder_unix(struct guise_token_builder *b,
					uint32_t uid, uint32_t gid,
					const uint32_t *groups,
					size_t n_groups);

/**
 * guise_token_builder_capabilities() - Linux capabilities, bit n = CAP number
 * n; information only, see struct guise_unix_identity
 */
GUISE_API void guise_token_builder_capabilities(struct guise_token_builder *b,
						uint64_t capabilities);

/**
 * guise_token_builder_package() - package SID of an AppContainer (lowbox) token
 */
GUISE_API void guise_token_builder_package(struct guise_token_builder *b,
					   const struct guise_sid *package);

/**
 * guise_token_builder_capability() - add a capability SID of an AppContainer;
 * without a package seal says GUISE_E_INVALID_TOKEN
 */
GUISE_API void guise_token_builder_capability(struct guise_token_builder *b,
					      const struct guise_sid *sid,
					      uint32_t attributes);

/**
 * guise_token_builder_seal() - make the token
 * @ret: returns a reference
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

/** guise_token_ref() - one more reference; returns @token, NULL for NULL */
GUISE_API const struct guise_token *
guise_token_ref(const struct guise_token *token);

/**
 * guise_token_unref() - give a reference back; the last one frees the token.
 * NULL is fine; always returns NULL
 */
GUISE_API const struct guise_token *
guise_token_unref(const struct guise_token *token);

/**
 * guise_token_unrefp() - unref *@token and set it to NULL, for GUISE_AUTO();
 * @token is not NULL, *@token may be
 */
GUISE_API void guise_token_unrefp(const struct guise_token **token);

/* Accessors: never fail; neither the token nor @ret_n is NULL; pointers are
 * borrowed from the token. A list has *@ret_n entries in the order they were
 * added, and must not be read when that is 0. */

/** guise_token_user() - the user and its attributes; never NULL */
GUISE_API const struct guise_sid_and_attributes *
guise_token_user(const struct guise_token *token);

/** guise_token_groups() - groups, the integrity label among them */
GUISE_API const struct guise_sid_and_attributes *
guise_token_groups(const struct guise_token *token, size_t *ret_n);

/** guise_token_restricted_sids() - restricting SIDs */
GUISE_API const struct guise_sid_and_attributes *
guise_token_restricted_sids(const struct guise_token *token, size_t *ret_n);

/** guise_token_device_groups() - groups of the client's device */
GUISE_API const struct guise_sid_and_attributes *
guise_token_device_groups(const struct guise_token *token, size_t *ret_n);

/** guise_token_capabilities() - capability SIDs of an AppContainer */
GUISE_API const struct guise_sid_and_attributes *
guise_token_capabilities(const struct guise_token *token, size_t *ret_n);

/**
 * guise_token_claims() - the claims of one kind; NULL if there are none, or no
 * such kind
 */
GUISE_API const struct guise_claims *
guise_token_claims(const struct guise_token *token,
		   enum guise_token_claims_kind kind);

/** guise_token_trust_level() - process trust SID; NULL if it has none */
GUISE_API const struct guise_sid *
guise_token_trust_level(const struct guise_token *token);

/** guise_token_package() - its SID; NULL unless an AppContainer token */
GUISE_API const struct guise_sid *
guise_token_package(const struct guise_token *token);

/** guise_token_privileges() - present ones, bit n = privilege n */
GUISE_API uint64_t guise_token_privileges(const struct guise_token *token);

/** guise_token_privileges_enabled() - those of the present that are enabled */
GUISE_API uint64_t
guise_token_privileges_enabled(const struct guise_token *token);

/** guise_token_privileges_default() - those enabled by default */
GUISE_API uint64_t
guise_token_privileges_default(const struct guise_token *token);

/**
 * guise_token_has_privilege() - @privilege is present and enabled; false for a
 * number that is no privilege
 */
GUISE_API bool guise_token_has_privilege(const struct guise_token *token,
					 enum guise_privilege privilege);

/** guise_token_type() - primary or impersonation */
GUISE_API enum guise_token_type
guise_token_type(const struct guise_token *token);

/** guise_token_level() - impersonation level, also kept by primary ones */
GUISE_API enum guise_level guise_token_level(const struct guise_token *token);

/** guise_token_flags() - bits of enum guise_token_flags */
GUISE_API uint32_t guise_token_flags(const struct guise_token *token);

/** guise_token_owner() - default owner of new objects; never NULL */
GUISE_API const struct guise_sid *
guise_token_owner(const struct guise_token *token);

/** guise_token_primary_group() - of new objects; never NULL */
GUISE_API const struct guise_sid *
guise_token_primary_group(const struct guise_token *token);

/** guise_token_default_dacl() - DACL of new objects; NULL if it has none */
GUISE_API const struct guise_acl *
guise_token_default_dacl(const struct guise_token *token);

/**
 * guise_token_integrity() - integrity label; S-1-16-0 (untrusted) if the token
 * has none; never NULL
 */
GUISE_API const struct guise_sid *
guise_token_integrity(const struct guise_token *token);

/** guise_token_mandatory_policy() - bits of enum guise_mandatory_policy */
GUISE_API uint32_t
guise_token_mandatory_policy(const struct guise_token *token);

/** guise_token_id() - this very token; not kept by adjusted copies */
GUISE_API guise_luid guise_token_id(const struct guise_token *token);

/** guise_token_authentication_id() - its logon session */
GUISE_API guise_luid
guise_token_authentication_id(const struct guise_token *token);

/** guise_token_origin() - the logon session that asked for it; 0 = none */
GUISE_API guise_luid guise_token_origin(const struct guise_token *token);

/**
 * guise_token_source() - who made it, at most 8 bytes and NUL; "" if unknown
 */
GUISE_API const char *guise_token_source(const struct guise_token *token);

/** guise_token_source_id() - the LUID of the source; 0 = none */
GUISE_API guise_luid guise_token_source_id(const struct guise_token *token);

/** guise_token_parent_id() - token it was filtered from; 0 = none */
GUISE_API guise_luid guise_token_parent_id(const struct guise_token *token);

/** guise_token_modified_id() - another after each change */
GUISE_API guise_luid guise_token_modified_id(const struct guise_token *token);

/** guise_token_expiration() - in 100 ns since 1601; nobody enforces it */
GUISE_API int64_t guise_token_expiration(const struct guise_token *token);

/** guise_token_session() - number of the terminal session; 0 without */
GUISE_API uint32_t guise_token_session(const struct guise_token *token);

/** guise_token_elevation() - what a split logon made of it */
GUISE_API enum guise_elevation
guise_token_elevation(const struct guise_token *token);

/**
 * guise_token_is_elevated() - TokenElevation: it is the full one of a split
 * logon; or of no split logon, and an enabled member of the administrators
 */
GUISE_API bool guise_token_is_elevated(const struct guise_token *token);

/** guise_token_audit_policy() - GUISE_AUDIT_POLICY_SIZE bytes; never NULL */
GUISE_API const uint8_t *
guise_token_audit_policy(const struct guise_token *token);

/** guise_token_package_number() - of its AppContainer; 0 without */
GUISE_API uint32_t guise_token_package_number(const struct guise_token *token);

/**
 * guise_token_logon_sid() - the group with GUISE_GROUP_LOGON_ID, the SID of its
 * logon session (S-1-5-5-x-y); NULL if it has none. Linear in the groups
 */
GUISE_API const struct guise_sid_and_attributes *
guise_token_logon_sid(const struct guise_token *token);

/**
 * guise_token_dynamic_used() - bytes of default DACL and primary group
 */
GUISE_API uint32_t guise_token_dynamic_used(const struct guise_token *token);

/**
 * guise_token_dynamic_charged() - bytes that default DACL and primary group may
 * take when they are set: GUISE_TOKEN_DYNAMIC_SIZE, or what is used already
 */
GUISE_API uint32_t guise_token_dynamic_charged(const struct guise_token *token);

/**
 * guise_token_name() - account name for logs; "" if unknown. No decision
 * may rest on it
 */
GUISE_API const char *guise_token_name(const struct guise_token *token);

/**
 * guise_token_unix() - what it is to the kernel; never NULL, its uid is
 * GUISE_UID_NONE if it is nobody there
 */
GUISE_API const struct guise_unix_identity *
guise_token_unix(const struct guise_token *token);

/**
 * guise_token_is_restricted() - it has restricting SIDs (IsTokenRestricted), or
 * had, and their pass grants nothing
 */
GUISE_API bool guise_token_is_restricted(const struct guise_token *token);

/**
 * guise_token_is_member() - CheckTokenMembership: @sid is the user or an
 * enabled group and, in a restricted token, also a restricting SID. An
 * AppContainer's token is a member of its package and capabilities only, as
 * without CTMF_INCLUDE_APPCONTAINER
 *
 * False on NULL or an invalid SID. Constant cost.
 */
GUISE_API bool guise_token_is_member(const struct guise_token *token,
				     const struct guise_sid *sid);

/**
 * guise_token_has_capability() - CheckTokenCapability: @capability is an
 * enabled capability of the AppContainer; of a token that is none,
 * guise_token_is_member()
 *
 * False on NULL or an invalid SID. Constant cost.
 */
GUISE_API bool guise_token_has_capability(const struct guise_token *token,
					  const struct guise_sid *capability);

/**
 * guise_token_at_level() - the same token as an impersonation token at @level
 * @token_id: names the new token
 * @ret: returns a reference
 *
 * DuplicateTokenEx for the usual case, see guise_token_duplicate(). Return: 0;
 * GUISE_E_BAD_LEVEL if @level is above an impersonation token's own, or not a
 * level; -ENOMEM; -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int
guise_token_at_level(const struct guise_token *token, enum guise_level level,
		     guise_luid token_id, const struct guise_token **ret);

/**
 * guise_token_encode() - append the form in which processes pass tokens
 * (versioned, little-endian, all fields; one encoding for each token)
 * @out: the caller's; its content is unchanged on failure
 *
 * Return: 0; GUISE_E_LIMIT (more than GUISE_TOKEN_ENCODED_MAX); -ENOMEM;
 * -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int guise_token_encode(const struct guise_token *token,
						struct guise_buf *out);

/**
 * guise_token_decode() - read what guise_token_encode() wrote
 * @data, @size: borrowed, untrusted; at most GUISE_TOKEN_ENCODED_MAX bytes
 * @ret: returns a reference
 *
 * Checks all that sealing checks; whoever decodes must know that the sender may
 * say this. Return: as seal, or GUISE_E_INVALID_TOKEN for malformed bytes.
 */
GUISE_API GUISE_MUST_USE int guise_token_decode(const void *data, size_t size,
						const struct guise_token **ret);

#ifdef __cplusplus
}
#endif
#endif
