/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIN32_ENVIRONMENT_H
#define WIN32_ENVIRONMENT_H

#include "facade.h"

/*
 * The environment of a new process as a list for command_line_free().
 * @block: "NAME=value" after each other, an empty text at the end, of WCHAR or
 *         of UTF-8; NULL: this process's own
 * @more: one more; "": none
 */
NTSTATUS environment_list(const void *block, bool wide, const char *more,
			  char ***ret);

#endif
