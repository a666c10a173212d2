/* SPDX-License-Identifier: Apache-2.0 */
/* Owned file descriptors: start and end as -EBADF. Not for core. */
#ifndef BASE_FD_H
#define BASE_FD_H

#include <unistd.h>

#include "base.h"

static inline int fd_close(int fd)
{
	if (fd >= 0) {
		int saved = errno;

		(void)close(fd); /* nothing can be done about its failure */
		errno = saved;
	}
	return -EBADF;
}

static inline void fd_closep(int *fd)
{
	*fd = fd_close(*fd);
}

static inline int fd_take(int *fd)
{
	int taken = *fd;

	*fd = -EBADF;
	return taken;
}

#endif
