/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process whose token is a fixture: an elevated administrator
 * (elevated.json), run by somebody without any privilege. With the word
 * "ignored" the fixture must not be there.
 */
#include <stdbool.h>
#include <string.h>

#include <windows.h>

#include <sddl.h>
#include <shlobj.h>
#include <winternl.h>

#include "descriptor.h"
#include "token.h"

#define SE_DEBUG 20
#define SE_BACKUP 17

static HANDLE token;

static bool is_user(const char *text)
{
	TOKEN_USER *user = token_answer(token, TokenUser);
	PSID wanted = NULL;
	bool is;

	check(ConvertStringSidToSidA(text, &wanted));
	is = EqualSid(user->User.Sid, wanted);
	LocalFree(wanted);
	free(user);
	return is;
}

static DWORD attributes_of(HANDLE of, WELL_KNOWN_SID_TYPE type)
{
	TOKEN_GROUPS *groups = token_answer(of, TokenGroups);
	DWORD attributes = ~0u;

	for (DWORD i = 0; i < groups->GroupCount; i++) {
		if (IsWellKnownSid(groups->Groups[i].Sid, type))
			attributes = groups->Groups[i].Attributes;
	}
	free(groups);
	return attributes;
}

/* Is it enabled? -1: it is not there */
static int privilege_of(HANDLE of, DWORD privilege)
{
	TOKEN_PRIVILEGES *all = token_answer(of, TokenPrivileges);
	int is = -1;

	for (DWORD i = 0; i < all->PrivilegeCount; i++) {
		if (all->Privileges[i].Luid.LowPart == privilege)
			is = (all->Privileges[i].Attributes &
			      SE_PRIVILEGE_ENABLED) != 0;
	}
	free(all);
	return is;
}

static HANDLE linked_token(void)
{
	TOKEN_LINKED_TOKEN linked = {0};
	DWORD size;

	check(GetTokenInformation(token, TokenLinkedToken, &linked,
				  sizeof(linked), &size));
	check_equal(size, sizeof(linked));
	return linked.LinkedToken;
}

static void the_file_says_who_the_process_is(void)
{
	TOKEN_MANDATORY_LABEL *label;

	check(is_user("S-1-5-21-11-22-33-1001"));
	check_equal(attributes_of(token, WinBuiltinAdministratorsSid), 0xf);
	check_equal(privilege_of(token, SE_DEBUG), 0);
	check_equal(privilege_of(token, 23), 1);
	label = token_answer(token, TokenIntegrityLevel);
	check_equal(*GetSidSubAuthority(label->Label.Sid, 0), 0x3000);
	free(label);
	check_equal(token_number(token, TokenSessionId), 1);
}

static void what_is_of_this_logon_is_added(void)
{
	TOKEN_GROUPS *logon = token_answer(token, TokenLogonSid);
	TOKEN_DEFAULT_DACL *dacl = token_answer(token, TokenDefaultDacl);

	check(logon && logon->GroupCount == 1);
	check(dacl && dacl->DefaultDacl && dacl->DefaultDacl->AceCount == 3);
	free(logon);
	free(dacl);
}

static void the_logon_is_split(void)
{
	HANDLE linked = linked_token();

	check_equal(token_number(token, TokenElevationType),
		    TokenElevationTypeFull);
	check_equal(token_number(token, TokenElevation), 1);
	check_equal(token_number(linked, TokenElevationType),
		    TokenElevationTypeLimited);
	check_equal(token_number(linked, TokenElevation), 0);
	check(IsUserAnAdmin());
	check_equal(token_number(linked, TokenType), TokenImpersonation);
	check_equal(token_number(linked, TokenImpersonationLevel),
		    SecurityIdentification);
	check_equal(access_of(linked), TOKEN_ALL_ACCESS);
	check_equal(attributes_of(linked, WinBuiltinAdministratorsSid) &
			    (SE_GROUP_ENABLED | SE_GROUP_USE_FOR_DENY_ONLY),
		    SE_GROUP_USE_FOR_DENY_ONLY);
	check_equal(privilege_of(linked, SE_DEBUG), -1);
	check_fails(SetTokenInformation(linked, TokenElevationType, &linked,
					sizeof(DWORD)),
		    ERROR_INVALID_PARAMETER);
	check(CloseHandle(linked));
}

static void the_two_are_of_two_sessions(void)
{
	HANDLE linked = linked_token();
	TOKEN_STATISTICS *a = token_answer(token, TokenStatistics);
	TOKEN_STATISTICS *b = token_answer(linked, TokenStatistics);

	check(memcmp(&a->AuthenticationId, &b->AuthenticationId,
		     sizeof(LUID)) != 0);
	free(a);
	free(b);
	check(CloseHandle(linked));
}

static void linked_tokens_do_not_follow_changes(void)
{
	TOKEN_PRIVILEGES remove = {1, {{{23, 0}, SE_PRIVILEGE_REMOVED}}};
	HANDLE copy = NULL, linked;

	check(DuplicateTokenEx(token, TOKEN_ALL_ACCESS, NULL,
			       SecurityImpersonation, TokenPrimary, &copy));
	check(AdjustTokenPrivileges(copy, FALSE, &remove, 0, NULL, NULL));
	check_equal(privilege_of(copy, 23), -1);
	linked = linked_token();
	check_equal(privilege_of(linked, 23), 1);
	check(CloseHandle(linked));
	check(CloseHandle(copy));
}

static void privileges_are_the_tokens_own(void)
{
	BOOLEAN was = TRUE;

	check_equal(RtlAdjustPrivilege(SE_BACKUP, TRUE, FALSE, &was), 0);
	check_equal(was, FALSE);
	check_equal(privilege_of(token, SE_BACKUP), 1);
	check_equal(RtlAdjustPrivilege(SE_BACKUP, FALSE, FALSE, &was), 0);
	check_equal(was, TRUE);
	check_equal(RtlAdjustPrivilege(7, TRUE, FALSE, &was),
		    (NTSTATUS)0xC0000061);
}

static void groups_that_are_not_mandatory_are_disabled(void)
{
	BYTE local[SECURITY_MAX_SID_SIZE], room[128];
	TOKEN_GROUPS change = {1, {{local, 0}}};
	TOKEN_GROUPS *was = (TOKEN_GROUPS *)(void *)room;
	HANDLE client = own_duplicate(SecurityImpersonation);
	DWORD size = sizeof(local);
	BOOL member = FALSE;

	check(CreateWellKnownSid(WinLocalSid, NULL, local, &size));
	check(CheckTokenMembership(client, local, &member));
	check_equal(member, TRUE);
	check_fails(AdjustTokenGroups(client, FALSE, &change, 8, was, &size),
		    ERROR_INSUFFICIENT_BUFFER);
	check_equal(size, 8 + 16 + 12);
	check_equal(attributes_of(client, WinLocalSid), 6);
	check(AdjustTokenGroups(client, FALSE, &change, sizeof(room), was,
				&size));
	check_equal(was->GroupCount, 1);
	check(EqualSid(was->Groups[0].Sid, local));
	check_equal(was->Groups[0].Attributes, 6);
	check_equal(attributes_of(client, WinLocalSid), 2);
	check(CheckTokenMembership(client, local, &member));
	check_equal(member, FALSE);
	check(AdjustTokenGroups(client, TRUE, NULL, 0, NULL, NULL));
	check(CheckTokenMembership(client, local, &member));
	check_equal(member, TRUE);
	check(CloseHandle(client));
}

static const CLAIM_SECURITY_ATTRIBUTE_V1 *
claim_of(const CLAIM_SECURITY_ATTRIBUTES_INFORMATION *claims, const WCHAR *name,
	 size_t size)
{
	for (DWORD i = 0; i < claims->AttributeCount; i++) {
		if (memcmp(claims->Attribute.pAttributeV1[i].Name, name,
			   size) == 0)
			return &claims->Attribute.pAttributeV1[i];
	}
	return NULL;
}

static void claims_have_their_names_and_values(void)
{
	static const WCHAR department[] = L"Department", level[] = L"Level",
			   badge[] = L"Badge", storks[] = L"St\u00f6rche";
	CLAIM_SECURITY_ATTRIBUTES_INFORMATION *claims =
		token_answer(token, TokenUserClaimAttributes);
	const CLAIM_SECURITY_ATTRIBUTE_V1 *claim;

	check_equal(claims->Version, 1);
	check_equal(claims->AttributeCount, 3);
	claim = claim_of(claims, department, sizeof(department));
	if (check(claim != NULL)) {
		check_equal(claim->ValueType,
			    CLAIM_SECURITY_ATTRIBUTE_TYPE_STRING);
		check_equal(claim->ValueCount, 2);
		check_equal(memcmp(claim->Values.ppString[1], storks,
				   sizeof(storks)),
			    0);
	}
	claim = claim_of(claims, level, sizeof(level));
	if (check(claim != NULL))
		check_equal(claim->Values.pInt64[0], -3);
	claim = claim_of(claims, badge, sizeof(badge));
	if (check(claim != NULL)) {
		check_equal(claim->Values.pOctetString[0].ValueLength, 3);
		check_equal(memcmp(claim->Values.pOctetString[0].pValue,
				   "\x01\x02\xff", 3),
			    0);
	}
	free(claims);
}

static void the_same_user_is_impersonated(void)
{
	check(ImpersonateLoggedOnUser(token));
	check_equal(
		token_number(GetCurrentThreadToken(), TokenImpersonationLevel),
		SecurityImpersonation);
	check(RevertToSelf());
}

static void an_administrator_that_runs_as_usual_owns_as_one(void)
{
	TOKEN_OWNER *owner = token_answer(token, TokenOwner);

	check(IsWellKnownSid(owner->Owner, WinBuiltinAdministratorsSid));
	free(owner);
}

static void who_denies_administrators_is_none(void)
{
	BYTE administrators[SECURITY_MAX_SID_SIZE];
	SID_AND_ATTRIBUTES disable = {administrators, 0};
	DWORD size = sizeof(administrators);
	HANDLE limited = NULL;

	check(CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL,
				 administrators, &size));
	check(CreateRestrictedToken(token, 0, 1, &disable, 0, NULL, 0, NULL,
				    &limited));
	check(ImpersonateLoggedOnUser(limited));
	check(!IsUserAnAdmin());
	check(RevertToSelf());
	check(IsUserAnAdmin());
	check(CloseHandle(limited));
}

static void a_privileged_process_is_who_it_is(void)
{
	check(!is_user("S-1-5-21-11-22-33-1001"));
}

/* A descriptor's part of the process's own */
static PSECURITY_DESCRIPTOR security_of(HANDLE object,
					SECURITY_INFORMATION which)
{
	DWORD size = 0;
	PSECURITY_DESCRIPTOR sd;

	check_fails(GetKernelObjectSecurity(object, which, NULL, 0, &size),
		    ERROR_INSUFFICIENT_BUFFER);
	sd = malloc(size);
	check(GetKernelObjectSecurity(object, which, sd, size, &size));
	return sd;
}

static void the_process_is_its_tokens(void)
{
	PSECURITY_DESCRIPTOR sd = security_of(
		GetCurrentProcess(), OWNER_SECURITY_INFORMATION |
					     GROUP_SECURITY_INFORMATION |
					     DACL_SECURITY_INFORMATION);
	TOKEN_PRIMARY_GROUP *primary = token_answer(token, TokenPrimaryGroup);
	TOKEN_OWNER *owner = token_answer(token, TokenOwner);
	TOKEN_DEFAULT_DACL *dacl = token_answer(token, TokenDefaultDacl);
	BOOL present = FALSE, defaulted;
	ACCESS_ALLOWED_ACE *ace;
	PACL acl = NULL;
	PSID sid = NULL;

	check(GetSecurityDescriptorOwner(sd, &sid, &defaulted));
	check(EqualSid(sid, owner->Owner));
	check(GetSecurityDescriptorGroup(sd, &sid, &defaulted));
	check(EqualSid(sid, primary->PrimaryGroup));
	check(GetSecurityDescriptorDacl(sd, &present, &acl, &defaulted));
	check(present && acl);
	check_equal(acl->AceCount, dacl->DefaultDacl->AceCount);
	check(GetAce(acl, 0, (void **)&ace));
	check_equal(ace->Mask, PROCESS_ALL_ACCESS);
	free(dacl);
	free(owner);
	free(primary);
	free(sd);
}

static void the_token_is_labelled_with_its_level(void)
{
	PSECURITY_DESCRIPTOR sd =
		security_of(token, LABEL_SECURITY_INFORMATION);
	TOKEN_MANDATORY_LABEL *level = token_answer(token, TokenIntegrityLevel);
	BOOL present = FALSE, defaulted;
	SYSTEM_MANDATORY_LABEL_ACE *ace = NULL;
	PACL sacl = NULL;

	check(GetSecurityDescriptorSacl(sd, &present, &sacl, &defaulted));
	check(present && sacl);
	check_equal(sacl->AceCount, 1);
	check(GetAce(sacl, 0, (void **)&ace));
	check_equal(ace->Header.AceType, SYSTEM_MANDATORY_LABEL_ACE_TYPE);
	check_equal(ace->Mask, SYSTEM_MANDATORY_LABEL_NO_WRITE_UP);
	check(EqualSid(&ace->SidStart, level->Label.Sid));
	free(level);
	free(sd);
}

/* What is new is its maker's, whatever its descriptor says to others. */
static void all_is_granted_to_a_tokens_maker(void)
{
	static const char services[] = "D:(A;;GA;;;SU)";
	SECURITY_ATTRIBUTES attributes = {sizeof(attributes), NULL, FALSE};
	HANDLE copy = NULL, again = NULL;

	attributes.lpSecurityDescriptor = sd_of(services);
	check(DuplicateTokenEx(token, MAXIMUM_ALLOWED, &attributes,
			       SecurityImpersonation, TokenImpersonation,
			       &copy));
	check_equal(access_of(copy), TOKEN_ALL_ACCESS);
	check(DuplicateTokenEx(copy, MAXIMUM_ALLOWED, NULL,
			       SecurityImpersonation, TokenImpersonation,
			       &again));
	check(CloseHandle(again));
	check(CloseHandle(copy));
	LocalFree(attributes.lpSecurityDescriptor);
}

/* Who cannot store what protects files has it stored for itself. */
static void files_are_protected_for_the_fixture(void)
{
	char directory[MAX_PATH], file[MAX_PATH];
	SECURITY_DESCRIPTOR sd;
	ACL nobody;
	HANDLE opened;

	check(GetTempPathA(sizeof(directory), directory));
	check(GetTempFileNameA(directory, "fix", 0, file));
	check(InitializeAcl(&nobody, sizeof(nobody), ACL_REVISION));
	check(InitializeSecurityDescriptor(&sd, SECURITY_DESCRIPTOR_REVISION));
	check(SetSecurityDescriptorDacl(&sd, TRUE, &nobody, FALSE));
	check(SetFileSecurityA(file, DACL_SECURITY_INFORMATION, &sd));
	opened = CreateFileA(file, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0,
			     NULL);
	check(opened == INVALID_HANDLE_VALUE);
	check_equal(GetLastError(), ERROR_ACCESS_DENIED);
	/* the owner may always change it */
	check(SetSecurityDescriptorDacl(&sd, TRUE, NULL, FALSE));
	check(SetFileSecurityA(file, DACL_SECURITY_INFORMATION, &sd));
	opened = CreateFileA(file, GENERIC_READ | DELETE, 0, NULL,
			     OPEN_EXISTING, FILE_FLAG_DELETE_ON_CLOSE, NULL);
	check(opened != INVALID_HANDLE_VALUE);
	check(CloseHandle(opened));
}

static void the_user_has_a_name_that_is_found(void)
{
	char name[256] = "", domain[256];
	DWORD name_size = sizeof(name), domain_size = sizeof(domain);
	BYTE sid[SECURITY_MAX_SID_SIZE];
	DWORD sid_size = sizeof(sid);
	TOKEN_USER *user = token_answer(token, TokenUser);
	SID_NAME_USE use;

	check(GetUserNameA(name, &name_size));
	check(LookupAccountNameA(NULL, name, sid, &sid_size, domain,
				 &domain_size, &use));
	check_equal(use, SidTypeUser);
	check(EqualSid(sid, user->User.Sid));
	domain_size = sizeof(domain);
	check(LookupAccountSidA(NULL, user->User.Sid, name, &name_size, domain,
				&domain_size, &use));
	check_equal(use, SidTypeUser);
	free(user);
}

int main(int argc, char **argv)
{
	token = own_token(TOKEN_ALL_ACCESS);
	if (argc > 1 && strcmp(argv[1], "ignored") == 0) {
		run(a_privileged_process_is_who_it_is);
		return check_done();
	}
	run(the_file_says_who_the_process_is);
	run(what_is_of_this_logon_is_added);
	run(the_logon_is_split);
	run(the_two_are_of_two_sessions);
	run(linked_tokens_do_not_follow_changes);
	run(privileges_are_the_tokens_own);
	run(groups_that_are_not_mandatory_are_disabled);
	run(claims_have_their_names_and_values);
	run(the_same_user_is_impersonated);
	run(who_denies_administrators_is_none);
	run(the_process_is_its_tokens);
	run(the_token_is_labelled_with_its_level);
	run(all_is_granted_to_a_tokens_maker);
	run(files_are_protected_for_the_fixture);
	run(the_user_has_a_name_that_is_found);
	run(an_administrator_that_runs_as_usual_owns_as_one);
	return check_done();
}
