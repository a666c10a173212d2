/* SPDX-License-Identifier: Apache-2.0 */
/* Adjusting privileges and groups: NtAdjustPrivilegesToken,
 * NtAdjustGroupsToken. */
#include "cmocka-wrap.h"

#include <errno.h>

#include "token-build.h"

#include "token-internal.h"
#include <guise/token-change.h>

#define BIT(p) GUISE_PRIVILEGE_BIT(GUISE_SE_##p)
#define PRESENT (BIT(BACKUP) | BIT(RESTORE) | BIT(DEBUG))

/* Backup is enabled, Debug by default, Restore neither. */
static const struct guise_token *token_of_three(void)
{
	struct guise_token_builder *b = builder();

	guise_token_builder_privileges(b, PRESENT, BIT(BACKUP), BIT(DEBUG));
	guise_token_builder_ids(b, 11, 12, 13);
	return sealed(b);
}

static const struct guise_token *
adjust(const struct guise_token *token,
       const struct guise_privilege_change *changes, size_t n,
       struct guise_privileges_adjusted *done)
{
	const struct guise_token *ret = NULL;

	assert_int_equal(guise_token_adjust_privileges(token, changes, n, 77,
						       &ret, done),
			 0);
	return ret;
}

static void privileges_are_enabled_and_disabled(void **state)
{
	const struct guise_privilege_change changes[] = {
		{GUISE_SE_RESTORE, GUISE_PRIVILEGE_ENABLED},
		{GUISE_SE_BACKUP, 0},
		{GUISE_SE_DEBUG, GUISE_PRIVILEGE_ENABLED_BY_DEFAULT},
	};
	const struct guise_token *token = token_of_three(), *t;
	struct guise_privileges_adjusted done;

	(void)state;
	t = adjust(token, changes, 3, &done);
	assert_int_equal(guise_token_privileges_enabled(t), BIT(RESTORE));
	assert_int_equal(guise_token_privileges(t), PRESENT);
	assert_int_equal(guise_token_privileges_default(t), BIT(DEBUG));
	assert_int_equal(done.changed, BIT(RESTORE) | BIT(BACKUP));
	assert_true(done.all_assigned);
	assert_int_equal(guise_token_modified_id(t), 77);
	assert_int_equal(guise_token_id(t), 11);
	assert_int_equal(guise_token_privileges_enabled(token), BIT(BACKUP));
	(void)guise_token_unref(t);
	(void)guise_token_unref(token);
}

/* Nothing brings back what was removed, and removing is no change of state. */
static void removed_is_removed_for_good(void **state)
{
	const struct guise_privilege_change removal = {
		GUISE_SE_BACKUP,
		GUISE_PRIVILEGE_REMOVED | GUISE_PRIVILEGE_ENABLED};
	const struct guise_privilege_change revival = {GUISE_SE_BACKUP,
						       GUISE_PRIVILEGE_ENABLED};
	const struct guise_token *token = token_of_three(), *t, *again;
	struct guise_privileges_adjusted done;

	(void)state;
	t = adjust(token, &removal, 1, &done);
	assert_int_equal(guise_token_privileges(t), PRESENT & ~BIT(BACKUP));
	assert_int_equal(guise_token_privileges_enabled(t), 0);
	assert_int_equal(done.changed, 0);
	assert_true(done.all_assigned);
	again = adjust(t, &revival, 1, &done);
	assert_false(guise_token_privileges(again) & BIT(BACKUP));
	assert_false(done.all_assigned);
	(void)guise_token_unref(again);
	(void)guise_token_unref(t);
	(void)guise_token_unref(token);
}

/* Those that are there are adjusted all the same. */
static void what_the_token_has_not_is_reported(void **state)
{
	const guise_luid absent[] = {
		GUISE_SE_TCB, 0,	  1,
		37,	      63,	  64,
		99,	      UINT64_MAX, (guise_luid)1 << 32 | 17};
	const struct guise_token *token = token_of_three();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(absent); i++) {
		const struct guise_privilege_change changes[] = {
			{absent[i], GUISE_PRIVILEGE_ENABLED},
			{GUISE_SE_RESTORE, GUISE_PRIVILEGE_ENABLED},
		};
		struct guise_privileges_adjusted done;
		const struct guise_token *t = adjust(token, changes, 2, &done);

		assert_false(done.all_assigned);
		assert_int_equal(done.changed, BIT(RESTORE));
		assert_int_equal(guise_token_privileges(t), PRESENT);
		(void)guise_token_unref(t);
	}
	(void)guise_token_unref(token);
}

static void all_are_disabled_at_once(void **state)
{
	const struct guise_token *token = token_of_three(), *t = NULL;
	struct guise_privileges_adjusted done;

	(void)state;
	assert_int_equal(guise_token_disable_privileges(token, 5, &t, &done),
			 0);
	assert_int_equal(guise_token_privileges_enabled(t), 0);
	assert_int_equal(guise_token_privileges(t), PRESENT);
	assert_int_equal(done.changed, BIT(BACKUP));
	assert_true(done.all_assigned);
	(void)guise_token_unref(t);
	(void)guise_token_unref(token);
}

/* The table of SIDs is not built again: it is the very same. */
static void adjusting_privileges_shares_the_sids(void **state)
{
	const struct guise_token *token = token_of_three(), *t;

	(void)state;
	t = adjust(token, NULL, 0, NULL);
	assert_ptr_equal(t->slots, token->slots);
	assert_ptr_equal(t->sids, token->sids);
	(void)guise_token_unref(token);
	(void)guise_token_unref(t);
}

/* Some groups in each state. */
static const struct guise_token *token_of_groups(void)
{
	struct guise_token_builder *b = builder();
	const struct guise_sid me = sid_of("ME");

	add(b, "WD", GUISE_GROUP_USUAL);
	add(b, "BU", GUISE_GROUP_ENABLED | GUISE_GROUP_ENABLED_BY_DEFAULT);
	add(b, "AU", GUISE_GROUP_ENABLED_BY_DEFAULT);
	add(b, "IU", GUISE_GROUP_ENABLED);
	add(b, "BA", GUISE_GROUP_USE_FOR_DENY_ONLY);
	add(b, "S-1-5-5-0-77",
	    GUISE_GROUP_ENABLED | (uint32_t)GUISE_GROUP_LOGON_ID);
	guise_token_builder_integrity(b, &me);
	guise_token_builder_ids(b, 11, 12, 13);
	return sealed(b);
}

static bool is_enabled(const struct guise_token *token, const char *text)
{
	const struct guise_sid sid = sid_of(text);

	return guise_token_is_member(token, &sid);
}

static int change_group(const struct guise_token *token, const char *sid,
			uint32_t attributes, const struct guise_token **ret,
			bool *ret_all)
{
	const struct guise_sid_and_attributes change = {
		.sid = sid_of(sid), .attributes = attributes};

	return guise_token_adjust_groups(token, &change, 1, 77, ret, ret_all);
}

static void groups_are_enabled_and_disabled(void **state)
{
	const struct guise_token *token = token_of_groups(), *t = NULL,
				 *u = NULL;
	bool all = false;

	(void)state;
	assert_int_equal(change_group(token, "BU", 0, &t, &all), 0);
	assert_true(all);
	assert_false(is_enabled(t, "BU"));
	assert_int_equal(change_group(t, "AU", GUISE_GROUP_ENABLED, &u, &all),
			 0);
	assert_true(is_enabled(u, "AU"));
	assert_false(is_enabled(u, "BU"));
	assert_int_equal(guise_token_id(u), 11);
	assert_int_equal(guise_token_modified_id(u), 77);
	assert_true(is_enabled(token, "BU"));
	(void)guise_token_unref(u);
	(void)guise_token_unref(t);
	(void)guise_token_unref(token);
}

/* It does not come back to the kernel: who knows whether it was there. */
static void a_disabled_unix_group_leaves_the_kernels_list(void **state)
{
	static const uint32_t gids[] = {4, 6};
	const struct guise_token *token, *t = NULL, *u = NULL;
	struct guise_token_builder *b = builder();

	(void)state;
	guise_token_builder_unix(b, 1000, 1000, gids, 2);
	add(b, "S-1-22-2-4", GUISE_GROUP_ENABLED);
	add(b, "S-1-22-2-0", 0);
	token = sealed(b);
	assert_int_equal(change_group(token, "S-1-22-2-4", 0, &t, NULL), 0);
	assert_int_equal(guise_token_unix(t)->n_groups, 1);
	assert_int_equal(guise_token_unix(t)->groups[0], 6);
	assert_int_equal(
		change_group(t, "S-1-22-2-0", GUISE_GROUP_ENABLED, &u, NULL),
		0);
	assert_int_equal(guise_token_unix(u)->n_groups, 1);
	(void)guise_token_unref(u);
	(void)guise_token_unref(t);
	(void)guise_token_unref(token);
}

static void what_may_not_change_refuses_all(void **state)
{
	const struct guise_sid_and_attributes changes[] = {
		{.sid = sid_of("BU"), .attributes = 0},
		{.sid = sid_of("WD"), .attributes = 0},
	};
	const struct guise_token *token = token_of_groups(), *t = NULL;

	(void)state;
	assert_int_equal(
		guise_token_adjust_groups(token, changes, 2, 77, &t, NULL),
		GUISE_E_CANT_DISABLE_MANDATORY);
	assert_int_equal(change_group(token, "S-1-5-5-0-77", 0, &t, NULL),
			 GUISE_E_CANT_DISABLE_MANDATORY);
	assert_int_equal(
		change_group(token, "BA", GUISE_GROUP_ENABLED, &t, NULL),
		GUISE_E_CANT_ENABLE_DENY_ONLY);
	assert_null(t);
	(void)guise_token_unref(token);
}

/* What is so already is no change. */
static void enabling_a_mandatory_group_is_nothing(void **state)
{
	const struct guise_token *token = token_of_groups(), *t = NULL;

	(void)state;
	assert_int_equal(
		change_group(token, "WD", GUISE_GROUP_ENABLED, &t, NULL), 0);
	assert_true(is_enabled(t, "WD"));
	(void)guise_token_unref(t);
	assert_int_equal(change_group(token, "BA", 0, &t, NULL), 0);
	assert_false(is_enabled(t, "BA"));
	(void)guise_token_unref(t);
	(void)guise_token_unref(token);
}

static void groups_that_are_not_there_are_reported(void **state)
{
	const struct guise_token *token = token_of_groups(), *t = NULL;
	bool all = true;

	(void)state;
	assert_int_equal(
		change_group(token, "SY", GUISE_GROUP_ENABLED, &t, &all), 0);
	assert_false(all);
	assert_false(is_enabled(t, "SY"));
	(void)guise_token_unref(t);
	/* the user is no group */
	assert_int_equal(change_group(token, USER, 0, &t, &all), 0);
	assert_false(all);
	assert_true(is_enabled(t, USER));
	(void)guise_token_unref(t);
	(void)guise_token_unref(token);
}

static void the_label_stays_as_it_is(void **state)
{
	const struct guise_token *token = token_of_groups(), *t = NULL;
	bool all = false;

	(void)state;
	assert_int_equal(change_group(token, "ME", 0, &t, &all), 0);
	assert_true(all);
	assert_int_equal(guise_token_integrity(t)->sub[0], 0x2000);
	(void)guise_token_unref(t);
	(void)guise_token_unref(token);
}

static void reset_enables_what_is_by_default_and_nothing_else(void **state)
{
	const struct guise_token *token = token_of_groups(), *t = NULL;

	(void)state;
	assert_int_equal(guise_token_reset_groups(token, 77, &t), 0);
	assert_true(is_enabled(t, "WD"));
	assert_true(is_enabled(t, "BU"));
	assert_true(is_enabled(t, "AU"));
	assert_false(is_enabled(t, "IU"));
	assert_false(is_enabled(t, "BA"));
	assert_int_equal(guise_token_integrity(t)->sub[0], 0x2000);
	assert_int_equal(guise_token_id(t), 11);
	assert_int_equal(guise_token_modified_id(t), 77);
	(void)guise_token_unref(t);
	(void)guise_token_unref(token);
}

static void the_last_word_on_a_sid_counts(void **state)
{
	const struct guise_sid_and_attributes changes[] = {
		{.sid = sid_of("BU"), .attributes = GUISE_GROUP_ENABLED},
		{.sid = sid_of("BU"), .attributes = 0},
	};
	const struct guise_token *token = token_of_groups(), *t = NULL;
	bool all = false;

	(void)state;
	assert_int_equal(
		guise_token_adjust_groups(token, changes, 2, 77, &t, &all), 0);
	assert_true(all);
	assert_false(is_enabled(t, "BU"));
	(void)guise_token_unref(t);
	(void)guise_token_unref(token);
}

static void lists_that_are_none_are_refused(void **state)
{
	const struct guise_sid_and_attributes bad = {
		.sid = {.n_subs = GUISE_SID_MAX_SUBS + 1}};
	const struct guise_token *token = token_of_groups(), *t = NULL;

	(void)state;
	assert_int_equal(
		guise_token_adjust_groups(token, NULL, 1, 77, &t, NULL),
		-EINVAL);
	assert_int_equal(
		guise_token_adjust_groups(token, &bad, 1, 77, &t, NULL),
		GUISE_E_INVALID_SID);
	assert_int_equal(
		guise_token_adjust_privileges(token, NULL, 1, 77, &t, NULL),
		-EINVAL);
	assert_null(t);
	(void)guise_token_unref(token);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(privileges_are_enabled_and_disabled),
		cmocka_unit_test(removed_is_removed_for_good),
		cmocka_unit_test(what_the_token_has_not_is_reported),
		cmocka_unit_test(all_are_disabled_at_once),
		cmocka_unit_test(adjusting_privileges_shares_the_sids),
		cmocka_unit_test(groups_are_enabled_and_disabled),
		cmocka_unit_test(a_disabled_unix_group_leaves_the_kernels_list),
		cmocka_unit_test(what_may_not_change_refuses_all),
		cmocka_unit_test(enabling_a_mandatory_group_is_nothing),
		cmocka_unit_test(groups_that_are_not_there_are_reported),
		cmocka_unit_test(the_label_stays_as_it_is),
		cmocka_unit_test(
			reset_enables_what_is_by_default_and_nothing_else),
		cmocka_unit_test(the_last_word_on_a_sid_counts),
		cmocka_unit_test(lists_that_are_none_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
