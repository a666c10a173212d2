/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The local security authority, with the accounts of with-accounts.sh. Its
 * functions return statuses.
 */
#include <windows.h>

#include <lm.h>
#include <ntsecapi.h>
#include <sddl.h>
#include <winternl.h>

#include <string.h>
#include <wchar.h>

#include "check.h"

#define ROOM 300
#define SE_TCB_PRIVILEGE 7
#define OK 0
#define SOME_NOT_MAPPED 0x107
#define INVALID_HANDLE ((NTSTATUS)0xC0000008)
#define ACCESS_DENIED ((NTSTATUS)0xC0000022)
#define OBJECT_NAME_NOT_FOUND ((NTSTATUS)0xC0000034)
#define NO_SUCH_PRIVILEGE ((NTSTATUS)0xC0000060)
#define LOGON_FAILURE ((NTSTATUS)0xC000006D)
#define ACCOUNT_RESTRICTION ((NTSTATUS)0xC000006E)
#define ACCOUNT_DISABLED ((NTSTATUS)0xC0000072)
#define NONE_MAPPED ((NTSTATUS)0xC0000073)
#define BAD_VALIDATION_CLASS ((NTSTATUS)0xC00000A7)
#define NO_SUCH_PACKAGE ((NTSTATUS)0xC00000FE)
#define NAME_TOO_LONG ((NTSTATUS)0xC0000106)
#define INVALID_LOGON_TYPE ((NTSTATUS)0xC000010B)

static LSA_STRING string(const char *text)
{
	LSA_STRING s = {(USHORT)strlen(text), (USHORT)(strlen(text) + 1),
			(PCHAR)(ULONG_PTR)text};

	return s;
}

static LSA_UNICODE_STRING wide(const WCHAR *text)
{
	const USHORT size = (USHORT)(wcslen(text) * sizeof(WCHAR));
	LSA_UNICODE_STRING s = {size, (USHORT)(size + sizeof(WCHAR)),
				(PWSTR)(ULONG_PTR)text};

	return s;
}

static BOOL is(const LSA_UNICODE_STRING *s, const WCHAR *text)
{
	return s->Length == wcslen(text) * sizeof(WCHAR) &&
	       memcmp(s->Buffer, text, s->Length) == 0;
}

/**
 * struct attempt - what LsaLogonUser takes and gives
 */
struct attempt {
	HANDLE lsa;
	ULONG package;
	__attribute__((__aligned__(8))) BYTE buffer[1024];
	ULONG size;
	PVOID profile;
	ULONG profile_size;
	LUID session;
	HANDLE token;
	QUOTA_LIMITS quotas;
	NTSTATUS sub_status;
};

static void connect_lsa(struct attempt *a, const char *package)
{
	LSA_STRING name = string(package);

	memset(a, 0, sizeof(*a));
	check_equal(LsaConnectUntrusted(&a->lsa), OK);
	check_equal(LsaLookupAuthenticationPackage(a->lsa, &name, &a->package),
		    OK);
}

static void append(struct attempt *a, UNICODE_STRING *ret, const WCHAR *text)
{
	const ULONG size = (ULONG)(wcslen(text) * sizeof(WCHAR));

	ret->Length = ret->MaximumLength = (USHORT)size;
	ret->Buffer = (PWSTR)(void *)(a->buffer + a->size);
	memcpy(a->buffer + a->size, text, size);
	a->size += size;
}

static void set_password(struct attempt *a, const WCHAR *user,
			 const WCHAR *password)
{
	MSV1_0_INTERACTIVE_LOGON *in = (void *)a->buffer;

	memset(in, 0, sizeof(*in));
	in->MessageType = MsV1_0InteractiveLogon;
	a->size = sizeof(*in);
	append(a, &in->UserName, user);
	append(a, &in->LogonDomainName, L"");
	append(a, &in->Password, password);
}

static void set_client(struct attempt *a, const WCHAR *user)
{
	MSV1_0_S4U_LOGON *in = (void *)a->buffer;

	memset(in, 0, sizeof(*in));
	in->MessageType = MsV1_0S4ULogon;
	a->size = sizeof(*in);
	append(a, &in->UserPrincipalName, user);
	append(a, &in->DomainName, L"");
}

static NTSTATUS try(struct attempt *a, SECURITY_LOGON_TYPE type)
{
	TOKEN_SOURCE source = {"Test", {7, 0}};
	LSA_STRING origin = string("test");

	return LsaLogonUser(a->lsa, &origin, type, a->package, a->buffer,
			    a->size, NULL, &source, &a->profile,
			    &a->profile_size, &a->session, &a->token,
			    &a->quotas, &a->sub_status);
}

static void end(struct attempt *a)
{
	check_equal(LsaFreeReturnBuffer(a->profile), OK);
	check(CloseHandle(a->token));
	check_equal(LsaDeregisterLogonProcess(a->lsa), OK);
}

static void a_password_gives_token_session_and_profile(void)
{
	struct attempt a;
	TOKEN_STATISTICS s;
	TOKEN_SOURCE source;
	DWORD n;

	connect_lsa(&a, MSV1_0_PACKAGE_NAME);
	set_password(&a, L"alice", L"Correct horse 1");
	check_equal(try(&a, Interactive), OK);
	check_equal(a.sub_status, OK);
	check_equal(a.profile_size, sizeof(MSV1_0_INTERACTIVE_PROFILE));
	check(GetTokenInformation(a.token, TokenStatistics, &s, sizeof(s), &n));
	check(memcmp(&s.AuthenticationId, &a.session, sizeof(a.session)) == 0);
	check_equal(s.TokenType, TokenPrimary);
	check(GetTokenInformation(a.token, TokenSource, &source, sizeof(source),
				  &n));
	check_equal(strcmp(source.SourceName, "Test"), 0);
	check_equal(source.SourceIdentifier.LowPart, 7);
	end(&a);

	connect_lsa(&a, MICROSOFT_KERBEROS_NAME_A);
	set_password(&a, L"alice", L"Correct horse 1");
	check_equal(try(&a, Network), OK);
	end(&a);
}

static void refusals_say_why_as_windows_does(void)
{
	struct attempt a;
	LSA_STRING unknown = string("Nothing");
	char long_name[200];
	LSA_STRING name;
	ULONG package = 77;

	connect_lsa(&a, MSV1_0_PACKAGE_NAME);
	set_password(&a, L"alice", L"wrong");
	check_equal(try(&a, Interactive), LOGON_FAILURE);
	check(a.token == NULL);
	set_password(&a, L"carol", L"Correct horse 1");
	check_equal(try(&a, Interactive), ACCOUNT_RESTRICTION);
	check_equal(a.sub_status, ACCOUNT_DISABLED);
	set_password(&a, L"alice", L"Correct horse 1");
	check_equal(try(&a, Proxy), INVALID_LOGON_TYPE);
	a.buffer[0] = 99;
	check_equal(try(&a, Interactive), BAD_VALIDATION_CLASS);
	a.package = 55;
	check_equal(try(&a, Interactive), NO_SUCH_PACKAGE);

	check_equal(LsaLookupAuthenticationPackage(a.lsa, &unknown, &package),
		    NO_SUCH_PACKAGE);
	check_equal(package, 77);
	memset(long_name, 'x', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = 0;
	name = string(long_name);
	check_equal(LsaLookupAuthenticationPackage(a.lsa, &name, &package),
		    NAME_TOO_LONG);
	check_equal(LsaDeregisterLogonProcess(a.lsa), OK);
	check_equal(LsaDeregisterLogonProcess(a.lsa), INVALID_HANDLE);
	check_equal(try(&a, Interactive), INVALID_HANDLE);
}

static void strings_outside_the_buffer_are_refused(void)
{
	struct attempt a;
	MSV1_0_INTERACTIVE_LOGON *in = (void *)a.buffer;

	connect_lsa(&a, MSV1_0_PACKAGE_NAME);
	set_password(&a, L"alice", L"Correct horse 1");
	in->Password.Length += 2;
	check(try(&a, Interactive) != OK);
	set_password(&a, L"alice", L"Correct horse 1");
	in->UserName.Buffer = (PWSTR)0x10000000;
	check(try(&a, Interactive) != OK);
	/* as an offset it is fine */
	set_password(&a, L"alice", L"Correct horse 1");
	in->UserName.Buffer =
		(PWSTR)((ULONG_PTR)in->UserName.Buffer - (ULONG_PTR)a.buffer);
	check_equal(try(&a, Interactive), OK);
	end(&a);
}

static void a_client_without_password_is_known_by_level(void)
{
	struct attempt a;
	SECURITY_IMPERSONATION_LEVEL level;
	DWORD n;

	connect_lsa(&a, MSV1_0_PACKAGE_NAME);
	set_client(&a, L"alice");
	check_equal(try(&a, Network), OK);
	check(GetTokenInformation(a.token, TokenImpersonationLevel, &level,
				  sizeof(level), &n));
	/* the test has SeTcb, or not: then it may only look */
	check(level == SecurityImpersonation ||
	      level == SecurityIdentification);
	end(&a);

	connect_lsa(&a, MSV1_0_PACKAGE_NAME);
	set_client(&a, L"nobody here");
	check(try(&a, Network) != OK);
	check_equal(LsaDeregisterLogonProcess(a.lsa), OK);
}

static void a_logon_process_is_part_of_the_system(void)
{
	struct attempt a;
	LSA_STRING name = string("test"), too_long;
	char long_name[200];
	LSA_OPERATIONAL_MODE mode = 7;
	SECURITY_IMPERSONATION_LEVEL level = SecurityAnonymous;
	BOOLEAN was = FALSE;
	DWORD n;

	memset(long_name, 'x', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = 0;
	too_long = string(long_name);
	connect_lsa(&a, MSV1_0_PACKAGE_NAME);
	check_equal(LsaDeregisterLogonProcess(a.lsa), OK);
	check_equal(LsaRegisterLogonProcess(&too_long, &a.lsa, &mode),
		    NAME_TOO_LONG);
	if (RtlAdjustPrivilege(SE_TCB_PRIVILEGE, TRUE, FALSE, &was) != OK) {
		check_skip("logon process: needs SeTcbPrivilege");
		return;
	}
	check_equal(LsaRegisterLogonProcess(&name, &a.lsa, &mode), OK);
	check_equal(mode, 0);
	set_client(&a, L"alice");
	check_equal(try(&a, Network), OK);
	check(GetTokenInformation(a.token, TokenImpersonationLevel, &level,
				  sizeof(level), &n));
	check_equal(level, SecurityImpersonation);
	end(&a);

	/* without it the same client can be known, and no more */
	check_equal(RtlAdjustPrivilege(SE_TCB_PRIVILEGE, FALSE, FALSE, &was),
		    OK);
	connect_lsa(&a, MSV1_0_PACKAGE_NAME);
	set_client(&a, L"alice");
	check_equal(try(&a, Network), OK);
	check(GetTokenInformation(a.token, TokenImpersonationLevel, &level,
				  sizeof(level), &n));
	check_equal(level, SecurityIdentification);
	end(&a);
}

static void sessions_are_listed(void)
{
	struct attempt a;
	PLUID sessions = NULL;
	ULONG count = 0, found = 0, system = 0;
	PSECURITY_LOGON_SESSION_DATA data = NULL;
	LUID system_luid = SYSTEM_LUID;

	connect_lsa(&a, MSV1_0_PACKAGE_NAME);
	set_password(&a, L"alice", L"Correct horse 1");
	check_equal(try(&a, Batch), OK);
	check_equal(LsaEnumerateLogonSessions(&count, &sessions), OK);
	for (ULONG i = 0; i < count; i++) {
		found += !memcmp(&sessions[i], &a.session, sizeof(LUID));
		system += !memcmp(&sessions[i], &system_luid, sizeof(LUID));
	}
	check_equal(found, 1);
	check_equal(system, 1);
	check_equal(LsaFreeReturnBuffer(sessions), OK);

	check_equal(LsaGetLogonSessionData(&system_luid, &data), OK);
	check(is(&data->UserName, L"SYSTEM"));
	check(is(&data->LogonDomain, L"NT AUTHORITY"));
	check(IsWellKnownSid(data->Sid, WinLocalSystemSid));
	LsaFreeReturnBuffer(data);

	/* a client sees its own, and not the system's */
	check(ImpersonateLoggedOnUser(a.token));
	check_equal(LsaGetLogonSessionData(&a.session, &data), OK);
	LsaFreeReturnBuffer(data);
	check_equal(LsaGetLogonSessionData(&system_luid, &data), ACCESS_DENIED);
	check(RevertToSelf());
	end(&a);
}

static LSA_HANDLE open_policy(ACCESS_MASK access)
{
	LSA_OBJECT_ATTRIBUTES attributes = {0};
	LSA_HANDLE policy = NULL;

	check_equal(LsaOpenPolicy(NULL, &attributes, access, &policy), OK);
	return policy;
}

static void names_are_looked_up_together(void)
{
	LSA_HANDLE policy = open_policy(POLICY_LOOKUP_NAMES);
	LSA_UNICODE_STRING names[] = {wide(L"alice"), wide(L"nobody here"),
				      wide(L"BUILTIN\\Users"),
				      wide(L"BUILTIN\\Administrators")};
	PLSA_REFERENCED_DOMAIN_LIST domains = NULL;
	PLSA_TRANSLATED_SID2 sids = NULL;
	PLSA_TRANSLATED_SID older = NULL;

	check_equal(LsaLookupNames2(policy, 0, 4, names, &domains, &sids),
		    SOME_NOT_MAPPED);
	check_equal(domains->Entries, 2);
	check(is(&domains->Domains[1].Name, L"BUILTIN"));
	check_equal(sids[0].Use, SidTypeUser);
	check_equal(sids[0].DomainIndex, 0);
	check_equal(sids[1].Use, SidTypeUnknown);
	check_equal(sids[1].DomainIndex, -1);
	check(sids[1].Sid == NULL);
	check_equal(sids[2].DomainIndex, 1);
	check_equal(sids[3].DomainIndex, 1);
	check(IsWellKnownSid(sids[3].Sid, WinBuiltinAdministratorsSid));
	check_equal(LsaFreeMemory(domains), OK);
	check_equal(LsaFreeMemory(sids), OK);

	check_equal(LsaLookupNames(policy, 3, names + 1, &domains, &older),
		    SOME_NOT_MAPPED);
	check_equal(older[0].Use, SidTypeUnknown);
	check_equal(older[2].RelativeId, DOMAIN_ALIAS_RID_ADMINS);
	LsaFreeMemory(domains);
	LsaFreeMemory(older);

	check_equal(LsaLookupNames2(policy, 0, 1, &names[1], &domains, &sids),
		    NONE_MAPPED);
	check_equal(domains->Entries, 0);
	check_equal(sids[0].Use, SidTypeUnknown);
	LsaFreeMemory(domains);
	LsaFreeMemory(sids);
	check_equal(LsaClose(policy), OK);
	check_equal(LsaClose(policy), INVALID_HANDLE);
}

static void sids_are_looked_up_together(void)
{
	LSA_HANDLE policy = open_policy(POLICY_LOOKUP_NAMES);
	PLSA_REFERENCED_DOMAIN_LIST domains = NULL;
	PLSA_TRANSLATED_NAME names = NULL;
	PSID sids[2];

	check(ConvertStringSidToSidA("S-1-1-0", &sids[0]));
	check(ConvertStringSidToSidA("S-1-5-21-1-2-3-4", &sids[1]));
	check_equal(LsaLookupSids(policy, 2, sids, &domains, &names),
		    SOME_NOT_MAPPED);
	check(is(&names[0].Name, L"Everyone"));
	check_equal(names[0].Use, SidTypeWellKnownGroup);
	check_equal(names[0].DomainIndex, 0);
	check_equal(names[1].Use, SidTypeUnknown);
	check(is(&names[1].Name, L"S-1-5-21-1-2-3-4"));
	LsaFreeMemory(domains);
	LsaFreeMemory(names);
	LocalFree(sids[0]);
	LocalFree(sids[1]);
	LsaClose(policy);
}

static void the_machine_has_a_name(void)
{
	LSA_HANDLE policy = open_policy(POLICY_VIEW_LOCAL_INFORMATION);
	PPOLICY_ACCOUNT_DOMAIN_INFO info = NULL;
	WCHAR machine[ROOM];
	DWORD n = ROOM;
	PVOID other = NULL;

	check(GetComputerNameW(machine, &n));
	check_equal(LsaQueryInformationPolicy(policy,
					      PolicyAccountDomainInformation,
					      (PVOID *)&info),
		    OK);
	check(is(&info->DomainName, machine));
	check(IsValidSid(info->DomainSid));
	check_equal(*GetSidSubAuthorityCount(info->DomainSid), 4);
	LsaFreeMemory(info);
	check_equal(LsaQueryInformationPolicy(
			    policy, PolicyDnsDomainInformation, &other),
		    OK);
	check(((PPOLICY_DNS_DOMAIN_INFO)other)->Name.Length > 0);
	check(((PPOLICY_DNS_DOMAIN_INFO)other)->Sid == NULL);
	LsaFreeMemory(other);
	check_equal(LsaQueryInformationPolicy(
			    policy, PolicyAuditEventsInformation, &other),
		    ACCESS_DENIED);
	check(LsaQueryInformationPolicy(policy, PolicyAuditLogInformation,
					&other) != OK);
	check(LsaLookupNames2(policy, 0, 0, NULL, NULL, NULL) == ACCESS_DENIED);
	LsaClose(policy);
}

static PSID sid_of(const char *name)
{
	static BYTE sid[SECURITY_MAX_SID_SIZE];
	char domain[ROOM];
	DWORD n = sizeof(sid), n_domain = ROOM;
	SID_NAME_USE use;

	check(LookupAccountNameA(NULL, name, sid, &n, domain, &n_domain, &use));
	return sid;
}

static void accounts_have_rights(void)
{
	LSA_HANDLE policy = open_policy(POLICY_LOOKUP_NAMES |
					POLICY_VIEW_LOCAL_INFORMATION);
	PLSA_UNICODE_STRING rights = NULL;
	ULONG n = 0;

	check_equal(
		LsaEnumerateAccountRights(policy, sid_of("bob"), &rights, &n),
		OK);
	check_equal(n, 1);
	check(is(&rights[0], L"SeBackupPrivilege"));
	LsaFreeMemory(rights);
	check_equal(
		LsaEnumerateAccountRights(policy, sid_of("alice"), &rights, &n),
		OBJECT_NAME_NOT_FOUND);
	LsaClose(policy);
}

static void rights_are_given_and_taken_by_administrators(void)
{
	LSA_UNICODE_STRING restore = wide(L"SeRestorePrivilege");
	LSA_UNICODE_STRING nonsense = wide(L"SeNonsensePrivilege");
	LSA_OBJECT_ATTRIBUTES attributes = {0};
	LSA_HANDLE policy = NULL, client = NULL;
	PLSA_UNICODE_STRING rights = NULL;
	HANDLE token = NULL;
	ULONG n = 0;

	if (LsaOpenPolicy(NULL, &attributes, POLICY_ALL_ACCESS, &policy) !=
	    OK) {
		check_skip("rights: needs an administrator");
		return;
	}
	check_equal(LsaAddAccountRights(policy, sid_of("alice"), &restore, 1),
		    OK);
	check_equal(LsaAddAccountRights(policy, sid_of("alice"), &nonsense, 1),
		    NO_SUCH_PRIVILEGE);
	check_equal(
		LsaEnumerateAccountRights(policy, sid_of("alice"), &rights, &n),
		OK);
	check_equal(n, 1);
	check(is(&rights[0], L"SeRestorePrivilege"));
	LsaFreeMemory(rights);
	check_equal(
		LsaRemoveAccountRights(policy, sid_of("alice"), TRUE, NULL, 0),
		OK);
	check_equal(
		LsaEnumerateAccountRights(policy, sid_of("alice"), &rights, &n),
		OBJECT_NAME_NOT_FOUND);
	LsaClose(policy);

	/* whoever is none may look only */
	check(LogonUserW(L"alice", NULL, L"Correct horse 1", 3, 0, &token));
	check(ImpersonateLoggedOnUser(token));
	check_equal(LsaOpenPolicy(NULL, &attributes, POLICY_CREATE_ACCOUNT,
				  &client),
		    ACCESS_DENIED);
	check_equal(
		LsaOpenPolicy(NULL, &attributes, POLICY_LOOKUP_NAMES, &client),
		OK);
	check_equal(LsaAddAccountRights(client, sid_of("alice"), &restore, 1),
		    ACCESS_DENIED);
	check_equal(
		LsaRemoveAccountRights(client, sid_of("bob"), TRUE, NULL, 0),
		ACCESS_DENIED);
	check(RevertToSelf());
	LsaClose(client);
	CloseHandle(token);
}

static void statuses_are_errors(void)
{
	check_equal(LsaNtStatusToWinError(LOGON_FAILURE), ERROR_LOGON_FAILURE);
	check_equal(LsaNtStatusToWinError(NONE_MAPPED), ERROR_NONE_MAPPED);
	check_equal(LsaNtStatusToWinError(OK), 0);
}

static BOOL in_list(LPBYTE buffer, DWORD n, const WCHAR *name)
{
	const LOCALGROUP_USERS_INFO_0 *groups = (void *)buffer;

	for (DWORD i = 0; i < n; i++) {
		if (wcscmp(groups[i].lgrui0_name, name) == 0)
			return TRUE;
	}
	return FALSE;
}

static void groups_of_an_account_are_listed(void)
{
	LPBYTE buffer = NULL;
	DWORD n = 0, total = 0;

	check_equal(NetUserGetLocalGroups(NULL, L"alice", 0, 0, &buffer,
					  MAX_PREFERRED_LENGTH, &n, &total),
		    NERR_Success);
	check_equal(n, total);
	check(in_list(buffer, n, L"readers"));
	check(in_list(buffer, n, L"Users"));
	check(!in_list(buffer, n, L"Everyone"));
	check_equal(NetApiBufferFree(buffer), NERR_Success);
	check_equal(NetUserGetLocalGroups(NULL, L"nobody here", 0, 0, &buffer,
					  MAX_PREFERRED_LENGTH, &n, &total),
		    NERR_UserNotFound);
	check_equal(NetUserGetLocalGroups(NULL, L"alice", 7, 0, &buffer,
					  MAX_PREFERRED_LENGTH, &n, &total),
		    ERROR_INVALID_LEVEL);
}

int main(void)
{
	run(a_password_gives_token_session_and_profile);
	run(refusals_say_why_as_windows_does);
	run(strings_outside_the_buffer_are_refused);
	run(a_client_without_password_is_known_by_level);
	run(a_logon_process_is_part_of_the_system);
	run(sessions_are_listed);
	run(names_are_looked_up_together);
	run(sids_are_looked_up_together);
	run(the_machine_has_a_name);
	run(accounts_have_rights);
	run(rights_are_given_and_taken_by_administrators);
	run(statuses_are_errors);
	run(groups_of_an_account_are_listed);
	return check_done();
}
