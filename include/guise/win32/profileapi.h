/* SPDX-License-Identifier: Apache-2.0 */
/* The clock of fine resolution. */
#ifndef _PROFILEAPI_H_
#define _PROFILEAPI_H_

#include "minwindef.h"

GUISE_WIN32_BEGIN

BOOL QueryPerformanceCounter(LARGE_INTEGER *count);
BOOL QueryPerformanceFrequency(LARGE_INTEGER *frequency);

GUISE_WIN32_END

#endif
