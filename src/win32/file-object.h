/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The object behind the handle of a file or directory. Opening, access, share
 * modes and descriptors are the library's (nt-file.h); here is what Windows
 * remembers of how a file was opened. Standard handles and those that a parent
 * process left are descriptors alone.
 *
 * The position of ReadFile and WriteFile is the kernel's, which children and
 * programs that are none of ours share.
 */
#ifndef WIN32_FILE_OBJECT_H
#define WIN32_FILE_OBJECT_H

#include <guise/nt-file.h>

#include "file-lock.h"
#include "object.h"
#include "path.h"

extern const struct object_type file_type;

/**
 * struct file_object
 * @file: owned; NULL: only a descriptor
 * @fd: @file's, or owned
 * @windows: the path it was opened by, absolute; owned; for its name
 * @position_lock: protects @position and @locks, is held while the position is
 *	moved from where it is
 * @position: of a descriptor without one (O_PATH)
 * @locks: ranges locked through it
 * @is_overlapped, @is_write_through: how it was opened
 * @keeps_attributes: no handle changes its times or attributes
 */
struct file_object {
	struct object object;
	struct guise_nt_file *file;
	int fd;
	char *windows;
	pthread_mutex_t position_lock;
	uint64_t position;
	struct file_lock *locks;
	bool is_overlapped;
	bool is_write_through;
	bool keeps_attributes;
};

/**
 * struct file_open - one open, in NT's words
 * @root: borrowed: where a relative Unix path begins; NULL: the current
 * directory
 * @access: with SYNCHRONIZE and FILE_READ_ATTRIBUTES where Win32 adds them
 * @options: enum guise_nt_options
 * @attributes: FILE_ATTRIBUTE_ of a new one
 * @descriptor: in the caller's memory; NULL: none
 * @handle_attributes: OBJ_INHERIT or 0
 */
struct file_open {
	const struct file_object *root;
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
	return file->fd;
}
/* Is it one, and was opened as one? */
bool file_is_directory(const struct file_object *file);
/* An object for a descriptor; takes @fd, also on failure. @windows: a name */
NTSTATUS file_of_fd(int fd, const char *windows, struct file_object **ret);

/* Whose files are that have no descriptor: as the calling thread's token has
 * it; static. */
const struct guise_id_mapping *file_mapping(void);

/* An error of the native open: of the way there, or of the name. */
NTSTATUS file_status(int code, bool in_parent);

#endif
