/* SPDX-License-Identifier: Apache-2.0 */
/* Command lines as Windows has them, one text; and as Linux has them, a list.
 */
#ifndef WIN32_COMMAND_LINE_H
#define WIN32_COMMAND_LINE_H

#include "facade.h"

/* The words of @text by the rules of Windows' C library; a NULL-terminated list
 * for command_line_free(). NULL: no memory */
char **command_line_split(const char *text);
void command_line_free(char **words);
/* The text that splits into these words, for free(). NULL: no memory */
char *command_line_join(const char *const *words, size_t n);

#endif
