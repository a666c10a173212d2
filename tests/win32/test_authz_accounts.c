/* SPDX-License-Identifier: Apache-2.0 */
/* authz.h and aclapi.h about accounts: their groups and privileges are those of
 * the machine's accounts. */
#include <windows.h>

#include <aclapi.h>
#include <authz.h>

#include "check.h"

static const LUID id;
static AUTHZ_RESOURCE_MANAGER_HANDLE manager;
static union {
	SID sid;
	BYTE bytes[SECURITY_MAX_SID_SIZE];
} alice, bob, readers;

static BOOL find(const char *name, PSID sid)
{
	DWORD size = SECURITY_MAX_SID_SIZE, domain_size = 64;
	SID_NAME_USE use;
	char domain[64];

	return LookupAccountNameA(NULL, name, sid, &size, domain, &domain_size,
				  &use);
}

static AUTHZ_CLIENT_CONTEXT_HANDLE client_of(PSID sid, DWORD flags)
{
	AUTHZ_CLIENT_CONTEXT_HANDLE client = NULL;

	check_say(AuthzInitializeContextFromSid(flags, sid, manager, NULL, id,
						NULL, &client),
		  "%u", GetLastError());
	return client;
}

/* May the client have the first right, which @denied is denied and the readers
 * are granted? */
static BOOL may(AUTHZ_CLIENT_CONTEXT_HANDLE client, PSID denied)
{
	DWORD list[32];
	PACL acl = (PACL)list;
	SECURITY_DESCRIPTOR sd;
	AUTHZ_ACCESS_REQUEST request = {.DesiredAccess = 1};
	ACCESS_MASK mask = 0;
	DWORD error = 7;
	AUTHZ_ACCESS_REPLY reply = {1, &mask, NULL, &error};

	InitializeAcl(acl, sizeof(list), ACL_REVISION);
	if (denied)
		AddAccessDeniedAce(acl, ACL_REVISION, 1, denied);
	AddAccessAllowedAce(acl, ACL_REVISION, 1, &alice);
	AddAccessAllowedAce(acl, ACL_REVISION, 1, &readers);
	InitializeSecurityDescriptor(&sd, SECURITY_DESCRIPTOR_REVISION);
	SetSecurityDescriptorOwner(&sd, &readers, FALSE);
	SetSecurityDescriptorGroup(&sd, &readers, FALSE);
	SetSecurityDescriptorDacl(&sd, TRUE, acl, FALSE);
	check(AuthzAccessCheck(0, client, &request, NULL, &sd, NULL, 0, &reply,
			       NULL));
	check(error == ERROR_SUCCESS || error == ERROR_ACCESS_DENIED);
	return error == ERROR_SUCCESS;
}

static void groups_of_accounts_count(void)
{
	AUTHZ_CLIENT_CONTEXT_HANDLE one = client_of(&alice, 0);
	AUTHZ_CLIENT_CONTEXT_HANDLE other = client_of(&bob, 0);
	AUTHZ_CLIENT_CONTEXT_HANDLE bare =
		client_of(&alice, AUTHZ_SKIP_TOKEN_GROUPS);

	check(may(one, NULL));
	check(!may(one, &readers));
	check(!may(one, &alice));
	check(!may(other, NULL));
	check(may(bare, &readers));
	AuthzFreeContext(one);
	AuthzFreeContext(other);
	AuthzFreeContext(bare);
}

static BOOL has_backup(AUTHZ_CLIENT_CONTEXT_HANDLE client)
{
	union {
		TOKEN_PRIVILEGES privileges;
		BYTE bytes[1024];
	} buffer;
	LUID backup;
	DWORD size;

	check(LookupPrivilegeValueA(NULL, SE_BACKUP_NAME, &backup));
	check(AuthzGetInformationFromContext(client, AuthzContextInfoPrivileges,
					     sizeof(buffer), &size, &buffer));
	for (DWORD i = 0; i < buffer.privileges.PrivilegeCount; i++) {
		if (buffer.privileges.Privileges[i].Luid.LowPart ==
		    backup.LowPart)
			return TRUE;
	}
	return FALSE;
}

static void privileges_are_computed_when_asked_for(void)
{
	static const struct {
		PSID sid;
		DWORD flags;
		BOOL has;
	} rows[] = {
		{&bob, AUTHZ_COMPUTE_PRIVILEGES, TRUE},
		{&bob, AUTHZ_COMPUTE_PRIVILEGES | AUTHZ_SKIP_TOKEN_GROUPS,
		 TRUE},
		{&bob, 0, FALSE},
		{&alice, AUTHZ_COMPUTE_PRIVILEGES, FALSE},
		{&readers, AUTHZ_COMPUTE_PRIVILEGES, FALSE},
	};

	for (unsigned i = 0; i < ARRAYSIZE(rows); i++) {
		AUTHZ_CLIENT_CONTEXT_HANDLE client =
			client_of(rows[i].sid, rows[i].flags);

		check_say(has_backup(client) == rows[i].has, "row %u", i);
		AuthzFreeContext(client);
	}
}

static void rights_are_those_of_groups_too(void)
{
	static char name[] = "bob";
	DWORD list[32];
	PACL acl = (PACL)list;
	TRUSTEE_A trustee;
	ACCESS_MASK mask = 0;

	InitializeAcl(acl, sizeof(list), ACL_REVISION);
	AddAccessDeniedAce(acl, ACL_REVISION, 1, &readers);
	AddAccessAllowedAce(acl, ACL_REVISION, 3, &alice);
	AddAccessAllowedAce(acl, ACL_REVISION, 4, &readers);
	BuildTrusteeWithSidA(&trustee, &alice);
	check_equal(GetEffectiveRightsFromAclA(acl, &trustee, &mask), 0);
	check_equal(mask, 6);
	BuildTrusteeWithNameA(&trustee, name);
	check_equal(GetEffectiveRightsFromAclA(acl, &trustee, &mask), 0);
	check_equal(mask, 0);
}

/* While a client is impersonated nobody is looked up: better no answer than
 * one without the groups. */
static void no_group_is_forgotten_while_impersonating(void)
{
	AUTHZ_CLIENT_CONTEXT_HANDLE client = NULL;

	check(ImpersonateSelf(SecurityIdentification));
	if (AuthzInitializeContextFromSid(0, &alice, manager, NULL, id, NULL,
					  &client)) {
		check(!may(client, &readers));
		AuthzFreeContext(client);
	}
	check(RevertToSelf());
}

int main(void)
{
	if (!find("alice", &alice) || !find("bob", &bob) ||
	    !find("readers", &readers) ||
	    !AuthzInitializeResourceManager(AUTHZ_RM_FLAG_NO_AUDIT, NULL, NULL,
					    NULL, NULL, &manager)) {
		printf("no accounts: %u\n", GetLastError());
		return EXIT_FAILURE;
	}
	run(groups_of_accounts_count);
	run(privileges_are_computed_when_asked_for);
	run(rights_are_those_of_groups_too);
	run(no_group_is_forgotten_while_impersonating);
	AuthzFreeResourceManager(manager);
	return check_done();
}
