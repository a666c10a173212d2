/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compressed forms that claims come in (MS-XCA). Each writes exactly @size
 * bytes to @ret, a size the caller has bounded, and takes time linear in it;
 * false if the input says anything else.
 */
#ifndef GSS_DECOMPRESS_H
#define GSS_DECOMPRESS_H

#include "reader.h"

/* MS-XCA 2.5 */
GUISE_MUST_USE bool lznt1_decompress(struct reader in, uint8_t *ret,
				     size_t size);
/* MS-XCA 2.4: plain LZ77 */
GUISE_MUST_USE bool xpress_decompress(struct reader in, uint8_t *ret,
				      size_t size);
/* MS-XCA 2.2: LZ77 with Huffman codes */
GUISE_MUST_USE bool xpress_huffman_decompress(struct reader in, uint8_t *ret,
					      size_t size);

/* What has been written so far; for the three alone. */
struct sink {
	uint8_t *data;
	size_t size; /* of it all */
	size_t at;
};

static inline bool sink_byte(struct sink *sink, uint8_t byte)
{
	if (sink->at == sink->size)
		return false;
	sink->data[sink->at++] = byte;
	return true;
}

/* The bytes from @distance back, again; they may overlap what they become. */
static inline bool sink_match(struct sink *sink, size_t distance, size_t length)
{
	if (distance == 0 || distance > sink->at ||
	    length > sink->size - sink->at)
		return false;
	for (; length; length--, sink->at++)
		sink->data[sink->at] = sink->data[sink->at - distance];
	return true;
}

#endif
