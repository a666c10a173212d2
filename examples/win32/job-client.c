/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Has job-service run a command as its caller and prints what that prints.
 *
 *	job-client \\.\pipe\jobs COMMAND [identification]
 *
 * With identification the service may see who asks, and run nothing.
 */
#include <windows.h>

#include <stdio.h>
#include <string.h>

/* How long the service may take to be there, and free */
#define PATIENCE_MS 10000

/* Waits for the service to be there and free. GENERIC_WRITE would ask for the
 * right to make instances of the pipe, too, which only its server has. */
static HANDLE connect_to(const char *name, DWORD flags)
{
	const DWORD desired =
		GENERIC_READ | FILE_WRITE_DATA | FILE_WRITE_ATTRIBUTES;
	const ULONGLONG until = GetTickCount64() + PATIENCE_MS;
	HANDLE pipe;

	do {
		pipe = CreateFileA(name, desired, 0, NULL, OPEN_EXISTING,
				   flags | SECURITY_SQOS_PRESENT, NULL);
		if (pipe != INVALID_HANDLE_VALUE ||
		    (GetLastError() != ERROR_PIPE_BUSY &&
		     GetLastError() != ERROR_FILE_NOT_FOUND))
			return pipe;
		(void)WaitNamedPipeA(name, 100);
		Sleep(20);
	} while (GetTickCount64() < until);
	return pipe;
}

static int fail(const char *what)
{
	fprintf(stderr, "job-client: %s: error %lu\n", what,
		(unsigned long)GetLastError());
	return 3;
}

int main(int argc, char **argv)
{
	DWORD mode = PIPE_READMODE_MESSAGE, size, flags;
	char output[4096];
	HANDLE pipe;

	if (argc < 3 || argc > 4) {
		fprintf(stderr, "usage: job-client PIPE COMMAND "
				"[identification]\n");
		return 2;
	}
	flags = argc == 4 ? SECURITY_IDENTIFICATION : SECURITY_IMPERSONATION;
	pipe = connect_to(argv[1], flags);
	if (pipe == INVALID_HANDLE_VALUE)
		return fail(argv[1]);
	if (!SetNamedPipeHandleState(pipe, &mode, NULL, NULL) ||
	    !WriteFile(pipe, argv[2], (DWORD)strlen(argv[2]), &size, NULL))
		return fail("write");
	/* until the service closes its end */
	while (ReadFile(pipe, output, sizeof(output), &size, NULL) ||
	       GetLastError() == ERROR_MORE_DATA)
		(void)fwrite(output, 1, size, stdout);
	if (GetLastError() != ERROR_BROKEN_PIPE &&
	    GetLastError() != ERROR_PIPE_NOT_CONNECTED)
		return fail("read");
	(void)CloseHandle(pipe);
	return 0;
}
