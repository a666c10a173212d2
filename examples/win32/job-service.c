/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A job service: runs each client's command as that client and sends back what
 * it prints.
 *
 *	job-service \\.\pipe\jobs [JOBS]
 *
 * One message is one command line; the answer is the output, then the pipe is
 * closed. With JOBS the service ends after so many. A client that lets the
 * service only identify it gets no job run.
 */
#include <windows.h>

#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMAND_MAX 1024

static void complain(HANDLE pipe, const char *what, DWORD error)
{
	char text[128];
	DWORD written;
	int n = sprintf(text, "job-service: %s: error %lu\n", what,
			(unsigned long)error);

	(void)WriteFile(pipe, text, (DWORD)n, &written, NULL);
}

/*
 * The client's token, as the primary token of a process. The thread is the
 * client only while its token is opened.
 */
static BOOL client_token(HANDLE pipe, HANDLE *primary)
{
	HANDLE token = NULL;
	DWORD error = ERROR_SUCCESS;

	if (!ImpersonateNamedPipeClient(pipe))
		return FALSE;
	/* as self: the service's right to its own thread's token counts */
	if (!OpenThreadToken(GetCurrentThread(), TOKEN_QUERY | TOKEN_DUPLICATE,
			     TRUE, &token))
		error = GetLastError();
	if (!RevertToSelf())
		ExitProcess(3);
	if (error != ERROR_SUCCESS) {
		SetLastError(error);
		return FALSE;
	}
	if (!DuplicateTokenEx(
		    token, TOKEN_QUERY | TOKEN_DUPLICATE | TOKEN_ASSIGN_PRIMARY,
		    NULL, SecurityImpersonation, TokenPrimary, primary))
		error = GetLastError();
	(void)CloseHandle(token);
	SetLastError(error);
	return error == ERROR_SUCCESS;
}

/* The end of the pipe that the job writes to is the only handle it gets. */
static BOOL start(HANDLE token, char *command, HANDLE output,
		  PROCESS_INFORMATION *process)
{
	STARTUPINFOA startup = {0};

	startup.cb = sizeof(startup);
	startup.dwFlags = STARTF_USESTDHANDLES;
	startup.hStdInput = INVALID_HANDLE_VALUE;
	startup.hStdOutput = output;
	startup.hStdError = output;
	return CreateProcessAsUserA(token, NULL, command, NULL, NULL, TRUE, 0,
				    NULL, NULL, &startup, process);
}

static void relay(HANDLE from, HANDLE to)
{
	char data[4096];
	DWORD size, written;

	while (ReadFile(from, data, sizeof(data), &size, NULL) && size > 0) {
		if (!WriteFile(to, data, size, &written, NULL))
			break;
	}
}

static void run(HANDLE pipe, char *command)
{
	SECURITY_ATTRIBUTES inheritable = {sizeof(inheritable), NULL, TRUE};
	HANDLE token, from, to;
	PROCESS_INFORMATION process;
	BOOL started;

	if (!client_token(pipe, &token)) {
		complain(pipe, "client", GetLastError());
		return;
	}
	if (!CreatePipe(&from, &to, &inheritable, 0)) {
		complain(pipe, "output", GetLastError());
		(void)CloseHandle(token);
		return;
	}
	(void)SetHandleInformation(from, HANDLE_FLAG_INHERIT, 0);
	started = start(token, command, to, &process);
	if (!started)
		complain(pipe, "start", GetLastError());
	(void)CloseHandle(to); /* so that the job's end is the output's end */
	(void)CloseHandle(token);
	if (started) {
		relay(from, pipe);
		(void)WaitForSingleObject(process.hProcess, INFINITE);
		(void)CloseHandle(process.hThread);
		(void)CloseHandle(process.hProcess);
	}
	(void)CloseHandle(from);
}

static DWORD WINAPI serve(LPVOID argument)
{
	HANDLE pipe = argument;
	char command[COMMAND_MAX + 1];
	DWORD size;

	if (ReadFile(pipe, command, COMMAND_MAX, &size, NULL)) {
		command[size] = '\0';
		run(pipe, command);
		(void)FlushFileBuffers(pipe);
	}
	(void)DisconnectNamedPipe(pipe);
	(void)CloseHandle(pipe);
	return 0;
}

/* Whoever has logged on may connect, read and write; only the server's own user
 * may make instances of the pipe, so nobody can answer in its place. */
static BOOL init_attributes(SECURITY_ATTRIBUTES *attributes)
{
	attributes->nLength = sizeof(*attributes);
	attributes->bInheritHandle = FALSE;
	return ConvertStringSecurityDescriptorToSecurityDescriptorA(
		"D:(A;;0x12019b;;;AU)(A;;FA;;;OW)", SDDL_REVISION_1,
		&attributes->lpSecurityDescriptor, NULL);
}

static HANDLE wait_for_client(const char *name, SECURITY_ATTRIBUTES *attributes)
{
	HANDLE pipe = CreateNamedPipeA(
		name, PIPE_ACCESS_DUPLEX,
		PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE | PIPE_WAIT,
		PIPE_UNLIMITED_INSTANCES, 65536, 65536, 0, attributes);

	if (pipe == INVALID_HANDLE_VALUE)
		return pipe;
	if (!ConnectNamedPipe(pipe, NULL) &&
	    GetLastError() != ERROR_PIPE_CONNECTED) {
		(void)CloseHandle(pipe);
		return INVALID_HANDLE_VALUE;
	}
	return pipe;
}

int main(int argc, char **argv)
{
	const int wanted = argc == 3 ? atoi(argv[2]) : 0;
	SECURITY_ATTRIBUTES attributes;

	if (argc < 2 || argc > 3 || argv[1][0] == '-') {
		fprintf(stderr, "usage: job-service PIPE [JOBS]\n");
		return 2;
	}
	if (!init_attributes(&attributes)) {
		fprintf(stderr, "job-service: error %lu\n",
			(unsigned long)GetLastError());
		return 3;
	}
	for (int n = 0; wanted == 0 || n < wanted; n++) {
		HANDLE pipe = wait_for_client(argv[1], &attributes);

		if (pipe == INVALID_HANDLE_VALUE) {
			fprintf(stderr, "job-service: %s: error %lu\n", argv[1],
				(unsigned long)GetLastError());
			return 3;
		}
		(void)serve(pipe);
	}
	(void)LocalFree(attributes.lpSecurityDescriptor);
	return 0;
}
