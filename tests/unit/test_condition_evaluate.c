/* SPDX-License-Identifier: Apache-2.0 */
/* What conditions are for a token (MS-DTYP 2.4.4.17). */
#include "cmocka-wrap.h"

#include <stdio.h>

#include "condition-fixture.h"

static void three_values_combine_as_kleene_said(void **state)
{
	/* a result of each value; @User.none has none */
	static const char *const of[] = {"(@User.one == 0)", "(@User.one == 1)",
					 "(@User.none == 1)"};
	char text[128];

	(void)state;
	for (unsigned a = 0; a < 3; a++) {
		snprintf(text, sizeof(text), "(!%s)", of[a]);
		assert_is(text, a == 2 ? GUISE_UNKNOWN : !a);
		for (unsigned b = 0; b < 3; b++) {
			const bool unknown = a == 2 || b == 2;

			snprintf(text, sizeof(text), "(%s && %s)", of[a],
				 of[b]);
			assert_is(text, !a || !b  ? GUISE_FALSE
					: unknown ? GUISE_UNKNOWN
						  : GUISE_TRUE);
			snprintf(text, sizeof(text), "(%s || %s)", of[a],
				 of[b]);
			assert_is(text, a == 1 || b == 1 ? GUISE_TRUE
					: unknown	 ? GUISE_UNKNOWN
							 : GUISE_FALSE);
		}
	}
}

static void an_attribute_alone_is_its_value(void **state)
{
	(void)state;
	assert_is("(@User.one)", GUISE_TRUE);
	assert_is("(@User.minus)", GUISE_TRUE);
	assert_is("(@User.zero)", GUISE_FALSE);
	assert_is("(@User.numbers)", GUISE_TRUE);
	assert_is("(@User.yes)", GUISE_TRUE);
	assert_is("(@User.no)", GUISE_FALSE);
	assert_is("(@User.word)", GUISE_TRUE);
	assert_is("(@User.empty)", GUISE_FALSE);
	assert_is("(@User.words)", GUISE_UNKNOWN);
	assert_is("(@User.octets)", GUISE_UNKNOWN);
	assert_is("(@User.sid)", GUISE_UNKNOWN);
	assert_is("(@User.none)", GUISE_UNKNOWN);
	assert_is("(@User.absent)", GUISE_UNKNOWN);
	assert_is("(!@User.zero)", GUISE_TRUE);
	assert_is("(@User.zero || @User.one)", GUISE_TRUE);
	assert_is("(@User.zero || @User.zero || @User.one)", GUISE_TRUE);
	assert_is("(@User.zero || (@User.zero || (@User.one && @User.yes)))",
		  GUISE_TRUE);
	assert_is("(@User.zero && @User.absent)", GUISE_FALSE);
}

/* Windows: unknown, whatever the attributes are. */
static void an_attribute_before_a_negated_one_is_unknown(void **state)
{
	(void)state;
	assert_is("(@User.one || !@User.one)", GUISE_UNKNOWN);
	assert_is("(@User.one && !@User.zero)", GUISE_UNKNOWN);
	assert_is("(@User.zero && !@User.one)", GUISE_UNKNOWN);
	assert_is("(!@User.one || @User.one)", GUISE_TRUE);
	assert_is("(!@User.zero && !@User.zero)", GUISE_TRUE);
	assert_is("(@User.one == 1 || !@User.one)", GUISE_TRUE);
	assert_is("(@User.one || !(@User.one == 1))", GUISE_TRUE);
	assert_is("(@User.one || !(!@User.one))", GUISE_TRUE);
	assert_is("(@User.one && Exists @User.one)", GUISE_TRUE);
}

static void integers_compare_across_signs(void **state)
{
	(void)state;
	assert_is("(@User.one == 0x1)", GUISE_TRUE);
	assert_is("(@User.one == @User.uone)", GUISE_TRUE);
	assert_is("(@User.minus < @User.uone)", GUISE_TRUE);
	assert_is("(@User.uone > @User.minus)", GUISE_TRUE);
	assert_is("(@User.big > @User.minus)", GUISE_TRUE);
	assert_is("(@User.minus < @User.big)", GUISE_TRUE);
	assert_is("(@User.minus == @User.big)", GUISE_FALSE);
	assert_is("(@User.big == -1)", GUISE_FALSE);
	assert_is("(@User.big > 9223372036854775807)", GUISE_TRUE);
	assert_is("(@User.minus == -1)", GUISE_TRUE);
	assert_is("(@User.minus >= -1)", GUISE_TRUE);
	assert_is("(@User.minus > -2)", GUISE_TRUE);
	assert_is("(@User.minus <= -2)", GUISE_FALSE);
	assert_is("(@User.one != 1)", GUISE_FALSE);
	assert_is("(@User.one != 2)", GUISE_TRUE);
}

static void booleans_are_zero_or_one_and_have_no_order(void **state)
{
	(void)state;
	assert_is("(@User.yes == 1)", GUISE_TRUE);
	assert_is("(@User.yes == @User.uone)", GUISE_TRUE);
	assert_is("(@User.one == @User.yes)", GUISE_TRUE);
	assert_is("(@User.no == 1)", GUISE_FALSE);
	assert_is("(@User.yes == 2)", GUISE_UNKNOWN);
	assert_is("(@User.yes != 2)", GUISE_UNKNOWN);
	assert_is("(@User.minus != @User.yes)", GUISE_UNKNOWN);
	assert_is("(@User.yes > 0)", GUISE_UNKNOWN);
	assert_is("(@User.yes == \"1\")", GUISE_UNKNOWN);
	assert_is("(@User.yes Any_of {0, 1})", GUISE_TRUE);
}

static void strings_compare_in_any_case_or_in_their_own(void **state)
{
	(void)state;
	assert_is("(@User.word == \"FINANCE\")", GUISE_TRUE);
	assert_is("(@User.word == \"finances\")", GUISE_FALSE);
	assert_is("(@User.exact == \"Finance\")", GUISE_TRUE);
	assert_is("(@User.exact == \"FINANCE\")", GUISE_FALSE);
	assert_is("(@User.exact == @User.word)", GUISE_TRUE);
	assert_is("(@User.word < \"finances\")", GUISE_TRUE);
	assert_is("(@User.word >= \"FINANCE\")", GUISE_TRUE);
	assert_is("(@User.word > \"fin\")", GUISE_TRUE);
	assert_is("(@User.exact > \"FINANCE\")", GUISE_TRUE);
	assert_is("(@User.empty == \"\")", GUISE_TRUE);
	assert_is("(@User.word > @User.empty)", GUISE_TRUE);
	assert_is("(@User.words Contains \"BLUE\")", GUISE_TRUE);
	assert_is("(@User.exact Any_of {\"FINANCE\", \"x\"})", GUISE_FALSE);
}

static void octets_have_an_order_and_sids_have_none(void **state)
{
	(void)state;
	assert_is("(@User.octets == #0102)", GUISE_TRUE);
	assert_is("(@User.octets > #01)", GUISE_TRUE);
	assert_is("(@User.octets < #0103)", GUISE_TRUE);
	assert_is("(@User.octets < #010200)", GUISE_TRUE);
	assert_is("(@User.sid == SID(BA))", GUISE_TRUE);
	assert_is("(@User.sid != SID(BU))", GUISE_TRUE);
	assert_is("(@User.sid >= SID(BA))", GUISE_UNKNOWN);
	assert_is("(@User.sid == #0102)", GUISE_UNKNOWN);
}

static void types_that_do_not_fit_are_unknown(void **state)
{
	(void)state;
	assert_is("(@User.word == 1)", GUISE_UNKNOWN);
	assert_is("(@User.word != 1)", GUISE_UNKNOWN);
	assert_is("(@User.one == \"1\")", GUISE_UNKNOWN);
	assert_is("(@User.one < \"1\")", GUISE_UNKNOWN);
	assert_is("(@User.words == {\"red\", 1})", GUISE_UNKNOWN);
	assert_is("(@User.words Contains {1})", GUISE_UNKNOWN);
	assert_is("(@User.words Not_Contains {1})", GUISE_UNKNOWN);
	assert_is("(@User.words Any_of {1})", GUISE_UNKNOWN);
	/* one operator's trouble: the rest decides */
	assert_is("(@User.word == 1 || @User.one == 1)", GUISE_TRUE);
}

static void several_values_have_no_order(void **state)
{
	(void)state;
	assert_is("(@User.numbers > 0)", GUISE_UNKNOWN);
	assert_is("(@User.one < @User.numbers)", GUISE_UNKNOWN);
	assert_is("(@User.one < {2})", GUISE_UNKNOWN);
}

static void sets_are_equal_in_any_order_but_not_with_repeats(void **state)
{
	(void)state;
	assert_is("(@User.numbers == {1, 2, 3})", GUISE_TRUE);
	assert_is("(@User.numbers == {1, 2})", GUISE_FALSE);
	assert_is("(@User.numbers == {1, 2, 4})", GUISE_FALSE);
	assert_is("(@User.numbers == {1, 2, 2})", GUISE_FALSE);
	assert_is("(@User.numbers == {1, 2, 3, 3})", GUISE_FALSE);
	assert_is("(@User.numbers != {1, 2, 3, 3})", GUISE_TRUE);
	assert_is("(@User.numbers == 1)", GUISE_FALSE);
	assert_is("(@User.one == {1})", GUISE_TRUE);
	assert_is("(@User.words == {\"BLUE\", \"Red\"})", GUISE_TRUE);
}

static void contains_is_all_and_any_of_is_some(void **state)
{
	(void)state;
	assert_is("(@User.numbers Contains {1, 3})", GUISE_TRUE);
	assert_is("(@User.numbers Contains {1, 1})", GUISE_TRUE);
	assert_is("(@User.numbers Contains {1, 4})", GUISE_FALSE);
	assert_is("(@User.numbers Not_Contains {1, 4})", GUISE_TRUE);
	assert_is("(@User.numbers Contains 2)", GUISE_TRUE);
	assert_is("(@User.numbers Contains @User.uone)", GUISE_TRUE);
	assert_is("(@User.numbers Any_of {4, 1})", GUISE_TRUE);
	assert_is("(@User.numbers Any_of {4, 5})", GUISE_FALSE);
	assert_is("(@User.numbers Not_Any_of {4, 5})", GUISE_TRUE);
	assert_is("(@User.numbers Any_of @User.one)", GUISE_TRUE);
	/* Windows: a value without braces is no set */
	assert_is("(@User.numbers Any_of 1)", GUISE_UNKNOWN);
	assert_is("(@User.numbers Not_Any_of 1)", GUISE_UNKNOWN);
}

static void the_empty_set_decides_contains_alone(void **state)
{
	(void)state;
	assert_is("(@User.numbers Contains {})", GUISE_FALSE);
	assert_is("(@User.numbers Not_Contains {})", GUISE_TRUE);
	assert_is("(@User.absent Contains {})", GUISE_FALSE);
	assert_is("(@User.absent Not_Contains {})", GUISE_TRUE);
	assert_is("(@User.none Contains {})", GUISE_FALSE);
	assert_is("(@User.numbers Any_of {})", GUISE_UNKNOWN);
	assert_is("(@User.numbers Not_Any_of {})", GUISE_UNKNOWN);
	assert_is("(@User.numbers == {})", GUISE_FALSE);
	assert_is("(@User.numbers != {})", GUISE_TRUE);
	assert_is("(@User.absent == {})", GUISE_UNKNOWN);
	assert_is("(@User.one < {})", GUISE_UNKNOWN);
	assert_is("(Member_of {})", GUISE_UNKNOWN);
	assert_is("(Not_Member_of_Any {})", GUISE_UNKNOWN);
}

static void what_is_absent_is_unknown_but_to_exists(void **state)
{
	(void)state;
	assert_is("(@User.absent == 1)", GUISE_UNKNOWN);
	assert_is("(@User.absent != 1)", GUISE_UNKNOWN);
	assert_is("(@User.one == @User.absent)", GUISE_UNKNOWN);
	assert_is("(@User.absent Not_Any_of {1})", GUISE_UNKNOWN);
	assert_is("(Exists @User.absent)", GUISE_FALSE);
	assert_is("(Not_Exists @User.absent)", GUISE_TRUE);
	assert_is("(Exists @User.one)", GUISE_TRUE);
	assert_is("(Not_Exists @User.one)", GUISE_FALSE);
	/* there, but with nothing in it */
	assert_is("(Exists @User.none)", GUISE_UNKNOWN);
	assert_is("(Not_Exists @User.none)", GUISE_UNKNOWN);
	assert_is("(@User.none != \"x\")", GUISE_UNKNOWN);
	assert_is("(@User.none == @User.none)", GUISE_UNKNOWN);
}

static void attributes_are_looked_up_where_they_belong(void **state)
{
	(void)state;
	assert_is("(@User.ONE == 1)", GUISE_TRUE);
	assert_is("(@Device.one == -1)", GUISE_TRUE);
	assert_is("(Exists @User.device)", GUISE_FALSE);
	assert_is("(Exists @Device.device)", GUISE_TRUE);
	assert_is("(Exists @Resource.one)", GUISE_FALSE);
	assert_is("(Exists one)", GUISE_FALSE);
	assert_is("(win://sysappid Contains \"red\")", GUISE_TRUE);
}

static void flags_decide_whether_a_claim_is_there(void **state)
{
	struct condition_env env = plain_env();

	(void)state;
	assert_is("(Exists @User.off)", GUISE_FALSE);
	assert_is("(@User.off)", GUISE_UNKNOWN);
	assert_is("(Exists @User.deny)", GUISE_FALSE);
	env.deny = true;
	assert_int_equal(ask(&env, "(@User.deny == 1)"), GUISE_TRUE);
	assert_int_equal(ask(&env, "(Exists @User.off)"), GUISE_FALSE);
}

static void a_restricted_pass_has_claims_and_groups_of_its_own(void **state)
{
	struct condition_env env = plain_env();

	(void)state;
	env.restricted = true;
	env.member = TOKEN_MATCH_RESTRICTED;
	assert_int_equal(ask(&env, "(@User.zero == 1)"), GUISE_TRUE);
	assert_int_equal(ask(&env, "(Exists @User.one)"), GUISE_FALSE);
	assert_int_equal(ask(&env, "(Exists @Device.one)"), GUISE_FALSE);
	assert_int_equal(ask(&env, "(Exists WIN://SYSAPPID)"), GUISE_TRUE);
	assert_int_equal(ask(&env, "(Member_of {SID(BU)})"), GUISE_TRUE);
	assert_int_equal(ask(&env, "(Member_of {SID(BA)})"), GUISE_FALSE);
}

static void membership_is_all_or_any(void **state)
{
	struct condition_env deny = plain_env();

	(void)state;
	assert_is("(Member_of SID(BA))", GUISE_TRUE);
	assert_is("(Member_of {SID(BA), SID(S-1-5-21-1-2-3-1001)})",
		  GUISE_TRUE);
	assert_is("(Member_of {SID(BA), SID(BU)})", GUISE_FALSE);
	assert_is("(Member_of_Any {SID(BU), SID(BA)})", GUISE_TRUE);
	assert_is("(Member_of_Any {SID(BU), SID(WD)})", GUISE_FALSE);
	assert_is("(Not_Member_of {SID(BA), SID(BU)})", GUISE_TRUE);
	assert_is("(Not_Member_of_Any {SID(BA), SID(BU)})", GUISE_FALSE);
	assert_is("(Device_Member_of {SID(BU)})", GUISE_TRUE);
	assert_is("(Device_Member_of {SID(BA)})", GUISE_FALSE);
	assert_is("(Device_Member_of_Any {SID(BA), SID(BU)})", GUISE_TRUE);
	assert_is("(Not_Device_Member_of {SID(BA)})", GUISE_TRUE);
	assert_is("(Not_Device_Member_of_Any {SID(BU)})", GUISE_FALSE);
	/* deny-only groups are members for deny ACEs only */
	assert_is("(Member_of {SID(BG)})", GUISE_FALSE);
	assert_is("(Device_Member_of {SID(BG)})", GUISE_FALSE);
	deny.member = TOKEN_MATCH_DENY;
	deny.device_member = TOKEN_MATCH_DEVICE_DENY;
	assert_int_equal(ask(&deny, "(Member_of {SID(BG)})"), GUISE_TRUE);
	assert_int_equal(ask(&deny, "(Device_Member_of {SID(BG)})"),
			 GUISE_TRUE);
	/* what is no SID spoils all of it */
	assert_is("(Member_of {SID(BA), 1})", GUISE_UNKNOWN);
	assert_is("(Member_of_Any {SID(BA), 1} || @User.one)", GUISE_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_values_combine_as_kleene_said),
		cmocka_unit_test(an_attribute_alone_is_its_value),
		cmocka_unit_test(an_attribute_before_a_negated_one_is_unknown),
		cmocka_unit_test(integers_compare_across_signs),
		cmocka_unit_test(booleans_are_zero_or_one_and_have_no_order),
		cmocka_unit_test(strings_compare_in_any_case_or_in_their_own),
		cmocka_unit_test(octets_have_an_order_and_sids_have_none),
		cmocka_unit_test(types_that_do_not_fit_are_unknown),
		cmocka_unit_test(several_values_have_no_order),
		cmocka_unit_test(
			sets_are_equal_in_any_order_but_not_with_repeats),
		cmocka_unit_test(contains_is_all_and_any_of_is_some),
		cmocka_unit_test(the_empty_set_decides_contains_alone),
		cmocka_unit_test(what_is_absent_is_unknown_but_to_exists),
		cmocka_unit_test(attributes_are_looked_up_where_they_belong),
		cmocka_unit_test(flags_decide_whether_a_claim_is_there),
		cmocka_unit_test(
			a_restricted_pass_has_claims_and_groups_of_its_own),
		cmocka_unit_test(membership_is_all_or_any),
	};

	return cmocka_run_group_tests(tests, token_setup, token_teardown);
}
