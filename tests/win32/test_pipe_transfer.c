/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes through pipes: bytes and messages, waited for or overlapped, to a
 * thread or to a child, and through pipes without a name.
 */
#include <windows.h>

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "pipe-fixture.h"

static char self[MAX_PATH];

/* What is sent is not const in Windows' prototypes. */
static void *text(const char *words)
{
	static char room[16];

	return strncpy(room, words, sizeof(room) - 1);
}

static void what_was_written_is_read_after_the_writer_closed(void)
{
	HANDLE server = pipe_server("rest", DUPLEX, 0, 1);
	HANDLE client = pipe_client("rest", GENERIC_READ | GENERIC_WRITE, 0);

	check(write_byte(client));
	check(CloseHandle(client));
	check(read_byte(server));
	check_fails(read_byte(server), ERROR_BROKEN_PIPE);
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
	check_fails(read_byte(client), ERROR_BROKEN_PIPE);
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

int main(int argc, char **argv)
{
	(void)snprintf(self, sizeof(self), "%s", argv[0]);
	if (argc > 2 && strcmp(argv[1], "child") == 0)
		return be_child((HANDLE)(ULONG_PTR)strtoull(argv[2], NULL, 10));
	pipe_fixture_begin();
	run(what_was_written_is_read_after_the_writer_closed);
	run(a_message_is_read_in_parts);
	run(a_message_may_be_empty);
	run(what_the_server_wrote_is_read_after_it_closed);
	run(bytes_have_no_borders);
	run(transactions_take_messages_on_both_sides);
	run(one_call_is_open_write_read_close);
	run(overlapped_servers_hear_of_clients_by_their_event);
	run(a_server_that_disconnects_waits_no_more);
	run(a_pipe_without_name_goes_one_way);
	run(children_write_to_their_parents_pipes);
	pipe_fixture_end();
	return check_done();
}
