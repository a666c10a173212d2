/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scopes and the rest of the process: forks, threads and helpers started
 * inside one, libc's own set*id, the scan that finds leaks, and the tokens of
 * processes and threads as the kernel tells them.
 */
#include <aio.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <linux/capability.h>
#include <linux/keyctl.h>

#include "live.h"
#include "scope.h"

#define ALICE (LIVE_ID + 1)
#define BOB (LIVE_ID + 2)
#define STAFF (LIVE_ID + 100)

/* In a child of fork(): what is left of the scope. */
static int child_is_base(struct guise_scope *scope, uint32_t uid)
{
	if (!live_is(uid, uid, 0))
		return 1;
	if (guise_scope_depth() != 0 || guise_scope_token())
		return 2;
	guise_scope_end(scope); /* as the child's own way out will */
	if (!live_is(uid, uid, 0))
		return 3;
	scope_assert_clean();
	return 0;
}

static void fork_inside(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *bob = live_token(BOB, BOB);
	uint32_t base, r, s;
	int status;
	pid_t pid;

	LIVE_CHECK(sys_kernel.set_groups(NULL, NULL, 0) == 0);
	LIVE_CHECK(guise_impersonation_init(NULL, 0, 0) == 0);
	LIVE_CHECK(sys_kernel.get_uids(NULL, &r, &base, &s) == 0);
	{
		GUISE_SCOPE(one);
		GUISE_SCOPE(two);

		LIVE_CHECK(guise_scope_begin(&one, bob) == 0);
		LIVE_CHECK(guise_scope_begin(&two, alice) == 0);
		pid = fork();
		if (pid == 0)
			_exit(child_is_base(&two, base));
		LIVE_CHECK(live_is(ALICE, ALICE, 0));
	}
	LIVE_CHECK(waitpid(pid, &status, 0) == pid);
	LIVE_CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void drop_groups(void)
{
	LIVE_CHECK(sys_kernel.set_groups(NULL, NULL, 0) == 0);
}

static void a_fork_inside_a_scope_gives_the_child_the_base(void **state)
{
	(void)state;
	live_expect_after(drop_groups, LIVE_DONE, fork_inside);
	live_expect_after(live_become_service, LIVE_DONE, fork_inside);
}

struct found {
	unsigned n;
	struct guise_thread_identity last;
	pid_t ignore;
};

static int remember(void *context, const struct guise_thread_identity *it)
{
	struct found *f = context;

	if (it->tid == f->ignore)
		return 0;
	f->n++;
	f->last = *it;
	return 0;
}

static unsigned scan_self(struct found *f)
{
	*f = (struct found){.ignore = f->ignore};
	LIVE_CHECK(guise_scan(getpid(), remember, f) == 0);
	return f->n;
}

struct stranger {
	pthread_barrier_t born, looked;
	const struct guise_token *token;
	pid_t tid;
};

/* Created inside a scope: it has the client's ids for life, and the library
 * neither takes them for a base nor lets a job end on them. */
static void *live_as_client(void *context)
{
	struct stranger *s = context;
	GUISE_SCOPE(scope);

	s->tid = sys_thread_id();
	(void)pthread_barrier_wait(&s->born);
	(void)pthread_barrier_wait(&s->looked);
	LIVE_CHECK(guise_scope_depth() == 0);
	LIVE_CHECK(guise_scope_begin(&scope, s->token) == -EPERM);
	return NULL;
}

static void thread_inside(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *seen = NULL;
	struct stranger s = {.token = alice};
	struct found found = {0};
	pthread_t thread;

	LIVE_CHECK(scan_self(&found) == 0);
	LIVE_CHECK(pthread_barrier_init(&s.born, NULL, 2) == 0);
	LIVE_CHECK(pthread_barrier_init(&s.looked, NULL, 2) == 0);
	{
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
		LIVE_CHECK(pthread_create(&thread, NULL, live_as_client, &s) ==
			   0);
		(void)pthread_barrier_wait(&s.born);
	}
	LIVE_CHECK(scan_self(&found) == 1);
	LIVE_CHECK(found.last.tid == s.tid && found.last.pid == getpid());
	LIVE_CHECK(found.last.euid == ALICE && found.last.base_uid == 0);
	LIVE_CHECK(found.last.differs & GUISE_DIFFERS_UID);
	LIVE_CHECK(found.last.differs & GUISE_DIFFERS_GID);
	LIVE_CHECK(found.last.differs & GUISE_DIFFERS_CAPABILITIES);
	LIVE_CHECK(guise_token_of_thread(getpid(), s.tid, &seen) == 0);
	LIVE_CHECK(guise_token_unix(seen)->uid == ALICE);
	LIVE_CHECK(guise_token_type(seen) == GUISE_TOKEN_IMPERSONATION);
	(void)pthread_barrier_wait(&s.looked);
	LIVE_CHECK(pthread_join(thread, NULL) == 0);
	LIVE_CHECK(scan_self(&found) == 0);
}

static void a_thread_created_in_a_scope_is_found_and_refused(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, thread_inside);
}

static void *end_a_job(void *context)
{
	(void)context;
	scope_assert_clean();
	return NULL;
}

static void job_on_a_leaked_thread(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	pthread_t thread;
	GUISE_SCOPE(scope);

	LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
	LIVE_CHECK(pthread_create(&thread, NULL, end_a_job, NULL) == 0);
	LIVE_CHECK(pthread_join(thread, NULL) == 0);
}

static void a_job_on_a_thread_created_in_a_scope_ends_the_process(void **state)
{
	(void)state;
	live_expect(LIVE_ABORTED, job_on_a_leaked_thread);
}

/* glibc's POSIX AIO keeps a helper thread: started inside a scope, it is the
 * client as long as it lives. This is why the rule is "nothing asynchronous
 * inside a scope", and that the scan shows who broke it. */
static void aio_inside(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	struct found found = {0};
	char byte;
	int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	struct aiocb request = {
		.aio_fildes = fd, .aio_buf = &byte, .aio_nbytes = 1};
	const struct aiocb *list[] = {&request};

	{
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
		LIVE_CHECK(aio_read(&request) == 0);
	}
	LIVE_CHECK(aio_suspend(list, 1, NULL) == 0);
	LIVE_CHECK(aio_return(&request) == 1);
	LIVE_CHECK(scan_self(&found) == 1);
	LIVE_CHECK(found.last.euid == ALICE);
	(void)close(fd);
}

static void a_helper_thread_of_libc_is_found(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, aio_inside);
}

struct switched {
	pthread_barrier_t begun, done;
};

static void *hold_scope(void *context)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	struct switched *s = context;
	GUISE_SCOPE(scope);

	LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
	(void)pthread_barrier_wait(&s->begun);
	(void)pthread_barrier_wait(&s->done);
	return NULL;
}

/* libc changes every thread; the one in the scope may not, libc sees threads
 * that disagree, and ends the process. Never half a change. */
static void libc_broadcast(void)
{
	int (*libc_call)(uid_t);
	struct switched s;
	pthread_t thread;
	void *symbol = dlsym(RTLD_DEFAULT, "set"
					   "euid");

	LIVE_CHECK(symbol != NULL);
	memcpy(&libc_call, &symbol, sizeof(libc_call));
	LIVE_CHECK(pthread_barrier_init(&s.begun, NULL, 2) == 0);
	LIVE_CHECK(pthread_barrier_init(&s.done, NULL, 2) == 0);
	LIVE_CHECK(pthread_create(&thread, NULL, hold_scope, &s) == 0);
	(void)pthread_barrier_wait(&s.begun);
	(void)libc_call(BOB);
}

static void libcs_own_calls_beside_a_scope_end_the_process(void **state)
{
	(void)state;
	live_expect_alone(LIVE_ABORTED, libc_broadcast);
}

static int stop_early(void *context, const struct guise_thread_identity *it)
{
	(void)context;
	(void)it;
	return -ECANCELED;
}

static void scan_many(void)
{
	struct switched s[8];
	pthread_t threads[8];
	struct found found = {0};

	for (int i = 0; i < 8; i++) {
		LIVE_CHECK(pthread_barrier_init(&s[i].begun, NULL, 2) == 0);
		LIVE_CHECK(pthread_barrier_init(&s[i].done, NULL, 2) == 0);
		LIVE_CHECK(pthread_create(&threads[i], NULL, hold_scope,
					  &s[i]) == 0);
		(void)pthread_barrier_wait(&s[i].begun);
	}
	/* eight threads agree with each other; that makes them no base */
	LIVE_CHECK(scan_self(&found) == 8);
	LIVE_CHECK(found.last.base_uid == 0);
	LIVE_CHECK(guise_scan(getpid(), stop_early, NULL) == -ECANCELED);
	for (int i = 0; i < 8; i++) {
		(void)pthread_barrier_wait(&s[i].done);
		LIVE_CHECK(pthread_join(threads[i], NULL) == 0);
	}
	LIVE_CHECK(scan_self(&found) == 0);
}

/* Only the group leader runs in a scope: the base is the others'. */
static void scan_leader(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *base = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *self = NULL;
	struct found found = {0};
	GUISE_SCOPE(scope);

	LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
	LIVE_CHECK(scan_self(&found) == 1);
	LIVE_CHECK(found.last.tid == getpid());
	LIVE_CHECK(guise_token_of_process(getpid(), &base) == 0);
	LIVE_CHECK(guise_token_unix(base)->uid == 0);
	LIVE_CHECK(guise_token_type(base) == GUISE_TOKEN_PRIMARY);
	LIVE_CHECK(guise_token_self(&self) == 0);
	LIVE_CHECK(guise_token_unix(self)->uid == 0);
}

static void a_scan_counts_threads_in_scopes(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, scan_many);
	live_expect(LIVE_DONE, scan_leader);
}

/* A name that looks like a line of the status file. */
static void liar(void)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *t = NULL;

	LIVE_CHECK(prctl(PR_SET_NAME, "x\nUid:\t7 7 7") == 0);
	LIVE_CHECK(guise_token_of_process(getpid(), &t) == 0);
	LIVE_CHECK(guise_token_unix(t)->uid == 0);
}

static void a_process_name_cannot_forge_an_identity(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, liar);
}

static void give_groups(void)
{
	static const uint32_t groups[] = {STAFF, STAFF + 1};

	LIVE_CHECK(sys_kernel.set_groups(NULL, groups, 2) == 0);
	live_become_service();
	LIVE_CHECK(sys_kernel.set_groups(NULL, groups, 2) == 0);
}

static void own_token(void)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *t = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *none = NULL;
	struct guise_sid user = guise_sid_of_uid(LIVE_SERVICE);
	struct guise_sid staff = guise_sid_of_gid(STAFF);
	const struct guise_unix_identity *id;

	LIVE_CHECK(guise_token_self(&t) == 0);
	id = guise_token_unix(t);
	LIVE_CHECK(id->uid == LIVE_SERVICE && id->gid == LIVE_SERVICE);
	LIVE_CHECK(id->n_groups == 2 && id->groups[0] == STAFF);
	LIVE_CHECK(guise_sid_equal(&guise_token_user(t)->sid, &user));
	LIVE_CHECK(guise_token_is_member(t, &staff));
	LIVE_CHECK(guise_token_has_privilege(t, GUISE_SE_IMPERSONATE));
	LIVE_CHECK(!guise_token_has_privilege(t, GUISE_SE_BACKUP));
	LIVE_CHECK(guise_token_of_thread(getpid(), getpid(), &none) ==
		   GUISE_E_NO_TOKEN);
	LIVE_CHECK(guise_token_of_thread(getpid(), 1, &none) == -ESRCH);
	LIVE_CHECK(none == NULL);
}

static void gone(void)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *t = NULL;
	struct found found = {0};
	pid_t pid = fork();
	siginfo_t info;

	if (pid == 0)
		_exit(0);
	/* /proc still shows it, but nobody runs under this identity */
	LIVE_CHECK(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == 0);
	LIVE_CHECK(guise_token_of_process(pid, &t) == -ESRCH);
	LIVE_CHECK(waitpid(pid, NULL, 0) == pid);
	LIVE_CHECK(guise_token_of_process(pid, &t) == -ESRCH);
	LIVE_CHECK(guise_scan(pid, remember, &found) == -ESRCH);
	LIVE_CHECK(guise_token_of_process(0, &t) == -EINVAL);
	LIVE_CHECK(guise_token_of_process(-1, &t) == -EINVAL);
	LIVE_CHECK(guise_token_of_process(getpid(), NULL) == -EINVAL);
	LIVE_CHECK(guise_scan(-1, remember, &found) == -EINVAL);
	LIVE_CHECK(guise_scan(0, NULL, &found) == -EINVAL);
	LIVE_CHECK(guise_scan(0, remember, &found) == 0);
}

static void tokens_of_processes_are_what_the_kernel_says(void **state)
{
	(void)state;
	live_expect_after(give_groups, LIVE_DONE, own_token);
	live_expect(LIVE_DONE, gone);
}

/* What a throw-away thread becomes before it registers an identity. */
static void *assume(void *context)
{
	static const uint32_t staff[] = {STAFF};
	const struct kcred alice = {
		.uid = ALICE, .gid = ALICE, .groups = staff, .n_groups = 1};
	struct sys_capabilities caps;
	uint32_t r, e, s;

	(void)context;
	LIVE_CHECK(kcred_assume_for_registration(&alice, 0, 0) == -EINVAL);
	LIVE_CHECK(kcred_assume_for_registration(&alice, LIVE_SERVICE,
						 LIVE_SERVICE) == 0);
	LIVE_CHECK(sys_kernel.get_uids(NULL, &r, &e, &s) == 0);
	LIVE_CHECK(r == LIVE_SERVICE && e == ALICE && s == LIVE_SERVICE);
	LIVE_CHECK(sys_kernel.get_gids(NULL, &r, &e, &s) == 0);
	LIVE_CHECK(r == LIVE_SERVICE && e == ALICE && s == LIVE_SERVICE);
	LIVE_CHECK(sys_get_all_capabilities(&caps) == 0);
	LIVE_CHECK(!caps.effective && !caps.permitted && !caps.inheritable);
	LIVE_CHECK(live_is(ALICE, ALICE, 1));
	/* no way back */
	LIVE_CHECK(sys_kernel.set_uid(NULL, 0) == -EPERM);
	LIVE_CHECK(sys_kernel.set_groups(NULL, NULL, 0) == -EPERM);
	return NULL;
}

static void *assume_backup(void *context)
{
	const uint64_t backup = UINT64_C(1) << CAP_DAC_READ_SEARCH;
	const struct kcred alice = {
		.uid = ALICE, .gid = ALICE, .capabilities = backup};
	struct sys_capabilities caps;

	(void)context;
	LIVE_CHECK(kcred_assume_for_registration(&alice, LIVE_SERVICE,
						 LIVE_SERVICE) == 0);
	LIVE_CHECK(sys_get_all_capabilities(&caps) == 0);
	LIVE_CHECK(caps.effective == backup && caps.permitted == backup);
	return NULL;
}

static void registration(void)
{
	pthread_t thread;

	LIVE_CHECK(pthread_create(&thread, NULL, assume, NULL) == 0);
	LIVE_CHECK(pthread_join(thread, NULL) == 0);
	LIVE_CHECK(pthread_create(&thread, NULL, assume_backup, NULL) == 0);
	LIVE_CHECK(pthread_join(thread, NULL) == 0);
}

static void an_assumed_identity_has_no_way_back(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, registration);
}

static void become_nothing(void)
{
	const struct kcred alice = {.uid = ALICE, .gid = ALICE};

	LIVE_CHECK(kcred_become(&alice, true) == 0);
}

static void powerless(void)
{
	struct sys_capabilities caps;

	LIVE_CHECK(sys_get_all_capabilities(&caps) == 0);
	LIVE_CHECK(!caps.effective && !caps.permitted && !caps.inheritable);
	LIVE_CHECK(!sys_bounding() && !sys_ambient());
	LIVE_CHECK(sys_kernel.set_uid(NULL, 0) == -EPERM);
}

static void becoming_somebody_leaves_nothing(void **state)
{
	(void)state;
	live_expect_after(become_nothing, LIVE_DONE, powerless);
}

static void keyring(void)
{
	long before = syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID,
			      KEY_SPEC_SESSION_KEYRING, 0);
	long after;

	LIVE_CHECK(sys_new_session_keyring() == 0);
	after = syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID,
			KEY_SPEC_SESSION_KEYRING, 0);
	/* a host without keyrings has none to leak */
	LIVE_CHECK(after < 0 || after != before);
}

static void a_session_keyring_is_not_shared(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, keyring);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_fork_inside_a_scope_gives_the_child_the_base),
		cmocka_unit_test(
			a_thread_created_in_a_scope_is_found_and_refused),
		cmocka_unit_test(
			a_job_on_a_thread_created_in_a_scope_ends_the_process),
		cmocka_unit_test(a_helper_thread_of_libc_is_found),
		cmocka_unit_test(
			libcs_own_calls_beside_a_scope_end_the_process),
		cmocka_unit_test(a_scan_counts_threads_in_scopes),
		cmocka_unit_test(a_process_name_cannot_forge_an_identity),
		cmocka_unit_test(tokens_of_processes_are_what_the_kernel_says),
		cmocka_unit_test(an_assumed_identity_has_no_way_back),
		cmocka_unit_test(becoming_somebody_leaves_nothing),
		cmocka_unit_test(a_session_keyring_is_not_shared),
	};

	live_require_root();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
