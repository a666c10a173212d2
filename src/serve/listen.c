/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where clients connect. Anybody on this host may connect to a Unix socket, as
 * anybody may to an address: who is let in is decided later. To keep others
 * away, put it in a directory that only some can enter.
 */
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "fd.h"
#include "listen.h"

#define BACKLOG 1024

static int open_inet(const struct config *config, int *ret)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct sockaddr_storage address;
	socklen_t size;
	bool loopback;
	int one = 1, r;

	r = config_address(config, &address, &loopback);
	if (r < 0)
		return r;
	size = address.ss_family == AF_INET6 ? sizeof(struct sockaddr_in6)
					     : sizeof(struct sockaddr_in);
	fd = socket(address.ss_family,
		    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0 ||
	    bind(fd, (struct sockaddr *)&address, size) < 0 ||
	    listen(fd, BACKLOG) < 0)
		return -errno;
	*ret = fd_take(&fd);
	return 0;
}

/* What a server that crashed has left is removed; one in use, or anything else
 * that lies there, is not. */
static int remove_stale(const struct sockaddr_un *address)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct stat st;

	if (lstat(address->sun_path, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(st.st_mode))
		return -EEXIST;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) ==
		    0 ||
	    errno != ECONNREFUSED)
		return -EADDRINUSE;
	return unlink(address->sun_path) < 0 ? -errno : 0;
}

struct bind_call {
	int fd;
	const struct sockaddr_un *address;
	int result;
};

/* A mask of its own: others make files for clients meanwhile. */
static void *bind_main(void *argument)
{
	struct bind_call *b = argument;

	b->result = -EPERM;
	if (unshare(CLONE_FS) == 0) {
		(void)umask(0111);
		b->result = bind(b->fd, (const struct sockaddr *)b->address,
				 sizeof(*b->address)) < 0
				    ? -errno
				    : 0;
	}
	return NULL;
}

static int bind_for_all(int fd, const struct sockaddr_un *address)
{
	struct bind_call b = {.fd = fd, .address = address};
	pthread_t thread;
	int r = pthread_create(&thread, NULL, bind_main, &b);

	if (r)
		return -r;
	must(pthread_join(thread, NULL) == 0);
	return b.result;
}

static int open_unix(const char *path, int *ret)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int r;

	must(strlen(path) < sizeof(address.sun_path));
	memcpy(address.sun_path, path, strlen(path));
	r = remove_stale(&address);
	if (r < 0)
		return r;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	r = bind_for_all(fd, &address);
	if (r < 0)
		return r;
	if (listen(fd, BACKLOG) < 0)
		return -errno;
	*ret = fd_take(&fd);
	return 0;
}

int listen_open(const struct config *config, int *ret_fd)
{
	const char *path = config_unix_path(config);

	return path ? open_unix(path, ret_fd) : open_inet(config, ret_fd);
}

void listen_remove(const struct config *config)
{
	const char *path = config_unix_path(config);

	if (path)
		(void)unlink(path);
}
