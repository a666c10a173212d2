/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What do ImpersonateNamedPipeClient() and RevertToSelf() cost beside the bare
 * system calls of their credential switch, by the client's number of groups?
 *
 * Method: as bench/impersonation.h says; pinned to one core. Each client is
 * another process that has opened the pipe and written once.
 *
 *	ninja -C build bench/win32_impersonate &&
 *	sudo taskset -c 1 build/bench/win32_impersonate
 */
#include <windows.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client_switch.h"
#include "impersonation.h"
#include "rounds.h"

static const size_t sizes[] = {5, 32, 200};
#define N_SIZES (sizeof(sizes) / sizeof(sizes[0]))

struct client {
	size_t n_groups;
	pid_t pid;
	HANDLE pipe;
};

static char directory[] = "/tmp/guise-bench-XXXXXX";

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "win32_impersonate: %s: error %u\n", what,
		GetLastError());
	exit(3);
}

static void pair(const void *context)
{
	const HANDLE *pipe = context;

	if (!ImpersonateNamedPipeClient(*pipe) || !RevertToSelf())
		die("impersonate");
}

static void impersonate(const void *context)
{
	const HANDLE *pipe = context;

	if (!ImpersonateNamedPipeClient(*pipe))
		die("impersonate");
}

static void revert(const void *context)
{
	(void)context;
	if (!RevertToSelf())
		die("revert");
}

static char *name_of(size_t n_groups, char ret[64])
{
	(void)snprintf(ret, 64, "\\\\.\\pipe\\bench-%zu", n_groups);
	return ret;
}

/* Opens the pipe as soon as it is there, writes once, and stays. */
static _Noreturn void be_client(size_t n_groups)
{
	char name[64];
	HANDLE pipe;
	DWORD n;

	if (syscall(SYS_setgroups, n_groups, client_groups()) < 0 ||
	    syscall(SYS_setresgid, CLIENT, CLIENT, CLIENT) < 0 ||
	    syscall(SYS_setresuid, CLIENT, CLIENT, CLIENT) < 0)
		_exit(1);
	for (;;) {
		pipe = CreateFileA(name_of(n_groups, name), GENERIC_WRITE, 0,
				   NULL, OPEN_EXISTING, 0, NULL);
		if (pipe != INVALID_HANDLE_VALUE)
			break;
		Sleep(20);
	}
	if (!WriteFile(pipe, "x", 1, &n, NULL))
		_exit(2);
	for (;;)
		(void)pause();
}

static void start_client(struct client *c, size_t n_groups)
{
	c->n_groups = n_groups;
	c->pid = fork();
	if (c->pid < 0)
		die("fork");
	if (c->pid == 0)
		be_client(n_groups);
}

static void meet(struct client *c)
{
	SECURITY_DESCRIPTOR sd;
	SECURITY_ATTRIBUTES everybody = {sizeof(everybody), &sd, FALSE};
	char name[64], byte;
	DWORD n;

	if (!InitializeSecurityDescriptor(&sd, SECURITY_DESCRIPTOR_REVISION) ||
	    !SetSecurityDescriptorDacl(&sd, TRUE, NULL, FALSE))
		die("descriptor");
	c->pipe = CreateNamedPipeA(name_of(c->n_groups, name),
				   PIPE_ACCESS_INBOUND, PIPE_TYPE_BYTE, 1, 0, 0,
				   0, &everybody);
	if (c->pipe == INVALID_HANDLE_VALUE)
		die("pipe");
	if (!ConnectNamedPipe(c->pipe, NULL) &&
	    GetLastError() != ERROR_PIPE_CONNECTED)
		die("client");
	if (!ReadFile(c->pipe, &byte, 1, &n, NULL))
		die("read");
	impersonate(&c->pipe);
	if (syscall(SYS_geteuid) != CLIENT)
		die("not the client");
	revert(NULL);
}

int main(int argc, char **argv)
{
	static const struct impersonation how = {pair, impersonate, revert};
	struct client clients[N_SIZES] = {0};
	struct impersonated impersonated[N_SIZES];
	unsigned rounds = rounds_of(argc, argv);

	if (rounds == 0)
		return 2;
	if (geteuid() != 0) {
		fprintf(stderr, "win32_impersonate: needs root\n");
		return 77;
	}
	if (!mkdtemp(directory) || chmod(directory, 01777) < 0 ||
	    setenv("GUISE_PIPE_DIRECTORY", directory, 1) < 0)
		die(directory);
	/* before the first pipe makes a thread */
	for (size_t i = 0; i < N_SIZES; i++)
		start_client(&clients[i], sizes[i]);
	for (size_t i = 0; i < N_SIZES; i++) {
		meet(&clients[i]);
		impersonated[i] =
			(struct impersonated){sizes[i], &clients[i].pipe};
	}
	impersonation_measure(&how, impersonated, N_SIZES, rounds);
	for (size_t i = 0; i < N_SIZES; i++) {
		(void)kill(clients[i].pid, SIGKILL);
		(void)waitpid(clients[i].pid, NULL, 0);
		(void)CloseHandle(clients[i].pipe);
	}
	(void)rmdir(directory);
	return 0;
}
