/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same server, separated: the process that talks to clients has no
 * privilege at all. An authority, forked at the start, reads each peer from
 * the kernel and registers its identity; files are opened beneath DIRECTORY
 * and nowhere else. Run as root:
 *
 *	serve-as-peer-separated SOCKET DIRECTORY UID
 *
 * UID is an unprivileged uid (and gid) that nothing else uses.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <guise/authority.h>

#define N_THREADS 4

static struct guise_authority *authority;
static int listener;

static void serve(unsigned thread, int peer)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *client = NULL;
	int file = -EINVAL, r;
	char path[4096];
	ssize_t n = recv(peer, path, sizeof(path) - 1, 0);

	path[n > 0 ? n : 0] = '\0';
	path[strcspn(path, "\n")] = '\0';
	r = guise_authority_logon_peer(authority, thread, peer,
				       GUISE_LEVEL_IMPERSONATION, &client);
	if (r == 0)
		r = guise_file_open(guise_authority_engine(authority, thread),
				    client, guise_authority_root(authority, 0),
				    path, O_RDONLY, 0, 0, &file);
	if (r < 0)
		dprintf(peer, "refused: %s\n", guise_strerror(r));
	else
		while (sendfile(peer, file, NULL, 1 << 20) > 0)
			;
	if (r == 0)
		close(file);
	if (client)
		guise_authority_logoff(authority, thread, client);
	close(peer);
}

static void *serve_all(void *argument)
{
	unsigned thread = (unsigned)(uintptr_t)argument;
	int peer;

	while ((peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0)
		serve(thread, peer);
	return NULL;
}

int main(int argc, char **argv)
{
	const struct guise_root root = {.path = argc > 2 ? argv[2] : NULL};
	uint32_t id = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 0;
	const struct guise_authority_options options = {
		.size = sizeof(options),
		.roots = &root,
		.n_roots = 1,
		.n_threads = N_THREADS,
		.service_uid = id,
		.service_gid = id,
	};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	pthread_t threads[N_THREADS];
	int r;

	if (argc != 4 || strlen(argv[1]) >= sizeof(address.sun_path)) {
		(void)fprintf(stderr, "usage: serve-as-peer-separated SOCKET "
				      "DIRECTORY UID\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN); /* a client may leave at any time */
	memcpy(address.sun_path, argv[1], strlen(argv[1]) + 1);
	unlink(argv[1]);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(listener, (void *)&address, sizeof(address)) < 0 ||
	    chmod(argv[1], 0666) < 0 || listen(listener, 64) < 0)
		return perror(argv[1]), 3;

	r = guise_authority_start(&options, &authority);
	if (r == 0)
		r = guise_authority_confine(authority); /* nobody from here */
	for (uintptr_t i = 0; r == 0 && i < N_THREADS; i++)
		r = -pthread_create(&threads[i], NULL, serve_all, (void *)i);
	if (r == 0)
		r = guise_authority_confine_threads(authority);
	if (r < 0) {
		(void)fprintf(stderr, "serve-as-peer-separated: %s\n",
			      guise_strerror(r));
		return 3;
	}
	for (unsigned i = 0; i < N_THREADS; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
