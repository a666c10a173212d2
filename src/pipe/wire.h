/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What two processes say over a pipe's socket, as values: a hello of the
 * client, one reply, then frames. One packet of the socket is one of them.
 * Nothing here says who anybody is. Numbers are little-endian; what is not
 * exactly of this form ends the connection.
 */
#ifndef PIPE_WIRE_H
#define PIPE_WIRE_H

#include <guise/pipe.h>

#include "base.h"

#define HELLO_SIZE 20
#define REPLY_SIZE 36
#define FRAME_HEADER 8
/* Bytes of one frame beside its header. */
#define FRAME_DATA_MAX 32768
#define FRAME_MAX (FRAME_HEADER + FRAME_DATA_MAX)

enum hello_kind {
	HELLO_OPEN = 1,
	HELLO_WAIT = 2, /* only until an instance listens */
};

/* @wait_ms: of HELLO_WAIT; the others are of HELLO_OPEN and 0 otherwise */
struct hello {
	enum hello_kind kind;
	struct guise_quality_of_service qos;
	uint32_t desired;
	uint32_t wait_ms;
};

/* @status: 0 or a negative code; then the others are 0 */
struct reply {
	int32_t status;
	uint32_t granted;
	enum guise_pipe_direction direction;
	enum guise_pipe_mode type;
	uint32_t instances_max;
	uint32_t instances;
	uint32_t in_size;
	uint32_t out_size;
	uint32_t default_timeout_ms;
};

enum frame_kind {
	FRAME_DATA = 1,
	FRAME_DISCONNECT = 2, /* the server has done with the client */
};

/*
 * @begins: first frame of a message; each frame of a byte pipe is one
 * @left: bytes of the message in frames to come
 */
struct frame_header {
	enum frame_kind kind;
	bool begins;
	uint32_t left;
};

void hello_encode(const struct hello *hello, uint8_t ret[HELLO_SIZE]);
/* 0 or GUISE_E_PROTOCOL, also for a level or tracking there is not */
GUISE_MUST_USE int hello_decode(const uint8_t *data, size_t size,
				struct hello *ret);
void reply_encode(const struct reply *reply, uint8_t ret[REPLY_SIZE]);
GUISE_MUST_USE int reply_decode(const uint8_t *data, size_t size,
				struct reply *ret);
void frame_encode(const struct frame_header *header, uint8_t ret[FRAME_HEADER]);

/*
 * The header at the beginning of a packet of @size bytes, in the light of what
 * came before: @expected bytes of a message are still to come. 0 and the new
 * *@expected, or GUISE_E_PROTOCOL.
 */
GUISE_MUST_USE int frame_decode(const uint8_t *data, size_t size,
				enum guise_pipe_mode type, uint32_t *expected,
				struct frame_header *ret);

#endif
