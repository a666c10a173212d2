/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directories. That of the machine is sticky and root's: everybody makes
 * entries, nobody but root removes another's. That of a user is the user's
 * alone. What stands there under the name but is something else is not used.
 * They are made as the process, whoever is impersonated when they are needed
 * first: one that a client owned would be of no use to anybody for ever.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clean-run.h"
#include "fd.h"
#include "namespace.h"

#define BASE "/dev/shm/"
#define GLOBAL_NAME "guise-win32"
#define GLOBAL_MODE 01777
#define LOCAL_MODE 0700

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool are_found;
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

/* The directory @temporary, just made by us, gets its mode and its name. */
static int finish(const char *temporary, const char *name, uint32_t uid,
		  mode_t mode)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct stat is;

	fd = open(temporary, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &is) < 0)
		return -errno;
	if (is.st_uid != uid)
		return -EPERM;
	if (fchmod(fd, mode) < 0 || /* whatever the umask */
	    renameat2(AT_FDCWD, temporary, AT_FDCWD, name, RENAME_NOREPLACE) <
		    0)
		return -errno;
	return fd_take(&fd);
}

/* It appears whole. What stands there by then is looked at, never changed. */
static int make_and_open(const char *name, uint32_t uid, mode_t mode)
{
	char temporary[] = BASE "." GLOBAL_NAME ".XXXXXX";
	int fd = open_checked(name, uid, mode);

	if (fd != -ENOENT)
		return fd;
	if (!mkdtemp(temporary))
		return -errno;
	fd = finish(temporary, name, uid, mode);
	if (fd >= 0)
		return fd;
	(void)rmdir(temporary);
	return fd == -EEXIST ? open_checked(name, uid, mode) : fd;
}

static NTSTATUS find_directories(void *unused)
{
	uid_t uid = geteuid();
	char local[64];

	(void)unused;
	are_found = true;
	if (uid == 0) {
		directories[NAME_GLOBAL] =
			make_and_open(BASE GLOBAL_NAME, 0, GLOBAL_MODE);
		directories[NAME_LOCAL] = directories[NAME_GLOBAL];
		return STATUS_SUCCESS;
	}
	(void)snprintf(local, sizeof(local), BASE GLOBAL_NAME "-%u", uid);
	directories[NAME_LOCAL] = make_and_open(local, uid, LOCAL_MODE);
	directories[NAME_GLOBAL] =
		open_checked(BASE GLOBAL_NAME, 0, GLOBAL_MODE);
	if (directories[NAME_GLOBAL] < 0)
		directories[NAME_GLOBAL] = directories[NAME_LOCAL];
	return STATUS_SUCCESS;
}

int namespace_directory(enum name_scope scope)
{
	int directory;

	must(pthread_mutex_lock(&lock) == 0);
	if (!are_found && clean_run(find_directories, NULL) < 0)
		directory = -EAGAIN; /* no thread now; later perhaps */
	else
		directory = directories[scope];
	must(pthread_mutex_unlock(&lock) == 0);
	return directory;
}
