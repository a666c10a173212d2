/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The real kernel, with a seccomp filter that makes one credential call fail,
 * or only claim success. In: nothing runs as the client and nothing changes.
 * Out: the process ends. And: between begin and end the library makes no call
 * but those that it must.
 */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cmocka.h>
#include <seccomp.h>

#include "scope.h"
#include "thread-token.h"

#define ALICE (LIVE_ID + 1)

static const char *broken_call;
static int with_error; /* 0: claims success */

static void install(scmp_filter_ctx filter)
{
	LIVE_CHECK(seccomp_load(filter) == 0);
	seccomp_release(filter);
}

static void break_call(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	LIVE_CHECK(filter != NULL);
	LIVE_CHECK(seccomp_rule_add(
			   filter, SCMP_ACT_ERRNO((uint16_t)with_error),
			   seccomp_syscall_resolve_name(broken_call), 0) == 0);
	install(filter);
}

static void fails_going_in(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);
	struct live_identity before, after;
	bool ran = false;
	int r;

	LIVE_CHECK(guise_impersonation_init(NULL, 0, 0) == 0);
	live_identity_read(&before);
	break_call();
	{
		GUISE_SCOPE(scope);

		r = guise_scope_begin(&scope, alice);
		if (r == 0)
			ran = true;
	}
	LIVE_CHECK(!ran);
	LIVE_CHECK(r == (with_error ? -with_error : -EPERM));
	live_identity_read(&after);
	LIVE_CHECK(live_identity_equal(&before, &after));
	LIVE_CHECK(guise_scope_depth() == 0);
}

static void fails_going_out(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token(ALICE, ALICE);

	/* in the scope there is no capability that would replace this */
	LIVE_CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) == 0);
	{
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
		break_call();
	}
	_exit(0); /* came back from a revert that cannot have worked */
}

/* The same for a thread token, on a thread that is proven. */
static void token_fails_going_in(void)
{
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *alice = client_object(ALICE);
	struct live_identity before, after;
	int r;

	LIVE_CHECK(guise_thread_impersonate(alice, NULL) == 0);
	guise_thread_revert();
	live_identity_read(&before);
	break_call();
	r = guise_thread_impersonate(alice, NULL);
	LIVE_CHECK(r == (with_error ? -with_error : -EPERM));
	live_identity_read(&after);
	LIVE_CHECK(live_identity_equal(&before, &after));
	LIVE_CHECK(!guise_thread_token() && !thread_is_away());
}

static void token_fails_going_out(void)
{
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *alice = client_object(ALICE);

	LIVE_CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) == 0);
	LIVE_CHECK(guise_thread_impersonate(alice, NULL) == 0);
	guise_thread_revert();
	LIVE_CHECK(guise_thread_impersonate(alice, NULL) == 0);
	break_call();
	guise_thread_revert();
	_exit(0);
}

/* By name: as identifiers they are banned. Services that are not root also
 * need the last. */
static const char *const calls[] = {"setgroups", "setresgid", "setresuid",
				    "capset"};
#define ROOTS_CALLS 3
#define SERVICES_CALLS 4
static const int errors[] = {EAGAIN, EPERM, ENOMEM, 0};

static void service_without_privileges_to_gain(void)
{
	live_become_service();
	LIVE_CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) == 0);
}

/* The service has groups to lose, so that a setgroups() that only claims
 * success is seen. */
static void give_groups(void)
{
	const uint32_t groups[] = {4, 27};

	LIVE_CHECK(sys_kernel.set_groups(NULL, groups, 2) == 0);
}

static void a_call_that_fails_going_in_changes_nothing(void **state)
{
	(void)state;
	for (size_t e = 0; e < ARRAY_SIZE(errors); e++) {
		with_error = errors[e];
		for (size_t c = 0; c < ROOTS_CALLS; c++) {
			broken_call = calls[c];
			live_expect_after(give_groups, LIVE_DONE,
					  fails_going_in);
		}
	}
}

static void nor_does_it_in_a_service_that_is_not_root(void **state)
{
	(void)state;
	for (size_t e = 0; e < ARRAY_SIZE(errors); e++) {
		with_error = errors[e];
		for (size_t c = 0; c < SERVICES_CALLS; c++) {
			broken_call = calls[c];
			/* it has no groups: nothing to claim */
			if (c == 0 && !with_error)
				continue;
			live_expect_after(service_without_privileges_to_gain,
					  LIVE_DONE, fails_going_in);
		}
	}
}

static void a_call_that_fails_going_out_ends_the_process(void **state)
{
	(void)state;
	for (size_t e = 0; e < ARRAY_SIZE(errors); e++) {
		with_error = errors[e];
		for (size_t c = 0; c < ROOTS_CALLS; c++) {
			broken_call = calls[c];
			live_expect_after(give_groups, LIVE_ABORTED,
					  fails_going_out);
		}
	}
}

static void and_does_so_in_a_service_that_is_not_root(void **state)
{
	(void)state;
	for (size_t e = 0; e < ARRAY_SIZE(errors); e++) {
		with_error = errors[e];
		for (size_t c = 0; c < SERVICES_CALLS; c++) {
			broken_call = calls[c];
			if (c == 0 && !with_error)
				continue;
			live_expect_after(live_become_service, LIVE_ABORTED,
					  fails_going_out);
		}
	}
}

static void a_thread_token_is_all_or_nothing_too(void **state)
{
	(void)state;
	for (size_t e = 0; e < ARRAY_SIZE(errors); e++) {
		with_error = errors[e];
		for (size_t c = 0; c < ROOTS_CALLS; c++) {
			broken_call = calls[c];
			live_expect_after(give_groups, LIVE_DONE,
					  token_fails_going_in);
			live_expect_after(give_groups, LIVE_ABORTED,
					  token_fails_going_out);
		}
		for (size_t c = with_error ? 0 : 1; c < SERVICES_CALLS; c++) {
			broken_call = calls[c];
			live_expect_after(service_without_privileges_to_gain,
					  LIVE_DONE, token_fails_going_in);
			live_expect_after(live_become_service, LIVE_ABORTED,
					  token_fails_going_out);
		}
	}
}

/* The one-way switch of children and workers. */
static void fails_becoming(void)
{
	const struct kcred alice = {.uid = ALICE, .gid = ALICE};

	break_call();
	LIVE_CHECK(kcred_become(&alice, false) ==
		   (with_error ? -with_error : -EPERM));
	_exit(0);
}

static void becoming_somebody_believes_only_what_it_reads_back(void **state)
{
	(void)state;
	for (size_t e = 0; e < ARRAY_SIZE(errors); e++) {
		with_error = errors[e];
		for (size_t c = 0; c < ROOTS_CALLS; c++) {
			broken_call = calls[c];
			live_expect_after(give_groups, LIVE_DONE,
					  fails_becoming);
		}
	}
}

static void allow_only_a_scopes_calls(void)
{
	static const char *const allowed[] = {
		"setgroups", "setresgid", "setresuid", "getgroups",
		"getresgid", "getresuid", "geteuid",   "getegid",
		"capget",    "capset",	  "prctl",     "mmap",
		"munmap",    "openat",	  "close",     "exit_group",
	};
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);

	LIVE_CHECK(filter != NULL);
	for (size_t i = 0; i < ARRAY_SIZE(allowed); i++)
		LIVE_CHECK(seccomp_rule_add(
				   filter, SCMP_ACT_ALLOW,
				   seccomp_syscall_resolve_name(allowed[i]),
				   0) == 0);
	install(filter);
}

static int open_as(const struct guise_token *token)
{
	GUISE_SCOPE(scope);
	int fd, r;

	r = guise_scope_begin(&scope, token);
	if (r < 0)
		return r;
	fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : close(fd);
}

static void nothing_but_a_scopes_calls(void)
{
	static uint32_t groups[5000];
	const struct guise_token *alice = live_token(ALICE, ALICE);
	const struct guise_token *many;

	for (uint32_t i = 0; i < 5000; i++)
		groups[i] = LIVE_ID + i;
	many = live_token_at(GUISE_LEVEL_IMPERSONATION, ALICE, ALICE, groups,
			     5000, 0);
	LIVE_CHECK(open_as(alice) == 0); /* what happens once, happens here */
	allow_only_a_scopes_calls();
	if (open_as(alice) < 0 || open_as(many) < 0)
		_exit(1);
	_exit(0);
}

/* A sanitizer's runtime makes calls of its own, when it likes. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UNDER_SANITIZER true
#else
#define UNDER_SANITIZER false
#endif

static void a_scope_makes_no_other_system_call(void **state)
{
	(void)state;
	if (UNDER_SANITIZER)
		skip();
	live_expect(LIVE_DONE, nothing_but_a_scopes_calls);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_that_fails_going_in_changes_nothing),
		cmocka_unit_test(nor_does_it_in_a_service_that_is_not_root),
		cmocka_unit_test(a_call_that_fails_going_out_ends_the_process),
		cmocka_unit_test(and_does_so_in_a_service_that_is_not_root),
		cmocka_unit_test(a_thread_token_is_all_or_nothing_too),
		cmocka_unit_test(
			becoming_somebody_believes_only_what_it_reads_back),
		cmocka_unit_test(a_scope_makes_no_other_system_call),
	};

	live_require_root();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
