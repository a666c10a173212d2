/* SPDX-License-Identifier: Apache-2.0 */
/* Reading, writing and the position; see file-io.h. */
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "file-io.h"

#include "pipe.h"

/* errno of reading or writing as a status */
static NTSTATUS io_status(const struct file_object *file)
{
	/* O_PATH is how a directory is open that was not to be listed */
	if (errno == EISDIR || (errno == EBADF && file_is_directory(file)))
		return STATUS_INVALID_DEVICE_REQUEST;
	return status_of(-errno);
}

static ssize_t read_once(int fd, void *buffer, size_t size, int64_t offset)
{
	ssize_t n;

	do {
		n = offset < 0 ? read(fd, buffer, size)
			       : pread(fd, buffer, size, offset);
	} while (n < 0 && errno == EINTR);
	return n;
}

/* Of a file that has one position for all who use it */
static void move_behind(struct file_object *file, int64_t offset, size_t size)
{
	if (!file->is_overlapped)
		(void)lseek(file->fd, offset + (int64_t)size, SEEK_SET);
}

NTSTATUS file_read(struct file_object *file, void *buffer, ULONG size,
		   int64_t offset, ULONG *ret_size)
{
	ssize_t n;

	if (offset < 0 && offset != FILE_AT_POSITION)
		return STATUS_INVALID_PARAMETER;
	n = read_once(file->fd, buffer, size, offset);
	if (n < 0)
		return io_status(file);
	*ret_size = (ULONG)n;
	if (offset < 0)
		return STATUS_SUCCESS;
	if (n == 0 && size > 0)
		return STATUS_END_OF_FILE;
	move_behind(file, offset, (size_t)n);
	return STATUS_SUCCESS;
}

static ssize_t write_once(int fd, const uint8_t *data, size_t size,
			  int64_t offset)
{
	const struct iovec part = {(void *)(uintptr_t)data, size};
	ssize_t n;

	do {
		if (offset == FILE_AT_END)
			n = pwritev2(fd, &part, 1, -1, RWF_APPEND);
		else if (offset < 0)
			n = write(fd, data, size);
		else
			n = pwrite(fd, data, size, offset);
	} while (n < 0 && errno == EINTR);
	return n;
}

/* All of it, or as much as there is room for */
static NTSTATUS write_all(struct file_object *file, const uint8_t *data,
			  size_t size, int64_t offset, size_t *ret_size)
{
	size_t done = 0;

	do {
		ssize_t n = write_once(file->fd, data + done, size - done,
				       offset < 0 ? offset
						  : offset + (int64_t)done);

		if (n < 0 && done == 0)
			return io_status(file);
		if (n <= 0)
			break;
		done += (size_t)n;
	} while (done < size);
	*ret_size = done;
	return STATUS_SUCCESS;
}

NTSTATUS file_write(struct file_object *file, ACCESS_MASK granted,
		    const void *buffer, ULONG size, int64_t offset,
		    ULONG *ret_size)
{
	NTSTATUS status;
	size_t done;

	if (offset < FILE_AT_END ||
	    (offset > 0 && offset > INT64_MAX - (int64_t)size))
		return STATUS_INVALID_PARAMETER;
	if (!(granted & FILE_WRITE_DATA))
		offset = FILE_AT_END;
	status = write_all(file, buffer, size, offset, &done);
	if (!NT_SUCCESS(status))
		return status;
	*ret_size = (ULONG)done;
	if (offset >= 0)
		move_behind(file, offset, done);
	if (file->is_write_through && fdatasync(file->fd) < 0 &&
	    errno != EINVAL)
		return status_of(-errno);
	return STATUS_SUCCESS;
}

uint64_t file_position(struct file_object *file)
{
	int64_t at = lseek(file->fd, 0, SEEK_CUR);

	return at < 0 ? file->position : (uint64_t)at;
}

static NTSTATUS base_of(struct file_object *file, unsigned method, int64_t *ret)
{
	struct stat is;

	switch (method) {
	case FILE_BEGIN:
		*ret = 0;
		return STATUS_SUCCESS;
	case FILE_CURRENT:
		*ret = (int64_t)file_position(file);
		return STATUS_SUCCESS;
	case FILE_END:
		if (fstat(file->fd, &is) < 0)
			return status_of(-errno);
		*ret = is.st_size;
		return STATUS_SUCCESS;
	default:
		return STATUS_INVALID_PARAMETER;
	}
}

static NTSTATUS move_locked(struct file_object *file, int64_t distance,
			    unsigned method, uint64_t *ret)
{
	int64_t base, at;
	NTSTATUS status = base_of(file, method, &base);

	if (!NT_SUCCESS(status))
		return status;
	if (ckd_add(&at, base, distance))
		return STATUS_INVALID_PARAMETER;
	if (at < 0)
		return status_of_win32(ERROR_NEGATIVE_SEEK);
	if (lseek(file->fd, at, SEEK_SET) < 0) {
		if (errno != EBADF)
			return status_of(-errno);
		file->position = (uint64_t)at; /* an O_PATH one */
	}
	*ret = (uint64_t)at;
	return STATUS_SUCCESS;
}

NTSTATUS file_move(struct file_object *file, int64_t distance, unsigned method,
		   uint64_t *ret)
{
	NTSTATUS status;

	must(pthread_mutex_lock(&file->position_lock) == 0);
	status = move_locked(file, distance, method, ret);
	must(pthread_mutex_unlock(&file->position_lock) == 0);
	return status;
}

NTSTATUS file_set_size(struct file_object *file, int64_t size)
{
	if (size < 0)
		return STATUS_INVALID_PARAMETER;
	if (ftruncate(file->fd, size) < 0)
		return io_status(file);
	return STATUS_SUCCESS;
}
