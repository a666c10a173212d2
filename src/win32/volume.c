/* SPDX-License-Identifier: Apache-2.0 */
/* Drives and what they can keep; names in other lengths, of which there are
 * none. */
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "file-facts.h"
#include "path-text.h"

#include "text.h"
#include "user-memory.h"

#define USUAL_FLAGS                                                            \
	(FILE_CASE_SENSITIVE_SEARCH | FILE_CASE_PRESERVED_NAMES |              \
	 FILE_UNICODE_ON_DISK | FILE_SUPPORTS_HARD_LINKS |                     \
	 FILE_SUPPORTS_REPARSE_POINTS)

struct volume {
	DWORD serial;
	DWORD flags;
	const char *name; /* of the file system; static */
};

/* A descriptor is an attribute; asked of one that nobody has. */
static bool keeps_descriptors(const char *unix_path)
{
	char nothing;

	return getxattr(unix_path, "security.guise-none", &nothing, 1) >= 0 ||
	       errno != EOPNOTSUPP;
}

static NTSTATUS volume_of(const struct path *path, struct volume *ret)
{
	struct file_facts facts;
	NTSTATUS status = file_facts_of_path(path, &facts);
	bool keeps;

	if (!NT_SUCCESS(status))
		return status;
	if (!facts.is_directory)
		return STATUS_NOT_A_DIRECTORY;
	keeps = keeps_descriptors(path->unix_path);
	/* programs take it for the same question */
	*ret = (struct volume){
		.serial = facts.volume,
		.flags = USUAL_FLAGS | (keeps ? FILE_PERSISTENT_ACLS : 0),
		.name = keeps ? "NTFS" : "FAT32",
	};
	return STATUS_SUCCESS;
}

static bool put_number(DWORD *to, DWORD value)
{
	if (to && !user_writable(to, sizeof(*to)))
		return false;
	if (to)
		*to = value;
	return true;
}

static NTSTATUS put_numbers(const struct volume *volume, LPDWORD serial,
			    LPDWORD longest, LPDWORD flags)
{
	return put_number(serial, volume->serial) &&
			       put_number(longest, GUISE_NAME_MAX) &&
			       put_number(flags, volume->flags)
		       ? STATUS_SUCCESS
		       : STATUS_ACCESS_VIOLATION;
}

static NTSTATUS too_long(DWORD n, DWORD size)
{
	return n >= size ? status_of_win32(ERROR_BAD_LENGTH) : STATUS_SUCCESS;
}

BOOL WINAPI GetVolumeInformationW(LPCWSTR root, LPWSTR name, DWORD name_size,
				  LPDWORD serial, LPDWORD longest,
				  LPDWORD flags, LPWSTR system,
				  DWORD system_size)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	struct volume volume;
	NTSTATUS status = path_of_wide(root ? root : L"\\", &path);

	if (NT_SUCCESS(status))
		status = volume_of(&path, &volume);
	if (NT_SUCCESS(status))
		status = put_numbers(&volume, serial, longest, flags);
	if (NT_SUCCESS(status) && name)
		status = too_long(path_give_wide(0, "", name, name_size),
				  name_size);
	if (NT_SUCCESS(status) && system)
		status = too_long(
			path_give_wide(0, volume.name, system, system_size),
			system_size);
	return win32_result(status);
}

BOOL WINAPI GetVolumeInformationA(LPCSTR root, LPSTR name, DWORD name_size,
				  LPDWORD serial, LPDWORD longest,
				  LPDWORD flags, LPSTR system,
				  DWORD system_size)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	struct volume volume;
	NTSTATUS status = path_of_narrow(root ? root : "\\", &path);

	if (NT_SUCCESS(status))
		status = volume_of(&path, &volume);
	if (NT_SUCCESS(status))
		status = put_numbers(&volume, serial, longest, flags);
	if (NT_SUCCESS(status) && name)
		status = too_long(path_give_narrow(0, "", name, name_size),
				  name_size);
	if (NT_SUCCESS(status) && system)
		status = too_long(
			path_give_narrow(0, volume.name, system, system_size),
			system_size);
	return win32_result(status);
}

static UINT drive_type(NTSTATUS status, const struct path *path)
{
	struct stat is;

	if (!NT_SUCCESS(status) || stat(path->unix_path, &is) < 0 ||
	    !S_ISDIR(is.st_mode))
		return DRIVE_NO_ROOT_DIR;
	return DRIVE_FIXED;
}

UINT WINAPI GetDriveTypeW(LPCWSTR root)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	NTSTATUS status = path_of_wide(root ? root : L"\\", &path);

	return drive_type(status, &path);
}

UINT WINAPI GetDriveTypeA(LPCSTR root)
{
	GUISE_AUTO(path_clear) struct path path = PATH_NONE;
	NTSTATUS status = path_of_narrow(root ? root : "\\", &path);

	return drive_type(status, &path);
}

DWORD WINAPI GetLogicalDrives(VOID)
{
	return path_drives();
}

/* The text itself, if it leads somewhere */
static DWORD same_narrow(LPCSTR name, LPSTR buffer, DWORD size)
{
	if (GetFileAttributesA(name) == INVALID_FILE_ATTRIBUTES)
		return 0;
	return path_give_narrow(STATUS_SUCCESS, name, buffer, size);
}

static DWORD same_wide(LPCWSTR name, LPWSTR buffer, DWORD size)
{
	GUISE_AUTO(freep) char *narrow = NULL;
	NTSTATUS status;

	if (GetFileAttributesW(name) == INVALID_FILE_ATTRIBUTES)
		return 0;
	status = utf8_dup(name, &narrow);
	return path_give_wide(status, narrow, buffer, size);
}

DWORD WINAPI GetLongPathNameA(LPCSTR name, LPSTR buffer, DWORD size)
{
	return same_narrow(name, buffer, size);
}

DWORD WINAPI GetLongPathNameW(LPCWSTR name, LPWSTR buffer, DWORD size)
{
	return same_wide(name, buffer, size);
}

DWORD WINAPI GetShortPathNameA(LPCSTR name, LPSTR buffer, DWORD size)
{
	return same_narrow(name, buffer, size);
}

DWORD WINAPI GetShortPathNameW(LPCWSTR name, LPWSTR buffer, DWORD size)
{
	return same_wide(name, buffer, size);
}
