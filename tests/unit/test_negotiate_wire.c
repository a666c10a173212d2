/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes between the authority and its logon helper, of Kerberos clients. */
#include "cmocka-wrap.h"

#include "base.h"
#include "negotiate-wire.h"

static void a_request_comes_back_as_it_was(void **state)
{
	const struct negotiate_wire_request request = {
		.serial = 0x01020304,
		.pending = 0x1112131415161718,
		.origin = 0x2122232425262728,
		.message_size = 0x0201,
	};
	static const uint8_t expected[] = {
		4,    3,    2,	  1,	3,    0x18, 0x17, 0x16, 0x15,
		0x14, 0x13, 0x12, 0x11, 0x28, 0x27, 0x26, 0x25, 0x24,
		0x23, 0x22, 0x21, 1,	2,    0,    0};
	struct negotiate_wire_request again = {0};
	uint8_t bytes[NEGOTIATE_WIRE_REQUEST_SIZE + 0x0201] = {0};

	(void)state;
	negotiate_wire_encode_request(&request, bytes);
	assert_int_equal(sizeof(expected), NEGOTIATE_WIRE_REQUEST_SIZE);
	assert_memory_equal(bytes, expected, sizeof(expected));
	assert_int_equal(
		negotiate_wire_decode_request(bytes, sizeof(bytes), &again), 0);
	assert_ptr_equal(again.first.data, bytes + sizeof(expected));
	assert_int_equal(again.first.size, request.message_size);
	assert_int_equal(again.serial, request.serial);
	assert_int_equal(again.pending, request.pending);
	assert_int_equal(again.origin, request.origin);
	assert_int_equal(again.message_size, request.message_size);
}

static void refuse_request(const void *bytes, size_t size)
{
	struct negotiate_wire_request request = {.serial = 99};

	assert_int_equal(negotiate_wire_decode_request(bytes, size, &request),
			 GUISE_E_PROTOCOL);
	assert_int_equal(request.serial, 99);
}

static void requests_that_say_nonsense_are_refused(void **state)
{
	struct negotiate_wire_request request = {.message_size = 1};
	static uint8_t bytes[LOGON_WIRE_CHUNK];
	const size_t right = NEGOTIATE_WIRE_REQUEST_SIZE + 1;

	(void)state;
	negotiate_wire_encode_request(&request, bytes);
	for (size_t size = 0; size <= right + 1; size++) {
		if (size != right)
			refuse_request(bytes, size);
	}
	bytes[21] = 0; /* an empty message */
	refuse_request(bytes, NEGOTIATE_WIRE_REQUEST_SIZE);
	refuse_request(bytes, right);
	bytes[21] = 1, bytes[23] = 1; /* 65537 bytes */
	refuse_request(bytes, sizeof(bytes));
	bytes[23] = 0, bytes[4] = LOGON_WIRE_PASSWORD;
	refuse_request(bytes, right);
}

static void refuse_answer(const void *bytes, size_t size)
{
	struct negotiate_wire_answer answer = {.serial = 99};

	assert_int_equal(negotiate_wire_decode_answer(bytes, size, &answer),
			 GUISE_E_PROTOCOL);
	assert_int_equal(answer.serial, 99);
}

static void what_is_too_long_for_a_packet_fills_the_first(void **state)
{
	const struct negotiate_wire_request request = {
		.message_size = GUISE_GSS_TOKEN_MAX};
	const struct negotiate_wire_answer answer = {
		.reply_size = GUISE_GSS_TOKEN_MAX, .token_size = 1};
	static uint8_t bytes[LOGON_WIRE_CHUNK + 1];
	struct negotiate_wire_request again = {0};
	struct negotiate_wire_answer answered = {0};
	size_t head;

	(void)state;
	negotiate_wire_encode_request(&request, bytes);
	refuse_request(bytes, LOGON_WIRE_CHUNK - 1);
	refuse_request(bytes, LOGON_WIRE_CHUNK + 1);
	assert_int_equal(
		negotiate_wire_decode_request(bytes, LOGON_WIRE_CHUNK, &again),
		0);
	assert_int_equal(again.first.size,
			 LOGON_WIRE_CHUNK - NEGOTIATE_WIRE_REQUEST_SIZE);

	head = negotiate_wire_encode_answer(&answer, bytes);
	refuse_answer(bytes, LOGON_WIRE_CHUNK - 1);
	refuse_answer(bytes, LOGON_WIRE_CHUNK + 1);
	assert_int_equal(negotiate_wire_decode_answer(bytes, LOGON_WIRE_CHUNK,
						      &answered),
			 0);
	assert_int_equal(answered.first.size, LOGON_WIRE_CHUNK - head);
}

static void only_the_kind_tells_requests_apart(void **state)
{
	(void)state;
	assert_true(negotiate_wire_is_request("\0\0\0\0\3", 5));
	assert_false(negotiate_wire_is_request("\0\0\0\0\2", 5));
	assert_false(negotiate_wire_is_request("\0\0\0\0\3", 4));
	assert_false(negotiate_wire_is_request("", 0));
}

static void round_trip(const struct negotiate_wire_answer *answer)
{
	struct negotiate_wire_answer again = {0};
	static uint8_t bytes[LOGON_WIRE_CHUNK];
	size_t head = negotiate_wire_encode_answer(answer, bytes);
	size_t first = negotiate_wire_first(head, answer->reply_size +
							  answer->token_size);

	assert_int_equal(
		negotiate_wire_decode_answer(bytes, head + first, &again), 0);
	assert_ptr_equal(again.first.data, bytes + head);
	assert_int_equal(again.first.size, first);
	assert_int_equal(again.serial, answer->serial);
	assert_int_equal(again.code, answer->code);
	assert_int_equal(again.pending, answer->pending);
	assert_int_equal(again.expires, answer->expires);
	assert_int_equal(again.reply_size, answer->reply_size);
	assert_int_equal(again.token_size, answer->token_size);
	assert_string_equal(again.principal, answer->principal);
	assert_string_equal(again.why, answer->why);
}

static void answers_come_back_as_they_were(void **state)
{
	struct negotiate_wire_answer largest = {
		.code = GUISE_E_LAST, .reply_size = GUISE_GSS_TOKEN_MAX};
	static const struct negotiate_wire_answer answers[] = {
		{.serial = 7, .token_size = 1, .principal = "alice@R"},
		{.token_size = GUISE_TOKEN_ENCODED_MAX, .expires = INT64_MAX},
		{.code = GUISE_E_CONTINUE_NEEDED,
		 .pending = UINT64_MAX,
		 .reply_size = 5},
		{.code = GUISE_E_LOGON_FAILURE, .why = "no", .expires = -1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++)
		round_trip(&answers[i]);
	/* the last code is CONTINUE_NEEDED's, today */
	largest.pending = largest.code == GUISE_E_CONTINUE_NEEDED;
	memset(largest.principal, 'p', GUISE_PRINCIPAL_MAX);
	memset(largest.why, 'w', GUISE_WHY_SIZE - 1);
	round_trip(&largest);
}

static void every_truncation_and_extension_is_refused(void **state)
{
	const struct negotiate_wire_answer answer = {
		.token_size = 9, .principal = "alice@R", .why = "?"};
	uint8_t bytes[NEGOTIATE_WIRE_ANSWER_MAX] = {0};
	size_t size = negotiate_wire_encode_answer(&answer, bytes) +
		      answer.token_size;

	(void)state;
	for (size_t i = 0; i < size; i++)
		refuse_answer(bytes, i);
	refuse_answer(bytes, size + 1);
}

/* Numbers of an answer without texts. */
static void refuse_numbers(int32_t code, uint8_t pending, uint32_t reply_size,
			   uint32_t token_size)
{
	static uint8_t bytes[LOGON_WIRE_CHUNK];
	const size_t right =
		36 + negotiate_wire_first(36, (size_t)reply_size + token_size);

	memset(bytes, 0, sizeof(bytes));
	bytes[8] = pending;
	for (unsigned n = 0; n < 4; n++) {
		bytes[4 + n] = (uint8_t)((uint32_t)code >> 8 * n & 0xff);
		bytes[24 + n] = (uint8_t)(reply_size >> 8 * n & 0xff);
		bytes[28 + n] = (uint8_t)(token_size >> 8 * n & 0xff);
	}
	refuse_answer(bytes, right);
}

static void answers_that_say_nonsense_are_refused(void **state)
{
	(void)state;
	refuse_numbers(0, 0, 0, 0); /* yes, but no token */
	refuse_numbers(0, 0, 0, GUISE_TOKEN_ENCODED_MAX + 1);
	refuse_numbers(0, 1, 0, 9); /* yes, but there is more to come */
	refuse_numbers(GUISE_E_LOGON_FAILURE, 0, 0, 9); /* no, but a token */
	refuse_numbers(GUISE_E_LOGON_FAILURE, 1, 0, 0);
	refuse_numbers(GUISE_E_CONTINUE_NEEDED, 0, 0, 0); /* which one? */
	refuse_numbers(GUISE_E_CONTINUE_NEEDED, 1, 0, 9);
	refuse_numbers(-EIO, 0, GUISE_GSS_TOKEN_MAX + 1, 0);
	refuse_numbers(1, 0, 0, 0);
	refuse_numbers(GUISE_E_LAST - 1, 0, 0, 0);
}

static void texts_hold_no_nul_and_fit(void **state)
{
	const struct negotiate_wire_answer answer = {.token_size = 9,
						     .principal = "ab"};
	uint8_t bytes[NEGOTIATE_WIRE_ANSWER_MAX + 16] = {0};
	size_t size = negotiate_wire_encode_answer(&answer, bytes);

	(void)state;
	size += answer.token_size;
	bytes[34] = '\0'; /* within the principal */
	refuse_answer(bytes, size);
	memset(bytes + 32, 0, sizeof(bytes) - 32);
	bytes[32] = (GUISE_PRINCIPAL_MAX + 1) & 0xff;
	bytes[33] = (GUISE_PRINCIPAL_MAX + 1) >> 8;
	memset(bytes + 34, 'a', GUISE_PRINCIPAL_MAX + 1);
	refuse_answer(bytes, 34 + GUISE_PRINCIPAL_MAX + 1 + 2 + 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_comes_back_as_it_was),
		cmocka_unit_test(requests_that_say_nonsense_are_refused),
		cmocka_unit_test(what_is_too_long_for_a_packet_fills_the_first),
		cmocka_unit_test(only_the_kind_tells_requests_apart),
		cmocka_unit_test(answers_come_back_as_they_were),
		cmocka_unit_test(every_truncation_and_extension_is_refused),
		cmocka_unit_test(answers_that_say_nonsense_are_refused),
		cmocka_unit_test(texts_hold_no_nul_and_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
