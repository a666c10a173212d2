/* SPDX-License-Identifier: Apache-2.0 */
/* Files of a test's own and how they open; after windows.h. */
#ifndef TESTS_WIN32_FILE_OPEN_H
#define TESTS_WIN32_FILE_OPEN_H

#include "descriptor.h"
#include "temp.h"

#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

__attribute__((__unused__)) static HANDLE
open_as(const char *name, DWORD access, DWORD disposition, const char *sddl)
{
	SECURITY_ATTRIBUTES attributes = {.nLength = sizeof(attributes)};
	HANDLE file;

	if (sddl)
		attributes.lpSecurityDescriptor = sd_of(sddl);
	file = CreateFileA(temp_path(name), access, SHARE_ALL,
			   sddl ? &attributes : NULL, disposition, 0, NULL);
	if (sddl)
		LocalFree(attributes.lpSecurityDescriptor);
	return file;
}

__attribute__((__unused__)) static void make(const char *name, const char *sddl)
{
	HANDLE file = open_as(name, GENERIC_WRITE, CREATE_NEW, sddl);
	DWORD n;

	check(file != INVALID_HANDLE_VALUE);
	check(WriteFile(file, "text", 4, &n, NULL));
	check(CloseHandle(file));
}

#define opens(name, access, disposition)                                       \
	(CloseHandle(open_as(name, access, disposition, NULL)))
#define open_fails(name, access, disposition, error)                           \
	check_fails(open_as(name, access, disposition, NULL) !=                \
			    INVALID_HANDLE_VALUE,                              \
		    error)

__attribute__((__unused__)) static BOOL read_one(HANDLE file)
{
	char c;
	DWORD n;

	return ReadFile(file, &c, 1, &n, NULL);
}

#endif
