/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Peers of a Unix socket with real identities: other users, threads that
 * impersonate, peers that are gone, peers in other user namespaces and seen
 * from other user namespaces. Needs root; skips otherwise.
 */
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmocka-wrap.h"

#include <guise/logon.h>

#include "base.h"

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

#define NOBODY 65534u

struct server {
	int fd;
	struct sockaddr_un address; /* abstract, chosen by the kernel */
	socklen_t address_size;
};

struct client {
	pid_t pid;
	int fd;	  /* the server's end of the connection */
	int hold; /* the client lives until this is closed */
};

/* Who the client is; called in the child. False ends it with an error. */
typedef bool become_fn(void);

static int server_setup(void **state)
{
	struct server *s = calloc(1, sizeof(*s));

	if (!s)
		return -1;
	s->address.sun_family = AF_UNIX;
	s->address_size = sizeof(s->address);
	s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(s->fd, (void *)&s->address, sizeof(sa_family_t)) < 0 ||
	    getsockname(s->fd, (void *)&s->address, &s->address_size) < 0 ||
	    listen(s->fd, 8) < 0)
		return -1;
	*state = s;
	return 0;
}

static int server_teardown(void **state)
{
	struct server *s = *state;

	(void)close(s->fd);
	free(s);
	return 0;
}

/* Raw calls: of the calling thread only. Groups first, uid last. */
static bool become(uint32_t uid, uint32_t gid, const gid_t *groups, size_t n)
{
	return syscall(SYS_setgroups, n, groups) == 0 &&
	       syscall(SYS_setresgid, gid, gid, gid) == 0 &&
	       syscall(SYS_setresuid, uid, uid, uid) == 0;
}

static void connect_and_wait(const struct server *s, int hold)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char byte;

	if (connect(fd, (const void *)&s->address, s->address_size) < 0)
		_exit(2);
	(void)!read(hold, &byte, 1);
	_exit(0);
}

static struct client start_client(const struct server *s, become_fn *who)
{
	struct client c = {0};
	int hold[2];

	assert_int_equal(pipe(hold), 0);
	c.pid = fork();
	assert_true(c.pid >= 0);
	if (c.pid == 0) {
		(void)close(hold[1]);
		if (who && !who())
			_exit(1);
		connect_and_wait(s, hold[0]);
	}
	(void)close(hold[0]);
	c.hold = hold[1];
	c.fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC);
	assert_true(c.fd >= 0);
	return c;
}

/* Let it end, and reap it: from now on nobody has its pid. */
static void end_client(struct client *c)
{
	int status;

	(void)close(c->hold);
	assert_int_equal(waitpid(c->pid, &status, 0), c->pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	c->pid = 0;
}

static void drop_client(struct client *c)
{
	if (c->pid)
		end_client(c);
	(void)close(c->fd);
}

static const struct guise_token *token_of(const struct client *c)
{
	const struct guise_token *token = NULL;

	assert_int_equal(
		guise_token_of_peer(c->fd, GUISE_LEVEL_IMPERSONATION, &token),
		0);
	return token;
}

static int refused(const struct client *c)
{
	const struct guise_token *token = NULL;
	int r = guise_token_of_peer(c->fd, GUISE_LEVEL_IMPERSONATION, &token);

	assert_null(token);
	return r;
}

static const gid_t alice_groups[] = {5101, 5102, 5103};

static bool as_alice(void)
{
	return become(5001, 5100, alice_groups, 3);
}

static void assert_is_alice(const struct guise_token *token)
{
	const struct guise_unix_identity *id = guise_token_unix(token);
	struct guise_sid user = guise_sid_of_uid(5001);
	struct guise_sid group = guise_sid_of_gid(5100);

	assert_true(guise_sid_equal(&guise_token_user(token)->sid, &user));
	assert_true(guise_sid_equal(guise_token_primary_group(token), &group));
	assert_int_equal(id->uid, 5001);
	assert_int_equal(id->gid, 5100);
	assert_int_equal(id->n_groups, 3);
	for (size_t i = 0; i < 3; i++) {
		struct guise_sid sid = guise_sid_of_gid(alice_groups[i]);

		assert_int_equal(id->groups[i], alice_groups[i]);
		assert_true(guise_token_is_member(token, &sid));
	}
	assert_int_equal(id->capabilities, 0);
	assert_int_equal(guise_token_level(token), GUISE_LEVEL_IMPERSONATION);
}

static void another_user_is_who_it_is(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct client c = start_client(*state, as_alice);

	token = token_of(&c);
	assert_is_alice(token);
	drop_client(&c);
}

static void a_peer_that_was_reaped_is_who_it_was(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct client c = start_client(*state, as_alice);

	end_client(&c);
	token = token_of(&c);
	assert_is_alice(token);
	drop_client(&c);
}

/* Connects as alice, and is somebody else when it is asked about. */
static void what_the_peer_becomes_later_does_not_count(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct server *s = *state;
	int changed[2], status;
	struct client c;
	char byte;

	assert_int_equal(pipe(changed), 0);
	c.pid = fork();
	if (c.pid == 0) {
		int fd = socket(AF_UNIX, SOCK_STREAM, 0);

		if (!become(0, 5100, alice_groups, 3) ||
		    syscall(SYS_setresuid, -1, 5001, -1) < 0 ||
		    connect(fd, (void *)&s->address, s->address_size) < 0 ||
		    syscall(SYS_setresuid, -1, 0, -1) < 0 ||
		    write(changed[1], "x", 1) != 1)
			_exit(1);
		_exit(0);
	}
	c.fd = accept(s->fd, NULL, NULL);
	assert_int_equal(read(changed[0], &byte, 1), 1);
	token = token_of(&c);
	assert_is_alice(token);
	assert_int_equal(waitpid(c.pid, &status, 0), c.pid);
	assert_int_equal(status, 0);
	(void)close(c.fd);
	(void)close(changed[0]);
	(void)close(changed[1]);
}

/* A thread with effective ids of its own: real and saved stay root's. */
static void *connect_as_alice(void *context)
{
	const struct server *s = context;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (syscall(SYS_setgroups, 3, alice_groups) < 0 ||
	    syscall(SYS_setresgid, -1, 5100, -1) < 0 ||
	    syscall(SYS_setresuid, -1, 5001, -1) < 0 ||
	    connect(fd, (const void *)&s->address, s->address_size) < 0)
		fd = -1;
	return (void *)(intptr_t)fd;
}

static void a_thread_that_impersonates_counts_as_whom_it_is(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct server *s = *state;
	struct client c = {0};
	pthread_t thread;
	void *ours;

	assert_int_equal(pthread_create(&thread, NULL, connect_as_alice, s), 0);
	assert_int_equal(pthread_join(thread, &ours), 0);
	assert_true((intptr_t)ours >= 0);
	c.fd = accept(s->fd, NULL, NULL);
	token = token_of(&c);
	assert_is_alice(token);
	assert_int_equal(geteuid(), 0);
	(void)close((int)(intptr_t)ours);
	(void)close(c.fd);
}

#define MANY 5000

static bool with_many_groups(void)
{
	static gid_t groups[MANY];

	for (unsigned i = 0; i < MANY; i++)
		groups[i] = 400000 + i;
	return become(5001, 5100, groups, MANY);
}

static bool with_most_groups(void)
{
	static gid_t groups[GUISE_UNIX_GROUPS_MAX];

	for (unsigned i = 0; i < ARRAY_SIZE(groups); i++)
		groups[i] = 400000 + i;
	return become(5001, 5100, groups, ARRAY_SIZE(groups));
}

static bool without_groups(void)
{
	return become(5001, 5100, NULL, 0);
}

static void any_number_of_groups_is_read(void **state)
{
	static const struct {
		become_fn *who;
		size_t n;
	} cases[] = {{without_groups, 0},
		     {with_many_groups, MANY},
		     {with_most_groups, GUISE_UNIX_GROUPS_MAX}};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		GUISE_AUTO(guise_token_unrefp)
		const struct guise_token *token = NULL;
		struct client c = start_client(*state, cases[i].who);

		token = token_of(&c);
		assert_int_equal(guise_token_unix(token)->n_groups, cases[i].n);
		drop_client(&c);
	}
}

static bool as_nobody(void)
{
	return become(NOBODY, NOBODY, NULL, 0);
}

static bool as_one_in_nogroup(void)
{
	static const gid_t groups[] = {NOBODY};

	return become(5001, 5100, groups, 1);
}

static bool have_peer_pidfd(const struct client *c)
{
	socklen_t size = sizeof(int);
	int fd = -1;

	if (getsockopt(c->fd, SOL_SOCKET, SO_PEERPIDFD, &fd, &size) < 0)
		return false;
	(void)close(fd);
	return true;
}

static void a_real_nobody_is_one_only_while_it_lives(void **state)
{
	static become_fn *const who[] = {as_nobody, as_one_in_nogroup};

	for (size_t i = 0; i < ARRAY_SIZE(who); i++) {
		GUISE_AUTO(guise_token_unrefp)
		const struct guise_token *token = NULL;
		struct client c = start_client(*state, who[i]);

		if (have_peer_pidfd(&c))
			token = token_of(&c);
		else
			assert_int_equal(refused(&c), GUISE_E_NO_TOKEN);
		end_client(&c);
		assert_int_equal(refused(&c), GUISE_E_NO_TOKEN);
		drop_client(&c);
	}
}

static bool write_map(const char *name, const char *text)
{
	char path[64];
	int fd;
	bool done;

	(void)snprintf(path, sizeof(path), "/proc/self/%s", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	done = fd >= 0 &&
	       write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	(void)close(fd);
	return done;
}

/* What unshare -Ur does: root inside, @uid outside. */
static bool enter_namespace(uint32_t uid, uint32_t gid)
{
	char map[64];

	/* The change of ids made /proc/self/uid_map root's; take it back. */
	(void)prctl(PR_SET_DUMPABLE, 1);
	if (unshare(CLONE_NEWUSER) < 0)
		return false;
	(void)snprintf(map, sizeof(map), "0 %u 1", uid);
	if (!write_map("setgroups", "deny") || !write_map("uid_map", map))
		return false;
	(void)snprintf(map, sizeof(map), "0 %u 1", gid);
	return write_map("gid_map", map);
}

static bool as_root_of_alices_namespace(void)
{
	return become(5001, 5100, NULL, 0) && enter_namespace(5001, 5100) &&
	       getuid() == 0;
}

static bool as_nobody_in_a_namespace(void)
{
	return as_nobody() && enter_namespace(NOBODY, NOBODY) && getuid() == 0;
}

static bool as_unmapped_in_a_namespace(void)
{
	return as_nobody() && unshare(CLONE_NEWUSER) == 0;
}

static void root_of_a_namespace_is_only_its_user(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct client c = start_client(*state, as_root_of_alices_namespace);

	token = token_of(&c);
	assert_int_equal(guise_token_unix(token)->uid, 5001);
	assert_int_equal(guise_token_unix(token)->gid, 5100);
	drop_client(&c);
}

static void nobody_of_another_namespace_is_refused(void **state)
{
	struct client c = start_client(*state, as_nobody_in_a_namespace);

	assert_int_equal(refused(&c), GUISE_E_NO_TOKEN);
	drop_client(&c);
	c = start_client(*state, as_unmapped_in_a_namespace);
	assert_int_equal(refused(&c), GUISE_E_NO_TOKEN);
	drop_client(&c);
}

/* A process that has @pid, which must be free; it waits to be killed. */
static pid_t take_pid(pid_t pid)
{
	struct clone_args args = {.exit_signal = SIGCHLD,
				  .set_tid = (uintptr_t)&pid,
				  .set_tid_size = 1};
	pid_t child = (pid_t)syscall(SYS_clone3, &args, sizeof(args));

	if (child == 0) {
		for (;;)
			(void)pause();
	}
	return child;
}

static void a_recycled_pid_vouches_for_nobody(void **state)
{
	struct client c = start_client(*state, as_nobody_in_a_namespace);
	pid_t pid = c.pid;

	end_client(&c);
	/* now one of our own namespace has the number */
	assert_int_equal(take_pid(pid), pid);
	assert_int_equal(refused(&c), GUISE_E_NO_TOKEN);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	drop_client(&c);
}

static bool as_root_alone(void)
{
	return become(0, 0, NULL, 0);
}

/* The server in a namespace that knows only root: everyone else looks like
 * nobody to it. The verdicts are its exit code. */
static void seen_from_a_namespace_strangers_are_refused(void **state)
{
	struct server *s = *state;
	struct client alice = start_client(s, as_alice);
	struct client root = start_client(s, as_root_alone);
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		const struct guise_token *token = NULL;
		struct ucred cred = {0};
		socklen_t size = sizeof(cred);

		if (syscall(SYS_setgroups, 0, NULL) < 0 ||
		    !enter_namespace(0, 0))
			_exit(10);
		if (getsockopt(alice.fd, SOL_SOCKET, SO_PEERCRED, &cred,
			       &size) < 0 ||
		    cred.uid != NOBODY)
			_exit(11); /* then this tests nothing */
		if (guise_token_of_peer(alice.fd, GUISE_LEVEL_IMPERSONATION,
					&token) != GUISE_E_NO_TOKEN ||
		    token)
			_exit(12);
		/* root is who it is in both */
		if (guise_token_of_peer(root.fd, GUISE_LEVEL_IMPERSONATION,
					&token) < 0 ||
		    guise_token_unix(token)->uid != 0)
			_exit(13);
		(void)guise_token_unref(token);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	drop_client(&root); /* it holds a copy of alice's pipe */
	drop_client(&alice);
}

#define peer_test(name)                                                        \
	cmocka_unit_test_setup_teardown(name, server_setup, server_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		peer_test(another_user_is_who_it_is),
		peer_test(a_peer_that_was_reaped_is_who_it_was),
		peer_test(what_the_peer_becomes_later_does_not_count),
		peer_test(a_thread_that_impersonates_counts_as_whom_it_is),
		peer_test(any_number_of_groups_is_read),
		peer_test(a_real_nobody_is_one_only_while_it_lives),
		peer_test(root_of_a_namespace_is_only_its_user),
		peer_test(nobody_of_another_namespace_is_refused),
		peer_test(a_recycled_pid_vouches_for_nobody),
		peer_test(seen_from_a_namespace_strangers_are_refused),
	};

	if (geteuid() != 0) {
		printf("skipped: needs root to be other users\n");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
