/* SPDX-License-Identifier: Apache-2.0 */
/* What Linux says of a file, in Windows' words. */
#ifndef WIN32_FILE_FACTS_H
#define WIN32_FILE_FACTS_H

#include "file-object.h"

/**
 * struct file_facts
 * @attributes: FILE_ATTRIBUTE_READONLY where nobody may write by the mode,
 *	DIRECTORY, REPARSE_POINT (a symbolic link), ARCHIVE for other files
 * @created, ...: in FILETIME's units; @created is the oldest of the others
 *	where the file system does not say
 * @size: 0 of a directory
 */
struct file_facts {
	DWORD attributes;
	int64_t created;
	int64_t accessed;
	int64_t written;
	int64_t changed;
	uint64_t size;
	uint64_t allocated;
	uint64_t index;
	DWORD volume;
	DWORD links;
	bool is_directory;
};

/* Of a descriptor, or of a name in the directory @fd (not following links) */
NTSTATUS file_facts_of_fd(int fd, struct file_facts *ret);
NTSTATUS file_facts_of_name(int fd, const char *name, struct file_facts *ret);

/* Opens @path for FILE_READ_ATTRIBUTES, as the calling thread, and asks. */
NTSTATUS file_facts_of_path(const struct path *path, struct file_facts *ret);

FILETIME file_time(int64_t time);
static inline int64_t file_time_value(const FILETIME *time)
{
	return (int64_t)((uint64_t)time->dwHighDateTime << 32 |
			 time->dwLowDateTime);
}

/* What cannot be set, the time of creation, is left as it is. */
#define FILE_TIME_KEEP 0
NTSTATUS file_set_times(const struct file_object *file, int64_t accessed,
			int64_t written);
/* Only READONLY is kept, and of directories only taken away. */
NTSTATUS file_set_attributes(const struct file_object *file, DWORD attributes);

#endif
