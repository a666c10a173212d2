/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parent's half of the logon helper: it starts the child, asks, waits no
 * longer than it was told, and kills a child that is late or talks nonsense.
 * After that the helper is dead for good: a late answer must never be taken
 * for the answer to the next question.
 *
 * fork() from a process with threads is safe here for what the child uses:
 * glibc makes malloc, stdio, the loader and NSS usable in the child, and
 * SQLite and PAM must not have been used in the parent at all. The child gets
 * the forking thread's credentials, so that thread must not be impersonating.
 * PDEATHSIG follows that thread: it must live as long as the helper is needed.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "fd.h"
#include "helper-body.h"
#include "negotiate-wire.h"

struct logon_helper {
	pid_t pid;
	int pidfd; /* -EBADF once it has been reaped */
	int fd;	   /* -EBADF once it is dead */
	uint32_t serial;
};

static void helper_stopp(struct logon_helper **helper)
{
	*helper = logon_helper_stop(*helper);
}

bool helper_is_base_identity(void)
{
	uid_t ruid, euid, suid;
	gid_t rgid, egid, sgid;

	return getresuid(&ruid, &euid, &suid) == 0 &&
	       getresgid(&rgid, &egid, &sgid) == 0 && ruid == euid &&
	       euid == suid && rgid == egid && egid == sgid;
}

void helper_end(int *fd, int *pidfd)
{
	siginfo_t info;
	int r;

	*fd = fd_close(*fd);
	if (*pidfd < 0)
		return;
	(void)syscall(SYS_pidfd_send_signal, *pidfd, SIGKILL, NULL, 0);
	do {
		r = waitid(P_PIDFD, (id_t)*pidfd, &info, WEXITED);
	} while (r < 0 && errno == EINTR);
	*pidfd = fd_close(*pidfd);
}

/* Dead: kill, reap, and answer nothing any more. */
static void helper_kill(struct logon_helper *helper)
{
	helper_end(&helper->fd, &helper->pidfd);
}

static int start_child(const struct logon_sources *sources,
		       struct logon_helper *helper)
{
	GUISE_AUTO(fd_closep) int theirs = -EBADF;
	pid_t parent = getpid();
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	helper->fd = pair[0];
	theirs = pair[1];
	helper->pid = fork();
	if (helper->pid < 0)
		return -errno;
	if (helper->pid == 0)
		logon_helper_body(sources, theirs, parent);

	helper->pidfd = (int)syscall(SYS_pidfd_open, helper->pid, 0);
	if (helper->pidfd < 0) {
		int r = -errno;

		/* Ours and not reaped: the number still means it. */
		(void)kill(helper->pid, SIGKILL);
		(void)waitpid(helper->pid, NULL, 0);
		return r;
	}
	return 0;
}

int logon_helper_start(const struct logon_sources *sources,
		       struct logon_helper **ret)
{
	GUISE_AUTO(helper_stopp) struct logon_helper *helper = NULL;
	int r;

	must(sources && ret);
	if (!helper_is_base_identity())
		return -EPERM;
	helper = calloc(1, sizeof(*helper));
	if (!helper)
		return -ENOMEM;
	helper->pidfd = -EBADF;
	helper->fd = -EBADF;
	r = start_child(sources, helper);
	if (r < 0)
		return r;
	*ret = guise_take(helper);
	return 0;
}

static uint64_t now_ms(void)
{
	struct timespec now;

	must(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static int wait_for(int fd, short events, uint64_t deadline_ms)
{
	struct pollfd poller = {.fd = fd, .events = events};

	for (;;) {
		uint64_t now = now_ms();
		uint64_t left = deadline_ms > now ? deadline_ms - now : 0;
		int n = poll(&poller, 1,
			     left > INT32_MAX ? INT32_MAX : (int)left);

		if (n > 0)
			return 0;
		if (n == 0)
			return -ETIMEDOUT;
		if (errno != EINTR)
			return -errno;
	}
}

/* One packet of 1 ... @size bytes. */
static int receive(int fd, uint64_t deadline_ms, void *data, size_t size,
		   size_t *ret_size)
{
	ssize_t n;
	int r;

	r = wait_for(fd, POLLIN, deadline_ms);
	if (r < 0)
		return r;
	n = recv(fd, data, size, MSG_TRUNC | MSG_DONTWAIT);
	if (n <= 0)
		return -ECONNRESET;
	if ((size_t)n > size)
		return GUISE_E_PROTOCOL;
	*ret_size = (size_t)n;
	return 0;
}

/* @size bytes in any number of packets, after what @ret has. */
static int receive_bytes(int fd, uint64_t deadline_ms, size_t size,
			 struct guise_buf *ret)
{
	uint8_t *at;
	int r;

	r = buf_reserve(ret, size, &at);
	if (r < 0)
		return r;
	while (size > 0) {
		size_t n = 0;

		r = receive(fd, deadline_ms, ret->data + ret->size, size, &n);
		if (r < 0)
			return r;
		ret->size += n;
		size -= n;
	}
	return 0;
}

static int receive_token(int fd, uint64_t deadline_ms, size_t size,
			 const struct guise_token **ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf token = {0};
	int r;

	r = receive_bytes(fd, deadline_ms, size, &token);
	if (r < 0)
		return r;
	return guise_token_decode(token.data, token.size, ret);
}

static int receive_answer(struct logon_helper *helper, uint64_t deadline_ms,
			  struct logon_wire_answer *ret)
{
	uint8_t header[LOGON_WIRE_ANSWER_SIZE];
	struct logon_wire_answer answer;
	size_t size = 0;
	int r;

	r = receive(helper->fd, deadline_ms, header, sizeof(header), &size);
	if (r < 0)
		return r;
	r = logon_wire_decode_answer(header, size, &answer);
	if (r < 0)
		return r;
	if (answer.serial != helper->serial)
		return GUISE_E_PROTOCOL;
	*ret = answer;
	return 0;
}

static int send_request(const struct logon_helper *helper,
			const struct logon_wire_request *request)
{
	uint8_t packet[LOGON_WIRE_REQUEST_MAX];
	size_t size = logon_wire_encode_request(request, packet);
	ssize_t n;

	n = send(helper->fd, packet, size, MSG_NOSIGNAL | MSG_DONTWAIT);
	explicit_bzero(packet, sizeof(packet));
	return n == (ssize_t)size ? 0 : -ECONNRESET;
}

/* Waits only where there is no room for the packet at once. */
static int send_parts(int fd, uint64_t deadline_ms, struct iovec *parts,
		      size_t n_parts, size_t size)
{
	const struct msghdr packet = {.msg_iov = parts, .msg_iovlen = n_parts};
	ssize_t n;

	while ((n = sendmsg(fd, &packet, MSG_NOSIGNAL | MSG_DONTWAIT)) < 0) {
		int r;

		if (errno != EAGAIN)
			return -ECONNRESET;
		r = wait_for(fd, POLLOUT, deadline_ms);
		if (r < 0)
			return r;
	}
	return (size_t)n == size ? 0 : -ECONNRESET;
}

static int send_chunks(int fd, uint64_t deadline_ms, const uint8_t *data,
		       size_t size)
{
	while (size > 0) {
		size_t part = size < LOGON_WIRE_CHUNK ? size : LOGON_WIRE_CHUNK;
		struct iovec chunk = {.iov_len = part};
		int r;

		memcpy(&chunk.iov_base, &data, sizeof(data));
		r = send_parts(fd, deadline_ms, &chunk, 1, part);
		if (r < 0)
			return r;
		data += part;
		size -= part;
	}
	return 0;
}

/* 0, with the helper's answer in *@ret_code; else the conversation failed. */
static int converse(struct logon_helper *helper,
		    const struct logon_wire_request *request,
		    uint64_t deadline_ms, int *ret_code,
		    const struct guise_token **ret)
{
	struct logon_wire_answer answer;
	int r;

	r = send_request(helper, request);
	if (r < 0)
		return r;
	r = receive_answer(helper, deadline_ms, &answer);
	if (r < 0)
		return r;
	if (answer.code == 0) {
		r = receive_token(helper->fd, deadline_ms, answer.token_size,
				  ret);
		if (r < 0)
			return r;
	}
	*ret_code = answer.code;
	return 0;
}

static int ask(struct logon_helper *helper, struct logon_wire_request *request,
	       unsigned timeout_ms, const struct guise_token **ret)
{
	int code = 0, r;

	if (helper->fd < 0)
		return -ECONNRESET;
	request->serial = ++helper->serial;
	r = converse(helper, request, now_ms() + timeout_ms, &code, ret);
	if (r < 0) {
		helper_kill(helper);
		return r == -ETIMEDOUT ? -ETIMEDOUT : -ECONNRESET;
	}
	return code;
}

/* What can be no name is nobody's. */
static bool set_name(struct logon_wire_request *request, const char *name)
{
	size_t size = strnlen(name, GUISE_USER_NAME_MAX + 1);

	if (size == 0 || size > GUISE_USER_NAME_MAX)
		return false;
	memcpy(request->name, name, size);
	request->name_size = size;
	return true;
}

int logon_helper_token(struct logon_helper *helper, const char *name,
		       unsigned timeout_ms, const struct guise_token **ret)
{
	struct logon_wire_request request = {.kind = LOGON_WIRE_TOKEN};

	must(helper && name && ret);
	if (!set_name(&request, name))
		return GUISE_E_NO_SUCH_ACCOUNT;
	return ask(helper, &request, timeout_ms, ret);
}

int logon_helper_password(struct logon_helper *helper, const char *name,
			  const char *password, size_t password_size,
			  unsigned timeout_ms, const struct guise_token **ret)
{
	GUISE_AUTO(logon_wire_request_wipe)
	struct logon_wire_request request = {.kind = LOGON_WIRE_PASSWORD};

	must(helper && name && password && ret);
	if (!set_name(&request, name) || password_size > GUISE_PASSWORD_MAX ||
	    memchr(password, '\0', password_size))
		return GUISE_E_LOGON_FAILURE;
	memcpy(request.password, password, password_size);
	request.password_size = password_size;
	return ask(helper, &request, timeout_ms, ret);
}

static int send_message(struct logon_helper *helper, uint64_t deadline_ms,
			const struct logon_negotiation *negotiation)
{
	const struct negotiate_wire_request request = {
		.serial = ++helper->serial,
		.pending = negotiation->pending,
		.origin = negotiation->origin,
		.message_size = negotiation->token_size,
	};
	uint8_t head[NEGOTIATE_WIRE_REQUEST_SIZE];
	size_t first = negotiate_wire_first(sizeof(head), request.message_size);
	struct iovec parts[] = {{head, sizeof(head)}, {.iov_len = first}};
	int r;

	negotiate_wire_encode_request(&request, head);
	memcpy(&parts[1].iov_base, &negotiation->token,
	       sizeof(negotiation->token));
	r = send_parts(helper->fd, deadline_ms, parts, ARRAY_SIZE(parts),
		       sizeof(head) + first);
	if (r < 0)
		return r;
	return send_chunks(helper->fd, deadline_ms,
			   (const uint8_t *)negotiation->token + first,
			   negotiation->token_size - first);
}

/* @ret_body: the reply, then the token */
static int receive_negotiated(struct logon_helper *helper, uint64_t deadline_ms,
			      struct negotiate_wire_answer *ret,
			      struct guise_buf *ret_body)
{
	uint8_t packet[LOGON_WIRE_CHUNK];
	size_t size = 0, body_size, first;
	uint8_t *at;
	int r;

	r = receive(helper->fd, deadline_ms, packet, sizeof(packet), &size);
	if (r < 0)
		return r;
	r = negotiate_wire_decode_answer(packet, size, ret);
	if (r < 0)
		return r;
	if (ret->serial != helper->serial)
		return GUISE_E_PROTOCOL;
	body_size = ret->reply_size + ret->token_size;
	first = ret->first.size;
	r = buf_reserve(ret_body, body_size, &at);
	if (r == 0)
		r = buf_append(ret_body, ret->first.data, first);
	ret->first = (struct reader){0}; /* the packet ends here */
	if (r < 0)
		return r;
	return receive_bytes(helper->fd, deadline_ms, body_size - first,
			     ret_body);
}

static int converse_negotiation(struct logon_helper *helper,
				const struct logon_negotiation *negotiation,
				uint64_t deadline_ms,
				struct negotiate_wire_answer *ret_answer,
				struct guise_buf *ret_reply,
				const struct guise_token **ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf body = {0};
	int r;

	r = send_message(helper, deadline_ms, negotiation);
	if (r < 0)
		return r;
	r = receive_negotiated(helper, deadline_ms, ret_answer, &body);
	if (r < 0)
		return r;
	r = buf_append(ret_reply, body.data, ret_answer->reply_size);
	if (r < 0 || ret_answer->code != 0)
		return r;
	return guise_token_decode(body.data + ret_answer->reply_size,
				  ret_answer->token_size, ret);
}

static void set_answer(const struct negotiate_wire_answer *answer,
		       struct logon_negotiation *negotiation)
{
	negotiation->pending = answer->pending;
	negotiation->expires = answer->expires;
	memcpy(negotiation->principal, answer->principal,
	       sizeof(answer->principal));
	memcpy(negotiation->why, answer->why, sizeof(answer->why));
}

static int no_answer(struct logon_negotiation *negotiation, int code,
		     const char *why)
{
	struct negotiate_wire_answer none = {0};

	(void)snprintf(none.why, sizeof(none.why), "%s", why);
	set_answer(&none, negotiation);
	return code;
}

static int lose(struct logon_helper *helper,
		struct logon_negotiation *negotiation, int code)
{
	helper_kill(helper);
	return code == -ETIMEDOUT ? no_answer(negotiation, -ETIMEDOUT,
					      "the logon helper took too long")
				  : no_answer(negotiation, -ECONNRESET,
					      "the logon helper is gone");
}

int logon_helper_negotiate(struct logon_helper *helper,
			   struct logon_negotiation *negotiation,
			   unsigned timeout_ms, const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf reply = {0};
	struct negotiate_wire_answer answer = {0};
	int r;

	must(helper && negotiation && ret);
	guise_buf_clear(&negotiation->reply);
	if (negotiation->token_size == 0 ||
	    negotiation->token_size > GUISE_GSS_TOKEN_MAX)
		return no_answer(negotiation, GUISE_E_LOGON_FAILURE,
				 "the message is empty or too long");
	if (helper->fd < 0)
		return lose(helper, negotiation, -ECONNRESET);
	r = converse_negotiation(helper, negotiation, now_ms() + timeout_ms,
				 &answer, &reply, &token);
	if (r < 0)
		return lose(helper, negotiation, r);
	set_answer(&answer, negotiation);
	negotiation->reply = reply;
	reply = (struct guise_buf){0};
	if (answer.code == 0)
		*ret = guise_take(token);
	return answer.code;
}

struct logon_helper *logon_helper_stop(struct logon_helper *helper)
{
	if (!helper)
		return NULL;
	helper_kill(helper);
	free(helper);
	return NULL;
}

pid_t logon_helper_pid(const struct logon_helper *helper)
{
	return helper->pid;
}

bool logon_helper_is_alive(const struct logon_helper *helper)
{
	struct pollfd poller = {.fd = helper->fd, .events = POLLIN};
	int n;

	if (helper->fd < 0)
		return false;
	/* the end, or words that nobody has asked for */
	n = poll(&poller, 1, 0);
	return n == 0 || (n < 0 && errno == EINTR);
}
