/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pipes: made, opened and asked about, and what each call says in each state.
 * test_pipe_transfer.c is about what goes through them, test_pipe_rights.c
 * about what their handles may, test_pipe_impersonate.c and test_pipe_clients.c
 * about who the clients are.
 */
#include <windows.h>

#include "check.h"
#include "pipe-fixture.h"

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

/* What each call on the server's end says in each state. */
enum state { LISTENING, CONNECTED, CLOSED, DISCONNECTED, N_STATES };

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
		 read_byte,
		 {ERROR_PIPE_LISTENING, ERROR_NO_DATA, ERROR_BROKEN_PIPE,
		  ERROR_PIPE_NOT_CONNECTED}},
		{"write",
		 write_byte,
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
	check_fails(read_byte(client), ERROR_PIPE_NOT_CONNECTED);
	check_fails(write_byte(client), ERROR_PIPE_NOT_CONNECTED);
	check(CloseHandle(event));
	check(CloseHandle(client));
	check(CloseHandle(server));
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
	check_fails(read_byte(server), ERROR_NO_DATA);
	check(CloseHandle(client));
	check(CloseHandle(server));
	server = pipe_server("mode", DUPLEX, PIPE_TYPE_BYTE, 1);
	check_fails(SetNamedPipeHandleState(server, &mode, NULL, NULL),
		    ERROR_INVALID_PARAMETER);
	check(CloseHandle(server));
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

int main(void)
{
	pipe_fixture_begin();
	run(arguments_that_make_no_pipe);
	run(names_are_compared_without_case);
	run(a_pipe_has_as_many_instances_as_it_was_made_for);
	run(threads_make_and_close_one_pipe);
	run(one_opens_what_listens);
	run(a_direction_that_is_not_there_is_denied);
	run(every_state_has_its_errors);
	run(what_only_servers_do_clients_do_not);
	run(one_waits_for_an_instance);
	run(ends_tell_what_they_are);
	run(a_mode_is_set_by_who_may_write_attributes);
	run(wild_pointers_are_refused);
	pipe_fixture_end();
	return check_done();
}
