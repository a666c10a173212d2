/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PRINTABLE_H
#define CLI_PRINTABLE_H

#include "text.h"

/* Names that others chose, for a terminal: UTF-8 passes; control characters
 * (U+0080 to U+009F, too, which some terminals obey) and broken bytes become
 * '?'. */
static inline void cli_printable(char *text)
{
	unsigned char *s = (unsigned char *)text;

	while (*s) {
		const size_t tail = text_utf8_tail((const char *)s);
		const bool is_c1 = s[0] == 0xc2 && tail && s[1] < 0xa0;

		if (tail && !is_c1) {
			s += tail + 1;
			continue;
		}
		if (*s < ' ' || *s > '~')
			*s = '?';
		s++;
	}
}

#endif
