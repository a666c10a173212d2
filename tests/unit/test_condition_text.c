/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions between text and byte code (MS-DTYP 2.4.4.17, 2.5.1.1). */
#include "cmocka-wrap.h"
#include "guard-page.h"

#include "base.h"
#include "buf.h"
#include <guise/condition.h>

static int parse(const char *text, struct guise_buf *out)
{
	out->size = 0;
	return guise_condition_parse(text, strlen(text), NULL, out, NULL, NULL);
}

static int format(const struct guise_buf *code, struct guise_buf *out)
{
	out->size = 0;
	return guise_condition_format(code->data, code->size, NULL, out);
}

/* @text prints as @printed, and what is printed gives the same code. */
static void assert_prints(const char *text, const char *printed)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf code = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf again = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};

	assert_int_equal(parse(text, &code), 0);
	assert_int_equal(format(&code, &out), 0);
	assert_int_equal(buf_append_u8(&out, '\0'), 0);
	assert_string_equal((char *)out.data, printed);
	assert_int_equal(parse(printed, &again), 0);
	assert_int_equal(again.size, code.size);
	assert_memory_equal(again.data, code.data, code.size);
}

static void assert_refused(const char *text, size_t offset)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	struct guise_error_info info = {0};

	assert_int_equal(guise_condition_parse(text, strlen(text), NULL, &out,
					       NULL, &info),
			 GUISE_E_INVALID_CONDITION);
	assert_int_equal(info.offset, offset);
	assert_true(strlen(info.text) > 0);
	assert_int_equal(out.size, 0);
}

static void printing_is_the_form_of_windows(void **state)
{
	(void)state;
	assert_prints("(x)", "(x)");
	assert_prints(" ( @user.a==1 ) ", "(@USER.a == 1)");
	assert_prints("(a&&b||c)", "(((a) && (b)) || (c))");
	assert_prints("(a||b&&c)", "((a) || ((b) && (c)))");
	assert_prints("((a||b)&&c)", "(((a) || (b)) && (c))");
	assert_prints("(a && b && c)", "(((a) && (b)) && (c))");
	assert_prints("(a && (b && c))", "((a) && ((b) && (c)))");
	assert_prints("(!(a))", "(!(a))");
	assert_prints("(! a)", "(!(a))");
	assert_prints("(!a && b)", "((!(a)) && (b))");
	assert_prints("(!a == 1)", "(!(a == 1))");
	assert_prints("(!(!(a)))", "(!(!(a)))");
	assert_prints("((((a))))", "(a)");
	assert_prints("((a) == 1)", "(a == 1)");
	assert_prints("(a == ( (1) ))", "(a == 1)");
	assert_prints("(Exists(a))", "(Exists a)");
	assert_prints("(Member_of (SID(BA)))", "(Member_of SID(BA))");
	assert_prints("(exists @DEVICE.x)", "(Exists @DEVICE.x)");
	assert_prints("(NOT_EXISTS x)", "(Not_Exists x)");
	assert_prints("(x\t\n\v\f\rcontains\n\"a\")", "(x Contains \"a\")");
	assert_prints("(x not_contains{1})", "(x Not_Contains {1})");
	assert_prints("(x any_of @resource.y)", "(x Any_of @RESOURCE.y)");
	assert_prints("(x Not_Any_of {})", "(x Not_Any_of {})");
	assert_prints("(x<1||x<=1||x>1||x>=1||x!=1)",
		      "(((((x < 1) || (x <= 1)) || (x > 1)) || (x >= 1)) || "
		      "(x != 1))");
}

static void every_membership_operator_has_its_word(void **state)
{
	static const char *const words[] = {
		"Member_of",	     "Device_Member_of",
		"Member_of_any",     "Device_Member_of_any",
		"Not_Member_of",     "Not_Device_Member_of",
		"Not_Member_of_any", "Not_Device_Member_of_any",
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		snprintf(text, sizeof(text), "(%s {SID(BA), SID(S-1-2-3)})",
			 words[i]);
		assert_prints(text, text);
		snprintf(text, sizeof(text), "(%s SID(WD))", words[i]);
		assert_prints(text, text);
	}
	assert_prints("(Member_of{sid(S-1-1-0)})", "(Member_of {SID(WD)})");
	/* Windows lets this pass; it is never TRUE */
	assert_prints("(Member_of 1)", "(Member_of 1)");
	assert_prints("(Member_of {\"a\"})", "(Member_of {\"a\"})");
}

static void integers_keep_sign_and_base(void **state)
{
	(void)state;
	assert_prints("(x == {0, 00, 0x0, -0, +0, -00, -0x0})",
		      "(x == {0, 00, 0x0, -0, +0, -00, -0x0})");
	assert_prints("(x == {1, 017, 0X1F, -1, +017, -0xaB})",
		      "(x == {1, 017, 0x1f, -1, +017, -0xab})");
	assert_prints("(x == {9223372036854775807, -9223372036854775808, "
		      "-01000000000000000000000, -0x8000000000000000})",
		      "(x == {9223372036854775807, -9223372036854775808, "
		      "-01000000000000000000000, -0x8000000000000000})");
	assert_refused("(x == 9223372036854775808)", 6);
	assert_refused("(x == -9223372036854775809)", 6);
	assert_refused("(x == 0x8000000000000000)", 6);
	assert_refused("(x == 01000000000000000000000)", 6);
	assert_refused("(x == 18446744073709551616)", 6);
	assert_refused("(x == 08)", 6);
	assert_refused("(x == 0x)", 6);
	assert_refused("(x == -)", 6);
	assert_refused("(x == 1x)", 7);
	assert_refused("(x == --1)", 6);
}

static void octets_have_their_quirks(void **state)
{
	(void)state;
	assert_prints("(x == #)", "(x == #)");
	assert_prints("(x == #1)", "(x == #01)");
	assert_prints("(x == #123)", "(x == #0123)");
	assert_prints("(x == #aBcD)", "(x == #abcd)");
	assert_prints("(x == ##)", "(x == #00)");
	assert_prints("(x == #1#2#3##)", "(x == #01020300)");
}

static void names_are_escaped_as_windows_does(void **state)
{
	(void)state;
	assert_prints("(@User.a#$'*+-./:;?@[\\]^_`{}~9)",
		      "(@USER.a#$'*+-./:;?@[\\]^_`{}~9)");
	assert_prints("(@User.%0020%0021%0022%0025%0026%0028%0029%002c%003C"
		      "%003D%003E%007c%007F)",
		      "(@USER.%0020%0021%0022%0025%0026%0028%0029%002c%003c"
		      "%003d%003e%007c%007f)");
	/* what has no need of an escape may have one, but for these */
	assert_prints("(@User.%0023)", "(@USER.#)");
	assert_refused("(@User.%002e)", 7);
	assert_refused("(@User.%0041)", 7);
	assert_refused("(@User.%0030)", 7);
	assert_refused("(@User.%0000)", 7);
	assert_refused("(@User.%12)", 7);
	assert_refused("(@User.%12g4)", 7);
	/* beyond ASCII */
	assert_prints("(@User.\xc3\xa9)", "(@USER.%00e9)");
	assert_prints("(\xf0\x9f\x98\x80)", "(%d83d%de00)");
	assert_prints("(%d83d)", "(%d83d)");
	/* names without a prefix know fewer characters */
	assert_prints("(WIN://SYSAPPID)", "(WIN://SYSAPPID)");
	assert_prints("(a@b)", "(a@b)");
	assert_prints("(Exists Contains@x)", "(Exists Contains@x)");
	assert_prints("(a%0023)", "(a%0023)");
	assert_prints("(%0040User.a)", "(%0040User.a)");
	assert_refused("(a#)", 2);
	assert_refused("(@a)", 1);
	assert_refused("(@User.)", 7);
	assert_refused("(@User)", 1);
}

static void strings_are_as_they_are(void **state)
{
	(void)state;
	assert_prints("(x == \"\")", "(x == \"\")");
	assert_prints("(x == \")(!&|<%0041\\\")", "(x == \")(!&|<%0041\\\")");
	assert_prints("(x == \"\xc3\xa9\xf0\x9f\x98\x80\xed\xa0\x80\")",
		      "(x == \"\xc3\xa9\xf0\x9f\x98\x80\xed\xa0\x80\")");
	assert_refused("(x == \"a)", 6);
	assert_refused("(x == \"\xff\")", 7);
	assert_refused("(x == \"\xed\xa0\x80\xed\xb0\x80\xc0\x80\")", 13);
}

static void a_nul_is_no_text(void **state)
{
	static const char *const texts[] = {"(x == \"a\0b\")", "(x\0== \"a\")",
					    "(x\0y == \"a\")"};
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_int_equal(guise_condition_parse(texts[i], 12, NULL, &out,
						       NULL, NULL),
				 GUISE_E_INVALID_CONDITION);
}

static void what_the_grammar_lacks_is_refused(void **state)
{
	(void)state;
	assert_refused("", 0);
	assert_refused("x", 0);
	assert_refused("()", 1);
	assert_refused("(x", 2);
	assert_refused("(x))", 3);
	assert_refused("(x) y", 4);
	assert_refused("(x y)", 3);
	assert_refused("(x == )", 6);
	assert_refused("(x = 1)", 3);
	assert_refused("(x == 1 == 2)", 8);
	assert_refused("(x == y)", 6);
	assert_refused("(1 == x)", 6);
	assert_refused("(\"a\" == x)", 1);
	assert_refused("(x == (1)", 9);
	assert_refused("(x == (y))", 7);
	assert_refused("(x == ())", 7);
	assert_refused("(x == !(y))", 6);
	assert_refused("((x == 1) == 1)", 10);
	assert_refused("(!!x)", 2);
	assert_refused("(x &&)", 5);
	assert_refused("(&& x)", 1);
	assert_refused("(x & y)", 3);
	assert_refused("(Exists)", 7);
	assert_refused("(Exists 1 == 1)", 10);
	assert_refused("(Exists Exists)", 8);
	assert_refused("(Contains)", 1);
	assert_refused("(Member_of)", 10);
	assert_refused("(Member_of @User.x)", 11);
	assert_refused("(Member_of SID(ZZ))", 15);
	assert_refused("(Member_of SID(DA))", 15);
	assert_refused("(Member_of SID(BA)", 18);
	assert_refused("(Member_of {SID(BA)", 19);
	assert_refused("(x == {1,})", 9);
	assert_refused("(x == {,})", 7);
	assert_refused("(x == {1 2})", 9);
	assert_refused("(x == {{1}})", 7);
	assert_refused("(x == {@User.a})", 7);
}

static void the_prefix_that_is_a_condition_can_be_had(void **state)
{
	static const char text[] = "(x) \t;rest";
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	size_t used = 0;

	(void)state;
	assert_int_equal(guise_condition_parse(text, sizeof(text) - 1, NULL,
					       &out, &used, NULL),
			 0);
	assert_int_equal(used, 5);
	assert_refused(text, 5);
}

static void aliases_are_of_the_given_domain(void **state)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf code = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	const struct guise_sid domain = {
		.authority = 5, .sub = {21, 1, 2, 3}, .n_subs = 4};
	const struct guise_sddl_options options = {.size = sizeof(options),
						   .domain = &domain};
	static const char text[] = "(Member_of {SID(DA)})";

	(void)state;
	assert_int_equal(guise_condition_parse(text, sizeof(text) - 1, &options,
					       &code, NULL, NULL),
			 0);
	assert_int_equal(
		guise_condition_format(code.data, code.size, &options, &out),
		0);
	assert_int_equal(out.size, sizeof(text) - 1);
	assert_memory_equal(out.data, text, out.size);
	out.size = 0;
	assert_int_equal(
		guise_condition_format(code.data, code.size, NULL, &out), 0);
	assert_int_equal(buf_append_u8(&out, '\0'), 0);
	assert_string_equal((char *)out.data,
			    "(Member_of {SID(S-1-5-21-1-2-3-512)})");
}

static void append(struct guise_buf *buf, const char *text, size_t times)
{
	for (size_t i = 0; i < times; i++)
		assert_int_equal(buf_append_text(buf, text), 0);
}

static int parse_nested(size_t n, const char *before, const char *after)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf code = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf printed = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf again = {0};
	int r;

	append(&text, "(", 1);
	append(&text, before, n);
	append(&text, "x", 1);
	append(&text, after, n);
	append(&text, ")", 1);
	r = guise_condition_parse((char *)text.data, text.size, NULL, &code,
				  NULL, NULL);
	if (r < 0)
		return r;
	/* what can be read can be printed and read again */
	assert_int_equal(format(&code, &printed), 0);
	assert_int_equal(guise_condition_parse((char *)printed.data,
					       printed.size, NULL, &again, NULL,
					       NULL),
			 0);
	return 0;
}

static void depth_has_a_limit(void **state)
{
	(void)state;
	assert_int_equal(parse_nested(GUISE_CONDITION_MAX_DEPTH - 1, "(", ")"),
			 0);
	assert_int_equal(parse_nested(GUISE_CONDITION_MAX_DEPTH, "(", ")"),
			 GUISE_E_LIMIT);
	assert_int_equal(parse_nested(100000, "(", ")"), GUISE_E_LIMIT);
	assert_int_equal(parse_nested(GUISE_CONDITION_MAX_DEPTH - 1, "!(", ")"),
			 0);
	assert_int_equal(parse_nested(GUISE_CONDITION_MAX_DEPTH, "!(", ")"),
			 GUISE_E_LIMIT);
	assert_int_equal(parse_nested(GUISE_CONDITION_MAX_DEPTH - 1, "", "&&y"),
			 0);
	assert_int_equal(parse_nested(GUISE_CONDITION_MAX_DEPTH, "", "&&y"),
			 GUISE_E_LIMIT);
	assert_int_equal(
		parse_nested(GUISE_CONDITION_MAX_DEPTH - 1, "y||(", ")"), 0);
	assert_int_equal(parse_nested(GUISE_CONDITION_MAX_DEPTH, "y||(", ")"),
			 GUISE_E_LIMIT);
}

static void size_has_a_limit(void **state)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};

	(void)state;
	append(&text, "(x == \"", 1);
	append(&text, "a", GUISE_ACL_MAX_SIZE / 2 - 8);
	append(&text, "\")", 1);
	assert_int_equal(guise_condition_parse((char *)text.data, text.size,
					       NULL, &out, NULL, NULL),
			 0);
	buf_truncate(&text, text.size - 2);
	append(&text, "aaaaaaaa\")", 1);
	buf_truncate(&out, 0);
	assert_int_equal(guise_condition_parse((char *)text.data, text.size,
					       NULL, &out, NULL, NULL),
			 GUISE_E_LIMIT);
	assert_int_equal(out.size, 0);
	assert_int_equal(guise_condition_parse((char *)text.data,
					       (size_t)GUISE_SDDL_MAX_SIZE + 1,
					       NULL, &out, NULL, NULL),
			 GUISE_E_LIMIT);
	assert_int_equal(guise_condition_format(
				 text.data, GUISE_ACL_MAX_SIZE + 1, NULL, &out),
			 GUISE_E_LIMIT);
}

static void what_was_in_the_buffer_stays(void **state)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	static const char good[] = "(x)", bad[] = "(x == \"a\" && )";

	(void)state;
	append(&out, "before", 1);
	assert_int_equal(guise_condition_parse(bad, sizeof(bad) - 1, NULL, &out,
					       NULL, NULL),
			 GUISE_E_INVALID_CONDITION);
	assert_int_equal(out.size, 6);
	assert_int_equal(guise_condition_parse(good, sizeof(good) - 1, NULL,
					       &out, NULL, NULL),
			 0);
	assert_memory_equal(out.data, "beforeartx\xf8\2\0\0\0x\0", 17);
	assert_int_equal(out.size, 17);
}

#define CODE(bytes) (const uint8_t *)"artx" bytes, sizeof("artx" bytes) - 1
#define X "\xf8\2\0\0\0x\0"
#define U "\xf9\2\0\0\0x\0"
#define ONE "\4\1\0\0\0\0\0\0\0\3\2"

static void assert_not_printed(const uint8_t *code, size_t size)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};

	append(&out, "before", 1);
	assert_int_equal(guise_condition_format(code, size, NULL, &out),
			 GUISE_E_INVALID_CONDITION);
	assert_int_equal(out.size, 6);
}

static void code_that_no_text_says_is_not_printed(void **state)
{
	(void)state;
	assert_not_printed((const uint8_t *)"", 0);
	assert_not_printed((const uint8_t *)"artX" X, 11);
	assert_not_printed(CODE(""));
	assert_not_printed(CODE("\0"));
	assert_not_printed(CODE(X X));
	assert_not_printed(CODE(X "\x7f"));
	assert_not_printed(CODE(X "\0" X "\xa0"));
	assert_not_printed(CODE("\xa2"));
	assert_not_printed(CODE("\xa0"));
	assert_not_printed(CODE(X "\xa0"));
	assert_not_printed(CODE("\x87"));
	assert_not_printed(CODE("\x89"));
	assert_not_printed(CODE(X "\x80"));
	/* a value is no condition, nor can it be on the left */
	assert_not_printed(CODE(ONE));
	assert_not_printed(CODE(ONE "\xa2"));
	assert_not_printed(CODE(ONE X "\xa0"));
	assert_not_printed(CODE(ONE ONE "\x80"));
	assert_not_printed(CODE(ONE U "\x80"));
	assert_not_printed(CODE(X X "\x80"));
	assert_not_printed(CODE(X ONE "\x80" ONE "\x80"));
	assert_not_printed(CODE(U X ONE "\x80"
					"\x80"));
	assert_not_printed(CODE(ONE "\x87"));
	assert_not_printed(CODE(X "\x89"));
	/* text that would end a string, or a name that is another thing */
	assert_not_printed(CODE(X "\x10\2\0\0\0\"\0\x80"));
	assert_not_printed(CODE(X "\x10\2\0\0\0\0\0\x80"));
	assert_not_printed(CODE(X "\x10\1\0\0\0a\x80"));
	assert_not_printed(CODE("\xf8\2\0\0\0\0\0"));
	assert_not_printed(CODE("\xf8\0\0\0\0"));
	assert_not_printed(CODE("\xf8\1\0\0\0x"));
	assert_not_printed(CODE("\xf8\x0c\0\0\0E\0x\0i\0s\0t\0s\0"));
	/* sets hold values */
	assert_not_printed(CODE(X "\x50\5\0\0\0\x50\0\0\0\0\x80"));
	assert_not_printed(CODE(X "\x50\7\0\0\0" X "\x80"));
	assert_not_printed(CODE(X "\x50\1\0\0\0\0\x80"));
	/* SIDs are whole */
	assert_not_printed(CODE("\x51\7\0\0\0\1\0\0\0\0\0\1\x89"));
	assert_not_printed(CODE("\x51\x09\0\0\0\1\0\0\0\0\0\0\1\0\x89"));
}

static void sizes_that_lead_outside_are_refused(void **state)
{
	static const uint8_t code[] = "artx" U "\x10\2\0\0\0a\0\x80";
	struct guard_page page = guard_page_new(sizeof(code));
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};

	(void)state;
	for (size_t n = 0; n < sizeof(code) - 1; n++) {
		const uint8_t *at = guard_page_place(&page, code, n);
		const bool whole = n == 4 + 7; /* an attribute alone */

		assert_int_equal(guise_condition_format(at, n, NULL, &out),
				 whole ? 0 : GUISE_E_INVALID_CONDITION);
	}
	guard_page_free(&page);
	assert_not_printed(CODE("\xf8\xff\xff\xff\xffx\0"));
	assert_not_printed(CODE("\x50\xff\xff\xff\x7f"));
	assert_not_printed(CODE("\4\1\0\0\0\0\0\0\0\3"));
}

/* What other writers than SDDL may leave: narrow integers, a sign that the
 * value does not have. The value decides. */
static void integers_of_any_width_print_their_value(void **state)
{
	static const struct {
		const char *bytes;
		const char *text;
	} rows[] = {
		{"\1\xff\xff\xff\xff\xff\xff\xff\xff\3\2", "-1"},
		{"\1\xff\0\0\0\0\0\0\0\3\2", "-1"},
		{"\2\xff\xff\0\0\0\0\0\0\2\3", "-0x1"},
		{"\3\xff\xff\xff\xff\0\0\0\0\2\1", "-01"},
		{"\4\x05\0\0\0\0\0\0\0\2\2", "5"},
		{"\4\x05\0\0\0\0\0\0\0\x09\x09", "5"},
		{"\4\x05\0\0\0\0\0\0\0\1\1", "+05"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		GUISE_AUTO(guise_buf_clear) struct guise_buf code = {0};
		GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
		char expected[32];

		append(&code, "artx", 1);
		assert_int_equal(buf_append(&code, U, 7), 0);
		assert_int_equal(buf_append(&code, rows[i].bytes, 11), 0);
		assert_int_equal(buf_append_u8(&code, 0x80), 0);
		assert_int_equal(format(&code, &out), 0);
		assert_int_equal(buf_append_u8(&out, '\0'), 0);
		snprintf(expected, sizeof(expected), "(@USER.x == %s)",
			 rows[i].text);
		assert_string_equal((char *)out.data, expected);
	}
}

static void deep_code_is_not_printed(void **state)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf code = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};

	(void)state;
	append(&code, "artx", 1);
	assert_int_equal(buf_append(&code, X, 7), 0);
	append(&code, "\xa2", GUISE_CONDITION_MAX_DEPTH - 1);
	assert_int_equal(format(&code, &out), 0);
	append(&code, "\xa2", 1);
	assert_int_equal(format(&code, &out), GUISE_E_LIMIT);
}

static void arguments_are_checked(void **state)
{
	struct guise_buf out = {0};
	const struct guise_sddl_options wrong = {.size = 1};

	(void)state;
	assert_int_equal(guise_condition_parse(NULL, 0, NULL, &out, NULL, NULL),
			 -EINVAL);
	assert_int_equal(
		guise_condition_parse("(x)", 3, NULL, NULL, NULL, NULL),
		-EINVAL);
	assert_int_equal(
		guise_condition_parse("(x)", 3, &wrong, &out, NULL, NULL),
		-EINVAL);
	assert_int_equal(guise_condition_format(NULL, 0, NULL, &out), -EINVAL);
	assert_int_equal(guise_condition_format("artx", 4, NULL, NULL),
			 -EINVAL);
	assert_int_equal(guise_condition_format("artx", 4, &wrong, &out),
			 -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(printing_is_the_form_of_windows),
		cmocka_unit_test(every_membership_operator_has_its_word),
		cmocka_unit_test(integers_keep_sign_and_base),
		cmocka_unit_test(octets_have_their_quirks),
		cmocka_unit_test(names_are_escaped_as_windows_does),
		cmocka_unit_test(strings_are_as_they_are),
		cmocka_unit_test(a_nul_is_no_text),
		cmocka_unit_test(what_the_grammar_lacks_is_refused),
		cmocka_unit_test(the_prefix_that_is_a_condition_can_be_had),
		cmocka_unit_test(aliases_are_of_the_given_domain),
		cmocka_unit_test(depth_has_a_limit),
		cmocka_unit_test(size_has_a_limit),
		cmocka_unit_test(what_was_in_the_buffer_stays),
		cmocka_unit_test(code_that_no_text_says_is_not_printed),
		cmocka_unit_test(sizes_that_lead_outside_are_refused),
		cmocka_unit_test(integers_of_any_width_print_their_value),
		cmocka_unit_test(deep_code_is_not_printed),
		cmocka_unit_test(arguments_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
