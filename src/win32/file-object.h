/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The object behind the handle of a file or directory. Opening, access, share
 * modes and descriptors are the library's (nt-file.h); here are the position,
 * and what Windows remembers of how a file was opened.
 */
#ifndef WIN32_FILE_OBJECT_H
#define WIN32_FILE_OBJECT_H

#include <guise/nt-file.h>

#include "object.h"
#include "path.h"

extern const struct object_type file_type;

/**
 * struct file_object
 * @file: owned
 * @windows: the path it was opened by, absolute; owned; for its name
 * @position_lock: protects @position, is held while data moves by it
 * @position: of ReadFile and WriteFile
 * @is_overlapped, @is_write_through: how it was opened
 */
struct file_object {
	struct object object;
	struct guise_nt_file *file;
	char *windows;
	pthread_mutex_t position_lock;
	uint64_t position;
	bool is_overlapped;
	bool is_write_through;
};

/**
 * struct file_open - one open, in NT's words
 * @access: with SYNCHRONIZE and FILE_READ_ATTRIBUTES where Win32 adds them
 * @options: enum guise_nt_options
 * @attributes: FILE_ATTRIBUTE_ of a new one
 * @descriptor: in the caller's memory; NULL: none
 * @handle_attributes: OBJ_INHERIT or 0
 */
struct file_open {
	ACCESS_MASK access;
	uint32_t share;
	enum guise_nt_disposition disposition;
	uint32_t options;
	DWORD attributes;
	PSECURITY_DESCRIPTOR descriptor;
	ULONG handle_attributes;
	bool is_overlapped;
	bool is_write_through;
};

/* Opens @path for the calling thread. @ret_action may be NULL.
 * STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND, ... */
NTSTATUS file_open(const struct path *path, const struct file_open *open,
		   struct file_object **ret, enum guise_nt_action *ret_action);
/* The same as a handle. */
NTSTATUS file_open_handle(const struct path *path, const struct file_open *open,
			  HANDLE *ret, enum guise_nt_action *ret_action);
/* The file behind a handle of files. */
NTSTATUS file_of_handle(HANDLE handle, ACCESS_MASK needed,
			struct file_object **ret, ACCESS_MASK *ret_granted);
void file_unrefp(struct file_object **file);
static inline int file_fd(const struct file_object *file)
{
	return guise_nt_file_fd(file->file);
}

/* An error of the native open: of the way there, or of the name. */
NTSTATUS file_status(int code, bool in_parent);

#endif
