/* SPDX-License-Identifier: Apache-2.0 */
/* The buffers of a PAC, as another encoder (kdb_pac.c) writes them. */
#include "cmocka-wrap.h"

#include "guard-page.h"
#include "kdb_pac.h"
#include "pac.h"

#define USER "S-1-5-21-1-2-3-1103"
#define GROUPS "513 1110 S-1-18-1 S-1-5-21-9-9-9-2001"

static void sid_is(const struct guise_sid *got, const char *want)
{
	char text[GUISE_SID_TEXT_SIZE];

	guise_sid_format(got, text);
	assert_string_equal(text, want);
}

/* @want: SIDs in this order, blanks between */
static void groups_are(const struct guise_sid_and_attributes *got, size_t n,
		       const char *want)
{
	char text[4096] = "", one[GUISE_SID_TEXT_SIZE];
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		guise_sid_format(&got[i].sid, one);
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s",
				       i ? " " : "", one);
		assert_true(at < sizeof(text));
	}
	assert_string_equal(text, want);
}

static struct bytes logon_info(const char *user, const char *groups,
			       const char *resource)
{
	struct bytes bytes = {0};

	assert_true(make_logon_info(&bytes, user, groups, resource, "alice",
				    "ADTEST"));
	return bytes;
}

/* What the decoder says to @bytes, which are released. */
static int read_logon(struct pac *pac, struct bytes bytes)
{
	int r = pac_logon_info(pac, bytes.data, bytes.size);

	free(bytes.data);
	return r;
}

static void put_at(struct bytes *bytes, size_t at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		bytes->data[at + i] = (uint8_t)(value >> 8 * i);
}

/* Where members of KERB_VALIDATION_INFO are: headers and the pointer, 20; six
 * times, six names, two counts. */
#define AT_USER_ID (20 + 48 + 48 + 4)
#define AT_USER_FLAGS (AT_USER_ID + 16)
#define AT_DOMAIN_ID (AT_USER_FLAGS + 4 + 16 + 8 + 8)

static void a_logon_info_says_who_it_is(void **state)
{
	struct pac pac = {0};

	(void)state;
	assert_int_equal(read_logon(&pac, logon_info(USER, GROUPS, NULL)), 0);
	assert_true(pac.has_logon_info);
	sid_is(&pac.user, USER);
	sid_is(&pac.domain_sid, "S-1-5-21-1-2-3");
	sid_is(&pac.primary_group, "S-1-5-21-1-2-3-513");
	groups_are(pac.groups, pac.n_groups,
		   "S-1-5-21-1-2-3-513 S-1-5-21-1-2-3-1110 S-1-18-1 "
		   "S-1-5-21-9-9-9-2001");
	for (size_t i = 0; i < pac.n_groups; i++)
		assert_int_equal(pac.groups[i].attributes, GUISE_GROUP_USUAL);
	assert_string_equal(pac.account, "alice");
	assert_string_equal(pac.domain, "ADTEST");
	pac_clear(&pac);
	assert_null(pac.groups);
}

static void a_user_without_groups_has_none(void **state)
{
	struct pac pac = {0};

	(void)state;
	assert_int_equal(read_logon(&pac, logon_info(USER, NULL, NULL)), 0);
	assert_int_equal(pac.n_groups, 0);
	pac_clear(&pac);
}

static void groups_of_the_resource_domain_count(void **state)
{
	struct pac pac = {0};

	(void)state;
	assert_int_equal(read_logon(&pac, logon_info(USER, "513",
						     "S-1-5-21-7-7-7 1201 5")),
			 0);
	groups_are(pac.groups, pac.n_groups,
		   "S-1-5-21-1-2-3-513 S-1-5-21-7-7-7-1201 S-1-5-21-7-7-7-5");
	pac_clear(&pac);
}

static void a_group_that_repeats_is_there_once(void **state)
{
	struct pac pac = {0};

	(void)state;
	assert_int_equal(
		read_logon(&pac, logon_info(USER,
					    "513 514 513 S-1-18-1 "
					    "S-1-5-21-1-2-3-514 S-1-18-1",
					    "S-1-5-21-1-2-3 513 600")),
		0);
	groups_are(pac.groups, pac.n_groups,
		   "S-1-5-21-1-2-3-513 S-1-5-21-1-2-3-514 S-1-18-1 "
		   "S-1-5-21-1-2-3-600");
	pac_clear(&pac);
}

static void with_attributes(uint32_t attributes, uint32_t want)
{
	struct pac pac = {0};
	char group[32];

	snprintf(group, sizeof(group), "1200=%#x", attributes);
	assert_int_equal(read_logon(&pac, logon_info(USER, group, NULL)), 0);
	assert_int_equal(pac.n_groups, 1);
	assert_int_equal(pac.groups[0].attributes, want);
	pac_clear(&pac);
}

static void attributes_are_those_of_a_domains_group(void **state)
{
	(void)state;
	with_attributes(7, 7);
	with_attributes(0x20000007, 0x20000007);
	with_attributes(0xf, 0xf);
	with_attributes(0, 0);
	/* no label, no logon SID, nothing unknown */
	with_attributes(0xc0000067, 7);
	with_attributes(0xffffffff, GUISE_GROUP_USE_FOR_DENY_ONLY);
	with_attributes(0x17, GUISE_GROUP_USE_FOR_DENY_ONLY);
}

static void what_contradicts_itself_is_refused(void **state)
{
	struct bytes bytes = logon_info(USER, GROUPS, NULL);
	struct pac pac = {0};

	(void)state;
	put_at(&bytes, AT_USER_FLAGS, 0); /* says: no extra SIDs */
	assert_int_equal(read_logon(&pac, bytes), GUISE_E_PROTOCOL);

	bytes = logon_info(USER, "513", "S-1-5-21-7-7-7 1201");
	put_at(&bytes, AT_USER_FLAGS, 0x20);
	assert_int_equal(read_logon(&pac, bytes), GUISE_E_PROTOCOL);

	bytes = logon_info(USER, "513 S-1-5-21-9-9-9-1000", NULL);
	put_at(&bytes, AT_USER_ID, 0);
	assert_int_equal(read_logon(&pac, bytes), GUISE_E_PROTOCOL);

	bytes = logon_info(USER, "513", NULL);
	put_at(&bytes, AT_DOMAIN_ID, 0); /* no domain */
	assert_int_equal(read_logon(&pac, bytes), GUISE_E_PROTOCOL);
	assert_false(pac.has_logon_info);
}

static void a_second_logon_info_is_refused(void **state)
{
	struct pac pac = {0};

	(void)state;
	assert_int_equal(read_logon(&pac, logon_info(USER, "513", NULL)), 0);
	assert_int_equal(
		read_logon(&pac, logon_info("S-1-5-21-1-2-3-500", "512", NULL)),
		GUISE_E_PROTOCOL);
	sid_is(&pac.user, USER);
	pac_clear(&pac);
}

static void names_that_are_none_are_refused(void **state)
{
	struct bytes bytes = {0};
	struct pac pac = {0};
	char *long_name = malloc(1100);
	size_t at = 0;

	(void)state;
	assert_non_null(long_name);
	memset(long_name, 'a', 1099);
	long_name[GUISE_USER_NAME_MAX] = '\0';
	make_logon_info(&bytes, USER, NULL, NULL, long_name, "X");
	assert_int_equal(read_logon(&pac, bytes), 0);
	assert_string_equal(pac.account, long_name);
	pac_clear(&pac);

	long_name[GUISE_USER_NAME_MAX] = 'a';
	long_name[GUISE_USER_NAME_MAX + 1] = '\0';
	bytes = (struct bytes){0};
	make_logon_info(&bytes, USER, NULL, NULL, long_name, "X");
	assert_int_equal(read_logon(&pac, bytes), GUISE_E_LIMIT);

	/* "alice" with a NUL in it */
	bytes = logon_info(USER, NULL, NULL);
	while (memcmp(bytes.data + at, "a\0l\0i\0c\0e", 9) != 0)
		at++;
	bytes.data[at + 4] = 0;
	assert_int_equal(read_logon(&pac, bytes), GUISE_E_PROTOCOL);
	free(long_name);
}

static void only_so_many_groups_are_read(void **state)
{
	char *list = malloc(GUISE_PAC_SIDS_MAX * 8 + 64), *at = list;
	struct pac pac = {0};

	(void)state;
	assert_non_null(list);
	for (unsigned i = 0; i < GUISE_PAC_SIDS_MAX; i++)
		at += snprintf(at, 9, "%u ", i + 1000);
	assert_int_equal(read_logon(&pac, logon_info(USER, list, NULL)), 0);
	assert_int_equal(pac.n_groups, GUISE_PAC_SIDS_MAX);
	pac_clear(&pac);
	snprintf(at, 9, "999");
	assert_int_equal(read_logon(&pac, logon_info(USER, list, NULL)),
			 GUISE_E_LIMIT);
	free(list);
}

typedef int decoder(struct pac *pac, const void *data, size_t size);

/* Every truncation fails, every flipped bit does no harm. */
static void survive(decoder *decode, struct bytes bytes)
{
	struct guard_page guard = guard_page_new(bytes.size);
	struct pac pac = {0};

	for (size_t size = 0; size < bytes.size; size++) {
		const uint8_t *at = guard_page_place(&guard, bytes.data, size);

		if (decode(&pac, at, size) == 0)
			fail_msg("%zu of %zu bytes pass", size, bytes.size);
		assert_memory_equal(&pac, &(struct pac){0}, sizeof(pac));
	}
	for (size_t bit = 0; bit < 8 * bytes.size; bit++) {
		int r;

		bytes.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		r = decode(&pac,
			   guard_page_place(&guard, bytes.data, bytes.size),
			   bytes.size);
		bytes.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (r < 0)
			assert_memory_equal(&pac, &(struct pac){0},
					    sizeof(pac));
		else
			pac_clear(&pac);
	}
	assert_int_equal(decode(&pac, bytes.data, bytes.size), 0);
	pac_clear(&pac);
	guard_page_free(&guard);
	free(bytes.data);
}

static void a_logon_info_that_lies_does_no_harm(void **state)
{
	(void)state;
	survive(pac_logon_info,
		logon_info(USER, GROUPS, "S-1-5-21-7-7-7 1201"));
}

static void a_device_info_says_which_device(void **state)
{
	struct bytes bytes = {0};
	struct pac pac = {0};

	(void)state;
	assert_true(make_device_info(
		&bytes, "S-1-5-21-1-2-3-1500",
		"515 S-1-18-1 S-1-5-21-4-5-6:1101,1102 S-1-5-21-7-7-7:9"));
	assert_int_equal(pac_device_info(&pac, bytes.data, bytes.size), 0);
	assert_true(pac.has_device);
	sid_is(&pac.device, "S-1-5-21-1-2-3-1500");
	groups_are(pac.device_groups, pac.n_device_groups,
		   "S-1-5-21-1-2-3-515 S-1-18-1 S-1-5-21-4-5-6-1101 "
		   "S-1-5-21-4-5-6-1102 S-1-5-21-7-7-7-9");
	pac_clear(&pac);
	survive(pac_device_info, bytes);
}

static void upn_and_domain_are_read(void **state)
{
	struct bytes bytes = {0};
	struct pac pac = {0};

	(void)state;
	make_upn_info(&bytes, "alice@\xc3\xa4.test", "AD.TEST");
	assert_int_equal(pac_upn_info(&pac, bytes.data, bytes.size), 0);
	assert_string_equal(pac.upn, "alice@\xc3\xa4.test");
	assert_string_equal(pac.dns_domain, "AD.TEST");
	pac_clear(&pac);
	free(bytes.data);
}

static void names_outside_the_buffer_are_refused(void **state)
{
	static const struct {
		uint8_t upn_size, upn_at, dns_size, dns_at;
		int want;
	} rows[] = {
		{4, 12, 0, 16, 0},		  /* up to the end */
		{4, 13, 0, 16, GUISE_E_PROTOCOL}, /* one too far */
		{6, 12, 0, 16, GUISE_E_PROTOCOL},
		{0, 17, 0, 16, GUISE_E_PROTOCOL},
		{3, 12, 0, 16, GUISE_E_PROTOCOL}, /* half a character */
		{4, 12, 2, 16, GUISE_E_PROTOCOL},
		{4, 12, 0, 255, GUISE_E_PROTOCOL},
	};
	struct guard_page guard = guard_page_new(16);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const uint8_t bytes[16] = {rows[i].upn_size,
					   0,
					   rows[i].upn_at,
					   0,
					   rows[i].dns_size,
					   0,
					   rows[i].dns_at,
					   0,
					   0,
					   0,
					   0,
					   0,
					   'a',
					   0,
					   'b',
					   0};
		struct pac pac = {0};

		assert_int_equal(
			pac_upn_info(&pac, guard_page_place(&guard, bytes, 16),
				     16),
			rows[i].want);
	}
	for (size_t size = 0; size < 12; size++) {
		const uint8_t zeros[12] = {0};
		struct pac pac = {0};

		assert_int_equal(
			pac_upn_info(&pac,
				     guard_page_place(&guard, zeros, size),
				     size),
			GUISE_E_PROTOCOL);
	}
	guard_page_free(&guard);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_logon_info_says_who_it_is),
		cmocka_unit_test(a_user_without_groups_has_none),
		cmocka_unit_test(groups_of_the_resource_domain_count),
		cmocka_unit_test(a_group_that_repeats_is_there_once),
		cmocka_unit_test(attributes_are_those_of_a_domains_group),
		cmocka_unit_test(what_contradicts_itself_is_refused),
		cmocka_unit_test(a_second_logon_info_is_refused),
		cmocka_unit_test(names_that_are_none_are_refused),
		cmocka_unit_test(only_so_many_groups_are_read),
		cmocka_unit_test(a_logon_info_that_lies_does_no_harm),
		cmocka_unit_test(a_device_info_says_which_device),
		cmocka_unit_test(upn_and_domain_are_read),
		cmocka_unit_test(names_outside_the_buffer_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
