/* SPDX-License-Identifier: Apache-2.0 */
/* authz.h: what clients are made of (groups, claims, devices, packages), how
 * that is changed and told. */
#include <windows.h>

#include "authz-fixture.h"

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

int main(void)
{
	authz_begin();
	run(groups_are_computed);
	run(tokens_become_clients);
	run(unknown_accounts_have_no_groups_to_tell);
	run(sids_are_changed);
	run(no_change_is_lost);
	run(claims_are_changed);
	run(claims_are_told);
	run(users_are_at_devices);
	run(packages_are_granted_what_they_are_granted);
	run(clients_tell_who_they_are);
	AuthzFreeResourceManager(manager);
	return check_done();
}
