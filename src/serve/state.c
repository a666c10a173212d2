/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "fd.h"
#include "state.h"

#include "supervise.h"

static int refuse(struct config_error *reterr, const char *path,
		  const char *why, const char *todo, int code)
{
	(void)snprintf(reterr->where, sizeof(reterr->where), "state");
	(void)snprintf(reterr->why, sizeof(reterr->why), "%.150s: %s", path,
		       why);
	reterr->todo = todo;
	return code;
}

static int open_directory(const char *path, int *ret_fd)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct stat st;

	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return -errno;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (st.st_uid != geteuid() || st.st_mode & 022)
		return -EPERM;
	*ret_fd = fd_take(&fd);
	return 0;
}

/* A lock of the process, not of the descriptor: the logon helpers, which fork,
 * must not keep it when the server was killed. */
static int take_lock(int directory, int *ret_fd)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	GUISE_AUTO(fd_closep) int fd = -EBADF;

	fd = openat(directory, "lock",
		    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	if (fcntl(fd, F_SETLK, &lock) < 0)
		return errno == EAGAIN || errno == EACCES ? -EBUSY : -errno;
	*ret_fd = fd_take(&fd);
	return 0;
}

int state_lock(const char *path, int *ret_fd, struct config_error *reterr)
{
	GUISE_AUTO(fd_closep) int directory = -EBADF;
	int r;

	if (!path)
		path = AUTHORITY_STATE_DIRECTORY;
	r = open_directory(path, &directory);
	if (r == -EPERM)
		return refuse(reterr, path, "others may change it",
			      "name a directory that is root's alone", r);
	if (r == 0)
		r = take_lock(directory, ret_fd);
	if (r == -EBUSY)
		return refuse(reterr, path, "another guise serve uses it",
			      "give each server a --state of its own", r);
	if (r < 0)
		return refuse(reterr, path, guise_strerror(r),
			      "name a directory that root can write", r);
	return 0;
}
