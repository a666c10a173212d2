/* SPDX-License-Identifier: Apache-2.0 */
/* Files are made, opened, read and written as on Windows. */
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>
#include <winternl.h>

#include <string.h>

#include "check.h"
#include "temp.h"

static HANDLE make(const char *name, DWORD access, DWORD disposition)
{
	return CreateFileA(temp_path(name), access, 0, NULL, disposition,
			   FILE_ATTRIBUTE_NORMAL, NULL);
}

static void make_with(const char *name, const char *text)
{
	HANDLE file = make(name, GENERIC_WRITE, CREATE_ALWAYS);
	DWORD n = 0;

	check(file != INVALID_HANDLE_VALUE);
	check(WriteFile(file, text, (DWORD)strlen(text), &n, NULL));
	check_equal(n, strlen(text));
	check(CloseHandle(file));
}

static int holds(const char *name, const char *text)
{
	HANDLE file = make(name, GENERIC_READ, OPEN_EXISTING);
	char buffer[256] = "";
	DWORD n = 0;

	check(file != INVALID_HANDLE_VALUE);
	check(ReadFile(file, buffer, sizeof(buffer) - 1, &n, NULL));
	check(CloseHandle(file));
	return n == strlen(text) && strcmp(buffer, text) == 0;
}

static void what_is_written_is_read(void)
{
	make_with("text", "hello");
	check(holds("text", "hello"));
}

struct disposition {
	DWORD disposition;
	int is_there;
	DWORD error; /* of success, too */
	int opens;
	const char *after;
};

static void dispositions_say_what_was_there(void)
{
	static const struct disposition rows[] = {
		{CREATE_NEW, 0, 0, 1, ""},
		{CREATE_NEW, 1, ERROR_FILE_EXISTS, 0, "old"},
		{CREATE_ALWAYS, 0, 0, 1, ""},
		{CREATE_ALWAYS, 1, ERROR_ALREADY_EXISTS, 1, ""},
		{OPEN_EXISTING, 0, ERROR_FILE_NOT_FOUND, 0, NULL},
		{OPEN_EXISTING, 1, 0, 1, "old"},
		{OPEN_ALWAYS, 0, 0, 1, ""},
		{OPEN_ALWAYS, 1, ERROR_ALREADY_EXISTS, 1, "old"},
		{TRUNCATE_EXISTING, 0, ERROR_FILE_NOT_FOUND, 0, NULL},
		{TRUNCATE_EXISTING, 1, 0, 1, ""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		HANDLE file;

		(void)DeleteFileA(temp_path("d"));
		if (rows[i].is_there)
			make_with("d", "old");
		SetLastError(0xdeadbeef);
		file = make("d", GENERIC_READ | GENERIC_WRITE,
			    rows[i].disposition);
		check_equal(GetLastError(), rows[i].error);
		check_equal(file != INVALID_HANDLE_VALUE, rows[i].opens);
		if (file != INVALID_HANDLE_VALUE)
			check(CloseHandle(file));
		if (rows[i].after)
			check(holds("d", rows[i].after));
	}
	check_fails(make("d", GENERIC_READ, TRUNCATE_EXISTING) !=
			    INVALID_HANDLE_VALUE,
		    ERROR_INVALID_PARAMETER);
	check_fails(make("d", GENERIC_READ, 9) != INVALID_HANDLE_VALUE,
		    ERROR_INVALID_PARAMETER);
}

static void names_that_lead_nowhere_say_how_far(void)
{
	static const struct {
		const char *name;
		DWORD error;
	} rows[] = {
		{"nothing", ERROR_FILE_NOT_FOUND},
		{"nowhere\\nothing", ERROR_PATH_NOT_FOUND},
		{"text\\nothing", ERROR_PATH_NOT_FOUND},
		{"a<b", ERROR_INVALID_NAME},
		{"text:stream", ERROR_INVALID_NAME},
		{"nothing\\", ERROR_INVALID_NAME},
		{"",
		 ERROR_PATH_NOT_FOUND}, /* the directory, with a backslash */
		{".", ERROR_ACCESS_DENIED},
	};

	make_with("text", "x");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_fails(make(rows[i].name, GENERIC_READ, OPEN_EXISTING) !=
				    INVALID_HANDLE_VALUE,
			    rows[i].error);
	check_fails(CreateFileW(NULL, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0,
				NULL) != INVALID_HANDLE_VALUE,
		    ERROR_PATH_NOT_FOUND);
	check_fails(CreateFileW(L"Q:\\x", GENERIC_READ, 0, NULL, OPEN_EXISTING,
				0, NULL) != INVALID_HANDLE_VALUE,
		    ERROR_PATH_NOT_FOUND);
}

static void the_position_moves(void)
{
	HANDLE file;
	LARGE_INTEGER at, zero = {0};
	char c = 0;
	DWORD n = 0;
	LONG high = -1; /* of the distance */

	make_with("position", "0123456789");
	file = make("position", GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING);
	check_equal(SetFilePointer(file, 4, NULL, FILE_BEGIN), 4);
	check(ReadFile(file, &c, 1, &n, NULL) && c == '4');
	check_equal(SetFilePointer(file, -2, NULL, FILE_CURRENT), 3);
	check_equal(SetFilePointer(file, -1, &high, FILE_END), 9);
	check_equal(high, 0);
	check_fails(SetFilePointer(file, -1, NULL, FILE_BEGIN) !=
			    INVALID_SET_FILE_POINTER,
		    ERROR_NEGATIVE_SEEK);
	check_fails(SetFilePointer(file, 0, NULL, 7) !=
			    INVALID_SET_FILE_POINTER,
		    ERROR_INVALID_PARAMETER);
	check(SetFilePointerEx(file, zero, &at, FILE_CURRENT));
	check_equal(at.QuadPart, 9);
	check(SetFilePointer(file, 5, NULL, FILE_BEGIN) == 5 &&
	      SetEndOfFile(file));
	check_equal(GetFileSize(file, NULL), 5);
	check(GetFileSizeEx(file, &at));
	check_equal(at.QuadPart, 5);
	check(CloseHandle(file));
	check_fails(GetFileSize(file, NULL) != INVALID_FILE_SIZE,
		    ERROR_INVALID_HANDLE);
}

static void the_end_is_no_error_but_at_an_offset(void)
{
	OVERLAPPED at = {.Offset = 100};
	char c;
	DWORD n = 7;
	HANDLE file;

	make_with("end", "");
	file = make("end", GENERIC_READ, OPEN_EXISTING);
	check(ReadFile(file, &c, 1, &n, NULL));
	check_equal(n, 0);
	check_fails(ReadFile(file, &c, 1, &n, &at), ERROR_HANDLE_EOF);
	check(CloseHandle(file));
}

static void offsets_of_overlapped_files_are_their_own(void)
{
	HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
	OVERLAPPED at = {.Offset = 2, .hEvent = event};
	HANDLE file;
	char text[4] = "";
	DWORD n = 0;

	make_with("over", "abcdef");
	file = CreateFileA(temp_path("over"), GENERIC_READ, FILE_SHARE_READ,
			   NULL, OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
	check_fails(ReadFile(file, text, 3, &n, NULL), ERROR_INVALID_PARAMETER);
	check(ReadFile(file, text, 3, NULL, &at));
	check_equal(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
	check(GetOverlappedResult(file, &at, &n, TRUE));
	check_equal(n, 3);
	check(strcmp(text, "cde") == 0);
	check_equal(WaitForSingleObject(file, 0), WAIT_OBJECT_0);
	check(CloseHandle(file));
	check(CloseHandle(event));
}

static void wild_buffers_are_no_access(void)
{
	HANDLE file;
	DWORD n = 7;

	make_with("wild", "x");
	file = make("wild", GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING);
	check_fails(ReadFile(file, (void *)16, 1, &n, NULL), ERROR_NOACCESS);
	check_equal(n, 0);
	check_fails(WriteFile(file, (void *)16, 1, &n, NULL), ERROR_NOACCESS);
	check(CloseHandle(file));
}

static void appending_goes_to_the_end(void)
{
	HANDLE file, copy;
	DWORD n;

	make_with("append", "one");
	file = make("append", FILE_APPEND_DATA, OPEN_EXISTING);
	check(SetFilePointer(file, 0, NULL, FILE_BEGIN) == 0);
	check(WriteFile(file, "two", 3, &n, NULL));
	check(CloseHandle(file));
	check(holds("append", "onetwo"));

	/* a copy of a handle that may write anywhere */
	file = make("append", GENERIC_WRITE, OPEN_EXISTING);
	check(DuplicateHandle(GetCurrentProcess(), file, GetCurrentProcess(),
			      &copy, FILE_APPEND_DATA, FALSE, 0));
	check(WriteFile(copy, "3", 1, &n, NULL));
	check(CloseHandle(copy));
	check(WriteFile(file, "4", 1, &n, NULL));
	check(CloseHandle(file));
	check(holds("append", "onetwo34"));
}

static void what_is_no_file_has_no_data(void)
{
	HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
	char c;
	DWORD n;

	check_fails(ReadFile(event, &c, 1, &n, NULL), ERROR_INVALID_HANDLE);
	check_fails(WriteFile(NULL, &c, 1, &n, NULL), ERROR_INVALID_HANDLE);
	check_fails(GetFileType(event), ERROR_INVALID_HANDLE);
	check(CloseHandle(event));
}

static void the_null_device_swallows(void)
{
	HANDLE file = CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE, 0, NULL,
				  OPEN_EXISTING, 0, NULL);
	char c;
	DWORD n = 9;

	check(file != INVALID_HANDLE_VALUE);
	check_equal(GetFileType(file), FILE_TYPE_CHAR);
	check(WriteFile(file, "x", 1, &n, NULL) && n == 1);
	check(ReadFile(file, &c, 1, &n, NULL) && n == 0);
	check(CloseHandle(file));
}

static void files_are_opened_as_ntdll_spells_it(void)
{
	WCHAR wide[MAX_PATH];
	UNICODE_STRING name;
	OBJECT_ATTRIBUTES attributes;
	IO_STATUS_BLOCK result = {0};
	LARGE_INTEGER offset = {.QuadPart = 1};
	HANDLE file = NULL;
	char text[8] = "";

	make_with("native", "xyz");
	MultiByteToWideChar(CP_UTF8, 0, temp_path("native"), -1, wide,
			    MAX_PATH);
	check(RtlDosPathNameToNtPathName_U(wide, &name, NULL, NULL));
	InitializeObjectAttributes(&attributes, &name, 0, NULL, NULL);
	check_equal(NtOpenFile(&file, FILE_READ_DATA | SYNCHRONIZE, &attributes,
			       &result, FILE_SHARE_READ,
			       FILE_SYNCHRONOUS_IO_NONALERT),
		    STATUS_SUCCESS);
	check_equal(result.Information, FILE_OPENED);
	check_equal(NtReadFile(file, NULL, NULL, NULL, &result, text, 8,
			       &offset, NULL),
		    STATUS_SUCCESS);
	check_equal(result.Information, 2);
	check(strcmp(text, "yz") == 0);
	check_equal(NtReadFile(file, NULL, NULL, NULL, &result, text, 8, NULL,
			       NULL),
		    STATUS_END_OF_FILE);
	check_equal(NtWriteFile(file, NULL, NULL, NULL, &result, text, 1, NULL,
				NULL),
		    STATUS_ACCESS_DENIED);
	check_equal(NtClose(file), STATUS_SUCCESS);
	check_equal(NtCreateFile(&file, FILE_READ_DATA | SYNCHRONIZE,
				 &attributes, &result, NULL, 0, 0, FILE_CREATE,
				 FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0),
		    STATUS_OBJECT_NAME_COLLISION);
	check_equal(NtOpenFile(&file, FILE_READ_DATA, &attributes, &result, 0,
			       FILE_SYNCHRONOUS_IO_NONALERT),
		    STATUS_INVALID_PARAMETER);
	check_equal(NtOpenFile(&file, FILE_READ_DATA, &attributes, &result, 0,
			       FILE_DIRECTORY_FILE),
		    STATUS_NOT_A_DIRECTORY);
	RtlFreeUnicodeString(&name);
	check_equal(
		NtOpenFile(NULL, FILE_READ_DATA, &attributes, &result, 0, 0),
		STATUS_ACCESS_VIOLATION);
}

static void standard_handles_are_files(void)
{
	HANDLE out = GetStdHandle(STD_OUTPUT_HANDLE);
	HANDLE saved = out;
	DWORD n = 0;

	check(out && out != INVALID_HANDLE_VALUE);
	check(WriteFile(out, "", 0, &n, NULL));
	check(SetStdHandle(STD_OUTPUT_HANDLE, NULL));
	check(GetStdHandle(STD_OUTPUT_HANDLE) == NULL);
	check(SetStdHandle(STD_OUTPUT_HANDLE, saved));
	check_fails(GetStdHandle(5) != INVALID_HANDLE_VALUE,
		    ERROR_INVALID_HANDLE);
}

static void ranges_are_locked_between_handles(void)
{
	OVERLAPPED at = {.Offset = 10};
	HANDLE one, two;

	make_with("locks", "0123456789");
	one = CreateFileA(temp_path("locks"), GENERIC_READ | GENERIC_WRITE,
			  FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
			  OPEN_EXISTING, 0, NULL);
	two = CreateFileA(temp_path("locks"), GENERIC_READ | GENERIC_WRITE,
			  FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
			  OPEN_EXISTING, 0, NULL);
	check(LockFile(one, 0, 0, 10, 0));
	check_fails(LockFile(two, 5, 0, 10, 0), ERROR_LOCK_VIOLATION);
	check_fails(LockFile(one, 5, 0, 10, 0), ERROR_LOCK_VIOLATION);
	check(LockFile(two, 10, 0, 10, 0));
	check_fails(UnlockFile(one, 0, 0, 5, 0), ERROR_NOT_LOCKED);
	check(UnlockFile(one, 0, 0, 10, 0));
	check_fails(UnlockFile(one, 0, 0, 10, 0), ERROR_NOT_LOCKED);
	check(LockFile(two, 5, 0, 5, 0));
	check(CloseHandle(two));

	/* what is shared is locked as often as it was, and to the end */
	two = CreateFileA(temp_path("locks"), GENERIC_READ,
			  FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
			  OPEN_EXISTING, 0, NULL);
	check(LockFileEx(two, 0, 0, MAXDWORD, MAXDWORD, &at));
	check(LockFileEx(two, 0, 0, 5, 0, &at));
	check(UnlockFileEx(two, 0, 5, 0, &at));
	check_fails(
		LockFileEx(one,
			   LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY,
			   0, 1, 0, &at),
		ERROR_LOCK_VIOLATION);
	check(LockFileEx(one, LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &at));
	check(UnlockFileEx(two, 0, MAXDWORD, MAXDWORD, &at));
	check_fails(LockFileEx(one, 0, 0, 1, 0, NULL), ERROR_INVALID_PARAMETER);
	check(CloseHandle(one));
	check(CloseHandle(two));
}

static void temporary_names_are_new(void)
{
	char directory[MAX_PATH], one[MAX_PATH], two[MAX_PATH];
	DWORD n = GetTempPathA(MAX_PATH, directory);

	check(n > 3 && directory[n - 1] == '\\');
	check_equal(GetTempPathA(n, directory), n + 1);
	check_equal(GetTempPathW(0, NULL), n + 1);
	check(GetTempFileNameA(temp_directory, "guise", 0, one) != 0);
	check(GetTempFileNameA(temp_directory, "guise", 0, two) != 0);
	check(strcmp(one, two) != 0 && strstr(one, "\\gui"));
	check_equal(GetFileAttributesA(one), FILE_ATTRIBUTE_ARCHIVE);
	check_equal(GetTempFileNameA(temp_directory, "x", 0x1ab, one), 0x1ab);
	check_equal(GetFileAttributesA(one), INVALID_FILE_ATTRIBUTES);
	/* in the directory, and nowhere else */
	check_fails(GetTempFileNameA(temp_directory, "../", 0, one),
		    ERROR_INVALID_NAME);
	check_fails(GetTempFileNameA("C:\\nowhere", "x", 0, one),
		    ERROR_DIRECTORY);
}

static DWORD run_child(char *command, HANDLE in, HANDLE out)
{
	STARTUPINFOA startup = {.cb = sizeof(startup),
				.dwFlags = STARTF_USESTDHANDLES,
				.hStdInput = in,
				.hStdOutput = out,
				.hStdError = out};
	PROCESS_INFORMATION process;
	DWORD code = 1000;

	if (!check(CreateProcessA("/bin/sh", command, NULL, NULL, TRUE, 0, NULL,
				  NULL, &startup, &process)))
		return code;
	check_equal(WaitForSingleObject(process.hProcess, 10000),
		    WAIT_OBJECT_0);
	check(GetExitCodeProcess(process.hProcess, &code));
	check(CloseHandle(process.hProcess));
	check(CloseHandle(process.hThread));
	return code;
}

/* A child writes where its standard output was led to, behind what is there. */
static void children_write_to_files(void)
{
	SECURITY_ATTRIBUTES inherited = {sizeof(inherited), NULL, TRUE};
	char command[] = "sh -c \"echo child\"";
	HANDLE file = CreateFileA(temp_path("child"), GENERIC_WRITE, 0,
				  &inherited, CREATE_NEW, 0, NULL);
	DWORD n;

	check(WriteFile(file, "first ", 6, &n, NULL));
	check_equal(run_child(command, NULL, file), 0);
	check(WriteFile(file, "last", 4, &n, NULL));
	check(CloseHandle(file));
	check(holds("child", "first child\nlast"));
}

/* Who made a file may not have asked to write to it. */
static void children_write_to_no_file_that_was_opened_for_reading(void)
{
	SECURITY_ATTRIBUTES inherited = {sizeof(inherited), NULL, TRUE};
	char command[] = "sh -c \"echo child >&0\"";
	HANDLE file = CreateFileA(temp_path("reader"), GENERIC_READ, 0,
				  &inherited, CREATE_NEW, 0, NULL);

	check(run_child(command, file, NULL) != 0);
	check(CloseHandle(file));
	check(holds("reader", ""));
}

int main(void)
{
	temp_begin();
	run(what_is_written_is_read);
	run(dispositions_say_what_was_there);
	run(names_that_lead_nowhere_say_how_far);
	run(the_position_moves);
	run(the_end_is_no_error_but_at_an_offset);
	run(offsets_of_overlapped_files_are_their_own);
	run(wild_buffers_are_no_access);
	run(appending_goes_to_the_end);
	run(what_is_no_file_has_no_data);
	run(the_null_device_swallows);
	run(files_are_opened_as_ntdll_spells_it);
	run(standard_handles_are_files);
	run(ranges_are_locked_between_handles);
	run(temporary_names_are_new);
	run(children_write_to_files);
	run(children_write_to_no_file_that_was_opened_for_reading);
	temp_end();
	return check_done();
}
