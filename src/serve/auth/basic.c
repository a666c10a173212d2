/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP Basic credentials, RFC 7617 with charset="UTF-8". Both parts are NUL-
 * terminated UTF-8 without control characters; the name has no colon.
 */
#include "basic.h"
#include "base64.h"
#include "utf8.h"

#define DECODED_MAX (GUISE_USER_NAME_MAX + 1 + GUISE_PASSWORD_MAX)

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
	uint8_t decoded[DECODED_MAX];
	size_t size;
	int r = -EINVAL;

	if (!span_starts_nocase(value, "Basic "))
		return -EINVAL;
	value = span_trim(span_from(value, 6));
	if (base64_decode(value, decoded, sizeof(decoded), &size))
		r = basic_split((struct span){(char *)decoded, size}, ret);
	explicit_bzero(decoded, sizeof(decoded));
	return r;
}

void basic_clear(struct basic *basic)
{
	explicit_bzero(basic, sizeof(*basic));
}
