/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors in the caller's memory, in both forms (MS-DTYP 2.4.6). */
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>

#include <string.h>
#include <winternl.h>

#include "descriptor.h"

#define MUTABLE                                                                \
	(0x40 | 0x80 | SE_DACL_AUTO_INHERIT_REQ | SE_SACL_AUTO_INHERIT_REQ |   \
	 SE_DACL_AUTO_INHERITED | SE_SACL_AUTO_INHERITED | SE_DACL_PROTECTED | \
	 SE_SACL_PROTECTED)
#define WHOLE "O:BAG:SYD:(A;;FA;;;WD)S:(AU;SA;FA;;;WD)"

static void *const wild = (void *)0x10;

static void initialising_makes_an_empty_absolute_one(void)
{
	SECURITY_DESCRIPTOR sd;

	memset(&sd, 0xcc, sizeof(sd));
	check_fails(InitializeSecurityDescriptor(&sd, 0),
		    ERROR_UNKNOWN_REVISION);
	check_fails(InitializeSecurityDescriptor(&sd, 2),
		    ERROR_UNKNOWN_REVISION);
	check_equal(sd.Revision, 0xcc);
	check(InitializeSecurityDescriptor(&sd, SECURITY_DESCRIPTOR_REVISION));
	check_equal(sd.Revision, 1);
	check_equal(sd.Control, 0);
	check(!sd.Owner && !sd.Group && !sd.Dacl && !sd.Sacl);
	check(IsValidSecurityDescriptor(&sd));
	check_equal(GetSecurityDescriptorLength(&sd), sizeof(sd));
}

static void an_empty_one_has_nothing(void)
{
	SECURITY_DESCRIPTOR sd;
	PSID sid = wild;
	PACL acl = wild;
	BOOL present = 7, defaulted = 7;

	InitializeSecurityDescriptor(&sd, SECURITY_DESCRIPTOR_REVISION);
	check(GetSecurityDescriptorOwner(&sd, &sid, &defaulted));
	check(sid == NULL);
	check_equal(defaulted, 0);
	sid = wild;
	check(GetSecurityDescriptorGroup(&sd, &sid, &defaulted));
	check(sid == NULL);
	defaulted = 7;
	check(GetSecurityDescriptorDacl(&sd, &present, &acl, &defaulted));
	check_equal(present, 0);
	check(acl == wild);
	check_equal(defaulted, 7);
	present = 7;
	check(GetSecurityDescriptorSacl(&sd, &present, &acl, &defaulted));
	check_equal(present, 0);
	check(acl == wild);
}

static void what_was_set_is_got(void)
{
	SECURITY_DESCRIPTOR sd;
	BYTE owner[12] = {1, 1, 0, 0, 0, 0, 0, 1}, group[12] = {1, 1};
	ACL dacl, sacl, *acl;
	BOOL present, defaulted;
	PSID sid;

	InitializeAcl(&dacl, sizeof(dacl), ACL_REVISION);
	InitializeAcl(&sacl, sizeof(sacl), ACL_REVISION);
	InitializeSecurityDescriptor(&sd, SECURITY_DESCRIPTOR_REVISION);
	check(SetSecurityDescriptorOwner(&sd, owner, TRUE));
	check(SetSecurityDescriptorGroup(&sd, group, FALSE));
	check(SetSecurityDescriptorDacl(&sd, TRUE, &dacl, TRUE));
	check(SetSecurityDescriptorSacl(&sd, TRUE, &sacl, FALSE));
	check_equal(sd.Control, SE_OWNER_DEFAULTED | SE_DACL_PRESENT |
					SE_DACL_DEFAULTED | SE_SACL_PRESENT);
	check(GetSecurityDescriptorOwner(&sd, &sid, &defaulted));
	check(sid == owner);
	check_equal(defaulted, 1);
	check(GetSecurityDescriptorGroup(&sd, &sid, &defaulted));
	check(sid == group);
	check_equal(defaulted, 0);
	check(GetSecurityDescriptorDacl(&sd, &present, &acl, &defaulted));
	check(present && acl == &dacl && defaulted);
	check(GetSecurityDescriptorSacl(&sd, &present, &acl, &defaulted));
	check(present && acl == &sacl && !defaulted);
	check_equal(GetSecurityDescriptorLength(&sd),
		    sizeof(sd) + 12 + 12 + 8 + 8);
	check(SetSecurityDescriptorDacl(&sd, FALSE, wild, FALSE));
	check(GetSecurityDescriptorDacl(&sd, &present, &acl, &defaulted));
	check_equal(present, 0);
	check(SetSecurityDescriptorDacl(&sd, TRUE, NULL, FALSE));
	check(GetSecurityDescriptorDacl(&sd, &present, &acl, &defaulted));
	check(present && !acl && !defaulted);
}

static void parts_go_into_absolute_ones_of_revision_one(void)
{
	PSECURITY_DESCRIPTOR relative = sd_of(WHOLE);
	SECURITY_DESCRIPTOR sd;

	check_fails(SetSecurityDescriptorOwner(relative, NULL, FALSE),
		    ERROR_INVALID_SECURITY_DESCR);
	check_fails(SetSecurityDescriptorGroup(relative, NULL, FALSE),
		    ERROR_INVALID_SECURITY_DESCR);
	check_fails(SetSecurityDescriptorDacl(relative, TRUE, NULL, FALSE),
		    ERROR_INVALID_SECURITY_DESCR);
	check_fails(SetSecurityDescriptorSacl(relative, TRUE, NULL, FALSE),
		    ERROR_INVALID_SECURITY_DESCR);
	check(sd_is(relative, WHOLE));
	memset(&sd, 0, sizeof(sd));
	check_fails(SetSecurityDescriptorOwner(&sd, NULL, FALSE),
		    ERROR_UNKNOWN_REVISION);
	check_fails(SetSecurityDescriptorGroup(&sd, NULL, FALSE),
		    ERROR_UNKNOWN_REVISION);
	check_fails(SetSecurityDescriptorDacl(&sd, TRUE, NULL, FALSE),
		    ERROR_UNKNOWN_REVISION);
	check_fails(SetSecurityDescriptorSacl(&sd, TRUE, NULL, FALSE),
		    ERROR_UNKNOWN_REVISION);
	LocalFree(relative);
}

static void nothing_is_got_of_an_unknown_revision(void)
{
	SECURITY_DESCRIPTOR sd = {0};
	SECURITY_DESCRIPTOR_CONTROL control = 7;
	DWORD revision = 7;
	BOOL present = 7, defaulted = 7;
	PSID sid = wild;
	PACL acl = wild;

	check_fails(GetSecurityDescriptorOwner(&sd, &sid, &defaulted),
		    ERROR_UNKNOWN_REVISION);
	check_fails(GetSecurityDescriptorGroup(&sd, &sid, &defaulted),
		    ERROR_UNKNOWN_REVISION);
	check_fails(GetSecurityDescriptorDacl(&sd, &present, &acl, &defaulted),
		    ERROR_UNKNOWN_REVISION);
	check_fails(GetSecurityDescriptorSacl(&sd, &present, &acl, &defaulted),
		    ERROR_UNKNOWN_REVISION);
	check_fails(GetSecurityDescriptorControl(&sd, &control, &revision),
		    ERROR_UNKNOWN_REVISION);
	check_fails(SetSecurityDescriptorControl(&sd, 0, 0),
		    ERROR_UNKNOWN_REVISION);
	check(sid == wild && acl == wild && present == 7 && defaulted == 7);
	check_equal(control, 7);
	check_equal(revision, 0);
}

static void valid_ones_have_valid_parts(void)
{
	SECURITY_DESCRIPTOR zero = {0};
	BYTE owner[12] = {1, 1};
	SECURITY_DESCRIPTOR sd;
	ACL acl;

	check_fails(IsValidSecurityDescriptor(&zero),
		    ERROR_INVALID_SECURITY_DESCR);
	check(!IsValidSecurityDescriptor(NULL));
	check(!IsValidSecurityDescriptor(wild));
	check(!RtlValidSecurityDescriptor(NULL));
	InitializeAcl(&acl, sizeof(acl), ACL_REVISION);
	InitializeSecurityDescriptor(&sd, SECURITY_DESCRIPTOR_REVISION);
	SetSecurityDescriptorOwner(&sd, owner, FALSE);
	SetSecurityDescriptorDacl(&sd, TRUE, &acl, FALSE);
	check(IsValidSecurityDescriptor(&sd));
	owner[0] = 2;
	check(!IsValidSecurityDescriptor(&sd));
	owner[0] = 1;
	acl.AclRevision = 1;
	check(!IsValidSecurityDescriptor(&sd));
	acl.AclRevision = 2;
	sd.Group = wild;
	check(!IsValidSecurityDescriptor(&sd));
	sd.Group = NULL;
	sd.Sacl = wild;
	check(IsValidSecurityDescriptor(&sd)); /* it is not present */
}

/* Each length too short leaves something out. */
static void relative_ones_are_checked_against_their_length(void)
{
	PSECURITY_DESCRIPTOR sd = sd_of(WHOLE);
	ULONG size = GetSecurityDescriptorLength(sd);
	PSECURITY_DESCRIPTOR bare = sd_of("O:BA");
	SECURITY_DESCRIPTOR absolute;
	BYTE *tight;

	check_equal(size, 20 + 16 + 12 + 28 + 28);
	for (ULONG n = 0; n <= size; n++) {
		/* flush against what sanitizers watch */
		tight = malloc(n ? n : 1);
		memcpy(tight, sd, n);
		check_equal(RtlValidRelativeSecurityDescriptor(tight, n, 0),
			    n == size);
		free(tight);
	}
	check(RtlValidRelativeSecurityDescriptor(
		sd, size,
		OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION |
			DACL_SECURITY_INFORMATION | SACL_SECURITY_INFORMATION));
	size = GetSecurityDescriptorLength(bare);
	check(RtlValidRelativeSecurityDescriptor(bare, size,
						 OWNER_SECURITY_INFORMATION));
	check(!RtlValidRelativeSecurityDescriptor(bare, size,
						  GROUP_SECURITY_INFORMATION));
	InitializeSecurityDescriptor(&absolute, SECURITY_DESCRIPTOR_REVISION);
	check(!RtlValidRelativeSecurityDescriptor(&absolute, sizeof(absolute),
						  0));
	LocalFree(sd);
	LocalFree(bare);
}

static void control_changes_how_parts_came_about_only(void)
{
	SECURITY_DESCRIPTOR_CONTROL control;
	SECURITY_DESCRIPTOR sd;
	DWORD revision;

	InitializeSecurityDescriptor(&sd, SECURITY_DESCRIPTOR_REVISION);
	for (unsigned i = 0; i < 16; i++) {
		const SECURITY_DESCRIPTOR_CONTROL bit =
			(SECURITY_DESCRIPTOR_CONTROL)(1u << i);

		sd.Control = 0;
		if (bit & MUTABLE) {
			check(SetSecurityDescriptorControl(&sd, bit, bit));
			check_equal(sd.Control, bit);
			check(SetSecurityDescriptorControl(&sd, bit, 0));
			check_equal(sd.Control, 0);
			check(SetSecurityDescriptorControl(&sd, MUTABLE, bit));
			check_equal(sd.Control, bit);
			continue;
		}
		check_fails(SetSecurityDescriptorControl(&sd, bit, bit),
			    ERROR_INVALID_PARAMETER);
		check_fails(SetSecurityDescriptorControl(&sd, bit, 0),
			    ERROR_INVALID_PARAMETER);
		check_fails(SetSecurityDescriptorControl(&sd, MUTABLE, bit),
			    ERROR_INVALID_PARAMETER);
		check_equal(sd.Control, 0);
	}
	sd.Control = SE_DACL_PRESENT | SE_DACL_PROTECTED;
	check(GetSecurityDescriptorControl(&sd, &control, &revision));
	check_equal(control, SE_DACL_PRESENT | SE_DACL_PROTECTED);
	check_equal(revision, 1);
}

static void the_resource_manager_has_a_byte(void)
{
	SECURITY_DESCRIPTOR sd;
	UCHAR value = 7;

	InitializeSecurityDescriptor(&sd, SECURITY_DESCRIPTOR_REVISION);
	check_equal(GetSecurityDescriptorRMControl(&sd, &value),
		    ERROR_INVALID_DATA);
	check_equal(value, 0);
	value = 0x5a;
	check_equal(SetSecurityDescriptorRMControl(&sd, &value), 0);
	check_equal(sd.Control, SE_RM_CONTROL_VALID);
	value = 0;
	check_equal(GetSecurityDescriptorRMControl(&sd, &value), 0);
	check_equal(value, 0x5a);
	check_equal(SetSecurityDescriptorRMControl(&sd, NULL), 0);
	check_equal(sd.Control, 0);
	check_equal(sd.Sbz1, 0);
}

static void forms_change_and_come_back(void)
{
	PSECURITY_DESCRIPTOR from = sd_of(WHOLE);
	ULONG size = GetSecurityDescriptorLength(from);
	SECURITY_DESCRIPTOR sd;
	BYTE dacl[64], sacl[64], owner[64], group[64], back[256];
	DWORD sd_n = sizeof(sd), dacl_n = 64, sacl_n = 64, owner_n = 64,
	      group_n = 64, back_n = 0;

	check(MakeAbsoluteSD(from, &sd, &sd_n, (PACL)dacl, &dacl_n, (PACL)sacl,
			     &sacl_n, owner, &owner_n, group, &group_n));
	check_equal(sd.Control, SE_DACL_PRESENT | SE_SACL_PRESENT);
	check(sd.Owner == owner && sd.Group == group);
	check((void *)sd.Dacl == dacl && (void *)sd.Sacl == sacl);
	/* sizes are said where there was no room, and only there */
	check(sd_n == sizeof(sd) && dacl_n == 64 && sacl_n == 64);
	check(owner_n == 64 && group_n == 64);
	check(sd_is(&sd, WHOLE));
	check_fails(MakeSelfRelativeSD(&sd, NULL, &back_n),
		    ERROR_INSUFFICIENT_BUFFER);
	check_equal(back_n, size);
	back_n--;
	check_fails(MakeSelfRelativeSD(&sd, back, &back_n),
		    ERROR_INSUFFICIENT_BUFFER);
	check_equal(back_n, size);
	back_n = sizeof(back);
	check(MakeSelfRelativeSD(&sd, back, &back_n));
	check_equal(back_n, sizeof(back));
	check(memcmp(back, from, size) == 0);
	LocalFree(from);
}

static void absolute_ones_need_room_for_each_part(void)
{
	PSECURITY_DESCRIPTOR from = sd_of(WHOLE);
	SECURITY_DESCRIPTOR sd;
	BYTE dacl[64], sacl[64], owner[64], group[64];
	DWORD n[5];

	for (unsigned i = 0; i < 5; i++) {
		for (unsigned j = 0; j < 5; j++)
			n[j] = 64;
		n[i] = 0;
		memset(&sd, 0xcc, sizeof(sd));
		check_fails(MakeAbsoluteSD(from, &sd, &n[0], (PACL)dacl, &n[1],
					   (PACL)sacl, &n[2], owner, &n[3],
					   group, &n[4]),
			    ERROR_INSUFFICIENT_BUFFER);
		check_equal(sd.Revision, 0xcc);
		check_equal(n[0], sizeof(sd));
		check_equal(n[1], 28);
		check_equal(n[2], 28);
		check_equal(n[3], 16);
		check_equal(n[4], 12);
	}
	LocalFree(from);
}

static void forms_must_be_the_other_one(void)
{
	PSECURITY_DESCRIPTOR relative = sd_of(WHOLE);
	SECURITY_DESCRIPTOR absolute, to;
	BYTE back[256], part[64];
	DWORD n = 64, size = sizeof(back);

	InitializeSecurityDescriptor(&absolute, SECURITY_DESCRIPTOR_REVISION);
	check_fails(MakeSelfRelativeSD(relative, back, &size),
		    ERROR_BAD_DESCRIPTOR_FORMAT);
	check_fails(MakeAbsoluteSD(&absolute, &to, &n, (PACL)part, &n,
				   (PACL)part, &n, part, &n, part, &n),
		    ERROR_BAD_DESCRIPTOR_FORMAT);
	/* the one that takes either */
	check_equal(RtlMakeSelfRelativeSD(relative, back, &size), 0);
	check(sd_is(back, WHOLE));
	LocalFree(relative);
}

/* MakeAbsoluteSD of a descriptor without parts needs no room for them. */
static void missing_parts_take_no_room(void)
{
	PSECURITY_DESCRIPTOR from = sd_of("D:NO_ACCESS_CONTROL");
	SECURITY_DESCRIPTOR sd;
	DWORD n = sizeof(sd), dacl = 0, sacl = 0, owner = 0, group = 0;

	check(MakeAbsoluteSD(from, &sd, &n, NULL, &dacl, NULL, &sacl, NULL,
			     &owner, NULL, &group));
	check_equal(sd.Control, SE_DACL_PRESENT);
	check(!sd.Dacl && !sd.Owner);
	LocalFree(from);
}

static void room_behind_entries_is_copied_too(void)
{
	SECURITY_DESCRIPTOR sd;
	DWORD memory[16];
	PACL acl = (PACL)memory;
	BYTE back[128];
	DWORD n = sizeof(back);

	InitializeAcl(acl, sizeof(memory), ACL_REVISION);
	InitializeSecurityDescriptor(&sd, SECURITY_DESCRIPTOR_REVISION);
	SetSecurityDescriptorDacl(&sd, TRUE, acl, FALSE);
	check_equal(GetSecurityDescriptorLength(&sd), sizeof(sd) + 64);
	check(MakeSelfRelativeSD(&sd, back, &n));
	check_equal(n, sizeof(back));
	check_equal(GetSecurityDescriptorLength(back), 20 + 64);
}

static void in_place_it_grows(void)
{
	PSECURITY_DESCRIPTOR from = sd_of(WHOLE);
	ULONG size = GetSecurityDescriptorLength(from);
	ULONG n = size;
	void *memory = malloc(size + 64);

	memcpy(memory, from, size);
	check_equal(RtlSelfRelativeToAbsoluteSD2(memory, &n),
		    STATUS_BUFFER_TOO_SMALL);
	check_equal(n, size + 20);
	check(memcmp(memory, from, size) == 0);
	check_equal(RtlSelfRelativeToAbsoluteSD2(memory, &n), 0);
	check(!(((SECURITY_DESCRIPTOR *)memory)->Control & SE_SELF_RELATIVE));
	check(sd_is(memory, WHOLE));
	check_equal(RtlSelfRelativeToAbsoluteSD2(memory, &n),
		    STATUS_BAD_DESCRIPTOR_FORMAT);
	free(memory);
	LocalFree(from);
}

static void copies_are_relative(void)
{
	PSECURITY_DESCRIPTOR from = sd_of(WHOLE), copy = NULL;

	check_equal(RtlCopySecurityDescriptor(from, &copy), 0);
	check(sd_is(copy, WHOLE));
	LocalFree(copy);
	check_equal(RtlCopySecurityDescriptor(wild, &copy),
		    STATUS_ACCESS_VIOLATION);
	LocalFree(from);
}

int main(void)
{
	run(initialising_makes_an_empty_absolute_one);
	run(an_empty_one_has_nothing);
	run(what_was_set_is_got);
	run(parts_go_into_absolute_ones_of_revision_one);
	run(nothing_is_got_of_an_unknown_revision);
	run(valid_ones_have_valid_parts);
	run(relative_ones_are_checked_against_their_length);
	run(control_changes_how_parts_came_about_only);
	run(the_resource_manager_has_a_byte);
	run(forms_change_and_come_back);
	run(absolute_ones_need_room_for_each_part);
	run(forms_must_be_the_other_one);
	run(missing_parts_take_no_room);
	run(room_behind_entries_is_copied_too);
	run(in_place_it_grows);
	run(copies_are_relative);
	return check_done();
}
