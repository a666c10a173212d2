/* SPDX-License-Identifier: Apache-2.0 */
/* Clients that come and go: waited for, let in, sent away. */
#include <stdlib.h>

#include "pipe-pending.h"
#include "text.h"
#include "user-memory.h"

static NTSTATUS accept_status(struct pipe_object *pipe, int r)
{
	if (r == -ETIMEDOUT)
		return STATUS_TIMEOUT;
	return pipe_status(r, pipe, STATUS_PIPE_CLOSING);
}

static NTSTATUS attempt_accept(struct pipe_operation *operation,
			       uint32_t timeout_ms)
{
	struct guise_pipe_end *end = operation->pipe->end;

	return accept_status(
		operation->pipe,
		operation->is_later ? guise_pipe_accept_further(end, timeout_ms)
				    : guise_pipe_accept(end, timeout_ms));
}

NTSTATUS pipe_listen(struct pipe_object *pipe, const struct pipe_result *result)
{
	struct pipe_operation operation = {
		.pipe = pipe,
		.attempt = attempt_accept,
	};
	NTSTATUS status;
	ULONG none;

	if (result) {
		operation.result = *result;
		return pipe_begin(&operation, STATUS_PIPE_LISTENING, &none);
	}
	status = accept_status(
		pipe, guise_pipe_accept(pipe->end, pipe_timeout(pipe)));
	return status == STATUS_TIMEOUT ? STATUS_PIPE_LISTENING : status;
}

static NTSTATUS connect_end(HANDLE handle, OVERLAPPED *overlapped)
{
	GUISE_AUTO(pipe_unrefp) struct pipe_object *pipe = NULL;
	struct pipe_result result;
	NTSTATUS status = STATUS_SUCCESS;

	if (overlapped)
		status = pipe_result_of(overlapped, &result);
	if (status >= 0)
		status = pipe_named_of_handle(handle, 0, &pipe);
	if (status < 0)
		return status;
	return pipe_listen(pipe, overlapped ? &result : NULL);
}

BOOL WINAPI ConnectNamedPipe(HANDLE handle, LPOVERLAPPED overlapped)
{
	NTSTATUS status = connect_end(handle, overlapped);

	if (status == STATUS_PENDING)
		return win32_fail(ERROR_IO_PENDING);
	return win32_result(status);
}

NTSTATUS pipe_disconnect(struct pipe_object *pipe)
{
	return pipe_status(guise_pipe_disconnect(pipe->end), pipe,
			   STATUS_PIPE_CLOSING);
}

BOOL WINAPI DisconnectNamedPipe(HANDLE handle)
{
	GUISE_AUTO(pipe_unrefp) struct pipe_object *pipe = NULL;
	NTSTATUS status;

	status = pipe_named_of_handle(handle, 0, &pipe);
	return win32_result(status < 0 ? status : pipe_disconnect(pipe));
}

static NTSTATUS wait_for_instance(const char *name, DWORD timeout)
{
	static_assert(NMPWAIT_WAIT_FOREVER == GUISE_PIPE_FOREVER, "as it is");
	static_assert(NMPWAIT_USE_DEFAULT_WAIT == 0, "as it is");

	return status_of(guise_pipe_wait(NULL, name, timeout));
}

BOOL WINAPI WaitNamedPipeW(LPCWSTR name, DWORD timeout)
{
	char *text = NULL;
	NTSTATUS status;

	status = pipe_name_of(name, &text);
	if (status >= 0)
		status = wait_for_instance(text, timeout);
	free(text);
	return win32_result(status);
}

BOOL WINAPI WaitNamedPipeA(LPCSTR name, DWORD timeout)
{
	WCHAR *wide;
	BOOL done;

	if (!win32_result(utf16_dup(name, &wide)))
		return FALSE;
	done = WaitNamedPipeW(wide, timeout);
	free(wide);
	return done;
}

/* Opened, or waited for and opened, as often as another client is quicker */
static NTSTATUS open_to_call(const char *name, DWORD timeout,
			     struct pipe_object **ret)
{
	const ACCESS_MASK desired = GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE |
				    FILE_READ_ATTRIBUTES;
	ACCESS_MASK granted;
	NTSTATUS status;

	for (;;) {
		status = pipe_connect(name, desired, NULL, ret, &granted);
		if (status != STATUS_PIPE_NOT_AVAILABLE ||
		    timeout == NMPWAIT_NOWAIT)
			return status;
		status = wait_for_instance(name, timeout);
		if (status < 0)
			return status;
	}
}

static NTSTATUS call(const char *name, LPVOID in, DWORD in_size, LPVOID out,
		     DWORD out_size, DWORD timeout, ULONG *ret_size)
{
	GUISE_AUTO(pipe_unrefp) struct pipe_object *pipe = NULL;
	NTSTATUS status;
	int r;

	if (!user_readable(in, in_size) || !user_writable(out, out_size))
		return STATUS_ACCESS_VIOLATION;
	status = open_to_call(name, timeout, &pipe);
	if (status < 0)
		return status;
	r = guise_pipe_set_read_mode(pipe->end, GUISE_PIPE_MESSAGES);
	if (r < 0)
		return status_of(r);
	return pipe_transact(pipe, in, in_size, out, out_size, ret_size);
}

BOOL WINAPI CallNamedPipeW(LPCWSTR name, LPVOID in, DWORD in_size, LPVOID out,
			   DWORD out_size, LPDWORD read, DWORD timeout)
{
	char *text = NULL;
	ULONG done = 0;
	NTSTATUS status;

	if (!user_writable(read, sizeof(*read)))
		return win32_fail(ERROR_NOACCESS);
	status = pipe_name_of(name, &text);
	if (status >= 0)
		status = call(text, in, in_size, out, out_size, timeout, &done);
	free(text);
	if (status >= 0 || status == STATUS_BUFFER_OVERFLOW)
		*read = done;
	return win32_result(status);
}

BOOL WINAPI CallNamedPipeA(LPCSTR name, LPVOID in, DWORD in_size, LPVOID out,
			   DWORD out_size, LPDWORD read, DWORD timeout)
{
	WCHAR *wide;
	BOOL done;

	if (!win32_result(utf16_dup(name, &wide)))
		return FALSE;
	done = CallNamedPipeW(wide, in, in_size, out, out_size, read, timeout);
	free(wide);
	return done;
}
