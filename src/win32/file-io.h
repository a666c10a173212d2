/* SPDX-License-Identifier: Apache-2.0 */
/* Data of files, and the position at which it is read and written. */
#ifndef WIN32_FILE_IO_H
#define WIN32_FILE_IO_H

#include "file-object.h"

/* Where to read or write; not an offset: at the position, which moves on. */
#define FILE_AT_POSITION (-1)
/* Of writing: behind all that is there */
#define FILE_AT_END (-2)

/*
 * The rights of the handle have been checked. At an offset, the position of a
 * file that is not overlapped moves behind what was done.
 * STATUS_END_OF_FILE: nothing is there at an offset (reading at the position
 * succeeds with nothing). STATUS_INVALID_DEVICE_REQUEST: of a directory.
 */
NTSTATUS file_read(struct file_object *file, void *buffer, ULONG size,
		   int64_t offset, ULONG *ret_size);
/* @granted: without FILE_WRITE_DATA all goes to the end. */
NTSTATUS file_write(struct file_object *file, ACCESS_MASK granted,
		    const void *buffer, ULONG size, int64_t offset,
		    ULONG *ret_size);

uint64_t file_position(struct file_object *file);
/* @method: FILE_BEGIN, ...; STATUS_INVALID_PARAMETER, and ERROR_NEGATIVE_SEEK
 * as a status */
NTSTATUS file_move(struct file_object *file, int64_t distance, unsigned method,
		   uint64_t *ret);
/* At least FILE_WRITE_DATA has been checked. */
NTSTATUS file_set_size(struct file_object *file, int64_t size);

#endif
