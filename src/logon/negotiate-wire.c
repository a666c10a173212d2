/* SPDX-License-Identifier: Apache-2.0 */
/* The codec of negotiate-wire.h. Pure: bytes in, values out. */
#include "negotiate-wire.h"

static_assert(NEGOTIATE_WIRE_ANSWER_MAX < LOGON_WIRE_CHUNK, "one packet");

#define KIND_AT 4

bool negotiate_wire_is_request(const void *data, size_t size)
{
	const uint8_t *bytes = data;

	return size > KIND_AT && bytes[KIND_AT] == NEGOTIATE_WIRE_KIND;
}

size_t negotiate_wire_first(size_t head, size_t body_size)
{
	must(head <= LOGON_WIRE_CHUNK);
	return body_size < LOGON_WIRE_CHUNK - head ? body_size
						   : LOGON_WIRE_CHUNK - head;
}

static uint8_t *put_number(uint8_t *at, uint64_t value, unsigned size)
{
	for (unsigned i = 0; i < size; i++)
		*at++ = (uint8_t)(value >> 8 * i & 0xff);
	return at;
}

static uint8_t *put_text(uint8_t *at, const char *text)
{
	size_t size = strlen(text);

	at = put_number(at, size, 2);
	memcpy(at, text, size);
	return at + size;
}

void negotiate_wire_encode_request(const struct negotiate_wire_request *request,
				   uint8_t ret[NEGOTIATE_WIRE_REQUEST_SIZE])
{
	uint8_t *at = ret;

	must(request->message_size > 0 &&
	     request->message_size <= GUISE_GSS_TOKEN_MAX);
	at = put_number(at, request->serial, 4);
	at = put_number(at, NEGOTIATE_WIRE_KIND, 1);
	at = put_number(at, request->pending, 8);
	at = put_number(at, request->origin, 8);
	(void)put_number(at, request->message_size, 4);
}

static bool is_sane(const struct negotiate_wire_answer *answer)
{
	if (!logon_wire_code_is_known(answer->code))
		return false;
	if ((answer->code == 0) != (answer->token_size != 0))
		return false;
	if ((answer->code == GUISE_E_CONTINUE_NEEDED) != (answer->pending != 0))
		return false;
	return answer->token_size <= GUISE_TOKEN_ENCODED_MAX &&
	       answer->reply_size <= GUISE_GSS_TOKEN_MAX;
}

size_t negotiate_wire_encode_answer(const struct negotiate_wire_answer *answer,
				    uint8_t ret[NEGOTIATE_WIRE_ANSWER_MAX])
{
	uint8_t *at = ret;

	must(is_sane(answer));
	at = put_number(at, answer->serial, 4);
	at = put_number(at, (uint32_t)answer->code, 4);
	at = put_number(at, answer->pending, 8);
	at = put_number(at, (uint64_t)answer->expires, 8);
	at = put_number(at, answer->reply_size, 4);
	at = put_number(at, answer->token_size, 4);
	at = put_text(at, answer->principal);
	at = put_text(at, answer->why);
	return (size_t)(at - ret);
}

int negotiate_wire_decode_request(const void *data, size_t size,
				  struct negotiate_wire_request *ret)
{
	struct negotiate_wire_request request = {0};
	struct reader in = reader_of(data, size);
	uint32_t message_size;
	uint8_t kind;

	if (!read_u32le(&in, &request.serial) || !read_u8(&in, &kind) ||
	    kind != NEGOTIATE_WIRE_KIND || !read_u64le(&in, &request.pending) ||
	    !read_u64le(&in, &request.origin))
		return GUISE_E_PROTOCOL;
	if (!read_u32le(&in, &message_size) || message_size == 0 ||
	    message_size > GUISE_GSS_TOKEN_MAX ||
	    in.size != negotiate_wire_first(NEGOTIATE_WIRE_REQUEST_SIZE,
					    message_size))
		return GUISE_E_PROTOCOL;
	request.message_size = message_size;
	request.first = in;

	*ret = request;
	return 0;
}

/* @ret has room for @room bytes, the NUL among them; a NUL inside is
 * refused. */
static bool read_text(struct reader *in, size_t room, char *ret)
{
	uint16_t size;

	if (!read_u16le(in, &size) || size >= room)
		return false;
	if (!read_copy(in, ret, size) || memchr(ret, '\0', size))
		return false;
	ret[size] = '\0';
	return true;
}

static bool read_numbers(struct reader *in, struct negotiate_wire_answer *ret)
{
	uint32_t code, reply_size, token_size;
	uint64_t expires;

	if (!read_u32le(in, &ret->serial) || !read_u32le(in, &code) ||
	    !read_u64le(in, &ret->pending) || !read_u64le(in, &expires) ||
	    !read_u32le(in, &reply_size) || !read_u32le(in, &token_size))
		return false;
	ret->code = (int32_t)code;
	ret->expires = (int64_t)expires;
	ret->reply_size = reply_size;
	ret->token_size = token_size;
	return true;
}

int negotiate_wire_decode_answer(const void *data, size_t size,
				 struct negotiate_wire_answer *ret)
{
	struct negotiate_wire_answer answer = {0};
	struct reader in = reader_of(data, size);

	if (!read_numbers(&in, &answer) || !is_sane(&answer))
		return GUISE_E_PROTOCOL;
	if (!read_text(&in, sizeof(answer.principal), answer.principal) ||
	    !read_text(&in, sizeof(answer.why), answer.why))
		return GUISE_E_PROTOCOL;
	if (in.size !=
	    negotiate_wire_first(size - in.size,
				 answer.reply_size + answer.token_size))
		return GUISE_E_PROTOCOL;
	answer.first = in;

	*ret = answer;
	return 0;
}
