/* SPDX-License-Identifier: Apache-2.0 */
/* SIDs to ids and back, by what the configuration says alone. */
#include <stdio.h>

#include "cmocka-wrap.h"

#include <guise/token.h>

#include "descriptor.h"
#include "identities-text.h"
#include "idmap.h"

#define A "S-1-5-21-1-2-3"
#define B "S-1-5-21-4-5-6"
#define C "S-1-5-21-7-8-9"

static const char text[] =
	"[idmap]\n"
	"domains = " A " " B "\n" /* B has a range of its own */
	"[static]\n" A "-1105 = uid 20001\n" A "-513 = gid 20513\n" A
	"-1106 = both 20002\n"
	"S-1-5-32-544 = gid 20544\n" A "-500 = uid 0\n" A "-501 = uid 65534\n" C
	"-1 = uid 1000007\n"
	"[domain " B "]\n"
	"range = 1000000-1001999\n";

static void expect_id(const struct guise_identities *ids, const char *of,
		      enum guise_unix_id_kind wanted,
		      enum guise_unix_id_kind kind, uint32_t id,
		      enum guise_id_source source)
{
	const struct guise_sid sid = sid_of(of);
	struct guise_unix_id found = {0};
	int r = guise_identities_sid_to_id(ids, &sid, wanted, &found);

	if (r < 0 || found.id != id || found.kind != kind ||
	    found.source != source)
		fail_msg("%s: %s, %d %u of %s", of, guise_strerror(r),
			 found.kind, found.id,
			 guise_id_source_name(found.source));
}

static void expect_none(const struct guise_identities *ids, const char *of,
			enum guise_unix_id_kind wanted)
{
	const struct guise_sid sid = sid_of(of);
	struct guise_unix_id found = {.id = 77};
	int r = guise_identities_sid_to_id(ids, &sid, wanted, &found);

	if (r != GUISE_E_NONE_MAPPED)
		fail_msg("%s: %d, id %u", of, r, found.id);
	assert_int_equal(found.id, 77);
}

static void expect_sid(const struct guise_identities *ids,
		       enum guise_unix_id_kind kind, uint32_t id,
		       const char *expected, enum guise_id_source source)
{
	const struct guise_sid sid = sid_of(expected);
	enum guise_id_source from = GUISE_ID_SOURCE_NONE;
	struct guise_sid found = {0};

	assert_int_equal(
		guise_identities_id_to_sid(ids, kind, id, &found, &from), 0);
	if (!guise_sid_equal(&found, &sid) || from != source) {
		char is[GUISE_SID_TEXT_SIZE];

		(void)guise_sid_format(&found, is);
		fail_msg("%u: %s of %s", id, is, guise_id_source_name(from));
	}
}

static void the_table_decides_first(void **state)
{
	const struct guise_identities *ids = identities_of(text);

	(void)state;
	expect_id(ids, A "-1105", GUISE_UNIX_ID_UID, GUISE_UNIX_ID_UID, 20001,
		  GUISE_ID_SOURCE_STATIC);
	expect_id(ids, A "-1105", GUISE_UNIX_ID_BOTH, GUISE_UNIX_ID_UID, 20001,
		  GUISE_ID_SOURCE_STATIC);
	expect_none(ids, A "-1105", GUISE_UNIX_ID_GID);
	expect_id(ids, A "-1106", GUISE_UNIX_ID_GID, GUISE_UNIX_ID_GID, 20002,
		  GUISE_ID_SOURCE_STATIC);
	expect_id(ids, "S-1-5-32-544", GUISE_UNIX_ID_GID, GUISE_UNIX_ID_GID,
		  20544, GUISE_ID_SOURCE_STATIC);
	expect_sid(ids, GUISE_UNIX_ID_UID, 20001, A "-1105",
		   GUISE_ID_SOURCE_STATIC);
	expect_sid(ids, GUISE_UNIX_ID_GID, 20001, "S-1-22-2-20001",
		   GUISE_ID_SOURCE_UNIX);
	expect_sid(ids, GUISE_UNIX_ID_GID, 20544, "S-1-5-32-544",
		   GUISE_ID_SOURCE_STATIC);
	expect_sid(ids, GUISE_UNIX_ID_UID, 20002, A "-1106",
		   GUISE_ID_SOURCE_STATIC);
	ids = guise_identities_unref(ids);
}

static void only_the_table_gives_root_and_nobody(void **state)
{
	static const char *const never[] = {
		"S-1-22-1-0",	  "S-1-22-2-0",	    "S-1-22-1-65534",
		"S-1-22-2-65534", "S-1-22-1-65535", "S-1-22-1-4294967295",
	};
	const struct guise_identities *ids = identities_of(text);

	(void)state;
	expect_id(ids, A "-500", GUISE_UNIX_ID_UID, GUISE_UNIX_ID_UID, 0,
		  GUISE_ID_SOURCE_STATIC);
	expect_id(ids, A "-501", GUISE_UNIX_ID_UID, GUISE_UNIX_ID_UID, 65534,
		  GUISE_ID_SOURCE_STATIC);
	expect_sid(ids, GUISE_UNIX_ID_UID, 0, A "-500", GUISE_ID_SOURCE_STATIC);
	expect_sid(ids, GUISE_UNIX_ID_GID, 0, "S-1-22-2-0",
		   GUISE_ID_SOURCE_UNIX);
	for (size_t i = 0; i < ARRAY_SIZE(never); i++)
		expect_none(ids, never[i], GUISE_UNIX_ID_BOTH);
	ids = guise_identities_unref(ids);
}

static void well_known_sids_have_no_id(void **state)
{
	static const char *const known[] = {
		"S-1-0-0",
		"S-1-1-0",
		"S-1-3-0",
		"S-1-5-18",
		"S-1-5-11",
		"S-1-5-32",
		"S-1-5-32-545",
		"S-1-16-8192",
		"S-1-18-1",
		"S-1-5-21",
		"S-1-5-88-1-5",
		"S-1-12-1-2-3-4-5",
		A,
		"S-1-22-1",
		"S-1-22-3-5",
		"S-1-5-21-1-2-3-4-5",
		"S-1-22-1-5-5",
	};
	const struct guise_identities *ids = identities_of(text);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		expect_none(ids, known[i], GUISE_UNIX_ID_BOTH);
	ids = guise_identities_unref(ids);
}

static void unix_sids_are_their_ids(void **state)
{
	const struct guise_identities *ids = identities_of(text);

	(void)state;
	expect_id(ids, "S-1-22-1-1000", GUISE_UNIX_ID_UID, GUISE_UNIX_ID_UID,
		  1000, GUISE_ID_SOURCE_UNIX);
	expect_id(ids, "S-1-22-2-1000", GUISE_UNIX_ID_BOTH, GUISE_UNIX_ID_GID,
		  1000, GUISE_ID_SOURCE_UNIX);
	expect_none(ids, "S-1-22-2-1000", GUISE_UNIX_ID_UID);
	/* no other user than the one the table speaks of */
	expect_id(ids, "S-1-22-1-20001", GUISE_UNIX_ID_UID, GUISE_UNIX_ID_UID,
		  20001, GUISE_ID_SOURCE_UNIX);
	expect_sid(ids, GUISE_UNIX_ID_UID, 1000, "S-1-22-1-1000",
		   GUISE_ID_SOURCE_UNIX);
	ids = guise_identities_unref(ids);
}

static void a_domain_has_the_ids_of_its_range(void **state)
{
	const struct guise_identities *ids = identities_of(text);

	(void)state;
	expect_id(ids, B "-0", GUISE_UNIX_ID_UID, GUISE_UNIX_ID_UID, 1000000,
		  GUISE_ID_SOURCE_DOMAIN);
	expect_id(ids, B "-1999", GUISE_UNIX_ID_BOTH, GUISE_UNIX_ID_BOTH,
		  1001999, GUISE_ID_SOURCE_DOMAIN);
	expect_none(ids, B "-2000", GUISE_UNIX_ID_UID);
	expect_none(ids, B "-4294967295", GUISE_UNIX_ID_UID);
	expect_none(ids, B, GUISE_UNIX_ID_UID);
	expect_none(ids, C "-5", GUISE_UNIX_ID_UID);
	expect_sid(ids, GUISE_UNIX_ID_GID, 1001999, B "-1999",
		   GUISE_ID_SOURCE_DOMAIN);
	expect_sid(ids, GUISE_UNIX_ID_GID, 1002000, "S-1-22-2-1002000",
		   GUISE_ID_SOURCE_UNIX);
	ids = guise_identities_unref(ids);
}

/* Two people must never have one uid, and one never two. */
static void an_id_of_the_table_is_nobody_elses(void **state)
{
	const struct guise_identities *ids = identities_of(text);

	(void)state;
	expect_id(ids, C "-1", GUISE_UNIX_ID_UID, GUISE_UNIX_ID_UID, 1000007,
		  GUISE_ID_SOURCE_STATIC);
	expect_none(ids, B "-7", GUISE_UNIX_ID_UID);
	expect_id(ids, B "-7", GUISE_UNIX_ID_BOTH, GUISE_UNIX_ID_GID, 1000007,
		  GUISE_ID_SOURCE_DOMAIN);
	expect_sid(ids, GUISE_UNIX_ID_UID, 1000007, C "-1",
		   GUISE_ID_SOURCE_STATIC);
	ids = guise_identities_unref(ids);
	/* the range's place for A-5 is 2005, but the table has another id */
	ids = identities_of("[static]\n" A "-5 = uid 1234\n[domain " A
			    "]\nrange = 2000-3000\n");
	expect_sid(ids, GUISE_UNIX_ID_UID, 2005, "S-1-22-1-2005",
		   GUISE_ID_SOURCE_UNIX);
	ids = guise_identities_unref(ids);
	/* nor in another order: 2500 is not the domain's administrator */
	ids = identities_of("[idmap]\nsources = domain static\n[static]\n" C
			    "-1 = uid 2500\n[domain " A
			    "]\nrange = 2000-3000\n");
	expect_none(ids, A "-500", GUISE_UNIX_ID_UID);
	expect_sid(ids, GUISE_UNIX_ID_UID, 2500, C "-1",
		   GUISE_ID_SOURCE_STATIC);
	expect_sid(ids, GUISE_UNIX_ID_GID, 2500, A "-500",
		   GUISE_ID_SOURCE_DOMAIN);
	ids = guise_identities_unref(ids);
}

/* The values are those of the published algorithm. */
static void murmur3_is_murmur3(void **state)
{
	static const struct {
		const char *data;
		uint32_t seed, hash;
	} rows[] = {
		{"", 0, 0},
		{"", 1, 0x514e28b7},
		{"", 0xffffffff, 0x81f16f39},
		{"test", 0, 0xba6bd213},
		{"test", 0x9747b28c, 0x704b81dc},
		{"Hello, world!", 0, 0xc0363e43},
		{"Hello, world!", 0x9747b28c, 0x24884cba},
		{"The quick brown fox jumps over the lazy dog", 0x9747b28c,
		 0x2fa826cd},
		{"aaaa", 0x9747b28c, 0x5a97808a},
		{"aaa", 0x9747b28c, 0x283e0130},
		{"aa", 0x9747b28c, 0x5d211726},
		{"a", 0x9747b28c, 0x7fa09ea6},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(murmur3(rows[i].data, strlen(rows[i].data),
					 rows[i].seed),
				 rows[i].hash);
}

static void the_algorithm_is_the_same_everywhere(void **state)
{
	const struct guise_identities *ids = identities_of(text);
	const struct guise_identities *same = identities_of(text);
	const struct guise_sid sid = sid_of(A "-1107");
	struct guise_unix_id one = {0}, other = {0};

	(void)state;
	assert_int_equal(
		guise_identities_sid_to_id(ids, &sid, GUISE_UNIX_ID_UID, &one),
		0);
	assert_int_equal(guise_identities_sid_to_id(same, &sid,
						    GUISE_UNIX_ID_UID, &other),
			 0);
	assert_int_equal(one.id, other.id);
	assert_int_equal(one.source, GUISE_ID_SOURCE_ALGORITHM);
	assert_int_equal(one.id % 200000, 1107);
	expect_sid(ids, GUISE_UNIX_ID_GID, one.id, A "-1107",
		   GUISE_ID_SOURCE_ALGORITHM);
	/* a RID beyond the slice would be another domain's */
	expect_none(ids, A "-200000", GUISE_UNIX_ID_UID);
	ids = guise_identities_unref(ids);
	same = guise_identities_unref(same);
}

static void sources_that_are_not_named_are_not_asked(void **state)
{
	const struct guise_identities *ids = identities_of(
		"[idmap]\nsources =\n[realm R]\nclients = accounts\n");

	(void)state;
	expect_none(ids, "S-1-22-1-1000", GUISE_UNIX_ID_UID);
	expect_sid(ids, GUISE_UNIX_ID_UID, 1000, "S-1-22-1-1000",
		   GUISE_ID_SOURCE_UNIX);
	ids = guise_identities_unref(ids);
}

static void what_makes_no_sense_is_refused(void **state)
{
	const struct guise_identities *ids = identities_of(text);
	const struct guise_sid sid = sid_of(A "-1105");
	struct guise_sid broken = sid, ret_sid;
	struct guise_unix_id id;

	(void)state;
	broken.n_subs = 200;
	assert_int_equal(guise_identities_sid_to_id(NULL, &sid, 1, &id),
			 -EINVAL);
	assert_int_equal(guise_identities_sid_to_id(ids, NULL, 1, &id),
			 -EINVAL);
	assert_int_equal(guise_identities_sid_to_id(ids, &sid, 1, NULL),
			 -EINVAL);
	assert_int_equal(guise_identities_sid_to_id(ids, &sid, 0, &id),
			 -EINVAL);
	assert_int_equal(guise_identities_sid_to_id(ids, &sid, 4, &id),
			 -EINVAL);
	assert_int_equal(guise_identities_sid_to_id(ids, &broken, 1, &id),
			 GUISE_E_INVALID_SID);
	assert_int_equal(guise_identities_id_to_sid(ids, 1, GUISE_UID_NONE,
						    &ret_sid, NULL),
			 -EINVAL);
	assert_int_equal(guise_identities_id_to_sid(ids, 3, 5, &ret_sid, NULL),
			 -EINVAL);
	assert_int_equal(guise_identities_id_to_sid(ids, 1, 5, NULL, NULL),
			 -EINVAL);
	assert_int_equal(guise_identities_id_to_sid(ids, 1, 5, &ret_sid, NULL),
			 0);
	assert_string_equal(guise_id_source_name(99), "-");
	assert_string_equal(guise_id_source_name(GUISE_ID_SOURCE_NONE), "-");
	ids = guise_identities_unref(ids);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_decides_first),
		cmocka_unit_test(only_the_table_gives_root_and_nobody),
		cmocka_unit_test(well_known_sids_have_no_id),
		cmocka_unit_test(unix_sids_are_their_ids),
		cmocka_unit_test(a_domain_has_the_ids_of_its_range),
		cmocka_unit_test(an_id_of_the_table_is_nobody_elses),
		cmocka_unit_test(murmur3_is_murmur3),
		cmocka_unit_test(the_algorithm_is_the_same_everywhere),
		cmocka_unit_test(sources_that_are_not_named_are_not_asked),
		cmocka_unit_test(what_makes_no_sense_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
