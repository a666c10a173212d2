/* SPDX-License-Identifier: Apache-2.0 */
/* Directories, names, and what changes them. */
#include <windows.h>

#include <string.h>

#include "check.h"
#include "temp.h"

static void make(const char *name, const char *text)
{
	HANDLE file = CreateFileA(temp_path(name), GENERIC_WRITE, 0, NULL,
				  CREATE_ALWAYS, 0, NULL);
	DWORD n;

	check(file != INVALID_HANDLE_VALUE);
	check(WriteFile(file, text, (DWORD)strlen(text), &n, NULL));
	check(CloseHandle(file));
}

static DWORD attributes(const char *name)
{
	return GetFileAttributesA(temp_path(name));
}

static int holds(const char *name, const char *text)
{
	HANDLE file =
		CreateFileA(temp_path(name), GENERIC_READ, FILE_SHARE_READ,
			    NULL, OPEN_EXISTING, 0, NULL);
	char buffer[64] = "";
	DWORD n = 0;

	if (file == INVALID_HANDLE_VALUE)
		return 0;
	check(ReadFile(file, buffer, sizeof(buffer) - 1, &n, NULL));
	check(CloseHandle(file));
	return strcmp(buffer, text) == 0;
}

static void directories_are_made_once(void)
{
	check(CreateDirectoryA(temp_path("d"), NULL));
	check_equal(attributes("d"), FILE_ATTRIBUTE_DIRECTORY);
	check_fails(CreateDirectoryA(temp_path("d"), NULL),
		    ERROR_ALREADY_EXISTS);
	check_fails(CreateDirectoryA(temp_path("no\\d"), NULL),
		    ERROR_PATH_NOT_FOUND);
	check(CreateDirectoryA(temp_path("d\\e\\"), NULL));
	make("file", "x");
	check_fails(CreateDirectoryA(temp_path("file"), NULL),
		    ERROR_ALREADY_EXISTS);
	check_fails(CreateDirectoryA(temp_path("file\\d"), NULL),
		    ERROR_PATH_NOT_FOUND);
	check_fails(CreateDirectoryA(NULL, NULL), ERROR_PATH_NOT_FOUND);
	check_fails(CreateDirectoryW(L"", NULL), ERROR_PATH_NOT_FOUND);
}

static void only_empty_directories_are_removed(void)
{
	check_fails(RemoveDirectoryA(temp_path("d")), ERROR_DIR_NOT_EMPTY);
	check(RemoveDirectoryA(temp_path("d\\e")));
	check(RemoveDirectoryA(temp_path("d")));
	check_fails(RemoveDirectoryA(temp_path("d")), ERROR_FILE_NOT_FOUND);
	check_fails(RemoveDirectoryA(temp_path("file")), ERROR_DIRECTORY);
	check(CreateDirectoryA(temp_path("d"), NULL));
	check_fails(DeleteFileA(temp_path("d")), ERROR_ACCESS_DENIED);
	check(RemoveDirectoryA(temp_path("d")));
}

static void directories_are_opened_with_backup_semantics(void)
{
	BY_HANDLE_FILE_INFORMATION info;
	HANDLE d;
	char c;
	DWORD n;

	check(CreateDirectoryA(temp_path("d"), NULL));
	check_fails(CreateFileA(temp_path("d"), GENERIC_READ, 0, NULL,
				OPEN_EXISTING, 0, NULL) != INVALID_HANDLE_VALUE,
		    ERROR_ACCESS_DENIED);
	check_fails(CreateFileA(temp_path("d\\"), GENERIC_READ, 0, NULL,
				OPEN_EXISTING, 0, NULL) != INVALID_HANDLE_VALUE,
		    ERROR_PATH_NOT_FOUND);
	check_fails(CreateFileA(temp_path("d"), GENERIC_READ, 0, NULL,
				CREATE_NEW, FILE_FLAG_BACKUP_SEMANTICS,
				NULL) != INVALID_HANDLE_VALUE,
		    ERROR_FILE_EXISTS);
	d = CreateFileA(temp_path("d\\"), GENERIC_READ, 0, NULL, OPEN_EXISTING,
			FILE_FLAG_BACKUP_SEMANTICS, NULL);
	check(d != INVALID_HANDLE_VALUE);
	check(GetFileInformationByHandle(d, &info));
	check_equal(info.dwFileAttributes, FILE_ATTRIBUTE_DIRECTORY);
	check_equal(GetFileType(d), FILE_TYPE_DISK);
	check_fails(ReadFile(d, &c, 1, &n, NULL), ERROR_INVALID_FUNCTION);
	check(CloseHandle(d));
	check(RemoveDirectoryA(temp_path("d")));
}

static void files_move(void)
{
	make("a", "a");
	make("b", "b");
	check_fails(MoveFileA(temp_path("a"), temp_path("b")),
		    ERROR_ALREADY_EXISTS);
	check_fails(MoveFileA(temp_path("nothing"), temp_path("c")),
		    ERROR_FILE_NOT_FOUND);
	check_fails(MoveFileA(temp_path("a"), temp_path("no\\c")),
		    ERROR_PATH_NOT_FOUND);
	check(MoveFileA(temp_path("a"), temp_path("c")));
	check(holds("c", "a") && !holds("a", "a"));
	check(MoveFileExA(temp_path("c"), temp_path("b"),
			  MOVEFILE_REPLACE_EXISTING));
	check(holds("b", "a"));
	check(CreateDirectoryA(temp_path("m"), NULL));
	check(MoveFileA(temp_path("m"), temp_path("n")));
	check_fails(MoveFileExA(temp_path("b"), temp_path("n"),
				MOVEFILE_REPLACE_EXISTING),
		    ERROR_ACCESS_DENIED);
	check(RemoveDirectoryA(temp_path("n")));
	check(DeleteFileA(temp_path("b")));
}

static void files_are_copied_with_their_time(void)
{
	FILETIME old = {0, 0x1d00000};
	WIN32_FILE_ATTRIBUTE_DATA data = {0};
	HANDLE file;

	make("from", "data");
	file = CreateFileA(temp_path("from"), FILE_WRITE_ATTRIBUTES, 0, NULL,
			   OPEN_EXISTING, 0, NULL);
	check(SetFileTime(file, NULL, NULL, &old));
	check(CloseHandle(file));
	check(CopyFileA(temp_path("from"), temp_path("to"), TRUE));
	check(holds("to", "data"));
	check(GetFileAttributesExA(temp_path("to"), GetFileExInfoStandard,
				   &data));
	check_equal(CompareFileTime(&data.ftLastWriteTime, &old), 0);
	check_equal(data.nFileSizeLow, 4);
	check_equal(data.dwFileAttributes, FILE_ATTRIBUTE_ARCHIVE);
	check_fails(CopyFileA(temp_path("from"), temp_path("to"), TRUE),
		    ERROR_FILE_EXISTS);
	make("from", "other");
	check(CopyFileA(temp_path("from"), temp_path("to"), FALSE));
	check(holds("to", "other"));
	check_fails(CopyFileA(temp_path("none"), temp_path("to"), FALSE),
		    ERROR_FILE_NOT_FOUND);
	check(holds("to", "other"));
}

static void files_are_replaced(void)
{
	make("old", "old");
	make("new", "new");
	check(ReplaceFileA(temp_path("old"), temp_path("new"),
			   temp_path("backup"), 0, NULL, NULL));
	check(holds("old", "new") && holds("backup", "old"));
	check_equal(attributes("new"), INVALID_FILE_ATTRIBUTES);
	check(ReplaceFileA(temp_path("old"), temp_path("backup"), NULL, 0, NULL,
			   NULL));
	check(holds("old", "old"));
	check_fails(ReplaceFileA(temp_path("old"), temp_path("new"), NULL, 0,
				 NULL, NULL),
		    ERROR_FILE_NOT_FOUND);
	make("new", "new");
	check_fails(ReplaceFileA(temp_path("none"), temp_path("new"), NULL, 0,
				 NULL, NULL),
		    ERROR_FILE_NOT_FOUND);
	check(holds("new", "new"));
}

static void hard_links_are_the_same_file(void)
{
	BY_HANDLE_FILE_INFORMATION info;
	HANDLE file;

	make("one", "1");
	check(CreateHardLinkA(temp_path("two"), temp_path("one"), NULL));
	check(holds("two", "1"));
	file = CreateFileA(temp_path("two"), FILE_READ_ATTRIBUTES, 0, NULL,
			   OPEN_EXISTING, 0, NULL);
	check(GetFileInformationByHandle(file, &info));
	check_equal(info.nNumberOfLinks, 2);
	check(CloseHandle(file));
	check_fails(CreateHardLinkA(temp_path("two"), temp_path("one"), NULL),
		    ERROR_ALREADY_EXISTS);
	check_fails(
		CreateHardLinkA(temp_path("no\\two"), temp_path("one"), NULL),
		ERROR_PATH_NOT_FOUND);
}

static void links_are_followed_but_not_to_be_deleted(void)
{
	HANDLE file;
	FILE_ATTRIBUTE_TAG_INFO tag = {0};

	make("target", "t");
	check(CreateSymbolicLinkA(
		temp_path("link"), "target",
		SYMBOLIC_LINK_FLAG_ALLOW_UNPRIVILEGED_CREATE));
	check(holds("link", "t"));
	file = CreateFileA(temp_path("link"), FILE_READ_ATTRIBUTES, 0, NULL,
			   OPEN_EXISTING, FILE_FLAG_OPEN_REPARSE_POINT, NULL);
	check(GetFileInformationByHandleEx(file, FileAttributeTagInfo, &tag,
					   sizeof(tag)));
	check_equal(tag.ReparseTag, IO_REPARSE_TAG_SYMLINK);
	check(CloseHandle(file));
	check(DeleteFileA(temp_path("link")));
	check(holds("target", "t"));
}

static void handles_rename_and_delete(void)
{
	struct {
		FILE_RENAME_INFO info;
		WCHAR room[MAX_PATH];
	} to = {{{0}}};
	FILE_DISPOSITION_INFO gone = {TRUE};
	FILE_END_OF_FILE_INFO end = {.EndOfFile.QuadPart = 1};
	FILE_STANDARD_INFO standard = {0};
	HANDLE file;
	int n;

	make("handle", "xyz");
	file = CreateFileA(temp_path("handle"), DELETE | GENERIC_WRITE, 0, NULL,
			   OPEN_EXISTING, 0, NULL);
	n = MultiByteToWideChar(CP_UTF8, 0, temp_path("renamed"), -1,
				to.info.FileName, MAX_PATH);
	to.info.FileNameLength = (DWORD)(n - 1) * sizeof(WCHAR);
	check(SetFileInformationByHandle(file, FileRenameInfo, &to,
					 sizeof(to)));
	check(SetFileInformationByHandle(file, FileEndOfFileInfo, &end,
					 sizeof(end)));
	check(GetFileInformationByHandleEx(file, FileStandardInfo, &standard,
					   sizeof(standard)));
	check_equal(standard.EndOfFile.QuadPart, 1);
	check_fails(GetFileInformationByHandleEx(file, FileStandardInfo,
						 &standard, 4),
		    ERROR_BAD_LENGTH);
	check_fails(GetFileInformationByHandleEx(file, FileRenameInfo, &to,
						 sizeof(to)),
		    ERROR_INVALID_PARAMETER);
	check(SetFileInformationByHandle(file, FileDispositionInfo, &gone,
					 sizeof(gone)));
	check(CloseHandle(file));
	check_equal(attributes("renamed"), INVALID_FILE_ATTRIBUTES);
	check_equal(GetLastError(), ERROR_FILE_NOT_FOUND);
	check_equal(attributes("handle"), INVALID_FILE_ATTRIBUTES);
}

static void times_are_set(void)
{
	FILE_BASIC_INFO basic = {.LastWriteTime.QuadPart = 0x1d0000000000000};
	FILETIME written;
	HANDLE file;

	make("times", "");
	file = CreateFileA(temp_path("times"), GENERIC_READ | GENERIC_WRITE, 0,
			   NULL, OPEN_EXISTING, 0, NULL);
	check(SetFileInformationByHandle(file, FileBasicInfo, &basic,
					 sizeof(basic)));
	check(GetFileTime(file, NULL, NULL, &written));
	check_equal(written.dwHighDateTime, 0x1d00000);
	check_equal(written.dwLowDateTime, 0);
	check(CloseHandle(file));
}

int main(void)
{
	temp_begin();
	run(directories_are_made_once);
	run(only_empty_directories_are_removed);
	run(directories_are_opened_with_backup_semantics);
	run(files_move);
	run(files_are_copied_with_their_time);
	run(files_are_replaced);
	run(hard_links_are_the_same_file);
	run(links_are_followed_but_not_to_be_deleted);
	run(handles_rename_and_delete);
	run(times_are_set);
	temp_end();
	return check_done();
}
