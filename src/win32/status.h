/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Results. Inside the façade a result is an NTSTATUS; it becomes a Win32 error
 * number at the edge, by one table (status.c). A Win32 error that no NTSTATUS
 * stands for travels as 0xC007xxxx.
 */
#ifndef WIN32_STATUS_H
#define WIN32_STATUS_H

#include "facade.h"

/* the bit that RtlNtStatusToDosError leaves alone */
#define STATUS_CUSTOMER_BIT 0x20000000u

/* A code of the library (0 or negative) as NTSTATUS. */
NTSTATUS status_of(int code);
/* The Win32 error @error as an NTSTATUS that maps back to it. */
NTSTATUS status_of_win32(DWORD error);
/* RtlNtStatusToDosError, without a side effect: 0 for success codes, but
 * STATUS_NOT_ALL_ASSIGNED is 1300 and the like. */
DWORD win32_error(NTSTATUS status);
/* What a BOOL function returns: a failure sets the last error and is FALSE; a
 * success leaves the last error alone. */
BOOL win32_result(NTSTATUS status);
/* Sets the last error; always FALSE. */
BOOL win32_fail(DWORD error);

#endif
