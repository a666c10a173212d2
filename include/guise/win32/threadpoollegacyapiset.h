/* SPDX-License-Identifier: Apache-2.0 */
/* The pool of threads as older programs use it. */
#ifndef _THREADPOOLLEGACYAPISET_H_
#define _THREADPOOLLEGACYAPISET_H_

#include "minwinbase.h"

GUISE_WIN32_BEGIN

BOOL QueueUserWorkItem(LPTHREAD_START_ROUTINE routine, PVOID context,
		       ULONG flags);
BOOL UnregisterWaitEx(HANDLE wait, HANDLE completion);

GUISE_WIN32_END

#endif
