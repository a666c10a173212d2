/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What generic rights become on a handle of each kind of object: the mapping of
 * the type, of one, of several at once, and with rights of its own beside them.
 */
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>
#include <winternl.h>

#include "token.h"

#define PIPE "\\\\.\\pipe\\guise-generic-rights"

/* What each generic right is on a type; standard rights as on Windows */
struct mapped {
	const char *type;
	ACCESS_MASK read, write, execute, all;
};

static const struct mapped mutex = {"mutex", 0x20001, 0x20000, 0x120000,
				    0x1f0001};
static const struct mapped event = {"event", 0x20001, 0x20002, 0x120000,
				    0x1f0003};
static const struct mapped semaphore = {"semaphore", 0x20001, 0x20002, 0x120000,
					0x1f0003};
static const struct mapped section = {"section", 0x20005, 0x20002, 0x20008,
				      0xf001f};
static const struct mapped file = {"file", 0x120089, 0x120116, 0x1200a0,
				   0x1f01ff};
static const struct mapped token = {"token", 0x20008, 0x200e0, 0x20000,
				    0xf01ff};

static HANDLE copy_with(HANDLE handle, ACCESS_MASK access)
{
	HANDLE copy = NULL;

	check(DuplicateHandle(GetCurrentProcess(), handle, GetCurrentProcess(),
			      &copy, access, FALSE, 0));
	return copy;
}

static void is_granted(HANDLE handle, const char *type, ACCESS_MASK asked,
		       ACCESS_MASK granted)
{
	HANDLE copy = copy_with(handle, asked);

	check_say(access_of(copy) == granted, "%s, 0x%x: 0x%x, not 0x%x", type,
		  asked, access_of(copy), granted);
	check(CloseHandle(copy));
}

/* Closes it. */
static void is_mapped(HANDLE handle, const struct mapped *to)
{
	const ACCESS_MASK own = to->read & ~(READ_CONTROL | SYNCHRONIZE);

	if (!check_say(handle && handle != INVALID_HANDLE_VALUE, "%s: %u",
		       to->type, GetLastError()))
		return;
	is_granted(handle, to->type, 0, 0);
	is_granted(handle, to->type, GENERIC_READ, to->read);
	is_granted(handle, to->type, GENERIC_WRITE, to->write);
	is_granted(handle, to->type, GENERIC_EXECUTE, to->execute);
	is_granted(handle, to->type, GENERIC_ALL, to->all);
	is_granted(handle, to->type, GENERIC_READ | GENERIC_WRITE,
		   to->read | to->write);
	is_granted(handle, to->type, GENERIC_EXECUTE | DELETE,
		   to->execute | DELETE);
	is_granted(handle, to->type, own, own);
	is_granted(handle, to->type, GENERIC_ALL | own, to->all);
	check(CloseHandle(handle));
}

static void what_is_waited_for(void)
{
	is_mapped(CreateMutexA(NULL, FALSE, NULL), &mutex);
	is_mapped(CreateEventA(NULL, FALSE, FALSE, NULL), &event);
	is_mapped(CreateSemaphoreA(NULL, 0, 1, NULL), &semaphore);
}

static void sections(void)
{
	is_mapped(CreateFileMappingA(INVALID_HANDLE_VALUE, NULL,
				     PAGE_EXECUTE_READWRITE, 0, 4096, NULL),
		  &section);
}

static void files_and_directories(void)
{
	is_mapped(CreateFileA("generic-rights.tmp", GENERIC_ALL, 0, NULL,
			      CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL),
		  &file);
	is_mapped(CreateFileA(".", GENERIC_ALL, FILE_SHARE_READ, NULL,
			      OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL),
		  &file);
}

static void tokens(void)
{
	is_mapped(own_token(TOKEN_ALL_ACCESS), &token);
}

/* The ends of a pipe are files; the server's has what its direction is. */
static void pipes(void)
{
	static const struct {
		DWORD open_mode;
		ACCESS_MASK granted;
	} rows[] = {
		{PIPE_ACCESS_INBOUND, 0x120089},
		{PIPE_ACCESS_OUTBOUND, 0x120116},
		{PIPE_ACCESS_DUPLEX, 0x12019f},
		{PIPE_ACCESS_INBOUND | WRITE_DAC, 0x160089},
		{PIPE_ACCESS_INBOUND | WRITE_OWNER, 0x1a0089},
	};

	HANDLE copy;

	for (unsigned i = 0; i < ARRAYSIZE(rows); i++) {
		HANDLE pipe =
			CreateNamedPipeA(PIPE, rows[i].open_mode,
					 PIPE_TYPE_BYTE, 1, 0, 0, 0, NULL);

		if (!check_say(pipe != INVALID_HANDLE_VALUE, "row %u: %u", i,
			       GetLastError()))
			continue;
		check_equal(access_of(pipe), rows[i].granted);
		/* a file's handle gains nothing by being copied */
		check_fails(DuplicateHandle(GetCurrentProcess(), pipe,
					    GetCurrentProcess(), &copy,
					    GENERIC_ALL, FALSE, 0),
			    ERROR_ACCESS_DENIED);
		if (rows[i].open_mode == PIPE_ACCESS_DUPLEX)
			is_mapped(CreateFileA(PIPE, GENERIC_ALL, 0, NULL,
					      OPEN_EXISTING, 0, NULL),
				  &file);
		check(CloseHandle(pipe));
	}
}

/* Some rights bring others since Vista. */
static void threads_and_processes(void)
{
	HANDLE thread = copy_with(GetCurrentThread(), THREAD_ALL_ACCESS);
	HANDLE process = copy_with(GetCurrentProcess(), PROCESS_ALL_ACCESS);

	is_granted(thread, "thread", GENERIC_ALL, THREAD_ALL_ACCESS);
	is_granted(thread, "thread", THREAD_QUERY_INFORMATION,
		   THREAD_QUERY_INFORMATION | THREAD_QUERY_LIMITED_INFORMATION);
	is_granted(process, "process", GENERIC_ALL, PROCESS_ALL_ACCESS);
	is_granted(process, "process", PROCESS_QUERY_INFORMATION,
		   PROCESS_QUERY_INFORMATION |
			   PROCESS_QUERY_LIMITED_INFORMATION);
	is_granted(process, "process", PROCESS_VM_OPERATION | PROCESS_VM_READ,
		   PROCESS_VM_OPERATION | PROCESS_VM_READ);
	check(CloseHandle(thread));
	check(CloseHandle(process));
}

/* Creators get what they ask for, whatever the descriptor says. */
static void creators_get_everything(void)
{
	static DWORD list[2];
	SECURITY_DESCRIPTOR nobody;
	SECURITY_ATTRIBUTES attributes = {sizeof(attributes), &nobody, FALSE};
	HANDLE made;

	InitializeAcl((PACL)list, sizeof(list), ACL_REVISION);
	InitializeSecurityDescriptor(&nobody, SECURITY_DESCRIPTOR_REVISION);
	SetSecurityDescriptorDacl(&nobody, TRUE, (PACL)list, FALSE);
	made = CreateEventExA(&attributes, "generic-rights", 0,
			      MAXIMUM_ALLOWED | SYNCHRONIZE);
	check(made != NULL);
	check_equal(access_of(made), EVENT_ALL_ACCESS);
	check_fails(OpenEventA(SYNCHRONIZE, FALSE, "generic-rights"),
		    ERROR_ACCESS_DENIED);
	check(CloseHandle(made));
}

/* To open something by name for nothing is refused. */
static void nothing_is_not_opened(void)
{
	HANDLE made = CreateEventA(NULL, FALSE, FALSE, "generic-rights");

	check_fails(OpenEventA(0, FALSE, "generic-rights"),
		    ERROR_ACCESS_DENIED);
	check(CloseHandle(made));
	made = CreateMutexA(NULL, FALSE, "generic-rights");
	check_fails(OpenMutexA(0, FALSE, "generic-rights"),
		    ERROR_ACCESS_DENIED);
	check(CloseHandle(made));
}

int main(void)
{
	run(what_is_waited_for);
	run(sections);
	run(files_and_directories);
	run(tokens);
	run(pipes);
	run(threads_and_processes);
	run(creators_get_everything);
	run(nothing_is_not_opened);
	return check_done();
}
