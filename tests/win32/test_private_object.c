/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptors of a server's own objects (MS-DTYP 2.5.3.4). How ACEs are
 * inherited is tested where the library does it; here it is what the functions
 * take, give and refuse. The process runs as the plain user of
 * fixture.h.
 */
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>

#include <string.h>
#include <winternl.h>

#include "descriptor.h"
#include "fixture.h"

#define PARENT "O:SYG:SYD:(A;OICI;GR;;;AU)(A;CI;FW;;;CO)"

static void *const wild = (void *)0x10;
static GENERIC_MAPPING file = {FILE_GENERIC_READ, FILE_GENERIC_WRITE,
			       FILE_GENERIC_EXECUTE, FILE_ALL_ACCESS};
static HANDLE token;

static const struct {
	const char *parent;
	const char *creator;
	BOOL container;
	ULONG flags;
	const char *wanted; /* NULL: refused with @error */
	DWORD error;
} creations[] = {
	{NULL, NULL, FALSE, 0, "O:" USER "G:BUD:(A;;FA;;;" USER ")(A;;FA;;;SY)",
	 0},
	{PARENT, NULL, FALSE, 0, "O:" USER "G:BUD:(A;;FR;;;AU)", 0},
	{PARENT, NULL, TRUE, SEF_DACL_AUTO_INHERIT,
	 "O:" USER "G:BUD:AI(A;ID;FR;;;AU)(A;OICIIOID;GR;;;AU)"
	 "(A;ID;FW;;;" USER ")(A;CIIOID;FW;;;CO)",
	 0},
	{PARENT, "D:(A;;GA;;;BU)", FALSE, 0, "O:" USER "G:BUD:(A;;FA;;;BU)", 0},
	{PARENT, "D:(A;;GA;;;BU)", FALSE, SEF_DACL_AUTO_INHERIT,
	 "O:" USER "G:BUD:AI(A;;FA;;;BU)(A;ID;FR;;;AU)", 0},
	{PARENT, "D:P(A;;GA;;;BU)", FALSE, SEF_DACL_AUTO_INHERIT,
	 "O:" USER "G:BUD:PAI(A;;FA;;;BU)", 0},
	{PARENT, "D:(A;;GA;;;BU)", FALSE, SEF_DEFAULT_DESCRIPTOR_FOR_OBJECT,
	 "O:" USER "G:BUD:(A;;FR;;;AU)", 0},
	{PARENT, NULL, FALSE,
	 SEF_DEFAULT_OWNER_FROM_PARENT | SEF_DEFAULT_GROUP_FROM_PARENT |
		 SEF_AVOID_OWNER_CHECK,
	 "O:SYG:SYD:(A;;FR;;;AU)", 0},
	{NULL, "O:SY", FALSE, 0, NULL, ERROR_INVALID_OWNER},
	{NULL, "G:SY", FALSE, 0, NULL, ERROR_INVALID_PRIMARY_GROUP},
	{NULL, "O:SYG:SY", FALSE, SEF_AVOID_OWNER_CHECK,
	 "O:SYG:SYD:(A;;FA;;;" USER ")(A;;FA;;;SY)", 0},
	{NULL, "S:(AU;SA;GA;;;WD)", FALSE, 0, NULL, ERROR_PRIVILEGE_NOT_HELD},
	{NULL, "S:(AU;SA;GA;;;WD)", FALSE, SEF_AVOID_PRIVILEGE_CHECK,
	 "O:" USER "G:BUD:(A;;FA;;;" USER ")(A;;FA;;;SY)S:(AU;SA;FA;;;WD)", 0},
	{NULL, NULL, FALSE, 0x80000000, NULL, ERROR_INVALID_PARAMETER},
};

static void new_objects_get_what_is_given_inherited_or_default(void)
{
	for (unsigned i = 0; i < ARRAYSIZE(creations); i++) {
		PSECURITY_DESCRIPTOR parent = sd_of(creations[i].parent);
		PSECURITY_DESCRIPTOR creator = sd_of(creations[i].creator);
		PSECURITY_DESCRIPTOR sd = wild;
		BOOL done;

		SetLastError(0xdeadbeef);
		done = CreatePrivateObjectSecurityEx(
			parent, creator, &sd, NULL, creations[i].container,
			creations[i].flags, token, &file);
		check_say(done == (creations[i].wanted != NULL), "row %u: %u",
			  i, GetLastError());
		if (creations[i].wanted) {
			check(sd_is(sd, creations[i].wanted));
			check(DestroyPrivateObjectSecurity(&sd));
			check(sd == NULL);
		} else {
			check_equal(GetLastError(), creations[i].error);
			check(sd == wild);
		}
		LocalFree(parent);
		LocalFree(creator);
	}
}

static void without_flags_it_is_the_short_function(void)
{
	PSECURITY_DESCRIPTOR parent = sd_of(PARENT), sd = NULL;

	check(CreatePrivateObjectSecurity(parent, NULL, &sd, FALSE, token,
					  &file));
	check(sd_is(sd, "O:" USER "G:BUD:(A;;FR;;;AU)"));
	check_equal(RtlDeleteSecurityObject(&sd), 0);
	check_fails(CreatePrivateObjectSecurity(parent, NULL, &sd, FALSE, NULL,
						&file),
		    ERROR_NO_TOKEN);
	check_fails(CreatePrivateObjectSecurity(parent, NULL, NULL, FALSE,
						token, &file),
		    ERROR_INVALID_PARAMETER);
	check_fails(CreatePrivateObjectSecurity(parent, NULL, &sd, FALSE, token,
						NULL),
		    ERROR_INVALID_PARAMETER);
	check_fails(CreatePrivateObjectSecurity(wild, NULL, &sd, FALSE, token,
						&file),
		    ERROR_NOACCESS);
	LocalFree(parent);
}

static void entries_for_a_type_are_for_that_type(void)
{
	PSECURITY_DESCRIPTOR parent =
		sd_of("O:SYG:SYD:(OA;CI;GR;;"
		      "12345678-1234-5678-1122-334455667788;AU)");
	GUID type = {0x12345678,
		     0x1234,
		     0x5678,
		     {0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88}};
	GUID other = {0, 0, 0, {0}};
	GUID *types[] = {&other, &type};
	PSECURITY_DESCRIPTOR sd = NULL;
	PACL dacl;
	BOOL present, defaulted;
	ACE_HEADER *ace;

	check(CreatePrivateObjectSecurityWithMultipleInheritance(
		parent, NULL, &sd, types, 2, TRUE, SEF_DACL_AUTO_INHERIT, token,
		&file));
	GetSecurityDescriptorDacl(sd, &present, &dacl, &defaulted);
	check(GetAce(dacl, 0, (LPVOID *)&ace));
	check(!(ace->AceFlags & INHERIT_ONLY_ACE));
	DestroyPrivateObjectSecurity(&sd);
	check(CreatePrivateObjectSecurityWithMultipleInheritance(
		parent, NULL, &sd, types, 1, TRUE, SEF_DACL_AUTO_INHERIT, token,
		&file));
	GetSecurityDescriptorDacl(sd, &present, &dacl, &defaulted);
	check(GetAce(dacl, 0, (LPVOID *)&ace));
	check(ace->AceFlags & INHERIT_ONLY_ACE);
	DestroyPrivateObjectSecurity(&sd);
	LocalFree(parent);
}

/* A new descriptor that SetPrivateObjectSecurity may replace. */
static PSECURITY_DESCRIPTOR object_with(const char *text)
{
	PSECURITY_DESCRIPTOR from = sd_of(text), sd = NULL;

	check(CreatePrivateObjectSecurityEx(NULL, from, &sd, NULL, FALSE,
					    SEF_AVOID_OWNER_CHECK |
						    SEF_AVOID_PRIVILEGE_CHECK,
					    token, &file));
	LocalFree(from);
	return sd;
}

static const struct {
	const char *before;
	SECURITY_INFORMATION information;
	const char *modification;
	ULONG flags;
	const char *wanted; /* NULL: refused with @error */
	DWORD error;
} changes[] = {
	{"O:BAG:BAD:(A;;FA;;;BA)", DACL_SECURITY_INFORMATION, "D:(A;;GR;;;WD)",
	 0, "O:BAG:BAD:(A;;FR;;;WD)", 0},
	{"O:BAG:BAD:(A;;FA;;;BA)", OWNER_SECURITY_INFORMATION, "O:" USER, 0,
	 "O:" USER "G:BAD:(A;;FA;;;BA)", 0},
	{"O:BAG:BAD:(A;;FA;;;BA)", OWNER_SECURITY_INFORMATION, "O:SY", 0, NULL,
	 ERROR_INVALID_OWNER},
	{"O:BAG:BAD:(A;;FA;;;BA)", OWNER_SECURITY_INFORMATION, "O:SY",
	 SEF_AVOID_OWNER_CHECK, "O:SYG:BAD:(A;;FA;;;BA)", 0},
	{"O:BAG:BAD:(A;;FA;;;BA)", GROUP_SECURITY_INFORMATION, "G:BU", 0,
	 "O:BAG:BUD:(A;;FA;;;BA)", 0},
	{"O:BAG:BAD:(A;;FA;;;BA)", SACL_SECURITY_INFORMATION,
	 "S:(AU;SA;GA;;;WD)", 0, NULL, ERROR_PRIVILEGE_NOT_HELD},
	{"O:BAG:BAD:AI(A;ID;FA;;;BA)", DACL_SECURITY_INFORMATION,
	 "D:(A;;GR;;;WD)", SEF_DACL_AUTO_INHERIT,
	 "O:BAG:BAD:AI(A;;FR;;;WD)(A;ID;FA;;;BA)", 0},
	{"O:BAG:BAD:(A;;FA;;;BA)",
	 DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION |
		 UNPROTECTED_DACL_SECURITY_INFORMATION,
	 "D:(A;;GR;;;WD)", 0, NULL, ERROR_INVALID_PARAMETER},
};

static void the_parts_named_are_replaced(void)
{
	for (unsigned i = 0; i < ARRAYSIZE(changes); i++) {
		PSECURITY_DESCRIPTOR sd = object_with(changes[i].before);
		PSECURITY_DESCRIPTOR with = sd_of(changes[i].modification);
		PSECURITY_DESCRIPTOR before = sd;
		BOOL done;

		SetLastError(0xdeadbeef);
		done = SetPrivateObjectSecurityEx(changes[i].information, with,
						  &sd, changes[i].flags, &file,
						  token);
		check_say(done == (changes[i].wanted != NULL), "row %u: %u", i,
			  GetLastError());
		if (changes[i].wanted) {
			check(sd_is(sd, changes[i].wanted));
		} else {
			check_equal(GetLastError(), changes[i].error);
			check(sd == before);
		}
		DestroyPrivateObjectSecurity(&sd);
		LocalFree(with);
	}
}

static void the_parts_asked_for_are_given(void)
{
	PSECURITY_DESCRIPTOR sd = sd_of("O:BAG:SYD:(A;;FA;;;WD)");
	SECURITY_DESCRIPTOR_CONTROL control;
	BYTE part[128];
	DWORD size = 0, revision;

	check_fails(GetPrivateObjectSecurity(sd, GROUP_SECURITY_INFORMATION,
					     NULL, 0, &size),
		    ERROR_INSUFFICIENT_BUFFER);
	check_equal(size, 20 + 12);
	check_fails(GetPrivateObjectSecurity(sd, GROUP_SECURITY_INFORMATION,
					     part, size - 1, &size),
		    ERROR_INSUFFICIENT_BUFFER);
	check(GetPrivateObjectSecurity(sd, GROUP_SECURITY_INFORMATION, part,
				       sizeof(part), &size));
	check_equal(size, 20 + 12);
	check(sd_is(part, "G:SY"));
	GetSecurityDescriptorControl(part, &control, &revision);
	check_equal(control, SE_SELF_RELATIVE);
	check(GetPrivateObjectSecurity(
		sd, GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
		part, sizeof(part), &size));
	check(sd_is(part, "G:SYD:(A;;FA;;;WD)"));
	check_fails(GetPrivateObjectSecurity(wild, GROUP_SECURITY_INFORMATION,
					     part, sizeof(part), &size),
		    ERROR_NOACCESS);
	LocalFree(sd);
}

static void old_lists_become_inherited_ones(void)
{
	PSECURITY_DESCRIPTOR parent = sd_of(PARENT), made = NULL;
	PSECURITY_DESCRIPTOR old = sd_of("O:BAG:BAD:(A;;FA;;;BA)(A;;FR;;;AU)");

	check(ConvertToAutoInheritPrivateObjectSecurity(parent, old, &made,
							NULL, FALSE, &file));
	check(sd_is(made, "O:BAG:BAD:AI(A;;FA;;;BA)(A;ID;FR;;;AU)"));
	DestroyPrivateObjectSecurity(&made);
	LocalFree(parent);
	LocalFree(old);
}

static const struct {
	SECURITY_INFORMATION information;
	DWORD query;
	DWORD set;
} rights[] = {
	{OWNER_SECURITY_INFORMATION, READ_CONTROL, WRITE_OWNER},
	{GROUP_SECURITY_INFORMATION, READ_CONTROL, WRITE_OWNER},
	{DACL_SECURITY_INFORMATION, READ_CONTROL, WRITE_DAC},
	{SACL_SECURITY_INFORMATION, ACCESS_SYSTEM_SECURITY,
	 ACCESS_SYSTEM_SECURITY},
	{LABEL_SECURITY_INFORMATION, READ_CONTROL, WRITE_OWNER},
	{ATTRIBUTE_SECURITY_INFORMATION, READ_CONTROL, WRITE_DAC},
	{SCOPE_SECURITY_INFORMATION, READ_CONTROL, ACCESS_SYSTEM_SECURITY},
	{BACKUP_SECURITY_INFORMATION, READ_CONTROL | ACCESS_SYSTEM_SECURITY,
	 WRITE_DAC | WRITE_OWNER | ACCESS_SYSTEM_SECURITY},
};

static void each_part_takes_its_rights(void)
{
	for (unsigned i = 0; i < ARRAYSIZE(rights); i++) {
		DWORD mask = 0xffffffff;

		QuerySecurityAccessMask(rights[i].information, &mask);
		check_equal(mask, rights[i].query);
		SetSecurityAccessMask(rights[i].information, &mask);
		check_equal(mask, rights[i].set);
	}
}

int main(void)
{
	fixture_begin(PLAIN_USER);
	if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) {
		printf("no process token: %u\n", GetLastError());
		return EXIT_FAILURE;
	}
	run(new_objects_get_what_is_given_inherited_or_default);
	run(without_flags_it_is_the_short_function);
	run(entries_for_a_type_are_for_that_type);
	run(the_parts_named_are_replaced);
	run(the_parts_asked_for_are_given);
	run(old_lists_become_inherited_ones);
	run(each_part_takes_its_rights);
	return check_done();
}
