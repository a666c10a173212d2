/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control socket: whoever may connect (root, by the socket's mode) says in
 * a line what he wants, gets one JSON object, and the connection is closed.
 * "status": how things stand; so for who says nothing within a moment. "flush":
 * forget what is remembered of accounts; the answer comes when all who are
 * logged on have been looked up again.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "fd.h"
#include "supervise-internal.h"

static int address_of(const char *path, struct sockaddr_un *ret)
{
	*ret = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(ret->sun_path))
		return -ENAMETOOLONG;
	memcpy(ret->sun_path, path, strlen(path) + 1);
	return 0;
}

bool control_is_usual(const char *path)
{
	const size_t size = strlen(CONTROL_DIRECTORY);

	return strncmp(path, CONTROL_DIRECTORY "/", size + 1) == 0 &&
	       !strchr(path + size + 1, '/');
}

/* The usual directory is made when it is missing: /run is empty after each
 * boot. No other is. */
static int make_directory(const char *path)
{
	if (!control_is_usual(path))
		return 0;
	return mkdir(CONTROL_DIRECTORY, 0755) < 0 && errno != EEXIST ? -errno
								     : 0;
}

/* A socket that a crashed authority left is removed; one in use, or anything
 * else that lies there, is not. */
static int remove_stale(const struct sockaddr_un *address)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct stat st;

	if (lstat(address->sun_path, &st) == 0 && !S_ISSOCK(st.st_mode))
		return -EEXIST;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) ==
	    0)
		return -EADDRINUSE;
	if (errno == ECONNREFUSED && unlink(address->sun_path) < 0)
		return -errno;
	return 0;
}

static int bind_private(int fd, const struct sockaddr_un *address)
{
	const mode_t before = umask(0177);
	int r = bind(fd, (const struct sockaddr *)address, sizeof(*address));

	r = r < 0 ? -errno : 0;
	(void)umask(before);
	return r;
}

int control_open(const char *path, int *ret_fd)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct sockaddr_un address;
	int r;

	r = address_of(path, &address);
	if (r == 0)
		r = make_directory(path);
	if (r == 0)
		r = remove_stale(&address);
	if (r < 0)
		return r;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	r = bind_private(fd, &address);
	if (r == 0 && listen(fd, 4) < 0)
		r = -errno;
	if (r < 0)
		return r;
	*ret_fd = fd_take(&fd);
	return 0;
}

static void send_all(int fd, const uint8_t *data, size_t size)
{
	while (size) {
		ssize_t n = send(fd, data, size, MSG_NOSIGNAL);

		if (n <= 0)
			return; /* gone, or too slow */
		data += n;
		size -= (size_t)n;
	}
}

/* Silence for so long asks for the status. */
#define SILENCE_MS 200

void control_accept(struct supervisor *supervisor)
{
	const struct timeval patience = {.tv_sec = 2};
	struct control_client *client = NULL;

	for (unsigned i = 0; !client && i < CONTROL_CLIENTS_MAX; i++) {
		if (supervisor->control_clients[i].fd < 0)
			client = &supervisor->control_clients[i];
	}
	if (!client)
		return; /* it waits its turn */
	*client = (struct control_client){
		.fd = accept4(supervisor->control_fd, NULL, NULL, SOCK_CLOEXEC),
		.deadline_ms = clock_ms() + SILENCE_MS,
	};
	if (client->fd >= 0)
		(void)setsockopt(client->fd, SOL_SOCKET, SO_SNDTIMEO, &patience,
				 sizeof(patience));
}

/* True: the line is there, or there will be none. */
static bool read_line(struct control_client *client)
{
	ssize_t n;

	n = recv(client->fd, client->line + client->n,
		 sizeof(client->line) - client->n, MSG_DONTWAIT);
	if (n < 0)
		return errno != EAGAIN && errno != EINTR;
	client->n += (size_t)n;
	return n == 0 || client->n == sizeof(client->line) ||
	       memchr(client->line, '\n', client->n);
}

static bool says(const struct control_client *client, const char *word)
{
	const size_t size = strlen(word);

	return client->n == size && memcmp(client->line, word, size) == 0;
}

static bool is_root(int fd)
{
	struct ucred cred;
	socklen_t size = sizeof(cred);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &size) == 0 &&
	       cred.uid == 0;
}

static void answer_text(const struct control_client *client, const char *text)
{
	send_all(client->fd, (const uint8_t *)text, strlen(text));
}

static void answer_status(struct supervisor *supervisor,
			  const struct control_client *client)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};

	if (control_status(supervisor, &text) == 0)
		send_all(client->fd, text.data, text.size);
}

static void answer_flush(struct supervisor *supervisor,
			 struct control_client *client)
{
	struct flush_report *report;

	if (!is_root(client->fd)) {
		answer_text(client, "{\"error\":\"only root may flush\"}\n");
		return;
	}
	report = calloc(1, sizeof(*report));
	if (!report)
		return;
	report->fd = fd_take(&client->fd); /* answered when it is done */
	supervise_flush(supervisor, report);
}

void control_serve(struct supervisor *supervisor, struct control_client *client,
		   bool is_readable)
{
	if (client->fd < 0)
		return;
	if (!(is_readable && read_line(client)) &&
	    clock_ms() < client->deadline_ms)
		return;
	if (client->n == 0 || says(client, "status\n"))
		answer_status(supervisor, client);
	else if (says(client, "flush\n"))
		answer_flush(supervisor, client);
	else
		answer_text(client, "{\"error\":\"status or flush\"}\n");
	client->fd = fd_close(client->fd);
}
