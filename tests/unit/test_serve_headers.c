/* SPDX-License-Identifier: Apache-2.0 */
/* What clients say in headers: ranges, conditions, dates, credentials. */
#include "cmocka-wrap.h"

#include "basic.h"
#include "conditional.h"
#include "date.h"
#include "range.h"
#include "request.h"

static void ranges_that_are_not_one_range_give_the_whole(void **state)
{
	static const char *const whole[] = {
		"",
		"bytes",
		"bytes=",
		"bytes=-",
		"bytes=a-b",
		"bytes=1",
		"bytes=2-1",
		"bytes=0-1,3-4",
		"bytes=-1,-2",
		"bytes=--1",
		"bytes=1--2",
		"bytes=+1-2",
		"bytes=1-+2",
		"lines=0-1",
		"bytes = 0-1",
		"bytes=18446744073709551616-",
		"bytes=0x1-2",
		"bytes=1-2-3",
	};
	uint64_t offset = 7, length = 7;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(whole); i++) {
		if (range_parse(span_of(whole[i]), 10, &offset, &length) !=
		    RANGE_WHOLE)
			fail_msg("taken for a range: %s", whole[i]);
		assert_int_equal(offset, 7);
	}
}

static void ranges_outside_cannot_be_satisfied(void **state)
{
	static const struct {
		const char *value;
		uint64_t size;
	} out[] = {
		{"bytes=10-", 10},
		{"bytes=10-11", 10},
		{"bytes=-0", 10},
		{"bytes=0-0", 0},
		{"bytes=0-", 0},
		{"bytes=-5", 0},
		{"bytes=18446744073709551615-", 10},
	};
	uint64_t offset, length;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(out); i++)
		assert_int_equal(range_parse(span_of(out[i].value), out[i].size,
					     &offset, &length),
				 RANGE_UNSATISFIABLE);
}

static void one_range_is_cut_to_the_file(void **state)
{
	static const struct {
		const char *value;
		uint64_t offset;
		uint64_t length;
	} good[] = {
		{"bytes=0-0", 0, 1},
		{"bytes=0-", 0, 10},
		{"bytes=9-", 9, 1},
		{"bytes=2-5", 2, 4},
		{"bytes=2-99", 2, 8},
		{"bytes=-3", 7, 3},
		{"bytes=-99", 0, 10},
		{"BYTES=1-1", 1, 1},
		{"bytes=0-18446744073709551615", 0, 10},
	};
	uint64_t offset, length;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(range_parse(span_of(good[i].value), 10,
					     &offset, &length),
				 RANGE_PART);
		assert_int_equal(offset, good[i].offset);
		assert_int_equal(length, good[i].length);
	}
}

static void dates_are_read_in_all_three_forms(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} good[] = {
		{"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
		{"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
		{"Sun Nov  6 08:49:37 1994", 784111777},
		{"Thu, 01 Jan 1970 00:00:00 GMT", 0},
		{"Wed, 31 Dec 1969 23:59:59 GMT", -1},
		{"Tue, 29 Feb 2000 12:00:00 GMT", 951825600},
		{"Fri, 31 Dec 9999 23:59:59 GMT", 253402300799},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		int64_t seconds;

		if (!date_parse(span_of(good[i].text), &seconds))
			fail_msg("refused: %s", good[i].text);
		assert_int_equal(seconds, good[i].seconds);
	}
}

static void other_dates_are_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"0",
		"784111777",
		"Sun, 06 Nov 1994 08:49:37",
		"Sun, 06 Nov 1994 08:49:37 GMT ",
		"Sun, 06 Nov 1994 08:49:37 UTC",
		"sun, 06 Nov 1994 08:49:37 GMT",
		"Sun, 6 Nov 1994 08:49:37 GMT",
		"Sun, 31 Nov 1994 08:49:37 GMT",
		"Sun, 00 Nov 1994 08:49:37 GMT",
		"Tue, 29 Feb 1900 12:00:00 GMT",
		"Sun, 06 Nov 1994 24:00:00 GMT",
		"Sun, 06 Nov 1994 08:60:37 GMT",
		"Sun, 06 Nov 1994 08:49:61 GMT",
		"Sun, 06 Nov 1994 8:49:37 GMT",
		"Sun, 06 Foo 1994 08:49:37 GMT",
		"Sun 06 Nov 1994 08:49:37 GMT",
		"Sunday, 06-Nov-1994 08:49:37 GMT",
		"Sun Nov 6 08:49:37 1994",
		"Sun, 06 Nov +994 08:49:37 GMT",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		int64_t seconds = 5;

		if (date_parse(span_of(bad[i]), &seconds))
			fail_msg("accepted: %s", bad[i]);
	}
}

static void dates_come_back_as_they_were_written(void **state)
{
	char text[DATE_HTTP_SIZE], iso[DATE_ISO_SIZE];
	int64_t seconds;

	(void)state;
	for (int64_t t = -62167219200; t <= 253402300799; t += 86400 * 13 + 7) {
		date_format_http(t, text);
		assert_true(date_parse(span_of(text), &seconds));
		assert_int_equal(seconds, t);
	}
	date_format_http(784111777, text);
	assert_string_equal(text, "Sun, 06 Nov 1994 08:49:37 GMT");
	date_format_iso(784111777, iso);
	assert_string_equal(iso, "1994-11-06T08:49:37Z");
	date_format_http(INT64_MAX, text);
	assert_string_equal(text, "Fri, 31 Dec 9999 23:59:59 GMT");
	date_format_http(INT64_MIN, text);
	assert_string_equal(text, "Sat, 01 Jan 0000 00:00:00 GMT");
}

static void odd_credentials_are_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"Basic",
		"Basic ",
		"Basic =",
		"Basic ====",
		"Bearer YTpi",
		"Digest YTpi",
		"BasicYTpi",
		"Basic YTpi=", /* length */
		"Basic YTp",   /* length */
		"Basic YT=i",  /* padding inside */
		"Basic Y===",  /* too much padding */
		"Basic YTp_",  /* another alphabet */
		"Basic YTpi\n",
		"Basic YWI=",	  /* "ab": no colon */
		"Basic OmI=",	  /* ":b": no name */
		"Basic YTpiYf==", /* bits left over */
		"Basic YQA6Yg==", /* NUL in the name */
		"Basic YTpiAA==", /* NUL in the password */
		"Basic YQo6Yg==", /* newline in the name */
		"Basic /zpi",	  /* not UTF-8 */
		"Basic wIA6Yg==", /* overlong NUL */
		"Basic YTpi YTpi",
	};
	struct basic basic;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		if (basic_parse(span_of(bad[i]), &basic) != -EINVAL)
			fail_msg("accepted: %s", bad[i]);
	}
}

static void credentials_have_limits(void **state)
{
	/* 300 times "A" without a colon, and a name of 257 bytes */
	char value[8 + 2048] = "Basic ";
	struct basic basic;

	(void)state;
	memset(value + 6, 'Q', 1600);
	value[6 + 1600] = '\0';
	assert_int_equal(basic_parse(span_of(value), &basic), -EINVAL);
	/* "AAA" x 85 + "AA:" = 257 and a colon */
	for (size_t i = 0; i < 85; i++)
		memcpy(value + 6 + 4 * i, "QUFB", 4);
	memcpy(value + 6 + 4 * 85, "QUE6", 5);
	assert_int_equal(basic_parse(span_of(value), &basic), -EINVAL);
	memcpy(value + 6 + 4 * 85, "QTo=", 5); /* one byte less */
	assert_int_equal(basic_parse(span_of(value), &basic), 0);
	assert_int_equal(basic.name_size, 256);
}

static void credentials_are_split_at_the_first_colon(void **state)
{
	static const struct {
		const char *value;
		const char *name;
		const char *password;
	} good[] = {
		{"Basic YTpi", "a", "b"},
		{"basic YTpi", "a", "b"},
		{"Basic   YTpi ", "a", "b"},
		{"Basic YTo=", "a", ""},
		{"Basic YTpiOmM=", "a", "b:c"},
		{"Basic w6k6w7w=", "\xc3\xa9", "\xc3\xbc"},
	};
	struct basic basic;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		if (basic_parse(span_of(good[i].value), &basic) != 0)
			fail_msg("refused: %s", good[i].value);
		assert_string_equal(basic.name, good[i].name);
		assert_string_equal(basic.password, good[i].password);
		assert_int_equal(basic.password_size, strlen(good[i].password));
	}
}

static struct stat some_file(void)
{
	return (struct stat){.st_dev = 1,
			     .st_ino = 2,
			     .st_size = 3,
			     .st_mtim = {784111777, 5},
			     .st_ctim = {784111778, 6}};
}

static void etags_differ_with_every_field(void **state)
{
	struct stat file = some_file();
	struct stat others[6];
	char tag[ETAG_SIZE], other[ETAG_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		others[i] = file;
	others[0].st_dev++;
	others[1].st_ino++;
	others[2].st_size++;
	others[3].st_mtim.tv_nsec++;
	others[4].st_ctim.tv_nsec++;
	others[5].st_ctim.tv_sec++;
	etag_of(&file, tag);
	assert_int_equal(strlen(tag), ETAG_SIZE - 2);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		etag_of(&others[i], other);
		assert_string_not_equal(tag, other);
	}
	etag_of(&file, other);
	assert_string_equal(tag, other);
}

/* @ in a value stands for the file's own tag */
struct condition_case {
	const char *if_match;
	const char *if_none_match;
	const char *modified;
	const char *unmodified;
	bool exists;
	bool reads;
	enum condition answer;
};

#define OLD "Sun, 06 Nov 1994 08:49:36 GMT"
#define SAME "Sun, 06 Nov 1994 08:49:37 GMT"

static const struct condition_case condition_cases[] = {
	{"\"x\"", NULL, NULL, NULL, true, true, CONDITION_FAILED},
	{"@", NULL, NULL, NULL, false, false, CONDITION_FAILED},
	{"W/@", NULL, NULL, NULL, true, false, CONDITION_FAILED},
	{"*", NULL, NULL, NULL, false, false, CONDITION_FAILED},
	{"", NULL, NULL, NULL, true, false, CONDITION_INVALID},
	{"x", NULL, NULL, NULL, true, false, CONDITION_INVALID},
	{"\"x", NULL, NULL, NULL, true, false, CONDITION_INVALID},
	{"@ @", NULL, NULL, NULL, true, false, CONDITION_INVALID},
	{"@,", NULL, NULL, NULL, true, false, CONDITION_INVALID},
	{"@, *", NULL, NULL, NULL, true, false, CONDITION_INVALID},
	{NULL, "@", NULL, NULL, true, true, CONDITION_NOT_MODIFIED},
	{NULL, "W/@", NULL, NULL, true, true, CONDITION_NOT_MODIFIED},
	{NULL, "@", NULL, NULL, true, false, CONDITION_FAILED},
	{NULL, "*", NULL, NULL, true, false, CONDITION_FAILED},
	{NULL, "*", NULL, NULL, true, true, CONDITION_NOT_MODIFIED},
	{NULL, "x", NULL, NULL, true, true, CONDITION_INVALID},
	{NULL, NULL, SAME, NULL, true, true, CONDITION_NOT_MODIFIED},
	{NULL, NULL, NULL, OLD, true, true, CONDITION_FAILED},
	{NULL, NULL, NULL, SAME, false, false, CONDITION_FAILED},
	/* If-Match counts, If-Unmodified-Since then does not */
	{"@", NULL, NULL, OLD, true, false, CONDITION_TRUE},
	/* If-None-Match counts, If-Modified-Since then does not */
	{NULL, "\"x\"", SAME, NULL, true, true, CONDITION_TRUE},
	{NULL, NULL, SAME, NULL, true, false, CONDITION_TRUE},
	{NULL, NULL, OLD, NULL, true, true, CONDITION_TRUE},
	{NULL, NULL, "junk", "junk", true, true, CONDITION_TRUE},
	{NULL, NULL, NULL, SAME, true, true, CONDITION_TRUE},
	{NULL, "*", NULL, NULL, false, false, CONDITION_TRUE},
	{"*", NULL, NULL, NULL, true, false, CONDITION_TRUE},
	{"\"x\" , @", NULL, NULL, NULL, true, false, CONDITION_TRUE},
	{NULL, NULL, NULL, NULL, false, true, CONDITION_TRUE},
};

static struct span expand(const char *text, const char *tag, char ret[100])
{
	size_t n = 0;

	if (!text)
		return (struct span){0};
	for (; *text; text++) {
		if (*text == '@') {
			memcpy(ret + n, tag, strlen(tag));
			n += strlen(tag);
		} else {
			ret[n++] = *text;
		}
	}
	return (struct span){ret, n};
}

static void conditions_follow_the_order_of_the_rfc(void **state)
{
	struct stat file = some_file();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(condition_cases); i++) {
		const struct condition_case *c = &condition_cases[i];
		struct validators now = {0}, there;
		char texts[4][100];
		struct conditions conditions;

		validators_of(&file, &there);
		if (c->exists)
			now = there;
		conditions = (struct conditions){
			.if_match = expand(c->if_match, there.etag, texts[0]),
			.if_none_match =
				expand(c->if_none_match, there.etag, texts[1]),
			.if_modified_since =
				expand(c->modified, there.etag, texts[2]),
			.if_unmodified_since =
				expand(c->unmodified, there.etag, texts[3]),
		};
		if (conditions_check(&conditions, &now, c->reads) != c->answer)
			fail_msg("case %zu", i);
	}
}

static void if_range_wants_exactly_this_version(void **state)
{
	static const struct {
		const char *value;
		bool allows;
	} cases[] = {
		{"@", true},	  {SAME, true},	   {"W/@", false},
		{"\"x\"", false}, {OLD, false},	   {"junk", false},
		{"", false},	  {"@, @", false}, {"*", false},
	};
	struct stat file = some_file();
	struct conditions none = {0};
	struct validators now;

	(void)state;
	validators_of(&file, &now);
	assert_true(conditions_allow_range(&none, &now));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[100];
		struct conditions c = {
			.if_range = expand(cases[i].value, now.etag, text),
		};

		if (conditions_allow_range(&c, &now) != cases[i].allows)
			fail_msg("If-Range: %s", cases[i].value);
	}
}

static void headers_that_come_twice_are_refused(void **state)
{
	const struct request_header headers[] = {
		{span_of("Depth"), span_of("0")},
		{span_of("depth"), span_of("1")},
		{span_of("content-length"), span_of("5")},
		{span_of("If-Match"), span_of("*")},
		{span_of("IF-MATCH"), span_of("*")},
	};
	struct request request = {.headers = headers, .n_headers = 5};
	struct conditions conditions;
	struct span value;
	uint64_t size;

	(void)state;
	assert_int_equal(request_header(&request, "DEPTH", &value), -EEXIST);
	assert_int_equal(request_header(&request, "Host", &value), -ENOENT);
	assert_int_equal(request_conditions(&request, &conditions), -EINVAL);
	assert_int_equal(request_body_size(&request, &size), 0);
	assert_int_equal(size, 5);
}

static void two_ways_to_end_a_body_are_refused(void **state)
{
	const struct request_header headers[] = {
		{span_of("Content-Length"), span_of("5")},
		{span_of("Transfer-Encoding"), span_of("chunked")},
	};
	struct request request = {.headers = headers, .n_headers = 2};
	uint64_t size;

	(void)state;
	assert_int_equal(request_body_size(&request, &size), -EINVAL);
	request.n_headers = 1;
	assert_int_equal(request_body_size(&request, &size), 0);
	assert_int_equal(size, 5);
	request.headers++;
	assert_int_equal(request_body_size(&request, &size), 0);
	assert_true(size == UINT64_MAX);
}

static void names_that_are_no_tokens_are_refused(void **state)
{
	static const char *const names[] = {
		"",
		"Content-Length ",
		" Content-Length",
		"\vContent-Length",
		"a\tb",
		"a:b",
		"a(b",
		"\x80",
		"a\"b",
		"a/b",
		"a\x7f",
	};
	const struct request_header good = {span_of("Content-Length"),
					    span_of("1")};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct request_header header = {span_of(names[i]),
						      span_of("1")};

		assert_false(header_is_strict(&header));
	}
	assert_true(header_is_strict(&good));
}

static void values_with_line_ends_are_refused(void **state)
{
	static const char values[] = "\r\n\0";

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const char text[] = {'a', values[i], 'b'};
		const struct request_header header = {span_of("X"),
						      {text, sizeof(text)}};

		assert_false(header_is_strict(&header));
	}
}

static void between_headers_is_a_line_end_only(void **state)
{
	static const char hidden_value[] = "a\0b\0\0X";
	static const char bare[] = "a\0X";
	static const char good[] = "a \0\0X";
	static const char two[] = "a\0\0\r\n";

	(void)state;
	assert_false(header_gap_is_strict(hidden_value + 1, hidden_value + 5, 1,
					  100));
	assert_false(header_gap_is_strict(bare + 1, bare + 2, 1, 100));
	assert_false(header_gap_is_strict(good + 4, good + 1, 1, 100));
	assert_false(header_gap_is_strict(good + 1, good + 4, 1, 2));
	assert_false(header_gap_is_strict(good + 1, good + 4, 2, 100));
	assert_true(header_gap_is_strict(good + 1, good + 4, 1, 100));
	assert_true(header_gap_is_strict(two + 1, two + 5, 2, 100));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_that_are_not_one_range_give_the_whole),
		cmocka_unit_test(ranges_outside_cannot_be_satisfied),
		cmocka_unit_test(one_range_is_cut_to_the_file),
		cmocka_unit_test(dates_are_read_in_all_three_forms),
		cmocka_unit_test(other_dates_are_refused),
		cmocka_unit_test(dates_come_back_as_they_were_written),
		cmocka_unit_test(odd_credentials_are_refused),
		cmocka_unit_test(credentials_have_limits),
		cmocka_unit_test(credentials_are_split_at_the_first_colon),
		cmocka_unit_test(etags_differ_with_every_field),
		cmocka_unit_test(conditions_follow_the_order_of_the_rfc),
		cmocka_unit_test(if_range_wants_exactly_this_version),
		cmocka_unit_test(headers_that_come_twice_are_refused),
		cmocka_unit_test(two_ways_to_end_a_body_are_refused),
		cmocka_unit_test(names_that_are_no_tokens_are_refused),
		cmocka_unit_test(values_with_line_ends_are_refused),
		cmocka_unit_test(between_headers_is_a_line_end_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
