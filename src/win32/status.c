/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Results: codes of the library, NTSTATUS and Win32 errors into each other, and
 * the last error of a thread.
 */
#include "status.h"

#include "status-table.h"

/* Facilities whose low half is a Win32 error as it is. */
#define NTWIN32_ERROR 0xC0070000u
#define NTWIN32_WARNING 0x80070000u
#define NTWIN32_OLD 0xC0010000u
/* HRESULT_FROM_NT marks a status with it. */
#define HRESULT_NT_BIT 0x10000000u

/* What belongs to the calling thread. */
static _Thread_local DWORD last_error;
static _Thread_local NTSTATUS last_status;

NTSTATUS status_of(int code)
{
	return (NTSTATUS)guise_error_ntstatus(code);
}

NTSTATUS status_of_win32(DWORD error)
{
	if (error == 0)
		return STATUS_SUCCESS;
	return (NTSTATUS)(NTWIN32_ERROR | (error & 0xffff));
}

static int compare_rows(const void *key, const void *row)
{
	uint32_t status = *(const uint32_t *)key;
	const struct status_row *at = row;

	return (status > at->status) - (status < at->status);
}

static bool holds_win32_error(uint32_t status)
{
	uint32_t half = status & 0xffff0000u;

	return half == NTWIN32_ERROR || half == NTWIN32_WARNING ||
	       half == NTWIN32_OLD;
}

DWORD win32_error(NTSTATUS status)
{
	uint32_t key = (uint32_t)status;
	const struct status_row *row;

	if (key == 0 || (key & STATUS_CUSTOMER_BIT))
		return key;
	if ((key & 0xd0000000u) == 0xd0000000u)
		key &= ~HRESULT_NT_BIT;
	if (holds_win32_error(key))
		return key & 0xffff;
	row = bsearch(&key, status_rows, n_status_rows, sizeof(*row),
		      compare_rows);
	return row ? row->error : ERROR_MR_MID_NOT_FOUND;
}

BOOL win32_fail(DWORD error)
{
	last_error = error;
	return FALSE;
}

BOOL win32_result(NTSTATUS status)
{
	if (status >= 0)
		return TRUE;
	last_status = status;
	return win32_fail(win32_error(status));
}

DWORD WINAPI GetLastError(void)
{
	return last_error;
}

VOID WINAPI SetLastError(DWORD error)
{
	last_error = error;
}

ULONG NTAPI RtlGetLastWin32Error(void)
{
	return last_error;
}

VOID NTAPI RtlSetLastWin32Error(LONG error)
{
	last_error = (DWORD)error;
}

NTSTATUS NTAPI RtlGetLastNtStatus(void)
{
	return last_status;
}

VOID NTAPI RtlSetLastWin32ErrorAndNtStatusFromNtStatus(NTSTATUS status)
{
	last_status = status;
	last_error = win32_error(status);
}

ULONG NTAPI RtlNtStatusToDosError(NTSTATUS status)
{
	last_status = status;
	return win32_error(status);
}

ULONG NTAPI RtlNtStatusToDosErrorNoTeb(NTSTATUS status)
{
	return win32_error(status);
}
