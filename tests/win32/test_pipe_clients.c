/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who a pipe's clients are: whom its descriptor lets in, what the server is
 * told of them, clients in other processes, and many at once.
 */
#include <windows.h>

#include <winternl.h>

#include <stdio.h>
#include <string.h>

#include "descriptor.h"
#include "pipe-fixture.h"
#include "token.h"

static char self[MAX_PATH];

/*
 * A crowd: clients that are threads of this process, each with fewer privileges
 * than the next, and as many servers at the same time.
 */
#define CROWD 12
#define VISITS 25

static LONG crowd_visits;

/* The process's token without its first @less privileges */
static HANDLE lesser_token(DWORD less)
{
	HANDLE own = NULL, restricted = NULL, token = NULL;
	union {
		TOKEN_PRIVILEGES value;
		BYTE room[1024];
	} is;
	DWORD size;

	check(OpenProcessToken(GetCurrentProcess(),
			       TOKEN_DUPLICATE | TOKEN_QUERY, &own));
	check(GetTokenInformation(own, TokenPrivileges, &is, sizeof(is),
				  &size));
	check(CreateRestrictedToken(own, 0, 0, NULL, less, is.value.Privileges,
				    0, NULL, &restricted));
	check(DuplicateTokenEx(restricted, TOKEN_ALL_ACCESS, NULL,
			       SecurityImpersonation, TokenImpersonation,
			       &token));
	check(CloseHandle(restricted));
	check(CloseHandle(own));
	return token;
}

static HANDLE crowd_pipe(void)
{
	char name[PIPE_NAME_SIZE];
	HANDLE pipe;

	for (;;) {
		pipe = pipe_client("crowd", GENERIC_READ | GENERIC_WRITE,
				   DYNAMIC);
		if (pipe != INVALID_HANDLE_VALUE ||
		    GetLastError() != ERROR_PIPE_BUSY)
			return pipe;
		(void)WaitNamedPipeA(pipe_name("crowd", name), 20000);
	}
}

/* @number: on each visit another token */
static DWORD WINAPI crowd_client(LPVOID number)
{
	const DWORD first = (DWORD)(ULONG_PTR)number;

	for (DWORD i = 0; i < VISITS; i++) {
		DWORD less = (first + i) % 3, n;
		HANDLE token = lesser_token(less), pipe;
		char answer;

		check(SetThreadToken(NULL, token));
		pipe = crowd_pipe();
		check(WriteFile(pipe, &less, sizeof(less), &n, NULL));
		check(RevertToSelf());
		check(ReadFile(pipe, &answer, 1, &n, NULL));
		check(CloseHandle(pipe));
		check(CloseHandle(token));
	}
	return 0;
}

static DWORD WINAPI crowd_server(LPVOID all)
{
	const DWORD n_all = (DWORD)(ULONG_PTR)all;
	HANDLE pipe = pipe_server("crowd", PIPE_ACCESS_DUPLEX, MESSAGES, CROWD);

	while (InterlockedIncrement(&crowd_visits) <= CROWD * VISITS) {
		DWORD less = 99, n;
		HANDLE token;

		check(ConnectNamedPipe(pipe, NULL) ||
		      GetLastError() == ERROR_PIPE_CONNECTED);
		check(ReadFile(pipe, &less, sizeof(less), &n, NULL));
		check(ImpersonateNamedPipeClient(pipe));
		token = thread_token();
		check_equal(privileges_of(token).n, n_all - less);
		check(CloseHandle(token));
		check(RevertToSelf());
		check(WriteFile(pipe, "y", 1, &n, NULL));
		(void)FlushFileBuffers(pipe);
		check(DisconnectNamedPipe(pipe));
	}
	return CloseHandle(pipe) ? 0 : 1;
}

static void in_a_crowd_everybody_is_told_apart(void)
{
	HANDLE threads[2 * CROWD], own = NULL;
	DWORD n_all;

	check(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &own));
	n_all = privileges_of(own).n;
	check(CloseHandle(own));
	for (ULONG_PTR i = 0; i < CROWD; i++)
		threads[i] = CreateThread(NULL, 0, crowd_server,
					  (LPVOID)(ULONG_PTR)n_all, 0, NULL);
	/* so that the first client finds it */
	while (!WaitNamedPipeA("\\\\.\\pipe\\crowd", 20000))
		Sleep(1);
	for (ULONG_PTR i = 0; i < CROWD; i++)
		threads[CROWD + i] =
			CreateThread(NULL, 0, crowd_client, (LPVOID)i, 0, NULL);
	check_equal(WaitForMultipleObjects(2 * CROWD, threads, TRUE, 60000),
		    WAIT_OBJECT_0);
	for (size_t i = 0; i < 2 * CROWD; i++)
		check(CloseHandle(threads[i]));
}

static HANDLE server_with(const char *sddl)
{
	SECURITY_ATTRIBUTES attributes = {.nLength = sizeof(attributes)};
	char name[PIPE_NAME_SIZE];
	HANDLE server;

	attributes.lpSecurityDescriptor = sd_of(sddl);
	server = CreateNamedPipeA(pipe_name("judged", name), PIPE_ACCESS_DUPLEX,
				  0, 1, 0, 0, 0, &attributes);
	check(server != INVALID_HANDLE_VALUE);
	check(LocalFree(attributes.lpSecurityDescriptor) == NULL);
	return server;
}

/* 0 or the error */
static DWORD opens(const char *sddl, DWORD access)
{
	HANDLE server = server_with(sddl), pipe;
	DWORD error = 0;

	pipe = pipe_client("judged", access, 0);
	if (pipe == INVALID_HANDLE_VALUE)
		error = GetLastError();
	else
		check(CloseHandle(pipe));
	check(CloseHandle(server));
	return error;
}

static void the_descriptor_says_who_opens(void)
{
	static const struct {
		const char *sddl;
		DWORD access, error;
	} rows[] = {
		{"D:", GENERIC_READ, ERROR_ACCESS_DENIED},
		{"D:NO_ACCESS_CONTROL", GENERIC_READ | GENERIC_WRITE, 0},
		{"D:(A;;GR;;;WD)", GENERIC_READ, 0},
		{"D:(A;;GR;;;WD)", GENERIC_WRITE, ERROR_ACCESS_DENIED},
		{"D:(A;;GW;;;WD)", GENERIC_WRITE, ERROR_ACCESS_DENIED},
		{"D:(A;;0x120196;;;WD)", GENERIC_WRITE, 0},
		{"D:(D;;GR;;;WD)(A;;GA;;;WD)", GENERIC_READ,
		 ERROR_ACCESS_DENIED},
		{"D:(D;;WD;;;WD)(A;;GA;;;WD)", GENERIC_READ | GENERIC_WRITE, 0},
		{"D:(A;;GA;;;BU)", GENERIC_READ | GENERIC_WRITE, 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		DWORD error = opens(rows[i].sddl, rows[i].access);

		check_say(error == rows[i].error, "row %zu: %u, not %u", i,
			  error, rows[i].error);
	}
}

/* It is the client thread's token that is asked about. */
static void who_impersonates_opens_as_that(void)
{
	BYTE users[SECURITY_MAX_SID_SIZE];
	SID_AND_ATTRIBUTES disabled = {.Sid = users};
	HANDLE own = NULL, restricted = NULL, token = NULL, server;
	DWORD size = sizeof(users);

	check(CreateWellKnownSid(WinBuiltinUsersSid, NULL, users, &size));
	check(OpenProcessToken(GetCurrentProcess(), TOKEN_DUPLICATE, &own));
	check(CreateRestrictedToken(own, 0, 1, &disabled, 0, NULL, 0, NULL,
				    &restricted));
	check(DuplicateTokenEx(restricted, TOKEN_ALL_ACCESS, NULL,
			       SecurityImpersonation, TokenImpersonation,
			       &token));
	server = server_with("D:(A;;GA;;;BU)");
	check(SetThreadToken(NULL, token));
	check_handle_fails(pipe_client("judged", GENERIC_READ, 0),
			   ERROR_ACCESS_DENIED);
	check(RevertToSelf());
	check(CloseHandle(server));

	/* without a descriptor anonymous clients may read */
	server = pipe_server("judged", PIPE_ACCESS_DUPLEX, 0, 1);
	check(ImpersonateAnonymousToken(GetCurrentThread()));
	check_handle_fails(pipe_client("judged", GENERIC_WRITE, 0),
			   ERROR_ACCESS_DENIED);
	check(RevertToSelf());
	check(CloseHandle(server));
	check(CloseHandle(token));
	check(CloseHandle(restricted));
	check(CloseHandle(own));
}

static void the_server_is_told_its_clients_name(void)
{
	char name[256], told[256] = "";
	DWORD n = sizeof(name);
	HANDLE pipe, server;

	check(GetUserNameA(name, &n));
	server = pipe_server("level", PIPE_ACCESS_DUPLEX, MESSAGES, 1);
	pipe = pipe_client("level", GENERIC_READ | GENERIC_WRITE, 0);
	check_fails(GetNamedPipeHandleStateA(server, NULL, NULL, NULL, NULL,
					     told, sizeof(told)),
		    ERROR_CANNOT_IMPERSONATE);
	check(CloseHandle(pipe));
	check(CloseHandle(server));
	server = pipe_server_of_client(0, &pipe);
	check(GetNamedPipeHandleStateA(server, NULL, NULL, NULL, NULL, told,
				       sizeof(told)));
	check_say(strcmp(told, name) == 0, "%s, not %s", told, name);
	check_fails(GetNamedPipeHandleStateA(server, NULL, NULL, NULL, NULL,
					     told, (DWORD)strlen(name)),
		    ERROR_INSUFFICIENT_BUFFER);
	check(thread_token() == NULL);
	check(CloseHandle(pipe));
	check(CloseHandle(server));
}

/* The child: opens the pipe, writes a byte, waits for one. */
static int be_client(DWORD flags)
{
	HANDLE pipe =
		pipe_client("process", GENERIC_READ | GENERIC_WRITE, flags);
	char byte;
	DWORD n;

	if (thread_token())
		return 2; /* started as somebody's client */
	if (pipe == INVALID_HANDLE_VALUE)
		return 3;
	if (!WriteFile(pipe, "x", 1, &n, NULL))
		return 4;
	return ReadFile(pipe, &byte, 1, &n, NULL) ? 0 : 5;
}

static PROCESS_INFORMATION start_client(DWORD flags)
{
	STARTUPINFOA startup = {.cb = sizeof(startup)};
	PROCESS_INFORMATION made = {0};
	char line[MAX_PATH + 64];

	(void)snprintf(line, sizeof(line), "\"%s\" client %u", self, flags);
	check_say(CreateProcessA(self, line, NULL, NULL, FALSE, 0, NULL, NULL,
				 &startup, &made),
		  "CreateProcess: %u", GetLastError());
	return made;
}

static BOOL is_own_user(HANDLE token)
{
	union {
		TOKEN_USER value;
		BYTE room[256];
	} is, own_user;
	HANDLE own = NULL;
	DWORD size;
	BOOL same;

	same = OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &own) &&
	       GetTokenInformation(own, TokenUser, &own_user, sizeof(own_user),
				   &size) &&
	       GetTokenInformation(token, TokenUser, &is, sizeof(is), &size) &&
	       EqualSid(is.value.User.Sid, own_user.value.User.Sid);
	check(CloseHandle(own));
	return same;
}

static void serve_process(DWORD flags, DWORD level)
{
	HANDLE server = pipe_server("process", PIPE_ACCESS_DUPLEX, MESSAGES, 1);
	PROCESS_INFORMATION made = start_client(flags);
	DWORD n, code = 99;
	HANDLE token;
	ULONG pid = 0;
	char byte;

	check(ConnectNamedPipe(server, NULL) ||
	      GetLastError() == ERROR_PIPE_CONNECTED);
	check_fails(ImpersonateNamedPipeClient(server),
		    ERROR_CANNOT_IMPERSONATE);
	check(ReadFile(server, &byte, 1, &n, NULL));
	check(ImpersonateNamedPipeClient(server));
	token = thread_token();
	check(RevertToSelf());
	/* root is impersonated by nobody who does not say so beforehand */
	if (geteuid() == 0)
		level = SecurityIdentification;
	check_equal(token_number(token, TokenImpersonationLevel), level);
	check(is_own_user(token));
	/* the kernel does not say what else the client has */
	check_equal(privileges_of(token).n, 1);
	check(GetNamedPipeClientProcessId(server, &pid));
	check_equal(pid, made.dwProcessId);
	check(WriteFile(server, "y", 1, &n, NULL));
	check_equal(WaitForSingleObject(made.hProcess, 20000), WAIT_OBJECT_0);
	check(GetExitCodeProcess(made.hProcess, &code));
	check_equal(code, 0);
	check(CloseHandle(token));
	check(CloseHandle(made.hProcess));
	check(CloseHandle(made.hThread));
	check(CloseHandle(server));
}

static void a_client_in_another_process_is_its_user(void)
{
	serve_process(0, SecurityImpersonation);
	serve_process(DYNAMIC, SecurityImpersonation);
	serve_process(STATIC, SecurityImpersonation);
	serve_process(SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION,
		      SecurityIdentification);
	/* nothing can be delegated that the kernel does not know */
	serve_process(SECURITY_SQOS_PRESENT | SECURITY_DELEGATION,
		      SecurityImpersonation);
}

int main(int argc, char **argv)
{
	(void)snprintf(self, sizeof(self), "%s", argv[0]);
	if (argc > 2 && strcmp(argv[1], "client") == 0)
		return be_client((DWORD)strtoul(argv[2], NULL, 10));
	pipe_fixture_begin();
	run(in_a_crowd_everybody_is_told_apart);
	run(the_descriptor_says_who_opens);
	run(who_impersonates_opens_as_that);
	run(the_server_is_told_its_clients_name);
	run(a_client_in_another_process_is_its_user);
	pipe_fixture_end();
	return check_done();
}
