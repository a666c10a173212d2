/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIDs as values: bytes in and out, comparison, arithmetic on RIDs. The text
 * form is in sid-text.c, the well-known ones in sid-well-known.c.
 *
 * Sub-authorities beyond n_subs are zero in every SID made here, so that equal
 * SIDs are equal bytes; comparing does not rely on it, since callers fill in
 * SIDs by hand, too.
 */
#include "acl-internal.h"
#include "buf.h"

#define SID_AUTHORITY_MAX UINT64_C(0xffffffffffff)

static_assert(GUISE_SID_MAX_SIZE == SID_HEAD_SIZE + 4 * GUISE_SID_MAX_SUBS,
	      "the limit is the largest binary form");

/* MS-DTYP 2.4.2.2. The authority is the only big-endian field. */
int sid_read(struct reader *r, struct guise_sid *ret)
{
	struct guise_sid sid = {0};
	struct reader in;
	const uint8_t *bytes;
	int code;

	code = sid_read_span(r, &bytes, &sid.n_subs);
	if (code < 0)
		return code;
	in = reader_of(bytes + 2, SID_HEAD_SIZE - 2 + 4u * sid.n_subs);
	must(read_u48be(&in, &sid.authority));
	for (size_t i = 0; i < sid.n_subs; i++)
		must(read_u32le(&in, &sid.sub[i]));
	*ret = sid;
	return 0;
}

static void put_u32le(uint8_t *to, uint32_t value)
{
	for (size_t i = 0; i < 4; i++)
		to[i] = (uint8_t)(value >> (8 * i));
}

void sid_write(const struct guise_sid *sid, uint8_t *to)
{
	to[0] = SID_REVISION;
	to[1] = sid->n_subs;
	for (size_t i = 0; i < 6; i++)
		to[2 + i] = (uint8_t)(sid->authority >> (8 * (5 - i)));
	for (size_t i = 0; i < sid->n_subs; i++)
		put_u32le(to + SID_HEAD_SIZE + 4 * i, sid->sub[i]);
}

int guise_sid_decode(const void *data, size_t size, struct guise_sid *ret)
{
	struct reader in = reader_of(data, size);
	struct guise_sid sid;
	int r;

	if (!data || !ret)
		return -EINVAL;
	r = sid_read(&in, &sid);
	if (r < 0)
		return r;
	if (in.size > 0)
		return GUISE_E_INVALID_SID;
	*ret = sid;
	return 0;
}

size_t guise_sid_size(const struct guise_sid *sid)
{
	return SID_HEAD_SIZE + 4u * sid->n_subs;
}

int guise_sid_encode(const struct guise_sid *sid, struct guise_buf *out)
{
	uint8_t *at;
	int r;

	if (!sid || !out)
		return -EINVAL;
	if (!guise_sid_is_valid(sid))
		return GUISE_E_INVALID_SID;
	r = buf_reserve(out, guise_sid_size(sid), &at);
	if (r < 0)
		return r;
	sid_write(sid, at);
	out->size += guise_sid_size(sid);
	return 0;
}

bool guise_sid_is_valid(const struct guise_sid *sid)
{
	return sid && sid->n_subs <= GUISE_SID_MAX_SUBS &&
	       sid->authority <= SID_AUTHORITY_MAX;
}

/* The first @n sub-authorities and the authority. */
static bool prefix_equal(const struct guise_sid *a, const struct guise_sid *b,
			 size_t n)
{
	return a->authority == b->authority &&
	       memcmp(a->sub, b->sub, n * sizeof(a->sub[0])) == 0;
}

bool guise_sid_equal(const struct guise_sid *a, const struct guise_sid *b)
{
	return guise_sid_is_valid(a) && guise_sid_is_valid(b) &&
	       a->n_subs == b->n_subs && prefix_equal(a, b, a->n_subs);
}

static int order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

int guise_sid_compare(const struct guise_sid *a, const struct guise_sid *b)
{
	int r = order(a->authority, b->authority);

	for (size_t i = 0;
	     !r && i < a->n_subs && i < b->n_subs && i < GUISE_SID_MAX_SUBS;
	     i++)
		r = order(a->sub[i], b->sub[i]);
	return r ? r : order(a->n_subs, b->n_subs);
}

int guise_sid_init(uint64_t authority, const uint32_t *subs, size_t n_subs,
		   struct guise_sid *ret)
{
	struct guise_sid sid = {.authority = authority};

	if (!ret || (n_subs > 0 && !subs) || n_subs > GUISE_SID_MAX_SUBS ||
	    authority > SID_AUTHORITY_MAX)
		return -EINVAL;
	sid.n_subs = (uint8_t)n_subs;
	for (size_t i = 0; i < n_subs; i++)
		sid.sub[i] = subs[i];
	*ret = sid;
	return 0;
}

int guise_sid_append(const struct guise_sid *domain, uint32_t rid,
		     struct guise_sid *ret)
{
	struct guise_sid sid;

	if (!domain || !ret)
		return -EINVAL;
	if (!guise_sid_is_valid(domain) || domain->n_subs == GUISE_SID_MAX_SUBS)
		return GUISE_E_INVALID_SID;
	sid = *domain;
	sid.sub[sid.n_subs++] = rid;
	*ret = sid;
	return 0;
}

bool guise_sid_equal_prefix(const struct guise_sid *a,
			    const struct guise_sid *b)
{
	return guise_sid_is_valid(a) && guise_sid_is_valid(b) &&
	       a->n_subs == b->n_subs && a->n_subs > 0 &&
	       prefix_equal(a, b, a->n_subs - 1u);
}

#define NT_AUTHORITY 5
#define NT_NON_UNIQUE 21
#define NT_BUILTIN 32

/* How many sub-authorities name the domain; 0: not a domain's SID. */
static size_t domain_length(const struct guise_sid *sid)
{
	if (sid->authority != NT_AUTHORITY || sid->n_subs == 0)
		return 0;
	if (sid->sub[0] == NT_BUILTIN)
		return 1;
	if (sid->sub[0] == NT_NON_UNIQUE && sid->n_subs >= 4)
		return 4;
	return 0;
}

int guise_sid_equal_domain(const struct guise_sid *a, const struct guise_sid *b,
			   bool *ret_equal)
{
	size_t n;

	if (!guise_sid_is_valid(a) || !guise_sid_is_valid(b))
		return GUISE_E_INVALID_SID;
	if (!ret_equal)
		return -EINVAL;
	n = domain_length(a);
	if (n == 0 || domain_length(b) == 0)
		return GUISE_E_NON_DOMAIN_SID;
	*ret_equal = n == domain_length(b) && prefix_equal(a, b, n);
	return 0;
}

int guise_sid_account_domain(const struct guise_sid *sid, struct guise_sid *ret)
{
	if (!guise_sid_is_valid(sid))
		return GUISE_E_INVALID_SID;
	if (!ret)
		return -EINVAL;
	if (domain_length(sid) != 4)
		return GUISE_E_NON_DOMAIN_SID;
	return guise_sid_init(sid->authority, sid->sub, 4, ret);
}

/* Samba's "Unix User" and "Unix Group" domains. */
#define UNIX_AUTHORITY 22
#define UNIX_USER 1
#define UNIX_GROUP 2

static struct guise_sid unix_sid(uint32_t kind, uint32_t id)
{
	struct guise_sid sid = {
		.authority = UNIX_AUTHORITY, .sub = {kind, id}, .n_subs = 2};
	const struct guise_sid nobody = {.n_subs = 1};

	return id == UINT32_MAX ? nobody : sid;
}

static bool unix_id(const struct guise_sid *sid, uint32_t kind, uint32_t *ret)
{
	if (!sid || !ret || sid->authority != UNIX_AUTHORITY ||
	    sid->n_subs != 2 || sid->sub[0] != kind ||
	    sid->sub[1] == UINT32_MAX)
		return false;
	*ret = sid->sub[1];
	return true;
}

struct guise_sid guise_sid_of_uid(uint32_t uid)
{
	return unix_sid(UNIX_USER, uid);
}

struct guise_sid guise_sid_of_gid(uint32_t gid)
{
	return unix_sid(UNIX_GROUP, gid);
}

bool guise_sid_to_uid(const struct guise_sid *sid, uint32_t *ret)
{
	return unix_id(sid, UNIX_USER, ret);
}

bool guise_sid_to_gid(const struct guise_sid *sid, uint32_t *ret)
{
	return unix_id(sid, UNIX_GROUP, ret);
}
