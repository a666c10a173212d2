/* SPDX-License-Identifier: Apache-2.0 */
#include <nettle/base64.h>

#include "base64.h"

static int digit_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

bool base64_decode(struct span text, uint8_t *ret, size_t max, size_t *ret_size)
{
	size_t padding = 0, size;
	uint32_t bits = 0;
	unsigned n_bits = 0;

	if (text.size == 0 || text.size % 4 != 0)
		return false;
	while (padding < 2 && text.data[text.size - 1 - padding] == '=')
		padding++;
	size = text.size / 4 * 3 - padding;
	if (size > max)
		return false;
	for (size_t i = 0, out = 0; i < text.size - padding; i++) {
		int digit = digit_of(text.data[i]);

		if (digit < 0)
			return false;
		bits = (bits << 6 | (uint32_t)digit) & 0xffffff;
		n_bits += 6;
		if (n_bits >= 8) {
			n_bits -= 8;
			ret[out++] = (uint8_t)(bits >> n_bits & 0xff);
		}
	}
	*ret_size = size;
	return (bits & ((1u << n_bits) - 1)) == 0;
}

int base64_append(struct guise_buf *out, const uint8_t *data, size_t size)
{
	uint8_t *room;
	int r;

	if (size > SIZE_MAX / 2)
		return -ENOMEM;
	r = buf_reserve(out, BASE64_ENCODE_RAW_LENGTH(size), &room);
	if (r < 0)
		return r;
	base64_encode_raw((char *)room, size, data);
	out->size += BASE64_ENCODE_RAW_LENGTH(size);
	return 0;
}
