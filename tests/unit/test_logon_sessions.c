/* SPDX-License-Identifier: Apache-2.0 */
/* Logon sessions and the token of a process that nobody logged on. */
#include <pthread.h>

#include <guise/session.h>

#include "base.h"
#include "cmocka-wrap.h"

static struct guise_session alice(void)
{
	struct guise_session s = {
		.size = sizeof(s),
		.type = GUISE_LOGON_INTERACTIVE,
		.user = guise_sid_of_uid(1000),
		.name = "alice",
		.authority = "HOST",
		.package = "guise",
	};

	return s;
}

static void the_five_sessions_of_windows_are_there(void **state)
{
	static const struct {
		guise_luid id;
		const char *name;
		enum guise_well_known_sid user;
	} rows[] = {
		{0x3e7, "SYSTEM", GUISE_SID_LOCAL_SYSTEM},
		{0x3e6, "ANONYMOUS LOGON", GUISE_SID_ANONYMOUS},
		{0x3e5, "LOCAL SERVICE", GUISE_SID_LOCAL_SERVICE},
		{0x3e4, "NETWORK SERVICE", GUISE_SID_NETWORK_SERVICE},
		{0x3e3, "IUSR", GUISE_SID_IUSR},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct guise_session s;

		assert_int_equal(guise_session_find(rows[i].id, &s), 0);
		assert_string_equal(s.name, rows[i].name);
		assert_string_equal(s.authority, "NT AUTHORITY");
		assert_true(guise_sid_is_well_known(&s.user, rows[i].user));
		/* and nobody can end them */
		guise_session_unref(rows[i].id);
		assert_int_equal(guise_session_find(rows[i].id, &s), 0);
	}
}

static void a_session_ends_when_nobody_holds_it(void **state)
{
	struct guise_session given = alice(), found;
	guise_luid id = 0;

	(void)state;
	assert_int_equal(guise_session_new(&given, &id), 0);
	assert_true(id > 0x3e7);
	assert_int_equal(guise_session_ref(id), 0);
	guise_session_unref(id);
	assert_int_equal(guise_session_find(id, &found), 0);
	assert_string_equal(found.name, "alice");
	assert_true(found.time_ns > 0);
	guise_session_unref(id);
	assert_int_equal(guise_session_find(id, &found),
			 GUISE_E_NO_SUCH_LOGON_SESSION);
	assert_int_equal(guise_session_ref(id), GUISE_E_NO_SUCH_LOGON_SESSION);
	guise_session_unref(id);
}

static void what_is_no_session_is_refused(void **state)
{
	struct guise_session s;
	guise_luid id = 77;

	(void)state;
	assert_int_equal(guise_session_new(NULL, &id), -EINVAL);
	s = alice();
	assert_int_equal(guise_session_new(&s, NULL), -EINVAL);
	s.size--;
	assert_int_equal(guise_session_new(&s, &id), -EINVAL);
	s = alice();
	s.type = (enum guise_logon_type)1;
	assert_int_equal(guise_session_new(&s, &id), -EINVAL);
	s = alice();
	memset(s.package, 'x', sizeof(s.package));
	assert_int_equal(guise_session_new(&s, &id), -EINVAL);
	s = alice();
	s.user.n_subs = 16;
	assert_int_equal(guise_session_new(&s, &id), GUISE_E_INVALID_SID);
	s = alice();
	s.id = GUISE_SESSION_SYSTEM;
	assert_int_equal(guise_session_new(&s, &id), -EEXIST);
	assert_int_equal(id, 77);
}

static const struct guise_token *token_of_session(guise_luid id)
{
	const struct guise_token *token = NULL;
	struct guise_token_builder *b = NULL;
	struct guise_sid user = guise_sid_of_uid(1000);

	assert_int_equal(guise_token_builder_new(&b), 0);
	guise_token_builder_user(b, &user, 0);
	guise_token_builder_ids(b, 5, id, 0);
	assert_int_equal(guise_token_builder_seal(b, &token), 0);
	guise_token_builder_free(b);
	return token;
}

static void a_split_logon_is_two_linked_sessions(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *full = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *got = NULL;
	struct guise_session given = alice(), found;
	guise_luid a = 0, b = 0;

	(void)state;
	assert_int_equal(guise_session_new(&given, &a), 0);
	assert_int_equal(guise_session_new(&given, &b), 0);
	assert_int_equal(guise_session_linked_token(a, &got),
			 GUISE_E_NO_SUCH_LOGON_SESSION);
	full = token_of_session(b);
	assert_int_equal(guise_session_link(a, full), 0);
	assert_int_equal(guise_session_linked_token(a, &got), 0);
	assert_ptr_equal(got, full);
	assert_int_equal(guise_session_find(a, &found), 0);
	assert_int_equal(found.linked, b);
	assert_int_equal(guise_session_link(GUISE_SESSION_SYSTEM, full),
			 -EINVAL);
	guise_session_unref(b);
	assert_int_equal(guise_session_link(a, full),
			 GUISE_E_NO_SUCH_LOGON_SESSION);
	assert_int_equal(guise_session_link(a, NULL), 0);
	guise_session_unref(a);
}

static int count(void *context, const struct guise_session *session)
{
	size_t *n = context;

	(void)session;
	return ++*n == 3 ? -ECANCELED : 0;
}

static void listing_ends_when_told(void **state)
{
	size_t n = 0;

	(void)state;
	assert_int_equal(guise_session_list(NULL, &n), -EINVAL);
	assert_int_equal(guise_session_list(count, &n), -ECANCELED);
	assert_int_equal(n, 3);
	assert_int_equal(guise_session_list(count, &n), 0);
	assert_true(n >= 8);
}

static void *come_and_go(void *unused)
{
	for (unsigned i = 0; i < 2000; i++) {
		struct guise_session given = alice();
		guise_luid id = 0;

		assert_int_equal(guise_session_new(&given, &id), 0);
		assert_int_equal(guise_session_ref(id), 0);
		guise_session_unref(id);
		guise_session_unref(id);
	}
	return unused;
}

static void threads_may_come_and_go(void **state)
{
	pthread_t threads[4];
	size_t n = 100;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, come_and_go, NULL),
			0);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(guise_session_list(count, &n), 0);
	assert_int_equal(n, 105);
}

/* What the kernel would say of a process of uid @uid. */
static const struct guise_token *kernel_token(uint32_t uid,
					      uint64_t capabilities)
{
	const struct guise_token *token = NULL;
	struct guise_token_builder *b = NULL;
	struct guise_sid user = guise_sid_of_uid(uid), sid;
	const uint64_t backup = GUISE_PRIVILEGE_BIT(GUISE_SE_BACKUP);

	assert_int_equal(guise_token_builder_new(&b), 0);
	guise_token_builder_user(b, &user, 0);
	guise_token_builder_type(b, GUISE_TOKEN_PRIMARY,
				 GUISE_LEVEL_IMPERSONATION);
	assert_int_equal(guise_sid_well_known(GUISE_SID_WORLD, NULL, &sid), 0);
	guise_token_builder_group(b, &sid, GUISE_GROUP_USUAL);
	guise_token_builder_privileges(b, backup, backup, backup);
	guise_token_builder_unix(b, uid, uid, NULL, 0);
	guise_token_builder_capabilities(b, capabilities);
	assert_int_equal(guise_token_builder_seal(b, &token), 0);
	guise_token_builder_free(b);
	return token;
}

static bool has_member(const struct guise_token *token, unsigned type)
{
	struct guise_sid sid;

	assert_int_equal(guise_sid_well_known(type, NULL, &sid), 0);
	return guise_token_is_member(token, &sid);
}

static void a_process_is_somebody_at_this_machine(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *kernel = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	const struct guise_sid logon = guise_session_sid(0x100000002);

	(void)state;
	kernel = kernel_token(1000, 0);
	assert_int_equal(guise_token_logged_on(NULL, 1, &token), -EINVAL);
	assert_int_equal(guise_token_logged_on(kernel, 0x100000002, &token), 0);
	assert_true(has_member(token, GUISE_SID_WORLD));
	assert_true(has_member(token, GUISE_SID_INTERACTIVE));
	assert_true(has_member(token, GUISE_SID_LOCAL));
	assert_true(has_member(token, GUISE_SID_BUILTIN_USERS));
	assert_false(has_member(token, GUISE_SID_BUILTIN_ADMINISTRATORS));
	assert_true(guise_token_is_member(token, &logon));
	assert_int_equal(guise_token_authentication_id(token), 0x100000002);
	assert_int_equal(guise_acl_n_aces(guise_token_default_dacl(token)), 3);
	assert_true(guise_sid_equal(guise_token_owner(token),
				    &guise_token_user(token)->sid));
	assert_int_equal(guise_token_privileges(token),
			 guise_token_privileges(kernel));
}

static void only_root_with_its_capabilities_is_an_administrator(void **state)
{
	static const struct {
		uint32_t uid;
		uint64_t capabilities;
		bool is_administrator;
	} rows[] = {
		{0, UINT64_MAX >> 23, true},
		{0, 0, false},
		{0, 1u << 6 | 1u << 7, false},
		{1000, UINT64_MAX >> 23, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		GUISE_AUTO(guise_token_unrefp)
		const struct guise_token *kernel = NULL;
		GUISE_AUTO(guise_token_unrefp)
		const struct guise_token *token = NULL;
		bool is;

		kernel = kernel_token(rows[i].uid, rows[i].capabilities);
		assert_int_equal(guise_token_logged_on(kernel, 9, &token), 0);
		is = rows[i].is_administrator;
		assert_int_equal(
			has_member(token, GUISE_SID_BUILTIN_ADMINISTRATORS),
			is);
		assert_int_equal(guise_token_privileges(token) ==
					 GUISE_PRIVILEGE_ALL,
				 is);
		assert_int_equal(guise_sid_is_well_known(
					 guise_token_owner(token),
					 GUISE_SID_BUILTIN_ADMINISTRATORS),
				 is);
		assert_int_equal(guise_token_privileges_enabled(token),
				 guise_token_privileges_enabled(kernel));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_five_sessions_of_windows_are_there),
		cmocka_unit_test(a_session_ends_when_nobody_holds_it),
		cmocka_unit_test(what_is_no_session_is_refused),
		cmocka_unit_test(a_split_logon_is_two_linked_sessions),
		cmocka_unit_test(listing_ends_when_told),
		cmocka_unit_test(threads_may_come_and_go),
		cmocka_unit_test(a_process_is_somebody_at_this_machine),
		cmocka_unit_test(
			only_root_with_its_capabilities_is_an_administrator),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
