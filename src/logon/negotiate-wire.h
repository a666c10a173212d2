/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the authority and its logon helper say to each other of a Kerberos
 * client, as bytes: little-endian. logon-wire.h has the other requests, which
 * the kind tells apart.
 *
 *	request  u32 serial  u8 3  u64 pending  u64 origin  u32 size
 *	         the client's message of @size bytes
 *	answer   u32 serial  u32 code (negative as two's complement)
 *	         u64 pending  u64 expires  u32 reply size  u32 token size
 *	         u16 n  principal[n]  u16 m  why[m]
 *	         the reply, the encoded token
 *
 * Each is one packet where that takes no more than LOGON_WIRE_CHUNK; else the
 * first has just so many bytes, and the others follow, as many in each.
 */
#ifndef LOGON_NEGOTIATE_WIRE_H
#define LOGON_NEGOTIATE_WIRE_H

#include "logon-wire.h"
#include "reader.h"

#define NEGOTIATE_WIRE_KIND 3
#define NEGOTIATE_WIRE_REQUEST_SIZE 25
#define NEGOTIATE_WIRE_ANSWER_MAX                                              \
	(4 + 4 + 8 + 8 + 4 + 4 + 2 + GUISE_PRINCIPAL_MAX + 2 + GUISE_WHY_SIZE)

struct negotiate_wire_request {
	uint32_t serial;
	uint64_t pending; /* 0: the first message */
	uint64_t origin;
	size_t message_size;
	struct reader first; /* what the packet has of the message */
};

/* @pending is not 0 exactly with GUISE_E_CONTINUE_NEEDED, @token_size exactly
 * with 0. The texts are NUL-terminated. */
struct negotiate_wire_answer {
	uint32_t serial;
	int code;
	uint64_t pending;
	int64_t expires;
	size_t reply_size, token_size;
	char principal[GUISE_PRINCIPAL_MAX + 1];
	char why[GUISE_WHY_SIZE];
	struct reader first; /* what the packet has of reply and token */
};

/* This packet is a request of this kind, or a broken one. */
bool negotiate_wire_is_request(const void *data, size_t size);

/* Of @body_size bytes, how many are in the packet that begins with @head. */
size_t negotiate_wire_first(size_t head, size_t body_size);

/* The packet's head, without @first. What is encoded must be something that
 * decodes. The second returns the size. */
void negotiate_wire_encode_request(const struct negotiate_wire_request *request,
				   uint8_t ret[NEGOTIATE_WIRE_REQUEST_SIZE]);
size_t negotiate_wire_encode_answer(const struct negotiate_wire_answer *answer,
				    uint8_t ret[NEGOTIATE_WIRE_ANSWER_MAX]);
/* 0 or GUISE_E_PROTOCOL; @first is borrowed from @data. */
GUISE_MUST_USE int
negotiate_wire_decode_request(const void *data, size_t size,
			      struct negotiate_wire_request *ret);
GUISE_MUST_USE int
negotiate_wire_decode_answer(const void *data, size_t size,
			     struct negotiate_wire_answer *ret);

#endif
