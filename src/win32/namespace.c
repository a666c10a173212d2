/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directories. That of the machine is sticky and root's: everybody makes
 * entries, nobody but root removes another's. That of a user is the user's
 * alone. What stands there under the name but is something else is not used.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "namespace.h"

#define BASE "/dev/shm/"
#define GLOBAL_NAME "guise-win32"
#define GLOBAL_MODE 01777
#define LOCAL_MODE 0700

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int directories[2] = {-EBADF, -EBADF};

/* Opens the directory @name if it is one, of @uid, with @mode. */
static int open_checked(const char *name, uint32_t uid, mode_t mode)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct stat is;

	fd = open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &is) < 0)
		return -errno;
	if (is.st_uid != uid || (is.st_mode & 07777) != mode)
		return -EPERM;
	return fd_take(&fd);
}

static int make_and_open(const char *name, uint32_t uid, mode_t mode)
{
	int fd = open_checked(name, uid, mode);

	if (fd != -ENOENT)
		return fd;
	if (mkdir(name, LOCAL_MODE) < 0 && errno != EEXIST)
		return -errno;
	/* umask took bits away; another process may be as far as this */
	if (chmod(name, mode) < 0)
		return -errno;
	return open_checked(name, uid, mode);
}

static void find_directories(void)
{
	char local[64];

	if (getuid() == 0) {
		directories[NAME_GLOBAL] =
			make_and_open(BASE GLOBAL_NAME, 0, GLOBAL_MODE);
		directories[NAME_LOCAL] = directories[NAME_GLOBAL];
		return;
	}
	(void)snprintf(local, sizeof(local), BASE GLOBAL_NAME "-%u", getuid());
	directories[NAME_LOCAL] = make_and_open(local, getuid(), LOCAL_MODE);
	directories[NAME_GLOBAL] =
		open_checked(BASE GLOBAL_NAME, 0, GLOBAL_MODE);
	if (directories[NAME_GLOBAL] < 0)
		directories[NAME_GLOBAL] = directories[NAME_LOCAL];
}

int namespace_directory(enum name_scope scope)
{
	must(pthread_once(&once, find_directories) == 0);
	return directories[scope];
}
