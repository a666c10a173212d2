/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens: what is refused at seal, and what copies keep. */
#include "cmocka-wrap.h"

#include "token-build.h"

#include "base.h"

static void a_token_needs_a_user(void **state)
{
	struct guise_token_builder *b = NULL;

	(void)state;
	assert_int_equal(guise_token_builder_new(&b), 0);
	expect_refused(b, GUISE_E_INVALID_SID);
}

static void a_bad_sid_is_refused_at_seal(void **state)
{
	struct guise_sid bad = {.n_subs = 16};
	struct guise_token_builder *b = builder();

	(void)state;
	guise_token_builder_group(b, &bad, GUISE_GROUP_USUAL);
	add(b, "BU", GUISE_GROUP_USUAL);
	expect_refused(b, GUISE_E_INVALID_SID);
	b = builder();
	bad = (struct guise_sid){.authority = UINT64_C(1) << 48};
	guise_token_builder_restricted_sid(b, &bad);
	expect_refused(b, GUISE_E_INVALID_SID);
	b = builder();
	guise_token_builder_user(b, NULL, 0);
	expect_refused(b, -EINVAL);
}

static void enabled_and_deny_only_contradict(void **state)
{
	struct guise_token_builder *b = builder();

	(void)state;
	add(b, "BU", GUISE_GROUP_ENABLED | GUISE_GROUP_USE_FOR_DENY_ONLY);
	expect_refused(b, GUISE_E_INVALID_TOKEN);
}

static void the_owner_must_be_user_or_owner_group(void **state)
{
	const struct guise_sid owner = sid_of("BA"), user = sid_of(USER);
	const struct guise_token *token;
	struct guise_token_builder *b = builder();

	(void)state;
	guise_token_builder_owner(b, &owner);
	expect_refused(b, GUISE_E_INVALID_OWNER);
	b = builder();
	add(b, "BA", GUISE_GROUP_USUAL);
	guise_token_builder_owner(b, &owner);
	expect_refused(b, GUISE_E_INVALID_OWNER);
	b = builder();
	add(b, "BA", GUISE_GROUP_OWNER | GUISE_GROUP_USE_FOR_DENY_ONLY);
	guise_token_builder_owner(b, &owner);
	expect_refused(b, GUISE_E_INVALID_OWNER);

	b = builder();
	add(b, "BA", GUISE_GROUP_USUAL | GUISE_GROUP_OWNER);
	guise_token_builder_owner(b, &owner);
	token = sealed(b);
	assert_true(guise_sid_equal(guise_token_owner(token), &owner));
	token = guise_token_unref(token);
	token = sealed(builder());
	assert_true(guise_sid_equal(guise_token_owner(token), &user));
	token = guise_token_unref(token);
}

static void the_primary_group_must_be_in_the_token(void **state)
{
	const struct guise_sid group = sid_of("BU"), user = sid_of(USER);
	const struct guise_token *token;
	struct guise_token_builder *b = builder();

	(void)state;
	guise_token_builder_primary_group(b, &group);
	expect_refused(b, GUISE_E_INVALID_PRIMARY_GROUP);

	b = builder();
	add(b, "ME", GUISE_GROUP_INTEGRITY | GUISE_GROUP_INTEGRITY_ENABLED);
	add(b, "BU", GUISE_GROUP_USUAL);
	token = sealed(b);
	assert_true(guise_sid_equal(guise_token_primary_group(token), &group));
	token = guise_token_unref(token);
	token = sealed(builder());
	assert_true(guise_sid_equal(guise_token_primary_group(token), &user));
	token = guise_token_unref(token);
}

static void half_a_unix_identity_is_refused(void **state)
{
	static const uint32_t groups[] = {5, GUISE_UID_NONE}, ok[] = {5};
	static const struct {
		uint32_t uid, gid;
		const uint32_t *groups;
		size_t n;
	} bad[] = {
		{1000, GUISE_UID_NONE, NULL, 0},
		{GUISE_UID_NONE, 1000, NULL, 0},
		{GUISE_UID_NONE, GUISE_UID_NONE, ok, 1},
		{1000, 1000, groups, 2},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct guise_token_builder *b = builder();

		guise_token_builder_unix(b, bad[i].uid, bad[i].gid,
					 bad[i].groups, bad[i].n);
		expect_refused(b, GUISE_E_INVALID_TOKEN);
	}
}

static void a_token_has_no_unix_identity_unless_given(void **state)
{
	const struct guise_token *token = sealed(builder());

	(void)state;
	assert_int_equal(guise_token_unix(token)->uid, GUISE_UID_NONE);
	assert_int_equal(guise_token_unix(token)->gid, GUISE_UID_NONE);
	assert_int_equal(guise_token_unix(token)->n_groups, 0);
	assert_true(guise_token_unix(token)->capabilities == 0);
	token = guise_token_unref(token);
}

static void unix_groups_are_sorted_and_unique(void **state)
{
	static const uint32_t groups[] = {9, 4, 9, 0, 4};
	static const uint32_t want[] = {0, 4, 9};
	struct guise_token_builder *b = builder();
	const struct guise_unix_identity *id;
	const struct guise_token *token;

	(void)state;
	guise_token_builder_unix(b, 1, 2, groups, ARRAY_SIZE(groups));
	token = sealed(b);
	id = guise_token_unix(token);
	assert_int_equal(id->n_groups, ARRAY_SIZE(want));
	assert_memory_equal(id->groups, want, sizeof(want));
	token = guise_token_unref(token);
}

static void kinds_flags_and_policies_must_be_known(void **state)
{
	struct guise_token_builder *b = builder();

	(void)state;
	guise_token_builder_type(b, (enum guise_token_type)3,
				 GUISE_LEVEL_IMPERSONATION);
	expect_refused(b, GUISE_E_INVALID_TOKEN);
	b = builder();
	guise_token_builder_type(b, GUISE_TOKEN_PRIMARY, (enum guise_level)4);
	expect_refused(b, GUISE_E_INVALID_TOKEN);
	b = builder();
	guise_token_builder_flags(b, 0x80000000);
	expect_refused(b, GUISE_E_INVALID_TOKEN);
	b = builder();
	guise_token_builder_flags(b, GUISE_TOKEN_LESS_PRIVILEGED);
	expect_refused(b, GUISE_E_INVALID_TOKEN);
	b = builder();
	guise_token_builder_mandatory_policy(b, 4);
	expect_refused(b, GUISE_E_INVALID_TOKEN);
	b = builder();
	guise_token_builder_privileges(b, 1, 0, 0);
	expect_refused(b, GUISE_E_INVALID_TOKEN);
	b = builder();
	guise_token_builder_source(b, "nine char");
	expect_refused(b, GUISE_E_LIMIT);
}

static void privileges_not_present_cannot_be_enabled(void **state)
{
	struct guise_token_builder *b = builder();
	const struct guise_token *token;

	(void)state;
	guise_token_builder_privileges(b, GUISE_PRIVILEGE_BIT(GUISE_SE_BACKUP),
				       GUISE_PRIVILEGE_ALL,
				       GUISE_PRIVILEGE_ALL);
	token = sealed(b);
	assert_true(guise_token_privileges_enabled(token) ==
		    GUISE_PRIVILEGE_BIT(GUISE_SE_BACKUP));
	assert_true(guise_token_privileges_default(token) ==
		    GUISE_PRIVILEGE_BIT(GUISE_SE_BACKUP));
	assert_true(guise_token_has_privilege(token, GUISE_SE_BACKUP));
	assert_false(guise_token_has_privilege(token, GUISE_SE_TCB));
	assert_false(
		guise_token_has_privilege(token, (enum guise_privilege)81));
	token = guise_token_unref(token);
}

static void a_token_has_one_label_or_none(void **state)
{
	const struct guise_sid high = sid_of("HI"), world = sid_of("WD");
	const uint32_t label =
		GUISE_GROUP_INTEGRITY | GUISE_GROUP_INTEGRITY_ENABLED;
	const struct guise_token *token;
	struct guise_token_builder *b = builder();
	size_t n;

	(void)state;
	add(b, "ME", label);
	add(b, "LW", label);
	expect_refused(b, GUISE_E_INVALID_TOKEN);
	b = builder();
	add(b, "BU", label);
	expect_refused(b, GUISE_E_INVALID_TOKEN);
	b = builder();
	guise_token_builder_integrity(b, &world);
	expect_refused(b, GUISE_E_INVALID_SID);

	b = builder();
	add(b, "ME", label);
	guise_token_builder_integrity(b, &high);
	token = sealed(b);
	assert_true(guise_sid_equal(guise_token_integrity(token), &high));
	(void)guise_token_groups(token, &n);
	assert_int_equal(n, 1);
	assert_false(guise_token_is_member(token, &high));
	token = guise_token_unref(token);
	token = sealed(builder());
	assert_int_equal(guise_token_integrity(token)->sub[0], 0);
	token = guise_token_unref(token);
}

static void too_many_sids_are_refused(void **state)
{
	struct guise_sid sid = sid_of(USER);
	struct guise_token_builder *b = builder();

	(void)state;
	for (uint32_t i = 0; i <= GUISE_TOKEN_SIDS_MAX; i++) {
		sid.sub[4] = i;
		guise_token_builder_group(b, &sid, GUISE_GROUP_USUAL);
	}
	expect_refused(b, GUISE_E_LIMIT);
}

static void a_trust_level_is_a_trust_sid_or_none(void **state)
{
	static const char *const bad[] = {"BA", "S-1-19-512",
					  "S-1-19-512-4096-1", "S-1-16-8192"};
	const struct guise_sid trust = sid_of("S-1-19-1024-8192");
	struct guise_token_builder *b = builder();
	const struct guise_token *token;

	(void)state;
	guise_token_builder_trust_level(b, &trust);
	token = sealed(b);
	assert_true(guise_sid_equal(guise_token_trust_level(token), &trust));
	token = guise_token_unref(token);
	b = builder();
	guise_token_builder_trust_level(b, &trust);
	guise_token_builder_trust_level(b, NULL);
	token = sealed(b);
	assert_null(guise_token_trust_level(token));
	token = guise_token_unref(token);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const struct guise_sid sid = sid_of(bad[i]);

		b = builder();
		guise_token_builder_trust_level(b, &sid);
		expect_refused(b, GUISE_E_INVALID_SID);
	}
}

static void claims_are_kept_by_kind(void **state)
{
	struct guise_token_builder *b = builder();
	const struct guise_token *token;

	(void)state;
	add_claim(b, GUISE_CLAIMS_USER, "one", 0);
	add_claim(b, GUISE_CLAIMS_DEVICE, "two", 0);
	add_claim(b, GUISE_CLAIMS_DEVICE, "three", 0);
	add_claim(b, GUISE_CLAIMS_LOCAL, "four", 0);
	guise_token_builder_claims(b, GUISE_CLAIMS_LOCAL, NULL);
	token = sealed(b);
	assert_memory_equal(
		guise_claims_at(guise_token_claims(token, GUISE_CLAIMS_USER), 0)
			->name,
		"one", 3);
	assert_memory_equal(
		guise_claims_at(guise_token_claims(token, GUISE_CLAIMS_DEVICE),
				0)
			->name,
		"three", 5);
	assert_null(guise_token_claims(token, GUISE_CLAIMS_LOCAL));
	assert_null(guise_token_claims(token, GUISE_CLAIMS_RESTRICTED_USER));
	assert_null(guise_token_claims(token, GUISE_CLAIMS_KINDS));
	token = guise_token_unref(token);
	b = builder();
	guise_token_builder_claims(b, GUISE_CLAIMS_KINDS, NULL);
	expect_refused(b, -EINVAL);
}

static void a_level_can_only_go_down(void **state)
{
	struct guise_token_builder *b = builder();
	const struct guise_token *token, *other = NULL;

	(void)state;
	guise_token_builder_type(b, GUISE_TOKEN_IMPERSONATION,
				 GUISE_LEVEL_IDENTIFICATION);
	guise_token_builder_ids(b, 1, 2, 3);
	token = sealed(b);
	assert_int_equal(guise_token_at_level(token, GUISE_LEVEL_IMPERSONATION,
					      9, &other),
			 GUISE_E_BAD_LEVEL);
	assert_int_equal(
		guise_token_at_level(token, (enum guise_level)7, 9, &other),
		GUISE_E_BAD_LEVEL);
	assert_null(other);
	assert_int_equal(
		guise_token_at_level(token, GUISE_LEVEL_ANONYMOUS, 9, &other),
		0);
	assert_int_equal(guise_token_level(other), GUISE_LEVEL_ANONYMOUS);
	assert_int_equal(guise_token_id(other), 9);
	assert_int_equal(guise_token_authentication_id(other), 2);
	assert_int_equal(guise_token_origin(other), 3);
	other = guise_token_unref(other);
	token = guise_token_unref(token);
}

static void a_primary_token_gives_any_level(void **state)
{
	struct guise_token_builder *b = builder();
	const struct guise_token *token, *other = NULL;

	(void)state;
	guise_token_builder_type(b, GUISE_TOKEN_PRIMARY, GUISE_LEVEL_ANONYMOUS);
	token = sealed(b);
	assert_int_equal(
		guise_token_at_level(token, GUISE_LEVEL_DELEGATION, 9, &other),
		0);
	assert_int_equal(guise_token_type(other), GUISE_TOKEN_IMPERSONATION);
	other = guise_token_unref(other);
	token = guise_token_unref(token);
}

static void null_arguments_are_refused(void **state)
{
	const struct guise_token *token = NULL;
	struct guise_buf bytes = {0};

	(void)state;
	assert_int_equal(guise_token_builder_new(NULL), -EINVAL);
	assert_int_equal(guise_token_builder_seal(NULL, &token), -EINVAL);
	assert_int_equal(guise_token_decode(NULL, 0, &token), -EINVAL);
	assert_int_equal(guise_token_encode(NULL, &bytes), -EINVAL);
	assert_int_equal(
		guise_token_at_level(NULL, GUISE_LEVEL_ANONYMOUS, 1, &token),
		-EINVAL);
	assert_null(guise_token_unref(NULL));
	assert_null(guise_token_builder_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_needs_a_user),
		cmocka_unit_test(a_bad_sid_is_refused_at_seal),
		cmocka_unit_test(enabled_and_deny_only_contradict),
		cmocka_unit_test(the_owner_must_be_user_or_owner_group),
		cmocka_unit_test(the_primary_group_must_be_in_the_token),
		cmocka_unit_test(half_a_unix_identity_is_refused),
		cmocka_unit_test(a_token_has_no_unix_identity_unless_given),
		cmocka_unit_test(unix_groups_are_sorted_and_unique),
		cmocka_unit_test(kinds_flags_and_policies_must_be_known),
		cmocka_unit_test(privileges_not_present_cannot_be_enabled),
		cmocka_unit_test(a_token_has_one_label_or_none),
		cmocka_unit_test(too_many_sids_are_refused),
		cmocka_unit_test(a_trust_level_is_a_trust_sid_or_none),
		cmocka_unit_test(claims_are_kept_by_kind),
		cmocka_unit_test(a_level_can_only_go_down),
		cmocka_unit_test(a_primary_token_gives_any_level),
		cmocka_unit_test(null_arguments_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
