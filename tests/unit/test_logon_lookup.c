/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names and SIDs, and passwords, as a program without NSS or SQLite of its own
 * asks for them. The rows follow what Windows answers (LookupAccountName,
 * LookupAccountSid); spaces are as they must be there.
 */
#include <sys/wait.h>

#include <guise/lookup.h>

#include "accounts-fixture.h"
#include "base.h"

static int look(const struct guise_lookup_options *options, const char *name,
		struct guise_principal *ret)
{
	return guise_lookup_name(options, name, strlen(name), ret);
}

static void assert_sid(const struct guise_sid *sid, const char *expected)
{
	char text[GUISE_SID_TEXT_SIZE];

	(void)guise_sid_format(sid, text);
	assert_string_equal(text, expected);
}

static void well_known_names_need_no_child(void **state)
{
	static const struct {
		const char *name, *sid, *domain;
		enum guise_sid_use use;
	} rows[] = {
		{"Everyone", "S-1-1-0", "", GUISE_SID_USE_WELL_KNOWN_GROUP},
		{"everyone", "S-1-1-0", "", GUISE_SID_USE_WELL_KNOWN_GROUP},
		{"SYSTEM", "S-1-5-18", "NT AUTHORITY",
		 GUISE_SID_USE_WELL_KNOWN_GROUP},
		{"LocalService", "S-1-5-19", "NT AUTHORITY",
		 GUISE_SID_USE_WELL_KNOWN_GROUP},
		{"Local Service", "S-1-5-19", "NT AUTHORITY",
		 GUISE_SID_USE_WELL_KNOWN_GROUP},
		{"NetworkService", "S-1-5-20", "NT AUTHORITY",
		 GUISE_SID_USE_WELL_KNOWN_GROUP},
		{"NT AUTHORITY\\LocalService", "S-1-5-19", "NT AUTHORITY",
		 GUISE_SID_USE_WELL_KNOWN_GROUP},
		{"nt authority\\Network Service", "S-1-5-20", "NT AUTHORITY",
		 GUISE_SID_USE_WELL_KNOWN_GROUP},
		{"Terminal Server User", "S-1-5-13", "NT AUTHORITY",
		 GUISE_SID_USE_WELL_KNOWN_GROUP},
		{"Administrators", "S-1-5-32-544", "BUILTIN",
		 GUISE_SID_USE_ALIAS},
		{"BUILTIN\\Users", "S-1-5-32-545", "BUILTIN",
		 GUISE_SID_USE_ALIAS},
		{"BUILTIN", "S-1-5-32", "BUILTIN", GUISE_SID_USE_DOMAIN},
		{"BUILTIN\\", "S-1-5-32", "BUILTIN", GUISE_SID_USE_DOMAIN},
		{"High Mandatory Level", "S-1-16-12288", "Mandatory Label",
		 GUISE_SID_USE_LABEL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct guise_principal p = {0};

		assert_int_equal(look(NULL, rows[i].name, &p), 0);
		assert_sid(&p.sid, rows[i].sid);
		assert_string_equal(p.domain, rows[i].domain);
		assert_int_equal(p.use, rows[i].use);
	}
}

static void spaces_and_domains_count(void **state)
{
	static const char *const rows[] = {
		"TerminalServerUser",
		"ntauthority\\Network Service",
		"Dummy\\Network Service",
		"enterprisedomaincontrollers",
		"Every one",
		"BUILTIN\\Everyone",
		"Everyone\\",
		" Everyone",
		"nobody at all",
		"\\",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct guise_principal p = {.use = GUISE_SID_USE_INVALID};

		assert_int_equal(look(NULL, rows[i], &p), GUISE_E_NONE_MAPPED);
		assert_int_equal(p.use, GUISE_SID_USE_INVALID);
	}
	assert_int_equal(guise_lookup_name(NULL, "Everyone\0", 9,
					   &(struct guise_principal){0}),
			 GUISE_E_NONE_MAPPED);
}

static void every_known_sid_finds_itself_again(void **state)
{
	(void)state;
	for (unsigned type = 0; type < 120; type++) {
		struct guise_principal p = {0}, again = {0};
		char name[2 * GUISE_USER_NAME_MAX + 2];
		struct guise_sid sid;

		if (guise_sid_well_known(type, NULL, &sid) < 0 ||
		    guise_lookup_sid(NULL, &sid, &p) < 0)
			continue;
		(void)snprintf(name, sizeof(name), "%s%s%s", p.domain,
			       p.domain[0] ? "\\" : "", p.name);
		assert_int_equal(look(NULL, name, &again), 0);
		assert_true(guise_sid_equal(&again.sid, &sid));
	}
}

static void a_logon_session_has_a_name(void **state)
{
	const struct guise_sid sid = {
		.authority = 5, .sub = {5, 3, 77}, .n_subs = 3};
	struct guise_principal p = {0};

	(void)state;
	assert_int_equal(guise_lookup_sid(NULL, &sid, &p), 0);
	assert_string_equal(p.name, "LogonSessionId_3_77");
	assert_int_equal(p.use, GUISE_SID_USE_LOGON_SESSION);
}

static void wrong_arguments_are_refused(void **state)
{
	struct guise_lookup_options options = {.size = sizeof(options) - 1};
	struct guise_sid sid = {.n_subs = 16};
	const struct guise_token *token = NULL;
	struct guise_principal p;

	(void)state;
	assert_int_equal(guise_lookup_name(NULL, NULL, 0, &p), -EINVAL);
	assert_int_equal(look(NULL, "Everyone", NULL), -EINVAL);
	assert_int_equal(look(&options, "Everyone", &p), -EINVAL);
	assert_int_equal(guise_lookup_sid(NULL, NULL, &p), -EINVAL);
	assert_int_equal(guise_lookup_sid(NULL, &sid, &p), GUISE_E_INVALID_SID);
	assert_int_equal(
		guise_lookup_logon(NULL, NULL, "x", 1, 1, &token, NULL),
		-EINVAL);
	assert_int_equal(guise_lookup_set_privileges(NULL, NULL, 0), -EINVAL);
}

static struct guise_lookup_options embedded(const struct fixture *f)
{
	return (struct guise_lookup_options){
		.size = sizeof(struct guise_lookup_options),
		.accounts = f->path,
		.machine = "HOST",
	};
}

/* alice, in the group staff; the parent has no SQLite open afterwards. */
static struct guise_account make_alice(struct fixture *f)
{
	struct guise_account alice;

	add_user(f, "alice");
	add_group(f, "staff");
	add_member(f, "staff", "alice");
	assert_int_equal(
		guise_accounts_set_password(f->accounts, "alice", "right", 5),
		0);
	alice = find(f, "alice");
	f->accounts = guise_accounts_close(f->accounts);
	return alice;
}

static void embedded_accounts_have_the_machines_domain(void **state)
{
	static const char *const names[] = {"alice", "HOST\\alice",
					    "host\\ALICE", "alice@HOST",
					    ".\\alice"};
	static const char *const machines[] = {"", "HOST", "HOST\\"};
	struct fixture *f = *state;
	const struct guise_account alice = make_alice(f);
	const struct guise_lookup_options options = embedded(f);
	struct guise_principal p = {0};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		assert_int_equal(look(&options, names[i], &p), 0);
		assert_true(guise_sid_equal(&p.sid, &alice.sid));
		assert_string_equal(p.name, "alice");
		assert_string_equal(p.domain, "HOST");
		assert_int_equal(p.use, GUISE_SID_USE_USER);
	}
	assert_int_equal(guise_lookup_sid(&options, &alice.sid, &p), 0);
	assert_string_equal(p.name, "alice");
	assert_int_equal(look(&options, "staff", &p), 0);
	assert_int_equal(p.use, GUISE_SID_USE_ALIAS);
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		assert_int_equal(look(&options, machines[i], &p), 0);
		assert_int_equal(p.use, GUISE_SID_USE_DOMAIN);
		assert_true(guise_sid_equal(&p.sid, &p.domain_sid));
	}
	assert_int_equal(look(&options, "OTHER\\alice", &p),
			 GUISE_E_NONE_MAPPED);
	assert_int_equal(look(&options, "Unix User\\root", &p),
			 GUISE_E_NONE_MAPPED);
}

static void a_file_that_is_not_there_holds_nobody(void **state)
{
	struct fixture *f = *state;
	struct guise_lookup_options options = embedded(f);
	const struct guise_token *token = NULL;
	struct guise_principal p;

	options.accounts = "/nonexistent/accounts.db";
	assert_int_equal(look(&options, "alice", &p), GUISE_E_NONE_MAPPED);
	assert_int_equal(
		guise_lookup_logon(&options, "alice", "x", 1, 1, &token, NULL),
		GUISE_E_LOGON_FAILURE);
	assert_null(token);
}

static void a_password_gives_a_token_of_its_session(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct fixture *f = *state;
	const struct guise_account alice = make_alice(f);
	const struct guise_lookup_options options = embedded(f);

	assert_int_equal(guise_lookup_logon(&options, "Alice", "right", 5, 4711,
					    &token, NULL),
			 0);
	assert_true(guise_sid_equal(&guise_token_user(token)->sid, &alice.sid));
	assert_int_equal(guise_token_authentication_id(token), 4711);
	assert_int_equal(guise_token_type(token), GUISE_TOKEN_PRIMARY);
}

static void all_wrong_credentials_are_refused_alike(void **state)
{
	static const struct {
		const char *name, *password;
		size_t size;
	} rows[] = {
		{"alice", "wrong", 5},	{"alice", "right", 4},
		{"alice", "", 0},	{"alice", "right\0", 6},
		{"nobody", "right", 5}, {"staff", "right", 5},
		{"", "right", 5},
	};
	struct fixture *f = *state;
	const struct guise_token *token = NULL;
	struct guise_lookup_options options;

	(void)make_alice(f);
	options = embedded(f);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		enum guise_logon_refusal why = GUISE_REFUSED_DISABLED;

		assert_int_equal(guise_lookup_logon(&options, rows[i].name,
						    rows[i].password,
						    rows[i].size, 1, &token,
						    &why),
				 GUISE_E_LOGON_FAILURE);
		assert_null(token);
	}
}

static void only_who_knows_the_password_hears_of_the_lock(void **state)
{
	enum guise_logon_refusal why = GUISE_REFUSED_UNSAID;
	struct fixture *f = *state;
	const struct guise_token *token = NULL;
	struct guise_lookup_options options;

	(void)make_alice(f);
	fixture_reopen(f, 0);
	assert_int_equal(guise_accounts_set_locked(f->accounts, "alice", true),
			 0);
	f->accounts = guise_accounts_close(f->accounts);
	options = embedded(f);
	assert_int_equal(guise_lookup_logon(&options, "alice", "right", 5, 1,
					    &token, &why),
			 GUISE_E_LOGON_FAILURE);
	assert_int_equal(why, GUISE_REFUSED_DISABLED);
	assert_int_equal(guise_lookup_logon(&options, "alice", "wrong", 5, 1,
					    &token, &why),
			 GUISE_E_LOGON_FAILURE);
	assert_int_equal(why, GUISE_REFUSED_UNSAID);
}

static void privileges_of_an_account_can_be_replaced(void **state)
{
	const uint64_t backup = GUISE_PRIVILEGE_BIT(GUISE_SE_BACKUP);
	struct fixture *f = *state;
	struct guise_lookup_options options;
	struct guise_principal p = {0};

	(void)make_alice(f);
	options = embedded(f);
	assert_int_equal(guise_lookup_set_privileges(&options, "alice", backup),
			 0);
	assert_int_equal(look(&options, "alice", &p), 0);
	assert_int_equal(p.privileges, backup);
	assert_int_equal(guise_lookup_set_privileges(&options, "bob", backup),
			 GUISE_E_NONE_MAPPED);
	assert_int_equal(guise_lookup_set_privileges(&options, "alice", 1),
			 -EINVAL);
}

static void the_systems_users_are_found_by_name_and_sid(void **state)
{
	const struct guise_lookup_options options = {
		.size = sizeof(options), .system = true, .machine = "HOST"};
	const struct guise_sid root = guise_sid_of_uid(0);
	struct guise_principal p = {0};

	(void)state;
	if (guise_lookup_sid(&options, &root, &p) == GUISE_E_NONE_MAPPED)
		skip(); /* built without NSS, or a system without root */
	assert_string_equal(p.domain, "Unix User");
	assert_int_equal(look(&options, "Unix User\\root", &p), 0);
	assert_sid(&p.sid, "S-1-22-1-0");
	assert_int_equal(look(&options, "root", &p), 0);
	assert_sid(&p.sid, "S-1-22-1-0");
	assert_int_equal(look(&options, "Unix Group\\root", &p), 0);
	assert_sid(&p.sid, "S-1-22-2-0");
	assert_int_equal(look(&options, "HOST\\root", &p), GUISE_E_NONE_MAPPED);
	assert_int_equal(look(&options, "Unix User\\0", &p),
			 GUISE_E_NONE_MAPPED);
}

static void no_child_is_left_behind(void **state)
{
	(void)state;
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* A domain's SID is called what NSS calls its id. */
static void a_domains_sid_has_the_name_of_its_id(void **state)
{
	static const char text[] = "[static]\n"
				   "S-1-5-21-1-2-3-500 = uid 0\n"
				   "S-1-5-21-1-2-3-512 = gid 0\n"
				   "S-1-5-21-1-2-3-7 = uid 4294967294\n";
	static const struct {
		const char *sid;
		enum guise_sid_use use;
	} rows[] = {
		{"S-1-5-21-1-2-3-500", GUISE_SID_USE_USER},
		{"S-1-5-21-1-2-3-512", GUISE_SID_USE_GROUP},
		{"S-1-5-21-1-2-3-7", 0}, /* an id nobody has */
		{"S-1-5-21-1-2-3-8", 0},
		{"S-1-5-21-1-2-3", 0},
	};
	GUISE_AUTO(guise_identities_unrefp)
	const struct guise_identities *ids = NULL;
	struct guise_lookup_options options = {.size = sizeof(options),
					       .system = true};

	(void)state;
	assert_int_equal(guise_identities_parse(text, strlen(text), &ids, NULL),
			 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct guise_principal p = {0};
		struct guise_sid sid = {0};
		int r;

		assert_int_equal(guise_sid_parse(rows[i].sid,
						 strlen(rows[i].sid), NULL,
						 &sid),
				 0);
		options.identities = NULL;
		assert_int_equal(guise_lookup_sid(&options, &sid, &p),
				 GUISE_E_NONE_MAPPED);
		options.identities = ids;
		r = guise_lookup_sid(&options, &sid, &p);
		assert_int_equal(r, rows[i].use ? 0 : GUISE_E_NONE_MAPPED);
		if (r < 0)
			continue;
		assert_int_equal(p.use, rows[i].use);
		assert_string_equal(p.name, "root");
		assert_sid(&p.sid, rows[i].sid);
		assert_sid(&p.domain_sid, "S-1-5-21-1-2-3");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(well_known_names_need_no_child),
		cmocka_unit_test(spaces_and_domains_count),
		cmocka_unit_test(every_known_sid_finds_itself_again),
		cmocka_unit_test(a_logon_session_has_a_name),
		cmocka_unit_test(wrong_arguments_are_refused),
		account_test(embedded_accounts_have_the_machines_domain),
		account_test(a_file_that_is_not_there_holds_nobody),
		account_test(a_password_gives_a_token_of_its_session),
		account_test(all_wrong_credentials_are_refused_alike),
		account_test(only_who_knows_the_password_hears_of_the_lock),
		account_test(privileges_of_an_account_can_be_replaced),
		cmocka_unit_test(the_systems_users_are_found_by_name_and_sid),
		cmocka_unit_test(no_child_is_left_behind),
		cmocka_unit_test(a_domains_sid_has_the_name_of_its_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
