/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens across processes: inherited handles, and the tokens of others. The
 * program runs itself as its child; its words say what the child does.
 */
#include <stdbool.h>
#include <string.h>

#include <windows.h>

#include <sddl.h>
#include <winternl.h>

#include "token.h"

#define HELD 0
#define NOT_HELD 3

static char self[MAX_PATH];

static PROCESS_INFORMATION start(const char *words, BOOL inherit)
{
	STARTUPINFOA startup = {.cb = sizeof(startup)};
	PROCESS_INFORMATION made = {0};
	char line[MAX_PATH + 128];

	snprintf(line, sizeof(line), "\"%s\" %s", self, words);
	check(CreateProcessA(self, line, NULL, NULL, inherit, 0, NULL, NULL,
			     &startup, &made));
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

/* The child: is HANDLE a token with ACCESS that is restricted? */
static DWORD look_at(const char *handle, const char *access)
{
	HANDLE token = (HANDLE)strtoull(handle, NULL, 16);
	ACCESS_MASK wanted = (ACCESS_MASK)strtoull(access, NULL, 16);

	return access_of(token) == wanted && IsTokenRestricted(token)
		       ? HELD
		       : NOT_HELD;
}

static void inherited_tokens_are_as_they_were(void)
{
	BYTE users[SECURITY_MAX_SID_SIZE];
	SID_AND_ATTRIBUTES only = {users, 0};
	HANDLE own = own_token(TOKEN_ALL_ACCESS), restricted = NULL;
	DWORD size = sizeof(users);
	char words[64];

	check(CreateWellKnownSid(WinBuiltinUsersSid, NULL, users, &size));
	check(CreateRestrictedToken(own, 0, 0, NULL, 0, NULL, 1, &only,
				    &restricted));
	check(SetHandleInformation(restricted, HANDLE_FLAG_INHERIT,
				   HANDLE_FLAG_INHERIT));
	snprintf(words, sizeof(words), "look %llx %x",
		 (unsigned long long)(ULONG_PTR)restricted, TOKEN_ALL_ACCESS);
	check_equal(end_of(start(words, TRUE)), HELD);
	check(CloseHandle(restricted));
	check(CloseHandle(own));
}

static void others_processes_have_tokens(void)
{
	HANDLE go, token = NULL, own = own_token(TOKEN_QUERY);
	PROCESS_INFORMATION child;
	TOKEN_USER *a, *b;

	go = CreateEventA(NULL, TRUE, FALSE, "test-token-process-go");
	child = start("wait", FALSE);
	check(OpenProcessToken(child.hProcess, TOKEN_QUERY | TOKEN_DUPLICATE,
			       &token));
	check_equal(access_of(token), TOKEN_QUERY | TOKEN_DUPLICATE);
	a = token_answer(own, TokenUser);
	b = token_answer(token, TokenUser);
	check(a && b && EqualSid(a->User.Sid, b->User.Sid));
	check_equal(token_number(token, TokenType), TokenPrimary);
	free(a);
	free(b);
	check(CloseHandle(token));
	check_fails(OpenThreadToken(child.hThread, TOKEN_QUERY, TRUE, &token),
		    ERROR_NO_TOKEN);
	check(SetEvent(go));
	check_equal(end_of(child), 0);
	check(CloseHandle(go));
	check(CloseHandle(own));
}

static DWORD wait_to_go(void)
{
	HANDLE go = OpenEventA(SYNCHRONIZE, FALSE, "test-token-process-go");

	return go && WaitForSingleObject(go, 20000) == WAIT_OBJECT_0 ? 0 : 1;
}

/* The child: is its own token as the parent's was made? */
static DWORD look_at_own(void)
{
	TOKEN_PRIVILEGES *all =
		token_answer(GetCurrentProcessToken(), TokenPrivileges);
	TOKEN_GROUPS *logon =
		token_answer(GetCurrentProcessToken(), TokenLogonSid);
	DWORD code = all && all->PrivilegeCount == 0 && logon ? HELD : NOT_HELD;

	free(all);
	free(logon);
	return code;
}

static void children_have_what_is_left_of_the_token(void)
{
	HANDLE own = own_token(TOKEN_ALL_ACCESS);

	check_equal(RtlRemovePrivileges(own, NULL, 0), 0);
	check_equal(end_of(start("own", FALSE)), HELD);
	/* whoever the thread impersonates */
	check(ImpersonateSelf(SecurityIdentification));
	check_equal(end_of(start("own", FALSE)), HELD);
	check(RevertToSelf());
	check(CloseHandle(own));
}

/* The child of an impersonating thread */
static DWORD say_level(void)
{
	return token_number(GetCurrentThreadToken(), TokenType) == ~0u &&
			       token_number(GetCurrentProcessToken(),
					    TokenType) == TokenPrimary
		       ? 0
		       : 1;
}

static void new_processes_start_clean(void)
{
	PROCESS_INFORMATION child;

	check(ImpersonateSelf(SecurityImpersonation));
	child = start("level", FALSE);
	check(RevertToSelf());
	check_equal(end_of(child), 0);
}

/* Of Linux: no program for Windows has them */
int fork(void);
int waitpid(int pid, int *status, int options);
void _exit(int code) __attribute__((__noreturn__));

static DWORD WINAPI say_thread(void *unused)
{
	(void)unused;
	return GetCurrentThreadId();
}

static bool has_threads_of_its_own(DWORD maker)
{
	DWORD own = GetCurrentThreadId(), other = 0;
	HANDLE token = NULL, thread;

	if (own == maker || !ImpersonateSelf(SecurityIdentification) ||
	    !OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token) ||
	    !RevertToSelf())
		return false;
	thread = CreateThread(NULL, 0, say_thread, NULL, 0, NULL);
	return WaitForSingleObject(thread, 20000) == WAIT_OBJECT_0 &&
	       GetExitCodeThread(thread, &other) && other != own &&
	       other != maker;
}

static void a_fork_has_threads_of_its_own(void)
{
	DWORD maker = GetCurrentThreadId();
	int pid = fork(), status = -1;

	if (pid == 0)
		_exit(has_threads_of_its_own(maker) ? 0 : 1);
	check_equal(waitpid(pid, &status, 0), pid);
	check_equal(status, 0);
	check_equal(GetCurrentThreadId(), maker);
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "look") == 0)
		return (int)look_at(argv[2], argv[3]);
	if (argc == 2 && strcmp(argv[1], "wait") == 0)
		return (int)wait_to_go();
	if (argc == 2 && strcmp(argv[1], "level") == 0)
		return (int)say_level();
	if (argc == 2 && strcmp(argv[1], "own") == 0)
		return (int)look_at_own();
	check(GetModuleFileNameA(NULL, self, sizeof(self)) > 0);
	run(inherited_tokens_are_as_they_were);
	run(others_processes_have_tokens);
	run(new_processes_start_clean);
	run(a_fork_has_threads_of_its_own);
	run(children_have_what_is_left_of_the_token); /* the last: nothing is */
	return check_done();
}
