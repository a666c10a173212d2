/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding UTF-8 strictly, one code point at a time. */
#include "utf8.h"

struct lead {
	uint8_t mask;
	uint8_t value;
	uint8_t n_more;
	uint32_t least; /* below it the form is overlong */
};

static const struct lead leads[] = {
	{0x80, 0x00, 0, 0},
	{0xe0, 0xc0, 1, 0x80},
	{0xf0, 0xe0, 2, 0x800},
	{0xf8, 0xf0, 3, 0x10000},
};

static const struct lead *lead_find(uint8_t byte)
{
	for (size_t i = 0; i < ARRAY_SIZE(leads); i++) {
		if ((byte & leads[i].mask) == leads[i].value)
			return &leads[i];
	}
	return NULL;
}

bool span_next_utf8(struct span *s, uint32_t *ret)
{
	const uint8_t *p = (const uint8_t *)s->data;
	const struct lead *lead = lead_find(p[0]);
	size_t left = s->size;
	uint32_t c;

	*s = span_from(*s, 1);
	if (!lead || left <= lead->n_more)
		return false;
	c = p[0] & (uint8_t)~lead->mask;
	for (size_t i = 1; i <= lead->n_more; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return false;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < lead->least || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return false;
	*s = span_from(*s, lead->n_more);
	*ret = c;
	return true;
}

bool utf8_is_valid(struct span s)
{
	uint32_t c;

	while (s.size) {
		if (!span_next_utf8(&s, &c))
			return false;
	}
	return true;
}
