/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens between processes: whom the kernel vouches for, and nobody else. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "thread-token.h"
#include "token-message.h"

#define ALICE (LIVE_ID + 1)
#define BOB (LIVE_ID + 2)

static void become(uint32_t id)
{
	const struct kcred cred = {.uid = id, .gid = id};

	LIVE_CHECK(kcred_become(&cred, false) == 0);
}

static int listen_at(struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	/* abstract: of this process's number */
	(void)snprintf(address->sun_path + 1, sizeof(address->sun_path) - 1,
		       "guise-test-%d", getpid());
	LIVE_CHECK(fd >= 0);
	LIVE_CHECK(bind(fd, (struct sockaddr *)address, sizeof(*address)) == 0);
	LIVE_CHECK(listen(fd, 1) == 0);
	return fd;
}

static int connect_to(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	LIVE_CHECK(fd >= 0);
	LIVE_CHECK(connect(fd, (const struct sockaddr *)address,
			   sizeof(*address)) == 0);
	return fd;
}

static int send_token(int socket, const struct guise_token *token,
		      uint32_t granted)
{
	struct guise_token_handle handle = {.object = object_of(token),
					    .granted = granted};
	int r = guise_token_send(socket, &handle);

	guise_token_handle_close(&handle);
	return r;
}

static const struct guise_token *received(int socket, uint32_t trusted,
					  uint32_t *ret_granted)
{
	const struct guise_receive_options o = {.size = sizeof(o),
						.trusted_uid = trusted};
	struct guise_token_handle handle = {0};
	const struct guise_token *token;

	LIVE_CHECK(guise_token_receive(socket, &o, &handle) == 0);
	token = guise_token_object_token(handle.object);
	*ret_granted = handle.granted;
	guise_token_handle_close(&handle);
	return token;
}

/* What @uid's process passes, as @sent, arrives as this. */
static const struct guise_token *passed_by(uint32_t uid,
					   const struct guise_token *sent,
					   uint32_t trusted,
					   uint32_t *ret_granted)
{
	struct sockaddr_un address;
	int listener = listen_at(&address), peer, status;
	const struct guise_token *token;
	pid_t pid = fork();

	if (pid == 0) {
		int fd;

		if (uid != 0)
			become(uid);
		fd = connect_to(&address);
		LIVE_CHECK(send_token(fd, guise_token_ref(sent),
				      GUISE_TOKEN_DUPLICATE |
					      GUISE_TOKEN_QUERY) == 0);
		LIVE_CHECK(read(fd, &status, 1) <=
			   0); /* until it has been received */
		_exit(0);
	}
	peer = accept(listener, NULL, NULL);
	LIVE_CHECK(pid > 0 && peer >= 0);
	token = received(peer, trusted, ret_granted);
	LIVE_CHECK(close(peer) == 0 && close(listener) == 0);
	LIVE_CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	return token;
}

static void roots_word(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *sent = live_token(ALICE, ALICE);
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *got = NULL;
	uint32_t granted;

	got = passed_by(0, sent, 0, &granted);
	LIVE_CHECK(granted == (GUISE_TOKEN_DUPLICATE | GUISE_TOKEN_QUERY));
	LIVE_CHECK(guise_tokens_equal(sent, got));
	LIVE_CHECK(guise_token_unix(got)->uid == ALICE);
}

static void root_may_pass_any_token(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, roots_word);
}

static void bobs_word(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *sent =
		live_token_at(GUISE_LEVEL_DELEGATION, ALICE, ALICE, NULL, 0,
			      GUISE_PRIVILEGE_ALL);
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *got = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *trusted = NULL;
	uint32_t granted;

	got = passed_by(BOB, sent, 0, &granted);
	LIVE_CHECK(guise_token_unix(got)->uid == BOB);
	LIVE_CHECK(guise_token_unix(got)->gid == BOB);
	LIVE_CHECK(guise_token_level(got) == GUISE_LEVEL_IMPERSONATION);
	LIVE_CHECK(!guise_token_has_privilege(got, GUISE_SE_IMPERSONATE));
	LIVE_CHECK(!guise_token_has_privilege(got, GUISE_SE_BACKUP));
	LIVE_CHECK(granted == (GUISE_TOKEN_DUPLICATE | GUISE_TOKEN_QUERY));
	trusted = passed_by(BOB, sent, BOB, &granted);
	LIVE_CHECK(guise_token_unix(trusted)->uid == ALICE);
}

static void anybody_else_passes_only_himself(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, bobs_word);
}

static void identification(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *sent =
		live_token_at(GUISE_LEVEL_IDENTIFICATION, BOB, BOB, NULL, 0, 0);
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *got = NULL;
	uint32_t granted;

	got = passed_by(BOB, sent, 0, &granted);
	LIVE_CHECK(guise_token_level(got) == GUISE_LEVEL_IDENTIFICATION);
}

static void a_level_that_was_stated_is_kept(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, identification);
}

/* A pair that root made, in the hands of somebody else. */
static void handed_on(void)
{
	struct guise_token_handle handle = {0};
	int ends[2], status;
	pid_t pid;

	LIVE_CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) ==
		   0);
	pid = fork();
	if (pid == 0) {
		become(BOB);
		LIVE_CHECK(send_token(ends[1], live_token(ALICE, ALICE),
				      GUISE_TOKEN_DUPLICATE) == 0);
		_exit(0);
	}
	LIVE_CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	LIVE_CHECK(guise_token_receive(ends[0], NULL, &handle) == -EPERM);
	LIVE_CHECK(!handle.object);
	LIVE_CHECK(close(ends[1]) == 0);
	LIVE_CHECK(guise_token_receive(ends[0], NULL, &handle) == -ECONNRESET);
	LIVE_CHECK(close(ends[0]) == 0);
}

static void a_socket_that_was_handed_on_vouches_for_nobody(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, handed_on);
}

static void send_fds(int socket, const int *fds, size_t n)
{
	union {
		char room[CMSG_SPACE(4 * sizeof(int))];
		struct cmsghdr align;
	} control = {0};
	char mark = 'T';
	struct iovec data = {.iov_base = &mark, .iov_len = 1};
	struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
	struct cmsghdr *c = &control.align;

	if (n > 0) {
		message.msg_control = control.room;
		message.msg_controllen = CMSG_SPACE(n * sizeof(int));
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(n * sizeof(int));
		memcpy(CMSG_DATA(c), fds, n * sizeof(int));
	}
	LIVE_CHECK(sendmsg(socket, &message, 0) == 1);
}

static int receives(const int ends[2], const int *fds, size_t n)
{
	struct guise_token_handle handle = {0};
	int on = 1, r;

	/* so that the kernel says who sent it: this is about the file */
	LIVE_CHECK(setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on,
			      sizeof(on)) == 0);
	send_fds(ends[1], fds, n);
	r = guise_token_receive(ends[0], NULL, &handle);
	LIVE_CHECK(r < 0 && !handle.object);
	return r;
}

static unsigned open_descriptors(void)
{
	unsigned n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* What a sanitizer has open for a moment is no leak, now or when @n was
 * counted.
 */
static bool are_open(unsigned n)
{
	for (int i = 0; i < 1000; i++) {
		if (open_descriptors() <= n)
			return true;
		(void)usleep(10000);
	}
	return false;
}

/* All is well with it, but that it could still change. */
static void unsealed_token(int fd)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token = live_token(ALICE, ALICE);
	struct guise_buf bytes = {0};

	LIVE_CHECK(token_message_encode(token, GUISE_TOKEN_QUERY, &bytes) == 0);
	LIVE_CHECK(write(fd, bytes.data, bytes.size) == (ssize_t)bytes.size);
	guise_buf_clear(&bytes);
}

static void odd_parcels(void)
{
	int ends[2], fds[4];
	unsigned before;

	LIVE_CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) ==
		   0);
	for (int i = 0; i < 4; i++)
		fds[i] = memfd_create("odd", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	LIVE_CHECK(fds[3] >= 0);
	before = open_descriptors();
	LIVE_CHECK(receives(ends, NULL, 0) == GUISE_E_PROTOCOL);
	LIVE_CHECK(receives(ends, fds, 2) == GUISE_E_PROTOCOL);
	LIVE_CHECK(receives(ends, fds, 4) == GUISE_E_PROTOCOL);
	unsealed_token(fds[3]);
	LIVE_CHECK(receives(ends, &fds[3], 1) == GUISE_E_PROTOCOL);
	LIVE_CHECK(receives(ends, &ends[1], 1) == GUISE_E_PROTOCOL);
	/* sealed, and empty; sealed, and nonsense; sealed, and too large */
	for (int i = 0; i < 3; i++) {
		if (i == 1)
			LIVE_CHECK(write(fds[i], "nonsense, long enough", 21) ==
				   21);
		if (i == 2)
			LIVE_CHECK(ftruncate(fds[i], 9 << 20) == 0);
		LIVE_CHECK(fcntl(fds[i], F_ADD_SEALS,
				 F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW |
					 F_SEAL_WRITE) == 0);
		LIVE_CHECK(receives(ends, &fds[i], 1) ==
			   (i == 2 ? GUISE_E_LIMIT : GUISE_E_PROTOCOL));
	}
	LIVE_CHECK(are_open(before));
}

static void what_is_no_sealed_token_is_refused(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, odd_parcels);
}

static void without_right(void)
{
	int ends[2];

	LIVE_CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) ==
		   0);
	LIVE_CHECK(
		send_token(ends[1], live_token(ALICE, ALICE),
			   GUISE_TOKEN_ALL_ACCESS & ~GUISE_TOKEN_DUPLICATE) ==
		GUISE_E_ACCESS_DENIED);
}

static void passing_needs_the_right_to_duplicate(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, without_right);
}

static void looks_at(uint32_t id, pid_t pid, int expected)
{
	struct guise_token_object *object = NULL;
	int status, r;
	pid_t child = fork();

	if (child == 0) {
		if (id != 0)
			become(id);
		r = guise_token_object_of_process(pid, &object);
		_exit(r == expected && (r < 0) == !object ? 0 : 1);
	}
	LIVE_CHECK(waitpid(child, &status, 0) == child && status == 0);
}

static void others(void)
{
	struct guise_token_object *object = NULL, *own = NULL;
	int hold[2], ready[2], status;
	pid_t pid;
	char byte = 0;

	LIVE_CHECK(pipe(hold) == 0 && pipe(ready) == 0);
	pid = fork();
	if (pid == 0) {
		become(ALICE);
		(void)close(hold[1]);
		LIVE_CHECK(write(ready[1], &byte, 1) == 1);
		LIVE_CHECK(read(hold[0], &status, 1) <= 0);
		_exit(0);
	}
	LIVE_CHECK(read(ready[0], &byte, 1) == 1);
	looks_at(0, pid, 0);
	looks_at(BOB, pid, -EACCES);
	looks_at(BOB, getpid(), -EACCES);
	LIVE_CHECK(guise_token_object_of_process(getpid(), &object) == 0);
	LIVE_CHECK(guise_process_token(&own) == 0 && own == object);
	(void)guise_token_object_unref(object);
	LIVE_CHECK(close(hold[1]) == 0);
	LIVE_CHECK(waitpid(pid, &status, 0) == pid);
	LIVE_CHECK(guise_token_object_of_process(pid, &object) == -ESRCH);
}

static void who_may_not_trace_a_process_gets_no_token_of_it(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, others);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(root_may_pass_any_token),
		cmocka_unit_test(anybody_else_passes_only_himself),
		cmocka_unit_test(a_level_that_was_stated_is_kept),
		cmocka_unit_test(
			a_socket_that_was_handed_on_vouches_for_nobody),
		cmocka_unit_test(what_is_no_sealed_token_is_refused),
		cmocka_unit_test(passing_needs_the_right_to_duplicate),
		cmocka_unit_test(
			who_may_not_trace_a_process_gets_no_token_of_it),
	};

	live_require_root();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
