/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text between UTF-8, which the library speaks, and UTF-16LE, which claims and
 * conditions are made of, and how Windows compares it. A surrogate without its
 * partner, which Windows lets pass, is three bytes in UTF-8, as if it were a
 * character; two such triplets that make a pair are not accepted, so that every
 * text has one form.
 */
#ifndef CORE_UTF16_H
#define CORE_UTF16_H

#include "base.h"
#include "reader.h"

/* The unit at @data and the next one are a surrogate pair; @size: what is left.
 */
static inline bool utf16_is_pair(const uint8_t *data, size_t size)
{
	return size >= 4 && data[1] >> 2 == 0xd8 >> 2 &&
	       data[3] >> 2 == 0xdc >> 2;
}

/* At most this many bytes of UTF-16LE for @n bytes of UTF-8, and back. */
#define UTF16_SIZE_MAX(n) (2 * (n))
#define UTF8_SIZE_MAX(n) ((n) / 2 * 3)

/* The character at @text, and how many bytes it has; 0 if there is none. */
size_t utf8_next(const char *text, size_t size, uint32_t *ret);
/* Writes @character, a surrogate too; returns the bytes, at most four. */
size_t utf8_put(uint32_t character, char *to);
/* @to has room for UTF16_SIZE_MAX(@size), or is NULL to get the size only;
 * false: @text is not UTF-8. */
GUISE_MUST_USE bool utf16_from_utf8(const char *text, size_t size, uint8_t *to,
				    size_t *ret_size);
/* @to has room for UTF8_SIZE_MAX(@size); @size is even. Returns the bytes. */
size_t utf8_from_utf16(const uint8_t *data, size_t size, char *to);

/* One unit in upper case, by the table of Windows 7 to 10. */
uint16_t utf16_upcase(uint16_t unit);
/* All units, in place; @size is even. */
void utf16_upcase_all(uint8_t *data, size_t size);
/* Order by UTF-16 unit, a shorter text before its continuations. Sizes are in
 * bytes and even. @fold: as if both were in upper case. */
int utf16_compare(const uint8_t *a, size_t a_size, const uint8_t *b,
		  size_t b_size, bool fold);
bool utf16_equal(const uint8_t *a, size_t a_size, const uint8_t *b,
		 size_t b_size, bool fold);
/* A hash of the text in upper case, for names; not for untrusted tables
 * without a bound on their size. */
uint32_t utf16_hash(const uint8_t *data, size_t size);

#endif
