/* SPDX-License-Identifier: Apache-2.0 */
/* The table of requests: what is read, and all that is not. */
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>

#include "cmocka-wrap.h"

#include "buf.h"
#include "proto.h"

/* A sound request of each type. */
static struct request sample(enum request_type type)
{
	struct request r = {
		.version = PROTO_VERSION,
		.thread = 3,
		.session = 0x123456789abcdef0,
		.level = 2,
		.stage = STAGE_QUICK,
		.pending = 0xfedcba9876543210,
		.origin = 0x1032547698badcfe,
		.released = 1,
		.flags = O_RDONLY | O_DIRECTORY,
		.mode = 0750,
		.resolve = RESOLVE_BENEATH,
		.temp = 77,
		.replace = 1,
		.is_directory = 1,
		.root = 63,
		.information = 4,
		.seconds = {1, UINT64_MAX},
		.nanoseconds = {2, 3},
		.counters = {1, 2, 3, 4, 5, 6},
		.name = "name",
		.new_name = "new name",
		.path = "a/b",
		.text = "text\n",
		.blob = (const uint8_t *)"blob",
		.blob_size = 4,
	};

	if (type == REQUEST_RENAME)
		r.flags = 1;
	return r;
}

static enum phase phase_of(enum request_type type)
{
	return type == REQUEST_HELLO ? PHASE_NEW : PHASE_READY;
}

static struct guise_buf encode(enum request_type type)
{
	const struct request request = sample(type);
	struct guise_buf bytes = {0};

	assert_int_equal(request_encode(type, &request, &bytes), 0);
	return bytes;
}

/* The input ends at the end of its memory, so that reading on is seen. */
static int decode(const void *data, size_t size, enum phase phase,
		  unsigned n_fds)
{
	uint8_t *exact = malloc(size ? size : 1);
	enum request_type type;
	struct request request;
	int r;

	assert_non_null(exact);
	if (size)
		memcpy(exact, data, size);
	r = request_decode(exact, size, phase, n_fds, &type, &request);
	free(exact);
	return r;
}

static void what_is_written_is_read_again(void **state)
{
	(void)state;
	for (unsigned t = 1; t < REQUEST_TYPES; t++) {
		struct guise_buf bytes = encode((enum request_type)t);
		struct guise_buf again = {0};
		enum request_type type;
		struct request request;

		assert_int_equal(
			request_decode(bytes.data, bytes.size,
				       phase_of((enum request_type)t),
				       request_fds((enum request_type)t), &type,
				       &request),
			0);
		assert_int_equal(type, t);
		assert_int_equal(request_encode(type, &request, &again), 0);
		assert_int_equal(again.size, bytes.size);
		assert_memory_equal(again.data, bytes.data, bytes.size);
		guise_buf_clear(&again);
		guise_buf_clear(&bytes);
	}
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	for (unsigned t = 1; t < REQUEST_TYPES; t++) {
		struct guise_buf bytes = encode((enum request_type)t);

		for (size_t size = 0; size < bytes.size; size++)
			assert_int_equal(
				decode(bytes.data, size,
				       phase_of((enum request_type)t),
				       request_fds((enum request_type)t)),
				GUISE_E_PROTOCOL);
		guise_buf_clear(&bytes);
	}
}

static void bytes_to_spare_are_refused(void **state)
{
	(void)state;
	for (unsigned t = 1; t < REQUEST_TYPES; t++) {
		struct guise_buf bytes = encode((enum request_type)t);

		assert_int_equal(buf_append_u8(&bytes, 0), 0);
		assert_int_equal(decode(bytes.data, bytes.size,
					phase_of((enum request_type)t),
					request_fds((enum request_type)t)),
				 GUISE_E_PROTOCOL);
		guise_buf_clear(&bytes);
	}
}

static void the_phase_must_fit(void **state)
{
	(void)state;
	for (unsigned t = 1; t < REQUEST_TYPES; t++) {
		struct guise_buf bytes = encode((enum request_type)t);
		enum phase other = t == REQUEST_HELLO ? PHASE_READY : PHASE_NEW;

		assert_int_equal(decode(bytes.data, bytes.size, other,
					request_fds((enum request_type)t)),
				 GUISE_E_PROTOCOL);
		guise_buf_clear(&bytes);
	}
}

static void the_number_of_descriptors_must_fit(void **state)
{
	(void)state;
	for (unsigned t = 1; t < REQUEST_TYPES; t++) {
		struct guise_buf bytes = encode((enum request_type)t);

		for (unsigned n = 0; n < 4; n++) {
			if (n == request_fds((enum request_type)t))
				continue;
			assert_int_equal(decode(bytes.data, bytes.size,
						phase_of((enum request_type)t),
						n),
					 GUISE_E_PROTOCOL);
		}
		guise_buf_clear(&bytes);
	}
}

static void unknown_types_are_refused(void **state)
{
	static const uint32_t types[] = {0, REQUEST_TYPES, 1000, UINT32_MAX};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		struct guise_buf bytes = {0};

		assert_int_equal(buf_append_u32le(&bytes, types[i]), 0);
		assert_int_equal(decode(bytes.data, bytes.size, PHASE_READY, 0),
				 GUISE_E_PROTOCOL);
		guise_buf_clear(&bytes);
	}
}

/* What must not go out does not come in either: one table for both. */
static void refuse(enum request_type type, const struct request *request)
{
	struct guise_buf bytes = {0};

	assert_int_equal(request_encode(type, request, &bytes), -EINVAL);
	assert_int_equal(bytes.size, 0);
	guise_buf_clear(&bytes);
}

static void out_of_range_is_refused(void **state)
{
	struct request r;

	(void)state;
	r = sample(REQUEST_HELLO);
	r.thread = 64;
	refuse(REQUEST_HELLO, &r);
	r = sample(REQUEST_LOGON_PEER);
	r.level = 4;
	refuse(REQUEST_LOGON_PEER, &r);
	r = sample(REQUEST_OPEN);
	r.flags = O_TRUNC;
	refuse(REQUEST_OPEN, &r);
	r.flags = O_TMPFILE;
	refuse(REQUEST_OPEN, &r);
	r = sample(REQUEST_OPEN);
	r.mode = 010000;
	refuse(REQUEST_OPEN, &r);
	r = sample(REQUEST_OPEN);
	r.resolve = RESOLVE_IN_ROOT;
	refuse(REQUEST_OPEN, &r);
	r = sample(REQUEST_RENAME);
	r.flags = 4; /* RENAME_WHITEOUT */
	refuse(REQUEST_RENAME, &r);
	r = sample(REQUEST_WRITE_SD);
	r.root = 64;
	refuse(REQUEST_WRITE_SD, &r);
	r = sample(REQUEST_WRITE_SD);
	r.information = 0x10; /* a label */
	refuse(REQUEST_WRITE_SD, &r);
	r = sample(REQUEST_WRITE_SD);
	r.blob_size = GUISE_SD_MAX_SIZE + 1;
	refuse(REQUEST_WRITE_SD, &r);
	r = sample(REQUEST_LOGON_PASSWORD);
	r.blob_size = GUISE_PASSWORD_MAX + 1;
	refuse(REQUEST_LOGON_PASSWORD, &r);
	r = sample(REQUEST_LOGON_PASSWORD);
	r.stage = STAGE_REST + 1;
	refuse(REQUEST_LOGON_PASSWORD, &r);
	r = sample(REQUEST_LOGON_NEGOTIATE);
	r.blob_size = GUISE_GSS_TOKEN_MAX + 1;
	refuse(REQUEST_LOGON_NEGOTIATE, &r);
}

static void names_are_one_component(void **state)
{
	static const char *const bad[] = {"",	 ".",  "..", "/",
					  "a/b", "/a", "a/", NULL};
	char longer[GUISE_NAME_MAX + 2];
	struct request r;

	(void)state;
	memset(longer, 'n', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	for (size_t i = 0; i <= ARRAY_SIZE(bad); i++) {
		r = sample(REQUEST_MKDIR);
		r.name = i < ARRAY_SIZE(bad) ? bad[i] : longer;
		refuse(REQUEST_MKDIR, &r);
		r = sample(REQUEST_RENAME);
		r.flags = 0;
		r.new_name = i < ARRAY_SIZE(bad) ? bad[i] : longer;
		refuse(REQUEST_RENAME, &r);
	}
	r = sample(REQUEST_TEMP_CREATE);
	r.name = "..";
	refuse(REQUEST_TEMP_CREATE, &r);
}

static void paths_are_relative_and_bounded(void **state)
{
	char longer[GUISE_PATH_MAX + 2];
	struct request r = sample(REQUEST_OPEN);

	(void)state;
	memset(longer, 'p', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	r.path = "/etc/passwd";
	refuse(REQUEST_OPEN, &r);
	r.path = longer;
	refuse(REQUEST_OPEN, &r);
	r.path = NULL;
	refuse(REQUEST_OPEN, &r);
}

/* A size that lies, at each place of each request. */
static void no_size_reads_beyond_the_end(void **state)
{
	(void)state;
	for (unsigned t = 1; t < REQUEST_TYPES; t++) {
		struct guise_buf bytes = encode((enum request_type)t);

		for (size_t at = 4; at + 4 <= bytes.size; at++) {
			uint8_t saved[4];

			memcpy(saved, bytes.data + at, 4);
			memset(bytes.data + at, 0xff, 4);
			(void)decode(bytes.data, bytes.size,
				     phase_of((enum request_type)t),
				     request_fds((enum request_type)t));
			memcpy(bytes.data + at, saved, 4);
		}
		guise_buf_clear(&bytes);
	}
}

static void a_nul_belongs_at_the_end_only(void **state)
{
	struct guise_buf bytes = encode(REQUEST_MKDIR);

	(void)state;
	/* "name\0" are the last five bytes */
	bytes.data[bytes.size - 1] = 'x';
	assert_int_equal(decode(bytes.data, bytes.size, PHASE_READY, 1),
			 GUISE_E_PROTOCOL);
	bytes.data[bytes.size - 1] = '\0';
	bytes.data[bytes.size - 3] = '\0';
	assert_int_equal(decode(bytes.data, bytes.size, PHASE_READY, 1),
			 GUISE_E_PROTOCOL);
	guise_buf_clear(&bytes);
}

static struct negotiate_answer sample_answer(void)
{
	return (struct negotiate_answer){
		.code = GUISE_E_CONTINUE_NEEDED,
		.pending = 0x1122334455667788,
		.expires = 1800000000,
		.principal = "alice@EXAMPLE.TEST",
		.why = "why",
		.reply = (const uint8_t *)"reply",
		.reply_size = 5,
	};
}

static void an_answer_to_a_negotiation_is_read_as_written(void **state)
{
	const struct negotiate_answer answer = sample_answer();
	struct negotiate_answer again;
	struct guise_buf bytes = {0};
	struct reader r;

	(void)state;
	assert_int_equal(negotiate_answer_encode(&answer, &bytes), 0);
	assert_int_equal(buf_append_u8(&bytes, 77), 0);
	r = reader_of(bytes.data, bytes.size);
	assert_int_equal(negotiate_answer_decode(&r, &again), 0);
	assert_int_equal(r.size, 1); /* what follows is the session */
	assert_int_equal(again.code, answer.code);
	assert_true(again.pending == answer.pending);
	assert_true(again.expires == answer.expires);
	assert_string_equal(again.principal, answer.principal);
	assert_string_equal(again.why, answer.why);
	assert_int_equal(again.reply_size, 5);
	assert_memory_equal(again.reply, "reply", 5);
	guise_buf_clear(&bytes);
}

static void refuse_answer(const struct negotiate_answer *answer)
{
	struct guise_buf bytes = {0};

	assert_int_equal(negotiate_answer_encode(answer, &bytes), -EINVAL);
	guise_buf_clear(&bytes);
}

/* A name of an exchange exactly when there is more to come. */
static void an_answer_that_contradicts_itself_is_refused(void **state)
{
	static char longer[GUISE_PRINCIPAL_MAX + 2];
	struct negotiate_answer answer = sample_answer();

	(void)state;
	answer.pending = 0;
	refuse_answer(&answer);
	answer = sample_answer();
	answer.code = 0;
	refuse_answer(&answer);
	answer = sample_answer();
	answer.code = 1;
	refuse_answer(&answer);
	answer = sample_answer();
	answer.reply_size = GUISE_GSS_TOKEN_MAX + 1;
	refuse_answer(&answer);
	memset(longer, 'p', sizeof(longer) - 1);
	answer = sample_answer();
	answer.principal = longer;
	refuse_answer(&answer);
	answer = sample_answer();
	answer.why = longer;
	refuse_answer(&answer);
}

static void a_truncated_or_lying_answer_is_refused(void **state)
{
	const struct negotiate_answer answer = sample_answer();
	struct negotiate_answer again;
	struct guise_buf bytes = {0};
	struct reader r;

	(void)state;
	assert_int_equal(negotiate_answer_encode(&answer, &bytes), 0);
	for (size_t size = 0; size < bytes.size; size++) {
		uint8_t *exact = malloc(size ? size : 1);

		assert_non_null(exact);
		memcpy(exact, bytes.data, size);
		r = reader_of(exact, size);
		assert_int_equal(negotiate_answer_decode(&r, &again),
				 GUISE_E_PROTOCOL);
		assert_int_equal(r.size, size);
		free(exact);
	}
	for (size_t at = 20; at + 4 <= bytes.size; at++) {
		uint8_t saved[4];

		memcpy(saved, bytes.data + at, 4);
		memset(bytes.data + at, 0xff, 4);
		r = reader_of(bytes.data, bytes.size);
		(void)!negotiate_answer_decode(&r, &again);
		memcpy(bytes.data + at, saved, 4);
	}
	guise_buf_clear(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(bytes_to_spare_are_refused),
		cmocka_unit_test(the_phase_must_fit),
		cmocka_unit_test(the_number_of_descriptors_must_fit),
		cmocka_unit_test(unknown_types_are_refused),
		cmocka_unit_test(out_of_range_is_refused),
		cmocka_unit_test(names_are_one_component),
		cmocka_unit_test(paths_are_relative_and_bounded),
		cmocka_unit_test(no_size_reads_beyond_the_end),
		cmocka_unit_test(a_nul_belongs_at_the_end_only),
		cmocka_unit_test(an_answer_to_a_negotiation_is_read_as_written),
		cmocka_unit_test(an_answer_that_contradicts_itself_is_refused),
		cmocka_unit_test(a_truncated_or_lying_answer_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
