/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames, as they come out of the socket. What the other side sent is checked
 * here, against what it may send, before anybody sees it; in which context it
 * was sent is settled here, too, by the kernel's word or by the link's.
 */
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "fd.h"
#include "receive.h"

union control {
	struct cmsghdr header;
	/* descriptors that somebody sends are closed by us, and the end */
	char bytes[CMSG_SPACE(sizeof(struct ucred)) +
		   CMSG_SPACE(16 * sizeof(int))];
};

static void drop_ahead(struct channel *channel)
{
	while (channel->ahead)
		receive_drop(channel);
}

static int end_with(struct channel *channel, int why)
{
	if (channel->ended == 0)
		channel->ended = why;
	if (why != -EPIPE)
		drop_ahead(channel);
	return channel->ended;
}

bool receive_is_over(struct channel *channel)
{
	if (!channel->is_server && channel->link &&
	    link_is_disconnected(channel->link))
		(void)end_with(channel, -ENOTCONN);
	return channel->ended != 0 && !channel->ahead;
}

/* A message may be empty, but it is not kept for nothing. */
static size_t weight(const struct frame *frame)
{
	return sizeof(*frame) + frame->size;
}

void receive_drop(struct channel *channel)
{
	struct frame *frame = channel->ahead;

	channel->ahead = frame->next;
	if (!channel->ahead)
		channel->ahead_last = &channel->ahead;
	channel->ahead_size -= weight(frame);
	(void)guise_token_object_unref(frame->context);
	free(frame);
}

static void close_descriptors(const struct cmsghdr *header)
{
	size_t n = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	int fds[64];

	memcpy(fds, CMSG_DATA(header), n * sizeof(int));
	for (size_t i = 0; i < n; i++)
		(void)fd_close(fds[i]);
}

/* @ret: pid 0 if the kernel said nothing. False: the packet brought what no
 * client of ours sends. */
static bool read_control(struct msghdr *message, struct ucred *ret)
{
	bool fine = !(message->msg_flags & (MSG_TRUNC | MSG_CTRUNC));

	*ret = (struct ucred){0};
	for (struct cmsghdr *h = CMSG_FIRSTHDR(message); h;
	     h = CMSG_NXTHDR(message, h)) {
		if (h->cmsg_level != SOL_SOCKET)
			continue;
		if (h->cmsg_type == SCM_CREDENTIALS &&
		    h->cmsg_len == CMSG_LEN(sizeof(*ret))) {
			memcpy(ret, CMSG_DATA(h), sizeof(*ret));
		} else if (h->cmsg_type == SCM_RIGHTS) {
			close_descriptors(h);
			fine = false;
		}
	}
	return fine;
}

static bool same_sender(const struct ucred *a, const struct ucred *b)
{
	return a->pid > 0 && a->pid == b->pid && a->uid == b->uid &&
	       a->gid == b->gid;
}

/* The context of frame number @channel->n_read. */
static struct guise_token_object *context_of(struct channel *channel,
					     const struct ucred *sender)
{
	if (!channel->is_server)
		return NULL;
	if (channel->link)
		return link_context(channel->link, channel->n_read);
	if (channel->capture.qos.tracking == GUISE_TRACKING_DYNAMIC &&
	    !same_sender(sender, &channel->peer))
		return NULL;
	return guise_token_object_ref(channel->capture.context);
}

/* May the other side send data at all? */
static bool may_send(const struct channel *channel)
{
	return !channel->is_server ||
	       channel->peer_granted & GUISE_FILE_WRITE_DATA;
}

static int keep(struct channel *channel, const uint8_t *data, size_t size,
		const struct frame_header *header, const struct ucred *sender)
{
	size_t n = size - FRAME_HEADER;
	struct frame *frame = malloc(sizeof(*frame) + n);

	if (!frame) /* it is lost, and so is the stream */
		return end_with(channel, -ENOMEM);
	*frame = (struct frame){.context = context_of(channel, sender),
				.size = n,
				.left = header->left};
	if (n)
		memcpy(frame->data, data + FRAME_HEADER, n);
	*channel->ahead_last = frame;
	channel->ahead_last = &frame->next;
	channel->ahead_size += weight(frame);
	channel->n_read++;
	return 0;
}

static int take(struct channel *channel, const uint8_t *data, size_t size,
		const struct ucred *sender)
{
	struct frame_header header;
	int r;

	r = frame_decode(data, size, channel->type, &channel->expected,
			 &header);
	if (r < 0)
		return end_with(channel, r);
	if (header.kind == FRAME_DISCONNECT)
		return end_with(channel, channel->is_server ? GUISE_E_PROTOCOL
							    : -ENOTCONN);
	if (!may_send(channel))
		return end_with(channel, GUISE_E_PROTOCOL);
	return keep(channel, data, size, &header, sender);
}

/* -EAGAIN: nothing there */
static int receive_now(struct channel *channel)
{
	UNINITIALIZED uint8_t data[FRAME_MAX];
	union control control;
	struct iovec vec = {data, sizeof(data)};
	struct msghdr message = {
		.msg_iov = &vec,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	struct ucred sender;
	ssize_t n;

	do {
		n = recvmsg(channel->fd, &message,
			    MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return -EAGAIN;
	if (n < 0) /* the other side closed with data of ours unread */
		return end_with(channel, errno == ECONNRESET ? -EPIPE : -errno);
	if (!read_control(&message, &sender))
		return end_with(channel, GUISE_E_PROTOCOL);
	if (n == 0)
		return end_with(channel, -EPIPE);
	return take(channel, data, (size_t)n, &sender);
}

int receive_frame(struct channel *channel, const struct deadline *deadline)
{
	for (;;) {
		struct pollfd p = {.fd = channel->fd, .events = POLLIN};
		int r, left;

		(void)receive_is_over(channel);
		if (channel->ended != 0)
			return channel->ended;
		r = receive_now(channel);
		if (r != -EAGAIN)
			return r;
		left = deadline_left(deadline);
		if (left == 0)
			return -ETIMEDOUT;
		if (poll(&p, 1, left) < 0 && errno != EINTR)
			return end_with(channel, -errno);
	}
}
