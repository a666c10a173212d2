/* SPDX-License-Identifier: Apache-2.0 */
/* Targets of requests: one spelling, one meaning; the rest is refused. */
#include "cmocka-wrap.h"

#include "guard-page.h"

#include "destination.h"
#include "target.h"

static void ambiguous_and_broken_targets_are_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"a",
		"a/b",
		"*",
		"//",
		"/a//b",
		"//a",
		"/a//",
		"/.",
		"/..",
		"/./a",
		"/a/..",
		"/a/../b",
		"/a/./b",
		"/a/..?x",
		"/%2e",
		"/%2E%2e",
		"/.%2e/a",
		"/%2e./a",
		"/a/%2e%2e/b",
		"/a%2fb",
		"/a%2Fb",
		"/%2f",
		"/a%00",
		"/%00",
		"/a%",
		"/a%1",
		"/a%g0",
		"/a%0g",
		"/a%-1",
		"/a b",
		"/a\tb",
		"/a\nb",
		"/a\x7f",
		"/a#b",
		"#",
		"?",
		"?a",
		"ftp://h/a",
		"http:/a",
		"http:///../a",
		"https://h/a/../b",
		"file:///a",
		"/a/%2e",
	};
	struct target t = {.size = 77};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		if (target_parse(span_of(bad[i]), &t) != -EINVAL)
			fail_msg("accepted: %s", bad[i]);
		assert_int_equal(t.size, 77);
	}
}

static void good_targets_mean_one_path(void **state)
{
	static const struct {
		const char *raw;
		const char *path;
		bool is_directory;
	} good[] = {
		{"/", "", true},
		{"/a", "a", false},
		{"/a/", "a", true},
		{"/a/b", "a/b", false},
		{"/a/b/", "a/b", true},
		{"/a?b=../..", "a", false},
		{"/?x", "", true},
		{"/%41", "A", false},
		{"/a%20b", "a b", false},
		{"/%c3%a9", "\xc3\xa9", false},
		{"/\xc3\xa9", "\xc3\xa9", false},
		{"/%ff", "\xff", false},
		{"/%252e%252e", "%2e%2e", false},
		{"/...", "...", false},
		{"/.a", ".a", false},
		{"/a..", "a..", false},
		{"/a%3Fb", "a?b", false},
		{"/a%23b", "a#b", false},
		{"/a\\b", "a\\b", false},
		{"http://host/a/b", "a/b", false},
		{"HTTPS://host:1/a/", "a", true},
		{"http://host", "", true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		struct target t;

		if (target_parse(span_of(good[i].raw), &t) != 0)
			fail_msg("refused: %s", good[i].raw);
		assert_string_equal(t.path, good[i].path);
		assert_int_equal(t.size, strlen(good[i].path));
		assert_int_equal(t.is_directory, good[i].is_directory);
	}
}

static void long_names_and_paths_are_refused(void **state)
{
	char raw[TARGET_RAW_MAX + 2];
	struct target t;

	(void)state;
	memset(raw, 'a', sizeof(raw));
	raw[0] = '/';
	assert_int_equal(target_parse((struct span){raw, 256}, &t), 0);
	assert_int_equal(target_parse((struct span){raw, 257}, &t),
			 -ENAMETOOLONG);
	assert_int_equal(target_parse((struct span){raw, sizeof(raw)}, &t),
			 -ENAMETOOLONG);
	for (size_t i = 0; i < sizeof(raw); i += 100)
		raw[i] = '/';
	assert_int_equal(target_parse((struct span){raw, 4096}, &t), 0);
	assert_int_equal(t.size, 4095);
	assert_int_equal(target_parse((struct span){raw, 4097}, &t),
			 -ENAMETOOLONG);
}

static void every_truncation_stays_inside(void **state)
{
	static const char raw[] = "http://host/a%41/b%c3%a9/?q";
	struct guard_page page = guard_page_new(sizeof(raw));

	(void)state;
	for (size_t n = 0; n < sizeof(raw); n++) {
		uint8_t *at = guard_page_place(&page, raw, n);
		struct target t;

		(void)!target_parse((struct span){(char *)at, n}, &t);
	}
	guard_page_free(&page);
}

static void destinations_elsewhere_are_refused(void **state)
{
	static const struct {
		const char *value;
		const char *host;
		int error;
	} bad[] = {
		{"http://other/a", "host", -EXDEV},
		{"http://host:81/a", "host", -EXDEV},
		{"http://host/a", "", -EXDEV},
		{"http://user@host/a", "host", -EXDEV},
		{"http://host.evil/a", "host", -EXDEV},
		{"", "host", -EINVAL},
		{"a", "host", -EINVAL},
		{"a/b", "host", -EINVAL},
		{"//host/a", "host", -EINVAL},
		{"ftp://host/a", "host", -EINVAL},
		{"http://host/../a", "host", -EINVAL},
		{"/a/../b", "host", -EINVAL},
		{"/a?b", "host", -EINVAL},
		{"http://host/a?b", "host", -EINVAL},
		{"/a#b", "host", -EINVAL},
		{"/a b", "host", -EINVAL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct target t;

		if (destination_parse(span_of(bad[i].value),
				      span_of(bad[i].host), &t) != bad[i].error)
			fail_msg("wrong answer to: %s", bad[i].value);
	}
}

static void destinations_here_are_taken(void **state)
{
	static const char *const good[] = {
		"/a/b",
		" /a/b ",
		"http://HOST:8080/a/b",
		"https://host:8080/a/b",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		struct target t;

		assert_int_equal(destination_parse(span_of(good[i]),
						   span_of("host:8080"), &t),
				 0);
		assert_string_equal(t.path, "a/b");
	}
}

static void depth_and_overwrite_are_exact(void **state)
{
	static const char *const no_depth[] = {"",    "2",   "00", "-1",
					       "0,1", "inf", "1 1"};
	static const char *const no_overwrite[] = {"", "yes", "TF", "0", "1"};
	enum depth depth;
	bool overwrite;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(no_depth); i++)
		assert_false(depth_parse(span_of(no_depth[i]), &depth));
	for (size_t i = 0; i < ARRAY_SIZE(no_overwrite); i++)
		assert_false(
			overwrite_parse(span_of(no_overwrite[i]), &overwrite));
	assert_true(depth_parse(span_of("0"), &depth) && depth == DEPTH_0);
	assert_true(depth_parse(span_of("1"), &depth) && depth == DEPTH_1);
	assert_true(depth_parse(span_of("Infinity"), &depth) &&
		    depth == DEPTH_INFINITY);
	assert_true(overwrite_parse(span_of("t"), &overwrite) && overwrite);
	assert_true(overwrite_parse(span_of("F"), &overwrite) && !overwrite);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ambiguous_and_broken_targets_are_refused),
		cmocka_unit_test(good_targets_mean_one_path),
		cmocka_unit_test(long_names_and_paths_are_refused),
		cmocka_unit_test(every_truncation_stays_inside),
		cmocka_unit_test(destinations_elsewhere_are_refused),
		cmocka_unit_test(destinations_here_are_taken),
		cmocka_unit_test(depth_and_overwrite_are_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
