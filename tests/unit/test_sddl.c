/* SPDX-License-Identifier: Apache-2.0 */
/* SDDL: what is refused and with what, and the properties of the rest. */
#include "cmocka-wrap.h"

#include "descriptor.h"
#include "guard-page.h"

#include "base.h"
#include "buf.h"
#include <guise/claim.h>

static int parse(const char *text, const struct guise_sd **ret,
		 struct guise_error_info *reterr)
{
	return guise_sddl_parse(text, strlen(text), NULL, ret, reterr);
}

static void malformed_text_is_refused_with_its_reason(void **state)
{
	static const struct {
		const char *text;
		int code;
		size_t offset;
	} bad[] = {
		{"X", -EINVAL, 0},
		{"O", -EINVAL, 0},
		{"o:BA", -EINVAL, 0},
		{"O:BAO:BA", -EINVAL, 4},
		{"D:D:", -EINVAL, 2},
		{"S:S:", -EINVAL, 2},
		{"G:BAG:BA", -EINVAL, 4},
		{"D:X(A;;GA;;;WD)", -EINVAL, 2},
		{"D:(A;;GA;;;WD)x", -EINVAL, 14},
		{"D:(A;;GA;;;WD))", -EINVAL, 14},
		{"\tO:BA", -EINVAL, 0},
		{"O:", GUISE_E_INVALID_SID, 2},
		{"O::", GUISE_E_INVALID_SID, 2},
		{"O:ZZ", GUISE_E_INVALID_SID, 2},
		{"O:DA", GUISE_E_INVALID_SID, 2},
		{"O:S-1-5-32-544x", GUISE_E_INVALID_SID, 2},
		{"O:01020000000000052000000020020000", GUISE_E_INVALID_SID, 2},
		{"D:(", GUISE_E_INVALID_ACL, 3},
		{"D:()", GUISE_E_INVALID_ACL, 3},
		{"D:(A;;GA;;)", GUISE_E_INVALID_ACL, 10},
		{"D:(A;;GA;;;WD", GUISE_E_INVALID_ACL, 13},
		{"D:(A;;GA;;;WD;)", GUISE_E_INVALID_ACL, 14},
		{"D:(A;;GA;;;)", GUISE_E_INVALID_ACL, 11},
		{"D:(A;;GA;;;(WD))", GUISE_E_INVALID_ACL, 11},
		{"D:(A;O;GA;;;WD)", GUISE_E_INVALID_ACL, 5},
		{"D:(A;ZZ;GA;;;WD)", GUISE_E_INVALID_ACL, 5},
		{"D:(A;;ZZ;;;WD)", GUISE_E_INVALID_ACL, 6},
		{"D:(A;;0x;;;WD)", GUISE_E_INVALID_ACL, 6},
		{"D:(A;;09;;;WD)", GUISE_E_INVALID_ACL, 6},
		{"D:(A;;-;;;WD)", GUISE_E_INVALID_ACL, 6},
		{"D:(A;;NW;;;WD)", GUISE_E_INVALID_ACL, 6},
		{"S:(ML;;GA;;;ME)", GUISE_E_INVALID_ACL, 7},
		{"D:(AU;;GA;;;WD)", GUISE_E_INVALID_ACL, 3},
		{"S:(A;;GA;;;WD)", GUISE_E_INVALID_ACL, 3},
		{"D:(ML;;NW;;;ME)", GUISE_E_INVALID_ACL, 3},
		{"D:NO_ACCESS_CONTROL(A;;GA;;;WD)", GUISE_E_INVALID_ACL, 2},
		{"D:(OA;;GA;1;;WD)", GUISE_E_INVALID_GUID, 10},
		{"D:(OA;;GA;;1;WD)", GUISE_E_INVALID_GUID, 11},
		{"D:(A;;GA;bf967aa8-0de6-11d0-a285-00aa003049e2;;WD)",
		 GUISE_E_INVALID_ACL, 9},
		{"D:(A;;GA(;;;WD)", GUISE_E_INVALID_ACL, 8},
		{"D:(A;;GA;;;WD(", GUISE_E_INVALID_ACL, 13},
		{"D:(A;;GR1GR1x;;;WD)", GUISE_E_INVALID_ACL, 6},
		{"D:(XA;;GA;;;WD)", GUISE_E_INVALID_ACL, 14},
		{"D:(XA;;GA;;;WD;(@User.a==1)x)", GUISE_E_INVALID_ACL, 27},
		{"D:(XA;;GA;;;WD;(@User.a==1)", GUISE_E_INVALID_ACL, 27},
		{"D:(XA;;ZZ;;;WD;)", GUISE_E_INVALID_ACL, 7},
		{"D:(A;;GA;;;WD)(XA;;GA;;;WD;(@User.a==))",
		 GUISE_E_INVALID_CONDITION, 37},
		{"S:(RA;;;;;WD;(\"a%0000\",TS,0))", GUISE_E_INVALID_ACL, 16},
		{"S:(RA;;;;;WD;(\"a\",TB,0,2))", GUISE_E_INVALID_ACL, 23},
		{"S:(RA;;;;;WD)", GUISE_E_INVALID_ACL, 12},
		{"S:(RA;;;;;WD;)", GUISE_E_INVALID_ACL, 13},
		{"S:(RA;;;;;WD;(a))", GUISE_E_INVALID_ACL, 14},
		{"S:(RA;;;;;WD;(\"a\"))", GUISE_E_INVALID_ACL, 17},
		{"S:(RA;;;;;WD;(\"a))", GUISE_E_INVALID_ACL, 14},
		{"S:(RA;;;;;WD;(\"a%00g\",TI,0))", GUISE_E_INVALID_ACL, 16},
		{"S:(RA;;;;;WD;(\"a\",T,0))", GUISE_E_INVALID_ACL, 18},
		{"S:(RA;;;;;WD;(\"a\",TI,))", GUISE_E_INVALID_ACL, 21},
		{"S:(RA;;;;;WD;(\"a\",TI,0,))", GUISE_E_INVALID_ACL, 23},
		{"S:(RA;;;;;WD;(\"a\",TI,0,1 2))", GUISE_E_INVALID_ACL, 25},
		{"S:(RA;;;;;WD;(\"a\",TD,0,SID(BA))", GUISE_E_INVALID_ACL, 31},
		{"S:(RA;;;;;WD;(\"a\",TX,0,0x))", GUISE_E_INVALID_ACL, 24},
		{"S:(RA;;;;;WD;(\"\xff\",TS,0))", GUISE_E_INVALID_ACL, 15},
		{"S:(RA;;;;;WD;(\"a\",TS,0,\"\xff\"))", GUISE_E_INVALID_ACL,
		 13},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const struct guise_sd *sd = NULL;
		struct guise_error_info error = {0};
		int r = parse(bad[i].text, &sd, &error);

		if (r != bad[i].code || error.offset != bad[i].offset)
			fail_msg("%s: %s at %zu: %s", bad[i].text,
				 guise_error_name(r), error.offset, error.text);
		assert_true(strlen(error.text) > 0);
		assert_null(sd);
	}
}

static void arguments_are_checked(void **state)
{
	const struct guise_sddl_options wrong = {.size = 1};
	const struct guise_sd *sd = NULL;
	struct guise_buf out = {0};

	(void)state;
	assert_int_equal(guise_sddl_parse(NULL, 0, NULL, &sd, NULL), -EINVAL);
	assert_int_equal(guise_sddl_parse("", 0, &wrong, &sd, NULL), -EINVAL);
	assert_int_equal(guise_sddl_parse("", 0, NULL, NULL, NULL), -EINVAL);
	assert_int_equal(guise_sddl_format(NULL, NULL, &out), -EINVAL);
	assert_null(sd);
}

static void too_long_a_text_is_not_read(void **state)
{
	char *text = malloc(GUISE_SDDL_MAX_SIZE + 1);
	const struct guise_sd *sd = NULL;

	(void)state;
	assert_non_null(text);
	memset(text, ' ', GUISE_SDDL_MAX_SIZE + 1);
	assert_int_equal(guise_sddl_parse(text, GUISE_SDDL_MAX_SIZE + 1, NULL,
					  &sd, NULL),
			 GUISE_E_LIMIT);
	free(text);
}

/* @n ACEs of 36 bytes each */
static char *many_aces(unsigned n)
{
	struct guise_buf text = {0};
	int r = buf_append_text(&text, "D:");

	for (unsigned i = 0; r == 0 && i < n; i++)
		r = buf_printf(&text, "(A;;0xabc%03x;;;S-1-5-21-1-2-3-%u)",
			       i & 0xfff, i);
	if (r == 0)
		r = buf_append(&text, "", 1);
	assert_int_equal(r, 0);
	return (char *)text.data;
}

static void an_acl_may_be_full_but_not_fuller(void **state)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	const struct guise_sd *none = NULL;
	char *fits = many_aces(1820), *not = many_aces(1821);
	char *printed;

	(void)state;
	assert_int_equal(parse(fits, &sd, NULL), 0);
	printed = sddl_of(sd, NULL);
	assert_string_equal(printed + 2 + strlen("(A;;0xabc"),
			    fits + 2 + strlen("(A;;0xabc"));
	assert_int_equal(parse(not, &none, NULL), GUISE_E_INVALID_ACL);
	free(printed);
	free(fits);
	free(not );
}

static void a_tiny_text_cannot_ask_for_much_memory(void **state)
{
	/* 3277 SIDless ACEs would fit the text's limit many times over */
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	const struct guise_sd *sd = NULL;

	(void)state;
	assert_int_equal(buf_append_text(&text, "D:"), 0);
	for (unsigned i = 0; i < 100000; i++)
		assert_int_equal(buf_append_text(&text, "(A;;;;;WD)"), 0);
	assert_int_equal(guise_sddl_parse((const char *)text.data, text.size,
					  NULL, &sd, NULL),
			 GUISE_E_INVALID_ACL);
}

static void domain_aliases_work_both_ways_with_a_domain_only(void **state)
{
	static const char text[] = "O:LAG:DUD:(A;;FA;;;DA)";
	struct guise_sid domain = sid_of("S-1-5-21-1-2-3");
	const struct guise_sddl_options options = {.size = sizeof(options),
						   .domain = &domain};
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	char *printed;

	(void)state;
	assert_int_equal(
		guise_sddl_parse(text, strlen(text), &options, &sd, NULL), 0);
	printed = sddl_of(sd, &domain);
	assert_string_equal(printed, text);
	free(printed);
	printed = sddl_of(sd, NULL);
	assert_string_equal(printed, "O:S-1-5-21-1-2-3-500G:S-1-5-21-1-2-3-513"
				     "D:(A;;FA;;;S-1-5-21-1-2-3-512)");
	free(printed);
}

/* An SD with only this ACE in its DACL */
static const struct guise_sd *sd_with(const struct guise_ace *ace)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *acl = NULL;
	struct guise_sd_fields fields = {.size = sizeof(fields)};
	const struct guise_sd *sd = NULL;

	assert_int_equal(guise_acl_new(0, ace, 1, &acl), 0);
	fields.dacl = acl;
	assert_int_equal(guise_sd_new(&fields, &sd), 0);
	return sd;
}

static void refuses_to_print(const struct guise_ace *ace, int code)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = sd_with(ace);
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};

	assert_int_equal(buf_append_text(&out, "kept"), 0);
	assert_int_equal(guise_sddl_format(sd, NULL, &out), code);
	assert_int_equal(out.size, 4);
}

static void types_sddl_cannot_express_are_not_printed(void **state)
{
	static const uint8_t types[] = {
		GUISE_ACE_ACCESS_ALLOWED_COMPOUND,
		GUISE_ACE_ACCESS_DENIED_CALLBACK_OBJECT,
		GUISE_ACE_SYSTEM_ALARM_CALLBACK,
		GUISE_ACE_SYSTEM_AUDIT_CALLBACK_OBJECT,
		GUISE_ACE_SYSTEM_ALARM_CALLBACK_OBJECT,
		0x16,
		0xff,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		refuses_to_print(&(struct guise_ace){.type = types[i]},
				 GUISE_E_INVALID_ACL);
}

static void data_that_is_no_condition_is_not_printed(void **state)
{
	static const uint8_t junk[] = {'a', 'r', 't', 'y', 0, 0, 0, 0};
	struct guise_ace ace = {.type = GUISE_ACE_ACCESS_ALLOWED_CALLBACK};

	(void)state;
	refuses_to_print(&ace, GUISE_E_INVALID_CONDITION);
	ace.data = junk;
	ace.data_size = sizeof(junk);
	refuses_to_print(&ace, GUISE_E_INVALID_CONDITION);
	ace.type = GUISE_ACE_SYSTEM_ACCESS_FILTER;
	refuses_to_print(&ace, GUISE_E_INVALID_CONDITION);
}

/* Without its quotes a string could become another ACE. */
static void a_claim_that_cannot_be_quoted_is_not_printed(void **state)
{
	static const char hostile[] = "x\"))(A;;GA;;;WD)";
	const struct guise_claim_value value = {.data = hostile,
						.size = sizeof(hostile) - 1};
	const struct guise_claim claim = {.name = "a",
					  .name_size = 1,
					  .type = GUISE_CLAIM_STRING,
					  .values = &value,
					  .n_values = 1};
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	struct guise_ace ace = {.type = GUISE_ACE_SYSTEM_RESOURCE_ATTRIBUTE};

	(void)state;
	refuses_to_print(&ace, GUISE_E_INVALID_ACL);
	assert_int_equal(guise_claim_encode(&claim, &bytes), 0);
	ace.data = bytes.data;
	ace.data_size = bytes.size;
	refuses_to_print(&ace, GUISE_E_INVALID_ACL);
	ace.data_size = bytes.size - 4; /* cut off */
	refuses_to_print(&ace, GUISE_E_INVALID_ACL);
}

static void only_so_many_values_are_read(void **state)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	const struct guise_sd *sd = NULL;
	size_t fits;

	(void)state;
	assert_int_equal(buf_append_text(&text, "S:(RA;;;;;WD;(\"a\",TI,0"), 0);
	for (unsigned i = 0; i < GUISE_CLAIM_VALUES_MAX; i++)
		assert_int_equal(buf_append_text(&text, ",1"), 0);
	fits = text.size;
	assert_int_equal(buf_append_text(&text, "))"), 0);
	assert_int_equal(guise_sddl_parse((const char *)text.data, text.size,
					  NULL, &sd, NULL),
			 0);
	sd = guise_sd_unref(sd);
	buf_truncate(&text, fits);
	assert_int_equal(buf_append_text(&text, ",1))"), 0);
	assert_int_equal(guise_sddl_parse((const char *)text.data, text.size,
					  NULL, &sd, NULL),
			 GUISE_E_LIMIT);
	assert_null(sd);
}

static void parentheses_around_what_is_a_member_have_an_end(void **state)
{
	static const struct {
		unsigned n_open, n_close;
		int code;
	} cases[] = {
		{0, 0, 0},
		{1, 1, 0},
		/* the condition's own are the first of all */
		{GUISE_CONDITION_MAX_DEPTH - 1, GUISE_CONDITION_MAX_DEPTH - 1,
		 0},
		{GUISE_CONDITION_MAX_DEPTH, GUISE_CONDITION_MAX_DEPTH,
		 GUISE_E_LIMIT},
		{3, 1, GUISE_E_INVALID_CONDITION}, /* one is missing */
		{2, 1, GUISE_E_INVALID_ACL},	   /* the ACE's is */
		{1, 2, -EINVAL},		   /* one is left over */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
		GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
		int r = buf_append_text(&text, "D:(XA;;GA;;;WD;(Member_of ");

		for (unsigned n = 0; r == 0 && n < cases[i].n_open; n++)
			r = buf_append_text(&text, "(");
		if (r == 0)
			r = buf_append_text(&text, "SID(BA)");
		for (unsigned n = 0; r == 0 && n < cases[i].n_close; n++)
			r = buf_append_text(&text, ")");
		if (r == 0)
			r = buf_append_text(&text, "))");
		assert_int_equal(r, 0);
		assert_int_equal(guise_sddl_parse((const char *)text.data,
						  text.size, NULL, &sd, NULL),
				 cases[i].code);
	}
}

static void what_prints_parses_to_the_same(void **state)
{
	static const char *const samples[] = {
		"",
		"O:BAG:SYD:PARAI(A;OICINPIOIDCRSAFA;0x12345678;;;WD)S:P",
		"D:NO_ACCESS_CONTROLS:NO_ACCESS_CONTROL",
		"D:PNO_ACCESS_CONTROL",
		"D:(OD;;CC;00112233-4455-6677-8899-aabbccddeeff;;AN)",
		"D:(OA;;CC;;00112233-4455-6677-8899-aabbccddeeff;AN)",
		"S:(ML;CI;NWNRNX;;;S-1-16-4096)",
		"S:(AL;;FA;;;WD)",
		"S:(OU;SA;FA;00112233-4455-6677-8899-aabbccddeeff;;WD)",
		"S:(OL;FA;FA;00112233-4455-6677-8899-aabbccddeeff;;WD)",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		GUISE_AUTO(guise_sd_unrefp)
		const struct guise_sd *one = sd_of(samples[i]);
		char *printed = sddl_of(one, NULL);
		GUISE_AUTO(guise_sd_unrefp)
		const struct guise_sd *two = sd_of(printed);

		assert_true(guise_sd_equal(one, two));
		free(printed);
	}
}

static void object_types_without_guids_are_the_plain_ones(void **state)
{
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *sd = sd_of("D:(OA;;CC;;;WD)(OD;;CC; ; ;WD)"
					  "S:(OU;;CC;;;WD)(OL;;CC;;;WD)");
	char *printed = sddl_of(sd, NULL);

	(void)state;
	assert_string_equal(printed, "D:(A;;CC;;;WD)(D;;CC;;;WD)"
				     "S:(AU;;CC;;;WD)(AL;;CC;;;WD)");
	assert_int_equal(guise_acl_revision(guise_sd_dacl(sd)), 2);
	free(printed);
}

static void masks_parse_on_their_own(void **state)
{
	static const struct {
		const char *text;
		uint32_t mask;
	} good[] = {
		{"FA", 0x1f01ff},
		{"GR", 0x80000000},
		{"ccDC", 3},
		{"0x1200a9", 0x1200a9},
		{"017", 15},
		{"4294967295", UINT32_MAX},
		{"4294967296", UINT32_MAX},
		{"0xFFFFFFFFFF", UINT32_MAX},
		{"037777777777", UINT32_MAX},
		{"040000000000", UINT32_MAX},
		{"-4294967296", 1},
		{"-0", 0},
		{"0XfF", 0xff},
		{"GR0x10", 0x80000010},
		{"0x10GR", 0x80000010},
		{"1GR2", 0x80000003},
		{"FAKA", 0x1f01ff},
		{"-1", UINT32_MAX},
		{"0", 0},
		{"+5", 5},
	};
	static const char *const bad[] = {"",	  "F",	  "FAx", "QQ",	"0x",
					  "1x",	  "08",	  " FA", "FA ", "--1",
					  "GR-1", "GR+1", "018", "0xg", "1 2",
					  "NW",	  "-",	  "+",	 "F A"};
	uint32_t mask = 42;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(
			guise_access_mask_parse(bad[i], strlen(bad[i]), &mask),
			GUISE_E_INVALID_ACL);
	assert_int_equal(mask, 42);
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(guise_access_mask_parse(good[i].text,
							 strlen(good[i].text),
							 &mask),
				 0);
		assert_int_equal(mask, good[i].mask);
	}
}

/* Every prefix and every flipped bit, flush against an unreadable page. */
static void damaged_text_is_refused_or_means_something(void **state)
{
	static const char good[] =
		"O:BAG:S-1-5-21-1-0x2-3-513D:PAI(A;OICI;FA;;;WD)"
		"(OA;;CCDC;bf967aa8-0de6-11d0-a285-00aa003049e2;;PO)"
		"(XA;;CC;;;WD;(@User.a == \"b\" && Member_of{SID(BA)}))"
		"S:P(RA;;;;;WD;(\"a%0020\",TS,0x2,\"x\", \"y\"))"
		"(RA;;;;;WD;(\"b\",TD,0,BA))(RA;;;;;WD;(\"b\",TX,0,#abc))"
		"(RA;;;;;WD;(\"b\",TI,0,-010))";
	struct guard_page guard = guard_page_new(sizeof(good));
	unsigned n_accepted = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(good) + 8 * strlen(good); i++) {
		size_t size = i < sizeof(good) ? i : strlen(good);
		char *at = (char *)guard_page_place(&guard, good, size);
		GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
		struct guise_error_info error = {.offset = SIZE_MAX};
		char *printed;

		if (i >= sizeof(good))
			at[(i - sizeof(good)) / 8] ^=
				(char)(1 << (i - sizeof(good)) % 8);
		if (guise_sddl_parse(at, size, NULL, &sd, &error) < 0) {
			assert_true(error.offset <= size);
			continue;
		}
		n_accepted++;
		printed = sddl_of(sd, NULL);
		guise_sd_unref(sd_of(printed));
		free(printed);
	}
	assert_true(n_accepted > 0);
	guard_page_free(&guard);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(malformed_text_is_refused_with_its_reason),
		cmocka_unit_test(arguments_are_checked),
		cmocka_unit_test(too_long_a_text_is_not_read),
		cmocka_unit_test(an_acl_may_be_full_but_not_fuller),
		cmocka_unit_test(a_tiny_text_cannot_ask_for_much_memory),
		cmocka_unit_test(
			domain_aliases_work_both_ways_with_a_domain_only),
		cmocka_unit_test(types_sddl_cannot_express_are_not_printed),
		cmocka_unit_test(data_that_is_no_condition_is_not_printed),
		cmocka_unit_test(a_claim_that_cannot_be_quoted_is_not_printed),
		cmocka_unit_test(only_so_many_values_are_read),
		cmocka_unit_test(
			parentheses_around_what_is_a_member_have_an_end),
		cmocka_unit_test(what_prints_parses_to_the_same),
		cmocka_unit_test(object_types_without_guids_are_the_plain_ones),
		cmocka_unit_test(masks_parse_on_their_own),
		cmocka_unit_test(damaged_text_is_refused_or_means_something),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
