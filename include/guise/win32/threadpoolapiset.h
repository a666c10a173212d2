/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pool of threads. Each callback begins and ends without a thread token,
 * whatever the one before it left.
 */
#ifndef _THREADPOOLAPISET_H_
#define _THREADPOOLAPISET_H_

#include "minwinbase.h"

GUISE_WIN32_BEGIN

BOOL TrySubmitThreadpoolCallback(PTP_SIMPLE_CALLBACK callback, PVOID context,
				 PTP_CALLBACK_ENVIRON environment);
PTP_WORK CreateThreadpoolWork(PTP_WORK_CALLBACK callback, PVOID context,
			      PTP_CALLBACK_ENVIRON environment);
VOID SubmitThreadpoolWork(PTP_WORK work);
VOID WaitForThreadpoolWorkCallbacks(PTP_WORK work, BOOL cancel);
VOID CloseThreadpoolWork(PTP_WORK work);

GUISE_WIN32_END

#endif
