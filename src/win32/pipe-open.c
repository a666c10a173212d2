/* SPDX-License-Identifier: Apache-2.0 */
/* Pipes made and opened: the server's end and the client's. */
#include <pthread.h>
#include <stdlib.h>

#include "buf.h"
#include "pipe-object.h"
#include "sd-read.h"
#include "text.h"

/* What a pipe waits whose maker says nothing */
#define DEFAULT_TIMEOUT_MS 50

#define OPEN_FLAGS                                                             \
	(PIPE_ACCESS_DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE |                  \
	 FILE_FLAG_WRITE_THROUGH | FILE_FLAG_OVERLAPPED | WRITE_DAC |          \
	 WRITE_OWNER | ACCESS_SYSTEM_SECURITY)
#define MODE_FLAGS                                                             \
	(PIPE_NOWAIT | PIPE_READMODE_MESSAGE | PIPE_TYPE_MESSAGE |             \
	 PIPE_REJECT_REMOTE_CLIENTS)

/* Who takes the reference of @end, also on failure */
static NTSTATUS object_of_end(struct guise_pipe_end *end, const char *name,
			      struct pipe_object **ret,
			      ACCESS_MASK *ret_granted)
{
	struct pipe_object *pipe = pipe_new();
	struct guise_pipe_info info;

	if (!pipe) {
		(void)guise_pipe_end_unref(end);
		return STATUS_NO_MEMORY;
	}
	pipe->end = end;
	pipe->name = strdup(name);
	if (!pipe->name) {
		pipe_unrefp(&pipe);
		return STATUS_NO_MEMORY;
	}
	must(guise_pipe_get_info(end, &info) == 0);
	*ret_granted = info.granted;
	*ret = pipe;
	return STATUS_SUCCESS;
}

static NTSTATUS create_status(int code)
{
	switch (code) {
	case 0:
		return STATUS_SUCCESS;
	case -EBUSY:
		return STATUS_INSTANCE_NOT_AVAILABLE;
	default:
		return status_of(code);
	}
}

static NTSTATUS connect_status(int code)
{
	switch (code) {
	case 0:
		return STATUS_SUCCESS;
	case -EBUSY:
		return STATUS_PIPE_NOT_AVAILABLE;
	default:
		return status_of(code);
	}
}

static bool arguments_are_valid(DWORD open_mode, DWORD pipe_mode,
				DWORD instances)
{
	if ((open_mode & ~(DWORD)OPEN_FLAGS) ||
	    !(open_mode & PIPE_ACCESS_DUPLEX))
		return false;
	if (pipe_mode & ~(DWORD)MODE_FLAGS)
		return false;
	if ((pipe_mode & PIPE_READMODE_MESSAGE) &&
	    !(pipe_mode & PIPE_TYPE_MESSAGE))
		return false;
	return instances >= 1 && instances <= PIPE_UNLIMITED_INSTANCES;
}

static enum guise_pipe_mode mode_of(DWORD pipe_mode, DWORD flag)
{
	return pipe_mode & flag ? GUISE_PIPE_MESSAGES : GUISE_PIPE_BYTES;
}

NTSTATUS pipe_create(const struct pipe_creation *creation, HANDLE *ret,
		     bool *ret_is_first)
{
	GUISE_AUTO(pipe_unrefp) struct pipe_object *pipe = NULL;
	struct guise_pipe_end *end = NULL;
	struct guise_pipe_info info;
	ACCESS_MASK granted;
	NTSTATUS status;

	status = create_status(guise_pipe_create(&creation->options, &end));
	if (status >= 0)
		status = object_of_end(end, creation->options.name, &pipe,
				       &granted);
	if (status < 0)
		return status;
	pipe->is_overlapped = creation->is_overlapped;
	atomic_store(&pipe->does_not_wait, creation->does_not_wait);
	must(guise_pipe_get_info(pipe->end, &info) == 0);
	*ret_is_first = info.instances == 1;
	return handle_new(&guise_take(pipe)->object,
			  granted & creation->desired, creation->attributes,
			  ret);
}

HANDLE WINAPI CreateNamedPipeW(LPCWSTR name, DWORD open_mode, DWORD pipe_mode,
			       DWORD instances, DWORD out_size, DWORD in_size,
			       DWORD timeout, LPSECURITY_ATTRIBUTES attributes)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	struct pipe_creation new = {
		.options =
			{
				.size = sizeof(new.options),
				.direction = open_mode & PIPE_ACCESS_DUPLEX,
				.type = mode_of(pipe_mode, PIPE_TYPE_MESSAGE),
				.read_mode = mode_of(pipe_mode,
						     PIPE_READMODE_MESSAGE),
				.instances_max = instances,
				.first_only =
					(open_mode &
					 FILE_FLAG_FIRST_PIPE_INSTANCE) != 0,
				.access = open_mode & (WRITE_DAC | WRITE_OWNER |
						       ACCESS_SYSTEM_SECURITY),
				.in_size = in_size,
				.out_size = out_size,
				.default_timeout_ms =
					timeout ? timeout : DEFAULT_TIMEOUT_MS,
			},
		.desired = ~(ACCESS_MASK)0,
		.attributes = attributes && attributes->bInheritHandle
				      ? OBJ_INHERIT
				      : 0,
		.is_overlapped = (open_mode & FILE_FLAG_OVERLAPPED) != 0,
		.does_not_wait = (pipe_mode & PIPE_NOWAIT) != 0,
	};
	HANDLE handle = INVALID_HANDLE_VALUE;
	char *text = NULL;
	NTSTATUS status;
	bool is_first;

	status = pipe_name_of(name, &text);
	if (status >= 0 &&
	    !arguments_are_valid(open_mode, pipe_mode, instances))
		status = STATUS_INVALID_PARAMETER;
	if (status >= 0 && attributes)
		status =
			sd_read_optional(attributes->lpSecurityDescriptor, &sd);
	new.options.name = text;
	new.options.sd = sd;
	if (status >= 0)
		status = pipe_create(&new, &handle, &is_first);
	free(text);
	if (status >= 0)
		SetLastError(ERROR_SUCCESS);
	(void)win32_result(status);
	return status < 0 ? INVALID_HANDLE_VALUE : handle;
}

HANDLE WINAPI CreateNamedPipeA(LPCSTR name, DWORD open_mode, DWORD pipe_mode,
			       DWORD instances, DWORD out_size, DWORD in_size,
			       DWORD timeout, LPSECURITY_ATTRIBUTES attributes)
{
	HANDLE handle;
	WCHAR *wide;

	if (!win32_result(utf16_dup(name, &wide)))
		return INVALID_HANDLE_VALUE;
	handle = CreateNamedPipeW(wide, open_mode, pipe_mode, instances,
				  out_size, in_size, timeout, attributes);
	free(wide);
	return handle;
}

static bool qos_is_valid(const SECURITY_QUALITY_OF_SERVICE *qos)
{
	return (unsigned)qos->ImpersonationLevel <=
		       (unsigned)SecurityDelegation &&
	       qos->ContextTrackingMode <= SECURITY_DYNAMIC_TRACKING;
}

NTSTATUS pipe_connect(const char *name, ACCESS_MASK desired,
		      const SECURITY_QUALITY_OF_SERVICE *qos,
		      struct pipe_object **ret, ACCESS_MASK *ret_granted)
{
	struct guise_quality_of_service quality = {.size = sizeof(quality)};
	const struct guise_pipe_client_options options = {
		.size = sizeof(options),
		.name = name,
		.desired = desired,
		.qos = qos ? &quality : NULL,
	};
	struct guise_pipe_end *end = NULL;
	NTSTATUS status;

	if (qos) {
		if (!qos_is_valid(qos))
			return STATUS_INVALID_PARAMETER;
		quality.level = (enum guise_level)qos->ImpersonationLevel;
		quality.tracking =
			(enum guise_tracking)qos->ContextTrackingMode;
		quality.effective_only = qos->EffectiveOnly;
	}
	status = connect_status(guise_pipe_connect(&options, &end));
	if (status < 0)
		return status;
	return object_of_end(end, name, ret, ret_granted);
}

/* What is asked for of the root is granted: nothing can be done with it. */
static NTSTATUS open_root(ACCESS_MASK desired, ULONG attributes, HANDLE *ret)
{
	ACCESS_MASK granted = guise_map_generic(desired, &pipe_type.mapping);
	struct pipe_object *root;
	NTSTATUS status;

	status = object_level_check();
	if (status < 0)
		return status;
	if (granted & MAXIMUM_ALLOWED)
		granted |= FILE_ALL_ACCESS;
	root = pipe_new();
	if (!root)
		return STATUS_NO_MEMORY;
	return handle_new(&root->object, granted & FILE_ALL_ACCESS, attributes,
			  ret);
}

NTSTATUS pipe_open(const WCHAR *name, size_t n, ACCESS_MASK desired,
		   const SECURITY_QUALITY_OF_SERVICE *qos, ULONG attributes,
		   bool overlapped, HANDLE *ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	GUISE_AUTO(pipe_unrefp) struct pipe_object *pipe = NULL;
	ACCESS_MASK granted;
	NTSTATUS status;

	if (n == 0)
		return open_root(desired, attributes, ret);
	status = text_to_utf8(name, n, &text);
	if (status >= 0 && buf_append(&text, "", 1) < 0)
		status = STATUS_NO_MEMORY;
	if (status >= 0)
		status = pipe_connect((const char *)text.data, desired, qos,
				      &pipe, &granted);
	if (status < 0)
		return status;
	pipe->is_overlapped = overlapped;
	return handle_new(&guise_take(pipe)->object, granted, attributes, ret);
}
