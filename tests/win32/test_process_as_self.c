/* SPDX-License-Identifier: Apache-2.0 */
/* Children with the process's own token, copied or filtered: what needs no
 * privilege and no other account. */
#define SECURITY_WIN32
#include <windows.h>

#include <ntsecapi.h>
#include <security.h>
#include <winsafer.h>

#include <string.h>
#include <wchar.h>

#include <unistd.h>

#include "check.h"

#define WAIT_MS 20000

static HANDLE own_token(void)
{
	HANDLE own = NULL;

	check(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &own));
	return own;
}

/* Runs this program as @token, which tells by its exit code. */
static DWORD ask(HANDLE token, const WCHAR *question)
{
	STARTUPINFOW startup = {.cb = sizeof(startup)};
	PROCESS_INFORMATION information = {0};
	WCHAR line[1024];
	DWORD code = 0xdead;

	check(GetModuleFileNameW(NULL, line, 1000) > 0);
	wcscat(line, L" ");
	wcscat(line, question);
	check_say(CreateProcessAsUserW(token, NULL, line, NULL, NULL, FALSE, 0,
				       NULL, NULL, &startup, &information),
		  "CreateProcessAsUser");
	check_equal(WaitForSingleObject(information.hProcess, WAIT_MS),
		    WAIT_OBJECT_0);
	check(GetExitCodeProcess(information.hProcess, &code));
	CloseHandle(information.hProcess);
	CloseHandle(information.hThread);
	return code;
}

/* Is this another session than its parent's? */
static int answer_session(const char *parent)
{
	TOKEN_STATISTICS own;
	char text[32];
	DWORD n;

	if (!GetTokenInformation(GetCurrentProcessToken(), TokenStatistics,
				 &own, sizeof(own), &n))
		return 200;
	(void)snprintf(text, sizeof(text), "%u", own.AuthenticationId.LowPart);
	return strcmp(text, parent) != 0;
}

/* What the child answers */
static int answer(const char *question)
{
	char line[256];
	unsigned long long capabilities = 1;
	_Alignas(16) BYTE memory[4096];
	TOKEN_PRIVILEGES *privileges = (void *)memory;
	/* it may be restricted too much to open its own */
	HANDLE token = GetCurrentProcessToken();
	FILE *status;
	DWORD n;

	if (strcmp(question, "restricted") == 0)
		return IsTokenRestricted(token) ? 1 : 0;
	if (strcmp(question, "privileges") == 0)
		return GetTokenInformation(token, TokenPrivileges, memory,
					   sizeof(memory), &n)
			       ? (int)privileges->PrivilegeCount
			       : 200;
	status = fopen("/proc/self/status", "r");
	while (status && fgets(line, sizeof(line), status))
		(void)sscanf(line, "CapEff: %llx", &capabilities);
	return capabilities ? 1 : 0;
}

static void a_copy_needs_no_privilege(void)
{
	HANDLE own = own_token(), copy = NULL;

	check(DuplicateTokenEx(own, TOKEN_ALL_ACCESS, NULL,
			       SecurityImpersonation, TokenPrimary, &copy));
	check_equal(ask(copy, L"restricted"), 0);
	CloseHandle(copy);
	CloseHandle(own);
}

static void a_filtered_token_needs_none_either(void)
{
	HANDLE own = own_token(), filtered = NULL;
	BYTE everyone[SECURITY_MAX_SID_SIZE];
	DWORD n = sizeof(everyone);
	SID_AND_ATTRIBUTES restricting = {everyone, 0};

	check(CreateWellKnownSid(WinWorldSid, NULL, everyone, &n));
	check(CreateRestrictedToken(own, DISABLE_MAX_PRIVILEGE, 0, NULL, 0,
				    NULL, 1, &restricting, &filtered));
	check_equal(ask(filtered, L"restricted"), 1);
	CloseHandle(filtered);
	CloseHandle(own);
}

/* In the kernel, too: without privileges even root has no capability. */
static void deleted_privileges_are_gone(void)
{
	HANDLE own = own_token(), filtered = NULL;

	check(CreateRestrictedToken(own, DISABLE_MAX_PRIVILEGE, 0, NULL, 0,
				    NULL, 0, NULL, &filtered));
	check_equal(ask(filtered, L"privileges"), 1);
	check_equal(ask(filtered, L"capabilities"), 0);
	CloseHandle(filtered);
	CloseHandle(own);
}

/* Credentials for other machines change nothing here but the session. */
static void credentials_for_the_network_start_a_session(void)
{
	STARTUPINFOW startup = {.cb = sizeof(startup)};
	PROCESS_INFORMATION information = {0};
	TOKEN_STATISTICS own;
	WCHAR line[1024];
	DWORD code = 0xdead, n;

	check(GetTokenInformation(GetCurrentProcessToken(), TokenStatistics,
				  &own, sizeof(own), &n));
	check(GetModuleFileNameW(NULL, line, 900) > 0);
	(void)swprintf(line + wcslen(line), 100, L" session %u",
		       own.AuthenticationId.LowPart);
	check_say(CreateProcessWithLogonW(L"whoever", L"wherever", L"whatever",
					  LOGON_NETCREDENTIALS_ONLY, NULL, line,
					  0, NULL, NULL, &startup,
					  &information),
		  "CreateProcessWithLogon");
	check_equal(WaitForSingleObject(information.hProcess, WAIT_MS),
		    WAIT_OBJECT_0);
	check(GetExitCodeProcess(information.hProcess, &code));
	check_equal(code, 1);
	CloseHandle(information.hProcess);
	CloseHandle(information.hThread);
}

static HANDLE token_of_level(DWORD id, DWORD flags)
{
	SAFER_LEVEL_HANDLE level = NULL;
	HANDLE token = INVALID_HANDLE_VALUE;

	check(SaferCreateLevel(SAFER_SCOPEID_USER, id, SAFER_LEVEL_OPEN, &level,
			       NULL));
	check(SaferComputeTokenFromLevel(level, NULL, &token, flags, NULL));
	check(SaferCloseLevel(level));
	return token;
}

static void less_trust_is_less_of_a_token(void)
{
	SAFER_LEVEL_HANDLE level = NULL;
	HANDLE token;

	token = token_of_level(SAFER_LEVELID_FULLYTRUSTED,
			       SAFER_TOKEN_NULL_IF_EQUAL);
	check(token == NULL);
	token = token_of_level(SAFER_LEVELID_NORMALUSER, 0);
	check(!IsTokenRestricted(token));
	check(ask(token, L"privileges") <= 5);
	CloseHandle(token);
	token = token_of_level(SAFER_LEVELID_CONSTRAINED, 0);
	check(IsTokenRestricted(token));
	check_equal(ask(token, L"privileges"), 1);
	CloseHandle(token);
	token = token_of_level(SAFER_LEVELID_UNTRUSTED, 0);
	check(IsTokenRestricted(token));
	CloseHandle(token);

	check_fails(SaferCreateLevel(SAFER_SCOPEID_USER, 77, SAFER_LEVEL_OPEN,
				     &level, NULL),
		    ERROR_INVALID_PARAMETER);
	check(SaferCreateLevel(SAFER_SCOPEID_USER, SAFER_LEVELID_DISALLOWED,
			       SAFER_LEVEL_OPEN, &level, NULL));
	check_fails(SaferComputeTokenFromLevel(level, NULL, &token, 0, NULL),
		    ERROR_ACCESS_DISABLED_BY_POLICY);
	check_fails(SaferComputeTokenFromLevel(NULL, NULL, &token, 0, NULL),
		    ERROR_INVALID_HANDLE);
	check_fails(SaferCloseLevel(NULL), ERROR_INVALID_HANDLE);
}

static void groups_of_a_logon_are_the_systems_to_give(void)
{
	TOKEN_GROUPS groups = {0};
	HANDLE token = NULL, lsa = NULL;
	LSA_STRING name = {4, 5, (PCHAR)(ULONG_PTR) "test"};
	LSA_OPERATIONAL_MODE mode;

	/* nobody has SeTcb while it is nobody */
	check(ImpersonateAnonymousToken(GetCurrentThread()));
	check_fails(LogonUserExExW(L"nobody here", NULL, L"", 2, 0, &groups,
				   &token, NULL, NULL, NULL, NULL),
		    ERROR_PRIVILEGE_NOT_HELD);
	check_equal(LsaRegisterLogonProcess(&name, &lsa, &mode),
		    (NTSTATUS)0xC0000041); /* PORT_CONNECTION_REFUSED */
	check(RevertToSelf());
	check(lsa == NULL);
}

static void a_context_that_is_none_has_no_client(void)
{
	CtxtHandle context = {1, 2};
	HANDLE token = NULL;

	check_equal(ImpersonateSecurityContext(&context), SEC_E_INVALID_HANDLE);
	check_equal(RevertSecurityContext(&context), SEC_E_INVALID_HANDLE);
	check_equal(QuerySecurityContextToken(&context, &token),
		    SEC_E_INVALID_HANDLE);
	check(token == NULL);
}

int main(int argc, char **argv)
{
	if (argc > 2)
		return answer_session(argv[2]);
	if (argc > 1)
		return answer(argv[1]);
	run(a_copy_needs_no_privilege);
	run(a_filtered_token_needs_none_either);
	run(deleted_privileges_are_gone);
	run(credentials_for_the_network_start_a_session);
	run(less_trust_is_less_of_a_token);
	run(groups_of_a_logon_are_the_systems_to_give);
	run(a_context_that_is_none_has_no_client);
	return check_done();
}
