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
	FARPROC found;

	for (size_t i = 0; i < ARRAYSIZE(names); i++) {
		check_say(GetModuleHandleA(names[i]) != NULL, "%s", names[i]);
		check(GetProcAddress(LoadLibraryA(names[i]), "NtQueryObject"));
	}
	found = GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtQueryObject");
	memcpy(&query, &found, sizeof(query));
	check(query == NtQueryObject);
	check(GetProcAddress(GetModuleHandleA("ntdll"), "RtlGetVersion"));
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
	LPWCH block;

	check(SetEnvironmentVariableA("GUISE_A", "value"));
	for (size_t i = 0; i < ARRAYSIZE(rows); i++) {
		check_equal(ExpandEnvironmentStringsA(rows[i].text, text,
						      sizeof(text)),
			    strlen(rows[i].result) + 1);
		check_say(strcmp(text, rows[i].result) == 0, "row %zu: %s", i,
			  text);
	}
	check_equal(ExpandEnvironmentStringsA("%GUISE_A%", text, 2), 6);
	block = GetEnvironmentStringsW();
	check(block != NULL);
	while (*block && wcscmp(block, L"GUISE_A=value") != 0)
		block += wcslen(block) + 1;
	check(*block);
	check(SetEnvironmentVariableA("GUISE_A", NULL));
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
	run(times_go_there_and_back);
	run(the_version_is_that_of_windows_10);
	return check_done();
}
