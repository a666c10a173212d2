/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file of accounts as a file: who may own and write it, what is not ours,
 * damage, several processes at once, processes that are killed.
 */
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "accounts-fixture.h"

#include "accounts.h"

static int open_again(const struct fixture *f, unsigned flags)
{
	struct guise_accounts *accounts = NULL;
	int r = guise_accounts_open(f->path, flags, &accounts);

	assert_true((r == 0) == (accounts != NULL));
	(void)guise_accounts_close(accounts);
	return r;
}

static void close_file(struct fixture *f)
{
	f->accounts = guise_accounts_close(f->accounts);
}

static void write_file(const char *path, const void *data, size_t size,
		       off_t at)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, data, size, at), size);
	assert_int_equal(close(fd), 0);
}

static void a_new_file_is_closed_to_others(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0600);
	assert_int_equal(st.st_uid, geteuid());
}

static void the_machine_sid_never_changes(void **state)
{
	struct fixture *f = *state;
	struct guise_sid before, after;

	assert_int_equal(guise_accounts_machine_sid(f->accounts, &before), 0);
	fixture_reopen(f, GUISE_ACCOUNTS_CREATE);
	assert_int_equal(guise_accounts_machine_sid(f->accounts, &after), 0);
	assert_true(guise_sid_equal(&before, &after));
}

static void two_machines_have_two_sids(void **state)
{
	struct fixture *f = *state;
	GUISE_AUTO(guise_accounts_closep) struct guise_accounts *other = NULL;
	struct guise_sid ours, theirs;
	char path[128];

	fixture_path(f, "other.db", path);
	assert_int_equal(
		guise_accounts_open(path, GUISE_ACCOUNTS_CREATE, &other), 0);
	assert_int_equal(guise_accounts_machine_sid(f->accounts, &ours), 0);
	assert_int_equal(guise_accounts_machine_sid(other, &theirs), 0);
	assert_false(guise_sid_equal(&ours, &theirs));
}

static void a_missing_file_is_made_only_when_asked(void **state)
{
	struct fixture *f = *state;
	struct guise_accounts *accounts = NULL;
	char path[128];

	fixture_path(f, "missing.db", path);
	assert_int_equal(guise_accounts_open(path, 0, &accounts), -ENOENT);
	assert_int_equal(
		guise_accounts_open(path, GUISE_ACCOUNTS_READ_ONLY, &accounts),
		-ENOENT);
	assert_int_equal(access(path, F_OK), -1);
	fixture_path(f, "no/such.db", path);
	assert_int_equal(
		guise_accounts_open(path, GUISE_ACCOUNTS_CREATE, &accounts),
		-ENOENT);
	assert_null(accounts);
}

static void flags_that_contradict_are_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(open_again(f, 4), -EINVAL);
	assert_int_equal(
		open_again(f, GUISE_ACCOUNTS_CREATE | GUISE_ACCOUNTS_READ_ONLY),
		-EINVAL);
	assert_int_equal(guise_accounts_open(NULL, 0, &f->accounts), -EINVAL);
	assert_int_equal(guise_accounts_open(f->path, 0, NULL), -EINVAL);
}

static void a_loose_mode_is_refused(void **state)
{
	static const mode_t modes[] = {0640, 0604, 0620, 0602, 0610, 0666};
	struct fixture *f = *state;

	close_file(f);
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		assert_int_equal(chmod(f->path, modes[i]), 0);
		assert_int_equal(open_again(f, 0), -EPERM);
		assert_int_equal(open_again(f, GUISE_ACCOUNTS_CREATE), -EPERM);
	}
	assert_int_equal(chmod(f->path, 0600), 0);
	assert_int_equal(open_again(f, 0), 0);
}

static void a_directory_others_can_write_is_refused(void **state)
{
	static const mode_t modes[] = {0770, 0707, 01777, 0720};
	struct fixture *f = *state;

	close_file(f);
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		assert_int_equal(chmod(f->directory, modes[i]), 0);
		assert_int_equal(open_again(f, 0), -EPERM);
	}
	assert_int_equal(chmod(f->directory, 0755), 0);
	assert_int_equal(open_again(f, 0), 0);
}

static void foreign_owners_are_refused(void **state)
{
	struct fixture *f = *state;

	if (geteuid() != 0)
		skip();
	close_file(f);
	assert_int_equal(chown(f->path, 1234, 0), 0);
	assert_int_equal(open_again(f, 0), -EPERM);
	assert_int_equal(chown(f->path, 0, 0), 0);
	assert_int_equal(chown(f->directory, 1234, 0), 0);
	assert_int_equal(open_again(f, 0), -EPERM);
	assert_int_equal(chown(f->directory, 0, 0), 0);
	assert_int_equal(open_again(f, 0), 0);
}

static void links_and_other_things_are_refused(void **state)
{
	struct fixture *f = *state;
	struct guise_accounts *accounts = NULL;
	char path[128];

	fixture_path(f, "symlink.db", path);
	assert_int_equal(symlink("accounts.db", path), 0);
	assert_int_equal(guise_accounts_open(path, 0, &accounts), -EPERM);
	assert_int_equal(
		guise_accounts_open(path, GUISE_ACCOUNTS_CREATE, &accounts),
		-EPERM);
	fixture_path(f, "fifo.db", path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(guise_accounts_open(path, 0, &accounts), -EPERM);
	assert_int_equal(guise_accounts_open(f->directory, 0, &accounts),
			 -EPERM);
	fixture_path(f, "", path);
	assert_int_equal(guise_accounts_open(path, 0, &accounts), -EINVAL);
	fixture_path(f, "hard.db", path);
	assert_int_equal(link(f->path, path), 0);
	assert_int_equal(guise_accounts_open(f->path, 0, &accounts), -EPERM);
	assert_int_equal(unlink(path), 0);
	assert_null(accounts);
}

static void a_file_without_a_directory_in_its_name_opens(void **state)
{
	struct fixture *f = *state;
	struct guise_accounts *accounts = NULL;
	int back = open(".", O_PATH | O_CLOEXEC);

	assert_int_equal(chdir(f->directory), 0);
	assert_int_equal(guise_accounts_open("accounts.db", 0, &accounts), 0);
	(void)guise_accounts_close(accounts);
	assert_int_equal(fchdir(back), 0);
	(void)close(back);
}

static void what_is_not_ours_is_refused(void **state)
{
	static const char text[] = "This is not a database, but long enough.";
	struct fixture *f = *state;
	struct guise_accounts *accounts = NULL;
	sqlite3 *db = NULL;
	char path[128];

	fixture_path(f, "text.db", path);
	write_file(path, text, sizeof(text), 0);
	assert_int_equal(guise_accounts_open(path, 0, &accounts), -EBADMSG);
	assert_int_equal(
		guise_accounts_open(path, GUISE_ACCOUNTS_CREATE, &accounts),
		-EBADMSG);

	fixture_path(f, "foreign.db", path);
	write_file(path, "", 0, 0);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(db, "CREATE TABLE x (y)", NULL, NULL, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_int_equal(guise_accounts_open(path, 0, &accounts), -EBADMSG);
	assert_int_equal(
		guise_accounts_open(path, GUISE_ACCOUNTS_CREATE, &accounts),
		-EBADMSG);

	fixture_path(f, "empty.db", path);
	write_file(path, "", 0, 0);
	assert_int_equal(guise_accounts_open(path, 0, &accounts), -EBADMSG);
	assert_null(accounts);
	/* a creation that was interrupted is completed */
	assert_int_equal(
		guise_accounts_open(path, GUISE_ACCOUNTS_CREATE, &accounts), 0);
	(void)guise_accounts_close(accounts);
}

static void run_sql(struct fixture *f, const char *sql)
{
	assert_int_equal(sqlite3_exec(f->accounts->db, sql, NULL, NULL, NULL),
			 SQLITE_OK);
}

static void a_newer_schema_is_refused_and_left_alone(void **state)
{
	struct fixture *f = *state;

	run_sql(f, "PRAGMA user_version = 2");
	close_file(f);
	assert_int_equal(open_again(f, 0), GUISE_E_UNKNOWN_REVISION);
	assert_int_equal(open_again(f, GUISE_ACCOUNTS_CREATE),
			 GUISE_E_UNKNOWN_REVISION);
}

static void lost_settings_are_damage(void **state)
{
	struct fixture *f = *state;

	run_sql(f, "DELETE FROM setting WHERE name = 'uid_next'");
	assert_int_equal(guise_accounts_add_user(f->accounts, "a", NULL),
			 -EBADMSG);
	run_sql(f, "DELETE FROM setting WHERE name = 'machine_b'");
	close_file(f);
	assert_int_equal(open_again(f, 0), -EBADMSG);
}

static int ignore(void *context, const struct guise_account *account)
{
	(void)context;
	(void)account;
	return 0;
}

static uint8_t *read_file(const char *path, size_t *ret_size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	uint8_t *bytes;

	assert_int_equal(fstat(fd, &st), 0);
	bytes = malloc((size_t)st.st_size);
	assert_int_equal(read(fd, bytes, (size_t)st.st_size), st.st_size);
	(void)close(fd);
	*ret_size = (size_t)st.st_size;
	return bytes;
}

static int use_everything(const char *path)
{
	GUISE_AUTO(guise_accounts_closep)
	struct guise_accounts *accounts = NULL;
	int r = guise_accounts_open(path, 0, &accounts);

	if (r == 0)
		r = guise_accounts_list(accounts, ignore, NULL);
	if (r == 0)
		r = guise_accounts_members(accounts, "users", ignore, NULL);
	if (r == 0)
		r = guise_accounts_add_user(accounts, "new", NULL);
	if (r == 0)
		r = guise_accounts_delete(accounts, "new");
	return r;
}

/* Every page in turn: an error or an answer, never anything worse. */
static void damaged_pages_are_errors(void **state)
{
	struct fixture *f = *state;
	unsigned n_refused = 0;
	uint8_t noise[4096], *bytes;
	size_t size;

	for (unsigned i = 0; i < 50; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "user-%u", i);
		add_user(f, name);
		add_member(f, "users", name);
	}
	close_file(f); /* the last one closing empties the WAL */
	memset(noise, 0xa5, sizeof(noise));
	bytes = read_file(f->path, &size);
	for (size_t at = 0; at < size; at += sizeof(noise)) {
		char path[128], name[32];
		int r;

		(void)snprintf(name, sizeof(name), "damaged-%zu", at);
		fixture_path(f, name, path);
		write_file(path, bytes, size, 0);
		write_file(path, noise, sizeof(noise), (off_t)at);
		r = use_everything(path);
		assert_true(r == 0 || r == -EBADMSG);
		n_refused += r < 0;
	}
	free(bytes);
	assert_true(n_refused >= 3);
}

static void a_truncated_file_is_an_error(void **state)
{
	struct fixture *f = *state;
	struct guise_accounts *accounts = NULL;
	int r;

	close_file(f);
	assert_int_equal(truncate(f->path, 4096), 0);
	r = guise_accounts_open(f->path, 0, &accounts);
	if (r == 0)
		r = guise_accounts_list(accounts, ignore, NULL);
	assert_int_equal(r, -EBADMSG);
	(void)guise_accounts_close(accounts);
}

static void nothing_of_a_replaced_hash_stays_in_the_file(void **state)
{
	struct fixture *f = *state;
	sqlite3_stmt *stmt = NULL;
	char hash[200] = "";
	uint8_t *bytes;
	size_t size;

	add_user(f, "alice");
	assert_int_equal(
		guise_accounts_set_password(f->accounts, "alice", "secret", 6),
		0);
	assert_int_equal(sqlite3_prepare_v2(f->accounts->db,
					    "SELECT hash FROM principal"
					    " WHERE name = 'alice'",
					    -1, &stmt, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	(void)snprintf(hash, sizeof(hash), "%s",
		       (const char *)sqlite3_column_text(stmt, 0));
	(void)sqlite3_finalize(stmt);
	fixture_reopen(f, 0); /* once into the main file */
	assert_int_equal(
		guise_accounts_set_password(f->accounts, "alice", NULL, 0), 0);
	close_file(f);

	bytes = read_file(f->path, &size);
	assert_null(memmem(bytes, size, hash + 30, 20));
	assert_non_null(memmem(bytes, size, "alice", 5));
	free(bytes);
}

/* In a child: no cmocka, only an exit code. */
static int add_many(const struct fixture *f, unsigned who)
{
	struct guise_accounts *accounts = NULL;

	if (guise_accounts_open(f->path, 0, &accounts) < 0)
		return 1;
	for (unsigned i = 0; i < 25; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "user-%u-%u", who, i);
		if (guise_accounts_add_user(accounts, name, NULL) < 0)
			return 2;
		if (guise_accounts_add_member(accounts, "users", name) < 0)
			return 3;
	}
	(void)guise_accounts_close(accounts);
	return 0;
}

static int exit_code_of(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int64_t ask(struct fixture *f, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int64_t value;

	assert_int_equal(
		sqlite3_prepare_v2(f->accounts->db, sql, -1, &stmt, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	value = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_finalize(stmt);
	return value;
}

static void assert_sound(struct fixture *f)
{
	sqlite3_stmt *stmt = NULL;

	assert_int_equal(sqlite3_prepare_v2(f->accounts->db,
					    "PRAGMA integrity_check", -1, &stmt,
					    NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(stmt, 0), "ok");
	(void)sqlite3_finalize(stmt);
	assert_int_equal(ask(f, "SELECT count(*) FROM"
				" pragma_foreign_key_check"),
			 0);
	/* a uid is given exactly when the counter has passed it */
	assert_int_equal(ask(f, "SELECT (SELECT count(*) FROM principal"
				"  WHERE kind = 1)"
				" + (SELECT count(*) FROM retired"
				"  WHERE kind = 1)"
				" = (SELECT value - 200000 FROM setting"
				"  WHERE name = 'uid_next')"),
			 1);
}

static void writers_at_once_all_succeed(void **state)
{
	struct fixture *f = *state;
	pid_t pids[4];

	close_file(f); /* a connection must not be used across fork */
	for (unsigned i = 0; i < ARRAY_SIZE(pids); i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] == 0)
			_exit(add_many(f, i));
	}
	for (unsigned i = 0; i < ARRAY_SIZE(pids); i++)
		assert_int_equal(exit_code_of(pids[i]), 0);
	fixture_reopen(f, 0);
	assert_int_equal(ask(f, "SELECT count(*) FROM principal"
				" WHERE kind = 1"),
			 100);
	assert_int_equal(ask(f, "SELECT count(*) FROM member"), 100);
	assert_sound(f);
}

/* In a child: what it found the machine to be, through a pipe. */
static int create_and_tell(const char *path, int fd)
{
	struct guise_accounts *accounts = NULL;
	struct guise_sid machine;
	int r;

	r = guise_accounts_open(path, GUISE_ACCOUNTS_CREATE, &accounts);
	if (r < 0)
		return -r & 0xff;
	r = guise_accounts_machine_sid(accounts, &machine);
	(void)guise_accounts_close(accounts);
	return r < 0 || write(fd, &machine, sizeof(machine)) != sizeof(machine);
}

static void creators_at_once_agree_on_one_machine(void **state)
{
	struct fixture *f = *state;

	for (unsigned round = 0; round < 10; round++) {
		struct guise_sid machines[6];
		char path[128], name[32];
		pid_t pids[6];
		int told[2];

		(void)snprintf(name, sizeof(name), "raced-%u.db", round);
		fixture_path(f, name, path);
		assert_int_equal(pipe(told), 0);
		for (unsigned i = 0; i < ARRAY_SIZE(pids); i++) {
			pids[i] = fork();
			assert_true(pids[i] >= 0);
			if (pids[i] == 0)
				_exit(create_and_tell(path, told[1]));
		}
		for (unsigned i = 0; i < ARRAY_SIZE(pids); i++)
			assert_int_equal(exit_code_of(pids[i]), 0);
		for (unsigned i = 0; i < ARRAY_SIZE(pids); i++) {
			assert_int_equal(read(told[0], &machines[i],
					      sizeof(machines[i])),
					 sizeof(machines[i]));
			assert_true(
				guise_sid_equal(&machines[0], &machines[i]));
		}
		(void)close(told[0]);
		(void)close(told[1]);
	}
}

static void a_writer_killed_in_its_transaction_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct guise_account found;
	int ready[2];
	char byte;
	pid_t pid;

	close_file(f);
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		struct guise_accounts *accounts = NULL;

		if (guise_accounts_open(f->path, 0, &accounts) < 0 ||
		    sqlite3_exec(accounts->db,
				 "PRAGMA cache_size = 1; BEGIN IMMEDIATE;"
				 "INSERT INTO principal (name, kind, unix_id)"
				 " VALUES ('half', 2, 5);"
				 "UPDATE setting SET value = 1",
				 NULL, NULL, NULL) != SQLITE_OK ||
		    write(ready[1], "x", 1) != 1)
			_exit(1);
		(void)pause();
		_exit(1);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(exit_code_of(pid), -SIGKILL);
	(void)close(ready[0]);
	(void)close(ready[1]);

	fixture_reopen(f, 0);
	assert_int_equal(guise_accounts_find(f->accounts, "half", &found),
			 GUISE_E_NO_SUCH_ACCOUNT);
	assert_sound(f);
	add_user(f, "alice");
}

/* Adds and deletes until it is killed; tells of the first. */
static void churn(const struct fixture *f, unsigned round, int added)
{
	struct guise_accounts *accounts = NULL;

	if (guise_accounts_open(f->path, 0, &accounts) < 0)
		_exit(1);
	for (unsigned i = 0;; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "user-%u-%u", round, i);
		if (guise_accounts_add_user(accounts, name, NULL) < 0 ||
		    guise_accounts_add_member(accounts, "users", name) < 0 ||
		    (i % 2 && guise_accounts_delete(accounts, name) < 0))
			_exit(2);
		if (i == 0 && write(added, "x", 1) != 1)
			_exit(3);
	}
}

static void kills_at_any_moment_leave_a_sound_file(void **state)
{
	struct fixture *f = *state;
	int added[2];
	char byte;

	assert_int_equal(pipe(added), 0);
	for (unsigned round = 0; round < 13; round++) {
		struct timespec wait = {.tv_nsec = 3000000 + 2300000L * round};
		pid_t pid;

		close_file(f);
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0)
			churn(f, round, added[1]);
		(void)nanosleep(&wait, NULL);
		if (round == 12) /* however slow the machine is */
			assert_int_equal(read(added[0], &byte, 1), 1);
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(exit_code_of(pid), -SIGKILL);
		fixture_reopen(f, 0);
		assert_sound(f);
	}
	(void)close(added[0]);
	(void)close(added[1]);
	assert_true(ask(f, "SELECT count(*) FROM principal") > 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		account_test(a_new_file_is_closed_to_others),
		account_test(the_machine_sid_never_changes),
		account_test(two_machines_have_two_sids),
		account_test(a_missing_file_is_made_only_when_asked),
		account_test(flags_that_contradict_are_refused),
		account_test(a_loose_mode_is_refused),
		account_test(a_directory_others_can_write_is_refused),
		account_test(foreign_owners_are_refused),
		account_test(links_and_other_things_are_refused),
		account_test(a_file_without_a_directory_in_its_name_opens),
		account_test(what_is_not_ours_is_refused),
		account_test(a_newer_schema_is_refused_and_left_alone),
		account_test(lost_settings_are_damage),
		account_test(damaged_pages_are_errors),
		account_test(a_truncated_file_is_an_error),
		account_test(nothing_of_a_replaced_hash_stays_in_the_file),
		account_test(writers_at_once_all_succeed),
		account_test(creators_at_once_agree_on_one_machine),
		account_test(a_writer_killed_in_its_transaction_leaves_nothing),
		account_test(kills_at_any_moment_leave_a_sound_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
