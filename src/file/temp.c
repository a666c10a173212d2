/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Temporaries: exclusive names that nobody can guess, made, filled and then
 * renamed into place. What runs here runs as the client.
 *
 * A temporary that replaces something begins 0600 (0700) and becomes as
 * readable as what it replaces only when it has all its attributes. One that
 * replaces nothing gets its mode at creation: only so do umask and the
 * directory's default ACL have their say, and there is no older file that
 * fewer people could read.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "file-internal.h"

#define PREFIX_SIZE (sizeof(GUISE_TEMP_PREFIX) - 1)
#define RANDOM_SIZE 16
/* five bits a character */
#define RANDOM_TEXT_SIZE ((8 * RANDOM_SIZE + 4) / 5)

static_assert(PREFIX_SIZE + RANDOM_TEXT_SIZE <
		      sizeof((struct guise_temp *)0)->name,
	      "a temporary's name and its NUL fit");

void file_temp_name(char ret[48])
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
	uint8_t random[RANDOM_SIZE];
	char *at = ret + PREFIX_SIZE;

	/* so few bytes come whole or not at all */
	must(getrandom(random, sizeof(random), 0) == (ssize_t)sizeof(random));
	memcpy(ret, GUISE_TEMP_PREFIX, PREFIX_SIZE);
	for (unsigned bit = 0; bit < 8 * RANDOM_SIZE; bit += 5) {
		unsigned pair = (unsigned)random[bit / 8] << 8;

		if (bit / 8 + 1 < RANDOM_SIZE)
			pair |= random[bit / 8 + 1];
		*at++ = digits[pair >> (11 - bit % 8) & 31];
	}
	*at = '\0';
}

bool guise_file_is_temp_name(const char *name, size_t size)
{
	return name && size >= PREFIX_SIZE &&
	       memcmp(name, GUISE_TEMP_PREFIX, PREFIX_SIZE) == 0;
}

/* The new file or directory itself, nothing taken over yet. */
static int create(int dir_fd, bool is_directory, mode_t mode, const char *name,
		  int *ret_fd)
{
	const struct open_how file = {
		.flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC |
			 O_NOCTTY,
		.mode = mode,
		.resolve = FILE_RESOLVE_OWN,
	};
	const struct open_how directory = {
		.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
		.resolve = FILE_RESOLVE_OWN,
	};
	int r;

	if (!is_directory)
		return file_open_here(dir_fd, name, &file, ret_fd);
	if (mkdirat(dir_fd, name, mode) < 0)
		return -errno;
	r = file_open_here(dir_fd, name, &directory, ret_fd);
	if (r < 0)
		(void)unlinkat(dir_fd, name, AT_REMOVEDIR);
	return r;
}

/* The file to be replaced, of the kind that is to replace it. */
static int open_like(int dir_fd, const char *name, bool is_directory,
		     int *ret_fd)
{
	const struct open_how how = {
		.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
		.resolve = FILE_RESOLVE_NAME,
	};
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct stat st;
	int r;

	r = file_open_here(dir_fd, name, &how, &fd);
	if (r < 0)
		return r;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISLNK(st.st_mode))
		return -ELOOP;
	if (S_ISDIR(st.st_mode) && !is_directory)
		return -EISDIR;
	if (!S_ISDIR(st.st_mode) && is_directory)
		return -ENOTDIR;
	if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode))
		return -ENXIO;
	*ret_fd = fd_take(&fd);
	return 0;
}

int file_temp_create_here(int dir_fd, const char *like, bool is_directory,
			  mode_t mode, const char *temp_name, int *ret_fd)
{
	GUISE_AUTO(fd_closep) int like_fd = -EBADF;
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	int r;

	if (!like)
		return create(dir_fd, is_directory, mode, temp_name, ret_fd);
	r = open_like(dir_fd, like, is_directory, &like_fd);
	if (r < 0)
		return r;
	r = create(dir_fd, is_directory, is_directory ? 0700 : 0600, temp_name,
		   &fd);
	if (r < 0)
		return r;
	r = file_take_over(fd, like_fd);
	if (r < 0) {
		(void)unlinkat(dir_fd, temp_name,
			       is_directory ? AT_REMOVEDIR : 0);
		return r;
	}
	*ret_fd = fd_take(&fd);
	return 0;
}

int file_temp_commit_here(int dir_fd, const char *temp_name, const char *name,
			  bool replace)
{
	return renameat2(dir_fd, temp_name, dir_fd, name,
			 replace ? 0 : RENAME_NOREPLACE) < 0
		       ? -errno
		       : 0;
}
