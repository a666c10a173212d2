/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Removing a name with all that is under it. Goes down by descriptors of
 * directories it opened itself, one name at a time, never through a link or
 * onto another mount, and never up: whatever others rename meanwhile, it
 * removes only what this client may remove inside directories that were
 * beneath @name when it came to them.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fd.h"
#include "file-internal.h"

/* Others may add names while we remove; ours: then it is they who keep it. */
#define PASSES_MAX 8
/* A few entries at a time: the buffer is on the stack at every level. */
#define ENTRIES_SIZE 1024

struct level {
	int fd;
	unsigned depth;
	int first_error;
	unsigned n_removed;
};

static int remove_entry(int dir_fd, const char *name, unsigned depth);

static int remove_member(void *context, const char *name, unsigned type)
{
	struct level *level = context;
	int r;

	(void)type; /* a hint from some time ago */
	r = remove_entry(level->fd, name, level->depth + 1);
	if (r == 0)
		level->n_removed++;
	else if (!level->first_error)
		level->first_error = r;
	return 0;
}

/* Names may be skipped when others vanish during a listing: list again until
 * nothing is left or nothing goes. */
static int empty_directory(int fd, unsigned depth)
{
	_Alignas(uint64_t) char buffer[ENTRIES_SIZE];

	for (unsigned pass = 0; pass < PASSES_MAX; pass++) {
		struct level level = {.fd = fd, .depth = depth};
		int r;

		r = file_each_entry(fd, buffer, sizeof(buffer), remove_member,
				    &level);
		if (r < 0)
			return r;
		if (level.first_error && level.first_error != -ENOENT)
			return level.first_error;
		if (!level.n_removed)
			return 0;
	}
	return 0;
}

static int remove_directory(int dir_fd, const char *name, unsigned depth)
{
	const struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
		.resolve = FILE_RESOLVE_OWN,
	};
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	int r;

	if (unlinkat(dir_fd, name, AT_REMOVEDIR) == 0)
		return 0;
	if (errno != ENOTEMPTY && errno != EEXIST)
		return -errno;
	if (depth >= GUISE_TREE_DEPTH_MAX)
		return GUISE_E_LIMIT;
	r = file_open_here(dir_fd, name, &how, &fd);
	if (r < 0)
		return r;
	r = empty_directory(fd, depth);
	if (r < 0)
		return r;
	return unlinkat(dir_fd, name, AT_REMOVEDIR) < 0 ? -errno : 0;
}

/* A name can change from file to directory and back between two calls. */
static int remove_entry(int dir_fd, const char *name, unsigned depth)
{
	int r = -EAGAIN;

	for (unsigned pass = 0; pass < PASSES_MAX; pass++) {
		if (unlinkat(dir_fd, name, 0) == 0)
			return 0;
		if (errno != EISDIR)
			return -errno;
		r = remove_directory(dir_fd, name, depth);
		if (r != -ENOTDIR && r != -ELOOP && r != -ENOTEMPTY)
			return r;
	}
	return r;
}

int file_remove_tree_here(int dir_fd, const char *name)
{
	return remove_entry(dir_fd, name, 0);
}
