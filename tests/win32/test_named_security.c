/* SPDX-License-Identifier: Apache-2.0 */
/* GetNamedSecurityInfo and SetNamedSecurityInfo of files: what they give, take
 * in and pass on. test_named_objects.c is about other objects. */
#include "files.h"

#define DACL DACL_SECURITY_INFORMATION

static DWORD file_get(const char *name, DWORD parts, PSID *owner, PSID *group,
		      PACL *dacl, PACL *sacl, PSECURITY_DESCRIPTOR *sd)
{
	return GetNamedSecurityInfoA(file_path(name), SE_FILE_OBJECT, parts,
				     owner, group, dacl, sacl, sd);
}

static void parts_point_into_the_descriptor(void)
{
	PSECURITY_DESCRIPTOR sd = NULL;
	PSID owner = NULL, group = NULL;
	PACL dacl = NULL, sacl = (PACL)1;
	BYTE *from, *to;

	file_make("f");
	check(file_store("f", EVERYTHING, "O:BAG:BUD:(A;;FA;;;WD)"));
	check_equal(
		file_get("f", EVERYTHING, &owner, &group, &dacl, &sacl, &sd),
		0);
	from = sd;
	to = from + GetSecurityDescriptorLength(sd);
	check((BYTE *)owner > from && (BYTE *)owner < to);
	check((BYTE *)group > from && (BYTE *)group < to);
	check((BYTE *)dacl > from && (BYTE *)dacl < to);
	check(IsWellKnownSid(owner, WinBuiltinAdministratorsSid));
	check(IsWellKnownSid(group, WinBuiltinUsersSid));
	check(IsValidAcl(dacl) && dacl->AceCount == 1);
	check(sacl == NULL);
	check(LocalFree(sd) == NULL);
}

static void what_is_not_asked_for_is_null(void)
{
	PSECURITY_DESCRIPTOR sd = NULL;
	PSID owner = (PSID)1, group = (PSID)1;
	PACL dacl = (PACL)1, sacl = (PACL)1;

	check_equal(file_get("f", OWNER_SECURITY_INFORMATION, &owner, &group,
			     &dacl, &sacl, &sd),
		    0);
	check(owner && owner != (PSID)1);
	check(!group && !dacl && !sacl);
	LocalFree(sd);
	check_equal(file_get("f", 0, &owner, NULL, NULL, NULL, &sd), 0);
	check(!owner);
	LocalFree(sd);
}

/* Without a descriptor to free the parts are there for good. */
static PACL dacl_for_good;
static PSID owner_for_good;

static void there_must_be_a_place_for_each_part(void)
{
	PACL dacl = NULL;
	PSID owner = NULL;

	check_equal(file_get("f", DACL, NULL, NULL, NULL, NULL, NULL), 87);
	check_equal(file_get("f", OWNER_SECURITY_INFORMATION, NULL, NULL, &dacl,
			     NULL, NULL),
		    87);
	check_equal(file_get("f", DACL | OWNER_SECURITY_INFORMATION, &owner,
			     NULL, NULL, NULL, NULL),
		    87);
	check(!owner && !dacl);
	check_equal(file_get("f", DACL, NULL, NULL, &dacl_for_good, NULL, NULL),
		    0);
	check(dacl_for_good && IsValidAcl(dacl_for_good));
}

static void failures_leave_the_outputs_alone(void)
{
	PSECURITY_DESCRIPTOR sd = (PSECURITY_DESCRIPTOR)2;
	PSID owner = (PSID)3;
	PACL dacl = (PACL)4;

	SetLastError(0xdeadbeef);
	check_equal(
		file_get("nothing", EVERYTHING, &owner, NULL, &dacl, NULL, &sd),
		ERROR_FILE_NOT_FOUND);
	check_equal(GetLastError(), 0xdeadbeef);
	check_equal(file_get("no/thing", EVERYTHING, &owner, NULL, &dacl, NULL,
			     &sd),
		    ERROR_PATH_NOT_FOUND);
	check(sd == (PSECURITY_DESCRIPTOR)2 && owner == (PSID)3 &&
	      dacl == (PACL)4);
	check_equal(file_set("nothing", DACL, "D:(A;;FA;;;WD)"),
		    ERROR_FILE_NOT_FOUND);
	check_equal(file_set("no/thing", DACL, "D:(A;;FA;;;WD)"),
		    ERROR_PATH_NOT_FOUND);
}

static void only_files_and_kernel_objects_have_names(void)
{
	static const struct {
		unsigned type;
		DWORD error;
	} rows[] = {
		{SE_UNKNOWN_OBJECT_TYPE, ERROR_INVALID_PARAMETER},
		{SE_SERVICE, ERROR_NOT_SUPPORTED},
		{SE_PRINTER, ERROR_NOT_SUPPORTED},
		{SE_REGISTRY_KEY, ERROR_NOT_SUPPORTED},
		{SE_LMSHARE, ERROR_NOT_SUPPORTED},
		{SE_KERNEL_OBJECT, ERROR_FILE_NOT_FOUND},
		{SE_WINDOW_OBJECT, ERROR_NOT_SUPPORTED},
		{SE_DS_OBJECT, ERROR_NOT_SUPPORTED},
		{SE_PROVIDER_DEFINED_OBJECT, ERROR_INVALID_PARAMETER},
		{SE_WMIGUID_OBJECT, ERROR_NOT_SUPPORTED},
		{0xdeadbeef, ERROR_INVALID_PARAMETER},
	};
	PSECURITY_DESCRIPTOR sd = NULL;
	char name[] = "no_such_object";

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const SE_OBJECT_TYPE type = (SE_OBJECT_TYPE)rows[i].type;

		check_equal(GetNamedSecurityInfoA(name, type, DACL, NULL, NULL,
						  NULL, NULL, &sd),
			    rows[i].error);
		check_equal(SetNamedSecurityInfoA(name, type, DACL, NULL, NULL,
						  NULL, NULL),
			    rows[i].error);
	}
	check_equal(GetNamedSecurityInfoW(NULL, SE_FILE_OBJECT, DACL, NULL,
					  NULL, NULL, NULL, &sd),
		    87);
	check_equal(SetNamedSecurityInfoW(NULL, SE_FILE_OBJECT, DACL, NULL,
					  NULL, NULL, NULL),
		    87);
	check(sd == NULL);
}

static void what_is_set_must_make_sense(void)
{
	static const struct {
		SECURITY_INFORMATION parts;
		DWORD error;
	} rows[] = {
		{DACL | PROTECTED_DACL_SECURITY_INFORMATION |
			 UNPROTECTED_DACL_SECURITY_INFORMATION,
		 ERROR_INVALID_PARAMETER},
		{SACL_SECURITY_INFORMATION |
			 PROTECTED_SACL_SECURITY_INFORMATION |
			 UNPROTECTED_SACL_SECURITY_INFORMATION,
		 ERROR_INVALID_PARAMETER},
		{OWNER_SECURITY_INFORMATION, ERROR_INVALID_SECURITY_DESCR},
		{GROUP_SECURITY_INFORMATION, ERROR_INVALID_SECURITY_DESCR},
	};
	SID bad = {.Revision = 9};
	ACL bad_acl = {.AclRevision = 9, .AclSize = sizeof(ACL)};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_equal(SetNamedSecurityInfoA(file_path("f"),
						  SE_FILE_OBJECT, rows[i].parts,
						  NULL, NULL, NULL, NULL),
			    rows[i].error);
	check_equal(SetNamedSecurityInfoA(file_path("f"), SE_FILE_OBJECT,
					  OWNER_SECURITY_INFORMATION, &bad,
					  NULL, NULL, NULL),
		    ERROR_INVALID_SID);
	check_equal(SetNamedSecurityInfoA(file_path("f"), SE_FILE_OBJECT, DACL,
					  NULL, NULL, &bad_acl, NULL),
		    ERROR_INVALID_ACL);
	stored_check("f", EVERYTHING, "O:BAG:BUD:(A;;FA;;;WD)", __LINE__);
	/* what is not asked for is not looked at */
	check_equal(SetNamedSecurityInfoA(file_path("f"), SE_FILE_OBJECT, DACL,
					  &bad, &bad, NULL, &bad_acl),
		    0);
	check(file_store("f", DACL, "D:(A;;FA;;;WD)"));
}

static void an_empty_list_takes_in_what_is_inherited(void)
{
	PSECURITY_DESCRIPTOR sd;
	PACL dacl;
	BYTE *ace;

	directory_make("in");
	file_make("in/f");
	check(file_store("in", DACL, "D:P(A;OICI;FA;;;WD)(A;OICI;FR;;;BU)"));
	check_equal(file_set("in/f", DACL, "D:"), 0);
	check_equal(file_get("in/f", DACL, NULL, NULL, &dacl, NULL, &sd), 0);
	check_equal(dacl->AceCount, 2);
	for (DWORD i = 0; i < dacl->AceCount; i++) {
		check(GetAce(dacl, i, (void **)&ace));
		check(((ACE_HEADER *)(void *)ace)->AceFlags & INHERITED_ACE);
	}
	LocalFree(sd);
	named_is("in/f", "D:AI(A;ID;FA;;;WD)(A;ID;FR;;;BU)");
}

static void a_null_list_stays_one(void)
{
	PSECURITY_DESCRIPTOR sd;
	PACL dacl = (PACL)1;
	BOOL present, defaulted;

	check_equal(SetNamedSecurityInfoA(file_path("in/f"), SE_FILE_OBJECT,
					  DACL, NULL, NULL, NULL, NULL),
		    0);
	check_equal(file_get("in/f", DACL, NULL, NULL, &dacl, NULL, &sd), 0);
	check(dacl == NULL);
	check(GetSecurityDescriptorDacl(sd, &present, &dacl, &defaulted));
	check(present && !dacl);
	LocalFree(sd);
}

static void protection_is_asked_for_and_stays(void)
{
	const DWORD protect = DACL | PROTECTED_DACL_SECURITY_INFORMATION;
	const DWORD unprotect = DACL | UNPROTECTED_DACL_SECURITY_INFORMATION;

	file_make("in/p");
	check_equal(file_set("in/p", protect, "D:(A;;FA;;;BU)"), 0);
	named_is("in/p", "D:PAI(A;;FA;;;BU)");
	check_equal(file_set("in/p", DACL, "D:(A;;FA;;;BU)(A;;FR;;;AU)"), 0);
	named_is("in/p", "D:PAI(A;;FA;;;BU)(A;;FR;;;AU)");
	check_equal(file_set("in/p", unprotect, "D:(A;;FR;;;AU)"), 0);
	named_is("in/p", "D:AI(A;;FR;;;AU)(A;ID;FA;;;WD)(A;ID;FR;;;BU)");
	/* what it had inherited stays when it is protected, as its own */
	check_equal(file_set("in/p", protect, "D:(A;;FR;;;AU)(A;ID;FA;;;WD)"),
		    0);
	named_is("in/p", "D:PAI(A;;FR;;;AU)(A;;FA;;;WD)");
}

static void a_grant(const char *name, DWORD mask, const char *who,
		    DWORD inherit)
{
	PSECURITY_DESCRIPTOR sd;
	EXPLICIT_ACCESS_A entry;
	PACL old, new = NULL;
	PSID sid = NULL;

	check_equal(file_get(name, DACL, NULL, NULL, &old, NULL, &sd), 0);
	check(ConvertStringSidToSidA(who, &sid));
	entry = (EXPLICIT_ACCESS_A){
		.grfAccessPermissions = mask,
		.grfAccessMode = GRANT_ACCESS,
		.grfInheritance = inherit,
		.Trustee = {.TrusteeForm = TRUSTEE_IS_SID, .pSid = sid},
	};
	check_equal(SetEntriesInAclA(1, &entry, old, &new), 0);
	check_equal(SetNamedSecurityInfoA(file_path(name), SE_FILE_OBJECT, DACL,
					  NULL, NULL, new, NULL),
		    0);
	LocalFree(sd);
	LocalFree(new);
	LocalFree(sid);
}

/* What is recorded of GrantAccessToPath on Windows */
static void grants_are_mapped_and_widen(void)
{
	file_make("g");
	check(file_store("g", DACL, "D:P(A;;FA;;;WD)"));
	named_is("g", "D:P(A;;FA;;;WD)");
	a_grant("g", GENERIC_READ, "AU", NO_INHERITANCE);
	named_is("g", "D:PAI(A;;FR;;;AU)(A;;FA;;;WD)");
	a_grant("g", GENERIC_ALL, "AU", NO_INHERITANCE);
	named_is("g", "D:PAI(A;;FA;;;AU)(A;;FA;;;WD)");
}

static void grants_reach_what_is_there(void)
{
	directory_make("tree");
	directory_make("tree/sub");
	file_make("tree/f");
	file_make("tree/sub/g");
	file_make("tree/own");
	check(file_store("tree", DACL, "D:P(A;OICI;FA;;;WD)"));
	check(file_store("tree/f", DACL, "D:(A;;FA;;;WD)"));
	check(file_store("tree/own", DACL, "D:P(A;;FR;;;WD)"));
	named_is("tree/f", "D:(A;ID;FA;;;WD)");
	stored_is("tree/f", "D:(A;;FA;;;WD)");
	a_grant("tree", GENERIC_READ, "AU", SUB_CONTAINERS_AND_OBJECTS_INHERIT);
	named_is("tree", "D:PAI(A;OICI;FR;;;AU)(A;OICI;FA;;;WD)");
	named_is("tree/f", "D:AI(A;ID;FR;;;AU)(A;ID;FA;;;WD)");
	named_is("tree/sub", "D:AI(A;OICIID;FR;;;AU)(A;OICIID;FA;;;WD)");
	named_is("tree/sub/g", "D:AI(A;ID;FR;;;AU)(A;ID;FA;;;WD)");
	named_is("tree/own", "D:P(A;;FR;;;WD)");
	/* and what is no longer inherited goes */
	check_equal(file_set("tree", DACL, "D:(A;OICI;FA;;;WD)"), 0);
	named_is("tree/sub/g", "D:AI(A;ID;FA;;;WD)");
}

static void audits_are_passed_on_too(void)
{
	const DWORD sacl = SACL_SECURITY_INFORMATION;

	if (!privilege_set(SE_SECURITY_NAME, TRUE)) {
		check_skip("the process has no SeSecurityPrivilege");
		return;
	}
	directory_make("audits");
	file_make("audits/f");
	check_equal(file_set("audits/f", LABEL_SECURITY_INFORMATION,
			     "S:(ML;;NW;;;LW)"),
		    0);
	check_equal(file_set("audits", sacl, "S:(AU;OICISAFA;FW;;;WD)"), 0);
	named_check("audits", sacl, "S:AI(AU;OICISAFA;FW;;;WD)", __LINE__);
	named_check("audits/f", sacl, "S:AI(AU;IDSAFA;FW;;;WD)", __LINE__);
	named_check("audits/f", LABEL_SECURITY_INFORMATION, "S:AI(ML;;NW;;;LW)",
		    __LINE__);
	check_equal(file_set("audits/f",
			     sacl | PROTECTED_SACL_SECURITY_INFORMATION,
			     "S:(AU;SA;FR;;;WD)"),
		    0);
	check_equal(file_set("audits", sacl, "S:"), 0);
	named_check("audits/f", sacl, "S:PAI(AU;SA;FR;;;WD)", __LINE__);
	named_check("audits", sacl, "S:AI", __LINE__);
}

static void owners_are_set_by_name(void)
{
	PSECURITY_DESCRIPTOR sd = sd_of("O:BUG:SY");
	PSID owner, group;
	BOOL defaulted;

	check(GetSecurityDescriptorOwner(sd, &owner, &defaulted));
	check(GetSecurityDescriptorGroup(sd, &group, &defaulted));
	check_equal(SetNamedSecurityInfoA(file_path("f"), SE_FILE_OBJECT,
					  OWNER_SECURITY_INFORMATION |
						  GROUP_SECURITY_INFORMATION,
					  owner, group, NULL, NULL),
		    0);
	stored_check("f", EVERYTHING, "O:BUG:SYD:(A;;FA;;;WD)", __LINE__);
	check_equal(file_get("f", OWNER_SECURITY_INFORMATION, &owner_for_good,
			     NULL, NULL, NULL, NULL),
		    0);
	check(EqualSid(owner, owner_for_good));
	LocalFree(sd);
}

static void labels_are_a_part_of_their_own(void)
{
	const DWORD label = LABEL_SECURITY_INFORMATION;

	check_equal(file_set("f", label, "S:(ML;;NW;;;LW)"), 0);
	named_check("f", label, "S:(ML;;NW;;;LW)", __LINE__);
	check_equal(file_set("f", label, "S:(ML;;;;;S-1-16-0)"), 0);
	named_check("f", label, "S:(ML;;;;;S-1-16-0)", __LINE__);
	stored_is("f", "D:(A;;FA;;;WD)");
}

static void directories_may_end_in_a_separator(void)
{
	char name[256];
	PSECURITY_DESCRIPTOR sd;

	snprintf(name, sizeof(name), "C:%s\\in\\", files_root);
	check_equal(GetNamedSecurityInfoA(name, SE_FILE_OBJECT, DACL, NULL,
					  NULL, NULL, NULL, &sd),
		    0);
	sd_check(sd, DACL, "D:P(A;OICI;FA;;;WD)(A;OICI;FR;;;BU)", name,
		 __LINE__);
	LocalFree(sd);
	snprintf(name, sizeof(name), "C:%s\\in\\..\\in\\f\\", files_root);
	check_equal(GetNamedSecurityInfoA(name, SE_FILE_OBJECT, DACL, NULL,
					  NULL, NULL, NULL, &sd),
		    ERROR_DIRECTORY);
}

/* What is recorded of directories made with an empty DACL */
static void an_empty_list_keeps_its_owner_from_removing(void)
{
	PSECURITY_DESCRIPTOR sd = sd_of("D:P");
	SECURITY_ATTRIBUTES attributes = {sizeof(attributes), sd, FALSE};

	check(CreateDirectoryA(file_path("empty"), &attributes));
	named_is("empty", "D:P");
	if (!check(become_plain()))
		return;
	check_fails(RemoveDirectoryA(file_path("empty")), ERROR_ACCESS_DENIED);
	check_equal(file_set("empty", DACL, "D:(A;;GA;;;WD)"), 0);
	check(RemoveDirectoryA(file_path("empty")));
	check(RevertToSelf());
	LocalFree(sd);
}

static void what_may_be_set_is_asked_of_the_client(void)
{
	static const struct {
		DWORD parts;
		const char *sddl;
		DWORD error;
	} rows[] = {
		{DACL, "D:(A;;FA;;;WD)", 0},
		{OWNER_SECURITY_INFORMATION, "O:S-1-5-21-1-2-3-4",
		 ERROR_INVALID_OWNER},
		{GROUP_SECURITY_INFORMATION, "G:S-1-5-21-1-2-3-4", 0},
		{SACL_SECURITY_INFORMATION, "S:(AU;SA;FW;;;WD)",
		 ERROR_PRIVILEGE_NOT_HELD},
		{SCOPE_SECURITY_INFORMATION, "S:", ERROR_PRIVILEGE_NOT_HELD},
		{LABEL_SECURITY_INFORMATION, "S:(ML;;NW;;;LW)", 0},
		{LABEL_SECURITY_INFORMATION, "S:(ML;;NW;;;S-1-16-20480)",
		 ERROR_INVALID_LABEL},
	};
	PSECURITY_DESCRIPTOR sd = NULL;

	file_make("plain");
	check(file_store("plain", DACL, "D:(A;;FA;;;WD)"));
	if (!check_say(become_plain(), "error %u", GetLastError()))
		return;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_equal(file_set("plain", rows[i].parts, rows[i].sddl),
			    rows[i].error);
	check_equal(file_get("plain", SACL_SECURITY_INFORMATION, NULL, NULL,
			     NULL, NULL, &sd),
		    ERROR_PRIVILEGE_NOT_HELD);
	check(sd == NULL);
	check(RevertToSelf());
}

int main(void)
{
	run(only_files_and_kernel_objects_have_names);
	if (!files_begin())
		return check_done();
	run(parts_point_into_the_descriptor);
	run(what_is_not_asked_for_is_null);
	run(there_must_be_a_place_for_each_part);
	run(failures_leave_the_outputs_alone);
	run(what_is_set_must_make_sense);
	run(an_empty_list_takes_in_what_is_inherited);
	run(a_null_list_stays_one);
	run(protection_is_asked_for_and_stays);
	run(grants_are_mapped_and_widen);
	run(grants_reach_what_is_there);
	run(audits_are_passed_on_too);
	run(owners_are_set_by_name);
	run(labels_are_a_part_of_their_own);
	run(directories_may_end_in_a_separator);
	run(an_empty_list_keeps_its_owner_from_removing);
	run(what_may_be_set_is_asked_of_the_client);
	files_end();
	return check_done();
}
