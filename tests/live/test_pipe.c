/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pipes between real processes and between threads of one: who the server may
 * be, and when. Needs root.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <guise/pipe.h>
#include <guise/sddl.h>
#include <guise/thread-token.h>

#include "cmocka-wrap.h"
#include "live.h"

#define ALICE 310001u

static char directory[64];

static const struct guise_sd *open_to_all(void)
{
	const struct guise_sd *sd = NULL;

	assert_int_equal(
		guise_sddl_parse("D:NO_ACCESS_CONTROL", 19, NULL, &sd, NULL),
		0);
	return sd;
}

static struct guise_pipe_end *server(const char *name,
				     const struct guise_sd *sd)
{
	const struct guise_pipe_options o = {
		.size = sizeof(o),
		.directory = directory,
		.name = name,
		.direction = GUISE_PIPE_DUPLEX,
		.type = GUISE_PIPE_MESSAGES,
		.read_mode = GUISE_PIPE_MESSAGES,
		.instances_max = 1,
		.sd = sd,
	};
	struct guise_pipe_end *end = NULL;

	assert_int_equal(guise_pipe_create(&o, &end), 0);
	return end;
}

static int client(const char *name, enum guise_level level,
		  enum guise_tracking tracking, struct guise_pipe_end **ret)
{
	const struct guise_quality_of_service qos = {
		.size = sizeof(qos), .level = level, .tracking = tracking};
	const struct guise_pipe_client_options o = {
		.size = sizeof(o),
		.directory = directory,
		.name = name,
		.desired = GUISE_GENERIC_READ | GUISE_GENERIC_WRITE,
		.qos = &qos,
	};

	return guise_pipe_connect(&o, ret);
}

/* A child with alice's ids opens the pipe, writes one byte, waits for one. */
static pid_t alice(const char *name, enum guise_level level,
		   enum guise_tracking tracking)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct guise_pipe_end *end = NULL;
		char byte = 'a';
		size_t n;

		if (syscall(SYS_setgroups, 0, NULL) < 0 ||
		    syscall(SYS_setresgid, ALICE, ALICE, ALICE) < 0 ||
		    syscall(SYS_setresuid, ALICE, ALICE, ALICE) < 0)
			_exit(2);
		if (client(name, level, tracking, &end) < 0)
			_exit(3);
		if (guise_pipe_write(end, &byte, 1, 5000, &n) < 0)
			_exit(4);
		(void)!guise_pipe_read(end, &byte, 1, 5000, &n, NULL);
		_exit(0);
	}
	return pid;
}

/* Its client has come, before this call or in it. */
static void meet(struct guise_pipe_end *end)
{
	int r = guise_pipe_accept(end, 5000);

	assert_true(r == 0 || r == -EISCONN);
}

static int ended(pid_t pid)
{
	int status = -1;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int try_open(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		(void)close(fd);
	return fd >= 0 ? 0 : -errno;
}

static void the_server_is_its_client_once_it_has_read(void **state)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = open_to_all();
	GUISE_AUTO(guise_pipe_end_unrefp)
	struct guise_pipe_end *s = server("alice", sd);
	int dir = open(directory, O_DIRECTORY | O_CLOEXEC);
	size_t n = 0, left = 9;
	pid_t pid;
	char byte;

	(void)state;
	live_file(dir, "hers", ALICE, ALICE, 0600);
	live_file(dir, "roots", 0, 0, 0600);
	assert_int_equal(guise_impersonate_peer(s, NULL),
			 GUISE_E_CANNOT_IMPERSONATE);
	pid = alice("Alice", GUISE_LEVEL_IMPERSONATION, GUISE_TRACKING_DYNAMIC);
	meet(s);
	assert_int_equal(guise_impersonate_peer(s, NULL),
			 GUISE_E_CANNOT_IMPERSONATE);
	assert_int_equal(guise_pipe_read(s, &byte, 1, 5000, &n, &left), 0);
	assert_int_equal(n, 1);
	assert_int_equal(left, 0);
	assert_int_equal(guise_impersonate_peer(s, NULL), 0);
	assert_int_equal(geteuid(), ALICE);
	assert_int_equal(try_open(dir, "hers"), 0);
	assert_int_equal(try_open(dir, "roots"), -EACCES);
	guise_thread_revert();
	assert_int_equal(geteuid(), 0);
	assert_int_equal(guise_pipe_write(s, "b", 1, 5000, &n), 0);
	assert_int_equal(ended(pid), 0);
	/* the last context stays when the client is gone */
	assert_int_equal(guise_pipe_read(s, &byte, 1, 5000, &n, NULL), -EPIPE);
	assert_int_equal(guise_impersonate_peer(s, NULL), 0);
	guise_thread_revert();
	assert_int_equal(guise_pipe_disconnect(s), 0);
	assert_int_equal(guise_impersonate_peer(s, NULL),
			 GUISE_E_CANNOT_IMPERSONATE);
	(void)close(dir);
}

/* Opens as alice, writes once, becomes bob and writes again. */
static pid_t alice_then_bob(const char *name, enum guise_tracking tracking)
{
	const uid_t bob = ALICE + 1;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct guise_pipe_end *end = NULL;
		size_t n;

		if (syscall(SYS_setgroups, 0, NULL) < 0 ||
		    syscall(SYS_setresgid, ALICE, ALICE, ALICE) < 0 ||
		    syscall(SYS_setresuid, ALICE, ALICE, 0) < 0)
			_exit(2);
		if (client(name, GUISE_LEVEL_IMPERSONATION, tracking, &end) < 0)
			_exit(3);
		if (guise_pipe_write(end, "a", 1, 5000, &n) < 0)
			_exit(4);
		if (syscall(SYS_setresuid, -1, 0, -1) < 0 ||
		    syscall(SYS_setresuid, bob, bob, bob) < 0)
			_exit(5);
		_exit(guise_pipe_write(end, "b", 1, 5000, &n) < 0 ? 6 : 0);
	}
	return pid;
}

/* Who reads from a writer that is not who connected has no client. */
static void another_writer_has_no_context(void **state)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = open_to_all();
	static const struct {
		enum guise_tracking tracking;
		int second;
	} rows[] = {
		{GUISE_TRACKING_DYNAMIC, GUISE_E_CANNOT_IMPERSONATE},
		{GUISE_TRACKING_STATIC, 0},
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		GUISE_AUTO(guise_pipe_end_unrefp)
		struct guise_pipe_end *s = server("two", sd);
		pid_t pid = alice_then_bob("two", rows[i].tracking);
		size_t n = 0;
		char byte;

		meet(s);
		assert_int_equal(guise_pipe_read(s, &byte, 1, 5000, &n, NULL),
				 0);
		assert_int_equal(guise_impersonate_peer(s, NULL), 0);
		guise_thread_revert();
		assert_int_equal(guise_pipe_read(s, &byte, 1, 5000, &n, NULL),
				 0);
		assert_int_equal(byte, 'b');
		assert_int_equal(guise_impersonate_peer(s, NULL),
				 rows[i].second);
		if (rows[i].second == 0)
			assert_int_equal(geteuid(), ALICE);
		guise_thread_revert();
		assert_int_equal(ended(pid), 0);
	}
}

static void below_impersonation_nothing_opens(void **state)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = open_to_all();
	GUISE_AUTO(guise_pipe_end_unrefp)
	struct guise_pipe_end *s = server("levels", sd);
	int dir = open(directory, O_DIRECTORY | O_CLOEXEC);

	(void)state;
	live_file(dir, "hers2", ALICE, ALICE, 0600);
	for (enum guise_level l = GUISE_LEVEL_ANONYMOUS;
	     l < GUISE_LEVEL_IMPERSONATION; l++) {
		pid_t pid = alice("levels", l, GUISE_TRACKING_STATIC);
		size_t n;
		char byte;

		meet(s);
		assert_int_equal(guise_pipe_read(s, &byte, 1, 5000, &n, NULL),
				 0);
		assert_int_equal(guise_impersonate_peer(s, NULL), 0);
		assert_int_not_equal(geteuid(), 0);
		assert_int_not_equal(geteuid(), ALICE);
		assert_int_equal(try_open(dir, "hers2"), -EACCES);
		guise_thread_revert();
		assert_int_equal(guise_pipe_disconnect(s), 0);
		assert_int_equal(ended(pid), 0);
	}
	(void)close(dir);
}

static void the_descriptor_decides_who_opens(void **state)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	GUISE_AUTO(guise_pipe_end_unrefp) struct guise_pipe_end *s = NULL;

	(void)state;
	/* the mode lets everybody connect; the descriptor says no */
	assert_int_equal(guise_sddl_parse("D:(A;;FA;;;S-1-22-1-310002)", 27,
					  NULL, &sd, NULL),
			 0);
	s = server("hers", sd);
	assert_int_equal(ended(alice("hers", GUISE_LEVEL_IMPERSONATION,
				     GUISE_TRACKING_DYNAMIC)),
			 3);
	assert_int_equal(guise_pipe_accept(s, 0), -ETIMEDOUT);
}

/* Raw bytes instead of a hello; the next client is served all the same. */
static void hostile_greetings_hold_up_nobody(void **state)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = open_to_all();
	GUISE_AUTO(guise_pipe_end_unrefp)
	struct guise_pipe_end *s = server("hostile", sd);
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	pid_t pid;
	size_t n;
	char byte;

	(void)state;
	(void)snprintf(a.sun_path, sizeof(a.sun_path), "%s/hostile", directory);
	pid = fork();
	if (pid == 0) {
		for (int i = 0; i < 1000; i++) {
			int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

			if (connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
				_exit(1);
			if (i % 3 == 0)
				(void)!send(fd, "garbage", 7, MSG_NOSIGNAL);
			if (i % 3 == 1)
				(void)close(fd);
			if (i > 200)
				(void)close(fd);
		}
		_exit(0);
	}
	assert_int_equal(ended(pid), 0);
	pid = alice("hostile", GUISE_LEVEL_IMPERSONATION,
		    GUISE_TRACKING_DYNAMIC);
	meet(s);
	assert_int_equal(guise_pipe_read(s, &byte, 1, 5000, &n, NULL), 0);
	assert_int_equal(guise_pipe_disconnect(s), 0);
	assert_int_equal(ended(pid), 0);
}

/* Between threads of one process: the thread's token, as of the write
 * (dynamic) or of the open (static). */
static void threads_of_one_process_are_told_apart(void **state)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = open_to_all();
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token = live_token(ALICE, ALICE);
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *object = NULL;

	(void)state;
	assert_int_equal(guise_token_object_new(token, NULL, NULL, &object), 0);
	for (enum guise_tracking t = GUISE_TRACKING_STATIC;
	     t <= GUISE_TRACKING_DYNAMIC; t++) {
		GUISE_AUTO(guise_pipe_end_unrefp)
		struct guise_pipe_end *s = server("threads", sd);
		GUISE_AUTO(guise_pipe_end_unrefp)
		struct guise_pipe_end *c = NULL;
		size_t n;
		char byte;

		assert_int_equal(guise_thread_impersonate(object, NULL), 0);
		assert_int_equal(
			client("threads", GUISE_LEVEL_IMPERSONATION, t, &c), 0);
		assert_int_equal(guise_pipe_write(c, "1", 1, 0, &n), 0);
		guise_thread_revert();
		assert_int_equal(guise_pipe_write(c, "2", 1, 0, &n), 0);
		assert_int_equal(guise_pipe_read(s, &byte, 1, 0, &n, NULL), 0);
		assert_int_equal(guise_impersonate_peer(s, NULL), 0);
		assert_int_equal(geteuid(), ALICE);
		guise_thread_revert();
		assert_int_equal(guise_pipe_read(s, &byte, 1, 0, &n, NULL), 0);
		assert_int_equal(byte, '2');
		/* dynamic: written as the process itself */
		assert_int_equal(guise_impersonate_peer(s, NULL), 0);
		assert_int_equal(geteuid(),
				 t == GUISE_TRACKING_STATIC ? ALICE : 0);
		guise_thread_revert();
		assert_int_equal(geteuid(), 0);
	}
}

static void messages_keep_their_ends(void **state)
{
	GUISE_AUTO(guise_pipe_end_unrefp)
	struct guise_pipe_end *s = server("messages", NULL);
	GUISE_AUTO(guise_pipe_end_unrefp) struct guise_pipe_end *c = NULL;
	struct guise_pipe_peeked peeked;
	size_t n, left;
	char buffer[8] = {0};

	(void)state;
	assert_int_equal(client("messages", GUISE_LEVEL_IMPERSONATION,
				GUISE_TRACKING_STATIC, &c),
			 0);
	assert_int_equal(guise_pipe_accept(s, 0), -EISCONN);
	assert_int_equal(guise_pipe_write(c, "hello", 5, 0, &n), 0);
	assert_int_equal(guise_pipe_write(c, "", 0, 0, &n), 0);
	assert_int_equal(guise_pipe_write(c, "ab", 2, 0, &n), 0);
	assert_int_equal(guise_pipe_peek(s, buffer, 2, &peeked), 0);
	assert_int_equal(peeked.size, 2);
	assert_int_equal(peeked.available, 7);
	assert_int_equal(peeked.left, 3);
	/* looked at is not read */
	assert_int_equal(guise_impersonate_peer(s, NULL),
			 GUISE_E_CANNOT_IMPERSONATE);
	assert_int_equal(guise_pipe_read(s, buffer, 2, 0, &n, &left), 0);
	assert_int_equal(left, 3);
	assert_int_equal(guise_pipe_read(s, buffer, 8, 0, &n, &left), 0);
	assert_int_equal(n, 3);
	assert_memory_equal(buffer, "llo", 3);
	assert_int_equal(guise_pipe_read(s, buffer, 8, 0, &n, &left), 0);
	assert_int_equal(n, 0);
	assert_int_equal(guise_pipe_read(s, buffer, 8, 0, &n, &left), 0);
	assert_int_equal(n, 2);
	assert_int_equal(guise_pipe_read(s, buffer, 8, 0, &n, &left),
			 -ETIMEDOUT);
	assert_int_equal(guise_pipe_disconnect(s), 0);
	assert_int_equal(guise_pipe_read(c, buffer, 8, 0, &n, &left),
			 -ENOTCONN);
}

static void take_name(int dir, const char *name, const char *target)
{
	assert_true(unlinkat(dir, name, 0) == 0 || errno == ENOENT);
	assert_int_equal(symlinkat(target, dir, name), 0);
}

static mode_t mode_of(int dir, const char *name)
{
	struct stat st = {0};

	assert_int_equal(fstatat(dir, name, &st, 0), 0);
	return st.st_mode & 07777;
}

/* The name is another's: a link, with instances left or without. */
static void a_new_descriptor_changes_no_other_file(void **state)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = open_to_all();
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *none = NULL;
	GUISE_AUTO(guise_pipe_end_unrefp) struct guise_pipe_end *c = NULL;
	struct guise_pipe_end *s = server("mode", sd);
	int dir = open(directory, O_DIRECTORY | O_CLOEXEC);

	(void)state;
	assert_int_equal(guise_sddl_parse("D:P", 3, NULL, &none, NULL), 0);
	assert_int_equal(client("mode", GUISE_LEVEL_IMPERSONATION,
				GUISE_TRACKING_STATIC, &c),
			 0);
	assert_int_equal(mode_of(dir, "mode"), 0666);
	assert_int_equal(guise_pipe_set_sd(c, none), 0);
	assert_int_equal(mode_of(dir, "mode"), 0600);
	live_file(dir, "secret", 0, 0, 0600);
	take_name(dir, "mode", "secret");
	assert_int_equal(guise_pipe_set_sd(s, sd), 0);
	assert_int_equal(mode_of(dir, "secret"), 0600);
	(void)guise_pipe_end_unref(s);
	assert_int_equal(guise_pipe_set_sd(c, sd), 0);
	assert_int_equal(mode_of(dir, "secret"), 0600);
	(void)close(dir);
}

static void a_link_leads_to_no_server(void **state)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = open_to_all();
	GUISE_AUTO(guise_pipe_end_unrefp)
	struct guise_pipe_end *s = server("real", sd);
	GUISE_AUTO(guise_pipe_end_unrefp) struct guise_pipe_end *c = NULL;
	int dir = open(directory, O_DIRECTORY | O_CLOEXEC);

	(void)state;
	take_name(dir, "linked", "real");
	assert_int_equal(client("linked", GUISE_LEVEL_IMPERSONATION,
				GUISE_TRACKING_STATIC, &c),
			 -ENOENT);
	assert_int_equal(guise_pipe_wait(directory, "linked", 100), -ENOENT);
	assert_int_equal(ended(alice("linked", GUISE_LEVEL_IMPERSONATION,
				     GUISE_TRACKING_STATIC)),
			 3);
	(void)close(dir);
}

/* Whoever only ever looks keeps no more empty messages than of others. */
static void empty_messages_are_counted(void **state)
{
	GUISE_AUTO(guise_pipe_end_unrefp)
	struct guise_pipe_end *s = server("empty", NULL);
	GUISE_AUTO(guise_pipe_end_unrefp) struct guise_pipe_end *c = NULL;
	struct guise_pipe_peeked peeked;
	size_t n, written = 0;
	int r;

	(void)state;
	assert_int_equal(client("empty", GUISE_LEVEL_IMPERSONATION,
				GUISE_TRACKING_STATIC, &c),
			 0);
	do {
		assert_int_equal(guise_pipe_peek(s, NULL, 0, &peeked), 0);
		assert_int_equal(peeked.available, 0);
		for (r = 0; r == 0; written += r == 0)
			r = guise_pipe_write(c, "", 0, 0, &n);
		assert_int_equal(r, -ETIMEDOUT);
		assert_int_equal(guise_pipe_peek(s, NULL, 0, &peeked), 0);
		r = guise_pipe_write(c, "", 0, 0, &n);
		written += r == 0;
	} while (r == 0 && written < 100000);
	assert_int_equal(r, -ETIMEDOUT);
	/* and none is lost */
	while (written-- > 0)
		assert_int_equal(guise_pipe_read(s, NULL, 0, 0, &n, NULL), 0);
	assert_int_equal(guise_pipe_read(s, NULL, 0, 0, &n, NULL), -ETIMEDOUT);
}

/* A client of its own making, and what it says. Stays until it is killed, but
 * not for ever if nobody does. */
static pid_t raw_client(const char *name, const char *said, size_t size)
{
	static const unsigned char hello[20] = {
		0x67, 0x70, 0x69, 0x31, 1, 2, 0, 1, 0, 0, 0, 0xc0};
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	pid_t pid = fork();
	char reply[64];
	int fd;

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	(void)alarm(10);
	(void)snprintf(a.sun_path, sizeof(a.sun_path), "%s/%s", directory,
		       name);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0 ||
	    send(fd, hello, sizeof(hello), MSG_NOSIGNAL) < 0 ||
	    recv(fd, reply, sizeof(reply), 0) <= 0 ||
	    (size > 0 && send(fd, said, size, MSG_NOSIGNAL) < 0))
		_exit(2);
	for (;;)
		(void)pause();
}

static void end_client(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(ended(pid), -1);
}

struct channel;

static pid_t next_client;

int __real_end_disconnect(struct guise_pipe_end *end,
			  const struct channel *only);
int __wrap_end_disconnect(struct guise_pipe_end *end,
			  const struct channel *only);

/* Between a reader's bad news and what it does about them, another thread has
 * let the next client in. */
int __wrap_end_disconnect(struct guise_pipe_end *end,
			  const struct channel *only)
{
	assert_int_equal(guise_pipe_disconnect(end), 0);
	assert_int_equal(guise_pipe_accept(end, 0), -ETIMEDOUT);
	next_client = raw_client("verdict", NULL, 0);
	meet(end);
	return __real_end_disconnect(end, only);
}

static void a_former_clients_garbage_is_not_the_next_ones(void **state)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = open_to_all();
	GUISE_AUTO(guise_pipe_end_unrefp)
	struct guise_pipe_end *s = server("verdict", sd);
	pid_t former = raw_client("verdict", "\xff\xff", 2);
	size_t n;
	char byte;

	(void)state;
	meet(s);
	assert_int_equal(guise_pipe_read(s, &byte, 1, 5000, &n, NULL),
			 GUISE_E_PROTOCOL);
	assert_true(next_client > 0);
	assert_int_equal(guise_pipe_accept(s, 0), -EISCONN);
	end_client(former);
	end_client(next_client);
}

static int setup(void **state)
{
	int dir = live_directory(directory);

	(void)state;
	return close(dir);
}

static int teardown(void **state)
{
	int dir = open(directory, O_DIRECTORY | O_CLOEXEC);

	(void)state;
	live_cleanup(dir, directory);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_server_is_its_client_once_it_has_read),
		cmocka_unit_test(another_writer_has_no_context),
		cmocka_unit_test(below_impersonation_nothing_opens),
		cmocka_unit_test(the_descriptor_decides_who_opens),
		cmocka_unit_test(hostile_greetings_hold_up_nobody),
		cmocka_unit_test(threads_of_one_process_are_told_apart),
		cmocka_unit_test(messages_keep_their_ends),
		cmocka_unit_test(a_new_descriptor_changes_no_other_file),
		cmocka_unit_test(a_link_leads_to_no_server),
		cmocka_unit_test(empty_messages_are_counted),
		cmocka_unit_test(a_former_clients_garbage_is_not_the_next_ones),
	};

	live_require_root();
	return cmocka_run_group_tests(tests, setup, teardown);
}
