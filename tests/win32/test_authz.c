/* SPDX-License-Identifier: Apache-2.0 */
/* authz.h: what clients without a token's handle may, and what is audited. */
#include <windows.h>

#include "authz-fixture.h"

static const struct {
	const char *sd;
	DWORD desired;
	long long answer; /* of the user in Users */
} answers[] = {
	{"O:BAG:BAD:(A;;KR;;;BU)", KEY_READ, KEY_READ},
	{"O:BAG:BAD:(A;;KR;;;" USER ")", KEY_READ, KEY_READ},
	{"O:BAG:BAD:(A;;KR;;;BU)", KEY_WRITE, -ERROR_ACCESS_DENIED},
	{"O:BAG:BAD:(A;;KR;;;BU)", MAXIMUM_ALLOWED, KEY_READ},
	{"O:BAG:BAD:(D;;1;;;BU)(A;;KR;;;" USER ")", KEY_READ,
	 -ERROR_ACCESS_DENIED},
	{"O:BAG:BA", KEY_ALL_ACCESS, KEY_ALL_ACCESS},
	{"O:BAG:BAD:", KEY_READ, -ERROR_ACCESS_DENIED},
	{"O:" USER "G:BAD:", WRITE_DAC, WRITE_DAC},
	{"O:BAG:BAD:(A;;KR;;;BU)", ACCESS_SYSTEM_SECURITY,
	 -ERROR_PRIVILEGE_NOT_HELD},
	{"O:BAG:BAD:(A;;KR;;;BU)", GENERIC_READ,
	 -1000000 - ERROR_INVALID_PARAMETER},
	{"O:BAG:BAD:(XA;;KR;;;BU;(@USER.a == 1))", KEY_READ,
	 -ERROR_ACCESS_DENIED},
	{"D:(A;;KR;;;BU)", KEY_READ, -1000000 - ERROR_INVALID_SECURITY_DESCR},
};

static void clients_are_asked_about(void)
{
	AUTHZ_CLIENT_CONTEXT_HANDLE client = client_with(SE_GROUP_ENABLED);

	for (unsigned i = 0; i < ARRAYSIZE(answers); i++)
		check_say(ask(client, answers[i].sd, answers[i].desired) ==
				  answers[i].answer,
			  "row %u: %lld", i,
			  ask(client, answers[i].sd, answers[i].desired));
	AuthzFreeContext(client);
}

static void groups_count_as_their_attributes_say(void)
{
	AUTHZ_CLIENT_CONTEXT_HANDLE bare = bare_client();
	AUTHZ_CLIENT_CONTEXT_HANDLE off = client_with(0);
	AUTHZ_CLIENT_CONTEXT_HANDLE deny =
		client_with(SE_GROUP_USE_FOR_DENY_ONLY);

	check_equal(ask(bare, "O:BAG:BAD:(A;;1;;;BU)", 1),
		    -ERROR_ACCESS_DENIED);
	check_equal(ask(off, "O:BAG:BAD:(A;;1;;;BU)", 1), -ERROR_ACCESS_DENIED);
	check_equal(ask(off, "O:BAG:BAD:(D;;1;;;BU)(A;;1;;;" USER ")", 1), 1);
	check_equal(ask(deny, "O:BAG:BAD:(A;;1;;;BU)", 1),
		    -ERROR_ACCESS_DENIED);
	check_equal(ask(deny, "O:BAG:BAD:(D;;1;;;BU)(A;;1;;;" USER ")", 1),
		    -ERROR_ACCESS_DENIED);
	AuthzFreeContext(bare);
	AuthzFreeContext(off);
	AuthzFreeContext(deny);
}

static void restricting_sids_must_be_granted_too(void)
{
	AUTHZ_CLIENT_CONTEXT_HANDLE bare = bare_client(), client = NULL;
	SID_AND_ATTRIBUTES group = {users, SE_GROUP_ENABLED};

	check(AuthzAddSidsToContext(bare, NULL, 0, &group, 1, &client));
	check_equal(ask(client, "O:BAG:BAD:(A;;1;;;" USER ")", 1),
		    -ERROR_ACCESS_DENIED);
	check_equal(ask(client, "O:BAG:BAD:(A;;1;;;" USER ")(A;;1;;;BU)", 1),
		    1);
	AuthzFreeContext(client);
	AuthzFreeContext(bare);
}

static void further_descriptors_limit(void)
{
	AUTHZ_CLIENT_CONTEXT_HANDLE client = client_with(SE_GROUP_ENABLED);
	PSECURITY_DESCRIPTOR first = sd_of("O:BAG:BAD:(A;;7;;;BU)");
	PSECURITY_DESCRIPTOR more[] = {sd_of("O:BAG:BAD:(A;;6;;;BU)"),
				       sd_of("O:BAG:BAD:(A;;0xc;;;BU)")};
	AUTHZ_ACCESS_REQUEST request = {.DesiredAccess = MAXIMUM_ALLOWED};
	ACCESS_MASK mask;
	DWORD error;
	AUTHZ_ACCESS_REPLY reply = {1, &mask, NULL, &error};

	check(AuthzAccessCheck(0, client, &request, NULL, first, more, 2,
			       &reply, NULL));
	check(mask == 4 && error == 0);
	request.DesiredAccess = 6;
	check(AuthzAccessCheck(0, client, &request, NULL, first, more, 1,
			       &reply, NULL));
	check(mask == 6 && error == 0);
	check(AuthzAccessCheck(0, client, &request, NULL, first, more, 2,
			       &reply, NULL));
	check(mask == 0 && error == ERROR_ACCESS_DENIED);
	LocalFree(first);
	LocalFree(more[0]);
	LocalFree(more[1]);
	AuthzFreeContext(client);
}

static void types_have_answers_of_their_own(void)
{
	GUID guids[] = {{0x12345678, 1, 2, {3}}, {4, 5, 6, {7}}};
	OBJECT_TYPE_LIST types[] = {{0, 0, &guids[0]}, {1, 0, &guids[1]}};
	AUTHZ_CLIENT_CONTEXT_HANDLE client = client_with(SE_GROUP_ENABLED);
	PSECURITY_DESCRIPTOR sd =
		sd_of("O:BAG:BAD:(OA;;1;00000004-0005-0006-0700-000000000000;;"
		      "BU)(OA;;2;12345678-0001-0002-0300-000000000000;;BU)");
	AUTHZ_ACCESS_REQUEST request = {.DesiredAccess = 2,
					.ObjectTypeList = types,
					.ObjectTypeListLength = 2};
	ACCESS_MASK masks[2];
	DWORD errors[2], sacl[2];
	AUTHZ_ACCESS_REPLY reply = {2, masks, sacl, errors};

	check(AuthzAccessCheck(0, client, &request, NULL, sd, NULL, 0, &reply,
			       NULL));
	check(masks[0] == 2 && masks[1] == 2 && !errors[0] && !errors[1]);
	check(sacl[0] == 0 && sacl[1] == 0);
	request.ObjectTypeListLength = 0;
	reply.ResultListLength = 0;
	check_fails(AuthzAccessCheck(0, client, &request, NULL, sd, NULL, 0,
				     &reply, NULL),
		    ERROR_INVALID_PARAMETER);
	request.ObjectTypeListLength = 2;
	reply.ResultListLength = 3;
	check_fails(AuthzAccessCheck(0, client, &request, NULL, sd, NULL, 0,
				     &reply, NULL),
		    ERROR_INVALID_PARAMETER);
	LocalFree(sd);
	AuthzFreeContext(client);
}

static void checks_can_be_made_again(void)
{
	AUTHZ_CLIENT_CONTEXT_HANDLE client = client_with(SE_GROUP_ENABLED);
	PSECURITY_DESCRIPTOR sd = sd_of("O:BAG:BAD:(A;;3;;;BU)");
	AUTHZ_ACCESS_REQUEST request = {.DesiredAccess = 1};
	AUTHZ_ACCESS_CHECK_RESULTS_HANDLE results = NULL;
	ACCESS_MASK mask;
	DWORD error;
	AUTHZ_ACCESS_REPLY reply = {1, &mask, NULL, &error};

	check(AuthzAccessCheck(0, client, &request, NULL, sd, NULL, 0, &reply,
			       &results));
	LocalFree(sd);
	AuthzFreeContext(client);
	request.DesiredAccess = 2;
	check(AuthzCachedAccessCheck(0, results, &request, NULL, &reply));
	check(mask == 2 && error == 0);
	request.DesiredAccess = 4;
	check(AuthzCachedAccessCheck(0, results, &request, NULL, &reply));
	check(mask == 0 && error == ERROR_ACCESS_DENIED);
	check(AuthzFreeHandle(results));
}

/* The program's own callbacks. */
static BOOL callback_says, callback_fails;
static unsigned callback_calls;

static BOOL CALLBACK applies(AUTHZ_CLIENT_CONTEXT_HANDLE client,
			     PACE_HEADER ace, PVOID args, PBOOL ret)
{
	callback_calls++;
	check(client != NULL);
	check(args == &callback_calls);
	check(ace->AceType == ACCESS_ALLOWED_CALLBACK_ACE_TYPE);
	check_equal(ace->AceSize, 28);
	*ret = callback_says;
	if (callback_fails)
		SetLastError(ERROR_FILE_NOT_FOUND);
	return !callback_fails;
}

/* D:(XA;;1;;;BU) with four bytes that are no condition. */
static PSECURITY_DESCRIPTOR callback_sd(void)
{
	static DWORD memory[64];
	static SECURITY_DESCRIPTOR sd;
	BYTE entry[28] = {ACCESS_ALLOWED_CALLBACK_ACE_TYPE, 0, 28, 0, 1};
	PACL acl = (PACL)memory;

	CopySid(16, entry + 8, users);
	memcpy(entry + 24, "mine", 4);
	InitializeAcl(acl, sizeof(memory), ACL_REVISION);
	check(AddAce(acl, ACL_REVISION, 0, entry, sizeof(entry)));
	InitializeSecurityDescriptor(&sd, SECURITY_DESCRIPTOR_REVISION);
	SetSecurityDescriptorOwner(&sd, guests, FALSE);
	SetSecurityDescriptorGroup(&sd, guests, FALSE);
	SetSecurityDescriptorDacl(&sd, TRUE, acl, FALSE);
	return &sd;
}

static void callbacks_are_asked(void)
{
	AUTHZ_RESOURCE_MANAGER_HANDLE with = NULL;
	AUTHZ_CLIENT_CONTEXT_HANDLE client = NULL;
	SID_AND_ATTRIBUTES group = {users, SE_GROUP_ENABLED};
	AUTHZ_CLIENT_CONTEXT_HANDLE bare = NULL;
	AUTHZ_ACCESS_REQUEST request = {.DesiredAccess = 1,
					.OptionalArguments = &callback_calls};
	ACCESS_MASK mask;
	DWORD error;
	AUTHZ_ACCESS_REPLY reply = {1, &mask, NULL, &error};
	AUTHZ_ACCESS_CHECK_RESULTS_HANDLE results = NULL;

	check(AuthzInitializeResourceManager(0, applies, NULL, NULL, L"tests",
					     &with));
	check(AuthzInitializeContextFromSid(AUTHZ_SKIP_TOKEN_GROUPS, user, with,
					    NULL, id, NULL, &bare));
	check(AuthzAddSidsToContext(bare, &group, 1, NULL, 0, &client));
	check(AuthzFreeResourceManager(with)); /* its clients keep it */
	callback_says = TRUE;
	check(AuthzAccessCheck(0, client, &request, NULL, callback_sd(), NULL,
			       0, &reply, NULL));
	check(mask == 1 && error == 0);
	callback_says = FALSE;
	check(AuthzAccessCheck(0, client, &request, NULL, callback_sd(), NULL,
			       0, &reply, NULL));
	check(mask == 0 && error == ERROR_ACCESS_DENIED);
	check_equal(callback_calls, 2);
	/* a check that is made again asks again, also for a client that its
	 * program has let go */
	check(AuthzAccessCheck(0, client, &request, NULL, callback_sd(), NULL,
			       0, &reply, &results));
	AuthzFreeContext(client);
	callback_says = TRUE;
	check(AuthzCachedAccessCheck(0, results, &request, NULL, &reply));
	check(mask == 1 && error == 0);
	check_equal(callback_calls, 4);
	check(AuthzFreeHandle(results));
	check(AuthzAddSidsToContext(bare, &group, 1, NULL, 0, &client));
	callback_fails = TRUE;
	check_fails(AuthzAccessCheck(0, client, &request, NULL, callback_sd(),
				     NULL, 0, &reply, NULL),
		    ERROR_FILE_NOT_FOUND);
	AuthzFreeContext(client);
	AuthzFreeContext(bare);
	/* without a function such entries grant nothing */
	client = client_with(SE_GROUP_ENABLED);
	check(AuthzAccessCheck(0, client, &request, NULL, callback_sd(), NULL,
			       0, &reply, NULL));
	check(error == ERROR_ACCESS_DENIED);
	AuthzFreeContext(client);
}

/* An entry that is only for children is nothing to ask about. */
static void callbacks_of_children_are_not_asked(void)
{
	AUTHZ_RESOURCE_MANAGER_HANDLE with = NULL;
	AUTHZ_CLIENT_CONTEXT_HANDLE client = NULL;
	AUTHZ_ACCESS_REQUEST request = {.DesiredAccess = 1,
					.OptionalArguments = &callback_calls};
	ACCESS_MASK mask;
	DWORD error;
	AUTHZ_ACCESS_REPLY reply = {1, &mask, NULL, &error};
	PSECURITY_DESCRIPTOR sd = callback_sd();
	PACE_HEADER entry;
	BOOL present, defaulted;
	PACL acl;

	check(GetSecurityDescriptorDacl(sd, &present, &acl, &defaulted));
	check(GetAce(acl, 0, (LPVOID *)&entry));
	entry->AceFlags = INHERIT_ONLY_ACE | CONTAINER_INHERIT_ACE;
	check(AuthzInitializeResourceManager(0, applies, NULL, NULL, NULL,
					     &with));
	check(AuthzInitializeContextFromSid(AUTHZ_SKIP_TOKEN_GROUPS, users,
					    with, NULL, id, NULL, &client));
	callback_calls = 0;
	callback_says = TRUE;
	callback_fails = FALSE;
	check(AuthzAccessCheck(0, client, &request, NULL, sd, NULL, 0, &reply,
			       NULL));
	check(mask == 0 && error == ERROR_ACCESS_DENIED);
	check_equal(callback_calls, 0);
	AuthzFreeContext(client);
	AuthzFreeResourceManager(with);
}

static void opens_are_audited_as_they_were_answered(void)
{
	static const struct {
		ACCESS_MASK granted;
		DWORD error;
		DWORD sacl;
	} rows[] = {
		{1, ERROR_SUCCESS, AUTHZ_GENERATE_SUCCESS_AUDIT},
		{2, ERROR_SUCCESS, 0},
		{0, ERROR_ACCESS_DENIED, AUTHZ_GENERATE_FAILURE_AUDIT},
	};
	static WCHAR text[] = L"text";
	AUTHZ_CLIENT_CONTEXT_HANDLE client = client_with(SE_GROUP_ENABLED);
	PSECURITY_DESCRIPTOR sd =
		sd_of("O:BAG:BAD:S:(AU;SA;1;;;BU)(AU;FA;3;;;BU)");
	AUTHZ_ACCESS_REQUEST request = {.DesiredAccess = 3};
	AUTHZ_AUDIT_EVENT_HANDLE event = NULL;
	ACCESS_MASK mask;
	DWORD error, sacl;
	AUTHZ_ACCESS_REPLY reply = {1, &mask, &sacl, &error};

	check(AuthzInitializeObjectAccessAuditEvent(0, NULL, text, text, text,
						    text, &event, 0));
	for (unsigned i = 0; i < ARRAYSIZE(rows); i++) {
		mask = rows[i].granted;
		error = rows[i].error;
		sacl = 0xdead;
		check(AuthzOpenObjectAudit(0, client, &request, event, sd, NULL,
					   0, &reply));
		check_equal(sacl, rows[i].sacl);
	}
	check_fails(AuthzOpenObjectAudit(0, client, &request, NULL, sd, NULL, 0,
					 &reply),
		    ERROR_INVALID_PARAMETER);
	check(AuthzFreeAuditEvent(event));
	LocalFree(sd);
	AuthzFreeContext(client);
}

static void nothing_is_no_handle(void)
{
	AUTHZ_AUDIT_EVENT_HANDLE event = NULL;
	static WCHAR text[] = L"text";

	check_fails(AuthzFreeContext(NULL), ERROR_INVALID_PARAMETER);
	check_fails(AuthzFreeHandle(NULL), ERROR_INVALID_PARAMETER);
	check_fails(AuthzFreeResourceManager(NULL), ERROR_INVALID_PARAMETER);
	check_fails(AuthzFreeAuditEvent(NULL), ERROR_INVALID_PARAMETER);
	check_fails(AuthzInitializeResourceManager(8, NULL, NULL, NULL, NULL,
						   &manager),
		    ERROR_INVALID_PARAMETER);
	check(AuthzInitializeObjectAccessAuditEvent(0, NULL, text, text, text,
						    text, &event, 0));
	check(AuthzFreeAuditEvent(event));
}

int main(void)
{
	authz_begin();
	run(clients_are_asked_about);
	run(groups_count_as_their_attributes_say);
	run(restricting_sids_must_be_granted_too);
	run(further_descriptors_limit);
	run(types_have_answers_of_their_own);
	run(checks_can_be_made_again);
	run(callbacks_are_asked);
	run(callbacks_of_children_are_not_asked);
	run(opens_are_audited_as_they_were_answered);
	run(nothing_is_no_handle);
	AuthzFreeResourceManager(manager);
	return check_done();
}
