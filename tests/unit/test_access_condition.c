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

static void an_entry_that_applied_says_how_its_condition_held(void **state)
{
	const struct guise_ace aces[] = {
		test_ace_if(ALLOW, 2, "WD", IF_TRUE),
		test_ace_if(DENY, 1, "WD", IF_UNKNOWN),
	};
	const struct guise_sd *sd = test_sd("O:BAG:BAD:", aces, 2, NULL, 0);
	const struct guise_token *token = test_user();
	struct guise_reason reasons[4];
	struct guise_decision d;
	size_t n;

	(void)state;
	assert_int_equal(guise_access_explain(sd, token, 3, &guise_mapping_file,
					      NULL, &d, reasons, 4, &n),
			 0);
	assert_false(d.allowed);
	assert_int_equal(n, 2);
	assert_int_equal(reasons[0].kind, GUISE_REASON_ACE);
	assert_int_equal(reasons[0].condition, GUISE_TRUE);
	assert_int_equal(reasons[1].kind, GUISE_REASON_ACE);
	assert_int_equal(reasons[1].condition, GUISE_UNKNOWN);
	assert_false(reasons[1].allow);
	sd = guise_sd_unref(sd);
	token = guise_token_unref(token);
}

#define PACKAGE "S-1-15-2-1-2-3-4-5-6-7"

static struct guise_token_builder *user(void)
{
	struct guise_token_builder *b = builder();

	add(b, "WD", GUISE_GROUP_USUAL);
	return b;
}

static struct guise_token_builder *restricted(void)
{
	const struct guise_sid rc = sid_of("RC");
	struct guise_token_builder *b = user();

	guise_token_builder_restricted_sid(b, &rc);
	return b;
}

static struct guise_token_builder *container(void)
{
	const struct guise_sid package = sid_of(PACKAGE);
	const struct guise_sid capability = sid_of("S-1-15-3-1");
	struct guise_token_builder *b = user();

	guise_token_builder_package(b, &package);
	guise_token_builder_capability(b, &capability, GUISE_GROUP_ENABLED);
	return b;
}

static bool allowed(struct guise_token_builder *b, const char *sddl)
{
	const struct guise_token *token = sealed(b);
	bool yes = test_granted(sd_of(sddl), token, 1);

	token = guise_token_unref(token);
	return yes;
}

/* In the restricted pass the restricting SIDs are the members. */
static void members_are_those_of_the_pass(void **state)
{
	static const char rc[] = "O:BAG:BAD:(A;;0x1;;;WD)"
				 "(XA;;0x1;;;RC;(Member_of {SID(RC)}))";
	static const char wd[] = "O:BAG:BAD:(A;;0x1;;;WD)"
				 "(XA;;0x1;;;RC;(Member_of {SID(WD)}))";
	static const char first[] = "O:BAG:BAD:(XA;;0x1;;;WD;(Member_of "
				    "{SID(RC)}))(A;;0x1;;;RC)";

	(void)state;
	assert_true(allowed(restricted(), rc));
	assert_false(allowed(restricted(), wd));
	assert_false(allowed(restricted(), first));
}

/* A package's ACE may ask for its user and for its other capabilities. */
static void packages_are_members_beside_their_user(void **state)
{
	static const char who[] = "O:BAG:BAD:(A;;0x1;;;WD)(XA;;0x1;;;" PACKAGE
				  ";(Member_of {SID(WD)}))";
	static const char can[] = "O:BAG:BAD:(A;;0x1;;;WD)(XA;;0x1;;;" PACKAGE
				  ";(Member_of {SID(S-1-15-3-1)}))";
	static const char both[] = "O:BAG:BAD:(XA;;0x1;;;WD;(Member_of "
				   "{SID(S-1-15-3-1)}))(A;;0x1;;;" PACKAGE ")";

	(void)state;
	assert_true(allowed(container(), who));
	assert_true(allowed(container(), can));
	assert_false(allowed(container(), both));
}

/* Deny-only groups count where a condition denies. */
static void deny_only_groups_are_members_for_denials(void **state)
{
	struct guise_token_builder *b = user();

	(void)state;
	add(b, "BA", GUISE_GROUP_USE_FOR_DENY_ONLY);
	assert_false(allowed(b, "O:BAG:BAD:(XD;;0x1;;;WD;(Member_of {SID(BA)}))"
				"(A;;0x1;;;WD)"));
	b = user();
	add(b, "BA", GUISE_GROUP_USE_FOR_DENY_ONLY);
	assert_false(
		allowed(b, "O:BAG:BAD:(XA;;0x1;;;WD;(Member_of {SID(BA)}))"));
	assert_true(allowed(user(), "O:BAG:BAD:(XD;;0x1;;;WD;(Member_of "
				    "{SID(BA)}))(A;;0x1;;;WD)"));
}

static void the_restricted_pass_asks_for_restricted_claims(void **state)
{
	static const char sddl[] = "O:BAG:BAD:(A;;0x1;;;WD)"
				   "(XA;;0x1;;;RC;(@User.a == 7))";
	struct guise_token_builder *b = restricted();

	(void)state;
	add_claim(b, GUISE_CLAIMS_USER, "a", 0);
	assert_false(allowed(b, sddl));
	b = restricted();
	add_claim(b, GUISE_CLAIMS_RESTRICTED_USER, "a", 0);
	assert_true(allowed(b, sddl));
}

static bool allowed_with(const char *sddl, const char *given)
{
	const struct guise_claims *claims = given ? one_claim(given, 0) : NULL;
	const struct guise_access_options options = {
		.size = sizeof(options), .resource_attributes = claims};
	const struct guise_token *token = test_user();
	const struct guise_sd *sd = sd_of(sddl);
	struct guise_decision d = test_decide(sd, token, 1, &options);

	claims = guise_claims_unref(claims);
	sd = guise_sd_unref(sd);
	token = guise_token_unref(token);
	return d.allowed;
}

/* Of the SACL first, then those given. */
static void attributes_of_the_object_are_found(void **state)
{
	static const char bare[] =
		"O:BAG:BAD:(XA;;0x1;;;WD;(@Resource.a == 7))";
	static const char seven[] =
		"O:BAG:BAD:(XA;;0x1;;;WD;(@Resource.a == 7))"
		"S:(RA;;;;;WD;(\"a\",TI,0x0,7))";
	static const char eight[] =
		"O:BAG:BAD:(XA;;0x1;;;WD;(@Resource.a == 7))"
		"S:(RA;;;;;WD;(\"a\",TI,0x0,8))";

	(void)state;
	assert_false(allowed_with(bare, NULL));
	assert_true(allowed_with(bare, "a"));
	assert_false(allowed_with(bare, "b"));
	assert_true(allowed_with(seven, NULL));
	assert_false(allowed_with(eight, "a"));
	/* and where there are no options, raw or parsed */
	assert_true(allowed(user(), seven));
	assert_false(allowed(user(), eight));
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
		cmocka_unit_test(
			an_entry_that_applied_says_how_its_condition_held),
		cmocka_unit_test(members_are_those_of_the_pass),
		cmocka_unit_test(packages_are_members_beside_their_user),
		cmocka_unit_test(deny_only_groups_are_members_for_denials),
		cmocka_unit_test(
			the_restricted_pass_asks_for_restricted_claims),
		cmocka_unit_test(attributes_of_the_object_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
