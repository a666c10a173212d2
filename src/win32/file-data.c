/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ReadFile, WriteFile and their like, of files and pipes. All of files is done
 * before they return: an OVERLAPPED says where, and its event is set at once.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "file-io.h"

#include <winternl.h>

#include "pipe.h"
#include "user-memory.h"

/**
 * struct transfer - one reading or writing
 * @object: a file or a pipe; a reference
 * @granted: to the handle
 * @offset: of a file, as file_read() takes it
 * @event: to be set when it is done; NULL: none
 * @size: what was transferred
 */
struct transfer {
	struct object *object;
	ACCESS_MASK granted;
	int64_t offset;
	HANDLE event;
	ULONG size;
};

static void transfer_clear(struct transfer *t)
{
	object_unrefp(&t->object);
}

static bool is_overlapped(const struct transfer *t)
{
	return t->object->type == &pipe_type
		       ? pipe_is_overlapped(t->object)
		       : ((struct file_object *)t->object)->is_overlapped;
}

/* @needed: any of these */
static NTSTATUS begin(struct transfer *t, HANDLE handle, ACCESS_MASK needed)
{
	NTSTATUS status =
		handle_object(handle, NULL, 0, &t->object, &t->granted);

	if (!NT_SUCCESS(status))
		return status;
	if (t->object->type != &file_type && t->object->type != &pipe_type)
		return STATUS_OBJECT_TYPE_MISMATCH;
	if (!(t->granted & needed))
		return STATUS_ACCESS_DENIED;
	return t->event ? NtResetEvent(t->event, NULL) : STATUS_SUCCESS;
}

static NTSTATUS transfer_in(struct transfer *t, void *buffer, ULONG size)
{
	if (t->object->type == &pipe_type)
		return pipe_read(t->object, t->granted, buffer, size, &t->size);
	return file_read((struct file_object *)t->object, buffer, size,
			 t->offset, &t->size);
}

static NTSTATUS transfer_out(struct transfer *t, const void *buffer, ULONG size)
{
	if (t->object->type == &pipe_type)
		return pipe_write(t->object, t->granted, buffer, size,
				  &t->size);
	return file_write((struct file_object *)t->object, t->granted, buffer,
			  size, t->offset, &t->size);
}

static void finish(const struct transfer *t, NTSTATUS status)
{
	/* as on Windows, an error is told and not signalled */
	if (t->event && !NT_ERROR(status))
		(void)NtSetEvent(t->event, NULL);
}

/* How Win32 says where, and whom to tell. A structure is needed where the file
 * was opened for it. */
static NTSTATUS begin_win32(struct transfer *t, HANDLE handle,
			    ACCESS_MASK needed, LPDWORD count,
			    const OVERLAPPED *overlapped)
{
	NTSTATUS status;

	if (overlapped &&
	    !user_writable((void *)(uintptr_t)overlapped, sizeof(*overlapped)))
		return STATUS_ACCESS_VIOLATION;
	if (count && !user_writable(count, sizeof(*count)))
		return STATUS_ACCESS_VIOLATION;
	if (count)
		*count = 0;
	t->offset = FILE_AT_POSITION;
	if (overlapped) {
		/* its lowest bit is for completion ports */
		t->event =
			(HANDLE)((ULONG_PTR)overlapped->hEvent & ~(ULONG_PTR)1);
		t->offset = (int64_t)((uint64_t)overlapped->OffsetHigh << 32 |
				      overlapped->Offset);
		/* all ones, of writing */
		if (t->offset == -1)
			t->offset = FILE_AT_END;
	}
	status = begin(t, handle, needed);
	if (NT_SUCCESS(status) && !overlapped && is_overlapped(t))
		status = STATUS_INVALID_PARAMETER;
	return status;
}

static BOOL finish_win32(const struct transfer *t, NTSTATUS status,
			 LPDWORD count, LPOVERLAPPED overlapped)
{
	if (count)
		*count = t->size;
	if (overlapped) {
		overlapped->Internal = (ULONG)status;
		overlapped->InternalHigh = t->size;
	}
	finish(t, status);
	return win32_result(status);
}

/* A pipe tells the structure itself, now or later. */
static BOOL finish_pipe(const struct transfer *t, NTSTATUS status,
			LPDWORD count)
{
	if (status == STATUS_PENDING)
		return win32_fail(ERROR_IO_PENDING);
	if (count)
		*count = t->size;
	return win32_result(status);
}

static bool is_pipe(const struct transfer *t)
{
	return t->object->type == &pipe_type;
}

BOOL WINAPI ReadFile(HANDLE handle, LPVOID buffer, DWORD size, LPDWORD count,
		     LPOVERLAPPED overlapped)
{
	GUISE_AUTO(transfer_clear) struct transfer t = {0};
	NTSTATUS status =
		begin_win32(&t, handle, FILE_READ_DATA, count, overlapped);

	if (!NT_SUCCESS(status))
		return win32_result(status);
	if (overlapped && is_pipe(&t)) {
		status = pipe_read_overlapped(t.object, t.granted, buffer, size,
					      overlapped, &t.size);
		return finish_pipe(&t, status, count);
	}
	status = transfer_in(&t, buffer, size);
	return finish_win32(&t, status, count, overlapped);
}

BOOL WINAPI WriteFile(HANDLE handle, LPCVOID buffer, DWORD size, LPDWORD count,
		      LPOVERLAPPED overlapped)
{
	GUISE_AUTO(transfer_clear) struct transfer t = {0};
	NTSTATUS status =
		begin_win32(&t, handle, FILE_WRITE_DATA | FILE_APPEND_DATA,
			    count, overlapped);

	if (!NT_SUCCESS(status))
		return win32_result(status);
	if (overlapped && is_pipe(&t)) {
		status = pipe_write_overlapped(t.object, t.granted, buffer,
					       size, overlapped, &t.size);
		return finish_pipe(&t, status, count);
	}
	status = transfer_out(&t, buffer, size);
	return finish_win32(&t, status, count, overlapped);
}

/* An offset as the native functions take it; NULL: the position */
static NTSTATUS native_offset(struct transfer *t, const LARGE_INTEGER *offset)
{
	t->offset = FILE_AT_POSITION;
	if (offset && !user_readable(offset, sizeof(*offset)))
		return STATUS_ACCESS_VIOLATION;
	if (offset && offset->HighPart == -1 &&
	    offset->LowPart == FILE_WRITE_TO_END_OF_FILE)
		t->offset = FILE_AT_END;
	else if (offset && (offset->HighPart != -1 ||
			    offset->LowPart != FILE_USE_FILE_POINTER_POSITION))
		t->offset = offset->QuadPart;
	return t->offset < FILE_AT_END ? STATUS_INVALID_PARAMETER
				       : STATUS_SUCCESS;
}

static NTSTATUS begin_native(struct transfer *t, HANDLE handle,
			     ACCESS_MASK needed, PIO_APC_ROUTINE apc,
			     PIO_STATUS_BLOCK result,
			     const LARGE_INTEGER *offset)
{
	NTSTATUS status;

	if (!user_writable(result, sizeof(*result)))
		return STATUS_ACCESS_VIOLATION;
	if (apc)
		return STATUS_NOT_SUPPORTED; /* nothing is called later */
	status = native_offset(t, offset);
	if (NT_SUCCESS(status))
		status = begin(t, handle, needed);
	if (NT_SUCCESS(status) && t->object->type == &file_type &&
	    t->offset == FILE_AT_POSITION && is_overlapped(t))
		status = STATUS_INVALID_PARAMETER;
	return status;
}

static NTSTATUS finish_native(const struct transfer *t, NTSTATUS status,
			      PIO_STATUS_BLOCK result)
{
	if (!NT_ERROR(status)) {
		result->Status = status;
		result->Information = t->size;
	}
	finish(t, status);
	return status;
}

NTSTATUS NTAPI NtReadFile(HANDLE handle, HANDLE event, PIO_APC_ROUTINE apc,
			  PVOID context, PIO_STATUS_BLOCK result, PVOID buffer,
			  ULONG size, PLARGE_INTEGER offset, PULONG key)
{
	GUISE_AUTO(transfer_clear) struct transfer t = {.event = event};
	NTSTATUS status =
		begin_native(&t, handle, FILE_READ_DATA, apc, result, offset);

	(void)context;
	(void)key;
	if (!NT_SUCCESS(status))
		return status;
	if (is_pipe(&t) && is_overlapped(&t))
		return pipe_read_native(t.object, t.granted, buffer, size,
					event, result, &t.size);
	status = transfer_in(&t, buffer, size);
	/* the end is an error here, at the position as well */
	if (status == STATUS_SUCCESS && t.size == 0 && size > 0 &&
	    t.object->type == &file_type)
		status = STATUS_END_OF_FILE;
	return finish_native(&t, status, result);
}

NTSTATUS NTAPI NtWriteFile(HANDLE handle, HANDLE event, PIO_APC_ROUTINE apc,
			   PVOID context, PIO_STATUS_BLOCK result, PVOID buffer,
			   ULONG size, PLARGE_INTEGER offset, PULONG key)
{
	GUISE_AUTO(transfer_clear) struct transfer t = {.event = event};
	NTSTATUS status =
		begin_native(&t, handle, FILE_WRITE_DATA | FILE_APPEND_DATA,
			     apc, result, offset);

	(void)context;
	(void)key;
	if (!NT_SUCCESS(status))
		return status;
	status = transfer_out(&t, buffer, size);
	return finish_native(&t, status, result);
}

/* Writing something out takes a right to write. */
static NTSTATUS flush(HANDLE handle)
{
	GUISE_AUTO(transfer_clear) struct transfer t = {0};
	NTSTATUS status = begin(&t, handle, FILE_WRITE_DATA | FILE_APPEND_DATA);

	if (!NT_SUCCESS(status))
		return status;
	if (t.object->type == &pipe_type)
		return pipe_flush(t.object);
	/* what cannot be flushed, a terminal, is */
	if (fsync(((struct file_object *)t.object)->fd) < 0 && errno != EINVAL)
		return status_of(-errno);
	return STATUS_SUCCESS;
}

BOOL WINAPI FlushFileBuffers(HANDLE handle)
{
	return win32_result(flush(handle));
}

NTSTATUS NTAPI NtFlushBuffersFile(HANDLE handle, PIO_STATUS_BLOCK result)
{
	NTSTATUS status;

	if (!user_writable(result, sizeof(*result)))
		return STATUS_ACCESS_VIOLATION;
	status = flush(handle);
	if (!NT_ERROR(status))
		*result = (IO_STATUS_BLOCK){.Status = status};
	return status;
}

static DWORD type_of_fd(int fd)
{
	struct stat is;

	if (fstat(fd, &is) < 0)
		return FILE_TYPE_UNKNOWN;
	if (S_ISFIFO(is.st_mode) || S_ISSOCK(is.st_mode))
		return FILE_TYPE_PIPE;
	return S_ISCHR(is.st_mode) ? FILE_TYPE_CHAR : FILE_TYPE_DISK;
}

DWORD WINAPI GetFileType(HANDLE handle)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;
	NTSTATUS status = handle_object(handle, NULL, 0, &object, NULL);

	if (NT_SUCCESS(status) && object->type != &file_type &&
	    object->type != &pipe_type)
		status = STATUS_OBJECT_TYPE_MISMATCH;
	if (!NT_SUCCESS(status)) {
		(void)win32_result(status);
		return FILE_TYPE_UNKNOWN;
	}
	SetLastError(ERROR_SUCCESS);
	return object->type == &pipe_type
		       ? FILE_TYPE_PIPE
		       : type_of_fd(((struct file_object *)object)->fd);
}
