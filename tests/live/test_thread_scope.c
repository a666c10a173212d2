/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of a scope: every way out reverts, nesting restores the outer one,
 * and what cannot be told for certain ends the process.
 */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>
#include <linux/capability.h>

#include "live.h"
#include "scope.h"

#define ALICE (LIVE_ID + 1)
#define BOB (LIVE_ID + 2)
#define STAFF (LIVE_ID + 100)

static uint32_t effective_uid(void)
{
	uint32_t r, e, s;

	LIVE_CHECK(sys_kernel.get_uids(NULL, &r, &e, &s) == 0);
	return e;
}

static int leave_by_return(const struct guise_token *token)
{
	GUISE_SCOPE(scope);

	LIVE_CHECK(guise_scope_begin(&scope, token) == 0);
	LIVE_CHECK(effective_uid() == ALICE);
	return 7;
}

static void leave_by_goto(const struct guise_token *token)
{
	for (;;) {
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, token) == 0);
		LIVE_CHECK(effective_uid() == ALICE);
		goto out;
	}
out:
	return;
}

static void leave_by_break(const struct guise_token *token)
{
	for (int i = 0; i < 4; i++) {
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, token) == 0);
		LIVE_CHECK(effective_uid() == ALICE);
		if (i == 1)
			continue;
		if (i == 2)
			break;
	}
}

static void ways_out(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	uint32_t base = effective_uid();

	LIVE_CHECK(leave_by_return(alice) == 7);
	LIVE_CHECK(effective_uid() == base && guise_scope_depth() == 0);
	leave_by_goto(alice);
	LIVE_CHECK(effective_uid() == base && guise_scope_depth() == 0);
	leave_by_break(alice);
	LIVE_CHECK(effective_uid() == base && guise_scope_depth() == 0);
	guise_scope_end(NULL);
	scope_assert_clean();
}

static void every_way_out_reverts(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, ways_out);
}

/* libkrun#723: back to what was, not to 0 */
static void reverts_to_the_base_and_not_to_root(void **state)
{
	(void)state;
	live_expect_after(live_become_service, LIVE_DONE, ways_out);
}

/* Cleanup handlers run after the scope has ended: declared before it. */
static void is_itself(void *context)
{
	uint32_t *seen = context;

	*seen = effective_uid();
}

struct cancelled {
	const struct guise_token *token;
	pthread_barrier_t inside;
	uint32_t seen;
};

static void wait_in_scope(struct cancelled *c)
{
	GUISE_SCOPE(scope);

	LIVE_CHECK(guise_scope_begin(&scope, c->token) == 0);
	(void)pthread_barrier_wait(&c->inside);
	for (;;)
		(void)pause(); /* a cancellation point */
}

static void *be_cancelled(void *context)
{
	struct cancelled *c = context;

	pthread_cleanup_push(is_itself, &c->seen);
	wait_in_scope(c);
	pthread_cleanup_pop(0);
	return NULL;
}

static void cancel(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	struct cancelled c = {.token = alice, .seen = 1};
	pthread_t thread;
	void *result;

	LIVE_CHECK(pthread_barrier_init(&c.inside, NULL, 2) == 0);
	LIVE_CHECK(pthread_create(&thread, NULL, be_cancelled, &c) == 0);
	(void)pthread_barrier_wait(&c.inside);
	LIVE_CHECK(pthread_cancel(thread) == 0);
	LIVE_CHECK(pthread_join(thread, &result) == 0);
	LIVE_CHECK(result == PTHREAD_CANCELED);
	LIVE_CHECK(c.seen == 0);
}

static void cancellation_reverts(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, cancel);
}

/* A scope that no cleanup ends, as in code built without -fexceptions: the
 * library's own thread destructor is the net. */
static pthread_key_t late_key;
static _Atomic uint32_t late_uid;

static void late(void *value)
{
	static _Thread_local int rounds;

	/* once more, so that the library's destructor has run in between */
	if (rounds++ == 0)
		(void)pthread_setspecific(late_key, value);
	else
		late_uid = effective_uid();
}

static void *exit_in_scope(void *context)
{
	static _Thread_local struct guise_scope scope;

	LIVE_CHECK(guise_scope_begin(&scope, context) == 0);
	LIVE_CHECK(pthread_setspecific(late_key, &scope) == 0);
	pthread_exit(NULL);
}

static void abandoned(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	pthread_t thread;

	late_uid = 1;
	LIVE_CHECK(pthread_key_create(&late_key, late) == 0);
	LIVE_CHECK(pthread_create(&thread, NULL, exit_in_scope,
				  (void *)(uintptr_t)alice) == 0);
	LIVE_CHECK(pthread_join(thread, NULL) == 0);
	LIVE_CHECK(late_uid == 0);
	/* the thread's scope kept its reference */
	(void)guise_token_unref(alice);
}

static void a_thread_that_ends_in_a_scope_reverts(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, abandoned);
}

static void nesting(void)
{
	static const uint32_t staff[] = {STAFF};
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	/* the same uid, other groups: caches keyed by uid fall for it */
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *staff_alice = live_token_at(
		GUISE_LEVEL_IMPERSONATION, ALICE, ALICE, staff, 1, 0);
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *bob = live_token(BOB, BOB);
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *known = live_token_at(
		GUISE_LEVEL_IDENTIFICATION, ALICE, ALICE, staff, 1, 0);
	GUISE_SCOPE(one);

	LIVE_CHECK(guise_scope_begin(&one, alice) == 0);
	LIVE_CHECK(live_is(ALICE, ALICE, 0));
	{
		GUISE_SCOPE(two);

		LIVE_CHECK(guise_scope_begin(&two, staff_alice) == 0);
		LIVE_CHECK(live_is(ALICE, ALICE, 1));
		LIVE_CHECK(guise_scope_depth() == 2);
		{
			GUISE_SCOPE(three);

			LIVE_CHECK(guise_scope_begin(&three, bob) == 0);
			LIVE_CHECK(live_is(BOB, BOB, 0));
			LIVE_CHECK(guise_scope_token() == bob);
		}
		LIVE_CHECK(live_is(ALICE, ALICE, 1));
		{
			GUISE_SCOPE(three);

			LIVE_CHECK(guise_scope_begin(&three, known) == 0);
			LIVE_CHECK(live_is(65534, 65534, 0));
			LIVE_CHECK(!scope_allows_open());
		}
		LIVE_CHECK(scope_allows_open());
		LIVE_CHECK(live_is(ALICE, ALICE, 1));
		{
			GUISE_SCOPE(again);

			LIVE_CHECK(guise_scope_begin(&again, staff_alice) == 0);
			LIVE_CHECK(live_is(ALICE, ALICE, 1));
		}
		LIVE_CHECK(live_is(ALICE, ALICE, 1));
	}
	LIVE_CHECK(live_is(ALICE, ALICE, 0));
	LIVE_CHECK(guise_scope_token() == alice);
}

static void nested_scopes_restore_the_outer_one(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, nesting);
	live_expect_after(live_become_service, LIVE_DONE, nesting);
}

static void refused_inside(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *root = live_token(0, 0);
	GUISE_SCOPE(one);
	GUISE_SCOPE(two);

	LIVE_CHECK(guise_scope_begin(&one, alice) == 0);
	LIVE_CHECK(guise_scope_begin(&two, root) == GUISE_E_CEILING);
	LIVE_CHECK(guise_scope_begin(&one, alice) == -EBUSY);
	LIVE_CHECK(guise_scope_begin(NULL, alice) == -EINVAL);
	LIVE_CHECK(guise_scope_begin(&two, NULL) == -EINVAL);
	LIVE_CHECK(live_is(ALICE, ALICE, 0) && guise_scope_depth() == 1);
	guise_scope_end(&two);
	LIVE_CHECK(live_is(ALICE, ALICE, 0) && guise_scope_depth() == 1);
}

static void a_refused_scope_leaves_the_outer_one(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, refused_inside);
}

static int nest(const struct guise_token *token, unsigned depth)
{
	GUISE_SCOPE(scope);
	int r;

	r = guise_scope_begin(&scope, token);
	if (r < 0 || depth == 1)
		return r;
	return nest(token, depth - 1);
}

static void deep(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);

	LIVE_CHECK(nest(alice, GUISE_SCOPE_DEPTH_MAX) == 0);
	LIVE_CHECK(nest(alice, GUISE_SCOPE_DEPTH_MAX + 1) == GUISE_E_LIMIT);
}

static void depth_has_a_limit(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, deep);
}

/* CVE-2010-3430, -3431, CVE-2000-0506: no capability, no switch, no change */
static void give_up_capability(void)
{
	const struct kcred service = {
		.uid = LIVE_SERVICE,
		.gid = LIVE_SERVICE,
		.capabilities = UINT64_C(1) << CAP_SETGID,
	};

	LIVE_CHECK(kcred_become(&service, false) == 0);
}

static void powerless(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	struct live_identity before, after;
	GUISE_SCOPE(scope);

	live_identity_read(&before);
	LIVE_CHECK(guise_scope_begin(&scope, alice) == -EPERM);
	live_identity_read(&after);
	LIVE_CHECK(live_identity_equal(&before, &after));
	LIVE_CHECK(guise_scope_depth() == 0);
}

static void without_the_capabilities_nothing_begins(void **state)
{
	(void)state;
	live_expect_after(give_up_capability, LIVE_DONE, powerless);
}

/* A thread that foreign code has switched is no base to come back to. */
static void switched_already(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *bob = live_token(BOB, BOB);

	{
		GUISE_SCOPE(warm_up);

		LIVE_CHECK(guise_scope_begin(&warm_up, bob) == 0);
	}
	LIVE_CHECK(sys_kernel.set_uid(NULL, BOB) == 0);
	{
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, alice) == -EPERM);
		LIVE_CHECK(effective_uid() == BOB);
	}
	LIVE_CHECK(sys_kernel.set_uid(NULL, 0) == 0);
	LIVE_CHECK(sys_kernel.set_gid(NULL, BOB) == 0);
	{
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, alice) == -EPERM);
	}
	LIVE_CHECK(sys_kernel.set_gid(NULL, 0) == 0);
}

static void a_thread_switched_by_others_is_refused(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, switched_already);
}

static void not_clean(void)
{
	LIVE_CHECK(guise_impersonation_init(NULL, 0, 0) == 0);
	scope_assert_clean();
	LIVE_CHECK(sys_kernel.set_gid(NULL, BOB) == 0);
	scope_assert_clean();
}

static void not_clean_either(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	GUISE_SCOPE(scope);

	LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
	scope_assert_clean();
}

static void a_job_boundary_with_a_leak_ends_the_process(void **state)
{
	(void)state;
	live_expect(LIVE_ABORTED, not_clean);
	live_expect(LIVE_ABORTED, not_clean_either);
}

/* Somebody else's identity in the middle of a scope: "the same token again"
 * would believe the book-keeping. */
static void changed_behind(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	GUISE_SCOPE(one);
	GUISE_SCOPE(two);

	LIVE_CHECK(guise_scope_begin(&one, alice) == 0);
	LIVE_CHECK(sys_kernel.set_uid(NULL, 0) == 0);
	LIVE_CHECK(guise_scope_begin(&two, alice) != 0);
}

static void the_same_token_again_asks_the_kernel(void **state)
{
	(void)state;
	live_expect(LIVE_ABORTED, changed_behind);
}

static void wrong_order(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	struct guise_scope one = {0}, two = {0};

	LIVE_CHECK(guise_scope_begin(&one, alice) == 0);
	LIVE_CHECK(guise_scope_begin(&two, alice) == 0);
	guise_scope_end(&one);
}

static void *end_it(void *context)
{
	guise_scope_end(context);
	return NULL;
}

/* What a coroutine does that wakes up on another thread. */
static void wrong_thread(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	struct guise_scope scope = {0};
	pthread_t thread;

	LIVE_CHECK(pthread_create(&thread, NULL, end_it, &scope) == 0);
	LIVE_CHECK(pthread_join(thread, NULL) == 0);
	LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
	LIVE_CHECK(pthread_create(&thread, NULL, end_it, &scope) == 0);
	LIVE_CHECK(pthread_join(thread, NULL) == 0);
}

static void ending_out_of_order_or_elsewhere_ends_the_process(void **state)
{
	(void)state;
	live_expect(LIVE_ABORTED, wrong_order);
	live_expect(LIVE_ABORTED, wrong_thread);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_out_reverts),
		cmocka_unit_test(reverts_to_the_base_and_not_to_root),
		cmocka_unit_test(cancellation_reverts),
		cmocka_unit_test(a_thread_that_ends_in_a_scope_reverts),
		cmocka_unit_test(nested_scopes_restore_the_outer_one),
		cmocka_unit_test(a_refused_scope_leaves_the_outer_one),
		cmocka_unit_test(depth_has_a_limit),
		cmocka_unit_test(without_the_capabilities_nothing_begins),
		cmocka_unit_test(a_thread_switched_by_others_is_refused),
		cmocka_unit_test(a_job_boundary_with_a_leak_ends_the_process),
		cmocka_unit_test(the_same_token_again_asks_the_kernel),
		cmocka_unit_test(
			ending_out_of_order_or_elsewhere_ends_the_process),
	};

	live_require_root();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
