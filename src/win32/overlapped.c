/* SPDX-License-Identifier: Apache-2.0 */
/* Operations that go on after the call that began them: only pipes have them,
 * what is done with files is over when the call returns. */
#include "pipe-pending.h"
#include "user-memory.h"

static NTSTATUS status_in(const OVERLAPPED *overlapped)
{
	return (NTSTATUS)__atomic_load_n(&overlapped->Internal,
					 __ATOMIC_ACQUIRE);
}

BOOL WINAPI GetOverlappedResult(HANDLE handle, LPOVERLAPPED overlapped,
				LPDWORD bytes, BOOL wait)
{
	if (!user_readable(overlapped, sizeof(*overlapped)) ||
	    !user_writable(bytes, sizeof(*bytes)))
		return win32_fail(ERROR_NOACCESS);
	if (status_in(overlapped) == STATUS_PENDING) {
		if (!wait)
			return win32_fail(ERROR_IO_INCOMPLETE);
		if (WaitForSingleObject(overlapped->hEvent ? overlapped->hEvent
							   : handle,
					INFINITE) == WAIT_FAILED)
			return FALSE;
	}
	*bytes = (DWORD)overlapped->InternalHigh;
	return win32_result(status_in(overlapped));
}

static NTSTATUS cancel(HANDLE handle, const OVERLAPPED *overlapped)
{
	GUISE_AUTO(pipe_unrefp) struct pipe_object *pipe = NULL;
	NTSTATUS status = pipe_of_handle(handle, 0, &pipe);

	if (status == STATUS_ILLEGAL_FUNCTION)
		return STATUS_NOT_FOUND; /* of files nothing goes on */
	if (status < 0)
		return status;
	return pipe_cancel(pipe, overlapped) ? STATUS_SUCCESS
					     : STATUS_NOT_FOUND;
}

BOOL WINAPI CancelIoEx(HANDLE handle, LPOVERLAPPED overlapped)
{
	return win32_result(cancel(handle, overlapped));
}

BOOL WINAPI CancelIo(HANDLE handle)
{
	NTSTATUS status = cancel(handle, NULL);

	return win32_result(status == STATUS_NOT_FOUND ? STATUS_SUCCESS
						       : status);
}
