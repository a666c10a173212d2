/* SPDX-License-Identifier: Apache-2.0 */
/* See wire.h. */
#include <sys/socket.h>
#include <sys/uio.h>

#include "fd.h"
#include "wire.h"

/* Room for a whole message and the kernel's own bookkeeping. */
#define BUFFER_SIZE (4 * (int)WIRE_SIZE_MAX)

union control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(WIRE_FDS_MAX * sizeof(int))];
};

void packet_close_fds(struct packet *packet)
{
	for (unsigned i = 0; i < packet->n_fds; i++)
		packet->fds[i] = fd_close(packet->fds[i]);
	packet->n_fds = 0;
}

int packet_take_fd(struct packet *packet, unsigned i)
{
	must(i < packet->n_fds);
	return fd_take(&packet->fds[i]);
}

static int set_buffers(int socket_fd)
{
	const int size = BUFFER_SIZE;

	/* FORCE: net.core.wmem_max may be smaller than a descriptor */
	if (setsockopt(socket_fd, SOL_SOCKET, SO_SNDBUFFORCE, &size,
		       sizeof(size)) < 0 &&
	    setsockopt(socket_fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)) <
		    0)
		return -errno;
	return 0;
}

int wire_pair(int ret_sockets[2])
{
	int sockets[2];
	int r;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0)
		return -errno;
	r = set_buffers(sockets[0]);
	if (r == 0)
		r = set_buffers(sockets[1]);
	if (r < 0) {
		(void)fd_close(sockets[0]);
		(void)fd_close(sockets[1]);
		return r;
	}
	ret_sockets[0] = sockets[0];
	ret_sockets[1] = sockets[1];
	return 0;
}

int wire_send(int socket_fd, const void *data, size_t size, const int *fds,
	      unsigned n_fds)
{
	union control control = {0};
	struct iovec vec;
	struct msghdr message = {.msg_iov = &vec, .msg_iovlen = 1};
	ssize_t n;

	must(n_fds <= WIRE_FDS_MAX);
	/* struct iovec has no const; sendmsg does not write there */
	memcpy(&vec.iov_base, &data, sizeof(data));
	vec.iov_len = size;
	if (n_fds) {
		message.msg_control = control.bytes;
		message.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(n_fds * sizeof(int));
		memcpy(CMSG_DATA(&control.header), fds, n_fds * sizeof(int));
	}
	do {
		n = sendmsg(socket_fd, &message, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	if (n >= 0)
		return 0;
	return errno == EPIPE || errno == EAGAIN ? -ECONNRESET : -errno;
}

static void collect_fds(struct msghdr *message, struct packet *packet)
{
	struct cmsghdr *header;

	for (header = CMSG_FIRSTHDR(message); header;
	     header = CMSG_NXTHDR(message, header)) {
		size_t n;

		if (header->cmsg_level != SOL_SOCKET ||
		    header->cmsg_type != SCM_RIGHTS)
			continue;
		n = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		must(packet->n_fds + n <= WIRE_FDS_MAX);
		memcpy(packet->fds + packet->n_fds, CMSG_DATA(header),
		       n * sizeof(int));
		packet->n_fds += (unsigned)n;
	}
}

int wire_receive(int socket_fd, struct packet *packet)
{
	union control control = {0};
	struct iovec vec = {packet->data, packet->capacity};
	struct msghdr message = {
		.msg_iov = &vec,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	ssize_t n;

	packet->size = 0;
	packet->n_fds = 0;
	do {
		n = recvmsg(socket_fd, &message, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	collect_fds(&message, packet);
	if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
		packet_close_fds(packet);
		return GUISE_E_PROTOCOL;
	}
	if (n == 0) { /* the end; no message of ours is empty */
		packet_close_fds(packet);
		return -ECONNRESET;
	}
	packet->size = (size_t)n;
	return 0;
}
