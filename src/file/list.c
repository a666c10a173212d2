/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a directory: getdents64 on the descriptor, so that no library
 * allocates or opens anything, inside a scope or out of it. */
#include <dirent.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "file-internal.h"
#include "reader.h"

/* struct linux_dirent64: u64 inode, s64 offset, u16 size, u8 type, name */
#define DIRENT_HEADER_SIZE 19

static bool is_dot_or_dotdot(const char *name)
{
	return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

/* The next record's name and type; the kernel writes in native order. */
static bool next_entry(struct reader *r, const char **ret_name,
		       unsigned *ret_type)
{
	struct reader in = *r, entry;
	uint16_t size;

	if (!read_skip(&in, 16) || !read_copy(&in, &size, sizeof(size)))
		return false;
	if (size <= DIRENT_HEADER_SIZE || !read_sub(r, size, &entry))
		return false;
	if (!memchr(entry.data + DIRENT_HEADER_SIZE, '\0',
		    entry.size - DIRENT_HEADER_SIZE))
		return false;
	*ret_type = entry.data[DIRENT_HEADER_SIZE - 1];
	*ret_name = (const char *)entry.data + DIRENT_HEADER_SIZE;
	return true;
}

int file_each_entry(int dir_fd, void *buffer, size_t size,
		    int (*found)(void *context, const char *name,
				 unsigned type),
		    void *context)
{
	if (lseek(dir_fd, 0, SEEK_SET) < 0)
		return -errno;
	for (;;) {
		struct reader r;
		const char *name;
		unsigned type;
		long n;

		n = syscall(SYS_getdents64, dir_fd, buffer, size);
		if (n < 0)
			return -errno;
		if (n == 0)
			return 0;
		r = reader_of(buffer, (size_t)n);
		while (r.size) {
			int result;

			if (!next_entry(&r, &name, &type))
				return -EIO;
			if (is_dot_or_dotdot(name))
				continue;
			result = found(context, name, type);
			if (result < 0)
				return result;
		}
	}
}

struct listing {
	int (*found)(void *context, const char *name, unsigned type);
	void *context;
};

static int without_temporaries(void *context, const char *name, unsigned type)
{
	const struct listing *listing = context;
	int r;

	if (guise_file_is_temp_name(name, strlen(name)))
		return 0;
	r = listing->found(listing->context, name, type);
	return r < 0 ? r : 0;
}

int guise_file_list(int dir_fd,
		    int (*found)(void *context, const char *name,
				 unsigned type),
		    void *context)
{
	struct listing listing = {.found = found, .context = context};
	_Alignas(uint64_t) char buffer[16384];

	if (dir_fd < 0 || !found)
		return -EINVAL;
	return file_each_entry(dir_fd, buffer, sizeof(buffer),
			       without_temporaries, &listing);
}
