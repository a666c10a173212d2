/* SPDX-License-Identifier: Apache-2.0 */
/* Where temporary files go, and names for them. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>

#include "path-text.h"

#include "text.h"
#include "user-memory.h"

/* Windows' variables, then Linux'; none counts in a program that runs with
 * more rights than its caller. */
static NTSTATUS temp_directory(char **ret)
{
	static const char *const variables[] = {"TMP", "TEMP", "TMPDIR"};
	char value[GUISE_PATH_MAX + 2];
	DWORD n = 0;

	for (size_t i = 0; !getauxval(AT_SECURE) && i < ARRAY_SIZE(variables);
	     i++) {
		n = GetEnvironmentVariableA(variables[i], value,
					    GUISE_PATH_MAX);
		if (n > 0 && n < GUISE_PATH_MAX)
			break;
		n = 0;
	}
	if (n == 0)
		return path_full("/tmp/", ret);
	if (value[n - 1] != '\\' && value[n - 1] != '/')
		value[n++] = '\\';
	value[n] = '\0';
	return path_full(value, ret);
}

DWORD WINAPI GetTempPathA(DWORD size, LPSTR buffer)
{
	GUISE_AUTO(freep) char *text = NULL;
	const DWORD before = GetLastError();
	NTSTATUS status = temp_directory(&text);

	SetLastError(before);
	return path_give_narrow(status, text, buffer, size);
}

DWORD WINAPI GetTempPathW(DWORD size, LPWSTR buffer)
{
	GUISE_AUTO(freep) char *text = NULL;
	const DWORD before = GetLastError();
	NTSTATUS status = temp_directory(&text);

	SetLastError(before);
	return path_give_wide(status, text, buffer, size);
}

/* "dir\pre1A2B.tmp"; up to three characters of the prefix count. */
static bool put_name(const char *directory, const char *prefix, UINT unique,
		     char ret[MAX_PATH])
{
	const size_t n = strlen(directory);
	const bool ends =
		n > 0 && (directory[n - 1] == '\\' || directory[n - 1] == '/');
	int size = snprintf(ret, MAX_PATH, "%s%s%.3s%X.tmp", directory,
			    ends ? "" : "\\", prefix, unique & 0xffff);

	return size > 0 && size < MAX_PATH;
}

static DWORD try_name(const char *name)
{
	HANDLE file = CreateFileA(name, GENERIC_READ, 0, NULL, CREATE_NEW,
				  FILE_ATTRIBUTE_NORMAL, NULL);

	if (file == INVALID_HANDLE_VALUE)
		return GetLastError();
	(void)CloseHandle(file);
	return ERROR_SUCCESS;
}

/* Whoever guesses the number gets no more than a failure: the name is made
 * only if it is not there. */
static UINT make_name(const char *directory, const char *prefix,
		      char ret[MAX_PATH])
{
	UINT unique = GetTickCount();
	DWORD error = ERROR_FILE_EXISTS;

	for (unsigned tries = 0; tries < 0xffff && error == ERROR_FILE_EXISTS;
	     tries++, unique++) {
		if ((unique & 0xffff) == 0)
			continue;
		if (!put_name(directory, prefix, unique, ret))
			return (UINT)win32_fail(ERROR_BUFFER_OVERFLOW);
		error = try_name(ret);
		if (error == ERROR_SUCCESS)
			return unique & 0xffff;
	}
	return (UINT)win32_fail(error);
}

static bool is_directory(const char *name)
{
	const DWORD attributes = GetFileAttributesA(name);

	return attributes != INVALID_FILE_ATTRIBUTES &&
	       (attributes & FILE_ATTRIBUTE_DIRECTORY);
}

UINT WINAPI GetTempFileNameA(LPCSTR directory, LPCSTR prefix, UINT unique,
			     LPSTR ret)
{
	char name[MAX_PATH];
	UINT made = unique & 0xffff;

	if (!user_writable(ret, MAX_PATH))
		return (UINT)win32_fail(ERROR_NOACCESS);
	if (!directory || !is_directory(directory))
		return (UINT)win32_fail(ERROR_DIRECTORY);
	if (!prefix)
		prefix = "";
	if (prefix[strcspn(prefix, "/\\")])
		return (UINT)win32_fail(ERROR_INVALID_NAME);
	if (made == 0)
		made = make_name(directory, prefix, name);
	else if (!put_name(directory, prefix, made, name))
		return (UINT)win32_fail(ERROR_BUFFER_OVERFLOW);
	if (made != 0)
		memcpy(ret, name, strlen(name) + 1);
	return made;
}

UINT WINAPI GetTempFileNameW(LPCWSTR directory, LPCWSTR prefix, UINT unique,
			     LPWSTR ret)
{
	GUISE_AUTO(freep) char *narrow = NULL;
	GUISE_AUTO(freep) char *narrow_prefix = NULL;
	GUISE_AUTO(freep) WCHAR *wide = NULL;
	char name[MAX_PATH];
	NTSTATUS status;
	UINT made;

	if (!user_writable(ret, MAX_PATH * sizeof(*ret)))
		return (UINT)win32_fail(ERROR_NOACCESS);
	status = utf8_dup(directory, &narrow);
	if (NT_SUCCESS(status))
		status = utf8_dup(prefix, &narrow_prefix);
	if (!NT_SUCCESS(status))
		return (UINT)win32_result(status);
	made = GetTempFileNameA(narrow, narrow_prefix, unique, name);
	if (made == 0)
		return 0;
	status = utf16_dup(name, &wide);
	if (!NT_SUCCESS(status))
		return (UINT)win32_result(status);
	memcpy(ret, wide, (text_length(wide) + 1) * sizeof(*wide));
	return made;
}
