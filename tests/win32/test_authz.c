/* SPDX-License-Identifier: Apache-2.0 */
/*
 * authz.h: managers, clients and checks without a token's handle. The process
 * runs as the plain user of fixture.h.
 */
#include <windows.h>

#include <authz.h>
#include <sddl.h>
#include <string.h>

#include "check.h"
#include "fixture.h"

#define USER "S-1-5-21-11-22-33-1001"

static const LUID id = {7, 9};
static AUTHZ_RESOURCE_MANAGER_HANDLE manager;
static PSID user, users, guests;

static PSECURITY_DESCRIPTOR sd_of(const char *text)
{
	PSECURITY_DESCRIPTOR sd = NULL;

	if (!ConvertStringSecurityDescriptorToSecurityDescriptorA(
		    text, SDDL_REVISION_1, &sd, NULL)) {
		printf("no descriptor: %s\n", text);
		exit(1);
	}
	return sd;
}

/* A client that is only the plain user's SID. */
static AUTHZ_CLIENT_CONTEXT_HANDLE bare_client(void)
{
	AUTHZ_CLIENT_CONTEXT_HANDLE client = NULL;

	if (!AuthzInitializeContextFromSid(AUTHZ_SKIP_TOKEN_GROUPS, user,
					   manager, NULL, id, NULL, &client)) {
		printf("no client: %u\n", GetLastError());
		exit(1);
	}
	return client;
}

static AUTHZ_CLIENT_CONTEXT_HANDLE client_with(DWORD attributes)
{
	AUTHZ_CLIENT_CONTEXT_HANDLE bare = bare_client(), client = NULL;
	SID_AND_ATTRIBUTES group = {users, attributes};

	check(AuthzAddSidsToContext(bare, &group, 1, NULL, 0, &client));
	AuthzFreeContext(bare);
	return client;
}

/* One answer: the mask, or the error as a negative number. */
static long long ask(AUTHZ_CLIENT_CONTEXT_HANDLE client, const char *text,
		     DWORD desired)
{
	AUTHZ_ACCESS_REQUEST request = {.DesiredAccess = desired};
	PSECURITY_DESCRIPTOR sd = sd_of(text);
	ACCESS_MASK mask = 0xdeadbeef;
	DWORD error = 0xdead;
	AUTHZ_ACCESS_REPLY reply = {1, &mask, NULL, &error};
	BOOL done = AuthzAccessCheck(0, client, &request, NULL, sd, NULL, 0,
				     &reply, NULL);

	LocalFree(sd);
	if (!done)
		return -1000000 - (long long)GetLastError();
	if (error) {
		check_equal(mask, 0);
		return -(long long)error;
	}
	return mask;
}

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

static SID_AND_ATTRIBUTES computed_group;
static unsigned n_freed;

static BOOL CALLBACK compute(AUTHZ_CLIENT_CONTEXT_HANDLE client, PVOID args,
			     PSID_AND_ATTRIBUTES *sids, PDWORD n,
			     PSID_AND_ATTRIBUTES *restricted,
			     PDWORD n_restricted)
{
	(void)client;
	computed_group = (SID_AND_ATTRIBUTES){users, SE_GROUP_ENABLED};
	*sids = &computed_group;
	*n = 1;
	*restricted = NULL;
	*n_restricted = 0;
	return args == &n_freed;
}

static VOID CALLBACK free_computed(PSID_AND_ATTRIBUTES sids)
{
	check(sids == &computed_group);
	n_freed++;
}

static void groups_are_computed(void)
{
	AUTHZ_RESOURCE_MANAGER_HANDLE with = NULL;
	AUTHZ_CLIENT_CONTEXT_HANDLE client = NULL;

	check_fails(AuthzInitializeResourceManager(0, NULL, compute, NULL, NULL,
						   &with),
		    ERROR_INVALID_PARAMETER);
	check(AuthzInitializeResourceManager(0, NULL, compute, free_computed,
					     NULL, &with));
	check(AuthzInitializeContextFromSid(AUTHZ_SKIP_TOKEN_GROUPS, user, with,
					    NULL, id, &n_freed, &client));
	check_equal(n_freed, 1);
	check_equal(ask(client, "O:BAG:BAD:(A;;1;;;BU)", 1), 1);
	AuthzFreeContext(client);
	check(!AuthzInitializeContextFromSid(AUTHZ_SKIP_TOKEN_GROUPS, user,
					     with, NULL, id, NULL, &client));
	AuthzFreeResourceManager(with);
}

static void tokens_become_clients(void)
{
	AUTHZ_CLIENT_CONTEXT_HANDLE client = NULL, copy = NULL;
	HANDLE token = NULL;

	check(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token));
	check(AuthzInitializeContextFromToken(0, token, manager, NULL, id, NULL,
					      &client));
	check_equal(ask(client, "O:BAG:BAD:(A;;1;;;BU)", 1), 1);
	check(AuthzInitializeContextFromAuthzContext(0, client, NULL, id, NULL,
						     &copy));
	check_equal(ask(copy, "O:BAG:BAD:(A;;1;;;BU)", 1), 1);
	AuthzFreeContext(client);
	AuthzFreeContext(copy);
	check_fails(AuthzInitializeContextFromToken(0, NULL, manager, NULL, id,
						    NULL, &client),
		    ERROR_INVALID_HANDLE);
	CloseHandle(token);
}

static void unknown_accounts_have_no_groups_to_tell(void)
{
	AUTHZ_CLIENT_CONTEXT_HANDLE client = NULL;
	PSID world = NULL;

	check_fails(AuthzInitializeContextFromSid(0, user, manager, NULL, id,
						  NULL, &client),
		    ERROR_NONE_MAPPED);
	ConvertStringSidToSidA("IU", &world);
	check(AuthzInitializeContextFromSid(0, world, manager, NULL, id, NULL,
					    &client));
	check_equal(ask(client, "O:BAG:BAD:(A;;1;;;WD)", 1), 1);
	AuthzFreeContext(client);
	LocalFree(world);
}

static void sids_are_changed(void)
{
	AUTHZ_CLIENT_CONTEXT_HANDLE client = client_with(SE_GROUP_ENABLED);
	AUTHZ_SID_OPERATION operation = AUTHZ_SID_OPERATION_DELETE;
	TOKEN_GROUPS groups = {1, {{users, SE_GROUP_ENABLED}}};

	check(AuthzModifySids(client, AuthzContextInfoGroupsSids, &operation,
			      &groups));
	check_equal(ask(client, "O:BAG:BAD:(A;;1;;;BU)", 1),
		    -ERROR_ACCESS_DENIED);
	operation = AUTHZ_SID_OPERATION_ADD;
	check(AuthzModifySids(client, AuthzContextInfoGroupsSids, &operation,
			      &groups));
	check_equal(ask(client, "O:BAG:BAD:(A;;1;;;BU)", 1), 1);
	groups.Groups[0].Sid = guests;
	operation = AUTHZ_SID_OPERATION_REPLACE_ALL;
	check(AuthzModifySids(client, AuthzContextInfoGroupsSids, &operation,
			      &groups));
	check_equal(ask(client, "O:BAG:BAD:(A;;1;;;BU)", 1),
		    -ERROR_ACCESS_DENIED);
	check_equal(ask(client, "O:BAG:BAD:(A;;1;;;BG)", 1), 1);
	operation = AUTHZ_SID_OPERATION_ADD;
	check(AuthzModifySids(client, AuthzContextInfoDeviceSids, &operation,
			      &groups));
	check_equal(ask(client,
			"O:BAG:BAD:(XA;;1;;;BG;(Device_Member_of "
			"{SID(BG)}))",
			1),
		    1);
	operation = AUTHZ_SID_OPERATION_REPLACE_ALL;
	check(AuthzModifySids(client, AuthzContextInfoGroupsSids, &operation,
			      NULL));
	check_equal(ask(client, "O:BAG:BAD:(A;;1;;;BG)", 1),
		    -ERROR_ACCESS_DENIED);
	check_fails(AuthzModifySids(client, AuthzContextInfoPrivileges,
				    &operation, &groups),
		    ERROR_INVALID_PARAMETER);
	AuthzFreeContext(client);
}

#define N_CHANGERS 4
#define N_CHANGES 25

static AUTHZ_CLIENT_CONTEXT_HANDLE shared;

static DWORD WINAPI add_sids(LPVOID argument)
{
	const unsigned first = (unsigned)(ULONG_PTR)argument;
	AUTHZ_SID_OPERATION operation = AUTHZ_SID_OPERATION_ADD;
	TOKEN_GROUPS group = {1, {{NULL, SE_GROUP_ENABLED}}};
	char text[64];

	for (unsigned i = 0; i < N_CHANGES; i++) {
		snprintf(text, sizeof(text), "S-1-5-21-1-2-3-%u", first + i);
		ConvertStringSidToSidA(text, &group.Groups[0].Sid);
		check(AuthzModifySids(shared, AuthzContextInfoGroupsSids,
				      &operation, &group));
		LocalFree(group.Groups[0].Sid);
	}
	return 0;
}

static void no_change_is_lost(void)
{
	HANDLE threads[N_CHANGERS];
	TOKEN_GROUPS *groups;
	DWORD size = 0;

	shared = bare_client();
	for (ULONG_PTR i = 0; i < N_CHANGERS; i++)
		threads[i] = CreateThread(NULL, 0, add_sids,
					  (LPVOID)(1000 * (i + 1)), 0, NULL);
	check_equal(WaitForMultipleObjects(N_CHANGERS, threads, TRUE, INFINITE),
		    WAIT_OBJECT_0);
	for (unsigned i = 0; i < N_CHANGERS; i++)
		check(CloseHandle(threads[i]));
	check(!AuthzGetInformationFromContext(
		shared, AuthzContextInfoGroupsSids, 0, &size, NULL));
	groups = malloc(size);
	check(AuthzGetInformationFromContext(shared, AuthzContextInfoGroupsSids,
					     size, &size, groups));
	/* one is the label */
	check_equal(groups->GroupCount, N_CHANGERS * N_CHANGES + 1);
	free(groups);
	AuthzFreeContext(shared);
}

static void claims_are_changed(void)
{
	static WCHAR name[] = L"a", other[] = L"b";
	LONG64 one = 1, two = 2;
	AUTHZ_SECURITY_ATTRIBUTE_V1 claims[2] = {
		{.pName = name,
		 .ValueType = AUTHZ_SECURITY_ATTRIBUTE_TYPE_INT64,
		 .ValueCount = 1,
		 .Values.pInt64 = &one},
		{.pName = other,
		 .ValueType = AUTHZ_SECURITY_ATTRIBUTE_TYPE_INT64,
		 .ValueCount = 1,
		 .Values.pInt64 = &two},
	};
	AUTHZ_SECURITY_ATTRIBUTES_INFORMATION set = {
		.Version = AUTHZ_SECURITY_ATTRIBUTES_INFORMATION_VERSION_V1,
		.AttributeCount = 2,
		.Attribute.pAttributeV1 = claims,
	};
	AUTHZ_SECURITY_ATTRIBUTE_OPERATION operations[] = {
		AUTHZ_SECURITY_ATTRIBUTE_OPERATION_REPLACE_ALL,
		AUTHZ_SECURITY_ATTRIBUTE_OPERATION_REPLACE_ALL};
	AUTHZ_CLIENT_CONTEXT_HANDLE client = client_with(SE_GROUP_ENABLED);
	const char *is_one = "O:BAG:BAD:(XA;;1;;;BU;(@USER.a == 1))";
	const char *has_two = "O:BAG:BAD:(XA;;1;;;BU;(b == 2))";

	check(AuthzModifyClaims(client, AuthzContextInfoUserClaims, operations,
				&set));
	check_equal(ask(client, is_one, 1), 1);
	check_equal(ask(client, has_two, 1), -ERROR_ACCESS_DENIED);
	check(AuthzModifySecurityAttributes(client, operations, &set));
	check_equal(ask(client, has_two, 1), 1);
	set.AttributeCount = 1;
	operations[0] = AUTHZ_SECURITY_ATTRIBUTE_OPERATION_REPLACE;
	claims[0].Values.pInt64 = &two;
	check(AuthzModifyClaims(client, AuthzContextInfoUserClaims, operations,
				&set));
	check_equal(ask(client, is_one, 1), -ERROR_ACCESS_DENIED);
	operations[0] = AUTHZ_SECURITY_ATTRIBUTE_OPERATION_ADD;
	check_fails(AuthzModifyClaims(client, AuthzContextInfoUserClaims,
				      operations, &set),
		    ERROR_INVALID_PARAMETER); /* it is there */
	operations[0] = AUTHZ_SECURITY_ATTRIBUTE_OPERATION_REPLACE_ALL;
	check(AuthzModifySecurityAttributes(client, operations, NULL));
	check_equal(ask(client, has_two, 1), -ERROR_ACCESS_DENIED);
	check_fails(AuthzModifyClaims(client, AuthzContextInfoGroupsSids,
				      operations, &set),
		    ERROR_INVALID_PARAMETER);
	AuthzFreeContext(client);
}

static void claims_are_told(void)
{
	static WCHAR name[] = L"name", text[] = L"text", other[] = L"other";
	static BYTE octets[] = {1, 2, 3};
	PWSTR texts[] = {text, name};
	LONG64 numbers[] = {1, -2};
	AUTHZ_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE value = {octets, 3};
	AUTHZ_SECURITY_ATTRIBUTE_V1 claims[3] = {
		{.pName = name,
		 .ValueType = AUTHZ_SECURITY_ATTRIBUTE_TYPE_STRING,
		 .Flags = AUTHZ_SECURITY_ATTRIBUTE_VALUE_CASE_SENSITIVE,
		 .ValueCount = 2,
		 .Values.ppString = texts},
		{.pName = other,
		 .ValueType = AUTHZ_SECURITY_ATTRIBUTE_TYPE_INT64,
		 .ValueCount = 2,
		 .Values.pInt64 = numbers},
		{.pName = text,
		 .ValueType = AUTHZ_SECURITY_ATTRIBUTE_TYPE_OCTET_STRING,
		 .ValueCount = 1,
		 .Values.pOctetString = &value},
	};
	AUTHZ_SECURITY_ATTRIBUTES_INFORMATION set = {
		.Version = AUTHZ_SECURITY_ATTRIBUTES_INFORMATION_VERSION_V1,
		.AttributeCount = 3,
		.Attribute.pAttributeV1 = claims,
	};
	AUTHZ_SECURITY_ATTRIBUTE_OPERATION operations[] = {
		AUTHZ_SECURITY_ATTRIBUTE_OPERATION_ADD,
		AUTHZ_SECURITY_ATTRIBUTE_OPERATION_ADD,
		AUTHZ_SECURITY_ATTRIBUTE_OPERATION_ADD};
	AUTHZ_CLIENT_CONTEXT_HANDLE client = client_with(SE_GROUP_ENABLED);
	AUTHZ_SECURITY_ATTRIBUTES_INFORMATION *told;
	AUTHZ_SECURITY_ATTRIBUTE_V1 *one;
	DWORD size = 0;

	check(AuthzModifyClaims(client, AuthzContextInfoUserClaims, operations,
				&set));
	check_fails(AuthzGetInformationFromContext(
			    client, AuthzContextInfoUserClaims, 0, &size, NULL),
		    ERROR_INSUFFICIENT_BUFFER);
	told = malloc(size);
	memset(told, 0xcc, size);
	check_fails(AuthzGetInformationFromContext(client,
						   AuthzContextInfoUserClaims,
						   size - 1, &size, told),
		    ERROR_INSUFFICIENT_BUFFER);
	check_equal(told->Version, 0xcccc);
	check(AuthzGetInformationFromContext(client, AuthzContextInfoUserClaims,
					     size, &size, told));
	check_equal(told->Version, 1);
	check_equal(told->AttributeCount, 3);
	one = told->Attribute.pAttributeV1;
	check(memcmp(one[0].pName, name, sizeof(name)) == 0);
	check_equal(one[0].ValueType, AUTHZ_SECURITY_ATTRIBUTE_TYPE_STRING);
	check_equal(one[0].Flags, 2);
	check_equal(one[0].ValueCount, 2);
	check(memcmp(one[0].Values.ppString[0], text, sizeof(text)) == 0);
	check(memcmp(one[0].Values.ppString[1], name, sizeof(name)) == 0);
	check(memcmp(one[1].pName, other, sizeof(other)) == 0);
	check_equal(one[1].Values.pInt64[1], -2);
	check_equal(one[2].Values.pOctetString[0].ValueLength, 3);
	check(memcmp(one[2].Values.pOctetString[0].pValue, octets, 3) == 0);
	/* what is told can be put into another client */
	check(AuthzModifySecurityAttributes(client, operations, told));
	check_equal(ask(client, "O:BAG:BAD:(XA;;1;;;BU;(text == #010203))", 1),
		    1);
	check(AuthzGetInformationFromContext(
		client, AuthzContextInfoDeviceClaims, size, &size, told));
	check_equal(told->AttributeCount, 0);
	check(told->Attribute.pAttributeV1 == NULL);
	check_equal(size, sizeof(*told));
	free(told);
	AuthzFreeContext(client);
}

static void users_are_at_devices(void)
{
	AUTHZ_CLIENT_CONTEXT_HANDLE client = client_with(SE_GROUP_ENABLED);
	AUTHZ_CLIENT_CONTEXT_HANDLE device = NULL, both = NULL;

	check(AuthzInitializeContextFromSid(AUTHZ_SKIP_TOKEN_GROUPS, guests,
					    manager, NULL, id, NULL, &device));
	check(AuthzInitializeCompoundContext(client, device, &both));
	AuthzFreeContext(client);
	AuthzFreeContext(device);
	check_equal(ask(both,
			"O:BAG:BAD:(XA;;1;;;BU;(Device_Member_of "
			"{SID(BG)}))",
			1),
		    1);
	check_equal(ask(both, "O:BAG:BAD:(A;;1;;;BG)", 1),
		    -ERROR_ACCESS_DENIED);
	AuthzFreeContext(both);
	check_fails(AuthzInitializeCompoundContext(NULL, NULL, &both),
		    ERROR_INVALID_PARAMETER);
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

static void packages_are_granted_what_they_are_granted(void)
{
	AUTHZ_CLIENT_CONTEXT_HANDLE client = client_with(SE_GROUP_ENABLED);
	SID_AND_ATTRIBUTES capability = {NULL, SE_GROUP_ENABLED};
	PSID package = NULL;

	ConvertStringSidToSidA("S-1-15-2-1-2-3-4-5-6-7", &package);
	ConvertStringSidToSidA("S-1-15-3-1", &capability.Sid);
	/* who is no package would be granted what others are */
	check_fails(AuthzSetAppContainerInformation(client, users, 0, NULL),
		    ERROR_INVALID_PARAMETER);
	check_fails(AuthzSetAppContainerInformation(client, capability.Sid, 0,
						    NULL),
		    ERROR_INVALID_PARAMETER);
	check(AuthzSetAppContainerInformation(client, package, 0, NULL));
	check_equal(ask(client, "O:BAG:BAD:(A;;1;;;BU)", 1),
		    -ERROR_ACCESS_DENIED);
	check_equal(ask(client, "O:BAG:BAD:(A;;1;;;BU)(A;;1;;;AC)", 1), 1);
	check_equal(ask(client, "O:BAG:BAD:(A;;1;;;BU)(A;;1;;;S-1-15-3-1)", 1),
		    -ERROR_ACCESS_DENIED);
	check(AuthzSetAppContainerInformation(client, package, 1, &capability));
	check_equal(ask(client, "O:BAG:BAD:(A;;1;;;BU)(A;;1;;;S-1-15-3-1)", 1),
		    1);
	LocalFree(capability.Sid);
	capability.Sid = users;
	check_fails(AuthzSetAppContainerInformation(client, package, 1,
						    &capability),
		    ERROR_INVALID_PARAMETER);
	LocalFree(package);
	AuthzFreeContext(client);
}

static void clients_tell_who_they_are(void)
{
	AUTHZ_CLIENT_CONTEXT_HANDLE client = client_with(SE_GROUP_ENABLED);
	union {
		TOKEN_USER user;
		TOKEN_GROUPS groups;
		LUID luid;
		BYTE bytes[512];
	} buffer;
	DWORD size = 0;

	check_fails(AuthzGetInformationFromContext(
			    client, AuthzContextInfoUserSid, 0, &size, NULL),
		    ERROR_INSUFFICIENT_BUFFER);
	check_equal(size, 16 + 28);
	check(AuthzGetInformationFromContext(client, AuthzContextInfoUserSid,
					     sizeof(buffer), &size, &buffer));
	check(EqualSid(buffer.user.User.Sid, user));
	check(AuthzGetInformationFromContext(client, AuthzContextInfoGroupsSids,
					     sizeof(buffer), &size, &buffer));
	check_equal(buffer.groups.GroupCount, 2); /* one is the label */
	check(AuthzGetInformationFromContext(client, AuthzContextInfoIdentifier,
					     sizeof(buffer), &size, &buffer));
	check(buffer.luid.LowPart == 7 && buffer.luid.HighPart == 9);
	check_fails(AuthzGetInformationFromContext(
			    client, (AUTHZ_CONTEXT_INFORMATION_CLASS)99,
			    sizeof(buffer), &size, &buffer),
		    ERROR_INVALID_PARAMETER);
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
	fixture_begin(PLAIN_USER);
	if (!ConvertStringSidToSidA(USER, &user) ||
	    !ConvertStringSidToSidA("BU", &users) ||
	    !ConvertStringSidToSidA("BG", &guests) ||
	    !AuthzInitializeResourceManager(AUTHZ_RM_FLAG_NO_AUDIT, NULL, NULL,
					    NULL, L"tests", &manager))
		return EXIT_FAILURE;
	run(clients_are_asked_about);
	run(groups_count_as_their_attributes_say);
	run(restricting_sids_must_be_granted_too);
	run(further_descriptors_limit);
	run(types_have_answers_of_their_own);
	run(checks_can_be_made_again);
	run(callbacks_are_asked);
	run(callbacks_of_children_are_not_asked);
	run(groups_are_computed);
	run(tokens_become_clients);
	run(unknown_accounts_have_no_groups_to_tell);
	run(sids_are_changed);
	run(no_change_is_lost);
	run(claims_are_changed);
	run(claims_are_told);
	run(users_are_at_devices);
	run(opens_are_audited_as_they_were_answered);
	run(packages_are_granted_what_they_are_granted);
	run(clients_tell_who_they_are);
	run(nothing_is_no_handle);
	AuthzFreeResourceManager(manager);
	return check_done();
}
