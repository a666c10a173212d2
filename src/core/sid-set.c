/* SPDX-License-Identifier: Apache-2.0 */
/* An open-addressing table over the list, at most half full. */
#include "sid-set.h"
#include "sid-hash.h"

static const struct guise_sid *sid_at(const struct sid_set *set, size_t index)
{
	return (const void *)(set->first + index * set->stride);
}

/* The slot that holds @sid, or the empty one where it belongs. */
static size_t slot_of(const struct sid_set *set, const struct guise_sid *sid)
{
	size_t at = sid_hash(sid) & set->slot_mask;

	while (set->slots[at] &&
	       !guise_sid_equal(sid_at(set, set->slots[at] - 1), sid))
		at = (at + 1) & set->slot_mask;
	return at;
}

int sid_set_init(struct sid_set *ret, const void *sids, size_t stride, size_t n)
{
	struct sid_set set = {.first = sids, .stride = stride};
	size_t n_slots = 4;

	if (n > GUISE_TOKEN_SIDS_MAX)
		return GUISE_E_LIMIT;
	while (n_slots < 2 * n)
		n_slots *= 2;
	for (size_t i = 0; i < n; i++) {
		if (!guise_sid_is_valid(sid_at(&set, i)))
			return GUISE_E_INVALID_SID;
	}
	set.slots = array_alloc(n_slots, sizeof(*set.slots));
	if (!set.slots)
		return -ENOMEM;
	set.slot_mask = n_slots - 1;
	for (size_t i = 0; i < n; i++) {
		size_t at = slot_of(&set, sid_at(&set, i));

		if (set.slots[at])
			continue;
		set.slots[at] = (uint32_t)i + 1;
		set.n_distinct++;
	}
	*ret = set;
	return 0;
}

void sid_set_clear(struct sid_set *set)
{
	free(set->slots);
	*set = (struct sid_set){0};
}

size_t sid_set_find(const struct sid_set *set, const struct guise_sid *sid)
{
	uint32_t found = set->slots ? set->slots[slot_of(set, sid)] : 0;

	return found ? found - 1 : SID_SET_NONE;
}
