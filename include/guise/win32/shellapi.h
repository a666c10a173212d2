/* SPDX-License-Identifier: Apache-2.0 */
/* Of the shell: how a command line is divided into words. */
#ifndef _INC_SHELLAPI
#define _INC_SHELLAPI

#include "windef.h"

GUISE_WIN32_BEGIN

/* One piece of memory, freed with LocalFree */
LPWSTR *CommandLineToArgvW(LPCWSTR line, int *count);

GUISE_WIN32_END

#endif
