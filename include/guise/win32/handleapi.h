/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Handles. They name objects of this process; those that children inherit are
 * passed on by CreateProcess alone, and a plain fork() passes none.
 */
#ifndef _HANDLEAPI_H_
#define _HANDLEAPI_H_

#include "minwindef.h"

GUISE_WIN32_BEGIN

#define INVALID_HANDLE_VALUE ((HANDLE)(LONG_PTR)-1)
#define HANDLE_FLAG_INHERIT 0x00000001
#define HANDLE_FLAG_PROTECT_FROM_CLOSE 0x00000002

BOOL CloseHandle(HANDLE handle);
BOOL DuplicateHandle(HANDLE source_process, HANDLE source,
		     HANDLE target_process, LPHANDLE target, DWORD access,
		     BOOL inherit, DWORD options);
BOOL CompareObjectHandles(HANDLE first, HANDLE second);
BOOL GetHandleInformation(HANDLE handle, LPDWORD flags);
BOOL SetHandleInformation(HANDLE handle, DWORD mask, DWORD flags);

GUISE_WIN32_END

#endif
