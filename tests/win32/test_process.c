/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Processes and threads: made, opened, waited for, ended. The program runs
 * itself as its child: the first word says what the child does.
 */
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>

#include <winternl.h>

#include <stdio.h>
#include <unistd.h>

#include "check.h"

static char self[MAX_PATH];

/* Runs "self WORDS"; the handles are the caller's */
static PROCESS_INFORMATION start(const char *words, BOOL inherit, DWORD flags)
{
	STARTUPINFOA startup = {.cb = sizeof(startup)};
	PROCESS_INFORMATION made = {0};
	char line[512];

	(void)snprintf(line, sizeof(line), "\"%s\" %s", self, words);
	check_say(CreateProcessA(self, line, NULL, NULL, inherit, flags, NULL,
				 NULL, &startup, &made),
		  "CreateProcess: %u", GetLastError());
	return made;
}

static DWORD end_of(PROCESS_INFORMATION made)
{
	DWORD code = 0xdead;

	check_equal(WaitForSingleObject(made.hProcess, 20000), WAIT_OBJECT_0);
	check(GetExitCodeProcess(made.hProcess, &code));
	check(CloseHandle(made.hProcess));
	check(CloseHandle(made.hThread));
	return code;
}

static void a_child_ends_with_its_code(void)
{
	PROCESS_INFORMATION made = start("exit 77", FALSE, 0);

	check_equal(GetProcessId(made.hProcess), made.dwProcessId);
	check_equal(GetThreadId(made.hThread), made.dwThreadId);
	check_equal(end_of(made), 77);
}

static void words_arrive_as_they_were_written(void)
{
	check_equal(
		end_of(start("words \"a b\" c\\\"d \"e\\\\\" \"\"", FALSE, 0)),
		0);
}

static void a_suspended_child_waits_for_its_maker(void)
{
	PROCESS_INFORMATION made = start("exit 5", FALSE, CREATE_SUSPENDED);
	DWORD code;

	check_equal(WaitForSingleObject(made.hProcess, 50), WAIT_TIMEOUT);
	check(GetExitCodeProcess(made.hProcess, &code));
	check_equal(code, STILL_ACTIVE);
	check_equal(ResumeThread(made.hThread), 1);
	check_equal(end_of(made), 5);
}

/* Whoever may write in the current directory does not choose the program. */
static void bare_names_are_not_the_current_directorys(void)
{
	char directory[] = "/tmp/guise-here.XXXXXX", planted[64];
	char line[] = "guise-planted", by_path[] = "./guise-planted";
	PROCESS_INFORMATION information = {0};
	STARTUPINFOA startup = {sizeof(startup)};

	check(mkdtemp(directory) != NULL);
	snprintf(planted, sizeof(planted), "%s/guise-planted", directory);
	check(symlink("/bin/true", planted) == 0);
	check(SetCurrentDirectoryA(directory));
	check_fails(CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL,
				   &startup, &information),
		    ERROR_FILE_NOT_FOUND);
	check(CreateProcessA(NULL, by_path, NULL, NULL, FALSE, 0, NULL, NULL,
			     &startup, &information));
	check_equal(WaitForSingleObject(information.hProcess, 10000),
		    WAIT_OBJECT_0);
	check(CloseHandle(information.hThread));
	check(CloseHandle(information.hProcess));
	check(SetCurrentDirectoryA("C:\\"));
	check(unlink(planted) == 0 && rmdir(directory) == 0);
}

static void what_is_not_there_is_not_run(void)
{
	STARTUPINFOA startup = {.cb = sizeof(startup)};
	PROCESS_INFORMATION made = {0};
	char line[] = "no-such-program-at-all x";

	check_fails(CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL,
				   &startup, &made),
		    ERROR_FILE_NOT_FOUND);
	check_fails(CreateProcessA(NULL, NULL, NULL, NULL, FALSE, 0, NULL, NULL,
				   &startup, &made),
		    ERROR_INVALID_PARAMETER);
	check(made.hProcess == NULL);
}

static void ended_by_others_a_process_has_their_code(void)
{
	PROCESS_INFORMATION made = start("sleep", FALSE, 0);

	check(TerminateProcess(made.hProcess, 300));
	check_equal(WaitForSingleObject(made.hProcess, 20000), WAIT_OBJECT_0);
	check_fails(TerminateProcess(made.hProcess, 1), ERROR_ACCESS_DENIED);
	check_equal(end_of(made), 300);
}

static void waiting_for_a_process_among_others_works(void)
{
	PROCESS_INFORMATION made = start("exit 0", FALSE, 0);
	HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
	HANDLE handles[2] = {event, made.hProcess};

	check_equal(WaitForMultipleObjects(2, handles, FALSE, 20000),
		    WAIT_OBJECT_0 + 1);
	check(CloseHandle(event));
	check_equal(end_of(made), 0);
}

static void inherited_handles_keep_value_and_access(void)
{
	SECURITY_ATTRIBUTES attributes = {sizeof(attributes), NULL, TRUE};
	HANDLE event = CreateEventA(&attributes, FALSE, FALSE, NULL);
	HANDLE look = NULL, own = CreateEventA(NULL, FALSE, FALSE, NULL);
	char words[128];

	check(DuplicateHandle(GetCurrentProcess(), event, GetCurrentProcess(),
			      &look, SYNCHRONIZE, TRUE, 0));
	(void)snprintf(words, sizeof(words), "set %llu %llu %llu",
		       (unsigned long long)(ULONG_PTR)event,
		       (unsigned long long)(ULONG_PTR)look,
		       (unsigned long long)(ULONG_PTR)own);
	check_equal(end_of(start(words, TRUE, 0)), 0);
	check_equal(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
	check_equal(end_of(start(words, FALSE, 0)), ERROR_INVALID_HANDLE);
	check_equal(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
	check(CloseHandle(event));
	check(CloseHandle(look));
	check(CloseHandle(own));
}

static void a_child_maps_no_more_than_its_handle_may(void)
{
	HANDLE section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL,
					    PAGE_READWRITE, 0, 4096, NULL);
	HANDLE look = NULL, change = NULL;
	char *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
	char words[128];

	check(DuplicateHandle(GetCurrentProcess(), section, GetCurrentProcess(),
			      &look, SECTION_MAP_READ, TRUE, 0));
	check(DuplicateHandle(GetCurrentProcess(), section, GetCurrentProcess(),
			      &change, 0, TRUE, DUPLICATE_SAME_ACCESS));
	view[1] = 11;
	(void)snprintf(words, sizeof(words), "map %llu %llu",
		       (unsigned long long)(ULONG_PTR)look,
		       (unsigned long long)(ULONG_PTR)change);
	check_equal(end_of(start(words, TRUE, 0)), 0);
	check_equal(view[2], 22);
	check(UnmapViewOfFile(view));
	check(CloseHandle(section));
	check(CloseHandle(look));
	check(CloseHandle(change));
}

static void processes_say_who_and_what_they_are(void)
{
	PROCESS_INFORMATION made = start("sleep", FALSE, 0);
	PROCESS_BASIC_INFORMATION basic;
	THREAD_BASIC_INFORMATION thread;
	char own[MAX_PATH], name[MAX_PATH];
	DWORD size = sizeof(name), session = 99;
	ULONG used = 0;
	ULONG_PTR port = 1;

	check_equal(NtQueryInformationProcess(made.hProcess,
					      ProcessBasicInformation, &basic,
					      sizeof(basic), &used),
		    STATUS_SUCCESS);
	check_equal(used, sizeof(basic));
	check_equal(basic.UniqueProcessId, made.dwProcessId);
	check_equal(basic.InheritedFromUniqueProcessId, GetCurrentProcessId());
	check_equal(basic.ExitStatus, STILL_ACTIVE);
	check_equal(NtQueryInformationProcess(made.hProcess,
					      ProcessBasicInformation, &basic,
					      3, &used),
		    STATUS_INFO_LENGTH_MISMATCH);
	check_equal(NtQueryInformationProcess(made.hProcess, ProcessDebugPort,
					      &port, sizeof(port), NULL),
		    STATUS_SUCCESS);
	check_equal(port, 0);
	check_equal(NtQueryInformationProcess(made.hProcess,
					      (PROCESSINFOCLASS)999, &port,
					      sizeof(port), NULL),
		    STATUS_INVALID_INFO_CLASS);
	check_equal(NtQueryInformationThread(GetCurrentThread(),
					     ThreadBasicInformation, &thread,
					     sizeof(thread), NULL),
		    STATUS_SUCCESS);
	check((ULONG_PTR)thread.ClientId.UniqueThread == GetCurrentThreadId());
	check((ULONG_PTR)thread.ClientId.UniqueProcess ==
	      GetCurrentProcessId());
	check(QueryFullProcessImageNameA(made.hProcess, 0, name, &size));
	check_equal(size, GetModuleFileNameA(NULL, own, sizeof(own)));
	check(strcmp(name, own) == 0);
	size = 3;
	check_fails(QueryFullProcessImageNameA(made.hProcess, 0, name, &size),
		    ERROR_INSUFFICIENT_BUFFER);
	check(ProcessIdToSessionId(GetCurrentProcessId(), &session));
	check(session != 99);
	check_fails(ProcessIdToSessionId(0x7ffffff0, &session),
		    ERROR_INVALID_PARAMETER);
	check(TerminateProcess(made.hProcess, 7));
	check_equal(WaitForSingleObject(made.hProcess, 20000), WAIT_OBJECT_0);
	check_equal(NtQueryInformationProcess(made.hProcess,
					      ProcessBasicInformation, &basic,
					      sizeof(basic), NULL),
		    STATUS_SUCCESS);
	check_equal(basic.ExitStatus, 7);
	check_equal(end_of(made), 7);
}

static void a_named_object_lives_on_in_the_child(void)
{
	SECURITY_ATTRIBUTES attributes = {sizeof(attributes), NULL, TRUE};
	HANDLE event = CreateEventA(&attributes, TRUE, FALSE,
				    "test-process-inherited");
	PROCESS_INFORMATION made;
	char words[128];

	(void)snprintf(words, sizeof(words), "hold %llu",
		       (unsigned long long)(ULONG_PTR)event);
	made = start(words, TRUE, 0);
	check_equal(WaitForSingleObject(event, 20000), WAIT_OBJECT_0);
	check(CloseHandle(event)); /* the child has it still */
	event = OpenEventA(EVENT_MODIFY_STATE, FALSE, "test-process-inherited");
	check(event != NULL);
	check(ResetEvent(event));
	check_equal(end_of(made), 0);
	check(CloseHandle(event));
	check_fails(OpenEventA(SYNCHRONIZE, FALSE, "test-process-inherited"),
		    ERROR_FILE_NOT_FOUND);
}

static NTSTATUS give_token(HANDLE process, HANDLE token, ULONG size)
{
	PROCESS_ACCESS_TOKEN given = {token, NULL};

	return NtSetInformationProcess(process, ProcessAccessToken, &given,
				       size);
}

static void a_process_keeps_the_token_it_was_made_with(void)
{
	PROCESS_INFORMATION made = start("exit 5", FALSE, CREATE_SUSPENDED);
	HANDLE own = NULL, anonymous = NULL, client = NULL;
	const ULONG size = sizeof(PROCESS_ACCESS_TOKEN);

	check(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &own));
	check(DuplicateTokenEx(own, TOKEN_ALL_ACCESS, NULL, SecurityAnonymous,
			       TokenImpersonation, &anonymous));
	check(DuplicateTokenEx(own, TOKEN_ALL_ACCESS, NULL,
			       SecurityImpersonation, TokenImpersonation,
			       &client));
	check_equal(give_token(made.hProcess, own, size - 1),
		    STATUS_INFO_LENGTH_MISMATCH);
	check_equal(NtSetInformationProcess(made.hProcess, ProcessAccessToken,
					    NULL, size),
		    STATUS_ACCESS_VIOLATION);
	check_equal(give_token(made.hProcess, anonymous, size),
		    STATUS_BAD_IMPERSONATION_LEVEL);
	check_equal(give_token(made.hProcess, client, size),
		    STATUS_BAD_TOKEN_TYPE);
	check_equal(give_token(made.hThread, own, size),
		    STATUS_OBJECT_TYPE_MISMATCH);
	check_equal(give_token(made.hProcess, made.hProcess, size),
		    STATUS_OBJECT_TYPE_MISMATCH);
	check_equal(give_token(made.hProcess, own, size), STATUS_NOT_SUPPORTED);
	check_equal(give_token(GetCurrentProcess(), own, size),
		    STATUS_NOT_SUPPORTED);
	check_equal(ResumeThread(made.hThread), 1);
	check_equal(end_of(made), 5);
	check(CloseHandle(client));
	check(CloseHandle(anonymous));
	check(CloseHandle(own));
}

static void processes_are_opened_by_number(void)
{
	PROCESS_INFORMATION made = start("sleep", FALSE, 0);
	HANDLE process =
		OpenProcess(PROCESS_TERMINATE, FALSE, made.dwProcessId);
	DWORD code;

	check(process && CompareObjectHandles(process, made.hProcess));
	check_fails(GetExitCodeProcess(process, &code), ERROR_ACCESS_DENIED);
	check(TerminateProcess(process, 9));
	check(CloseHandle(process));
	check_equal(end_of(made), 9);
	check_fails(OpenProcess(PROCESS_TERMINATE, FALSE, 0),
		    ERROR_INVALID_PARAMETER);
	check_fails(OpenProcess(PROCESS_TERMINATE, FALSE, 0x7ffffff0),
		    ERROR_INVALID_PARAMETER);
}

static DWORD WINAPI add_one(LPVOID number)
{
	++*(LONG *)number;
	return 42;
}

static DWORD WINAPI leave_early(LPVOID unused)
{
	(void)unused;
	ExitThread(7);
}

static DWORD code_of(HANDLE thread)
{
	DWORD code = 0;

	check_equal(WaitForSingleObject(thread, 20000), WAIT_OBJECT_0);
	check(GetExitCodeThread(thread, &code));
	check(CloseHandle(thread));
	return code;
}

static void threads_run_and_say_how_they_ended(void)
{
	LONG number = 1;
	DWORD id = 0;
	HANDLE thread = CreateThread(NULL, 0, add_one, &number, 0, &id);

	check_equal(GetThreadId(thread), id);
	check_equal(GetProcessIdOfThread(thread), GetCurrentProcessId());
	check_equal(code_of(thread), 42);
	check_equal(number, 2);
	check_equal(code_of(CreateThread(NULL, 0, leave_early, NULL, 0, NULL)),
		    7);
}

static void a_suspended_thread_has_not_begun(void)
{
	LONG number = 1;
	DWORD code = 0;
	HANDLE thread =
		CreateThread(NULL, 0, add_one, &number, CREATE_SUSPENDED, NULL);

	check_equal(WaitForSingleObject(thread, 20), WAIT_TIMEOUT);
	check(GetExitCodeThread(thread, &code));
	check_equal(code, STILL_ACTIVE);
	check_equal(number, 1);
	check_equal(ResumeThread(thread), 1);
	check_equal(code_of(thread), 42);
}

static void threads_are_opened_by_number(void)
{
	HANDLE thread = OpenThread(THREAD_QUERY_INFORMATION, FALSE,
				   GetCurrentThreadId());

	check(thread && CompareObjectHandles(thread, GetCurrentThread()));
	check_equal(GetThreadId(thread), GetCurrentThreadId());
	check(CloseHandle(thread));
	check_fails(OpenThread(SYNCHRONIZE, FALSE, 0x7ffffff0),
		    ERROR_INVALID_PARAMETER);
}

static HANDLE handle_of(const char *text)
{
	unsigned long long number = 0;

	(void)sscanf(text, "%llu", &number);
	return (HANDLE)(ULONG_PTR)number;
}

static int set_inherited(char **argv)
{
	if (!SetEvent(handle_of(argv[2])))
		return (int)GetLastError();
	if (SetEvent(handle_of(argv[3])) ||
	    GetLastError() != ERROR_ACCESS_DENIED)
		return 101;
	if (SetEvent(handle_of(argv[4])) ||
	    GetLastError() != ERROR_INVALID_HANDLE)
		return 102;
	return 0;
}

/* Says that it is there, and waits until it is told that that was seen. */
static int hold(HANDLE event)
{
	if (!SetEvent(event))
		return (int)GetLastError();
	while (WaitForSingleObject(event, 0) == WAIT_OBJECT_0)
		Sleep(10);
	return 0;
}

static int check_words(int argc, char **argv)
{
	static const char *const wanted[] = {"a b", "c\"d", "e\\", ""};

	if (argc != 6)
		return 100 + argc;
	for (int i = 0; i < 4; i++) {
		if (strcmp(argv[i + 2], wanted[i]) != 0)
			return i + 1;
	}
	return 0;
}

/* A handle to look, and one to change */
static int map_inherited(char **argv)
{
	char *look = MapViewOfFile(handle_of(argv[2]), FILE_MAP_READ, 0, 0, 0);
	char *change =
		MapViewOfFile(handle_of(argv[3]), FILE_MAP_WRITE, 0, 0, 0);
	DWORD before;

	if (!look || !change || look[1] != 11)
		return 1;
	if (MapViewOfFile(handle_of(argv[2]), FILE_MAP_WRITE, 0, 0, 0))
		return 2;
	change[2] = 22;
	if (look[2] != 22)
		return 3;
	/* the kernel says no, too */
	return VirtualProtect(look, 4096, PAGE_READWRITE, &before) ? 4 : 0;
}

static int child(int argc, char **argv)
{
	int code = 99;

	if (strcmp(argv[1], "exit") == 0)
		(void)sscanf(argv[2], "%d", &code);
	else if (strcmp(argv[1], "sleep") == 0)
		Sleep(60000);
	else if (strcmp(argv[1], "words") == 0)
		code = check_words(argc, argv);
	else if (strcmp(argv[1], "set") == 0 && argc == 5)
		code = set_inherited(argv);
	else if (strcmp(argv[1], "map") == 0 && argc == 4)
		code = map_inherited(argv);
	else if (strcmp(argv[1], "hold") == 0)
		code = hold(handle_of(argv[2]));
	ExitProcess((UINT)code);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return child(argc, argv);
	(void)snprintf(self, sizeof(self), "%s", argv[0]);
	run(a_child_ends_with_its_code);
	run(words_arrive_as_they_were_written);
	run(a_suspended_child_waits_for_its_maker);
	run(what_is_not_there_is_not_run);
	run(bare_names_are_not_the_current_directorys);
	run(ended_by_others_a_process_has_their_code);
	run(waiting_for_a_process_among_others_works);
	run(inherited_handles_keep_value_and_access);
	run(a_child_maps_no_more_than_its_handle_may);
	run(a_named_object_lives_on_in_the_child);
	run(processes_say_who_and_what_they_are);
	run(a_process_keeps_the_token_it_was_made_with);
	run(processes_are_opened_by_number);
	run(threads_run_and_say_how_they_ended);
	run(a_suspended_thread_has_not_begun);
	run(threads_are_opened_by_number);
	return check_done();
}
