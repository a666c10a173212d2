/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an open file says of itself. Each class has its structure and takes its
 * right; a name at the end may be cut short.
 */
#include "file-query.h"
#include "file-facts.h"
#include "file-io.h"

#include "pipe.h"
#include "text.h"
#include "user-memory.h"

struct query {
	struct file_object *file;
	ACCESS_MASK granted;
	struct file_facts facts;
	void *out;
	ULONG size;
	ULONG used;
};

static LARGE_INTEGER large(uint64_t value)
{
	return (LARGE_INTEGER){.QuadPart = (LONGLONG)value};
}

static NTSTATUS give(struct query *q, const void *value, size_t size)
{
	memcpy(q->out, value, size);
	q->used = (ULONG)size;
	return STATUS_SUCCESS;
}

static NTSTATUS basic(struct query *q)
{
	const FILE_BASIC_INFORMATION info = {
		.CreationTime = large((uint64_t)q->facts.created),
		.LastAccessTime = large((uint64_t)q->facts.accessed),
		.LastWriteTime = large((uint64_t)q->facts.written),
		.ChangeTime = large((uint64_t)q->facts.changed),
		.FileAttributes = q->facts.attributes,
	};

	return give(q, &info, sizeof(info));
}

static NTSTATUS standard(struct query *q)
{
	const struct guise_nt_file *file = q->file->file;
	const FILE_STANDARD_INFORMATION info = {
		.AllocationSize = large(q->facts.allocated),
		.EndOfFile = large(q->facts.size),
		.NumberOfLinks = q->facts.links,
		.DeletePending = file && guise_nt_file_delete_pending(file),
		.Directory = q->facts.is_directory,
	};

	return give(q, &info, sizeof(info));
}

static NTSTATUS internal(struct query *q)
{
	const FILE_INTERNAL_INFORMATION info = {large(q->facts.index)};

	return give(q, &info, sizeof(info));
}

static NTSTATUS extended_attributes(struct query *q)
{
	static const FILE_EA_INFORMATION none;

	return give(q, &none, sizeof(none));
}

static NTSTATUS access_granted(struct query *q)
{
	const FILE_ACCESS_INFORMATION info = {q->granted};

	return give(q, &info, sizeof(info));
}

/* Without the drive, as much of it as there is room for */
static NTSTATUS name(struct query *q)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	const char *windows = q->file->windows;
	const size_t at = FIELD_OFFSET(FILE_NAME_INFORMATION, FileName);
	const char *plain =
		windows[0] && windows[1] == ':' ? windows + 2 : windows;
	NTSTATUS status = text_to_utf16(plain, strlen(plain), &text);
	const bool fits = NT_SUCCESS(status) && text.size <= q->size - at;
	const size_t n = fits ? text.size : (q->size - at) & ~(size_t)1;
	const ULONG length = (ULONG)text.size;

	if (!NT_SUCCESS(status))
		return status;
	memcpy(q->out, &length, sizeof(length));
	memcpy((uint8_t *)q->out + at, text.data, n);
	q->used = (ULONG)(at + n);
	return fits ? STATUS_SUCCESS : STATUS_BUFFER_OVERFLOW;
}

static NTSTATUS position(struct query *q)
{
	const FILE_POSITION_INFORMATION info = {large(file_position(q->file))};

	return give(q, &info, sizeof(info));
}

static NTSTATUS mode(struct query *q)
{
	const FILE_MODE_INFORMATION info = {
		(q->file->is_overlapped ? 0 : FILE_SYNCHRONOUS_IO_NONALERT) |
		(q->file->is_write_through ? FILE_WRITE_THROUGH : 0)};

	return give(q, &info, sizeof(info));
}

static NTSTATUS alignment(struct query *q)
{
	static const FILE_ALIGNMENT_INFORMATION bytes;

	return give(q, &bytes, sizeof(bytes));
}

static NTSTATUS network_open(struct query *q)
{
	const FILE_NETWORK_OPEN_INFORMATION info = {
		.CreationTime = large((uint64_t)q->facts.created),
		.LastAccessTime = large((uint64_t)q->facts.accessed),
		.LastWriteTime = large((uint64_t)q->facts.written),
		.ChangeTime = large((uint64_t)q->facts.changed),
		.AllocationSize = large(q->facts.allocated),
		.EndOfFile = large(q->facts.size),
		.FileAttributes = q->facts.attributes,
	};

	return give(q, &info, sizeof(info));
}

static NTSTATUS attribute_tag(struct query *q)
{
	const bool is_link = q->facts.attributes & FILE_ATTRIBUTE_REPARSE_POINT;
	const FILE_ATTRIBUTE_TAG_INFORMATION info = {
		.FileAttributes = q->facts.attributes,
		.ReparseTag = is_link ? IO_REPARSE_TAG_SYMLINK : 0,
	};

	return give(q, &info, sizeof(info));
}

static const struct {
	ULONG which;
	ULONG size; /* at least */
	ACCESS_MASK needed;
	NTSTATUS (*answer)(struct query *q);
} answers[] = {
	{FileBasicInformation, sizeof(FILE_BASIC_INFORMATION),
	 FILE_READ_ATTRIBUTES, basic},
	{FileStandardInformation, sizeof(FILE_STANDARD_INFORMATION), 0,
	 standard},
	{FileInternalInformation, sizeof(FILE_INTERNAL_INFORMATION), 0,
	 internal},
	{FileEaInformation, sizeof(FILE_EA_INFORMATION), 0,
	 extended_attributes},
	{FileAccessInformation, sizeof(FILE_ACCESS_INFORMATION), 0,
	 access_granted},
	{FileNameInformation, sizeof(FILE_NAME_INFORMATION), 0, name},
	{FilePositionInformation, sizeof(FILE_POSITION_INFORMATION), 0,
	 position},
	{FileModeInformation, sizeof(FILE_MODE_INFORMATION), 0, mode},
	{FileAlignmentInformation, sizeof(FILE_ALIGNMENT_INFORMATION), 0,
	 alignment},
	{FileNetworkOpenInformation, sizeof(FILE_NETWORK_OPEN_INFORMATION),
	 FILE_READ_ATTRIBUTES, network_open},
	{FileAttributeTagInformation, sizeof(FILE_ATTRIBUTE_TAG_INFORMATION),
	 FILE_READ_ATTRIBUTES, attribute_tag},
};

NTSTATUS file_query(HANDLE handle, ULONG which, void *ret, ULONG size,
		    ULONG *ret_size)
{
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	struct query q = {.out = ret, .size = size};
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
	status = file_of_handle(handle, answers[i].needed, &file, &q.granted);
	if (NT_SUCCESS(status))
		status = file_facts_of_fd(file->fd, &q.facts);
	if (!NT_SUCCESS(status))
		return status;
	q.file = file;
	status = answers[i].answer(&q);
	*ret_size = q.used;
	return status;
}

NTSTATUS NTAPI NtQueryInformationFile(HANDLE handle, PIO_STATUS_BLOCK result,
				      PVOID information, ULONG size,
				      FILE_INFORMATION_CLASS which)
{
	NTSTATUS status;
	ULONG used = 0;

	if (!user_writable(result, sizeof(*result)))
		return STATUS_ACCESS_VIOLATION;
	status = file_query(handle, (ULONG)which, information, size, &used);
	if (status == STATUS_OBJECT_TYPE_MISMATCH ||
	    status == STATUS_INVALID_INFO_CLASS)
		status = pipe_query(handle, (ULONG)which, information, size,
				    &used);
	if (!NT_ERROR(status))
		*result = (IO_STATUS_BLOCK){.Status = status,
					    .Information = used};
	return status;
}
