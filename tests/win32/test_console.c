/* SPDX-License-Identifier: Apache-2.0 */
/* Being told to end: handlers of Ctrl+C and its like. */
#include <windows.h>

#include <wincon.h>

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static HANDLE called;
static volatile LONG n_first, n_second, last_type, has_token;

static BOOL WINAPI take(DWORD type)
{
	HANDLE token;

	(void)InterlockedIncrement(&n_first);
	last_type = (LONG)type;
	if (OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token))
		has_token = 1;
	(void)ImpersonateSelf(SecurityImpersonation);
	return SetEvent(called);
}

static BOOL WINAPI pass_on(DWORD type)
{
	(void)type;
	(void)InterlockedIncrement(&n_second);
	return FALSE;
}

static void send(int number)
{
	check_equal(kill(getpid(), number), 0);
	check_equal(WaitForSingleObject(called, 20000), WAIT_OBJECT_0);
}

static void the_last_handler_is_asked_first(void)
{
	called = CreateEventA(NULL, FALSE, FALSE, NULL);
	check(SetConsoleCtrlHandler(take, TRUE));
	check(SetConsoleCtrlHandler(pass_on, TRUE));
	send(SIGINT);
	check_equal(n_first, 1);
	check_equal(n_second, 1);
	check_equal(last_type, CTRL_C_EVENT);
	send(SIGQUIT);
	check_equal(last_type, CTRL_BREAK_EVENT);
	check_equal(has_token, 0);
	check(SetConsoleCtrlHandler(pass_on, FALSE));
	check_fails(SetConsoleCtrlHandler(pass_on, FALSE),
		    ERROR_INVALID_PARAMETER);
	send(SIGINT);
	check_equal(n_second, 2);
}

static void ctrl_c_can_be_ignored(void)
{
	check(SetConsoleCtrlHandler(NULL, TRUE));
	check_equal(kill(getpid(), SIGINT), 0);
	send(SIGQUIT); /* comes after it */
	check_equal(last_type, CTRL_BREAK_EVENT);
	check_equal(n_first, 4);
	check(SetConsoleCtrlHandler(NULL, FALSE));
	check(SetConsoleCtrlHandler(take, FALSE));
	check(CloseHandle(called));
}

/* What a signal does to a program whose only handler does not care, or does */
static int sent_to(const char *program, const char *handler, int number)
{
	int status = -1, ready[2];
	char byte;
	pid_t child;

	check_equal(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		(void)dup2(ready[1], 5);
		(void)execl(program, program, handler, NULL);
		_exit(99);
	}
	(void)close(ready[1]);
	check_equal(read(ready[0], &byte, 1), 1);
	(void)close(ready[0]);
	check_equal(kill(child, number), 0);
	check_equal(waitpid(child, &status, 0), child);
	return status;
}

static void a_signal_nobody_takes_ends_the_process(const char *program)
{
	int status = sent_to(program, "pass_on", SIGINT);

	check(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
	status = sent_to(program, "take", SIGTERM);
	check(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}

static int child(const char *handler)
{
	called = CreateEventA(NULL, FALSE, FALSE, NULL);
	if (!SetConsoleCtrlHandler(strcmp(handler, "take") ? pass_on : take,
				   TRUE) ||
	    write(5, "", 1) != 1)
		return 1;
	Sleep(20000);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2)
		return child(argv[1]);
	run(the_last_handler_is_asked_first);
	run(ctrl_c_can_be_ignored);
	a_signal_nobody_takes_ends_the_process(argv[0]);
	return check_done();
}
