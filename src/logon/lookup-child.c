/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A child for one question. It is forked by whoever asks, does what NSS, PAM
 * and SQLite need, says the answer through a pipe and is gone. It is the
 * process's own: one that finds itself with a client's ids does nothing.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "buf.h"
#include "fd.h"
#include "helper-body.h"
#include "lookup.h"

#define TIMEOUT_MS 30000

struct child {
	int fd; /* where it answers */
	int pidfd;
};

static void child_end(struct child *child)
{
	helper_end(&child->fd, &child->pidfd);
}

static bool write_all(const void *data, size_t size)
{
	const uint8_t *at = data;

	while (size > 0) {
		ssize_t n = write(HELPER_FD, at, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		size -= (size_t)n;
	}
	return true;
}

static int answer_it(const struct lookup_question *question,
		     struct lookup_answer *answer, struct guise_buf *more)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;

	if (question->kind == LOOKUP_IDS || question->kind == LOOKUP_SIDS)
		return lookup_answer_ids(question, true, more);
	lookup_answer_it(question, answer, &token);
	if (answer->code == 0 && token)
		return guise_token_encode(token, more);
	return answer->code;
}

static __attribute__((noreturn)) void
child_body(const struct lookup_question *question, int fd, pid_t parent)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf more = {0};
	struct lookup_answer answer = {.code = -EPERM};

	if (!helper_prepare(fd, parent))
		_exit(1);
	if (helper_is_base_identity())
		answer.code = answer_it(question, &answer, &more);
	answer.more_size = answer.code == 0 ? more.size : 0;
	_exit(write_all(&answer, sizeof(answer)) &&
			      write_all(more.data, answer.more_size)
		      ? 0
		      : 1);
}

static int child_start(const struct lookup_question *question,
		       struct child *child)
{
	GUISE_AUTO(fd_closep) int theirs = -EBADF;
	pid_t parent = getpid(), pid;
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	child->fd = fds[0];
	theirs = fds[1];
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		child_body(question, theirs, parent);
	child->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (child->pidfd < 0) {
		int r = -errno;

		/* Ours and not reaped: the number still means it. */
		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
		return r;
	}
	return 0;
}

static uint64_t now_ms(void)
{
	struct timespec now;

	must(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static int read_some(int fd, uint64_t deadline, void *data, size_t size,
		     size_t *ret_n)
{
	struct pollfd poller = {.fd = fd, .events = POLLIN};
	uint64_t now = now_ms();
	int left = deadline > now ? (int)(deadline - now) : 0;
	ssize_t n;
	int r;

	*ret_n = 0;
	r = poll(&poller, 1, left);
	if (r == 0)
		return -ETIMEDOUT;
	if (r < 0)
		return errno == EINTR ? 0 : -errno;
	n = read(fd, data, size);
	if (n < 0 && errno == EINTR)
		return 0;
	if (n <= 0)
		return -ECONNRESET;
	*ret_n = (size_t)n;
	return 0;
}

static int read_all(int fd, uint64_t deadline, void *data, size_t size)
{
	uint8_t *at = data;

	while (size > 0) {
		size_t n;
		int r = read_some(fd, deadline, at, size, &n);

		if (r < 0)
			return r;
		at += n;
		size -= n;
	}
	return 0;
}

/* Modules of others ran in the child: what it says is looked at. */
static bool is_sane(struct lookup_answer *answer)
{
	struct guise_principal *p = &answer->principal;

	if (answer->code > 0 || answer->more_size > GUISE_TOKEN_ENCODED_MAX)
		return false;
	if (!memchr(p->name, '\0', sizeof(p->name)) ||
	    !memchr(p->domain, '\0', sizeof(p->domain)) ||
	    !memchr(answer->why, '\0', sizeof(answer->why)))
		return false;
	return guise_sid_is_valid(&p->sid) &&
	       guise_sid_is_valid(&p->domain_sid);
}

static int read_answer(int fd, uint64_t deadline, struct lookup_answer *ret,
		       struct guise_buf *more)
{
	struct lookup_answer answer;
	uint8_t *at;
	int r;

	r = read_all(fd, deadline, &answer, sizeof(answer));
	if (r < 0)
		return r;
	if (!is_sane(&answer))
		return -ECONNRESET;
	if (answer.more_size > 0) {
		r = buf_reserve(more, answer.more_size, &at);
		if (r < 0)
			return r;
		r = read_all(fd, deadline, at, answer.more_size);
		if (r < 0)
			return r;
		more->size += answer.more_size;
	}
	*ret = answer;
	return 0;
}

int lookup_ask_more(const struct lookup_question *question,
		    struct lookup_answer *ret, struct guise_buf *more)
{
	GUISE_AUTO(child_end) struct child child = {-EBADF, -EBADF};
	unsigned timeout = question->options->timeout_ms;
	int r;

	r = child_start(question, &child);
	if (r < 0)
		return r;
	return read_answer(child.fd,
			   now_ms() + (timeout ? timeout : TIMEOUT_MS), ret,
			   more);
}

int lookup_ask(const struct lookup_question *question,
	       struct lookup_answer *ret, const struct guise_token **ret_token)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf more = {0};
	struct lookup_answer answer;
	int r;

	r = lookup_ask_more(question, &answer, &more);
	if (r < 0)
		return r;
	if (more.size > 0 &&
	    guise_token_decode(more.data, more.size, ret_token) < 0)
		return -ECONNRESET;
	*ret = answer;
	return 0;
}
