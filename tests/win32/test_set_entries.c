/* SPDX-License-Identifier: Apache-2.0 */
/* aclapi.h: entries about trustees into ACLs and descriptors and out of them.
 */
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>

#include <aclapi.h>
#include <string.h>

#include "descriptor.h"

static void *const wild = (void *)0x10;
static PSID world, users, system_sid;

static PACL dacl_of(PSECURITY_DESCRIPTOR sd)
{
	BOOL present = FALSE, defaulted;
	PACL acl = NULL;

	GetSecurityDescriptorDacl(sd, &present, &acl, &defaulted);
	return present ? acl : NULL;
}

static const struct {
	const char *before; /* NULL: no list */
	struct {
		ACCESS_MODE mode;
		DWORD mask;
		DWORD inheritance;
		const char *sid; /* NULL: no such entry */
	} entries[2];
	const char *wanted;
} edits[] = {
	{NULL, {{GRANT_ACCESS, 0x1f0003, 0, "WD"}}, "D:(A;;0x1f0003;;;WD)"},
	{"D:(A;;0x1f0003;;;WD)",
	 {{DENY_ACCESS, 2, SUB_CONTAINERS_AND_OBJECTS_INHERIT, "SY"}},
	 "D:(D;OICI;DC;;;SY)(A;;0x1f0003;;;WD)"},
	{"D:(A;;0x1f0003;;;WD)",
	 {{GRANT_ACCESS, 0x1f0003, 0, "WD"}, {DENY_ACCESS, 2, 0, "SY"}},
	 "D:(D;;DC;;;SY)(A;;0x1f0003;;;WD)"},
	{"D:(A;;KR;;;BU)",
	 {{GRANT_ACCESS, KEY_WRITE, 0, "BU"}},
	 "D:(A;;CCDCLCSWRPRC;;;BU)"},
	{"D:(D;;KW;;;BU)(A;;KR;;;BU)",
	 {{SET_ACCESS, KEY_WRITE, 0, "BU"}},
	 "D:(A;;KW;;;BU)"},
	{"D:(A;;KR;;;BU)(A;;KR;;;WD)(D;;KW;;;WD)",
	 {{REVOKE_ACCESS, 0, 0, "WD"}},
	 "D:(A;;KR;;;BU)(D;;KW;;;WD)"},
	{"D:AI(A;ID;FA;;;BU)",
	 {{DENY_ACCESS, 1, 0, "BU"}},
	 "D:(D;;CC;;;BU)(A;ID;FA;;;BU)"},
	{"D:(A;;FA;;;BU)", {{NOT_USED_ACCESS, 0, 0, NULL}}, "D:(A;;FA;;;BU)"},
};

static void entries_are_worked_in(void)
{
	for (unsigned i = 0; i < ARRAYSIZE(edits); i++) {
		PSECURITY_DESCRIPTOR sd = sd_of(edits[i].before);
		EXPLICIT_ACCESS_A entries[2] = {0};
		PSID sids[2] = {NULL, NULL};
		PACL acl = wild;
		ULONG n = 0;

		for (; n < 2 && edits[i].entries[n].sid; n++) {
			ConvertStringSidToSidA(edits[i].entries[n].sid,
					       &sids[n]);
			entries[n].grfAccessMode = edits[i].entries[n].mode;
			entries[n].grfAccessPermissions =
				edits[i].entries[n].mask;
			entries[n].grfInheritance =
				edits[i].entries[n].inheritance;
			BuildTrusteeWithSidA(&entries[n].Trustee, sids[n]);
		}
		check_equal(SetEntriesInAclA(n, entries,
					     sd ? dacl_of(sd) : NULL, &acl),
			    0);
		check_say(acl_is(acl, edits[i].wanted), "row %u", i);
		LocalFree(acl);
		LocalFree(sids[0]);
		LocalFree(sids[1]);
		LocalFree(sd);
	}
}

static void nothing_into_nothing_is_nothing(void)
{
	PACL acl = wild;

	check_equal(SetEntriesInAclA(0, NULL, NULL, &acl), 0);
	check(acl == NULL);
	check_equal(SetEntriesInAclW(0, NULL, NULL, &acl), 0);
	check_equal(SetEntriesInAclW(0, NULL, NULL, NULL),
		    ERROR_INVALID_PARAMETER);
	check_equal(SetEntriesInAclW(1, NULL, NULL, &acl),
		    ERROR_INVALID_PARAMETER);
}

static void trustees_must_be_somebody(void)
{
	BYTE bad[SECURITY_MAX_SID_SIZE] = {2, 1};
	EXPLICIT_ACCESS_W entry = {.grfAccessMode = GRANT_ACCESS,
				   .grfAccessPermissions = KEY_READ};
	PACL acl = wild;

	BuildTrusteeWithSidW(&entry.Trustee, world);
	entry.Trustee.MultipleTrusteeOperation = TRUSTEE_IS_IMPERSONATE;
	check_equal(SetEntriesInAclW(1, &entry, NULL, &acl),
		    ERROR_INVALID_PARAMETER);
	check(acl == NULL);
	BuildTrusteeWithSidW(&entry.Trustee, world);
	entry.Trustee.TrusteeForm = TRUSTEE_BAD_FORM;
	acl = wild;
	check_equal(SetEntriesInAclW(1, &entry, NULL, &acl),
		    ERROR_INVALID_PARAMETER);
	check(acl == NULL);
	BuildTrusteeWithSidW(&entry.Trustee, bad);
	check_equal(SetEntriesInAclW(1, &entry, NULL, &acl), ERROR_INVALID_SID);
	BuildTrusteeWithNameW(&entry.Trustee, NULL);
	check_equal(SetEntriesInAclW(1, &entry, NULL, &acl),
		    ERROR_INVALID_PARAMETER);
	BuildTrusteeWithSidW(&entry.Trustee, world);
	entry.grfAccessMode = (ACCESS_MODE)7;
	check_equal(SetEntriesInAclW(1, &entry, NULL, &acl),
		    ERROR_INVALID_PARAMETER);
	entry.grfAccessMode = GRANT_ACCESS;
	entry.grfInheritance = 0x100;
	check_equal(SetEntriesInAclW(1, &entry, NULL, &acl),
		    ERROR_INVALID_PARAMETER);
}

static void names_are_looked_up(void)
{
	static WCHAR everyone[] = L"Everyone", me[] = L"CURRENT_USER";
	static WCHAR nobody[] = L"no-such-account-here";
	EXPLICIT_ACCESS_W entry;
	PACL acl = NULL;

	BuildExplicitAccessWithNameW(&entry, everyone, KEY_WRITE, GRANT_ACCESS,
				     NO_INHERITANCE);
	check_equal(SetEntriesInAclW(1, &entry, NULL, &acl), 0);
	check(acl_is(acl, "D:(A;;KW;;;WD)"));
	LocalFree(acl);
	BuildExplicitAccessWithNameW(&entry, me, KEY_WRITE, GRANT_ACCESS,
				     NO_INHERITANCE);
	check_equal(SetEntriesInAclW(1, &entry, NULL, &acl), 0);
	check_equal(acl->AceCount, 1); /* whoever that is */
	LocalFree(acl);
	BuildExplicitAccessWithNameW(&entry, nobody, KEY_WRITE, GRANT_ACCESS,
				     NO_INHERITANCE);
	check_equal(SetEntriesInAclW(1, &entry, NULL, &acl), ERROR_NONE_MAPPED);
	check(acl == NULL);
}

static void narrow_names_are_looked_up(void)
{
	static char everyone[] = "Everyone";
	EXPLICIT_ACCESS_A entry;
	PACL acl = NULL;

	BuildExplicitAccessWithNameA(&entry, everyone, KEY_READ, SET_ACCESS, 0);
	check_equal(SetEntriesInAclA(1, &entry, NULL, &acl), 0);
	check(acl_is(acl, "D:(A;;KR;;;WD)"));
	LocalFree(acl);
}

static void lists_come_back_as_entries(void)
{
	PSECURITY_DESCRIPTOR sd =
		sd_of("D:(A;;KR;;;BU)(D;;KW;;;WD)(A;OICIID;FA;;;SY)"
		      "(OA;;CR;12345678-1234-5678-1122-334455667788;;BU)");
	PEXPLICIT_ACCESS_A list = NULL;
	OBJECTS_AND_SID *objects;
	PACL again = NULL;
	ULONG n = 0;

	check_equal(GetExplicitEntriesFromAclA(dacl_of(sd), &n, &list), 0);
	check_equal(n, 4);
	check_equal(list[0].grfAccessMode, GRANT_ACCESS);
	check_equal(list[0].grfAccessPermissions, KEY_READ);
	check_equal(list[0].grfInheritance, NO_INHERITANCE);
	check_equal(list[0].Trustee.TrusteeForm, TRUSTEE_IS_SID);
	check(EqualSid(list[0].Trustee.ptstrName, users));
	check_equal(list[1].grfAccessMode, DENY_ACCESS);
	check(EqualSid(list[1].Trustee.ptstrName, world));
	check_equal(list[2].grfInheritance, SUB_CONTAINERS_AND_OBJECTS_INHERIT |
						    INHERITED_ACCESS_ENTRY);
	check(EqualSid(list[2].Trustee.ptstrName, system_sid));
	check_equal(list[3].Trustee.TrusteeForm, TRUSTEE_IS_OBJECTS_AND_SID);
	objects = (OBJECTS_AND_SID *)(void *)list[3].Trustee.ptstrName;
	check_equal(objects->ObjectsPresent, ACE_OBJECT_TYPE_PRESENT);
	check_equal(objects->ObjectTypeGuid.Data1, 0x12345678);
	check(EqualSid(objects->pSid, users));
	/* what comes out goes in */
	check_equal(SetEntriesInAclA(n, list, NULL, &again), 0);
	check_equal(again->AceCount, 4);
	LocalFree(again);
	LocalFree(list);
	LocalFree(sd);
	n = 7;
	list = wild;
	check_equal(GetExplicitEntriesFromAclA(NULL, &n, &list), 0);
	check_equal(n, 0);
	check(list == NULL);
	check_equal(GetExplicitEntriesFromAclA(NULL, NULL, &list),
		    ERROR_INVALID_PARAMETER);
}

static const struct {
	const char *dacl;
	const char *sid;
	DWORD mask;
} effective[] = {
	{"D:(A;;KR;;;BU)", "BU", KEY_READ},
	{"D:(A;;KR;;;WD)", "BU", KEY_READ},
	{"D:(D;;1;;;WD)(A;;3;;;BU)", "BU", 2},
	{"D:(A;;KR;;;SY)", "BU", 0},
	{"D:", "BU", 0},
};

static void rights_are_those_of_somebody(void)
{
	for (unsigned i = 0; i < ARRAYSIZE(effective); i++) {
		PSECURITY_DESCRIPTOR sd = sd_of(effective[i].dacl);
		ACCESS_MASK mask = 0xdeadbeef;
		PSID sid = NULL;
		TRUSTEE_A trustee;

		ConvertStringSidToSidA(effective[i].sid, &sid);
		BuildTrusteeWithSidA(&trustee, sid);
		check_equal(GetEffectiveRightsFromAclA(dacl_of(sd), &trustee,
						       &mask),
			    0);
		check_equal(mask, effective[i].mask);
		LocalFree(sid);
		LocalFree(sd);
	}
}

static void audits_are_of_somebody(void)
{
	PSECURITY_DESCRIPTOR sd =
		sd_of("S:(AU;SA;KR;;;BU)(AU;FA;KW;;;WD)(AU;SA;FA;;;SY)");
	BOOL present, defaulted;
	ACCESS_MASK success, failure;
	TRUSTEE_W trustee;
	PACL sacl;

	GetSecurityDescriptorSacl(sd, &present, &sacl, &defaulted);
	BuildTrusteeWithSidW(&trustee, users);
	check_equal(GetAuditedPermissionsFromAclW(sacl, &trustee, &success,
						  &failure),
		    0);
	check_equal(success, KEY_READ);
	check_equal(failure, KEY_WRITE);
	check_equal(
		GetAuditedPermissionsFromAclW(sacl, NULL, &success, &failure),
		ERROR_INVALID_PARAMETER);
	check_equal(GetAuditedPermissionsFromAclW(NULL, &trustee, &success,
						  &failure),
		    ERROR_INVALID_PARAMETER);
	LocalFree(sd);
}

static void descriptors_are_built(void)
{
	SECURITY_DESCRIPTOR absolute;
	PSECURITY_DESCRIPTOR old = sd_of("O:BAG:BAD:(A;;FA;;;BA)"), sd = wild;
	EXPLICIT_ACCESS_W entry = {.grfAccessMode = GRANT_ACCESS,
				   .grfAccessPermissions = FILE_GENERIC_READ};
	TRUSTEE_W owner;
	char *text = NULL;
	ULONG size = 7;

	BuildTrusteeWithSidW(&owner, users);
	BuildTrusteeWithSidW(&entry.Trustee, world);
	InitializeSecurityDescriptor(&absolute, SECURITY_DESCRIPTOR_REVISION);
	check_equal(BuildSecurityDescriptorW(NULL, NULL, 0, NULL, 0, NULL,
					     &absolute, &size, &sd),
		    ERROR_INVALID_SECURITY_DESCR);
	check(sd == wild);
	check_equal(size, 7);
	check_equal(BuildSecurityDescriptorW(NULL, NULL, 0, NULL, 0, NULL, NULL,
					     &size, &sd),
		    0);
	check(IsValidSecurityDescriptor(sd));
	check_equal(size, GetSecurityDescriptorLength(sd));
	LocalFree(sd);
	check_equal(BuildSecurityDescriptorW(&owner, NULL, 1, &entry, 0, NULL,
					     old, &size, &sd),
		    0);
	check_equal(size, GetSecurityDescriptorLength(sd));
	check(ConvertSecurityDescriptorToStringSecurityDescriptorA(
		sd, SDDL_REVISION_1, 0xf, &text, NULL));
	check_say(strcmp(text, "O:BUG:BAD:(A;;FR;;;WD)(A;;FA;;;BA)") == 0 ||
			  strcmp(text, "O:BUG:BAD:(A;;FA;;;BA)(A;;FR;;;WD)") ==
				  0,
		  "%s", text);
	LocalFree(text);
	LocalFree(sd);
	LocalFree(old);
}

static void descriptors_are_taken_apart(void)
{
	PSECURITY_DESCRIPTOR sd =
		sd_of("O:BUG:SYD:(A;;FA;;;WD)S:(AU;SAFA;FA;;;WD)");
	PTRUSTEE_W owner = NULL, group = NULL;
	PEXPLICIT_ACCESS_W access = NULL, audit = NULL;
	ULONG n_access = 0, n_audit = 0;

	check_equal(LookupSecurityDescriptorPartsW(&owner, &group, &n_access,
						   &access, &n_audit, &audit,
						   sd),
		    0);
	check(EqualSid(owner->ptstrName, users));
	check(EqualSid(group->ptstrName, system_sid));
	check_equal(n_access, 1);
	check_equal(access[0].grfAccessPermissions, FILE_ALL_ACCESS);
	check_equal(n_audit, 2);
	check_equal(audit[0].grfAccessMode, SET_AUDIT_SUCCESS);
	check_equal(audit[1].grfAccessMode, SET_AUDIT_FAILURE);
	LocalFree(owner);
	LocalFree(group);
	LocalFree(access);
	LocalFree(audit);
	check_equal(LookupSecurityDescriptorPartsW(NULL, NULL, &n_access, NULL,
						   NULL, NULL, sd),
		    0);
	check_equal(LookupSecurityDescriptorPartsW(NULL, NULL, NULL, &access,
						   NULL, NULL, sd),
		    ERROR_INVALID_PARAMETER);
	LocalFree(sd);
}

static void trustees_are_filled_in(void)
{
	GUID guid = {1, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}};
	const GUID zero = {0, 0, 0, {0}};
	static char name[] = "name", type[] = "type", heirs[] = "heirs";
	OBJECTS_AND_NAME_A names;
	OBJECTS_AND_SID objects;
	TRUSTEE_A trustee, server;

	memset(&trustee, 0xff, sizeof(trustee));
	BuildTrusteeWithNameA(&trustee, name);
	check(trustee.pMultipleTrustee == NULL);
	check_equal(GetMultipleTrusteeOperationA(&trustee),
		    NO_MULTIPLE_TRUSTEE);
	check_equal(GetTrusteeFormA(&trustee), TRUSTEE_IS_NAME);
	check_equal(GetTrusteeTypeA(&trustee), TRUSTEE_IS_UNKNOWN);
	check(GetTrusteeNameA(&trustee) == name);
	BuildTrusteeWithSidA(&trustee, world);
	check_equal(trustee.TrusteeForm, TRUSTEE_IS_SID);
	check(trustee.ptstrName == world);
	check(GetTrusteeNameA(&trustee) == NULL);
	memset(&objects, 0xff, sizeof(objects));
	BuildTrusteeWithObjectsAndSidA(&trustee, &objects, NULL, &guid, world);
	check_equal(trustee.TrusteeForm, TRUSTEE_IS_OBJECTS_AND_SID);
	check((void *)trustee.ptstrName == &objects);
	check_equal(objects.ObjectsPresent, ACE_INHERITED_OBJECT_TYPE_PRESENT);
	check(memcmp(&objects.ObjectTypeGuid, &zero, sizeof(zero)) == 0);
	check(memcmp(&objects.InheritedObjectTypeGuid, &guid, sizeof(guid)) ==
	      0);
	check(objects.pSid == world);
	BuildTrusteeWithObjectsAndNameA(&trustee, &names, SE_KERNEL_OBJECT,
					type, heirs, name);
	check_equal(trustee.TrusteeForm, TRUSTEE_IS_OBJECTS_AND_NAME);
	check_equal(names.ObjectsPresent, 3);
	check_equal(names.ObjectType, SE_KERNEL_OBJECT);
	check(names.ObjectTypeName == type && names.ptstrName == name);
	check(names.InheritedObjectTypeName == heirs);
	BuildTrusteeWithNameA(&server, name);
	BuildImpersonateTrusteeA(&trustee, &server);
	check_equal(GetMultipleTrusteeOperationA(&trustee),
		    TRUSTEE_IS_IMPERSONATE);
	check(GetMultipleTrusteeA(&trustee) == &server);
}

int main(void)
{
	if (!ConvertStringSidToSidA("WD", &world) ||
	    !ConvertStringSidToSidA("BU", &users) ||
	    !ConvertStringSidToSidA("SY", &system_sid))
		return EXIT_FAILURE;
	run(entries_are_worked_in);
	run(nothing_into_nothing_is_nothing);
	run(trustees_must_be_somebody);
	run(names_are_looked_up);
	run(narrow_names_are_looked_up);
	run(lists_come_back_as_entries);
	run(rights_are_those_of_somebody);
	run(audits_are_of_somebody);
	run(descriptors_are_built);
	run(descriptors_are_taken_apart);
	run(trustees_are_filled_in);
	return check_done();
}
