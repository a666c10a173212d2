/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pipes: made, opened, read and written, asked about. The server and the client
 * are one thread or two of this process; test_pipe_impersonate.c is about who
 * they are.
 */
#include <aclapi.h>
#include <windows.h>
#include <winternl.h>

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "pipe-fixture.h"

#define DUPLEX PIPE_ACCESS_DUPLEX
#define MESSAGES (PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE)

static char self[MAX_PATH];

static ACCESS_MASK granted(HANDLE handle)
{
	PUBLIC_OBJECT_BASIC_INFORMATION info;

	if (NtQueryObject(handle, ObjectBasicInformation, &info, sizeof(info),
			  NULL) < 0)
		return 0xdead;
	return info.GrantedAccess;
}

static void arguments_that_make_no_pipe(void)
{
	static const struct {
		const char *name;
		DWORD open_mode, pipe_mode, instances, error;
	} rows[] = {
		{NULL, DUPLEX, 0, 1, ERROR_PATH_NOT_FOUND},
		{"a pipe", DUPLEX, 0, 1, ERROR_INVALID_NAME},
		{"\\\\.\\pipe", DUPLEX, 0, 1, ERROR_INVALID_NAME},
		{"\\\\.\\pipe\\", DUPLEX, 0, 1, ERROR_INVALID_NAME},
		{"\\\\.\\pipes\\x", DUPLEX, 0, 1, ERROR_INVALID_NAME},
		{"\\\\elsewhere.invalid\\pipe\\x", DUPLEX, 0, 1,
		 ERROR_INVALID_NAME},
		{"\\\\.\\pipe\\x", 0, 0, 1, ERROR_INVALID_PARAMETER},
		{"\\\\.\\pipe\\x", DUPLEX | 0x100, 0, 1,
		 ERROR_INVALID_PARAMETER},
		{"\\\\.\\pipe\\x", DUPLEX, 0, 0, ERROR_INVALID_PARAMETER},
		{"\\\\.\\pipe\\x", DUPLEX, 0, 256, ERROR_INVALID_PARAMETER},
		{"\\\\.\\pipe\\x", DUPLEX, 0x10, 1, ERROR_INVALID_PARAMETER},
		{"\\\\.\\pipe\\x", DUPLEX,
		 PIPE_TYPE_BYTE | PIPE_READMODE_MESSAGE, 1,
		 ERROR_INVALID_PARAMETER},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		HANDLE made;

		SetLastError(0xdeadbeef);
		made = CreateNamedPipeA(rows[i].name, rows[i].open_mode,
					rows[i].pipe_mode, rows[i].instances, 0,
					0, 0, NULL);
		check_say(made == INVALID_HANDLE_VALUE &&
				  GetLastError() == rows[i].error,
			  "row %zu: %u, not %u", i, GetLastError(),
			  rows[i].error);
	}
}

static void names_are_compared_without_case(void)
{
	HANDLE server = pipe_server("Case", DUPLEX, 0, 1);
	HANDLE client = CreateFileA("\\\\?\\PIPE\\cASE", GENERIC_READ, 0, NULL,
				    OPEN_EXISTING, 0, NULL);

	check(client != INVALID_HANDLE_VALUE);
	check(CloseHandle(client));
	check(CloseHandle(server));
}

static void a_pipe_has_as_many_instances_as_it_was_made_for(void)
{
	HANDLE one = pipe_server("few", DUPLEX, MESSAGES, 2), two;

	two = pipe_server("few", DUPLEX, MESSAGES, 2);
	check(one != INVALID_HANDLE_VALUE && two != INVALID_HANDLE_VALUE);
	check_handle_fails(pipe_server("few", DUPLEX, MESSAGES, 2),
			   ERROR_PIPE_BUSY);
	check(CloseHandle(two));
	check_handle_fails(pipe_server("few",
				       DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE,
				       MESSAGES, 2),
			   ERROR_ACCESS_DENIED);
	check_handle_fails(pipe_server("few", PIPE_ACCESS_INBOUND, MESSAGES, 2),
			   ERROR_ACCESS_DENIED);
	check(CloseHandle(one));
	one = pipe_server("few", DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE,
			  MESSAGES, 2);
	check(one != INVALID_HANDLE_VALUE);
	check(CloseHandle(one));
}

static DWORD WINAPI make_and_close(LPVOID unused)
{
	(void)unused;
	for (int i = 0; i < 200; i++) {
		HANDLE pipe = pipe_server("busy", DUPLEX, 0, 8);

		check_say(pipe != INVALID_HANDLE_VALUE, "%u", GetLastError());
		if (pipe != INVALID_HANDLE_VALUE)
			check(CloseHandle(pipe));
	}
	return 0;
}

/* Whoever comes first makes the pipe, whoever goes last ends it. */
static void threads_make_and_close_one_pipe(void)
{
	HANDLE threads[4];

	for (int i = 0; i < 4; i++)
		threads[i] =
			CreateThread(NULL, 0, make_and_close, NULL, 0, NULL);
	for (int i = 0; i < 4; i++) {
		check_equal(WaitForSingleObject(threads[i], 30000),
			    WAIT_OBJECT_0);
		check(CloseHandle(threads[i]));
	}
}

static void one_opens_what_listens(void)
{
	HANDLE server, client;

	check_handle_fails(pipe_client("open", GENERIC_READ, 0),
			   ERROR_FILE_NOT_FOUND);
	server = pipe_server("open", DUPLEX, 0, 1);
	client = pipe_client("open", GENERIC_READ | GENERIC_WRITE, 0);
	check(client != INVALID_HANDLE_VALUE);
	check_equal(GetFileType(client), FILE_TYPE_PIPE);
	check_handle_fails(pipe_client("open", GENERIC_READ, 0),
			   ERROR_PIPE_BUSY);
	check_fails(ConnectNamedPipe(server, NULL), ERROR_PIPE_CONNECTED);
	check(CloseHandle(client));
	/* not before it was disconnected and listens again */
	check_handle_fails(pipe_client("open", GENERIC_READ, 0),
			   ERROR_PIPE_BUSY);
	check_fails(ConnectNamedPipe(server, NULL), ERROR_NO_DATA);
	check(DisconnectNamedPipe(server));
	check_handle_fails(pipe_client("open", GENERIC_READ, 0),
			   ERROR_PIPE_BUSY);
	check(CloseHandle(server));
	check_handle_fails(pipe_client("open", GENERIC_READ, 0),
			   ERROR_FILE_NOT_FOUND);
}

static void a_direction_that_is_not_there_is_denied(void)
{
	HANDLE server = pipe_server("inbound", PIPE_ACCESS_INBOUND, 0, 1);
	HANDLE client;

	check_handle_fails(pipe_client("inbound", GENERIC_READ, 0),
			   ERROR_ACCESS_DENIED);
	client = pipe_client("inbound", GENERIC_WRITE, 0);
	check(client != INVALID_HANDLE_VALUE);
	check(CloseHandle(client));
	check(CloseHandle(server));
}

/* What is sent is not const in Windows' prototypes. */
static void *text(const char *words)
{
	static char room[16];

	return strncpy(room, words, sizeof(room) - 1);
}

/* What each call on the server's end says in each state. */
enum state { LISTENING, CONNECTED, CLOSED, DISCONNECTED, N_STATES };

static BOOL do_read(HANDLE pipe)
{
	char byte;
	DWORD n;

	return ReadFile(pipe, &byte, 1, &n, NULL);
}

static BOOL do_write(HANDLE pipe)
{
	DWORD n;

	return WriteFile(pipe, "x", 1, &n, NULL);
}

static BOOL do_peek(HANDLE pipe)
{
	return PeekNamedPipe(pipe, NULL, 0, NULL, NULL, NULL);
}

static BOOL do_connect(HANDLE pipe)
{
	return ConnectNamedPipe(pipe, NULL);
}

static BOOL do_pid(HANDLE pipe)
{
	ULONG pid;

	return GetNamedPipeClientProcessId(pipe, &pid);
}

static HANDLE server_in(enum state state, HANDLE *ret_client)
{
	HANDLE server = pipe_server("state", DUPLEX, MESSAGES | PIPE_NOWAIT, 1);

	*ret_client = NULL;
	if (state == LISTENING)
		return server;
	*ret_client = pipe_client("state", GENERIC_READ | GENERIC_WRITE, 0);
	if (state == DISCONNECTED)
		check(DisconnectNamedPipe(server));
	if (state == CLOSED) {
		check(CloseHandle(*ret_client));
		*ret_client = NULL;
	}
	return server;
}

static void every_state_has_its_errors(void)
{
	static const struct {
		const char *name;
		BOOL (*call)(HANDLE pipe);
		DWORD errors[N_STATES];
	} rows[] = {
		{"read",
		 do_read,
		 {ERROR_PIPE_LISTENING, ERROR_NO_DATA, ERROR_BROKEN_PIPE,
		  ERROR_PIPE_NOT_CONNECTED}},
		{"write",
		 do_write,
		 {ERROR_PIPE_LISTENING, 0, ERROR_NO_DATA,
		  ERROR_PIPE_NOT_CONNECTED}},
		{"peek",
		 do_peek,
		 {ERROR_BAD_PIPE, 0, ERROR_BROKEN_PIPE,
		  ERROR_PIPE_NOT_CONNECTED}},
		{"connect",
		 do_connect,
		 {ERROR_PIPE_LISTENING, ERROR_PIPE_CONNECTED, ERROR_NO_DATA,
		  ERROR_PIPE_LISTENING}},
		{"disconnect",
		 DisconnectNamedPipe,
		 {0, 0, 0, ERROR_PIPE_NOT_CONNECTED}},
		{"flush",
		 FlushFileBuffers,
		 {ERROR_PIPE_LISTENING, 0, 0, ERROR_PIPE_NOT_CONNECTED}},
		{"impersonate",
		 ImpersonateNamedPipeClient,
		 {ERROR_CANNOT_IMPERSONATE, ERROR_CANNOT_IMPERSONATE,
		  ERROR_CANNOT_IMPERSONATE, ERROR_CANNOT_IMPERSONATE}},
		{"client's pid",
		 do_pid,
		 {ERROR_NOT_FOUND, 0, 0, ERROR_NOT_FOUND}},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		for (enum state s = LISTENING; s < N_STATES; s++) {
			HANDLE client, server = server_in(s, &client);
			DWORD error;

			SetLastError(0);
			error = rows[i].call(server) ? 0 : GetLastError();
			check_say(error == rows[i].errors[s],
				  "%s in state %u: %u, not %u", rows[i].name, s,
				  error, rows[i].errors[s]);
			if (client)
				check(CloseHandle(client));
			check(CloseHandle(server));
		}
	}
}

static void what_only_servers_do_clients_do_not(void)
{
	HANDLE server = pipe_server("roles", DUPLEX, 0, 1);
	HANDLE client = pipe_client("roles", GENERIC_READ | GENERIC_WRITE, 0);
	HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);

	check_fails(ConnectNamedPipe(client, NULL), ERROR_INVALID_FUNCTION);
	check_fails(DisconnectNamedPipe(client), ERROR_INVALID_FUNCTION);
	check_fails(ImpersonateNamedPipeClient(client), ERROR_INVALID_FUNCTION);
	check_fails(ImpersonateNamedPipeClient(event), ERROR_INVALID_HANDLE);
	check_fails(ImpersonateNamedPipeClient(NULL), ERROR_INVALID_HANDLE);
	check(DisconnectNamedPipe(server));
	check_fails(do_read(client), ERROR_PIPE_NOT_CONNECTED);
	check_fails(do_write(client), ERROR_PIPE_NOT_CONNECTED);
	check(CloseHandle(event));
	check(CloseHandle(client));
	check(CloseHandle(server));
}

static void what_was_written_is_read_after_the_writer_closed(void)
{
	HANDLE server = pipe_server("rest", DUPLEX, 0, 1);
	HANDLE client = pipe_client("rest", GENERIC_READ | GENERIC_WRITE, 0);

	check(do_write(client));
	check(CloseHandle(client));
	check(do_read(server));
	check_fails(do_read(server), ERROR_BROKEN_PIPE);
	check(CloseHandle(server));
}

static void a_message_is_read_in_parts(void)
{
	HANDLE server = pipe_server("parts", DUPLEX, MESSAGES, 1);
	HANDLE client = pipe_client("parts", GENERIC_READ | GENERIC_WRITE, 0);
	DWORD n = 0, available = 0, left = 0;
	char to[16] = {0};

	check(WriteFile(client, "abcdef", 6, &n, NULL) && n == 6);
	check(WriteFile(client, "gh", 2, &n, NULL) && n == 2);
	check(PeekNamedPipe(server, to, 2, &n, &available, &left));
	check_equal(n, 2);
	check_equal(available, 8);
	check_equal(left, 4);
	check_fails(ReadFile(server, to, 4, &n, NULL), ERROR_MORE_DATA);
	check(n == 4 && memcmp(to, "abcd", 4) == 0);
	check(ReadFile(server, to, sizeof(to), &n, NULL));
	check(n == 2 && memcmp(to, "ef", 2) == 0);
	check(ReadFile(server, to, sizeof(to), &n, NULL));
	check(n == 2 && memcmp(to, "gh", 2) == 0);
	check(PeekNamedPipe(server, NULL, 0, NULL, &available, &left));
	check_equal(available, 0);
	check(CloseHandle(client));
	check(CloseHandle(server));
}

static void a_message_may_be_empty(void)
{
	HANDLE server = pipe_server("empty", DUPLEX, MESSAGES, 1);
	HANDLE client = pipe_client("empty", GENERIC_READ | GENERIC_WRITE, 0);
	DWORD n = 9;
	char byte;

	check(WriteFile(client, "", 0, &n, NULL) && n == 0);
	n = 9;
	check(ReadFile(server, &byte, 1, &n, NULL) && n == 0);
	check(ImpersonateNamedPipeClient(server));
	check(RevertToSelf());
	check(WriteFile(client, "ab", 2, &n, NULL));
	check_fails(ReadFile(server, NULL, 0, &n, NULL), ERROR_MORE_DATA);
	check(CloseHandle(client));
	check(CloseHandle(server));
}

static void what_the_server_wrote_is_read_after_it_closed(void)
{
	HANDLE server = pipe_server("left", DUPLEX, MESSAGES, 1);
	HANDLE client = pipe_client("left", GENERIC_READ | GENERIC_WRITE, 0);
	DWORD n = 0;
	char to[4];

	check(WriteFile(server, "ab", 2, &n, NULL));
	check(CloseHandle(server));
	check(ReadFile(client, to, sizeof(to), &n, NULL) && n == 2);
	check_fails(ReadFile(client, to, 1, &n, NULL), ERROR_BROKEN_PIPE);
	check_fails(WriteFile(client, to, 1, &n, NULL), ERROR_NO_DATA);
	check(CloseHandle(client));
}

static void bytes_have_no_borders(void)
{
	HANDLE server = pipe_server("bytes", DUPLEX, PIPE_TYPE_MESSAGE, 1);
	HANDLE client = pipe_client("bytes", GENERIC_READ | GENERIC_WRITE, 0);
	char to[16] = {0};
	DWORD n = 0;

	check(WriteFile(client, "abc", 3, &n, NULL));
	check(WriteFile(client, "def", 3, &n, NULL));
	check(ReadFile(server, to, 5, &n, NULL));
	check(n == 5 && memcmp(to, "abcde", 5) == 0);
	check(ReadFile(server, to, 5, &n, NULL) && n == 1);
	check(CloseHandle(client));
	check(CloseHandle(server));
}

static DWORD WINAPI echo(LPVOID server)
{
	char buffer[64];
	DWORD n;

	if (!ConnectNamedPipe(server, NULL) &&
	    GetLastError() != ERROR_PIPE_CONNECTED)
		return 1;
	while (ReadFile(server, buffer, sizeof(buffer), &n, NULL)) {
		if (!WriteFile(server, buffer, n, &n, NULL))
			return 2;
	}
	check_equal(GetLastError(), ERROR_BROKEN_PIPE);
	return DisconnectNamedPipe(server) ? 0 : 3;
}

static HANDLE echo_thread(HANDLE server)
{
	HANDLE thread = CreateThread(NULL, 0, echo, server, 0, NULL);

	check(thread != NULL);
	return thread;
}

static void join(HANDLE thread)
{
	DWORD code = 99;

	check_equal(WaitForSingleObject(thread, 20000), WAIT_OBJECT_0);
	check(GetExitCodeThread(thread, &code));
	check_equal(code, 0);
	check(CloseHandle(thread));
}

static void transactions_take_messages_on_both_sides(void)
{
	HANDLE server = pipe_server("transact", DUPLEX, MESSAGES, 1);
	HANDLE client =
		pipe_client("transact", GENERIC_READ | GENERIC_WRITE, 0);
	HANDLE thread = echo_thread(server);
	DWORD mode = PIPE_READMODE_MESSAGE, n = 0;
	char to[16] = {0};

	check_fails(TransactNamedPipe(client, text("ab"), 2, to, sizeof(to), &n,
				      NULL),
		    ERROR_BAD_PIPE);
	check(SetNamedPipeHandleState(client, &mode, NULL, NULL));
	check(TransactNamedPipe(client, text("abcd"), 4, to, sizeof(to), &n,
				NULL));
	check(n == 4 && memcmp(to, "abcd", 4) == 0);
	check_fails(TransactNamedPipe(client, text("efgh"), 4, to, 3, &n, NULL),
		    ERROR_MORE_DATA);
	check(n == 3 && memcmp(to, "efg", 3) == 0);
	check_fails(TransactNamedPipe(client, text("i"), 1, to, 3, &n, NULL),
		    ERROR_PIPE_BUSY);
	check(CloseHandle(client));
	join(thread);
	check(CloseHandle(server));
}

static void one_call_is_open_write_read_close(void)
{
	HANDLE server = pipe_server("call", DUPLEX, MESSAGES, 1);
	HANDLE thread = echo_thread(server);
	char name[PIPE_NAME_SIZE], to[8] = {0};
	DWORD n = 0;

	check(CallNamedPipeA(pipe_name("call", name), text("abc"), 3, to,
			     sizeof(to), &n, NMPWAIT_USE_DEFAULT_WAIT));
	check(n == 3 && memcmp(to, "abc", 3) == 0);
	join(thread);
	check_fails(CallNamedPipeA(name, text("abc"), 3, to, sizeof(to), &n,
				   NMPWAIT_NOWAIT),
		    ERROR_PIPE_BUSY);
	thread = echo_thread(server);
	check_fails(CallNamedPipeA(name, text("abc"), 3, to, 2, &n, 10000),
		    ERROR_MORE_DATA);
	check_equal(n, 2);
	join(thread);
	check(CloseHandle(server));
	check_fails(
		CallNamedPipeA(name, text("abc"), 3, to, sizeof(to), &n, 10),
		ERROR_FILE_NOT_FOUND);
}

static void one_waits_for_an_instance(void)
{
	HANDLE server = pipe_server("wait", DUPLEX, 0, 1);
	char name[PIPE_NAME_SIZE];
	HANDLE client;

	check(WaitNamedPipeA(pipe_name("wait", name), NMPWAIT_WAIT_FOREVER));
	client = pipe_client("wait", GENERIC_READ, 0);
	check_fails(WaitNamedPipeA(name, 10), ERROR_SEM_TIMEOUT);
	check_fails(WaitNamedPipeA(name, NMPWAIT_USE_DEFAULT_WAIT),
		    ERROR_SEM_TIMEOUT);
	check(CloseHandle(client));
	check(CloseHandle(server));
	check_fails(WaitNamedPipeA(name, 10), ERROR_FILE_NOT_FOUND);
	check_fails(WaitNamedPipeA("no pipe", 10), ERROR_INVALID_NAME);
}

static void ends_tell_what_they_are(void)
{
	char name[PIPE_NAME_SIZE], computer[64];
	HANDLE server = CreateNamedPipeA(pipe_name("tell", name), DUPLEX,
					 MESSAGES, 3, 111, 222, 0, NULL);
	HANDLE client = pipe_client("tell", GENERIC_READ | GENERIC_WRITE, 0);
	DWORD flags, out, in, instances, state;
	ULONG pid = 0;

	check(GetNamedPipeInfo(server, &flags, &out, &in, &instances));
	check_equal(flags, PIPE_SERVER_END | PIPE_TYPE_MESSAGE);
	check_equal(out, 111);
	check_equal(in, 222);
	check_equal(instances, 3);
	check(GetNamedPipeInfo(client, &flags, NULL, NULL, NULL));
	check_equal(flags, PIPE_CLIENT_END | PIPE_TYPE_MESSAGE);
	check(GetNamedPipeHandleStateA(server, &state, &instances, NULL, NULL,
				       NULL, 0));
	check_equal(state, PIPE_READMODE_MESSAGE);
	check_equal(instances, 1);
	check(GetNamedPipeHandleStateA(client, &state, NULL, NULL, NULL, NULL,
				       0));
	check_equal(state, PIPE_READMODE_BYTE);
	check_fails(GetNamedPipeHandleStateA(client, NULL, NULL, &state, NULL,
					     NULL, 0),
		    ERROR_INVALID_PARAMETER);
	check(GetNamedPipeClientProcessId(server, &pid));
	check_equal(pid, GetCurrentProcessId());
	check(GetNamedPipeServerProcessId(client, &pid));
	check_equal(pid, GetCurrentProcessId());
	check_fails(GetNamedPipeClientComputerNameA(server, computer,
						    sizeof(computer)),
		    ERROR_PIPE_LOCAL);
	check(CloseHandle(client));
	check(CloseHandle(server));
}

static void a_mode_is_set_by_who_may_write_attributes(void)
{
	HANDLE server = pipe_server("mode", DUPLEX, MESSAGES, 1);
	HANDLE client = pipe_client("mode", GENERIC_READ, 0);
	DWORD mode = PIPE_READMODE_MESSAGE | PIPE_NOWAIT, bad = 0x80;

	check_fails(SetNamedPipeHandleState(client, &mode, NULL, NULL),
		    ERROR_ACCESS_DENIED);
	check_fails(SetNamedPipeHandleState(server, &bad, NULL, NULL),
		    ERROR_INVALID_PARAMETER);
	check(SetNamedPipeHandleState(server, &mode, NULL, NULL));
	check_fails(do_read(server), ERROR_NO_DATA);
	check(CloseHandle(client));
	check(CloseHandle(server));
	server = pipe_server("mode", DUPLEX, PIPE_TYPE_BYTE, 1);
	check_fails(SetNamedPipeHandleState(server, &mode, NULL, NULL),
		    ERROR_INVALID_PARAMETER);
	check(CloseHandle(server));
}

static void handles_have_what_was_asked_for(void)
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
	HANDLE handle, server;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		server = pipe_server("granted", rows[i].open_mode, 0, 1);
		check_equal(granted(server), rows[i].granted);
		check(CloseHandle(server));
	}
	server = pipe_server("granted", PIPE_ACCESS_DUPLEX, 0, 1);
	handle = pipe_client("granted", FILE_ALL_ACCESS, 0);
	check_equal(granted(handle), FILE_ALL_ACCESS);
	check(CloseHandle(handle));
	check(CloseHandle(server));
	handle = CreateFileA("\\\\.\\pipe\\", FILE_ALL_ACCESS, 0, NULL,
			     OPEN_EXISTING, 0, NULL);
	check_equal(granted(handle), FILE_ALL_ACCESS);
	check(CloseHandle(handle));
}

static void duplicates_have_no_more_than_the_handle(void)
{
	static const struct {
		ACCESS_MASK access, granted;
	} rows[] = {
		{0, 0},
		{GENERIC_READ, 0x120089},
		{GENERIC_WRITE, 0x120116},
		{GENERIC_EXECUTE, 0x1200a0},
		{GENERIC_ALL, 0x1f01ff},
	};
	HANDLE server = pipe_server("twice", DUPLEX, 0, 1), twin = NULL;
	HANDLE client = pipe_client("twice", FILE_ALL_ACCESS, 0);
	HANDLE process = GetCurrentProcess();

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		check(DuplicateHandle(process, client, process, &twin,
				      rows[i].access, FALSE, 0));
		check_equal(granted(twin), rows[i].granted);
		check(CloseHandle(twin));
	}
	check(DuplicateHandle(process, client, process, &twin, GENERIC_READ,
			      FALSE, 0));
	check_fails(do_write(twin), ERROR_ACCESS_DENIED);
	check(CloseHandle(client));
	/* it is open as long as one handle is */
	check(do_write(server));
	check(do_read(twin));
	check(CloseHandle(twin));
	check_fails(do_write(server), ERROR_NO_DATA);
	check_fails(DuplicateHandle(process, server, process, &twin,
				    GENERIC_ALL, FALSE, 0),
		    ERROR_ACCESS_DENIED);
	check(CloseHandle(server));
}

/* As an object and as a file */
static void aclapi_reads_and_writes_its_descriptor(void)
{
	static const SE_OBJECT_TYPE types[] = {SE_KERNEL_OBJECT,
					       SE_FILE_OBJECT};
	HANDLE server = pipe_server("acl", DUPLEX | WRITE_DAC, 0, 1);
	PSECURITY_DESCRIPTOR sd;
	PSID owner;
	PACL dacl;

	for (size_t i = 0; i < 2; i++) {
		check_equal(GetSecurityInfo(server, types[i],
					    OWNER_SECURITY_INFORMATION |
						    DACL_SECURITY_INFORMATION,
					    &owner, NULL, &dacl, NULL, &sd),
			    ERROR_SUCCESS);
		check(IsValidSid(owner));
		check(dacl && dacl->AceCount >= 5);
		check_equal(SetSecurityInfo(server, types[i],
					    DACL_SECURITY_INFORMATION, NULL,
					    NULL, dacl, NULL),
			    ERROR_SUCCESS);
		check(LocalFree(sd) == NULL);
	}
	check(CloseHandle(server));
}

static BOOL group_of(HANDLE handle, BYTE sid[SECURITY_MAX_SID_SIZE])
{
	BYTE sd[1024];
	BOOL defaulted;
	DWORD size;
	PSID group;

	return GetKernelObjectSecurity(handle, GROUP_SECURITY_INFORMATION, sd,
				       sizeof(sd), &size) &&
	       GetSecurityDescriptorGroup(sd, &group, &defaulted) &&
	       CopySid(SECURITY_MAX_SID_SIZE, sid, group);
}

static void all_ends_and_instances_share_a_descriptor(void)
{
	HANDLE server = pipe_server("shared", DUPLEX | WRITE_OWNER, 0, 3);
	HANDLE client = pipe_client("shared", GENERIC_READ, 0), second;
	BYTE world[SECURITY_MAX_SID_SIZE], is[SECURITY_MAX_SID_SIZE];
	DWORD size = sizeof(world);
	SECURITY_DESCRIPTOR sd;
	SECURITY_ATTRIBUTES attributes = {sizeof(attributes), &sd, FALSE};
	char name[PIPE_NAME_SIZE];

	check(CreateWellKnownSid(WinWorldSid, NULL, world, &size));
	check(InitializeSecurityDescriptor(&sd, SECURITY_DESCRIPTOR_REVISION));
	check(SetSecurityDescriptorGroup(&sd, world, FALSE));
	check(SetKernelObjectSecurity(server, GROUP_SECURITY_INFORMATION, &sd));
	check(group_of(client, is) && EqualSid(is, world));
	second = pipe_server("shared", DUPLEX, 0, 3);
	check(group_of(second, is) && EqualSid(is, world));
	/* a descriptor of one's own, and rights to the one that is there */
	check_handle_fails(CreateNamedPipeA(pipe_name("shared", name),
					    DUPLEX | WRITE_OWNER, 0, 3, 0, 0, 0,
					    &attributes),
			   ERROR_ACCESS_DENIED);
	check(DisconnectNamedPipe(server));
	check(group_of(server, is));
	check_fails(group_of(client, is), ERROR_PIPE_NOT_CONNECTED);
	check(CloseHandle(second));
	check(CloseHandle(client));
	check(CloseHandle(server));
}

static void overlapped_servers_hear_of_clients_by_their_event(void)
{
	HANDLE event = CreateEventA(NULL, TRUE, TRUE, NULL), client;
	HANDLE server = pipe_server("overlapped", DUPLEX | FILE_FLAG_OVERLAPPED,
				    MESSAGES, 1);
	OVERLAPPED overlapped = {.hEvent = event};
	char to[8] = {0};
	DWORD n = 0;

	check_fails(ConnectNamedPipe(server, &overlapped), ERROR_IO_PENDING);
	check_equal(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
	check_equal(WaitForSingleObject(server, 0), WAIT_TIMEOUT);
	check_fails(GetOverlappedResult(server, &overlapped, &n, FALSE),
		    ERROR_IO_INCOMPLETE);
	client = pipe_client("overlapped", GENERIC_READ | GENERIC_WRITE, 0);
	check_equal(WaitForSingleObject(event, 10000), WAIT_OBJECT_0);
	check(GetOverlappedResult(server, &overlapped, &n, FALSE));

	check_fails(ReadFile(server, to, sizeof(to), NULL, &overlapped),
		    ERROR_IO_PENDING);
	check(WriteFile(client, "abc", 3, &n, NULL));
	check(GetOverlappedResult(server, &overlapped, &n, TRUE));
	check(n == 3 && memcmp(to, "abc", 3) == 0);
	check(WriteFile(client, "defg", 4, &n, NULL));
	check_equal(ReadFile(server, to, 2, &n, &overlapped), FALSE);
	check_equal(GetLastError(), ERROR_MORE_DATA);
	check(ReadFile(server, to, sizeof(to), &n, &overlapped) && n == 2);

	check_fails(ReadFile(server, to, sizeof(to), NULL, &overlapped),
		    ERROR_IO_PENDING);
	check(CancelIoEx(server, &overlapped));
	check_fails(GetOverlappedResult(server, &overlapped, &n, TRUE),
		    ERROR_OPERATION_ABORTED);
	check_fails(CancelIoEx(server, NULL), ERROR_NOT_FOUND);
	check(CancelIo(server));

	check_fails(ReadFile(server, to, sizeof(to), NULL, &overlapped),
		    ERROR_IO_PENDING);
	check(CloseHandle(server));
	check_equal(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
	check_fails(do_read(client), ERROR_BROKEN_PIPE);
	check(CloseHandle(client));
	check(CloseHandle(event));
}

static void a_server_that_disconnects_waits_no_more(void)
{
	HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
	HANDLE server =
		pipe_server("given up", DUPLEX | FILE_FLAG_OVERLAPPED, 0, 1);
	OVERLAPPED overlapped = {.hEvent = event};
	DWORD n;

	check_fails(ConnectNamedPipe(server, &overlapped), ERROR_IO_PENDING);
	check(DisconnectNamedPipe(server));
	check_fails(GetOverlappedResult(server, &overlapped, &n, TRUE),
		    ERROR_PIPE_NOT_CONNECTED);
	check_handle_fails(pipe_client("given up", GENERIC_READ, 0),
			   ERROR_PIPE_BUSY);
	check(CloseHandle(server));
	check(CloseHandle(event));
}

static void a_pipe_without_name_goes_one_way(void)
{
	HANDLE in = NULL, out = NULL;
	char to[16] = {0};
	DWORD n = 0, available = 0;

	check(CreatePipe(&in, &out, NULL, 0));
	check(PeekNamedPipe(in, NULL, 0, NULL, &available, NULL));
	check_equal(available, 0);
	check(WriteFile(out, "hello", 5, &n, NULL) && n == 5);
	check(PeekNamedPipe(in, to, 3, &n, &available, NULL));
	check(n == 3 && available == 5 && memcmp(to, "hel", 3) == 0);
	check(ReadFile(in, to, sizeof(to), &n, NULL));
	check(n == 5 && memcmp(to, "hello", 5) == 0);
	check_fails(ReadFile(out, to, 1, &n, NULL), ERROR_ACCESS_DENIED);
	check_fails(WriteFile(in, to, 1, &n, NULL), ERROR_ACCESS_DENIED);
	check_fails(ImpersonateNamedPipeClient(in), ERROR_INVALID_FUNCTION);
	check(CloseHandle(out));
	check_fails(ReadFile(in, to, 1, &n, NULL), ERROR_BROKEN_PIPE);
	check_fails(PeekNamedPipe(in, NULL, 0, NULL, NULL, NULL),
		    ERROR_BROKEN_PIPE);
	check(CloseHandle(in));
	check(CreatePipe(&in, &out, NULL, 4096));
	check(CloseHandle(in));
	check_fails(WriteFile(out, "x", 1, &n, NULL), ERROR_NO_DATA);
	check(CloseHandle(out));
}

/* The child: its standard output is a pipe, and so is an inherited handle. */
static int be_child(HANDLE inherited)
{
	DWORD n;

	if (GetFileType(inherited) != FILE_TYPE_PIPE)
		return 2;
	if (!WriteFile(inherited, "by handle ", 10, &n, NULL))
		return 3;
	return WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), "by output", 9, &n,
			 NULL)
		       ? 0
		       : 4;
}

static void children_write_to_their_parents_pipes(void)
{
	SECURITY_ATTRIBUTES inherit = {sizeof(inherit), NULL, TRUE};
	STARTUPINFOA startup = {.cb = sizeof(startup),
				.dwFlags = STARTF_USESTDHANDLES};
	PROCESS_INFORMATION made = {0};
	HANDLE in, out, named;
	char line[MAX_PATH + 64], to[64] = {0};
	DWORD n = 0, size = 0, code = 99;

	named = pipe_server("not passed", DUPLEX, 0, 1);
	check(SetHandleInformation(named, HANDLE_FLAG_INHERIT,
				   HANDLE_FLAG_INHERIT));
	check(CreatePipe(&in, &out, &inherit, 0));
	check(SetHandleInformation(in, HANDLE_FLAG_INHERIT, 0));
	startup.hStdOutput = out;
	(void)snprintf(line, sizeof(line), "\"%s\" child %llu", self,
		       (unsigned long long)(ULONG_PTR)out);
	check_say(CreateProcessA(self, line, NULL, NULL, TRUE, 0, NULL, NULL,
				 &startup, &made),
		  "CreateProcess: %u", GetLastError());
	check(CloseHandle(out));
	while (size < sizeof(to) &&
	       ReadFile(in, to + size, (DWORD)sizeof(to) - size, &n, NULL))
		size += n;
	check_equal(GetLastError(), ERROR_BROKEN_PIPE);
	check_say(size == 19 && memcmp(to, "by handle by output", 19) == 0,
		  "read: %.*s", (int)size, to);
	check_equal(WaitForSingleObject(made.hProcess, 20000), WAIT_OBJECT_0);
	check(GetExitCodeProcess(made.hProcess, &code));
	check_equal(code, 0);
	check(CloseHandle(made.hProcess));
	check(CloseHandle(made.hThread));
	check(CloseHandle(in));
	check(CloseHandle(named));
}

static void wild_pointers_are_refused(void)
{
	HANDLE server = pipe_server("wild", DUPLEX, MESSAGES, 1);
	HANDLE client = pipe_client("wild", GENERIC_READ | GENERIC_WRITE, 0);

	DWORD n;

	check_fails(WriteFile(client, (void *)8, 1, &n, NULL), ERROR_NOACCESS);
	check(WriteFile(client, "x", 1, &n, NULL));
	check_fails(ReadFile(server, NULL, 1, &n, NULL), ERROR_NOACCESS);
	check_fails(PeekNamedPipe(server, NULL, 0, (DWORD *)4, NULL, NULL),
		    ERROR_NOACCESS);
	check_fails(GetNamedPipeClientProcessId(server, NULL), ERROR_NOACCESS);
	check_fails(GetNamedPipeClientProcessId(NULL, NULL),
		    ERROR_INVALID_HANDLE);
	check_fails(GetNamedPipeInfo(server, (DWORD *)8, NULL, NULL, NULL),
		    ERROR_NOACCESS);
	check_fails(CreatePipe(NULL, NULL, NULL, 0), ERROR_NOACCESS);
	check(CloseHandle(client));
	check(CloseHandle(server));
}

int main(int argc, char **argv)
{
	(void)snprintf(self, sizeof(self), "%s", argv[0]);
	if (argc > 2 && strcmp(argv[1], "child") == 0)
		return be_child((HANDLE)(ULONG_PTR)strtoull(argv[2], NULL, 10));
	pipe_fixture_begin();
	run(arguments_that_make_no_pipe);
	run(names_are_compared_without_case);
	run(a_pipe_has_as_many_instances_as_it_was_made_for);
	run(threads_make_and_close_one_pipe);
	run(one_opens_what_listens);
	run(a_direction_that_is_not_there_is_denied);
	run(every_state_has_its_errors);
	run(what_only_servers_do_clients_do_not);
	run(what_was_written_is_read_after_the_writer_closed);
	run(a_message_is_read_in_parts);
	run(a_message_may_be_empty);
	run(what_the_server_wrote_is_read_after_it_closed);
	run(bytes_have_no_borders);
	run(transactions_take_messages_on_both_sides);
	run(one_call_is_open_write_read_close);
	run(one_waits_for_an_instance);
	run(ends_tell_what_they_are);
	run(a_mode_is_set_by_who_may_write_attributes);
	run(handles_have_what_was_asked_for);
	run(duplicates_have_no_more_than_the_handle);
	run(aclapi_reads_and_writes_its_descriptor);
	run(all_ends_and_instances_share_a_descriptor);
	run(overlapped_servers_hear_of_clients_by_their_event);
	run(a_server_that_disconnects_waits_no_more);
	run(a_pipe_without_name_goes_one_way);
	run(children_write_to_their_parents_pipes);
	run(wild_pointers_are_refused);
	pipe_fixture_end();
	return check_done();
}
