/* SPDX-License-Identifier: Apache-2.0 */
/* SIDs, groups and names, which several buffers of a PAC hold. */
#include "pac-internal.h"
#include "sid-set.h"
#include "utf16.h"

/* The others are for labels and logon SIDs, which the logon adds itself. */
#define ATTRIBUTES                                                             \
	(GUISE_GROUP_USUAL | GUISE_GROUP_OWNER |                               \
	 GUISE_GROUP_USE_FOR_DENY_ONLY | GUISE_GROUP_RESOURCE)

void pac_clear(struct pac *pac)
{
	free(pac->groups);
	free(pac->device_groups);
	guise_claims_unref(pac->user_claims);
	guise_claims_unref(pac->device_claims);
	*pac = (struct pac){0};
}

static int sids_grow(struct pac_sids *sids)
{
	const size_t capacity = sids->capacity ? 2 * sids->capacity : 32;
	struct guise_sid_and_attributes *grown;

	grown = reallocarray(sids->sids, capacity, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	sids->sids = grown;
	sids->capacity = capacity;
	return 0;
}

int pac_sids_add(struct pac_sids *sids, const struct guise_sid *sid,
		 uint32_t attributes)
{
	if (sids->n == GUISE_PAC_SIDS_MAX)
		return GUISE_E_LIMIT;
	if (sids->n == sids->capacity) {
		int r = sids_grow(sids);

		if (r < 0)
			return r;
	}
	attributes &= ATTRIBUTES;
	/* one cannot be both; what only denies is the safe reading */
	if (attributes & GUISE_GROUP_USE_FOR_DENY_ONLY)
		attributes = GUISE_GROUP_USE_FOR_DENY_ONLY;
	sids->sids[sids->n++] = (struct guise_sid_and_attributes){
		.sid = *sid, .attributes = attributes};
	return 0;
}

/* Above ATTRIBUTES: it is there before */
#define REPEATED (1u << 31)

static void drop_repeated(struct pac_sids *sids, const struct sid_set *set)
{
	size_t kept = 0;

	for (size_t i = 0; i < sids->n; i++) {
		if (sid_set_find(set, &sids->sids[i].sid) < i)
			sids->sids[i].attributes |= REPEATED;
	}
	for (size_t i = 0; i < sids->n; i++) {
		if (!(sids->sids[i].attributes & REPEATED))
			sids->sids[kept++] = sids->sids[i];
	}
	sids->n = kept;
}

int pac_sids_finish(struct pac_sids *sids)
{
	struct sid_set set = {0};
	int r;

	if (sids->n == 0)
		return 0;
	r = sid_set_init(&set, sids->sids, sizeof(*sids->sids), sids->n);
	if (r < 0)
		return r;
	if (set.n_distinct < sids->n)
		drop_repeated(sids, &set);
	sid_set_clear(&set);
	return 0;
}

/* MS-DTYP 2.4.2.3, after the size of its array */
int pac_read_sid(struct ndr *ndr, struct guise_sid *ret)
{
	struct guise_sid sid = {0};
	uint8_t revision, n_subs;
	uint32_t max;

	if (!ndr_u32(ndr, &max) || max > GUISE_SID_MAX_SUBS ||
	    !read_u8(&ndr->in, &revision) || revision != 1 ||
	    !read_u8(&ndr->in, &n_subs) || n_subs != max ||
	    !read_u48be(&ndr->in, &sid.authority))
		return GUISE_E_PROTOCOL;
	sid.n_subs = n_subs;
	for (size_t i = 0; i < n_subs; i++) {
		if (!read_u32le(&ndr->in, &sid.sub[i]))
			return GUISE_E_PROTOCOL;
	}
	*ret = sid;
	return 0;
}

int pac_read_groups(struct ndr *ndr, const struct guise_sid *domain, uint32_t n,
		    struct pac_sids *sids)
{
	uint32_t rid, attributes;
	struct guise_sid sid;

	if (!ndr_array(ndr, n, 8))
		return GUISE_E_PROTOCOL;
	for (uint32_t i = 0; i < n; i++) {
		int r;

		if (!ndr_u32(ndr, &rid) || !ndr_u32(ndr, &attributes) ||
		    guise_sid_append(domain, rid, &sid) < 0)
			return GUISE_E_PROTOCOL;
		r = pac_sids_add(sids, &sid, attributes);
		if (r < 0)
			return r;
	}
	return 0;
}

int pac_read_extra(struct ndr *ndr, uint32_t n, struct pac_sids *sids)
{
	struct reader heads;
	uint32_t attributes;
	struct guise_sid sid;
	int r;

	/* pointers and attributes of all, then the SIDs */
	if (!ndr_array(ndr, n, 8) || !read_sub(&ndr->in, 8 * (size_t)n, &heads))
		return GUISE_E_PROTOCOL;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t pointer;

		if (!read_u32le(&heads, &pointer) || !pointer ||
		    !read_u32le(&heads, &attributes))
			return GUISE_E_PROTOCOL;
		r = pac_read_sid(ndr, &sid);
		if (r < 0)
			return r;
		r = pac_sids_add(sids, &sid, attributes);
		if (r < 0)
			return r;
	}
	return 0;
}

int pac_name(struct reader text, char *ret, size_t size)
{
	char utf8[UTF8_SIZE_MAX(2 * PAC_NAME_UNITS_MAX)];
	size_t n;

	if (text.size % 2)
		return GUISE_E_PROTOCOL;
	if (text.size > 2 * PAC_NAME_UNITS_MAX)
		return GUISE_E_LIMIT;
	n = utf8_from_utf16(text.data, text.size, utf8);
	if (n >= size)
		return GUISE_E_LIMIT;
	if (n && memchr(utf8, '\0', n))
		return GUISE_E_PROTOCOL;
	if (n)
		memcpy(ret, utf8, n);
	ret[n] = '\0';
	return 0;
}
