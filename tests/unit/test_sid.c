/* SPDX-License-Identifier: Apache-2.0 */
/* SIDs: MS-DTYP 2.4.2, and the hash that both forms share. */
#include "cmocka-wrap.h"

#include "guard-page.h"

#include "acl-internal.h"
#include "sid-hash.h"

static struct guise_sid parse(const char *text)
{
	struct guise_sid sid;

	assert_int_equal(guise_sid_parse(text, strlen(text), NULL, &sid), 0);
	return sid;
}

static void refuse(const char *text)
{
	struct guise_sid sid = {.authority = 99};

	if (guise_sid_parse(text, strlen(text), NULL, &sid) !=
	    GUISE_E_INVALID_SID)
		fail_msg("accepted: %s", text);
	assert_int_equal(sid.authority, 99);
}

static void malformed_text_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"S",
		"S-",
		"S-1",
		"S-1-",
		"S-1-5",
		"S-1-5-",
		"S-1-5--1",
		"S-2-5-1",
		"S-01-5-32x",
		"S-1-5-32 ",
		" S-1-5-32",
		"S-1-5-32-",
		"S-1-5-3 2",
		"S-1-+5-1",
		"S-1-281474976710656-1",
		"S-1-0x1000000000000-1",
		"S-1-0x-1",
		"T-1-5-32",
		"S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16",
		"B",
		"BAB",
		"ZZ",
		"010100000000000",
		"0101000000000005",
		"0201000000000005 2000000",
		"02010000000000051200000",
		"020100000000000512000000",
		"01010000000000051200000000",
		"0110000000000005",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		refuse(bad[i]);
}

static void domain_aliases_need_a_domain(void **state)
{
	struct guise_sid domain = parse("S-1-5-21-1-2-3"), sid;
	struct guise_sid full = {.n_subs = GUISE_SID_MAX_SUBS};

	(void)state;
	refuse("DA");
	assert_int_equal(guise_sid_parse("dA", 2, &domain, &sid), 0);
	assert_true(guise_sid_equal(
		&sid, &(struct guise_sid){.authority = 5,
					  .sub = {21, 1, 2, 3, 512},
					  .n_subs = 5}));
	assert_string_equal(guise_sid_alias(&sid, &domain), "DA");
	assert_null(guise_sid_alias(&sid, NULL));
	assert_int_equal(guise_sid_parse("DA", 2, &full, &sid),
			 GUISE_E_INVALID_SID);
}

static void null_arguments_are_invalid(void **state)
{
	struct guise_sid sid;
	struct guise_buf out = {0};

	(void)state;
	assert_int_equal(guise_sid_parse(NULL, 0, NULL, &sid), -EINVAL);
	assert_int_equal(guise_sid_parse("BA", 2, NULL, NULL), -EINVAL);
	assert_int_equal(guise_sid_decode(NULL, 0, &sid), -EINVAL);
	assert_int_equal(guise_sid_encode(NULL, &out), -EINVAL);
	assert_false(guise_sid_is_valid(NULL));
	assert_false(guise_sid_equal(NULL, NULL));
}

static void out_of_range_is_not_encoded(void **state)
{
	struct guise_sid many = {.n_subs = GUISE_SID_MAX_SUBS + 1};
	struct guise_sid large = {.authority = UINT64_C(1) << 48};
	struct guise_buf out = {0};

	(void)state;
	assert_int_equal(guise_sid_encode(&many, &out), GUISE_E_INVALID_SID);
	assert_int_equal(guise_sid_encode(&large, &out), GUISE_E_INVALID_SID);
	assert_false(guise_sid_equal(&many, &many));
	assert_int_equal(out.size, 0);
}

/* Of every length, with every authority width. */
static struct guise_sid sample(unsigned i)
{
	struct guise_sid sid = {
		.authority = i % 3 == 0	  ? 5
			     : i % 3 == 1 ? UINT64_C(0xfedcba987654)
					  : UINT32_MAX + UINT64_C(1),
		.n_subs = (uint8_t)(i % (GUISE_SID_MAX_SUBS + 1)),
	};

	for (unsigned n = 0; n < sid.n_subs; n++)
		sid.sub[n] = (i + 1) * 2654435761u * (n + 7);
	return sid;
}

static void bytes_and_value_are_the_same_thing(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 200; i++) {
		GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
		struct guise_sid sid = sample(i), back;

		assert_int_equal(guise_sid_encode(&sid, &out), 0);
		assert_int_equal(out.size, guise_sid_size(&sid));
		assert_int_equal(guise_sid_decode(out.data, out.size, &back),
				 0);
		assert_memory_equal(&sid, &back, sizeof(sid));
		assert_true(sid_equal_raw(&sid, out.data, sid.n_subs));
	}
}

static void text_and_value_are_the_same_thing(void **state)
{
	char text[GUISE_SID_TEXT_SIZE];

	(void)state;
	for (unsigned i = 0; i < 200; i++) {
		struct guise_sid sid = sample(i), back;
		size_t n = guise_sid_format(&sid, text);

		assert_int_equal(n, strlen(text));
		if (sid.n_subs == 0) /* Windows reads none without */
			continue;
		assert_int_equal(guise_sid_parse(text, n, NULL, &back), 0);
		assert_true(guise_sid_equal(&sid, &back));
	}
}

static void longest_text_fits(void **state)
{
	struct guise_sid sid = {.authority = UINT64_C(0xffffffffffff),
				.n_subs = GUISE_SID_MAX_SUBS};
	char text[GUISE_SID_TEXT_SIZE];

	(void)state;
	memset(sid.sub, 0xff, sizeof(sid.sub));
	assert_int_equal(guise_sid_format(&sid, text), 6 + 12 + 11 * 15);
}

static void hash_of_bytes_is_hash_of_value(void **state)
{
	uint8_t bytes[GUISE_SID_MAX_SIZE];

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		struct guise_sid sid = sample(i);

		sid_write(&sid, bytes);
		assert_int_equal(sid_hash(&sid),
				 sid_hash_raw(bytes, sid.n_subs));
	}
}

static void hash_tells_neighbouring_rids_apart(void **state)
{
	struct guise_sid a = parse("S-1-5-21-1-2-3-1000"), b = a;

	(void)state;
	for (unsigned i = 0; i < 10000; i++) {
		b.sub[4]++;
		assert_int_not_equal(sid_hash(&a), sid_hash(&b));
	}
}

/* Truncations and bit flips, read flush against an unreadable page: each is
 * refused or is a valid SID of just that size. */
static void damaged_bytes_are_refused_or_whole(void **state)
{
	struct guard_page guard = guard_page_new(GUISE_SID_MAX_SIZE);
	struct guise_sid sid = parse("S-1-5-21-11-22-33-1001"), back;
	uint8_t bytes[GUISE_SID_MAX_SIZE];
	size_t size = guise_sid_size(&sid);

	(void)state;
	sid_write(&sid, bytes);
	for (size_t n = 0; n < size; n++)
		assert_int_equal(
			guise_sid_decode(guard_page_place(&guard, bytes, n), n,
					 &back),
			GUISE_E_INVALID_SID);
	for (size_t bit = 0; bit < size * 8; bit++) {
		uint8_t *at = guard_page_place(&guard, bytes, size);

		at[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (guise_sid_decode(at, size, &back) == 0)
			assert_int_equal(guise_sid_size(&back), size);
		else
			assert_true(bit < 16); /* revision or count */
	}
	guard_page_free(&guard);
}

static void sixteen_subs_are_too_many_even_if_they_are_there(void **state)
{
	const uint8_t bytes[8 + 4 * 16] = {1, 16, 0, 0, 0, 0, 0, 5};
	struct guise_sid sid;

	(void)state;
	assert_int_equal(guise_sid_decode(bytes, sizeof(bytes), &sid),
			 GUISE_E_INVALID_SID);
}

static void order_is_total_and_agrees_with_equality(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 60; i++) {
		for (unsigned j = 0; j < 60; j++) {
			struct guise_sid a = sample(i), b = sample(j);
			int forth = guise_sid_compare(&a, &b);
			int back = guise_sid_compare(&b, &a);

			assert_int_equal(forth, -back);
			assert_int_equal(forth == 0, guise_sid_equal(&a, &b));
		}
	}
}

static void a_prefix_of_a_sid_is_another_sid(void **state)
{
	struct guise_sid a = parse("S-1-5-32"), b = parse("S-1-5-32-0");

	(void)state;
	assert_false(guise_sid_equal(&a, &b));
	assert_true(guise_sid_compare(&a, &b) < 0);
	assert_false(guise_sid_equal_prefix(&a, &b));
}

static void prefix_ignores_the_last_rid_only(void **state)
{
	struct guise_sid a = parse("S-1-5-21-1-2-3-500");
	struct guise_sid b = parse("S-1-5-21-1-2-3-501");
	struct guise_sid c = parse("S-1-5-21-1-2-4-500");
	struct guise_sid none = {.authority = 5};

	(void)state;
	assert_true(guise_sid_equal_prefix(&a, &b));
	assert_false(guise_sid_equal_prefix(&a, &c));
	assert_false(guise_sid_equal_prefix(&none, &none));
}

static void no_room_for_a_sixteenth_rid(void **state)
{
	struct guise_sid full = {.n_subs = GUISE_SID_MAX_SUBS}, ret;

	(void)state;
	assert_int_equal(guise_sid_append(&full, 1, &ret), GUISE_E_INVALID_SID);
	full.n_subs--;
	assert_int_equal(guise_sid_append(&full, 7, &ret), 0);
	assert_int_equal(ret.sub[14], 7);
}

static void unix_ids_have_sids_but_minus_one_has_not(void **state)
{
	struct guise_sid user = guise_sid_of_uid(1000);
	struct guise_sid group = guise_sid_of_gid(1000);
	struct guise_sid nobody = guise_sid_of_uid(UINT32_MAX);
	struct guise_sid forged = {
		.authority = 22, .sub = {1, UINT32_MAX}, .n_subs = 2};
	uint32_t id = 5;

	(void)state;
	assert_true(guise_sid_to_uid(&user, &id));
	assert_int_equal(id, 1000);
	assert_false(guise_sid_to_gid(&user, &id));
	assert_true(guise_sid_to_gid(&group, &id));
	assert_false(guise_sid_to_uid(&nobody, &id));
	assert_false(guise_sid_to_uid(&forged, &id));
	assert_false(guise_sid_equal(&user, &group));
}

static void well_known_numbers_give_the_sids_of_the_enum(void **state)
{
	struct guise_sid sid, domain = parse("S-1-5-21-1-2-3");

	(void)state;
	assert_int_equal(guise_sid_well_known(GUISE_SID_WORLD, NULL, &sid), 0);
	assert_string_equal(guise_sid_alias(&sid, NULL), "WD");
	assert_int_equal(
		guise_sid_well_known(GUISE_SID_OWNER_RIGHTS, NULL, &sid), 0);
	assert_string_equal(guise_sid_alias(&sid, NULL), "OW");
	assert_int_equal(guise_sid_well_known(38, NULL, &sid), -EINVAL);
	assert_int_equal(guise_sid_well_known(38, &domain, &sid), 0);
	assert_int_equal(guise_sid_well_known(255, NULL, &sid), -EINVAL);
	assert_int_equal(guise_sid_well_known(UINT32_MAX, NULL, &sid), -EINVAL);
}

static void names_are_for_the_well_known_only(void **state)
{
	struct guise_sid everyone = parse("WD");
	struct guise_sid admin = parse("S-1-5-21-7-8-9-500");
	struct guise_sid user = parse("S-1-5-21-7-8-9-1001");

	(void)state;
	assert_string_equal(guise_sid_name(&everyone), "Everyone");
	assert_string_equal(guise_sid_name(&admin), "Administrator");
	assert_null(guise_sid_name(&user));
}

static void the_functions_of_windows_check_their_arguments(void **state)
{
	struct guise_sid sid = parse("S-1-5-21-1-2-3-4"), ret;
	struct guise_sid invalid = {.n_subs = GUISE_SID_MAX_SUBS + 1};
	bool equal;

	(void)state;
	assert_int_equal(guise_sid_equal_domain(NULL, NULL, NULL),
			 GUISE_E_INVALID_SID);
	assert_int_equal(guise_sid_equal_domain(&sid, &invalid, &equal),
			 GUISE_E_INVALID_SID);
	assert_int_equal(guise_sid_equal_domain(&sid, &sid, NULL), -EINVAL);
	assert_int_equal(guise_sid_account_domain(NULL, NULL),
			 GUISE_E_INVALID_SID);
	assert_int_equal(guise_sid_account_domain(&invalid, &ret),
			 GUISE_E_INVALID_SID);
	assert_int_equal(guise_sid_account_domain(&sid, NULL), -EINVAL);
	assert_false(guise_sid_is_well_known(NULL, 0));
	assert_false(guise_sid_is_well_known(&invalid, 0));
	assert_null(guise_sid_family(&invalid));
	assert_null(guise_sid_family(NULL));
}

static void a_sid_of_its_parts_has_fifteen_at_most(void **state)
{
	const uint32_t subs[16] = {32, 544};
	struct guise_sid sid, admins = parse("BA");

	(void)state;
	assert_int_equal(guise_sid_init(5, subs, 2, &sid), 0);
	assert_memory_equal(&sid, &admins, sizeof(sid));
	assert_int_equal(guise_sid_init(5, NULL, 0, &sid), 0);
	assert_int_equal(guise_sid_init(5, subs, 15, &sid), 0);
	assert_int_equal(guise_sid_init(5, subs, 16, &sid), -EINVAL);
	assert_int_equal(guise_sid_init(UINT64_C(1) << 48, subs, 1, &sid),
			 -EINVAL);
	assert_int_equal(guise_sid_init(5, NULL, 1, &sid), -EINVAL);
	assert_int_equal(guise_sid_init(5, subs, 2, NULL), -EINVAL);
}

/* A name is hashed in pieces; where they end must not matter. */
static void a_name_is_the_same_however_long_it_is(void **state)
{
	char *name = malloc(GUISE_SID_NAME_MAX + 1), folded[300];
	struct guise_sid a, b;

	(void)state;
	assert_non_null(name);
	for (size_t n = 0; n < sizeof(folded); n++) {
		for (size_t i = 0; i < n; i++) {
			name[i] = (char)('a' + i % 26);
			folded[i] = (char)('A' + i % 26);
		}
		assert_int_equal(guise_sid_of_capability(name, n, &a), 0);
		assert_int_equal(guise_sid_of_capability(folded, n, &b), 0);
		assert_true(guise_sid_equal(&a, &b));
		assert_int_equal(guise_sid_of_package(name, n, &a), 0);
		assert_int_equal(guise_sid_of_package(folded, n, &b), 0);
		assert_true(guise_sid_equal(&a, &b));
	}
	memset(name, 'x', GUISE_SID_NAME_MAX + 1);
	assert_int_equal(guise_sid_of_service(name, GUISE_SID_NAME_MAX, &a), 0);
	assert_int_equal(guise_sid_of_service(name, GUISE_SID_NAME_MAX + 1, &a),
			 -EINVAL);
	free(name);
}

static void a_machine_is_a_domain_by_its_name(void **state)
{
	char text[GUISE_SID_TEXT_SIZE];
	struct guise_sid machine, domain;

	(void)state;
	assert_int_equal(guise_sid_of_machine("guise a", 7, &machine), 0);
	guise_sid_format(&machine, text);
	/* sha256 of "GUISE A" in UTF-16LE */
	assert_string_equal(text, "S-1-5-21-632451588-2971157190-2446517927");
	assert_int_equal(guise_sid_account_domain(&machine, &domain), 0);
	assert_true(guise_sid_equal(&machine, &domain));
	assert_int_equal(guise_sid_of_machine("\xff", 1, &machine), -EINVAL);
	assert_int_equal(guise_sid_of_machine(NULL, 0, &machine), -EINVAL);
}

static void names_that_are_no_text_have_no_sid(void **state)
{
	static const char *const bad[] = {"\xff", "a\xc3",
					  "\xed\xa0\xbd\xed\xb8\x80"};
	struct guise_sid sid = {.authority = 99};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		size_t n = strlen(bad[i]);

		assert_int_equal(guise_sid_of_service(bad[i], n, &sid),
				 -EINVAL);
		assert_int_equal(guise_sid_of_capability(bad[i], n, &sid),
				 -EINVAL);
		assert_int_equal(guise_sid_of_capability_group(bad[i], n, &sid),
				 -EINVAL);
		assert_int_equal(guise_sid_of_package(bad[i], n, &sid),
				 -EINVAL);
	}
	assert_int_equal(guise_sid_of_service(NULL, 0, &sid), -EINVAL);
	assert_int_equal(guise_sid_of_capability(NULL, 0, &sid), -EINVAL);
	assert_int_equal(guise_sid_of_package(NULL, 0, &sid), -EINVAL);
	assert_int_equal(guise_sid_of_package("a", 1, NULL), -EINVAL);
	assert_int_equal(sid.authority, 99);
}

/* Every number there is, with and without a domain, and back; and no two
 * numbers share a SID. */
static void every_number_has_one_sid(void **state)
{
	struct guise_sid domain = parse("S-1-5-21-1-2-3"), sids[256];
	unsigned n_fixed = 0, n_relative = 0;

	(void)state;
	for (unsigned type = 0; type < 256; type++) {
		struct guise_sid *sid = &sids[type], fixed;

		*sid = (struct guise_sid){.authority = 99, .sub = {type}};
		if (guise_sid_well_known(type, &domain, sid) < 0)
			continue;
		if (guise_sid_well_known(type, NULL, &fixed) == 0) {
			assert_true(guise_sid_equal(&fixed, sid));
			n_fixed++;
		} else {
			assert_int_equal(sid->n_subs, 5);
			n_relative++;
		}
		for (unsigned other = 0; other < 256; other++)
			assert_int_equal(guise_sid_is_well_known(sid, other),
					 other == type);
		assert_non_null(guise_sid_name(sid));
	}
	assert_int_equal(n_fixed, 96);
	assert_int_equal(n_relative, 22);
}

/* All the letters there are: an alias is one SID, and that SID's alias. */
static void every_alias_is_one_sid(void **state)
{
	struct guise_sid domain = parse("S-1-5-21-1-2-3"), sid, alone;
	unsigned n = 0, n_relative = 0;

	(void)state;
	for (char a = 'A'; a <= 'Z'; a++) {
		for (char b = 'A'; b <= 'Z'; b++) {
			const char upper[2] = {a, b};
			const char lower[2] = {(char)(a + 32), (char)(b + 32)};

			if (guise_sid_parse(upper, 2, &domain, &sid) < 0)
				continue;
			n++;
			assert_memory_equal(guise_sid_alias(&sid, &domain),
					    upper, 2);
			assert_int_equal(
				guise_sid_parse(lower, 2, &domain, &alone), 0);
			assert_true(guise_sid_equal(&sid, &alone));
			assert_non_null(guise_sid_name(&sid));
			if (guise_sid_parse(upper, 2, NULL, &alone) == 0)
				continue;
			n_relative++;
			assert_null(guise_sid_alias(&sid, NULL));
		}
	}
	assert_int_equal(n, 68);
	assert_int_equal(n_relative, 17);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(malformed_text_is_refused),
		cmocka_unit_test(domain_aliases_need_a_domain),
		cmocka_unit_test(null_arguments_are_invalid),
		cmocka_unit_test(out_of_range_is_not_encoded),
		cmocka_unit_test(bytes_and_value_are_the_same_thing),
		cmocka_unit_test(text_and_value_are_the_same_thing),
		cmocka_unit_test(longest_text_fits),
		cmocka_unit_test(hash_of_bytes_is_hash_of_value),
		cmocka_unit_test(hash_tells_neighbouring_rids_apart),
		cmocka_unit_test(damaged_bytes_are_refused_or_whole),
		cmocka_unit_test(
			sixteen_subs_are_too_many_even_if_they_are_there),
		cmocka_unit_test(order_is_total_and_agrees_with_equality),
		cmocka_unit_test(a_prefix_of_a_sid_is_another_sid),
		cmocka_unit_test(prefix_ignores_the_last_rid_only),
		cmocka_unit_test(no_room_for_a_sixteenth_rid),
		cmocka_unit_test(unix_ids_have_sids_but_minus_one_has_not),
		cmocka_unit_test(well_known_numbers_give_the_sids_of_the_enum),
		cmocka_unit_test(names_are_for_the_well_known_only),
		cmocka_unit_test(
			the_functions_of_windows_check_their_arguments),
		cmocka_unit_test(a_sid_of_its_parts_has_fifteen_at_most),
		cmocka_unit_test(a_name_is_the_same_however_long_it_is),
		cmocka_unit_test(a_machine_is_a_domain_by_its_name),
		cmocka_unit_test(names_that_are_no_text_have_no_sid),
		cmocka_unit_test(every_number_has_one_sid),
		cmocka_unit_test(every_alias_is_one_sid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
