/* SPDX-License-Identifier: Apache-2.0 */
/* What NtQueryInformationFile and NtSetInformationFile know of pipes. */
#include <pthread.h>

#include <winternl-pipe.h>

#include "pipe-object.h"
#include "user-memory.h"

struct query {
	struct pipe_object *pipe;
	ACCESS_MASK granted;
	void *out;
	ULONG used;
};

static void give(struct query *q, const void *value, size_t size)
{
	memcpy(q->out, value, size);
	q->used = (ULONG)size;
}

static void access_granted(struct query *q)
{
	const FILE_ACCESS_INFORMATION is = {q->granted};

	give(q, &is, sizeof(is));
}

static void mode(struct query *q)
{
	struct guise_pipe_info info;
	FILE_PIPE_INFORMATION is;

	pipe_info(q->pipe, &info);
	is.ReadMode = info.read_mode == GUISE_PIPE_MESSAGES
			      ? FILE_PIPE_MESSAGE_MODE
			      : FILE_PIPE_BYTE_STREAM_MODE;
	is.CompletionMode = atomic_load(&q->pipe->does_not_wait)
				    ? FILE_PIPE_COMPLETE_OPERATION
				    : FILE_PIPE_QUEUE_OPERATION;
	give(q, &is, sizeof(is));
}

static ULONG configuration_of(enum guise_pipe_direction direction)
{
	if (direction == GUISE_PIPE_DUPLEX)
		return FILE_PIPE_FULL_DUPLEX;
	return direction == GUISE_PIPE_OUTBOUND ? FILE_PIPE_OUTBOUND
						: FILE_PIPE_INBOUND;
}

/* What an end that may not read has, nobody asks. */
static ULONG available(const struct query *q)
{
	struct guise_pipe_peeked peeked;

	if (!(q->granted & FILE_READ_DATA) ||
	    pipe_peek(q->pipe, NULL, 0, &peeked) < 0)
		return 0;
	return (ULONG)peeked.available;
}

static void local(struct query *q)
{
	struct guise_pipe_info info;
	FILE_PIPE_LOCAL_INFORMATION is = {0};

	pipe_info(q->pipe, &info);
	is.NamedPipeType = info.type == GUISE_PIPE_MESSAGES
				   ? FILE_PIPE_MESSAGE_TYPE
				   : FILE_PIPE_BYTE_STREAM_TYPE;
	is.NamedPipeConfiguration = configuration_of(info.direction);
	is.MaximumInstances = info.instances_max == PIPE_UNLIMITED_INSTANCES
				      ? UINT32_MAX
				      : info.instances_max;
	is.CurrentInstances = info.instances;
	is.InboundQuota = info.in_size;
	is.OutboundQuota = info.out_size;
	is.WriteQuotaAvailable = info.is_server ? info.out_size : info.in_size;
	is.ReadDataAvailable = available(q);
	is.NamedPipeState = info.state;
	is.NamedPipeEnd =
		info.is_server ? FILE_PIPE_SERVER_END : FILE_PIPE_CLIENT_END;
	give(q, &is, sizeof(is));
}

static const struct {
	ULONG which;
	ULONG size; /* at least */
	ACCESS_MASK needed;
	void (*answer)(struct query *q);
} answers[] = {
	{FileAccessInformation, sizeof(FILE_ACCESS_INFORMATION), 0,
	 access_granted},
	{FilePipeInformation, sizeof(FILE_PIPE_INFORMATION),
	 FILE_READ_ATTRIBUTES, mode},
	{FilePipeLocalInformation, sizeof(FILE_PIPE_LOCAL_INFORMATION),
	 FILE_READ_ATTRIBUTES, local},
};

NTSTATUS pipe_query(HANDLE handle, ULONG which, void *ret, ULONG size,
		    ULONG *ret_size)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	struct query q = {.out = ret};
	NTSTATUS status;
	size_t i = 0;

	while (i < ARRAY_SIZE(answers) && answers[i].which != which)
		i++;
	if (i == ARRAY_SIZE(answers))
		return STATUS_INVALID_INFO_CLASS;
	if (size < answers[i].size)
		return STATUS_INFO_LENGTH_MISMATCH;
	if (!user_writable(ret, size))
		return STATUS_ACCESS_VIOLATION;
	status = handle_object(handle, &pipe_type, answers[i].needed, &object,
			       &q.granted);
	if (status < 0)
		return status;
	q.pipe = (struct pipe_object *)object;
	answers[i].answer(&q);
	*ret_size = q.used;
	return STATUS_SUCCESS;
}

NTSTATUS pipe_set(HANDLE handle, ULONG which, const void *information,
		  ULONG size)
{
	GUISE_AUTO(pipe_unrefp) struct pipe_object *pipe = NULL;
	FILE_PIPE_INFORMATION is;
	NTSTATUS status;

	if (which != FilePipeInformation)
		return STATUS_INVALID_INFO_CLASS;
	if (size < sizeof(is))
		return STATUS_INFO_LENGTH_MISMATCH;
	if (!user_readable(information, sizeof(is)))
		return STATUS_ACCESS_VIOLATION;
	memcpy(&is, information, sizeof(is));
	if (is.ReadMode > FILE_PIPE_MESSAGE_MODE ||
	    is.CompletionMode > FILE_PIPE_COMPLETE_OPERATION)
		return STATUS_INVALID_PARAMETER;
	status = pipe_of_handle(handle, FILE_WRITE_ATTRIBUTES, &pipe);
	if (status < 0)
		return status;
	return pipe_set_mode(pipe,
			     (is.ReadMode ? PIPE_READMODE_MESSAGE : 0) |
				     (is.CompletionMode ? PIPE_NOWAIT : 0));
}
