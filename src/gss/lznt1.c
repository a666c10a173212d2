/* SPDX-License-Identifier: Apache-2.0 */
/* LZNT1, MS-XCA 2.5: chunks of 4096 bytes, each by itself. */
#include "decompress.h"

#define CHUNK_SIZE 4096u
#define CHUNK_SIGNATURE 3u

/* How many bits of a pair are its distance: as many as the chunk's bytes so
 * far need, four at least. */
static unsigned distance_bits(size_t so_far)
{
	unsigned bits = 4;

	while (so_far > (size_t)1 << bits)
		bits++;
	return bits;
}

static bool take_pair(struct reader *in, struct sink *chunk)
{
	const unsigned length_bits = 16 - distance_bits(chunk->at);
	uint16_t pair;

	if (!read_u16le(in, &pair))
		return false;
	return sink_match(chunk, (size_t)(pair >> length_bits) + 1,
			  (pair & ((1u << length_bits) - 1)) + 3);
}

static bool take_chunk(struct reader in, struct sink *chunk)
{
	uint8_t flags, byte;

	while (in.size) {
		if (!read_u8(&in, &flags))
			return false;
		for (unsigned i = 0; i < 8 && in.size; i++) {
			if (flags >> i & 1) {
				if (!take_pair(&in, chunk))
					return false;
			} else if (!read_u8(&in, &byte) ||
				   !sink_byte(chunk, byte)) {
				return false;
			}
		}
	}
	return true;
}

bool lznt1_decompress(struct reader in, uint8_t *ret, size_t size)
{
	size_t done = 0;

	while (done < size) {
		struct sink chunk = {.data = ret + done, .size = CHUNK_SIZE};
		struct reader data;
		uint16_t header;

		if (chunk.size > size - done)
			chunk.size = size - done;
		if (!read_u16le(&in, &header) ||
		    (header >> 12 & 7) != CHUNK_SIGNATURE ||
		    !read_sub(&in, (header & 0xfffu) + 1, &data))
			return false;
		if (header >> 15) {
			if (!take_chunk(data, &chunk))
				return false;
		} else if (read_copy(&data, chunk.data, chunk.size)) {
			chunk.at = chunk.size;
		}
		/* all but the last are full */
		if (chunk.at != chunk.size || (!(header >> 15) && data.size))
			return false;
		done += chunk.at;
	}
	return true;
}
