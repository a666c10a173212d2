/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A worker that was taken over: it has everything an honest one has (rings,
 * channels, two logged-on clients) and runs whatever code it likes. It must
 * get what its logged-on clients may have inside the share, and nothing else:
 * nothing of theirs outside, nothing of a client that has logged off, no new
 * identity, nothing of the authority.
 */
#ifndef TESTS_HOSTILE_WORKER_H
#define TESTS_HOSTILE_WORKER_H

#include <sys/syscall.h>

#include "authority-live.h"

#include "client.h"
#include "supervise.h"

__attribute__((__unused__)) static struct guise_authority *authority;
__attribute__((__unused__)) static struct worker_thread *thread;
__attribute__((__unused__)) static int root;
__attribute__((__unused__)) static pid_t authority_pid;
__attribute__((__unused__)) static int home =
	-EBADF; /* a directory outside, where a scenario wants it */
__attribute__((__unused__)) static bool keep_home;
/* what a local user brings, who is in league */
__attribute__((__unused__)) static int (*bring)(void);
__attribute__((__unused__)) static int brought = -EBADF;
__attribute__((__unused__)) static const struct guise_token *alice;
__attribute__((__unused__)) static const struct guise_token *bob;

static inline void link_to(const char *target, const char *name)
{
	char path[160];

	(void)snprintf(path, sizeof(path), "%s/%s", authority_live.share, name);
	LIVE_CHECK(symlink(target, path) == 0);
}

static inline void start(void)
{
	char target[160];

	(void)syscall(SYS_close_range, 3, ~0u, 0); /* whoever started us */
	brought = bring ? bring() : -EBADF;
	link_to("../home/alice.txt", "relative");
	(void)snprintf(target, sizeof(target), "%s/home/alice.txt",
		       authority_live.path);
	link_to(target, "absolute");
	link_to("/proc/self/root/etc/passwd", "magic");
	authority = authority_live_start(NULL, false);
	authority_pid = authority_live_pid();
	if (keep_home) {
		(void)snprintf(target, sizeof(target), "%s/home",
			       authority_live.path);
		home = open(target, O_PATH | O_DIRECTORY | O_CLOEXEC);
		LIVE_CHECK(home >= 0);
	}
	LIVE_CHECK(guise_authority_confine(authority) == 0);
	thread = &authority->threads[0];
	root = guise_authority_root(authority, 0);
	alice = authority_live_logon(authority, "alice");
	bob = authority_live_logon(authority, "bob");
}

static inline bool have_rings(void)
{
	return authority_live.engine == GUISE_ENGINE_RING;
}

/* As alice, with no flag that keeps an honest worker inside. */
static inline int open_as_alice(int dir_fd, const char *path, uint64_t flags)
{
	const struct open_how how = {.flags = flags | O_CLOEXEC};
	struct request request = {
		.session = guise_token_id(alice),
		.flags = flags,
		.path = path,
	};
	int fd = -1, r;

	if (have_rings())
		r = file_ring_open(thread->ring, alice, dir_fd, path, &how,
				   &fd);
	else
		r = client_call(thread, REQUEST_OPEN, &request, &dir_fd, NULL,
				&fd);
	return r < 0 ? r : fd;
}

#endif
