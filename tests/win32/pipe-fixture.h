/* SPDX-License-Identifier: Apache-2.0 */
/* Pipes for tests: in a directory of their own, by short names. Needs
 * windows.h before. */
#ifndef TESTS_WIN32_PIPE_FIXTURE_H
#define TESTS_WIN32_PIPE_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

#define PIPE_NAME_SIZE 64
#define DUPLEX PIPE_ACCESS_DUPLEX
#define MESSAGES (PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE)
/* How a client lets itself be impersonated */
#define STATIC (SECURITY_SQOS_PRESENT | SECURITY_IMPERSONATION)
#define DYNAMIC (STATIC | SECURITY_CONTEXT_TRACKING)

static char pipe_directory[] = "/tmp/guise-pipes-XXXXXX";

/* Children find the same pipes. */
__attribute__((__unused__)) static void pipe_fixture_begin(void)
{
	if (!mkdtemp(pipe_directory) || chmod(pipe_directory, 01777) < 0 ||
	    setenv("GUISE_PIPE_DIRECTORY", pipe_directory, 1) < 0)
		abort();
}

/* Every pipe takes its name away with it. */
__attribute__((__unused__)) static void pipe_fixture_end(void)
{
	check(rmdir(pipe_directory) == 0);
}

__attribute__((__unused__)) static char *pipe_name(const char *name,
						   char ret[PIPE_NAME_SIZE])
{
	(void)snprintf(ret, PIPE_NAME_SIZE, "\\\\.\\pipe\\%s", name);
	return ret;
}

__attribute__((__unused__)) static HANDLE
pipe_server(const char *name, DWORD open_mode, DWORD pipe_mode, DWORD instances)
{
	char path[PIPE_NAME_SIZE];

	return CreateNamedPipeA(pipe_name(name, path), open_mode, pipe_mode,
				instances, 4096, 4096, 0, NULL);
}

__attribute__((__unused__)) static HANDLE pipe_client(const char *name,
						      DWORD access, DWORD flags)
{
	char path[PIPE_NAME_SIZE];

	return CreateFileA(pipe_name(name, path), access, 0, NULL,
			   OPEN_EXISTING, flags, NULL);
}

__attribute__((__unused__)) static BOOL read_byte(HANDLE pipe)
{
	char byte;
	DWORD n;

	return ReadFile(pipe, &byte, 1, &n, NULL);
}

__attribute__((__unused__)) static BOOL write_byte(HANDLE pipe)
{
	DWORD n;

	return WriteFile(pipe, "x", 1, &n, NULL);
}

/* The server's own end of a pipe whose client has written a byte */
__attribute__((__unused__)) static HANDLE
pipe_server_of_client(DWORD flags, HANDLE *ret_client)
{
	HANDLE server = pipe_server("level", DUPLEX, MESSAGES, 1);

	*ret_client = pipe_client("level", GENERIC_READ | GENERIC_WRITE, flags);
	check(write_byte(*ret_client));
	check(read_byte(server));
	return server;
}

#define check_handle_fails(call, error)                                        \
	do {                                                                   \
		SetLastError(0xdeadbeef);                                      \
		check_that((call) == INVALID_HANDLE_VALUE, __FILE__, __LINE__, \
			   "%s succeeded", #call);                             \
		check_equal(GetLastError(), error);                            \
	} while (0)

#endif
