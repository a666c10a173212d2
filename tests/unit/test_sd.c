/* SPDX-License-Identifier: Apache-2.0 */
/* Security descriptors: MS-DTYP 2.4.6, and bytes from tests/vectors. */
#include "cmocka-wrap.h"

#include "descriptor.h"
#include "guard-page.h"
#include "vectors.h"

#include "sd-internal.h"
#include "text.h"

#define SAMPLE "O:BAG:SYD:PAI(D;;FA;;;AN)(A;OICI;FA;;;WD)S:AR(AU;SA;FA;;;WD)"

static struct guise_buf bytes_of(const char *sddl)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = sd_of(sddl);
	struct guise_buf out = {0};

	assert_int_equal(guise_sd_encode(sd, &out), 0);
	return out;
}

static int decode(const struct guise_buf *bytes, const struct guise_sd **ret)
{
	return guise_sd_decode(bytes->data, bytes->size, ret);
}

static void parts_are_laid_out_as_windows_does(void **state)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = bytes_of(SAMPLE);

	(void)state;
	assert_int_equal(bytes.data[0], 1);
	assert_int_equal(u32le(bytes.data + 12), 20); /* SACL first */
	assert_true(u32le(bytes.data + 16) > u32le(bytes.data + 12));
	assert_true(u32le(bytes.data + 4) > u32le(bytes.data + 16));
	assert_true(u32le(bytes.data + 8) > u32le(bytes.data + 4));
}

static void what_is_written_reads_the_same(void **state)
{
	static const char *const samples[] = {
		"",
		"O:BA",
		"G:S-1-5-21-1-2-3-513",
		"D:",
		"D:NO_ACCESS_CONTROL",
		"S:NO_ACCESS_CONTROL",
		SAMPLE,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		GUISE_AUTO(guise_sd_unrefp)
		const struct guise_sd *sd = sd_of(samples[i]);
		GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *back = NULL;
		GUISE_AUTO(guise_buf_clear)
		struct guise_buf bytes = bytes_of(samples[i]);

		assert_int_equal(decode(&bytes, &back), 0);
		assert_true(guise_sd_equal(sd, back));
	}
}

static void null_empty_and_absent_dacls_are_three_things(void **state)
{
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *null_dacl = sd_of("D:NO_ACCESS_CONTROL");
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *empty = sd_of("D:");
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *absent = sd_of("");

	(void)state;
	assert_true(guise_sd_control(null_dacl) & GUISE_SD_DACL_PRESENT);
	assert_null(guise_sd_dacl(null_dacl));
	assert_true(guise_sd_control(empty) & GUISE_SD_DACL_PRESENT);
	assert_int_equal(guise_acl_n_aces(guise_sd_dacl(empty)), 0);
	assert_false(guise_sd_control(absent) & GUISE_SD_DACL_PRESENT);
	assert_false(guise_sd_equal(null_dacl, empty));
	assert_false(guise_sd_equal(null_dacl, absent));
	assert_false(guise_sd_equal(empty, absent));
}

static void an_acl_without_its_present_bit_is_not_there(void **state)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = bytes_of("D:");
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;

	(void)state;
	bytes.data[2] &= (uint8_t)~GUISE_SD_DACL_PRESENT;
	assert_int_equal(decode(&bytes, &sd), 0);
	assert_null(guise_sd_dacl(sd));
	assert_false(guise_sd_control(sd) & GUISE_SD_DACL_PRESENT);
}

static void headers_that_lie_are_refused(void **state)
{
	static const struct {
		const char *what;
		size_t at;
		uint32_t value;
		int code;
	} bad[] = {
		{"revision 0", 0, 0x80140000, GUISE_E_UNKNOWN_REVISION},
		{"revision 2", 0, 0x80140002, GUISE_E_UNKNOWN_REVISION},
		{"not self-relative", 0, 0x00140001, GUISE_E_INVALID_SD},
		{"owner in the header", 4, 16, GUISE_E_INVALID_SD},
		{"owner at an odd place", 4, 21, GUISE_E_INVALID_SD},
		{"owner far outside", 4, 0xfffffffc, GUISE_E_INVALID_SD},
		{"group in the header", 8, 4, GUISE_E_INVALID_SD},
		{"group outside", 8, 0x7ffffffc, GUISE_E_INVALID_SD},
		{"SACL outside", 12, 0xfffffff0, GUISE_E_INVALID_SD},
		{"DACL in the header", 16, 8, GUISE_E_INVALID_SD},
		{"DACL at an odd place", 16, 22, GUISE_E_INVALID_SD},
		{"DACL where a SID is", 16, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		GUISE_AUTO(guise_buf_clear)
		struct guise_buf bytes = bytes_of(SAMPLE);
		GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
		uint32_t value = bad[i].value;
		int expected = bad[i].code;

		for (unsigned n = 0; n < 4; n++)
			bytes.data[bad[i].at + n] = (uint8_t)(value >> 8 * n);
		if (expected == 0) { /* an owner's bytes are no ACL */
			memcpy(bytes.data + 16, bytes.data + 4, 4);
			expected = GUISE_E_INVALID_ACL;
		}
		if (decode(&bytes, &sd) != expected)
			fail_msg("%s", bad[i].what);
		assert_null(sd);
	}
}

static void parts_may_be_shared(void **state)
{
	GUISE_AUTO(guise_buf_clear)
	struct guise_buf bytes = bytes_of("O:BAG:SY");
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;

	(void)state;
	memcpy(bytes.data + 8, bytes.data + 4, 4);
	assert_int_equal(decode(&bytes, &sd), 0);
	assert_true(guise_sid_equal(guise_sd_owner(sd), guise_sd_group(sd)));
}

static void more_than_the_largest_descriptor_is_refused(void **state)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = bytes_of("O:BA");
	const struct guise_sd *sd = NULL;
	uint8_t *large = calloc(1, GUISE_SD_MAX_SIZE + 4);

	(void)state;
	assert_non_null(large);
	memcpy(large, bytes.data, bytes.size);
	assert_int_equal(guise_sd_decode(large, GUISE_SD_MAX_SIZE + 1, &sd),
			 GUISE_E_INVALID_SD);
	free(large);
}

static void damaged_bytes_are_refused_or_mean_something(void **state)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf good = bytes_of(SAMPLE);
	struct guard_page guard = guard_page_new(good.size);

	(void)state;
	for (size_t n = 0; n < good.size; n++) {
		const struct guise_sd *cut = NULL;

		if (guise_sd_decode(guard_page_place(&guard, good.data, n), n,
				    &cut) == 0)
			fail_msg("accepted when cut to %zu bytes", n);
	}
	for (size_t bit = 0; bit < good.size * 8; bit++) {
		GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *one = NULL;
		GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *two = NULL;
		GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
		uint8_t *at = guard_page_place(&guard, good.data, good.size);

		at[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (guise_sd_decode(at, good.size, &one) < 0)
			continue;
		assert_int_equal(guise_sd_encode(one, &out), 0);
		assert_int_equal(decode(&out, &two), 0);
		assert_true(guise_sd_equal(one, two));
	}
	guard_page_free(&guard);
}

static void conditional_aces_survive_byte_for_byte(void **state)
{
	struct vectors v = vectors_open("sd-bytes.txt");

	(void)state;
	while (vectors_next(&v, 2)) {
		GUISE_AUTO(guise_buf_clear)
		struct guise_buf in = {0};
		GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
		GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;

		assert_int_equal(
			text_unhex(v.column[0], strlen(v.column[0]), &in), 0);
		if (decode(&in, &sd) < 0)
			fail_msg("sd-bytes.txt:%u refused", v.number);
		assert_int_equal(guise_sd_encode(sd, &out), 0);
		if (out.size != in.size ||
		    memcmp(out.data, in.data, in.size) != 0)
			fail_msg("sd-bytes.txt:%u changed", v.number);
	}
	assert_true(v.n_rows > 50);
	vectors_close(&v);
}

static void fields_are_checked(void **state)
{
	struct guise_sid bad = {.n_subs = 16};
	struct guise_sd_fields fields = {.size = sizeof(fields), .owner = &bad};
	const struct guise_sd *sd = NULL;

	(void)state;
	assert_int_equal(guise_sd_new(&fields, &sd), GUISE_E_INVALID_SID);
	fields.owner = NULL;
	fields.size = 0;
	assert_int_equal(guise_sd_new(&fields, &sd), -EINVAL);
	assert_int_equal(guise_sd_new(NULL, &sd), -EINVAL);
	assert_null(sd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_are_laid_out_as_windows_does),
		cmocka_unit_test(what_is_written_reads_the_same),
		cmocka_unit_test(null_empty_and_absent_dacls_are_three_things),
		cmocka_unit_test(an_acl_without_its_present_bit_is_not_there),
		cmocka_unit_test(headers_that_lie_are_refused),
		cmocka_unit_test(parts_may_be_shared),
		cmocka_unit_test(more_than_the_largest_descriptor_is_refused),
		cmocka_unit_test(damaged_bytes_are_refused_or_mean_something),
		cmocka_unit_test(conditional_aces_survive_byte_for_byte),
		cmocka_unit_test(fields_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
