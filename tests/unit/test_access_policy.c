/* SPDX-License-Identifier: Apache-2.0 */
/* Central access policies: sets of them, and what they do to a check. */
#include "cmocka-wrap.h"

#include "access-build.h"

#define POLICY "S-1-17-1-2"
#define OPEN "O:BAG:BAD:(A;;FA;;;WD)"

/* A rule in text. */
struct rule_text {
	const char *dacl;
	const char *staged;	      /* or NULL */
	enum test_condition *applies; /* or NULL: always */
};

static const struct guise_policies *policies_of(const struct rule_text *texts,
						size_t n)
{
	const struct guise_sd *dacl[4] = {NULL}, *staged[4] = {NULL};
	struct guise_policy_rule rules[4];
	struct guise_policy policy = {.id = sid_of(POLICY),
				      .name = "p",
				      .rules = rules,
				      .n_rules = n};
	const struct guise_policies *set = NULL;

	for (size_t i = 0; i < n; i++) {
		rules[i] = (struct guise_policy_rule){.name = "r"};
		dacl[i] = sd_of(texts[i].dacl);
		rules[i].dacl = guise_sd_dacl(dacl[i]);
		if (texts[i].staged) {
			staged[i] = sd_of(texts[i].staged);
			rules[i].staged = guise_sd_dacl(staged[i]);
		}
		if (texts[i].applies) {
			rules[i].applies_to =
				test_condition_code[*texts[i].applies];
			rules[i].applies_to_size = 12;
		}
	}
	assert_int_equal(guise_policies_new(&policy, 1, &set), 0);
	for (size_t i = 0; i < n; i++) {
		(void)guise_sd_unref(dacl[i]);
		(void)guise_sd_unref(staged[i]);
	}
	return set;
}

static const struct guise_sd *scoped(const char *sddl, const char *policy)
{
	const struct guise_ace sp =
		test_ace(GUISE_ACE_SYSTEM_SCOPED_POLICY_ID, 0, policy);

	return test_sd(sddl, NULL, 0, &sp, 1);
}

static struct guise_decision decide(struct guise_token_builder *b,
				    const char *sddl,
				    const struct rule_text *texts, size_t n,
				    uint32_t desired)
{
	const struct guise_policies *set = policies_of(texts, n);
	const struct guise_access_options options = {.size = sizeof(options),
						     .policies = set};
	const struct guise_token *token = sealed(b);
	const struct guise_sd *sd = scoped(sddl, POLICY);
	struct guise_decision d = test_decide(sd, token, desired, &options);

	set = guise_policies_unref(set);
	sd = guise_sd_unref(sd);
	token = guise_token_unref(token);
	return d;
}

static struct guise_token_builder *user(void)
{
	struct guise_token_builder *b = builder();

	add(b, "WD", GUISE_GROUP_USUAL);
	return b;
}

static void every_rule_must_grant(void **state)
{
	const struct rule_text rules[] = {{.dacl = "D:(A;;0x3;;;WD)"},
					  {.dacl = "D:(A;;0x6;;;WD)"}};

	(void)state;
	assert_true(decide(user(), OPEN, rules, 2, 2).allowed);
	assert_false(decide(user(), OPEN, rules, 2, 1).allowed);
	assert_int_equal(
		decide(user(), OPEN, rules, 2, GUISE_MAXIMUM_ALLOWED).granted,
		2);
	/* and the DACL, too */
	assert_false(
		decide(user(), "O:BAG:BAD:(A;;0x1;;;WD)", rules, 2, 2).allowed);
	assert_true(decide(user(), OPEN, rules, 0, 1).allowed);
	/* a NULL DACL does not excuse */
	assert_false(decide(user(), "O:BAG:BA", rules, 2, 1).allowed);
}

static void a_refusal_by_a_rule_is_no_aces(void **state)
{
	const struct rule_text rule = {.dacl = "D:(D;;0x1;;;WD)(A;;FA;;;WD)"};
	struct guise_decision d = decide(user(), OPEN, &rule, 1, 1);

	(void)state;
	assert_false(d.allowed);
	assert_int_equal(d.missing, 1);
	assert_int_equal(d.decided_by, 0);
}

static void a_rule_applies_unless_its_condition_is_false(void **state)
{
	enum test_condition condition = IF_FALSE;
	const struct rule_text rule = {.dacl = "D:", .applies = &condition};

	(void)state;
	assert_true(decide(user(), OPEN, &rule, 1, 1).allowed);
	condition = IF_TRUE;
	assert_false(decide(user(), OPEN, &rule, 1, 1).allowed);
}

/* That the object lacks the attribute does not spare it. */
static void a_rule_of_unknown_application_applies(void **state)
{
	/* @Resource.q == 1 */
	static const uint8_t code[] = {'a', 'r', 't', 'x',  0xfa, 2, 0,	  0,
				       0,   'q', 0,   0x04, 1,	  0, 0,	  0,
				       0,   0,	 0,   0,    3,	  2, 0x80};
	const struct guise_sd *empty = sd_of("D:");
	const struct guise_policy_rule rule = {
		.applies_to = code,
		.applies_to_size = sizeof(code),
		.dacl = guise_sd_dacl(empty),
	};
	const struct guise_policy policy = {
		.id = sid_of(POLICY), .rules = &rule, .n_rules = 1};
	const struct guise_policies *set = NULL;
	struct guise_access_options options = {.size = sizeof(options)};
	const struct guise_token *token = test_user();
	const struct guise_sd *sd = scoped(OPEN, POLICY);

	(void)state;
	assert_int_equal(guise_policies_new(&policy, 1, &set), 0);
	options.policies = set;
	assert_false(test_decide(sd, token, 1, &options).allowed);
	set = guise_policies_unref(set);
	sd = guise_sd_unref(sd);
	empty = guise_sd_unref(empty);
	token = guise_token_unref(token);
}

static void owners_are_limited_by_rules(void **state)
{
	const struct rule_text none = {.dacl = "D:(A;;0x1;;;WD)"};
	const struct rule_text owner = {.dacl = "D:(A;;RC;;;OW)"};
	static const char mine[] = "O:" USER "G:BAD:";

	(void)state;
	assert_false(
		decide(user(), mine, &none, 1, GUISE_READ_CONTROL).allowed);
	assert_true(
		decide(user(), mine, &owner, 1, GUISE_READ_CONTROL).allowed);
	assert_false(decide(user(), mine, &owner, 1, GUISE_WRITE_DAC).allowed);
}

static void privileges_are_not_limited_by_rules(void **state)
{
	const uint64_t held = GUISE_PRIVILEGE_BIT(GUISE_SE_TAKE_OWNERSHIP);
	const struct rule_text none = {.dacl = "D:"};
	struct guise_token_builder *b = user();
	struct guise_decision d;

	(void)state;
	guise_token_builder_privileges(b, held, held, 0);
	d = decide(b, OPEN, &none, 1, GUISE_WRITE_OWNER);
	assert_true(d.allowed && d.privileges_used == held);
	b = user();
	guise_token_builder_privileges(b, held, held, 0);
	d = decide(b, OPEN, &none, 1, GUISE_WRITE_OWNER | 1);
	assert_true(!d.allowed && !d.privileges_used);
}

static void rules_hold_in_every_pass(void **state)
{
	const struct rule_text rule = {.dacl = "D:(A;;0x1;;;WD)"};
	const struct rule_text both = {.dacl = "D:(A;;0x1;;;WD)(A;;0x1;;;RC)"};
	static const char dacl[] = "O:BAG:BAD:(A;;0x1;;;WD)(A;;0x1;;;RC)";
	const struct guise_sid rc = sid_of("RC");
	struct guise_token_builder *b = user();

	(void)state;
	guise_token_builder_restricted_sid(b, &rc);
	assert_false(decide(b, dacl, &rule, 1, 1).allowed);
	b = user();
	guise_token_builder_restricted_sid(b, &rc);
	assert_true(decide(b, dacl, &both, 1, 1).allowed);
}

static void an_unknown_policy_is_the_recovery_policy(void **state)
{
	const struct rule_text rule = {.dacl = "D:(A;;FA;;;WD)"};
	const struct guise_policies *set = policies_of(&rule, 1);
	const struct guise_access_options options = {.size = sizeof(options),
						     .policies = set};
	const struct guise_sd *sd = scoped(OPEN, "S-1-17-9");
	const struct guise_sd *mine =
		scoped("O:" USER "G:BAD:(A;;FA;;;WD)", "S-1-17-9");
	const struct guise_token *token = test_user();
	struct guise_token_builder *b = user();
	const struct guise_token *admin;

	(void)state;
	add(b, "BA", GUISE_GROUP_USUAL);
	admin = sealed(b);
	assert_false(test_decide(sd, token, 1, &options).allowed);
	assert_true(test_decide(sd, admin, 1, &options).allowed);
	assert_true(test_decide(mine, token, 1, &options).allowed);
	/* no options, no policies: the same, raw or parsed */
	assert_false(test_decide(sd, token, 1, NULL).allowed);
	assert_true(test_decide(sd, admin, 1, NULL).allowed);
	assert_true(test_decide(mine, token, 1, NULL).allowed);
	set = guise_policies_unref(set);
	sd = guise_sd_unref(sd);
	mine = guise_sd_unref(mine);
	token = guise_token_unref(token);
	admin = guise_token_unref(admin);
}

static void only_the_first_policy_in_force_counts(void **state)
{
	struct guise_ace aces[] = {
		test_ace(GUISE_ACE_SYSTEM_SCOPED_POLICY_ID, 0, "S-1-17-9"),
		test_ace(GUISE_ACE_SYSTEM_SCOPED_POLICY_ID, 0, POLICY),
		test_ace(GUISE_ACE_SYSTEM_SCOPED_POLICY_ID, 0, "S-1-17-9"),
	};
	const struct rule_text rule = {.dacl = "D:(A;;0x1;;;WD)"};
	const struct guise_policies *set = policies_of(&rule, 1);
	const struct guise_access_options options = {.size = sizeof(options),
						     .policies = set};
	const struct guise_token *token = test_user();
	const struct guise_sd *sd;

	(void)state;
	aces[0].flags = GUISE_ACE_INHERIT_ONLY;
	sd = test_sd(OPEN, NULL, 0, aces, 3);
	assert_int_equal(
		test_decide(sd, token, GUISE_MAXIMUM_ALLOWED, &options).granted,
		1);
	set = guise_policies_unref(set);
	sd = guise_sd_unref(sd);
	token = guise_token_unref(token);
}

static void staged_rules_are_compared_and_decide_nothing(void **state)
{
	const struct rule_text less = {.dacl = "D:(A;;0x3;;;WD)",
				       .staged = "D:(A;;0x1;;;WD)"};
	const struct rule_text more = {.dacl = "D:(A;;0x1;;;WD)",
				       .staged = "D:(A;;0x3;;;WD)"};
	const struct rule_text rules[] = {more, less};
	struct guise_decision d = decide(user(), OPEN, &less, 1, 2);

	(void)state;
	assert_true(d.allowed && d.staged_differs);
	assert_int_equal(d.staged_granted, 0);
	d = decide(user(), OPEN, &less, 1, 1);
	assert_true(d.allowed && !d.staged_differs);
	d = decide(user(), OPEN, &more, 1, 2);
	assert_true(!d.allowed && d.staged_differs);
	assert_int_equal(d.staged_granted, 2);
	d = decide(user(), OPEN, &more, 1, GUISE_MAXIMUM_ALLOWED);
	assert_int_equal(d.granted, 1);
	assert_int_equal(d.staged_granted, 3);
	d = decide(user(), OPEN, rules, 2, GUISE_MAXIMUM_ALLOWED);
	assert_true(!d.staged_differs && d.granted == 1);
	/* what the DACL refuses, no rule can change */
	d = decide(user(), "O:BAG:BAD:", &more, 1, 2);
	assert_true(!d.allowed && !d.staged_differs);
}

static void the_rule_is_named(void **state)
{
	const struct rule_text rules[] = {
		{.dacl = "D:(A;;0x3;;;WD)"},
		{.dacl = "D:(D;;0x1;;;WD)", .staged = "D:(A;;0x1;;;WD)"}};
	const struct guise_policies *set = policies_of(rules, 2);
	const struct guise_access_options options = {.size = sizeof(options),
						     .policies = set};
	const struct guise_token *token = test_user();
	const struct guise_sd *sd = scoped(OPEN, POLICY);
	struct guise_reason reasons[8];
	struct guise_decision d;
	size_t n;

	(void)state;
	assert_int_equal(guise_access_explain(sd, token, 1, &guise_mapping_file,
					      &options, &d, reasons, 8, &n),
			 0);
	assert_int_equal(n, 4);
	assert_int_equal(reasons[0].rule, 0);
	assert_null(reasons[0].rule_name);
	assert_int_equal(reasons[1].rule, 1);
	assert_true(reasons[1].allow);
	assert_int_equal(reasons[2].rule, 2);
	assert_int_equal(reasons[2].ace, 1);
	assert_false(reasons[2].allow || reasons[2].staged);
	assert_string_equal(reasons[2].rule_name, "r");
	assert_true(reasons[3].staged && reasons[3].allow);
	set = guise_policies_unref(set);
	sd = guise_sd_unref(sd);
	token = guise_token_unref(token);
}

static void the_recovery_policy_is_named(void **state)
{
	const struct guise_token *token = test_user();
	const struct guise_sid id = sid_of(POLICY);
	const struct guise_sd *sd = scoped(OPEN, POLICY);
	struct guise_reason reasons[8];
	struct guise_decision d;
	size_t n;

	(void)state;
	assert_int_equal(guise_access_explain(sd, token, 1, &guise_mapping_file,
					      NULL, &d, reasons, 8, &n),
			 0);
	assert_false(d.allowed);
	assert_int_equal(reasons[n - 1].kind, GUISE_REASON_RECOVERY);
	assert_int_equal(reasons[n - 1].ace, 1);
	assert_int_equal(reasons[n - 1].mask, 1);
	assert_true(guise_sid_equal(&reasons[n - 1].sid, &id));
	sd = guise_sd_unref(sd);
	token = guise_token_unref(token);
}

static void sets_that_make_no_sense_are_refused(void **state)
{
	const struct guise_sd *sd = sd_of("D:");
	struct guise_policy_rule rule = {.dacl = guise_sd_dacl(sd)};
	struct guise_policy policies[2] = {
		{.id = sid_of(POLICY), .rules = &rule, .n_rules = 1},
		{.id = sid_of("S-1-17-3")},
	};
	const struct guise_policies *set = NULL;

	(void)state;
	assert_int_equal(guise_policies_new(policies, 2, &set), 0);
	set = guise_policies_unref(set);
	policies[1].id = sid_of(POLICY);
	assert_int_equal(guise_policies_new(policies, 2, &set),
			 GUISE_E_INVALID_SID);
	policies[1].id = sid_of("WD");
	assert_int_equal(guise_policies_new(policies, 2, &set),
			 GUISE_E_INVALID_SID);
	policies[0].n_rules = GUISE_POLICY_RULES_MAX + 1;
	assert_int_equal(guise_policies_new(policies, 1, &set), GUISE_E_LIMIT);
	policies[0].n_rules = 1;
	assert_int_equal(
		guise_policies_new(policies, GUISE_POLICIES_MAX + 1, &set),
		GUISE_E_LIMIT);
	rule.applies_to = "arty";
	rule.applies_to_size = 4;
	assert_int_equal(guise_policies_new(policies, 1, &set),
			 GUISE_E_INVALID_CONDITION);
	rule.applies_to = NULL;
	assert_int_equal(guise_policies_new(policies, 1, &set), -EINVAL);
	rule = (struct guise_policy_rule){.dacl = NULL};
	assert_int_equal(guise_policies_new(policies, 1, &set), -EINVAL);
	assert_int_equal(guise_policies_new(NULL, 1, &set), -EINVAL);
	assert_int_equal(guise_policies_new(policies, 1, NULL), -EINVAL);
	assert_null(set);
	assert_int_equal(guise_policies_new(NULL, 0, &set), 0);
	assert_ptr_equal(guise_policies_ref(set), set);
	assert_null(guise_policies_unref(set));
	set = guise_policies_unref(set);
	assert_null(guise_policies_unref(NULL));
	sd = guise_sd_unref(sd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rule_must_grant),
		cmocka_unit_test(a_refusal_by_a_rule_is_no_aces),
		cmocka_unit_test(a_rule_applies_unless_its_condition_is_false),
		cmocka_unit_test(a_rule_of_unknown_application_applies),
		cmocka_unit_test(owners_are_limited_by_rules),
		cmocka_unit_test(privileges_are_not_limited_by_rules),
		cmocka_unit_test(rules_hold_in_every_pass),
		cmocka_unit_test(an_unknown_policy_is_the_recovery_policy),
		cmocka_unit_test(only_the_first_policy_in_force_counts),
		cmocka_unit_test(staged_rules_are_compared_and_decide_nothing),
		cmocka_unit_test(the_rule_is_named),
		cmocka_unit_test(the_recovery_policy_is_named),
		cmocka_unit_test(sets_that_make_no_sense_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
