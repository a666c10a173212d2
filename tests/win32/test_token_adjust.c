/* SPDX-License-Identifier: Apache-2.0 */
/* Privileges, groups and fields of tokens as they are changed. */
#include <stdbool.h>
#include <string.h>

#include <windows.h>

#include <winternl.h>

#include "token.h"

#define CHANGE_NOTIFY 23
#define NO_PRIVILEGE 4000
#define N(array) (sizeof(array) / sizeof((array)[0]))

static TOKEN_PRIVILEGES one(DWORD privilege, DWORD attributes)
{
	TOKEN_PRIVILEGES state = {.PrivilegeCount = 1};

	state.Privileges[0].Luid.LowPart = privilege;
	state.Privileges[0].Attributes = attributes;
	return state;
}

/* Attributes of a privilege; ~0 if the token has it not */
static DWORD attributes_of(HANDLE token, DWORD privilege)
{
	TOKEN_PRIVILEGES *all = token_answer(token, TokenPrivileges);
	DWORD attributes = ~0u;

	for (DWORD i = 0; i < all->PrivilegeCount; i++) {
		if (all->Privileges[i].Luid.LowPart == privilege)
			attributes = all->Privileges[i].Attributes;
	}
	free(all);
	return attributes;
}

/* A token of this process's own that a test may change as it likes */
static HANDLE plaything(void)
{
	return own_duplicate(SecurityImpersonation);
}

static void a_privilege_goes_off_and_on(void)
{
	TOKEN_PRIVILEGES off = one(CHANGE_NOTIFY, 0);
	TOKEN_PRIVILEGES on = one(CHANGE_NOTIFY, SE_PRIVILEGE_ENABLED);
	HANDLE token = plaything();

	SetLastError(0xdeadbeef);
	check(AdjustTokenPrivileges(token, FALSE, &off, 0, NULL, NULL));
	check_equal(GetLastError(), ERROR_SUCCESS);
	check_equal(attributes_of(token, CHANGE_NOTIFY) & SE_PRIVILEGE_ENABLED,
		    0);
	check(AdjustTokenPrivileges(token, FALSE, &on, 0, NULL, NULL));
	check_equal(attributes_of(token, CHANGE_NOTIFY) & SE_PRIVILEGE_ENABLED,
		    SE_PRIVILEGE_ENABLED);
	check(CloseHandle(token));
}

static void what_is_not_there_is_a_success_that_says_so(void)
{
	TOKEN_PRIVILEGES absent = one(NO_PRIVILEGE, SE_PRIVILEGE_ENABLED);
	HANDLE token = plaything();

	SetLastError(0xdeadbeef);
	check(AdjustTokenPrivileges(token, FALSE, &absent, 0, NULL, NULL));
	check_equal(GetLastError(), ERROR_NOT_ALL_ASSIGNED);
	check_equal(
		NtAdjustPrivilegesToken(token, FALSE, &absent, 0, NULL, NULL),
		0x106);
	check(CloseHandle(token));
}

static void a_removed_privilege_is_gone_for_good(void)
{
	TOKEN_PRIVILEGES removed =
		one(CHANGE_NOTIFY, SE_PRIVILEGE_REMOVED | SE_PRIVILEGE_ENABLED);
	TOKEN_PRIVILEGES on = one(CHANGE_NOTIFY, SE_PRIVILEGE_ENABLED);
	HANDLE token = plaything();

	check(AdjustTokenPrivileges(token, FALSE, &removed, 0, NULL, NULL));
	check_equal(GetLastError(), ERROR_SUCCESS);
	check_equal(attributes_of(token, CHANGE_NOTIFY), ~0u);
	check(AdjustTokenPrivileges(token, FALSE, &removed, 0, NULL, NULL));
	check_equal(GetLastError(), ERROR_NOT_ALL_ASSIGNED);
	check(AdjustTokenPrivileges(token, FALSE, &on, 0, NULL, NULL));
	check_equal(GetLastError(), ERROR_NOT_ALL_ASSIGNED);
	check(CloseHandle(token));
}

static void the_previous_state_lists_what_changed(void)
{
	TOKEN_PRIVILEGES off = one(CHANGE_NOTIFY, 0), previous;
	HANDLE token = plaything();
	DWORD size = 0, was = attributes_of(token, CHANGE_NOTIFY);

	check(AdjustTokenPrivileges(token, FALSE, &off, sizeof(previous),
				    &previous, &size));
	check_equal(size, sizeof(previous));
	check_equal(previous.PrivilegeCount, 1);
	check_equal(previous.Privileges[0].Luid.LowPart, CHANGE_NOTIFY);
	check_equal(previous.Privileges[0].Attributes, was);
	/* once more nothing changes */
	check(AdjustTokenPrivileges(token, FALSE, &off, sizeof(previous),
				    &previous, &size));
	check_equal(size, sizeof(DWORD));
	check_equal(previous.PrivilegeCount, 0);
	/* what was removed is not listed */
	off.Privileges[0].Attributes = SE_PRIVILEGE_REMOVED;
	check(AdjustTokenPrivileges(token, FALSE, &off, sizeof(previous),
				    &previous, &size));
	check_equal(previous.PrivilegeCount, 0);
	check(CloseHandle(token));
}

static void without_room_nothing_changes(void)
{
	TOKEN_PRIVILEGES off = one(CHANGE_NOTIFY, 0), previous = {77};
	HANDLE token = plaything();
	DWORD size = 0, was = attributes_of(token, CHANGE_NOTIFY);

	check_fails(AdjustTokenPrivileges(token, FALSE, &off,
					  sizeof(previous) - 1, &previous,
					  &size),
		    ERROR_INSUFFICIENT_BUFFER);
	check_equal(size, sizeof(previous));
	check_equal(previous.PrivilegeCount, 77);
	check_equal(attributes_of(token, CHANGE_NOTIFY), was);
	check_fails(AdjustTokenPrivileges(token, FALSE, &off, sizeof(previous),
					  &previous, NULL),
		    ERROR_NOACCESS);
	check_equal(attributes_of(token, CHANGE_NOTIFY), was);
	check_fails(AdjustTokenPrivileges(token, FALSE, &off, sizeof(previous),
					  (void *)8, &size),
		    ERROR_NOACCESS);
	check_equal(attributes_of(token, CHANGE_NOTIFY), was);
	check(CloseHandle(token));
}

static void a_size_that_nobody_asked_for_is_not_said(void)
{
	TOKEN_PRIVILEGES off = one(CHANGE_NOTIFY, 0);
	HANDLE token = plaything();
	DWORD size = 0xabcd;

	check(AdjustTokenPrivileges(token, FALSE, &off, 0, NULL, &size));
	check_equal(size, 0xabcd);
	check(CloseHandle(token));
}

static void all_can_be_disabled_at_once(void)
{
	HANDLE token = plaything();
	TOKEN_PRIVILEGES *all;

	check(AdjustTokenPrivileges(token, TRUE, (void *)8, 0, NULL, NULL));
	all = token_answer(token, TokenPrivileges);
	check(all->PrivilegeCount > 0);
	for (DWORD i = 0; i < all->PrivilegeCount; i++)
		check_equal(all->Privileges[i].Attributes &
				    SE_PRIVILEGE_ENABLED,
			    0);
	free(all);
	check_fails(AdjustTokenPrivileges(token, FALSE, NULL, 0, NULL, NULL),
		    ERROR_INVALID_PARAMETER);
	check(CloseHandle(token));
}

static void adjusting_takes_rights(void)
{
	TOKEN_PRIVILEGES on = one(CHANGE_NOTIFY, SE_PRIVILEGE_ENABLED), was;
	HANDLE query = own_token(TOKEN_QUERY);
	HANDLE blind = own_token(TOKEN_ADJUST_PRIVILEGES);
	DWORD size;

	check_fails(AdjustTokenPrivileges(query, FALSE, &on, 0, NULL, NULL),
		    ERROR_ACCESS_DENIED);
	check_fails(AdjustTokenPrivileges(blind, FALSE, &on, sizeof(was), &was,
					  &size),
		    ERROR_ACCESS_DENIED);
	check(AdjustTokenPrivileges(blind, FALSE, &on, 0, NULL, NULL));
	check_fails(AdjustTokenPrivileges(NULL, FALSE, &on, 0, NULL, NULL),
		    ERROR_INVALID_HANDLE);
	check(CloseHandle(query));
	check(CloseHandle(blind));
}

static void every_change_renews_the_modified_id(void)
{
	TOKEN_PRIVILEGES off = one(CHANGE_NOTIFY, 0);
	HANDLE token = plaything();
	TOKEN_STATISTICS *before = token_answer(token, TokenStatistics);
	TOKEN_STATISTICS *after;

	check(AdjustTokenPrivileges(token, FALSE, &off, 0, NULL, NULL));
	after = token_answer(token, TokenStatistics);
	check(before->ModifiedId.LowPart != after->ModifiedId.LowPart);
	check_equal(before->TokenId.LowPart, after->TokenId.LowPart);
	free(before);
	free(after);
	check(CloseHandle(token));
}

static void all_handles_of_a_token_see_the_change(void)
{
	TOKEN_PRIVILEGES off = one(CHANGE_NOTIFY, 0);
	HANDLE token = plaything(), other = NULL;

	check(DuplicateHandle(GetCurrentProcess(), token, GetCurrentProcess(),
			      &other, 0, FALSE, DUPLICATE_SAME_ACCESS));
	check(AdjustTokenPrivileges(other, FALSE, &off, 0, NULL, NULL));
	check_equal(attributes_of(token, CHANGE_NOTIFY) & SE_PRIVILEGE_ENABLED,
		    0);
	check(CloseHandle(other));
	check(CloseHandle(token));
}

static void a_helper_says_what_it_was(void)
{
	BOOLEAN was = FALSE;

	check(ImpersonateSelf(SecurityImpersonation));
	check_equal(RtlAdjustPrivilege(CHANGE_NOTIFY, TRUE, TRUE, &was), 0);
	check_equal(RtlAdjustPrivilege(CHANGE_NOTIFY, FALSE, TRUE, &was), 0);
	check_equal(was, TRUE);
	check_equal(RtlAdjustPrivilege(CHANGE_NOTIFY, FALSE, TRUE, &was), 0);
	check_equal(was, FALSE);
	check_equal(RtlAdjustPrivilege(NO_PRIVILEGE, TRUE, TRUE, &was),
		    (NTSTATUS)0xC0000061);
	check(RevertToSelf());
	check_equal(RtlAdjustPrivilege(CHANGE_NOTIFY, TRUE, TRUE, &was),
		    (NTSTATUS)0xC000007C);
}

static void privileges_are_acquired_and_given_back(void)
{
	ULONG wanted = CHANGE_NOTIFY;
	PVOID state = NULL;
	BOOLEAN was;

	check(ImpersonateSelf(SecurityImpersonation));
	check_equal(RtlAdjustPrivilege(CHANGE_NOTIFY, FALSE, TRUE, &was), 0);
	check_equal(RtlAcquirePrivilege(&wanted, 1, 0, &state), 0);
	check_equal(RtlAdjustPrivilege(CHANGE_NOTIFY, TRUE, TRUE, &was), 0);
	check_equal(was, TRUE);
	RtlReleasePrivilege(state);
	check_equal(RtlAdjustPrivilege(CHANGE_NOTIFY, FALSE, TRUE, &was), 0);
	check_equal(was, FALSE);
	check(RevertToSelf());
	/* the process's token stays as it is: a thread token is made */
	check_equal(RtlAcquirePrivilege(&wanted, 1, 0, &state), 0);
	check_equal(token_number(GetCurrentThreadToken(), TokenType),
		    TokenImpersonation);
	RtlReleasePrivilege(state);
	check_equal(token_number(GetCurrentThreadToken(), TokenType), ~0u);
	wanted = NO_PRIVILEGE;
	check_equal(RtlAcquirePrivilege(&wanted, 1, 0, &state),
		    (NTSTATUS)0xC0000061);
	check_equal(token_number(GetCurrentThreadToken(), TokenType), ~0u);
}

static void all_but_some_privileges_are_removed(void)
{
	HANDLE token = plaything();
	TOKEN_PRIVILEGES *all;
	ULONG keep[] = {CHANGE_NOTIFY, NO_PRIVILEGE};

	check_equal(RtlRemovePrivileges(token, keep, 2), 0);
	all = token_answer(token, TokenPrivileges);
	check_equal(all->PrivilegeCount, 1);
	check_equal(all->Privileges[0].Luid.LowPart, CHANGE_NOTIFY);
	free(all);
	check_equal(RtlRemovePrivileges(token, NULL, 0), 0);
	all = token_answer(token, TokenPrivileges);
	check_equal(all->PrivilegeCount, 0);
	free(all);
	check(CloseHandle(token));
}

static void privileges_are_checked(void)
{
	struct {
		DWORD count, control;
		LUID_AND_ATTRIBUTES entries[2];
	} set = {2, 0, {{{CHANGE_NOTIFY, 0}, 0}, {{NO_PRIVILEGE, 0}, 0}}};
	PRIVILEGE_SET *asked = (PRIVILEGE_SET *)(void *)&set;
	HANDLE token = plaything(), anonymous = own_duplicate(0);
	HANDLE blind = own_token(TOKEN_DUPLICATE);
	HANDLE primary = own_token(TOKEN_QUERY);
	BOOL held = 7;

	check(PrivilegeCheck(token, asked, &held));
	check_equal(held, TRUE);
	check_equal(set.entries[0].Attributes, SE_PRIVILEGE_USED_FOR_ACCESS);
	check_equal(set.entries[1].Attributes, 0);
	set.control = PRIVILEGE_SET_ALL_NECESSARY;
	check(PrivilegeCheck(token, asked, &held));
	check_equal(held, FALSE);
	set.count = 1;
	check(PrivilegeCheck(primary, asked, &held));
	check_equal(held, TRUE);
	set.count = 0;
	check(PrivilegeCheck(token, asked, &held));
	check_equal(held, TRUE);
	check_fails(PrivilegeCheck(anonymous, asked, &held),
		    ERROR_BAD_IMPERSONATION_LEVEL);
	check_fails(PrivilegeCheck(blind, asked, &held), ERROR_ACCESS_DENIED);
	check_fails(PrivilegeCheck(token, NULL, &held), ERROR_NOACCESS);
	check_fails(PrivilegeCheck(token, asked, NULL), ERROR_NOACCESS);
	check(CloseHandle(token));
	check(CloseHandle(anonymous));
	check(CloseHandle(blind));
	check(CloseHandle(primary));
}

static void mandatory_groups_stay_enabled(void)
{
	HANDLE token = plaything(), restricted = NULL;
	TOKEN_GROUPS *groups = token_answer(token, TokenGroups), change;
	SID_AND_ATTRIBUTES deny;
	DWORD i = 0;

	while ((groups->Groups[i].Attributes & 7) != 7)
		i++;
	change = (TOKEN_GROUPS){1, {groups->Groups[i]}};
	change.Groups[0].Attributes = 0;
	check_fails(AdjustTokenGroups(token, FALSE, &change, 0, NULL, NULL),
		    ERROR_CANT_DISABLE_MANDATORY);
	change.Groups[0].Attributes = SE_GROUP_ENABLED;
	check(AdjustTokenGroups(token, FALSE, &change, 0, NULL, NULL));
	check_equal(GetLastError(), ERROR_SUCCESS);
	deny = change.Groups[0];
	check(CreateRestrictedToken(token, 0, 1, &deny, 0, NULL, 0, NULL,
				    &restricted));
	check_fails(
		AdjustTokenGroups(restricted, FALSE, &change, 0, NULL, NULL),
		ERROR_CANT_ENABLE_DENY_ONLY);
	check_equal(group_attributes(restricted, deny.Sid) &
			    SE_GROUP_USE_FOR_DENY_ONLY,
		    SE_GROUP_USE_FOR_DENY_ONLY);
	check(CloseHandle(restricted));
	free(groups);
	check(CloseHandle(token));
}

static void groups_that_are_not_there_are_said(void)
{
	HANDLE token = plaything(), query = own_token(TOKEN_QUERY);
	BYTE sid[SECURITY_MAX_SID_SIZE], room[512];
	TOKEN_GROUPS change = {1, {{sid, SE_GROUP_ENABLED}}};
	DWORD size = sizeof(sid);

	check(CreateWellKnownSid(WinNullSid, NULL, sid, &size));
	check(AdjustTokenGroups(token, FALSE, &change, 0, NULL, NULL));
	check_equal(GetLastError(), ERROR_NOT_ALL_ASSIGNED);
	check(AdjustTokenGroups(token, FALSE, &change, sizeof(room),
				(TOKEN_GROUPS *)(void *)room, &size));
	check_equal(((TOKEN_GROUPS *)(void *)room)->GroupCount, 0);
	check_equal(size, 8);
	check(AdjustTokenGroups(token, TRUE, NULL, 0, NULL, NULL));
	check_fails(AdjustTokenGroups(token, FALSE, NULL, 0, NULL, NULL),
		    ERROR_INVALID_PARAMETER);
	check_fails(AdjustTokenGroups(query, FALSE, &change, 0, NULL, NULL),
		    ERROR_ACCESS_DENIED);
	check_equal(NtAdjustGroupsToken(token, FALSE, NULL, 0, NULL, NULL),
		    (NTSTATUS)0xC000000D);
	check(CloseHandle(query));
	check(CloseHandle(token));
}

static void fields_are_set(void)
{
	HANDLE token = plaything();
	TOKEN_USER *user = token_answer(token, TokenUser);
	TOKEN_OWNER owner = {user->User.Sid}, *has;
	TOKEN_PRIMARY_GROUP group = {user->User.Sid};
	BYTE sid[SECURITY_MAX_SID_SIZE], bytes[128];
	ACL *acl = (ACL *)(void *)bytes;
	TOKEN_DEFAULT_DACL dacl = {acl}, *default_dacl;
	DWORD size = sizeof(sid);

	check(SetTokenInformation(token, TokenOwner, &owner, sizeof(owner)));
	has = token_answer(token, TokenOwner);
	check(EqualSid(has->Owner, user->User.Sid));
	free(has);
	check(SetTokenInformation(token, TokenPrimaryGroup, &group,
				  sizeof(group)));
	check(CreateWellKnownSid(WinNullSid, NULL, sid, &size));
	owner.Owner = sid;
	check_fails(
		SetTokenInformation(token, TokenOwner, &owner, sizeof(owner)),
		ERROR_INVALID_OWNER);
	group.PrimaryGroup = sid;
	check_fails(SetTokenInformation(token, TokenPrimaryGroup, &group,
					sizeof(group)),
		    ERROR_INVALID_PRIMARY_GROUP);
	check(InitializeAcl(acl, sizeof(bytes), ACL_REVISION));
	check(AddAccessAllowedAce(acl, ACL_REVISION, GENERIC_ALL,
				  user->User.Sid));
	check(SetTokenInformation(token, TokenDefaultDacl, &dacl,
				  sizeof(dacl)));
	default_dacl = token_answer(token, TokenDefaultDacl);
	check_equal(default_dacl->DefaultDacl->AceCount, 1);
	free(default_dacl);
	dacl.DefaultDacl = NULL;
	check(SetTokenInformation(token, TokenDefaultDacl, &dacl,
				  sizeof(dacl)));
	default_dacl = token_answer(token, TokenDefaultDacl);
	check(!default_dacl->DefaultDacl);
	free(default_dacl);
	free(user);
	check(CloseHandle(token));
}

static void setting_has_its_own_errors(void)
{
	static const struct {
		int which;
		DWORD size, error;
		bool null;
	} rows[] = {
		{TokenDefaultDacl, 0, ERROR_BAD_LENGTH, true},
		{TokenDefaultDacl, 8, ERROR_NOACCESS, true},
		{TokenDefaultDacl, 4, ERROR_BAD_LENGTH, false},
		{TokenOwner, 0, ERROR_BAD_LENGTH, true},
		{TokenUser, 8, ERROR_INVALID_PARAMETER, false},
		{TokenElevationType, 4, ERROR_INVALID_PARAMETER, false},
		{TokenElevation, 4, ERROR_INVALID_PARAMETER, false},
		{TokenType, 4, ERROR_INVALID_PARAMETER, false},
		{0xa0a, 0, ERROR_INVALID_PARAMETER, true},
		{TokenSessionId, 3, ERROR_BAD_LENGTH, false},
	};
	HANDLE token = plaything();
	BYTE room[64] = {0};

	for (size_t i = 0; i < N(rows); i++)
		check_fails(SetTokenInformation(
				    token,
				    (TOKEN_INFORMATION_CLASS)rows[i].which,
				    rows[i].null ? NULL : room, rows[i].size),
			    rows[i].error);
	check(CloseHandle(token));
}

static void setting_takes_rights(void)
{
	HANDLE query = own_token(TOKEN_QUERY);
	TOKEN_MANDATORY_LABEL label = {{0}};
	BYTE sid[SECURITY_MAX_SID_SIZE];
	DWORD size = sizeof(sid);

	check(CreateWellKnownSid(WinUntrustedLabelSid, NULL, sid, &size));
	label.Label.Sid = sid;
	check_fails(SetTokenInformation(query, TokenIntegrityLevel, &label,
					sizeof(label)),
		    ERROR_ACCESS_DENIED);
	check(CloseHandle(query));
}

static void integrity_comes_down(void)
{
	HANDLE token = plaything();
	TOKEN_MANDATORY_LABEL label = {{0}}, *has;
	BYTE sid[SECURITY_MAX_SID_SIZE];
	DWORD size = sizeof(sid);

	check(CreateWellKnownSid(WinLowLabelSid, NULL, sid, &size));
	label.Label.Sid = sid;
	label.Label.Attributes = SE_GROUP_INTEGRITY;
	check(SetTokenInformation(token, TokenIntegrityLevel, &label,
				  sizeof(label) + size));
	has = token_answer(token, TokenIntegrityLevel);
	check(EqualSid(has->Label.Sid, sid));
	free(has);
	check(CloseHandle(token));
}

static void some_fields_take_the_trusted_base(void)
{
	static const TOKEN_INFORMATION_CLASS classes[] = {
		TokenSessionId, TokenUIAccess, TokenMandatoryPolicy,
		TokenVirtualizationAllowed};
	HANDLE token = NULL;
	DWORD value = 1;

	/* without any privilege, whoever runs this test */
	check(ImpersonateSelf(SecurityImpersonation));
	check(OpenThreadToken(GetCurrentThread(), TOKEN_ALL_ACCESS, TRUE,
			      &token));
	check(AdjustTokenPrivileges(token, TRUE, NULL, 0, NULL, NULL));
	for (size_t i = 0; i < N(classes); i++)
		check_fails(SetTokenInformation(token, classes[i], &value,
						sizeof(value)),
			    ERROR_PRIVILEGE_NOT_HELD);
	check_equal(NtSetInformationToken(token, TokenSessionId, &value,
					  sizeof(value)),
		    (NTSTATUS)0xC0000061);
	check(RevertToSelf());
	check(CloseHandle(token));
}

/* Sets "Mark" of @token to what the operation makes of it */
static NTSTATUS set_mark(HANDLE token,
			 TOKEN_SECURITY_ATTRIBUTE_OPERATION operation)
{
	LONG64 numbers[] = {7, -8};
	TOKEN_SECURITY_ATTRIBUTE_V1 attribute = {
		.ValueType = TOKEN_SECURITY_ATTRIBUTE_TYPE_INT64,
		.ValueCount = N(numbers),
		.Values.pInt64 = numbers,
	};
	TOKEN_SECURITY_ATTRIBUTES_INFORMATION set = {
		.Version = TOKEN_SECURITY_ATTRIBUTES_INFORMATION_VERSION_V1,
		.AttributeCount = 1,
		.pAttributeV1 = &attribute,
	};
	TOKEN_SECURITY_ATTRIBUTES_AND_OPERATION_INFORMATION both = {&set,
								    &operation};

	RtlInitUnicodeString(&attribute.Name, L"Mark");
	return NtSetInformationToken(token, TokenSecurityAttributes, &both,
				     sizeof(both));
}

static void attributes_come_and_go(void)
{
	HANDLE token = plaything();
	TOKEN_SECURITY_ATTRIBUTES_INFORMATION *all;
	BOOLEAN was;

	if (RtlAdjustPrivilege(7, TRUE, FALSE, &was) != 0) {
		check_equal(
			set_mark(token, TOKEN_SECURITY_ATTRIBUTE_OPERATION_ADD),
			(NTSTATUS)0xC0000061);
		check(CloseHandle(token));
		return;
	}
	check_equal(set_mark(token, TOKEN_SECURITY_ATTRIBUTE_OPERATION_ADD), 0);
	all = token_answer(token, TokenSecurityAttributes);
	check_equal(all->AttributeCount, 1);
	check_equal(all->pAttributeV1[0].Name.Length, 8);
	check_equal(memcmp(all->pAttributeV1[0].Name.Buffer, L"Mark", 8), 0);
	check_equal(all->pAttributeV1[0].ValueCount, 2);
	check_equal(all->pAttributeV1[0].Values.pInt64[1], -8);
	free(all);
	check(set_mark(token, TOKEN_SECURITY_ATTRIBUTE_OPERATION_ADD) < 0);
	check_equal(set_mark(token, TOKEN_SECURITY_ATTRIBUTE_OPERATION_DELETE),
		    0);
	all = token_answer(token, TokenSecurityAttributes);
	check_equal(all->AttributeCount, 0);
	free(all);
	check_equal(
		set_mark(token, TOKEN_SECURITY_ATTRIBUTE_OPERATION_REPLACE_ALL),
		0);
	all = token_answer(token, TokenSecurityAttributes);
	check_equal(all->AttributeCount, 1);
	free(all);
	check_equal(RtlAdjustPrivilege(7, was, FALSE, &was), 0);
	check(CloseHandle(token));
}

int main(void)
{
	run(a_privilege_goes_off_and_on);
	run(what_is_not_there_is_a_success_that_says_so);
	run(a_removed_privilege_is_gone_for_good);
	run(the_previous_state_lists_what_changed);
	run(without_room_nothing_changes);
	run(a_size_that_nobody_asked_for_is_not_said);
	run(all_can_be_disabled_at_once);
	run(adjusting_takes_rights);
	run(every_change_renews_the_modified_id);
	run(all_handles_of_a_token_see_the_change);
	run(a_helper_says_what_it_was);
	run(privileges_are_acquired_and_given_back);
	run(all_but_some_privileges_are_removed);
	run(privileges_are_checked);
	run(mandatory_groups_stay_enabled);
	run(groups_that_are_not_there_are_said);
	run(fields_are_set);
	run(setting_has_its_own_errors);
	run(setting_takes_rights);
	run(integrity_comes_down);
	run(some_fields_take_the_trusted_base);
	run(attributes_come_and_go);
	return check_done();
}
