/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A caller's list of SIDs, to be asked where in it a SID is. For lists that are
 * asked many times: tokens have a table of their own.
 */
#ifndef CORE_SID_SET_H
#define CORE_SID_SET_H

#include "base.h"
#include <guise/sid.h>

/* Zero-initialised it is empty. */
struct sid_set {
	const uint8_t *first; /* borrowed: the list's first SID */
	size_t stride;	      /* bytes from one SID to the next */
	uint32_t *slots;      /* index plus one; 0 is empty */
	size_t slot_mask;
	size_t n_distinct;
};

#define SID_SET_NONE SIZE_MAX

/*
 * @sids: borrowed as long as @ret is used, @n of them, @stride bytes apart. A
 * SID that is there twice is found at its first place.
 * 0; GUISE_E_INVALID_SID; GUISE_E_LIMIT (GUISE_TOKEN_SIDS_MAX); -ENOMEM
 */
GUISE_MUST_USE int sid_set_init(struct sid_set *ret, const void *sids,
				size_t stride, size_t n);
void sid_set_clear(struct sid_set *set);
/* Index of a valid SID, or SID_SET_NONE. */
size_t sid_set_find(const struct sid_set *set, const struct guise_sid *sid);

#endif
