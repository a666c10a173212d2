/* SPDX-License-Identifier: Apache-2.0 */
/* Callback ACEs in a check: when they apply, and as whom the token is asked.
 * What conditions mean is tested elsewhere. */
#include "cmocka-wrap.h"

#include "access-build.h"

#define ALLOW GUISE_ACE_ACCESS_ALLOWED_CALLBACK
#define DENY GUISE_ACE_ACCESS_DENIED_CALLBACK
#define ALLOW_OBJECT GUISE_ACE_ACCESS_ALLOWED_CALLBACK_OBJECT
#define DENY_OBJECT GUISE_ACE_ACCESS_DENIED_CALLBACK_OBJECT

/* What @ace in front of an ACE that allows 0x2 makes of 0x3 at most. */
static uint32_t most(uint8_t type, uint32_t mask, enum test_condition condition)
{
	const struct guise_ace ace = test_ace_if(type, mask, "WD", condition);
	const struct guise_token *token = test_user();
	uint32_t granted = test_granted(
		test_sd("O:BAG:BAD:(A;;0x2;;;WD)", &ace, 1, NULL, 0), token,
		GUISE_MAXIMUM_ALLOWED);

	token = guise_token_unref(token);
	return granted;
}

static void an_allow_ace_applies_only_if_true(void **state)
{
	(void)state;
	assert_int_equal(most(ALLOW, 1, IF_TRUE), 3);
	assert_int_equal(most(ALLOW, 1, IF_FALSE), 2);
	assert_int_equal(most(ALLOW, 1, IF_UNKNOWN), 2);
	assert_int_equal(most(ALLOW_OBJECT, 1, IF_TRUE), 3);
	assert_int_equal(most(ALLOW_OBJECT, 1, IF_FALSE), 2);
	assert_int_equal(most(ALLOW_OBJECT, 1, IF_UNKNOWN), 2);
}

static void a_deny_ace_applies_unless_false(void **state)
{
	(void)state;
	assert_int_equal(most(DENY, 2, IF_TRUE), 0);
	assert_int_equal(most(DENY, 2, IF_FALSE), 2);
	assert_int_equal(most(DENY, 2, IF_UNKNOWN), 0);
	assert_int_equal(most(DENY_OBJECT, 2, IF_TRUE), 0);
	assert_int_equal(most(DENY_OBJECT, 2, IF_FALSE), 2);
	assert_int_equal(most(DENY_OBJECT, 2, IF_UNKNOWN), 0);
}

static void a_condition_that_holds_helps_only_its_trustee(void **state)
{
	const struct guise_ace aces[] = {
		test_ace_if(ALLOW, 1, "BA", IF_TRUE),
		test_ace_if(DENY, 2, "BA", IF_TRUE),
	};
	const struct guise_token *token = test_user();

	(void)state;
	assert_int_equal(test_granted(test_sd("O:BAG:BAD:(A;;0x2;;;WD)", aces,
					      2, NULL, 0),
				      token, GUISE_MAXIMUM_ALLOWED),
			 2);
	token = guise_token_unref(token);
}

/* That it says anything of the owner is enough, whatever its condition. */
static void a_condition_for_the_owner_ends_implicit_rights(void **state)
{
	const struct guise_ace ace = test_ace_if(ALLOW, 1, "OW", IF_FALSE);
	const struct guise_token *token = test_user();

	(void)state;
	assert_int_equal(
		test_granted(test_sd("O:" USER "G:BAD:", &ace, 1, NULL, 0),
			     token, GUISE_READ_CONTROL),
		0);
	token = guise_token_unref(token);
}

static void a_condition_that_did_not_hold_is_a_reason(void **state)
{
	const struct guise_ace aces[] = {
		test_ace_if(DENY, 1, "WD", IF_FALSE),
		test_ace_if(ALLOW, 1, "WD", IF_UNKNOWN),
	};
	const struct guise_sd *sd = test_sd("O:BAG:BAD:", aces, 2, NULL, 0);
	const struct guise_token *token = test_user();
	struct guise_reason reasons[4];
	struct guise_decision d;
	size_t n;

	(void)state;
	assert_int_equal(guise_access_explain(sd, token, 1, &guise_mapping_file,
					      NULL, &d, reasons, 4, &n),
			 0);
	assert_false(d.allowed);
	assert_int_equal(n, 3);
	assert_int_equal(reasons[0].kind, GUISE_REASON_CONDITION);
	assert_int_equal(reasons[0].ace, 1);
	assert_int_equal(reasons[0].condition, GUISE_FALSE);
	assert_true(reasons[0].allow);
	assert_int_equal(reasons[1].kind, GUISE_REASON_CONDITION);
	assert_int_equal(reasons[1].ace, 2);
	assert_int_equal(reasons[1].condition, GUISE_UNKNOWN);
	assert_false(reasons[1].allow);
	assert_int_equal(reasons[2].kind, GUISE_REASON_NOT_GRANTED);
	sd = guise_sd_unref(sd);
	token = guise_token_unref(token);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_allow_ace_applies_only_if_true),
		cmocka_unit_test(a_deny_ace_applies_unless_false),
		cmocka_unit_test(a_condition_that_holds_helps_only_its_trustee),
		cmocka_unit_test(
			a_condition_for_the_owner_ends_implicit_rights),
		cmocka_unit_test(a_condition_that_did_not_hold_is_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
