/* SPDX-License-Identifier: Apache-2.0 */
/* ACLs in the caller's memory and their entries (MS-DTYP 2.4.4, 2.4.5). */
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>

#include <string.h>
#include <winternl.h>

#include "descriptor.h"

#define MAXIMUM 0xffff

static void *const wild = (void *)0x10;
static PSID world, users, low;

/* A fresh ACL, aligned. */
static PACL new_acl(DWORD size, DWORD revision)
{
	static DWORD memory[4096];

	memset(memory, 0xcc, sizeof(memory));
	if (!InitializeAcl((PACL)memory, size, revision))
		exit(1);
	return (PACL)memory;
}

static const struct {
	DWORD size;
	DWORD revision;
	DWORD error;
} sizes[] = {
	{0, 2, ERROR_INSUFFICIENT_BUFFER},
	{7, 2, ERROR_INSUFFICIENT_BUFFER},
	{8, 2, 0},
	{256, 0, ERROR_INVALID_PARAMETER},
	{256, 1, ERROR_INVALID_PARAMETER},
	{256, 2, 0},
	{256, 3, 0},
	{256, 4, 0},
	{256, 5, ERROR_INVALID_PARAMETER},
	{256, (DWORD)-1, ERROR_INVALID_PARAMETER},
	{0xffff, 2, 0},
	{0x10000, 2, ERROR_INVALID_PARAMETER},
	{0xffffffff, 2, ERROR_INVALID_PARAMETER},
};

static void an_empty_list_has_a_size_and_a_revision(void)
{
	ACL acl;

	for (unsigned i = 0; i < ARRAYSIZE(sizes); i++) {
		memset(&acl, 0xcc, sizeof(acl));
		SetLastError(0xdeadbeef);
		check_equal(
			InitializeAcl(&acl, sizes[i].size, sizes[i].revision),
			!sizes[i].error);
		check_equal(GetLastError(),
			    sizes[i].error ? sizes[i].error : 0xdeadbeef);
		if (sizes[i].error) {
			check_equal(acl.AclRevision, 0xcc);
			continue;
		}
		check_equal(acl.AclRevision, sizes[i].revision);
		check_equal(acl.AclSize, sizes[i].size & ~3u);
		check_equal(acl.AceCount, 0);
	}
}

static void valid_lists_have_known_revisions(void)
{
	PACL acl = new_acl(256, 2);

	for (int revision = 0; revision < 8; revision++) {
		acl->AclRevision = (BYTE)revision;
		check_equal(IsValidAcl(acl), revision >= 2 && revision <= 4);
		check_equal(RtlValidAcl(acl), revision >= 2 && revision <= 4);
	}
}

static void pointers_to_nothing_are_no_lists(void)
{
	ACL zero = {0};

	check(!IsValidAcl(NULL));
	check(!IsValidAcl(wild));
	check(!IsValidAcl(&zero));
}

/* Each of these bytes, spoilt, spoils the list. */
static const struct {
	unsigned at;
	BYTE value;
	const char *what;
} spoilt[] = {
	{2, 7, "no header"},
	{2, 12, "room for half an entry"},
	{4, 2, "one entry more"},
	{8 + 2, 0, "an entry of no size"},
	{8 + 2, 3, "less than a header"},
	{8 + 2, 16, "no room for the SID"},
	{8 + 2, 22, "not a multiple of four"},
	{8 + 2, 64, "larger than the list"},
	{8 + 8, 2, "revision of the SID"},
	{8 + 9, 16, "sub-authorities of the SID"},
	{8 + 9, 3, "sub-authorities beyond the entry"},
};

static void entries_lie_inside_and_hold_a_sid(void)
{
	for (unsigned i = 0; i < ARRAYSIZE(spoilt); i++) {
		PACL acl = new_acl(28, 2);

		check(AddAccessAllowedAce(acl, 2, 1, world));
		check(IsValidAcl(acl));
		((BYTE *)acl)[spoilt[i].at] = spoilt[i].value;
		check_say(!IsValidAcl(acl), "valid: %s", spoilt[i].what);
	}
}

static void entries_are_added_in_order_until_it_is_full(void)
{
	PACL acl = new_acl(8 + 20 + 24, 2);

	check(AddAccessAllowedAce(acl, 2, GENERIC_READ, world));
	check(AddAccessDeniedAceEx(acl, 2, CONTAINER_INHERIT_ACE, DELETE,
				   users));
	check(acl_is(acl, "D:(A;;GR;;;WD)(D;CI;SD;;;BU)"));
	check_fails(AddAccessAllowedAce(acl, 2, 1, world),
		    ERROR_ALLOTTED_SPACE_EXCEEDED);
	check_equal(acl->AceCount, 2);
	check_equal(RtlAddAccessAllowedAce(acl, 2, 1, world),
		    STATUS_ALLOTTED_SPACE_EXCEEDED);
}

static void adding_asks_for_sid_flags_and_revision(void)
{
	BYTE bad[SECURITY_MAX_SID_SIZE] = {2, 1};
	PACL acl = new_acl(256, 2);

	check_fails(AddAccessAllowedAce(acl, 2, 1, bad), ERROR_INVALID_SID);
	check_fails(AddAccessDeniedAce(acl, 2, 1, bad), ERROR_INVALID_SID);
	check_fails(AddAuditAccessAce(acl, 2, 1, bad, TRUE, TRUE),
		    ERROR_INVALID_SID);
	check_fails(AddAccessAllowedAceEx(acl, 2, 0x20, 1, world),
		    ERROR_INVALID_PARAMETER);
	check_fails(AddAccessAllowedAceEx(acl, 2, SUCCESSFUL_ACCESS_ACE_FLAG, 1,
					  world),
		    ERROR_INVALID_PARAMETER);
	check_fails(AddAccessAllowedAceEx(acl, 2, 0x100, 1, world),
		    ERROR_INVALID_PARAMETER);
	check_fails(AddAccessAllowedAce(acl, 5, 1, world),
		    ERROR_REVISION_MISMATCH);
	acl->AclRevision = 5;
	check_fails(AddAccessAllowedAce(acl, 2, 1, world),
		    ERROR_REVISION_MISMATCH);
	acl->AclRevision = 2;
	check_equal(acl->AceCount, 0);
	acl->AceCount = 1;
	acl->AclSize = 11;
	check_fails(AddAccessAllowedAce(acl, 2, 1, world), ERROR_INVALID_ACL);
}

static void the_revision_only_rises(void)
{
	PACL acl = new_acl(256, 2);

	check(AddAccessAllowedAce(acl, 4, 1, world));
	check_equal(acl->AclRevision, 4);
	check(AddAccessAllowedAce(acl, 2, 1, world));
	check_equal(acl->AclRevision, 4);
	acl = new_acl(256, 2);
	check(AddAccessAllowedAce(acl, 1, 1, world));
	check_equal(acl->AclRevision, 2);
}

/* Recorded on Windows: any revision is accepted, even one that spoils the
 * list. */
static void whole_entries_take_any_revision(void)
{
	PACL acl = new_acl(256, 2), from = new_acl(64, 2);
	BYTE entry[20];
	PVOID ace;

	check(AddAccessAllowedAce(from, 2, 1, world));
	check(GetAce(from, 0, &ace));
	memcpy(entry, ace, sizeof(entry));
	acl = new_acl(256, 2);
	check(AddAce(acl, 4, MAXDWORD, entry, sizeof(entry)));
	check_equal(acl->AclRevision, 4);
	check(AddAce(acl, 1, MAXDWORD, entry, sizeof(entry)));
	check_equal(acl->AclRevision, 4);
	check(AddAce(acl, 5, MAXDWORD, entry, sizeof(entry)));
	check_equal(acl->AclRevision, 5);
	check_fails(AddAce(acl, 1, MAXDWORD, entry, sizeof(entry)),
		    ERROR_INVALID_PARAMETER);
}

static void whole_entries_go_where_the_index_says(void)
{
	PACL from = new_acl(64, 2), acl;
	BYTE two[40];

	check(AddAccessDeniedAce(from, 2, 1, world));
	check(AddAccessDeniedAce(from, 2, 2, world));
	memcpy(two, from + 1, sizeof(two));
	acl = new_acl(8 + 4 * 20, 2);
	check(AddAccessAllowedAce(acl, 2, 4, world));
	check(AddAccessAllowedAce(acl, 2, 8, world));
	check(AddAce(acl, 2, 1, two, sizeof(two)));
	check(acl_is(acl, "D:(A;;LC;;;WD)(D;;CC;;;WD)(D;;DC;;;WD)"
			  "(A;;SW;;;WD)"));
	check_fails(AddAce(acl, 2, 0, two, 20), ERROR_ALLOTTED_SPACE_EXCEEDED);
	acl = new_acl(128, 2);
	check_fails(AddAce(acl, 2, 0, two, 19), ERROR_INVALID_PARAMETER);
	check_fails(AddAce(acl, 2, 0, two, 30), ERROR_INVALID_PARAMETER);
	check_fails(AddAce(acl, 2, 0, NULL, 20), ERROR_INVALID_PARAMETER);
	two[2] = 3;
	check_fails(AddAce(acl, 2, 0, two, 20), ERROR_INVALID_PARAMETER);
	check_equal(acl->AceCount, 0);
}

static void entries_are_found_and_deleted_by_index(void)
{
	PACL acl = new_acl(256, 2);
	ACCESS_ALLOWED_ACE *ace = NULL;

	for (DWORD mask = 1; mask <= 4; mask *= 2)
		check(AddAccessAllowedAce(acl, 2, mask, world));
	check(GetAce(acl, 2, (LPVOID *)&ace));
	check_equal(ace->Mask, 4);
	check_fails(GetAce(acl, 3, (LPVOID *)&ace), ERROR_INVALID_PARAMETER);
	check_fails(DeleteAce(acl, 3), ERROR_INVALID_PARAMETER);
	check(DeleteAce(acl, 1));
	check(acl_is(acl, "D:(A;;CC;;;WD)(A;;LC;;;WD)"));
	check(DeleteAce(acl, 1));
	check(DeleteAce(acl, 0));
	check_equal(acl->AceCount, 0);
	check_fails(DeleteAce(acl, 0), ERROR_INVALID_PARAMETER);
	acl->AclRevision = 1;
	check_fails(GetAce(acl, 0, (LPVOID *)&ace), ERROR_INVALID_PARAMETER);
}

static void room_is_found_behind_the_last_entry(void)
{
	PACL acl = new_acl(8 + 24, 2);
	PVOID at = wild;

	check(FindFirstFreeAce(acl, &at));
	check(at == acl + 1);
	check(AddAccessAllowedAce(acl, 2, 1, world));
	check(FindFirstFreeAce(acl, &at));
	check(at == (BYTE *)acl + 28);
	acl->AclSize = 28;
	check(FindFirstFreeAce(acl, &at));
	check(at == NULL);
	acl->AceCount = 2;
	check(!FindFirstFreeAce(acl, &at));
	check(at == NULL);
}

static void lists_tell_their_sizes(void)
{
	PACL acl = new_acl(100, 2);
	ACL_SIZE_INFORMATION size;
	ACL_REVISION_INFORMATION revision = {3};

	check(AddAccessAllowedAce(acl, 2, 1, world));
	check(GetAclInformation(acl, &size, sizeof(size), AclSizeInformation));
	check_equal(size.AceCount, 1);
	check_equal(size.AclBytesInUse, 28);
	check_equal(size.AclBytesFree, 72);
	check_fails(GetAclInformation(acl, &size, sizeof(size) - 1,
				      AclSizeInformation),
		    ERROR_INSUFFICIENT_BUFFER);
	check_fails(GetAclInformation(acl, &size, sizeof(size),
				      (ACL_INFORMATION_CLASS)7),
		    ERROR_INVALID_PARAMETER);
	check(SetAclInformation(acl, &revision, sizeof(revision),
				AclRevisionInformation));
	check_equal(acl->AclRevision, 3);
	revision.AclRevision = 2;
	check_fails(SetAclInformation(acl, &revision, sizeof(revision),
				      AclRevisionInformation),
		    ERROR_INVALID_PARAMETER);
	check_fails(
		SetAclInformation(acl, &revision, 3, AclRevisionInformation),
		ERROR_INSUFFICIENT_BUFFER);
	check_fails(
		SetAclInformation(acl, &size, sizeof(size), AclSizeInformation),
		ERROR_INVALID_PARAMETER);
	check(GetAclInformation(acl, &revision, sizeof(revision),
				AclRevisionInformation));
	check_equal(revision.AclRevision, 3);
}

static void audits_have_outcomes(void)
{
	PACL acl = new_acl(256, 2);

	check(AddAuditAccessAce(acl, 2, GENERIC_ALL, world, TRUE, FALSE));
	check(AddAuditAccessAce(acl, 2, GENERIC_ALL, world, FALSE, TRUE));
	check(AddAuditAccessAceEx(acl, 2, OBJECT_INHERIT_ACE, GENERIC_ALL,
				  world, TRUE, TRUE));
	check(acl_is(acl, "S:(AU;SA;GA;;;WD)(AU;FA;GA;;;WD)"
			  "(AU;OISAFA;GA;;;WD)"));
}

static void labels_have_known_policies(void)
{
	PACL acl = new_acl(256, 2);
	SYSTEM_MANDATORY_LABEL_ACE *ace = NULL;

	check_fails(AddMandatoryAce(acl, 2, 0, 0x1234, low),
		    ERROR_INVALID_PARAMETER);
	check(AddMandatoryAce(acl, 2, 0, SYSTEM_MANDATORY_LABEL_NO_WRITE_UP,
			      low));
	check(GetAce(acl, 0, (LPVOID *)&ace));
	check_equal(ace->Header.AceType, SYSTEM_MANDATORY_LABEL_ACE_TYPE);
	check_equal(ace->Header.AceFlags, 0);
	check_equal(ace->Mask, SYSTEM_MANDATORY_LABEL_NO_WRITE_UP);
	check(EqualSid(&ace->SidStart, low));
	check_fails(GetAce(acl, 1, (LPVOID *)&ace), ERROR_INVALID_PARAMETER);
	check(AddMandatoryAce(acl, 2, 3, 0, low));
	check(acl_is(acl, "S:(ML;;NW;;;LW)(ML;OICI;;;;LW)"));
	check_equal(
		RtlAddMandatoryAce(acl, 2, 0, low, ACCESS_ALLOWED_ACE_TYPE, 0),
		STATUS_INVALID_PARAMETER);
}

static void object_entries_need_revision_four(void)
{
	GUID type = {0x12345678, 0x1234, 0x5678, {1, 2, 3, 4, 5, 6, 7, 8}};
	PACL acl = new_acl(512, 2);

	check_fails(AddAccessAllowedObjectAce(acl, 2, 0, 1, &type, NULL, world),
		    ERROR_REVISION_MISMATCH);
	check_fails(AddAccessDeniedObjectAce(acl, 3, 0, 1, &type, NULL, world),
		    ERROR_REVISION_MISMATCH);
	check_equal(
		RtlAddAccessAllowedObjectAce(acl, 2, 0, 1, NULL, &type, world),
		STATUS_REVISION_MISMATCH);
	check(AddAccessAllowedObjectAce(acl, 4, 0, 1, &type, NULL, world));
	check_equal(acl->AclRevision, 4);
	check(AddAccessDeniedObjectAce(acl, 4, CONTAINER_INHERIT_ACE, 1, NULL,
				       &type, world));
	check(AddAccessAllowedObjectAce(acl, 4, 0, 1, NULL, NULL, world));
	check(acl_is(acl, "D:(OA;;CC;12345678-1234-5678-0102-030405060708;;WD)"
			  "(OD;CI;CC;;12345678-1234-5678-0102-030405060708;WD)"
			  "(A;;CC;;;WD)"));
	acl = new_acl(512, 4);
	check(AddAuditAccessObjectAce(acl, 4, 0, 1, &type, NULL, world, TRUE,
				      FALSE));
	check(acl_is(acl, "S:(OU;SA;CC;12345678-1234-5678-0102-030405060708;"
			  ";WD)"));
}

static void conditions_are_compiled(void)
{
	static WCHAR good[] = L"(@User.Title == \"PM\")", bad[] = L"(@User.";
	PACL acl = new_acl(256, 2);
	DWORD size = 0;

	check(AddConditionalAce(acl, 2, 0, ACCESS_ALLOWED_CALLBACK_ACE_TYPE,
				GENERIC_READ, world, good, &size));
	check_equal(acl->AclRevision, 2);
	check_equal(size % 4, 0);
	check(acl_is(acl, "D:(XA;;GR;;;WD;(@USER.Title == \"PM\"))"));
	check_fails(AddConditionalAce(acl, 2, 0,
				      ACCESS_ALLOWED_CALLBACK_ACE_TYPE, 1,
				      world, bad, &size),
		    ERROR_INVALID_ACE_CONDITION);
	check_fails(AddConditionalAce(acl, 2, 0, ACCESS_ALLOWED_ACE_TYPE, 1,
				      world, good, &size),
		    ERROR_INVALID_PARAMETER);
	check_fails(AddConditionalAce(acl, 2, 0,
				      ACCESS_DENIED_CALLBACK_ACE_TYPE, 1, world,
				      NULL, &size),
		    ERROR_INVALID_PARAMETER);
	acl = new_acl(32, 2);
	size = 0;
	check_fails(AddConditionalAce(acl, 2, 0,
				      ACCESS_DENIED_CALLBACK_ACE_TYPE, 1, world,
				      good, &size),
		    ERROR_ALLOTTED_SPACE_EXCEEDED);
	check(size > 32);
}

static void attributes_are_of_everyone(void)
{
	static WCHAR name[] = L"Project", value[] = L"Windows";
	WCHAR *values[] = {value};
	CLAIM_SECURITY_ATTRIBUTE_V1 claim = {
		.Name = name,
		.ValueType = CLAIM_SECURITY_ATTRIBUTE_TYPE_STRING,
		.ValueCount = 1,
		.Values.ppString = values,
	};
	CLAIM_SECURITY_ATTRIBUTES_INFORMATION claims = {
		.Version = CLAIM_SECURITY_ATTRIBUTES_INFORMATION_VERSION_V1,
		.AttributeCount = 1,
		.Attribute.pAttributeV1 = &claim,
	};
	PACL acl = new_acl(256, 2);
	DWORD size = 0;

	check_fails(
		AddResourceAttributeAce(acl, 2, 0, 0, users, &claims, &size),
		ERROR_INVALID_PARAMETER);
	check_fails(
		AddResourceAttributeAce(acl, 2, 0, 1, world, &claims, &size),
		ERROR_INVALID_PARAMETER);
	check_fails(AddResourceAttributeAce(acl, 2, 0, 0, world, NULL, &size),
		    ERROR_INVALID_PARAMETER);
	check(AddResourceAttributeAce(acl, 2, 0, 0, world, &claims, &size));
	check(acl_is(acl, "S:(RA;;;;;WD;(\"Project\",TS,0x0,\"Windows\"))"));
	check_equal(acl->AclRevision, 2);
}

static void policies_have_ids(void)
{
	PSID policy = NULL;
	PACL acl = new_acl(256, 2);

	ConvertStringSidToSidA("S-1-17-1-2-3", &policy);
	check_fails(AddScopedPolicyIDAce(acl, 2, 0, 0, world),
		    ERROR_INVALID_PARAMETER);
	check_fails(AddScopedPolicyIDAce(acl, 2, 0, 1, policy),
		    ERROR_INVALID_PARAMETER);
	check(AddScopedPolicyIDAce(acl, 2, 0, 0, policy));
	check(acl_is(acl, "S:(SP;;;;;S-1-17-1-2-3)"));
	LocalFree(policy);
}

static void trust_has_levels(void)
{
	SYSTEM_PROCESS_TRUST_LABEL_ACE *ace;
	PSID level = NULL;
	PACL acl = new_acl(256, 2);

	ConvertStringSidToSidA("S-1-19-512-4096", &level);
	check_equal(RtlAddProcessTrustLabelAce(
			    acl, 2, 0, world,
			    SYSTEM_PROCESS_TRUST_LABEL_ACE_TYPE, 1),
		    STATUS_INVALID_PARAMETER);
	check_equal(RtlAddProcessTrustLabelAce(acl, 2, 0, level,
					       ACCESS_ALLOWED_ACE_TYPE, 1),
		    STATUS_INVALID_PARAMETER);
	check_equal(RtlAddProcessTrustLabelAce(
			    acl, 2, 0, NULL,
			    SYSTEM_PROCESS_TRUST_LABEL_ACE_TYPE, 1),
		    STATUS_INVALID_SID);
	check_equal(RtlAddProcessTrustLabelAce(
			    acl, 2, 0, level,
			    SYSTEM_PROCESS_TRUST_LABEL_ACE_TYPE, 0x20001),
		    STATUS_SUCCESS);
	check(GetAce(acl, 0, (LPVOID *)&ace));
	check_equal(ace->Header.AceType, SYSTEM_PROCESS_TRUST_LABEL_ACE_TYPE);
	check_equal(ace->Mask, 0x20001);
	check(EqualSid(&ace->SidStart, level));
	LocalFree(level);
}

static void owners_may_have_entries(void)
{
	PSID owners = NULL;
	PACL acl = new_acl(256, 2);

	ConvertStringSidToSidA("OW", &owners);
	check(!RtlOwnerAcesPresent(NULL));
	check(AddAccessAllowedAce(acl, 2, 1, world));
	check(AddAccessAllowedAceEx(
		acl, 2, INHERIT_ONLY_ACE | CONTAINER_INHERIT_ACE, 1, owners));
	check(!RtlOwnerAcesPresent(acl));
	check(AddAccessDeniedAce(acl, 2, 1, owners));
	check(RtlOwnerAcesPresent(acl));
	LocalFree(owners);
}

int main(void)
{
	if (!ConvertStringSidToSidA("WD", &world) ||
	    !ConvertStringSidToSidA("BU", &users) ||
	    !ConvertStringSidToSidA("LW", &low))
		return EXIT_FAILURE;
	run(an_empty_list_has_a_size_and_a_revision);
	run(valid_lists_have_known_revisions);
	run(pointers_to_nothing_are_no_lists);
	run(entries_lie_inside_and_hold_a_sid);
	run(entries_are_added_in_order_until_it_is_full);
	run(adding_asks_for_sid_flags_and_revision);
	run(the_revision_only_rises);
	run(whole_entries_take_any_revision);
	run(whole_entries_go_where_the_index_says);
	run(entries_are_found_and_deleted_by_index);
	run(room_is_found_behind_the_last_entry);
	run(lists_tell_their_sizes);
	run(audits_have_outcomes);
	run(labels_have_known_policies);
	run(object_entries_need_revision_four);
	run(conditions_are_compiled);
	run(attributes_are_of_everyone);
	run(policies_have_ids);
	run(trust_has_levels);
	run(owners_may_have_entries);
	return check_done();
}
