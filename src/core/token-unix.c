/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a token loses it loses in the kernel, too, as far as that goes: a Unix
 * group is a supplementary one for as long as its SID, S-1-22-2-gid, is
 * enabled. Without the user and the primary group the kernel cannot do.
 */
#include "token-internal.h"

/* Place of @gid among sorted ids; @n: nowhere. */
static size_t find_id(const uint32_t *ids, size_t n, uint32_t gid)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ids[middle] < gid)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && ids[low] == gid ? low : n;
}

static void drop_marked(struct guise_token_builder *b, const bool *marked)
{
	size_t kept = 0;

	for (size_t i = 0; i < b->n_unix_groups; i++) {
		if (!marked[i])
			b->unix_groups[kept++] = b->unix_groups[i];
	}
	b->n_unix_groups = kept;
}

int token_builder_drop_unix_groups(struct guise_token_builder *b)
{
	GUISE_AUTO(freep)
	bool *marked = array_alloc(b->n_unix_groups, sizeof(*marked));

	if (!marked)
		return -ENOMEM;
	for (size_t i = 0; i < b->groups.n; i++) {
		const struct guise_sid_and_attributes *group = &b->groups.at[i];
		uint32_t gid;
		size_t at;

		if (group->attributes & GUISE_GROUP_ENABLED ||
		    !guise_sid_to_gid(&group->sid, &gid))
			continue;
		at = find_id(b->unix_groups, b->n_unix_groups, gid);
		if (at < b->n_unix_groups)
			marked[at] = true;
	}
	drop_marked(b, marked);
	return 0;
}
