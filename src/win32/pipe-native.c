/* SPDX-License-Identifier: Apache-2.0 */
/* Instances as NtCreateNamedPipeFile spells them: which way data goes is in the
 * share mode, what the end may do in the access. */
#include <pthread.h>
#include <stdlib.h>

#include <winternl-pipe.h>

#include "pipe-object.h"
#include "sd-read.h"
#include "text.h"
#include "user-memory.h"

/* Milliseconds of a time that counts from now, in 100 ns */
static bool timeout_of(const LARGE_INTEGER *timeout, uint32_t *ret)
{
	const int64_t per_ms = 10000;

	if (!user_readable(timeout, sizeof(*timeout)) || timeout->QuadPart >= 0)
		return false;
	if (timeout->QuadPart < -(int64_t)UINT32_MAX * per_ms)
		*ret = GUISE_PIPE_FOREVER;
	else
		*ret = (uint32_t)(-timeout->QuadPart / per_ms);
	return true;
}

/* In 8 bits, where -1 is as many as one likes */
static uint32_t instances_of(ULONG instances)
{
	return instances == UINT32_MAX ? PIPE_UNLIMITED_INSTANCES : instances;
}

static enum guise_pipe_direction direction_of(ULONG share)
{
	return (share & FILE_SHARE_WRITE ? GUISE_PIPE_INBOUND : 0) |
	       (share & FILE_SHARE_READ ? GUISE_PIPE_OUTBOUND : 0);
}

/* Rights of the descriptor, besides those of the direction */
static ACCESS_MASK extra_access(ACCESS_MASK access)
{
	return access & (WRITE_DAC | WRITE_OWNER | ACCESS_SYSTEM_SECURITY);
}

/* The name of the new pipe: a path, or what follows an open root */
static NTSTATUS name_of(const OBJECT_ATTRIBUTES *attributes, char **ret)
{
	GUISE_AUTO(pipe_unrefp) struct pipe_object *root = NULL;
	char *path = NULL;
	WCHAR *wide = NULL;
	NTSTATUS status;

	status = unicode_string_dup(attributes->ObjectName, &path);
	if (status >= 0 && attributes->RootDirectory) {
		status = pipe_of_handle(attributes->RootDirectory, 0, &root);
		if (status >= 0 && (root->end || root->fd >= 0))
			status = STATUS_OBJECT_NAME_INVALID;
		if (status >= 0) {
			*ret = path;
			return STATUS_SUCCESS;
		}
	}
	if (status >= 0)
		status = utf16_dup(path, &wide);
	if (status >= 0)
		status = pipe_name_of(wide, ret);
	free(wide);
	free(path);
	return status;
}

static NTSTATUS create(struct pipe_creation *new,
		       const OBJECT_ATTRIBUTES *attributes, ULONG disposition,
		       HANDLE *ret, bool *ret_is_first)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	char *name = NULL;
	NTSTATUS status;

	if (attributes->Length != sizeof(*attributes))
		return STATUS_INVALID_PARAMETER;
	status = sd_read_optional(attributes->SecurityDescriptor, &sd);
	if (status >= 0)
		status = name_of(attributes, &name);
	if (status < 0)
		return status;
	new->attributes = attributes->Attributes &OBJ_INHERIT;
	new->options.name = name;
	new->options.sd = sd;
	status = pipe_create(new, ret, ret_is_first);
	free(name);
	if (status >= 0 && *ret_is_first && disposition == FILE_OPEN) {
		(void)handle_close(*ret);
		return STATUS_OBJECT_NAME_NOT_FOUND;
	}
	return status;
}

static bool is_valid(const struct pipe_creation *new, ULONG disposition,
		     ULONG type, ULONG read_mode, ULONG completion_mode)
{
	return new->options.direction &&disposition >=
	       FILE_OPEN &&disposition <= FILE_OPEN_IF &&type <=
	       FILE_PIPE_MESSAGE_TYPE &&read_mode <= type &&completion_mode <=
	       FILE_PIPE_COMPLETE_OPERATION;
}

NTSTATUS NTAPI NtCreateNamedPipeFile(
	PHANDLE ret, ULONG access, POBJECT_ATTRIBUTES attributes,
	PIO_STATUS_BLOCK result, ULONG share, ULONG disposition, ULONG options,
	ULONG type, ULONG read_mode, ULONG completion_mode, ULONG instances,
	ULONG in_size, ULONG out_size, PLARGE_INTEGER timeout)
{
	const ULONG synchronous =
		FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT;
	struct pipe_creation new = {
		.options =
			{
				.size = sizeof(new.options),
				.direction = direction_of(share),
				.type = (enum guise_pipe_mode)type,
				.read_mode = (enum guise_pipe_mode)read_mode,
				.instances_max = instances_of(instances),
				.first_only = disposition == FILE_CREATE,
				.access = extra_access(access),
				.in_size = in_size,
				.out_size = out_size,
			},
		.desired =
			access & MAXIMUM_ALLOWED
				? ~(ACCESS_MASK)0
				: guise_map_generic(access, &pipe_type.mapping),
		.is_overlapped = !(options & synchronous),
		.does_not_wait =
			completion_mode == FILE_PIPE_COMPLETE_OPERATION,
	};
	NTSTATUS status;
	HANDLE handle;
	bool is_first;

	if (!user_writable(ret, sizeof(*ret)) ||
	    !user_writable(result, sizeof(*result)) ||
	    !user_readable(attributes, sizeof(*attributes)))
		return STATUS_ACCESS_VIOLATION;
	if (!timeout_of(timeout, &new.options.default_timeout_ms) ||
	    !is_valid(&new, disposition, type, read_mode, completion_mode))
		return STATUS_INVALID_PARAMETER;
	status = create(&new, attributes, disposition, &handle, &is_first);
	if (status < 0)
		return status;
	*ret = handle;
	result->Status = STATUS_SUCCESS;
	result->Information = is_first ? FILE_CREATED : FILE_OPENED;
	return STATUS_SUCCESS;
}
