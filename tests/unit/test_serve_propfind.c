/* SPDX-License-Identifier: Apache-2.0 */
/* PROPFIND bodies in, multistatus out. */
#include <stdio.h>

#include "cmocka-wrap.h"

#include "multistatus.h"
#include "propfind.h"

#define HEAD "<?xml version=\"1.0\"?>"

static int parse(const char *text, struct propfind *ret)
{
	return propfind_parse(text, strlen(text), ret);
}

static void bad_bodies_are_refused(void **state)
{
	static const char *const bad[] = {
		" ",
		"x",
		"<propfind/>",
		"<propfind xmlns=\"DAV:\"/>",
		"<propfind xmlns=\"DAV\"><allprop/></propfind>",
		"<D:propfind><D:allprop/></D:propfind>",
		"<D:propfind xmlns:D=\"DAV:\"><D:allprop></D:propfind>",
		"<D:propfind xmlns:D=\"DAV:\"><D:prop/></D:propfind>",
		"<D:propfind xmlns:D=\"DAV:\"><D:prop><y:x/></D:prop>"
		"</D:propfind>",
		"<D:propfind xmlns:D=\"DAV:\"><D:prop><y:x xmlns:y=\"\"/>"
		"</D:prop></D:propfind>",
		"<D:propfind xmlns:D=\"DAV:\"><x/></D:propfind>",
		"<D:propfind xmlns:D=\"DAV:\"><D:allprop/><D:propname/>"
		"</D:propfind>",
		"<D:propfind xmlns:D=\"DAV:\"><D:allprop/></D:propfind>x",
		"<D:prop xmlns:D=\"DAV:\"><D:getetag/></D:prop>",
		"<!DOCTYPE propfind><D:propfind xmlns:D=\"DAV:\">"
		"<D:allprop/></D:propfind>",
		HEAD "<!DOCTYPE a [<!ENTITY b \"c\">]>"
		     "<D:propfind xmlns:D=\"DAV:\"><D:allprop/></D:propfind>",
		HEAD "<!DOCTYPE a SYSTEM \"file:///etc/passwd\">"
		     "<D:propfind xmlns:D=\"DAV:\"><D:allprop/></D:propfind>",
		"<D:propfind xmlns:D=\"DAV:\">&lt;&undefined;<D:allprop/>"
		"</D:propfind>",
	};
	struct propfind p = {.n_wanted = 99};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		if (parse(bad[i], &p) != -EINVAL)
			fail_msg("accepted: %s", bad[i]);
		assert_int_equal(p.n_wanted, 99);
	}
}

static void a_body_that_is_too_much_is_refused(void **state)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	struct propfind p;
	char *large = calloc(1, PROPFIND_BODY_MAX + 1);

	(void)state;
	assert_non_null(large);
	assert_int_equal(propfind_parse(large, PROPFIND_BODY_MAX + 1, &p),
			 GUISE_E_LIMIT);
	free(large);
	assert_int_equal(buf_append_text(&text, "<propfind xmlns=\"DAV:\">"
						"<prop>"),
			 0);
	for (int i = 0; i <= PROPFIND_NAMES_MAX; i++)
		assert_int_equal(buf_append_text(&text, "<getetag/>"), 0);
	assert_int_equal(buf_append_text(&text, "</prop></propfind>"), 0);
	assert_int_equal(propfind_parse(text.data, text.size, &p),
			 GUISE_E_LIMIT);
}

static void entities_are_not_expanded(void **state)
{
	static const char laughs[] =
		"<!DOCTYPE l [<!ENTITY a \"aaaaaaaaaa\">"
		"<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">"
		"<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">"
		"<!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;\">]>"
		"<D:propfind xmlns:D=\"DAV:\"><D:allprop/>&d;</D:propfind>";
	struct propfind p;

	(void)state;
	assert_int_equal(parse(laughs, &p), -EINVAL);
}

static void the_three_kinds_are_told_apart(void **state)
{
	struct propfind p;

	(void)state;
	assert_int_equal(propfind_parse(NULL, 0, &p), 0);
	assert_int_equal(p.kind, PROPFIND_ALL);
	assert_int_equal(parse("<propfind xmlns=\"DAV:\"><propname/>"
			       "</propfind>",
			       &p),
			 0);
	assert_int_equal(p.kind, PROPFIND_NAMES);
	assert_int_equal(parse(HEAD
			       "<D:propfind xmlns:D=\"DAV:\" xmlns:x=\"urn:x\">"
			       "<!-- c --><x:new/><D:prop><D:getetag/>"
			       "<x:getetag/><plain/></D:prop></D:propfind>",
			       &p),
			 0);
	assert_int_equal(p.kind, PROPFIND_SOME);
	assert_int_equal(p.n_wanted, 3);
	assert_int_equal(p.wanted[0].live, PROPERTY_GETETAG);
	assert_int_equal(p.wanted[1].live, PROPERTY_NONE);
	assert_string_equal(p.wanted[1].name_space, "urn:x");
	assert_string_equal(p.wanted[2].name_space, "");
	propfind_clear(&p);
}

static void write_answer(const char *body, const char *href, const char *name,
			 mode_t mode, struct guise_buf *out)
{
	const struct stat stat = {.st_mode = mode,
				  .st_size = 42,
				  .st_mtim.tv_sec = 784111777,
				  .st_ctim.tv_sec = 784111700};
	struct propfind p;

	assert_int_equal(propfind_parse(body, strlen(body), &p), 0);
	assert_int_equal(multistatus_begin(out), 0);
	assert_int_equal(multistatus_properties(out, &p, span_of(href),
						span_of(name), &stat),
			 0);
	assert_int_equal(multistatus_end(out), 0);
	assert_int_equal(buf_append_u8(out, 0), 0);
	propfind_clear(&p);
}

static void unknown_properties_are_not_found(void **state)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	const char *text;

	(void)state;
	write_answer("<propfind xmlns=\"DAV:\"><prop><getcontentlength/>"
		     "<odd xmlns=\"urn:a&amp;b\"/><bare xmlns=\"\"/>"
		     "</prop></propfind>",
		     "/a b/<x>", "<x>", S_IFREG, &out);
	text = (char *)out.data;
	assert_non_null(strstr(text, "<D:href>/a%20b/%3Cx%3E</D:href>"));
	assert_non_null(strstr(text, "<D:getcontentlength>42</D:"
				     "getcontentlength></D:prop><D:status>"
				     "HTTP/1.1 200 OK"));
	assert_non_null(strstr(text, "<x:odd xmlns:x=\"urn:a&amp;b\"/>"
				     "<bare xmlns=\"\"/></D:prop><D:status>"
				     "HTTP/1.1 404 Not Found"));
}

static void names_cannot_break_out_of_the_xml(void **state)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	const char *text;

	(void)state;
	write_answer("", "/]]>\x01\xff", "</D:displayname>&\x01\xff", S_IFREG,
		     &out);
	text = (char *)out.data;
	assert_non_null(strstr(text, "<D:href>/%5D%5D%3E%01%FF</D:href>"));
	assert_non_null(strstr(text, "<D:displayname>&lt;/D:displayname&gt;"
				     "&amp;\xef\xbf\xbd\xef\xbf\xbd<"));
}

static void a_collection_has_no_length(void **state)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	const char *text;

	(void)state;
	write_answer("", "/d/", "d", S_IFDIR, &out);
	text = (char *)out.data;
	assert_non_null(strstr(text, "<D:resourcetype><D:collection/>"));
	assert_null(strstr(text, "getcontentlength"));
	assert_null(strstr(text, "404"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_bodies_are_refused),
		cmocka_unit_test(a_body_that_is_too_much_is_refused),
		cmocka_unit_test(entities_are_not_expanded),
		cmocka_unit_test(the_three_kinds_are_told_apart),
		cmocka_unit_test(unknown_properties_are_not_found),
		cmocka_unit_test(names_cannot_break_out_of_the_xml),
		cmocka_unit_test(a_collection_has_no_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
