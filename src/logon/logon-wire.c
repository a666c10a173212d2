/* SPDX-License-Identifier: Apache-2.0 */
/* The codec of logon-wire.h. Pure: bytes in, values out. */
#include "logon-wire.h"
#include "reader.h"

static_assert(LOGON_WIRE_REQUEST_MAX < LOGON_WIRE_CHUNK, "one packet");
static_assert(GUISE_TOKEN_ENCODED_MAX < UINT32_MAX, "the size fits");

void logon_wire_request_wipe(struct logon_wire_request *request)
{
	explicit_bzero(request, sizeof(*request));
}

static uint8_t *put_u16le(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value & 0xff);
	at[1] = (uint8_t)(value >> 8 & 0xff);
	return at + 2;
}

static uint8_t *put_u32le(uint8_t *at, uint32_t value)
{
	return put_u16le(put_u16le(at, value & 0xffff), value >> 16);
}

static uint8_t *put_text(uint8_t *at, const char *text, size_t size)
{
	at = put_u16le(at, size);
	memcpy(at, text, size);
	return at + size;
}

size_t logon_wire_encode_request(const struct logon_wire_request *request,
				 uint8_t ret[LOGON_WIRE_REQUEST_MAX])
{
	uint8_t *at = ret;

	must(request->name_size <= GUISE_USER_NAME_MAX);
	must(request->password_size <= GUISE_PASSWORD_MAX);
	at = put_u32le(at, request->serial);
	*at++ = (uint8_t)request->kind;
	at = put_text(at, request->name, request->name_size);
	at = put_text(at, request->password, request->password_size);
	return (size_t)(at - ret);
}

void logon_wire_encode_answer(const struct logon_wire_answer *answer,
			      uint8_t ret[LOGON_WIRE_ANSWER_SIZE])
{
	uint8_t *at = ret;

	must((answer->code == 0) == (answer->token_size != 0));
	must(answer->token_size <= GUISE_TOKEN_ENCODED_MAX);
	at = put_u32le(at, answer->serial);
	at = put_u32le(at, (uint32_t)answer->code);
	(void)put_u32le(at, (uint32_t)answer->token_size);
}

/* @ret has room for @max bytes and a NUL; a NUL inside is refused. */
static bool read_text(struct reader *in, size_t max, char *ret,
		      size_t *ret_size)
{
	uint16_t size;

	if (!read_u16le(in, &size) || size > max)
		return false;
	if (!read_copy(in, ret, size) || memchr(ret, '\0', size))
		return false;
	ret[size] = '\0';
	*ret_size = size;
	return true;
}

static bool kind_is_known(uint8_t kind)
{
	return kind == LOGON_WIRE_TOKEN || kind == LOGON_WIRE_PASSWORD;
}

int logon_wire_decode_request(const void *data, size_t size,
			      struct logon_wire_request *ret)
{
	GUISE_AUTO(logon_wire_request_wipe)
	struct logon_wire_request request = {0};
	struct reader in = reader_of(data, size);
	uint8_t kind;

	if (!read_u32le(&in, &request.serial) || !read_u8(&in, &kind) ||
	    !kind_is_known(kind))
		return GUISE_E_PROTOCOL;
	request.kind = kind;
	if (!read_text(&in, GUISE_USER_NAME_MAX, request.name,
		       &request.name_size) ||
	    request.name_size == 0)
		return GUISE_E_PROTOCOL;
	if (!read_text(&in, GUISE_PASSWORD_MAX, request.password,
		       &request.password_size))
		return GUISE_E_PROTOCOL;
	if (kind == LOGON_WIRE_TOKEN && request.password_size)
		return GUISE_E_PROTOCOL;
	if (in.size)
		return GUISE_E_PROTOCOL;

	*ret = request;
	return 0;
}

/* The two ranges of negative codes, and 0. */
bool logon_wire_code_is_known(int32_t code)
{
	return (code <= 0 && code > -4096) ||
	       (code <= GUISE_E_FIRST && code >= GUISE_E_LAST);
}

int logon_wire_decode_answer(const void *data, size_t size,
			     struct logon_wire_answer *ret)
{
	struct logon_wire_answer answer = {0};
	struct reader in = reader_of(data, size);
	uint32_t code, token_size;

	if (!read_u32le(&in, &answer.serial) || !read_u32le(&in, &code) ||
	    !read_u32le(&in, &token_size) || in.size)
		return GUISE_E_PROTOCOL;
	if (!logon_wire_code_is_known((int32_t)code) ||
	    (code == 0) != (token_size != 0) ||
	    token_size > GUISE_TOKEN_ENCODED_MAX)
		return GUISE_E_PROTOCOL;
	answer.code = (int32_t)code;
	answer.token_size = token_size;

	*ret = answer;
	return 0;
}
