/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens made from tokens: duplicates, filtered and lowbox tokens, adjusted
 * privileges and groups, changed fields. A token is immutable, so each of these
 * leaves its source as it is and gives a new one; who wants "the" token of a
 * process to change keeps it in a cell (token-object.h). Nothing here asks
 * whether the caller may do it: that, too, is the cell's handle.
 *
 * All functions are thread-safe. What does not touch the SIDs (privileges,
 * duplicates, most fields) shares them with its source and costs one small
 * allocation, whatever the number of groups; what does is linear in them.
 *
 * A group that is a Unix group (S-1-22-2-gid) and is not enabled any more
 * leaves the supplementary groups of the Unix identity, for good: enabling it
 * again gives back what ACEs grant it, not what the kernel does.
 *
 * Ids are given, never made: this is pure. guise_luid_new() makes them.
 *
 * Rules: NtDuplicateToken, NtFilterToken, NtAdjustPrivilegesToken,
 * NtAdjustGroupsToken, NtSetInformationToken, NtCreateLowBoxToken,
 * NtCompareTokens, NtPrivilegeCheck, CheckTokenMembershipEx.
 */
#ifndef GUISE_TOKEN_CHANGE_H
#define GUISE_TOKEN_CHANGE_H

#include <guise/token.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct guise_duplicate_options - what the duplicate is to be
 * @size: sizeof(struct guise_duplicate_options)
 * @type: primary or impersonation
 * @level: of an impersonation token; must be a level also for a primary one,
 *         which keeps its source's
 * @effective_only: leave out the privileges and groups that are not enabled, so
 *         that nobody can enable them; deny-only groups, the label and the user
 *         stay
 * @token_id: names the new token
 */
struct guise_duplicate_options {
	size_t size;
	enum guise_token_type type;
	enum guise_level level;
	bool effective_only;
	guise_luid token_id;
};

/**
 * guise_token_duplicate() - DuplicateTokenEx
 * @token, @options: borrowed
 * @ret: returns a reference
 *
 * All but the token id, type and level is the source's, the modified id too. A
 * default owner or primary group that is left out becomes the user.
 *
 * Return: 0; GUISE_E_BAD_LEVEL (not a level; above an impersonation token's
 * own; a primary token of one below impersonation); -ENOMEM; -EINVAL (NULL, no
 * such type, a wrong size).
 */
GUISE_API GUISE_MUST_USE int
guise_token_duplicate(const struct guise_token *token,
		      const struct guise_duplicate_options *options,
		      const struct guise_token **ret);

enum guise_filter_flags {
	/* delete every privilege but SeChangeNotify; the list is ignored */
	GUISE_FILTER_DISABLE_MAX_PRIVILEGE = 0x1,
	GUISE_FILTER_SANDBOX_INERT = 0x2,
	/* what an administrator runs as from day to day, see
	 * guise_token_filter() */
	GUISE_FILTER_LUA_TOKEN = 0x4,
	/* the restricting SIDs count for writing only */
	GUISE_FILTER_WRITE_RESTRICTED = 0x8,
};

/**
 * struct guise_filter_options - what is taken away
 * @size: sizeof(struct guise_filter_options)
 * @flags: enum guise_filter_flags
 * @disable, @n_disable: borrowed: user and groups that become deny-only. SIDs
 *         that the token has not, and labels, are passed over
 * @delete_privileges: bit n = privilege n; what is not there is passed over
 * @restrict_to, @n_restrict_to: borrowed: restricting SIDs; of a token that has
 *         some already only those in both lists remain
 * @token_id: names the new token
 */
struct guise_filter_options {
	size_t size;
	uint32_t flags;
	const struct guise_sid *disable;
	size_t n_disable;
	uint64_t delete_privileges;
	const struct guise_sid *restrict_to;
	size_t n_restrict_to;
	guise_luid token_id;
};

/**
 * guise_token_filter() - CreateRestrictedToken
 * @token, @options: borrowed
 * @ret: returns a reference
 *
 * Type and level stay; the parent id is the source's token id; the token counts
 * as filtered (guise_token_flags()). A default owner that becomes deny-only
 * gives way to the user. If no restricting SID remains, the token stays
 * restricted, to nothing: no ACE grants it anything.
 *
 * LUA_TOKEN: groups that administer something (a table in the source) become
 * deny-only, all privileges go but the few that any user has, integrity comes
 * down to medium, the default owner is the user, the elevation type is limited.
 *
 * Return: 0; GUISE_E_INVALID_SID; GUISE_E_LIMIT (GUISE_TOKEN_SIDS_MAX);
 * -ENOMEM; -EINVAL (NULL, an unknown flag, a wrong size).
 */
GUISE_API GUISE_MUST_USE int
guise_token_filter(const struct guise_token *token,
		   const struct guise_filter_options *options,
		   const struct guise_token **ret);

/**
 * struct guise_lowbox_options - the AppContainer to put a token into
 * @size: sizeof(struct guise_lowbox_options)
 * @package: borrowed: S-1-15-2 and eight sub-authorities in all
 * @capabilities, @n_capabilities: borrowed: S-1-15-3-..., with attributes
 *         (GUISE_GROUP_ENABLED or it does not count)
 * @number: the container's number on this machine
 * @less_privileged: LPAC: ACEs for all packages do not speak of it
 * @token_id: names the new token
 */
struct guise_lowbox_options {
	size_t size;
	const struct guise_sid *package;
	const struct guise_sid_and_attributes *capabilities;
	size_t n_capabilities;
	uint32_t number;
	bool less_privileged;
	guise_luid token_id;
};

/**
 * guise_token_lowbox() - NtCreateLowBoxToken: a primary token in an
 * AppContainer, with integrity at most low and none but every user's privileges
 * @token, @options: borrowed
 * @ret: returns a reference
 *
 * Return: 0; GUISE_E_INVALID_SID (no package SID, no capability SID);
 * GUISE_E_BAD_LEVEL (@token is below impersonation); GUISE_E_INVALID_TOKEN (it
 * is in a container already, attributes that contradict); GUISE_E_LIMIT;
 * -ENOMEM; -EINVAL (NULL, a wrong size).
 */
GUISE_API GUISE_MUST_USE int
guise_token_lowbox(const struct guise_token *token,
		   const struct guise_lowbox_options *options,
		   const struct guise_token **ret);

enum guise_privilege_attributes {
	GUISE_PRIVILEGE_ENABLED_BY_DEFAULT = 0x1,
	GUISE_PRIVILEGE_ENABLED = 0x2,
	GUISE_PRIVILEGE_REMOVED = 0x4,
	/* in answers of privilege checks only */
	GUISE_PRIVILEGE_USED_FOR_ACCESS = (int)0x80000000,
};

/**
 * struct guise_privilege_change - one privilege to adjust
 * @privilege: its LUID: a number of enum guise_privilege, or one that no token
 *         has
 * @attributes: REMOVED deletes it for good, ENABLED enables it, neither
 *         disables it; other bits mean nothing
 */
struct guise_privilege_change {
	guise_luid privilege;
	uint32_t attributes;
};

/**
 * struct guise_privileges_adjusted - what adjusting did
 * @changed: privileges that were disabled and are enabled now, or the other way
 *         round; deleted ones are not among them
 * @all_assigned: all that were named are there
 *
 * PreviousState is what the source says of @changed.
 */
struct guise_privileges_adjusted {
	uint64_t changed;
	bool all_assigned;
};

/**
 * guise_token_adjust_privileges() - AdjustTokenPrivileges
 * @changes, @n_changes: borrowed; one after the other; what the token has not
 *         is passed over and reported
 * @modified_id: of the new token
 * @ret: returns a reference
 * @ret_adjusted: what happened; may be NULL
 *
 * Return: 0; -ENOMEM; -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int
guise_token_adjust_privileges(const struct guise_token *token,
			      const struct guise_privilege_change *changes,
			      size_t n_changes, guise_luid modified_id,
			      const struct guise_token **ret,
			      struct guise_privileges_adjusted *ret_adjusted);

/**
 * guise_token_disable_privileges() - AdjustTokenPrivileges with
 * DisableAllPrivileges. Parameters and return: as the above
 */
GUISE_API GUISE_MUST_USE int
guise_token_disable_privileges(const struct guise_token *token,
			       guise_luid modified_id,
			       const struct guise_token **ret,
			       struct guise_privileges_adjusted *ret_adjusted);

/**
 * guise_token_adjust_groups() - AdjustTokenGroups
 * @changes, @n_changes: borrowed; of the attributes only GUISE_GROUP_ENABLED
 *         counts; SIDs that are no group of the token are passed over and
 *         reported
 * @modified_id: of the new token
 * @ret: returns a reference
 * @ret_all_assigned: all that were named are there; may be NULL
 *
 * A label and the user stay as they are. PreviousState is where the groups of
 * source and result, which are in the same order, differ.
 *
 * Return: 0; GUISE_E_CANT_DISABLE_MANDATORY; GUISE_E_CANT_ENABLE_DENY_ONLY;
 * GUISE_E_INVALID_SID; -ENOMEM; -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int
guise_token_adjust_groups(const struct guise_token *token,
			  const struct guise_sid_and_attributes *changes,
			  size_t n_changes, guise_luid modified_id,
			  const struct guise_token **ret,
			  bool *ret_all_assigned);

/**
 * guise_token_reset_groups() - AdjustTokenGroups with ResetToDefault: each
 * group is enabled if it is by default; deny-only ones stay so. Parameters and
 * return: as the above
 */
GUISE_API GUISE_MUST_USE int
guise_token_reset_groups(const struct guise_token *token,
			 guise_luid modified_id,
			 const struct guise_token **ret);

/** enum guise_token_field - what guise_token_set() sets, by its number among
 * Windows' information classes, and the member of struct guise_token_value */
enum guise_token_field {
	GUISE_TOKEN_FIELD_OWNER = 4,		       /* sid */
	GUISE_TOKEN_FIELD_PRIMARY_GROUP = 5,	       /* sid */
	GUISE_TOKEN_FIELD_DEFAULT_DACL = 6,	       /* dacl; NULL: none */
	GUISE_TOKEN_FIELD_SESSION_ID = 12,	       /* number */
	GUISE_TOKEN_FIELD_AUDIT_POLICY = 16,	       /* bytes; only once */
	GUISE_TOKEN_FIELD_ORIGIN = 17,		       /* luid; only once */
	GUISE_TOKEN_FIELD_VIRTUALIZATION_ALLOWED = 23, /* number: 0 or not */
	GUISE_TOKEN_FIELD_VIRTUALIZATION_ENABLED = 24, /* number: 0 or not */
	GUISE_TOKEN_FIELD_INTEGRITY = 25,	       /* sid */
	GUISE_TOKEN_FIELD_UI_ACCESS = 26,	       /* number: 0 or not */
	GUISE_TOKEN_FIELD_MANDATORY_POLICY = 27,       /* number */
	GUISE_TOKEN_FIELD_SECURITY_ATTRIBUTES = 39,    /* attributes */
};

/** enum guise_attribute_operation - TOKEN_SECURITY_ATTRIBUTE_OPERATION_ */
enum guise_attribute_operation {
	GUISE_ATTRIBUTE_NONE = 0,
	/* all there are go, these come: say so by giving no operations */
	GUISE_ATTRIBUTE_REPLACE_ALL = 1,
	GUISE_ATTRIBUTE_ADD = 2,     /* must not be there */
	GUISE_ATTRIBUTE_DELETE = 3,  /* must be there; values do not matter */
	GUISE_ATTRIBUTE_REPLACE = 4, /* its values; added if it is not there */
};

/**
 * struct guise_token_value - a field and what it becomes
 * @size: sizeof(struct guise_token_value)
 * @field: which
 * @sid, @dacl, @number, @luid: borrowed; see the fields
 * @bytes, @bytes_size: borrowed; at most GUISE_AUDIT_POLICY_SIZE
 * @attributes: borrowed, NULL: none
 * @operations: borrowed: one for each of @attributes, those of NONE are passed
 *         over; NULL: @attributes replace all there are
 */
struct guise_token_value {
	size_t size;
	enum guise_token_field field;
	const struct guise_sid *sid;
	const struct guise_acl *dacl;
	uint32_t number;
	guise_luid luid;
	const void *bytes;
	size_t bytes_size;
	const struct guise_claims *attributes;
	const enum guise_attribute_operation *operations;
};

/**
 * guise_token_set() - SetTokenInformation
 * @value: borrowed
 * @modified_id: of the new token
 * @ret: returns a reference
 *
 * Return: 0; GUISE_E_INVALID_OWNER, GUISE_E_INVALID_PRIMARY_GROUP;
 * GUISE_E_INVALID_SID (no such SID, no label); GUISE_E_ALLOTTED_SPACE_EXCEEDED
 * (default DACL and primary group together are larger than what
 * guise_token_dynamic_charged() says); GUISE_E_INVALID_TOKEN (set once before,
 * a policy that is not known, virtualization that is not allowed, an attribute
 * that is or is not there); GUISE_E_LIMIT; -ENOMEM; -EINVAL (NULL, no such
 * field or operation, a wrong size).
 */
GUISE_API GUISE_MUST_USE int
guise_token_set(const struct guise_token *token,
		const struct guise_token_value *value, guise_luid modified_id,
		const struct guise_token **ret);

/**
 * guise_token_create() - NtCreateToken: seal what @builder describes for
 * @creator, who must hold SeCreateToken
 * @builder, @creator: borrowed
 * @session_exists: whether the authentication id names a logon session
 * @ret: returns a reference
 *
 * Return: as guise_token_builder_seal(); GUISE_E_PRIVILEGE_NOT_HELD
 * (also while @creator is an impersonation token below impersonation);
 * GUISE_E_NO_SUCH_LOGON_SESSION.
 */
GUISE_API GUISE_MUST_USE int
guise_token_create(struct guise_token_builder *builder,
		   const struct guise_token *creator, bool session_exists,
		   const struct guise_token **ret);

/**
 * guise_tokens_equal() - NtCompareTokens: an access check cannot tell them
 * apart: the same user, groups, restricting SIDs, package, capabilities and
 * privileges, with the same bits enabled and deny-only. Ids, type, level and
 * defaults do not matter
 *
 * False if one is NULL. Linear in the SIDs.
 */
GUISE_API bool guise_tokens_equal(const struct guise_token *a,
				  const struct guise_token *b);

/**
 * guise_privilege_check() - PrivilegeCheck
 * @wanted: bit n = privilege n; bits that are no privilege are not held
 * @all_necessary: true: all of them; false: any of them
 * @ret_held: those of @wanted that are enabled
 * @ret_result: set to false before anything else
 *
 * All of none is true, any of none false.
 *
 * Return: 0, whichever way; GUISE_E_BAD_LEVEL (an impersonation token at
 * anonymous level); -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int
guise_privilege_check(const struct guise_token *token, uint64_t wanted,
		      bool all_necessary, uint64_t *ret_held, bool *ret_result);

enum guise_membership_flags {
	/* an AppContainer's user and groups count, too */
	GUISE_MEMBERSHIP_APP_CONTAINER = 0x1,
	/* those of a less privileged one */
	GUISE_MEMBERSHIP_LPAC = 0x2,
};

/**
 * guise_token_check_membership() - CheckTokenMembershipEx
 * @flags: enum guise_membership_flags
 * @ret: set to false before anything else
 *
 * An AppContainer of whichever kind that no flag names is what its package and
 * capabilities are, as in guise_token_is_member().
 *
 * Return: 0, whichever way; GUISE_E_NO_IMPERSONATION_TOKEN (a primary token);
 * GUISE_E_BAD_LEVEL (anonymous); GUISE_E_INVALID_SID; -EINVAL (NULL, an unknown
 * flag).
 */
GUISE_API GUISE_MUST_USE int
guise_token_check_membership(const struct guise_token *token,
			     const struct guise_sid *sid, uint32_t flags,
			     bool *ret);

#ifdef __cplusplus
}
#endif
#endif
