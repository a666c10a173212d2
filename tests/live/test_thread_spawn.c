/* SPDX-License-Identifier: Apache-2.0 */
/* Commands run with a token: what they are, what they inherit, and how the
 * caller learns that one could not be started. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <guise/thread-token.h>

#include "live.h"

#define ALICE (LIVE_ID + 1)
#define STAFF (LIVE_ID + 100)

/* Runs a shell line as alice; what it prints, without the last newline. */
static int run_line(const char *line, struct guise_spawn_options *options,
		    char *ret_text, size_t room)
{
	static const uint32_t staff[] = {STAFF, STAFF + 1};
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice =
		live_token_at(GUISE_LEVEL_IMPERSONATION, ALICE, ALICE, staff, 2,
			      GUISE_PRIVILEGE_BIT(GUISE_SE_BACKUP));
	const char *argv[] = {"sh", "-c", line, NULL};
	int ends[2], status;
	size_t used = 0;
	ssize_t n;
	pid_t pid;

	LIVE_CHECK(pipe2(ends, O_CLOEXEC) == 0);
	options->size = sizeof(*options);
	options->argv = argv;
	options->stdout_fd = ends[1];
	options->stderr_fd = 2;
	LIVE_CHECK(guise_spawn(alice, options, &pid) == 0);
	(void)close(ends[1]);
	while ((n = read(ends[0], ret_text + used, room - 1 - used)) > 0)
		used += (size_t)n;
	(void)close(ends[0]);
	LIVE_CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	if (used > 0 && ret_text[used - 1] == '\n')
		used--;
	ret_text[used] = '\0';
	return WEXITSTATUS(status);
}

static void says(const char *line, const char *expected)
{
	struct guise_spawn_options options = {0};
	char text[4096];

	(void)run_line(line, &options, text, sizeof(text));
	if (strcmp(text, expected) != 0)
		fprintf(stderr, "%s: \"%s\", not \"%s\"\n", line, text,
			expected);
	LIVE_CHECK(strcmp(text, expected) == 0);
}

#define STATUS(key) "grep ^" key ": /proc/self/status | cut -f2-"

static void identity(void)
{
	says(STATUS("Uid"), "310001\t310001\t310001\t310001");
	says(STATUS("Gid"), "310001\t310001\t310001\t310001");
	says(STATUS("Groups"), "310100 310101 ");
	says(STATUS("CapInh"), "0000000000000000");
	says(STATUS("CapPrm"), "0000000000000000");
	says(STATUS("CapEff"), "0000000000000000");
	says(STATUS("CapBnd"), "0000000000000000");
	says(STATUS("CapAmb"), "0000000000000000");
	says(STATUS("NoNewPrivs"), "0");
}

static void a_command_is_the_user_in_every_respect(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, identity);
}

static void inheritance(void)
{
	sigset_t all;
	int leaked = open("/etc/shadow", O_RDONLY); /* not O_CLOEXEC */

	LIVE_CHECK(leaked >= 0 && dup2(leaked, 50) == 50);
	LIVE_CHECK(signal(SIGTERM, SIG_IGN) != SIG_ERR);
	LIVE_CHECK(sigfillset(&all) == 0);
	LIVE_CHECK(sigprocmask(SIG_SETMASK, &all, NULL) == 0);
	/* 3 is the directory that ls itself opens */
	says("ls /proc/self/fd", "0\n1\n2\n3");
	says(STATUS("SigBlk"), "0000000000000000");
	says(STATUS("SigIgn"), "0000000000000000");
	says("pwd", "/");
	says("env | sort", "PATH=/usr/local/bin:/usr/bin:/bin\nPWD=/");
	(void)close(leaked);
}

static void a_command_inherits_no_descriptor_signal_or_variable(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, inheritance);
}

static void surroundings(void)
{
	static const char *const environment[] = {"PATH=/bin", "A=b c", NULL};
	struct guise_spawn_options named = {.home = "/tmp",
					    .user = "alice",
					    .shell = "/bin/sh",
					    .working_directory = "/tmp",
					    .no_new_privileges = true};
	struct guise_spawn_options given = {.environment = environment};
	char text[4096];

	LIVE_CHECK(run_line("echo $HOME $USER $LOGNAME $SHELL; pwd; grep "
			    "^NoNewPrivs /proc/self/status; exit 42",
			    &named, text, sizeof(text)) == 42);
	LIVE_CHECK(strcmp(text, "/tmp alice alice /bin/sh\n/tmp\n"
				"NoNewPrivs:\t1") == 0);
	LIVE_CHECK(run_line("echo $A", &given, text, sizeof(text)) == 0);
	LIVE_CHECK(strcmp(text, "b c") == 0);
}

static void surroundings_are_those_asked_for(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, surroundings);
}

static int fails(const struct guise_token *token, const char *command,
		 const char *directory)
{
	const char *argv[] = {command, NULL};
	const struct guise_spawn_options options = {
		.size = sizeof(options),
		.argv = argv,
		.working_directory = directory,
		.stdout_fd = 1,
		.stderr_fd = 2,
	};
	pid_t pid = -7;
	int r = guise_spawn(token, &options, &pid);

	LIVE_CHECK(r < 0 && pid == -7);
	/* no child is left behind */
	LIVE_CHECK(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
	return r;
}

static void failures(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *known = live_token_at(
		GUISE_LEVEL_IDENTIFICATION, ALICE, ALICE, NULL, 0, 0);
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *root = live_token(0, 0);
	char path[64], command[128];
	int dir = live_directory(path);

	live_file(dir, "roots", 0, 0, 0700);
	(void)snprintf(command, sizeof(command), "%s/roots", path);
	LIVE_CHECK(fails(alice, "no-such-command", NULL) == -ENOENT);
	LIVE_CHECK(fails(alice, "/no/such/command", NULL) == -ENOENT);
	LIVE_CHECK(fails(alice, command, NULL) == -EACCES);
	LIVE_CHECK(fails(alice, "/etc", NULL) == -EACCES);
	/* entered as the user */
	LIVE_CHECK(fails(alice, "true", "/root") == -EACCES);
	LIVE_CHECK(fails(known, "true", NULL) == GUISE_E_BAD_LEVEL);
	LIVE_CHECK(fails(root, "true", NULL) == GUISE_E_CEILING);
	LIVE_CHECK(fails(NULL, "true", NULL) == -EINVAL);
	LIVE_CHECK(fails(alice, "", NULL) == -EINVAL);
	{
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
		LIVE_CHECK(fails(alice, "true", NULL) == -EBUSY);
	}
	live_cleanup(dir, path);
}

static void what_cannot_start_is_an_error_and_no_process(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, failures);
}

/* Kernel 3.1 on: a uid past its process limit is taken on, and exec fails. */
static void too_many(void)
{
	static const struct kcred alice_cred = {.uid = ALICE, .gid = ALICE};
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	const struct rlimit none = {0};
	const char *argv[] = {"true", NULL};
	const struct guise_spawn_options options = {.size = sizeof(options),
						    .argv = argv,
						    .stdout_fd = 1,
						    .stderr_fd = 2};
	pid_t sleeper, pid;
	int ready[2];
	char byte = 0;

	LIVE_CHECK(pipe(ready) == 0);
	sleeper = fork();
	if (sleeper == 0) {
		if (kcred_become(&alice_cred, true) < 0)
			_exit(1);
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (write(ready[1], &byte, 1) != 1)
			_exit(1);
		(void)pause();
		_exit(0);
	}
	LIVE_CHECK(read(ready[0], &byte, 1) == 1);
	LIVE_CHECK(setrlimit(RLIMIT_NPROC, &none) == 0);
	LIVE_CHECK(guise_spawn(alice, &options, &pid) == -EAGAIN);
	LIVE_CHECK(kill(sleeper, SIGKILL) == 0);
	LIVE_CHECK(waitpid(sleeper, NULL, 0) == sleeper);
}

static void the_users_process_limit_is_reported(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, too_many);
}

/* The report of a failure must not land in a descriptor of the command's. */
static void without_standard_descriptors(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	char path[64];
	int dir = live_directory(path), out;
	struct stat st;

	live_file(dir, "out", ALICE, ALICE, 0600);
	out = openat(dir, "out", O_RDWR | O_TRUNC | O_CLOEXEC);
	LIVE_CHECK(close(0) == 0 && close(1) == 0);
	{
		const char *argv[] = {"/no/such/command", NULL};
		const struct guise_spawn_options options = {
			.size = sizeof(options),
			.argv = argv,
			.stdin_fd = out,
			.stdout_fd = out,
			.stderr_fd = out,
		};
		pid_t pid;

		LIVE_CHECK(guise_spawn(alice, &options, &pid) == -ENOENT);
	}
	LIVE_CHECK(fstat(out, &st) == 0 && st.st_size == 0);
	(void)close(out);
	live_cleanup(dir, path);
}

static void a_failure_is_told_to_the_caller_alone(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, without_standard_descriptors);
}

/* A client's capabilities outlive exec only where that is asked for. */
static void ambient(void)
{
	const struct guise_ceiling ceiling = {
		.size = sizeof(ceiling),
		.uid_min = 1,
		.privileges = GUISE_PRIVILEGE_BIT(GUISE_SE_BACKUP)};
	const char *const keys[] = {"CapPrm", "CapEff", "CapBnd", "CapAmb"};
	char line[64], text[4096];

	LIVE_CHECK(guise_impersonation_init(&ceiling, 0, 0) == 0);
	says(STATUS("CapEff"), "0000000000000000");
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		struct guise_spawn_options options = {.keep_capabilities =
							      true};

		(void)snprintf(line, sizeof(line),
			       "grep ^%s: /proc/self/status | cut -f2-",
			       keys[i]);
		(void)run_line(line, &options, text, sizeof(text));
		LIVE_CHECK(strcmp(text, "0000000000000004") == 0);
	}
}

static void capabilities_are_kept_where_that_is_asked_for(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, ambient);
}

static void keeping(void)
{
	int high = fcntl(1, F_DUPFD_CLOEXEC, 77);
	int low = fcntl(1, F_DUPFD_CLOEXEC, 40);
	const int fds[] = {high, low, high, 1};
	const int none[] = {high, 78};
	struct guise_spawn_options options = {.keep_fds = fds, .n_keep_fds = 4};
	const char *argv[] = {"true", NULL};
	struct guise_spawn_options bad = {.size = sizeof(bad),
					  .argv = argv,
					  .keep_fds = none,
					  .n_keep_fds = 2};
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	char text[4096];
	pid_t pid;

	LIVE_CHECK(high == 77 && low == 40);
	(void)run_line("ls /proc/self/fd", &options, text, sizeof(text));
	LIVE_CHECK(strcmp(text, "0\n1\n2\n3\n40\n77") == 0);
	LIVE_CHECK(guise_spawn(alice, &bad, &pid) == -EBADF);
}

static void descriptors_that_are_named_stay(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, keeping);
}

static char *line_of(int fd, char text[4096])
{
	ssize_t n = read(fd, text, 4095);

	LIVE_CHECK(n >= 0);
	text[n] = '\0';
	return text;
}

static void suspended(void)
{
	const char *argv[] = {"sh", "-c", "id -u", NULL};
	const char *none[] = {"/no/such/command", NULL};
	struct guise_spawn_options o = {
		.size = sizeof(o), .argv = argv, .stderr_fd = 2};
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	const struct guise_token *token = NULL;
	int ends[2], resume, status;
	char text[4096];
	pid_t pid;

	LIVE_CHECK(pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
	o.stdout_fd = ends[1];
	LIVE_CHECK(guise_spawn_suspended(alice, &o, &pid, &resume) == 0);
	/* it is alice already, and has run nothing */
	LIVE_CHECK(guise_token_of_process(pid, &token) == 0);
	LIVE_CHECK(guise_token_unix(token)->uid == ALICE);
	(void)guise_token_unref(token);
	LIVE_CHECK(read(ends[0], text, 1) < 0 && errno == EAGAIN);
	LIVE_CHECK(guise_spawn_resume(resume) == 0);
	LIVE_CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	LIVE_CHECK(strcmp(line_of(ends[0], text), "310001\n") == 0);

	o.argv = none;
	LIVE_CHECK(guise_spawn_suspended(alice, &o, &pid, &resume) == 0);
	LIVE_CHECK(guise_spawn_resume(resume) == -ENOENT);
	LIVE_CHECK(waitpid(pid, &status, 0) == pid);
	/* given up */
	LIVE_CHECK(guise_spawn_suspended(alice, &o, &pid, &resume) == 0);
	LIVE_CHECK(close(resume) == 0);
	LIVE_CHECK(waitpid(pid, &status, 0) == pid);
	LIVE_CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 126);
	/* killed meanwhile */
	LIVE_CHECK(guise_spawn_suspended(alice, &o, &pid, &resume) == 0);
	LIVE_CHECK(kill(pid, SIGKILL) == 0);
	LIVE_CHECK(waitpid(pid, &status, 0) == pid);
	LIVE_CHECK(guise_spawn_resume(resume) == -ESRCH);
	LIVE_CHECK(guise_spawn_resume(-1) == -EBADF);
}

static void a_suspended_command_has_its_identity_and_waits(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, suspended);
}

/* What the child is depends on its token and the process, not on the thread. */
static void while_impersonating(void)
{
	const char *argv[] = {"sh", "-c",
			      "id -u; id -ru; grep CapEff "
			      "/proc/self/status | cut -f2",
			      NULL};
	struct guise_spawn_options o = {.size = sizeof(o),
					.argv = argv,
					.stderr_fd = 2,
					.as_process = true};
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *bob = live_token(LIVE_ID + 2, LIVE_ID + 2);
	struct guise_token_object *alice = NULL;
	const struct guise_token *token = live_token(ALICE, ALICE);
	char text[4096];
	int ends[2], status;
	pid_t pid;

	LIVE_CHECK(pipe2(ends, O_CLOEXEC) == 0);
	o.stdout_fd = ends[1];
	LIVE_CHECK(guise_token_object_new(token, NULL, NULL, &alice) == 0);
	LIVE_CHECK(guise_thread_impersonate(alice, NULL) == 0);
	LIVE_CHECK(guise_spawn(bob, &o, &pid) == -EINVAL);
	LIVE_CHECK(guise_spawn(NULL, &o, &pid) == 0);
	LIVE_CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	line_of(ends[0], text);
	LIVE_CHECK(strncmp(text, "0\n0\n", 4) == 0);
	LIVE_CHECK(!strstr(text, "0000000000000000"));
	o.as_process = false;
	LIVE_CHECK(guise_spawn(NULL, &o, &pid) == -EINVAL);
	LIVE_CHECK(guise_spawn(bob, &o, &pid) == 0);
	LIVE_CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	LIVE_CHECK(strcmp(line_of(ends[0], text),
			  "310002\n310002\n0000000000000000\n") == 0);
	LIVE_CHECK(live_is(ALICE, ALICE, 0));
	guise_thread_revert();
	(void)guise_token_object_unref(alice);
	(void)guise_token_unref(token);
}

static void no_command_starts_as_the_threads_client(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, while_impersonating);
}

static void give_up_everything(void)
{
	const struct kcred service = {.uid = LIVE_SERVICE, .gid = LIVE_SERVICE};

	LIVE_CHECK(kcred_become(&service, false) == 0);
}

static void unprivileged(void)
{
	const char *argv[] = {"true", NULL};
	const struct guise_spawn_options o = {.size = sizeof(o),
					      .argv = argv,
					      .stdout_fd = 1,
					      .stderr_fd = 2};
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *own = live_token(LIVE_SERVICE, LIVE_SERVICE);
	int status;
	pid_t pid;

	LIVE_CHECK(guise_spawn(alice, &o, &pid) == GUISE_E_PRIVILEGE_NOT_HELD);
	LIVE_CHECK(guise_spawn(own, &o, &pid) == 0);
	LIVE_CHECK(waitpid(pid, &status, 0) == pid && status == 0);
}

static void a_process_without_privilege_spawns_what_it_is(void **state)
{
	(void)state;
	live_expect_after(give_up_everything, LIVE_DONE, unprivileged);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_is_the_user_in_every_respect),
		cmocka_unit_test(
			a_command_inherits_no_descriptor_signal_or_variable),
		cmocka_unit_test(surroundings_are_those_asked_for),
		cmocka_unit_test(what_cannot_start_is_an_error_and_no_process),
		cmocka_unit_test(the_users_process_limit_is_reported),
		cmocka_unit_test(a_failure_is_told_to_the_caller_alone),
		cmocka_unit_test(capabilities_are_kept_where_that_is_asked_for),
		cmocka_unit_test(descriptors_that_are_named_stay),
		cmocka_unit_test(
			a_suspended_command_has_its_identity_and_waits),
		cmocka_unit_test(no_command_starts_as_the_threads_client),
		cmocka_unit_test(a_process_without_privilege_spawns_what_it_is),
	};

	live_require_root();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
