/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Thread tokens and the rest of the process: another thread sets one, new
 * threads, forked children and ending threads have none, and two hundred
 * threads are as many clients at once.
 */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <linux/capability.h>

#include "scope.h"
#include "storm.h"
#include "thread-token.h"

#define ALICE (LIVE_ID + 1)
#define BOB (LIVE_ID + 2)
#define CAP_BIT(cap) (UINT64_C(1) << (cap))

/* A thread that does @turn until it is told to stop. */
struct worker {
	pthread_t thread;
	pthread_barrier_t ready;
	void (*turn)(struct worker *worker);
	const struct guise_token *token;
	_Atomic int32_t tid;
	atomic_bool stop;
	_Atomic uint32_t uid; /* as it last saw itself */
};

static uint32_t effective_uid(void)
{
	uint32_t r, e, s;

	LIVE_CHECK(sys_kernel.get_uids(NULL, &r, &e, &s) == 0);
	return e;
}

static void look(struct worker *worker)
{
	worker->uid = effective_uid();
	(void)usleep(100);
}

static void *work(void *context)
{
	struct worker *worker = context;

	worker->tid = sys_thread_id();
	(void)pthread_barrier_wait(&worker->ready);
	while (!worker->stop)
		worker->turn(worker);
	return NULL;
}

static void start(struct worker *worker)
{
	LIVE_CHECK(pthread_barrier_init(&worker->ready, NULL, 2) == 0);
	LIVE_CHECK(pthread_create(&worker->thread, NULL, work, worker) == 0);
	(void)pthread_barrier_wait(&worker->ready);
}

static void stop(struct worker *worker)
{
	worker->stop = true;
	LIVE_CHECK(pthread_join(worker->thread, NULL) == 0);
}

static bool sees_itself_as(struct worker *worker, uint32_t uid)
{
	for (int i = 0; i < 2000; i++) {
		if (worker->uid == uid)
			return true;
		(void)usleep(1000);
	}
	return false;
}

static void set_other(void)
{
	struct worker w = {.turn = look, .uid = 1};
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *alice = client_object(ALICE);
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *root = client_object(0);
	struct guise_token_object *seen = NULL, *process;
	uint32_t base = effective_uid();

	start(&w);
	LIVE_CHECK(guise_thread_token_of(w.tid, &seen) == GUISE_E_NO_TOKEN);
	LIVE_CHECK(guise_thread_set_token(w.tid, alice, NULL) == 0);
	/* it is done when the call returns */
	LIVE_CHECK(guise_thread_token_of(w.tid, &seen) == 0 && seen == alice);
	(void)guise_token_object_unref(seen);
	LIVE_CHECK(sees_itself_as(&w, ALICE));
	LIVE_CHECK(effective_uid() == base && !guise_thread_token());
	LIVE_CHECK(guise_thread_set_token(w.tid, root, NULL) ==
		   GUISE_E_CEILING);
	LIVE_CHECK(guise_process_token(&process) == 0);
	LIVE_CHECK(guise_thread_set_token(w.tid, process, NULL) ==
		   GUISE_E_BAD_TOKEN_TYPE);
	LIVE_CHECK(guise_thread_token_of(w.tid, &seen) == 0 && seen == alice);
	(void)guise_token_object_unref(seen);
	LIVE_CHECK(guise_thread_set_token(w.tid, NULL, NULL) == 0);
	LIVE_CHECK(guise_thread_token_of(w.tid, &seen) == GUISE_E_NO_TOKEN);
	w.uid = 1;
	LIVE_CHECK(sees_itself_as(&w, base));
	LIVE_CHECK(guise_thread_set_token(1, alice, NULL) == -ESRCH);
	LIVE_CHECK(guise_thread_token_of(1, &seen) == -ESRCH);
	stop(&w);
}

static void another_thread_puts_a_token_on_and_off(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, set_other);
	live_expect_after(live_become_service, LIVE_DONE, set_other);
}

/* In a scope, out of it, with a token of its own and without, all the time. */
static void churn(struct worker *worker)
{
	{
		GUISE_SCOPE(scope);
		int r = guise_scope_begin(&scope, worker->token);

		LIVE_CHECK(r == 0 && effective_uid() == BOB);
	}
	if (guise_thread_token())
		LIVE_CHECK(effective_uid() == ALICE ||
			   effective_uid() == 0); /* taken off in between */
	guise_thread_revert();
}

static void storm_of_setting(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *bob = live_token(BOB, BOB);
	struct worker w = {.turn = churn, .token = bob};
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *alice = client_object(ALICE);
	unsigned done = 0;

	start(&w);
	for (int i = 0; i < 3000; i++)
		done += guise_thread_set_token(w.tid, i % 3 ? alice : NULL,
					       NULL) == 0;
	stop(&w);
	LIVE_CHECK(done == 3000);
}

static void a_switch_under_way_is_waited_for(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, storm_of_setting);
}

static void stay_in_scope(struct worker *worker)
{
	GUISE_SCOPE(scope);

	LIVE_CHECK(guise_scope_begin(&scope, worker->token) == 0);
	while (!worker->stop)
		look(worker);
	LIVE_CHECK(effective_uid() == BOB);
}

static void hold_still(struct worker *worker)
{
	sigset_t all;

	(void)sigfillset(&all);
	LIVE_CHECK(pthread_sigmask(SIG_SETMASK, &all, NULL) == 0);
	while (!worker->stop)
		look(worker);
	LIVE_CHECK(pthread_sigmask(SIG_UNBLOCK, &all, NULL) == 0);
	/* the signal that came too late finds nothing to do */
	LIVE_CHECK(effective_uid() == 0 && !guise_thread_token());
}

static void unreachable(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *bob = live_token(BOB, BOB);
	struct worker deaf = {.turn = hold_still, .uid = 1};
	struct worker inside = {.turn = stay_in_scope, .token = bob};
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *alice = client_object(ALICE);

	start(&deaf);
	LIVE_CHECK(sees_itself_as(&deaf, 0));
	LIVE_CHECK(guise_thread_set_token(deaf.tid, alice, NULL) == -ETIMEDOUT);
	stop(&deaf);
	start(&inside);
	LIVE_CHECK(sees_itself_as(&inside, BOB));
	LIVE_CHECK(guise_thread_set_token(inside.tid, alice, NULL) == -EBUSY);
	stop(&inside);
}

/* No signal reaches a thread in its last moments. */
static void end_soon(struct worker *worker)
{
	sigset_t all;

	(void)sigfillset(&all);
	LIVE_CHECK(pthread_sigmask(SIG_SETMASK, &all, NULL) == 0);
	look(worker);
	(void)usleep(100000);
	worker->stop = true;
}

static void ending(void)
{
	struct worker w = {.turn = end_soon, .uid = 1};
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *alice = client_object(ALICE);

	start(&w);
	LIVE_CHECK(sees_itself_as(&w, 0));
	LIVE_CHECK(guise_thread_set_token(w.tid, alice, NULL) == -ESRCH);
	stop(&w);
}

static void who_ends_meanwhile_is_not_waited_for(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, ending);
}

static void who_is_not_reached_is_not_changed(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, unreachable);
}

static void watch_capabilities(struct worker *worker)
{
	worker->uid = (uint32_t)(capabilities_now() >> CAP_DAC_READ_SEARCH);
	(void)usleep(100);
}

static void follow(void)
{
	const uint64_t backup = GUISE_PRIVILEGE_BIT(GUISE_SE_BACKUP);
	const struct guise_ceiling ceiling = {
		.size = sizeof(ceiling), .uid_min = 1, .privileges = backup};
	struct worker w = {.turn = watch_capabilities};
	const struct guise_privilege_change off = {.privilege =
							   GUISE_SE_BACKUP};
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *alice =
		object_at(GUISE_LEVEL_IMPERSONATION, ALICE, backup);
	const struct guise_token_handle handle = {
		.object = alice, .granted = GUISE_TOKEN_ALL_ACCESS};

	LIVE_CHECK(guise_impersonation_init(&ceiling, 0, 0) == 0);
	start(&w);
	LIVE_CHECK(guise_thread_set_token(w.tid, alice, NULL) == 0);
	LIVE_CHECK(sees_itself_as(&w, 1));
	LIVE_CHECK(guise_token_handle_adjust_privileges(&handle, &off, 1, NULL,
							NULL, NULL) == 0);
	w.uid = 1;
	LIVE_CHECK(sees_itself_as(&w, 0));
	LIVE_CHECK(guise_thread_set_token(w.tid, NULL, NULL) == 0);
	stop(&w);
}

static void a_shared_token_that_is_adjusted_is_so_everywhere(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, follow);
}

static void *is_base(void *context)
{
	struct live_identity *seen = context;

	LIVE_CHECK(!guise_thread_token());
	live_identity_read(seen);
	return seen;
}

static void new_threads(void)
{
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *alice = client_object(ALICE);
	struct live_identity base, seen;
	pthread_t thread;
	sigset_t mask;

	live_identity_read(&base);
	LIVE_CHECK(guise_thread_impersonate(alice, NULL) == 0);
	for (int i = 0; i < 20; i++) {
		LIVE_CHECK(guise_thread_create(&thread, NULL, is_base, &seen) ==
			   0);
		LIVE_CHECK(pthread_join(thread, NULL) == 0);
		LIVE_CHECK(live_identity_equal(&base, &seen));
	}
	LIVE_CHECK(pthread_sigmask(SIG_SETMASK, NULL, &mask) == 0);
	LIVE_CHECK(sigismember(&mask, SIGTERM) == 0);
	LIVE_CHECK(live_is(ALICE, ALICE, 0));
	guise_thread_revert();
	LIVE_CHECK(guise_thread_create(&thread, NULL, is_base, &seen) == 0);
	LIVE_CHECK(pthread_join(thread, NULL) == 0);
	LIVE_CHECK(guise_thread_create(NULL, NULL, is_base, &seen) == -EINVAL);
}

static void new_threads_start_as_the_process(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, new_threads);
	live_expect_after(live_become_service, LIVE_DONE, new_threads);
}

static void *is_refused(void *context)
{
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *bob = client_object(BOB);

	(void)context;
	LIVE_CHECK(guise_thread_impersonate(bob, NULL) == -EPERM);
	LIVE_CHECK(!guise_thread_token());
	scope_assert_clean();
	return NULL;
}

static void foreign_thread(void)
{
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *alice = client_object(ALICE);
	pthread_t thread;

	LIVE_CHECK(guise_thread_impersonate(alice, NULL) == 0);
	LIVE_CHECK(pthread_create(&thread, NULL, is_refused, NULL) == 0);
	(void)pthread_join(thread, NULL);
}

static void a_thread_made_behind_our_back_is_found(void **state)
{
	(void)state;
	live_expect(LIVE_ABORTED, foreign_thread);
}

/* Its runtime makes no thread in a child of a process with threads. */
#if defined(__SANITIZE_THREAD__)
#define UNDER_THREAD_SANITIZER true
#else
#define UNDER_THREAD_SANITIZER false
#endif

static void *sees_token(void *context)
{
	struct guise_token_object *seen = NULL;

	/* the main thread's id is the process's */
	LIVE_CHECK(guise_thread_token_of(getpid(), &seen) == 0);
	LIVE_CHECK(seen == context);
	return guise_token_object_unref(seen);
}

static void fork_inside(void)
{
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *alice = client_object(ALICE);
	struct guise_token_object *on;
	struct live_identity base, seen;
	pthread_t thread;
	int status;
	pid_t pid;

	live_identity_read(&base);
	LIVE_CHECK(guise_thread_impersonate(alice, NULL) == 0);
	pid = fork();
	if (pid == 0) {
		live_identity_read(&seen);
		LIVE_CHECK(live_identity_equal(&base, &seen));
		LIVE_CHECK(!guise_thread_token() && !thread_is_away());
		LIVE_CHECK(guise_thread_token_of(sys_thread_id(), &on) ==
			   GUISE_E_NO_TOKEN);
		LIVE_CHECK(guise_thread_impersonate(alice, NULL) == 0);
		LIVE_CHECK(live_is(ALICE, ALICE, 0));
		if (UNDER_THREAD_SANITIZER)
			_exit(0);
		LIVE_CHECK(guise_thread_create(&thread, NULL, sees_token,
					       alice) == 0);
		LIVE_CHECK(pthread_join(thread, NULL) == 0);
		guise_thread_revert();
		_exit(0);
	}
	LIVE_CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	LIVE_CHECK(live_is(ALICE, ALICE, 0) && guise_thread_token() == alice);
	guise_thread_revert();
}

static void forked_children_start_as_the_process(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, fork_inside);
	live_expect_after(live_become_service, LIVE_DONE, fork_inside);
}

static pthread_key_t late_key;
static _Atomic uint32_t late_uid;

/* In the second round the library's own destructor has run. */
static void late(void *value)
{
	static _Thread_local int rounds;

	if (rounds++ == 0)
		(void)pthread_setspecific(late_key, value);
	else
		late_uid = effective_uid();
}

static void *end_as_client(void *context)
{
	LIVE_CHECK(pthread_setspecific(late_key, context) == 0);
	LIVE_CHECK(guise_thread_impersonate(context, NULL) == 0);
	return NULL;
}

static atomic_bool is_client;

static void *wait_as_client(void *context)
{
	LIVE_CHECK(pthread_setspecific(late_key, context) == 0);
	LIVE_CHECK(guise_thread_impersonate(context, NULL) == 0);
	atomic_store(&is_client, true);
	for (;;)
		(void)pause(); /* a cancellation point */
}

static void endings(void)
{
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *alice = client_object(ALICE);
	struct guise_token_object *seen;
	pthread_t thread;
	void *result;

	LIVE_CHECK(pthread_key_create(&late_key, late) == 0);
	late_uid = 1;
	LIVE_CHECK(pthread_create(&thread, NULL, end_as_client, alice) == 0);
	LIVE_CHECK(pthread_join(thread, NULL) == 0);
	LIVE_CHECK(late_uid == 0);
	late_uid = 1;
	LIVE_CHECK(pthread_create(&thread, NULL, wait_as_client, alice) == 0);
	while (!atomic_load(&is_client))
		(void)usleep(1000);
	LIVE_CHECK(pthread_cancel(thread) == 0);
	LIVE_CHECK(pthread_join(thread, &result) == 0);
	LIVE_CHECK(result == PTHREAD_CANCELED && late_uid == 0);
	LIVE_CHECK(guise_thread_token_of(sys_thread_id(), &seen) ==
		   GUISE_E_NO_TOKEN);
}

static void a_thread_that_ends_as_a_client_reverts(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, endings);
}

static int open_with_token(void *context, void *thread,
			   const struct guise_token *token, int dir,
			   const char *name, int *ret_fd)
{
	struct guise_token_object *object = object_of(guise_token_ref(token));
	int fd, r;

	(void)context;
	(void)thread;
	r = guise_thread_impersonate(object, NULL);
	(void)guise_token_object_unref(object);
	if (r < 0)
		return r;
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	r = fd < 0 ? -errno : 0;
	/* half of them go straight from client to client */
	if (guise_token_unix(token)->uid % 2)
		guise_thread_revert();
	if (r == 0)
		*ret_fd = fd;
	return r;
}

static void storm(void)
{
	const struct storm_engine engine = {.name = "thread tokens",
					    .open = open_with_token};
	const struct storm_options options = {.n_threads = 200,
					      .seconds = live_seconds() / 4};
	struct storm_result result;

	storm_run(&engine, &options, &result);
	LIVE_CHECK(storm_passed(&result));
}

static void threads_of_400_clients_never_mix(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, storm);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_thread_puts_a_token_on_and_off),
		cmocka_unit_test(a_switch_under_way_is_waited_for),
		cmocka_unit_test(who_is_not_reached_is_not_changed),
		cmocka_unit_test(who_ends_meanwhile_is_not_waited_for),
		cmocka_unit_test(
			a_shared_token_that_is_adjusted_is_so_everywhere),
		cmocka_unit_test(new_threads_start_as_the_process),
		cmocka_unit_test(a_thread_made_behind_our_back_is_found),
		cmocka_unit_test(forked_children_start_as_the_process),
		cmocka_unit_test(a_thread_that_ends_as_a_client_reverts),
		cmocka_unit_test(threads_of_400_clients_never_mix),
	};

	live_require_root();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
