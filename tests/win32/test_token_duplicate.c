/* SPDX-License-Identifier: Apache-2.0 */
/* Duplicates and restricted tokens: rights, levels, and what is left of them.
 */
#include <string.h>

#include <windows.h>

#include <sddl.h>
#include <securityappcontainer.h>
#include <winternl.h>

#include "descriptor.h"
#include "token.h"

#define ANONYMOUS SecurityAnonymous
#define IDENTIFICATION SecurityIdentification
#define IMPERSONATION SecurityImpersonation
#define DELEGATION SecurityDelegation
#define N(array) (sizeof(array) / sizeof((array)[0]))

static HANDLE duplicate(HANDLE token, DWORD access,
			SECURITY_IMPERSONATION_LEVEL level, TOKEN_TYPE type)
{
	HANDLE copy = NULL;

	check(DuplicateTokenEx(token, access, NULL, level, type, &copy));
	return copy;
}

static void a_source_needs_the_right_to_be_duplicated(void)
{
	HANDLE token = own_token(TOKEN_QUERY), copy = (HANDLE)9;

	check_fails(DuplicateTokenEx(token, TOKEN_QUERY, NULL, IMPERSONATION,
				     TokenPrimary, &copy),
		    ERROR_ACCESS_DENIED);
	check_fails(DuplicateTokenEx(token, TOKEN_QUERY, NULL, IMPERSONATION,
				     TokenImpersonation, &copy),
		    ERROR_ACCESS_DENIED);
	check_fails(DuplicateToken(token, IMPERSONATION, &copy),
		    ERROR_ACCESS_DENIED);
	check_fails(DuplicateToken(NULL, IMPERSONATION, &copy),
		    ERROR_INVALID_HANDLE);
	check(copy == (HANDLE)9);
	check(CloseHandle(token));
}

static void a_duplicate_has_the_access_asked_for(void)
{
	static const struct {
		DWORD asked, granted;
	} rows[] = {
		{TOKEN_QUERY, TOKEN_QUERY},
		{TOKEN_ALL_ACCESS, TOKEN_ALL_ACCESS},
		{MAXIMUM_ALLOWED, TOKEN_ALL_ACCESS},
		{0, TOKEN_QUERY | TOKEN_DUPLICATE}, /* as the source's */
		{GENERIC_READ, TOKEN_READ},
	};
	HANDLE token = own_token(TOKEN_QUERY | TOKEN_DUPLICATE);

	for (size_t i = 0; i < N(rows); i++) {
		HANDLE copy = duplicate(token, rows[i].asked, ANONYMOUS,
					TokenPrimary);

		check_equal(access_of(copy), rows[i].granted);
		check(CloseHandle(copy));
	}
	check(CloseHandle(token));
}

static void the_old_call_gives_query_and_impersonate(void)
{
	HANDLE token = own_token(TOKEN_DUPLICATE), copy = NULL;

	check(DuplicateToken(token, IMPERSONATION, &copy));
	check_equal(access_of(copy), TOKEN_QUERY | TOKEN_IMPERSONATE);
	check_equal(token_number(copy, TokenType), TokenImpersonation);
	check_equal(token_number(copy, TokenImpersonationLevel), IMPERSONATION);
	check(CloseHandle(copy));
	check(CloseHandle(token));
}

static void levels_only_go_down(void)
{
	static const struct {
		SECURITY_IMPERSONATION_LEVEL from, to;
		TOKEN_TYPE type;
		DWORD error;
	} rows[] = {
		{ANONYMOUS, ANONYMOUS, TokenImpersonation, 0},
		{ANONYMOUS, IDENTIFICATION, TokenImpersonation, 1346},
		{ANONYMOUS, IMPERSONATION, TokenPrimary, 1346},
		{IDENTIFICATION, ANONYMOUS, TokenImpersonation, 0},
		{IDENTIFICATION, IDENTIFICATION, TokenImpersonation, 0},
		{IDENTIFICATION, IMPERSONATION, TokenImpersonation, 1346},
		{IDENTIFICATION, IMPERSONATION, TokenPrimary, 1346},
		{IMPERSONATION, IMPERSONATION, TokenImpersonation, 0},
		{IMPERSONATION, DELEGATION, TokenImpersonation, 1346},
		{IMPERSONATION, IMPERSONATION, TokenPrimary, 0},
		{DELEGATION, DELEGATION, TokenImpersonation, 0},
		{DELEGATION, ANONYMOUS, TokenPrimary, 0},
		{IMPERSONATION, (SECURITY_IMPERSONATION_LEVEL)4,
		 TokenImpersonation, 1346},
	};

	for (size_t i = 0; i < N(rows); i++) {
		HANDLE source = own_duplicate(rows[i].from), copy = NULL;
		BOOL made = DuplicateTokenEx(source, TOKEN_QUERY, NULL,
					     rows[i].to, rows[i].type, &copy);

		check_say(made == (rows[i].error == 0), "row %zu", i);
		if (!made)
			check_equal(GetLastError(), rows[i].error);
		else
			check_equal(token_number(copy, TokenType),
				    rows[i].type);
		if (made && rows[i].type == TokenImpersonation)
			check_equal(token_number(copy, TokenImpersonationLevel),
				    rows[i].to);
		if (made)
			check(CloseHandle(copy));
		check(CloseHandle(source));
	}
}

static void a_duplicate_is_another_token_of_the_same_logon(void)
{
	HANDLE token = own_token(TOKEN_QUERY | TOKEN_DUPLICATE);
	HANDLE copy =
		duplicate(token, TOKEN_QUERY, IMPERSONATION, TokenPrimary);
	TOKEN_STATISTICS *a = token_answer(token, TokenStatistics);
	TOKEN_STATISTICS *b = token_answer(copy, TokenStatistics);
	BOOLEAN equal = FALSE;

	check(a->TokenId.LowPart != b->TokenId.LowPart);
	check_equal(a->AuthenticationId.LowPart, b->AuthenticationId.LowPart);
	check_equal(a->ModifiedId.LowPart, b->ModifiedId.LowPart);
	check_equal(NtCompareTokens(token, copy, &equal), 0);
	check_equal(equal, TRUE);
	free(a);
	free(b);
	check(CloseHandle(copy));
	check(CloseHandle(token));
}

static void native_duplicates_take_their_level_from_the_service(void)
{
	HANDLE token = own_token(TOKEN_ALL_ACCESS), copy = NULL, again = NULL;
	SECURITY_QUALITY_OF_SERVICE qos = {sizeof(qos), IDENTIFICATION, 0, 0};
	OBJECT_ATTRIBUTES attributes;

	InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
	attributes.SecurityQualityOfService = &qos;
	check_equal(NtDuplicateToken(token, 0, &attributes, FALSE,
				     TokenImpersonation, &copy),
		    0);
	check_equal(token_number(copy, TokenImpersonationLevel), 1);
	/* without one an impersonation token keeps what it has */
	check_equal(NtDuplicateToken(copy, 0, NULL, FALSE, TokenImpersonation,
				     &again),
		    0);
	check_equal(token_number(again, TokenImpersonationLevel), 1);
	check(CloseHandle(again));
	check(CloseHandle(copy));
	check_equal(NtDuplicateToken(token, TOKEN_ALL_ACCESS, NULL, FALSE,
				     TokenPrimary, (HANDLE *)8),
		    (NTSTATUS)0xC0000005);
	check_equal(NtDuplicateToken(NULL, 0, NULL, TRUE, TokenPrimary, NULL),
		    (NTSTATUS)0xC0000005);
	check_equal(
		NtDuplicateToken(token, 0, NULL, FALSE, (TOKEN_TYPE)3, &copy),
		(NTSTATUS)0xC000000D);
	check(CloseHandle(token));
}

static void duplicates_may_be_inherited_and_described(void)
{
	SECURITY_ATTRIBUTES security = {sizeof(security), NULL, TRUE};
	HANDLE token = own_token(TOKEN_DUPLICATE), copy = NULL;
	DWORD flags;

	security.lpSecurityDescriptor = sd_of("D:(A;;0x8;;;WD)");
	check(DuplicateTokenEx(token, TOKEN_QUERY, &security, IMPERSONATION,
			       TokenPrimary, &copy));
	check(GetHandleInformation(copy, &flags));
	check_equal(flags, HANDLE_FLAG_INHERIT);
	check(CloseHandle(copy));
	check_fails(DuplicateTokenEx(token, TOKEN_DUPLICATE, &security,
				     IMPERSONATION, TokenPrimary, &copy),
		    ERROR_ACCESS_DENIED);
	LocalFree(security.lpSecurityDescriptor);
	check(CloseHandle(token));
}

static void effective_only_drops_what_is_not_enabled(void)
{
	HANDLE token = own_duplicate(IMPERSONATION), copy = NULL;
	TOKEN_PRIVILEGES *has;

	check(AdjustTokenPrivileges(token, TRUE, NULL, 0, NULL, NULL));
	check_equal(NtDuplicateToken(token, 0, NULL, TRUE, TokenImpersonation,
				     &copy),
		    0);
	has = token_answer(copy, TokenPrivileges);
	check_equal(has->PrivilegeCount, 0);
	free(has);
	check(CloseHandle(copy));
	check(CloseHandle(token));
}

/* A group that can be disabled: enabled, and no label or logon */
static PSID some_group(const TOKEN_GROUPS *groups)
{
	for (DWORD i = 0; i < groups->GroupCount; i++) {
		if ((groups->Groups[i].Attributes &
		     (SE_GROUP_ENABLED | SE_GROUP_INTEGRITY |
		      SE_GROUP_LOGON_ID)) == SE_GROUP_ENABLED)
			return groups->Groups[i].Sid;
	}
	return NULL;
}

static void disabled_groups_are_for_denying_only(void)
{
	HANDLE token = own_duplicate(IMPERSONATION), restricted = NULL;
	TOKEN_GROUPS *groups = token_answer(token, TokenGroups);
	SID_AND_ATTRIBUTES disable = {some_group(groups), 0};
	DWORD attributes;
	BOOL member = FALSE;

	check(CheckTokenMembership(token, disable.Sid, &member));
	check_equal(member, TRUE);
	check(CreateRestrictedToken(token, 0, 1, &disable, 0, NULL, 0, NULL,
				    &restricted));
	check_equal(token_number(restricted, TokenType), TokenImpersonation);
	check_equal(token_number(restricted, TokenImpersonationLevel), 2);
	check_equal(token_number(restricted, TokenHasRestrictions), 1);
	check(!IsTokenRestricted(restricted));
	attributes = group_attributes(restricted, disable.Sid);
	check_equal(attributes &
			    (SE_GROUP_USE_FOR_DENY_ONLY | SE_GROUP_ENABLED),
		    SE_GROUP_USE_FOR_DENY_ONLY);
	check(CheckTokenMembership(restricted, disable.Sid, &member));
	check_equal(member, FALSE);
	free(groups);
	check(CloseHandle(restricted));
	check(CloseHandle(token));
}

static void restricting_sids_restrict(void)
{
	HANDLE token = own_token(TOKEN_ALL_ACCESS), restricted = NULL;
	SID_AND_ATTRIBUTES two[2] = {{0}};
	BYTE sids[2][SECURITY_MAX_SID_SIZE];
	DWORD size = sizeof(sids[0]);
	TOKEN_GROUPS *has;

	check(CreateWellKnownSid(WinRestrictedCodeSid, NULL, sids[0], &size));
	size = sizeof(sids[1]);
	check(CreateWellKnownSid(WinBuiltinUsersSid, NULL, sids[1], &size));
	two[0].Sid = sids[0];
	two[1].Sid = sids[1];
	check(CreateRestrictedToken(token, 0, 0, NULL, 0, NULL, 2, two,
				    &restricted));
	check(IsTokenRestricted(restricted));
	check_equal(token_number(restricted, TokenIsRestricted), 1);
	check_equal(access_of(restricted), TOKEN_ALL_ACCESS);
	has = token_answer(restricted, TokenRestrictedSids);
	check_equal(has->GroupCount, 2);
	check_equal(has->Groups[0].Attributes, 7);
	check_equal(has->Groups[1].Attributes, 7);
	free(has);
	check(CloseHandle(restricted));
	two[1].Attributes = SE_GROUP_ENABLED;
	check_fails(CreateRestrictedToken(token, 0, 0, NULL, 0, NULL, 2, two,
					  &restricted),
		    ERROR_INVALID_PARAMETER);
	check_fails(IsTokenRestricted(NULL), ERROR_INVALID_HANDLE);
	check(CloseHandle(token));
}

static void the_most_is_taken_but_one_privilege(void)
{
	HANDLE token = own_token(TOKEN_ALL_ACCESS), restricted = NULL;
	TOKEN_PRIVILEGES *has;

	check(CreateRestrictedToken(token,
				    DISABLE_MAX_PRIVILEGE | SANDBOX_INERT, 0,
				    NULL, 0, NULL, 0, NULL, &restricted));
	has = token_answer(restricted, TokenPrivileges);
	check_equal(has->PrivilegeCount, 1);
	check_equal(has->Privileges[0].Luid.LowPart, 23);
	check_equal(token_number(restricted, TokenSandBoxInert), 1);
	free(has);
	check(CloseHandle(restricted));
	check_equal(NtFilterToken(token, DISABLE_MAX_PRIVILEGE, NULL, NULL,
				  NULL, &restricted),
		    0);
	check(CloseHandle(restricted));
	check_fails(CreateRestrictedToken(token, 0x100, 0, NULL, 0, NULL, 0,
					  NULL, &restricted),
		    ERROR_INVALID_PARAMETER);
	check(CloseHandle(token));
}

static void deleted_privileges_are_gone(void)
{
	HANDLE token = own_token(TOKEN_ALL_ACCESS), restricted = NULL;
	LUID_AND_ATTRIBUTES remove = {{23, 0}, 0};
	TOKEN_PRIVILEGES *before = token_answer(token, TokenPrivileges), *has;

	check(CreateRestrictedToken(token, 0, 0, NULL, 1, &remove, 0, NULL,
				    &restricted));
	has = token_answer(restricted, TokenPrivileges);
	check_equal(has->PrivilegeCount, before->PrivilegeCount - 1);
	free(has);
	free(before);
	check(CloseHandle(restricted));
	check(CloseHandle(token));
}

static void a_restricted_source_must_be_duplicable(void)
{
	HANDLE token = own_token(TOKEN_QUERY), restricted = (HANDLE)9;

	check_fails(CreateRestrictedToken(token, 0, 0, NULL, 0, NULL, 0, NULL,
					  &restricted),
		    ERROR_ACCESS_DENIED);
	check(restricted == (HANDLE)9);
	check(CloseHandle(token));
}

static void members_need_an_impersonation_token(void)
{
	HANDLE token = own_token(TOKEN_QUERY);
	HANDLE client = own_duplicate(IDENTIFICATION);
	HANDLE anonymous = own_duplicate(ANONYMOUS);
	TOKEN_USER *user = token_answer(token, TokenUser);
	BYTE unknown[] = {1, 9, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 2, 0, 0,
			  0, 3, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 6, 0,
			  0, 0, 7, 0, 0, 0, 8, 0, 0, 0, 9, 0, 0, 0};
	BYTE everyone[SECURITY_MAX_SID_SIZE];
	DWORD size = sizeof(everyone);
	BOOL member = TRUE;

	check(CreateWellKnownSid(WinWorldSid, NULL, everyone, &size));
	check_fails(CheckTokenMembership(token, everyone, &member),
		    ERROR_NO_IMPERSONATION_TOKEN);
	check_equal(member, FALSE);
	check(CheckTokenMembership(NULL, everyone, &member));
	check_equal(member, TRUE);
	check(CheckTokenMembership(client, everyone, &member));
	check_equal(member, TRUE);
	check(CheckTokenMembership(client, user->User.Sid, &member));
	check_equal(member, TRUE);
	check(CheckTokenMembership(client, unknown, &member));
	check_equal(member, FALSE);
	member = TRUE;
	check_fails(CheckTokenMembership(anonymous, everyone, &member),
		    ERROR_BAD_IMPERSONATION_LEVEL);
	check_equal(member, FALSE);
	check_fails(CheckTokenMembershipEx(client, everyone, 4, &member),
		    ERROR_INVALID_PARAMETER);
	check(CheckTokenMembershipEx(client, everyone,
				     CTMF_INCLUDE_APPCONTAINER, &member));
	check_equal(member, TRUE);
	check(CheckTokenCapability(client, everyone, &member));
	check_equal(member, TRUE);
	free(user);
	check(CloseHandle(anonymous));
	check(CloseHandle(client));
	check(CloseHandle(token));
}

/* Where the objects of S-1-15-2-1-2-3-4-5-6-7 are */
static void check_path(HANDLE lowbox)
{
	static const WCHAR wanted[] =
		L"AppContainerNamedObjects\\S-1-15-2-1-2-3-4-5-6-7";
	WCHAR path[128] = {0};
	ULONG size = 0;

	check_fails(
		GetAppContainerNamedObjectPath(lowbox, NULL, 0, NULL, &size),
		ERROR_INSUFFICIENT_BUFFER);
	check_equal(size, N(wanted));
	check(GetAppContainerNamedObjectPath(lowbox, NULL, size, path, &size));
	check_equal(memcmp(path, wanted, sizeof(wanted)), 0);
	check_fails(GetAppContainerNamedObjectPath(NULL, NULL, N(path), path,
						   &size),
		    ERROR_INVALID_PARAMETER);
}

static void a_container_is_made_of_a_package(void)
{
	SECURITY_CAPABILITIES capabilities = {0};
	HANDLE lowbox = NULL;

	check(ConvertStringSidToSidA("S-1-15-2-1-2-3-4-5-6-7",
				     &capabilities.AppContainerSid));
	check(CreateAppContainerToken(NULL, &capabilities, &lowbox));
	check_equal(access_of(lowbox), TOKEN_ALL_ACCESS);
	check_equal(token_number(lowbox, TokenIsAppContainer), 1);
	check_equal(token_number(lowbox, TokenType), TokenPrimary);
	LocalFree(capabilities.AppContainerSid);
	capabilities.AppContainerSid = NULL;
	check(CloseHandle(lowbox));
	check_fails(CreateAppContainerToken(NULL, NULL, &lowbox),
		    ERROR_NOACCESS);
}

static void a_token_opened_twice_is_one_object(void)
{
	HANDLE first = own_token(TOKEN_QUERY), second = own_token(TOKEN_READ);
	HANDLE copy = own_duplicate(IDENTIFICATION);

	check_equal(NtCompareObjects(first, second), 0);
	check_equal(NtCompareObjects(first, copy), (NTSTATUS)0xC00001AC);
	check(CloseHandle(first));
	check(CloseHandle(second));
	check(CloseHandle(copy));
}

static void a_container_is_what_its_package_is(void)
{
	HANDLE token = own_token(TOKEN_ALL_ACCESS), lowbox = NULL, client;
	TOKEN_MANDATORY_LABEL *label;
	SID_AND_ATTRIBUTES internet = {NULL, SE_GROUP_ENABLED};
	PSID package = NULL;
	BOOL has = FALSE;

	check(ConvertStringSidToSidA("S-1-15-2-1-2-3-4-5-6-7", &package));
	check(ConvertStringSidToSidA("S-1-15-3-1", &internet.Sid));
	check_equal(NtCreateLowBoxToken(&lowbox, token, TOKEN_ALL_ACCESS, NULL,
					package, 1, &internet, 0, NULL),
		    0);
	check_equal(token_number(lowbox, TokenIsAppContainer), 1);
	label = token_answer(lowbox, TokenIntegrityLevel);
	check_equal(*GetSidSubAuthority(label->Label.Sid, 0), 0x1000);
	free(label);
	client = duplicate(lowbox, TOKEN_QUERY, IMPERSONATION,
			   TokenImpersonation);
	check(CheckTokenCapability(client, internet.Sid, &has));
	check_equal(has, TRUE);
	check(CheckTokenMembership(client, package, &has));
	check_equal(has, TRUE);
	check_path(lowbox);
	check(CloseHandle(client));
	check(CloseHandle(lowbox));
	check(CloseHandle(token));
	LocalFree(package);
	LocalFree(internet.Sid);
}

int main(void)
{
	run(a_source_needs_the_right_to_be_duplicated);
	run(a_duplicate_has_the_access_asked_for);
	run(the_old_call_gives_query_and_impersonate);
	run(levels_only_go_down);
	run(a_duplicate_is_another_token_of_the_same_logon);
	run(native_duplicates_take_their_level_from_the_service);
	run(duplicates_may_be_inherited_and_described);
	run(effective_only_drops_what_is_not_enabled);
	run(disabled_groups_are_for_denying_only);
	run(restricting_sids_restrict);
	run(the_most_is_taken_but_one_privilege);
	run(deleted_privileges_are_gone);
	run(a_restricted_source_must_be_duplicable);
	run(members_need_an_impersonation_token);
	run(a_container_is_what_its_package_is);
	run(a_container_is_made_of_a_package);
	run(a_token_opened_twice_is_one_object);
	return check_done();
}
