/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP Basic credentials, RFC 7617 with charset="UTF-8". Both parts are NUL-
 * terminated UTF-8 without control characters; the name has no colon.
 */
#include "basic.h"
#include "utf8.h"

#define DECODED_MAX (GUISE_USER_NAME_MAX + 1 + GUISE_PASSWORD_MAX)

static int base64_digit(char c)
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

/* RFC 4648 4, padding required, no bits left over that are not 0. */
static bool base64_decode(struct span text, char *ret, size_t max,
			  size_t *ret_size)
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
		int digit = base64_digit(text.data[i]);

		if (digit < 0)
			return false;
		bits = (bits << 6 | (uint32_t)digit) & 0xffffff;
		n_bits += 6;
		if (n_bits >= 8) {
			n_bits -= 8;
			ret[out++] = (char)(bits >> n_bits & 0xff);
		}
	}
	*ret_size = size;
	return (bits & ((1u << n_bits) - 1)) == 0;
}

static bool is_text(struct span s)
{
	for (size_t i = 0; i < s.size; i++) {
		if ((uint8_t)s.data[i] < ' ' || s.data[i] == 0x7f)
			return false;
	}
	return utf8_is_valid(s);
}

static int basic_split(struct span decoded, struct basic *ret)
{
	struct span name, password;

	if (!is_text(decoded) || !span_split(decoded, ':', &name, &password))
		return -EINVAL;
	if (name.size == 0 || name.size > GUISE_USER_NAME_MAX ||
	    password.size > GUISE_PASSWORD_MAX)
		return -EINVAL;
	memcpy(ret->name, name.data, name.size);
	ret->name[name.size] = '\0';
	ret->name_size = name.size;
	if (password.size)
		memcpy(ret->password, password.data, password.size);
	ret->password[password.size] = '\0';
	ret->password_size = password.size;
	return 0;
}

int basic_parse(struct span value, struct basic *ret)
{
	char decoded[DECODED_MAX];
	size_t size;
	int r = -EINVAL;

	if (!span_starts_nocase(value, "Basic "))
		return -EINVAL;
	value = span_trim(span_from(value, 6));
	if (base64_decode(value, decoded, sizeof(decoded), &size))
		r = basic_split((struct span){decoded, size}, ret);
	explicit_bzero(decoded, sizeof(decoded));
	return r;
}

void basic_clear(struct basic *basic)
{
	explicit_bzero(basic, sizeof(*basic));
}
