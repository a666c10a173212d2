/* SPDX-License-Identifier: Apache-2.0 */
/* Questions about tokens: NtCompareTokens, NtPrivilegeCheck,
 * CheckTokenMembershipEx. */
#include "cmocka-wrap.h"

#include <errno.h>

#include "token-build.h"

#include <guise/token-change.h>

#define BIT(p) GUISE_PRIVILEGE_BIT(GUISE_SE_##p)
#define PACKAGE "S-1-15-2-1-2-3-4-5-6-7"

/* What makes a token differ: one thing at a time. */
enum difference {
	NOTHING,
	ANOTHER_USER,
	A_GROUP_MORE,
	A_GROUP_DENY_ONLY,
	A_GROUP_DISABLED,
	ANOTHER_DISABLED_GROUP,
	A_RESTRICTING_SID,
	A_PRIVILEGE_MORE,
	A_PRIVILEGE_ENABLED,
	A_LABEL,
	A_POLICY,
	A_PACKAGE,
	A_CLAIM,
	DIFFERENCES,
};

static void differ_in_groups(struct guise_token_builder *b, enum difference how)
{
	add(b, "WD", GUISE_GROUP_USUAL);
	add(b, "BU",
	    how == A_GROUP_DENY_ONLY  ? GUISE_GROUP_USE_FOR_DENY_ONLY
	    : how == A_GROUP_DISABLED ? 0
				      : GUISE_GROUP_USUAL);
	add(b, how == ANOTHER_DISABLED_GROUP ? "IU" : "AU", 0);
	if (how == A_GROUP_MORE)
		add(b, "BA", GUISE_GROUP_USUAL);
}

static const struct guise_token *made(enum difference how)
{
	const struct guise_sid other = sid_of("SY"), rc = sid_of("RC"),
			       hi = sid_of("HI"), package = sid_of(PACKAGE);
	struct guise_token_builder *b = builder();
	uint64_t present = BIT(BACKUP);

	if (how == ANOTHER_USER)
		guise_token_builder_user(b, &other, 0);
	differ_in_groups(b, how);
	if (how == A_RESTRICTING_SID)
		guise_token_builder_restricted_sid(b, &rc);
	if (how == A_PRIVILEGE_MORE)
		present |= BIT(DEBUG);
	guise_token_builder_privileges(
		b, present, how == A_PRIVILEGE_ENABLED ? present : 0, 0);
	if (how == A_LABEL)
		guise_token_builder_integrity(b, &hi);
	if (how == A_POLICY)
		guise_token_builder_mandatory_policy(b, 1);
	if (how == A_PACKAGE)
		guise_token_builder_package(b, &package);
	add_claim(b, GUISE_CLAIMS_USER, "a",
		  how == A_CLAIM ? GUISE_CLAIM_DISABLED : 0);
	return sealed(b);
}

static void tokens_differ_in_what_a_check_can_tell(void **state)
{
	const struct guise_token *token = made(NOTHING);

	(void)state;
	for (int how = NOTHING; how < DIFFERENCES; how++) {
		const struct guise_token *other = made((enum difference)how);

		assert_int_equal(guise_tokens_equal(token, other),
				 how == NOTHING);
		assert_int_equal(guise_tokens_equal(other, token),
				 how == NOTHING);
		(void)guise_token_unref(other);
	}
	assert_false(guise_tokens_equal(token, NULL));
	assert_false(guise_tokens_equal(NULL, NULL));
	(void)guise_token_unref(token);
}

/* Neither type nor level, ids or defaults; and groups in any order. */
static void tokens_do_not_differ_in_what_it_cannot(void **state)
{
	struct guise_token_builder *b = builder();
	const struct guise_sid wd = sid_of("WD");
	const struct guise_token *token = made(NOTHING), *other;

	(void)state;
	add(b, "AU", 0);
	add(b, "BU", GUISE_GROUP_USUAL);
	add(b, "WD", GUISE_GROUP_USUAL);
	guise_token_builder_privileges(b, BIT(BACKUP), 0, BIT(BACKUP));
	guise_token_builder_type(b, GUISE_TOKEN_PRIMARY, GUISE_LEVEL_ANONYMOUS);
	guise_token_builder_ids(b, 1, 2, 3);
	guise_token_builder_primary_group(b, &wd);
	guise_token_builder_session(b, 4);
	add_claim(b, GUISE_CLAIMS_USER, "A", 0);
	other = sealed(b);
	assert_true(guise_tokens_equal(token, other));
	(void)guise_token_unref(other);
	(void)guise_token_unref(token);
}

/* At @level, with Backup enabled and Debug present. */
static const struct guise_token *at(enum guise_token_type type,
				    enum guise_level level)
{
	struct guise_token_builder *b = builder();

	guise_token_builder_privileges(b, BIT(BACKUP) | BIT(DEBUG), BIT(BACKUP),
				       0);
	guise_token_builder_type(b, type, level);
	return sealed(b);
}

static void a_privilege_is_held_if_it_is_enabled(void **state)
{
	static const struct {
		uint64_t wanted;
		bool all;
		bool result;
		uint64_t held;
	} rows[] = {
		{BIT(BACKUP), true, true, BIT(BACKUP)},
		{BIT(DEBUG), true, false, 0},
		{BIT(DEBUG), false, false, 0},
		{BIT(BACKUP) | BIT(DEBUG), true, false, BIT(BACKUP)},
		{BIT(BACKUP) | BIT(DEBUG), false, true, BIT(BACKUP)},
		{BIT(BACKUP) | UINT64_C(1) << 63, true, false, BIT(BACKUP)},
		{0, true, true, 0},
		{0, false, false, 0},
	};
	const struct guise_token *token = at(GUISE_TOKEN_PRIMARY, 0);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t held = 1;
		bool result = !rows[i].result;

		assert_int_equal(guise_privilege_check(token, rows[i].wanted,
						       rows[i].all, &held,
						       &result),
				 0);
		assert_int_equal(held, rows[i].held);
		assert_int_equal(result, rows[i].result);
	}
	(void)guise_token_unref(token);
}

static void privileges_are_checked_from_identification_up(void **state)
{
	(void)state;
	for (int level = 0; level <= 3; level++) {
		const struct guise_token *token =
			at(GUISE_TOKEN_IMPERSONATION, (enum guise_level)level);
		uint64_t held = 0;
		bool result = true;

		assert_int_equal(guise_privilege_check(token, BIT(BACKUP), true,
						       &held, &result),
				 level ? 0 : GUISE_E_BAD_LEVEL);
		assert_int_equal(result, level > 0);
		(void)guise_token_unref(token);
	}
}

static int ask(const struct guise_token *token, const char *text,
	       uint32_t flags, bool *ret)
{
	const struct guise_sid sid = sid_of(text);

	*ret = true;
	return guise_token_check_membership(token, &sid, flags, ret);
}

static void membership_takes_an_impersonation_token_that_says_who(void **state)
{
	const struct guise_token *token;
	bool is;

	(void)state;
	token = at(GUISE_TOKEN_PRIMARY, GUISE_LEVEL_IMPERSONATION);
	assert_int_equal(ask(token, USER, 0, &is),
			 GUISE_E_NO_IMPERSONATION_TOKEN);
	assert_false(is);
	(void)guise_token_unref(token);
	token = at(GUISE_TOKEN_IMPERSONATION, GUISE_LEVEL_ANONYMOUS);
	assert_int_equal(ask(token, USER, 0, &is), GUISE_E_BAD_LEVEL);
	assert_false(is);
	(void)guise_token_unref(token);
	token = at(GUISE_TOKEN_IMPERSONATION, GUISE_LEVEL_IDENTIFICATION);
	assert_int_equal(ask(token, USER, 0, &is), 0);
	assert_true(is);
	assert_int_equal(ask(token, "BA", 0, &is), 0);
	assert_false(is);
	assert_int_equal(ask(token, USER, 4, &is), -EINVAL);
	assert_false(is);
	(void)guise_token_unref(token);
}

static bool member_of(const struct guise_token *token, const char *sid,
		      uint32_t flags)
{
	bool is;

	assert_int_equal(ask(token, sid, flags, &is), 0);
	return is;
}

static void a_restricted_member_is_one_twice(void **state)
{
	struct guise_token_builder *b = builder();
	const struct guise_sid bu = sid_of("BU"), ba = sid_of("BA");
	const struct guise_token *token;

	(void)state;
	add(b, "BU", GUISE_GROUP_USUAL);
	add(b, "WD", GUISE_GROUP_USUAL);
	guise_token_builder_restricted_sid(b, &bu);
	guise_token_builder_restricted_sid(b, &ba);
	token = sealed(b);
	assert_true(member_of(token, "BU", 0));
	assert_false(member_of(token, "WD", 0));
	assert_false(member_of(token, "BA", 0));
	(void)guise_token_unref(token);
}

/* The user's own groups count where the flag for that kind of container asks.
 */
static void a_container_is_a_member_by_its_flag(void **state)
{
	const uint32_t ac = GUISE_MEMBERSHIP_APP_CONTAINER,
		       lpac = GUISE_MEMBERSHIP_LPAC;

	(void)state;
	for (int less = 0; less < 2; less++) {
		struct guise_token_builder *b = builder();
		const struct guise_sid package = sid_of(PACKAGE);
		const struct guise_token *token;

		add(b, "BU", GUISE_GROUP_USUAL);
		guise_token_builder_package(b, &package);
		if (less)
			guise_token_builder_flags(b,
						  GUISE_TOKEN_LESS_PRIVILEGED);
		token = sealed(b);
		assert_false(member_of(token, "BU", 0));
		assert_true(member_of(token, PACKAGE, 0));
		assert_int_equal(member_of(token, "BU", ac), !less);
		assert_int_equal(member_of(token, "BU", lpac), less);
		assert_true(member_of(token, "BU", ac | lpac));
		assert_false(member_of(token, "BA", ac | lpac));
		(void)guise_token_unref(token);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens_differ_in_what_a_check_can_tell),
		cmocka_unit_test(tokens_do_not_differ_in_what_it_cannot),
		cmocka_unit_test(a_privilege_is_held_if_it_is_enabled),
		cmocka_unit_test(privileges_are_checked_from_identification_up),
		cmocka_unit_test(
			membership_takes_an_impersonation_token_that_says_who),
		cmocka_unit_test(a_restricted_member_is_one_twice),
		cmocka_unit_test(a_container_is_a_member_by_its_flag),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
