/* SPDX-License-Identifier: Apache-2.0 */
/* The last error of each thread. Exceptions are not Linux' way: none here. */
#ifndef _ERRHANDLING_H_
#define _ERRHANDLING_H_

#include "minwindef.h"

GUISE_WIN32_BEGIN

DWORD GetLastError(VOID);
VOID SetLastError(DWORD error);
UINT SetErrorMode(UINT mode);

GUISE_WIN32_END

#endif
