/* SPDX-License-Identifier: Apache-2.0 */
/* What opens of one file leave to each other: sharing, files that are going,
 * attributes. */
#include <windows.h>

#include "file-open.h"

/* An open that is there, one that is tried, and how it goes */
static void shares_are_agreed_upon(void)
{
	static const struct {
		DWORD access, share;
		DWORD then, then_share;
		DWORD error;
	} rows[] = {
		{GENERIC_READ, 0, GENERIC_READ, SHARE_ALL, 32},
		{GENERIC_READ, FILE_SHARE_READ, GENERIC_READ, FILE_SHARE_READ,
		 0},
		{GENERIC_READ, FILE_SHARE_READ, GENERIC_WRITE, SHARE_ALL, 32},
		{GENERIC_WRITE, SHARE_ALL, GENERIC_READ, FILE_SHARE_READ, 32},
		{GENERIC_WRITE, SHARE_ALL, GENERIC_READ,
		 FILE_SHARE_READ | FILE_SHARE_WRITE, 0},
		{GENERIC_READ, FILE_SHARE_READ, DELETE, SHARE_ALL, 32},
		{GENERIC_READ, 0, FILE_READ_ATTRIBUTES, 0, 0},
		{GENERIC_READ, 0, READ_CONTROL, 0, 0},
		{FILE_EXECUTE, 0, GENERIC_READ, SHARE_ALL, 32},
		{DELETE, SHARE_ALL, GENERIC_READ, FILE_SHARE_READ, 32},
	};

	make("shared", NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		HANDLE first = CreateFileA(temp_path("shared"), rows[i].access,
					   rows[i].share, NULL, OPEN_EXISTING,
					   0, NULL);
		HANDLE then;

		check(first != INVALID_HANDLE_VALUE);
		SetLastError(0);
		then = CreateFileA(temp_path("shared"), rows[i].then,
				   rows[i].then_share, NULL, OPEN_EXISTING, 0,
				   NULL);
		check_say(GetLastError() == rows[i].error, "row %zu: %u", i,
			  GetLastError());
		if (then != INVALID_HANDLE_VALUE)
			check(CloseHandle(then));
		check(CloseHandle(first));
	}
	check(opens("shared", GENERIC_ALL, OPEN_EXISTING));
}

static void what_goes_is_not_opened_any_more(void)
{
	HANDLE file, other;
	FILE_STANDARD_INFO standard = {0};

	make("going", NULL);
	file = open_as("going", GENERIC_READ, OPEN_EXISTING, NULL);
	check(DeleteFileA(temp_path("going")));
	open_fails("going", GENERIC_READ, OPEN_EXISTING, ERROR_ACCESS_DENIED);
	check(read_one(file));
	check(GetFileInformationByHandleEx(file, FileStandardInfo, &standard,
					   sizeof(standard)));
	check_equal(standard.DeletePending, TRUE);
	check(CloseHandle(file));
	open_fails("going", GENERIC_READ, OPEN_EXISTING, ERROR_FILE_NOT_FOUND);

	/* at the end of the last handle */
	make("going", NULL);
	file = CreateFileA(temp_path("going"), GENERIC_READ, SHARE_ALL, NULL,
			   OPEN_EXISTING, FILE_FLAG_DELETE_ON_CLOSE, NULL);
	check(DuplicateHandle(GetCurrentProcess(), file, GetCurrentProcess(),
			      &other, 0, FALSE, DUPLICATE_SAME_ACCESS));
	check(CloseHandle(file));
	check(read_one(other));
	check(CloseHandle(other));
	open_fails("going", GENERIC_READ, OPEN_EXISTING, ERROR_FILE_NOT_FOUND);
}

static void what_is_open_without_sharing_deletion_stays(void)
{
	HANDLE file;

	make("staying", NULL);
	file = CreateFileA(temp_path("staying"), GENERIC_READ, FILE_SHARE_READ,
			   NULL, OPEN_EXISTING, 0, NULL);
	check_fails(DeleteFileA(temp_path("staying")), ERROR_SHARING_VIOLATION);
	check_fails(MoveFileA(temp_path("staying"), temp_path("moved")),
		    ERROR_SHARING_VIOLATION);
	check(CloseHandle(file));
	check(DeleteFileA(temp_path("staying")));
}

static void read_only_files_are_neither_written_nor_deleted(void)
{
	make("fixed", NULL);
	check(SetFileAttributesA(temp_path("fixed"), FILE_ATTRIBUTE_READONLY));
	check_equal(GetFileAttributesA(temp_path("fixed")) &
			    FILE_ATTRIBUTE_READONLY,
		    FILE_ATTRIBUTE_READONLY);
	open_fails("fixed", GENERIC_WRITE, OPEN_EXISTING, ERROR_ACCESS_DENIED);
	check_fails(DeleteFileA(temp_path("fixed")), ERROR_ACCESS_DENIED);
	check(SetFileAttributesA(temp_path("fixed"), FILE_ATTRIBUTE_NORMAL));
	check(DeleteFileA(temp_path("fixed")));
}

static void overwriting_replaces_the_attributes(void)
{
	HANDLE file;

	make("written over", NULL);
	file = CreateFileA(temp_path("written over"), FILE_READ_DATA, 0, NULL,
			   CREATE_ALWAYS, FILE_ATTRIBUTE_READONLY, NULL);
	check(file != INVALID_HANDLE_VALUE);
	check(CloseHandle(file));
	check_fails(DeleteFileA(temp_path("written over")),
		    ERROR_ACCESS_DENIED);
	check(SetFileAttributesA(temp_path("written over"),
				 FILE_ATTRIBUTE_NORMAL));
	check(DeleteFileA(temp_path("written over")));
}

int main(void)
{
	temp_begin();
	run(shares_are_agreed_upon);
	run(what_goes_is_not_opened_any_more);
	run(what_is_open_without_sharing_deletion_stays);
	run(read_only_files_are_neither_written_nor_deleted);
	run(overwriting_replaces_the_attributes);
	temp_end();
	return check_done();
}
