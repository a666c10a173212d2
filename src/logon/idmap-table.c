/* SPDX-License-Identifier: Apache-2.0 */
/* Looking things up in what the configuration said. */
#include "idmap.h"

/* What libsss_idmap starts its hash with. */
#define SSSD_SEED 0xdeadbeef

int id_static_compare_sid(const void *a, const void *b)
{
	const struct id_static *x = a, *y = b;

	return guise_sid_compare(&x->sid, &y->sid);
}

int id_static_compare_id(const void *a, const void *b)
{
	const struct id_static *x = a, *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return (int)x->kind - (int)y->kind;
}

const struct id_static *id_static_of_sid(const struct guise_identities *ids,
					 const struct guise_sid *sid)
{
	const struct id_static key = {.sid = *sid};

	if (ids->n_statics == 0)
		return NULL;
	return bsearch(&key, ids->statics, ids->n_statics, sizeof(key),
		       id_static_compare_sid);
}

const struct id_static *id_static_of_id(const struct guise_identities *ids,
					enum guise_unix_id_kind kind,
					uint32_t id)
{
	static const enum guise_unix_id_kind kinds[] = {
		GUISE_UNIX_ID_UID, GUISE_UNIX_ID_GID, GUISE_UNIX_ID_BOTH};

	for (size_t i = 0; i < ARRAY_SIZE(kinds) && ids->n_statics > 0; i++) {
		const struct id_static key = {.id = id, .kind = kinds[i]};
		const struct id_static *found;

		if (!(kinds[i] & kind))
			continue;
		found = bsearch(&key, ids->by_id, ids->n_statics, sizeof(key),
				id_static_compare_id);
		if (found)
			return found;
	}
	return NULL;
}

bool idmap_slice(const struct id_range *range, const struct guise_sid *domain,
		 uint32_t *ret_first)
{
	char text[GUISE_SID_TEXT_SIZE];
	size_t size = guise_sid_format(domain, text);
	uint32_t n_slices = (range->high - range->low) / range->size;

	if (n_slices == 0)
		return false;
	*ret_first = range->low +
		     murmur3(text, size, SSSD_SEED) % n_slices * range->size;
	return true;
}
