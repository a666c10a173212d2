/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever the name service switch answers. Its functions are wrapped by the
 * linker and give each odd combination in turn (CVE-2012-3292: success without
 * an entry).
 */
#include <grp.h>
#include <pwd.h>
#include <stdio.h>

#include "cmocka-wrap.h"

#include <guise/logon.h>

#include "base.h"

static struct {
	int error;	   /* what getpwnam_r returns */
	bool has_result;   /* *result is set */
	bool other_result; /* ... to somebody else's struct */
	const char *name;  /* pw_name */
	uint32_t uid, gid;
	size_t wants_size; /* ERANGE below it */
	int n_groups;
	uint32_t last_group;
	bool groups_lie;      /* says the same needed size forever */
	bool groups_overflow; /* succeeds without the room */
	unsigned n_calls;
} nss;

static void nss_reset(void)
{
	memset(&nss, 0, sizeof(nss));
	nss.has_result = true;
	nss.name = "alice";
	nss.uid = 1000;
	nss.gid = 100;
	nss.n_groups = 1;
	nss.last_group = 100;
}

static int answer(struct passwd *pw, char *buffer, size_t size,
		  struct passwd **result)
{
	static struct passwd other;

	nss.n_calls++;
	if (size < nss.wants_size)
		return ERANGE;
	pw->pw_uid = nss.uid;
	pw->pw_gid = nss.gid;
	pw->pw_name = NULL;
	if (nss.name) {
		(void)snprintf(buffer, size, "%s", nss.name);
		pw->pw_name = buffer;
	}
	*result = !nss.has_result ? NULL : nss.other_result ? &other : pw;
	return nss.error;
}

int __wrap_getpwnam_r(const char *name, struct passwd *pw, char *buffer,
		      size_t size, struct passwd **result);
int __wrap_getpwuid_r(uid_t uid, struct passwd *pw, char *buffer, size_t size,
		      struct passwd **result);
int __wrap_getgrouplist(const char *user, gid_t group, gid_t *groups, int *n);

int __wrap_getpwnam_r(const char *name, struct passwd *pw, char *buffer,
		      size_t size, struct passwd **result)
{
	(void)name;
	return answer(pw, buffer, size, result);
}

int __wrap_getpwuid_r(uid_t uid, struct passwd *pw, char *buffer, size_t size,
		      struct passwd **result)
{
	(void)uid;
	return answer(pw, buffer, size, result);
}

int __wrap_getgrouplist(const char *user, gid_t group, gid_t *groups, int *n)
{
	int room = *n;

	(void)user;
	assert_int_equal(group, nss.gid);
	if (nss.groups_lie)
		return -1;
	*n = nss.n_groups;
	for (int i = 0; i < nss.n_groups && i < room; i++)
		groups[i] = i + 1 == nss.n_groups ? nss.last_group
						  : 1000 + (uint32_t)i;
	if (nss.groups_overflow)
		return nss.n_groups;
	return nss.n_groups > room ? -1 : nss.n_groups;
}

static int lookup(const char *name)
{
	const struct guise_token *token = NULL;
	int r = guise_system_token(name, 1, &token);

	assert_true((r == 0) == (token != NULL));
	(void)guise_token_unref(token);
	return r;
}

static int lookup_uid(uint32_t uid)
{
	const struct guise_token *token = NULL;
	int r = guise_system_token_of_uid(uid, 1, &token);

	assert_true((r == 0) == (token != NULL));
	(void)guise_token_unref(token);
	return r;
}

static void an_entry_becomes_a_token(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_sid user = guise_sid_of_uid(1000);
	struct guise_sid group = guise_sid_of_gid(100);

	(void)state;
	nss_reset();
	assert_int_equal(guise_system_token("alice", 9, &token), 0);
	assert_true(guise_sid_equal(&guise_token_user(token)->sid, &user));
	assert_true(guise_sid_equal(guise_token_primary_group(token), &group));
	assert_int_equal(guise_token_unix(token)->uid, 1000);
	assert_int_equal(guise_token_unix(token)->gid, 100);
	assert_int_equal(guise_token_authentication_id(token), 9);
	assert_string_equal(guise_token_name(token), "alice");
}

static void success_without_an_entry_is_nobody(void **state)
{
	(void)state;
	nss_reset();
	nss.has_result = false;
	assert_int_equal(lookup("alice"), GUISE_E_NO_SUCH_ACCOUNT);
	assert_int_equal(lookup_uid(1000), GUISE_E_NO_SUCH_ACCOUNT);
}

static void an_entry_that_is_not_ours_is_nobody(void **state)
{
	(void)state;
	nss_reset();
	nss.other_result = true;
	assert_int_equal(lookup("alice"), GUISE_E_NO_SUCH_ACCOUNT);
	nss_reset();
	nss.name = NULL;
	assert_int_equal(lookup("alice"), GUISE_E_NO_SUCH_ACCOUNT);
	assert_int_equal(lookup_uid(1000), GUISE_E_NO_SUCH_ACCOUNT);
}

static void another_name_than_asked_for_is_nobody(void **state)
{
	static const char *const answers[] = {
		"root", "Alice",  "alice ",	   "alic",
		"",	"alice2", "EXAMPLE\\alice"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		nss_reset();
		nss.name = answers[i];
		assert_int_equal(lookup("alice"), GUISE_E_NO_SUCH_ACCOUNT);
	}
}

static void another_uid_than_asked_for_is_nobody(void **state)
{
	(void)state;
	nss_reset();
	assert_int_equal(lookup_uid(1000), 0);
	assert_int_equal(lookup_uid(1001), GUISE_E_NO_SUCH_ACCOUNT);
	nss.uid = 0;
	assert_int_equal(lookup_uid(1000), GUISE_E_NO_SUCH_ACCOUNT);
}

static void ids_of_minus_one_are_nobody(void **state)
{
	(void)state;
	nss_reset();
	nss.uid = UINT32_MAX;
	assert_int_equal(lookup("alice"), GUISE_E_NO_SUCH_ACCOUNT);
	assert_int_equal(lookup_uid(UINT32_MAX), GUISE_E_NO_SUCH_ACCOUNT);
	nss_reset();
	nss.gid = UINT32_MAX;
	assert_int_equal(lookup("alice"), GUISE_E_NO_SUCH_ACCOUNT);
	nss_reset();
	nss.last_group = UINT32_MAX;
	assert_int_equal(lookup("alice"), GUISE_E_NO_SUCH_ACCOUNT);
}

static void errors_stay_errors_even_with_an_entry(void **state)
{
	static const struct {
		int error, expected;
	} cases[] = {
		{EIO, -EIO},
		{EMFILE, -EIO},
		{EAGAIN, -EIO},
		{EINTR, -EIO},
		{-1, -EIO},
		{ENOMEM, -ENOMEM},
		{ENOENT, GUISE_E_NO_SUCH_ACCOUNT},
		{ESRCH, GUISE_E_NO_SUCH_ACCOUNT},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		nss_reset();
		nss.error = cases[i].error;
		assert_int_equal(lookup("alice"), cases[i].expected);
		nss.has_result = false;
		assert_int_equal(lookup("alice"), cases[i].expected);
	}
}

static void large_entries_are_read_and_endless_ones_refused(void **state)
{
	(void)state;
	nss_reset();
	nss.wants_size = 1u << 20;
	assert_int_equal(lookup("alice"), 0);
	assert_int_equal(nss.n_calls, 11);
	nss_reset();
	nss.wants_size = SIZE_MAX;
	assert_int_equal(lookup("alice"), GUISE_E_LIMIT);
	assert_int_equal(nss.n_calls, 11);
}

static void many_groups_are_read_and_endless_ones_refused(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;

	(void)state;
	nss_reset();
	nss.n_groups = 3000;
	assert_int_equal(guise_system_token("alice", 1, &token), 0);
	assert_int_equal(guise_token_unix(token)->n_groups, 3000);
	nss.n_groups = GUISE_UNIX_GROUPS_MAX + 1;
	assert_int_equal(lookup("alice"), GUISE_E_LIMIT);
	nss_reset();
	nss.groups_lie = true;
	assert_int_equal(lookup("alice"), GUISE_E_LIMIT);
	nss_reset();
	nss.n_groups = -5;
	assert_int_equal(lookup("alice"), GUISE_E_LIMIT);
	/* success, and more groups than there was room for */
	nss_reset();
	nss.n_groups = 5000;
	nss.groups_overflow = true;
	assert_int_equal(lookup("alice"), -EIO);
}

static void names_that_can_be_no_names_are_not_asked_for(void **state)
{
	static const char *const names[] = {
		"",	"+",	"+alice", "-alice", "a:b",   "a/b",
		"a\nb", "a\tb", "a\x7f",  "root:x", "\x01a", "alice\n",
	};
	char long_name[GUISE_USER_NAME_MAX + 2];

	(void)state;
	memset(long_name, 'a', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	nss_reset();
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		nss.name = names[i];
		assert_int_equal(lookup(names[i]), GUISE_E_NO_SUCH_ACCOUNT);
	}
	nss.name = long_name;
	assert_int_equal(lookup(long_name), GUISE_E_NO_SUCH_ACCOUNT);
	assert_int_equal(nss.n_calls, 0);
}

static void names_of_directories_pass_as_they_are(void **state)
{
	static const char *const names[] = {
		"alice@example.org",
		"EXAMPLE\\alice",
		"J\xc3\xb6rg",
		"a b",
		"1000",
		"0",
		"0x3e8",
		"alice$",
	};

	(void)state;
	nss_reset();
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		nss.name = names[i];
		assert_int_equal(lookup(names[i]), 0);
	}
}

static void a_number_is_a_name_and_no_uid(void **state)
{
	(void)state;
	nss_reset();
	/* the directory has uid 1000, but called alice */
	assert_int_equal(lookup("1000"), GUISE_E_NO_SUCH_ACCOUNT);
	assert_int_equal(lookup("0"), GUISE_E_NO_SUCH_ACCOUNT);
	assert_int_equal(lookup("+1000"), GUISE_E_NO_SUCH_ACCOUNT);
}

static void null_arguments_are_refused(void **state)
{
	const struct guise_token *token = NULL;

	(void)state;
	assert_int_equal(guise_system_token(NULL, 1, &token), -EINVAL);
	assert_int_equal(guise_system_token("alice", 1, NULL), -EINVAL);
	assert_int_equal(guise_system_token_of_uid(1000, 1, NULL), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_becomes_a_token),
		cmocka_unit_test(success_without_an_entry_is_nobody),
		cmocka_unit_test(an_entry_that_is_not_ours_is_nobody),
		cmocka_unit_test(another_name_than_asked_for_is_nobody),
		cmocka_unit_test(another_uid_than_asked_for_is_nobody),
		cmocka_unit_test(ids_of_minus_one_are_nobody),
		cmocka_unit_test(errors_stay_errors_even_with_an_entry),
		cmocka_unit_test(
			large_entries_are_read_and_endless_ones_refused),
		cmocka_unit_test(many_groups_are_read_and_endless_ones_refused),
		cmocka_unit_test(names_that_can_be_no_names_are_not_asked_for),
		cmocka_unit_test(names_of_directories_pass_as_they_are),
		cmocka_unit_test(a_number_is_a_name_and_no_uid),
		cmocka_unit_test(null_arguments_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
