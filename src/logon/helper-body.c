/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The logon helper itself: it shuts everything it inherited, then answers one
 * request after the other. NSS, PAM and SQLite may do here what they like: no
 * thread impersonates, and the parent kills what takes too long.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "fd.h"
#include "helper-body.h"
#include "helper-negotiate.h"
#include "negotiate-wire.h"

/* What the service does with signals is not for us, nor for PAM's children. */
static void reset_signals(void)
{
	struct sigaction sa = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (int signal = 1; signal < NSIG; signal++)
		(void)sigaction(signal, &sa, NULL); /* not KILL and STOP */
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* A parent that has confined itself opens no files: then an empty one that
 * nobody can write. */
static int open_null(void)
{
	int fd = open("/dev/null", O_RDWR);

	if (fd >= 0 || errno != EACCES)
		return fd;
	fd = memfd_create("null", MFD_ALLOW_SEALING);
	if (fd >= 0 &&
	    fcntl(fd, F_ADD_SEALS,
		  F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
		return -1;
	return fd;
}

/* Standard input and output read and write nothing; standard error stays for
 * the modules' complaints. */
static bool keep_only(int fd)
{
	int null;

	if (dup2(fd, HELPER_FD) != HELPER_FD)
		return false;
	null = open_null();
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(null, STDOUT_FILENO) < 0)
		return false;
	if (fcntl(HELPER_FD, F_SETFD, FD_CLOEXEC) < 0)
		return false;
	return syscall(SYS_close_range, HELPER_FD + 1, ~0u, 0) == 0;
}

/* Passwords pass through: no core file, no debugger of the same uid. The
 * parent's death ends us even when a module hangs. */
static bool shut_in(pid_t parent)
{
	const struct rlimit none = {0};

	(void)prctl(PR_SET_NAME, "guise-logon");
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		return false;
	if (prctl(PR_SET_DUMPABLE, 0) < 0 || setrlimit(RLIMIT_CORE, &none) < 0)
		return false;
	(void)umask(077);
	return chdir("/") == 0;
}

bool helper_prepare(int fd, pid_t parent)
{
	reset_signals();
	return shut_in(parent) && keep_only(fd);
}

static_assert(LOGON_WIRE_REQUEST_MAX <= LOGON_WIRE_CHUNK, "one packet");

static int look_up(const struct logon_sources *sources,
		   const struct logon_wire_request *request,
		   const struct guise_token **ret)
{
	switch (request->kind) {
	case LOGON_WIRE_TOKEN:
		return logon_account(sources, request->name, ret);
	case LOGON_WIRE_PASSWORD:
		return logon_password(sources, request->name, request->password,
				      request->password_size, ret);
	}
	return GUISE_E_PROTOCOL;
}

bool helper_send_both(const void *head, size_t head_size, const void *body,
		      size_t body_size)
{
	struct iovec parts[] = {{.iov_len = head_size}, {.iov_len = body_size}};
	const struct msghdr packet = {.msg_iov = parts,
				      .msg_iovlen = ARRAY_SIZE(parts)};

	memcpy(&parts[0].iov_base, &head, sizeof(head));
	memcpy(&parts[1].iov_base, &body, sizeof(body));
	return sendmsg(HELPER_FD, &packet, MSG_NOSIGNAL) ==
	       (ssize_t)(head_size + body_size);
}

bool helper_send_chunks(const void *data, size_t size)
{
	const uint8_t *bytes = data;

	for (size_t at = 0; at < size; at += LOGON_WIRE_CHUNK) {
		size_t left = size - at;

		if (!helper_send_both(
			    bytes + at,
			    left < LOGON_WIRE_CHUNK ? left : LOGON_WIRE_CHUNK,
			    NULL, 0))
			return false;
	}
	return true;
}

bool helper_receive(void *data, size_t room, size_t *ret_size)
{
	ssize_t n;

	do {
		n = recv(HELPER_FD, data, room, MSG_TRUNC);
	} while (n < 0 && errno == EINTR);
	if (n <= 0 || (size_t)n > room)
		return false;
	*ret_size = (size_t)n;
	return true;
}

static bool answer(const struct logon_sources *sources,
		   struct logon_wire_request *request)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf encoded = {0};
	struct logon_wire_answer answer = {.serial = request->serial};
	uint8_t header[LOGON_WIRE_ANSWER_SIZE];

	answer.code = look_up(sources, request, &token);
	/* Before anybody hears of it: an idle helper holds no password. */
	logon_wire_request_wipe(request);
	if (answer.code == 0)
		answer.code = guise_token_encode(token, &encoded);
	if (answer.code == 0 && encoded.size > GUISE_TOKEN_ENCODED_MAX)
		answer.code = GUISE_E_LIMIT;
	if (answer.code == 0)
		answer.token_size = encoded.size;
	else
		guise_buf_clear(&encoded);
	logon_wire_encode_answer(&answer, header);
	return helper_send_both(header, sizeof(header), NULL, 0) &&
	       helper_send_chunks(encoded.data, encoded.size);
}

static bool serve_one(const struct logon_sources *sources,
		      struct negotiations *negotiations)
{
	GUISE_AUTO(logon_wire_request_wipe)
	struct logon_wire_request request = {0};
	uint8_t packet[LOGON_WIRE_CHUNK];
	size_t n;
	int r;

	if (!helper_receive(packet, sizeof(packet), &n))
		return false;
	if (negotiate_wire_is_request(packet, n))
		return negotiations_serve(negotiations, packet, n);
	r = logon_wire_decode_request(packet, n, &request);
	explicit_bzero(packet, n);
	return r == 0 && answer(sources, &request);
}

struct ids {
	uid_t real, effective, saved;
};

static struct ids current_ids(void)
{
	struct ids ids = {0};

	must(getresuid(&ids.real, &ids.effective, &ids.saved) == 0);
	return ids;
}

void logon_helper_body(const struct logon_sources *sources, int fd,
		       pid_t parent)
{
	struct ids before = current_ids(), now = before;
	struct negotiations *negotiations;

	if (!helper_prepare(fd, parent))
		_exit(1);
	negotiations = negotiations_new(sources);
	if (!negotiations)
		_exit(1);
	/* A module that left other ids behind spoils us for the next client. */
	while (memcmp(&before, &now, sizeof(now)) == 0 &&
	       serve_one(sources, negotiations))
		now = current_ids();
	_exit(0);
}
