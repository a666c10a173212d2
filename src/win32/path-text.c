/* SPDX-License-Identifier: Apache-2.0 */
/* GetFullPathName and GetFinalPathNameByHandle, and giving paths at all. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "file-object.h"
#include "path-text.h"

#include "buf.h"
#include "text.h"
#include "user-memory.h"

static DWORD fail(NTSTATUS status)
{
	(void)win32_result(status);
	return 0;
}

DWORD path_give_narrow(NTSTATUS status, const char *text, LPSTR buffer,
		       DWORD size)
{
	size_t n;

	if (!NT_SUCCESS(status))
		return fail(status);
	n = strlen(text);
	if (n >= size)
		return (DWORD)n + 1;
	if (!user_writable(buffer, n + 1))
		return fail(STATUS_ACCESS_VIOLATION);
	memcpy(buffer, text, n + 1);
	return (DWORD)n;
}

DWORD path_give_wide(NTSTATUS status, const char *text, LPWSTR buffer,
		     DWORD size)
{
	GUISE_AUTO(freep) WCHAR *wide = NULL;
	size_t n;

	if (NT_SUCCESS(status))
		status = utf16_dup(text, &wide);
	if (!NT_SUCCESS(status))
		return fail(status);
	n = text_length(wide);
	if (n >= size)
		return (DWORD)n + 1;
	if (!user_writable(buffer, (n + 1) * sizeof(*wide)))
		return fail(STATUS_ACCESS_VIOLATION);
	memcpy(buffer, wide, (n + 1) * sizeof(*wide));
	return (DWORD)n;
}

DWORD WINAPI GetFullPathNameA(LPCSTR name, DWORD size, LPSTR buffer,
			      LPSTR *ret_file)
{
	GUISE_AUTO(freep) char *text = NULL;
	NTSTATUS status = path_full(name ? name : "", &text);
	DWORD n = path_give_narrow(status, text, buffer, size);
	char *last;

	if (n == 0 || n >= size || !ret_file)
		return n;
	last = strrchr(buffer, '\\');
	*ret_file = last && last[1] ? last + 1 : NULL;
	return n;
}

DWORD WINAPI GetFullPathNameW(LPCWSTR name, DWORD size, LPWSTR buffer,
			      LPWSTR *ret_file)
{
	GUISE_AUTO(freep) char *narrow = NULL;
	GUISE_AUTO(freep) char *text = NULL;
	NTSTATUS status = utf8_dup(name, &narrow);
	DWORD n, at;

	if (NT_SUCCESS(status))
		status = path_full(narrow ? narrow : "", &text);
	n = path_give_wide(status, text, buffer, size);
	if (n == 0 || n >= size || !ret_file)
		return n;
	for (at = n; at > 0 && buffer[at - 1] != '\\'; at--)
		;
	*ret_file = at > 0 && at < n ? buffer + at : NULL;
	return n;
}

/* Where the kernel says that an open file is now */
static NTSTATUS unix_path_of(int fd, char **ret)
{
	char link[64], path[GUISE_PATH_MAX + 1];
	ssize_t n;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path));
	if (n < 0)
		return status_of(-errno);
	if ((size_t)n >= sizeof(path))
		return STATUS_NAME_TOO_LONG;
	if (path[0] != '/')
		return STATUS_OBJECT_PATH_NOT_FOUND; /* a pipe, a socket */
	*ret = strndup(path, (size_t)n);
	return *ret ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

static NTSTATUS final_path(HANDLE handle, DWORD flags, char **ret)
{
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	GUISE_AUTO(freep) char *unix_path = NULL;
	GUISE_AUTO(freep) char *windows = NULL;
	NTSTATUS status;

	if (flags & ~(DWORD)(FILE_NAME_OPENED | VOLUME_NAME_NONE))
		return STATUS_INVALID_PARAMETER; /* volumes have no GUIDs */
	status = file_of_handle(handle, 0, &file, NULL);
	if (NT_SUCCESS(status))
		status = unix_path_of(file->fd, &unix_path);
	if (NT_SUCCESS(status))
		status = path_to_windows(unix_path, &windows);
	if (!NT_SUCCESS(status))
		return status;
	if (asprintf(ret, "%s%s", flags & VOLUME_NAME_NONE ? "" : "\\\\?\\",
		     flags & VOLUME_NAME_NONE ? windows + 2 : windows) < 0)
		return STATUS_NO_MEMORY;
	return STATUS_SUCCESS;
}

DWORD WINAPI GetFinalPathNameByHandleW(HANDLE handle, LPWSTR buffer, DWORD size,
				       DWORD flags)
{
	GUISE_AUTO(freep) char *text = NULL;
	NTSTATUS status = final_path(handle, flags, &text);

	return path_give_wide(status, text, buffer, size);
}

DWORD WINAPI GetFinalPathNameByHandleA(HANDLE handle, LPSTR buffer, DWORD size,
				       DWORD flags)
{
	GUISE_AUTO(freep) char *text = NULL;
	NTSTATUS status = final_path(handle, flags, &text);

	return path_give_narrow(status, text, buffer, size);
}
