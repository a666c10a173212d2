/* SPDX-License-Identifier: Apache-2.0 */
/* The stored form: what is written is read back; anything else is refused. */
#include "cmocka-wrap.h"

#include "descriptor.h"
#include "guard-page.h"

#include <guise/store.h>

#include "codec.h"

#define SDDL "O:BAG:SYD:P(D;;FR;;;WD)(A;OICI;FA;;;BA)(A;;FR;;;S-1-22-1-5)"

static struct guise_buf encoded(const char *sddl)
{
	const struct guise_sd *sd = sd_of(sddl);
	struct guise_buf value = {0};

	assert_int_equal(sd_codec_guise.encode(sd, &value), 0);
	guise_sd_unref(sd);
	return value;
}

static void what_is_written_is_read_back(void **state)
{
	static const char *const sddls[] = {
		SDDL,
		"O:BAG:BA",
		"O:BAG:BAD:",
		"O:BAG:BAD:NO_ACCESS_CONTROL",
		"O:BAG:BAD:(A;;FA;;;BA)S:(AU;SA;FA;;;WD)",
	};
	(void)state;

	for (size_t i = 0; i < sizeof(sddls) / sizeof(sddls[0]); i++) {
		struct guise_buf value = encoded(sddls[i]);
		const struct guise_sd *before = sd_of(sddls[i]);
		const struct guise_sd *after = NULL;

		assert_int_equal(
			sd_codec_guise.decode(value.data, value.size, &after),
			0);
		assert_true(guise_sd_equal(before, after));
		guise_sd_unref(before);
		guise_sd_unref(after);
		guise_buf_clear(&value);
	}
}

static void every_truncation_is_refused(void **state)
{
	struct guise_buf value = encoded(SDDL);
	struct guard_page guard = guard_page_new(value.size);
	const struct guise_sd *sd = NULL;
	(void)state;

	for (size_t size = 0; size < value.size; size++)
		assert_int_equal(
			sd_codec_guise.decode(
				guard_page_place(&guard, value.data, size),
				size, &sd),
			-EBADMSG);
	assert_null(sd);
	guard_page_free(&guard);
	guise_buf_clear(&value);
}

/* A flip may give another descriptor, but never a crash, never an error
 * other than the one, and never in the header. */
static void every_flip_is_survived(void **state)
{
	struct guise_buf value = encoded(SDDL);
	struct guard_page guard = guard_page_new(value.size);
	(void)state;

	for (size_t bit = 0; bit < value.size * 8; bit++) {
		uint8_t *at = guard_page_place(&guard, value.data, value.size);
		const struct guise_sd *sd = NULL;
		int r;

		at[bit / 8] ^= (uint8_t)(1 << bit % 8);
		r = sd_codec_guise.decode(at, value.size, &sd);
		if (bit < 64)
			assert_int_equal(r, -EBADMSG);
		assert_true(r == 0 || r == -EBADMSG);
		assert_int_equal(r == 0, sd != NULL);
		guise_sd_unref(sd);
	}
	guard_page_free(&guard);
	guise_buf_clear(&value);
}

static void trailing_bytes_are_refused(void **state)
{
	struct guise_buf value = encoded(SDDL);
	uint8_t longer[1024] = {0};
	const struct guise_sd *sd = NULL;
	(void)state;

	memcpy(longer, value.data, value.size);
	assert_int_equal(sd_codec_guise.decode(longer, value.size + 1, &sd),
			 -EBADMSG);
	guise_buf_clear(&value);
}

static void owner_and_group_are_needed(void **state)
{
	static const char *const sddls[] = {
		"O:BAD:", "G:BAD:", "D:(A;;FA;;;WD)"};
	(void)state;

	for (size_t i = 0; i < 3; i++) {
		const struct guise_sd *sd = sd_of(sddls[i]);
		const struct guise_sd *back = NULL;
		struct guise_buf value = {0};
		uint8_t stored[512] = {'g', 's', 'd', 1};

		assert_int_equal(sd_codec_guise.encode(sd, &value),
				 GUISE_E_INVALID_SD);
		assert_int_equal(value.size, 0);
		/* written by somebody else */
		assert_int_equal(guise_sd_encode(sd, &value), 0);
		stored[4] = (uint8_t)value.size;
		memcpy(stored + 8, value.data, value.size);
		assert_int_equal(
			sd_codec_guise.decode(stored, value.size + 8, &back),
			-EBADMSG);
		guise_buf_clear(&value);
		guise_sd_unref(sd);
	}
}

static void what_no_attribute_can_hold_is_refused(void **state)
{
	struct guise_ace *aces = calloc(3000, sizeof(*aces));
	struct guise_sid sid = sid_of("S-1-5-21-1-2-3-4");
	const struct guise_acl *acl = NULL;
	const struct guise_sd *sd = NULL;
	struct guise_buf value = {0};
	(void)state;

	assert_non_null(aces);
	for (size_t i = 0; i < 3000; i++) {
		aces[i].mask = 1;
		aces[i].sid = sid;
	}
	/* two lists of 46 KiB */
	assert_int_equal(guise_acl_new(0, aces, 1300, &acl), 0);
	assert_int_equal(guise_sd_new(
				 &(struct guise_sd_fields){
					 .size = sizeof(struct guise_sd_fields),
					 .owner = &sid,
					 .group = &sid,
					 .dacl = acl,
					 .sacl = acl,
				 },
				 &sd),
			 0);
	assert_int_equal(sd_codec_guise.encode(sd, &value), -E2BIG);
	assert_int_equal(value.size, 0);
	guise_sd_unref(sd);
	guise_acl_unref(acl);
	guise_buf_clear(&value);
	free(aces);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(every_flip_is_survived),
		cmocka_unit_test(trailing_bytes_are_refused),
		cmocka_unit_test(owner_and_group_are_needed),
		cmocka_unit_test(what_no_attribute_can_hold_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
