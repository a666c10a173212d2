/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens as JSON, the form people write and read: what `guise check` takes and
 * `guise token show --json` prints.
 *
 *	{"user": SID, "groups": [SID or {"sid":, "attributes": [...]}],
 *	 "privileges": [NAME or {"name":, "attributes": ["enabled"]}],
 *	 "type": "impersonation", "level": "impersonation",
 *	 "restricted_sids": [SID], "write_restricted": false,
 *	 "integrity": "medium" or SID, "mandatory_policy": ["no_write_up"],
 *	 "owner": SID, "primary_group": SID, "default_dacl": SDDL,
 *	 "device_groups": as groups,
 *	 "app_container": {"package": SID, "capabilities": as groups,
 *		"less_privileged": false, "number": 0}, "trust_level": SID,
 *	 "user_claims": as claims-json.h has them, "device_claims":,
 *	 "local_claims":, "restricted_user_claims":,
 *	 "restricted_device_claims":,
 *	 "unix": {"uid":, "gid":, "groups": [...], "capabilities": [...]},
 *	 "flags": ["filtered", "sandbox_inert", "ui_access", "restricted",
 *		"virtualize_allowed", "virtualize_enabled"],
 *	 "session_id": 0, "elevation": "default", "authentication_id":
 *	 number or "0x3e7", "origin": as that, "source": "guise",
 *	 "name": "alice"}
 *
 * Only "user" must be there; null is as good as absent. A bare group is
 * mandatory, enabled by default and enabled; a bare privilege is enabled. A
 * token that says its integrity is held to it: without "mandatory_policy" it
 * then has no_write_up, and a token without integrity has no policy.
 */
#ifndef JSON_TOKEN_JSON_H
#define JSON_TOKEN_JSON_H

#include <jansson.h>

#include <guise/token.h>

/**
 * token_from_json() - make the token that @json describes
 * @json: borrowed
 * @domain: borrowed, may be NULL: what DA, DU, LA, ... are relative to
 * @ret: returns a reference
 * @reterr: which member is wrong and why; must not be NULL
 *
 * Return: 0; -EINVAL for a member that is unknown or of the wrong kind;
 * GUISE_E_INVALID_SID, GUISE_E_INVALID_CLAIM, GUISE_E_NO_SUCH_PRIVILEGE,
 * GUISE_E_INVALID_ACL and what sealing returns.
 */
GUISE_MUST_USE int token_from_json(const json_t *json,
				   const struct guise_sid *domain,
				   const struct guise_token **ret,
				   struct guise_error_info *reterr);

/** token_to_json() - the token as a new JSON object, which
 * token_from_json() reads back; NULL without memory. What is of one token
 * object only (its own id, parent's, modified id) and what nobody asks for
 * (expiration, audit policy) has no place in it. */
GUISE_MUST_USE json_t *token_to_json(const struct guise_token *token);

/* A SID out of a JSON string, in any form guise_sid_parse() takes. 0;
 * GUISE_E_INVALID_SID; -EINVAL if it is no string. */
GUISE_MUST_USE int json_to_sid(const json_t *json,
			       const struct guise_sid *domain,
			       struct guise_sid *ret);

#endif
