/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Privileges: names and numbers. The number is the low part of the LUID that
 * Windows has used for the privilege since its first version.
 */
#include "base.h"
#include "text.h"
#include <guise/privilege.h>

struct row {
	const char *name;
	const char *display_name;
};

/* clang-format off */
static const struct row table[] = {
	[GUISE_SE_CREATE_TOKEN] = { "SeCreateTokenPrivilege",
		"Create a token" },
	[GUISE_SE_ASSIGN_PRIMARY_TOKEN] = { "SeAssignPrimaryTokenPrivilege",
		"Replace the token of a process" },
	[GUISE_SE_LOCK_MEMORY] = { "SeLockMemoryPrivilege",
		"Lock pages in memory" },
	[GUISE_SE_INCREASE_QUOTA] = { "SeIncreaseQuotaPrivilege",
		"Change the memory quota of a process" },
	[GUISE_SE_MACHINE_ACCOUNT] = { "SeMachineAccountPrivilege",
		"Add machines to a domain" },
	[GUISE_SE_TCB] = { "SeTcbPrivilege",
		"Act as part of the operating system" },
	[GUISE_SE_SECURITY] = { "SeSecurityPrivilege",
		"Manage auditing and system access lists" },
	[GUISE_SE_TAKE_OWNERSHIP] = { "SeTakeOwnershipPrivilege",
		"Take ownership of any object" },
	[GUISE_SE_LOAD_DRIVER] = { "SeLoadDriverPrivilege",
		"Load kernel drivers" },
	[GUISE_SE_SYSTEM_PROFILE] = { "SeSystemProfilePrivilege",
		"Profile the whole system" },
	[GUISE_SE_SYSTEMTIME] = { "SeSystemtimePrivilege",
		"Change the system time" },
	[GUISE_SE_PROFILE_SINGLE_PROCESS] = { "SeProfileSingleProcessPrivilege",
		"Profile one process" },
	[GUISE_SE_INCREASE_BASE_PRIORITY] = { "SeIncreaseBasePriorityPrivilege",
		"Raise scheduling priority" },
	[GUISE_SE_CREATE_PAGEFILE] = { "SeCreatePagefilePrivilege",
		"Create a paging file" },
	[GUISE_SE_CREATE_PERMANENT] = { "SeCreatePermanentPrivilege",
		"Create permanent shared objects" },
	[GUISE_SE_BACKUP] = { "SeBackupPrivilege",
		"Read any file for backup" },
	[GUISE_SE_RESTORE] = { "SeRestorePrivilege",
		"Write any file to restore it" },
	[GUISE_SE_SHUTDOWN] = { "SeShutdownPrivilege",
		"Shut the system down" },
	[GUISE_SE_DEBUG] = { "SeDebugPrivilege",
		"Debug any process" },
	[GUISE_SE_AUDIT] = { "SeAuditPrivilege",
		"Write security audits" },
	[GUISE_SE_SYSTEM_ENVIRONMENT] = { "SeSystemEnvironmentPrivilege",
		"Change firmware settings" },
	[GUISE_SE_CHANGE_NOTIFY] = { "SeChangeNotifyPrivilege",
		"Pass through directories without right to them" },
	[GUISE_SE_REMOTE_SHUTDOWN] = { "SeRemoteShutdownPrivilege",
		"Shut the system down from afar" },
	[GUISE_SE_UNDOCK] = { "SeUndockPrivilege",
		"Undock the machine" },
	[GUISE_SE_SYNC_AGENT] = { "SeSyncAgentPrivilege",
		"Synchronise directory data" },
	[GUISE_SE_ENABLE_DELEGATION] = { "SeEnableDelegationPrivilege",
		"Mark accounts as trusted for delegation" },
	[GUISE_SE_MANAGE_VOLUME] = { "SeManageVolumePrivilege",
		"Maintain volumes" },
	[GUISE_SE_IMPERSONATE] = { "SeImpersonatePrivilege",
		"Impersonate a client" },
	[GUISE_SE_CREATE_GLOBAL] = { "SeCreateGlobalPrivilege",
		"Create global objects" },
	[GUISE_SE_TRUSTED_CREDMAN_ACCESS] = { "SeTrustedCredManAccessPrivilege",
		"Read stored credentials as a trusted caller" },
	[GUISE_SE_RELABEL] = { "SeRelabelPrivilege",
		"Change the integrity label of an object" },
	[GUISE_SE_INCREASE_WORKING_SET] = { "SeIncreaseWorkingSetPrivilege",
		"Raise the working set of a process" },
	[GUISE_SE_TIME_ZONE] = { "SeTimeZonePrivilege",
		"Change the time zone" },
	[GUISE_SE_CREATE_SYMBOLIC_LINK] = { "SeCreateSymbolicLinkPrivilege",
		"Create symbolic links" },
	[GUISE_SE_DELEGATE_SESSION_USER_IMPERSONATE] = { "SeDelegateSessionUserImpersonatePrivilege",
		"Get an impersonation token of another user's session" },
};
/* clang-format on */

static_assert(ARRAY_SIZE(table) == GUISE_PRIVILEGE_MAX + 1,
	      "every privilege has a row");

static const struct row *find(unsigned privilege)
{
	if (privilege < GUISE_PRIVILEGE_MIN || privilege > GUISE_PRIVILEGE_MAX)
		return NULL;
	return &table[privilege];
}

const char *guise_privilege_name(unsigned privilege)
{
	const struct row *row = find(privilege);

	return row ? row->name : NULL;
}

const char *guise_privilege_display_name(unsigned privilege)
{
	const struct row *row = find(privilege);

	return row ? row->display_name : NULL;
}

/* "SeUnsolicitedInputPrivilege", the oldest name of number 6, is not accepted:
 * Windows has no LUID for it either. */
int guise_privilege_parse(const char *text, size_t size,
			  enum guise_privilege *ret)
{
	if (!text || !ret)
		return -EINVAL;
	for (unsigned p = GUISE_PRIVILEGE_MIN; p <= GUISE_PRIVILEGE_MAX; p++) {
		const char *name = table[p].name;

		if (text_equal_nocase(name, strlen(name), text, size)) {
			*ret = (enum guise_privilege)p;
			return 0;
		}
	}
	return GUISE_E_NO_SUCH_PRIVILEGE;
}
