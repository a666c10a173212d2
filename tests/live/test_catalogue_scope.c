/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accidents that others had with switched threads and that no other test of
 * the thread layer repeats: docs/threat-model.md, "The catalogue of accidents".
 */
#include <dirent.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cmocka-wrap.h"

#include "live.h"
#include "scope.h"

#define ALICE (LIVE_ID + 1)
#define STAFF (LIVE_ID + 100)
#define MUSIC (LIVE_ID + 101)

/* What a command sees of itself: the kernel's lines about its identity. */
static void identity_after_exec(int out)
{
	(void)dup2(out, STDOUT_FILENO);
	(void)execl("/bin/grep", "grep", "-E",
		    "^(Uid|Gid|Groups|CapEff):", "/proc/self/status",
		    (char *)NULL);
	_exit(127);
}

static void read_all(int fd, struct live_identity *ret)
{
	size_t used = 0;
	ssize_t n;

	memset(ret, 0, sizeof(*ret));
	while ((n = read(fd, ret->text + used, sizeof(ret->text) - 1 - used)) >
	       0)
		used += (size_t)n;
	LIVE_CHECK(n == 0 && used > 0);
}

/* exec copies the effective uid to the saved one: done as a client, a command
 * would be client and service at once, for good. */
static void exec_inside(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	struct live_identity before, command;
	int fds[2], status;
	pid_t pid;

	LIVE_CHECK(pipe(fds) == 0);
	live_identity_read(&before);
	{
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
		pid = fork();
		if (pid == 0)
			identity_after_exec(fds[1]);
	}
	LIVE_CHECK(close(fds[1]) == 0);
	read_all(fds[0], &command);
	LIVE_CHECK(live_identity_equal(&before, &command));
	LIVE_CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	LIVE_CHECK(close(fds[0]) == 0);
}

static void a_command_started_in_a_scope_is_the_service(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, exec_inside);
	live_expect_after(live_become_service, LIVE_DONE, exec_inside);
}

/* What the rule "no processes inside a scope" is for: posix_spawn, and with it
 * system and popen, start commands without the handlers of fork. Such a
 * command has the client's effective uid and the service's real one. */
static void spawned_past_fork(void)
{
	static const char want[] = "Uid:\t0\t310001\t310001\t310001\n";
	char grep[] = "grep", uid[] = "^Uid:", file[] = "/proc/self/status";
	char *const argv[] = {grep, uid, file, NULL};
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	struct live_identity command;
	posix_spawn_file_actions_t actions;
	int fds[2], status;
	pid_t pid;

	LIVE_CHECK(pipe2(fds, O_CLOEXEC) == 0);
	LIVE_CHECK(posix_spawn_file_actions_init(&actions) == 0);
	LIVE_CHECK(posix_spawn_file_actions_adddup2(&actions, fds[1], 1) == 0);
	{
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
		LIVE_CHECK(posix_spawn(&pid, "/bin/grep", &actions, NULL, argv,
				       NULL) == 0);
	}
	LIVE_CHECK(close(fds[1]) == 0);
	read_all(fds[0], &command);
	LIVE_CHECK(strcmp(command.text, want) == 0);
	LIVE_CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	LIVE_CHECK(close(fds[0]) == 0);
	(void)posix_spawn_file_actions_destroy(&actions);
}

static void a_command_started_past_fork_is_neither(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, spawned_past_fork);
}

/* Crashes in @dir; whether the kernel wrote a core. */
static bool crash(const char *dir, const struct guise_token *token)
{
	struct rlimit limit;
	int status;
	pid_t pid = fork();

	LIVE_CHECK(pid >= 0);
	if (pid == 0) {
		struct guise_scope scope = {0};

		(void)signal(SIGABRT, SIG_DFL);
		LIVE_CHECK(chdir(dir) == 0);
		LIVE_CHECK(getrlimit(RLIMIT_CORE, &limit) == 0);
		limit.rlim_cur = limit.rlim_max;
		LIVE_CHECK(setrlimit(RLIMIT_CORE, &limit) == 0);
		LIVE_CHECK(prctl(PR_SET_DUMPABLE, 1) == 0);
		if (token)
			LIVE_CHECK(guise_scope_begin(&scope, token) == 0);
		abort();
	}
	LIVE_CHECK(waitpid(pid, &status, 0) == pid);
	LIVE_CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	return WCOREDUMP(status);
}

static unsigned n_files_of(int dir, uint32_t uid)
{
	DIR *list = fdopendir(dup(dir));
	struct dirent *entry;
	unsigned n = 0;

	LIVE_CHECK(list != NULL);
	rewinddir(list);
	while ((entry = readdir(list))) {
		struct stat st;

		n += strcmp(entry->d_name, "..") != 0 &&
		     fstatat(dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) ==
			     0 &&
		     st.st_uid == uid;
	}
	(void)closedir(list);
	return n;
}

static bool dumps_setuid_programs(void)
{
	FILE *f = fopen("/proc/sys/fs/suid_dumpable", "re");
	int c = f ? fgetc(f) : '0';

	if (f)
		(void)fclose(f);
	return c == '1';
}

/* The memory of a service that dies as its client is not the client's to
 * read: CVE-2022-4415, CVE-2025-4598. */
static void core_files(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	char path[64];
	int dir = live_directory(path);

	if (dumps_setuid_programs()) {
		printf("fs.suid_dumpable is 1 on this host: nothing helps\n");
		live_cleanup(dir, path);
		return;
	}
	LIVE_CHECK(fchmod(dir, 0777) == 0);
	(void)crash(path, alice);
	LIVE_CHECK(n_files_of(dir, ALICE) == 0);
	LIVE_CHECK(n_files_of(dir, 0) == 1); /* itself */
	/* the same crash as the service itself shows that it could be seen */
	if (!crash(path, NULL))
		printf("this host keeps no cores: seen only that none is "
		       "alice's\n");
	live_cleanup(dir, path);
}

static void a_crash_in_a_scope_leaves_no_core_to_the_client(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, core_files);
}

static int count_one(void *context, const struct guise_thread_identity *it)
{
	unsigned *n = context;

	*n += it->euid == ALICE;
	return 0;
}

static unsigned n_leaked(void)
{
	unsigned n = 0;

	LIVE_CHECK(guise_scan(getpid(), count_one, &n) == 0);
	return n;
}

static void on_timer(union sigval value)
{
	atomic_fetch_add((atomic_uint *)value.sival_ptr, 1);
}

/* glibc makes the thread that serves SIGEV_THREAD at the first timer. */
static void timer_inside(void)
{
	static atomic_uint fired;
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	const struct itimerspec soon = {.it_value = {.tv_nsec = 1000000}};
	struct sigevent event = {
		.sigev_notify = SIGEV_THREAD,
		.sigev_notify_function = on_timer,
		.sigev_value = {.sival_ptr = &fired},
	};
	timer_t timer;

	{
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
		LIVE_CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
	}
	LIVE_CHECK(timer_settime(timer, 0, &soon, NULL) == 0);
	for (int i = 0; i < 2000 && atomic_load(&fired) == 0; i++)
		(void)usleep(1000);
	LIVE_CHECK(atomic_load(&fired) == 1);
	LIVE_CHECK(n_leaked() >= 1);
	LIVE_CHECK(timer_delete(timer) == 0);
}

/* So does its resolver at the first asynchronous question. */
static void resolver_inside(void)
{
	static struct gaicb question = {.ar_name = "127.0.0.1"};
	static struct gaicb *list[] = {&question};
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	unsigned n = 0;

	{
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
		LIVE_CHECK(getaddrinfo_a(GAI_NOWAIT, list, 1, NULL) == 0);
	}
	n = n_leaked(); /* it waits about a second for more questions */
	while (gai_error(&question) == EAI_INPROGRESS)
		(void)usleep(1000);
	LIVE_CHECK(n == 1);
	freeaddrinfo(question.ar_result);
}

static void helper_threads_of_timers_and_resolver_are_found(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, timer_inside);
	live_expect(LIVE_DONE, resolver_inside);
}

/* A /proc of this thread's own, in which a client sees only its processes. */
static void hide_processes(void)
{
	LIVE_CHECK(unshare(CLONE_NEWNS) == 0);
	LIVE_CHECK(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	LIVE_CHECK(mount("proc", "/proc", "proc", 0, "hidepid=invisible") == 0);
}

/* A process whose identity has changed is root's in /proc: whoever asked
 * there who it is, inside a scope, would be refused. */
static void hidden(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *self = NULL;

	for (int i = 0; i < 3; i++) {
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
		LIVE_CHECK(live_is(ALICE, ALICE, 0));
		LIVE_CHECK(open("/proc/1/status", O_RDONLY | O_CLOEXEC) < 0);
		LIVE_CHECK(open("/proc/self/mem", O_RDONLY | O_CLOEXEC) < 0);
	}
	LIVE_CHECK(guise_token_self(&self) == 0);
	LIVE_CHECK(guise_token_unix(self)->uid == 0);
	LIVE_CHECK(n_leaked() == 0);
	scope_assert_clean();
}

static void scopes_need_no_proc(void **state)
{
	(void)state;
	live_expect_after(hide_processes, LIVE_DONE, hidden);
}

/* Two tokens of one user, as before and after a change of groups. What is
 * remembered of one must not serve the other. */
static void same_user_other_groups(void)
{
	const uint32_t both[] = {STAFF, MUSIC}, one[] = {STAFF};
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *before = live_token_at(
		GUISE_LEVEL_IMPERSONATION, ALICE, ALICE, both, 2, 0);
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *after = live_token_at(
		GUISE_LEVEL_IMPERSONATION, ALICE, ALICE, one, 1, 0);
	GUISE_SCOPE(outer);

	LIVE_CHECK(guise_scope_begin(&outer, before) == 0);
	LIVE_CHECK(live_is(ALICE, ALICE, 2));
	{
		GUISE_SCOPE(inner);

		LIVE_CHECK(guise_scope_begin(&inner, after) == 0);
		LIVE_CHECK(live_is(ALICE, ALICE, 1));
		{
			GUISE_SCOPE(innermost);

			LIVE_CHECK(guise_scope_begin(&innermost, before) == 0);
			LIVE_CHECK(live_is(ALICE, ALICE, 2));
		}
		LIVE_CHECK(live_is(ALICE, ALICE, 1));
	}
	LIVE_CHECK(live_is(ALICE, ALICE, 2));
}

static void tokens_of_one_user_do_not_share_groups(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, same_user_other_groups);
}

/* Where ids have had, or lost, a meaning: CVE-2019-14287, 16-bit overflow,
 * signs. */
static const uint32_t edges[] = {
	0,	    1,		65533,	    65534,	65535,	    65536,
	0x7fffffff, 0x80000000, 0xfffffffd, 0xfffffffe, 0xffffffff,
};
#define EDGES (sizeof(edges) / sizeof(edges[0]))

static const struct guise_token *token_at_edge(uint32_t uid, uint32_t gid,
					       uint32_t group)
{
	const struct guise_sid user = guise_sid_of_uid(ALICE);
	const struct guise_token *token = NULL;
	struct guise_token_builder *b = NULL;

	LIVE_CHECK(guise_token_builder_new(&b) == 0);
	guise_token_builder_user(b, &user, 0);
	guise_token_builder_type(b, GUISE_TOKEN_IMPERSONATION,
				 GUISE_LEVEL_IMPERSONATION);
	guise_token_builder_unix(b, uid, gid, &group, 1);
	(void)!guise_token_builder_seal(b, &token);
	(void)guise_token_builder_free(b);
	return token;
}

static bool has_no_client(uint32_t id)
{
	return id == 0 || id == UINT32_MAX;
}

/* Either exactly these ids, by the kernel's word, or nothing changes. */
static void at_edge(uint32_t uid, uint32_t gid, uint32_t group)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token = token_at_edge(uid, gid, group);
	const bool refused = has_no_client(uid) || has_no_client(gid) ||
			     has_no_client(group);
	uint32_t back = 0;
	GUISE_SCOPE(scope);

	if (!token) {
		LIVE_CHECK(uid == UINT32_MAX || gid == UINT32_MAX ||
			   group == UINT32_MAX);
		return;
	}
	LIVE_CHECK((guise_scope_begin(&scope, token) < 0) == refused);
	if (refused) {
		LIVE_CHECK(live_is(0, 0, 0));
		return;
	}
	LIVE_CHECK(live_is(uid, gid, 1));
	LIVE_CHECK(sys_kernel.get_groups(NULL, &back, 1) == 1);
	LIVE_CHECK(back == group);
}

static void all_edges(void)
{
	for (size_t u = 0; u < EDGES; u++) {
		for (size_t g = 0; g < EDGES; g++) {
			for (size_t s = 0; s < EDGES; s++)
				at_edge(edges[u], edges[g], edges[s]);
		}
	}
}

static void without_groups(void)
{
	LIVE_CHECK(sys_kernel.set_groups(NULL, NULL, 0) == 0);
}

static void ids_at_the_edges_are_taken_exactly_or_refused(void **state)
{
	(void)state;
	live_expect_after(without_groups, LIVE_DONE, all_edges);
}

/* live_require_root() ends core files for good: in a child that only asks. */
static int is_to_be_skipped(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		live_require_root();
		exit(0);
	}
	LIVE_CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	return WEXITSTATUS(status);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_started_in_a_scope_is_the_service),
		cmocka_unit_test(a_command_started_past_fork_is_neither),
		cmocka_unit_test(
			a_crash_in_a_scope_leaves_no_core_to_the_client),
		cmocka_unit_test(
			helper_threads_of_timers_and_resolver_are_found),
		cmocka_unit_test(scopes_need_no_proc),
		cmocka_unit_test(tokens_of_one_user_do_not_share_groups),
		cmocka_unit_test(ids_at_the_edges_are_taken_exactly_or_refused),
	};

	if (is_to_be_skipped())
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
