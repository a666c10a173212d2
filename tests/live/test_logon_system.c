/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System accounts for real: glibc's NSS over our own /etc/passwd and
 * /etc/group, bind-mounted in a private mount namespace, and Linux-PAM with
 * services of our own that use a module which misbehaves on demand (PAM_ODD is
 * its path). Needs root; skips otherwise.
 */
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>

#include "accounts-fixture.h"

#include "source.h"

#define ENOUGH_MS 10000

/* libpam 1.5.2 leaks 96 bytes when a service is unknown. */
GUISE_API const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libpam.so";
}

static char directory[64];

static const char passwd_text[] =
	"root:x:0:0:root:/root:/bin/sh\n"
	"alice:x:5001:5100::/:/bin/sh\n"
	"bob:x:5002:5100::/:/bin/sh\n"
	"1000:x:5003:5100::/:/bin/sh\n"
	"numeric:x:1000:5100::/:/bin/sh\n"
	"minus:x:4294967295:5100::/:/bin/sh\n"
	"minusgid:x:5004:4294967295::/:/bin/sh\n"
	"EXAMPLE\\carol:x:5005:5100::/:/bin/sh\n"
	"dave@example.org:x:5006:5100::/:/bin/sh\n"
	"twice:x:5007:5100::/:/bin/sh\n"
	"twice:x:0:0::/:/bin/sh\n"
	"broken:x:abc:5100::/:/bin/sh\n"
	"empty:x:::::\n"
	"embedded:x:5008:5100::/:/bin/sh\n"
	/* somebody made the decoy real: it must not matter */
	"guise-decoy-user:x:5009:5100::/:/bin/sh\n";

static const char group_text[] = "root:x:0:\n"
				 "people:x:5100:\n"
				 "staff:x:5101:alice,bob\n"
				 "audit:x:5102:alice\n"
				 "badgroup:x:4294967295:bob\n";

static void put_file(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* A service whose authentication and account rules are our module's. */
static void put_service(const char *name, const char *arguments)
{
	char file[128], text[1024];

	(void)snprintf(file, sizeof(file), "pam.d/%s", name);
	(void)snprintf(text, sizeof(text),
		       "auth required " PAM_ODD " %s\n"
		       "account required " PAM_ODD " %s\n"
		       "session required " PAM_ODD " %s\n",
		       arguments, arguments, arguments);
	put_file(file, text);
}

static char *in_directory(const char *name)
{
	static char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static int group_setup(void **state)
{
	(void)state;
	(void)snprintf(directory, sizeof(directory),
		       "/tmp/guise-system-XXXXXX");
	if (!mkdtemp(directory) || mkdir(in_directory("pam.d"), 0700) < 0)
		return -1;
	put_file("passwd", passwd_text);
	put_file("group", group_text);
	put_file("nsswitch.conf", "passwd: files\ngroup: files\n");
	if (unshare(CLONE_NEWNS) < 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -1;
	if (mount(in_directory("passwd"), "/etc/passwd", NULL, MS_BIND, NULL) <
		    0 ||
	    mount(in_directory("group"), "/etc/group", NULL, MS_BIND, NULL) < 0)
		return -1;
	if (access("/etc/nsswitch.conf", F_OK) == 0 &&
	    mount(in_directory("nsswitch.conf"), "/etc/nsswitch.conf", NULL,
		  MS_BIND, NULL) < 0)
		return -1;
	return 0;
}

static int group_teardown(void **state)
{
	char command[128];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf %s", directory);
	return system(command) == 0 ? 0 : -1;
}

static int token_of(const char *name)
{
	const struct guise_token *token = NULL;
	int r = guise_system_token(name, 1, &token);

	assert_true((r == 0) == (token != NULL));
	(void)guise_token_unref(token);
	return r;
}

static void a_system_user_has_its_ids_and_groups(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	const struct guise_unix_identity *id;
	struct guise_sid audit = guise_sid_of_gid(5102);
	struct guise_sid root = guise_sid_of_gid(0);

	(void)state;
	assert_int_equal(guise_system_token("alice", 1, &token), 0);
	id = guise_token_unix(token);
	assert_int_equal(id->uid, 5001);
	assert_int_equal(id->gid, 5100);
	assert_int_equal(id->n_groups, 3);
	assert_int_equal(id->groups[0], 5100);
	assert_int_equal(id->groups[1], 5101);
	assert_int_equal(id->groups[2], 5102);
	assert_true(guise_token_is_member(token, &audit));
	assert_false(guise_token_is_member(token, &root));
}

static void a_uid_finds_its_user(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;

	(void)state;
	assert_int_equal(guise_system_token_of_uid(5001, 1, &token), 0);
	assert_string_equal(guise_token_name(token), "alice");
	assert_int_equal(guise_system_token_of_uid(4999, 1, &token),
			 GUISE_E_NO_SUCH_ACCOUNT);
	assert_int_equal(guise_system_token_of_uid(UINT32_MAX, 1, &token),
			 GUISE_E_NO_SUCH_ACCOUNT);
}

static void odd_entries_are_nobody(void **state)
{
	static const char *const names[] = {
		"nobody-here", "Alice",	   "alice ", " alice",
		"minus",       "minusgid", "broken", "bob" /* group -1 */,
		"5001",	       "0",	   "",	     "x:alice",
		"../alice",    "root\nx",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_int_equal(token_of(names[i]), GUISE_E_NO_SUCH_ACCOUNT);
}

static void a_number_means_the_user_of_that_name(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;

	(void)state;
	assert_int_equal(guise_system_token("1000", 1, &token), 0);
	assert_int_equal(guise_token_unix(token)->uid, 5003);
}

static void names_of_directories_are_found_as_they_are(void **state)
{
	(void)state;
	assert_int_equal(token_of("EXAMPLE\\carol"), 0);
	assert_int_equal(token_of("dave@example.org"), 0);
	assert_int_equal(token_of("carol"), GUISE_E_NO_SUCH_ACCOUNT);
	assert_int_equal(token_of("dave"), GUISE_E_NO_SUCH_ACCOUNT);
}

static void of_two_entries_the_first_counts(void **state)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;

	(void)state;
	assert_int_equal(guise_system_token("twice", 1, &token), 0);
	assert_int_equal(guise_token_unix(token)->uid, 5007);
}

static int logon(const char *service, const char *name, const char *password)
{
	const struct guise_token *token = NULL;
	int r = guise_system_logon(service, in_directory("pam.d"), name,
				   password, strlen(password), 1, &token);

	assert_true((r == 0) == (token != NULL));
	if (r == 0)
		assert_string_equal(guise_token_name(token), name);
	(void)guise_token_unref(token);
	return r;
}

static void the_right_password_logs_on(void **state)
{
	(void)state;
	put_service("plain", "password=secret");
	assert_int_equal(logon("plain", "alice", "secret"), 0);
	put_service("chatty", "password=secret chatty");
	assert_int_equal(logon("chatty", "alice", "secret"), 0);
}

static void the_wrong_one_does_not(void **state)
{
	char too_long[GUISE_PASSWORD_MAX + 2];
	const struct guise_token *token = NULL;

	(void)state;
	put_service("plain", "password=secret");
	memset(too_long, 'a', sizeof(too_long) - 1);
	too_long[sizeof(too_long) - 1] = '\0';
	assert_int_equal(logon("plain", "alice", "wrong"),
			 GUISE_E_LOGON_FAILURE);
	assert_int_equal(logon("plain", "alice", ""), GUISE_E_LOGON_FAILURE);
	assert_int_equal(logon("plain", "alice", too_long),
			 GUISE_E_LOGON_FAILURE);
	assert_int_equal(guise_system_logon("plain", in_directory("pam.d"),
					    "alice", "secret\0", 7, 1, &token),
			 GUISE_E_LOGON_FAILURE);
	assert_null(token);
}

static void whom_only_pam_knows_does_not_log_on(void **state)
{
	(void)state;
	put_service("plain", "password=secret");
	assert_int_equal(logon("plain", "ghost", "secret"),
			 GUISE_E_LOGON_FAILURE);
	assert_int_equal(logon("plain", "", "secret"), GUISE_E_LOGON_FAILURE);
	assert_int_equal(logon("plain", "minus", "secret"),
			 GUISE_E_LOGON_FAILURE);
}

static void debians_modules_decide_as_they_are_told(void **state)
{
	(void)state;
	put_file("pam.d/permit", "auth required pam_permit.so\n"
				 "account required pam_permit.so\n");
	put_file("pam.d/deny-auth", "auth required pam_deny.so\n"
				    "account required pam_permit.so\n");
	put_file("pam.d/deny-account", "auth required pam_permit.so\n"
				       "account required pam_deny.so\n");
	put_file("pam.d/no-account", "auth required pam_permit.so\n");
	assert_int_equal(logon("permit", "alice", "x"), 0);
	assert_int_equal(logon("deny-auth", "alice", "x"),
			 GUISE_E_LOGON_FAILURE);
	assert_int_equal(logon("deny-account", "alice", "x"),
			 GUISE_E_LOGON_FAILURE);
	assert_int_equal(logon("no-account", "alice", "x"),
			 GUISE_E_LOGON_FAILURE);
}

static void a_missing_service_or_module_is_an_error(void **state)
{
	const struct guise_token *token = NULL;

	(void)state;
	put_file("pam.d/missing", "auth required /no/such/module.so\n"
				  "account required /no/such/module.so\n");
	assert_true(logon("no-such-service", "alice", "secret") < 0);
	assert_true(logon("missing", "alice", "secret") < 0);
	assert_int_equal(logon("../pam.d/plain", "alice", "secret"), -EINVAL);
	assert_int_equal(logon(".", "alice", "secret"), -EINVAL);
	assert_int_equal(logon("", "alice", "secret"), -EINVAL);
	assert_int_equal(
		guise_system_logon(NULL, NULL, "alice", "x", 1, 1, &token),
		-EINVAL);
	assert_null(token);
}

static void an_expired_password_is_refused(void **state)
{
	(void)state;
	put_service("expired", "password=secret expired");
	assert_int_equal(logon("expired", "alice", "secret"),
			 GUISE_E_LOGON_FAILURE);
}

static void a_module_cannot_make_somebody_else_of_the_user(void **state)
{
	(void)state;
	put_service("changed", "password=secret user=root");
	assert_int_equal(logon("changed", "alice", "secret"),
			 GUISE_E_LOGON_FAILURE);
	put_service("same", "password=secret user=alice");
	assert_int_equal(logon("same", "alice", "secret"), 0);
}

static void the_password_is_said_once_and_never_with_echo(void **state)
{
	(void)state;
	put_service("twice", "password=secret twice");
	assert_int_equal(logon("twice", "alice", "secret"),
			 GUISE_E_LOGON_FAILURE);
	put_service("echo", "password=secret echo");
	assert_int_equal(logon("echo", "alice", "secret"),
			 GUISE_E_LOGON_FAILURE);
}

static double seconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void pam_never_sleeps(void **state)
{
	double start = seconds();

	(void)state;
	put_service("delay", "password=secret delay");
	assert_int_equal(logon("delay", "alice", "wrong"),
			 GUISE_E_LOGON_FAILURE);
	assert_true(seconds() - start < 10);
}

static void no_session_no_credentials_no_remote_host(void **state)
{
	char arguments[256], line[64] = "";
	FILE *log;

	(void)state;
	(void)snprintf(arguments, sizeof(arguments),
		       "password=secret mark=%s/mark log=%s/log", directory,
		       directory);
	put_service("marked", arguments);
	assert_int_equal(logon("marked", "alice", "secret"), 0);
	assert_int_equal(access(in_directory("mark"), F_OK), -1);
	log = fopen(in_directory("log"), "re");
	assert_non_null(log);
	assert_non_null(fgets(line, sizeof(line), log));
	assert_string_equal(line, "alice -\n");
	(void)fclose(log);
	(void)unlink(in_directory("log"));
}

/* From here on in a helper, with both sources. */

static struct logon_sources both(const struct fixture *f, const char *service)
{
	static char confdir[128];

	(void)snprintf(confdir, sizeof(confdir), "%s/pam.d", directory);
	return (struct logon_sources){.accounts_path = f->path,
				      .system = true,
				      .pam_service = service,
				      .pam_confdir = confdir};
}

static int ask(const struct logon_sources *sources, const char *name,
	       const char *password, uint32_t *ret_uid)
{
	const struct guise_token *token = NULL;
	struct logon_helper *helper = NULL;
	int r;

	assert_int_equal(logon_helper_start(sources, &helper), 0);
	r = logon_helper_password(helper, name, password, strlen(password),
				  ENOUGH_MS, &token);
	assert_true((r == 0) == (token != NULL));
	if (token)
		*ret_uid = guise_token_unix(token)->uid;
	(void)guise_token_unref(token);
	(void)logon_helper_stop(helper);
	return r;
}

static void prepare_embedded(struct fixture *f)
{
	add_user(f, "embedded");
	assert_int_equal(
		guise_accounts_set_password(f->accounts, "embedded", "own", 3),
		0);
	f->accounts = guise_accounts_close(f->accounts);
}

static void the_embedded_accounts_decide_on_their_names(void **state)
{
	struct fixture *f = *state;
	struct logon_sources sources = both(f, "both");
	uint32_t uid = 0;

	prepare_embedded(f);
	put_service("both", "password=secret");
	assert_int_equal(ask(&sources, "embedded", "own", &uid), 0);
	assert_int_equal(uid, 200000);
	/* right for the system's user of that name, and that does not count */
	assert_int_equal(ask(&sources, "embedded", "secret", &uid),
			 GUISE_E_LOGON_FAILURE);
	assert_int_equal(ask(&sources, "EMBEDDED", "secret", &uid),
			 GUISE_E_LOGON_FAILURE);
	assert_int_equal(ask(&sources, "alice", "secret", &uid), 0);
	assert_int_equal(uid, 5001);
	assert_int_equal(ask(&sources, "alice", "own", &uid),
			 GUISE_E_LOGON_FAILURE);
}

static void a_locked_embedded_account_is_locked(void **state)
{
	struct fixture *f = *state;
	struct logon_sources sources = both(f, "locked");
	const struct guise_token *token = NULL;
	uint32_t uid = 0;

	add_user(f, "alice");
	assert_int_equal(guise_accounts_set_locked(f->accounts, "alice", true),
			 0);
	f->accounts = guise_accounts_close(f->accounts);
	put_service("locked", "password=secret");
	assert_int_equal(ask(&sources, "alice", "secret", &uid),
			 GUISE_E_LOGON_FAILURE);
	assert_int_equal(logon_token(&sources, "alice", &token),
			 GUISE_E_LOGON_FAILURE);
	assert_null(token);
}

static void a_failing_source_is_not_passed_over(void **state)
{
	struct fixture *f = *state;
	struct logon_sources sources = both(f, "plain");
	uint32_t uid = 0;

	put_service("plain", "password=secret");
	f->accounts = guise_accounts_close(f->accounts);
	assert_int_equal(chmod(f->path, 0666), 0);
	assert_int_equal(ask(&sources, "alice", "secret", &uid), -EPERM);
	assert_int_equal(unlink(f->path), 0);
	assert_int_equal(ask(&sources, "alice", "secret", &uid), -ENOENT);
}

/* Lines of the log, "user -" each; the file is removed. */
static void read_log(char *ret, size_t size)
{
	FILE *log = fopen(in_directory("log"), "re");
	size_t n = 0;

	if (log) {
		n = fread(ret, 1, size - 1, log);
		(void)fclose(log);
		(void)unlink(in_directory("log"));
	}
	ret[n] = '\0';
}

static void every_failure_asks_pam_once(void **state)
{
	struct fixture *f = *state;
	struct logon_sources sources = both(f, "logged");
	char arguments[128], log[256];
	uint32_t uid = 0;

	prepare_embedded(f);
	(void)snprintf(arguments, sizeof(arguments),
		       "password=secret log=%s/log", directory);
	put_service("logged", arguments);
	assert_int_equal(ask(&sources, "nobody", "x", &uid),
			 GUISE_E_LOGON_FAILURE);
	read_log(log, sizeof(log));
	assert_string_equal(log, "nobody -\n");
	assert_int_equal(ask(&sources, "alice", "x", &uid),
			 GUISE_E_LOGON_FAILURE);
	read_log(log, sizeof(log));
	assert_string_equal(log, "alice -\n");
	/* not about the system's user of that name */
	assert_int_equal(ask(&sources, "embedded", "x", &uid),
			 GUISE_E_LOGON_FAILURE);
	read_log(log, sizeof(log));
	assert_string_equal(log, "guise-decoy-user -\n");
	/* even if PAM says yes to the decoy */
	assert_int_equal(ask(&sources, "embedded", "secret", &uid),
			 GUISE_E_LOGON_FAILURE);
	assert_int_equal(ask(&sources, "embedded", "own", &uid), 0);
}

static void a_module_that_hangs_or_dies_takes_only_the_helper(void **state)
{
	struct fixture *f = *state;
	struct logon_sources sources = both(f, "hang");
	const struct guise_token *token = NULL;
	struct logon_helper *helper = NULL;
	double start;
	uint32_t uid;

	f->accounts = guise_accounts_close(f->accounts);
	put_service("hang", "hang");
	put_service("die", "die");
	assert_int_equal(logon_helper_start(&sources, &helper), 0);
	start = seconds();
	assert_int_equal(logon_helper_password(helper, "alice", "secret", 6,
					       300, &token),
			 -ETIMEDOUT);
	assert_true(seconds() - start < 5);
	assert_int_equal(logon_helper_token(helper, "alice", 300, &token),
			 -ECONNRESET);
	(void)logon_helper_stop(helper);

	sources.pam_service = "die";
	assert_int_equal(ask(&sources, "alice", "secret", &uid), -ECONNRESET);
	assert_null(token);
}

static void a_module_that_changes_ids_spoils_only_the_helper(void **state)
{
	struct fixture *f = *state;
	struct logon_sources sources = both(f, "setuid");
	const struct guise_token *token = NULL;
	struct logon_helper *helper = NULL;

	f->accounts = guise_accounts_close(f->accounts);
	put_service("setuid", "password=secret setuid");
	assert_int_equal(logon_helper_start(&sources, &helper), 0);
	assert_int_equal(logon_helper_password(helper, "alice", "secret", 6,
					       ENOUGH_MS, &token),
			 0);
	assert_int_equal(guise_token_unix(token)->uid, 5001);
	token = guise_token_unref(token);
	assert_int_equal(getuid(), 0);
	assert_int_equal(geteuid(), 0);
	/* it ended instead of serving the next one with those ids */
	assert_int_equal(logon_helper_token(helper, "alice", ENOUGH_MS, &token),
			 -ECONNRESET);
	(void)logon_helper_stop(helper);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_system_user_has_its_ids_and_groups),
		cmocka_unit_test(a_uid_finds_its_user),
		cmocka_unit_test(odd_entries_are_nobody),
		cmocka_unit_test(a_number_means_the_user_of_that_name),
		cmocka_unit_test(names_of_directories_are_found_as_they_are),
		cmocka_unit_test(of_two_entries_the_first_counts),
		cmocka_unit_test(the_right_password_logs_on),
		cmocka_unit_test(the_wrong_one_does_not),
		cmocka_unit_test(whom_only_pam_knows_does_not_log_on),
		cmocka_unit_test(debians_modules_decide_as_they_are_told),
		cmocka_unit_test(a_missing_service_or_module_is_an_error),
		cmocka_unit_test(an_expired_password_is_refused),
		cmocka_unit_test(
			a_module_cannot_make_somebody_else_of_the_user),
		cmocka_unit_test(the_password_is_said_once_and_never_with_echo),
		cmocka_unit_test(pam_never_sleeps),
		cmocka_unit_test(no_session_no_credentials_no_remote_host),
		account_test(the_embedded_accounts_decide_on_their_names),
		account_test(a_locked_embedded_account_is_locked),
		account_test(a_failing_source_is_not_passed_over),
		account_test(every_failure_asks_pam_once),
		account_test(a_module_that_hangs_or_dies_takes_only_the_helper),
		account_test(a_module_that_changes_ids_spoils_only_the_helper),
	};

	if (geteuid() != 0) {
		printf("skipped: needs root for a private mount namespace\n");
		return 77;
	}
	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
