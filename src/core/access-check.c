/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The check on a parsed descriptor. The loop touches twelve bytes an ACE and
 * one bit of the token's filter; all else happens only for trustees the token
 * (probably) holds.
 */
#include "access-internal.h"
#include "access-phases.h"
#include "acl-internal.h"
#include "sd-internal.h"
#include "sid-hash.h"
#include "token-internal.h"

struct access_parsed {
	struct access_object object;
	const struct guise_sd *sd;
};

static const struct guise_sd *sd_of(const struct access_object *object)
{
	return ((const struct access_parsed *)object)->sd;
}

static uint8_t parsed_owner_bits(const struct access_object *object,
				 const struct guise_token *token)
{
	const struct guise_sid *owner = &sd_of(object)->owner;
	uint32_t hash = sid_hash(owner);

	return token_may_hold(token, hash) ? token_match(token, hash, owner)
					   : 0;
}

static bool parsed_has_owner_rights(const struct access_object *object)
{
	const struct guise_acl *dacl = sd_of(object)->dacl;

	for (size_t i = 0; i < dacl->n_aces; i++) {
		const struct acl_check_ace *ace = &dacl->check[i];

		if (!(ace->flags & GUISE_ACE_INHERIT_ONLY) &&
		    ace_type_decides(ace->type) &&
		    sid_is_owner_rights(&dacl->aces[i].sid))
			return true;
	}
	return false;
}

static bool parsed_find_label(const struct access_object *object,
			      struct access_label *ret)
{
	const struct guise_acl *sacl = sd_of(object)->sacl;

	for (size_t i = 0; sacl && i < sacl->n_aces; i++) {
		const struct acl_check_ace *ace = &sacl->check[i];

		if (ace->type != GUISE_ACE_SYSTEM_MANDATORY_LABEL ||
		    ace->flags & GUISE_ACE_INHERIT_ONLY)
			continue;
		ret->rid = label_rid(&sacl->aces[i].sid);
		ret->policy = ace->mask;
		return true;
	}
	return false;
}

/* One ACE that the filter let through. true: the pass is decided */
static bool parsed_step(struct walk *w, const struct guise_acl *dacl, size_t i)
{
	const struct acl_check_ace *check = &dacl->check[i];
	const struct guise_ace *ace = &dacl->aces[i];
	struct walk_entry entry = {
		.number = (uint32_t)i + 1,
		.mask = check->mask,
		.type = check->type,
		.has_object_type =
			ace->object_flags & GUISE_ACE_OBJECT_TYPE_PRESENT,
		.sid = &ace->sid,
	};

	if (check->flags & GUISE_ACE_INHERIT_ONLY)
		return false;
	entry.bits = walk_match(w, check->sid_hash, &ace->sid);
	return entry.bits && walk_ace(w, &entry);
}

static int parsed_walk(struct access_object *object, struct walk *w)
{
	const struct guise_acl *dacl = sd_of(object)->dacl;
	const struct guise_token *token = w->request->token;
	const struct acl_check_ace *check = dacl->check;
	size_t n = dacl->n_aces;

	for (size_t i = 0; i < n; i++) {
		if (__builtin_expect(token_may_hold(token, check[i].sid_hash),
				     0) &&
		    parsed_step(w, dacl, i))
			break;
	}
	return 0;
}

static const struct guise_sid *
parsed_owner_sid(const struct access_object *object)
{
	return &sd_of(object)->owner;
}

static const struct access_object_ops parsed_ops = {
	.owner_bits = parsed_owner_bits,
	.has_owner_rights = parsed_has_owner_rights,
	.find_label = parsed_find_label,
	.walk = parsed_walk,
	.owner_sid = parsed_owner_sid,
};

/* What check and explanation do alike; @ret already reads "denied". */
PHASE int check_parsed(const struct guise_sd *sd,
		       const struct access_request *request,
		       struct guise_decision *ret)
{
	struct access_parsed parsed;
	int r;

	if (request->desired & GUISE_GENERIC_MASK)
		return GUISE_E_GENERIC_NOT_MAPPED;
	if (!sd->has_owner || !sd->has_group)
		return GUISE_E_INVALID_SD;
	r = access_request_check(request);
	if (r < 0)
		return r;
	parsed.object.ops = &parsed_ops;
	parsed.object.has_dacl = sd->dacl;
	parsed.sd = sd;
	r = access_decide(&parsed.object, request, ret);
	must(r == 0); /* a parsed ACL cannot turn out malformed */
	return 0;
}

int guise_access_check(const struct guise_sd *sd,
		       const struct guise_token *token, uint32_t desired,
		       const struct guise_generic_mapping *mapping,
		       struct guise_decision *ret)
{
	if (!ret)
		return -EINVAL;
	*ret = (struct guise_decision){0};
	if (!sd || !token || !mapping)
		return -EINVAL;
	return check_parsed(sd,
			    &(struct access_request){
				    .token = token,
				    .mapping = mapping,
				    .desired = desired,
			    },
			    ret);
}

/* The check with somebody listening: the same code, the same decision. */
int guise_access_explain(const struct guise_sd *sd,
			 const struct guise_token *token, uint32_t desired,
			 const struct guise_generic_mapping *mapping,
			 const struct guise_access_options *options,
			 struct guise_decision *ret,
			 struct guise_reason *ret_reasons, size_t max_reasons,
			 size_t *ret_n_reasons)
{
	struct access_trace trace = {.at = ret_reasons, .max = max_reasons};
	int r;

	(void)options;
	if (!ret)
		return -EINVAL;
	*ret = (struct guise_decision){0};
	if (!sd || !token || !mapping || !ret_n_reasons ||
	    (!ret_reasons && max_reasons))
		return -EINVAL;
	r = check_parsed(sd,
			 &(struct access_request){
				 .token = token,
				 .mapping = mapping,
				 .desired = desired,
				 .trace = &trace,
			 },
			 ret);
	if (r < 0)
		return r;
	*ret_n_reasons = trace.n;
	return 0;
}
