/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One message over a SOCK_SEQPACKET socket, with descriptors attached. Message
 * boundaries are the kernel's; what is too large or has too many descriptors
 * is an error, never truncated.
 */
#ifndef AUTHORITY_WIRE_H
#define AUTHORITY_WIRE_H

#include "base.h"

#define WIRE_FDS_MAX 2
/* The largest request is a security descriptor with a path. */
#define WIRE_SIZE_MAX (GUISE_SD_MAX_SIZE + 8192)

/* One received message; @data is lent by the caller, the descriptors are the
 * packet's (close-on-exec) until taken. */
struct packet {
	uint8_t *data;
	size_t capacity;
	size_t size;
	int fds[WIRE_FDS_MAX];
	unsigned n_fds;
};

void packet_close_fds(struct packet *packet);
/* Takes descriptor number @i. */
int packet_take_fd(struct packet *packet, unsigned i);

/* Two ends with buffers that hold the largest message. 0 or -errno */
GUISE_MUST_USE int wire_pair(int ret_sockets[2]);
/* 0; -ECONNRESET (the other end is gone or does not read); -errno */
GUISE_MUST_USE int wire_send(int socket_fd, const void *data, size_t size,
			     const int *fds, unsigned n_fds);
/* 0; -ECONNRESET; -EAGAIN (a receive timeout was set and has passed);
 * GUISE_E_PROTOCOL (too large, too many descriptors) */
GUISE_MUST_USE int wire_receive(int socket_fd, struct packet *packet);

#endif
