/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way installers protect a file: a descriptor from explicit entries for
 * new objects, read back, changed in place, and what that lets us do.
 */
#define STRICT
#include <windows.h>

#include <aclapi.h>
#include <sddl.h>
#include <stdio.h>
#include <tchar.h>

#define SAFE_FREE(p)                                                           \
	do {                                                                   \
		if (p) {                                                       \
			LocalFree(p);                                          \
			(p) = NULL;                                            \
		}                                                              \
	} while (0)

static int failures;

static void failed(const char *what, DWORD error)
{
	printf("%s: error %lu (0x%08lX)\n", what, error, error);
	failures++;
}

static PACL make_acl(PSID everyone, PSID admins)
{
	EXPLICIT_ACCESS ea[2];
	PACL acl = NULL;
	DWORD res;

	ZeroMemory(&ea, 2 * sizeof(EXPLICIT_ACCESS));
	ea[0].grfAccessPermissions = GENERIC_READ;
	ea[0].grfAccessMode = SET_ACCESS;
	ea[0].grfInheritance = NO_INHERITANCE;
	ea[0].Trustee.TrusteeForm = TRUSTEE_IS_SID;
	ea[0].Trustee.TrusteeType = TRUSTEE_IS_WELL_KNOWN_GROUP;
	ea[0].Trustee.ptstrName = (LPTSTR)everyone;
	ea[1].grfAccessPermissions = GENERIC_ALL;
	ea[1].grfAccessMode = SET_ACCESS;
	ea[1].grfInheritance = NO_INHERITANCE;
	ea[1].Trustee.TrusteeForm = TRUSTEE_IS_SID;
	ea[1].Trustee.TrusteeType = TRUSTEE_IS_GROUP;
	ea[1].Trustee.ptstrName = (LPTSTR)admins;
	res = SetEntriesInAcl(2, ea, NULL, &acl);
	if (ERROR_SUCCESS != res)
		failed("SetEntriesInAcl", res);
	return acl;
}

static void show(SE_OBJECT_TYPE type, HANDLE object, const char *wanted)
{
	PSECURITY_DESCRIPTOR psd = NULL;
	PACL dacl = NULL;
	LPSTR text = NULL;
	DWORD res = GetSecurityInfo(object, type, DACL_SECURITY_INFORMATION,
				    NULL, NULL, &dacl, NULL, &psd);

	if (res != ERROR_SUCCESS) {
		failed("GetSecurityInfo", res);
		return;
	}
	if (!ConvertSecurityDescriptorToStringSecurityDescriptorA(
		    psd, SDDL_REVISION_1, DACL_SECURITY_INFORMATION, &text,
		    NULL)) {
		failed("ConvertSecurityDescriptor...", GetLastError());
	} else if (strcmp(text, wanted) != 0 || dacl->AceCount != 2) {
		printf("%s, not %s\n", text, wanted);
		failures++;
	}
	SAFE_FREE(text);
	SAFE_FREE(psd);
}

static void event_with_descriptor(PACL acl)
{
	PSECURITY_DESCRIPTOR sd = (PSECURITY_DESCRIPTOR)LocalAlloc(
		LPTR, SECURITY_DESCRIPTOR_MIN_LENGTH);
	SECURITY_ATTRIBUTES sa;
	HANDLE event;

	if (NULL == sd ||
	    !InitializeSecurityDescriptor(sd, SECURITY_DESCRIPTOR_REVISION) ||
	    !SetSecurityDescriptorDacl(sd, TRUE, acl, FALSE)) {
		failed("SetSecurityDescriptorDacl", GetLastError());
		return;
	}
	sa.nLength = sizeof(SECURITY_ATTRIBUTES);
	sa.lpSecurityDescriptor = sd;
	sa.bInheritHandle = FALSE;
	event = CreateEvent(&sa, TRUE, FALSE, NULL);
	if (!event) {
		failed("CreateEvent", GetLastError());
	} else {
		show(SE_KERNEL_OBJECT, event,
		     "D:(A;;CCRC;;;WD)(A;;0x1f0003;;;BA)");
		CloseHandle(event);
	}
	SAFE_FREE(sd);
}

static void aces_one_by_one(PSID everyone)
{
	ACL_SIZE_INFORMATION info;
	BYTE buffer[256];
	PACL acl = (PACL)buffer;
	LPVOID ace;

	if (!InitializeAcl(acl, sizeof(buffer), ACL_REVISION) ||
	    !AddAccessDeniedAce(acl, ACL_REVISION, FILE_WRITE_DATA, everyone) ||
	    !AddAccessAllowedAceEx(acl, ACL_REVISION, OBJECT_INHERIT_ACE,
				   FILE_GENERIC_READ, everyone) ||
	    !GetAclInformation(acl, &info, sizeof(info), AclSizeInformation)) {
		failed("building an ACL", GetLastError());
		return;
	}
	for (DWORD i = 0; i < info.AceCount; i++) {
		if (!GetAce(acl, i, &ace)) {
			failed("GetAce", GetLastError());
			continue;
		}
		switch (((PACE_HEADER)ace)->AceType) {
		case ACCESS_ALLOWED_ACE_TYPE: {
			PACCESS_ALLOWED_ACE allowed = (PACCESS_ALLOWED_ACE)ace;

			if (!EqualSid(everyone, (PSID)&allowed->SidStart) ||
			    allowed->Mask != FILE_GENERIC_READ)
				failed("allowed", i);
			break;
		}
		case ACCESS_DENIED_ACE_TYPE:
			if (i != 0)
				failed("denied", i);
			break;
		default:
			failed("type", i);
		}
	}
}

int _tmain(int argc, TCHAR *argv[]);

int _tmain(int argc, TCHAR *argv[])
{
	SID_IDENTIFIER_AUTHORITY world = SECURITY_WORLD_SID_AUTHORITY;
	SID_IDENTIFIER_AUTHORITY nt = SECURITY_NT_AUTHORITY;
	PSID everyone = NULL, admins = NULL;
	PACL acl;

	UNREFERENCED_PARAMETER(argc);
	UNREFERENCED_PARAMETER(argv);
	if (!AllocateAndInitializeSid(&world, 1, SECURITY_WORLD_RID, 0, 0, 0, 0,
				      0, 0, 0, &everyone) ||
	    !AllocateAndInitializeSid(&nt, 2, SECURITY_BUILTIN_DOMAIN_RID,
				      DOMAIN_ALIAS_RID_ADMINS, 0, 0, 0, 0, 0, 0,
				      &admins)) {
		failed("AllocateAndInitializeSid", GetLastError());
		return EXIT_FAILURE;
	}
	acl = make_acl(everyone, admins);
	if (acl)
		event_with_descriptor(acl);
	aces_one_by_one(everyone);
	SAFE_FREE(acl);
	FreeSid(everyone);
	FreeSid(admins);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
