/* SPDX-License-Identifier: Apache-2.0 */
/* Paths of clients, as text. */
#include "cmocka-wrap.h"

#include <guise/share.h>

#include "share-internal.h"

static void crooked_paths_are_refused(void **state)
{
	static const char *const paths[] = {
		"/",   "/a",   "a/",   "a//b",	 ".",	  "..", "./a",
		"a/.", "../a", "a/..", "a/../b", "a/./b", "//", "a/b/",
	};
	(void)state;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		assert_int_equal(path_check(paths[i]), -EINVAL);
}

static void long_paths_are_refused(void **state)
{
	char name[GUISE_NAME_MAX + 2];
	char path[GUISE_PATH_MAX + 2];
	(void)state;

	memset(name, 'a', sizeof(name));
	name[GUISE_NAME_MAX + 1] = '\0';
	assert_int_equal(path_check(name), -ENAMETOOLONG);
	name[GUISE_NAME_MAX] = '\0';
	assert_int_equal(path_check(name), 0);
	for (size_t i = 0; i < sizeof(path); i++)
		path[i] = i % 2 ? '/' : 'a';
	path[GUISE_PATH_MAX + 1] = '\0';
	assert_int_equal(path_check(path), -ENAMETOOLONG);
	path[GUISE_PATH_MAX] = '\0';
	assert_int_equal(path_check(path), 0);
}

static void names_of_temporaries_do_not_exist(void **state)
{
	(void)state;
	assert_int_equal(path_check(GUISE_TEMP_PREFIX "x"), -ENOENT);
	assert_int_equal(path_check(GUISE_TEMP_PREFIX), -ENOENT);
	assert_int_equal(path_check("a/" GUISE_TEMP_PREFIX "x/b"), -ENOENT);
}

static void plain_paths_pass(void **state)
{
	static const char *const paths[] = {
		"", "a", "a/b", "...", ".a", "..a", "a/.b/c..", "\xff\xfe",
	};
	(void)state;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		assert_int_equal(path_check(paths[i]), 0);
}

static void split_and_join_are_inverse(void **state)
{
	static const char *const paths[] = {"a", "a/b", "a/b/c", "..."};
	(void)state;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		char parent[GUISE_PATH_MAX + 1];
		char joined[GUISE_PATH_MAX + 1];
		const char *name = path_split(paths[i], parent);

		assert_null(strchr(name, '/'));
		assert_int_equal(path_join(parent, name, joined), 0);
		assert_string_equal(joined, paths[i]);
	}
}

static void what_does_not_fit_is_not_joined(void **state)
{
	char directory[GUISE_PATH_MAX + 1];
	char joined[GUISE_PATH_MAX + 1];
	(void)state;

	memset(directory, 'a', GUISE_PATH_MAX - 1);
	directory[GUISE_PATH_MAX - 1] = '\0';
	assert_int_equal(path_join(directory, "b", joined), -ENAMETOOLONG);
	directory[GUISE_PATH_MAX - 2] = '\0';
	assert_int_equal(path_join(directory, "b", joined), 0);
	assert_int_equal(strlen(joined), GUISE_PATH_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(crooked_paths_are_refused),
		cmocka_unit_test(long_paths_are_refused),
		cmocka_unit_test(names_of_temporaries_do_not_exist),
		cmocka_unit_test(plain_paths_pass),
		cmocka_unit_test(split_and_join_are_inverse),
		cmocka_unit_test(what_does_not_fit_is_not_joined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
