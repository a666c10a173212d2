/* SPDX-License-Identifier: Apache-2.0 */
/* Windows paths and where they lead; docs/win32-paths.md. */
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>
#include <winternl.h>

#include <string.h>
#include <unistd.h>

#include "check.h"
#include "temp.h"

static char here[MAX_PATH];

static void full_paths_are_made_of_text(void)
{
	static const struct {
		const char *name;
		const char *full;
	} rows[] = {
		{"C:\\a\\b", "C:\\a\\b"},
		{"c:/a//b", "c:\\a\\b"},
		{"C:\\a\\..\\..\\b", "C:\\b"},
		{"C:\\a\\.\\b. ", "C:\\a\\b"},
		{"C:\\a\\b\\", "C:\\a\\b\\"},
		{"C:\\*.txt", "C:\\*.txt"},
		{"Q:\\none", "Q:\\none"},
		{"/usr/bin", "C:\\usr\\bin"},
		{"\\usr", "C:\\usr"},
		{"C:\\", "C:\\"},
		{"\\\\.\\C:\\x", "\\\\.\\C:\\x"},
		{"\\\\host\\share\\x", "\\\\host\\share\\x"},
	};
	char text[MAX_PATH], *part = NULL;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		DWORD n = GetFullPathNameA(rows[i].name, sizeof(text), text,
					   NULL);

		check_say(n == strlen(rows[i].full) &&
				  strcmp(text, rows[i].full) == 0,
			  "%s: %s", rows[i].name, text);
	}
	check_equal(GetFullPathNameA("C:\\a\\b", 6, text, NULL), 7);
	check_equal(GetFullPathNameA("C:\\a\\b", 7, text, &part), 6);
	check(part && strcmp(part, "b") == 0);
	check_equal(GetFullPathNameA("C:\\a\\", 9, text, &part), 5);
	check(!part);
	check_fails(GetFullPathNameA("", sizeof(text), text, NULL),
		    ERROR_INVALID_NAME);
}

static void the_current_directory_is_where_relative_paths_begin(void)
{
	char text[MAX_PATH], want[2 * MAX_PATH];
	DWORD n = (DWORD)strlen(temp_directory);

	check(SetCurrentDirectoryA(temp_directory));
	check_equal(GetCurrentDirectoryA(sizeof(text), text), n);
	check(strcmp(text, temp_directory) == 0);
	check_equal(GetCurrentDirectoryA(n, text), n + 1);
	check_equal(GetCurrentDirectoryW(0, NULL), n + 1);
	check(CreateDirectoryA("sub", NULL));
	check(GetFileAttributesA(temp_path("sub")) == FILE_ATTRIBUTE_DIRECTORY);
	check(GetFileAttributesA(".\\nothing\\..\\sub") ==
	      FILE_ATTRIBUTE_DIRECTORY);
	GetFullPathNameA("sub\\x", sizeof(text), text, NULL);
	snprintf(want, sizeof(want), "%s\\sub\\x", temp_directory);
	check(strcmp(text, want) == 0);
	check_fails(SetCurrentDirectoryA("nothing"), ERROR_FILE_NOT_FOUND);
	check(RemoveDirectoryA("sub"));
	check(SetCurrentDirectoryA("C:\\"));
	check_equal(GetCurrentDirectoryA(sizeof(text), text), 3);
	check(SetCurrentDirectoryA(here));
}

static void drives_are_directories(void)
{
	char text[MAX_PATH], want[2 * MAX_PATH];
	HANDLE file = CreateFileA("X:\\file", GENERIC_WRITE, FILE_SHARE_READ,
				  NULL, CREATE_NEW, 0, NULL);
	WCHAR wide[MAX_PATH];
	DWORD n;

	check(file != INVALID_HANDLE_VALUE);
	check_equal(GetFileAttributesA("x:/file"), FILE_ATTRIBUTE_ARCHIVE);
	check_equal(GetFileAttributesA("\\\\?\\X:\\file"),
		    FILE_ATTRIBUTE_ARCHIVE);
	check_equal(GetFileAttributesA("\\\\.\\X:\\dir\\..\\file"),
		    FILE_ATTRIBUTE_ARCHIVE);
	/* above a drive there is nothing */
	check_equal(GetFileAttributesA("X:\\..\\..\\file"),
		    FILE_ATTRIBUTE_ARCHIVE);
	check_fails(GetFileAttributesA("\\\\?\\X:\\..\\file") !=
			    INVALID_FILE_ATTRIBUTES,
		    ERROR_INVALID_NAME);
	check_fails(GetFileAttributesA("\\\\host\\share\\file") !=
			    INVALID_FILE_ATTRIBUTES,
		    ERROR_PATH_NOT_FOUND);
	n = GetFinalPathNameByHandleA(file, text, sizeof(text), 0);
	check(strcmp(text, "\\\\?\\X:\\file") == 0);
	check_equal(n, strlen(text));
	check_equal(GetFinalPathNameByHandleW(file, wide, 3, 0), n + 1);
	snprintf(want, sizeof(want), "%s", "\\file");
	check_equal(GetFinalPathNameByHandleA(file, text, sizeof(text),
					      VOLUME_NAME_NONE),
		    5);
	check(strcmp(text, want) == 0);
	check(CloseHandle(file));
	check(DeleteFileA("X:\\file"));
}

static void volumes_say_whether_they_keep_descriptors(void)
{
	char name[8] = "x", system[16] = "";
	WCHAR wide[MAX_PATH];
	DWORD serial = 0, longest = 0, flags = 0;

	check(GetVolumeInformationA("X:\\", name, sizeof(name), &serial,
				    &longest, &flags, system, sizeof(system)));
	check_equal(name[0], 0);
	check_equal(longest, 255);
	check_equal((flags & FILE_PERSISTENT_ACLS) != 0,
		    strcmp(system, "NTFS") == 0);
	check(GetVolumeInformationW(NULL, NULL, 0, NULL, NULL, &flags, NULL,
				    0));
	check_fails(GetVolumeInformationA("X:\\", NULL, 0, NULL, NULL, NULL,
					  system, 2),
		    ERROR_BAD_LENGTH);
	check_fails(GetVolumeInformationA("Q:\\", NULL, 0, NULL, NULL, NULL,
					  NULL, 0),
		    ERROR_PATH_NOT_FOUND);
	check_equal(GetDriveTypeA("X:\\"), DRIVE_FIXED);
	check_equal(GetDriveTypeA("Q:\\"), DRIVE_NO_ROOT_DIR);
	check_equal(GetLogicalDrives(), 1u << 2 | 1u << 23);
	check_equal(GetFileAttributesA("X:\\"), FILE_ATTRIBUTE_DIRECTORY);
	check_equal(GetLongPathNameW(L"X:\\", wide, MAX_PATH), 3);
	check_fails(GetLongPathNameA("X:\\none", system, 16),
		    ERROR_FILE_NOT_FOUND);
}

static NTSTATUS open_native(PCWSTR text, HANDLE root)
{
	UNICODE_STRING name;
	OBJECT_ATTRIBUTES attributes;
	IO_STATUS_BLOCK result;
	HANDLE file;
	NTSTATUS status;

	RtlInitUnicodeString(&name, text);
	InitializeObjectAttributes(&attributes, &name, 0, root, NULL);
	status = NtOpenFile(&file, FILE_READ_ATTRIBUTES, &attributes, &result,
			    FILE_SHARE_READ | FILE_SHARE_WRITE, 0);
	if (NT_SUCCESS(status))
		check(CloseHandle(file));
	return status;
}

static void native_names_are_taken_as_they_are(void)
{
	HANDLE root;

	check(CreateDirectoryA("X:\\dir", NULL));
	check(CreateDirectoryA("X:\\dir\\sub", NULL));
	check_equal(open_native(L"\\??\\X:\\dir", NULL), STATUS_SUCCESS);
	check_equal(open_native(L"\\DosDevices\\X:\\dir\\sub", NULL),
		    STATUS_SUCCESS);
	check_equal(open_native(L"\\??\\X:\\dir\\..\\dir", NULL),
		    STATUS_OBJECT_NAME_INVALID);
	check_equal(open_native(L"X:\\dir", NULL),
		    STATUS_OBJECT_PATH_SYNTAX_BAD);
	check_equal(open_native(L"\\nothing\\X:\\dir", NULL),
		    STATUS_OBJECT_PATH_NOT_FOUND);
	check_equal(open_native(L"\\??\\Q:\\dir", NULL),
		    STATUS_OBJECT_PATH_NOT_FOUND);
	check_equal(open_native(L"\\??\\X:\\none", NULL),
		    STATUS_OBJECT_NAME_NOT_FOUND);
	root = CreateFileA("X:\\dir", GENERIC_READ, FILE_SHARE_READ, NULL,
			   OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
	check_equal(open_native(L"sub", root), STATUS_SUCCESS);
	check_equal(open_native(L"", root), STATUS_SUCCESS);
	check_equal(open_native(L"..\\dir", root), STATUS_OBJECT_NAME_INVALID);
	check_equal(open_native(L"\\sub", root), STATUS_INVALID_PARAMETER);
	check_equal(open_native(L"none", root), STATUS_OBJECT_NAME_NOT_FOUND);
	check(CloseHandle(root));
	check(RemoveDirectoryA("X:\\dir\\sub"));
	check(RemoveDirectoryA("X:\\dir"));
}

/* Drives are read once, so they have to be there before the first path. */
int main(void)
{
	char drives[MAX_PATH];

	snprintf(temp_directory, sizeof(temp_directory),
		 "C:\\tmp\\guise-test-path-%u", GetCurrentProcessId());
	snprintf(drives, sizeof(drives), "Q=;bad;X=/tmp/guise-test-path-%u-x/",
		 GetCurrentProcessId());
	check(SetEnvironmentVariableA("GUISE_WIN32_DRIVES", drives));
	GetCurrentDirectoryA(sizeof(here), here);
	check(CreateDirectoryA(temp_directory, NULL));
	snprintf(drives, sizeof(drives), "%s-x", temp_directory);
	check(CreateDirectoryA(drives, NULL));
	run(full_paths_are_made_of_text);
	run(the_current_directory_is_where_relative_paths_begin);
	run(drives_are_directories);
	run(volumes_say_whether_they_keep_descriptors);
	run(native_names_are_taken_as_they_are);
	check(RemoveDirectoryA(drives));
	temp_end();
	return check_done();
}
