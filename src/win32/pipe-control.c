/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked of pipes by number: NtFsControlFile and DeviceIoControl. */
#include <pthread.h>
#include <stdlib.h>

#include <winternl-pipe.h>

#include "buf.h"
#include "pipe-pending.h"
#include "text.h"
#include "user-memory.h"

/**
 * struct request - one call
 * @result: whom to tell; NULL: nobody
 * @done: bytes at @out
 */
struct request {
	HANDLE handle;
	const struct pipe_result *result;
	const void *in;
	ULONG in_size;
	void *out;
	ULONG out_size;
	ULONG done;
};

static NTSTATUS listen_to(struct request *request)
{
	GUISE_AUTO(pipe_unrefp) struct pipe_object *pipe = NULL;
	NTSTATUS status = pipe_named_of_handle(request->handle, 0, &pipe);

	return status < 0 ? status : pipe_listen(pipe, request->result);
}

static NTSTATUS disconnect(struct request *request)
{
	GUISE_AUTO(pipe_unrefp) struct pipe_object *pipe = NULL;
	NTSTATUS status = pipe_named_of_handle(request->handle, 0, &pipe);

	return status < 0 ? status : pipe_disconnect(pipe);
}

static NTSTATUS impersonate(struct request *request)
{
	GUISE_AUTO(pipe_unrefp) struct pipe_object *pipe = NULL;
	NTSTATUS status = pipe_named_of_handle(request->handle, 0, &pipe);

	return status < 0 ? status : pipe_impersonate(pipe);
}

static ULONG state_of(const struct pipe_object *pipe)
{
	struct guise_pipe_info info;

	static_assert(FILE_PIPE_DISCONNECTED_STATE == GUISE_PIPE_DISCONNECTED,
		      "as it is");
	static_assert(FILE_PIPE_LISTENING_STATE == GUISE_PIPE_LISTENING,
		      "as it is");
	static_assert(FILE_PIPE_CONNECTED_STATE == GUISE_PIPE_CONNECTED,
		      "as it is");
	static_assert(FILE_PIPE_CLOSING_STATE == GUISE_PIPE_CLOSING,
		      "as it is");

	pipe_info(pipe, &info);
	return info.state;
}

static NTSTATUS peek(struct request *request)
{
	const ULONG header = offsetof(FILE_PIPE_PEEK_BUFFER, Data);
	GUISE_AUTO(pipe_unrefp) struct pipe_object *pipe = NULL;
	FILE_PIPE_PEEK_BUFFER is = {0};
	struct guise_pipe_peeked peeked;
	NTSTATUS status;

	status = pipe_of_handle(request->handle, FILE_READ_DATA, &pipe);
	if (status < 0)
		return status;
	if (request->out_size < header)
		return STATUS_BUFFER_TOO_SMALL;
	status = pipe_peek(pipe, (uint8_t *)request->out + header,
			   request->out_size - header, &peeked);
	if (status < 0)
		return status;
	is.NamedPipeState = state_of(pipe);
	is.ReadDataAvailable = (ULONG)peeked.available;
	is.MessageLength = (ULONG)(peeked.size + peeked.left);
	memcpy(request->out, &is, header);
	request->done = header + (ULONG)peeked.size;
	return peeked.available > peeked.size ? STATUS_BUFFER_OVERFLOW
					      : STATUS_SUCCESS;
}

static NTSTATUS transceive(struct request *request)
{
	GUISE_AUTO(pipe_unrefp) struct pipe_object *pipe = NULL;
	NTSTATUS status;

	status = pipe_named_of_handle(request->handle,
				      FILE_READ_DATA | FILE_WRITE_DATA, &pipe);
	if (status < 0)
		return status;
	return pipe_transact(pipe, request->in, request->in_size, request->out,
			     request->out_size, &request->done);
}

/* Of a wait: from now, in 100 ns; 0 is the pipe's own */
static uint32_t timeout_of(const FILE_PIPE_WAIT_FOR_BUFFER *is)
{
	const int64_t per_ms = 10000;
	int64_t left = -is->Timeout.QuadPart;

	if (!is->TimeoutSpecified)
		return 0;
	if (left <= 0)
		return GUISE_PIPE_FOREVER;
	left = (left + per_ms - 1) / per_ms;
	return left < UINT32_MAX ? (uint32_t)left : GUISE_PIPE_FOREVER;
}

static NTSTATUS wait_for(struct request *request)
{
	const ULONG header = offsetof(FILE_PIPE_WAIT_FOR_BUFFER, Name);
	GUISE_AUTO(guise_buf_clear) struct guise_buf name = {0};
	GUISE_AUTO(pipe_unrefp) struct pipe_object *root = NULL;
	FILE_PIPE_WAIT_FOR_BUFFER is = {0};
	NTSTATUS status;

	status = pipe_of_handle(request->handle, 0, &root);
	if (status < 0)
		return status;
	if (root->end || root->fd >= 0)
		return STATUS_ILLEGAL_FUNCTION;
	if (request->in_size < header)
		return STATUS_INVALID_PARAMETER;
	memcpy(&is, request->in, header);
	if (is.NameLength > request->in_size - header || is.NameLength % 2)
		return STATUS_INVALID_PARAMETER;
	status = text_to_utf8((const WCHAR *)request->in + header / 2,
			      is.NameLength / 2, &name);
	if (status >= 0 && buf_append(&name, "", 1) < 0)
		status = STATUS_NO_MEMORY;
	if (status < 0)
		return status;
	return status_of(guise_pipe_wait(NULL, (const char *)name.data,
					 timeout_of(&is)));
}

/* STATUS_PENDING: whoever goes on tells the result */
static NTSTATUS control(ULONG code, struct request *request)
{
	if (!user_readable(request->in, request->in_size) ||
	    !user_writable(request->out, request->out_size))
		return STATUS_ACCESS_VIOLATION;
	switch (code) {
	case FSCTL_PIPE_LISTEN:
		return listen_to(request);
	case FSCTL_PIPE_DISCONNECT:
		return disconnect(request);
	case FSCTL_PIPE_IMPERSONATE:
		return impersonate(request);
	case FSCTL_PIPE_PEEK:
		return peek(request);
	case FSCTL_PIPE_TRANSCEIVE:
		return transceive(request);
	case FSCTL_PIPE_WAIT:
		return wait_for(request);
	default:
		return STATUS_INVALID_DEVICE_REQUEST;
	}
}

/* @result is told, unless listening has done so */
static NTSTATUS control_and_tell(ULONG code, struct request *request)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	NTSTATUS status;

	status = handle_object(request->handle, NULL, 0, &object, NULL);
	if (status >= 0)
		status = control(code, request);
	if (status == STATUS_PENDING || !request->result ||
	    code == FSCTL_PIPE_LISTEN)
		return status;
	return pipe_complete(request->result, status, request->done);
}

NTSTATUS NTAPI NtFsControlFile(HANDLE file, HANDLE event, PIO_APC_ROUTINE apc,
			       PVOID context, PIO_STATUS_BLOCK result,
			       ULONG code, PVOID in, ULONG in_size, PVOID out,
			       ULONG out_size)
{
	const struct pipe_result whom = {(pipe_word *)result, event};
	struct request request = {.handle = file,
				  .result = &whom,
				  .in = in,
				  .in_size = in_size,
				  .out = out,
				  .out_size = out_size};

	(void)context;
	if (apc)
		return STATUS_NOT_SUPPORTED; /* nothing is called later */
	if (!user_writable(result, sizeof(*result)))
		return STATUS_ACCESS_VIOLATION;
	return control_and_tell(code, &request);
}

BOOL WINAPI DeviceIoControl(HANDLE device, DWORD code, LPVOID in, DWORD in_size,
			    LPVOID out, DWORD out_size, LPDWORD returned,
			    LPOVERLAPPED overlapped)
{
	struct pipe_result whom;
	struct request request = {.handle = device,
				  .in = in,
				  .in_size = in_size,
				  .out = out,
				  .out_size = out_size};
	NTSTATUS status = STATUS_SUCCESS;

	if (returned ? !user_writable(returned, sizeof(*returned))
		     : !overlapped)
		return win32_fail(ERROR_NOACCESS);
	if (overlapped) {
		status = pipe_result_of(overlapped, &whom);
		request.result = &whom;
	}
	if (status >= 0)
		status = control_and_tell(code, &request);
	if (status == STATUS_PENDING)
		return win32_fail(ERROR_IO_PENDING);
	if (returned && !NT_ERROR(status))
		*returned = request.done;
	return win32_result(status);
}
