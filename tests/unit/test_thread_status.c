/* SPDX-License-Identifier: Apache-2.0 */
/* The text of /proc/PID/status, whole, cut short and made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "status.h"

#define UID_LINE "Uid:\t0\t310001\t0\t310001\n"
#define GID_LINE "Gid:\t1\t2\t3\t4\n"
#define GROUPS_LINE "Groups:\t4 27 310100 \n"
#define PRM_LINE "CapPrm:\t000001ffffffffff\n"
#define EFF_LINE "CapEff:\t00000000000000c0\n"
#define NAME_LINE "Name:\tguise\n"
#define OTHERS "Umask:\t0022\nState:\tR (running)\nTgid:\t1\n"

static int parse(const char *text, struct status *ret)
{
	return status_parse(text, strlen(text), ret);
}

static void assert_bad(const char *text)
{
	struct status s = {.n_groups = 77};

	assert_int_equal(parse(text, &s), -EBADMSG);
	assert_int_equal(s.n_groups, 77); /* untouched */
}

static void ids_groups_and_capabilities_are_read(void **state)
{
	struct status s;

	(void)state;
	assert_int_equal(parse(NAME_LINE OTHERS UID_LINE GID_LINE GROUPS_LINE
				       PRM_LINE EFF_LINE "Seccomp:\t0\n",
			       &s),
			 0);
	assert_string_equal(s.comm, "guise");
	assert_int_equal(s.uids[STATUS_REAL], 0);
	assert_int_equal(s.uids[STATUS_EFFECTIVE], 310001);
	assert_int_equal(s.uids[STATUS_SAVED], 0);
	assert_int_equal(s.uids[STATUS_FS], 310001);
	assert_int_equal(s.gids[STATUS_FS], 4);
	assert_int_equal(s.n_groups, 3);
	assert_int_equal(s.groups[2], 310100);
	assert_true(s.permitted == UINT64_C(0x1ffffffffff));
	assert_true(s.effective == 0xc0);
	status_clear(&s);
}

static void no_groups_is_an_empty_list(void **state)
{
	struct status s;

	(void)state;
	assert_int_equal(parse(NAME_LINE UID_LINE GID_LINE
			       "Groups:\t \n" PRM_LINE EFF_LINE,
			       &s),
			 0);
	assert_int_equal(s.n_groups, 0);
	status_clear(&s);
}

static void a_missing_line_is_refused(void **state)
{
	(void)state;
	assert_bad("");
	assert_bad("\n\n");
	assert_bad(UID_LINE GID_LINE GROUPS_LINE PRM_LINE EFF_LINE);
	assert_bad(NAME_LINE GID_LINE GROUPS_LINE PRM_LINE EFF_LINE);
	assert_bad(NAME_LINE UID_LINE GROUPS_LINE PRM_LINE EFF_LINE);
	assert_bad(NAME_LINE UID_LINE GID_LINE PRM_LINE EFF_LINE);
	assert_bad(NAME_LINE UID_LINE GID_LINE GROUPS_LINE EFF_LINE);
	assert_bad(NAME_LINE UID_LINE GID_LINE GROUPS_LINE PRM_LINE);
}

static void a_line_that_comes_twice_is_refused(void **state)
{
	(void)state;
	assert_bad(NAME_LINE UID_LINE UID_LINE GID_LINE GROUPS_LINE PRM_LINE
			   EFF_LINE);
	assert_bad(NAME_LINE UID_LINE GID_LINE GROUPS_LINE PRM_LINE EFF_LINE
			   UID_LINE);
}

static void a_bad_number_is_refused(void **state)
{
	static const char *const lines[] = {
		"Uid:\t0\t0\t0\n",
		"Uid:\t0\t0\t0\t0\t0\n",
		"Uid:\t0\t-1\t0\t0\n",
		"Uid:\t0\t4294967296\t0\t0\n",
		"Uid:\t0\t0x10\t0\t0\n",
		"Uid:\t0\t99999999999\t0\t0\n",
		"Uid:\t\n",
		"Uid:\t0 a 0 0\n",
	};
	static const char *const rest =
		NAME_LINE GID_LINE GROUPS_LINE PRM_LINE EFF_LINE;
	char text[512];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		(void)snprintf(text, sizeof(text), "%s%s", rest, lines[i]);
		assert_bad(text);
	}
	assert_bad(NAME_LINE UID_LINE GID_LINE
		   "Groups:\t4 x\n" PRM_LINE EFF_LINE);
	assert_bad(NAME_LINE UID_LINE GID_LINE GROUPS_LINE PRM_LINE
		   "CapEff:\t0\n");
	assert_bad(NAME_LINE UID_LINE GID_LINE GROUPS_LINE PRM_LINE
		   "CapEff:\t00000000000000zz\n");
}

/* Every truncation: refused, or the same as the whole. */
static void a_truncated_file_is_no_other_identity(void **state)
{
	static const char whole[] =
		NAME_LINE UID_LINE GID_LINE PRM_LINE EFF_LINE
		"Groups:\t4 27 \nThreads:\t1\n";
	struct status s;

	(void)state;
	for (size_t n = 0; n < sizeof(whole) - 1; n++) {
		if (status_parse(whole, n, &s) < 0)
			continue;
		assert_int_equal(s.uids[STATUS_EFFECTIVE], 310001);
		assert_true(s.effective == 0xc0);
		status_clear(&s);
	}
}

static void a_long_name_is_cut(void **state)
{
	struct status s;

	(void)state;
	assert_int_equal(
		parse("Name:\t0123456789abcdefghij\\nUid:\t7\n" UID_LINE
			      GID_LINE GROUPS_LINE PRM_LINE EFF_LINE,
		      &s),
		0);
	assert_string_equal(s.comm, "0123456789abcde");
	assert_int_equal(s.uids[STATUS_EFFECTIVE], 310001);
	status_clear(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_groups_and_capabilities_are_read),
		cmocka_unit_test(no_groups_is_an_empty_list),
		cmocka_unit_test(a_missing_line_is_refused),
		cmocka_unit_test(a_line_that_comes_twice_is_refused),
		cmocka_unit_test(a_bad_number_is_refused),
		cmocka_unit_test(a_truncated_file_is_no_other_identity),
		cmocka_unit_test(a_long_name_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
