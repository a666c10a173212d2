/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to the logon helper and its answers: what is accepted is within its
 * limits, can be written, and what is written is what was read. */
#include "fuzz.h"
#include "negotiate-wire.h"

static void try_request(const uint8_t *data, size_t size)
{
	struct logon_wire_request request = {0};
	uint8_t out[LOGON_WIRE_REQUEST_MAX];

	if (logon_wire_decode_request(data, size, &request) < 0)
		return;
	must(request.name_size > 0 && request.name_size <= GUISE_USER_NAME_MAX);
	must(request.password_size <= GUISE_PASSWORD_MAX);
	must(strlen(request.name) == request.name_size);
	must(strlen(request.password) == request.password_size);
	must(request.kind == LOGON_WIRE_PASSWORD || !request.password_size);
	must(logon_wire_encode_request(&request, out) == size);
	must(memcmp(out, data, size) == 0);
}

static void try_answer(const uint8_t *data, size_t size)
{
	struct logon_wire_answer answer = {0};
	uint8_t out[LOGON_WIRE_ANSWER_SIZE];

	if (logon_wire_decode_answer(data, size, &answer) < 0)
		return;
	must(answer.code <= 0 && answer.code >= GUISE_E_LAST);
	must(answer.token_size <= GUISE_TOKEN_ENCODED_MAX);
	must(size == sizeof(out));
	logon_wire_encode_answer(&answer, out);
	must(memcmp(out, data, size) == 0);
}

static void try_negotiation(const uint8_t *data, size_t size)
{
	struct negotiate_wire_request request = {0};
	uint8_t out[NEGOTIATE_WIRE_REQUEST_SIZE];

	if (negotiate_wire_decode_request(data, size, &request) < 0)
		return;
	must(negotiate_wire_is_request(data, size));
	must(request.message_size > 0 &&
	     request.message_size <= GUISE_GSS_TOKEN_MAX);
	must(size <= LOGON_WIRE_CHUNK);
	must(request.first.size <= request.message_size);
	must(request.first.data + request.first.size == data + size);
	must(size == sizeof(out) + request.first.size);
	negotiate_wire_encode_request(&request, out);
	must(memcmp(out, data, sizeof(out)) == 0);
}

static void try_negotiated(const uint8_t *data, size_t size)
{
	struct negotiate_wire_answer answer = {0};
	uint8_t out[NEGOTIATE_WIRE_ANSWER_MAX];

	if (negotiate_wire_decode_answer(data, size, &answer) < 0)
		return;
	must(answer.code <= 0 && answer.code >= GUISE_E_LAST);
	must((answer.code == 0) == (answer.token_size != 0));
	must((answer.code == GUISE_E_CONTINUE_NEEDED) == (answer.pending != 0));
	must(answer.reply_size <= GUISE_GSS_TOKEN_MAX &&
	     answer.token_size <= GUISE_TOKEN_ENCODED_MAX);
	must(strnlen(answer.principal, sizeof(answer.principal)) <=
	     GUISE_PRINCIPAL_MAX);
	must(strnlen(answer.why, sizeof(answer.why)) < GUISE_WHY_SIZE);
	must(size <= LOGON_WIRE_CHUNK);
	must(answer.first.size <= answer.reply_size + answer.token_size);
	must(answer.first.data + answer.first.size == data + size);
	must(negotiate_wire_encode_answer(&answer, out) ==
	     size - answer.first.size);
	must(memcmp(out, data, size - answer.first.size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t none;

	try_request(data ? data : &none, size);
	try_answer(data ? data : &none, size);
	try_negotiation(data ? data : &none, size);
	try_negotiated(data ? data : &none, size);
	return 0;
}
