/* SPDX-License-Identifier: Apache-2.0 */
/* Where a file is read and written, and how long it is. */
#include <sys/stat.h>

#include "file-io.h"

#include "user-memory.h"

static NTSTATUS move(HANDLE handle, int64_t distance, DWORD method,
		     uint64_t *ret)
{
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	NTSTATUS status = file_of_handle(handle, 0, &file, NULL);

	return NT_SUCCESS(status) ? file_move(file, distance, method, ret)
				  : status;
}

BOOL WINAPI SetFilePointerEx(HANDLE handle, LARGE_INTEGER distance,
			     PLARGE_INTEGER ret, DWORD method)
{
	uint64_t at;
	NTSTATUS status;

	if (ret && !user_writable(ret, sizeof(*ret)))
		return win32_fail(ERROR_NOACCESS);
	status = move(handle, distance.QuadPart, method, &at);
	if (NT_SUCCESS(status) && ret)
		ret->QuadPart = (LONGLONG)at;
	return win32_result(status);
}

/* Without @high the distance has 32 bits and a sign, and so must the result. */
DWORD WINAPI SetFilePointer(HANDLE handle, LONG distance, PLONG high,
			    DWORD method)
{
	int64_t by = distance;
	uint64_t at = 0;
	NTSTATUS status;

	if (high && !user_writable(high, sizeof(*high))) {
		(void)win32_fail(ERROR_NOACCESS);
		return INVALID_SET_FILE_POINTER;
	}
	if (high)
		by = (int64_t)((uint64_t)(ULONG)*high << 32 | (ULONG)distance);
	status = move(handle, by, method, &at);
	if (NT_SUCCESS(status) && !high && at >= UINT32_MAX)
		status = STATUS_INVALID_PARAMETER;
	if (!NT_SUCCESS(status)) {
		(void)win32_result(status);
		return INVALID_SET_FILE_POINTER;
	}
	if (high)
		*high = (LONG)(at >> 32);
	SetLastError(ERROR_SUCCESS);
	return (DWORD)at;
}

static NTSTATUS size_of(HANDLE handle, int64_t *ret)
{
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	NTSTATUS status = file_of_handle(handle, 0, &file, NULL);
	struct stat is;

	if (!NT_SUCCESS(status))
		return status;
	if (fstat(file->fd, &is) < 0)
		return status_of(-errno);
	if (!S_ISREG(is.st_mode) && !S_ISDIR(is.st_mode))
		return STATUS_INVALID_DEVICE_REQUEST;
	*ret = S_ISREG(is.st_mode) ? is.st_size : 0;
	return STATUS_SUCCESS;
}

BOOL WINAPI GetFileSizeEx(HANDLE handle, PLARGE_INTEGER ret)
{
	int64_t size;
	NTSTATUS status;

	if (!user_writable(ret, sizeof(*ret)))
		return win32_fail(ERROR_NOACCESS);
	status = size_of(handle, &size);
	if (NT_SUCCESS(status))
		ret->QuadPart = size;
	return win32_result(status);
}

DWORD WINAPI GetFileSize(HANDLE handle, LPDWORD high)
{
	int64_t size;
	NTSTATUS status = STATUS_ACCESS_VIOLATION;

	if (!high || user_writable(high, sizeof(*high)))
		status = size_of(handle, &size);
	if (!NT_SUCCESS(status)) {
		(void)win32_result(status);
		return INVALID_FILE_SIZE;
	}
	if (high)
		*high = (DWORD)((uint64_t)size >> 32);
	SetLastError(ERROR_SUCCESS);
	return (DWORD)size;
}

BOOL WINAPI SetEndOfFile(HANDLE handle)
{
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	NTSTATUS status = file_of_handle(handle, FILE_WRITE_DATA, &file, NULL);

	if (NT_SUCCESS(status))
		status = file_set_size(file, (int64_t)file_position(file));
	return win32_result(status);
}
