/* SPDX-License-Identifier: Apache-2.0 */
/* Privileges and capabilities, in both directions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/capability.h>

#include "kcred.h"

#define CAP_BIT(cap) (UINT64_C(1) << (cap))
#define NEVER                                                                  \
	(CAP_BIT(CAP_SETUID) | CAP_BIT(CAP_SETGID) | CAP_BIT(CAP_SETPCAP) |    \
	 CAP_BIT(CAP_SETFCAP) | CAP_BIT(CAP_SYS_ADMIN) |                       \
	 CAP_BIT(CAP_SYS_MODULE) | CAP_BIT(CAP_MKNOD) | CAP_BIT(CAP_FSETID) |  \
	 CAP_BIT(CAP_SYS_RESOURCE) | CAP_BIT(CAP_LINUX_IMMUTABLE) |            \
	 CAP_BIT(CAP_MAC_OVERRIDE) | CAP_BIT(CAP_MAC_ADMIN) |                  \
	 CAP_BIT(CAP_SYS_RAWIO) | CAP_BIT(CAP_SYS_CHROOT))

static void no_privilege_is_no_capability(void **state)
{
	(void)state;
	assert_true(projection_capabilities(0) == 0);
	assert_true(projection_capabilities(
			    GUISE_PRIVILEGE_BIT(GUISE_SE_CHANGE_NOTIFY)) == 0);
	assert_true(projection_capabilities(
			    GUISE_PRIVILEGE_BIT(GUISE_SE_IMPERSONATE)) == 0);
	assert_true(projection_capabilities(
			    GUISE_PRIVILEGE_BIT(GUISE_SE_TCB)) == 0);
}

/* Even with everything enabled, and bits that are no privilege. */
static void no_privilege_grants_another_identity(void **state)
{
	(void)state;
	assert_true((projection_capabilities(UINT64_MAX) & NEVER) == 0);
}

static void backup_reads_and_restore_writes(void **state)
{
	(void)state;
	assert_true(projection_capabilities(GUISE_PRIVILEGE_BIT(
			    GUISE_SE_BACKUP)) == CAP_BIT(CAP_DAC_READ_SEARCH));
	assert_true(projection_capabilities(
			    GUISE_PRIVILEGE_BIT(GUISE_SE_RESTORE)) ==
		    (CAP_BIT(CAP_DAC_OVERRIDE) | CAP_BIT(CAP_FOWNER) |
		     CAP_BIT(CAP_CHOWN)));
	assert_true(projection_capabilities(GUISE_PRIVILEGE_BIT(
			    GUISE_SE_TAKE_OWNERSHIP)) == CAP_BIT(CAP_CHOWN));
}

static void a_privilege_is_shown_only_with_all_its_capabilities(void **state)
{
	const uint64_t restore = GUISE_PRIVILEGE_BIT(GUISE_SE_RESTORE);
	const uint64_t impersonate = GUISE_PRIVILEGE_BIT(GUISE_SE_IMPERSONATE);
	const uint64_t all = CAP_BIT(CAP_DAC_OVERRIDE) | CAP_BIT(CAP_FOWNER) |
			     CAP_BIT(CAP_CHOWN);

	(void)state;
	assert_true(projection_privileges(all) & restore);
	assert_false(projection_privileges(all & ~CAP_BIT(CAP_CHOWN)) &
		     restore);
	assert_false(projection_privileges(CAP_BIT(CAP_SETUID)) & impersonate);
	assert_false(projection_privileges(CAP_BIT(CAP_SETGID)) & impersonate);
	assert_true(projection_privileges(CAP_BIT(CAP_SETUID) |
					  CAP_BIT(CAP_SETGID)) &
		    impersonate);
}

static void everyone_has_what_linux_gives_everyone(void **state)
{
	(void)state;
	assert_true(projection_privileges(0) ==
		    (GUISE_PRIVILEGE_BIT(GUISE_SE_CHANGE_NOTIFY) |
		     GUISE_PRIVILEGE_BIT(GUISE_SE_CREATE_SYMBOLIC_LINK)));
}

/* What is granted is also what it is shown by: no privilege is lost on the way
 * from a scope back to a token. */
static void what_is_granted_is_shown(void **state)
{
	(void)state;
	for (unsigned p = GUISE_PRIVILEGE_MIN; p <= GUISE_PRIVILEGE_MAX; p++) {
		uint64_t bit = GUISE_PRIVILEGE_BIT(p);
		uint64_t caps = projection_capabilities(bit);

		if (caps)
			assert_true(projection_privileges(caps) & bit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_privilege_is_no_capability),
		cmocka_unit_test(no_privilege_grants_another_identity),
		cmocka_unit_test(backup_reads_and_restore_writes),
		cmocka_unit_test(
			a_privilege_is_shown_only_with_all_its_capabilities),
		cmocka_unit_test(everyone_has_what_linux_gives_everyone),
		cmocka_unit_test(what_is_granted_is_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
