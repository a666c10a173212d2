/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logging on without a password at a Kerberos realm: LsaLogonUser with
 * KERB_S4U_LOGON, and the realm of with-realm.sh.
 */
#include <windows.h>

#include <ntsecapi.h>
#include <sddl.h>
#include <winternl.h>

#include <string.h>
#include <wchar.h>

#include "check.h"

#define OK 0
#define SE_TCB_PRIVILEGE 7
#define NO_SUCH_USER ((NTSTATUS)0xC0000064)
#define LOGON_FAILURE ((NTSTATUS)0xC000006D)
#define INVALID_LOGON_TYPE ((NTSTATUS)0xC000010B)

#define ALICE_SID "S-1-5-21-111-222-333-1103"

static LSA_STRING string(const char *text)
{
	LSA_STRING s = {(USHORT)strlen(text), (USHORT)(strlen(text) + 1),
			(PCHAR)(ULONG_PTR)text};

	return s;
}

/* One logon; the token is NULL without success */
struct attempt {
	ULONG flags;
	SECURITY_LOGON_TYPE type;
	HANDLE token;
	LUID session;
};

static UNICODE_STRING append(BYTE *buffer, ULONG *used, const WCHAR *text)
{
	const USHORT size = (USHORT)(wcslen(text) * sizeof(WCHAR));
	UNICODE_STRING s = {size, size, (PWSTR)(void *)(buffer + *used)};

	memcpy(buffer + *used, text, size);
	*used += size;
	return s;
}

static NTSTATUS try(struct attempt *a, const char *package, const WCHAR *user,
		    const WCHAR *realm)
{
	_Alignas(8) BYTE buffer[512] = {0};
	KERB_S4U_LOGON *in = (void *)buffer;
	ULONG size = sizeof(*in), number = 0, profile_size;
	LSA_STRING name = string(package), origin = string("test");
	TOKEN_SOURCE source = {"Test", {7, 0}};
	QUOTA_LIMITS quotas;
	NTSTATUS status, sub;
	PVOID profile = NULL;
	HANDLE lsa;

	a->token = NULL;
	in->MessageType = KerbS4ULogon;
	in->Flags = a->flags;
	in->ClientUpn = append(buffer, &size, user);
	in->ClientRealm = append(buffer, &size, realm);
	check_equal(LsaConnectUntrusted(&lsa), OK);
	check_equal(LsaLookupAuthenticationPackage(lsa, &name, &number), OK);
	status = LsaLogonUser(lsa, &origin, a->type ? a->type : Network, number,
			      buffer, size, NULL, &source, &profile,
			      &profile_size, &a->session, &a->token, &quotas,
			      &sub);
	check_equal(LsaFreeReturnBuffer(profile), OK);
	check_equal(LsaDeregisterLogonProcess(lsa), OK);
	return status;
}

static SECURITY_IMPERSONATION_LEVEL level_of(HANDLE token)
{
	SECURITY_IMPERSONATION_LEVEL level = SecurityAnonymous;
	DWORD size;

	check(GetTokenInformation(token, TokenImpersonationLevel, &level,
				  sizeof(level), &size));
	return level;
}

static void a_client_of_a_realm_needs_no_password(void)
{
	static const struct {
		const char *package;
		const WCHAR *user, *realm;
	} rows[] = {
		{"Kerberos", L"alice@GUISE.TEST", L""},
		{"Kerberos", L"alice", L"guise.test"},
		{"Negotiate", L"alice@guise.test", L""},
	};

	for (unsigned i = 0; i < 3; i++) {
		struct attempt a = {0};
		PSECURITY_LOGON_SESSION_DATA data = NULL;
		struct {
			TOKEN_USER user;
			BYTE room[100];
		} user;
		DWORD size;
		char *text;

		check_equal(
			try(&a, rows[i].package, rows[i].user, rows[i].realm),
			OK);
		if (!a.token)
			continue;
		check(GetTokenInformation(a.token, TokenUser, &user,
					  sizeof(user), &size));
		check(ConvertSidToStringSidA(user.user.User.Sid, &text));
		check(strcmp(text, ALICE_SID) == 0);
		LocalFree(text);
		check_equal(LsaGetLogonSessionData(&a.session, &data), OK);
		check(data && data->UserName.Length == 5 * sizeof(WCHAR));
		LsaFreeReturnBuffer(data);
		check(CloseHandle(a.token));
	}
}

/* Acting as somebody who has not asked for it takes SeTcb. */
static void who_may_act_as_the_client_is_part_of_the_system(void)
{
	struct attempt a = {0};
	BOOLEAN was = FALSE;

	check_equal(RtlAdjustPrivilege(SE_TCB_PRIVILEGE, TRUE, FALSE, &was),
		    OK);
	check_equal(try(&a, "Kerberos", L"alice@GUISE.TEST", L""), OK);
	check_equal(level_of(a.token), SecurityImpersonation);
	check(CloseHandle(a.token));
	a.flags = KERB_S4U_LOGON_FLAG_IDENTIFY;
	check_equal(try(&a, "Kerberos", L"alice@GUISE.TEST", L""), OK);
	check_equal(level_of(a.token), SecurityIdentification);
	check(CloseHandle(a.token));

	check_equal(RtlAdjustPrivilege(SE_TCB_PRIVILEGE, FALSE, FALSE, &was),
		    OK);
	a.flags = 0;
	check_equal(try(&a, "Kerberos", L"alice@GUISE.TEST", L""), OK);
	check_equal(level_of(a.token), SecurityIdentification);
	check(CloseHandle(a.token));
	check_equal(RtlAdjustPrivilege(SE_TCB_PRIVILEGE, was, FALSE, &was), OK);
}

static void who_is_nobody_is_refused(void)
{
	static const struct {
		const char *package;
		const WCHAR *user;
		NTSTATUS status;
	} rows[] = {
		{"Kerberos", L"nobody-at-all@GUISE.TEST", NO_SUCH_USER},
		{"Kerberos", L"nobody-at-all", NO_SUCH_USER},
		{"Kerberos", L"@GUISE.TEST", NO_SUCH_USER},
		{"Kerberos", L"grace@GUISE.TEST", LOGON_FAILURE},
		{"Kerberos", L"erin@GUISE.TEST", LOGON_FAILURE},
		{MSV1_0_PACKAGE_NAME, L"alice@GUISE.TEST", NO_SUCH_USER},
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct attempt a = {0};
		NTSTATUS status = try(&a, rows[i].package, rows[i].user, L"");

		check_say(status == rows[i].status, "row %u: %#x", i,
			  (unsigned)status);
		check(a.token == NULL);
	}
}

static void a_realm_makes_network_logons(void)
{
	struct attempt a = {.type = Interactive};

	check_equal(try(&a, "Kerberos", L"alice@GUISE.TEST", L""),
		    INVALID_LOGON_TYPE);
}

int main(void)
{
	run(a_client_of_a_realm_needs_no_password);
	run(who_may_act_as_the_client_is_part_of_the_system);
	run(who_is_nobody_is_refused);
	run(a_realm_makes_network_logons);
	return check_done();
}
