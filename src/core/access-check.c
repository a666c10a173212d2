/* SPDX-License-Identifier: Apache-2.0 */
/* The check on a parsed descriptor, plain: nothing else is known, and nobody
 * listens. */
#include "access-granted.h"
#include "access-parsed.h"

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
	if (desired & GUISE_GENERIC_MASK)
		return GUISE_E_GENERIC_NOT_MAPPED;
	return decide_parsed(sd,
			     &(struct access_request){
				     .token = token,
				     .mapping = mapping,
				     .desired = desired,
			     },
			     true, ret);
}

int access_granted(const struct guise_sd *sd, const struct guise_token *token,
		   uint32_t desired,
		   const struct guise_generic_mapping *mapping, uint32_t *ret)
{
	struct guise_decision decision;
	int r = guise_access_check(sd, token,
				   guise_map_generic(desired, mapping), mapping,
				   &decision);

	if (r < 0)
		return r;
	if (!decision.allowed)
		return decision.missing_privilege ? GUISE_E_PRIVILEGE_NOT_HELD
						  : GUISE_E_ACCESS_DENIED;
	*ret = decision.granted;
	return 0;
}
