/* SPDX-License-Identifier: Apache-2.0 */
/* The text of a condition being read: what grammar and literals share. */
#ifndef CORE_CONDITION_PARSE_H
#define CORE_CONDITION_PARSE_H

#include "base.h"
#include <guise/condition.h>

struct condition_parser {
	const char *text;
	size_t size;
	size_t at;
	const struct guise_sid *domain; /* or NULL */
	struct guise_buf *out;
	size_t start;			 /* of the code in @out */
	struct guise_error_info *reterr; /* or NULL */
	unsigned parentheses;		 /* open ones */
};

/* Says that @why is wrong at @at; returns GUISE_E_INVALID_CONDITION. */
int condition_fail(struct condition_parser *p, size_t at, const char *why);
int condition_fail_limit(struct condition_parser *p, const char *why);
/* The next byte, '\\0' at the end (and for a NUL, which nothing accepts). */
char condition_peek(const struct condition_parser *p);
/* Blanks, tabs and ends of lines. */
void condition_skip(struct condition_parser *p);
/* Consumes @text, if it comes next. */
bool condition_accept(struct condition_parser *p, const char *text);
/* The letters, digits and "_:./" that come next, not consumed; 0 if they are
 * only the beginning of a name. */
size_t condition_peek_word(const struct condition_parser *p);

/* Each reads one thing and appends its token. */
GUISE_MUST_USE int condition_emit(struct condition_parser *p, uint8_t token);
/* Without a prefix it is a local attribute. */
GUISE_MUST_USE int condition_parse_attribute(struct condition_parser *p,
					     bool local_too);
/* A value, or values between braces. */
GUISE_MUST_USE int condition_parse_set(struct condition_parser *p);

#endif
