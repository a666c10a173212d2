/* SPDX-License-Identifier: Apache-2.0 */
/* STARTUPINFOEX: which handles a child inherits, and attributes that there are
 * not. The child is this program with two handles as its words. */
#include <windows.h>

#include <stdlib.h>

#include "check.h"

#define HAS_FIRST 1
#define HAS_SECOND 2

static const char *self;

static int be_child(char **words)
{
	HANDLE first = (HANDLE)strtoull(words[1], NULL, 16);
	HANDLE second = (HANDLE)strtoull(words[2], NULL, 16);

	return (SetEvent(first) ? HAS_FIRST : 0) |
	       (SetEvent(second) ? HAS_SECOND : 0);
}

static HANDLE new_event(BOOL inherited)
{
	SECURITY_ATTRIBUTES attributes = {sizeof(attributes), NULL, inherited};

	return CreateEventA(&attributes, TRUE, FALSE, NULL);
}

static LPPROC_THREAD_ATTRIBUTE_LIST new_list(DWORD n)
{
	LPPROC_THREAD_ATTRIBUTE_LIST list;
	SIZE_T size = 0;

	check_fails(InitializeProcThreadAttributeList(NULL, n, 0, &size),
		    ERROR_INSUFFICIENT_BUFFER);
	check(size > 0);
	list = malloc(size);
	check(InitializeProcThreadAttributeList(list, n, 0, &size));
	return list;
}

static BOOL start(HANDLE first, HANDLE second, BOOL inherit,
		  LPPROC_THREAD_ATTRIBUTE_LIST list, DWORD *code)
{
	STARTUPINFOEXA startup = {{sizeof(startup)}, list};
	PROCESS_INFORMATION process;
	char line[4096];

	(void)snprintf(line, sizeof(line), "\"%s\" %llx %llx", self,
		       (unsigned long long)first, (unsigned long long)second);
	if (!CreateProcessA(NULL, line, NULL, NULL, inherit,
			    EXTENDED_STARTUPINFO_PRESENT, NULL, NULL,
			    &startup.StartupInfo, &process))
		return FALSE;
	check_equal(WaitForSingleObject(process.hProcess, 10000),
		    WAIT_OBJECT_0);
	check(GetExitCodeProcess(process.hProcess, code));
	(void)CloseHandle(process.hThread);
	(void)CloseHandle(process.hProcess);
	return TRUE;
}

static void only_listed_handles_are_inherited(void)
{
	HANDLE first = new_event(TRUE), second = new_event(TRUE);
	LPPROC_THREAD_ATTRIBUTE_LIST list = new_list(1);
	DWORD code = 0;

	check(UpdateProcThreadAttribute(list, 0,
					PROC_THREAD_ATTRIBUTE_HANDLE_LIST,
					&second, sizeof(second), NULL, NULL));
	check(start(first, second, TRUE, NULL, &code));
	check_equal(code, HAS_FIRST | HAS_SECOND);
	check(start(first, second, TRUE, list, &code));
	check_equal(code, HAS_SECOND);
	check_fails(start(first, second, FALSE, list, &code),
		    ERROR_INVALID_PARAMETER);
	DeleteProcThreadAttributeList(list);
	check_fails(start(first, second, TRUE, list, &code),
		    ERROR_INVALID_PARAMETER);
	free(list);
	(void)CloseHandle(first);
	(void)CloseHandle(second);
}

static void what_is_not_inherited_cannot_be_listed(void)
{
	HANDLE own = new_event(FALSE);
	LPPROC_THREAD_ATTRIBUTE_LIST list = new_list(1);
	DWORD code;

	check(UpdateProcThreadAttribute(list, 0,
					PROC_THREAD_ATTRIBUTE_HANDLE_LIST, &own,
					sizeof(own), NULL, NULL));
	check_fails(start(own, own, TRUE, list, &code),
		    ERROR_INVALID_PARAMETER);
	DeleteProcThreadAttributeList(list);
	free(list);
	(void)CloseHandle(own);
}

static void wrong_attributes_are_refused(void)
{
	HANDLE event = new_event(TRUE);
	LPPROC_THREAD_ATTRIBUTE_LIST list = new_list(1);
	STARTUPINFOEXA startup = {{sizeof(STARTUPINFOA)}, NULL};
	PROCESS_INFORMATION process;
	char line[] = "x";

	check_fails(UpdateProcThreadAttribute(list, 0,
					      PROC_THREAD_ATTRIBUTE_HANDLE_LIST,
					      &event, 3, NULL, NULL),
		    ERROR_BAD_LENGTH);
	check_fails(UpdateProcThreadAttribute(
			    list, 0,
			    PROC_THREAD_ATTRIBUTE_SECURITY_CAPABILITIES, &event,
			    sizeof(event), NULL, NULL),
		    ERROR_NOT_SUPPORTED);
	check(UpdateProcThreadAttribute(list, 0,
					PROC_THREAD_ATTRIBUTE_HANDLE_LIST,
					&event, sizeof(event), NULL, NULL));
	check_fails(UpdateProcThreadAttribute(
			    list, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, &event,
			    sizeof(event), NULL, NULL),
		    ERROR_OBJECT_NAME_EXISTS);
	check_fails(CreateProcessA(NULL, line, NULL, NULL, TRUE,
				   EXTENDED_STARTUPINFO_PRESENT, NULL, NULL,
				   &startup.StartupInfo, &process),
		    ERROR_INVALID_PARAMETER);
	DeleteProcThreadAttributeList(list);
	free(list);
	(void)CloseHandle(event);
}

int main(int argc, char **argv)
{
	self = argv[0];
	if (argc == 3)
		return be_child(argv);
	run(only_listed_handles_are_inherited);
	run(what_is_not_inherited_cannot_be_listed);
	run(wrong_attributes_are_refused);
	return check_done();
}
