/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIN32_FIND_PROGRAM_H
#define WIN32_FIND_PROGRAM_H

#include "facade.h"

/*
 * What CreateProcess executes: @application, a path; or if that is NULL the
 * first word of the command line: a path, or a name that is looked for beside
 * this program and in PATH, not in the current directory. Where "x.exe" is not
 * there "x" will do. *ret is an absolute path for free().
 *
 * STATUS_OBJECT_NAME_NOT_FOUND; STATUS_ACCESS_DENIED: not executable
 */
NTSTATUS find_program(const char *application, const char *word, char **ret);

#endif
