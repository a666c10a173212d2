/* SPDX-License-Identifier: Apache-2.0 */
/* Client text on its way out: pages, URLs, logs; and types by name. */
#include <time.h>

#include "cmocka-wrap.h"

#include "access-log.h"
#include "escape.h"
#include "mime.h"
#include "utf8.h"

typedef int escape(struct guise_buf *out, struct span text);

static void escaped(escape *how, const char *text, size_t size,
		    const char *want)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};

	assert_int_equal(how(&out, (struct span){text, size}), 0);
	assert_int_equal(buf_append_u8(&out, 0), 0);
	assert_string_equal((char *)out.data, want);
}

static int log_target(struct guise_buf *out, struct span text)
{
	return access_log_target(out, text, 2000);
}

static void each_way_out_has_its_escape(void **state)
{
	static const char nasty[] =
		"a/b <\"'&>\\\n\x1b\x7f\xc2\x9b\xc3\xa9\xff";

	(void)state;
	escaped(escape_url, nasty, sizeof(nasty) - 1,
		"a/b%20%3C%22%27%26%3E%5C%0A%1B%7F%C2%9B%C3%A9%FF");
	escaped(escape_markup, nasty, sizeof(nasty) - 1,
		"a/b &lt;&quot;&#39;&amp;&gt;\\\xef\xbf\xbd\xef\xbf\xbd"
		"\xef\xbf\xbd\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd");
	escaped(escape_line, nasty, sizeof(nasty) - 1,
		"a/b\\x20<\\x22'&>\\x5C\\x0A\\x1B\\x7F\\xC2\\x9B\\xC3\\xA9"
		"\\xFF");
	escaped(escape_json, nasty, sizeof(nasty) - 1,
		"a/b <\\u0022'&>\\u005c\\u000a\\u001b\\u007f\\u009b\\u00e9"
		"\\ufffd");
	escaped(escape_json, "\xf0\x9f\x98\x80", 4, "\\ud83d\\ude00");
	escaped(escape_line, "\0", 1, "\\x00");
	escaped(escape_url, "\0", 1, "%00");
	escaped(log_target, nasty, sizeof(nasty) - 1,
		"a/b%20<%22'&>%5C%0A%1B%7F%C2%9B%C3%A9%FF");
}

static void broken_utf8_is_seen(void **state)
{
	static const char *const bad[] = {
		"\x80",
		"\xff",
		"\xc0\x80",
		"\xc1\xbf",
		"\xe0\x80\x80",
		"\xe0\x9f\xbf",
		"\xed\xa0\x80",
		"\xed\xbf\xbf",
		"\xf0\x80\x80\x80",
		"\xf4\x90\x80\x80",
		"\xf8\x88\x80\x80",
		"\xc3",
		"\xe2\x82",
		"\xf0\x9f\x98",
		"\xc3\xc3",
		"a\xe2\x82z",
	};
	static const char *const good[] = {"",
					   "a",
					   "\xc2\x80",
					   "\xe2\x82\xac",
					   "\xee\x80\x80",
					   "\xf4\x8f\xbf\xbf",
					   "\xf0\x90\x80\x80"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		if (utf8_is_valid(span_of(bad[i])))
			fail_msg("accepted: case %zu", i);
	}
	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		assert_true(utf8_is_valid(span_of(good[i])));
}

static void types_follow_the_last_ending(void **state)
{
	static const struct {
		const char *name;
		const char *type;
	} cases[] = {
		{"", "application/octet-stream"},
		{"noending", "application/octet-stream"},
		{"html", "application/octet-stream"},
		{"a.", "application/octet-stream"},
		{"a.htmlx", "application/octet-stream"},
		{"a.htm.exe", "application/octet-stream"},
		{"a.HTML", "text/html; charset=utf-8"},
		{"a.7z", "application/x-7z-compressed"},
		{"a.zst", "application/zstd"},
		{"a.tar.gz", "application/gzip"},
		{".svg", "image/svg+xml"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(mime_of(span_of(cases[i].name)),
				    cases[i].type);
	assert_true(mime_is_active(mime_of(span_of("a.svg"))));
	assert_true(mime_is_active(mime_of(span_of("a.html"))));
	assert_true(mime_is_active(mime_of(span_of("a.xml"))));
	assert_true(mime_is_active(mime_of(span_of("a.xhtml"))));
	assert_false(mime_is_active(mime_of(span_of("a.txt"))));
}

static void log_lines(const struct exchange *ex, bool is_complete,
		      const char *text, const char *json)
{
	const struct log_record record = {.exchange = ex,
					  .engine = "ring",
					  .time = 784111777,
					  .duration_us = 42,
					  .is_complete = is_complete};
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};

	assert_int_equal(access_log_format(&out, LOG_TEXT, &record), 0);
	assert_int_equal(buf_append_u8(&out, 0), 0);
	assert_string_equal((char *)out.data, text);
	buf_truncate(&out, 0);
	assert_int_equal(access_log_format(&out, LOG_JSON, &record), 0);
	assert_int_equal(buf_append_u8(&out, 0), 0);
	assert_string_equal((char *)out.data, json);
}

static void a_line_says_who_what_and_why(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_token_builder *b = NULL;
	struct guise_sid sid;
	struct client client = {.name = "al ice\n"};
	const struct request request = {.method = span_of("G\"ET"),
					.target = span_of("/a\nb"),
					.peer = "192.0.2.1"};
	struct exchange ex = {.request = &request,
			      .response = {.status = 403, .length = 7},
			      .client = &client,
			      .decided = DECIDED_VERDICT,
			      .verdict = {.layer = GUISE_LAYER_DESCRIPTOR,
					  .missing = 2,
					  .decision = {.decided_by = 3}}};

	(void)state;
	assert_int_equal(guise_sid_parse("S-1-5-21-1-2-3-4", 16, NULL, &sid),
			 0);
	assert_int_equal(guise_token_builder_new(&b), 0);
	guise_token_builder_user(b, &sid, 0);
	assert_int_equal(guise_token_builder_seal(b, &token), 0);
	(void)guise_token_builder_free(b);
	client.token = token;
	log_lines(&ex, true,
		  "1994-11-06T08:49:37Z 192.0.2.1 al\\x20ice\\x0A "
		  "S-1-5-21-1-2-3-4 \"G\\x22ET /a%0Ab\" 403 7 42us ring "
		  "descriptor ace 3 missing 0x2\n",
		  "{\"time\":\"1994-11-06T08:49:37Z\",\"peer\":\"192.0.2.1\","
		  "\"user\":\"al ice\\u000a\",\"sid\":\"S-1-5-21-1-2-3-4\","
		  "\"method\":\"G\\u0022ET\",\"target\":\"/a%0Ab\","
		  "\"status\":403,\"bytes\":7,\"us\":42,\"engine\":\"ring\","
		  "\"decided\":\"descriptor ace 3 missing 0x2\"}\n");
	ex.client = NULL;
	log_lines(&ex, false,
		  "1994-11-06T08:49:37Z 192.0.2.1 - - \"G\\x22ET /a%0Ab\" 0 7 "
		  "42us ring aborted\n",
		  "{\"time\":\"1994-11-06T08:49:37Z\",\"peer\":\"192.0.2.1\","
		  "\"user\":null,\"sid\":null,\"method\":\"G\\u0022ET\","
		  "\"target\":\"/a%0Ab\",\"status\":0,\"bytes\":7,\"us\":42,"
		  "\"engine\":\"ring\",\"decided\":\"aborted\"}\n");
}

static void a_line_says_by_what_a_client_came(void **state)
{
	const struct request request = {.method = span_of("GET"),
					.target = span_of("/a"),
					.peer = "192.0.2.1"};
	struct exchange ex = {
		.request = &request,
		.response = {.status = 401},
		.decided = DECIDED_LOGON,
		.credentials.kind = CREDENTIALS_NEGOTIATE,
		.logon = {.principal = "al\"ice@A", .why = "no rule\nfor it"},
	};

	(void)state;
	log_lines(&ex, true,
		  "1994-11-06T08:49:37Z 192.0.2.1 - - \"GET /a\" 401 0 42us "
		  "ring logon by=\"negotiate\" principal=\"al\\x22ice@A\" "
		  "why=\"no rule\\x0Afor it\"\n",
		  "{\"time\":\"1994-11-06T08:49:37Z\",\"peer\":\"192.0.2.1\","
		  "\"user\":null,\"sid\":null,\"method\":\"GET\","
		  "\"target\":\"/a\",\"status\":401,\"bytes\":0,\"us\":42,"
		  "\"engine\":\"ring\",\"decided\":\"logon\","
		  "\"by\":\"negotiate\",\"principal\":\"al\\u0022ice@A\","
		  "\"why\":\"no rule\\u000afor it\"}\n");
}

static void what_is_too_long_is_cut_after_escaping(void **state)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	char text[3000];

	(void)state;
	memset(text, '\n', sizeof(text));
	for (size_t max = 1; max < sizeof(text); max *= 2) {
		buf_truncate(&out, 0);
		assert_int_equal(escape_cut(&out, (struct span){text, 3000},
					    max, escape_line),
				 0);
		assert_true(out.size <= max + 3);
		assert_memory_equal(out.data + out.size - 3, "...", 3);
		for (size_t i = 0; i + 3 < out.size; i += 4)
			assert_memory_equal(out.data + i, "\\x0A", 4);
	}
	buf_truncate(&out, 0);
	assert_int_equal(escape_cut(&out, span_of("ab"), 2, escape_line), 0);
	assert_int_equal(out.size, 2);
}

/* PIPE_BUF: a longer one could be parted by another worker's. */
static void the_longest_line_is_taken_by_a_pipe_in_one_piece(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	struct guise_token_builder *b = NULL;
	struct guise_sid sid = {.authority = 5, .n_subs = 15};
	char name[GUISE_USER_NAME_MAX + 1] = "", text[9000];
	char principal[GUISE_PRINCIPAL_MAX + 1] = "";
	struct request_header destination = {span_of("Destination"),
					     {text, sizeof(text)}};
	const struct request request = {
		.method = {text, sizeof(text)},
		.target = {text, sizeof(text)},
		.headers = &destination,
		.n_headers = 1,
		.peer = "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"};
	struct client client = {.name = name, .principal = principal};
	struct exchange ex = {.request = &request,
			      .method = METHOD_COPY,
			      .client = &client,
			      .credentials.kind = CREDENTIALS_CONNECTION,
			      .decided = DECIDED_VERDICT,
			      .response = {.length = UINT64_MAX},
			      .verdict = {.layer = GUISE_LAYER_DESCRIPTOR,
					  .missing = UINT32_MAX,
					  .decision = {.decided_by = 60000}}};
	const struct log_record record = {.exchange = &ex,
					  .engine = "broker",
					  .time = 784111777,
					  .duration_us = UINT64_MAX,
					  .is_complete = true};

	(void)state;
	memset(text, '\n', sizeof(text));
	for (size_t i = 0; i < GUISE_USER_NAME_MAX; i += 2)
		memcpy(name + i, "\xc3\xa9", 2);
	memset(principal, '\n', sizeof(principal) - 1);
	memset(sid.sub, 0xff, sizeof(sid.sub));
	assert_int_equal(guise_token_builder_new(&b), 0);
	guise_token_builder_user(b, &sid, 0);
	assert_int_equal(guise_token_builder_seal(b, &token), 0);
	(void)guise_token_builder_free(b);
	client.token = token;
	assert_int_equal(access_log_format(&out, LOG_TEXT, &record), 0);
	assert_true(out.size > 3000 && out.size <= 4096);
	buf_truncate(&out, 0);
	assert_int_equal(access_log_format(&out, LOG_JSON, &record), 0);
	assert_true(out.size > 3000 && out.size <= 4096);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_way_out_has_its_escape),
		cmocka_unit_test(broken_utf8_is_seen),
		cmocka_unit_test(types_follow_the_last_ending),
		cmocka_unit_test(a_line_says_by_what_a_client_came),
		cmocka_unit_test(what_is_too_long_is_cut_after_escaping),
		cmocka_unit_test(
			the_longest_line_is_taken_by_a_pipe_in_one_piece),
		cmocka_unit_test(a_line_says_who_what_and_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
