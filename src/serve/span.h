/* SPDX-License-Identifier: Apache-2.0 */
/* Borrowed text with a length, as it came from a client. */
#ifndef SERVE_SPAN_H
#define SERVE_SPAN_H

#include "base.h"
#include "text.h"

struct span {
	const char *data;
	size_t size;
};

static inline struct span span_of(const char *text)
{
	return (struct span){.data = text, .size = strlen(text)};
}

static inline struct span span_from(struct span s, size_t at)
{
	must(at <= s.size);
	return (struct span){.data = s.data + at, .size = s.size - at};
}

static inline bool span_equal(struct span s, const char *text)
{
	return s.size == strlen(text) && memcmp(s.data, text, s.size) == 0;
}

static inline bool span_equal_nocase(struct span s, const char *text)
{
	return text_equal_nocase(s.data, s.size, text, strlen(text));
}

static inline bool span_starts_nocase(struct span s, const char *text)
{
	size_t size = strlen(text);

	return s.size >= size && text_equal_nocase(s.data, size, text, size);
}

/* Without blanks and tabs around it (RFC 9110 5.6.3, OWS). */
static inline struct span span_trim(struct span s)
{
	while (s.size && (s.data[0] == ' ' || s.data[0] == '\t')) {
		s.data++;
		s.size--;
	}
	while (s.size &&
	       (s.data[s.size - 1] == ' ' || s.data[s.size - 1] == '\t'))
		s.size--;
	return s;
}

/* Splits at the first @c: *ret_head before it, *ret_tail after it. */
static inline bool span_split(struct span s, char c, struct span *ret_head,
			      struct span *ret_tail)
{
	const char *at = s.size ? memchr(s.data, c, s.size) : NULL;

	if (!at)
		return false;
	*ret_head = (struct span){s.data, (size_t)(at - s.data)};
	*ret_tail = span_from(s, ret_head->size + 1);
	return true;
}

#endif
