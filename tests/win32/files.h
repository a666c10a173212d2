/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A directory to work in, and descriptors of what is in it as text. Needs a
 * process that may store descriptors and a file system that takes them; without
 * those files_begin() says so and is 0.
 */
#ifndef TESTS_WIN32_FILES_H
#define TESTS_WIN32_FILES_H

#include <windows.h>

#include <aclapi.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "descriptor.h"

#define EVERYTHING                                                             \
	(OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION |             \
	 DACL_SECURITY_INFORMATION)

static char files_root[64];

/* The path of what is in the directory; four of them can be in use. */
__attribute__((__unused__)) static char *file_path(const char *name)
{
	static _Thread_local char paths[4][512];
	static _Thread_local unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s%s%s", files_root, *name ? "/" : "",
		 name);
	return path;
}

__attribute__((__unused__)) static void file_make(const char *name)
{
	FILE *file = fopen(file_path(name), "w");

	check(file && fputs("text", file) >= 0 && fclose(file) == 0);
}

__attribute__((__unused__)) static void directory_make(const char *name)
{
	check(mkdir(file_path(name), 0777) == 0);
}

/* As it is stored, nothing taken in and nothing passed on */
__attribute__((__unused__)) static BOOL
file_store(const char *name, SECURITY_INFORMATION parts, const char *sddl)
{
	PSECURITY_DESCRIPTOR sd = sd_of(sddl);
	BOOL done = SetFileSecurityA(file_path(name), parts, sd);

	LocalFree(sd);
	return done;
}

/* The DACL of @sddl, by name */
__attribute__((__unused__)) static DWORD
file_set(const char *name, SECURITY_INFORMATION parts, const char *sddl)
{
	PSECURITY_DESCRIPTOR sd = sd_of(sddl);
	BOOL present, defaulted;
	PACL dacl, sacl;
	PSID owner, group;
	DWORD error;

	check(GetSecurityDescriptorDacl(sd, &present, &dacl, &defaulted));
	if (!present)
		dacl = NULL;
	check(GetSecurityDescriptorSacl(sd, &present, &sacl, &defaulted));
	if (!present)
		sacl = NULL;
	check(GetSecurityDescriptorOwner(sd, &owner, &defaulted));
	check(GetSecurityDescriptorGroup(sd, &group, &defaulted));
	error = SetNamedSecurityInfoA(file_path(name), SE_FILE_OBJECT, parts,
				      owner, group, dacl, sacl);
	LocalFree(sd);
	return error;
}

static void sd_check(PSECURITY_DESCRIPTOR sd, SECURITY_INFORMATION parts,
		     const char *want, const char *name, int line)
{
	char *text = NULL;

	if (!check_that(ConvertSecurityDescriptorToStringSecurityDescriptorA(
				sd, SDDL_REVISION_1, parts, &text, NULL),
			__FILE__, line, "%s: no text: %u", name,
			GetLastError()))
		return;
	check_that(strcmp(text, want) == 0, __FILE__, line, "%s: %s, not %s",
		   name, text, want);
	LocalFree(text);
}

__attribute__((__unused__)) static void named_check(const char *name,
						    SECURITY_INFORMATION parts,
						    const char *want, int line)
{
	PSECURITY_DESCRIPTOR sd = NULL;
	DWORD error = GetNamedSecurityInfoA(file_path(name), SE_FILE_OBJECT,
					    parts, NULL, NULL, NULL, NULL, &sd);

	if (check_that(error == 0, __FILE__, line, "%s: error %u", name, error))
		sd_check(sd, parts, want, name, line);
	LocalFree(sd);
}

__attribute__((__unused__)) static void stored_check(const char *name,
						     SECURITY_INFORMATION parts,
						     const char *want, int line)
{
	BYTE sd[4096];
	DWORD n;
	BOOL done =
		GetFileSecurityA(file_path(name), parts, sd, sizeof(sd), &n);

	if (check_that(done, __FILE__, line, "%s: error %u", name,
		       GetLastError()))
		sd_check(sd, parts, want, name, line);
}

/* What GetNamedSecurityInfo says, and what GetFileSecurity says; of a DACL */
#define named_is(name, sddl)                                                   \
	named_check(name, DACL_SECURITY_INFORMATION, sddl, __LINE__)
#define stored_is(name, sddl)                                                  \
	stored_check(name, DACL_SECURITY_INFORMATION, sddl, __LINE__)

__attribute__((__unused__)) static int files_begin(void)
{
	strcpy(files_root, "/tmp/guise-win32-XXXXXX");
	if (!check(mkdtemp(files_root) != NULL))
		return 0;
	if (file_store("", DACL_SECURITY_INFORMATION, "D:(A;OICI;FA;;;WD)"))
		return 1;
	check_skip("no descriptor can be stored in %s (error %u): it takes "
		   "CAP_SYS_ADMIN and extended attributes",
		   files_root, GetLastError());
	rmdir(files_root);
	return 0;
}

/* Removes all that tests made. */
__attribute__((__unused__)) static void files_end(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", files_root);
	check(system(command) == 0);
}

/* A privilege of the process's token on or off; FALSE: it has none such */
__attribute__((__unused__)) static BOOL privilege_set(const char *name, BOOL on)
{
	TOKEN_PRIVILEGES privileges = {
		.PrivilegeCount = 1,
		.Privileges = {{.Attributes = on ? SE_PRIVILEGE_ENABLED : 0}},
	};
	HANDLE token;
	BOOL done;

	if (!LookupPrivilegeValueA(NULL, name, &privileges.Privileges[0].Luid))
		return FALSE;
	if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES,
			      &token))
		return FALSE;
	done = AdjustTokenPrivileges(token, FALSE, &privileges, 0, NULL,
				     NULL) &&
	       GetLastError() == ERROR_SUCCESS;
	CloseHandle(token);
	return done;
}

/* A client without privileges, of the process's own identity */
__attribute__((__unused__)) static BOOL become_plain(void)
{
	HANDLE own, restricted;
	BOOL done;

	if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &own))
		return FALSE;
	done = CreateRestrictedToken(own, DISABLE_MAX_PRIVILEGE, 0, NULL, 0,
				     NULL, 0, NULL, &restricted);
	CloseHandle(own);
	if (!done)
		return FALSE;
	done = ImpersonateLoggedOnUser(restricted);
	CloseHandle(restricted);
	return done;
}

#endif
