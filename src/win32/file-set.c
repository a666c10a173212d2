/* SPDX-License-Identifier: Apache-2.0 */
/* What is changed of an open file: times, names, length, and that it goes. */
#include <fcntl.h>
#include <stdlib.h>

#include <guise/thread-token.h>

#include "file-facts.h"
#include "file-io.h"
#include "file-query.h"

#include "pipe.h"
#include "user-memory.h"

/* A file information that was copied out of the caller's memory. */
struct change {
	struct file_object *file;
	const uint8_t *data;
	ULONG size;
};

NTSTATUS file_set_delete(struct file_object *file, bool remove)
{
	int r;

	if (!file->file)
		return STATUS_INVALID_DEVICE_REQUEST;
	r = guise_nt_file_set_delete(file->file, remove);
	/* what has no directory is a root */
	return r == -EBUSY ? STATUS_CANNOT_DELETE : status_of(r);
}

NTSTATUS file_rename(struct file_object *file, const struct file_object *root,
		     const struct path *to, bool replace)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_nt_request request = {
		.size = sizeof(request),
		.dir_fd = root ? root->fd : AT_FDCWD,
		.path = to->unix_path,
	};
	bool in_parent = false;
	int r;

	if (!file->file)
		return STATUS_INVALID_DEVICE_REQUEST;
	r = guise_effective_token(&token);
	if (r < 0)
		return status_of(r);
	request.token = token;
	r = guise_nt_rename(file->file, &request, replace, &in_parent);
	return r < 0 ? file_status(r, in_parent) : STATUS_SUCCESS;
}

static NTSTATUS basic(const struct change *c)
{
	const FILE_BASIC_INFORMATION *info = (const void *)c->data;
	const DWORD attributes = info->FileAttributes;
	NTSTATUS status = STATUS_SUCCESS;

	if ((attributes & FILE_ATTRIBUTE_DIRECTORY) &&
	    !file_is_directory(c->file))
		return STATUS_INVALID_PARAMETER;
	if (info->LastAccessTime.QuadPart || info->LastWriteTime.QuadPart)
		status = file_set_times(c->file, info->LastAccessTime.QuadPart,
					info->LastWriteTime.QuadPart);
	if (NT_SUCCESS(status) && attributes)
		status = file_set_attributes(c->file, attributes);
	return status;
}

/* From the directory of @handle, or by a whole name: native, or Win32's */
static NTSTATUS rename_to(const struct change *c, HANDLE handle,
			  const WCHAR *name, size_t n, bool replace)
{
	GUISE_AUTO(file_unrefp) struct file_object *root = NULL;
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	NTSTATUS status = STATUS_SUCCESS;

	if (handle)
		status = file_of_handle(handle, 0, &root, NULL);
	if (!NT_SUCCESS(status))
		return status;
	if (root)
		status = path_resolve_native(name, n, root->windows, &path);
	else
		status = path_resolve(name, n, &path);
	return NT_SUCCESS(status) ? file_rename(c->file, root, &path, replace)
				  : status;
}

static NTSTATUS rename_file(const struct change *c, bool replace)
{
	const FILE_RENAME_INFORMATION *info = (const void *)c->data;
	const size_t at = FIELD_OFFSET(FILE_RENAME_INFORMATION, FileName);

	if (info->FileNameLength == 0 ||
	    info->FileNameLength % sizeof(WCHAR) != 0 ||
	    info->FileNameLength > c->size - at)
		return STATUS_INVALID_PARAMETER;
	return rename_to(c, info->RootDirectory, info->FileName,
			 info->FileNameLength / sizeof(WCHAR), replace);
}

static NTSTATUS rename_simple(const struct change *c)
{
	const FILE_RENAME_INFORMATION *info = (const void *)c->data;

	return rename_file(c, info->ReplaceIfExists != 0);
}

static NTSTATUS rename_flags(const struct change *c)
{
	const FILE_RENAME_INFORMATION *info = (const void *)c->data;

	return rename_file(c, info->Flags & FILE_RENAME_FLAG_REPLACE_IF_EXISTS);
}

static NTSTATUS disposition(const struct change *c)
{
	return file_set_delete(c->file, c->data[0] != 0);
}

static NTSTATUS disposition_flags(const struct change *c)
{
	const FILE_DISPOSITION_INFORMATION_EX *info = (const void *)c->data;

	return file_set_delete(c->file,
			       info->Flags & FILE_DISPOSITION_FLAG_DELETE);
}

static NTSTATUS position(const struct change *c)
{
	const FILE_POSITION_INFORMATION *info = (const void *)c->data;
	uint64_t at;

	if (info->CurrentByteOffset.QuadPart < 0)
		return STATUS_INVALID_PARAMETER;
	return file_move(c->file, info->CurrentByteOffset.QuadPart, FILE_BEGIN,
			 &at);
}

/* Less room than there is cuts the file; more is found when it is needed. */
static NTSTATUS allocation(const struct change *c)
{
	const FILE_ALLOCATION_INFORMATION *info = (const void *)c->data;
	struct file_facts facts;
	NTSTATUS status = file_facts_of_fd(c->file->fd, &facts);

	if (!NT_SUCCESS(status))
		return status;
	if (info->AllocationSize.QuadPart >= 0 &&
	    (uint64_t)info->AllocationSize.QuadPart >= facts.size)
		return STATUS_SUCCESS;
	return file_set_size(c->file, info->AllocationSize.QuadPart);
}

static NTSTATUS end_of_file(const struct change *c)
{
	const FILE_END_OF_FILE_INFORMATION *info = (const void *)c->data;

	return file_set_size(c->file, info->EndOfFile.QuadPart);
}

static const struct {
	ULONG which;
	ULONG size; /* at least */
	ACCESS_MASK needed;
	NTSTATUS (*change)(const struct change *c);
} changes[] = {
	{FileBasicInformation, sizeof(FILE_BASIC_INFORMATION),
	 FILE_WRITE_ATTRIBUTES, basic},
	{FileRenameInformation, sizeof(FILE_RENAME_INFORMATION), DELETE,
	 rename_simple},
	{FileRenameInformationEx, sizeof(FILE_RENAME_INFORMATION), DELETE,
	 rename_flags},
	{FileDispositionInformation, sizeof(FILE_DISPOSITION_INFORMATION),
	 DELETE, disposition},
	{FileDispositionInformationEx, sizeof(FILE_DISPOSITION_INFORMATION_EX),
	 DELETE, disposition_flags},
	{FilePositionInformation, sizeof(FILE_POSITION_INFORMATION), 0,
	 position},
	{FileAllocationInformation, sizeof(FILE_ALLOCATION_INFORMATION),
	 FILE_WRITE_DATA, allocation},
	{FileEndOfFileInformation, sizeof(FILE_END_OF_FILE_INFORMATION),
	 FILE_WRITE_DATA, end_of_file},
};

/* More than any name takes */
#define INFORMATION_MAX (64 * 1024u + sizeof(FILE_RENAME_INFORMATION))

NTSTATUS file_set(HANDLE handle, ULONG which, const void *information,
		  ULONG size)
{
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	GUISE_AUTO(freep) uint8_t *copy = NULL;
	NTSTATUS status;
	size_t i = 0;

	while (i < ARRAY_SIZE(changes) && changes[i].which != which)
		i++;
	if (i == ARRAY_SIZE(changes))
		return STATUS_INVALID_INFO_CLASS;
	if (size < changes[i].size || size > INFORMATION_MAX)
		return STATUS_INFO_LENGTH_MISMATCH;
	if (!user_readable(information, size))
		return STATUS_ACCESS_VIOLATION;
	copy = malloc(size);
	if (!copy)
		return STATUS_NO_MEMORY;
	memcpy(copy, information, size);
	status = file_of_handle(handle, changes[i].needed, &file, NULL);
	if (!NT_SUCCESS(status))
		return status;
	return changes[i].change(&(struct change){file, copy, size});
}

NTSTATUS NTAPI NtSetInformationFile(HANDLE handle, PIO_STATUS_BLOCK result,
				    PVOID information, ULONG size,
				    FILE_INFORMATION_CLASS which)
{
	NTSTATUS status;

	if (!user_writable(result, sizeof(*result)))
		return STATUS_ACCESS_VIOLATION;
	status = file_set(handle, (ULONG)which, information, size);
	if (status == STATUS_OBJECT_TYPE_MISMATCH ||
	    status == STATUS_INVALID_INFO_CLASS)
		status = pipe_set(handle, (ULONG)which, information, size);
	if (!NT_ERROR(status))
		*result = (IO_STATUS_BLOCK){.Status = status};
	return status;
}
