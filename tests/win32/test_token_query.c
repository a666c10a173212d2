/* SPDX-License-Identifier: Apache-2.0 */
/* What tokens answer: every information class, its size, and what a buffer that
 * is too small is told. */
#include <stdbool.h>

#include <windows.h>

#include <winternl.h>

#include "token.h"

#define UNTOUCHED 0xabcdef01u

/* Classes that have an answer for any token, and what they begin with */
static const struct {
	TOKEN_INFORMATION_CLASS which;
	DWORD least;
	DWORD error; /* of a buffer that is too small */
} classes[] = {
	{TokenUser, sizeof(TOKEN_USER) + 12, ERROR_INSUFFICIENT_BUFFER},
	{TokenGroups, 8, ERROR_INSUFFICIENT_BUFFER},
	{TokenPrivileges, 4, ERROR_INSUFFICIENT_BUFFER},
	{TokenOwner, sizeof(TOKEN_OWNER) + 12, ERROR_INSUFFICIENT_BUFFER},
	{TokenPrimaryGroup, sizeof(TOKEN_PRIMARY_GROUP) + 12,
	 ERROR_INSUFFICIENT_BUFFER},
	{TokenDefaultDacl, sizeof(TOKEN_DEFAULT_DACL) + 8,
	 ERROR_INSUFFICIENT_BUFFER},
	{TokenSource, 16, ERROR_INSUFFICIENT_BUFFER},
	{TokenType, 4, ERROR_INSUFFICIENT_BUFFER},
	{TokenStatistics, 56, ERROR_INSUFFICIENT_BUFFER},
	{TokenRestrictedSids, 8, ERROR_INSUFFICIENT_BUFFER},
	{TokenSessionId, 4, ERROR_BAD_LENGTH},
	{TokenGroupsAndPrivileges, 56, ERROR_INSUFFICIENT_BUFFER},
	{TokenSandBoxInert, 4, ERROR_BAD_LENGTH},
	{TokenOrigin, 8, ERROR_BAD_LENGTH},
	{TokenElevationType, 4, ERROR_INSUFFICIENT_BUFFER},
	{TokenElevation, 4, ERROR_BAD_LENGTH},
	{TokenHasRestrictions, 4, ERROR_BAD_LENGTH},
	{TokenAccessInformation, sizeof(TOKEN_ACCESS_INFORMATION),
	 ERROR_INSUFFICIENT_BUFFER},
	{TokenVirtualizationAllowed, 4, ERROR_BAD_LENGTH},
	{TokenVirtualizationEnabled, 4, ERROR_BAD_LENGTH},
	{TokenIntegrityLevel, sizeof(TOKEN_MANDATORY_LABEL) + 12,
	 ERROR_INSUFFICIENT_BUFFER},
	{TokenUIAccess, 4, ERROR_BAD_LENGTH},
	{TokenMandatoryPolicy, 4, ERROR_BAD_LENGTH},
	{TokenLogonSid, sizeof(TOKEN_GROUPS) + 20, ERROR_INSUFFICIENT_BUFFER},
	{TokenIsAppContainer, 4, ERROR_BAD_LENGTH},
	{TokenCapabilities, 8, ERROR_INSUFFICIENT_BUFFER},
	{TokenAppContainerSid, 8, ERROR_INSUFFICIENT_BUFFER},
	{TokenAppContainerNumber, 4, ERROR_BAD_LENGTH},
	{TokenUserClaimAttributes, 16, ERROR_INSUFFICIENT_BUFFER},
	{TokenDeviceClaimAttributes, 16, ERROR_INSUFFICIENT_BUFFER},
	{TokenRestrictedUserClaimAttributes, 16, ERROR_INSUFFICIENT_BUFFER},
	{TokenRestrictedDeviceClaimAttributes, 16, ERROR_INSUFFICIENT_BUFFER},
	{TokenDeviceGroups, 8, ERROR_INSUFFICIENT_BUFFER},
	{TokenRestrictedDeviceGroups, 8, ERROR_INSUFFICIENT_BUFFER},
	{TokenSecurityAttributes, 16, ERROR_INSUFFICIENT_BUFFER},
	{TokenIsRestricted, 4, ERROR_BAD_LENGTH},
	{TokenProcessTrustLevel, 8, ERROR_INSUFFICIENT_BUFFER},
	{TokenPrivateNameSpace, 4, ERROR_BAD_LENGTH},
	{TokenSingletonAttributes, 16, ERROR_INSUFFICIENT_BUFFER},
	{TokenBnoIsolation, 16, ERROR_INSUFFICIENT_BUFFER},
	{TokenChildProcessFlags, 4, ERROR_BAD_LENGTH},
	{TokenIsLessPrivilegedAppContainer, 4, ERROR_BAD_LENGTH},
	{TokenIsSandboxed, 4, ERROR_BAD_LENGTH},
	{TokenIsAppSilo, 4, ERROR_BAD_LENGTH},
};
#define N_CLASSES (sizeof(classes) / sizeof(classes[0]))

static HANDLE token;

static void a_small_buffer_is_told_the_size(void)
{
	for (size_t i = 0; i < N_CLASSES; i++) {
		DWORD size = UNTOUCHED;

		SetLastError(0);
		check_say(!GetTokenInformation(token, classes[i].which, NULL, 0,
					       &size),
			  "class %d fits nowhere", classes[i].which);
		check_say(GetLastError() == classes[i].error,
			  "class %d fails with %u", classes[i].which,
			  GetLastError());
		check_say(size >= classes[i].least && size != UNTOUCHED,
			  "class %d takes %u", classes[i].which, size);
	}
}

static void what_is_asked_for_fits_exactly(void)
{
	for (size_t i = 0; i < N_CLASSES; i++) {
		DWORD size = 0, again = 0;
		BYTE *room;

		GetTokenInformation(token, classes[i].which, NULL, 0, &size);
		room = malloc(size + 1);
		room[size] = 0x5a;
		room[0] = 0x5a;
		if (size > 1) {
			check_say(!GetTokenInformation(token, classes[i].which,
						       room, size - 1, &again),
				  "class %d fits a byte less",
				  classes[i].which);
			check_equal(again, size);
			check_equal(room[0], 0x5a);
		}
		check_say(GetTokenInformation(token, classes[i].which, room,
					      size, &again),
			  "class %d fails with %u", classes[i].which,
			  GetLastError());
		check_equal(again, size);
		check_equal(room[size], 0x5a);
		free(room);
	}
}

static void the_size_must_be_asked_for(void)
{
	TOKEN_TYPE type;

	check_fails(GetTokenInformation(token, TokenType, &type, sizeof(type),
					NULL),
		    ERROR_NOACCESS);
}

static void wild_pointers_are_refused(void)
{
	DWORD size;

	check_fails(GetTokenInformation(token, TokenStatistics, (void *)8, 56,
					&size),
		    ERROR_NOACCESS);
	check_fails(GetTokenInformation(token, TokenType, NULL, 4, &size),
		    ERROR_NOACCESS);
}

static void classes_that_are_none_are_refused(void)
{
	static const int none[] = {0, 14, -1, 0xa0a};
	DWORD size = UNTOUCHED, room;

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		check_fails(GetTokenInformation(
				    token, (TOKEN_INFORMATION_CLASS)none[i],
				    &room, sizeof(room), &size),
			    ERROR_INVALID_PARAMETER);
		check_equal(NtQueryInformationToken(
				    token, (TOKEN_INFORMATION_CLASS)none[i],
				    &room, 0, &size),
			    (NTSTATUS)0xC0000003);
	}
	check_equal(size, UNTOUCHED);
}

static void a_primary_token_has_no_level(void)
{
	DWORD level, size;

	check_equal(NtQueryInformationToken(token, TokenImpersonationLevel,
					    &level, sizeof(level), &size),
		    (NTSTATUS)0xC0000003);
	check_fails(GetTokenInformation(token, TokenImpersonationLevel, &level,
					sizeof(level), &size),
		    ERROR_INVALID_PARAMETER);
}

static void each_class_needs_its_right(void)
{
	HANDLE source = own_token(TOKEN_QUERY_SOURCE);
	HANDLE query = own_token(TOKEN_QUERY);
	HANDLE neither = own_token(TOKEN_DUPLICATE);
	TOKEN_STATISTICS statistics;
	TOKEN_SOURCE from;
	DWORD size;

	check(GetTokenInformation(source, TokenSource, &from, sizeof(from),
				  &size));
	check_fails(GetTokenInformation(query, TokenSource, &from, sizeof(from),
					&size),
		    ERROR_ACCESS_DENIED);
	check_fails(GetTokenInformation(source, TokenStatistics, &statistics,
					sizeof(statistics), &size),
		    ERROR_ACCESS_DENIED);
	check_fails(GetTokenInformation(neither, TokenStatistics, &statistics,
					sizeof(statistics), &size),
		    ERROR_ACCESS_DENIED);
	check(CloseHandle(source));
	check(CloseHandle(query));
	check(CloseHandle(neither));
}

static void what_is_no_token_answers_nothing(void)
{
	HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
	DWORD size, type;

	check_fails(GetTokenInformation(event, TokenType, &type, 4, &size),
		    ERROR_INVALID_HANDLE);
	check_equal(NtQueryInformationToken(event, TokenType, &type, 4, &size),
		    (NTSTATUS)0xC0000024);
	check_fails(GetTokenInformation(NULL, TokenType, &type, 4, &size),
		    ERROR_INVALID_HANDLE);
	check(CloseHandle(event));
}

static void sids_are_valid_and_within_the_buffer(void)
{
	TOKEN_GROUPS *groups = token_answer(token, TokenGroups);
	TOKEN_USER *user = token_answer(token, TokenUser);
	TOKEN_OWNER *owner = token_answer(token, TokenOwner);
	TOKEN_PRIMARY_GROUP *group = token_answer(token, TokenPrimaryGroup);
	bool has_group = false;

	check(IsValidSid(user->User.Sid));
	check((BYTE *)user->User.Sid == (BYTE *)user + sizeof(*user));
	check_equal(user->User.Attributes, 0);
	check(IsValidSid(owner->Owner));
	for (DWORD i = 0; i < groups->GroupCount; i++) {
		check(IsValidSid(groups->Groups[i].Sid));
		has_group |=
			EqualSid(groups->Groups[i].Sid, group->PrimaryGroup);
	}
	check(has_group || EqualSid(user->User.Sid, group->PrimaryGroup));
	free(groups);
	free(user);
	free(owner);
	free(group);
}

static void statistics_count_what_the_lists_hold(void)
{
	TOKEN_STATISTICS *all = token_answer(token, TokenStatistics);
	TOKEN_GROUPS *groups = token_answer(token, TokenGroups);
	TOKEN_PRIVILEGES *privileges = token_answer(token, TokenPrivileges);
	TOKEN_GROUPS_AND_PRIVILEGES *both =
		token_answer(token, TokenGroupsAndPrivileges);

	check_equal(all->GroupCount, groups->GroupCount);
	check_equal(all->PrivilegeCount, privileges->PrivilegeCount);
	check_equal(all->TokenType, TokenPrimary);
	check_equal(both->SidCount, groups->GroupCount + 1);
	check_equal(both->PrivilegeCount, privileges->PrivilegeCount);
	check_equal(both->AuthenticationId.LowPart,
		    all->AuthenticationId.LowPart);
	check(EqualSid(both->Sids[1].Sid, groups->Groups[0].Sid));
	check_equal(both->RestrictedSidCount, 0);
	check(!both->RestrictedSids);
	free(all);
	free(groups);
	free(privileges);
	free(both);
}

static void the_label_is_a_group(void)
{
	TOKEN_MANDATORY_LABEL *label = token_answer(token, TokenIntegrityLevel);
	TOKEN_GROUPS *groups = token_answer(token, TokenGroups);
	bool found = false;

	check_equal(label->Label.Attributes, 0x60);
	for (DWORD i = 0; i < groups->GroupCount; i++) {
		if (!(groups->Groups[i].Attributes & SE_GROUP_INTEGRITY))
			continue;
		found = true;
		check(EqualSid(groups->Groups[i].Sid, label->Label.Sid));
		check_equal(groups->Groups[i].Attributes, 0x60);
	}
	check(found);
	free(label);
	free(groups);
}

static void the_logon_sid_names_the_session(void)
{
	TOKEN_GROUPS *logon = token_answer(token, TokenLogonSid);
	TOKEN_STATISTICS *all = token_answer(token, TokenStatistics);
	PSID sid = logon->Groups[0].Sid;

	check_equal(logon->GroupCount, 1);
	check_equal(*GetSidSubAuthorityCount(sid), 3);
	check_equal(*GetSidSubAuthority(sid, 0), 5);
	check_equal(*GetSidSubAuthority(sid, 2), all->AuthenticationId.LowPart);
	check_equal(logon->Groups[0].Attributes & SE_GROUP_LOGON_ID,
		    SE_GROUP_LOGON_ID);
	free(logon);
	free(all);
}

static void access_information_says_it_all(void)
{
	TOKEN_ACCESS_INFORMATION *all =
		token_answer(token, TokenAccessInformation);
	TOKEN_GROUPS *groups = token_answer(token, TokenGroups);

	check_equal(all->SidHash->SidCount, groups->GroupCount + 1);
	check(EqualSid(all->SidHash->SidAttr[1].Sid, groups->Groups[0].Sid));
	check_equal(all->RestrictedSidHash->SidCount, 0);
	check_equal(all->TokenType, TokenPrimary);
	check(!all->PackageSid);
	check(all->SidHash->Hash[0] || all->SidHash->Hash[1] ||
	      all->SidHash->Hash[2]);
	free(all);
	free(groups);
}

static void plain_tokens_have_no_container(void)
{
	TOKEN_APPCONTAINER_INFORMATION *container =
		token_answer(token, TokenAppContainerSid);

	check(!container->TokenAppContainer);
	check_equal(token_number(token, TokenIsAppContainer), 0);
	check_equal(token_number(token, TokenAppContainerNumber), 0);
	check_equal(token_number(token, TokenHasRestrictions), 0);
	check_equal(token_number(token, TokenIsRestricted), 0);
	check_equal(token_number(token, TokenType), TokenPrimary);
	free(container);
}

static void a_session_without_a_link_has_no_linked_token(void)
{
	TOKEN_LINKED_TOKEN linked = {(HANDLE)7};
	DWORD size;

	check_fails(GetTokenInformation(token, TokenLinkedToken, &linked,
					sizeof(linked), &size),
		    ERROR_NO_SUCH_LOGON_SESSION);
	check(linked.LinkedToken == (HANDLE)7);
}

static void an_anonymous_duplicate_answers_through_its_handle(void)
{
	HANDLE anonymous = own_duplicate(SecurityAnonymous);

	check_equal(token_number(anonymous, TokenImpersonationLevel), 0);
	check_equal(token_number(anonymous, TokenType), TokenImpersonation);
	check(CloseHandle(anonymous));
}

static void every_query_of_one_token_is_the_same_token(void)
{
	HANDLE other = own_token(TOKEN_QUERY);
	TOKEN_STATISTICS *a = token_answer(token, TokenStatistics);
	TOKEN_STATISTICS *b = token_answer(other, TokenStatistics);

	check_equal(a->TokenId.LowPart, b->TokenId.LowPart);
	check_equal(a->TokenId.HighPart, b->TokenId.HighPart);
	free(a);
	free(b);
	check(CloseHandle(other));
}

int main(void)
{
	token = own_token(TOKEN_QUERY | TOKEN_QUERY_SOURCE);
	run(a_small_buffer_is_told_the_size);
	run(what_is_asked_for_fits_exactly);
	run(the_size_must_be_asked_for);
	run(wild_pointers_are_refused);
	run(classes_that_are_none_are_refused);
	run(a_primary_token_has_no_level);
	run(each_class_needs_its_right);
	run(what_is_no_token_answers_nothing);
	run(sids_are_valid_and_within_the_buffer);
	run(statistics_count_what_the_lists_hold);
	run(the_label_is_a_group);
	run(the_logon_sid_names_the_session);
	run(access_information_says_it_all);
	run(plain_tokens_have_no_container);
	run(a_session_without_a_link_has_no_linked_token);
	run(an_anonymous_duplicate_answers_through_its_handle);
	run(every_query_of_one_token_is_the_same_token);
	return check_done();
}
