/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a set of central access policies, for the access check. */
#ifndef CORE_POLICY_INTERNAL_H
#define CORE_POLICY_INTERNAL_H

#include "base.h"
#include <guise/policy.h>

/* Of every policy's id, S-1-17-... */
#define POLICY_AUTHORITY 17

/* One block of memory with all it points to but the ACLs, to which it holds
 * references. */
struct guise_policies {
	atomic_uint refcount;
	size_t n;
	struct guise_policy *policies;
};

/* NULL: none is called @id; @policies may be NULL. */
const struct guise_policy *policies_find(const struct guise_policies *policies,
					 const struct guise_sid *id);

#endif
