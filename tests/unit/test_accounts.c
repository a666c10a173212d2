/* SPDX-License-Identifier: Apache-2.0 */
/* Adding, finding, changing, deleting embedded accounts; ids and names. */
#include "accounts-fixture.h"

#include "accounts.h"

static int add_user_with(struct fixture *f, const char *name, uint32_t uid,
			 uint32_t gid)
{
	struct guise_account_options options = {
		.size = sizeof(options), .unix_id = uid, .primary_gid = gid};

	return guise_accounts_add_user(f->accounts, name, &options);
}

static int add_group_with(struct fixture *f, const char *name, uint32_t gid)
{
	struct guise_account_options options = {.size = sizeof(options),
						.unix_id = gid,
						.primary_gid = GUISE_UID_NONE};

	return guise_accounts_add_group(f->accounts, name, &options);
}

static void sql(struct fixture *f, const char *text)
{
	assert_int_equal(sqlite3_exec(f->accounts->db, text, NULL, NULL, NULL),
			 SQLITE_OK);
}

static void a_new_file_has_the_group_users(void **state)
{
	struct guise_account users = find(*state, "users");

	assert_true(users.is_group);
	assert_int_equal(users.unix_id, 300000);
	assert_int_equal(users.rid, 1000);
}

static void ids_are_given_upwards_from_the_ranges(void **state)
{
	struct fixture *f = *state;
	struct guise_account alice, bob, staff;

	add_user(f, "alice");
	add_user(f, "bob");
	add_group(f, "staff");
	alice = find(f, "alice");
	bob = find(f, "bob");
	staff = find(f, "staff");
	assert_int_equal(alice.unix_id, 200000);
	assert_int_equal(bob.unix_id, 200001);
	assert_int_equal(staff.unix_id, 300001);
	assert_int_equal(alice.primary_gid, 300000);
	assert_int_equal(alice.rid, 1001);
	assert_int_equal(bob.rid, 1002);
	assert_int_equal(staff.rid, 1003);
	assert_false(alice.is_group || alice.locked || alice.has_password);
}

static void the_sid_is_machine_and_rid(void **state)
{
	struct fixture *f = *state;
	struct guise_sid machine, expected;
	struct guise_account alice, by_sid = {0};

	add_user(f, "alice");
	alice = find(f, "alice");
	assert_int_equal(guise_accounts_machine_sid(f->accounts, &machine), 0);
	assert_int_equal(machine.n_subs, 4);
	assert_int_equal(machine.sub[0], 21);
	assert_int_equal(guise_sid_append(&machine, alice.rid, &expected), 0);
	assert_true(guise_sid_equal(&alice.sid, &expected));
	assert_int_equal(
		guise_accounts_find_sid(f->accounts, &expected, &by_sid), 0);
	assert_string_equal(by_sid.name, "alice");
}

static void sids_of_other_machines_are_nobodys(void **state)
{
	struct fixture *f = *state;
	struct guise_account alice, found;
	struct guise_sid sid;

	add_user(f, "alice");
	alice = find(f, "alice");
	sid = alice.sid;
	sid.sub[2] ^= 1;
	assert_int_equal(guise_accounts_find_sid(f->accounts, &sid, &found),
			 GUISE_E_NO_SUCH_ACCOUNT);
	sid = alice.sid;
	sid.sub[4] = 0;
	assert_int_equal(guise_accounts_find_sid(f->accounts, &sid, &found),
			 GUISE_E_NO_SUCH_ACCOUNT);
	sid = alice.sid;
	sid.sub[4] = 0;
	sid.n_subs = 4;
	assert_int_equal(guise_accounts_find_sid(f->accounts, &sid, &found),
			 GUISE_E_NO_SUCH_ACCOUNT);
	sid = alice.sid;
	sid.n_subs = 6;
	assert_int_equal(guise_accounts_find_sid(f->accounts, &sid, &found),
			 GUISE_E_NO_SUCH_ACCOUNT);
}

static void names_ignore_ascii_case(void **state)
{
	struct fixture *f = *state;

	add_user(f, "Alice");
	assert_string_equal(find(f, "aLICE").name, "Alice");
	assert_int_equal(guise_accounts_add_user(f->accounts, "alice", NULL),
			 GUISE_E_ACCOUNT_EXISTS);
	assert_int_equal(guise_accounts_add_group(f->accounts, "ALICE", NULL),
			 GUISE_E_ACCOUNT_EXISTS);
	assert_int_equal(guise_accounts_add_user(f->accounts, "USERS", NULL),
			 GUISE_E_ACCOUNT_EXISTS);
}

static void bad_names_are_refused(void **state)
{
	static const char *const names[] = {
		"",
		" a",
		"a ",
		".a",
		"a.",
		".",
		"..",
		"a/b",
		"a\\b",
		"a\"b",
		"a[b",
		"a]b",
		"a:b",
		"a;b",
		"a|b",
		"a=b",
		"a,b",
		"a+b",
		"a*b",
		"a?b",
		"a<b",
		"a>b",
		"a@b",
		"a\nb",
		"a\tb",
		"a\x7f",
		"a\x01",
		"\xff",
		"a\xc3",
		"\xc0\xaf",	    /* overlong / */
		"\xe0\x80\xaf",	    /* overlong / */
		"\xed\xa0\x80",	    /* surrogate */
		"\xf4\x90\x80\x80", /* above U+10FFFF */
		"\xc2\x80",	    /* C1 control */
		"a\xe2\x80\x8b",    /* zero width space */
		("a\xe2\x80\xae"
		 "b"),		/* right-to-left override */
		"a\xef\xbb\xbf" /* byte order mark */
	};
	struct fixture *f = *state;
	struct guise_account found;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		assert_int_equal(
			guise_accounts_add_user(f->accounts, names[i], NULL),
			-EINVAL);
		assert_int_equal(
			guise_accounts_add_group(f->accounts, names[i], NULL),
			-EINVAL);
		assert_int_equal(
			guise_accounts_find(f->accounts, names[i], &found),
			GUISE_E_NO_SUCH_ACCOUNT);
	}
}

static void good_names_are_kept_as_they_are(void **state)
{
	static const char *const names[] = {
		"a",
		"J\xc3\xb6rg M\xc3\xbcller",
		"\xe5\xb1\xb1\xe7\x94\xb0",
		"1000",
		"o'brien",
		"a-b_c.d",
		"\xf0\x9f\x98\x80",
		"Robert') DROP TABLE principal",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		add_user(f, names[i]);
		assert_string_equal(find(f, names[i]).name, names[i]);
	}
}

static void the_longest_name_fits_and_one_more_does_not(void **state)
{
	struct fixture *f = *state;
	char name[GUISE_USER_NAME_MAX + 2];

	memset(name, 'a', sizeof(name));
	name[GUISE_USER_NAME_MAX + 1] = '\0';
	assert_int_equal(guise_accounts_add_user(f->accounts, name, NULL),
			 -EINVAL);
	name[GUISE_USER_NAME_MAX] = '\0';
	add_user(f, name);
	assert_string_equal(find(f, name).name, name);
}

static void sql_in_a_name_is_only_a_name(void **state)
{
	static const char *const names[] = {
		"x') -- ",
		"x' OR '1'='1",
		"x'; DROP TABLE principal; --x",
		"' UNION SELECT 1",
		"%",
		"_",
		"x%y",
	};
	struct fixture *f = *state;
	struct guise_account found;

	add_user(f, "alice");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		assert_int_equal(
			guise_accounts_find(f->accounts, names[i], &found),
			GUISE_E_NO_SUCH_ACCOUNT);
		assert_int_equal(guise_accounts_delete(f->accounts, names[i]),
				 GUISE_E_NO_SUCH_ACCOUNT);
	}
	add_user(f, "x' OR '1'!'1");
	assert_string_equal(find(f, "x' OR '1'!'1").name, "x' OR '1'!'1");
	assert_string_equal(find(f, "alice").name, "alice");
}

static void ids_with_a_meaning_are_refused(void **state)
{
	static const uint32_t ids[] = {0, 65534, 65535};
	struct fixture *f = *state;
	struct guise_account found;

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		assert_int_equal(
			add_user_with(f, "eve", ids[i], GUISE_UID_NONE),
			-EINVAL);
		assert_int_equal(
			add_user_with(f, "eve", GUISE_UID_NONE, ids[i]),
			-EINVAL);
		assert_int_equal(add_group_with(f, "eve", ids[i]), -EINVAL);
	}
	assert_int_equal(guise_accounts_find(f->accounts, "eve", &found),
			 GUISE_E_NO_SUCH_ACCOUNT);
}

static void options_of_zeros_make_no_account(void **state)
{
	struct fixture *f = *state;
	struct guise_account_options zero = {0};

	assert_int_equal(guise_accounts_add_user(f->accounts, "eve", &zero),
			 -EINVAL);
	zero.size = sizeof(zero);
	assert_int_equal(guise_accounts_add_user(f->accounts, "eve", &zero),
			 -EINVAL);
}

static void a_wanted_id_is_given_once(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(add_user_with(f, "alice", 1000, 100), 0);
	assert_int_equal(find(f, "alice").unix_id, 1000);
	assert_int_equal(find(f, "alice").primary_gid, 100);
	assert_int_equal(add_user_with(f, "bob", 1000, 100),
			 GUISE_E_ACCOUNT_EXISTS);
	/* uids and gids are different things */
	assert_int_equal(add_group_with(f, "staff", 1000), 0);
	assert_int_equal(add_user_with(f, "max", UINT32_MAX - 1, 100), 0);
	assert_int_equal(find(f, "max").unix_id, UINT32_MAX - 1);
}

static void taken_ids_are_stepped_over(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(add_user_with(f, "a", 200000, GUISE_UID_NONE), 0);
	assert_int_equal(add_user_with(f, "b", 200001, GUISE_UID_NONE), 0);
	add_user(f, "c");
	assert_int_equal(find(f, "c").unix_id, 200002);
}

static void neither_rid_nor_id_of_the_deleted_comes_back(void **state)
{
	struct fixture *f = *state;
	struct guise_account before, after;

	add_user(f, "alice");
	assert_int_equal(add_user_with(f, "byhand", 200001, GUISE_UID_NONE), 0);
	before = find(f, "byhand");
	assert_int_equal(guise_accounts_delete(f->accounts, "alice"), 0);
	assert_int_equal(guise_accounts_delete(f->accounts, "byhand"), 0);
	fixture_reopen(f, 0);
	add_user(f, "alice");
	after = find(f, "alice");
	assert_int_equal(after.unix_id, 200002);
	assert_true(after.rid > before.rid);
}

static void a_used_up_range_is_an_error_and_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct guise_account found;

	sql(f, "UPDATE setting SET value = 200001 WHERE name = 'uid_max'");
	add_user(f, "a");
	add_user(f, "b");
	assert_int_equal(guise_accounts_add_user(f->accounts, "c", NULL),
			 GUISE_E_LIMIT);
	assert_int_equal(guise_accounts_find(f->accounts, "c", &found),
			 GUISE_E_NO_SUCH_ACCOUNT);
	assert_int_equal(guise_accounts_delete(f->accounts, "a"), 0);
	assert_int_equal(guise_accounts_add_user(f->accounts, "c", NULL),
			 GUISE_E_LIMIT);
	/* by hand there is room */
	assert_int_equal(add_user_with(f, "c", 4711, GUISE_UID_NONE), 0);
}

static void a_range_never_yields_an_id_with_a_meaning(void **state)
{
	struct fixture *f = *state;

	sql(f, "UPDATE setting SET value = 65533 WHERE name IN"
	       " ('uid_min', 'uid_next')");
	add_user(f, "a");
	add_user(f, "b");
	assert_int_equal(find(f, "a").unix_id, 65533);
	assert_int_equal(find(f, "b").unix_id, 65536);
	sql(f, "UPDATE setting SET value = 4294967295 WHERE name IN"
	       " ('uid_next', 'uid_max')");
	assert_int_equal(guise_accounts_add_user(f->accounts, "c", NULL),
			 GUISE_E_LIMIT);
}

static void privileges_are_kept_and_unknown_ones_refused(void **state)
{
	struct fixture *f = *state;
	const uint64_t backup = GUISE_PRIVILEGE_BIT(GUISE_SE_BACKUP);
	struct guise_account_options options = {
		.size = sizeof(options),
		.unix_id = GUISE_UID_NONE,
		.primary_gid = GUISE_UID_NONE,
		.privileges = UINT64_C(1) << 63,
	};

	add_user(f, "alice");
	assert_int_equal(
		guise_accounts_set_privileges(f->accounts, "alice", backup), 0);
	assert_int_equal(find(f, "alice").privileges, backup);
	assert_int_equal(guise_accounts_set_privileges(f->accounts, "alice", 1),
			 -EINVAL);
	assert_int_equal(find(f, "alice").privileges, backup);
	assert_int_equal(guise_accounts_add_user(f->accounts, "eve", &options),
			 -EINVAL);
	assert_int_equal(
		guise_accounts_set_privileges(f->accounts, "nobody", backup),
		GUISE_E_NO_SUCH_ACCOUNT);
}

static void changes_of_nobody_fail(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(guise_accounts_delete(f->accounts, "x"),
			 GUISE_E_NO_SUCH_ACCOUNT);
	assert_int_equal(guise_accounts_set_locked(f->accounts, "x", true),
			 GUISE_E_NO_SUCH_ACCOUNT);
	assert_int_equal(
		guise_accounts_set_password(f->accounts, "x", "secret", 6),
		GUISE_E_NO_SUCH_ACCOUNT);
	/* groups have neither */
	assert_int_equal(guise_accounts_set_locked(f->accounts, "users", true),
			 GUISE_E_NO_SUCH_ACCOUNT);
	assert_int_equal(
		guise_accounts_set_password(f->accounts, "users", "secret", 6),
		GUISE_E_NO_SUCH_ACCOUNT);
}

static void a_primary_group_cannot_be_deleted(void **state)
{
	struct fixture *f = *state;
	uint32_t gid;

	assert_int_equal(guise_accounts_delete(f->accounts, "users"), -EBUSY);
	add_group(f, "staff");
	gid = find(f, "staff").unix_id;
	assert_int_equal(add_user_with(f, "alice", GUISE_UID_NONE, gid), 0);
	assert_int_equal(guise_accounts_delete(f->accounts, "staff"), -EBUSY);
	assert_int_equal(guise_accounts_delete(f->accounts, "alice"), 0);
	assert_int_equal(guise_accounts_delete(f->accounts, "staff"), 0);
}

struct names {
	char text[100];
	size_t size;
};

static int collect(void *context, const struct guise_account *account)
{
	struct names *names = context;
	size_t size = strlen(account->name);

	assert_true(names->size + size + 2 <= sizeof(names->text));
	memcpy(names->text + names->size, account->name, size);
	names->text[names->size + size] = ' ';
	names->size += size + 1;
	return 0;
}

static int stop(void *context, const struct guise_account *account)
{
	(void)account;
	++*(int *)context;
	return -ECANCELED;
}

static void the_list_has_users_first_by_name(void **state)
{
	struct fixture *f = *state;
	struct names names = {0};
	int calls = 0;

	add_group(f, "admins");
	add_user(f, "zoe");
	add_user(f, "Bob");
	add_user(f, "alice");
	assert_int_equal(guise_accounts_list(f->accounts, collect, &names), 0);
	assert_string_equal(names.text, "alice Bob zoe admins users ");
	assert_int_equal(guise_accounts_list(f->accounts, stop, &calls),
			 -ECANCELED);
	assert_int_equal(calls, 1);
}

static void a_read_only_connection_changes_nothing(void **state)
{
	struct fixture *f = *state;

	add_user(f, "alice");
	fixture_reopen(f, GUISE_ACCOUNTS_READ_ONLY);
	assert_int_equal(guise_accounts_add_user(f->accounts, "bob", NULL),
			 -EROFS);
	assert_int_equal(guise_accounts_delete(f->accounts, "alice"), -EROFS);
	assert_int_equal(guise_accounts_set_locked(f->accounts, "alice", true),
			 -EROFS);
	assert_false(find(f, "alice").locked);
}

static void rows_a_stranger_wrote_become_no_account(void **state)
{
	static const char *const changes[] = {
		"UPDATE principal SET unix_id = 0 WHERE name = 'alice'",
		"UPDATE principal SET primary_gid = 0 WHERE name = 'alice'",
		"UPDATE principal SET kind = 7 WHERE name = 'alice'",
		"UPDATE principal SET privileges = 1 WHERE name = 'alice'",
		"UPDATE principal SET rid = 500 WHERE name = 'alice'",
		"UPDATE principal SET unix_id = -1 WHERE name = 'alice'",
	};
	struct fixture *f = *state;
	const struct guise_token *token = NULL;
	struct guise_account found;

	add_user(f, "alice");
	sql(f, "PRAGMA ignore_check_constraints = ON");
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		sql(f, "SAVEPOINT clean");
		sql(f, changes[i]);
		assert_int_equal(
			guise_accounts_find(f->accounts, "alice", &found),
			-EBADMSG);
		assert_int_equal(
			guise_accounts_token(f->accounts, "alice", 1, &token),
			-EBADMSG);
		assert_null(token);
		sql(f, "ROLLBACK TO clean; RELEASE clean");
	}
	assert_string_equal(find(f, "alice").name, "alice");
}

static void null_arguments_are_refused(void **state)
{
	struct fixture *f = *state;
	struct guise_account found;

	assert_int_equal(guise_accounts_add_user(NULL, "a", NULL), -EINVAL);
	assert_int_equal(guise_accounts_add_user(f->accounts, NULL, NULL),
			 -EINVAL);
	assert_int_equal(guise_accounts_find(f->accounts, NULL, &found),
			 -EINVAL);
	assert_int_equal(guise_accounts_find(f->accounts, "a", NULL), -EINVAL);
	assert_int_equal(guise_accounts_find_sid(f->accounts, NULL, &found),
			 -EINVAL);
	assert_int_equal(guise_accounts_list(f->accounts, NULL, NULL), -EINVAL);
	assert_int_equal(guise_accounts_delete(f->accounts, NULL), -EINVAL);
	assert_null(guise_accounts_close(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		account_test(a_new_file_has_the_group_users),
		account_test(ids_are_given_upwards_from_the_ranges),
		account_test(the_sid_is_machine_and_rid),
		account_test(sids_of_other_machines_are_nobodys),
		account_test(names_ignore_ascii_case),
		account_test(bad_names_are_refused),
		account_test(good_names_are_kept_as_they_are),
		account_test(the_longest_name_fits_and_one_more_does_not),
		account_test(sql_in_a_name_is_only_a_name),
		account_test(ids_with_a_meaning_are_refused),
		account_test(options_of_zeros_make_no_account),
		account_test(a_wanted_id_is_given_once),
		account_test(taken_ids_are_stepped_over),
		account_test(neither_rid_nor_id_of_the_deleted_comes_back),
		account_test(a_used_up_range_is_an_error_and_changes_nothing),
		account_test(a_range_never_yields_an_id_with_a_meaning),
		account_test(privileges_are_kept_and_unknown_ones_refused),
		account_test(changes_of_nobody_fail),
		account_test(a_primary_group_cannot_be_deleted),
		account_test(the_list_has_users_first_by_name),
		account_test(a_read_only_connection_changes_nothing),
		account_test(rows_a_stranger_wrote_become_no_account),
		account_test(null_arguments_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
