/* SPDX-License-Identifier: Apache-2.0 */
/* A server whose user may have no thread more. Needs root. */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <guise/pipe.h>

#include "cmocka-wrap.h"
#include "live.h"

#define ALICE 310001u

/* Sticky and root's: whoever asks may make pipes in it. */
#define DIRECTORY "/tmp"

/* 0: the answer is that there is no thread to be had, and comes at once */
static int make_without_threads(const char *name)
{
	const struct guise_pipe_options o = {
		.size = sizeof(o),
		.directory = DIRECTORY,
		.name = name,
		.direction = GUISE_PIPE_DUPLEX,
		.instances_max = 1,
	};
	const struct rlimit none = {0};
	struct guise_pipe_end *end = NULL;

	(void)alarm(20);
	if (syscall(SYS_setresuid, ALICE, ALICE, ALICE) < 0 ||
	    setrlimit(RLIMIT_NPROC, &none) < 0)
		return 2;
	return guise_pipe_create(&o, &end) == -EAGAIN ? 0 : 3;
}

static void a_shortage_of_threads_is_an_answer(void **state)
{
	char name[32], path[64];
	int status = -1;
	pid_t pid;

	(void)state;
	(void)snprintf(name, sizeof(name), "guise-shortage-%d", (int)getpid());
	(void)snprintf(path, sizeof(path), DIRECTORY "/%s", name);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(make_without_threads(name));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_true(access(path, F_OK) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_shortage_of_threads_is_an_answer),
	};

	live_require_root();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
