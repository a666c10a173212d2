/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The facade's pipes with real clients: two hundred threads of one process each
 * serve and impersonate a client of another user at the same time; servers that
 * are killed, clients that go in the middle. Needs root.
 */
#include <windows.h>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "../win32/pipe-fixture.h"

#define N_THREADS 200
#define N_CLIENTS 200
#define N_VISITS 5
#define FIRST_UID 320000u

/* What a client says of itself; the kernel is asked whether it is true. */
struct message {
	unsigned number;
	DWORD level;
};

static char files[] = "/tmp/guise-files-XXXXXX";

static void file_of(unsigned number, char ret[64])
{
	(void)snprintf(ret, 64, "%s/%u", files, number);
}

/* One for each client, which nobody else may open */
static void make_files(void)
{
	char path[64];

	if (!mkdtemp(files) || chmod(files, 0755) < 0)
		abort();
	for (unsigned i = 0; i < N_CLIENTS; i++) {
		int fd;

		file_of(i, path);
		fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
		if (fd < 0 || fchown(fd, FIRST_UID + i, FIRST_UID + i) < 0)
			abort();
		(void)close(fd);
	}
}

static void remove_files(void)
{
	char path[64];

	for (unsigned i = 0; i < N_CLIENTS; i++) {
		file_of(i, path);
		check(unlink(path) == 0);
	}
	check(rmdir(files) == 0);
}

static BOOL kernel_opens(unsigned number)
{
	char path[64];
	int fd;

	file_of(number, path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		(void)close(fd);
	return fd >= 0;
}

/* 0 or the error */
static DWORD facade_opens(unsigned number)
{
	char path[64];
	HANDLE file;

	file_of(number, path);
	file = CreateFileA(path, GENERIC_READ, 7, NULL, OPEN_EXISTING, 0, NULL);
	if (file == INVALID_HANDLE_VALUE)
		return GetLastError();
	return CloseHandle(file) ? 0 : GetLastError();
}

static const DWORD levels[] = {
	SECURITY_ANONYMOUS,
	SECURITY_IDENTIFICATION,
	SECURITY_IMPERSONATION,
	SECURITY_IMPERSONATION | SECURITY_CONTEXT_TRACKING,
	SECURITY_DELEGATION | SECURITY_EFFECTIVE_ONLY,
};
#define N_LEVELS (sizeof(levels) / sizeof(*levels))

static void become(unsigned number)
{
	uid_t id = FIRST_UID + number;

	if (syscall(SYS_setgroups, 0, NULL) < 0 ||
	    syscall(SYS_setresgid, id, id, id) < 0 ||
	    syscall(SYS_setresuid, id, id, id) < 0)
		_exit(10);
}

/* An instance, as soon as there is one */
static HANDLE visit(DWORD flags)
{
	char name[PIPE_NAME_SIZE];

	(void)pipe_name("storm", name);
	for (;;) {
		HANDLE pipe = pipe_client("storm", GENERIC_READ | GENERIC_WRITE,
					  flags);

		if (pipe != INVALID_HANDLE_VALUE)
			return pipe;
		if (GetLastError() != ERROR_PIPE_BUSY)
			_exit(11);
		if (!WaitNamedPipeA(name, 30000))
			_exit(12);
	}
}

static _Noreturn void be_client(unsigned number)
{
	become(number);
	for (unsigned i = 0; i < N_VISITS; i++) {
		const struct message said = {number,
					     levels[(number + i) % N_LEVELS]};
		HANDLE pipe = visit(SECURITY_SQOS_PRESENT | said.level);
		char answer;
		DWORD n;

		if (!WriteFile(pipe, &said, sizeof(said), &n, NULL))
			_exit(13);
		if (!ReadFile(pipe, &answer, 1, &n, NULL) || answer != 'y')
			_exit(14);
		if (!CloseHandle(pipe))
			_exit(15);
	}
	_exit(0);
}

/* The process from which all clients are made, before there are threads */
static pid_t start_clients(void)
{
	pid_t farm = fork();
	int ends = 0, status;

	if (farm)
		return farm;
	/* until the server is there */
	for (int i = 0; i < 200; i++) {
		char name[PIPE_NAME_SIZE];

		if (WaitNamedPipeA(pipe_name("storm", name), 1000))
			break;
		Sleep(50);
	}
	for (unsigned i = 0; i < N_CLIENTS; i++) {
		pid_t pid = fork();

		if (pid < 0)
			_exit(20);
		if (pid == 0)
			be_client(i);
	}
	for (unsigned i = 0; i < N_CLIENTS; i++) {
		if (wait(&status) < 0 || !WIFEXITED(status) ||
		    WEXITSTATUS(status) != 0)
			ends = WIFEXITED(status) ? WEXITSTATUS(status) : 21;
	}
	_exit(ends);
}

static BOOL is_low(const struct message *said)
{
	return (said->level & (3 << 16)) <= SECURITY_IDENTIFICATION;
}

/* While the thread is its client */
static void check_client(const struct message *said)
{
	const unsigned other = (said->number + 1) % N_CLIENTS;

	check(!kernel_opens(other));
	check(facade_opens(other) == (is_low(said)
					      ? ERROR_BAD_IMPERSONATION_LEVEL
					      : ERROR_ACCESS_DENIED));
	if (is_low(said)) {
		check(!kernel_opens(said->number));
		check_equal(facade_opens(said->number),
			    ERROR_BAD_IMPERSONATION_LEVEL);
	} else {
		check_equal(syscall(SYS_geteuid), FIRST_UID + said->number);
		check(kernel_opens(said->number));
		check_equal(facade_opens(said->number), 0);
	}
}

/* Nobody goes on before all are their clients. */
static pthread_barrier_t all_are_clients;

static BOOL serve_one(HANDLE pipe, BOOL is_first)
{
	struct message said;
	DWORD n;

	if (!ConnectNamedPipe(pipe, NULL) &&
	    GetLastError() != ERROR_PIPE_CONNECTED)
		return FALSE;
	check_fails(ImpersonateNamedPipeClient(pipe), ERROR_CANNOT_IMPERSONATE);
	check(ReadFile(pipe, &said, sizeof(said), &n, NULL));
	check_equal(n, sizeof(said));
	check(said.number < N_CLIENTS);
	check(ImpersonateNamedPipeClient(pipe));
	if (is_first)
		(void)pthread_barrier_wait(&all_are_clients);
	check_client(&said);
	check(RevertToSelf());
	check_equal(syscall(SYS_geteuid), 0);
	check(WriteFile(pipe, "y", 1, &n, NULL));
	check(FlushFileBuffers(pipe) || GetLastError() == ERROR_BROKEN_PIPE);
	check(DisconnectNamedPipe(pipe));
	return TRUE;
}

static atomic_uint visits;

static DWORD WINAPI serve(LPVOID pipe)
{
	BOOL is_first = TRUE;

	while (atomic_fetch_add(&visits, 1) < N_CLIENTS * N_VISITS) {
		if (!serve_one(pipe, is_first))
			return 1;
		is_first = FALSE;
	}
	return 0;
}

static void two_hundred_threads_are_two_hundred_clients(void)
{
	pid_t farm = start_clients();
	HANDLE pipes[N_THREADS], threads[N_THREADS];
	int status = -1;

	check(pthread_barrier_init(&all_are_clients, NULL, N_THREADS) == 0);
	for (unsigned i = 0; i < N_THREADS; i++) {
		SECURITY_DESCRIPTOR sd;
		SECURITY_ATTRIBUTES all = {sizeof(all), &sd, FALSE};
		char name[PIPE_NAME_SIZE];

		check(InitializeSecurityDescriptor(
			&sd, SECURITY_DESCRIPTOR_REVISION));
		check(SetSecurityDescriptorDacl(&sd, TRUE, NULL, FALSE));
		pipes[i] = CreateNamedPipeA(
			pipe_name("storm", name), PIPE_ACCESS_DUPLEX, MESSAGES,
			PIPE_UNLIMITED_INSTANCES, 0, 0, 0, i ? NULL : &all);
		check(pipes[i] != INVALID_HANDLE_VALUE);
	}
	for (unsigned i = 0; i < N_THREADS; i++) {
		threads[i] =
			CreateThread(NULL, 256 << 10, serve, pipes[i], 0, NULL);
		check(threads[i] != NULL);
	}
	check(waitpid(farm, &status, 0) == farm);
	check_equal(status, 0);
	for (unsigned i = 0; i < N_THREADS; i++) {
		DWORD code = 99;

		check_equal(WaitForSingleObject(threads[i], 30000),
			    WAIT_OBJECT_0);
		check(GetExitCodeThread(threads[i], &code));
		check_equal(code, 0);
		check(CloseHandle(threads[i]));
		check(CloseHandle(pipes[i]));
	}
	(void)pthread_barrier_destroy(&all_are_clients);
}

/* As soon as there is a server */
static HANDLE patient_client(const char *name)
{
	HANDLE pipe = INVALID_HANDLE_VALUE;

	for (int i = 0; i < 200 && pipe == INVALID_HANDLE_VALUE; i++) {
		pipe = pipe_client(name, GENERIC_READ | GENERIC_WRITE, 0);
		if (pipe == INVALID_HANDLE_VALUE)
			Sleep(50);
	}
	return pipe;
}

static void another_process_makes_no_instance(const char *name)
{
	check_handle_fails(pipe_server(name, PIPE_ACCESS_DUPLEX, MESSAGES, 2),
			   ERROR_ACCESS_DENIED);
}

/* A server that is killed while its client waits for an answer */
static void clients_hear_of_a_server_that_is_killed(void)
{
	pid_t server = fork();
	HANDLE pipe;
	int status;
	char byte;
	DWORD n;

	if (server == 0) {
		HANDLE end =
			pipe_server("killed", PIPE_ACCESS_DUPLEX, MESSAGES, 2);

		if (!ConnectNamedPipe(end, NULL) &&
		    GetLastError() != ERROR_PIPE_CONNECTED)
			_exit(1);
		for (;;)
			pause();
	}
	pipe = patient_client("killed");
	check(pipe != INVALID_HANDLE_VALUE);
	check(WriteFile(pipe, "x", 1, &n, NULL));
	another_process_makes_no_instance("killed");
	check(kill(server, SIGKILL) == 0);
	check(waitpid(server, &status, 0) == server);
	check_fails(ReadFile(pipe, &byte, 1, &n, NULL), ERROR_BROKEN_PIPE);
	check_fails(WriteFile(pipe, "x", 1, &n, NULL), ERROR_NO_DATA);
	check(CloseHandle(pipe));
	/* nobody listens where its socket is left */
	check_handle_fails(pipe_client("killed", GENERIC_READ, 0),
			   ERROR_FILE_NOT_FOUND);
	/* and the name is free for the next */
	pipe = pipe_server("killed", PIPE_ACCESS_DUPLEX, MESSAGES, 1);
	check(pipe != INVALID_HANDLE_VALUE);
	check(CloseHandle(pipe));
}

static _Noreturn void write_and_wait(void)
{
	DWORD n;

	if (!WriteFile(patient_client("middle"), "x", 1, &n, NULL))
		_exit(1);
	for (;;)
		pause();
}

static void a_client_that_goes_in_the_middle_is_served_no_more(void)
{
	pid_t client = fork();
	HANDLE end;
	int status;
	char byte;
	DWORD n;

	if (client == 0)
		write_and_wait();
	end = pipe_server("middle", PIPE_ACCESS_DUPLEX, MESSAGES, 1);
	check(ConnectNamedPipe(end, NULL) ||
	      GetLastError() == ERROR_PIPE_CONNECTED);
	check(ReadFile(end, &byte, 1, &n, NULL));
	check(kill(client, SIGKILL) == 0);
	check(waitpid(client, &status, 0) == client);
	check_fails(ReadFile(end, &byte, 1, &n, NULL), ERROR_BROKEN_PIPE);
	check_fails(WriteFile(end, "y", 1, &n, NULL), ERROR_NO_DATA);
	check(ImpersonateNamedPipeClient(end)); /* who it was */
	check(RevertToSelf());
	check(DisconnectNamedPipe(end));
	check_fails(ImpersonateNamedPipeClient(end), ERROR_CANNOT_IMPERSONATE);
	check(CloseHandle(end));
}

/* In a process without threads, where one may fork. */
static void in_a_process_of_its_own(void (*test)(void))
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		test();
		(void)fflush(stdout);
		_exit(check_failures ? 1 : 0);
	}
	check(waitpid(pid, &status, 0) == pid);
	check_equal(status, 0);
}

static void a_server_is_killed(void)
{
	in_a_process_of_its_own(clients_hear_of_a_server_that_is_killed);
}

static void two_hundred_threads(void)
{
	in_a_process_of_its_own(two_hundred_threads_are_two_hundred_clients);
}

static void a_client_goes(void)
{
	in_a_process_of_its_own(
		a_client_that_goes_in_the_middle_is_served_no_more);
}

int main(void)
{
	const struct rlimit many = {4096, 4096};

	if (geteuid() != 0) {
		check_skip("needs root");
		return check_done();
	}
	if (setrlimit(RLIMIT_NOFILE, &many) < 0)
		abort();
	pipe_fixture_begin();
	make_files();
	run(a_server_is_killed);
	run(two_hundred_threads);
	run(a_client_goes);
	remove_files();
	pipe_fixture_end();
	return check_done();
}
