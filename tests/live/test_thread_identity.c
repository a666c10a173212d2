/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a thread is inside a scope, asked of the kernel: ids, groups,
 * capabilities, and what they do and do not let it do. The accidents of other
 * people's servers that these prevent are named where they belong.
 */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cmocka.h>
#include <linux/capability.h>

#include "live.h"
#include "scope.h"

#define ALICE (LIVE_ID + 1)
#define BOB (LIVE_ID + 2)
#define STAFF (LIVE_ID + 100)
#define OUTCASTS (LIVE_ID + 101)
#define CAP_BIT(cap) (UINT64_C(1) << (cap))

static int try_open(int dir, const char *name, int flags)
{
	int fd = openat(dir, name, flags | O_CLOEXEC, 0644);

	if (fd < 0)
		return -errno;
	(void)close(fd);
	return 0;
}

static int open_as(const struct guise_token *token, int dir, const char *name)
{
	GUISE_SCOPE(scope);
	int r;

	r = guise_scope_begin(&scope, token);
	if (r < 0)
		return r;
	return try_open(dir, name, O_RDONLY);
}

static uint64_t effective(void)
{
	uint64_t caps = UINT64_MAX, permitted;

	LIVE_CHECK(sys_kernel.get_capabilities(NULL, &caps, &permitted) == 0);
	return caps;
}

/* CVE-2009-1072, CVE-2010-0728 */
static void no_capability(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	GUISE_SCOPE(scope);

	LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
	LIVE_CHECK(effective() == 0);
	LIVE_CHECK(live_is(ALICE, ALICE, 0));
}

static void capabilities_are_empty_in_a_scope(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, no_capability);
	live_expect_after(live_become_service, LIVE_DONE, no_capability);
}

static void root_powers(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	char path[64];
	int dir = live_directory(path);

	/* a directory in which alice may do what any owner may */
	LIVE_CHECK(fchmod(dir, 0777) == 0);
	live_file(dir, "hers", ALICE, ALICE, 0600);
	live_file(dir, "his", BOB, BOB, 0600);
	{
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
		LIVE_CHECK(mknodat(dir, "dev", S_IFBLK | 0600, makedev(7, 0)) <
				   0 &&
			   errno == EPERM);
		LIVE_CHECK(fchownat(dir, "hers", BOB, (gid_t)-1, 0) < 0 &&
			   errno == EPERM);
		LIVE_CHECK(fchownat(dir, "his", ALICE, (gid_t)-1, 0) < 0 &&
			   errno == EPERM);
		LIVE_CHECK(fchmodat(dir, "his", 0666, 0) < 0 && errno == EPERM);
		LIVE_CHECK(try_open(dir, "his", O_RDONLY) == -EACCES);
		LIVE_CHECK(try_open(dir, "his", O_WRONLY | O_TRUNC) == -EACCES);
	}
	live_cleanup(dir, path);
}

static void device_nodes_and_foreign_files_are_refused(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, root_powers);
}

static void trusted_attributes(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	char path[64], value[8];
	int dir = live_directory(path), fd;

	live_file(dir, "hers", ALICE, ALICE, 0600);
	fd = openat(dir, "hers", O_RDWR | O_CLOEXEC);
	LIVE_CHECK(fsetxattr(fd, "trusted.guise", "x", 1, 0) == 0);
	{
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
		LIVE_CHECK(fsetxattr(fd, "trusted.guise", "y", 1, 0) < 0 &&
			   errno == EPERM);
		LIVE_CHECK(fgetxattr(fd, "trusted.guise", value,
				     sizeof(value)) < 0 &&
			   errno == ENODATA);
		LIVE_CHECK(fsetxattr(fd, "security.guise", "y", 1, 0) < 0 &&
			   errno == EPERM);
	}
	(void)close(fd);
	live_cleanup(dir, path);
}

static void trusted_attributes_are_out_of_reach(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, trusted_attributes);
}

/* Raising a limit and taking from the reserve both ask for CAP_SYS_RESOURCE,
 * which also is what overrides a disk quota. */
static void resource_rights(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	struct rlimit limit = {.rlim_cur = 64, .rlim_max = 64};
	GUISE_SCOPE(scope);

	LIVE_CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
	limit.rlim_max = 65;
	LIVE_CHECK(setrlimit(RLIMIT_NOFILE, &limit) < 0 && errno == EPERM);
}

static void quota_override_is_gone(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, resource_rights);
}

/* CVE-2018-13405, CVE-2022-0358: a file made in a set-group-id directory of a
 * group that the client is not in must not keep the bit. */
static void set_group_id(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	char path[64];
	int dir = live_directory(path), fd;
	struct stat st;

	LIVE_CHECK(fchown(dir, 0, STAFF) == 0);
	LIVE_CHECK(fchmod(dir, 02777) == 0);
	{
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
		fd = openat(dir, "x", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC,
			    02755);
	}
	LIVE_CHECK(fd >= 0 && fstat(fd, &st) == 0);
	LIVE_CHECK(st.st_uid == ALICE && st.st_gid == STAFF);
	LIVE_CHECK((st.st_mode & S_ISGID) == 0);
	(void)close(fd);
	live_cleanup(dir, path);
}

static void set_group_id_bit_does_not_survive_in_a_foreign_directory(void **s)
{
	(void)s;
	live_expect(LIVE_DONE, set_group_id);
}

static void give_daemon_groups(void)
{
	const uint32_t groups[] = {STAFF, OUTCASTS};

	LIVE_CHECK(sys_kernel.set_groups(NULL, groups, 2) == 0);
}

/* CVE-2021-41617, CVE-2022-36109, CVE-2023-25173, ... */
static void exact_groups(void)
{
	static const uint32_t hers[] = {STAFF};
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token_at(
		GUISE_LEVEL_IMPERSONATION, ALICE, ALICE, hers, 1, 0);
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *bob = live_token(BOB, BOB);
	char path[64];
	int dir = live_directory(path);

	live_file(dir, "staff", 0, STAFF, 0640);
	live_file(dir, "all-but-staff", 0, STAFF, 0604);
	live_file(dir, "all-but-outcasts", 0, OUTCASTS, 0604);
	LIVE_CHECK(open_as(alice, dir, "staff") == 0);
	LIVE_CHECK(open_as(bob, dir, "staff") == -EACCES);
	/* a group may also deny: then it must not be lost */
	LIVE_CHECK(open_as(alice, dir, "all-but-staff") == -EACCES);
	LIVE_CHECK(open_as(bob, dir, "all-but-staff") == 0);
	/* the daemon is an outcast; its clients are not */
	LIVE_CHECK(open_as(alice, dir, "all-but-outcasts") == 0);
	LIVE_CHECK(open_as(bob, dir, "all-but-outcasts") == 0);
	live_cleanup(dir, path);
}

static void groups_are_exactly_the_tokens(void **state)
{
	(void)state;
	live_expect_after(give_daemon_groups, LIVE_DONE, exact_groups);
}

static void many_groups(void)
{
	static uint32_t groups[5000];
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *alice = NULL;
	uint32_t back[5000];

	for (uint32_t i = 0; i < 5000; i++)
		groups[i] = LIVE_ID + 20000 + i;
	alice = live_token_at(GUISE_LEVEL_IMPERSONATION, ALICE, ALICE, groups,
			      5000, 0);
	{
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
		LIVE_CHECK(sys_kernel.get_groups(NULL, back, 5000) == 5000);
		LIVE_CHECK(memcmp(back, groups, sizeof(groups)) == 0);
	}
}

static void many_daemon_groups(void)
{
	static uint32_t groups[3000];

	for (uint32_t i = 0; i < 3000; i++)
		groups[i] = LIVE_ID + 30000 + i;
	LIVE_CHECK(sys_kernel.set_groups(NULL, groups, 3000) == 0);
}

static void thousands_of_groups_are_set_and_taken_back(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, many_groups);
	live_expect_after(many_daemon_groups, LIVE_DONE, many_groups);
}

/* A process that is alice: what may it do to this one? */
static int as_alice(int (*action)(pid_t target))
{
	const struct kcred alice = {.uid = ALICE, .gid = ALICE};
	pid_t target = getpid(), pid = fork();
	int status;

	LIVE_CHECK(pid >= 0);
	if (pid == 0) {
		if (kcred_become(&alice, true) < 0)
			_exit(255);
		_exit(action(target) == 0 ? 0 : errno);
	}
	LIVE_CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	LIVE_CHECK(WEXITSTATUS(status) != 255);
	return -WEXITSTATUS(status);
}

static int signal_nothing(pid_t target)
{
	return kill(target, 0);
}

static int signal_term(pid_t target)
{
	return kill(target, SIGTERM);
}

static int trace(pid_t target)
{
	return (int)ptrace(PTRACE_ATTACH, target, NULL, NULL);
}

static int read_memory(pid_t target)
{
	char path[64];
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/mem", (int)target);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -1 : 0;
}

/* The helpers of as_alice() fork: they must be asked from another thread than
 * the one in the scope. */
struct in_scope {
	pthread_barrier_t begun, asked;
};

static void *stay_in_scope(void *context)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	struct in_scope *s = context;
	GUISE_SCOPE(scope);

	LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
	(void)pthread_barrier_wait(&s->begun);
	(void)pthread_barrier_wait(&s->asked);
	return NULL;
}

static void exposure(void)
{
	struct in_scope s;
	pthread_t thread;

	LIVE_CHECK(pthread_barrier_init(&s.begun, NULL, 2) == 0);
	LIVE_CHECK(pthread_barrier_init(&s.asked, NULL, 2) == 0);
	LIVE_CHECK(pthread_create(&thread, NULL, stay_in_scope, &s) == 0);
	(void)pthread_barrier_wait(&s.begun);
	LIVE_CHECK(as_alice(signal_nothing) == -EPERM);
	LIVE_CHECK(as_alice(signal_term) == -EPERM);
	LIVE_CHECK(as_alice(trace) == -EPERM);
	LIVE_CHECK(as_alice(read_memory) == -EACCES);
	(void)pthread_barrier_wait(&s.asked);
	LIVE_CHECK(pthread_join(thread, NULL) == 0);
}

/* Proves that the questions can have another answer: a process whose real uid
 * is the client's, as some servers do it. */
static void exposed(void)
{
	LIVE_CHECK(sys_set_all_uids(ALICE, 0, 0) == 0);
	LIVE_CHECK(as_alice(signal_nothing) == 0);
	LIVE_CHECK(sys_set_all_uids(0, 0, 0) == 0);
}

static void nothing(void)
{
}

static void the_client_can_neither_signal_nor_trace_the_server(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, exposure);
	live_expect_after(exposed, LIVE_DONE, nothing);
}

static void process_limit(void)
{
	static const struct kcred alice_cred = {.uid = ALICE, .gid = ALICE};
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	const struct rlimit none = {0};
	pid_t pid = fork();

	if (pid == 0) {
		if (kcred_become(&alice_cred, true) < 0)
			_exit(1);
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)pause();
		_exit(0);
	}
	LIVE_CHECK(setrlimit(RLIMIT_NPROC, &none) == 0);
	for (int i = 0; i < 50; i++)
		LIVE_CHECK(open_as(alice, AT_FDCWD, "/etc/passwd") == 0);
	LIVE_CHECK(kill(pid, SIGKILL) == 0);
	LIVE_CHECK(waitpid(pid, NULL, 0) == pid);
}

static void the_clients_process_limit_does_not_matter(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, process_limit);
}

/* What a scope leaves as it is, and what the kernel takes for good. */
static void side_effects(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	mode_t mask = umask(027);
	int value = -1;

	LIVE_CHECK(prctl(PR_SET_PDEATHSIG, SIGUSR1) == 0);
	LIVE_CHECK(prctl(PR_SET_DUMPABLE, 1) == 0);
	errno = ERANGE;
	LIVE_CHECK(open_as(alice, AT_FDCWD, "/etc/passwd") == 0);
	LIVE_CHECK(errno == ERANGE);
	LIVE_CHECK(umask(mask) == 027);
	LIVE_CHECK(prctl(PR_GET_PDEATHSIG, &value) == 0 && value == 0);
	LIVE_CHECK(prctl(PR_GET_DUMPABLE) != 1);
}

static void umask_stays_and_dumpable_and_death_signal_go(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, side_effects);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capabilities_are_empty_in_a_scope),
		cmocka_unit_test(device_nodes_and_foreign_files_are_refused),
		cmocka_unit_test(trusted_attributes_are_out_of_reach),
		cmocka_unit_test(quota_override_is_gone),
		cmocka_unit_test(
			set_group_id_bit_does_not_survive_in_a_foreign_directory),
		cmocka_unit_test(groups_are_exactly_the_tokens),
		cmocka_unit_test(thousands_of_groups_are_set_and_taken_back),
		cmocka_unit_test(
			the_client_can_neither_signal_nor_trace_the_server),
		cmocka_unit_test(the_clients_process_limit_does_not_matter),
		cmocka_unit_test(umask_stays_and_dumpable_and_death_signal_go),

	};

	live_require_root();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
