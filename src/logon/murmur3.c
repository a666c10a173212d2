/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MurmurHash3 for 32 bits (Austin Appleby, public domain), with which SSSD
 * finds the place of a domain. Not a cryptographic hash: domains are chosen by
 * the administrator, and places that meet are refused.
 */
#include "idmap.h"
#include "reader.h"

static uint32_t rotate(uint32_t x, unsigned bits)
{
	return x << bits | x >> (32 - bits);
}

static uint32_t scramble(uint32_t k)
{
	return rotate(k * 0xcc9e2d51, 15) * 0x1b873593;
}

uint32_t murmur3(const void *data, size_t size, uint32_t seed)
{
	struct reader in = reader_of(data, size);
	uint32_t hash = seed, word, tail = 0;
	uint8_t byte;

	while (read_u32le(&in, &word))
		hash = rotate(hash ^ scramble(word), 13) * 5 + 0xe6546b64;
	for (unsigned shift = 0; read_u8(&in, &byte); shift += 8)
		tail |= (uint32_t)byte << shift;
	hash ^= scramble(tail); /* of no byte it is 0 */
	hash ^= (uint32_t)size;
	hash = (hash ^ hash >> 16) * 0x85ebca6b;
	hash = (hash ^ hash >> 13) * 0xc2b2ae35;
	return hash ^ hash >> 16;
}
