/* SPDX-License-Identifier: Apache-2.0 */
/* See path.h. */
#include <fcntl.h>
#include <stdio.h>

#include "fd.h"
#include "path.h"

int path_open(const char *path, mode_t type, struct stat *ret)
{
	GUISE_AUTO(fd_closep)
	int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 || fstat(fd, ret) < 0)
		return -errno;
	if ((ret->st_mode & S_IFMT) != type)
		return -ENOENT;
	return fd_take(&fd);
}

/* Not the process's: its first thread may have ended. */
void path_way(int fd, char ret[PATH_WAY_SIZE])
{
	(void)snprintf(ret, PATH_WAY_SIZE, "/proc/thread-self/fd/%d", fd);
}

int path_chmod(int fd, mode_t mode)
{
	char way[PATH_WAY_SIZE];

	path_way(fd, way);
	return chmod(way, mode) < 0 ? -errno : 0;
}
