/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom a scope may become: ids that mean something else to the kernel, the
 * ceiling, privileges and levels.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>
#include <linux/capability.h>

#include "live.h"
#include "scope.h"

#define ALICE (LIVE_ID + 1)
#define BOB (LIVE_ID + 2)
#define STAFF (LIVE_ID + 100)
#define CAP_BIT(cap) (UINT64_C(1) << (cap))

static int try_open(int dir, const char *name, int flags)
{
	int fd = openat(dir, name, flags | O_CLOEXEC, 0644);

	if (fd < 0)
		return -errno;
	(void)close(fd);
	return 0;
}

static uint64_t effective(void)
{
	uint64_t caps = UINT64_MAX, permitted;

	LIVE_CHECK(sys_kernel.get_capabilities(NULL, &caps, &permitted) == 0);
	return caps;
}

static void refused_switch(const struct kcred *to)
{
	const struct kcred root = {
		.capabilities = effective(),
	};

	LIVE_CHECK(kcred_switch(&sys_kernel, &root, to, KCRED_READ_BACK) ==
		   -EINVAL);
	LIVE_CHECK(kcred_is_current(&sys_kernel, &root));
}

static void without_groups(void)
{
	LIVE_CHECK(sys_kernel.set_groups(NULL, NULL, 0) == 0);
}

/* CVE-2019-14287: -1 means "as it is" to the kernel. */
static void minus_one(void)
{
	static const uint32_t none[] = {UINT32_MAX};
	const struct kcred uid = {.uid = UINT32_MAX, .gid = ALICE};
	const struct kcred gid = {.uid = ALICE, .gid = UINT32_MAX};
	const struct kcred group = {
		.uid = ALICE, .gid = ALICE, .groups = none, .n_groups = 1};

	refused_switch(&uid);
	refused_switch(&gid);
	refused_switch(&group);
	LIVE_CHECK(sys_set_all_uids(ALICE, UINT32_MAX, ALICE) == -EINVAL);
	LIVE_CHECK(sys_set_all_gids(ALICE, UINT32_MAX, ALICE) == -EINVAL);
}

static const struct guise_token *token_or_null(uint32_t uid, uint32_t gid,
					       const uint32_t *groups,
					       size_t n_groups)
{
	struct guise_sid user = guise_sid_of_uid(ALICE);
	struct guise_token_builder *b = NULL;
	const struct guise_token *token = NULL;
	int r;

	must(guise_token_builder_new(&b) == 0);
	guise_token_builder_user(b, &user, 0);
	guise_token_builder_unix(b, uid, gid, groups, n_groups);
	r = guise_token_builder_seal(b, &token);
	(void)guise_token_builder_free(b);
	return r < 0 ? NULL : token;
}

static void refused(uint32_t uid, uint32_t gid, const uint32_t *groups,
		    size_t n)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token = token_or_null(uid, gid, groups, n);
	struct live_identity before, after;
	GUISE_SCOPE(scope);

	live_identity_read(&before);
	if (token) {
		int r = guise_scope_begin(&scope, token);

		LIVE_CHECK(r == GUISE_E_CEILING || r == GUISE_E_BAD_LEVEL);
	}
	live_identity_read(&after);
	LIVE_CHECK(live_identity_equal(&before, &after));
	LIVE_CHECK(guise_scope_depth() == 0);
}

static void refused_ids(void)
{
	static const uint32_t none[] = {ALICE, UINT32_MAX};
	static const uint32_t root[] = {0};

	refused(UINT32_MAX, ALICE, NULL, 0);
	refused(ALICE, UINT32_MAX, NULL, 0);
	refused(UINT32_MAX, UINT32_MAX, NULL, 0);
	refused(ALICE, ALICE, none, 2);
	refused(0, ALICE, NULL, 0);
	refused(ALICE, 0, NULL, 0);
	refused(ALICE, ALICE, root, 1);
	refused(0, 0, root, 1);
}

static void ids_minus_one_and_zero_are_refused(void **state)
{
	(void)state;
	live_expect_after(without_groups, LIVE_DONE, minus_one);
	live_expect(LIVE_DONE, refused_ids);
}

static void boundary_ids(void)
{
	static const uint32_t ids[] = {1,	   65533,     65534,
				       65535,	   65536,     0x7fffffff,
				       0x80000000, 0xfffffffe};

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		GUISE_AUTO(guise_token_unrefp)
		const struct guise_token *t = live_token(ids[i], ids[i]);
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, t) == 0);
		LIVE_CHECK(live_is(ids[i], ids[i], 0));
	}
}

static void boundary_ids_are_taken_literally(void **state)
{
	(void)state;
	live_expect(LIVE_DONE, boundary_ids);
}

static void low_ceiling(void)
{
	static const uint32_t allowed[] = {STAFF + 5, STAFF};
	const struct guise_ceiling ceiling = {
		.size = sizeof(ceiling),
		.uid_min = ALICE,
		.gid_min = ALICE,
		.groups_allowed = allowed,
		.n_groups_allowed = 2,
	};

	LIVE_CHECK(guise_impersonation_init(&ceiling, 0, 0) == 0);
	LIVE_CHECK(guise_impersonation_init(&ceiling, 0, 0) == -EALREADY);
}

static void under_the_ceiling(void)
{
	static const uint32_t staff[] = {STAFF};
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice =
		live_token_at(GUISE_LEVEL_IMPERSONATION, ALICE, ALICE, staff, 1,
			      GUISE_PRIVILEGE_BIT(GUISE_SE_BACKUP));
	static const uint32_t stranger[] = {STAFF, STAFF + 1};

	{
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
		LIVE_CHECK(live_is(ALICE, ALICE, 1));
		/* the ceiling's privileges are none */
		LIVE_CHECK(effective() == 0);
	}
	refused(ALICE - 1, ALICE, staff, 1);
	refused(ALICE, ALICE - 1, staff, 1);
	refused(ALICE, ALICE, stranger, 2);
}

static void the_ceiling_refuses_and_never_trims(void **state)
{
	(void)state;
	live_expect_after(low_ceiling, LIVE_DONE, under_the_ceiling);
}

static void allow_root(void)
{
	const struct guise_ceiling ceiling = {
		.size = sizeof(ceiling), .uid_min = 1000, .allow_root = true};

	LIVE_CHECK(guise_impersonation_init(&ceiling, 0, 0) == 0);
}

static void be_root(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *root = live_token(0, 0);
	GUISE_SCOPE(scope);

	LIVE_CHECK(guise_scope_begin(&scope, root) == 0);
	LIVE_CHECK(live_is(0, 0, 0));
	LIVE_CHECK(effective() == 0);
}

/* The kernel would not let a service without a root id come back from it. */
static void not_root(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *root = live_token(0, 0);
	GUISE_SCOPE(scope);

	LIVE_CHECK(guise_scope_begin(&scope, root) == -EPERM);
	LIVE_CHECK(live_is(LIVE_SERVICE, LIVE_SERVICE, 0));
}

static void allow_root_in_a_service(void)
{
	live_become_service();
	allow_root();
}

static void even_root_has_no_capability_in_a_scope(void **state)
{
	(void)state;
	live_expect_after(allow_root, LIVE_DONE, be_root);
	live_expect_after(allow_root_in_a_service, LIVE_DONE, not_root);
}

static void allow_backup(void)
{
	const struct guise_ceiling ceiling = {
		.size = sizeof(ceiling),
		.privileges = GUISE_PRIVILEGE_BIT(GUISE_SE_BACKUP),
	};

	LIVE_CHECK(guise_impersonation_init(&ceiling, 0, 0) == 0);
}

static void backup_reads(void)
{
	const uint64_t both = GUISE_PRIVILEGE_BIT(GUISE_SE_BACKUP) |
			      GUISE_PRIVILEGE_BIT(GUISE_SE_RESTORE);
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice = live_token_at(
		GUISE_LEVEL_IMPERSONATION, ALICE, ALICE, NULL, 0, both);
	char path[64];
	int dir = live_directory(path);

	live_file(dir, "his", BOB, BOB, 0600);
	{
		GUISE_SCOPE(scope);

		LIVE_CHECK(guise_scope_begin(&scope, alice) == 0);
		LIVE_CHECK(effective() == CAP_BIT(CAP_DAC_READ_SEARCH));
		LIVE_CHECK(try_open(dir, "his", O_RDONLY) == 0);
		LIVE_CHECK(try_open(dir, "his", O_WRONLY) == -EACCES);
	}
	live_cleanup(dir, path);
}

/* The service lacks the capability: said, not ignored. */
static void backup_not_held(void)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *alice =
		live_token_at(GUISE_LEVEL_IMPERSONATION, ALICE, ALICE, NULL, 0,
			      GUISE_PRIVILEGE_BIT(GUISE_SE_BACKUP));
	GUISE_SCOPE(scope);

	LIVE_CHECK(guise_scope_begin(&scope, alice) == -EPERM);
}

static void allow_backup_in_a_service(void)
{
	live_become_service();
	allow_backup();
}

static void an_enabled_privilege_is_its_capabilities_and_no_more(void **state)
{
	(void)state;
	live_expect_after(allow_backup, LIVE_DONE, backup_reads);
	live_expect_after(allow_backup_in_a_service, LIVE_DONE,
			  backup_not_held);
}

static void low_levels(void)
{
	static const uint32_t staff[] = {STAFF};

	for (int level = GUISE_LEVEL_ANONYMOUS;
	     level <= GUISE_LEVEL_IDENTIFICATION; level++) {
		GUISE_AUTO(guise_token_unrefp)
		const struct guise_token *t = live_token_at(
			(enum guise_level)level, ALICE, ALICE, staff, 1, 0);
		GUISE_SCOPE(scope);

		LIVE_CHECK(scope_allows_open());
		LIVE_CHECK(guise_scope_begin(&scope, t) == 0);
		LIVE_CHECK(live_is(65534, 65534, 0));
		LIVE_CHECK(effective() == 0);
		LIVE_CHECK(!scope_allows_open());
		LIVE_CHECK(guise_scope_token() == t);
		guise_scope_end(&scope);
		LIVE_CHECK(scope_allows_open());
	}
}

static void below_impersonation_a_thread_is_nobody_and_opens_nothing(void **s)
{
	(void)s;
	live_expect(LIVE_DONE, low_levels);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_minus_one_and_zero_are_refused),
		cmocka_unit_test(boundary_ids_are_taken_literally),
		cmocka_unit_test(the_ceiling_refuses_and_never_trims),
		cmocka_unit_test(even_root_has_no_capability_in_a_scope),
		cmocka_unit_test(
			an_enabled_privilege_is_its_capabilities_and_no_more),
		cmocka_unit_test(
			below_impersonation_a_thread_is_nobody_and_opens_nothing),

	};

	live_require_root();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
