/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What do ImpersonateNamedPipeClient() and RevertToSelf() cost beside the bare
 * system calls of their credential switch, by the client's number of groups?
 *
 * Method: as bench/rounds.h says; pinned to one core; the pair and the bare
 * calls take turns in the same rounds, and the figure is their ratio. Each
 * client is another process that has opened the pipe and written once. "again"
 * is impersonating whom the thread is already; it makes no system call.
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

#include "rounds.h"

#define CLIENT 310000u
#define MAX_GROUPS 200

static const size_t sizes[] = {5, 32, 200};
#define N_SIZES (sizeof(sizes) / sizeof(sizes[0]))

struct client {
	size_t n_groups;
	pid_t pid;
	HANDLE pipe;
};

static unsigned groups[MAX_GROUPS];
static char directory[] = "/tmp/guise-bench-XXXXXX";

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "win32_impersonate: %s: error %u\n", what,
		GetLastError());
	exit(3);
}

static void pair(const void *context)
{
	const struct client *c = context;

	if (!ImpersonateNamedPipeClient(c->pipe) || !RevertToSelf())
		die("impersonate");
}

static void again(const void *context)
{
	const struct client *c = context;

	if (!ImpersonateNamedPipeClient(c->pipe))
		die("impersonate");
}

static void revert_nothing(const void *context)
{
	(void)context;
	if (!RevertToSelf())
		die("revert");
}

static void bare_calls(const void *context)
{
	static const unsigned same = 0xffffffff;
	const struct client *c = context;
	long r = 0;

	r |= syscall(SYS_setgroups, c->n_groups, groups);
	r |= syscall(SYS_setresgid, same, CLIENT, same);
	r |= syscall(SYS_setresuid, same, CLIENT, same);
	r |= syscall(SYS_setresuid, same, 0, same);
	r |= syscall(SYS_setresgid, same, 0, same);
	r |= syscall(SYS_setgroups, 0, NULL);
	if (r < 0)
		die("bare calls");
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

	if (syscall(SYS_setgroups, n_groups, groups) < 0 ||
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
	again(c);
	if (syscall(SYS_geteuid) != CLIENT)
		die("not the client");
	revert_nothing(c);
}

static void compare(const struct client *clients, unsigned rounds)
{
	struct bench_case cases[2 * N_SIZES] = {0};

	for (size_t i = 0; i < N_SIZES; i++) {
		cases[2 * i] = (struct bench_case){.run = pair,
						   .context = &clients[i]};
		cases[2 * i + 1] = (struct bench_case){.run = bare_calls,
						       .context = &clients[i]};
	}
	rounds_measure(cases, 2 * N_SIZES, rounds);
	printf("%8s %16s %12s %8s\n", "groups", "pair, ns", "bare, ns",
	       "ratio");
	for (size_t i = 0; i < N_SIZES; i++)
		printf("%8zu %16.0f %12.0f %8.3f\n", clients[i].n_groups,
		       cases[2 * i].ns, cases[2 * i + 1].ns,
		       cases[2 * i].ns / cases[2 * i + 1].ns);
}

static void without_calls(const struct client *client, unsigned rounds)
{
	struct bench_case cases[] = {
		{.run = revert_nothing},
		{.run = again, .context = client},
	};

	rounds_measure(cases, 1, rounds);
	again(client);
	rounds_measure(cases + 1, 1, rounds);
	revert_nothing(client);
	printf("\nrevert of nothing %.1f ns, the same client again %.1f ns\n",
	       cases[0].ns, cases[1].ns);
}

int main(int argc, char **argv)
{
	struct client clients[N_SIZES] = {0};
	unsigned rounds = rounds_of(argc, argv);

	if (rounds == 0)
		return 2;
	if (geteuid() != 0) {
		fprintf(stderr, "win32_impersonate: needs root\n");
		return 77;
	}
	for (unsigned i = 0; i < MAX_GROUPS; i++)
		groups[i] = CLIENT + 1000 + i;
	if (!mkdtemp(directory) || chmod(directory, 01777) < 0 ||
	    setenv("GUISE_PIPE_DIRECTORY", directory, 1) < 0)
		die(directory);
	/* before the first pipe makes a thread */
	for (size_t i = 0; i < N_SIZES; i++)
		start_client(&clients[i], sizes[i]);
	for (size_t i = 0; i < N_SIZES; i++)
		meet(&clients[i]);
	compare(clients, rounds);
	without_calls(&clients[0], rounds);
	for (size_t i = 0; i < N_SIZES; i++) {
		(void)kill(clients[i].pid, SIGKILL);
		(void)waitpid(clients[i].pid, NULL, 0);
		(void)CloseHandle(clients[i].pipe);
	}
	(void)rmdir(directory);
	return 0;
}
