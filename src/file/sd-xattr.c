/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stored security descriptor, for engines in a process that holds the
 * privilege itself: read and written as the service, never as the client. The
 * caller (the store layer) has decided that the client may.
 */
#include <pthread.h>
#include <sys/types.h>
#include <sys/xattr.h>

#include <guise/file.h>

#include "buf.h"
#include "file-internal.h"

/* Kernel: XATTR_SIZE_MAX. */
#define VALUE_MAX 65536

static ssize_t get(int fd, uint8_t *value)
{
	char path[FD_PATH_SIZE];
	ssize_t size;

	size = fgetxattr(fd, GUISE_SD_XATTR, value, VALUE_MAX);
	if (size < 0 && errno == EBADF) { /* O_PATH */
		file_fd_path(fd, path);
		size = getxattr(path, GUISE_SD_XATTR, value, VALUE_MAX);
		if (size < 0 && errno == ENOENT) /* no /proc, or no such fd */
			errno = EBADF;
	}
	return size;
}

int service_read_sd(struct guise_engine *engine,
		    const struct guise_token *token, int fd,
		    struct guise_buf *out)
{
	uint8_t *value;
	ssize_t size;
	int r;

	(void)engine;
	(void)token;
	if (fd < 0)
		return -EBADF;
	r = buf_reserve(out, VALUE_MAX, &value);
	if (r < 0)
		return r;
	size = get(fd, value);
	if (size < 0)
		return -errno;
	out->size += (size_t)size;
	return 0;
}

int service_write_sd(struct guise_engine *engine,
		     const struct guise_token *token, int fd, unsigned root,
		     const char *path, const void *data, size_t size,
		     uint32_t security_information)
{
	char fd_path[FD_PATH_SIZE];

	(void)engine;
	(void)token;
	(void)root;
	(void)path;
	(void)security_information; /* the whole value, decided upon above */
	if (fd < 0)
		return -EBADF;
	if (!data || !size)
		return -EINVAL;
	if (fsetxattr(fd, GUISE_SD_XATTR, data, size, 0) == 0)
		return 0;
	if (errno != EBADF)
		return -errno;
	file_fd_path(fd, fd_path);
	return setxattr(fd_path, GUISE_SD_XATTR, data, size, 0) < 0 ? -errno
								    : 0;
}
