/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The token of a thread: what is in force with it, at each level, what the
 * kernel sees, and what others of the process see; how it ends.
 */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <linux/capability.h>
#include <seccomp.h>

#include "scope.h"
#include "thread-token.h"

#define ALICE (LIVE_ID + 1)
#define BOB (LIVE_ID + 2)
#define NOBODY 65534
#define STAFF (LIVE_ID + 100)
#define CAP_BIT(cap) (UINT64_C(1) << (cap))

static void in_and_out(void)
{
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *alice = client_object(ALICE);
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *bob = client_object(BOB);

	guise_thread_revert();
	LIVE_CHECK(guise_thread_token() == NULL);
	LIVE_CHECK(guise_thread_impersonate(alice, NULL) == 0);
	LIVE_CHECK(live_is(ALICE, ALICE, 0) && capabilities_now() == 0);
	LIVE_CHECK(guise_thread_token() == alice && thread_is_away());
	LIVE_CHECK(scope_allows_open());
	LIVE_CHECK(guise_thread_impersonate(bob, NULL) == 0);
	LIVE_CHECK(live_is(BOB, BOB, 0) && guise_thread_token() == bob);
	guise_thread_revert();
	LIVE_CHECK(guise_thread_token() == NULL && !thread_is_away());
	scope_assert_clean();
	guise_thread_revert();
	scope_assert_clean();
	/* and again, now that the thread is proven */
	LIVE_CHECK(guise_thread_impersonate(alice, NULL) == 0);
	LIVE_CHECK(live_is(ALICE, ALICE, 0) && capabilities_now() == 0);
	guise_thread_revert();
	scope_assert_clean();
}

static void a_token_is_in_force_until_it_is_taken_off(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, in_and_out);
	live_expect_after(live_become_service, LIVE_DONE, in_and_out);
}

static void at_level(enum guise_level level)
{
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *alice = object_at(level, ALICE, 0);
	bool client = level >= GUISE_LEVEL_IMPERSONATION;

	LIVE_CHECK(guise_thread_impersonate(alice, NULL) == 0);
	LIVE_CHECK(level_now() == level);
	LIVE_CHECK(scope_allows_open() == client);
	LIVE_CHECK(client ? live_is(ALICE, ALICE, 0)
			  : live_is(NOBODY, NOBODY, 0));
	LIVE_CHECK(capabilities_now() == 0);
	guise_thread_revert();
	LIVE_CHECK(scope_allows_open());
}

static void levels(void)
{
	for (unsigned l = 0; l <= GUISE_LEVEL_DELEGATION; l++)
		at_level((enum guise_level)l);
}

static void below_impersonation_a_thread_is_nobody(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, levels);
}

static void limited(void)
{
	struct guise_impersonate_options o = {.size = sizeof(o)};
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *alice = client_object(ALICE);

	/* zero is anonymous */
	LIVE_CHECK(guise_thread_impersonate(alice, &o) == 0);
	LIVE_CHECK(level_now() == GUISE_LEVEL_ANONYMOUS);
	LIVE_CHECK(live_is(NOBODY, NOBODY, 0));
	o.level = GUISE_LEVEL_DELEGATION;
	LIVE_CHECK(guise_thread_impersonate(alice, &o) == 0);
	LIVE_CHECK(level_now() == GUISE_LEVEL_IMPERSONATION);
	LIVE_CHECK(guise_thread_token() == alice);
	o.size = 1;
	LIVE_CHECK(guise_thread_impersonate(alice, &o) == -EINVAL);
	LIVE_CHECK(guise_thread_impersonate(NULL, NULL) == -EINVAL);
	LIVE_CHECK(live_is(ALICE, ALICE, 0));
	guise_thread_revert();
}

static void a_level_that_was_stated_is_not_exceeded(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, limited);
}

static void refused(void)
{
	const struct guise_impersonate_options reduce = {
		.size = sizeof(reduce),
		.level = GUISE_LEVEL_IMPERSONATION,
		.allow_reduction = true};
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *alice = client_object(ALICE);
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *root = client_object(0);

	LIVE_CHECK(guise_thread_impersonate(root, NULL) == GUISE_E_CEILING);
	LIVE_CHECK(guise_thread_token() == NULL);
	LIVE_CHECK(guise_thread_impersonate(alice, NULL) == 0);
	LIVE_CHECK(guise_thread_impersonate(root, NULL) == GUISE_E_CEILING);
	LIVE_CHECK(guise_thread_token() == alice && live_is(ALICE, ALICE, 0));
	LIVE_CHECK(guise_thread_impersonate(root, &reduce) == 0);
	LIVE_CHECK(level_now() == GUISE_LEVEL_IDENTIFICATION);
	LIVE_CHECK(live_is(NOBODY, NOBODY, 0) && !scope_allows_open());
	guise_thread_revert();
}

static void a_root_that_was_coerced_is_identified_at_most(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, refused);
}

static void own(void)
{
	LIVE_CHECK(guise_impersonate_self(GUISE_LEVEL_IMPERSONATION) == 0);
	LIVE_CHECK(live_is(0, 0, 0) && scope_allows_open());
	/* what its privileges stand for, and nothing else */
	LIVE_CHECK(capabilities_now() & CAP_BIT(CAP_DAC_OVERRIDE));
	LIVE_CHECK(!(capabilities_now() &
		     (CAP_BIT(CAP_SETUID) | CAP_BIT(CAP_SYS_ADMIN))));
	guise_thread_revert();
	LIVE_CHECK(guise_impersonate_self(GUISE_LEVEL_IDENTIFICATION) == 0);
	LIVE_CHECK(live_is(NOBODY, NOBODY, 0) && !scope_allows_open());
	guise_thread_revert();
	LIVE_CHECK(guise_impersonate_self(4) == GUISE_E_BAD_LEVEL);
	scope_assert_clean();
}

static void drop_groups(void)
{
	LIVE_CHECK(sys_kernel.set_groups(NULL, NULL, 0) == 0);
}

static void the_process_may_always_be_itself(void **state)
{
	(void)state;
	live_expect_after(drop_groups, LIVE_DONE, own);
}

static void anonymous(void)
{
	const struct guise_token *token = NULL;
	struct guise_sid world;

	LIVE_CHECK(guise_impersonate_anonymous() == 0);
	LIVE_CHECK(live_is(NOBODY, NOBODY, 0) && capabilities_now() == 0);
	LIVE_CHECK(guise_effective_token(&token) == 0);
	LIVE_CHECK(guise_sid_well_known(GUISE_SID_WORLD, NULL, &world) == 0);
	LIVE_CHECK(!guise_token_is_member(token, &world));
	LIVE_CHECK(guise_token_authentication_id(token) == 0x3e6);
	LIVE_CHECK(guise_token_level(token) == GUISE_LEVEL_IMPERSONATION);
	(void)guise_token_unref(token);
	guise_thread_revert();
}

static void the_anonymous_token_is_not_in_everyone(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, anonymous);
}

/* A process without any capability, as LIVE_SERVICE. */
static void give_up_everything(void)
{
	const struct kcred service = {.uid = LIVE_SERVICE, .gid = LIVE_SERVICE};

	LIVE_CHECK(kcred_become(&service, true) == 0);
}

static void unprivileged_self(void)
{
	LIVE_CHECK(guise_impersonate_self(GUISE_LEVEL_DELEGATION) == 0);
	LIVE_CHECK(live_is(LIVE_SERVICE, LIVE_SERVICE, 0));
	LIVE_CHECK(scope_allows_open());
	guise_thread_revert();
	LIVE_CHECK(guise_impersonate_self(GUISE_LEVEL_ANONYMOUS) == 0);
	LIVE_CHECK(live_is(LIVE_SERVICE, LIVE_SERVICE, 0));
	LIVE_CHECK(!scope_allows_open());
	guise_thread_revert();
	LIVE_CHECK(guise_impersonate_anonymous() == 0);
	LIVE_CHECK(!scope_allows_open());
	guise_thread_revert();
}

static void unprivileged_others(void)
{
	struct guise_impersonate_options o = {
		.size = sizeof(o), .level = GUISE_LEVEL_IMPERSONATION};
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *alice = client_object(ALICE);
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *known =
		object_at(GUISE_LEVEL_IDENTIFICATION, ALICE, 0);
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *strong = object_at(
		GUISE_LEVEL_IMPERSONATION, LIVE_SERVICE, GUISE_PRIVILEGE_ALL);

	LIVE_CHECK(guise_thread_impersonate(known, &o) ==
		   GUISE_E_PRIVILEGE_NOT_HELD);
	o.token_only = true;
	LIVE_CHECK(guise_thread_impersonate(known, &o) == 0);
	LIVE_CHECK(!scope_allows_open());
	guise_thread_revert();
	LIVE_CHECK(guise_thread_impersonate(alice, &o) ==
		   GUISE_E_PRIVILEGE_NOT_HELD);
	o.allow_reduction = true;
	LIVE_CHECK(guise_thread_impersonate(alice, &o) == 0);
	LIVE_CHECK(level_now() == GUISE_LEVEL_IDENTIFICATION);
	LIVE_CHECK(live_is(LIVE_SERVICE, LIVE_SERVICE, 0));
	LIVE_CHECK(!scope_allows_open());
	/* privileges on paper are no capabilities */
	LIVE_CHECK(guise_thread_impersonate(strong, &o) == 0);
	LIVE_CHECK(capabilities_now() == 0);
	guise_thread_revert();
}

static void a_process_without_privilege_stays_itself(void **state)
{
	(void)state;
	live_expect_after(give_up_everything, LIVE_DONE, unprivileged_self);
	live_expect_after(give_up_everything, LIVE_DONE, unprivileged_others);
}

/* Not root, and CAP_CHOWN besides: a token without privileges loses it. */
static void keep_chown(void)
{
	const struct kcred service = {.uid = LIVE_SERVICE,
				      .gid = LIVE_SERVICE,
				      .capabilities = CAP_BIT(CAP_CHOWN)};

	LIVE_CHECK(kcred_become(&service, false) == 0);
}

static void with_chown(void)
{
	LIVE_CHECK(capabilities_now() == CAP_BIT(CAP_CHOWN));
	LIVE_CHECK(guise_impersonate_self(GUISE_LEVEL_IDENTIFICATION) == 0);
	LIVE_CHECK(capabilities_now() == 0);
	guise_thread_revert();
	LIVE_CHECK(capabilities_now() == CAP_BIT(CAP_CHOWN));
	LIVE_CHECK(guise_impersonate_self(GUISE_LEVEL_IMPERSONATION) == 0);
	LIVE_CHECK(capabilities_now() == CAP_BIT(CAP_CHOWN));
	guise_thread_revert();
}

static void a_token_only_thread_has_no_more_than_the_process(void **state)
{
	(void)state;
	live_expect_after(keep_chown, LIVE_DONE, with_chown);
}

static void no_credential_calls(void)
{
	static const char *const calls[] = {
		"setgroups", "setresgid", "setresuid", "capset",
		"getgroups", "getresgid", "getresuid", "capget",
		"geteuid",   "getegid",	  "prctl",
	};
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	LIVE_CHECK(filter != NULL);
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		LIVE_CHECK(
			seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS,
					 seccomp_syscall_resolve_name(calls[i]),
					 0) == 0);
	LIVE_CHECK(seccomp_load(filter) == 0);
	seccomp_release(filter);
}

static void already(void)
{
	struct guise_token_object *alice = client_object(ALICE);
	struct guise_token_object *twin = client_object(ALICE);

	guise_thread_revert();
	LIVE_CHECK(guise_thread_impersonate(alice, NULL) == 0);
	no_credential_calls();
	LIVE_CHECK(guise_thread_impersonate(alice, NULL) == 0);
	LIVE_CHECK(guise_thread_impersonate(twin, NULL) == 0);
	LIVE_CHECK(guise_thread_token() == twin);
	_exit(0); /* a revert would be killed */
}

static void who_is_the_client_already_makes_no_call(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, already);
}

static void with_scopes(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *bob = live_token(BOB, BOB);
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *alice = client_object(ALICE);

	LIVE_CHECK(guise_thread_impersonate(alice, NULL) == 0);
	{
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, bob) == 0);
		LIVE_CHECK(live_is(BOB, BOB, 0));
		LIVE_CHECK(guise_thread_impersonate(alice, NULL) == -EBUSY);
		LIVE_CHECK(guise_impersonate_self(GUISE_LEVEL_IMPERSONATION) ==
			   -EBUSY);
	}
	LIVE_CHECK(live_is(ALICE, ALICE, 0) && guise_thread_token() == alice);
	{
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, bob) == 0);
		guise_thread_revert();
		LIVE_CHECK(live_is(BOB, BOB, 0));
		LIVE_CHECK(guise_thread_token() == NULL);
	}
	LIVE_CHECK(!thread_is_away());
	scope_assert_clean();
}

static void scopes_lie_on_the_thread_token(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, with_scopes);
	live_expect_after(live_become_service, LIVE_DONE, with_scopes);
}

static void keep_descriptor(void)
{
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *alice = client_object(ALICE);
	char path[64], text[16];
	int dir = live_directory(path), fd;

	live_file(dir, "hers", ALICE, ALICE, 0600);
	live_file(dir, "his", BOB, BOB, 0600);
	LIVE_CHECK(guise_thread_impersonate(alice, NULL) == 0);
	LIVE_CHECK(openat(dir, "his", O_RDONLY) < 0 && errno == EACCES);
	fd = openat(dir, "hers", O_RDONLY | O_CLOEXEC);
	guise_thread_revert();
	LIVE_CHECK(fd >= 0 && read(fd, text, sizeof(text)) > 0);
	LIVE_CHECK(write(fd, "x", 1) < 0 && errno == EBADF);
	LIVE_CHECK(close(fd) == 0);
	live_cleanup(dir, path);
}

static void a_descriptor_keeps_its_access_after_the_revert(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, keep_descriptor);
}

static void change_privilege(struct guise_token_object *object, uint64_t on)
{
	const struct guise_token *before = guise_token_object_token(object);
	struct guise_token_builder *b = NULL;
	const struct guise_token *after = NULL;

	LIVE_CHECK(guise_token_builder_from(before, &b) == 0);
	guise_token_builder_privileges(b, guise_token_privileges(before), on,
				       on);
	LIVE_CHECK(guise_token_builder_seal(b, &after) == 0);
	LIVE_CHECK(guise_token_object_replace(object, before, after) == 0);
	(void)guise_token_builder_free(b);
	(void)guise_token_unref(before);
	(void)guise_token_unref(after);
}

static void adjust(void)
{
	const uint64_t backup = GUISE_PRIVILEGE_BIT(GUISE_SE_BACKUP);
	const uint64_t capability = CAP_BIT(CAP_DAC_READ_SEARCH);
	const struct guise_ceiling ceiling = {
		.size = sizeof(ceiling), .uid_min = 1, .privileges = backup};
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *alice =
		object_at(GUISE_LEVEL_IMPERSONATION, ALICE, backup);

	LIVE_CHECK(guise_impersonation_init(&ceiling, 0, 0) == 0);
	LIVE_CHECK(guise_thread_impersonate(alice, NULL) == 0);
	LIVE_CHECK(capabilities_now() == capability);
	change_privilege(alice, 0);
	LIVE_CHECK(capabilities_now() == 0 && live_is(ALICE, ALICE, 0));
	change_privilege(alice, backup);
	LIVE_CHECK(capabilities_now() == capability);
	guise_thread_revert();
	scope_assert_clean();
}

static void a_token_that_is_adjusted_is_adjusted_on_its_thread(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, adjust);
}

/* What disabling a group's SID makes of the token. */
static void lose_groups(struct guise_token_object *object)
{
	const struct guise_token *before = guise_token_object_token(object);
	const struct guise_unix_identity *id = guise_token_unix(before);
	struct guise_token_builder *b = NULL;
	const struct guise_token *after = NULL;

	LIVE_CHECK(guise_token_builder_from(before, &b) == 0);
	guise_token_builder_unix(b, id->uid, id->gid, NULL, 0);
	LIVE_CHECK(guise_token_builder_seal(b, &after) == 0);
	LIVE_CHECK(guise_token_object_replace(object, before, after) == 0);
	(void)guise_token_builder_free(b);
	(void)guise_token_unref(before);
	(void)guise_token_unref(after);
}

static void loses_groups(void)
{
	static const uint32_t staff[] = {STAFF, STAFF + 1};
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *alice = object_of(live_token_at(
		GUISE_LEVEL_IMPERSONATION, ALICE, ALICE, staff, 2, 0));
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *bob = live_token(BOB, BOB);

	LIVE_CHECK(guise_thread_impersonate(alice, NULL) == 0);
	LIVE_CHECK(live_is(ALICE, ALICE, 2));
	{
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, bob) == 0);
		lose_groups(alice);
		LIVE_CHECK(live_is(BOB, BOB, 0));
	}
	LIVE_CHECK(live_is(ALICE, ALICE, 0) && capabilities_now() == 0);
	guise_thread_revert();
	scope_assert_clean();
}

static void loses_own_groups(void)
{
	struct guise_token_object *on;

	/* the group that the process has */
	LIVE_CHECK(guise_impersonate_self(GUISE_LEVEL_IMPERSONATION) == 0);
	on = guise_thread_token();
	LIVE_CHECK(live_is(0, 0, 1) && scope_allows_open());
	lose_groups(on);
	/* the ids are the base's: it has the group still */
	LIVE_CHECK(live_is(0, 0, 1) && !scope_allows_open());
	on = guise_token_object_ref(on);
	guise_thread_revert();
	/* put on again, it loses the group */
	LIVE_CHECK(guise_thread_impersonate(on, NULL) == 0);
	LIVE_CHECK(live_is(0, 0, 0) && scope_allows_open());
	guise_thread_revert();
	scope_assert_clean();
	(void)guise_token_object_unref(on);
}

/* A thread that is proven is believed only as long as no filter is on it. */
static void lie_about_set_groups(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	LIVE_CHECK(filter != NULL);
	LIVE_CHECK(seccomp_rule_add(filter, SCMP_ACT_ERRNO(0),
				    seccomp_syscall_resolve_name("setgroups"),
				    0) == 0);
	LIVE_CHECK(seccomp_load(filter) == 0);
	seccomp_release(filter);
}

static void give_group(void)
{
	const uint32_t group = 27;

	LIVE_CHECK(sys_kernel.set_groups(NULL, &group, 1) == 0);
}

static void a_group_that_is_lost_is_lost_on_its_thread(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, loses_groups);
	live_expect_after(live_become_service, LIVE_DONE, loses_groups);
	live_expect_after(give_group, LIVE_DONE, loses_own_groups);
}

static void lied_to_going_in(void)
{
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *alice = client_object(ALICE);

	LIVE_CHECK(guise_thread_impersonate(alice, NULL) == 0);
	guise_thread_revert();
	lie_about_set_groups();
	LIVE_CHECK(guise_thread_impersonate(alice, NULL) == -EPERM);
	LIVE_CHECK(guise_thread_token() == NULL && live_is(0, 0, 1));
}

static void lied_to_going_out(void)
{
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *alice = client_object(ALICE);

	LIVE_CHECK(guise_thread_impersonate(alice, NULL) == 0);
	guise_thread_revert();
	LIVE_CHECK(guise_thread_impersonate(alice, NULL) == 0);
	lie_about_set_groups();
	guise_thread_revert();
	_exit(0);
}

static void a_proven_thread_is_not_believed_under_a_filter(void **state)
{
	(void)state;
	live_expect_after(give_group, LIVE_DONE, lied_to_going_in);
	live_expect_after(give_group, LIVE_ABORTED, lied_to_going_out);
}

/* A service that gives root up after its thread was proven stays without. */
static void becomes_unprivileged(void)
{
	const struct kcred service = {.uid = LIVE_SERVICE, .gid = LIVE_SERVICE};
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *alice = client_object(ALICE);

	LIVE_CHECK(guise_thread_impersonate(alice, NULL) == 0);
	guise_thread_revert();
	LIVE_CHECK(kcred_become(&service, false) == 0);
	LIVE_CHECK(guise_thread_impersonate(alice, NULL) ==
		   GUISE_E_PRIVILEGE_NOT_HELD);
	LIVE_CHECK(live_is(LIVE_SERVICE, LIVE_SERVICE, 0));
	_exit(0);
}

/* It stays root, and may set no id any more. */
static void drops_capabilities(void)
{
	const struct sys_capabilities none = {0};
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *alice = client_object(ALICE);

	LIVE_CHECK(guise_thread_impersonate(alice, NULL) == 0);
	guise_thread_revert();
	LIVE_CHECK(sys_set_all_capabilities(&none) == 0);
	LIVE_CHECK(guise_thread_impersonate(alice, NULL) == -EPERM);
	LIVE_CHECK(guise_thread_impersonate(alice, NULL) ==
		   GUISE_E_PRIVILEGE_NOT_HELD);
	LIVE_CHECK(capabilities_now() == 0);
	_exit(0);
}

static void what_a_thread_gave_up_it_does_not_get_back(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, becomes_unprivileged);
	live_expect(LIVE_DONE, drops_capabilities);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_is_in_force_until_it_is_taken_off),
		cmocka_unit_test(below_impersonation_a_thread_is_nobody),
		cmocka_unit_test(a_level_that_was_stated_is_not_exceeded),
		cmocka_unit_test(a_root_that_was_coerced_is_identified_at_most),
		cmocka_unit_test(the_process_may_always_be_itself),
		cmocka_unit_test(the_anonymous_token_is_not_in_everyone),
		cmocka_unit_test(a_process_without_privilege_stays_itself),
		cmocka_unit_test(
			a_token_only_thread_has_no_more_than_the_process),
		cmocka_unit_test(who_is_the_client_already_makes_no_call),
		cmocka_unit_test(scopes_lie_on_the_thread_token),
		cmocka_unit_test(
			a_descriptor_keeps_its_access_after_the_revert),
		cmocka_unit_test(
			a_token_that_is_adjusted_is_adjusted_on_its_thread),
		cmocka_unit_test(a_group_that_is_lost_is_lost_on_its_thread),
		cmocka_unit_test(
			a_proven_thread_is_not_believed_under_a_filter),
		cmocka_unit_test(what_a_thread_gave_up_it_does_not_get_back),
	};

	live_require_root();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
