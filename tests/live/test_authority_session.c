/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Separated mode, as an honest worker sees it: clients get what is theirs on
 * every thread, and nothing after they have been logged off, by whom ever.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "authority-live.h"

static void clients_open_what_is_theirs_on_every_thread(void)
{
	struct guise_authority *a = authority_live_start(NULL, true);
	const struct guise_token *alice = authority_live_logon(a, "alice");
	const struct guise_token *bob = authority_live_logon(a, "bob");

	for (unsigned t = 0; t < AUTHORITY_THREADS; t++) {
		LIVE_CHECK(authority_live_open(a, t, alice, "alice.txt",
					       O_RDONLY) == 0);
		LIVE_CHECK(authority_live_open(a, t, bob, "bob.txt",
					       O_RDONLY) == 0);
		LIVE_CHECK(authority_live_open(a, t, alice, "public.txt",
					       O_RDONLY) == 0);
		LIVE_CHECK(authority_live_open(a, t, alice, "bob.txt",
					       O_RDONLY) == -EACCES);
		LIVE_CHECK(authority_live_open(a, t, bob, "alice.txt",
					       O_RDONLY) == -EACCES);
		LIVE_CHECK(authority_live_open(a, t, bob, "alices",
					       O_RDONLY | O_DIRECTORY) ==
			   -EACCES);
	}
	(void)guise_token_unref(alice);
	(void)guise_token_unref(bob);
	(void)guise_authority_stop(a);
}

static void wrong_credentials_are_one_answer(void)
{
	struct guise_authority *a = authority_live_start(NULL, true);
	const struct guise_token *token = NULL;
	char longer[600] = {0};

	memset(longer, 'x', sizeof(longer) - 1);
	LIVE_CHECK(guise_authority_logon_password(a, 0, "alice", "wrong", 5,
						  &token) ==
		   GUISE_E_LOGON_FAILURE);
	LIVE_CHECK(guise_authority_logon_password(a, 0, "nobody-such",
						  "of alice", 8, &token) ==
		   GUISE_E_LOGON_FAILURE);
	LIVE_CHECK(
		guise_authority_logon_password(a, 0, longer, "p", 1, &token) ==
		GUISE_E_LOGON_FAILURE);
	LIVE_CHECK(guise_authority_logon_password(a, 0, "alice", longer, 599,
						  &token) ==
		   GUISE_E_LOGON_FAILURE);
	LIVE_CHECK(
		guise_authority_logon_password(a, 0, "alice", "", 0, &token) ==
		GUISE_E_LOGON_FAILURE);
	LIVE_CHECK(!token);
	LIVE_CHECK(guise_authority_logon_password(a, AUTHORITY_THREADS, "alice",
						  "of alice", 8,
						  &token) == -EINVAL);
	(void)guise_authority_stop(a);
}

static void nothing_opens_after_logoff(void)
{
	struct guise_authority *a = authority_live_start(NULL, true);
	const struct guise_token *alice = authority_live_logon(a, "alice");
	const struct guise_token *bob = authority_live_logon(a, "bob");

	LIVE_CHECK(authority_live_open(a, 1, alice, "alice.txt", O_RDONLY) ==
		   0);
	guise_authority_logoff(a, 0, alice);
	for (unsigned t = 0; t < AUTHORITY_THREADS; t++) {
		LIVE_CHECK(authority_live_open(a, t, alice, "alice.txt",
					       O_RDONLY) ==
			   GUISE_E_NO_SUCH_LOGON_SESSION);
		LIVE_CHECK(authority_live_open(a, t, alice, "public.txt",
					       O_RDONLY) ==
			   GUISE_E_NO_SUCH_LOGON_SESSION);
		LIVE_CHECK(authority_live_open(a, t, bob, "bob.txt",
					       O_RDONLY) == 0);
	}
	guise_authority_logoff(a, 0, alice); /* twice is no harm */
	(void)guise_token_unref(alice);
	alice = authority_live_logon(a, "alice");
	LIVE_CHECK(authority_live_open(a, 1, alice, "alice.txt", O_RDONLY) ==
		   0);
	(void)guise_token_unref(alice);
	(void)guise_token_unref(bob);
	(void)guise_authority_stop(a);
}

static void foreign_tokens_have_no_session(void)
{
	struct guise_authority *a = authority_live_start(NULL, true);
	const struct guise_token *own =
		live_token(authority_live.alice_uid, authority_live.alice_uid);
	const struct guise_token *alice = authority_live_logon(a, "alice");
	const struct guise_token *other = NULL;

	LIVE_CHECK(authority_live_open(a, 0, own, "alice.txt", O_RDONLY) ==
		   GUISE_E_NO_SUCH_LOGON_SESSION);
	/* a duplicate is another token */
	LIVE_CHECK(guise_token_at_level(alice, GUISE_LEVEL_IMPERSONATION,
					guise_luid_new(), &other) == 0);
	LIVE_CHECK(authority_live_open(a, 0, other, "alice.txt", O_RDONLY) ==
		   GUISE_E_NO_SUCH_LOGON_SESSION);
	(void)guise_token_unref(other);
	(void)guise_token_unref(alice);
	(void)guise_token_unref(own);
	(void)guise_authority_stop(a);
}

struct wanted {
	struct guise_authority *authority;
	const struct guise_token *token;
};

static bool is_over(void *context)
{
	const struct wanted *w = context;

	return authority_live_open(w->authority, 1, w->token, "alice.txt",
				   O_RDONLY) == GUISE_E_NO_SUCH_LOGON_SESSION;
}

static void idle_clients_are_logged_off(void)
{
	const struct timespec pause = {.tv_nsec = 400000000};
	const struct timespec longer = {.tv_sec = 5};
	struct guise_root root;
	struct guise_authority_options options = authority_live_options(&root);
	struct guise_authority *a;
	const struct guise_token *alice, *bob;

	options.idle_ms = 2500;
	a = authority_live_start(&options, true);
	alice = authority_live_logon(a, "alice");
	bob = authority_live_logon(a, "bob");
	/* who is busy stays: on a ring the authority only hears of it */
	for (unsigned i = 0; i < 15; i++) {
		LIVE_CHECK(authority_live_open(a, i % AUTHORITY_THREADS, alice,
					       "alice.txt", O_RDONLY) == 0);
		(void)nanosleep(&pause, NULL);
	}
	LIVE_CHECK(authority_live_open(a, 1, bob, "bob.txt", O_RDONLY) ==
		   GUISE_E_NO_SUCH_LOGON_SESSION);
	(void)nanosleep(&longer, NULL);
	LIVE_CHECK(authority_live_open(a, 2, alice, "alice.txt", O_RDONLY) ==
		   GUISE_E_NO_SUCH_LOGON_SESSION);
	(void)guise_token_unref(alice);
	(void)guise_token_unref(bob);
	(void)guise_authority_stop(a);
}

/* A second process keeps the privilege to change the accounts. */
static void change_accounts_later(void (*change)(struct guise_accounts *))
{
	const struct timespec pause = {.tv_nsec = 300000000};
	struct guise_accounts *accounts = NULL;

	if (fork() != 0)
		return;
	(void)nanosleep(&pause, NULL);
	if (guise_accounts_open(authority_live.accounts, 0, &accounts) == 0) {
		change(accounts);
		(void)guise_accounts_close(accounts);
	}
	_exit(0);
}

static void lock_alice(struct guise_accounts *accounts)
{
	LIVE_CHECK(guise_accounts_set_locked(accounts, "alice", true) == 0);
}

static void a_locked_account_is_logged_off(void)
{
	struct wanted w;
	const struct guise_token *bob;

	change_accounts_later(lock_alice);
	w.authority = authority_live_start(NULL, true);
	w.token = authority_live_logon(w.authority, "alice");
	bob = authority_live_logon(w.authority, "bob");
	LIVE_CHECK(authority_live_wait(is_over, &w, 10));
	/* and whoever has not changed stays */
	LIVE_CHECK(authority_live_open(w.authority, 0, bob, "bob.txt",
				       O_RDONLY) == 0);
	(void)guise_token_unref(w.token);
	LIVE_CHECK(guise_authority_logon_password(w.authority, 0, "alice",
						  "of alice", 8, &w.token) ==
		   GUISE_E_LOGON_FAILURE);
	(void)guise_token_unref(bob);
	(void)guise_authority_stop(w.authority);
}

static void only_so_many_sessions(void)
{
	struct guise_root root;
	struct guise_authority_options options = authority_live_options(&root);
	const struct guise_token *tokens[4] = {0}, *more = NULL;
	struct guise_authority *a;

	options.n_sessions_max = 4;
	a = authority_live_start(&options, true);
	for (unsigned i = 0; i < 4; i++)
		tokens[i] = authority_live_logon(a, "alice");
	LIVE_CHECK(guise_authority_logon_anonymous(a, 0, &more) ==
		   GUISE_E_LIMIT);
	guise_authority_logoff(a, 1, tokens[2]);
	LIVE_CHECK(guise_authority_logon_anonymous(a, 0, &more) == 0);
	LIVE_CHECK(authority_live_open(a, 0, tokens[3], "alice.txt",
				       O_RDONLY) == 0);
	(void)guise_token_unref(more);
	for (unsigned i = 0; i < 4; i++)
		(void)guise_token_unref(tokens[i]);
	(void)guise_authority_stop(a);
}

/* A logon succeeds, or is refused for want of room */
static bool has_room(void *authority)
{
	const struct guise_token *token = NULL;
	int r = guise_authority_logon_password(authority, 0, "alice",
					       "of alice", 8, &token);

	LIVE_CHECK(r == 0 || r == GUISE_E_LIMIT);
	(void)guise_token_unref(token);
	return r == 0;
}

/* Idle sessions that the worker never asks about again make room, too. */
static void forgotten_sessions_make_room(void)
{
	struct guise_root root;
	struct guise_authority_options options = authority_live_options(&root);
	struct guise_authority *a;

	options.n_sessions_max = 4;
	options.idle_ms = 1000;
	a = authority_live_start(&options, true);
	for (unsigned i = 0; i < 8; i++)
		LIVE_CHECK(authority_live_wait(has_room, a, 30));
	(void)guise_authority_stop(a);
}

static void the_anonymous_client_sees_what_is_public(void)
{
	struct guise_authority *a = authority_live_start(NULL, true);
	const struct guise_token *token = NULL;

	LIVE_CHECK(guise_authority_logon_anonymous(a, 3, &token) == 0);
	LIVE_CHECK(guise_token_unix(token)->uid == 65534);
	LIVE_CHECK(authority_live_open(a, 0, token, "public.txt", O_RDONLY) ==
		   0);
	LIVE_CHECK(authority_live_open(a, 0, token, "alice.txt", O_RDONLY) ==
		   -EACCES);
	(void)guise_token_unref(token);
	(void)guise_authority_stop(a);
}

/* A connection whose other end was made by @uid. */
/* @ret_peer: its end */
static int connection_of(uint32_t uid, int *ret_peer)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int listener, fd, status;
	pid_t pid;

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s/peer-%u",
		       authority_live.path, uid);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	LIVE_CHECK(bind(listener, (struct sockaddr *)&address,
			sizeof(address)) == 0);
	LIVE_CHECK(chmod(address.sun_path, 0666) == 0);
	LIVE_CHECK(listen(listener, 1) == 0);
	*ret_peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pid = fork();
	if (pid == 0) {
		if (syscall(SYS_setgroups, 0, NULL) < 0 ||
		    syscall(SYS_setresgid, uid, uid, uid) < 0 ||
		    syscall(SYS_setresuid, uid, uid, uid) < 0 ||
		    connect(*ret_peer, (struct sockaddr *)&address,
			    sizeof(address)) < 0)
			_exit(1);
		_exit(0);
	}
	fd = accept(listener, NULL, NULL);
	LIVE_CHECK(fd >= 0);
	LIVE_CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	(void)close(listener);
	return fd;
}

static void a_peer_is_who_connected(void)
{
	int alice, root;
	const int of_alice = connection_of(authority_live.alice_uid, &alice);
	const int of_root = connection_of(0, &root);
	struct guise_authority *a = authority_live_start(NULL, true);
	const struct guise_token *token = NULL;
	int pipe_fds[2];

	LIVE_CHECK(guise_authority_logon_peer(a, 2, of_alice,
					      GUISE_LEVEL_IMPERSONATION,
					      &token) == 0);
	LIVE_CHECK(guise_token_unix(token)->uid == authority_live.alice_uid);
	LIVE_CHECK(authority_live_open(a, 1, token, "alice.txt", O_RDONLY) ==
		   0);
	LIVE_CHECK(authority_live_open(a, 1, token, "bob.txt", O_RDONLY) ==
		   -EACCES);
	(void)guise_token_unref(token);
	token = NULL;
	/* identification: a token, but nothing opens */
	LIVE_CHECK(guise_authority_logon_peer(a, 2, of_alice,
					      GUISE_LEVEL_IDENTIFICATION,
					      &token) == 0);
	LIVE_CHECK(authority_live_open(a, 1, token, "public.txt", O_RDONLY) ==
		   GUISE_E_BAD_LEVEL);
	(void)guise_token_unref(token);
	/* root is above every ceiling that does not say otherwise */
	LIVE_CHECK(guise_authority_logon_peer(a, 2, of_root,
					      GUISE_LEVEL_IMPERSONATION,
					      &token) == GUISE_E_CEILING);
	LIVE_CHECK(pipe(pipe_fds) == 0);
	LIVE_CHECK(guise_authority_logon_peer(a, 2, pipe_fds[0],
					      GUISE_LEVEL_IMPERSONATION,
					      &token) < 0);
	(void)guise_authority_stop(a);
}

/* However long its socket is kept: it has said all it had to, or hung up. */
static void a_peer_that_has_gone_is_nobody(void)
{
	int alice = -EBADF;
	const int of_alice = connection_of(authority_live.alice_uid, &alice);
	struct guise_authority *a = authority_live_start(NULL, false);
	const struct guise_token *token = NULL;

	LIVE_CHECK(shutdown(alice, SHUT_WR) == 0);
	LIVE_CHECK(guise_authority_logon_peer(a, 2, of_alice,
					      GUISE_LEVEL_IMPERSONATION,
					      &token) == 0);
	(void)guise_token_unref(token);
	(void)close(alice);
	LIVE_CHECK(guise_authority_logon_peer(a, 2, of_alice,
					      GUISE_LEVEL_IMPERSONATION,
					      &token) == GUISE_E_NO_TOKEN);
	(void)guise_authority_stop(a);
}

static bool is_gone(void *context)
{
	const pid_t *pid = context;

	return waitpid(*pid, NULL, WNOHANG) == *pid;
}

static void the_authority_ends_with_its_worker(void)
{
	struct guise_authority *a = authority_live_start(NULL, false);
	pid_t pid = authority_live_pid();

	(void)guise_authority_stop(a);
	LIVE_CHECK(authority_live_wait(is_gone, &pid, 5));
}

static void without_the_authority_nothing_new_works(void)
{
	struct guise_authority *a = authority_live_start(NULL, false);
	const struct guise_token *token = NULL;
	pid_t pid = authority_live_pid();

	LIVE_CHECK(kill(pid, SIGKILL) == 0);
	LIVE_CHECK(waitpid(pid, NULL, 0) == pid);
	LIVE_CHECK(guise_authority_logon_anonymous(a, 0, &token) ==
		   -ECONNRESET);
	(void)guise_authority_stop(a);
}

static void bad_options_are_refused(void)
{
	struct guise_root root;
	struct guise_authority_options good = authority_live_options(&root), o;
	struct guise_authority *a = NULL;

	o = good;
	o.service_uid = 0;
	LIVE_CHECK(guise_authority_start(&o, &a) == -EINVAL);
	o = good;
	o.n_threads = 65;
	LIVE_CHECK(guise_authority_start(&o, &a) == -EINVAL);
	o = good;
	o.service_uid = 65534; /* the anonymous client's */
	LIVE_CHECK(guise_authority_start(&o, &a) == -EINVAL);
	o = good;
	o.accounts_path = "/nonexistent/accounts.db";
	LIVE_CHECK(guise_authority_start(&o, &a) == -ENOENT);
	root.path = "/nonexistent";
	LIVE_CHECK(guise_authority_start(&good, &a) == -ENOENT);
	root.path = authority_live.accounts;
	LIVE_CHECK(guise_authority_start(&good, &a) == -ENOTDIR);
	LIVE_CHECK(!a);
}

static void *nothing(void *context)
{
	(void)pause();
	return context;
}

static void a_process_with_threads_is_refused(void)
{
	struct guise_root root;
	struct guise_authority_options options = authority_live_options(&root);
	struct guise_authority *a = NULL;
	pthread_t thread;

	LIVE_CHECK(pthread_create(&thread, NULL, nothing, NULL) == 0);
	LIVE_CHECK(guise_authority_start(&options, &a) == -EUSERS);
}

int main(void)
{
	static const struct authority_scenario scenarios[] = {
		SCENARIO(clients_open_what_is_theirs_on_every_thread),
		SCENARIO(wrong_credentials_are_one_answer),
		SCENARIO(nothing_opens_after_logoff),
		SCENARIO(foreign_tokens_have_no_session),
		SCENARIO(idle_clients_are_logged_off),
		SCENARIO(a_locked_account_is_logged_off),
		SCENARIO(only_so_many_sessions),
		SCENARIO(forgotten_sessions_make_room),
		SCENARIO(the_anonymous_client_sees_what_is_public),
		SCENARIO(a_peer_is_who_connected),
		SCENARIO(a_peer_that_has_gone_is_nobody),
		SCENARIO(the_authority_ends_with_its_worker),
		SCENARIO(without_the_authority_nothing_new_works),
		SCENARIO(bad_options_are_refused),
		SCENARIO(a_process_with_threads_is_refused),
	};

	return authority_live_main(scenarios,
				   sizeof(scenarios) / sizeof(scenarios[0]));
}
