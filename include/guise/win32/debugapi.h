/* SPDX-License-Identifier: Apache-2.0 */
/* Debuggers: output goes to standard error where GUISE_WIN32_DEBUG is set. */
#ifndef _APISETDEBUG_
#define _APISETDEBUG_

#include "minwindef.h"

GUISE_WIN32_BEGIN

BOOL IsDebuggerPresent(VOID);
VOID DebugBreak(VOID);
VOID OutputDebugStringA(LPCSTR text);
VOID OutputDebugStringW(LPCWSTR text);
#define OutputDebugString GUISE_WIN32_AW(OutputDebugString)

GUISE_WIN32_END

#endif
