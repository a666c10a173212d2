/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LZ77 with Huffman codes, MS-XCA 2.2. Blocks of 64 KiB, each begins with the
 * lengths of the codes of 512 symbols: 256 literals, and as many matches. Bits
 * come in words of 16 from the high end, two of which are read ahead; bytes of
 * long lengths lie between the words.
 */
#include "decompress.h"

#define N_SYMBOLS 512
#define BLOCK_SIZE 65536u
#define BITS_MAX 15
#define LENGTH_MIN 3
#define LENGTH_IN_SYMBOL 15 /* this and more: see the bytes */

/* Codes in order of length, then of symbol, are consecutive numbers. */
struct codes {
	uint16_t n[BITS_MAX + 1]; /* of this length */
	uint16_t symbols[N_SYMBOLS];
};

struct bits {
	struct reader in;
	uint32_t next; /* from the high end */
	int extra;     /* bits in @next beyond 16 */
};

/* Four bits a symbol. The codes use up all there are of BITS_MAX bits. */
static bool take_codes(struct reader *in, struct codes *ret)
{
	const uint8_t *lengths;
	uint32_t used = 0;
	size_t n = 0;

	if (!read_bytes(in, N_SYMBOLS / 2, &lengths))
		return false;
	*ret = (struct codes){0};
	for (unsigned length = 1; length <= BITS_MAX; length++) {
		for (unsigned i = 0; i < N_SYMBOLS; i++) {
			if ((lengths[i / 2] >> 4 * (i % 2) & 0xf) != length)
				continue;
			ret->symbols[n++] = (uint16_t)i;
			ret->n[length]++;
			used += 1u << (BITS_MAX - length);
		}
	}
	return used == 1u << BITS_MAX;
}

static bool bits_begin(struct bits *bits)
{
	uint16_t high, low;

	if (!read_u16le(&bits->in, &high) || !read_u16le(&bits->in, &low))
		return false;
	bits->next = (uint32_t)high << 16 | low;
	bits->extra = 16;
	return true;
}

/* @n is at most 15, so that there always are as many in @next. */
static bool bits_drop(struct bits *bits, unsigned n)
{
	uint16_t word;

	bits->next <<= n;
	bits->extra -= (int)n;
	if (bits->extra >= 0)
		return true;
	if (!read_u16le(&bits->in, &word))
		return false;
	bits->next |= (uint32_t)word << -bits->extra;
	bits->extra += 16;
	return true;
}

static bool take_symbol(struct bits *bits, const struct codes *codes,
			unsigned *ret)
{
	uint32_t first = 0;  /* code of this length */
	uint32_t before = 0; /* codes that are shorter */

	for (unsigned length = 1; length <= BITS_MAX; length++) {
		const uint32_t code = bits->next >> (32 - length);

		if (code - first < codes->n[length]) {
			*ret = codes->symbols[before + code - first];
			return bits_drop(bits, length);
		}
		before += codes->n[length];
		first = (first + codes->n[length]) << 1;
	}
	return false;
}

/* A byte; if that is not enough, two, four: of the whole length. */
static bool take_length(struct bits *bits, size_t *ret)
{
	uint32_t whole;
	uint16_t word;
	uint8_t byte;

	if (!read_u8(&bits->in, &byte))
		return false;
	if (byte != UINT8_MAX) {
		*ret = LENGTH_IN_SYMBOL + (size_t)byte;
		return true;
	}
	if (!read_u16le(&bits->in, &word))
		return false;
	whole = word;
	if (word == 0 && !read_u32le(&bits->in, &whole))
		return false;
	*ret = whole;
	return whole >= LENGTH_IN_SYMBOL;
}

static bool take_match(struct bits *bits, unsigned symbol, struct sink *sink)
{
	const unsigned distance_bits = symbol / 16;
	size_t length = symbol % 16;
	uint32_t distance;

	if (length == LENGTH_IN_SYMBOL && !take_length(bits, &length))
		return false;
	distance = 1u << distance_bits;
	if (distance_bits)
		distance += bits->next >> (32 - distance_bits);
	return bits_drop(bits, distance_bits) && length <= sink->size &&
	       sink_match(sink, distance, length + LENGTH_MIN);
}

static bool take_block(struct bits *bits, struct sink *sink)
{
	const size_t begin = sink->at;
	struct codes codes;
	unsigned symbol;

	if (!take_codes(&bits->in, &codes) || !bits_begin(bits))
		return false;
	while (sink->at < sink->size && sink->at - begin < BLOCK_SIZE) {
		if (!take_symbol(bits, &codes, &symbol))
			return false;
		if (symbol < 256) {
			if (!sink_byte(sink, (uint8_t)symbol))
				return false;
		} else if (!take_match(bits, symbol - 256, sink)) {
			return false;
		}
	}
	return true;
}

bool xpress_huffman_decompress(struct reader in, uint8_t *ret, size_t size)
{
	struct bits bits = {.in = in};
	struct sink sink = {.data = ret, .size = size};

	while (sink.at < size) {
		if (!take_block(&bits, &sink))
			return false;
	}
	return true;
}
