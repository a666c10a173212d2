/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which account names are allowed: Windows' rules (NetUserAdd: none of
 * "/\[]:;|=,+*?<>@, no controls, not only dots and spaces), in well-formed
 * UTF-8, and without invisible characters that make two names look alike.
 */
#include "accounts.h"

struct utf8_form {
	uint8_t mask, lead;
	uint8_t n_more;
	uint32_t min; /* below it the form is overlong */
};

static const struct utf8_form utf8_forms[] = {
	{0x80, 0x00, 0, 0x0},
	{0xe0, 0xc0, 1, 0x80},
	{0xf0, 0xe0, 2, 0x800},
	{0xf8, 0xf0, 3, 0x10000},
};

/* The next character of a NUL-terminated text; false if it is malformed. */
static bool utf8_next(const uint8_t **at, uint32_t *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(utf8_forms); i++) {
		const struct utf8_form *form = &utf8_forms[i];
		const uint8_t *p = *at;
		uint32_t c;

		if ((*p & form->mask) != form->lead)
			continue;
		c = *p++ & (uint8_t)~form->mask;
		for (unsigned n = 0; n < form->n_more; n++, p++) {
			if ((*p & 0xc0) != 0x80)
				return false;
			c = c << 6 | (*p & 0x3fu);
		}
		if (c < form->min || c > 0x10ffff ||
		    (c >= 0xd800 && c <= 0xdfff))
			return false;
		*at = p;
		*ret = c;
		return true;
	}
	return false;
}

static bool char_is_allowed(uint32_t c)
{
	if (c < 0x20 || (c >= 0x7f && c <= 0x9f))
		return false;
	if (c < 0x80)
		return !strchr("\"/\\[]:;|=,+*?<>@", (int)c);
	/* soft hyphen, zero-width and directional marks, separators, BOM */
	return c != 0xad && !(c >= 0x200b && c <= 0x200f) &&
	       !(c >= 0x2028 && c <= 0x202e) && !(c >= 0x2060 && c <= 0x206f) &&
	       c != 0xfeff;
}

static bool is_dot_or_space(char c)
{
	return c == '.' || c == ' ';
}

bool account_name_is_valid(const char *name)
{
	const uint8_t *at = (const uint8_t *)name;
	size_t size = strnlen(name, GUISE_USER_NAME_MAX + 1);
	uint32_t c;

	if (size == 0 || size > GUISE_USER_NAME_MAX)
		return false;
	if (is_dot_or_space(name[0]) || is_dot_or_space(name[size - 1]))
		return false;
	while (*at) {
		if (!utf8_next(&at, &c) || !char_is_allowed(c))
			return false;
	}
	return true;
}
