/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens between processes: a sealed memory file and the sender's credentials,
 * in one message. The kernel says twice who that is: whom the socket is
 * connected to (SO_PEERCRED: who connected, or made the pair), and who sent
 * this message (SCM_CREDENTIALS). A socket that was handed on has two answers,
 * and is refused.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <guise/logon.h>
#include <guise/thread-token.h>

#include "buf.h"
#include "fd.h"
#include "process-token.h"
#include "token-message.h"

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)
/* One descriptor is wanted; with another there is room for, it is refused. */
#define ROOM_FDS 2
#define MARK 'T'

union control {
	char room[CMSG_SPACE(ROOM_FDS * sizeof(int)) +
		  CMSG_SPACE(sizeof(struct ucred))];
	struct cmsghdr align;
};

/* @fds: owned; as many as the room for everything could hold */
struct parcel {
	struct ucred sender;
	bool has_sender;
	int fds[sizeof(union control) / sizeof(int)];
	size_t n_fds;
};

static void parcel_clear(struct parcel *parcel)
{
	for (size_t i = 0; i < parcel->n_fds; i++)
		parcel->fds[i] = fd_close(parcel->fds[i]);
	parcel->n_fds = 0;
}

static int write_all(int fd, const uint8_t *data, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, data, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		size -= (size_t)n;
	}
	return 0;
}

static int sealed_file(const struct guise_buf *bytes, int *ret_fd)
{
	GUISE_AUTO(fd_closep)
	int fd = memfd_create("guise-token", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int r;

	if (fd < 0)
		return -errno;
	r = write_all(fd, bytes->data, bytes->size);
	if (r < 0)
		return r;
	if (fcntl(fd, F_ADD_SEALS, SEALS) < 0)
		return -errno;
	*ret_fd = fd_take(&fd);
	return 0;
}

static void put_control(struct cmsghdr *c, int type, const void *data,
			size_t size)
{
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(c), data, size);
}

static int send_file(int socket, int fd)
{
	const struct ucred sender = {
		.pid = getpid(), .uid = getuid(), .gid = getgid()};
	union control control = {0};
	char mark = MARK;
	struct iovec data = {.iov_base = &mark, .iov_len = 1};
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen =
			CMSG_SPACE(sizeof(fd)) + CMSG_SPACE(sizeof(sender)),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);
	ssize_t n;

	put_control(c, SCM_RIGHTS, &fd, sizeof(fd));
	c = CMSG_NXTHDR(&message, c);
	put_control(c, SCM_CREDENTIALS, &sender, sizeof(sender));
	do {
		n = sendmsg(socket, &message, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

int guise_token_send(int socket, const struct guise_token_handle *handle)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	int r;

	if (socket < 0 || !handle)
		return -EINVAL;
	r = guise_token_handle_query(handle, GUISE_TOKEN_DUPLICATE, &token);
	if (r < 0)
		return r;
	r = token_message_encode(token, handle->granted, &bytes);
	if (r < 0)
		return r;
	r = sealed_file(&bytes, &fd);
	if (r < 0)
		return r;
	return send_file(socket, fd);
}

/* Takes the descriptors over, so that they are closed on every way out. */
static void take_control(struct msghdr *message, struct parcel *ret)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c;
	     c = CMSG_NXTHDR(message, c)) {
		size_t size = c->cmsg_len - CMSG_LEN(0);

		if (c->cmsg_level != SOL_SOCKET)
			continue;
		if (c->cmsg_type == SCM_RIGHTS) {
			ret->n_fds = size / sizeof(int);
			must(ret->n_fds <= ARRAY_SIZE(ret->fds));
			memcpy(ret->fds, CMSG_DATA(c), size);
		}
		if (c->cmsg_type == SCM_CREDENTIALS &&
		    size == sizeof(ret->sender)) {
			memcpy(&ret->sender, CMSG_DATA(c), size);
			ret->has_sender = true;
		}
	}
}

static int receive_parcel(int socket, struct parcel *ret)
{
	union control control = {0};
	char mark = 0;
	struct iovec data = {.iov_base = &mark, .iov_len = 1};
	struct msghdr message = {.msg_iov = &data,
				 .msg_iovlen = 1,
				 .msg_control = control.room,
				 .msg_controllen = sizeof(control.room)};
	ssize_t n;

	do {
		n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	take_control(&message, ret);
	if (n == 0)
		return -ECONNRESET;
	if (mark != MARK || ret->n_fds != 1 ||
	    message.msg_flags & (MSG_CTRUNC | MSG_TRUNC))
		return GUISE_E_PROTOCOL;
	return 0;
}

static int read_all(int fd, uint8_t *data, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n = pread(fd, data + done, size - done, (off_t)done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : GUISE_E_PROTOCOL;
		done += (size_t)n;
	}
	return 0;
}

/* Sealed, it does not change while it is read: what is no memory file has no
 * seals. */
static int read_file(int fd, const struct guise_token **ret_token,
		     uint32_t *ret_granted)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	int seals = fcntl(fd, F_GET_SEALS);
	struct stat st;
	int r;

	if (seals < 0 || (seals & SEALS) != SEALS || fstat(fd, &st) < 0)
		return GUISE_E_PROTOCOL;
	if (st.st_size < TOKEN_MESSAGE_HEADER)
		return GUISE_E_PROTOCOL;
	if (st.st_size > TOKEN_MESSAGE_MAX)
		return GUISE_E_LIMIT;
	r = buf_append_zeros(&bytes, (size_t)st.st_size);
	if (r < 0)
		return r;
	r = read_all(fd, bytes.data, bytes.size);
	if (r < 0)
		return r;
	return token_message_decode(bytes.data, bytes.size, ret_token,
				    ret_granted);
}

/* -EPERM unless peer and sender are one user. */
static int check_sender(int socket, const struct parcel *parcel)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return -errno;
	if (size != sizeof(peer) || !parcel->has_sender ||
	    peer.uid == GUISE_UID_NONE || parcel->sender.pid <= 0 ||
	    peer.uid != parcel->sender.uid || peer.gid != parcel->sender.gid)
		return -EPERM;
	return 0;
}

static bool is_trusted(const struct parcel *parcel,
		       const struct guise_receive_options *o)
{
	return parcel->sender.uid == 0 ||
	       (o && o->trusted_uid && parcel->sender.uid == o->trusted_uid);
}

/* Replaces *@token by what the kernel knows of the peer. */
static int make_anew(int socket, const struct guise_token **token)
{
	const struct guise_token *anew;
	enum guise_level level = guise_token_level(*token);
	int r;

	if (guise_token_type(*token) == GUISE_TOKEN_PRIMARY ||
	    level > GUISE_LEVEL_IMPERSONATION)
		level = GUISE_LEVEL_IMPERSONATION;
	r = guise_token_of_peer(socket, level, &anew);
	if (r < 0)
		return r == GUISE_E_NO_TOKEN ? -EPERM : r;
	(void)guise_token_unref(*token);
	*token = anew;
	return 0;
}

static int open_object(const struct guise_token *token, uint32_t granted,
		       struct guise_token_handle *ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *own = NULL;
	struct guise_token_object *process, *object;
	int r;

	r = guise_process_token(&process);
	if (r < 0)
		return r;
	own = guise_token_object_token(process);
	r = token_object_for_client(token, own, &object);
	if (r < 0)
		return r;
	*ret = (struct guise_token_handle){.object = object,
					   .granted = granted};
	return 0;
}

int guise_token_receive(int socket, const struct guise_receive_options *options,
			struct guise_token_handle *ret)
{
	GUISE_AUTO(parcel_clear) struct parcel parcel = {0};
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	uint32_t granted;
	int on = 1, r;

	if (socket < 0 || !ret || (options && options->size < sizeof(*options)))
		return -EINVAL;
	if (setsockopt(socket, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0)
		return -errno;
	r = receive_parcel(socket, &parcel);
	if (r < 0)
		return r;
	r = check_sender(socket, &parcel);
	if (r < 0)
		return r;
	r = read_file(parcel.fds[0], &token, &granted);
	if (r < 0)
		return r;
	if (!is_trusted(&parcel, options)) {
		r = make_anew(socket, &token);
		if (r < 0)
			return r;
	}
	return open_object(token, granted, ret);
}
