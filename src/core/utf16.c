/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words of four units at a time, as long as they are ASCII: that is what names
 * and values nearly always are.
 */
#include "utf16.h"

/* In each unit of a word: the bits that are not ASCII. */
#define NOT_ASCII UINT64_C(0xff80ff80ff80ff80)

static inline uint64_t word_at(const uint8_t *p)
{
	return u64le(p);
}

/* Four ASCII units in upper case: bit 7 of a sum says whether the unit is at
 * least 'a', and whether it is beyond 'z'. */
static inline uint64_t word_upcase(uint64_t word)
{
	const uint64_t ones = UINT64_C(0x0001000100010001);
	uint64_t from_a = word + ones * (0x80 - 'a');
	uint64_t beyond_z = word + ones * (0x80 - 'z' - 1);

	return word - ((from_a & ~beyond_z & ones * 0x80) >> 2);
}

/* Any four units in upper case. */
static uint64_t word_upcase_slowly(uint64_t word)
{
	uint64_t upper = 0;

	for (unsigned shift = 0; shift < 64; shift += 16)
		upper |= (uint64_t)utf16_upcase((uint16_t)(word >> shift))
			 << shift;
	return upper;
}

/* They are known to be the same text, in any case if @fold. */
static inline bool words_equal(uint64_t x, uint64_t y, bool fold)
{
	return x == y || (fold && !((x | y) & NOT_ASCII) &&
			  word_upcase(x) == word_upcase(y));
}

/* Less than four units, as a word. */
static uint64_t short_word_at(const uint8_t *p, size_t size)
{
	uint64_t word = 0;

	for (size_t i = 0; i < size; i += 2)
		word |= (uint64_t)u16le(p + i) << (8 * i);
	return word;
}

/* The last four units, which may be among those before, or all there are. */
static inline uint64_t last_word_of(const uint8_t *p, size_t size)
{
	return size < 8 ? short_word_at(p, size) : word_at(p + size - 8);
}

size_t utf8_next(const char *text, size_t size, uint32_t *ret)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const uint8_t *p = (const uint8_t *)text;
	uint32_t value;
	size_t n;

	if (size == 0)
		return 0;
	if (p[0] < 0x80) {
		*ret = p[0];
		return 1;
	}
	n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || n > size)
		return 0;
	value = p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (p[i] & 0x3f);
	}
	if (value < least[n] || value > 0x10ffff)
		return 0;
	*ret = value;
	return n;
}

size_t utf8_put(uint32_t character, char *to)
{
	size_t n = character < 0x80	 ? 1
		   : character < 0x800	 ? 2
		   : character < 0x10000 ? 3
					 : 4;
	static const uint8_t first[] = {0, 0, 0xc0, 0xe0, 0xf0};

	for (size_t i = n - 1; i > 0; i--) {
		to[i] = (char)(0x80 | (character & 0x3f));
		character >>= 6;
	}
	to[0] = (char)(first[n] | character);
	return n;
}

/* @to may be NULL: only counted */
static void put_unit(uint8_t *to, size_t *size, uint32_t unit)
{
	if (to) {
		to[*size] = (uint8_t)unit;
		to[*size + 1] = (uint8_t)(unit >> 8);
	}
	*size += 2;
}

static bool is_high(uint32_t unit)
{
	return unit >> 10 == 0xd800 >> 10;
}

static bool is_low(uint32_t unit)
{
	return unit >> 10 == 0xdc00 >> 10;
}

bool utf16_from_utf8(const char *text, size_t size, uint8_t *to,
		     size_t *ret_size)
{
	uint32_t character, before = 0;
	size_t n_out = 0, n;

	for (size_t i = 0; i < size; i += n) {
		n = utf8_next(text + i, size - i, &character);
		if (n == 0 || (is_high(before) && is_low(character)))
			return false;
		if (character < 0x10000) {
			put_unit(to, &n_out, character);
		} else {
			put_unit(to, &n_out, 0xd7c0 + (character >> 10));
			put_unit(to, &n_out, 0xdc00 | (character & 0x3ff));
		}
		before = character;
	}
	*ret_size = n_out;
	return true;
}

size_t utf8_from_utf16(const uint8_t *data, size_t size, char *to)
{
	size_t n = 0;

	for (size_t i = 0; i + 1 < size; i += 2) {
		uint32_t unit = u16le(data + i);

		if (utf16_is_pair(data + i, size - i)) {
			unit = ((unit - 0xd7c0) << 10) +
			       (u16le(data + i + 2) & 0x3ff);
			i += 2;
		}
		n += utf8_put(unit, to + n);
	}
	return n;
}

void utf16_upcase_all(uint8_t *data, size_t size)
{
	for (size_t i = 0; i + 1 < size; i += 2) {
		uint16_t unit = utf16_upcase(u16le(data + i));

		data[i] = (uint8_t)unit;
		data[i + 1] = (uint8_t)(unit >> 8);
	}
}

/* The first unit in which the two differ; @size if none does. */
static size_t find_difference(const uint8_t *a, const uint8_t *b, size_t size,
			      bool fold)
{
	size_t i = 0;

	for (; i + 8 <= size; i += 8) {
		if (!words_equal(word_at(a + i), word_at(b + i), fold))
			break;
	}
	for (; i < size; i += 2) {
		uint16_t x = u16le(a + i), y = u16le(b + i);

		if (x != y && !(fold && utf16_upcase(x) == utf16_upcase(y)))
			break;
	}
	return i;
}

/* What is not all ASCII is out of line, and instead of the way for ASCII, which
 * so has nothing to keep for it. */
__attribute__((noinline, cold)) static bool
equal_slowly(const uint8_t *a, const uint8_t *b, size_t size)
{
	return find_difference(a, b, size, true) == size;
}

bool utf16_equal(const uint8_t *a, size_t a_size, const uint8_t *b,
		 size_t b_size, bool fold)
{
	uint64_t x, y;

	if (a_size != b_size)
		return false;
	for (size_t i = 0; i + 8 < a_size; i += 8) {
		x = word_at(a + i);
		y = word_at(b + i);
		if (!words_equal(x, y, fold))
			return fold && (x | y) & NOT_ASCII &&
			       equal_slowly(a, b, a_size);
	}
	x = last_word_of(a, a_size);
	y = last_word_of(b, a_size);
	if (words_equal(x, y, fold))
		return true;
	return fold && (x | y) & NOT_ASCII && equal_slowly(a, b, a_size);
}

int utf16_compare(const uint8_t *a, size_t a_size, const uint8_t *b,
		  size_t b_size, bool fold)
{
	size_t size = a_size < b_size ? a_size : b_size;
	size_t i = find_difference(a, b, size, fold);
	uint16_t x, y;

	if (i == size)
		return (a_size > b_size) - (a_size < b_size);
	x = u16le(a + i);
	y = u16le(b + i);
	if (fold) {
		x = utf16_upcase(x);
		y = utf16_upcase(y);
	}
	return x < y ? -1 : 1;
}

static inline uint64_t hash_word(uint64_t hash, uint64_t upper)
{
	hash = (hash ^ upper) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

__attribute__((noinline, cold)) static uint32_t hash_slowly(const uint8_t *data,
							    size_t size)
{
	uint64_t hash = size;

	for (size_t i = 0; i + 8 < size; i += 8)
		hash = hash_word(hash, word_upcase_slowly(word_at(data + i)));
	return (uint32_t)hash_word(
		hash, word_upcase_slowly(last_word_of(data, size)));
}

uint32_t utf16_hash(const uint8_t *data, size_t size)
{
	const uint64_t last = last_word_of(data, size);
	uint64_t hash = size, all = last;

	for (size_t i = 0; i + 8 < size; i += 8) {
		const uint64_t word = word_at(data + i);

		all |= word;
		hash = hash_word(hash, word_upcase(word));
	}
	if (all & NOT_ASCII)
		return hash_slowly(data, size);
	return (uint32_t)hash_word(hash, word_upcase(last));
}
