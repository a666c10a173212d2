/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the authority and its logon helper say to each other, as bytes:
 * little-endian, one packet a message, nothing after the last field.
 *
 *	request  u32 serial  u8 kind  u16 n  name[n]  u16 m  password[m]
 *	answer   u32 serial  u32 code (negative as two's complement)  u32 size
 *	         then the encoded token of @size bytes in packets of at most
 *	         LOGON_WIRE_CHUNK
 */
#ifndef LOGON_LOGON_WIRE_H
#define LOGON_LOGON_WIRE_H

#include "base.h"

#define LOGON_WIRE_REQUEST_MAX                                                 \
	(4 + 1 + 2 + GUISE_USER_NAME_MAX + 2 + GUISE_PASSWORD_MAX)
#define LOGON_WIRE_ANSWER_SIZE 12
/* Below the smallest default of a socket's buffer. Ours. */
#define LOGON_WIRE_CHUNK 32768

/* 3 is another message: negotiate-wire.h */
enum logon_wire_kind {
	LOGON_WIRE_TOKEN = 1,	 /* a token without a password */
	LOGON_WIRE_PASSWORD = 2, /* check the password */
};

/* NUL-terminated so that they can be handed on; the sizes are without NUL. */
struct logon_wire_request {
	uint32_t serial;
	enum logon_wire_kind kind;
	size_t name_size, password_size;
	char name[GUISE_USER_NAME_MAX + 1];
	char password[GUISE_PASSWORD_MAX + 1];
};

struct logon_wire_answer {
	uint32_t serial;
	int code;
	size_t token_size; /* 0 exactly when @code is not 0 */
};

/* For GUISE_AUTO: no password stays behind. */
void logon_wire_request_wipe(struct logon_wire_request *request);

/* Return the size written. The request must be one that decodes. */
size_t logon_wire_encode_request(const struct logon_wire_request *request,
				 uint8_t ret[LOGON_WIRE_REQUEST_MAX]);
void logon_wire_encode_answer(const struct logon_wire_answer *answer,
			      uint8_t ret[LOGON_WIRE_ANSWER_SIZE]);
/* A code of the library: 0 or below */
bool logon_wire_code_is_known(int32_t code);
/* 0 or GUISE_E_PROTOCOL */
GUISE_MUST_USE int logon_wire_decode_request(const void *data, size_t size,
					     struct logon_wire_request *ret);
GUISE_MUST_USE int logon_wire_decode_answer(const void *data, size_t size,
					    struct logon_wire_answer *ret);

#endif
