/* SPDX-License-Identifier: Apache-2.0 */
/* Directories: made, removed, and the one a process is in. */
#include <stdlib.h>
#include <unistd.h>

#include "file-query.h"

#include "path-text.h"

static NTSTATUS create(const struct path *path, LPSECURITY_ATTRIBUTES security)
{
	const struct file_open how = {
		.access = FILE_LIST_DIRECTORY | SYNCHRONIZE,
		.share = FILE_SHARE_READ | FILE_SHARE_WRITE,
		.disposition = GUISE_NT_CREATE,
		.options = GUISE_NT_DIRECTORY | GUISE_NT_BACKUP_INTENT,
		.descriptor = security ? security->lpSecurityDescriptor : NULL,
	};
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;

	return file_open(path, &how, &file, NULL);
}

BOOL WINAPI CreateDirectoryW(LPCWSTR name, LPSECURITY_ATTRIBUTES security)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	NTSTATUS status = path_of_wide(name, &path);

	return win32_result(NT_SUCCESS(status) ? create(&path, security)
					       : status);
}

BOOL WINAPI CreateDirectoryA(LPCSTR name, LPSECURITY_ATTRIBUTES security)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	NTSTATUS status = path_of_narrow(name, &path);

	return win32_result(NT_SUCCESS(status) ? create(&path, security)
					       : status);
}

/* A link to a directory goes, not the directory. */
static NTSTATUS remove_directory(const struct path *path)
{
	const struct file_open how = {
		.access = DELETE | SYNCHRONIZE,
		.share = FILE_SHARE_VALID_FLAGS,
		.disposition = GUISE_NT_OPEN,
		.options = GUISE_NT_DIRECTORY | GUISE_NT_BACKUP_INTENT |
			   GUISE_NT_OPEN_LINK,
	};
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	NTSTATUS status = file_open(path, &how, &file, NULL);

	return NT_SUCCESS(status) ? file_set_delete(file, true) : status;
}

BOOL WINAPI RemoveDirectoryW(LPCWSTR name)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	NTSTATUS status = path_of_wide(name, &path);

	return win32_result(NT_SUCCESS(status) ? remove_directory(&path)
					       : status);
}

BOOL WINAPI RemoveDirectoryA(LPCSTR name)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	NTSTATUS status = path_of_narrow(name, &path);

	return win32_result(NT_SUCCESS(status) ? remove_directory(&path)
					       : status);
}

static NTSTATUS change_to(const struct path *path)
{
	const struct file_open how = {
		.access = FILE_TRAVERSE | SYNCHRONIZE,
		.share = FILE_SHARE_VALID_FLAGS,
		.disposition = GUISE_NT_OPEN,
		.options = GUISE_NT_DIRECTORY,
	};
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	NTSTATUS status = file_open(path, &how, &file, NULL);

	if (NT_SUCCESS(status) && fchdir(file->fd) < 0)
		status = status_of(-errno);
	return status;
}

BOOL WINAPI SetCurrentDirectoryW(LPCWSTR name)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	NTSTATUS status = path_of_wide(name, &path);

	return win32_result(NT_SUCCESS(status) ? change_to(&path) : status);
}

BOOL WINAPI SetCurrentDirectoryA(LPCSTR name)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	NTSTATUS status = path_of_narrow(name, &path);

	return win32_result(NT_SUCCESS(status) ? change_to(&path) : status);
}

static NTSTATUS current(char **ret)
{
	GUISE_AUTO(freep) char *here = getcwd(NULL, 0);

	return here ? path_to_windows(here, ret) : status_of(-errno);
}

DWORD WINAPI GetCurrentDirectoryW(DWORD size, LPWSTR buffer)
{
	GUISE_AUTO(freep) char *text = NULL;
	NTSTATUS status = current(&text);

	return path_give_wide(status, text, buffer, size);
}

DWORD WINAPI GetCurrentDirectoryA(DWORD size, LPSTR buffer)
{
	GUISE_AUTO(freep) char *text = NULL;
	NTSTATUS status = current(&text);

	return path_give_narrow(status, text, buffer, size);
}
