/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A 32-bit hash of a SID, the same for its parsed and its binary form, so that
 * a token's table of SIDs can be asked with either. Multilinear: each 64-bit
 * word of the binary form is multiplied by a constant of its own and the
 * products are added, so that the multiplications do not wait for each other.
 * A hit must always be confirmed by comparing the SIDs themselves: whoever
 * chooses SIDs can make hashes collide.
 */
#ifndef CORE_SID_HASH_H
#define CORE_SID_HASH_H

#include "base.h"
#include "reader.h"
#include <guise/sid.h>

/* Random odd numbers; one for the header, one for each pair of
 * sub-authorities. */
static const uint64_t sid_hash_keys[1 + (GUISE_SID_MAX_SUBS + 1) / 2] = {
	UINT64_C(0x9e3779b97f4a7c15), UINT64_C(0xd6e8feb86659fd93),
	UINT64_C(0xa0761d6478bd642f), UINT64_C(0xe7037ed1a0b428db),
	UINT64_C(0x8ebc6af09c88c6e3), UINT64_C(0x589965cc75374cc3),
	UINT64_C(0x1d8e4e27c47d124f), UINT64_C(0xeb44accab455d165),
	UINT64_C(0xc2b2ae3d27d4eb4f),
};

/* The first eight bytes of the binary form, read as one little-endian word:
 * revision, count, authority (big-endian). */
static inline uint64_t sid_hash_head(const struct guise_sid *sid)
{
	return __builtin_bswap64(sid->authority) | (uint64_t)sid->n_subs << 8 |
	       1;
}

/*
 * Both functions add the pairs in a loop whose first two rounds are written
 * out: nearly all SIDs have 1, 2 or 5 sub-authorities, and so need no loop.
 * Worth a third of the time.
 */

/* @sid must be valid */
static inline uint32_t sid_hash(const struct guise_sid *sid)
{
	const uint64_t *key = sid_hash_keys + 1;
	const uint32_t *sub = sid->sub;
	uint64_t sum = sid_hash_head(sid) * sid_hash_keys[0];
	size_t n = sid->n_subs;

	if (n >= 2)
		sum += (sub[0] | (uint64_t)sub[1] << 32) * key[0];
	if (n >= 4) {
		sum += (sub[2] | (uint64_t)sub[3] << 32) * key[1];
		for (size_t i = 4; i + 1 < n; i += 2)
			sum += (sub[i] | (uint64_t)sub[i + 1] << 32) *
			       key[i / 2];
	}
	if (n % 2)
		sum += sub[n - 1] * key[n / 2];
	return (uint32_t)(sum >> 32);
}

/* @binary: the 8 + 4 * @n_subs bytes of a SID already found valid; @n_subs is
 * its own count, at most GUISE_SID_MAX_SUBS */
static inline uint32_t sid_hash_raw(const uint8_t *binary, size_t n_subs)
{
	const uint64_t *key = sid_hash_keys + 1;
	const uint8_t *sub = binary + 8;
	uint64_t sum = u64le(binary) * sid_hash_keys[0];

	if (n_subs >= 2)
		sum += u64le(sub) * key[0];
	if (n_subs >= 4) {
		sum += u64le(sub + 8) * key[1];
		for (size_t i = 4; i + 1 < n_subs; i += 2)
			sum += u64le(sub + 4 * i) * key[i / 2];
	}
	if (n_subs % 2)
		sum += u32le(sub + 4 * (n_subs - 1)) * key[n_subs / 2];
	return (uint32_t)(sum >> 32);
}

/* @binary: as for sid_hash_raw(); both are valid */
static inline bool sid_equal_raw(const struct guise_sid *sid,
				 const uint8_t *binary, size_t n_subs)
{
	if (u64le(binary) != sid_hash_head(sid))
		return false;
	/* from the end: the last one differs most */
	for (size_t i = n_subs; i-- > 0;) {
		if (u32le(binary + 8 + 4 * i) != sid->sub[i])
			return false;
	}
	return true;
}

#endif
