/* SPDX-License-Identifier: Apache-2.0 */
/* Filtered tokens and AppContainers: NtFilterToken, NtCreateLowBoxToken. */
#include "cmocka-wrap.h"

#include <errno.h>

#include "token-build.h"

#include "base.h"
#include <guise/access.h>
#include <guise/token-change.h>

#define PACKAGE "S-1-15-2-1-2-3-4-5-6-7"
#define BIT(p) GUISE_PRIVILEGE_BIT(GUISE_SE_##p)
#define DENY_ONLY GUISE_GROUP_USE_FOR_DENY_ONLY

/* A filter in words: up to four SIDs each. */
struct want {
	uint32_t flags;
	const char *disable[4];
	const char *restrict_to[4];
	uint64_t delete_privileges;
};

static size_t sids_of(const char *const text[4], struct guise_sid ret[4])
{
	size_t n = 0;

	for (; n < 4 && text[n]; n++)
		ret[n] = sid_of(text[n]);
	return n;
}

static const struct guise_token *filter(const struct guise_token *token,
					struct want want)
{
	struct guise_sid disable[4], to[4];
	const struct guise_filter_options options = {
		.size = sizeof(options),
		.flags = want.flags,
		.disable = disable,
		.n_disable = sids_of(want.disable, disable),
		.delete_privileges = want.delete_privileges,
		.restrict_to = to,
		.n_restrict_to = sids_of(want.restrict_to, to),
		.token_id = 99,
	};
	const struct guise_token *ret = NULL;

	assert_int_equal(guise_token_filter(token, &options, &ret), 0);
	(void)guise_token_unref(token);
	return ret;
}

/* An administrator at high integrity. */
static struct guise_token_builder *administrator(void)
{
	struct guise_token_builder *b = builder();
	const struct guise_sid ba = sid_of("BA"), hi = sid_of("HI");

	add(b, "WD", GUISE_GROUP_USUAL);
	add(b, "BA", GUISE_GROUP_USUAL | GUISE_GROUP_OWNER);
	add(b, "BU", GUISE_GROUP_USUAL);
	guise_token_builder_integrity(b, &hi);
	guise_token_builder_owner(b, &ba);
	guise_token_builder_privileges(b, GUISE_PRIVILEGE_ALL,
				       GUISE_PRIVILEGE_ALL, 0);
	guise_token_builder_ids(b, 11, 12, 13);
	guise_token_builder_elevation(b, GUISE_ELEVATION_FULL);
	return b;
}

static uint32_t attributes_of(const struct guise_token *token, const char *text)
{
	const struct guise_sid_and_attributes *groups;
	const struct guise_sid sid = sid_of(text);
	size_t n;

	groups = guise_token_groups(token, &n);
	for (size_t i = 0; i < n; i++) {
		if (guise_sid_equal(&groups[i].sid, &sid))
			return groups[i].attributes;
	}
	return UINT32_MAX;
}

static bool owned_by(const struct guise_token *token, const char *text)
{
	const struct guise_sid sid = sid_of(text);

	return guise_sid_equal(guise_token_owner(token), &sid);
}

static void disabled_sids_count_for_denying_only(void **state)
{
	const struct guise_token *t =
		filter(sealed(administrator()),
		       (struct want){.disable = {"BA", USER, "IU", "HI"}});

	(void)state;
	assert_int_equal(attributes_of(t, "BA"),
			 GUISE_GROUP_MANDATORY | GUISE_GROUP_OWNER | DENY_ONLY);
	assert_int_equal(attributes_of(t, "WD"), GUISE_GROUP_USUAL);
	assert_int_equal(guise_token_user(t)->attributes, DENY_ONLY);
	assert_int_equal(guise_token_integrity(t)->sub[0], 0x3000);
	assert_int_equal(attributes_of(t, "HI"), 0x60);
	assert_true(owned_by(t, USER));
	(void)guise_token_unref(t);
}

static void a_filtered_token_names_its_parent(void **state)
{
	const struct guise_token *t =
		filter(sealed(administrator()), (struct want){0});

	(void)state;
	assert_int_equal(guise_token_id(t), 99);
	assert_int_equal(guise_token_parent_id(t), 11);
	assert_int_equal(guise_token_authentication_id(t), 12);
	assert_int_equal(guise_token_flags(t), GUISE_TOKEN_IS_FILTERED);
	assert_false(guise_token_is_restricted(t));
	assert_true(owned_by(t, "BA"));
	(void)guise_token_unref(t);
}

static void type_and_level_are_kept(void **state)
{
	struct guise_token_builder *b = builder();
	const struct guise_token *t;

	(void)state;
	guise_token_builder_type(b, GUISE_TOKEN_IMPERSONATION,
				 GUISE_LEVEL_IDENTIFICATION);
	t = filter(sealed(b), (struct want){0});
	assert_int_equal(guise_token_type(t), GUISE_TOKEN_IMPERSONATION);
	assert_int_equal(guise_token_level(t), GUISE_LEVEL_IDENTIFICATION);
	(void)guise_token_unref(t);
}

static void privileges_are_deleted_by_list_or_all_but_one(void **state)
{
	const struct guise_token *t =
		filter(sealed(administrator()),
		       (struct want){.delete_privileges = BIT(DEBUG) | 1});

	(void)state;
	assert_int_equal(guise_token_privileges(t),
			 GUISE_PRIVILEGE_ALL & ~BIT(DEBUG));
	t = filter(t, (struct want){.flags = GUISE_FILTER_DISABLE_MAX_PRIVILEGE,
				    .delete_privileges = BIT(CHANGE_NOTIFY)});
	assert_int_equal(guise_token_privileges(t), BIT(CHANGE_NOTIFY));
	assert_int_equal(guise_token_privileges_enabled(t), BIT(CHANGE_NOTIFY));
	(void)guise_token_unref(t);
}

static void restricting_sids_are_ordinary_groups_and_repeat(void **state)
{
	const struct guise_token *t =
		filter(sealed(administrator()),
		       (struct want){.restrict_to = {"RC", "BU", "RC"}});
	const struct guise_sid_and_attributes *list;
	size_t n;

	(void)state;
	list = guise_token_restricted_sids(t, &n);
	assert_int_equal(n, 3);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(list[i].attributes, GUISE_GROUP_USUAL);
	assert_true(guise_token_is_restricted(t));
	(void)guise_token_unref(t);
}

static void a_second_restriction_leaves_what_both_name(void **state)
{
	const struct guise_token *t =
		filter(sealed(administrator()),
		       (struct want){.restrict_to = {"RC", "BU", "WD"}});
	const struct guise_sid_and_attributes *list;
	const struct guise_sid bu = sid_of("BU");
	size_t n;

	(void)state;
	t = filter(t, (struct want){.restrict_to = {"BU", "AU"}});
	list = guise_token_restricted_sids(t, &n);
	assert_int_equal(n, 1);
	assert_true(guise_sid_equal(&list[0].sid, &bu));
	/* without a list of its own a filter leaves the other as it is */
	t = filter(t, (struct want){.disable = {"WD"}});
	(void)guise_token_restricted_sids(t, &n);
	assert_int_equal(n, 1);
	(void)guise_token_unref(t);
}

/* What its user and everyone may read. */
static bool may_read(const struct guise_token *token)
{
	const struct guise_sd *sd =
		sd_of("O:" USER "G:BUD:(A;;FA;;;" USER ")(A;;FA;;;WD)");
	struct guise_decision decision;

	assert_int_equal(guise_access_check(sd, token, GUISE_FILE_READ_DATA,
					    &guise_mapping_file, &decision),
			 0);
	(void)guise_sd_unref(sd);
	return decision.allowed;
}

/* Then it is a member of nothing, and stays so through bytes and copies. */
static void a_restriction_to_nothing_is_no_freedom(void **state)
{
	const struct guise_token *t =
		filter(filter(sealed(administrator()),
			      (struct want){.restrict_to = {"RC"}}),
		       (struct want){.restrict_to = {"BU"}});
	const struct guise_token *again = NULL;
	const struct guise_sid bu = sid_of("BU");
	struct guise_buf bytes = {0};
	size_t n;

	(void)state;
	(void)guise_token_restricted_sids(t, &n);
	assert_int_equal(n, 0);
	assert_int_equal(guise_token_encode(t, &bytes), 0);
	assert_int_equal(guise_token_decode(bytes.data, bytes.size, &again), 0);
	t = filter(t, (struct want){.restrict_to = {"BU"}});
	assert_true(guise_token_is_restricted(t));
	assert_false(guise_token_is_member(t, &bu));
	assert_true(guise_token_is_restricted(again));
	assert_false(guise_token_is_member(again, &bu));
	assert_false(may_read(again));
	guise_buf_clear(&bytes);
	(void)guise_token_unref(again);
	(void)guise_token_unref(t);
}

static bool write_restricted(const struct guise_token *token)
{
	return guise_token_flags(token) & GUISE_TOKEN_WRITE_RESTRICTED;
}

/* For writing only is less of a restriction: it cannot come second. */
static void what_is_restricted_for_all_access_stays_so(void **state)
{
	const uint32_t writes = GUISE_FILTER_WRITE_RESTRICTED;
	const struct guise_token *t =
		filter(sealed(administrator()),
		       (struct want){.flags = writes, .restrict_to = {"RC"}});

	(void)state;
	assert_true(write_restricted(t));
	t = filter(t, (struct want){.restrict_to = {"RC"}});
	assert_false(write_restricted(t));
	t = filter(t, (struct want){.flags = writes, .restrict_to = {"RC"}});
	assert_false(write_restricted(t));
	(void)guise_token_unref(t);
}

/* With the groups 3, 5 (deny-only soon), 7 (as an ordinary group and by none of
 * its SIDs), and 5 as its own. */
static void a_unix_group_leaves_the_kernels_list(void **state)
{
	static const uint32_t gids[] = {3, 5, 7};
	struct guise_token_builder *b = builder();
	const struct guise_unix_identity *id;
	const struct guise_token *t;

	(void)state;
	guise_token_builder_unix(b, 1000, 5, gids, 3);
	add(b, "S-1-22-2-3", GUISE_GROUP_USUAL);
	add(b, "S-1-22-2-5", GUISE_GROUP_USUAL);
	t = filter(sealed(b),
		   (struct want){.disable = {"S-1-22-2-5", "S-1-22-2-9"}});
	id = guise_token_unix(t);
	assert_int_equal(id->gid, 5); /* it must have one */
	assert_int_equal(id->n_groups, 2);
	assert_int_equal(id->groups[0], 3);
	assert_int_equal(id->groups[1], 7);
	(void)guise_token_unref(t);
}

static void sandbox_inert_is_a_mark(void **state)
{
	const struct guise_token *t =
		filter(sealed(administrator()),
		       (struct want){.flags = GUISE_FILTER_SANDBOX_INERT});

	(void)state;
	assert_true(guise_token_flags(t) & GUISE_TOKEN_SANDBOX_INERT);
	(void)guise_token_unref(t);
}

static void an_administrators_everyday_token_is_a_users(void **state)
{
	struct guise_token_builder *b = administrator();
	const uint64_t kept = BIT(CHANGE_NOTIFY) | BIT(SHUTDOWN) | BIT(UNDOCK) |
			      BIT(TIME_ZONE) | BIT(INCREASE_WORKING_SET);
	const struct guise_token *t;

	(void)state;
	add(b, "S-1-5-21-1-2-3-512", GUISE_GROUP_USUAL);
	add(b, "S-1-5-21-1-2-3-513", GUISE_GROUP_USUAL);
	add(b, "S-1-5-114", GUISE_GROUP_USUAL);
	add(b, "S-1-5-32-551", GUISE_GROUP_USUAL);
	t = sealed(b);
	assert_true(guise_token_is_elevated(t));
	t = filter(t, (struct want){.flags = GUISE_FILTER_LUA_TOKEN});
	assert_true(attributes_of(t, "BA") & DENY_ONLY);
	assert_true(attributes_of(t, "S-1-5-21-1-2-3-512") & DENY_ONLY);
	assert_true(attributes_of(t, "S-1-5-114") & DENY_ONLY);
	assert_true(attributes_of(t, "S-1-5-32-551") & DENY_ONLY);
	assert_int_equal(attributes_of(t, "S-1-5-21-1-2-3-513"),
			 GUISE_GROUP_USUAL);
	assert_int_equal(attributes_of(t, "BU"), GUISE_GROUP_USUAL);
	assert_int_equal(guise_token_privileges(t), kept);
	assert_int_equal(guise_token_integrity(t)->sub[0], 0x2000);
	assert_true(owned_by(t, USER));
	assert_int_equal(guise_token_elevation(t), GUISE_ELEVATION_LIMITED);
	assert_false(guise_token_is_elevated(t));
	(void)guise_token_unref(t);
}

/* Where no logon was split it is the group that tells. */
static void
elevation_is_the_administrators_where_nothing_was_split(void **state)
{
	struct guise_token_builder *b = administrator();
	const struct guise_token *t;

	(void)state;
	guise_token_builder_elevation(b, GUISE_ELEVATION_DEFAULT);
	t = sealed(b);
	assert_true(guise_token_is_elevated(t));
	t = filter(t, (struct want){.disable = {"BA"}});
	assert_false(guise_token_is_elevated(t));
	(void)guise_token_unref(t);
}

static void filters_that_make_no_sense_are_refused(void **state)
{
	const struct guise_token *t = sealed(administrator()), *ret = NULL;
	const struct guise_sid bad = {.n_subs = GUISE_SID_MAX_SUBS + 1};
	struct guise_filter_options o = {.size = sizeof(o), .flags = 16};

	(void)state;
	assert_int_equal(guise_token_filter(t, &o, &ret), -EINVAL);
	o = (struct guise_filter_options){.size = 4};
	assert_int_equal(guise_token_filter(t, &o, &ret), -EINVAL);
	o = (struct guise_filter_options){.size = sizeof(o), .n_disable = 1};
	assert_int_equal(guise_token_filter(t, &o, &ret), -EINVAL);
	o = (struct guise_filter_options){.size = sizeof(o),
					  .n_restrict_to = 1};
	assert_int_equal(guise_token_filter(t, &o, &ret), -EINVAL);
	o.restrict_to = &bad;
	assert_int_equal(guise_token_filter(t, &o, &ret), GUISE_E_INVALID_SID);
	o = (struct guise_filter_options){
		.size = sizeof(o), .disable = &bad, .n_disable = 1};
	assert_int_equal(guise_token_filter(t, &o, &ret), GUISE_E_INVALID_SID);
	o.n_disable = GUISE_TOKEN_SIDS_MAX + 1;
	assert_int_equal(guise_token_filter(t, &o, &ret), GUISE_E_LIMIT);
	assert_null(ret);
	(void)guise_token_unref(t);
}

static int box(const struct guise_token *token, const char *package,
	       const char *capability, const struct guise_token **ret)
{
	const struct guise_sid sid = sid_of(package);
	const struct guise_sid_and_attributes own = {
		.sid = sid_of(capability), .attributes = GUISE_GROUP_ENABLED};
	const struct guise_lowbox_options options = {
		.size = sizeof(options),
		.package = &sid,
		.capabilities = &own,
		.n_capabilities = 1,
		.number = 5,
		.token_id = 99,
	};

	return guise_token_lowbox(token, &options, ret);
}

static void a_lowbox_token_is_its_package_at_low_integrity(void **state)
{
	const struct guise_token *t = sealed(administrator()), *ret = NULL;
	const struct guise_sid capability = sid_of("S-1-15-3-1");

	(void)state;
	assert_int_equal(box(t, PACKAGE, "S-1-15-3-1", &ret), 0);
	assert_int_equal(guise_token_type(ret), GUISE_TOKEN_PRIMARY);
	assert_int_equal(guise_token_integrity(ret)->sub[0], 0x1000);
	assert_non_null(guise_token_package(ret));
	assert_int_equal(guise_token_package_number(ret), 5);
	assert_true(guise_token_has_capability(ret, &capability));
	assert_false(guise_token_privileges(ret) & BIT(BACKUP));
	assert_true(guise_token_privileges(ret) & BIT(CHANGE_NOTIFY));
	assert_int_equal(guise_token_id(ret), 99);
	(void)guise_token_unref(ret);
	(void)guise_token_unref(t);
}

/* Who is in one cannot be put into another, and does not get out by copying. */
static void there_is_no_way_from_box_to_box(void **state)
{
	const struct guise_token *t = sealed(administrator()), *one = NULL,
				 *two = NULL;

	(void)state;
	assert_int_equal(box(t, PACKAGE, "S-1-15-3-1", &one), 0);
	assert_int_equal(box(one, PACKAGE, "S-1-15-3-1", &two),
			 GUISE_E_INVALID_TOKEN);
	assert_int_equal(
		guise_token_at_level(one, GUISE_LEVEL_DELEGATION, 1, &two), 0);
	assert_non_null(guise_token_package(two));
	(void)guise_token_unref(two);
	(void)guise_token_unref(one);
	(void)guise_token_unref(t);
}

static void boxes_that_make_no_sense_are_refused(void **state)
{
	const struct guise_token *t = sealed(administrator()), *low = NULL,
				 *ret = NULL;

	(void)state;
	assert_int_equal(box(t, "S-1-15-2-1", "S-1-15-3-1", &ret),
			 GUISE_E_INVALID_SID);
	assert_int_equal(box(t, PACKAGE, "BU", &ret), GUISE_E_INVALID_SID);
	assert_int_equal(
		guise_token_at_level(t, GUISE_LEVEL_IDENTIFICATION, 1, &low),
		0);
	assert_int_equal(box(low, PACKAGE, "S-1-15-3-1", &ret),
			 GUISE_E_BAD_LEVEL);
	assert_null(ret);
	(void)guise_token_unref(low);
	(void)guise_token_unref(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(disabled_sids_count_for_denying_only),
		cmocka_unit_test(a_filtered_token_names_its_parent),
		cmocka_unit_test(type_and_level_are_kept),
		cmocka_unit_test(privileges_are_deleted_by_list_or_all_but_one),
		cmocka_unit_test(
			restricting_sids_are_ordinary_groups_and_repeat),
		cmocka_unit_test(a_second_restriction_leaves_what_both_name),
		cmocka_unit_test(a_restriction_to_nothing_is_no_freedom),
		cmocka_unit_test(what_is_restricted_for_all_access_stays_so),
		cmocka_unit_test(a_unix_group_leaves_the_kernels_list),
		cmocka_unit_test(sandbox_inert_is_a_mark),
		cmocka_unit_test(an_administrators_everyday_token_is_a_users),
		cmocka_unit_test(
			elevation_is_the_administrators_where_nothing_was_split),
		cmocka_unit_test(filters_that_make_no_sense_are_refused),
		cmocka_unit_test(
			a_lowbox_token_is_its_package_at_low_integrity),
		cmocka_unit_test(there_is_no_way_from_box_to_box),
		cmocka_unit_test(boxes_that_make_no_sense_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
