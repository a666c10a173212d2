/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A threaded server that gives each local client the files that client may
 * read: the client connects to a Unix socket, sends a path and a newline, and
 * gets the file, opened as itself. Run as root:
 *
 *	serve-as-peer SOCKET
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <guise/impersonate.h>
#include <guise/logon.h>

static int open_as(const struct guise_token *client, const char *path)
{
	GUISE_SCOPE(scope); /* reverts on every way out */
	int r = guise_scope_begin(&scope, client);

	if (r < 0)
		return r;
	r = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	return r < 0 ? -errno : r;
}

static void *serve(void *argument)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *client = NULL;
	int peer = (int)(intptr_t)argument, file;
	char path[4096];
	ssize_t n = recv(peer, path, sizeof(path) - 1, 0);

	path[n > 0 ? n : 0] = '\0';
	path[strcspn(path, "\n")] = '\0';
	file = guise_token_of_peer(peer, GUISE_LEVEL_IMPERSONATION, &client);
	if (file == 0)
		file = open_as(client, path);
	if (file < 0)
		dprintf(peer, "refused: %s\n", guise_strerror(file));
	else
		while (sendfile(peer, file, NULL, 1 << 20) > 0)
			;
	if (file >= 0)
		close(file);
	close(peer);
	return NULL;
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), peer;
	pthread_t thread;

	if (argc != 2 || strlen(argv[1]) >= sizeof(address.sun_path))
		return fprintf(stderr, "usage: serve-as-peer SOCKET\n"), 2;
	signal(SIGPIPE, SIG_IGN); /* a client may leave at any time */
	memcpy(address.sun_path, argv[1], strlen(argv[1]) + 1);
	unlink(argv[1]);
	if (bind(listener, (void *)&address, sizeof(address)) < 0 ||
	    chmod(argv[1], 0666) < 0 || listen(listener, 64) < 0)
		return perror(argv[1]), 3;
	while ((peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		if (pthread_create(&thread, NULL, serve,
				   (void *)(intptr_t)peer) == 0)
			pthread_detach(thread);
		else
			close(peer);
	}
	return perror("accept"), 3;
}
