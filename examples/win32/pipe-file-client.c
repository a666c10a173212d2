/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks pipe-file-server for a file and prints it.
 *
 *	pipe-file-client \\.\pipe\files NAME [anonymous | identification |
 *					      impersonation | delegation]
 *
 * The level says what the server may do with the client's identity. A client
 * that does not know the server well says identification; then the server can
 * see who asks, and open nothing.
 */
#include <windows.h>

#include <stdio.h>
#include <string.h>

/* How long the server may take to be there, and free */
#define PATIENCE_MS 10000

static BOOL level_of(const char *name, DWORD *flags)
{
	static const struct {
		const char *name;
		DWORD flags;
	} levels[] = {
		{"anonymous", SECURITY_ANONYMOUS},
		{"identification", SECURITY_IDENTIFICATION},
		{"impersonation", SECURITY_IMPERSONATION},
		{"delegation", SECURITY_DELEGATION},
	};

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		if (strcmp(name, levels[i].name) == 0) {
			*flags = levels[i].flags | SECURITY_SQOS_PRESENT;
			return TRUE;
		}
	}
	return FALSE;
}

/* GENERIC_WRITE would ask for the right to make instances of the pipe, too,
 * which only its server has. */
static HANDLE connect_to(const char *name, DWORD flags)
{
	const DWORD desired =
		GENERIC_READ | FILE_WRITE_DATA | FILE_WRITE_ATTRIBUTES;
	const ULONGLONG until = GetTickCount64() + PATIENCE_MS;

	do {
		HANDLE pipe = CreateFileA(name, desired, 0, NULL, OPEN_EXISTING,
					  flags, NULL);

		if (pipe != INVALID_HANDLE_VALUE)
			return pipe;
		if (GetLastError() != ERROR_PIPE_BUSY &&
		    GetLastError() != ERROR_FILE_NOT_FOUND)
			break;
		(void)WaitNamedPipeA(name, 100);
		Sleep(20);
	} while (GetTickCount64() < until);
	return INVALID_HANDLE_VALUE;
}

int main(int argc, char **argv)
{
	static char answer[65536];
	DWORD flags = SECURITY_SQOS_PRESENT | SECURITY_IMPERSONATION;
	DWORD mode = PIPE_READMODE_MESSAGE, size = 0;
	HANDLE pipe;

	if (argc < 3 || argc > 4 || (argc == 4 && !level_of(argv[3], &flags))) {
		fprintf(stderr, "usage: pipe-file-client PIPE NAME [LEVEL]\n");
		return 2;
	}
	pipe = connect_to(argv[1], flags);
	if (pipe == INVALID_HANDLE_VALUE) {
		fprintf(stderr, "pipe-file-client: %s: error %lu\n", argv[1],
			(unsigned long)GetLastError());
		return 3;
	}
	if (!SetNamedPipeHandleState(pipe, &mode, NULL, NULL) ||
	    !WriteFile(pipe, argv[2], (DWORD)strlen(argv[2]), &size, NULL) ||
	    !ReadFile(pipe, answer, sizeof(answer), &size, NULL) || size == 0) {
		fprintf(stderr, "pipe-file-client: error %lu\n",
			(unsigned long)GetLastError());
		return 3;
	}
	(void)CloseHandle(pipe);
	(void)fwrite(answer + 1, 1, size - 1,
		     answer[0] == '+' ? stdout : stderr);
	if (answer[0] != '+')
		(void)fputc('\n', stderr);
	return answer[0] == '+' ? 0 : 1;
}
