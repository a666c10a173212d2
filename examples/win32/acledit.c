/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shows and changes the access control list of a file or directory.
 *
 *	acledit PATH
 *	acledit PATH /grant NAME:[(OI)(CI)]RIGHTS
 *	acledit PATH /deny NAME:[(OI)(CI)]RIGHTS
 *	acledit PATH /remove NAME
 *	acledit PATH /setowner NAME
 *	acledit PATH /inheritance e | d | r     (enable, disable, remove)
 *
 * NAME is an account's name, or *SID. RIGHTS is one of F (full), M (modify),
 * RX (read and execute), R (read), W (write).
 */
#include <windows.h>

#include <aclapi.h>
#include <sddl.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	DWORD mask;
} rights[] = {
	{"F", FILE_ALL_ACCESS},
	{"M", FILE_GENERIC_READ | FILE_GENERIC_WRITE | FILE_GENERIC_EXECUTE |
		      DELETE},
	{"RX", FILE_GENERIC_READ | FILE_GENERIC_EXECUTE},
	{"R", FILE_GENERIC_READ},
	{"W", FILE_GENERIC_WRITE},
};

static DWORD show(char *path)
{
	const SECURITY_INFORMATION parts = OWNER_SECURITY_INFORMATION |
					   GROUP_SECURITY_INFORMATION |
					   DACL_SECURITY_INFORMATION;
	PSECURITY_DESCRIPTOR sd;
	LPSTR text;
	DWORD error;

	error = GetNamedSecurityInfoA(path, SE_FILE_OBJECT, parts, NULL, NULL,
				      NULL, NULL, &sd);
	if (error != ERROR_SUCCESS)
		return error;
	if (ConvertSecurityDescriptorToStringSecurityDescriptorA(
		    sd, SDDL_REVISION_1, parts, &text, NULL)) {
		printf("%s\n%s\n", path, text);
		(void)LocalFree(text);
	} else {
		error = GetLastError();
	}
	(void)LocalFree(sd);
	return error;
}

/* "NAME:(OI)(CI)RIGHTS"; cuts the name off in place. */
static BOOL parse_entry(char *text, EXPLICIT_ACCESSA *entry)
{
	char *at = strrchr(text, ':');

	if (!at)
		return FALSE;
	*at++ = '\0';
	entry->grfInheritance = NO_INHERITANCE;
	for (;;) {
		if (strncmp(at, "(OI)", 4) == 0)
			entry->grfInheritance |= OBJECT_INHERIT_ACE;
		else if (strncmp(at, "(CI)", 4) == 0)
			entry->grfInheritance |= CONTAINER_INHERIT_ACE;
		else
			break;
		at += 4;
	}
	for (size_t i = 0; i < sizeof(rights) / sizeof(rights[0]); i++) {
		if (strcmp(at, rights[i].name) == 0) {
			entry->grfAccessPermissions = rights[i].mask;
			return TRUE;
		}
	}
	return FALSE;
}

/* The SID of an account or of "*S-1-..."; for LocalFree() */
static DWORD find_sid(const char *name, PSID *sid)
{
	char domain[256];
	DWORD size = SECURITY_MAX_SID_SIZE, domain_size = sizeof(domain);
	SID_NAME_USE use;
	DWORD error;

	if (name[0] == '*')
		return ConvertStringSidToSidA(name + 1, sid) ? ERROR_SUCCESS
							     : GetLastError();
	*sid = LocalAlloc(LMEM_FIXED, size);
	if (!*sid)
		return ERROR_NOT_ENOUGH_MEMORY;
	if (LookupAccountNameA(NULL, name, *sid, &size, domain, &domain_size,
			       &use))
		return ERROR_SUCCESS;
	error = GetLastError();
	(void)LocalFree(*sid);
	return error;
}

/* The list of @path with one entry more, or fewer */
static DWORD change_list(char *path, EXPLICIT_ACCESSA *entry)
{
	PSECURITY_DESCRIPTOR sd = NULL;
	PACL old, new;
	DWORD error;

	error = GetNamedSecurityInfoA(path, SE_FILE_OBJECT,
				      DACL_SECURITY_INFORMATION, NULL, NULL,
				      &old, NULL, &sd);
	if (error != ERROR_SUCCESS)
		return error;
	error = SetEntriesInAclA(1, entry, old, &new);
	if (error == ERROR_SUCCESS) {
		error = SetNamedSecurityInfoA(path, SE_FILE_OBJECT,
					      DACL_SECURITY_INFORMATION, NULL,
					      NULL, new, NULL);
		(void)LocalFree(new);
	}
	(void)LocalFree(sd);
	return error;
}

static DWORD change(char *path, ACCESS_MODE mode, char *argument)
{
	EXPLICIT_ACCESSA entry = {0};
	DWORD error;
	PSID sid;

	if (mode != REVOKE_ACCESS && !parse_entry(argument, &entry))
		return ERROR_INVALID_PARAMETER;
	error = find_sid(argument, &sid);
	if (error != ERROR_SUCCESS)
		return error;
	entry.grfAccessMode = mode;
	BuildTrusteeWithSidA(&entry.Trustee, sid);
	error = change_list(path, &entry);
	(void)LocalFree(sid);
	return error;
}

static DWORD set_owner(char *path, const char *name)
{
	PSID sid;
	DWORD error = find_sid(name, &sid);

	if (error != ERROR_SUCCESS)
		return error;
	error = SetNamedSecurityInfoA(path, SE_FILE_OBJECT,
				      OWNER_SECURITY_INFORMATION, sid, NULL,
				      NULL, NULL);
	(void)LocalFree(sid);
	return error;
}

/* Without inheritance, 'd' keeps what was inherited as entries of its own and
 * 'r' drops it. */
static DWORD set_inheritance(char *path, char how)
{
	SECURITY_INFORMATION parts = DACL_SECURITY_INFORMATION;
	PSECURITY_DESCRIPTOR sd = NULL;
	PACL dacl;
	DWORD error;

	if (how != 'e' && how != 'd' && how != 'r')
		return ERROR_INVALID_PARAMETER;
	parts |= how == 'e' ? UNPROTECTED_DACL_SECURITY_INFORMATION
			    : PROTECTED_DACL_SECURITY_INFORMATION;
	error = GetNamedSecurityInfoA(path, SE_FILE_OBJECT,
				      DACL_SECURITY_INFORMATION, NULL, NULL,
				      &dacl, NULL, &sd);
	if (error != ERROR_SUCCESS)
		return error;
	for (DWORD i = 0; how == 'r' && dacl && i < dacl->AceCount;) {
		ACE_HEADER *ace;

		if (!GetAce(dacl, i, (LPVOID *)&ace))
			break;
		if (ace->AceFlags & INHERITED_ACE)
			(void)DeleteAce(dacl, i);
		else
			i++;
	}
	error = SetNamedSecurityInfoA(path, SE_FILE_OBJECT, parts, NULL, NULL,
				      dacl, NULL);
	(void)LocalFree(sd);
	return error;
}

static DWORD act(char *path, const char *option, char *argument)
{
	if (strcmp(option, "/grant") == 0)
		return change(path, GRANT_ACCESS, argument);
	if (strcmp(option, "/deny") == 0)
		return change(path, DENY_ACCESS, argument);
	if (strcmp(option, "/remove") == 0)
		return change(path, REVOKE_ACCESS, argument);
	if (strcmp(option, "/setowner") == 0)
		return set_owner(path, argument);
	if (strcmp(option, "/inheritance") == 0)
		return set_inheritance(path, argument[0]);
	return ERROR_INVALID_PARAMETER;
}

int main(int argc, char **argv)
{
	DWORD error;

	if ((argc != 2 && argc != 4) || argv[1][0] == '-') {
		fprintf(stderr,
			"usage: acledit PATH [/grant NAME:RIGHTS | /deny "
			"NAME:RIGHTS | /remove NAME | /setowner NAME | "
			"/inheritance e|d|r]\n");
		return 2;
	}
	error = argc == 2 ? show(argv[1]) : act(argv[1], argv[2], argv[3]);
	if (error != ERROR_SUCCESS) {
		fprintf(stderr, "acledit: %s: error %lu\n", argv[1],
			(unsigned long)error);
		return 1;
	}
	return 0;
}
