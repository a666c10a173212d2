/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions as the access check asks them: of bytes, in one pass or another.
 */
#ifndef CORE_CONDITION_INTERNAL_H
#define CORE_CONDITION_INTERNAL_H

#include "acl-internal.h"
#include <guise/condition.h>

/* Where @Resource. attributes are found: those of a SACL, parsed or as bytes
 * that were found valid, then those given besides. */
struct resource_attributes {
	const struct guise_acl *sacl;
	struct acl_span raw_sacl; /* when @sacl is NULL; no ACEs: none */
	const struct guise_claims *given;
};

/* What a condition is asked about. */
struct condition_env {
	const struct guise_token *token;
	const struct resource_attributes *resource; /* or NULL */
	uint8_t member;	       /* enum token_match: any of them is a member */
	uint8_t device_member; /* the same for device groups */
	bool restricted;       /* the pass over restricting SIDs */
	bool deny;	       /* of a deny ACE: deny-only claims count */
};

/* @code: untrusted, from "artx" on. What is malformed is UNKNOWN. No
 * allocation. */
enum guise_truth condition_evaluate(const struct condition_env *env,
				    const uint8_t *code, size_t size);

#endif
