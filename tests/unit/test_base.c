/* SPDX-License-Identifier: Apache-2.0 */
/* The base layer: reader, numbers in text, hex, buffers, error names. */
#include "cmocka-wrap.h"

#include "buf.h"
#include "reader.h"
#include "text.h"

static void reader_does_not_move_on_failure(void **state)
{
	const uint8_t bytes[3] = {1, 2, 3};
	struct reader in = reader_of(bytes, sizeof(bytes));
	uint32_t value = 77;
	struct reader sub = {0};

	(void)state;
	assert_false(read_u32le(&in, &value));
	assert_false(read_sub(&in, 4, &sub));
	assert_false(read_skip(&in, SIZE_MAX));
	assert_int_equal(value, 77);
	assert_int_equal(in.size, 3);
	assert_ptr_equal(in.data, bytes);
	assert_true(read_sub(&in, 3, &sub));
	assert_int_equal(sub.size, 3);
	assert_int_equal(in.size, 0);
}

static void integers_are_little_endian_and_authorities_big(void **state)
{
	const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8};
	struct reader in = reader_of(bytes, sizeof(bytes));
	uint64_t value;
	uint16_t small;

	(void)state;
	assert_true(read_u48be(&in, &value));
	assert_int_equal(value, 0x010203040506);
	assert_true(read_u16le(&in, &small));
	assert_int_equal(small, 0x0807);
	in = reader_of(bytes, sizeof(bytes));
	assert_true(read_u64le(&in, &value));
	assert_int_equal(value, 0x0807060504030201);
}

static void numbers_are_digits_in_range_and_nothing_else(void **state)
{
	static const char *const bad[] = {"",	"-1",  "+1",
					  " 1", "1 ",  "0x1",
					  "1a", "256", "18446744073709551616"};
	uint64_t value = 5;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(text_to_u64(bad[i], strlen(bad[i]), 255, &value));
	assert_int_equal(value, 5);
	assert_true(text_to_u64("255", 3, 255, &value));
	assert_int_equal(value, 255);
	assert_true(
		text_to_u64("18446744073709551615", 20, UINT64_MAX, &value));
	assert_true(value == UINT64_MAX);
}

static void numbers_print_as_they_parse(void **state)
{
	const uint64_t values[] = {0, 9, 10, UINT32_MAX, UINT64_MAX};
	char text[20];
	uint64_t back;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		size_t n = text_from_u64(values[i], text);

		assert_true(text_to_u64(text, n, UINT64_MAX, &back));
		assert_true(back == values[i]);
	}
}

static void bad_hex_leaves_the_buffer_as_it_was(void **state)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};

	(void)state;
	assert_int_equal(text_unhex("00fF", 4, &out), 0);
	assert_int_equal(out.size, 2);
	assert_int_equal(text_unhex("abc", 3, &out), -EINVAL);
	assert_int_equal(text_unhex("ab0g", 4, &out), -EINVAL);
	assert_int_equal(out.size, 2);
	assert_int_equal(out.data[0], 0);
	assert_int_equal(out.data[1], 0xff);
}

static void equality_without_case_is_ascii_and_whole(void **state)
{
	(void)state;
	assert_true(text_equal_nocase("aZ09", 4, "Az09", 4));
	assert_false(text_equal_nocase("ab", 2, "abc", 3));
	assert_false(text_equal_nocase("a", 1, "b", 1));
	/* '@' and '`' differ from each other as 'A' and 'a' do */
	assert_false(text_equal_nocase("@", 1, "`", 1));
}

static void buffers_grow_and_are_cut_back(void **state)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	uint8_t *at;

	(void)state;
	for (unsigned i = 0; i < 1000; i++)
		assert_int_equal(buf_append_u32le(&out, i), 0);
	assert_int_equal(out.size, 4000);
	assert_int_equal(u32le(out.data + 4 * 999), 999);
	buf_put_u32le(&out, 3996, 0xdeadbeef);
	assert_int_equal(u32le(out.data + 3996), 0xdeadbeef);
	buf_truncate(&out, 8);
	assert_int_equal(out.size, 8);
	assert_int_equal(buf_reserve(&out, SIZE_MAX - 4, &at), -ENOMEM);
	assert_int_equal(out.size, 8);
}

static void every_own_error_has_a_name_and_a_text_of_its_own(void **state)
{
	(void)state;
	for (int code = GUISE_E_FIRST; code >= GUISE_E_LAST; code--) {
		assert_string_not_equal(guise_error_name(code), "UNKNOWN");
		assert_true(strlen(guise_strerror(code)) > 0);
		for (int other = GUISE_E_FIRST; other > code; other--)
			assert_string_not_equal(guise_error_name(code),
						guise_error_name(other));
	}
	assert_string_equal(guise_error_name(GUISE_E_LAST - 1), "UNKNOWN");
	assert_string_equal(guise_error_name(-ENOENT), "ENOENT");
}

static void errors_map_to_the_windows_numbers(void **state)
{
	(void)state;
	assert_int_equal(guise_error_win32(0), 0);
	assert_int_equal(guise_error_win32(GUISE_E_INVALID_SID), 1337);
	assert_int_equal(guise_error_win32(GUISE_E_INVALID_ACL), 1336);
	assert_int_equal(guise_error_win32(GUISE_E_NON_DOMAIN_SID), 1257);
	assert_int_equal(guise_error_win32(-EINVAL), 87);
	assert_int_equal(guise_error_ntstatus(GUISE_E_INVALID_SID), 0xc0000078);
	assert_int_equal(guise_error_ntstatus(-EFAULT), 0xc0000005);
	assert_int_equal(guise_error_ntstatus(0), 0);
	assert_int_equal(guise_error_ntstatus(-4095), 0xc0000001);
}

/* Facility NTWIN32: the number is the Win32 error's own. */
static void statuses_made_of_win32_numbers_say_the_same_number(void **state)
{
	(void)state;
	for (int code = -1; code >= GUISE_E_LAST; code--) {
		uint32_t status = guise_error_ntstatus(code);

		if (status >> 16 == 0xc007)
			assert_int_equal(status & 0xffff,
					 guise_error_win32(code));
		assert_int_equal(status == 0xc0000001,
				 guise_error_win32(code) == 317);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reader_does_not_move_on_failure),
		cmocka_unit_test(
			integers_are_little_endian_and_authorities_big),
		cmocka_unit_test(numbers_are_digits_in_range_and_nothing_else),
		cmocka_unit_test(numbers_print_as_they_parse),
		cmocka_unit_test(bad_hex_leaves_the_buffer_as_it_was),
		cmocka_unit_test(equality_without_case_is_ascii_and_whole),
		cmocka_unit_test(buffers_grow_and_are_cut_back),
		cmocka_unit_test(
			every_own_error_has_a_name_and_a_text_of_its_own),
		cmocka_unit_test(errors_map_to_the_windows_numbers),
		cmocka_unit_test(
			statuses_made_of_win32_numbers_say_the_same_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
