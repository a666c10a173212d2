/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sets of claims (MS-DTYP 2.4.10.1). Built in two passes over what is given:
 * the first checks everything and adds up the sizes, the second fills one
 * block of memory. Each claim is there twice, in UTF-8 for callers and in
 * UTF-16LE for conditions.
 */
#include "acl-internal.h"
#include "claim-internal.h"
#include "utf16.h"

/* What the second pass needs to know of the first. */
struct claims_sizes {
	size_t n_values;
	size_t utf8;  /* names, and the data of all values, as given */
	size_t utf16; /* names and strings */
};

/* The parts of a block that are still to be filled. */
struct claims_parts {
	struct guise_claims *claims;
	struct guise_claim *claim;
	struct claim_entry *entry;
	struct guise_claim_value *value;
	struct claim_datum *datum;
	uint16_t *slots;
	uint8_t *utf16;
	uint8_t *utf8;
};

bool claim_type_is_known(uint16_t type)
{
	switch (type) {
	case GUISE_CLAIM_INT64:
	case GUISE_CLAIM_UINT64:
	case GUISE_CLAIM_STRING:
	case GUISE_CLAIM_SID:
	case GUISE_CLAIM_BOOLEAN:
	case GUISE_CLAIM_OCTETS:
		return true;
	default:
		return false;
	}
}

static bool type_has_data(uint16_t type)
{
	return type == GUISE_CLAIM_STRING || type == GUISE_CLAIM_SID ||
	       type == GUISE_CLAIM_OCTETS;
}

/* The binary form ends text with NUL: it can hold none. */
static int check_text(const void *text, size_t size, size_t *ret_utf16)
{
	if (size > 2 * GUISE_CLAIM_MAX_SIZE)
		return GUISE_E_LIMIT;
	if (size > 0 && (!text || memchr(text, '\0', size)))
		return GUISE_E_INVALID_CLAIM;
	return utf16_from_utf8(text, size, NULL, ret_utf16)
		       ? 0
		       : GUISE_E_INVALID_CLAIM;
}

static bool sid_is_whole(const void *data, size_t size)
{
	struct reader in = reader_of(data, size);
	struct guise_sid sid;

	return data && sid_read(&in, &sid) == 0 && in.size == 0;
}

/* *ret: the bytes of the value in binary form */
static int check_value(uint16_t type, const struct guise_claim_value *value,
		       size_t *ret)
{
	size_t utf16;
	int r;

	if (!type_has_data(type)) {
		*ret = sizeof(uint64_t);
		return type == GUISE_CLAIM_BOOLEAN && value->integer >> 1
			       ? GUISE_E_INVALID_CLAIM
			       : 0;
	}
	if (type == GUISE_CLAIM_STRING) {
		r = check_text(value->data, value->size, &utf16);
		if (r < 0)
			return r;
		*ret = utf16 + 2;
		return 0;
	}
	if (value->size > GUISE_CLAIM_MAX_SIZE)
		return GUISE_E_LIMIT;
	*ret = sizeof(uint32_t) + value->size;
	if (type == GUISE_CLAIM_SID)
		return sid_is_whole(value->data, value->size)
			       ? 0
			       : GUISE_E_INVALID_CLAIM;
	return value->size > 0 && !value->data ? GUISE_E_INVALID_CLAIM : 0;
}

int claim_check(const struct guise_claim *claim, size_t *ret)
{
	size_t total = 16, size;
	int r;

	if ((!claim->name && claim->name_size) ||
	    (!claim->values && claim->n_values))
		return -EINVAL;
	if (!claim_type_is_known(claim->type) || claim->name_size == 0)
		return GUISE_E_INVALID_CLAIM;
	if (claim->n_values > GUISE_CLAIM_VALUES_MAX)
		return GUISE_E_LIMIT;
	r = check_text(claim->name, claim->name_size, &size);
	if (r < 0)
		return r;
	total += 4 * claim->n_values + size + 2;
	for (size_t i = 0; i < claim->n_values; i++) {
		r = check_value(claim->type, &claim->values[i], &size);
		if (r < 0)
			return r;
		total += size;
		if (total > GUISE_CLAIM_MAX_SIZE)
			return GUISE_E_LIMIT;
	}
	if (total > GUISE_CLAIM_MAX_SIZE)
		return GUISE_E_LIMIT;
	*ret = total;
	return 0;
}

static int measure(const struct guise_claim *claims, size_t n,
		   struct claims_sizes *ret)
{
	size_t size;
	int r;

	*ret = (struct claims_sizes){0};
	for (size_t i = 0; i < n; i++) {
		r = claim_check(&claims[i], &size);
		if (r < 0)
			return r;
		/* enough for names and strings, each with a NUL */
		ret->utf16 += size;
		ret->n_values += claims[i].n_values;
		ret->utf8 += claims[i].name_size;
		if (!type_has_data(claims[i].type))
			continue;
		for (size_t k = 0; k < claims[i].n_values; k++)
			ret->utf8 += claims[i].values[k].size;
	}
	return 0;
}

static size_t n_slots(size_t n)
{
	size_t slots = 4;

	while (slots < 2 * n)
		slots *= 2;
	return slots;
}

/* Cut @n elements of @size bytes from the block at *@at. */
static void *cut(uint8_t **at, size_t n, size_t size)
{
	void *here = *at;

	*at += n * size;
	return here;
}

static int parts_alloc(size_t n, const struct claims_sizes *sizes,
		       struct claims_parts *ret)
{
	/* At most GUISE_CLAIMS_MAX claims of GUISE_CLAIM_MAX_SIZE bytes: no
	 * overflow. In order of alignment. */
	size_t size =
		sizeof(*ret->claims) + n * sizeof(*ret->claim) +
		n * sizeof(*ret->entry) +
		sizes->n_values * (sizeof(*ret->value) + sizeof(*ret->datum)) +
		n_slots(n) * sizeof(*ret->slots) + sizes->utf16 + sizes->utf8;
	uint8_t *at = calloc(1, size);

	if (!at)
		return -ENOMEM;
	ret->claims = cut(&at, 1, sizeof(*ret->claims));
	ret->claim = cut(&at, n, sizeof(*ret->claim));
	ret->entry = cut(&at, n, sizeof(*ret->entry));
	ret->value = cut(&at, sizes->n_values, sizeof(*ret->value));
	ret->datum = cut(&at, sizes->n_values, sizeof(*ret->datum));
	ret->slots = cut(&at, n_slots(n), sizeof(*ret->slots));
	ret->utf16 = cut(&at, sizes->utf16, 1);
	ret->utf8 = at;
	atomic_init(&ret->claims->refcount, 1);
	ret->claims->n = (uint32_t)n;
	ret->claims->slot_mask = (uint32_t)n_slots(n) - 1;
	ret->claims->slots = ret->slots;
	ret->claims->claims = ret->claim;
	ret->claims->entries = ret->entry;
	return 0;
}

static const void *put_bytes(struct claims_parts *parts, const void *data,
			     size_t size)
{
	uint8_t *at = parts->utf8;

	if (size)
		memcpy(at, data, size);
	parts->utf8 += size;
	return at;
}

static const uint8_t *put_text(struct claims_parts *parts, const void *text,
			       size_t size, uint32_t *ret_size)
{
	uint8_t *at = parts->utf16;
	size_t n;

	must(utf16_from_utf8(text, size, at, &n));
	parts->utf16 += n;
	*ret_size = (uint32_t)n;
	return at;
}

static void put_value(struct claims_parts *parts, uint16_t type,
		      const struct guise_claim_value *from)
{
	struct guise_claim_value *value = parts->value++;
	struct claim_datum *datum = parts->datum++;

	if (!type_has_data(type)) {
		value->integer = from->integer;
		datum->integer = from->integer;
		return;
	}
	value->size = from->size;
	value->data = put_bytes(parts, from->data, from->size);
	if (type == GUISE_CLAIM_STRING) {
		datum->data =
			put_text(parts, value->data, value->size, &datum->size);
		datum->hash = utf16_hash(datum->data, datum->size);
		return;
	}
	datum->data = value->data;
	datum->size = (uint32_t)value->size;
}

static void put_claim(struct claims_parts *parts, size_t i,
		      const struct guise_claim *from)
{
	struct guise_claim *claim = &parts->claim[i];
	struct claim_entry *entry = &parts->entry[i];

	*claim = *from;
	claim->name = put_bytes(parts, from->name, from->name_size);
	claim->values = parts->value;
	entry->name =
		put_text(parts, from->name, from->name_size, &entry->name_size);
	entry->name_hash = utf16_hash(entry->name, entry->name_size);
	entry->type = from->type;
	entry->flags = from->flags;
	entry->n_values = (uint32_t)from->n_values;
	entry->values = parts->datum;
	for (size_t k = 0; k < from->n_values; k++)
		put_value(parts, from->type, &from->values[k]);
}

bool claim_datum_equal(uint16_t type, const struct claim_datum *a,
		       const struct claim_datum *b, bool fold)
{
	if (!type_has_data(type))
		return a->integer == b->integer;
	if (a->hash != b->hash || a->size != b->size)
		return false;
	if (type == GUISE_CLAIM_STRING)
		return utf16_equal(a->data, a->size, b->data, b->size, fold);
	return a->size == 0 || memcmp(a->data, b->data, a->size) == 0;
}

static bool entry_repeats(const struct claim_entry *entry)
{
	const bool fold = !(entry->flags & GUISE_CLAIM_CASE_SENSITIVE);

	for (uint32_t i = 1; i < entry->n_values; i++) {
		for (uint32_t k = 0; k < i; k++) {
			if (claim_datum_equal(entry->type, &entry->values[i],
					      &entry->values[k], fold))
				return true;
		}
	}
	return false;
}

/* Puts all claims into the table; 0, or what occurs twice */
static int index_claims(struct claims_parts *parts, bool repeats)
{
	for (uint32_t i = 0; i < parts->claims->n; i++) {
		struct claim_entry *entry = &parts->entry[i];
		uint32_t at = claims_slot(parts->claims, entry->name_hash,
					  entry->name, entry->name_size);

		if (parts->slots[at])
			return GUISE_E_INVALID_CLAIM;
		parts->slots[at] = (uint16_t)(i + 1);
		entry->repeats = entry_repeats(entry);
		if (entry->repeats && !repeats)
			return GUISE_E_INVALID_CLAIM;
	}
	return 0;
}

int claims_build(const struct guise_claim *claims, size_t n, bool repeats,
		 const struct guise_claims **ret)
{
	GUISE_AUTO(guise_claims_unrefp) const struct guise_claims *set = NULL;
	struct claims_sizes sizes;
	struct claims_parts parts;
	int r;

	if (n > GUISE_CLAIMS_MAX)
		return GUISE_E_LIMIT;
	r = measure(claims, n, &sizes);
	if (r < 0)
		return r;
	r = parts_alloc(n, &sizes, &parts);
	if (r < 0)
		return r;
	set = parts.claims;
	for (size_t i = 0; i < n; i++)
		put_claim(&parts, i, &claims[i]);
	r = index_claims(&parts, repeats);
	if (r < 0)
		return r;
	*ret = guise_take(set);
	return 0;
}

int guise_claims_new(const struct guise_claim *claims, size_t n_claims,
		     const struct guise_claims **ret)
{
	if ((!claims && n_claims) || !ret)
		return -EINVAL;
	return claims_build(claims, n_claims, false, ret);
}

/* The count is the one thing in a set that changes. */
static struct guise_claims *writable(const struct guise_claims *claims)
{
	struct guise_claims *set;

	memcpy(&set, &claims, sizeof(set));
	return set;
}

const struct guise_claims *guise_claims_ref(const struct guise_claims *claims)
{
	if (claims)
		refcount_get(&writable(claims)->refcount);
	return claims;
}

const struct guise_claims *guise_claims_unref(const struct guise_claims *claims)
{
	if (claims && refcount_put(&writable(claims)->refcount))
		free(writable(claims));
	return NULL;
}

void guise_claims_unrefp(const struct guise_claims **claims)
{
	*claims = guise_claims_unref(*claims);
}

size_t guise_claims_n(const struct guise_claims *claims)
{
	return claims ? claims->n : 0;
}

const struct guise_claim *guise_claims_at(const struct guise_claims *claims,
					  size_t index)
{
	must(claims && index < claims->n);
	return &claims->claims[index];
}
