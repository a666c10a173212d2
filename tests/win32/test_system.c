/* SPDX-License-Identifier: Apache-2.0 */
/* What a program asks of the machine, of its modules and its environment. */
#include <windows.h>

#include <winternl.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "check.h"

typedef NTSTATUS (*query_object_fn)(HANDLE, OBJECT_INFORMATION_CLASS, PVOID,
				    ULONG, PULONG);

static void functions_are_found_under_the_names_of_their_libraries(void)
{
	static const char *const names[] = {
		"ntdll.dll",	  "NTDLL",
		"kernel32",	  "ADVAPI32.dll",
		"kernelbase.dll", "C:\\Windows\\System32\\ntdll.dll"};
	query_object_fn query;
	size_t (*length)(const WCHAR *) = NULL;
	FARPROC found;

	for (size_t i = 0; i < ARRAYSIZE(names); i++) {
		check_say(GetModuleHandleA(names[i]) != NULL, "%s", names[i]);
		check(GetProcAddress(LoadLibraryA(names[i]), "NtQueryObject"));
	}
	found = GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtQueryObject");
	memcpy(&query, &found, sizeof(query));
	check(query == NtQueryObject);
	check(GetProcAddress(GetModuleHandleA("ntdll"), "RtlGetVersion"));
	found = GetProcAddress(GetModuleHandleA("msvcrt"), "wcslen");
	memcpy(&length, &found, sizeof(length));
	check(length && length(L"four") == 4);
	/* what is of the C library, or of nobody, is not ours */
	check_fails(GetProcAddress(GetModuleHandleA("ntdll"), "fopen64"),
		    ERROR_PROC_NOT_FOUND);
	check_fails(GetProcAddress(GetModuleHandleA("ntdll"), "NtNothing"),
		    ERROR_PROC_NOT_FOUND);
	check_fails(GetProcAddress(GetModuleHandleA("ntdll"), (LPCSTR)7),
		    ERROR_PROC_NOT_FOUND);
	check_fails(GetModuleHandleA("libm.so.6"), ERROR_MOD_NOT_FOUND);
	check_fails(LoadLibraryA("evil.dll"), ERROR_MOD_NOT_FOUND);
	check_fails(LoadLibraryW(NULL), ERROR_INVALID_PARAMETER);
	check(FreeLibrary(GetModuleHandleA("ntdll")));
	check_fails(FreeLibrary((HMODULE)4711), ERROR_MOD_NOT_FOUND);
}

static void the_program_is_a_module_too(void)
{
	char name[300], small[5];
	WCHAR wide[300];
	HMODULE module = NULL;
	DWORD n = GetModuleFileNameA(NULL, name, sizeof(name));

	check(GetModuleHandleA(NULL) != NULL);
	check(n > 0 && n == strlen(name));
	check(strstr(name, "test_win32_system") != NULL);
	check_equal(GetModuleFileNameW(NULL, wide, 300), n);
	SetLastError(0);
	check_equal(GetModuleFileNameA(NULL, small, sizeof(small)), 5);
	check_equal(GetLastError(), ERROR_INSUFFICIENT_BUFFER);
	check_equal(small[4], 0);
	check(GetModuleHandleExA(
		GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
		(LPCSTR)(ULONG_PTR)&the_program_is_a_module_too, &module));
	check(module == GetModuleHandleA(NULL));
	check(GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
				 (LPCSTR)(ULONG_PTR)&NtQueryObject, &module));
	check(module == GetModuleHandleA("ntdll"));
}

static void computer_names_tell_the_size_they_need(void)
{
	char name[300], again[300];
	WCHAR wide[300];
	DWORD size = 0, needed;

	check_fails(GetComputerNameA(name, &size), ERROR_BUFFER_OVERFLOW);
	needed = size;
	check(GetComputerNameA(name, &size));
	check_equal(size, needed - 1);
	check_equal(strlen(name), size);
	check(size <= MAX_COMPUTERNAME_LENGTH);
	size = 300;
	check(GetComputerNameW(wide, &size));
	check_equal(size, needed - 1);
	size = 300;
	check(GetComputerNameExA(ComputerNameDnsFullyQualified, name, &size));
	check_equal(gethostname(again, sizeof(again)), 0);
	check(strcmp(name, again) == 0);
	size = 0;
	check_fails(GetComputerNameExW(ComputerNameDnsHostname, NULL, &size),
		    ERROR_MORE_DATA);
	check_fails(GetComputerNameExW(ComputerNameMax, wide, &size),
		    ERROR_INVALID_PARAMETER);
}

static void directories_tell_the_size_they_need(void)
{
	char text[100];
	UINT n = GetSystemDirectoryA(NULL, 0);

	check_equal(GetSystemDirectoryA(text, n), n - 1);
	check(strcmp(text, "C:\\Windows\\System32") == 0);
	check_equal(GetWindowsDirectoryA(text, 3), 11);
}

static void variables_are_expanded_and_listed(void)
{
	static const struct {
		const char *text, *result;
	} rows[] = {
		{"%GUISE_A%", "value"},
		{"x%GUISE_A%y%GUISE_A%", "xvalueyvalue"},
		{"%NO_SUCH_VARIABLE%", "%NO_SUCH_VARIABLE%"},
		{"100% of %GUISE_A%", "100% of value"},
		{"%%", "%%"},
		{"", ""},
	};
	char text[100];
	LPWCH block, all;

	check(SetEnvironmentVariableA("GUISE_A", "value"));
	for (size_t i = 0; i < ARRAYSIZE(rows); i++) {
		check_equal(ExpandEnvironmentStringsA(rows[i].text, text,
						      sizeof(text)),
			    strlen(rows[i].result) + 1);
		check_say(strcmp(text, rows[i].result) == 0, "row %zu: %s", i,
			  text);
	}
	check_equal(ExpandEnvironmentStringsA("%GUISE_A%", text, 2), 6);
	block = all = GetEnvironmentStringsW();
	check(block != NULL);
	while (*block && wcscmp(block, L"GUISE_A=value") != 0)
		block += wcslen(block) + 1;
	check(*block);
	check(FreeEnvironmentStringsW(all));
	check(SetEnvironmentVariableA("GUISE_A", NULL));
}

static void temporary_files_are_made_under_a_new_name(void)
{
	char directory[MAX_PATH + 1], name[MAX_PATH], again[MAX_PATH];
	WCHAR wide[MAX_PATH + 1], wide_name[MAX_PATH];
	DWORD n;

	check(SetEnvironmentVariableA("TMP", NULL));
	check(SetEnvironmentVariableA("TEMP", NULL));
	check(SetEnvironmentVariableA("TMPDIR", "/tmp"));
	n = GetTempPathA(sizeof(directory), directory);
	check(n > 0 && n == strlen(directory));
	check(n > 0 && directory[n - 1] == '\\');
	check_equal(GetTempPathA(2, directory), n + 1);
	check_equal(GetTempPathW(MAX_PATH + 1, wide), n);
	check_equal(GetTempPathA(sizeof(directory), directory), n);
	check(GetTempFileNameA(directory, "guise", 0, name) != 0);
	check(strstr(name, "\\gui") != NULL);
	check(GetFileAttributesA(name) != INVALID_FILE_ATTRIBUTES);
	check(GetTempFileNameA(directory, "guise", 0, again) != 0);
	check(strcmp(name, again) != 0);
	check(DeleteFileA(name));
	check(DeleteFileA(again));
	check_equal(GetTempFileNameA(directory, "x", 0x1234, name), 0x1234);
	check(GetFileAttributesA(name) == INVALID_FILE_ATTRIBUTES);
	check(GetTempFileNameW(wide, L"w", 0, wide_name) != 0);
	check(DeleteFileW(wide_name));
	check_fails(GetTempFileNameA("C:\\no\\such\\place", "x", 0, name),
		    ERROR_DIRECTORY);
}

static void memory_says_what_it_is(void)
{
	MEMORY_BASIC_INFORMATION about;
	static const char text[] = "constant";
	char *pages = VirtualAlloc(NULL, 65536, MEM_RESERVE | MEM_COMMIT,
				   PAGE_READWRITE);
	DWORD before;

	check_equal(VirtualQuery(pages + 5000, &about, sizeof(about)),
		    sizeof(about));
	check(about.BaseAddress == pages + 4096);
	check_equal(about.State, MEM_COMMIT);
	check_equal(about.Protect, PAGE_READWRITE);
	check_equal(about.Type, MEM_PRIVATE);
	check(about.RegionSize >= 65536 - 4096);
	check(VirtualProtect(pages, 4096, PAGE_READONLY, &before));
	check_equal(before, PAGE_READWRITE);
	check_equal(VirtualQuery(pages, &about, sizeof(about)), sizeof(about));
	check_equal(about.Protect, PAGE_READONLY);
	check_equal(about.RegionSize, 4096);
	check_equal(VirtualQuery(text, &about, sizeof(about)), sizeof(about));
	check_equal(about.Type, MEM_IMAGE);
	check_equal(VirtualQuery(NULL, &about, sizeof(about)), sizeof(about));
	check_equal(about.State, MEM_FREE);
	check_fails(VirtualQuery(text, &about, 4), ERROR_BAD_LENGTH);
	check_fails(VirtualQuery(text, NULL, sizeof(about)), ERROR_NOACCESS);
	check(VirtualFree(pages, 0, MEM_RELEASE));
}

static void times_go_there_and_back(void)
{
	static const struct {
		SYSTEMTIME time;
		ULONGLONG ticks;
	} rows[] = {
		{{1601, 1, 1, 1, 0, 0, 0, 0}, 0},
		{{1970, 1, 4, 1, 0, 0, 0, 0}, 116444736000000000},
		{{2024, 2, 4, 29, 23, 59, 59, 999}, 133537247999990000},
	};
	SYSTEMTIME wrong = {2023, 2, 0, 29, 0, 0, 0, 0}, back;
	FILETIME time, now;

	for (size_t i = 0; i < ARRAYSIZE(rows); i++) {
		check(SystemTimeToFileTime(&rows[i].time, &time));
		check_equal((ULONGLONG)time.dwHighDateTime << 32 |
				    time.dwLowDateTime,
			    rows[i].ticks);
		check(FileTimeToSystemTime(&time, &back));
		check_equal(memcmp(&back, &rows[i].time, sizeof(back)), 0);
	}
	check_fails(SystemTimeToFileTime(&wrong, &time),
		    ERROR_INVALID_PARAMETER);
	time.dwHighDateTime = 0x80000000;
	check_fails(FileTimeToSystemTime(&time, &back),
		    ERROR_INVALID_PARAMETER);
	GetSystemTimeAsFileTime(&now);
	check_equal(CompareFileTime(&now, &now), 0);
	check_equal(CompareFileTime(&now, &time), -1);
	check_equal(CompareFileTime(&time, &now), 1);
}

static void the_version_is_that_of_windows_10(void)
{
	OSVERSIONINFOEXW version = {.dwOSVersionInfoSize = sizeof(version)};
	OSVERSIONINFOA small = {.dwOSVersionInfoSize = 3};
	BOOL is = TRUE;

	check_equal(RtlGetVersion((PRTL_OSVERSIONINFOW)&version), 0);
	check_equal(version.dwMajorVersion, 10);
	check_equal(version.wProductType, VER_NT_WORKSTATION);
	check_fails(GetVersionExA(&small), ERROR_INSUFFICIENT_BUFFER);
	check(IsWow64Process(GetCurrentProcess(), &is) && !is);
}

int main(void)
{
	run(functions_are_found_under_the_names_of_their_libraries);
	run(the_program_is_a_module_too);
	run(computer_names_tell_the_size_they_need);
	run(directories_tell_the_size_they_need);
	run(variables_are_expanded_and_listed);
	run(temporary_files_are_made_under_a_new_name);
	run(memory_says_what_it_is);
	run(times_go_there_and_back);
	run(the_version_is_that_of_windows_10);
	return check_done();
}
