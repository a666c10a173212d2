/* SPDX-License-Identifier: Apache-2.0 */
/* Paths as functions give them to their callers. */
#ifndef WIN32_PATH_TEXT_H
#define WIN32_PATH_TEXT_H

#include "path.h"

/*
 * The convention of GetCurrentDirectory and others: characters without the NUL
 * where it fits, room with the NUL where it does not; 0 and the last error
 * where @status is a failure.
 */
DWORD path_give_wide(NTSTATUS status, const char *text, LPWSTR buffer,
		     DWORD size);
DWORD path_give_narrow(NTSTATUS status, const char *text, LPSTR buffer,
		       DWORD size);

#endif
