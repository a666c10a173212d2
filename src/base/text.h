/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers in and out of text: whole string, range-checked, no locale. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base.h"

/* Decimal digits only, the whole of @text, no sign, no leading '+'; false on
 * empty, other characters or a value above @max. */
GUISE_MUST_USE bool text_to_u64(const char *text, size_t size, uint64_t max,
				uint64_t *ret);
/* "20 characters of digits" at most; returns the length, no NUL */
size_t text_from_u64(uint64_t value, char ret[20]);
/* The value of a digit in @base, at most 16, letters in any case; false if it
 * is none */
GUISE_MUST_USE bool text_digit(char c, unsigned base, unsigned *ret);
/* ASCII case-insensitive equality of two spans */
bool text_equal_nocase(const char *a, size_t a_size, const char *b,
		       size_t b_size);
/* Bytes beyond the first of the UTF-8 character, longer than one byte, that
 * NUL-terminated @text begins with; 0 if it begins with none */
size_t text_utf8_tail(const char *text);
/* Even number of hex digits to bytes appended to @out.
 * 0, -EINVAL (not hex or odd), -ENOMEM */
GUISE_MUST_USE int text_unhex(const char *text, size_t size,
			      struct guise_buf *out);
/* Lower-case hex appended to @out */
GUISE_MUST_USE int text_hex(const void *data, size_t size,
			    struct guise_buf *out);

#endif
