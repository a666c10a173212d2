/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PRINTABLE_H
#define CLI_PRINTABLE_H

#include <stddef.h>

/* Names that others chose, for a terminal: everything but printable ASCII
 * becomes '?'. */
static inline void cli_printable(char *text)
{
	for (; *text; text++) {
		if (*text < ' ' || *text > '~')
			*text = '?';
	}
}

#endif
