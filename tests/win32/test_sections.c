/* SPDX-License-Identifier: Apache-2.0 */
/* Sections: shared memory, with a name or without, and views of it. */
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>

#include <winternl.h>

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "descriptor.h"
#include "sections.h"
#include "token.h"

static const char *self; /* the program, which runs itself */

static void views_of_one_section_share_their_bytes(void)
{
	HANDLE section = memory(PAGE_READWRITE, NULL);
	char *a = MapViewOfFile(section, FILE_MAP_ALL_ACCESS, 0, 0, 0);
	char *b = MapViewOfFile(section, FILE_MAP_READ, 0, 0, SIZE);
	char *tail = MapViewOfFile(section, FILE_MAP_READ, 0, 65536, 0);
	char *copy = MapViewOfFile(section, FILE_MAP_COPY, 0, 0, 0);

	check(section && a && b && tail && copy);
	check_equal(a[100], 0);
	a[100] = 7;
	a[65536] = 8;
	check_equal(b[100], 7);
	check_equal(tail[0], 8);
	copy[200] = 9;
	check_equal(a[200], 0);
	check(FlushViewOfFile(a + 10, 20));
	check(CloseHandle(section));
	a[101] = 1; /* a view lives on */
	check_equal(b[101], 1);
	check(UnmapViewOfFile(a));
	check(UnmapViewOfFile(b + 5));
	check(UnmapViewOfFile(tail));
	check(UnmapViewOfFile(copy));
	check_fails(UnmapViewOfFile(a), ERROR_INVALID_ADDRESS);
	check_fails(FlushViewOfFile(a, 0), ERROR_INVALID_ADDRESS);
}

static void what_cannot_be_made_says_why(void)
{
	static const struct {
		HANDLE file;
		DWORD protection, high, low;
		DWORD error;
	} rows[] = {
		{INVALID_HANDLE_VALUE, PAGE_READWRITE, 0, 0,
		 ERROR_INVALID_PARAMETER},
		{INVALID_HANDLE_VALUE, 0, 0, 1, ERROR_INVALID_PARAMETER},
		{INVALID_HANDLE_VALUE, PAGE_NOACCESS, 0, 1,
		 ERROR_INVALID_PARAMETER},
		{INVALID_HANDLE_VALUE, PAGE_EXECUTE, 0, 1,
		 ERROR_INVALID_PARAMETER},
		{INVALID_HANDLE_VALUE, PAGE_READWRITE | SEC_IMAGE, 0, 1,
		 ERROR_NOT_SUPPORTED},
		{INVALID_HANDLE_VALUE, PAGE_READWRITE, 0x80000000, 0,
		 ERROR_NOT_ENOUGH_MEMORY},
		{NULL, PAGE_READWRITE, 0, 1, ERROR_INVALID_HANDLE},
		{(HANDLE)0xdead0, PAGE_READWRITE, 0, 1, ERROR_INVALID_HANDLE},
	};

	for (size_t i = 0; i < ARRAYSIZE(rows); i++) {
		SetLastError(0xdeadbeef);
		check_say(!CreateFileMappingA(rows[i].file, NULL,
					      rows[i].protection, rows[i].high,
					      rows[i].low, NULL),
			  "row %zu was made", i);
		check_say(GetLastError() == rows[i].error, "row %zu: %u", i,
			  GetLastError());
	}
}

static void views_are_limited_by_section_and_handle(void)
{
	static const struct {
		DWORD protection, access, offset;
		SIZE_T size;
		DWORD error; /* 0: it works */
	} rows[] = {
		{PAGE_READWRITE, FILE_MAP_WRITE, 0, SIZE, 0},
		{PAGE_READWRITE, FILE_MAP_READ, 0, SIZE, 0},
		{PAGE_READWRITE, FILE_MAP_READ, 65536, 0, 0},
		{PAGE_READWRITE, FILE_MAP_READ, 4096, 0,
		 ERROR_MAPPED_ALIGNMENT},
		{PAGE_READWRITE, FILE_MAP_READ, 131072, 0, ERROR_ACCESS_DENIED},
		{PAGE_READWRITE, FILE_MAP_READ, 0, 2 * SIZE,
		 ERROR_ACCESS_DENIED},
		{PAGE_READWRITE, FILE_MAP_READ | FILE_MAP_EXECUTE, 0, 0,
		 ERROR_ACCESS_DENIED},
		{PAGE_READONLY, FILE_MAP_READ, 0, 0, 0},
		{PAGE_READONLY, FILE_MAP_COPY, 0, 0, 0},
		{PAGE_READONLY, FILE_MAP_WRITE, 0, 0, ERROR_ACCESS_DENIED},
		{PAGE_WRITECOPY, FILE_MAP_COPY, 0, 0, 0},
		{PAGE_WRITECOPY, FILE_MAP_WRITE, 0, 0, ERROR_ACCESS_DENIED},
	};

	for (size_t i = 0; i < ARRAYSIZE(rows); i++) {
		HANDLE section = memory(rows[i].protection, NULL);
		void *view;

		SetLastError(0);
		view = MapViewOfFile(section, rows[i].access, 0, rows[i].offset,
				     rows[i].size);
		check_say((view == NULL) == (rows[i].error != 0), "row %zu", i);
		check_say(GetLastError() == rows[i].error, "row %zu: %u", i,
			  GetLastError());
		if (view)
			check(UnmapViewOfFile(view));
		check(CloseHandle(section));
	}
}

static void a_handle_with_few_rights_maps_little(void)
{
	HANDLE section = memory(PAGE_READWRITE, NULL), weak;
	HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);

	check(DuplicateHandle(GetCurrentProcess(), section, GetCurrentProcess(),
			      &weak, SECTION_QUERY, FALSE, 0));
	check_fails(MapViewOfFile(weak, FILE_MAP_READ, 0, 0, 0),
		    ERROR_ACCESS_DENIED);
	check_fails(MapViewOfFile(event, FILE_MAP_READ, 0, 0, 0),
		    ERROR_INVALID_HANDLE);
	check_fails(MapViewOfFile(NULL, FILE_MAP_READ, 0, 0, 0),
		    ERROR_INVALID_HANDLE);
	check_fails(SetEvent(section), ERROR_INVALID_HANDLE);
	check_equal(WaitForSingleObject(section, 0), WAIT_FAILED);
	check(CloseHandle(weak));
	check(CloseHandle(section));
	check(CloseHandle(event));
}

static void names_find_the_same_memory(void)
{
	char name[64];
	HANDLE section, again, event;
	char *view, *other;

	(void)snprintf(name, sizeof(name), "Local\\%s", own_name("named"));
	section = memory(PAGE_READWRITE, name);
	check_equal(GetLastError(), 0);
	again = memory(PAGE_READWRITE, name);
	check_equal(GetLastError(), ERROR_ALREADY_EXISTS);
	check(CloseHandle(again));
	again = OpenFileMappingA(FILE_MAP_READ, FALSE, name);
	check(again != NULL);
	view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
	other = MapViewOfFile(again, FILE_MAP_READ, 0, 0, 0);
	check(view && other);
	view[SIZE - 1] = 5;
	check_equal(other[SIZE - 1], 5);
	check_fails(MapViewOfFile(again, FILE_MAP_WRITE, 0, 0, 0),
		    ERROR_ACCESS_DENIED);
	check_fails(CreateEventA(NULL, TRUE, FALSE, name),
		    ERROR_INVALID_HANDLE);
	check(UnmapViewOfFile(view));
	check(UnmapViewOfFile(other));
	check(CloseHandle(section));
	check(CloseHandle(again));
	check_fails(OpenFileMappingA(FILE_MAP_READ, FALSE, name),
		    ERROR_FILE_NOT_FOUND);
	event = CreateEventA(NULL, TRUE, FALSE, name);
	check(event != NULL);
	check_fails(memory(PAGE_READWRITE, name), ERROR_INVALID_HANDLE);
	check(CloseHandle(event));
}

/* Opens the section with nothing but its name, as another program would */
static int other_program(const char *name)
{
	HANDLE section = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, name);
	char *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);

	if (!view || view[3] != 33)
		return 1;
	view[4] = 44;
	return 0;
}

static void other_processes_see_it_too(void)
{
	const char *name = own_name("shared");
	HANDLE section = memory(PAGE_READWRITE, name);
	char *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
	int status = -1;
	pid_t child;

	view[3] = 33;
	child = fork();
	if (child == 0) {
		(void)execl(self, self, name, NULL);
		_exit(99);
	}
	check_equal(waitpid(child, &status, 0), child);
	check_equal(status, 0);
	check_equal(view[4], 44);
	check(UnmapViewOfFile(view));
	check(CloseHandle(section));
}

static void the_descriptor_says_who_may_open_it(void)
{
	const char *name = own_name("guarded");
	SECURITY_ATTRIBUTES attributes = {.nLength = sizeof(attributes)};
	HANDLE section, weak;

	/* reading and its own descriptor for everybody, and nothing else */
	attributes.lpSecurityDescriptor =
		sd_of("D:(A;;0x60004;;;WD)(A;;0;;;OW)");
	section = CreateFileMappingA(INVALID_HANDLE_VALUE, &attributes,
				     PAGE_READWRITE, 0, SIZE, name);
	check(section != NULL);
	weak = OpenFileMappingA(FILE_MAP_READ, FALSE, name);
	check(weak != NULL);
	check(CloseHandle(weak));
	check_fails(OpenFileMappingA(FILE_MAP_WRITE, FALSE, name),
		    ERROR_ACCESS_DENIED);
	check_fails(memory(PAGE_READWRITE, name), ERROR_ACCESS_DENIED);
	LocalFree(attributes.lpSecurityDescriptor);
	attributes.lpSecurityDescriptor = sd_of("D:(A;;GA;;;WD)");
	check(SetKernelObjectSecurity(section, DACL_SECURITY_INFORMATION,
				      attributes.lpSecurityDescriptor));
	weak = OpenFileMappingA(FILE_MAP_WRITE, FALSE, name);
	check(weak != NULL);
	check(CloseHandle(weak));
	check(CloseHandle(section));
	LocalFree(attributes.lpSecurityDescriptor);
}

static void the_native_functions_do_the_same(void)
{
	HANDLE section = NULL;
	LARGE_INTEGER size = {.QuadPart = SIZE}, offset = {0};
	SECTION_BASIC_INFORMATION info;
	SIZE_T view_size = 0, used;
	PVOID at = NULL;

	check_equal(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, &size,
				    PAGE_READWRITE, SEC_COMMIT, NULL),
		    STATUS_SUCCESS);
	check_equal(NtMapViewOfSection(section, GetCurrentProcess(), &at, 0, 0,
				       &offset, &view_size, ViewUnmap, 0,
				       PAGE_READWRITE),
		    STATUS_SUCCESS);
	check_equal(view_size, 73728);
	check(at != NULL);
	check_equal(NtQuerySection(section, SectionBasicInformation, &info,
				   sizeof(info), &used),
		    STATUS_SUCCESS);
	check_equal(info.MaximumSize.QuadPart, SIZE);
	check_equal(used, sizeof(info));
	check_equal(NtQuerySection(section, SectionBasicInformation, &info, 4,
				   NULL),
		    STATUS_INFO_LENGTH_MISMATCH);
	check_equal(NtUnmapViewOfSection(GetCurrentProcess(), at),
		    STATUS_SUCCESS);
	check_equal(NtUnmapViewOfSection(GetCurrentProcess(), at),
		    STATUS_NOT_MAPPED_VIEW);
	check_equal(NtCreateSection(NULL, SECTION_ALL_ACCESS, NULL, &size,
				    PAGE_READWRITE, SEC_COMMIT, NULL),
		    STATUS_ACCESS_VIOLATION);
	check(CloseHandle(section));
	/* the section's own protection binds every handle to it */
	check_equal(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, &size,
				    PAGE_READONLY, SEC_COMMIT, NULL),
		    STATUS_SUCCESS);
	at = NULL;
	view_size = 0;
	check_equal(NtMapViewOfSection(section, GetCurrentProcess(), &at, 0, 0,
				       NULL, &view_size, ViewUnmap, 0,
				       PAGE_READWRITE),
		    STATUS_SECTION_PROTECTION);
	check_equal(NtMapViewOfSection(section, GetCurrentProcess(), &at, 0, 0,
				       NULL, &view_size, ViewUnmap, 0,
				       PAGE_EXECUTE_READ),
		    STATUS_SECTION_PROTECTION);
	check(at == NULL);
	check(CloseHandle(section));
}

static HANDLE new_file(const char *path, DWORD access)
{
	return CreateFileA(path, access, FILE_SHARE_READ | FILE_SHARE_WRITE,
			   NULL, OPEN_ALWAYS, 0, NULL);
}

static void files_are_mapped_and_grow(void)
{
	char path[64], text[8] = "";
	HANDLE file, section;
	FILE *plain;
	char *view;

	(void)snprintf(path, sizeof(path), "/tmp/%s", own_name("file"));
	file = new_file(path, GENERIC_READ | GENERIC_WRITE);
	check(file != INVALID_HANDLE_VALUE);
	check_fails(CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, 0, NULL),
		    ERROR_FILE_INVALID);
	check_fails(CreateFileMappingA(file, NULL, PAGE_READONLY, 0, 10, NULL),
		    ERROR_NOT_ENOUGH_MEMORY);
	section = CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, 6, NULL);
	check(section != NULL);
	check_equal(GetLastError(), 0);
	view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
	check(view != NULL);
	memcpy(view, "mapped", 6);
	check(FlushViewOfFile(view, 0));
	check(UnmapViewOfFile(view));
	check(CloseHandle(section));
	check(CloseHandle(file));
	plain = fopen(path, "re");
	check(plain && fread(text, 1, sizeof(text), plain) == 6);
	check(plain && fclose(plain) == 0);
	check_equal(memcmp(text, "mapped", 6), 0);
	file = new_file(path, GENERIC_READ);
	check_fails(CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, 0, NULL),
		    ERROR_ACCESS_DENIED);
	section = CreateFileMappingA(file, NULL, PAGE_WRITECOPY, 0, 0, NULL);
	view = MapViewOfFile(section, FILE_MAP_COPY, 0, 0, 0);
	check(view && memcmp(view, "mapped", 6) == 0);
	check(UnmapViewOfFile(view));
	check(CloseHandle(section));
	check(CloseHandle(file));
	check_equal(unlink(path), 0);
}

int main(int argc, char **argv)
{
	self = argv[0];
	if (argc > 1)
		return other_program(argv[1]);
	run(views_of_one_section_share_their_bytes);
	run(what_cannot_be_made_says_why);
	run(views_are_limited_by_section_and_handle);
	run(a_handle_with_few_rights_maps_little);
	run(names_find_the_same_memory);
	run(other_processes_see_it_too);
	run(the_descriptor_says_who_may_open_it);
	run(the_native_functions_do_the_same);
	run(files_are_mapped_and_grow);
	return check_done();
}
