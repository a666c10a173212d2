/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What would have to change for a refused request to be allowed. Every remedy
 * has been tried: with its changes the check does say yes.
 *
 * Thread-safe: what goes in is only read. Cost: up to GUISE_REMEDY_TRIALS_MAX
 * checks, each on a copy of the descriptor or the token.
 */
#ifndef GUISE_REMEDY_H
#define GUISE_REMEDY_H

#include <guise/access.h>

#ifdef __cplusplus
extern "C" {
#endif

/** enum guise_change_kind - one change, from the smallest to the largest */
enum guise_change_kind {
	GUISE_CHANGE_ENABLE_PRIVILEGE = 1, /* the token holds @privilege */
	GUISE_CHANGE_ENABLE_GROUP,	   /* the token holds @sid */
	GUISE_CHANGE_ADD_ACE,		   /* allow @sid @mask, as ACE @ace */
	GUISE_CHANGE_CUT_ACE,		   /* @mask out of deny ACE @ace */
	GUISE_CHANGE_REMOVE_ACE,	   /* deny ACE @ace */
	GUISE_CHANGE_DROP_CONDITION,	   /* of allow ACE @ace */
	GUISE_CHANGE_TAKE_OWNERSHIP,	   /* make @sid the owner */
	GUISE_CHANGE_GRANT_PRIVILEGE,	   /* the token lacks @privilege */
	GUISE_CHANGE_RAISE_INTEGRITY,	   /* of the token, to @sid */
	GUISE_CHANGE_LOWER_LABEL,	   /* of the object, to @sid */
	GUISE_CHANGE_RAISE_TRUST,	   /* of the token, to @sid */
	GUISE_CHANGE_REMOVE_SACL_ACE,	   /* trust label, filter or policy */
};

/**
 * struct guise_change - a change to the descriptor or to the token
 * @kind: which; it says which other members mean something
 * @privilege: number of the privilege
 * @mask: rights
 * @ace: number of an ACE of the DACL or SACL, from 1, as it is after the
 *       changes before this one
 * @sid: a SID, level or label
 */
struct guise_change {
	enum guise_change_kind kind;
	uint8_t privilege;
	uint32_t mask;
	uint32_t ace;
	struct guise_sid sid;
};

/**
 * struct guise_remedy - changes that together suffice
 * @changes: @n_changes of them, to be made in this order
 */
struct guise_remedy {
	unsigned n_changes;
	struct guise_change changes[GUISE_REMEDY_CHANGES_MAX];
};

/**
 * guise_access_remedies() - what would allow a request that is refused
 * @options: borrowed, may be NULL
 * @ret: array of @max, filled from the first, smallest first; NULL only if
 *       @max is 0
 * @ret_n: how many there are, at most GUISE_REMEDIES_MAX; may exceed @max; 0
 *         if the request is allowed already, or if nothing was found
 *
 * Only remedies of the smallest number of changes are offered; a single rule of
 * a policy is not changed, only the object's being under the policy. The other
 * parameters are those of guise_access_check_by_type(). Return: as that one;
 * -ENOMEM; -EINVAL on NULL; on failure @ret_n is untouched.
 */
GUISE_API GUISE_MUST_USE int
guise_access_remedies(const struct guise_sd *sd,
		      const struct guise_token *token, uint32_t desired,
		      const struct guise_generic_mapping *mapping,
		      const struct guise_access_options *options,
		      struct guise_remedy *ret, size_t max, size_t *ret_n);

#ifdef __cplusplus
}
#endif
#endif
