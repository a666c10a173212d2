/* SPDX-License-Identifier: Apache-2.0 */
/* Plain LZ77, MS-XCA 2.4: literals and matches, told apart by a bit each, of
 * which 32 come together. */
#include "decompress.h"

#define LENGTH_MIN 3
#define LENGTH_IN_PAIR 7  /* this and more: see a half byte */
#define LENGTH_IN_HALF 15 /* this and more: see a byte */

struct xpress {
	struct reader in;
	uint32_t flags;
	unsigned n_flags;
	uint8_t half; /* the other half of the last byte that was halved */
	bool has_half;
};

static bool take_half(struct xpress *x, size_t *ret)
{
	if (x->has_half) {
		*ret = x->half;
	} else {
		uint8_t byte;

		if (!read_u8(&x->in, &byte))
			return false;
		*ret = byte & 0xf;
		x->half = byte >> 4;
	}
	x->has_half = !x->has_half;
	return true;
}

/* A byte; if that is not enough, two, four: of the whole length. */
static bool take_long(struct xpress *x, size_t *ret)
{
	uint32_t whole;
	uint16_t word;
	uint8_t byte;

	if (!read_u8(&x->in, &byte))
		return false;
	if (byte != UINT8_MAX) {
		*ret = LENGTH_IN_PAIR + LENGTH_IN_HALF + (size_t)byte;
		return true;
	}
	if (!read_u16le(&x->in, &word))
		return false;
	whole = word;
	if (word == 0 && !read_u32le(&x->in, &whole))
		return false;
	*ret = whole;
	return whole >= LENGTH_IN_PAIR + LENGTH_IN_HALF;
}

static bool take_match(struct xpress *x, struct sink *sink)
{
	uint16_t pair;
	size_t length, half;

	if (!read_u16le(&x->in, &pair))
		return false;
	length = pair % 8;
	if (length == LENGTH_IN_PAIR) {
		if (!take_half(x, &half))
			return false;
		length += half;
		if (half == LENGTH_IN_HALF && !take_long(x, &length))
			return false;
	}
	return length <= sink->size &&
	       sink_match(sink, (size_t)(pair / 8) + 1, length + LENGTH_MIN);
}

bool xpress_decompress(struct reader in, uint8_t *ret, size_t size)
{
	struct xpress x = {.in = in};
	struct sink sink = {.data = ret, .size = size};
	uint8_t byte;

	while (sink.at < size) {
		if (x.n_flags == 0) {
			if (!read_u32le(&x.in, &x.flags))
				return false;
			x.n_flags = 32;
		}
		x.n_flags--;
		if (x.flags >> x.n_flags & 1) {
			if (!take_match(&x, &sink))
				return false;
		} else if (!read_u8(&x.in, &byte) || !sink_byte(&sink, byte)) {
			return false;
		}
	}
	return true;
}
