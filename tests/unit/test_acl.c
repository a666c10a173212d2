/* SPDX-License-Identifier: Apache-2.0 */
/* ACLs and ACEs: MS-DTYP 2.4.4 and 2.4.5. */
#include "cmocka-wrap.h"

#include "descriptor.h"
#include "guard-page.h"

#include "acl-internal.h"
#include "sid-hash.h"
#include "text.h"

/* One of each shape, with data, an unknown type, GUIDs. */
static const uint8_t condition[] = {'a', 'r', 't', 'x', 0};
static const uint8_t strange[] = {1, 2, 3, 4, 5, 6, 7, 8};

static const struct guise_acl *sample(void)
{
	const struct guise_acl *acl = NULL;
	const struct guise_ace aces[] = {
		{.type = GUISE_ACE_ACCESS_DENIED,
		 .mask = 1,
		 .sid = sid_of("AN")},
		{.type = GUISE_ACE_ACCESS_ALLOWED,
		 .flags = GUISE_ACE_INHERITED,
		 .mask = GUISE_ACE_INHERITED,
		 .sid = sid_of("S-1-5-21-1-2-3-1001")},
		{.type = GUISE_ACE_ACCESS_ALLOWED_OBJECT,
		 .mask = 3,
		 .object_flags = 3,
		 .object_type = {{1, 2}},
		 .inherited_object_type = {{3, 4}},
		 .sid = sid_of("WD")},
		{.type = GUISE_ACE_ACCESS_ALLOWED_OBJECT,
		 .mask = 4,
		 .object_flags = 2,
		 .inherited_object_type = {{5}},
		 .sid = sid_of("WD")},
		{.type = GUISE_ACE_ACCESS_ALLOWED_CALLBACK,
		 .mask = 5,
		 .sid = sid_of("BA"),
		 .data = condition,
		 .data_size = sizeof(condition)},
		{.type = GUISE_ACE_ACCESS_ALLOWED_COMPOUND,
		 .data = strange,
		 .data_size = sizeof(strange)},
		{.type = 0x77, .data = strange, .data_size = 4},
	};

	assert_int_equal(guise_acl_new(0, aces, ARRAY_SIZE(aces), &acl), 0);
	return acl;
}

static void what_is_written_reads_the_same(void **state)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *acl = sample();
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *back = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};

	(void)state;
	assert_int_equal(guise_acl_encode(acl, &out), 0);
	assert_int_equal(guise_acl_decode(out.data, out.size, &back), 0);
	assert_true(guise_acl_equal(acl, back));
	assert_int_equal(guise_acl_n_aces(back), 7);
	assert_int_equal(guise_acl_ace(back, 4)->data_size, 8);
	assert_memory_equal(guise_acl_ace(back, 4)->data, "artx\0\0\0\0", 8);
	assert_int_equal(guise_acl_ace(back, 6)->type, 0x77);
	assert_memory_equal(guise_acl_ace(back, 6)->data, strange, 4);
}

static void the_check_array_says_what_the_aces_say(void **state)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *acl = sample();

	(void)state;
	for (size_t i = 0; i < acl->n_aces; i++) {
		const struct guise_ace *ace = guise_acl_ace(acl, i);

		assert_int_equal(acl->check[i].mask, ace->mask);
		assert_int_equal(acl->check[i].type, ace->type);
		assert_int_equal(acl->check[i].flags, ace->flags);
		assert_int_equal(acl->check[i].sid_hash, sid_hash(&ace->sid));
	}
	/* An ACE without a trustee must never match: its SID is S-1-0. */
	assert_int_equal(guise_acl_ace(acl, 5)->mask, 0);
	assert_int_equal(guise_acl_ace(acl, 5)->sid.n_subs, 0);
}

static void the_revision_is_the_lowest_that_fits(void **state)
{
	const struct guise_ace ace = {.type = GUISE_ACE_ACCESS_ALLOWED};
	const struct guise_ace object = {
		.type = GUISE_ACE_ACCESS_ALLOWED_OBJECT};
	const struct guise_acl *acl = NULL;

	(void)state;
	assert_int_equal(guise_acl_new(0, &ace, 1, &acl), 0);
	assert_int_equal(guise_acl_revision(acl), 2);
	acl = guise_acl_unref(acl);
	assert_int_equal(guise_acl_new(0, &object, 1, &acl), 0);
	assert_int_equal(guise_acl_revision(acl), 4);
	acl = guise_acl_unref(acl);
	assert_int_equal(guise_acl_new(3, &ace, 1, &acl), 0);
	assert_int_equal(guise_acl_revision(acl), 3);
	acl = guise_acl_unref(acl);
	assert_int_equal(guise_acl_new(1, &ace, 1, &acl), -EINVAL);
	assert_int_equal(guise_acl_new(5, &ace, 1, &acl), -EINVAL);
	assert_null(acl);
}

static void aces_that_cannot_be_written_are_refused(void **state)
{
	struct guise_ace bad_sid = {.sid = {.n_subs = 16}};
	struct guise_ace no_data = {.type = GUISE_ACE_ACCESS_ALLOWED_CALLBACK,
				    .data_size = 4};
	struct guise_ace plain_with_data = {.data = condition, .data_size = 4};
	const struct guise_acl *acl = NULL;

	(void)state;
	assert_int_equal(guise_acl_new(0, &bad_sid, 1, &acl),
			 GUISE_E_INVALID_SID);
	assert_int_equal(guise_acl_new(0, &no_data, 1, &acl), -EINVAL);
	assert_int_equal(guise_acl_new(0, &plain_with_data, 1, &acl),
			 GUISE_E_INVALID_ACL);
	assert_int_equal(guise_acl_new(0, NULL, 1, &acl), -EINVAL);
	assert_int_equal(guise_acl_new(0, NULL, 0, NULL), -EINVAL);
	assert_null(acl);
}

/* 8 + n * 16 <= 65535 */
static void an_acl_ends_at_64_kib(void **state)
{
	enum { FITS = (GUISE_ACL_MAX_SIZE - 8) / 16 };
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *acl = NULL;
	struct guise_ace *aces = calloc(FITS + 1, sizeof(*aces));

	(void)state;
	assert_non_null(aces);
	assert_int_equal(guise_acl_new(0, aces, FITS + 1, &acl),
			 GUISE_E_INVALID_ACL);
	assert_int_equal(guise_acl_new(0, aces, FITS, &acl), 0);
	free(aces);
}

static void headers_that_lie_are_refused(void **state)
{
	static const struct {
		const char *what;
		const char *hex;
	} bad[] = {
		{"nothing", ""},
		{"revision 1", "0100080000000000"},
		{"revision 5", "0500080000000000"},
		{"size below the header", "0200070000000000"},
		{"size beyond the bytes", "0200090000000000"},
		{"an ACE that is not there", "0200080001000000"},
		{"an ACE header cut off", "02000a00010000000000"},
		{"ACE size 0", "02000c000100000000000000"},
		{"ACE size 3", "02000c000100000000000300"},
		{"unknown ACE of odd size", "02000d00010000007700050000"},
		{"ACE beyond the ACL", "02001000010000000000140001000000"},
		{"SID cut off",
		 "0200180001000000000010000100000001010000000000050000"},
		{"SID revision 2",
		 "02001c000100000000001400010000000201000000000005"
		 "12000000"},
		{"SID with 16 subs",
		 "02001c000100000000001400010000000110000000000005"
		 "12000000"},
		{"GUID that is not there",
		 "02002000010000000500180001000000010000000101000000000005"
		 "12000000"},
	};
	const struct guise_acl *acl = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		GUISE_AUTO(guise_buf_clear) struct guise_buf in = {0};

		assert_int_equal(
			text_unhex(bad[i].hex, strlen(bad[i].hex), &in), 0);
		if (guise_acl_decode(in.data ? in.data : (const void *)"",
				     in.size, &acl) != GUISE_E_INVALID_ACL)
			fail_msg("accepted: %s", bad[i].what);
	}
	assert_null(acl);
	assert_int_equal(guise_acl_decode(NULL, 0, &acl), -EINVAL);
}

static void slack_after_the_last_ace_is_accepted_and_dropped(void **state)
{
	static const char hex[] = "0400240001000000"
				  "0000140001000000010100000000000512000000"
				  "ffffffffffffffff";
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *acl = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf in = {0}, out = {0};

	(void)state;
	assert_int_equal(text_unhex(hex, strlen(hex), &in), 0);
	assert_int_equal(guise_acl_decode(in.data, in.size, &acl), 0);
	assert_int_equal(guise_acl_revision(acl), 4);
	assert_int_equal(guise_acl_encode(acl, &out), 0);
	assert_int_equal(out.size, 28);
	guise_buf_clear(&out);
}

static void damaged_bytes_are_refused_or_mean_something(void **state)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *acl = sample();
	GUISE_AUTO(guise_buf_clear) struct guise_buf good = {0};
	struct guard_page guard;
	unsigned n_accepted = 0;

	(void)state;
	assert_int_equal(guise_acl_encode(acl, &good), 0);
	guard = guard_page_new(good.size);
	for (size_t n = 0; n < good.size; n++) {
		const struct guise_acl *cut = NULL;

		assert_int_equal(
			guise_acl_decode(guard_page_place(&guard, good.data, n),
					 n, &cut),
			GUISE_E_INVALID_ACL);
	}
	for (size_t bit = 0; bit < good.size * 8; bit++) {
		GUISE_AUTO(guise_acl_unrefp)
		const struct guise_acl *one = NULL, *two = NULL;
		GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
		uint8_t *at = guard_page_place(&guard, good.data, good.size);

		at[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (guise_acl_decode(at, good.size, &one) < 0)
			continue;
		n_accepted++;
		assert_int_equal(guise_acl_encode(one, &out), 0);
		assert_true(out.size <= good.size);
		assert_int_equal(guise_acl_decode(out.data, out.size, &two), 0);
		assert_true(guise_acl_equal(one, two));
		two = guise_acl_unref(two);
	}
	assert_true(n_accepted > 0);
	guard_page_free(&guard);
}

static void every_part_counts_for_equality(void **state)
{
	const struct guise_ace ace = {.mask = 1};
	const struct guise_ace others[] = {
		{.mask = 2},
		{.mask = 1, .flags = 1},
		{.mask = 1, .type = 1},
		{.mask = 1, .sid = {.n_subs = 1}},
	};
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *acl = NULL;

	(void)state;
	assert_int_equal(guise_acl_new(0, &ace, 1, &acl), 0);
	assert_false(guise_acl_equal(acl, NULL));
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		const struct guise_acl *other = NULL;

		assert_int_equal(guise_acl_new(0, &others[i], 1, &other), 0);
		assert_false(guise_acl_equal(acl, other));
		guise_acl_unref(other);
	}
}

static void references_keep_it_alive(void **state)
{
	const struct guise_acl *acl = sample();
	const struct guise_acl *second = guise_acl_ref(acl);

	(void)state;
	assert_null(guise_acl_unref(acl));
	assert_int_equal(guise_acl_n_aces(second), 7);
	assert_null(guise_acl_unref(second));
	assert_null(guise_acl_unref(NULL));
	assert_null(guise_acl_ref(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_reads_the_same),
		cmocka_unit_test(the_check_array_says_what_the_aces_say),
		cmocka_unit_test(the_revision_is_the_lowest_that_fits),
		cmocka_unit_test(aces_that_cannot_be_written_are_refused),
		cmocka_unit_test(an_acl_ends_at_64_kib),
		cmocka_unit_test(headers_that_lie_are_refused),
		cmocka_unit_test(
			slack_after_the_last_ace_is_accepted_and_dropped),
		cmocka_unit_test(damaged_bytes_are_refused_or_mean_something),
		cmocka_unit_test(every_part_counts_for_equality),
		cmocka_unit_test(references_keep_it_alive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
