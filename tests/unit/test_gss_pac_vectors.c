/* SPDX-License-Identifier: Apache-2.0 */
/* PACs of a domain controller and of Samba's library: vectors/pac.tsv. */
#include "cmocka-wrap.h"

#include "guard-page.h"
#include "vectors.h"

#include "pac.h"
#include "text.h"

enum column {
	NAME,
	SOURCE,
	KIND,
	USER,
	PRIMARY,
	ACCOUNT,
	DOMAIN,
	GROUPS,
	BYTES,
	N_COLUMNS
};

static int decode(const char *kind, struct pac *pac, const void *data,
		  size_t size)
{
	if (vectors_is(kind, "logon-info"))
		return pac_logon_info(pac, data, size);
	assert_string_equal(kind, "upn-dns-info");
	return pac_upn_info(pac, data, size);
}

static struct guise_buf bytes_of(const char *hex)
{
	struct guise_buf bytes = {0};

	assert_int_equal(text_unhex(hex, strlen(hex), &bytes), 0);
	return bytes;
}

static void check_sid(const struct guise_sid *sid, const char *wanted)
{
	char text[GUISE_SID_TEXT_SIZE];

	(void)guise_sid_format(sid, text);
	assert_string_equal(text, wanted);
}

static void check_groups(const struct pac *pac, char *wanted)
{
	char text[GUISE_SID_TEXT_SIZE], one[GUISE_SID_TEXT_SIZE + 16];
	char *word;
	size_t n = 0;

	while ((word = strsep(&wanted, " ")) && *word) {
		assert_true(n < pac->n_groups);
		(void)guise_sid_format(&pac->groups[n].sid, text);
		(void)snprintf(one, sizeof(one), "%s=%x", text,
			       pac->groups[n].attributes);
		assert_string_equal(one, word);
		n++;
	}
	assert_int_equal(pac->n_groups, n);
}

static void check(const struct pac *pac, char **column)
{
	if (vectors_is(column[KIND], "upn-dns-info")) {
		assert_string_equal(pac->upn, column[ACCOUNT]);
		assert_string_equal(pac->dns_domain, column[DOMAIN]);
		return;
	}
	assert_true(pac->has_logon_info);
	check_sid(&pac->user, column[USER]);
	check_sid(&pac->primary_group, column[PRIMARY]);
	assert_string_equal(pac->account, column[ACCOUNT]);
	assert_string_equal(pac->domain, column[DOMAIN]);
	check_groups(pac, column[GROUPS]);
}

static void the_pac_says_what_sambas_library_reads_in_it(void **state)
{
	struct vectors v = vectors_open("pac.tsv");

	(void)state;
	while (vectors_next(&v, N_COLUMNS)) {
		struct guise_buf bytes = bytes_of(v.column[BYTES]);
		struct pac pac = {0};

		if (decode(v.column[KIND], &pac, bytes.data, bytes.size) != 0)
			fail_msg("%s: refused", v.column[NAME]);
		check(&pac, v.column);
		pac_clear(&pac);
		guise_buf_clear(&bytes);
	}
	assert_true(v.n_rows > 20);
	vectors_close(&v);
}

/* All but up to seven bytes of padding is needed. */
static void logon_information_that_ends_early_is_refused(void **state)
{
	struct vectors v = vectors_open("pac.tsv");
	struct guard_page guard = guard_page_new(65536);

	(void)state;
	while (vectors_next(&v, N_COLUMNS)) {
		struct guise_buf bytes = bytes_of(v.column[BYTES]);

		if (!vectors_is(v.column[KIND], "logon-info"))
			bytes.size = 0;
		for (size_t size = 0; size + 8 <= bytes.size; size++) {
			struct pac pac = {0};
			uint8_t *at =
				guard_page_place(&guard, bytes.data, size);

			if (decode(v.column[KIND], &pac, at, size) == 0)
				fail_msg("%s: %zu of %zu bytes are enough",
					 v.column[NAME], size, bytes.size);
			assert_false(pac.has_logon_info);
			assert_int_equal(pac.n_groups, 0);
		}
		guise_buf_clear(&bytes);
	}
	vectors_close(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_pac_says_what_sambas_library_reads_in_it),
		cmocka_unit_test(logon_information_that_ends_early_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
