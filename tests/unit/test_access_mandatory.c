/* SPDX-License-Identifier: Apache-2.0 */
/* Integrity labels, process trust labels and access filters in a check. */
#include "cmocka-wrap.h"

#include "access-build.h"

#define LABEL GUISE_ACE_SYSTEM_MANDATORY_LABEL
#define TRUST GUISE_ACE_SYSTEM_PROCESS_TRUST_LABEL
#define FILTER GUISE_ACE_SYSTEM_ACCESS_FILTER
#define OPEN "O:BAG:BAD:(A;;FA;;;WD)"

static struct guise_token_builder *user(void)
{
	struct guise_token_builder *b = builder();

	add(b, "WD", GUISE_GROUP_USUAL);
	return b;
}

static uint32_t granted(struct guise_token_builder *b,
			const struct guise_ace *sacl, size_t n,
			uint32_t desired)
{
	const struct guise_token *token = sealed(b);
	uint32_t mask =
		test_granted(test_sd(OPEN, NULL, 0, sacl, n), token, desired);

	token = guise_token_unref(token);
	return mask;
}

static struct guise_token_builder *trusted(const char *level)
{
	const struct guise_sid sid = sid_of(level);
	struct guise_token_builder *b = user();

	guise_token_builder_trust_level(b, &sid);
	return b;
}

/* Neither the type nor the level may be lower. */
static void trust_must_dominate(void **state)
{
	const struct guise_ace label = test_ace(TRUST, 1, "S-1-19-512-4096");
	const uint32_t max = GUISE_MAXIMUM_ALLOWED;

	(void)state;
	assert_int_equal(granted(user(), &label, 1, 3), 0);
	assert_int_equal(granted(user(), &label, 1, 1), 1);
	assert_int_equal(granted(user(), &label, 1, max), 1);
	assert_int_equal(granted(trusted("S-1-19-512-4096"), &label, 1, 3), 3);
	assert_int_equal(granted(trusted("S-1-19-1024-8192"), &label, 1, 3), 3);
	assert_int_equal(granted(trusted("S-1-19-512-2048"), &label, 1, 3), 0);
	assert_int_equal(granted(trusted("S-1-19-0-8192"), &label, 1, 3), 0);
}

static void a_trust_label_for_nobody_binds_everybody(void **state)
{
	const struct guise_ace label = test_ace(TRUST, 1, "WD");

	(void)state;
	assert_int_equal(granted(trusted("S-1-19-1024-8192"), &label, 1, 3), 0);
}

static void every_trust_label_binds(void **state)
{
	const struct guise_ace labels[] = {
		test_ace(TRUST, 3, "S-1-19-512-4096"),
		test_ace(TRUST, 6, "S-1-19-1024-8192"),
	};

	(void)state;
	assert_int_equal(granted(user(), labels, 2, GUISE_MAXIMUM_ALLOWED), 2);
}

static void generic_rights_of_a_trust_label_are_mapped(void **state)
{
	const struct guise_ace label =
		test_ace(TRUST, GUISE_GENERIC_READ, "S-1-19-512-4096");

	(void)state;
	assert_int_equal(granted(user(), &label, 1, GUISE_MAXIMUM_ALLOWED),
			 GUISE_FILE_GENERIC_READ);
}

static void inherit_only_labels_bind_nobody(void **state)
{
	struct guise_ace aces[] = {
		test_ace(TRUST, 1, "S-1-19-512-4096"),
		test_ace_if(FILTER, 1, "WD", IF_FALSE),
		test_ace(LABEL, 1, "SI"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(aces); i++)
		aces[i].flags = GUISE_ACE_INHERIT_ONLY;
	assert_int_equal(granted(user(), aces, 3, 3), 3);
}

static void a_filter_binds_unless_its_condition_is_true(void **state)
{
	static const struct {
		enum test_condition condition;
		uint32_t granted;
	} rows[] = {{IF_TRUE, 3}, {IF_FALSE, 0}, {IF_UNKNOWN, 0}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct guise_ace filter =
			test_ace_if(FILTER, 1, "WD", rows[i].condition);

		assert_int_equal(granted(user(), &filter, 1, 3),
				 rows[i].granted);
	}
}

/* The flag says who may change the filter. */
static void a_trust_protected_filter_is_one(void **state)
{
	struct guise_ace filter = test_ace_if(FILTER, 1, "WD", IF_FALSE);

	(void)state;
	filter.flags = GUISE_ACE_SUCCESSFUL_ACCESS; /* the same bit */
	assert_int_equal(granted(user(), &filter, 1, 3), 0);
}

/* A restriction that a token escapes by having less would be none. */
static void deny_only_groups_spare_nobody_a_restriction(void **state)
{
	static const uint32_t attributes[] = {GUISE_GROUP_USUAL,
					      GUISE_GROUP_USE_FOR_DENY_ONLY};
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *sd =
		sd_of(OPEN "S:(FL;;0x0;;;WD;(!(Member_of{SID(BG)})))");
	const struct guise_token *token;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(attributes); i++) {
		struct guise_token_builder *b = user();

		add(b, "BG", attributes[i]);
		token = sealed(b);
		assert_false(test_decide(sd, token, 1, NULL).allowed);
		token = guise_token_unref(token);
	}
	token = sealed(user());
	assert_true(test_decide(sd, token, 1, NULL).allowed);
	token = guise_token_unref(token);
}

static void a_label_for_nobody_binds_everybody(void **state)
{
	const struct guise_ace label = test_ace(LABEL, 1, "WD");
	const struct guise_sid system = sid_of("SI");
	struct guise_token_builder *b = user();

	(void)state;
	guise_token_builder_integrity(b, &system);
	guise_token_builder_mandatory_policy(b, GUISE_MANDATORY_NO_WRITE_UP);
	assert_int_equal(granted(b, &label, 1, 2), 0);
}

static void a_maximum_does_not_use_take_ownership(void **state)
{
	const uint64_t held = GUISE_PRIVILEGE_BIT(GUISE_SE_TAKE_OWNERSHIP);
	GUISE_AUTO(guise_sd_unrefp)
	const struct guise_sd *sd = sd_of("O:BAG:BAD:(A;;0x1;;;WD)");
	struct guise_token_builder *b = user();
	const struct guise_token *token;

	(void)state;
	guise_token_builder_privileges(b, held, held, 0);
	token = sealed(b);
	assert_int_equal(
		test_decide(sd, token, GUISE_MAXIMUM_ALLOWED, NULL).granted, 1);
	assert_true(test_decide(sd, token, GUISE_WRITE_OWNER, NULL).allowed);
	token = guise_token_unref(token);
}

static void all_three_must_let_it_pass(void **state)
{
	const struct guise_ace aces[] = {
		test_ace(LABEL, 1, "HI"), /* no write up */
		test_ace(TRUST, 0x21, "S-1-19-512-4096"),
		test_ace_if(FILTER, 0x89, "WD", IF_FALSE),
	};
	const struct guise_sid medium = sid_of("ME");
	struct guise_token_builder *b = user();

	(void)state;
	guise_token_builder_integrity(b, &medium);
	guise_token_builder_mandatory_policy(b, GUISE_MANDATORY_NO_WRITE_UP);
	assert_int_equal(granted(b, aces, 3, GUISE_MAXIMUM_ALLOWED), 1);
}

/* Privileges do not beat them, but for SeRelabel and the label. */
static void only_relabel_beats_only_the_label(void **state)
{
	const uint64_t all = GUISE_PRIVILEGE_BIT(GUISE_SE_RELABEL) |
			     GUISE_PRIVILEGE_BIT(GUISE_SE_TAKE_OWNERSHIP);
	const struct guise_ace label = test_ace(LABEL, 1, "HI");
	const struct guise_ace trust = test_ace(TRUST, 1, "S-1-19-512-4096");
	const struct guise_sid medium = sid_of("ME");

	(void)state;
	for (int relabel = 0; relabel < 2; relabel++) {
		struct guise_token_builder *b = user();
		uint64_t held =
			all &
			~(relabel ? 0 : GUISE_PRIVILEGE_BIT(GUISE_SE_RELABEL));

		guise_token_builder_integrity(b, &medium);
		guise_token_builder_mandatory_policy(
			b, GUISE_MANDATORY_NO_WRITE_UP);
		guise_token_builder_privileges(b, held, held, 0);
		assert_int_equal(granted(b, &label, 1, GUISE_WRITE_OWNER),
				 relabel ? GUISE_WRITE_OWNER : 0);
		b = user();
		guise_token_builder_privileges(b, held, held, 0);
		assert_int_equal(granted(b, &trust, 1, GUISE_WRITE_OWNER), 0);
	}
}

static struct guise_decision relabel(const char *sddl, uint32_t desired)
{
	const struct guise_ace label = test_ace(LABEL, 1, "HI");
	const uint64_t held = GUISE_PRIVILEGE_BIT(GUISE_SE_RELABEL);
	const struct guise_sid medium = sid_of("ME");
	struct guise_token_builder *b = user();
	const struct guise_sd *sd = test_sd(sddl, NULL, 0, &label, 1);
	const struct guise_token *token;
	struct guise_decision d;

	guise_token_builder_integrity(b, &medium);
	guise_token_builder_mandatory_policy(b, GUISE_MANDATORY_NO_WRITE_UP);
	guise_token_builder_privileges(b, held, held, 0);
	token = sealed(b);
	d = test_decide(sd, token, desired, NULL);
	sd = guise_sd_unref(sd);
	token = guise_token_unref(token);
	return d;
}

/* It lifts the label and is no right to the object: the DACL must grant. */
static void relabel_is_used_where_it_lifted_the_label(void **state)
{
	const uint64_t bit = GUISE_PRIVILEGE_BIT(GUISE_SE_RELABEL);
	struct guise_decision d = relabel(OPEN, GUISE_WRITE_OWNER);

	(void)state;
	assert_true(d.allowed && d.privileges_used == bit);
	d = relabel(OPEN, GUISE_MAXIMUM_ALLOWED);
	assert_true(d.granted & GUISE_WRITE_OWNER);
	assert_true(d.privileges_used == bit);
	d = relabel(OPEN, 1);
	assert_true(d.allowed && !d.privileges_used);
	d = relabel("O:BAG:BAD:(A;;FR;;;WD)", GUISE_MAXIMUM_ALLOWED);
	assert_true(d.allowed && !d.privileges_used);
	d = relabel("O:BAG:BAD:(A;;FR;;;WD)", GUISE_WRITE_OWNER);
	assert_true(!d.allowed && !d.privileges_used);
}

/* The request for the SACL is the privilege's matter alone. */
static void the_sacl_is_not_theirs_to_withhold(void **state)
{
	const uint64_t held = GUISE_PRIVILEGE_BIT(GUISE_SE_SECURITY);
	const struct guise_ace trust = test_ace(TRUST, 0, "S-1-19-512-4096");
	struct guise_token_builder *b = user();

	(void)state;
	guise_token_builder_privileges(b, held, held, 0);
	assert_int_equal(granted(b, &trust, 1, GUISE_ACCESS_SYSTEM_SECURITY),
			 GUISE_ACCESS_SYSTEM_SECURITY);
}

static void what_withheld_is_named(void **state)
{
	const struct guise_ace aces[] = {
		test_ace(GUISE_ACE_SYSTEM_AUDIT, 1, "WD"),
		test_ace(LABEL, 1, "HI"),
		test_ace(TRUST, 0x3, "S-1-19-512-4096"),
		test_ace_if(FILTER, 0x3, "WD", IF_FALSE),
	};
	static const struct {
		enum guise_reason_kind kind;
		uint32_t mask;
	} want[] = {
		{GUISE_REASON_INTEGRITY, 2},
		{GUISE_REASON_TRUST, 4},
		{GUISE_REASON_FILTER, 4},
	};
	const struct guise_sid medium = sid_of("ME");
	const struct guise_sd *sd = test_sd(OPEN, NULL, 0, aces, 4);
	struct guise_token_builder *b = user();
	const struct guise_token *token;
	struct guise_reason reasons[8];
	struct guise_decision d;
	size_t n;

	(void)state;
	guise_token_builder_integrity(b, &medium);
	guise_token_builder_mandatory_policy(b, GUISE_MANDATORY_NO_WRITE_UP);
	token = sealed(b);
	assert_int_equal(guise_access_explain(sd, token, 7, &guise_mapping_file,
					      NULL, &d, reasons, 8, &n),
			 0);
	assert_int_equal(d.missing, 6);
	assert_int_equal(n, 4 - 1);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(reasons[i].kind, want[i].kind);
		assert_int_equal(reasons[i].mask & want[i].mask, want[i].mask);
		assert_int_equal(reasons[i].ace, i + 2);
		assert_false(reasons[i].allow);
		assert_true(guise_sid_equal(&reasons[i].sid, &aces[i + 1].sid));
	}
	sd = guise_sd_unref(sd);
	token = guise_token_unref(token);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trust_must_dominate),
		cmocka_unit_test(a_trust_label_for_nobody_binds_everybody),
		cmocka_unit_test(every_trust_label_binds),
		cmocka_unit_test(generic_rights_of_a_trust_label_are_mapped),
		cmocka_unit_test(inherit_only_labels_bind_nobody),
		cmocka_unit_test(a_filter_binds_unless_its_condition_is_true),
		cmocka_unit_test(a_trust_protected_filter_is_one),
		cmocka_unit_test(deny_only_groups_spare_nobody_a_restriction),
		cmocka_unit_test(a_label_for_nobody_binds_everybody),
		cmocka_unit_test(a_maximum_does_not_use_take_ownership),
		cmocka_unit_test(all_three_must_let_it_pass),
		cmocka_unit_test(only_relabel_beats_only_the_label),
		cmocka_unit_test(relabel_is_used_where_it_lifted_the_label),
		cmocka_unit_test(the_sacl_is_not_theirs_to_withhold),
		cmocka_unit_test(what_withheld_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
