/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file server over a named pipe. Each client is served by a thread that
 * becomes the client while it opens the file: what the client may not read, the
 * server cannot send.
 *
 *	pipe-file-server \\.\pipe\files C:\srv\files [REQUESTS]
 *
 * A request is one message, the name of a file in the directory. The answer is
 * one message: '+' and the content, or '-' and why not. With REQUESTS the
 * server ends after so many.
 */
#include <windows.h>

#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_MAX 65536
#define NAME_LENGTH_MAX 200

static const char *pipe_name, *directory;

static int answer_error(char *answer, const char *what, DWORD error)
{
	return sprintf(answer, "-%s: error %lu", what, (unsigned long)error);
}

/* Only a plain name: the directory is the server's choice. */
static BOOL is_plain(const char *name)
{
	return name[0] != '\0' && name[0] != '.' &&
	       strpbrk(name, "\\/:*?\"<>|") == NULL;
}

/*
 * As the client, for the one call that needs it. The error is kept before the
 * revert can change it, and a revert that fails ends the process: nothing may
 * go on as somebody else.
 */
static HANDLE open_as_client(HANDLE pipe, const char *path, DWORD *error)
{
	HANDLE file;

	if (!ImpersonateNamedPipeClient(pipe)) {
		*error = GetLastError();
		return INVALID_HANDLE_VALUE;
	}
	file = CreateFileA(path, GENERIC_READ, FILE_SHARE_READ, NULL,
			   OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
	*error = file == INVALID_HANDLE_VALUE ? GetLastError() : ERROR_SUCCESS;
	if (!RevertToSelf())
		ExitProcess(3);
	return file;
}

static int make_answer(HANDLE pipe, const char *name, char *answer)
{
	char path[MAX_PATH];
	DWORD error, size = 0;
	HANDLE file;

	if (!is_plain(name))
		return answer_error(answer, "name", ERROR_INVALID_NAME);
	(void)sprintf(path, "%.50s\\%.200s", directory, name);
	file = open_as_client(pipe, path, &error);
	if (file == INVALID_HANDLE_VALUE)
		return answer_error(answer, "open", error);
	/* by the server itself, with the access the client's open has got */
	if (!ReadFile(file, answer + 1, ANSWER_MAX - 1, &size, NULL)) {
		error = GetLastError();
		(void)CloseHandle(file);
		return answer_error(answer, "read", error);
	}
	(void)CloseHandle(file);
	answer[0] = '+';
	return (int)size + 1;
}

static DWORD WINAPI serve(LPVOID argument)
{
	HANDLE pipe = argument;
	char name[NAME_LENGTH_MAX + 1], *answer = malloc(ANSWER_MAX);
	DWORD size, written;
	int length;

	if (answer && ReadFile(pipe, name, NAME_LENGTH_MAX, &size, NULL)) {
		name[size] = '\0';
		length = make_answer(pipe, name, answer);
		(void)WriteFile(pipe, answer, (DWORD)length, &written, NULL);
		(void)FlushFileBuffers(pipe);
	}
	free(answer);
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

static HANDLE wait_for_client(SECURITY_ATTRIBUTES *attributes)
{
	HANDLE pipe = CreateNamedPipeA(
		pipe_name, PIPE_ACCESS_DUPLEX,
		PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE | PIPE_WAIT,
		PIPE_UNLIMITED_INSTANCES, ANSWER_MAX, ANSWER_MAX, 0,
		attributes);

	if (pipe == INVALID_HANDLE_VALUE)
		return pipe;
	if (!ConnectNamedPipe(pipe, NULL) &&
	    GetLastError() != ERROR_PIPE_CONNECTED) {
		(void)CloseHandle(pipe);
		return INVALID_HANDLE_VALUE;
	}
	return pipe;
}

/* Serves @wanted clients and waits until they have their answers; 0: forever */
static int run(DWORD wanted, SECURITY_ATTRIBUTES *attributes)
{
	HANDLE threads[MAXIMUM_WAIT_OBJECTS];
	DWORD n = 0;

	while (wanted == 0 || n < wanted) {
		HANDLE pipe = wait_for_client(attributes), thread;

		if (pipe == INVALID_HANDLE_VALUE) {
			fprintf(stderr, "pipe-file-server: %s: error %lu\n",
				pipe_name, (unsigned long)GetLastError());
			return 3;
		}
		thread = CreateThread(NULL, 0, serve, pipe, 0, NULL);
		if (!thread) {
			(void)CloseHandle(pipe);
			continue;
		}
		if (wanted == 0)
			(void)CloseHandle(thread);
		else
			threads[n++] = thread;
	}
	(void)WaitForMultipleObjects(n, threads, TRUE, INFINITE);
	return 0;
}

int main(int argc, char **argv)
{
	const int wanted = argc == 4 ? atoi(argv[3]) : 0;
	SECURITY_ATTRIBUTES attributes;
	int result;

	if (argc < 3 || argc > 4 || wanted < 0 ||
	    wanted > MAXIMUM_WAIT_OBJECTS) {
		fprintf(stderr, "usage: pipe-file-server PIPE DIRECTORY "
				"[REQUESTS]\n");
		return 2;
	}
	pipe_name = argv[1];
	directory = argv[2];
	if (!init_attributes(&attributes)) {
		fprintf(stderr, "pipe-file-server: error %lu\n",
			(unsigned long)GetLastError());
		return 3;
	}
	result = run((DWORD)wanted, &attributes);
	(void)LocalFree(attributes.lpSecurityDescriptor);
	return result;
}
