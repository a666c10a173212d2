/* SPDX-License-Identifier: Apache-2.0 */
/* Text and numbers, without locale and without surprises. */
#include "text.h"
#include "buf.h"

bool text_to_u64(const char *text, size_t size, uint64_t max, uint64_t *ret)
{
	uint64_t value = 0;

	if (size == 0)
		return false;
	for (size_t i = 0; i < size; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		if (ckd_mul(&value, value, 10) ||
		    ckd_add(&value, value, (uint64_t)(text[i] - '0')))
			return false;
	}
	if (value > max)
		return false;
	*ret = value;
	return true;
}

size_t text_from_u64(uint64_t value, char ret[20])
{
	char reversed[20];
	size_t n = 0;

	do {
		reversed[n++] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	for (size_t i = 0; i < n; i++)
		ret[i] = reversed[n - 1 - i];
	return n;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool text_digit(char c, unsigned base, unsigned *ret)
{
	unsigned value;

	c = lower(c);
	if (c >= '0' && c <= '9')
		value = (unsigned)(c - '0');
	else if (c >= 'a' && c <= 'f')
		value = (unsigned)(c - 'a') + 10;
	else
		return false;
	if (value >= base)
		return false;
	*ret = value;
	return true;
}

bool text_equal_nocase(const char *a, size_t a_size, const char *b,
		       size_t b_size)
{
	if (a_size != b_size)
		return false;
	for (size_t i = 0; i < a_size; i++) {
		if (lower(a[i]) != lower(b[i]))
			return false;
	}
	return true;
}

size_t text_utf8_tail(const char *text)
{
	const uint8_t first = (uint8_t)text[0];
	const uint8_t second = first ? (uint8_t)text[1] : 0;
	const size_t n = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;

	if (first < 0xc2 || first > 0xf4)
		return 0;
	/* no overlong forms, no surrogates, nothing above U+10FFFF */
	if ((first == 0xe0 && second < 0xa0) ||
	    (first == 0xed && second > 0x9f) ||
	    (first == 0xf0 && second < 0x90) ||
	    (first == 0xf4 && second > 0x8f))
		return 0;
	for (size_t i = 1; i <= n; i++) {
		if (((uint8_t)text[i] & 0xc0) != 0x80)
			return 0;
	}
	return n;
}

int text_unhex(const char *text, size_t size, struct guise_buf *out)
{
	size_t before = out->size;
	int r;

	if (size % 2)
		return -EINVAL;
	for (size_t i = 0; i < size; i += 2) {
		unsigned high, low;

		if (!text_digit(text[i], 16, &high) ||
		    !text_digit(text[i + 1], 16, &low)) {
			buf_truncate(out, before);
			return -EINVAL;
		}
		r = buf_append_u8(out, (uint8_t)(high << 4 | low));
		if (r < 0) {
			buf_truncate(out, before);
			return r;
		}
	}
	return 0;
}

int text_hex(const void *data, size_t size, struct guise_buf *out)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *bytes = data;
	uint8_t *at;
	int r;

	r = buf_reserve(out, size * 2, &at);
	if (r < 0)
		return r;
	for (size_t i = 0; i < size; i++) {
		at[2 * i] = (uint8_t)digits[bytes[i] >> 4];
		at[2 * i + 1] = (uint8_t)digits[bytes[i] & 0xf];
	}
	out->size += size * 2;
	return 0;
}
