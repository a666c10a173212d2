/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between fork and exec only system calls are made; everything is prepared
 * before. The child gets exactly the descriptors of its manifest and 0, 1, 2,
 * and of the environment only what tunes the C library's own behaviour.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "fd.h"
#include "manifest.h"
#include "spawn-worker.h"

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4u
#endif

/* All that a child needs to know. */
struct plan {
	int exe_fd;
	int fds[MANIFEST_FDS_MAX]; /* what becomes MANIFEST_FD and on */
	unsigned n;
	char *environment[16];
};

static void add(struct plan *plan, const int *fds, size_t n)
{
	must(plan->n + n <= MANIFEST_FDS_MAX);
	memcpy(plan->fds + plan->n, fds, n * sizeof(*fds));
	plan->n += (unsigned)n;
}

static void choose_environment(struct plan *plan)
{
	static const char *const kept[] = {
		"TZ=",		 "LANG=",	   "LC_ALL=",
		"ASAN_OPTIONS=", "UBSAN_OPTIONS=", "LSAN_OPTIONS=",
		"TSAN_OPTIONS=",
	};
	unsigned n = 0;

	for (char **at = environ; *at; at++) {
		for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
			if (strncmp(*at, kept[i], strlen(kept[i])) == 0 &&
			    n + 1 < ARRAY_SIZE(plan->environment))
				plan->environment[n++] = *at;
		}
	}
	plan->environment[n] = NULL;
}

static int write_manifest(const struct worker *worker,
			  const struct spawn_config *config, int *ret_fd)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf bytes = {0};
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct manifest manifest;
	size_t done = 0;
	int r;

	manifest_of_worker(worker, &manifest);
	manifest.n_passed = (unsigned)config->n_fds;
	manifest.parent = (uint32_t)getpid();
	manifest.config = config->config;
	manifest.config_size = config->config_size;
	r = manifest_encode(&manifest, &bytes);
	if (r < 0)
		return r;
	fd = memfd_create("manifest", MFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (done < bytes.size) {
		ssize_t n = write(fd, bytes.data + done, bytes.size - done);

		if (n < 0)
			return -errno;
		done += (size_t)n;
	}
	*ret_fd = fd_take(&fd);
	return 0;
}

/* First out of the way, then into place: sources and places may overlap. */
static bool place_fds(struct plan *plan)
{
	const int above = MANIFEST_FD + (int)plan->n;

	plan->exe_fd = fcntl(plan->exe_fd, F_DUPFD_CLOEXEC, above);
	if (plan->exe_fd < 0)
		return false;
	for (unsigned i = 0; i < plan->n; i++) {
		plan->fds[i] = fcntl(plan->fds[i], F_DUPFD_CLOEXEC, above);
		if (plan->fds[i] < 0)
			return false;
	}
	for (unsigned i = 0; i < plan->n; i++) {
		if (dup2(plan->fds[i], MANIFEST_FD + (int)i) < 0)
			return false;
	}
	return syscall(SYS_close_range, (unsigned)above, ~0u,
		       CLOSE_RANGE_CLOEXEC) == 0;
}

/* SIGTERM stays blocked: a worker that is told to end while it starts ends as
 * any other, when it has come to wait for that. */
static void reset_signals(void)
{
	const struct sigaction preset = {.sa_handler = SIG_DFL};
	sigset_t blocked;

	for (int i = 1; i < NSIG; i++)
		(void)sigaction(i, &preset, NULL); /* not KILL and STOP */
	(void)sigemptyset(&blocked);
	(void)sigaddset(&blocked, SIGTERM);
	(void)sigprocmask(SIG_SETMASK, &blocked, NULL);
}

_Noreturn static void child(struct plan *plan)
{
	char name[] = "guise: worker", command[] = "serve-worker";
	char *argv[] = {name, command, NULL};

	reset_signals();
	/* until it has confined itself, which sets it anew */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (place_fds(plan))
		(void)syscall(SYS_execveat, plan->exe_fd, "", argv,
			      plan->environment, AT_EMPTY_PATH);
	_exit(127);
}

static int fork_worker(struct worker *worker, struct plan *plan)
{
	const pid_t pid = fork();
	long pidfd;

	if (pid < 0)
		return -errno;
	if (pid == 0)
		child(plan);
	/* not reaped yet, so the number is still its own */
	pidfd = syscall(SYS_pidfd_open, pid, 0);
	if (pidfd < 0) {
		(void)kill(pid, SIGKILL);
		worker->pid = pid;
		return -errno;
	}
	return worker_run(worker, pid, (int)pidfd);
}

int spawn_worker(struct worker *worker, const struct spawn_config *config)
{
	const struct service *service = worker->service;
	GUISE_AUTO(fd_closep) int manifest_fd = -EBADF;
	struct plan plan = {.exe_fd = config->exe_fd};
	int r;

	if (config->n_fds > MANIFEST_PASSED_MAX ||
	    config->config_size > MANIFEST_CONFIG_MAX)
		return -E2BIG;
	r = write_manifest(worker, config, &manifest_fd);
	if (r < 0)
		return r;
	add(&plan, &manifest_fd, 1);
	add(&plan, worker->far_sockets, worker->n_threads);
	add(&plan, worker->ring_fds, worker->n_rings);
	for (size_t i = 0; i < service->roots.n; i++)
		add(&plan, &service->roots.at[i].fd, 1);
	add(&plan, &service->empty_fd, 1);
	add(&plan, config->fds, config->n_fds);
	choose_environment(&plan);
	return fork_worker(worker, &plan);
}
