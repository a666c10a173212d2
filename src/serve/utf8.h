/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates. */
#ifndef SERVE_UTF8_H
#define SERVE_UTF8_H

#include "span.h"

/* The next code point of @s, which moves on by 1 to 4 bytes; false, and one
 * byte further, if it does not start a valid sequence. @s is not empty. */
bool span_next_utf8(struct span *s, uint32_t *ret);
bool utf8_is_valid(struct span s);

#endif
