/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The storm through a worker's engines: 64 threads, each with clients of its
 * own that logged on as peers, on the ring and on the broker.
 */
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "cmocka-wrap.h"

#include "authority-live.h"
#include "fd.h"
#include "storm.h"

#include "client.h"

#define THREADS 64
#define CLIENTS_MAX 8

static struct guise_authority *authority;
static atomic_uint next_thread;

/* A storm's thread: its number with the authority, and the sessions of the
 * clients it has met. */
struct caller {
	unsigned number;
	unsigned n;
	const struct guise_token *known[CLIENTS_MAX]; /* the storm's */
	const struct guise_token *tokens[CLIENTS_MAX];
};

static void *start_caller(void *context)
{
	struct caller *caller = calloc(1, sizeof(*caller));

	(void)context;
	LIVE_CHECK(caller);
	caller->number = atomic_fetch_add(&next_thread, 1);
	LIVE_CHECK(caller->number < THREADS);
	return caller;
}

static void stop_caller(void *context, void *thread)
{
	struct caller *caller = thread;

	(void)context;
	for (unsigned i = 0; i < caller->n; i++) {
		guise_authority_logoff(authority, caller->number,
				       caller->tokens[i]);
		(void)guise_token_unref(caller->tokens[i]);
	}
	free(caller);
}

static bool connects(int fd, const struct guise_token *token,
		     const struct sockaddr_un *address, socklen_t size)
{
	GUISE_SCOPE(scope);

	return guise_scope_begin(&scope, token) == 0 &&
	       connect(fd, (const struct sockaddr *)address, size) == 0;
}

/* Another process connects as the client: a worker is no client of its own.
 * @ret_far: the client's end */
static int connect_as(const struct guise_token *token, int *ret_far)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	socklen_t size = sizeof(address.sun_family);
	GUISE_AUTO(fd_closep)
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int status = -1;
	pid_t pid;

	/* the kernel gives it a name */
	LIVE_CHECK(bind(listener, (struct sockaddr *)&address, size) == 0);
	size = sizeof(address);
	LIVE_CHECK(getsockname(listener, (struct sockaddr *)&address, &size) ==
		   0);
	LIVE_CHECK(listen(listener, 1) == 0);
	*ret_far = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pid = fork();
	LIVE_CHECK(pid >= 0);
	if (pid == 0)
		_exit(connects(*ret_far, token, &address, size) ? 0 : 1);
	LIVE_CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	return accept4(listener, NULL, NULL, SOCK_CLOEXEC);
}

static const struct guise_token *session_of(struct caller *caller,
					    const struct guise_token *token)
{
	GUISE_AUTO(fd_closep) int peer = -EBADF;
	GUISE_AUTO(fd_closep) int far = -EBADF;

	for (unsigned i = 0; i < caller->n; i++) {
		if (caller->known[i] == token)
			return caller->tokens[i];
	}
	LIVE_CHECK(caller->n < CLIENTS_MAX);
	peer = connect_as(token, &far);
	LIVE_CHECK(peer >= 0);
	LIVE_CHECK(guise_authority_logon_peer(authority, caller->number, peer,
					      GUISE_LEVEL_IMPERSONATION,
					      &caller->tokens[caller->n]) == 0);
	caller->known[caller->n] = token;
	return caller->tokens[caller->n++];
}

/* @dir by its name, from the root that is /tmp. */
static int open_as(void *context, void *thread, const struct guise_token *token,
		   int dir, const char *name, int *ret_fd)
{
	struct caller *caller = thread;
	char link[40], path[256], below[512];
	ssize_t n;

	(void)context;
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", dir);
	n = readlink(link, path, sizeof(path) - 1);
	LIVE_CHECK(n > 5);
	path[n] = '\0';
	LIVE_CHECK(strncmp(path, "/tmp/", 5) == 0);
	(void)snprintf(below, sizeof(below), "%s/%s", path + 5, name);
	return guise_file_open(
		guise_authority_engine(authority, caller->number),
		session_of(caller, token), guise_authority_root(authority, 0),
		below, O_RDONLY, 0, 0, ret_fd);
}

static void storm(void)
{
	const struct storm_engine engine = {
		.name = authority_live.engine == GUISE_ENGINE_RING
				? "worker, ring"
				: "worker, broker",
		.start = start_caller,
		.stop = stop_caller,
		.open = open_as,
	};
	const struct storm_options how = {.n_threads = THREADS};
	struct guise_root root;
	struct guise_authority_options options = authority_live_options(&root);
	struct storm_result result;

	root.path = "/tmp";
	options.n_threads = THREADS;
	options.accounts_path = NULL;
	atomic_store(&next_thread, 0);
	authority = authority_live_start(&options, false);
	storm_run(&engine, &how, &result);
	(void)fflush(stdout);
	LIVE_CHECK(storm_passed(&result));
	(void)guise_authority_stop(authority);
}

int main(void)
{
	static const struct authority_scenario scenarios[] = {
		{"nobody_gets_or_misses_what_is_not_or_is_his", storm,
		 LIVE_DONE},
	};

	return authority_live_main(scenarios, 1);
}
