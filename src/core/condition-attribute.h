/* SPDX-License-Identifier: Apache-2.0 */
/* Where the attributes of a condition are found. */
#ifndef CORE_CONDITION_ATTRIBUTE_H
#define CORE_CONDITION_ATTRIBUTE_H

#include "condition-values.h"

/* Of each resource attribute ACE: whether its values have been checked in this
 * evaluation, and were found good. So each is checked once, however often a
 * condition names it. */
struct attribute_memo {
	uint64_t checked[GUISE_RESOURCE_ATTRIBUTES_MAX / 64];
	uint64_t good[GUISE_RESOURCE_ATTRIBUTES_MAX / 64];
};

enum attribute_state {
	ATTRIBUTE_UNREADABLE =
		0, /* no name, or too many ACEs to look through */
	ATTRIBUTE_ABSENT,
	ATTRIBUTE_PRESENT,
};

/* @item: an attribute token. @span: the caller's, holds what @ret points to. */
enum attribute_state attribute_find(const struct condition_env *env,
				    struct attribute_memo *memo,
				    const struct condition_item *item,
				    struct claim_span *span,
				    struct condition_values *ret);

#endif
