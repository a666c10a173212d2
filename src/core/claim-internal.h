/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims as conditions look at them: text in UTF-16LE, names found by a hash
 * of their upper case. Those of a set have been laid out so when it was built;
 * those of a resource attribute ACE are read where they are.
 */
#ifndef CORE_CLAIM_INTERNAL_H
#define CORE_CLAIM_INTERNAL_H

#include "base.h"
#include "reader.h"
#include "utf16.h"
#include <guise/claim.h>

/*
 * One value. STRING: UTF-16LE without NUL; SID and OCTETS: their bytes. Of the
 * integers only @integer is set.
 */
struct claim_datum {
	int64_t integer;
	const uint8_t *data;
	uint32_t size;
	uint32_t hash; /* of STRING: utf16_hash(); else 0 */
};

/* A claim of a set. */
struct claim_entry {
	uint32_t name_hash;
	uint32_t name_size;
	const uint8_t *name; /* UTF-16LE, as given */
	uint32_t flags;
	uint16_t type;
	bool repeats; /* a value occurs twice: only after decoding */
	uint32_t n_values;
	const struct claim_datum *values;
};

/* One block of memory with all it points to. */
struct guise_claims {
	atomic_uint refcount;
	uint32_t n;
	uint32_t slot_mask;    /* a power of two minus one */
	const uint16_t *slots; /* index plus one; 0 is empty */
	const struct guise_claim *claims;
	const struct claim_entry *entries;
};
static_assert(GUISE_CLAIMS_MAX < UINT16_MAX, "every index fits a slot");

/* The slot of a name, in any case: the one that holds it, or the empty one
 * where it belongs. @hash: utf16_hash() of it */
static inline uint32_t claims_slot(const struct guise_claims *claims,
				   uint32_t hash, const uint8_t *name,
				   size_t size)
{
	uint32_t at = hash & claims->slot_mask;

	for (; claims->slots[at]; at = (at + 1) & claims->slot_mask) {
		const struct claim_entry *entry =
			&claims->entries[claims->slots[at] - 1];

		if (entry->name_hash == hash &&
		    utf16_equal(entry->name, entry->name_size, name, size,
				true))
			break;
	}
	return at;
}

/* The claim with this name, in any case, or NULL. */
static inline const struct claim_entry *
claims_find(const struct guise_claims *claims, const uint8_t *name, size_t size)
{
	const uint32_t at =
		claims_slot(claims, utf16_hash(name, size), name, size);

	return claims->slots[at] ? &claims->entries[claims->slots[at] - 1]
				 : NULL;
}

bool claim_type_is_known(uint16_t type);
/* Values are equal; @fold: strings in any case. Both of the same type. */
bool claim_datum_equal(uint16_t type, const struct claim_datum *a,
		       const struct claim_datum *b, bool fold);

/* guise_claims_new(), or with values that occur twice if @repeats. */
GUISE_MUST_USE int claims_build(const struct guise_claim *claims, size_t n,
				bool repeats, const struct guise_claims **ret);

/* What can be wrong with one claim by itself, but for repeated values; *ret is
 * the size of its binary form, which is within GUISE_CLAIM_MAX_SIZE. */
GUISE_MUST_USE int claim_check(const struct guise_claim *claim, size_t *ret);

/* A claim in its binary form (CLAIM_SECURITY_ATTRIBUTE_RELATIVE_V1), not
 * copied. @offsets are @n_values times four bytes. */
struct claim_span {
	struct reader all;
	const uint8_t *name; /* UTF-16LE */
	size_t name_size;
	const uint8_t *offsets;
	uint32_t n_values;
	uint32_t flags;
	uint16_t type;
};

/* Header and name; the values are not looked at. 0, GUISE_E_INVALID_CLAIM, or
 * GUISE_E_LIMIT for too many values. */
GUISE_MUST_USE int claim_read_span(struct reader in, struct claim_span *ret);
/* The type is one, and all values are inside and well-formed, and share no
 * bytes, so that what is linear in the values is linear in the bytes. */
GUISE_MUST_USE bool claim_span_check(const struct claim_span *span);
/* Value @i; false if it is malformed. */
GUISE_MUST_USE bool claim_span_value(const struct claim_span *span, uint32_t i,
				     struct claim_datum *ret);

#endif
