/* SPDX-License-Identifier: Apache-2.0 */
/* Writing an end: a message, or bytes, as frames. */
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/sockios.h>

#include "end.h"

/* How often a flush looks whether the other end has read, at most. */
#define FLUSH_MS 10

/* A write under way. */
struct writing {
	struct channel *channel;
	struct deadline deadline;
	const uint8_t *from;
	size_t size;
	size_t done;
};

union control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(struct ucred))];
};

/* A thread that is a client has effective ids beside its real ones, and the
 * kernel attaches the real ones unless it is told which: it checks that they
 * are the thread's. False: the real ones will do. */
static bool effective_ids_differ(struct ucred *ret)
{
	uid_t r, e, s;

	*ret = (struct ucred){.pid = getpid()};
	if (getresuid(&r, &e, &s) < 0)
		return false;
	ret->uid = e;
	s = r;
	if (getresgid(&r, &e, &r) < 0)
		return false;
	ret->gid = e;
	return ret->uid != s || ret->gid != getgid();
}

static void state_ids(struct msghdr *message, union control *control)
{
	struct ucred ids;

	if (!effective_ids_differ(&ids))
		return;
	message->msg_control = control->bytes;
	message->msg_controllen = sizeof(control->bytes);
	control->header.cmsg_level = SOL_SOCKET;
	control->header.cmsg_type = SCM_CREDENTIALS;
	control->header.cmsg_len = CMSG_LEN(sizeof(ids));
	memcpy(CMSG_DATA(&control->header), &ids, sizeof(ids));
}

/* -EAGAIN: the socket is full */
static int send_now(struct channel *channel, const struct frame_header *header,
		    const void *data, size_t n)
{
	uint8_t bytes[FRAME_HEADER];
	union control control = {0};
	struct iovec vec[2] = {{bytes, sizeof(bytes)}, {NULL, n}};
	struct msghdr message = {.msg_iov = vec, .msg_iovlen = 2};
	ssize_t sent;

	frame_encode(header, bytes);
	/* struct iovec has no const; sendmsg does not write there */
	memcpy(&vec[1].iov_base, &data, sizeof(data));
	if (!channel->is_server && !channel->link)
		state_ids(&message, &control);
	do {
		sent = sendmsg(channel->fd, &message,
			       MSG_DONTWAIT | MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	if (sent >= 0)
		return 0;
	return errno == ECONNRESET ? -EPIPE : -errno;
}

static int send_frame(struct writing *w, const struct frame_header *header,
		      size_t n)
{
	struct pollfd p = {.fd = w->channel->fd, .events = POLLOUT};

	for (;;) {
		int r = send_now(w->channel, header, w->from + w->done, n);
		int left;

		if (r != -EAGAIN)
			return r;
		left = deadline_left(&w->deadline);
		if (left == 0)
			return -ETIMEDOUT;
		if (poll(&p, 1, left) < 0 && errno != EINTR)
			return -errno;
	}
}

static int send_frames(struct writing *w)
{
	const bool messages = w->channel->type == GUISE_PIPE_MESSAGES;

	do {
		size_t left = w->size - w->done;
		size_t n = left < FRAME_DATA_MAX ? left : FRAME_DATA_MAX;
		struct frame_header header = {
			.kind = FRAME_DATA,
			.begins = !messages || w->done == 0,
			.left = messages ? (uint32_t)(left - n) : 0,
		};
		int r = send_frame(w, &header, n);

		if (r < 0)
			return r;
		w->done += n;
		w->channel->n_written++;
	} while (w->done < w->size);
	return 0;
}

/* Half a message is worse than none: nothing can follow it. */
static void break_channel(struct channel *channel)
{
	channel->broken = true;
	(void)shutdown(channel->fd, SHUT_RDWR);
}

/* A client's context goes before its data. */
static int promise_context(struct channel *channel)
{
	int r;

	if (channel->is_server || !channel->link)
		return 0;
	if (channel->capture.qos.tracking == GUISE_TRACKING_DYNAMIC) {
		r = capture_now(&channel->capture);
		if (r < 0)
			return r;
	}
	return link_promise(channel->link, channel->n_written,
			    channel->capture.context);
}

static int write_in_turn(struct writing *w)
{
	int r;

	if (w->channel->broken)
		return -EPIPE;
	if (w->channel->link && link_is_disconnected(w->channel->link))
		return -ENOTCONN;
	if (w->size == 0 && w->channel->type == GUISE_PIPE_BYTES)
		return channel_is_closing(w->channel) ? -EPIPE : 0;
	r = promise_context(w->channel);
	if (r < 0)
		return r;
	r = send_frames(w);
	if (r < 0 && w->done > 0 && w->channel->type == GUISE_PIPE_MESSAGES)
		break_channel(w->channel);
	else if (r < 0 && w->done > 0)
		r = 0; /* bytes that are written are written */
	if (r == -EPIPE && w->channel->link &&
	    link_is_disconnected(w->channel->link))
		return -ENOTCONN;
	return r;
}

int guise_pipe_write(struct guise_pipe_end *end, const void *data, size_t size,
		     uint32_t timeout_ms, size_t *ret_size)
{
	struct writing w = {.from = data, .size = size};
	int r;

	if (!end || (!data && size) || !ret_size)
		return -EINVAL;
	if (size > GUISE_PIPE_MESSAGE_MAX)
		return GUISE_E_LIMIT;
	if (!(end->granted & GUISE_FILE_WRITE_DATA))
		return GUISE_E_ACCESS_DENIED;
	r = end_channel(end, &w.channel);
	if (r < 0)
		return r;
	/* A client that was not granted to read is sent nothing. */
	if (end->is_server &&
	    !(w.channel->peer_granted & GUISE_FILE_READ_DATA)) {
		(void)channel_unref(w.channel);
		return GUISE_E_ACCESS_DENIED;
	}
	w.deadline = deadline_in(timeout_ms);
	r = turn_take(&w.channel->writing, &w.deadline);
	if (r == 0) {
		r = write_in_turn(&w);
		turn_give(&w.channel->writing);
	}
	(void)channel_unref(w.channel);
	if (r == 0)
		*ret_size = w.done;
	return r;
}

/* The kernel tells nobody when a peer has read: ask, ever more slowly. */
static int flush(struct channel *channel, const struct deadline *deadline)
{
	for (int wait = 0;; wait += wait < FLUSH_MS) {
		struct pollfd p = {.fd = channel->fd, .events = POLLRDHUP};
		int unread, left = deadline_left(deadline);

		if (channel->link && link_is_disconnected(channel->link))
			return -ENOTCONN;
		if (ioctl(channel->fd, SIOCOUTQ, &unread) < 0)
			return -errno;
		if (unread == 0)
			return 0;
		if (left == 0)
			return -ETIMEDOUT;
		if (left < 0 || left > wait)
			left = wait;
		if (poll(&p, 1, left) == 1)
			return -EPIPE;
	}
}

int guise_pipe_flush(struct guise_pipe_end *end, uint32_t timeout_ms)
{
	struct deadline deadline;
	struct channel *channel;
	int r;

	if (!end)
		return -EINVAL;
	r = end_channel(end, &channel);
	if (r < 0)
		return r;
	deadline = deadline_in(timeout_ms);
	r = flush(channel, &deadline);
	(void)channel_unref(channel);
	return r;
}
