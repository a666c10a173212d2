/* SPDX-License-Identifier: Apache-2.0 */
/* Remedies: each tried, the smallest first. */
#include "cmocka-wrap.h"

#include "access-build.h"

#include <guise/remedy.h>

#define MAX GUISE_REMEDIES_MAX

static struct guise_token_builder *user(void)
{
	struct guise_token_builder *b = builder();

	add(b, "WD", GUISE_GROUP_USUAL);
	return b;
}

/* Consumes descriptor and token. */
static size_t remedies(const struct guise_sd *sd,
		       const struct guise_token *token, uint32_t desired,
		       struct guise_remedy *ret)
{
	size_t n = 77;

	assert_int_equal(guise_access_remedies(sd, token, desired,
					       &guise_mapping_file, NULL, ret,
					       MAX, &n),
			 0);
	(void)guise_sd_unref(sd);
	(void)guise_token_unref(token);
	return n;
}

static const struct guise_change *find(const struct guise_remedy *r, size_t n,
				       enum guise_change_kind kind)
{
	for (size_t i = 0; i < n && i < MAX; i++) {
		if (r[i].n_changes == 1 && r[i].changes[0].kind == kind)
			return &r[i].changes[0];
	}
	return NULL;
}

static void what_is_allowed_needs_no_remedy(void **state)
{
	struct guise_remedy r[MAX];

	(void)state;
	assert_int_equal(
		remedies(sd_of("O:BAG:BAD:(A;;FA;;;WD)"), sealed(user()), 1, r),
		0);
	/* nor is there one for asking nothing, or for asking what there is */
	assert_int_equal(remedies(sd_of("O:BAG:BAD:"), sealed(user()), 0, r),
			 0);
	assert_int_equal(remedies(sd_of("O:BAG:BAD:"), sealed(user()),
				  GUISE_MAXIMUM_ALLOWED, r),
			 0);
}

static void a_silent_dacl_needs_an_ace(void **state)
{
	const struct guise_sid who = sid_of(USER);
	struct guise_remedy r[MAX];
	size_t n = remedies(
		sd_of("O:BAG:BAD:(D;;0x4;;;BA)(A;;0x1;;;WD)(A;ID;0x8;;;WD)"),
		sealed(user()), 3, r);

	(void)state;
	assert_int_equal(n, 1);
	assert_int_equal(r[0].n_changes, 1);
	assert_int_equal(r[0].changes[0].kind, GUISE_CHANGE_ADD_ACE);
	assert_int_equal(r[0].changes[0].mask, 2);
	assert_int_equal(r[0].changes[0].ace, 2);
	assert_true(guise_sid_equal(&r[0].changes[0].sid, &who));
}

static void a_denial_can_be_overtaken_cut_or_removed(void **state)
{
	const struct guise_change *change;
	struct guise_remedy r[MAX];
	size_t n = remedies(sd_of("O:BAG:BAD:(D;;0x3;;;WD)(A;;FA;;;WD)"),
			    sealed(user()), 1, r);

	(void)state;
	assert_int_equal(n, 2);
	assert_int_equal(r[0].changes[0].kind, GUISE_CHANGE_ADD_ACE);
	assert_int_equal(r[0].changes[0].ace, 1);
	change = find(r, n, GUISE_CHANGE_CUT_ACE);
	assert_non_null(change);
	assert_int_equal(change->mask, 1);
	assert_int_equal(change->ace, 1);
	n = remedies(sd_of("O:BAG:BAD:(D;;0x1;;;WD)(A;;FA;;;WD)"),
		     sealed(user()), 1, r);
	assert_non_null(find(r, n, GUISE_CHANGE_REMOVE_ACE));
	assert_null(find(r, n, GUISE_CHANGE_CUT_ACE));
}

/* Cutting alone leaves nothing that allows: it is not offered. */
static void what_does_not_suffice_is_not_offered(void **state)
{
	struct guise_remedy r[MAX];
	size_t n = remedies(sd_of("O:BAG:BAD:(D;;0x3;;;WD)"), sealed(user()), 1,
			    r);

	(void)state;
	assert_int_equal(n, 1);
	assert_int_equal(r[0].changes[0].kind, GUISE_CHANGE_ADD_ACE);
	assert_int_equal(r[0].changes[0].ace, 1);
}

static void a_privilege_that_is_held_comes_first(void **state)
{
	const uint64_t held = GUISE_PRIVILEGE_BIT(GUISE_SE_TAKE_OWNERSHIP);
	struct guise_token_builder *b = user();
	struct guise_remedy r[MAX];
	size_t n;

	(void)state;
	guise_token_builder_privileges(b, held, 0, 0);
	n = remedies(sd_of("O:BAG:BAD:"), sealed(b), GUISE_WRITE_OWNER, r);
	assert_int_equal(n, 2);
	assert_int_equal(r[0].changes[0].kind, GUISE_CHANGE_ENABLE_PRIVILEGE);
	assert_int_equal(r[0].changes[0].privilege, GUISE_SE_TAKE_OWNERSHIP);
	assert_int_equal(r[1].changes[0].kind, GUISE_CHANGE_ADD_ACE);
	n = remedies(sd_of("O:BAG:BAD:(A;;FA;;;WD)"), sealed(user()),
		     GUISE_ACCESS_SYSTEM_SECURITY, r);
	assert_int_equal(n, 1);
	assert_int_equal(r[0].changes[0].kind, GUISE_CHANGE_GRANT_PRIVILEGE);
	assert_int_equal(r[0].changes[0].privilege, GUISE_SE_SECURITY);
}

static void a_disabled_group_can_be_enabled(void **state)
{
	const struct guise_sid admins = sid_of("BA");
	struct guise_token_builder *b = user();
	struct guise_remedy r[MAX];
	size_t n;

	(void)state;
	add(b, "BA", 0);
	n = remedies(sd_of("O:BAG:BAD:(A;;FA;;;BA)"), sealed(b), 1, r);
	assert_int_equal(r[0].changes[0].kind, GUISE_CHANGE_ENABLE_GROUP);
	assert_true(guise_sid_equal(&r[0].changes[0].sid, &admins));
	/* a deny-only one cannot */
	b = user();
	add(b, "BA", GUISE_GROUP_USE_FOR_DENY_ONLY);
	n = remedies(sd_of("O:BAG:BAD:(A;;FA;;;BA)"), sealed(b), 1, r);
	assert_null(find(r, n, GUISE_CHANGE_ENABLE_GROUP));
}

static void owners_may_take_ownership(void **state)
{
	struct guise_remedy r[MAX];
	size_t n = remedies(sd_of("O:BAG:BAD:"), sealed(user()),
			    GUISE_WRITE_DAC, r);

	(void)state;
	assert_non_null(find(r, n, GUISE_CHANGE_TAKE_OWNERSHIP));
	n = remedies(sd_of("O:BAG:BAD:"), sealed(user()), GUISE_DELETE, r);
	assert_null(find(r, n, GUISE_CHANGE_TAKE_OWNERSHIP));
	/* where OWNER RIGHTS say otherwise it would not help */
	n = remedies(sd_of("O:BAG:BAD:(A;;0x1;;;OW)"), sealed(user()),
		     GUISE_WRITE_DAC, r);
	assert_null(find(r, n, GUISE_CHANGE_TAKE_OWNERSHIP));
}

static void a_label_is_lowered_or_reached(void **state)
{
	const struct guise_sid medium = sid_of("ME"), high = sid_of("HI");
	const struct guise_ace label =
		test_ace(GUISE_ACE_SYSTEM_MANDATORY_LABEL, 1, "HI");
	struct guise_token_builder *b = user();
	struct guise_remedy r[MAX];
	size_t n;

	(void)state;
	guise_token_builder_integrity(b, &medium);
	guise_token_builder_mandatory_policy(b, GUISE_MANDATORY_NO_WRITE_UP);
	n = remedies(test_sd("O:BAG:BAD:(A;;FA;;;WD)", NULL, 0, &label, 1),
		     sealed(b), 2, r);
	assert_int_equal(n, 2);
	assert_int_equal(r[0].changes[0].kind, GUISE_CHANGE_RAISE_INTEGRITY);
	assert_true(guise_sid_equal(&r[0].changes[0].sid, &high));
	assert_int_equal(r[1].changes[0].kind, GUISE_CHANGE_LOWER_LABEL);
	assert_true(guise_sid_equal(&r[1].changes[0].sid, &medium));
}

static void the_other_mandatory_aces_can_only_go(void **state)
{
	const struct guise_ace aces[] = {
		test_ace(GUISE_ACE_SYSTEM_PROCESS_TRUST_LABEL, 0,
			 "S-1-19-512-4096"),
		test_ace_if(GUISE_ACE_SYSTEM_ACCESS_FILTER, 0, "WD", IF_FALSE),
		test_ace(GUISE_ACE_SYSTEM_SCOPED_POLICY_ID, 0, "S-1-17-1"),
	};
	struct guise_remedy r[MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(aces); i++) {
		size_t n = remedies(
			test_sd("O:BAG:BAD:(A;;FA;;;WD)", NULL, 0, &aces[i], 1),
			sealed(user()), 1, r);
		const struct guise_change *change =
			find(r, n, GUISE_CHANGE_REMOVE_SACL_ACE);

		assert_non_null(change);
		assert_int_equal(change->ace, 1);
		if (i == 0)
			assert_non_null(find(r, n, GUISE_CHANGE_RAISE_TRUST));
	}
}

static void a_condition_can_be_dropped(void **state)
{
	const struct guise_ace ace = test_ace_if(
		GUISE_ACE_ACCESS_ALLOWED_CALLBACK, 1, "WD", IF_FALSE);
	struct guise_remedy r[MAX];
	size_t n = remedies(test_sd("O:BAG:BAD:", &ace, 1, NULL, 0),
			    sealed(user()), 1, r);

	(void)state;
	assert_non_null(find(r, n, GUISE_CHANGE_DROP_CONDITION));
}

static void restricting_sids_and_packages_get_their_own_ace(void **state)
{
	const struct guise_sid rc = sid_of("RC");
	const struct guise_sid package = sid_of("S-1-15-2-1-2-3-4-5-6-7");
	struct guise_token_builder *b = user();
	struct guise_remedy r[MAX];

	(void)state;
	guise_token_builder_restricted_sid(b, &rc);
	assert_int_equal(
		remedies(sd_of("O:BAG:BAD:(A;;FA;;;WD)"), sealed(b), 1, r), 1);
	assert_true(guise_sid_equal(&r[0].changes[0].sid, &rc));
	b = user();
	guise_token_builder_package(b, &package);
	assert_int_equal(
		remedies(sd_of("O:BAG:BAD:(A;;FA;;;WD)"), sealed(b), 1, r), 1);
	assert_true(guise_sid_equal(&r[0].changes[0].sid, &package));
}

/* One for the user, one for the restricting SID. */
static void what_takes_two_changes_gets_two(void **state)
{
	const struct guise_sid rc = sid_of("RC"), who = sid_of(USER);
	struct guise_token_builder *b = user();
	struct guise_remedy r[MAX];

	(void)state;
	guise_token_builder_restricted_sid(b, &rc);
	assert_int_equal(remedies(sd_of("O:BAG:BAD:"), sealed(b), 1, r), 1);
	assert_int_equal(r[0].n_changes, 2);
	assert_true(guise_sid_equal(&r[0].changes[0].sid, &who));
	assert_true(guise_sid_equal(&r[0].changes[1].sid, &rc));
}

/* Each remedy, made by hand, does allow: here the position and mask of an ACE
 * among denials. */
static void a_mixed_refusal_is_remedied(void **state)
{
	const struct guise_sd *sd = sd_of("O:BAG:BAD:(A;;0x1;;;WD)(D;;0x2;;;WD)"
					  "(D;;0x4;;;WD)(A;;0x8;;;WD)");
	struct guise_remedy r[MAX];
	size_t n = remedies(sd, sealed(user()), 0xf, r);

	(void)state;
	assert_true(n >= 1);
	assert_int_equal(r[0].n_changes, 1);
	assert_int_equal(r[0].changes[0].kind, GUISE_CHANGE_ADD_ACE);
	assert_int_equal(r[0].changes[0].mask, 0xe);
	assert_int_equal(r[0].changes[0].ace, 2);
}

static void arguments_are_checked(void **state)
{
	const struct guise_generic_mapping *m = &guise_mapping_file;
	const struct guise_sd *sd = sd_of("O:BAG:BAD:");
	const struct guise_token *token = test_user();
	size_t n = 77;

	(void)state;
	assert_int_equal(
		guise_access_remedies(NULL, token, 1, m, NULL, NULL, 0, &n),
		-EINVAL);
	assert_int_equal(
		guise_access_remedies(sd, NULL, 1, m, NULL, NULL, 0, &n),
		-EINVAL);
	assert_int_equal(
		guise_access_remedies(sd, token, 1, NULL, NULL, NULL, 0, &n),
		-EINVAL);
	assert_int_equal(
		guise_access_remedies(sd, token, 1, m, NULL, NULL, 1, &n),
		-EINVAL);
	assert_int_equal(
		guise_access_remedies(sd, token, 1, m, NULL, NULL, 0, NULL),
		-EINVAL);
	assert_int_equal(guise_access_remedies(sd, token, GUISE_GENERIC_ALL, m,
					       NULL, NULL, 0, &n),
			 GUISE_E_GENERIC_NOT_MAPPED);
	assert_int_equal(n, 77);
	assert_int_equal(
		guise_access_remedies(sd, token, 1, m, NULL, NULL, 0, &n), 0);
	assert_int_equal(n, 1);
	sd = guise_sd_unref(sd);
	token = guise_token_unref(token);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_allowed_needs_no_remedy),
		cmocka_unit_test(a_silent_dacl_needs_an_ace),
		cmocka_unit_test(a_denial_can_be_overtaken_cut_or_removed),
		cmocka_unit_test(what_does_not_suffice_is_not_offered),
		cmocka_unit_test(a_privilege_that_is_held_comes_first),
		cmocka_unit_test(a_disabled_group_can_be_enabled),
		cmocka_unit_test(owners_may_take_ownership),
		cmocka_unit_test(a_label_is_lowered_or_reached),
		cmocka_unit_test(the_other_mandatory_aces_can_only_go),
		cmocka_unit_test(a_condition_can_be_dropped),
		cmocka_unit_test(
			restricting_sids_and_packages_get_their_own_ace),
		cmocka_unit_test(what_takes_two_changes_gets_two),
		cmocka_unit_test(a_mixed_refusal_is_remedied),
		cmocka_unit_test(arguments_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
