/* SPDX-License-Identifier: Apache-2.0 */
/* Privileges by name: LUIDs, names and descriptions, and the caller's
 * buffers. */
#include <string.h>

#include <windows.h>

#include "check.h"

/* By number, from 2 on, "Se" before and "Privilege" behind */
static const char *const names[] = {
	"CreateToken",
	"AssignPrimaryToken",
	"LockMemory",
	"IncreaseQuota",
	"MachineAccount",
	"Tcb",
	"Security",
	"TakeOwnership",
	"LoadDriver",
	"SystemProfile",
	"Systemtime",
	"ProfileSingleProcess",
	"IncreaseBasePriority",
	"CreatePagefile",
	"CreatePermanent",
	"Backup",
	"Restore",
	"Shutdown",
	"Debug",
	"Audit",
	"SystemEnvironment",
	"ChangeNotify",
	"RemoteShutdown",
	"Undock",
	"SyncAgent",
	"EnableDelegation",
	"ManageVolume",
	"Impersonate",
	"CreateGlobal",
	"TrustedCredManAccess",
	"Relabel",
	"IncreaseWorkingSet",
	"TimeZone",
	"CreateSymbolicLink",
	"DelegateSessionUserImpersonate",
};
#define N_NAMES (sizeof(names) / sizeof(names[0]))

static void full_name(size_t i, char ret[64])
{
	snprintf(ret, 64, "Se%sPrivilege", names[i]);
}

static void every_name_has_its_number(void)
{
	for (size_t i = 0; i < N_NAMES; i++) {
		LUID luid = {0xffff, -1};
		char name[64];

		full_name(i, name);
		check_say(LookupPrivilegeValueA(NULL, name, &luid), "%s", name);
		check_equal(luid.LowPart, i + 2);
		check_equal(luid.HighPart, 0);
		for (char *c = name; *c; c++)
			*c = *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c;
		check_say(LookupPrivilegeValueA("", name, &luid), "%s", name);
		check_equal(luid.LowPart, i + 2);
	}
}

static void every_number_has_its_name(void)
{
	for (size_t i = 0; i < N_NAMES; i++) {
		LUID luid = {(DWORD)i + 2, 0};
		char name[64], got[64] = "";
		DWORD size = sizeof(got);

		full_name(i, name);
		check(LookupPrivilegeNameA(NULL, &luid, got, &size));
		check_equal(strcmp(got, name), 0);
		check_equal(size, strlen(name));
	}
}

static void what_is_no_privilege_is_said(void)
{
	static const LUID none[] = {{0, 0},  {1, 0}, {37, 0},  {63, 0},
				    {64, 0}, {2, 1}, {~0u, -1}};
	LUID luid = {77, 77};
	char name[64];

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		DWORD size = sizeof(name);
		LUID unknown = none[i];

		check_fails(LookupPrivilegeNameA(NULL, &unknown, name, &size),
			    ERROR_NO_SUCH_PRIVILEGE);
		check_equal(size, sizeof(name));
	}
	check_fails(LookupPrivilegeValueA(NULL, "SeNothingPrivilege", &luid),
		    ERROR_NO_SUCH_PRIVILEGE);
	check_fails(LookupPrivilegeValueA(NULL, "", &luid),
		    ERROR_NO_SUCH_PRIVILEGE);
	check_fails(LookupPrivilegeValueA(NULL, "SeTcbPrivilege ", &luid),
		    ERROR_NO_SUCH_PRIVILEGE);
	check_equal(luid.LowPart, 77);
}

static void a_short_buffer_is_told_the_length(void)
{
	LUID luid = {2, 0};
	char name[64] = "?";
	DWORD size = 0;

	check_fails(LookupPrivilegeNameA(NULL, &luid, NULL, &size),
		    ERROR_INSUFFICIENT_BUFFER);
	check_equal(size, sizeof("SeCreateTokenPrivilege"));
	size--;
	check_fails(LookupPrivilegeNameA(NULL, &luid, name, &size),
		    ERROR_INSUFFICIENT_BUFFER);
	check_equal(size, sizeof("SeCreateTokenPrivilege"));
	check_equal(name[0], '?');
	check(LookupPrivilegeNameA(NULL, &luid, name, &size));
	check_equal(size, sizeof("SeCreateTokenPrivilege") - 1);
}

static void wide_names_are_the_same(void)
{
	LUID luid = {0, 0};
	WCHAR name[64];
	DWORD size = sizeof(name) / sizeof(name[0]);

	check(LookupPrivilegeValueW(NULL, L"SeDebugPrivilege", &luid));
	check_equal(luid.LowPart, 20);
	check(LookupPrivilegeNameW(L"", &luid, name, &size));
	check_equal(size, 16);
	check_equal(memcmp(name, L"SeDebugPrivilege", 17 * sizeof(WCHAR)), 0);
	size = 3;
	check_fails(LookupPrivilegeNameW(NULL, &luid, name, &size),
		    ERROR_INSUFFICIENT_BUFFER);
	check_equal(size, 17);
}

static void descriptions_are_for_people(void)
{
	char text[256];
	WCHAR wide[256];
	DWORD size, language = 0;

	for (size_t i = 0; i < N_NAMES; i++) {
		char name[64];

		full_name(i, name);
		size = sizeof(text);
		check(LookupPrivilegeDisplayNameA(NULL, name, text, &size,
						  &language));
		check_equal(size, strlen(text));
		check(size > 5);
		check_equal(language, 0x409);
	}
	size = 0;
	check_fails(LookupPrivilegeDisplayNameW(NULL, L"SeBackupPrivilege",
						NULL, &size, &language),
		    ERROR_INSUFFICIENT_BUFFER);
	check(size > 5 && size < 256);
	check(LookupPrivilegeDisplayNameW(NULL, L"SeBackupPrivilege", wide,
					  &size, &language));
	check_fails(LookupPrivilegeDisplayNameA(NULL, "SeNothing", text, &size,
						&language),
		    ERROR_NO_SUCH_PRIVILEGE);
}

static void other_machines_are_not_asked(void)
{
	LUID luid;

	check_fails(LookupPrivilegeValueA("\\\\no-such-machine.invalid",
					  "SeTcbPrivilege", &luid),
		    RPC_S_SERVER_UNAVAILABLE);
	check(LookupPrivilegeValueA("\\\\.", "SeTcbPrivilege", &luid));
	check(LookupPrivilegeValueA("localhost", "SeTcbPrivilege", &luid));
}

static void constants_are_the_names(void)
{
	LUID luid;

	check(LookupPrivilegeValue(NULL, SE_TCB_NAME, &luid));
	check_equal(luid.LowPart, 7);
	check(LookupPrivilegeValue(
		NULL, SE_DELEGATE_SESSION_USER_IMPERSONATE_NAME, &luid));
	check_equal(luid.LowPart, 36);
}

int main(void)
{
	run(every_name_has_its_number);
	run(every_number_has_its_name);
	run(what_is_no_privilege_is_said);
	run(a_short_buffer_is_told_the_length);
	run(wide_names_are_the_same);
	run(descriptions_are_for_people);
	run(other_machines_are_not_asked);
	run(constants_are_the_names);
	return check_done();
}
