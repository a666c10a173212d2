/* SPDX-License-Identifier: Apache-2.0 */
/* A parsed descriptor as the phases see it; compiled in as they are. */
#ifndef CORE_ACCESS_PARSED_H
#define CORE_ACCESS_PARSED_H

#include "access-phases.h"
#include "sd-internal.h"

struct access_parsed {
	struct access_object object;
	const struct guise_sd *sd;
};

PHASE const struct guise_sd *parsed_sd(const struct access_object *object)
{
	return ((const struct access_parsed *)object)->sd;
}

/* Out of line: few tokens hold an owner's SID. */
static __attribute__((noinline)) uint8_t
owner_match(const struct guise_sd *sd, const struct guise_token *token)
{
	return token_match(token, sd->owner_hash, &sd->owner);
}

static inline uint8_t parsed_owner_bits(const struct access_object *object,
					const struct guise_token *token)
{
	const struct guise_sd *sd = parsed_sd(object);

	return unlikely(token_may_hold(token, sd->owner_hash))
		       ? owner_match(sd, token)
		       : 0;
}

static inline bool parsed_has_owner_rights(const struct access_object *object)
{
	return parsed_sd(object)->dacl->facts.has & ACL_HAS_OWNER_RIGHTS;
}

static inline int parsed_walk(const struct access_object *object,
			      struct walk *w)
{
	walk_acl(w, w->request->token, parsed_sd(object)->dacl);
	return 0;
}

static inline void parsed_sacl(const struct access_object *object,
			       struct resource_attributes *ret)
{
	*ret = (struct resource_attributes){.sacl = parsed_sd(object)->sacl};
}

static inline const struct guise_sid *
parsed_owner_sid(const struct access_object *object)
{
	return &parsed_sd(object)->owner;
}

static const struct access_object_ops parsed_ops = {
	.owner_bits = parsed_owner_bits,
	.has_owner_rights = parsed_has_owner_rights,
	.walk = parsed_walk,
	.sacl = parsed_sacl,
	.owner_sid = parsed_owner_sid,
};

/* @ret already reads "denied". */
PHASE int decide_parsed(const struct guise_sd *sd,
			const struct access_request *request, bool plain,
			struct guise_decision *ret)
{
	struct access_parsed parsed ACCESS_UNINITIALISED;
	int r;

	if (!sd->has_owner || !sd->has_group)
		return GUISE_E_INVALID_SD;
	r = access_request_check(request);
	if (r < 0)
		return r;
	parsed.object.ops = &parsed_ops;
	parsed.object.has_dacl = sd->dacl;
	parsed.object.sacl = &sd->sacl_facts;
	parsed.sd = sd;
	r = plain ? access_decide_plain(&parsed.object, &parsed_ops, request,
					ret)
		  : access_decide(&parsed.object, request, ret);
	must(r == 0); /* a parsed ACL cannot turn out malformed */
	return 0;
}

#endif
