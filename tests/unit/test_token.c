/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens: what is refused at seal, what membership means, and the codec. */
#include "cmocka-wrap.h"

#include "descriptor.h"
#include "guard-page.h"

#include "base.h"
#include <guise/token.h>

#define USER "S-1-5-21-11-22-33-1001"

static struct guise_token_builder *builder(void)
{
	struct guise_token_builder *b = NULL;
	struct guise_sid user = sid_of(USER);

	assert_int_equal(guise_token_builder_new(&b), 0);
	guise_token_builder_user(b, &user, 0);
	return b;
}

static void add(struct guise_token_builder *b, const char *sid, uint32_t how)
{
	struct guise_sid group = sid_of(sid);

	guise_token_builder_group(b, &group, how);
}

/* Seals and frees the builder. */
static const struct guise_token *sealed(struct guise_token_builder *b)
{
	const struct guise_token *token = NULL;

	assert_int_equal(guise_token_builder_seal(b, &token), 0);
	(void)guise_token_builder_free(b);
	return token;
}

static void expect_refused(struct guise_token_builder *b, int code)
{
	const struct guise_token *token = NULL;

	assert_int_equal(guise_token_builder_seal(b, &token), code);
	assert_null(token);
	(void)guise_token_builder_free(b);
}

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

static void deny_only_somewhere_is_a_member_nowhere(void **state)
{
	const struct guise_sid user = sid_of(USER), bu = sid_of("BU"),
			       wd = sid_of("WD"), ba = sid_of("BA");
	struct guise_token_builder *b = builder();
	const struct guise_token *token;

	(void)state;
	guise_token_builder_user(b, &user, GUISE_GROUP_USE_FOR_DENY_ONLY);
	add(b, "BU", GUISE_GROUP_USUAL);
	add(b, "WD", GUISE_GROUP_USUAL);
	add(b, "BU", GUISE_GROUP_USE_FOR_DENY_ONLY);
	add(b, "BA", GUISE_GROUP_MANDATORY);
	token = sealed(b);
	assert_false(guise_token_is_member(token, &user));
	assert_false(guise_token_is_member(token, &bu));
	assert_false(guise_token_is_member(token, &ba));
	assert_true(guise_token_is_member(token, &wd));
	assert_false(guise_token_is_member(NULL, &wd));
	token = guise_token_unref(token);
}

static void a_restricted_token_is_a_member_twice_or_not(void **state)
{
	const struct guise_sid user = sid_of(USER), bu = sid_of("BU"),
			       rc = sid_of("RC");
	struct guise_token_builder *b = builder();
	const struct guise_token *token;

	(void)state;
	add(b, "BU", GUISE_GROUP_USUAL);
	guise_token_builder_restricted_sid(b, &bu);
	guise_token_builder_restricted_sid(b, &rc);
	token = sealed(b);
	assert_true(guise_token_is_restricted(token));
	assert_true(guise_token_is_member(token, &bu));
	assert_false(guise_token_is_member(token, &user));
	assert_false(guise_token_is_member(token, &rc));
	token = guise_token_unref(token);
}

static void every_one_of_many_sids_is_found(void **state)
{
	struct guise_sid sid = sid_of(USER);
	struct guise_token_builder *b = builder();
	const struct guise_token *token;

	(void)state;
	for (uint32_t i = 0; i < 3000; i++) {
		sid.sub[4] = 100000 + 2 * i;
		guise_token_builder_group(b, &sid, GUISE_GROUP_USUAL);
	}
	token = sealed(b);
	for (uint32_t i = 0; i < 6000; i++) {
		sid.sub[4] = 100000 + i;
		assert_int_equal(guise_token_is_member(token, &sid), !(i & 1));
	}
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

static void what_lies_behind_a_sid_does_not_matter(void **state)
{
	const struct guise_sid clean = sid_of("BU");
	struct guise_sid dirty = clean;
	struct guise_token_builder *b = builder();
	const struct guise_token *token;

	(void)state;
	dirty.sub[9] = 7;
	dirty.zero[1] = 7;
	guise_token_builder_group(b, &dirty, GUISE_GROUP_USUAL);
	token = sealed(b);
	assert_true(guise_token_is_member(token, &clean));
	token = guise_token_unref(token);
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

/* A token with something in every field. */
static const struct guise_token *full_token(void)
{
	static const uint32_t groups[] = {100, 200};
	const struct guise_sid bu = sid_of("BU"), hi = sid_of("HI"),
			       rc = sid_of("RC"), au = sid_of("AU"),
			       ba = sid_of("BA"),
			       package = sid_of("S-1-15-2-1-2-3-4-5-6-7"),
			       capability = sid_of("S-1-15-3-1");
	const struct guise_sd *sd = sd_of("D:(A;;FA;;;BA)(D;OICI;FR;;;BU)");
	struct guise_token_builder *b = builder();

	add(b, "BU", GUISE_GROUP_USUAL);
	add(b, "BA", GUISE_GROUP_OWNER | GUISE_GROUP_USUAL);
	guise_token_builder_restricted_sid(b, &rc);
	guise_token_builder_device_group(b, &au, GUISE_GROUP_USUAL);
	guise_token_builder_privileges(b, GUISE_PRIVILEGE_ALL, 0x300, 0x100);
	guise_token_builder_flags(b, GUISE_TOKEN_WRITE_RESTRICTED);
	guise_token_builder_owner(b, &ba);
	guise_token_builder_primary_group(b, &bu);
	guise_token_builder_default_dacl(b, guise_sd_dacl(sd));
	guise_token_builder_integrity(b, &hi);
	guise_token_builder_mandatory_policy(b, 3);
	guise_token_builder_ids(b, 11, 12, 13);
	guise_token_builder_source(b, "guise");
	guise_token_builder_name(b, "alice");
	guise_token_builder_unix(b, 1000, 1001, groups, 2);
	guise_token_builder_capabilities(b, 5);
	guise_token_builder_package(b, &package);
	guise_token_builder_capability(b, &capability, GUISE_GROUP_ENABLED);
	(void)guise_sd_unref(sd);
	return sealed(b);
}

static struct guise_buf encoded(const struct guise_token *token)
{
	struct guise_buf bytes = {0};

	assert_int_equal(guise_token_encode(token, &bytes), 0);
	return bytes;
}

static void bytes_and_back_is_the_same_token(void **state)
{
	const struct guise_token *token = full_token(), *again = NULL;
	struct guise_buf bytes = encoded(token), twice;

	(void)state;
	assert_int_equal(guise_token_decode(bytes.data, bytes.size, &again), 0);
	twice = encoded(again);
	assert_int_equal(twice.size, bytes.size);
	assert_memory_equal(twice.data, bytes.data, bytes.size);
	assert_string_equal(guise_token_name(again), "alice");
	assert_string_equal(guise_token_source(again), "guise");
	assert_int_equal(guise_token_unix(again)->groups[1], 200);
	assert_true(guise_acl_equal(guise_token_default_dacl(again),
				    guise_token_default_dacl(token)));
	assert_non_null(guise_token_package(again));
	guise_buf_clear(&bytes);
	guise_buf_clear(&twice);
	again = guise_token_unref(again);
	token = guise_token_unref(token);
}

static void a_copy_through_a_builder_is_the_same_but_its_id(void **state)
{
	const struct guise_token *token = full_token(), *copy;
	struct guise_token_builder *b = NULL;
	struct guise_buf one = encoded(token), other;

	(void)state;
	assert_int_equal(guise_token_builder_from(token, &b), 0);
	copy = sealed(b);
	assert_int_equal(guise_token_id(copy), 0);
	copy = guise_token_unref(copy);
	assert_int_equal(guise_token_builder_from(token, &b), 0);
	guise_token_builder_ids(b, 11, 12, 13);
	copy = sealed(b);
	other = encoded(copy);
	assert_int_equal(one.size, other.size);
	assert_memory_equal(one.data, other.data, one.size);
	guise_buf_clear(&one);
	guise_buf_clear(&other);
	copy = guise_token_unref(copy);
	token = guise_token_unref(token);
}

static void every_truncation_of_the_bytes_is_refused(void **state)
{
	const struct guise_token *token = full_token(), *again = NULL;
	struct guise_buf bytes = encoded(token);
	struct guard_page guard = guard_page_new(bytes.size + 1);
	uint8_t zero = 0;

	(void)state;
	for (size_t n = 0; n < bytes.size; n++) {
		uint8_t *at = guard_page_place(&guard, bytes.data, n);

		assert_int_equal(guise_token_decode(at, n, &again),
				 GUISE_E_INVALID_TOKEN);
		assert_null(again);
	}
	bytes.data = realloc(bytes.data, bytes.size + 1);
	bytes.data[bytes.size] = zero;
	assert_int_equal(guise_token_decode(bytes.data, bytes.size + 1, &again),
			 GUISE_E_INVALID_TOKEN);
	guard_page_free(&guard);
	guise_buf_clear(&bytes);
	token = guise_token_unref(token);
}

/* A flip is refused, or it makes a token that encodes to just those bytes. */
static void every_bit_of_the_bytes_means_something(void **state)
{
	const struct guise_token *token = full_token();
	struct guise_buf bytes = encoded(token), other;
	size_t n_refused = 0;

	(void)state;
	for (size_t bit = 0; bit < 8 * bytes.size; bit++) {
		const struct guise_token *again = NULL;

		bytes.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (guise_token_decode(bytes.data, bytes.size, &again) == 0) {
			other = encoded(again);
			assert_int_equal(other.size, bytes.size);
			assert_memory_equal(other.data, bytes.data, bytes.size);
			guise_buf_clear(&other);
			again = guise_token_unref(again);
		} else {
			n_refused++;
		}
		bytes.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_true(n_refused > 100);
	guise_buf_clear(&bytes);
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
		cmocka_unit_test(deny_only_somewhere_is_a_member_nowhere),
		cmocka_unit_test(a_restricted_token_is_a_member_twice_or_not),
		cmocka_unit_test(every_one_of_many_sids_is_found),
		cmocka_unit_test(too_many_sids_are_refused),
		cmocka_unit_test(what_lies_behind_a_sid_does_not_matter),
		cmocka_unit_test(a_level_can_only_go_down),
		cmocka_unit_test(a_primary_token_gives_any_level),
		cmocka_unit_test(bytes_and_back_is_the_same_token),
		cmocka_unit_test(
			a_copy_through_a_builder_is_the_same_but_its_id),
		cmocka_unit_test(every_truncation_of_the_bytes_is_refused),
		cmocka_unit_test(every_bit_of_the_bytes_means_something),
		cmocka_unit_test(null_arguments_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
