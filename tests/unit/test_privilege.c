/* SPDX-License-Identifier: Apache-2.0 */
/* Privileges: names, numbers, and tests/vectors/privilege.txt. */
#include "cmocka-wrap.h"

#include "vectors.h"

#include "base.h"
#include "text.h"
#include <guise/privilege.h>

static int parse(const char *text, enum guise_privilege *ret)
{
	return guise_privilege_parse(text, strlen(text), ret);
}

static void names_and_numbers_are_those_of_windows(void **state)
{
	struct vectors v = vectors_open("privilege.txt");
	enum guise_privilege privilege;
	uint64_t number;

	(void)state;
	while (vectors_next(&v, 3)) {
		assert_int_equal(parse(v.column[0], &privilege), 0);
		assert_true(text_to_u64(v.column[1], strlen(v.column[1]), 64,
					&number));
		assert_int_equal(privilege, number);
		assert_string_equal(guise_privilege_name(privilege),
				    v.column[0]);
	}
	assert_true(v.n_rows > 10);
	vectors_close(&v);
}

static void every_number_has_one_name_and_back(void **state)
{
	enum guise_privilege back;

	(void)state;
	for (unsigned p = GUISE_PRIVILEGE_MIN; p <= GUISE_PRIVILEGE_MAX; p++) {
		assert_int_equal(parse(guise_privilege_name(p), &back), 0);
		assert_int_equal(back, p);
		assert_non_null(guise_privilege_display_name(p));
	}
	assert_null(guise_privilege_name(0));
	assert_null(guise_privilege_name(1));
	assert_null(guise_privilege_name(GUISE_PRIVILEGE_MAX + 1));
	assert_null(guise_privilege_display_name(UINT32_MAX));
}

static void case_does_not_matter(void **state)
{
	enum guise_privilege privilege;

	(void)state;
	assert_int_equal(parse("sebackupPRIVILEGE", &privilege), 0);
	assert_int_equal(privilege, GUISE_SE_BACKUP);
}

static void unknown_names_are_refused(void **state)
{
	static const char *const bad[] = {"",
					  "SeBackup",
					  "BackupPrivilege",
					  "SeBackupPrivilege ",
					  "SeUnsolicitedInputPrivilege",
					  "SeNothingPrivilege"};
	enum guise_privilege privilege = GUISE_SE_TCB;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(parse(bad[i], &privilege),
				 GUISE_E_NO_SUCH_PRIVILEGE);
	assert_int_equal(privilege, GUISE_SE_TCB);
	assert_int_equal(guise_privilege_parse(NULL, 0, &privilege), -EINVAL);
}

static void the_set_of_all_has_each_and_nothing_else(void **state)
{
	(void)state;
	for (unsigned p = 0; p < 64; p++) {
		bool in = GUISE_PRIVILEGE_ALL & GUISE_PRIVILEGE_BIT(p);

		assert_int_equal(in, guise_privilege_name(p) != NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_numbers_are_those_of_windows),
		cmocka_unit_test(every_number_has_one_name_and_back),
		cmocka_unit_test(case_does_not_matter),
		cmocka_unit_test(unknown_names_are_refused),
		cmocka_unit_test(the_set_of_all_has_each_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
