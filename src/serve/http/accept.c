/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who connects is taken in by a thread of our own, which hands him to the
 * library. The library could listen itself, but a thread of it and the one that
 * tells it to stop both take the socket out of its event set, and whichever
 * comes second aborts the process and every request in it.
 */
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "front-internal.h"

#include "fd.h"

/* When no more fit, or the system is out of something: look again so often. */
#define PAUSE_MS 20

/* Counted before the library has it: its end may be told before we go on. */
static void hand_over(struct front *front, int fd,
		      const struct sockaddr_storage *address, socklen_t size)
{
	atomic_uint *counter = connection_counter(front, fd);

	/* the library knows of addresses only */
	if (counter && atomic_fetch_add(counter, 1) >=
			       front->options.max_connections_per_address) {
		(void)atomic_fetch_sub(counter, 1);
		(void)fd_close(fd);
		return;
	}
	(void)atomic_fetch_add(&front->n_connections, 1);
	(void)atomic_fetch_add(&front->n_fresh, 1);
	if (MHD_add_connection(front->daemon, fd,
			       (const struct sockaddr *)address,
			       size) == MHD_YES)
		return; /* connection_notify() counts it out */
	if (counter)
		(void)atomic_fetch_sub(counter, 1);
	(void)atomic_fetch_sub(&front->n_fresh, 1);
	(void)atomic_fetch_sub(&front->n_connections, 1);
}

static bool is_full(struct front *front)
{
	return atomic_load(&front->n_connections) >=
	       front->options.max_connections;
}

/* 0: nobody waits any more, or no more fit; or the error of the system. */
static int take_in(struct front *front)
{
	while (!is_full(front)) {
		struct sockaddr_storage address;
		socklen_t size = sizeof(address);
		int fd = accept4(front->options.listen_fd,
				 (struct sockaddr *)&address, &size,
				 SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd >= 0)
			hand_over(front, fd, &address, size);
		else if (errno == EAGAIN)
			return 0;
		else if (errno == EMFILE || errno == ENFILE ||
			 errno == ENOBUFS || errno == ENOMEM ||
			 errno == EINVAL || errno == EBADF)
			return -errno;
		/* of one who has gone meanwhile: the next */
	}
	return 0;
}

static void *accept_main(void *context)
{
	struct front *front = context;
	bool pauses = false;

	for (;;) {
		struct pollfd fds[] = {
			{.fd = front->wake_fd, .events = POLLIN},
			{.fd = front->options.listen_fd, .events = POLLIN},
		};
		int r;

		pauses = pauses || is_full(front);
		/* a negative descriptor is passed over */
		if (pauses)
			fds[1].fd = -1;
		(void)poll(fds, 2, pauses ? PAUSE_MS : -1);
		if (fds[0].revents)
			return NULL;
		r = take_in(front);
		if (r == -EINVAL || r == -EBADF)
			return NULL; /* it listens no more: the server ends */
		pauses = r < 0;
	}
}

int accept_start(struct front *front)
{
	int r;

	front->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (front->wake_fd < 0)
		return -errno;
	r = pthread_create(&front->accepter, NULL, accept_main, front);
	if (r) {
		front->wake_fd = fd_close(front->wake_fd);
		return -r;
	}
	return 0;
}

void accept_stop(struct front *front)
{
	const uint64_t one = 1;

	if (front->wake_fd < 0)
		return;
	must(write(front->wake_fd, &one, sizeof(one)) == sizeof(one));
	must(pthread_join(front->accepter, NULL) == 0);
	front->wake_fd = fd_close(front->wake_fd);
}
