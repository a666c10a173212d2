/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes between the authority and its logon helper. */
#include "cmocka-wrap.h"

#include "base.h"
#include "logon-wire.h"

static struct logon_wire_request
request_of(enum logon_wire_kind kind, const char *name, const char *password)
{
	struct logon_wire_request request = {
		.serial = 0x01020304,
		.kind = kind,
		.name_size = strlen(name),
		.password_size = strlen(password),
	};

	memcpy(request.name, name, request.name_size);
	memcpy(request.password, password, request.password_size);
	return request;
}

static void a_request_comes_back_as_it_was(void **state)
{
	struct logon_wire_request request =
		request_of(LOGON_WIRE_PASSWORD, "alice", "secret");
	struct logon_wire_request again = {0};
	uint8_t bytes[LOGON_WIRE_REQUEST_MAX];
	size_t size = logon_wire_encode_request(&request, bytes);
	static const uint8_t expected[] = {
		4,   3,	  2, 1, 2,   5,	  0,   'a', 'l', 'i',
		'c', 'e', 6, 0, 's', 'e', 'c', 'r', 'e', 't',
	};

	(void)state;
	assert_int_equal(size, sizeof(expected));
	assert_memory_equal(bytes, expected, sizeof(expected));
	assert_int_equal(logon_wire_decode_request(bytes, size, &again), 0);
	assert_memory_equal(&again, &request, sizeof(request));
}

static void the_largest_request_fits(void **state)
{
	struct logon_wire_request request = {.kind = LOGON_WIRE_PASSWORD};
	struct logon_wire_request again = {0};
	uint8_t bytes[LOGON_WIRE_REQUEST_MAX];

	(void)state;
	memset(request.name, 'n', GUISE_USER_NAME_MAX);
	memset(request.password, 'p', GUISE_PASSWORD_MAX);
	request.name_size = GUISE_USER_NAME_MAX;
	request.password_size = GUISE_PASSWORD_MAX;
	assert_int_equal(logon_wire_encode_request(&request, bytes),
			 LOGON_WIRE_REQUEST_MAX);
	assert_int_equal(
		logon_wire_decode_request(bytes, sizeof(bytes), &again), 0);
	assert_memory_equal(&again, &request, sizeof(request));
}

static void refuse(const void *bytes, size_t size)
{
	struct logon_wire_request request = {.serial = 99};

	assert_int_equal(logon_wire_decode_request(bytes, size, &request),
			 GUISE_E_PROTOCOL);
	assert_int_equal(request.serial, 99);
}

static void every_truncation_and_extension_is_refused(void **state)
{
	struct logon_wire_request request =
		request_of(LOGON_WIRE_PASSWORD, "alice", "secret");
	uint8_t bytes[LOGON_WIRE_REQUEST_MAX + 1] = {0};
	size_t size = logon_wire_encode_request(&request, bytes);

	(void)state;
	for (size_t i = 0; i < size; i++)
		refuse(bytes, i);
	refuse(bytes, size + 1);
}

static void requests_that_say_nonsense_are_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
	} cases[] = {
		{"\0\0\0\0\0\1\0a\0\0", 10},	/* kind 0 */
		{"\0\0\0\0\3\1\0a\0\0", 10},	/* kind 3 */
		{"\0\0\0\0\2\0\0\0\0", 9},	/* no name */
		{"\0\0\0\0\2\3\0a\0b\0\0", 12}, /* NUL in the name */
		{"\0\0\0\0\2\1\0a\1\0\0", 11},	/* NUL in the password */
		{"\0\0\0\0\1\1\0a\1\0x", 11},	/* token, with password */
		{"\0\0\0\0\2\xff\xff"
		 "a\0\0",
		 10}, /* name longer than all */
	};
	char long_name[300] = "\0\0\0\0\2\1\1";		 /* 257 bytes of name */
	char long_password[600] = "\0\0\0\0\2\1\0a\0\2"; /* 512 of password */

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		refuse(cases[i].bytes, cases[i].size);
	memset(long_name + 7, 'n', 257);
	refuse(long_name, 7 + 257 + 2);
	memset(long_password + 10, 'p', 512);
	refuse(long_password, 10 + 512);
}

static void an_answer_comes_back_as_it_was(void **state)
{
	static const struct logon_wire_answer answers[] = {
		{7, 0, 1},
		{7, 0, GUISE_TOKEN_ENCODED_MAX},
		{UINT32_MAX, GUISE_E_LOGON_FAILURE, 0},
		{0, -EIO, 0},
		{0, -4095, 0},
		{0, GUISE_E_LAST, 0},
	};
	uint8_t bytes[LOGON_WIRE_ANSWER_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		struct logon_wire_answer again = {0};

		logon_wire_encode_answer(&answers[i], bytes);
		assert_int_equal(
			logon_wire_decode_answer(bytes, sizeof(bytes), &again),
			0);
		assert_int_equal(again.serial, answers[i].serial);
		assert_int_equal(again.code, answers[i].code);
		assert_int_equal(again.token_size, answers[i].token_size);
	}
}

static void answers_that_say_nonsense_are_refused(void **state)
{
	static const uint32_t fields[][2] = {
		{0, 0},				  /* yes, no token */
		{0, GUISE_TOKEN_ENCODED_MAX + 1}, /* too large */
		{0, UINT32_MAX},
		{(uint32_t)GUISE_E_LOGON_FAILURE, 1}, /* no, with token */
		{1, 0},				      /* positive codes */
		{1, 1},
		{INT32_MAX, 0},
		{(uint32_t)(GUISE_E_LAST - 1), 0}, /* unknown ones */
		{(uint32_t)INT32_MIN, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		struct logon_wire_answer answer = {.code = -1};
		uint8_t bytes[LOGON_WIRE_ANSWER_SIZE + 1] = {0};

		for (unsigned n = 0; n < 4; n++) {
			bytes[4 + n] = (uint8_t)(fields[i][0] >> 8 * n);
			bytes[8 + n] = (uint8_t)(fields[i][1] >> 8 * n);
		}
		assert_int_equal(
			logon_wire_decode_answer(bytes, LOGON_WIRE_ANSWER_SIZE,
						 &answer),
			GUISE_E_PROTOCOL);
		assert_int_equal(answer.code, -1);
	}
}

static void answers_have_one_size(void **state)
{
	const struct logon_wire_answer answer = {7, 0, 100};
	struct logon_wire_answer again = {.code = -1};
	uint8_t bytes[LOGON_WIRE_ANSWER_SIZE + 1] = {0};

	(void)state;
	logon_wire_encode_answer(&answer, bytes);
	for (size_t size = 0; size <= sizeof(bytes); size++) {
		if (size == LOGON_WIRE_ANSWER_SIZE)
			continue;
		assert_int_equal(logon_wire_decode_answer(bytes, size, &again),
				 GUISE_E_PROTOCOL);
	}
	assert_int_equal(again.code, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_comes_back_as_it_was),
		cmocka_unit_test(the_largest_request_fits),
		cmocka_unit_test(every_truncation_and_extension_is_refused),
		cmocka_unit_test(requests_that_say_nonsense_are_refused),
		cmocka_unit_test(an_answer_comes_back_as_it_was),
		cmocka_unit_test(answers_that_say_nonsense_are_refused),
		cmocka_unit_test(answers_have_one_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
