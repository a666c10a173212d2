/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens out of their parts: who may make them, and of what. The makers are
 * duplicates of the process's token; who may not create tokens skips the rest.
 */
#include <stdbool.h>
#include <string.h>

#include <windows.h>

#include <sddl.h>
#include <winternl.h>

#include "token.h"

#define SE_CREATE_TOKEN 2

struct parts {
	LUID session;
	LARGE_INTEGER expiration;
	TOKEN_USER user;
	TOKEN_GROUPS groups;
	TOKEN_PRIVILEGES privileges;
	TOKEN_OWNER owner;
	TOKEN_PRIMARY_GROUP group;
	TOKEN_SOURCE source;
	OBJECT_ATTRIBUTES attributes;
	SECURITY_QUALITY_OF_SERVICE qos;
};

static BYTE user_sid[SECURITY_MAX_SID_SIZE], group_sid[SECURITY_MAX_SID_SIZE];

static void sid_of(const char *text, BYTE ret[SECURITY_MAX_SID_SIZE])
{
	PSID sid = NULL;

	check(ConvertStringSidToSidA(text, &sid));
	check(CopySid(SECURITY_MAX_SID_SIZE, ret, sid));
	LocalFree(sid);
}

static struct parts usual(void)
{
	struct parts parts = {
		.session = {0x3e7, 0},
		.expiration.QuadPart = 0x7fffffffffffffff,
		.user = {{user_sid, 0}},
		.groups = {1, {{group_sid, 7}}},
		.privileges = {1, {{{23, 0}, 3}}},
		.owner = {user_sid},
		.group = {group_sid},
		.source = {{'t', 'e', 's', 't'}, {9, 0}},
		.qos = {sizeof(parts.qos), SecurityIdentification, 0, 0},
	};

	return parts;
}

static NTSTATUS create(struct parts *parts, TOKEN_TYPE type, HANDLE *ret)
{
	InitializeObjectAttributes(&parts->attributes, NULL, 0, NULL, NULL);
	parts->attributes.SecurityQualityOfService = &parts->qos;
	return NtCreateToken(ret, TOKEN_ALL_ACCESS, &parts->attributes, type,
			     &parts->session, &parts->expiration, &parts->user,
			     &parts->groups, &parts->privileges, &parts->owner,
			     &parts->group, NULL, &parts->source);
}

static void who_does_not_hold_the_privilege_makes_none(void)
{
	struct parts parts = usual();
	HANDLE token = (HANDLE)9, own = NULL;

	check(ImpersonateSelf(SecurityImpersonation));
	check(OpenThreadToken(GetCurrentThread(), TOKEN_ALL_ACCESS, TRUE,
			      &own));
	check(AdjustTokenPrivileges(own, TRUE, NULL, 0, NULL, NULL));
	check_equal(create(&parts, TokenPrimary, &token), (NTSTATUS)0xC0000061);
	check(RevertToSelf());
	check(token == (HANDLE)9);
	check(CloseHandle(own));
}

static void a_token_is_what_its_parts_say(void)
{
	struct parts parts = usual();
	HANDLE token = NULL;
	TOKEN_USER *user;
	TOKEN_PRIVILEGES *privileges;
	TOKEN_SOURCE *source;
	TOKEN_STATISTICS *all;

	if (!check_equal(create(&parts, TokenPrimary, &token), 0))
		return;
	check_equal(access_of(token), TOKEN_ALL_ACCESS);
	user = token_answer(token, TokenUser);
	check(EqualSid(user->User.Sid, user_sid));
	privileges = token_answer(token, TokenPrivileges);
	check_equal(privileges->PrivilegeCount, 1);
	check_equal(privileges->Privileges[0].Attributes, 3);
	source = token_answer(token, TokenSource);
	check_equal(memcmp(source->SourceName, "test\0\0\0\0", 8), 0);
	check_equal(source->SourceIdentifier.LowPart, 9);
	all = token_answer(token, TokenStatistics);
	check_equal(all->AuthenticationId.LowPart, 0x3e7);
	check_equal(all->TokenType, TokenPrimary);
	free(user);
	free(privileges);
	free(source);
	free(all);
	check(CloseHandle(token));
}

static void an_impersonation_token_has_the_stated_level(void)
{
	struct parts parts = usual();
	HANDLE token = NULL;

	check_equal(create(&parts, TokenImpersonation, &token), 0);
	check_equal(token_number(token, TokenImpersonationLevel),
		    SecurityIdentification);
	check(CloseHandle(token));
	parts.qos.ImpersonationLevel = (SECURITY_IMPERSONATION_LEVEL)7;
	check_equal(create(&parts, TokenImpersonation, &token),
		    (NTSTATUS)0xC00000A5);
}

static void parts_must_fit_together(void)
{
	BYTE other[SECURITY_MAX_SID_SIZE];
	struct parts parts = usual();
	HANDLE token = NULL;

	sid_of("S-1-5-21-9-9-9-9", other);
	parts.owner.Owner = other;
	check_equal(create(&parts, TokenPrimary, &token), (NTSTATUS)0xC000005A);
	parts = usual();
	parts.group.PrimaryGroup = other;
	check_equal(create(&parts, TokenPrimary, &token), (NTSTATUS)0xC000005B);
	parts = usual();
	parts.session.LowPart = 0x12345;
	check_equal(create(&parts, TokenPrimary, &token), (NTSTATUS)0xC000005F);
	parts = usual();
	parts.privileges.Privileges[0].Luid.LowPart = 99;
	check_equal(create(&parts, TokenPrimary, &token), (NTSTATUS)0xC0000060);
	parts = usual();
	parts.user.User.Sid = NULL;
	check_equal(create(&parts, TokenPrimary, &token), (NTSTATUS)0xC0000005);
	parts = usual();
	check_equal(create(&parts, (TOKEN_TYPE)3, &token),
		    (NTSTATUS)0xC000000D);
	check_equal(create(&parts, TokenPrimary, NULL), (NTSTATUS)0xC0000005);
}

static void nobody_to_the_kernel_is_only_identified(void)
{
	struct parts parts = usual();
	HANDLE token = NULL;

	check_equal(create(&parts, TokenPrimary, &token), 0);
	if (ImpersonateLoggedOnUser(token)) {
		check_equal(token_number(GetCurrentThreadToken(),
					 TokenImpersonationLevel),
			    SecurityIdentification);
		check(RevertToSelf());
	}
	check(CloseHandle(token));
}

static bool may_create(void)
{
	BOOLEAN was;

	return RtlAdjustPrivilege(SE_CREATE_TOKEN, TRUE, FALSE, &was) == 0;
}

int main(void)
{
	sid_of("S-1-5-21-11-22-33-1001", user_sid);
	sid_of("S-1-5-21-11-22-33-513", group_sid);
	run(who_does_not_hold_the_privilege_makes_none);
	if (!may_create()) {
		check_skip("creating tokens takes SeCreateToken");
		return check_done();
	}
	run(a_token_is_what_its_parts_say);
	run(an_impersonation_token_has_the_stated_level);
	run(parts_must_fit_together);
	run(nobody_to_the_kernel_is_only_identified);
	return check_done();
}
