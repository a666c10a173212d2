/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passwords of embedded accounts. crypt_ra() is wrapped by the linker, so that
 * the tests count the computations instead of trusting the clock; the clock
 * gets a loose bound besides.
 */
#include <crypt.h>
#include <time.h>

#include "accounts-fixture.h"

#include "accounts.h"

static unsigned n_crypts;

char *__real_crypt_ra(const char *phrase, const char *setting, void **data,
		      int *size);
char *__wrap_crypt_ra(const char *phrase, const char *setting, void **data,
		      int *size);

char *__wrap_crypt_ra(const char *phrase, const char *setting, void **data,
		      int *size)
{
	/* cost parameters of one and the same kind */
	assert_int_equal(strncmp(setting, "$y$j9T$", 7), 0);
	n_crypts++;
	return __real_crypt_ra(phrase, setting, data, size);
}

static int logon_setup(void **state)
{
	struct fixture *f;
	int r = fixture_setup(state);

	if (r < 0)
		return r;
	f = *state;
	add_user(f, "alice");
	add_user(f, "locked");
	add_user(f, "empty");
	assert_int_equal(
		guise_accounts_set_password(f->accounts, "alice", "secret", 6),
		0);
	assert_int_equal(
		guise_accounts_set_password(f->accounts, "locked", "secret", 6),
		0);
	assert_int_equal(guise_accounts_set_locked(f->accounts, "locked", true),
			 0);
	return 0;
}

static int logon(struct fixture *f, const char *name, const char *password,
		 size_t size)
{
	const struct guise_token *token = NULL;
	int r = guise_accounts_logon(f->accounts, name, password, size, 5,
				     &token);

	assert_true((r == 0) == (token != NULL));
	(void)guise_token_unref(token);
	return r;
}

static void the_right_password_gives_the_token(void **state)
{
	struct fixture *f = *state;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_sid alice = find(f, "alice").sid;

	assert_true(find(f, "alice").has_password);
	assert_int_equal(guise_accounts_logon(f->accounts, "ALICE", "secret", 6,
					      5, &token),
			 0);
	assert_true(guise_sid_equal(&guise_token_user(token)->sid, &alice));
	assert_int_equal(guise_token_authentication_id(token), 5);
}

/* Refusals: name, password. Each after exactly one yescrypt. */
struct refusal {
	const char *name, *password;
	size_t size;
};

static char too_long[GUISE_PASSWORD_MAX + 2];
static char long_name[GUISE_USER_NAME_MAX + 2];

static const struct refusal refusals[] = {
	{"alice", "wrong", 5},	    {"alice", "Secret", 6},
	{"alice", "secret ", 7},    {"alice", "secre", 5},
	{"alice", "", 0},	    {"alice", "secret\0", 7},
	{"alice", "secret\0x", 8},  {"alice", "\0secret", 7},
	{"alice", "*", 1},	    {"alice", too_long, sizeof(too_long) - 1},
	{"unknown", "secret", 6},   {"", "secret", 6},
	{"a/b", "secret", 6},	    {"alice ", "secret", 6},
	{"alice' --", "secret", 6}, {"200000", "secret", 6},
	{long_name, "secret", 6},   {"users", "secret", 6},
	{"users", "", 0},	    {"locked", "secret", 6},
	{"locked", "wrong", 5},	    {"empty", "secret", 6},
	{"empty", "", 0},	    {"empty", "*", 1},
};

static void every_refusal_is_one_answer_after_one_yescrypt(void **state)
{
	struct fixture *f = *state;

	memset(too_long, 'a', sizeof(too_long) - 1);
	memset(long_name, 'a', sizeof(long_name) - 1);
	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		const struct refusal *refusal = &refusals[i];

		n_crypts = 0;
		assert_int_equal(logon(f, refusal->name, refusal->password,
				       refusal->size),
				 GUISE_E_LOGON_FAILURE);
		assert_int_equal(n_crypts, 1);
	}
	n_crypts = 0;
	assert_int_equal(logon(f, "alice", "secret", 6), 0);
	assert_int_equal(n_crypts, 1);
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* CPU time of this thread: other work on the machine does not count. */
static double seconds_of(struct fixture *f, const char *name,
			 const char *password)
{
	struct timespec a, b;

	assert_int_equal(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &a), 0);
	assert_int_equal(logon(f, name, password, strlen(password)),
			 GUISE_E_LOGON_FAILURE);
	assert_int_equal(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &b), 0);
	return (double)(b.tv_sec - a.tv_sec) +
	       (double)(b.tv_nsec - a.tv_nsec) / 1e9;
}

/* Case by case in turn, so that a machine that slows down slows all alike. */
static void refusals_take_the_same_time(void **state)
{
	static const char *const cases[][2] = {{"alice", "wrong"},
					       {"unknown", "secret"},
					       {"locked", "secret"},
					       {"empty", "secret"}};
	double runs[ARRAY_SIZE(cases)][9];
	double min = 1e9, max = 0;

	for (size_t n = 0; n < ARRAY_SIZE(runs[0]); n++) {
		for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
			runs[i][n] =
				seconds_of(*state, cases[i][0], cases[i][1]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		double median;

		qsort(runs[i], ARRAY_SIZE(runs[i]), sizeof(runs[i][0]),
		      compare_doubles);
		median = runs[i][ARRAY_SIZE(runs[i]) / 2];
		min = median < min ? median : min;
		max = median > max ? median : max;
		print_message("%s/%s: %.3f ms\n", cases[i][0], cases[i][1],
			      median * 1e3);
	}
	print_message("spread of the medians: %.1f%%\n", (max / min - 1) * 100);
	/* a missing or second yescrypt would be a factor of 2 and more */
	assert_true(max < min * 1.5);
}

static void a_changed_password_replaces_the_old_one(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(
		guise_accounts_set_password(f->accounts, "alice", "new", 3), 0);
	assert_int_equal(logon(f, "alice", "secret", 6), GUISE_E_LOGON_FAILURE);
	assert_int_equal(logon(f, "alice", "new", 3), 0);
	assert_int_equal(
		guise_accounts_set_password(f->accounts, "alice", NULL, 0), 0);
	assert_false(find(f, "alice").has_password);
	assert_int_equal(logon(f, "alice", "new", 3), GUISE_E_LOGON_FAILURE);
}

static void unlocking_lets_the_user_in_again(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(
		guise_accounts_set_locked(f->accounts, "locked", false), 0);
	assert_int_equal(logon(f, "locked", "secret", 6), 0);
}

static void passwords_that_could_not_be_checked_are_not_set(void **state)
{
	struct fixture *f = *state;

	memset(too_long, 'a', sizeof(too_long) - 1);
	assert_int_equal(
		guise_accounts_set_password(f->accounts, "alice", "", 0),
		-EINVAL);
	assert_int_equal(
		guise_accounts_set_password(f->accounts, "alice", "a\0b", 3),
		-EINVAL);
	assert_int_equal(guise_accounts_set_password(f->accounts, "alice",
						     too_long,
						     sizeof(too_long) - 1),
			 -EINVAL);
	assert_int_equal(logon(f, "alice", "secret", 6), 0);
	/* the longest, and bytes that are no text, can be */
	assert_int_equal(guise_accounts_set_password(f->accounts, "alice",
						     too_long,
						     GUISE_PASSWORD_MAX),
			 0);
	assert_int_equal(logon(f, "alice", too_long, GUISE_PASSWORD_MAX), 0);
	assert_int_equal(logon(f, "alice", too_long, GUISE_PASSWORD_MAX - 1),
			 GUISE_E_LOGON_FAILURE);
	assert_int_equal(guise_accounts_set_password(f->accounts, "alice",
						     "\xff\x01", 2),
			 0);
	assert_int_equal(logon(f, "alice", "\xff\x01", 2), 0);
}

static void equal_passwords_have_different_hashes(void **state)
{
	struct fixture *f = *state;
	sqlite3_stmt *stmt = NULL;

	assert_int_equal(
		sqlite3_prepare_v2(f->accounts->db,
				   "SELECT count(DISTINCT hash), min(hash)"
				   " FROM principal WHERE hash NOT NULL",
				   -1, &stmt, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int(stmt, 0), 2);
	assert_int_equal(
		strncmp((const char *)sqlite3_column_text(stmt, 1), "$y$", 3),
		0);
	(void)sqlite3_finalize(stmt);
}

static void hashes_of_another_kind_let_nobody_in(void **state)
{
	/* what failed crypt calls return, and things that are no hash */
	static const char *const hashes[] = {
		"",
		"*",
		"*0",
		"*1",
		"!",
		"x",
		"secret",
		"$1$salt$ez2vlPGdaLYkJam5pWs/Y1", /* MD5 of "secret" */

	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(hashes); i++) {
		char sql[200];

		(void)snprintf(sql, sizeof(sql),
			       "UPDATE principal SET hash = '%s'"
			       " WHERE name = 'alice'",
			       hashes[i]);
		assert_int_equal(
			sqlite3_exec(f->accounts->db, sql, NULL, NULL, NULL),
			SQLITE_OK);
		assert_int_equal(logon(f, "alice", "secret", 6),
				 GUISE_E_LOGON_FAILURE);
		assert_int_equal(
			logon(f, "alice", hashes[i], strlen(hashes[i])),
			GUISE_E_LOGON_FAILURE);
	}
}

static void a_locked_account_has_no_token_either(void **state)
{
	struct fixture *f = *state;
	const struct guise_token *token = NULL;

	assert_int_equal(guise_accounts_token(f->accounts, "locked", 1, &token),
			 GUISE_E_LOGON_FAILURE);
	assert_int_equal(guise_accounts_token(f->accounts, "no", 1, &token),
			 GUISE_E_NO_SUCH_ACCOUNT);
	assert_int_equal(guise_accounts_token(f->accounts, "users", 1, &token),
			 GUISE_E_NO_SUCH_ACCOUNT);
	assert_null(token);
}

#define logon_test(name)                                                       \
	cmocka_unit_test_setup_teardown(name, logon_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		logon_test(the_right_password_gives_the_token),
		logon_test(every_refusal_is_one_answer_after_one_yescrypt),
		logon_test(refusals_take_the_same_time),
		logon_test(a_changed_password_replaces_the_old_one),
		logon_test(unlocking_lets_the_user_in_again),
		logon_test(passwords_that_could_not_be_checked_are_not_set),
		logon_test(equal_passwords_have_different_hashes),
		logon_test(hashes_of_another_kind_let_nobody_in),
		logon_test(a_locked_account_has_no_token_either),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
