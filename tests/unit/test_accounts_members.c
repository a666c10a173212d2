/* SPDX-License-Identifier: Apache-2.0 */
/* Groups, groups within groups, and what a token makes of them. */
#include "accounts-fixture.h"

#include "accounts.h"

static bool token_has(const struct guise_token *token,
		      const struct guise_sid *sid)
{
	return guise_token_is_member(token, sid);
}

static bool unix_has(const struct guise_token *token, uint32_t gid)
{
	const struct guise_unix_identity *id = guise_token_unix(token);

	for (size_t i = 0; i < id->n_groups; i++) {
		if (id->groups[i] == gid)
			return true;
	}
	return false;
}

static const struct guise_token *token_of(struct fixture *f, const char *name)
{
	const struct guise_token *token = NULL;

	assert_int_equal(guise_accounts_token(f->accounts, name, 77, &token),
			 0);
	return token;
}

/* group-0 holds group-1 holds ... group-(n-1) */
static void make_chain(struct fixture *f, unsigned n)
{
	char outer[32], inner[32];

	for (unsigned i = 0; i < n; i++) {
		(void)snprintf(inner, sizeof(inner), "group-%u", i);
		add_group(f, inner);
		if (i) {
			(void)snprintf(outer, sizeof(outer), "group-%u", i - 1);
			add_member(f, outer, inner);
		}
	}
}

static void membership_is_transitive_in_the_token(void **state)
{
	struct fixture *f = *state;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_account outer, other;
	struct guise_sid unix_outer;

	make_chain(f, 3);
	add_group(f, "other");
	add_user(f, "alice");
	add_member(f, "group-2", "alice");
	token = token_of(f, "alice");
	outer = find(f, "group-0");
	other = find(f, "other");
	unix_outer = guise_sid_of_gid(outer.unix_id);
	assert_true(token_has(token, &outer.sid));
	assert_true(token_has(token, &unix_outer));
	assert_true(unix_has(token, outer.unix_id));
	assert_false(token_has(token, &other.sid));
	assert_false(unix_has(token, other.unix_id));
}

static void the_token_has_its_standing_groups(void **state)
{
	static const unsigned always[] = {
		GUISE_SID_WORLD, GUISE_SID_AUTHENTICATED_USER,
		GUISE_SID_NETWORK, GUISE_SID_BUILTIN_USERS};
	static const unsigned never[] = {
		GUISE_SID_BUILTIN_ADMINISTRATORS, GUISE_SID_LOCAL_SYSTEM,
		GUISE_SID_ANONYMOUS, GUISE_SID_INTERACTIVE};
	struct fixture *f = *state;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	const struct guise_unix_identity *id;
	struct guise_account alice;
	struct guise_sid sid;

	add_user(f, "alice");
	alice = find(f, "alice");
	token = token_of(f, "Alice");
	for (size_t i = 0; i < ARRAY_SIZE(always); i++) {
		assert_int_equal(guise_sid_well_known(always[i], NULL, &sid),
				 0);
		assert_true(token_has(token, &sid));
	}
	for (size_t i = 0; i < ARRAY_SIZE(never); i++) {
		assert_int_equal(guise_sid_well_known(never[i], NULL, &sid), 0);
		assert_false(token_has(token, &sid));
	}
	sid = guise_sid_of_uid(alice.unix_id);
	assert_true(token_has(token, &sid));
	assert_true(guise_sid_equal(&guise_token_user(token)->sid, &alice.sid));
	assert_true(guise_sid_equal(guise_token_owner(token), &alice.sid));
	sid = find(f, "users").sid;
	assert_true(guise_sid_equal(guise_token_primary_group(token), &sid));
	id = guise_token_unix(token);
	assert_int_equal(id->uid, alice.unix_id);
	assert_int_equal(id->gid, alice.primary_gid);
	assert_int_equal(id->capabilities, 0);
	assert_int_equal(guise_token_type(token), GUISE_TOKEN_PRIMARY);
	assert_int_equal(guise_token_authentication_id(token), 77);
	assert_true(guise_token_id(token) != 0);
	assert_string_equal(guise_token_name(token), "alice");
	assert_int_equal(guise_token_privileges_enabled(token),
			 GUISE_PRIVILEGE_BIT(GUISE_SE_CHANGE_NOTIFY));
	assert_int_equal(
		guise_sid_well_known(GUISE_SID_MEDIUM_LABEL, NULL, &sid), 0);
	assert_true(guise_sid_equal(guise_token_integrity(token), &sid));
	assert_non_null(guise_token_default_dacl(token));
}

static void privileges_come_from_all_groups(void **state)
{
	struct fixture *f = *state;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	const uint64_t backup = GUISE_PRIVILEGE_BIT(GUISE_SE_BACKUP);
	const uint64_t restore = GUISE_PRIVILEGE_BIT(GUISE_SE_RESTORE);
	const uint64_t debug = GUISE_PRIVILEGE_BIT(GUISE_SE_DEBUG);

	make_chain(f, 2);
	add_group(f, "other");
	add_user(f, "alice");
	add_member(f, "group-1", "alice");
	assert_int_equal(
		guise_accounts_set_privileges(f->accounts, "alice", backup), 0);
	assert_int_equal(
		guise_accounts_set_privileges(f->accounts, "group-0", restore),
		0);
	assert_int_equal(
		guise_accounts_set_privileges(f->accounts, "other", debug), 0);
	token = token_of(f, "alice");
	assert_int_equal(guise_token_privileges_enabled(token),
			 backup | restore |
				 GUISE_PRIVILEGE_BIT(GUISE_SE_CHANGE_NOTIFY));
}

static void a_foreign_primary_gid_stays_a_unix_group(void **state)
{
	struct fixture *f = *state;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_account_options options = {.size = sizeof(options),
						.unix_id = GUISE_UID_NONE,
						.primary_gid = 100};
	struct guise_sid gid = guise_sid_of_gid(100), users;

	assert_int_equal(
		guise_accounts_add_user(f->accounts, "alice", &options), 0);
	token = token_of(f, "alice");
	users = find(f, "users").sid;
	assert_true(guise_sid_equal(guise_token_primary_group(token), &gid));
	assert_false(token_has(token, &users));
	assert_int_equal(guise_token_unix(token)->n_groups, 0);
}

static void cycles_are_refused(void **state)
{
	struct fixture *f = *state;

	make_chain(f, 4);
	assert_int_equal(
		guise_accounts_add_member(f->accounts, "group-0", "group-0"),
		-EINVAL);
	assert_int_equal(
		guise_accounts_add_member(f->accounts, "group-1", "group-0"),
		-EINVAL);
	assert_int_equal(
		guise_accounts_add_member(f->accounts, "group-3", "group-0"),
		-EINVAL);
	/* a diamond is no cycle */
	add_group(f, "side");
	add_member(f, "group-0", "side");
	add_member(f, "side", "group-3");
}

static void nesting_ends_at_its_limit(void **state)
{
	struct fixture *f = *state;

	make_chain(f, GUISE_ACCOUNTS_NESTING_MAX);
	add_group(f, "deeper");
	add_group(f, "above");
	add_user(f, "alice");
	assert_int_equal(
		guise_accounts_add_member(f->accounts, "group-15", "deeper"),
		GUISE_E_LIMIT);
	assert_int_equal(
		guise_accounts_add_member(f->accounts, "above", "group-0"),
		GUISE_E_LIMIT);
	/* users are no level of their own */
	add_member(f, "group-15", "alice");
	add_member(f, "group-14", "deeper");
}

static void two_short_chains_do_not_make_a_long_one(void **state)
{
	struct fixture *f = *state;
	char name[32], inner[32];

	make_chain(f, 10);
	for (unsigned i = 0; i < 10; i++) {
		(void)snprintf(name, sizeof(name), "other-%u", i);
		add_group(f, name);
		if (i) {
			(void)snprintf(inner, sizeof(inner), "other-%u", i - 1);
			add_member(f, inner, name);
		}
	}
	assert_int_equal(
		guise_accounts_add_member(f->accounts, "group-9", "other-0"),
		GUISE_E_LIMIT);
	add_member(f, "group-9", "other-4");
}

static void only_groups_have_members_and_only_accounts_are(void **state)
{
	struct fixture *f = *state;

	add_user(f, "alice");
	add_user(f, "bob");
	assert_int_equal(guise_accounts_add_member(f->accounts, "alice", "bob"),
			 GUISE_E_NO_SUCH_ACCOUNT);
	assert_int_equal(guise_accounts_add_member(f->accounts, "no", "bob"),
			 GUISE_E_NO_SUCH_ACCOUNT);
	assert_int_equal(guise_accounts_add_member(f->accounts, "users", "no"),
			 GUISE_E_NO_SUCH_ACCOUNT);
}

static int count(void *context, const struct guise_account *account)
{
	(void)account;
	++*(int *)context;
	return 0;
}

static int count_members(struct fixture *f, const char *group)
{
	int n = 0;

	assert_int_equal(guise_accounts_members(f->accounts, group, count, &n),
			 0);
	return n;
}

static void members_come_and_go(void **state)
{
	struct fixture *f = *state;

	add_user(f, "alice");
	add_group(f, "staff");
	add_member(f, "staff", "alice");
	assert_int_equal(
		guise_accounts_add_member(f->accounts, "staff", "ALICE"),
		GUISE_E_ACCOUNT_EXISTS);
	assert_int_equal(count_members(f, "staff"), 1);
	assert_int_equal(
		guise_accounts_remove_member(f->accounts, "staff", "alice"), 0);
	assert_int_equal(
		guise_accounts_remove_member(f->accounts, "staff", "alice"),
		GUISE_E_NO_SUCH_ACCOUNT);
	assert_int_equal(count_members(f, "staff"), 0);
	assert_int_equal(
		guise_accounts_members(f->accounts, "alice", count, &(int){0}),
		GUISE_E_NO_SUCH_ACCOUNT);
}

static void deleting_ends_memberships_on_both_sides(void **state)
{
	struct fixture *f = *state;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	uint32_t outer_gid;

	make_chain(f, 3);
	add_user(f, "alice");
	add_member(f, "group-2", "alice");
	outer_gid = find(f, "group-0").unix_id;
	assert_int_equal(guise_accounts_delete(f->accounts, "group-1"), 0);
	token = token_of(f, "alice");
	assert_false(unix_has(token, outer_gid));
	assert_int_equal(guise_accounts_delete(f->accounts, "alice"), 0);
	assert_int_equal(count_members(f, "group-2"), 0);
	/* a new alice is not the old one */
	add_user(f, "alice");
	assert_int_equal(count_members(f, "group-2"), 0);
}

static void a_cycle_written_by_a_stranger_still_ends(void **state)
{
	struct fixture *f = *state;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_sid outer;

	make_chain(f, 2);
	add_user(f, "alice");
	add_member(f, "group-1", "alice");
	assert_int_equal(sqlite3_exec(f->accounts->db,
				      "INSERT INTO member SELECT b.rid, a.rid"
				      " FROM principal a, principal b"
				      " WHERE a.name = 'group-0'"
				      " AND b.name = 'group-1'",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	token = token_of(f, "alice");
	outer = find(f, "group-0").sid;
	assert_true(token_has(token, &outer));
	assert_int_equal(
		guise_accounts_add_member(f->accounts, "group-0", "alice"),
		GUISE_E_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		account_test(membership_is_transitive_in_the_token),
		account_test(the_token_has_its_standing_groups),
		account_test(privileges_come_from_all_groups),
		account_test(a_foreign_primary_gid_stays_a_unix_group),
		account_test(cycles_are_refused),
		account_test(nesting_ends_at_its_limit),
		account_test(two_short_chains_do_not_make_a_long_one),
		account_test(only_groups_have_members_and_only_accounts_are),
		account_test(members_come_and_go),
		account_test(deleting_ends_memberships_on_both_sides),
		account_test(a_cycle_written_by_a_stranger_still_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
