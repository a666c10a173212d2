/* SPDX-License-Identifier: Apache-2.0 */
/* Storage of each thread that is cleaned up when it ends. There are no fibers.
 */
#ifndef _FIBERS_H_
#define _FIBERS_H_

#include "minwinbase.h"

GUISE_WIN32_BEGIN

#define FLS_OUT_OF_INDEXES ((DWORD)0xffffffff)

DWORD FlsAlloc(PFLS_CALLBACK_FUNCTION callback);
PVOID FlsGetValue(DWORD index);
BOOL FlsSetValue(DWORD index, PVOID value);
BOOL FlsFree(DWORD index);

GUISE_WIN32_END

#endif
