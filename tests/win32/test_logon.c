/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logging on with accounts that with-accounts.sh made: alice, who is one of the
 * readers, bob, who has SeBackupPrivilege, and carol, whose account is locked.
 */
#include <windows.h>

#include <ntsecapi.h>
#include <sddl.h>

#include <string.h>
#include <wchar.h>

#include "check.h"

#define PASSWORD L"Correct horse 1"
#define ROOM 300

static HANDLE logon_as(LPCWSTR user, DWORD type)
{
	HANDLE token = NULL;

	check_say(LogonUserW(user, NULL, PASSWORD, type,
			     LOGON32_PROVIDER_DEFAULT, &token),
		  "type %u: %u", type, GetLastError());
	return token;
}

static void *information(HANDLE token, TOKEN_INFORMATION_CLASS which)
{
	static _Alignas(16) BYTE memory[8192];
	DWORD size;

	check(GetTokenInformation(token, which, memory, sizeof(memory), &size));
	return memory;
}

static BOOL has_group(HANDLE token, WELL_KNOWN_SID_TYPE type)
{
	TOKEN_GROUPS *groups = information(token, TokenGroups);

	for (DWORD i = 0; i < groups->GroupCount; i++) {
		if (IsWellKnownSid(groups->Groups[i].Sid, type))
			return TRUE;
	}
	return FALSE;
}

static void the_right_password_gives_a_token(void)
{
	HANDLE token = logon_as(L"alice", LOGON32_LOGON_INTERACTIVE);
	TOKEN_USER *user = information(token, TokenUser);
	WCHAR name[ROOM], domain[ROOM], machine[ROOM];
	DWORD n_name = ROOM, n_domain = ROOM, n_machine = ROOM;
	SID_NAME_USE use;

	check(LookupAccountSidW(NULL, user->User.Sid, name, &n_name, domain,
				&n_domain, &use));
	check_equal(wcscmp(name, L"alice"), 0);
	check(GetComputerNameW(machine, &n_machine));
	check_equal(wcscmp(domain, machine), 0);
	check_equal(use, SidTypeUser);
	check(CloseHandle(token));
}

static void refusals_are_all_alike(void)
{
	static const struct {
		LPCWSTR user, domain, password;
	} rows[] = {
		{L"alice", NULL, L"wrong"},
		{L"alice", NULL, L""},
		{L"alice", NULL, NULL},
		{L"alice", NULL, L"correct horse 1"},
		{L"nobody here", NULL, PASSWORD},
		{L"", NULL, PASSWORD},
		{L"", NULL, L""},
		{L"readers", NULL, PASSWORD},
		{L"alice", L"elsewhere", PASSWORD},
		{L"alice", L"Unix User", PASSWORD},
		{L"alice@elsewhere", NULL, PASSWORD},
		{L"elsewhere\\alice", NULL, PASSWORD},
		{L"carol", NULL, L"wrong"},
	};

	for (size_t i = 0; i < ARRAYSIZE(rows); i++) {
		HANDLE token = (HANDLE)42;

		check_fails(LogonUserW(rows[i].user, rows[i].domain,
				       rows[i].password,
				       LOGON32_LOGON_INTERACTIVE,
				       LOGON32_PROVIDER_DEFAULT, &token),
			    ERROR_LOGON_FAILURE);
		check(token == (HANDLE)42);
	}
}

static void a_locked_account_says_so_to_its_owner(void)
{
	HANDLE token = NULL;

	check_fails(LogonUserW(L"carol", NULL, PASSWORD,
			       LOGON32_LOGON_INTERACTIVE,
			       LOGON32_PROVIDER_DEFAULT, &token),
		    ERROR_ACCOUNT_DISABLED);
}

static void domains_of_this_machine_are_known(void)
{
	char machine[ROOM], upn[ROOM + 6];
	DWORD n = ROOM;
	HANDLE token;

	check(GetComputerNameA(machine, &n));
	(void)snprintf(upn, sizeof(upn), "alice@%s", machine);
	check(LogonUserA("alice", machine, "Correct horse 1",
			 LOGON32_LOGON_NETWORK, 0, &token));
	CloseHandle(token);
	check(LogonUserA("ALICE", ".", "Correct horse 1", LOGON32_LOGON_NETWORK,
			 0, &token));
	CloseHandle(token);
	check(LogonUserA(upn, NULL, "Correct horse 1", LOGON32_LOGON_NETWORK, 0,
			 &token));
	CloseHandle(token);
}

static void arguments_are_checked(void)
{
	HANDLE token = NULL;

	check_fails(LogonUserW(L"alice", NULL, PASSWORD, 1, 0, &token),
		    ERROR_INVALID_LOGON_TYPE);
	check_fails(LogonUserW(L"alice", NULL, PASSWORD, 6, 0, &token),
		    ERROR_INVALID_LOGON_TYPE);
	check_fails(LogonUserW(L"alice", NULL, PASSWORD, 2, 99, &token),
		    ERROR_INVALID_PARAMETER);
	check_fails(LogonUserW(L"alice", NULL, PASSWORD, 9, 1, &token),
		    ERROR_INVALID_PARAMETER);
	check_fails(LogonUserW(NULL, NULL, PASSWORD, 2, 0, &token),
		    ERROR_INVALID_PARAMETER);
	check_fails(LogonUserW(L"alice", NULL, PASSWORD, 2, 0, NULL),
		    ERROR_INVALID_PARAMETER);
}

static void each_type_has_its_groups(void)
{
	static const struct {
		DWORD type;
		WELL_KNOWN_SID_TYPE has, has_not;
		TOKEN_TYPE token;
	} rows[] = {
		{LOGON32_LOGON_INTERACTIVE, WinInteractiveSid, WinNetworkSid,
		 TokenPrimary},
		{LOGON32_LOGON_NETWORK, WinNetworkSid, WinInteractiveSid,
		 TokenImpersonation},
		{LOGON32_LOGON_BATCH, WinBatchSid, WinNetworkSid, TokenPrimary},
		{LOGON32_LOGON_SERVICE, WinServiceSid, WinNetworkSid,
		 TokenPrimary},
		{LOGON32_LOGON_UNLOCK, WinInteractiveSid, WinNetworkSid,
		 TokenPrimary},
		{LOGON32_LOGON_NETWORK_CLEARTEXT, WinNetworkSid,
		 WinInteractiveSid, TokenPrimary},
	};

	for (size_t i = 0; i < ARRAYSIZE(rows); i++) {
		HANDLE token = logon_as(L"alice", rows[i].type);

		check_equal(*(TOKEN_TYPE *)information(token, TokenType),
			    rows[i].token);
		check(has_group(token, rows[i].has));
		check(!has_group(token, rows[i].has_not));
		check(has_group(token, WinWorldSid));
		check(has_group(token, WinAuthenticatedUserSid));
		check(has_group(token, WinBuiltinUsersSid));
		check(has_group(token, WinLogonIdsSid));
		CloseHandle(token);
	}
}

static void groups_and_privileges_are_the_accounts(void)
{
	HANDLE alice = logon_as(L"alice", LOGON32_LOGON_INTERACTIVE);
	HANDLE bob = logon_as(L"bob", LOGON32_LOGON_INTERACTIVE);
	BYTE readers[SECURITY_MAX_SID_SIZE];
	char domain[ROOM];
	DWORD n = sizeof(readers), n_domain = ROOM;
	SID_NAME_USE use;
	PRIVILEGE_SET set = {1, PRIVILEGE_SET_ALL_NECESSARY, {{{0}, 0}}};
	BOOL held = TRUE;
	TOKEN_GROUPS *groups;
	unsigned found = 0;

	check(LookupAccountNameA(NULL, "readers", readers, &n, domain,
				 &n_domain, &use));
	check_equal(use, SidTypeAlias);
	groups = information(alice, TokenGroups);
	for (DWORD i = 0; i < groups->GroupCount; i++)
		found += EqualSid(groups->Groups[i].Sid, readers) ? 1 : 0;
	check_equal(found, 1);

	check(LookupPrivilegeValueA(NULL, "SeBackupPrivilege",
				    &set.Privilege[0].Luid));
	check(PrivilegeCheck(alice, &set, &held));
	check(!held);
	check(PrivilegeCheck(bob, &set, &held));
	check(held);
	CloseHandle(alice);
	CloseHandle(bob);
}

static LUID session_of(HANDLE token)
{
	TOKEN_STATISTICS *s = information(token, TokenStatistics);

	return s->AuthenticationId;
}

static void each_logon_is_a_session_that_ends_with_it(void)
{
	HANDLE first = logon_as(L"alice", LOGON32_LOGON_BATCH), copy = NULL;
	HANDLE second = logon_as(L"alice", LOGON32_LOGON_BATCH);
	LUID a = session_of(first), b = session_of(second);
	PSECURITY_LOGON_SESSION_DATA data = NULL;

	check(memcmp(&a, &b, sizeof(a)) != 0);
	check_equal(LsaGetLogonSessionData(&a, &data), 0);
	check_equal(data->LogonType, Batch);
	check_equal(data->UserName.Length, 5 * sizeof(WCHAR));
	check_equal(memcmp(data->UserName.Buffer, L"alice", 10), 0);
	check(data->LogonTime.QuadPart > 0);
	check_equal(LsaFreeReturnBuffer(data), 0);

	check(DuplicateTokenEx(first, 0, NULL, SecurityImpersonation,
			       TokenImpersonation, &copy));
	CloseHandle(first);
	check_equal(LsaGetLogonSessionData(&a, &data), 0);
	LsaFreeReturnBuffer(data);
	CloseHandle(copy);
	check_equal(LsaGetLogonSessionData(&a, &data),
		    (NTSTATUS)0xC000005F); /* STATUS_NO_SUCH_LOGON_SESSION */
	CloseHandle(second);
}

static void new_credentials_are_the_callers_own_in_a_new_session(void)
{
	HANDLE token = NULL, own = NULL;
	BYTE user[SECURITY_MAX_SID_SIZE];
	LUID a, b;

	check(LogonUserW(L"whoever", L"wherever", L"whatever",
			 LOGON32_LOGON_NEW_CREDENTIALS,
			 LOGON32_PROVIDER_WINNT50, &token));
	check(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &own));
	check(CopySid(sizeof(user), user,
		      ((TOKEN_USER *)information(own, TokenUser))->User.Sid));
	check(EqualSid(
		user, ((TOKEN_USER *)information(token, TokenUser))->User.Sid));
	a = session_of(token);
	b = session_of(own);
	check(memcmp(&a, &b, sizeof(a)) != 0);
	check(memcmp(information(token, TokenOrigin), &b, sizeof(b)) == 0);
	CloseHandle(token);
	CloseHandle(own);
}

static void the_longer_form_tells_more(void)
{
	HANDLE token = NULL;
	PSID sid = NULL;
	PVOID profile = NULL;
	DWORD size = 0;
	QUOTA_LIMITS quotas;

	check(LogonUserExW(L"alice", NULL, PASSWORD, LOGON32_LOGON_INTERACTIVE,
			   LOGON32_PROVIDER_DEFAULT, &token, &sid, &profile,
			   &size, &quotas));
	check(EqualSid(
		sid, ((TOKEN_USER *)information(token, TokenUser))->User.Sid));
	check_equal(size, sizeof(MSV1_0_INTERACTIVE_PROFILE));
	check_equal(((MSV1_0_INTERACTIVE_PROFILE *)profile)->MessageType,
		    MsV1_0InteractiveProfile);
	check(LocalFree(sid) == NULL);
	check_equal(LsaFreeReturnBuffer(profile), 0);
	CloseHandle(token);
}

static void a_client_is_impersonated(void)
{
	HANDLE token = logon_as(L"alice", LOGON32_LOGON_NETWORK);
	WCHAR name[ROOM];
	DWORD n = ROOM;

	check(ImpersonateLoggedOnUser(token));
	check(GetUserNameW(name, &n));
	check_equal(wcscmp(name, L"alice"), 0);
	check(RevertToSelf());
	CloseHandle(token);
}

int main(void)
{
	run(the_right_password_gives_a_token);
	run(refusals_are_all_alike);
	run(a_locked_account_says_so_to_its_owner);
	run(domains_of_this_machine_are_known);
	run(arguments_are_checked);
	run(each_type_has_its_groups);
	run(groups_and_privileges_are_the_accounts);
	run(each_logon_is_a_session_that_ends_with_it);
	run(new_credentials_are_the_callers_own_in_a_new_session);
	run(the_longer_form_tells_more);
	run(a_client_is_impersonated);
	return check_done();
}
