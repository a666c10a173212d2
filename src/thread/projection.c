/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a token becomes in kernel credentials. The one table of privileges and
 * capabilities is here, read in both directions: a scope gets the capabilities
 * that its token's enabled privileges stand for (within the ceiling), and a
 * token read from the kernel shows the privileges its capabilities amount to.
 */
#include <linux/capability.h>

#include "kcred.h"

#define CAP_BIT(cap) (UINT64_C(1) << (cap))

/*
 * @grants: effective capabilities of a scope whose token has the privilege
 *          enabled; only where the capability gives no more than Windows does
 *          by that privilege, or the ceiling's author says so with open eyes
 * @shown_by: a process that holds all of these is shown with the privilege
 */
struct row {
	uint64_t grants;
	uint64_t shown_by;
};

/*
 * No row ever grants SETUID, SETGID, SETPCAP or SETFCAP (the client could
 * become someone else), SYS_ADMIN (trusted.* and security.* attributes, and
 * nearly root), SYS_MODULE, MKNOD (CVE-2009-1072) or FSETID (set-group-id
 * files in foreign directories, CVE-2018-13405, CVE-2022-0358).
 */
/* clang-format off */
static const struct row rows[] = {
	/* mlock beyond the limit, nothing else */
	[GUISE_SE_LOCK_MEMORY] = {
		CAP_BIT(CAP_IPC_LOCK), CAP_BIT(CAP_IPC_LOCK) },
	/* SYS_RESOURCE also overrides disk quotas and reserved blocks, which
	 * the privilege does not: not granted */
	[GUISE_SE_INCREASE_QUOTA] = { 0, CAP_BIT(CAP_SYS_RESOURCE) },
	/* to act as part of the operating system is what SYS_ADMIN is */
	[GUISE_SE_TCB] = { 0, CAP_BIT(CAP_SYS_ADMIN) },
	/* descriptors' SACLs live in security.*: writing there is SYS_ADMIN's,
	 * and the store layer does it for a token that may */
	[GUISE_SE_SECURITY] = { 0, CAP_BIT(CAP_SYS_ADMIN) },
	/* chown to oneself without being the owner; CHOWN would also give away,
	 * which the gate in the file layer refuses without SeRestore */
	[GUISE_SE_TAKE_OWNERSHIP] = {
		CAP_BIT(CAP_CHOWN), CAP_BIT(CAP_CHOWN) },
	/* code in the kernel: shown, never granted */
	[GUISE_SE_LOAD_DRIVER] = { 0, CAP_BIT(CAP_SYS_MODULE) },
	/* profiling other processes */
	[GUISE_SE_SYSTEM_PROFILE] = {
		CAP_BIT(CAP_PERFMON), CAP_BIT(CAP_PERFMON) },
	/* setting the clock */
	[GUISE_SE_SYSTEMTIME] = { CAP_BIT(CAP_SYS_TIME), CAP_BIT(CAP_SYS_TIME) },
	/* nice values and real-time classes */
	[GUISE_SE_INCREASE_BASE_PRIORITY] = {
		CAP_BIT(CAP_SYS_NICE), CAP_BIT(CAP_SYS_NICE) },
	/* read any file, enter any directory: exactly what a backup needs */
	[GUISE_SE_BACKUP] = {
		CAP_BIT(CAP_DAC_READ_SEARCH), CAP_BIT(CAP_DAC_READ_SEARCH) },
	/* write any file and set any owner, mode and time: a restore */
	[GUISE_SE_RESTORE] = {
		CAP_BIT(CAP_DAC_OVERRIDE) | CAP_BIT(CAP_FOWNER) |
			CAP_BIT(CAP_CHOWN),
		CAP_BIT(CAP_DAC_OVERRIDE) | CAP_BIT(CAP_FOWNER) |
			CAP_BIT(CAP_CHOWN) },
	/* reboot(2) */
	[GUISE_SE_SHUTDOWN] = { CAP_BIT(CAP_SYS_BOOT), CAP_BIT(CAP_SYS_BOOT) },
	/* open any process: trace it and signal it */
	[GUISE_SE_DEBUG] = {
		CAP_BIT(CAP_SYS_PTRACE) | CAP_BIT(CAP_KILL),
		CAP_BIT(CAP_SYS_PTRACE) | CAP_BIT(CAP_KILL) },
	/* read from the process's token even while impersonating, as on
	 * Windows; so a scope has no use for it */
	[GUISE_SE_AUDIT] = { 0, CAP_BIT(CAP_AUDIT_WRITE) },
	/* everyone may traverse: a Unix directory's x bit still decides */
	[GUISE_SE_CHANGE_NOTIFY] = { 0, 0 },
	/* the kernel's half of impersonation; the library itself uses it, code
	 * inside a scope never does */
	[GUISE_SE_IMPERSONATE] = {
		0, CAP_BIT(CAP_SETUID) | CAP_BIT(CAP_SETGID) },
	/* everyone may make symbolic links on Linux */
	[GUISE_SE_CREATE_SYMBOLIC_LINK] = { 0, 0 },
	/* up to here counts; the other privileges have no counterpart */
	[GUISE_PRIVILEGE_MAX] = { 0, 0 },
};
/* clang-format on */

/* What any Linux process may do without a capability. */
#define EVERYONES                                                              \
	(GUISE_PRIVILEGE_BIT(GUISE_SE_CHANGE_NOTIFY) |                         \
	 GUISE_PRIVILEGE_BIT(GUISE_SE_CREATE_SYMBOLIC_LINK))

uint64_t projection_capabilities(uint64_t privileges_enabled)
{
	uint64_t capabilities = 0;

	privileges_enabled &= GUISE_PRIVILEGE_BIT(ARRAY_SIZE(rows)) - 1;
	for (; privileges_enabled; privileges_enabled &= privileges_enabled - 1)
		capabilities |=
			rows[__builtin_ctzll(privileges_enabled)].grants;
	return capabilities;
}

uint64_t projection_privileges(uint64_t capabilities)
{
	uint64_t privileges = EVERYONES;

	for (unsigned p = 0; p < ARRAY_SIZE(rows); p++) {
		uint64_t needed = rows[p].shown_by;

		if (needed && (capabilities & needed) == needed)
			privileges |= GUISE_PRIVILEGE_BIT(p);
	}
	return privileges;
}

bool projection_is_client(const struct guise_token *token)
{
	return guise_token_type(token) == GUISE_TOKEN_PRIMARY ||
	       guise_token_level(token) >= GUISE_LEVEL_IMPERSONATION;
}
