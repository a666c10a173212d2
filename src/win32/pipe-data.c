/* SPDX-License-Identifier: Apache-2.0 */
/* What goes through pipes. */
#include "pipe-pending.h"
#include "user-memory.h"

static struct pipe_object *of(struct object *object)
{
	return (struct pipe_object *)object;
}

/* STATUS_TIMEOUT: nothing came */
static NTSTATUS read_within(struct pipe_object *pipe, void *buffer, ULONG size,
			    uint32_t timeout_ms, ULONG *ret_size)
{
	size_t done, left;
	int r;

	r = guise_pipe_read(pipe->end, buffer, size, timeout_ms, &done, &left);
	if (r == -ETIMEDOUT)
		return STATUS_TIMEOUT;
	if (r < 0)
		return pipe_status(r, pipe, STATUS_PIPE_BROKEN);
	*ret_size = (ULONG)done;
	return left ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

NTSTATUS pipe_read(struct object *object, ACCESS_MASK granted, void *buffer,
		   ULONG size, ULONG *ret_size)
{
	struct pipe_object *pipe = of(object);
	NTSTATUS status;

	if (!(granted & FILE_READ_DATA))
		return STATUS_ACCESS_DENIED;
	if (!user_writable(buffer, size))
		return STATUS_ACCESS_VIOLATION;
	if (!pipe->end)
		return pipe_anonymous_read(pipe, buffer, size, ret_size);
	status = read_within(pipe, buffer, size, pipe_timeout(pipe), ret_size);
	return status == STATUS_TIMEOUT ? STATUS_PIPE_EMPTY : status;
}

static NTSTATUS attempt_read(struct pipe_operation *operation,
			     uint32_t timeout_ms)
{
	return read_within(operation->pipe, operation->buffer, operation->size,
			   timeout_ms, &operation->done);
}

static NTSTATUS read_later(struct object *object, ACCESS_MASK granted,
			   void *buffer, ULONG size,
			   const struct pipe_result *result, ULONG *ret_size)
{
	const struct pipe_operation operation = {
		.pipe = of(object),
		.attempt = attempt_read,
		.buffer = buffer,
		.size = size,
		.result = *result,
	};
	NTSTATUS status;

	*ret_size = 0;
	if (!(granted & FILE_READ_DATA))
		return STATUS_ACCESS_DENIED;
	if (!user_writable(buffer, size))
		return STATUS_ACCESS_VIOLATION;
	if (operation.pipe->end)
		return pipe_begin(&operation, STATUS_PIPE_EMPTY, ret_size);
	status = pipe_read(object, granted, buffer, size, ret_size);
	return pipe_complete(result, status, *ret_size);
}

NTSTATUS pipe_read_overlapped(struct object *object, ACCESS_MASK granted,
			      void *buffer, ULONG size, OVERLAPPED *overlapped,
			      ULONG *ret_size)
{
	struct pipe_result result;
	NTSTATUS status = pipe_result_of(overlapped, &result);

	*ret_size = 0;
	return status < 0 ? status
			  : read_later(object, granted, buffer, size, &result,
				       ret_size);
}

NTSTATUS pipe_read_native(struct object *object, ACCESS_MASK granted,
			  void *buffer, ULONG size, HANDLE event,
			  IO_STATUS_BLOCK *block, ULONG *ret_size)
{
	const struct pipe_result result = {(pipe_word *)block, event};

	return read_later(object, granted, buffer, size, &result, ret_size);
}

NTSTATUS pipe_write(struct object *object, ACCESS_MASK granted,
		    const void *buffer, ULONG size, ULONG *ret_size)
{
	struct pipe_object *pipe = of(object);
	size_t done = 0;
	int r;

	if (!(granted & FILE_WRITE_DATA))
		return STATUS_ACCESS_DENIED;
	if (!user_readable(buffer, size))
		return STATUS_ACCESS_VIOLATION;
	if (!pipe->end)
		return pipe_anonymous_write(pipe, buffer, size, ret_size);
	r = guise_pipe_write(pipe->end, buffer, size, pipe_timeout(pipe),
			     &done);
	/* no room in an end that does not wait: nothing was written */
	if (r < 0 && r != -ETIMEDOUT)
		return pipe_status(r, pipe, STATUS_PIPE_CLOSING);
	*ret_size = (ULONG)done;
	return STATUS_SUCCESS;
}

NTSTATUS pipe_write_overlapped(struct object *object, ACCESS_MASK granted,
			       const void *buffer, ULONG size,
			       OVERLAPPED *overlapped, ULONG *ret_size)
{
	struct pipe_result result;
	NTSTATUS status = pipe_result_of(overlapped, &result);

	*ret_size = 0;
	if (status < 0)
		return status;
	status = pipe_write(object, granted, buffer, size, ret_size);
	return pipe_complete(&result, status, *ret_size);
}

NTSTATUS pipe_flush(struct object *object)
{
	struct pipe_object *pipe = of(object);

	if (!pipe->end)
		return pipe->fd >= 0 ? STATUS_SUCCESS
				     : STATUS_INVALID_PARAMETER;
	return pipe_status(guise_pipe_flush(pipe->end, GUISE_PIPE_FOREVER),
			   pipe, STATUS_PIPE_BROKEN);
}

NTSTATUS pipe_peek(struct pipe_object *pipe, void *buffer, ULONG size,
		   struct guise_pipe_peeked *ret)
{
	NTSTATUS status;

	if (!pipe->end)
		return pipe_anonymous_peek(pipe, buffer, size, ret);
	status = pipe_status(guise_pipe_peek(pipe->end, buffer, size, ret),
			     pipe, STATUS_PIPE_BROKEN);
	return status == STATUS_PIPE_LISTENING ? STATUS_INVALID_PIPE_STATE
					       : status;
}

static bool may_be_written(DWORD *count)
{
	return !count || user_writable(count, sizeof(*count));
}

BOOL WINAPI PeekNamedPipe(HANDLE handle, LPVOID buffer, DWORD size,
			  LPDWORD read, LPDWORD available, LPDWORD left)
{
	GUISE_AUTO(pipe_unrefp) struct pipe_object *pipe = NULL;
	struct guise_pipe_peeked peeked;
	NTSTATUS status;

	if (!buffer)
		size = 0;
	if (!user_writable(buffer, size) || !may_be_written(read) ||
	    !may_be_written(available) || !may_be_written(left))
		return win32_fail(ERROR_NOACCESS);
	status = pipe_of_handle(handle, FILE_READ_DATA, &pipe);
	if (status >= 0)
		status = pipe_peek(pipe, buffer, size, &peeked);
	if (status < 0)
		return win32_result(status);
	if (read)
		*read = (DWORD)peeked.size;
	if (available)
		*available = (DWORD)peeked.available;
	if (left)
		*left = (DWORD)peeked.left;
	return TRUE;
}

/* Messages on both sides, and none that waits to be read */
static NTSTATUS check_transaction(const struct pipe_object *pipe)
{
	struct guise_pipe_peeked peeked;
	struct guise_pipe_info info;
	NTSTATUS status;

	must(guise_pipe_get_info(pipe->end, &info) == 0);
	if (info.direction != GUISE_PIPE_DUPLEX ||
	    info.type != GUISE_PIPE_MESSAGES)
		return STATUS_INVALID_PIPE_STATE;
	if (info.read_mode != GUISE_PIPE_MESSAGES)
		return STATUS_INVALID_READ_MODE;
	status = pipe_status(guise_pipe_peek(pipe->end, NULL, 0, &peeked), pipe,
			     STATUS_INVALID_PIPE_STATE);
	if (status == STATUS_PIPE_LISTENING)
		return STATUS_INVALID_PIPE_STATE;
	if (status < 0)
		return status;
	return peeked.available ? STATUS_PIPE_BUSY : STATUS_SUCCESS;
}

/* One message there, one back; it waits in an end that does not, too. */
NTSTATUS pipe_transact(struct pipe_object *pipe, const void *in, ULONG in_size,
		       void *out, ULONG out_size, ULONG *ret_size)
{
	size_t done, left;
	NTSTATUS status;
	int r;

	status = check_transaction(pipe);
	if (status < 0)
		return status;
	r = guise_pipe_write(pipe->end, in, in_size, GUISE_PIPE_FOREVER, &done);
	if (r < 0)
		return pipe_status(r, pipe, STATUS_PIPE_CLOSING);
	r = guise_pipe_read(pipe->end, out, out_size, GUISE_PIPE_FOREVER, &done,
			    &left);
	if (r < 0)
		return pipe_status(r, pipe, STATUS_PIPE_BROKEN);
	*ret_size = (ULONG)done;
	return left ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

static NTSTATUS transact(HANDLE handle, LPVOID in, DWORD in_size, LPVOID out,
			 DWORD out_size, ULONG *ret_size)
{
	GUISE_AUTO(pipe_unrefp) struct pipe_object *pipe = NULL;
	NTSTATUS status;

	if (!user_readable(in, in_size) || !user_writable(out, out_size))
		return STATUS_ACCESS_VIOLATION;
	status = pipe_named_of_handle(handle, FILE_READ_DATA | FILE_WRITE_DATA,
				      &pipe);
	if (status < 0)
		return status;
	return pipe_transact(pipe, in, in_size, out, out_size, ret_size);
}

BOOL WINAPI TransactNamedPipe(HANDLE handle, LPVOID in, DWORD in_size,
			      LPVOID out, DWORD out_size, LPDWORD read,
			      LPOVERLAPPED overlapped)
{
	struct pipe_result result;
	ULONG done = 0;
	NTSTATUS status = STATUS_SUCCESS;

	if ((!read && !overlapped) || !may_be_written(read))
		return win32_fail(ERROR_NOACCESS);
	if (overlapped)
		status = pipe_result_of(overlapped, &result);
	if (status >= 0)
		status = transact(handle, in, in_size, out, out_size, &done);
	if (overlapped)
		status = pipe_complete(&result, status, done);
	if (read && (status >= 0 || status == STATUS_BUFFER_OVERFLOW))
		*read = done;
	return win32_result(status);
}
