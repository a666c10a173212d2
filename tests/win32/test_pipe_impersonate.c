/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the server of a pipe has of its client: the context of the client's
 * thread, at the level that it offers.
 */
#include <windows.h>

#include <winternl.h>

#include <string.h>

#include "pipe-fixture.h"
#include "token.h"

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
	client.token = own_duplicate(SecurityImpersonation);
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
		HANDLE server = pipe_server_of_client(rows[i].flags, &pipe);

		check(ImpersonateNamedPipeClient(server));
		token = thread_token();
		check_equal(token_number(token, TokenImpersonationLevel),
			    rows[i].level);
		check(RevertToSelf());
		check(CloseHandle(token));
		check(CloseHandle(pipe));
		check(CloseHandle(server));
	}
}

static void nobody_opens_an_anonymous_client(void)
{
	HANDLE pipe, token = NULL;
	HANDLE server = pipe_server_of_client(
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
		HANDLE pipe, server = pipe_server_of_client(
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
	HANDLE token = own_duplicate(SecurityIdentification), pipe;
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
	HANDLE pipe, server = pipe_server_of_client(0, &pipe), thread;
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
	HANDLE pipe, server = pipe_server_of_client(0, &pipe);
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

int main(void)
{
	pipe_fixture_begin();
	run(contexts_are_those_of_the_client_thread);
	run(the_level_is_what_the_client_offers);
	run(nobody_opens_an_anonymous_client);
	run(an_identified_client_opens_nothing);
	run(a_client_offers_no_more_than_it_has);
	run(new_threads_do_not_start_as_the_client);
	run(a_handle_opened_as_the_client_stays_open);
	pipe_fixture_end();
	return check_done();
}
