/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who the server of a pipe may be. The client is another thread, with a token
 * of its own, or another process: the program runs itself, the first word says
 * what the child does.
 */
#include <sddl.h>
#include <windows.h>

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "pipe-fixture.h"

#define MESSAGES (PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE)
#define STATIC (SECURITY_SQOS_PRESENT | SECURITY_IMPERSONATION)
#define DYNAMIC (STATIC | SECURITY_CONTEXT_TRACKING)

static char self[MAX_PATH];

/* How many privileges a token has, and how many of them are enabled */
struct privileges {
	DWORD n;
	DWORD enabled;
};

static struct privileges privileges_of(HANDLE token)
{
	struct privileges ret = {0xdead, 0xdead};
	union {
		TOKEN_PRIVILEGES value;
		BYTE room[1024];
	} is;
	const LUID_AND_ATTRIBUTES *all = is.value.Privileges;
	DWORD size;

	if (!GetTokenInformation(token, TokenPrivileges, &is, sizeof(is),
				 &size))
		return ret;
	ret.n = is.value.PrivilegeCount;
	ret.enabled = 0;
	for (DWORD i = 0; i < ret.n; i++) {
		if (all[i].Attributes & SE_PRIVILEGE_ENABLED)
			ret.enabled++;
	}
	return ret;
}

static HANDLE thread_token(void)
{
	HANDLE token = NULL;

	return OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token)
		       ? token
		       : NULL;
}

static DWORD level_of(HANDLE token)
{
	SECURITY_IMPERSONATION_LEVEL level;
	DWORD size;

	if (!GetTokenInformation(token, TokenImpersonationLevel, &level,
				 sizeof(level), &size))
		return 0xdead;
	return (DWORD)level;
}

/* Of the process; with every privilege enabled, or none */
static HANDLE copy_of_own_token(SECURITY_IMPERSONATION_LEVEL level)
{
	HANDLE own = NULL, copy = NULL;

	check(OpenProcessToken(GetCurrentProcess(), TOKEN_DUPLICATE, &own));
	check(DuplicateTokenEx(own, TOKEN_ALL_ACCESS, NULL, level,
			       TokenImpersonation, &copy));
	check(CloseHandle(own));
	return copy;
}

static void set_all_privileges(HANDLE token, DWORD attributes)
{
	union {
		TOKEN_PRIVILEGES value;
		BYTE room[1024];
	} is;
	LUID_AND_ATTRIBUTES *all = is.value.Privileges;
	DWORD size;

	check(GetTokenInformation(token, TokenPrivileges, &is, sizeof(is),
				  &size));
	for (DWORD i = 0; i < is.value.PrivilegeCount; i++)
		all[i].Attributes = attributes;
	check(AdjustTokenPrivileges(token, FALSE, &is.value, 0, NULL, NULL));
}

/*
 * The client: a thread that does one thing after the other as it is told.
 *	T	impersonates its token		R	reverts
 *	E, D	enables, disables the token's privileges
 *	O	opens the pipe		W	writes to it
 *	C	closes it
 */
static struct {
	HANDLE thread, go, done, token, pipe;
	DWORD flags;
	char what;
	BOOL ok;
} client;

static BOOL client_step(char what)
{
	DWORD n;

	switch (what) {
	case 'T':
		return SetThreadToken(NULL, client.token);
	case 'R':
		return RevertToSelf();
	case 'E':
		set_all_privileges(client.token, SE_PRIVILEGE_ENABLED);
		return TRUE;
	case 'D':
		set_all_privileges(client.token, 0);
		return TRUE;
	case 'O':
		client.pipe =
			pipe_client("client", GENERIC_WRITE, client.flags);
		return client.pipe != INVALID_HANDLE_VALUE;
	case 'W':
		return WriteFile(client.pipe, "x", 1, &n, NULL);
	case 'C':
		return CloseHandle(client.pipe);
	default:
		return FALSE;
	}
}

static DWORD WINAPI client_thread(LPVOID unused)
{
	(void)unused;
	for (;;) {
		if (WaitForSingleObject(client.go, INFINITE) != WAIT_OBJECT_0)
			return 1;
		if (client.what == '.')
			return RevertToSelf() ? 0 : 2;
		client.ok = client_step(client.what);
		if (!SetEvent(client.done))
			return 3;
	}
}

static void client_begin(DWORD flags)
{
	client.go = CreateEventA(NULL, FALSE, FALSE, NULL);
	client.done = CreateEventA(NULL, FALSE, FALSE, NULL);
	client.token = copy_of_own_token(SecurityImpersonation);
	client.flags = flags;
	client.thread = CreateThread(NULL, 0, client_thread, NULL, 0, NULL);
	check(client.go && client.done && client.thread);
}

static void client_does(char what)
{
	client.what = what;
	check(SetEvent(client.go));
	check_equal(WaitForSingleObject(client.done, 20000), WAIT_OBJECT_0);
	check_say(client.ok, "the client's '%c' failed", what);
}

static void client_end(void)
{
	DWORD code = 99;

	client.what = '.';
	check(SetEvent(client.go));
	check_equal(WaitForSingleObject(client.thread, 20000), WAIT_OBJECT_0);
	check(GetExitCodeThread(client.thread, &code));
	check_equal(code, 0);
	check(CloseHandle(client.thread));
	check(CloseHandle(client.token));
	check(CloseHandle(client.go));
	check(CloseHandle(client.done));
}

/*
 * What the server does and finds:
 *	r	reads		i	impersonates	v	reverts
 *	!	cannot impersonate (1368)
 *	a	is a token with all privileges, all enabled
 *	d	with all privileges, none enabled
 *	0	without any
 *	P, p	as the process; its privileges that are enabled, alone
 */
static void server_step(HANDLE server, char what, const char *name,
			struct privileges process)
{
	struct privileges is, all = {process.n, process.n};
	HANDLE token;
	char byte;
	DWORD n;

	switch (what) {
	case 'r':
		check(ReadFile(server, &byte, 1, &n, NULL));
		return;
	case 'i':
		check(ImpersonateNamedPipeClient(server));
		return;
	case 'v':
		check(RevertToSelf());
		check(thread_token() == NULL);
		return;
	case '!':
		check_fails(ImpersonateNamedPipeClient(server),
			    ERROR_CANNOT_IMPERSONATE);
		return;
	case 'd':
		all.enabled = 0;
		break;
	case '0':
		all = (struct privileges){0, 0};
		break;
	case 'P':
		all.enabled = process.enabled;
		break;
	case 'p':
		all.n = all.enabled = process.enabled;
		break;
	default:
		break;
	}
	token = thread_token();
	is = privileges_of(token);
	check_say(token && is.n == all.n && is.enabled == all.enabled,
		  "%s, '%c': %u privileges, %u enabled", name, what, is.n,
		  is.enabled);
	if (token)
		check(CloseHandle(token));
}

static void play(const char *name, DWORD flags, const char *steps)
{
	HANDLE server = pipe_server("client", PIPE_ACCESS_INBOUND, MESSAGES, 1);
	HANDLE own = NULL;
	struct privileges process;

	check(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &own));
	process = privileges_of(own);
	check(CloseHandle(own));
	client_begin(flags);
	for (; *steps; steps++) {
		if (strchr("TREDOWC", *steps))
			client_does(*steps);
		else if (*steps != ' ')
			server_step(server, *steps, name, process);
	}
	check(RevertToSelf());
	client_end();
	check(CloseHandle(server));
}

static void contexts_are_those_of_the_client_thread(void)
{
	static const struct {
		const char *name;
		DWORD flags;
		const char *steps;
	} rows[] = {
		{"nothing is read, nobody is impersonated", DYNAMIC,
		 "! ETO! W! r iav C"},
		{"static contexts are no exception", STATIC, "ETO! W! r iav C"},
		{"what is peeked at was not read", DYNAMIC, "ETOW ! r iav C"},
		{"no quality: a copy, of what is enabled", 0, "ETOW r iav C"},
		{"no quality: nothing is enabled", 0, "DTOW r i0v C"},
		{"no quality: dynamic", 0, "ETOW r iav DW r i0v EW r iav C"},
		{"no quality: the client reverts", 0, "DTOW R r i0v W r ipv C"},
		{"no quality: it impersonates later", 0,
		 "OW r ipv DTW r i0v C"},
		{"static: as it was opened", STATIC,
		 "ETOW r iav DW r iav RW r iav C"},
		{"static: what is disabled stays there", STATIC,
		 "DTOW r idv EW r idv C"},
		{"static, effective only", STATIC | SECURITY_EFFECTIVE_ONLY,
		 "DTOW r i0v EW r i0v C"},
		{"dynamic: as it was written", DYNAMIC,
		 "ETOW r iav DW r idv RW r iPv ETW r iav C"},
		{"dynamic, effective only", DYNAMIC | SECURITY_EFFECTIVE_ONLY,
		 "ETOW r iav DW r i0v C"},
		{"a context counts when it is read, not when it is written",
		 DYNAMIC, "ETOW DW r iav r idv C"},
		{"who impersonates stays who he is", DYNAMIC,
		 "ETOW r ia DW ra idv C"},
		{"the last context outlives the client", DYNAMIC,
		 "ETOWC r iav iav"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		play(rows[i].name, rows[i].flags, rows[i].steps);
}

/* The server's own end of a pipe whose client has written a byte */
static HANDLE server_of_client(DWORD flags, HANDLE *ret_client)
{
	HANDLE server = pipe_server("level", PIPE_ACCESS_DUPLEX, MESSAGES, 1);
	char byte;
	DWORD n;

	*ret_client = pipe_client("level", GENERIC_READ | GENERIC_WRITE, flags);
	check(WriteFile(*ret_client, "x", 1, &n, NULL));
	check(ReadFile(server, &byte, 1, &n, NULL));
	return server;
}

static void the_level_is_what_the_client_offers(void)
{
	static const struct {
		DWORD flags, level;
	} rows[] = {
		{0, SecurityImpersonation},
		{SECURITY_IDENTIFICATION, SecurityImpersonation},
		{SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION,
		 SecurityIdentification},
		{SECURITY_SQOS_PRESENT | SECURITY_IMPERSONATION,
		 SecurityImpersonation},
		{SECURITY_SQOS_PRESENT | SECURITY_DELEGATION |
			 SECURITY_CONTEXT_TRACKING,
		 SecurityDelegation},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		HANDLE pipe, token;
		HANDLE server = server_of_client(rows[i].flags, &pipe);

		check(ImpersonateNamedPipeClient(server));
		token = thread_token();
		check_equal(level_of(token), rows[i].level);
		check(RevertToSelf());
		check(CloseHandle(token));
		check(CloseHandle(pipe));
		check(CloseHandle(server));
	}
}

static void nobody_opens_an_anonymous_client(void)
{
	HANDLE pipe, token = NULL;
	HANDLE server = server_of_client(
		SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS, &pipe);

	check(ImpersonateNamedPipeClient(server));
	check_fails(
		OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token),
		ERROR_CANT_OPEN_ANONYMOUS);
	check(RevertToSelf());
	check(CloseHandle(pipe));
	check(CloseHandle(server));
}

/* Below impersonation everything that is opened is refused. */
static void an_identified_client_opens_nothing(void)
{
	static const DWORD levels[] = {SECURITY_ANONYMOUS,
				       SECURITY_IDENTIFICATION};
	HANDLE other = pipe_server("other", PIPE_ACCESS_DUPLEX, 0, 1), event;

	event = CreateEventA(NULL, TRUE, FALSE, "test-pipe-impersonate");
	check(event != NULL);
	for (size_t i = 0; i < 2; i++) {
		HANDLE pipe, server = server_of_client(
				     SECURITY_SQOS_PRESENT | levels[i], &pipe);

		check(ImpersonateNamedPipeClient(server));
		check_handle_fails(pipe_client("other", GENERIC_READ, 0),
				   ERROR_BAD_IMPERSONATION_LEVEL);
		check_handle_fails(CreateFileA("/etc/passwd", GENERIC_READ, 0,
					       NULL, OPEN_EXISTING, 0, NULL),
				   ERROR_BAD_IMPERSONATION_LEVEL);
		check_fails(
			OpenEventA(SYNCHRONIZE, FALSE, "test-pipe-impersonate"),
			ERROR_BAD_IMPERSONATION_LEVEL);
		check(RevertToSelf());
		check(CloseHandle(pipe));
		check(CloseHandle(server));
	}
	check(CloseHandle(event));
	check(CloseHandle(other));
}

static void a_client_offers_no_more_than_it_has(void)
{
	HANDLE token = copy_of_own_token(SecurityIdentification), pipe;
	HANDLE server = pipe_server("offer", PIPE_ACCESS_DUPLEX, 0, 1);

	check(SetThreadToken(NULL, token));
	pipe = pipe_client("offer", GENERIC_READ, STATIC);
	check_equal(GetLastError(), ERROR_BAD_IMPERSONATION_LEVEL);
	check(pipe == INVALID_HANDLE_VALUE);
	check(RevertToSelf());
	check(CloseHandle(token));
	check(CloseHandle(server));
}

static DWORD WINAPI has_no_token(LPVOID unused)
{
	(void)unused;
	return thread_token() == NULL && GetLastError() == ERROR_NO_TOKEN ? 0
									  : 1;
}

static void new_threads_do_not_start_as_the_client(void)
{
	HANDLE pipe, server = server_of_client(0, &pipe), thread;
	DWORD code = 99;

	check(ImpersonateNamedPipeClient(server));
	thread = CreateThread(NULL, 0, has_no_token, NULL, 0, NULL);
	check_equal(WaitForSingleObject(thread, 20000), WAIT_OBJECT_0);
	check(GetExitCodeThread(thread, &code));
	check_equal(code, 0);
	check(RevertToSelf());
	check(RevertToSelf()); /* with nothing to revert, too */
	check(CloseHandle(thread));
	check(CloseHandle(pipe));
	check(CloseHandle(server));
}

/* A handle keeps what it was granted, whoever uses it later. */
static void a_handle_opened_as_the_client_stays_open(void)
{
	HANDLE other = pipe_server("other", PIPE_ACCESS_DUPLEX, 0, 1), opened;
	HANDLE pipe, server = server_of_client(0, &pipe);
	DWORD n = 0;

	check(ImpersonateNamedPipeClient(server));
	opened = pipe_client("other", GENERIC_WRITE, 0);
	check(RevertToSelf());
	check(WriteFile(opened, "x", 1, &n, NULL) && n == 1);
	check(CloseHandle(opened));
	check(CloseHandle(pipe));
	check(CloseHandle(server));
	check(CloseHandle(other));
}

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

	check(ConvertStringSecurityDescriptorToSecurityDescriptorA(
		sddl, SDDL_REVISION_1, &attributes.lpSecurityDescriptor, NULL));
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
	server = server_of_client(0, &pipe);
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
	check_equal(level_of(token), level);
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
	run(contexts_are_those_of_the_client_thread);
	run(the_level_is_what_the_client_offers);
	run(nobody_opens_an_anonymous_client);
	run(an_identified_client_opens_nothing);
	run(a_client_offers_no_more_than_it_has);
	run(new_threads_do_not_start_as_the_client);
	run(a_handle_opened_as_the_client_stays_open);
	run(in_a_crowd_everybody_is_told_apart);
	run(the_descriptor_says_who_opens);
	run(who_impersonates_opens_as_that);
	run(the_server_is_told_its_clients_name);
	run(a_client_in_another_process_is_its_user);
	pipe_fixture_end();
	return check_done();
}
