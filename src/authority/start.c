/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Separated mode as a library: the calling process becomes the worker, its
 * child the authority. All that can fail is made before the fork, but the
 * logon helpers, which must be the authority's own children.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"
#include "confine.h"
#include "fd.h"
#include "housekeeping.h"
#include "kcred.h"
#include "manifest.h"

/* linux/capability.h */
#define CAPABILITIES_NEEDED                                                    \
	(UINT64_C(1) << 6 /* SETGID */ | UINT64_C(1) << 7 /* SETUID */ |       \
	 UINT64_C(1) << 8 /* SETPCAP */ | UINT64_C(1) << 18 /* SYS_CHROOT */)

static int check_capabilities(void)
{
	uint64_t effective, permitted;
	int r;

	r = sys_kernel.get_capabilities(sys_kernel.ctx, &effective, &permitted);
	if (r < 0)
		return r;
	return (effective & CAPABILITIES_NEEDED) == CAPABILITIES_NEEDED
		       ? 0
		       : -EPERM;
}

static void log_to_stderr(void *context, const char *line)
{
	(void)context;
	(void)!write(STDERR_FILENO, "guise: authority: ", 18);
	(void)!write(STDERR_FILENO, line, strlen(line));
	(void)!write(STDERR_FILENO, "\n", 1);
}

/* --- the authority --- */

#define KEPT_MAX (8 + 4 * THREADS_MAX + ROOTS_MAX)

struct kept {
	int fds[KEPT_MAX];
	unsigned n;
};

static void keep(struct kept *kept, int fd)
{
	if (fd < 0)
		return;
	must(kept->n < KEPT_MAX);
	kept->fds[kept->n++] = fd;
}

static int compare_fds(const void *a, const void *b)
{
	const int *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Of the server's descriptors none, but 0, 1 and 2. */
static void close_others(struct kept *kept)
{
	unsigned next = 3;

	qsort(kept->fds, kept->n, sizeof(*kept->fds), compare_fds);
	for (unsigned i = 0; i < kept->n; i++) {
		const unsigned fd = (unsigned)kept->fds[i];

		if (fd > next)
			(void)syscall(SYS_close_range, next, fd - 1, 0);
		if (fd >= next)
			next = fd + 1;
	}
	(void)syscall(SYS_close_range, next, ~0u, 0);
}

static void keep_own(const struct worker *worker, int pidfd, int report_fd)
{
	const struct service *service = worker->service;
	const struct authority_process *process = service->process;
	struct kept kept = {0};

	keep(&kept, pidfd);
	keep(&kept, report_fd);
	keep(&kept, process->wake_fd);
	keep(&kept, process->journal.fd);
	keep(&kept, process->journal.top_fd);
	keep(&kept, service->identity_ruleset);
	keep(&kept, service->channel_ruleset);
	for (size_t i = 0; i < service->roots.n; i++)
		keep(&kept, service->roots.at[i].fd);
	for (unsigned i = 0; i < worker->n_rings; i++)
		keep(&kept, worker->ring_fds[i]);
	for (unsigned i = 0; i < worker->n_threads; i++)
		keep(&kept, worker->channels[i].socket);
	close_others(&kept);
}

/* The server's handlers are not ours; what is sent to its whole group is for
 * it to decide: we end when it ends. */
static void settle_signals(void)
{
	static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT,
				      SIGPIPE};
	const struct sigaction preset = {.sa_handler = SIG_DFL};
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		(void)sigaction(i, &preset, NULL); /* not KILL and STOP */
	for (size_t i = 0; i < ARRAY_SIZE(ignored); i++)
		(void)sigaction(ignored[i], &ignore, NULL);
	must(sigemptyset(&none) == 0);
	must(pthread_sigmask(SIG_SETMASK, &none, NULL) == 0);
}

/* A question whose answer does not matter, but that it can be given. */
static int check_accounts(struct service *service)
{
	const struct guise_token *token = NULL;
	int r;

	if (!service->options.accounts_path)
		return 0;
	r = logons_look_up(&service->logons, LOGON_EMBEDDED, "guise-probe",
			   &token);
	(void)guise_token_unref(token);
	return r == GUISE_E_NO_SUCH_ACCOUNT || r == GUISE_E_LOGON_FAILURE ? 0
									  : r;
}

static void serve(struct worker *worker)
{
	struct pollfd fds[] = {
		{.fd = worker->pidfd, .events = POLLIN},
		{.fd = worker->service->process->wake_fd, .events = POLLIN},
	};
	uint64_t count;

	while (!worker_is_idle(worker)) {
		(void)poll(fds, ARRAY_SIZE(fds), HOUSEKEEPING_MS);
		if (fds[1].revents)
			(void)!read(fds[1].fd, &count, sizeof(count));
		if (fds[0].revents) { /* it has ended */
			worker_hang_up(worker);
			fds[0].fd = -1;
		}
		housekeeping(worker->service, worker);
	}
}

_Noreturn static void authority_main(struct worker *worker, pid_t pid,
				     int pidfd, int report_fd)
{
	struct service *service = worker->service;
	struct authority_process *process = service->process;
	int r;

	(void)prctl(PR_SET_NAME, "guise-authority");
	settle_signals();
	/* now: their numbers will be others' */
	service->empty_fd = fd_close(service->empty_fd);
	for (unsigned i = 0; i < worker->n_threads; i++)
		worker->far_sockets[i] = fd_close(worker->far_sockets[i]);
	keep_own(worker, pidfd, report_fd);
	r = service_start(service);
	if (r == 0)
		r = check_accounts(service);
	if (r == 0)
		r = worker_run(worker, pid, pidfd);
	(void)!write(report_fd, &r, sizeof(r));
	(void)fd_close(report_fd);
	if (r == 0)
		serve(worker);
	(void)worker_free(worker);
	(void)service_free(service);
	authority_process_clear(process);
	/* the server's atexit handlers and buffers are not ours */
	_exit(r < 0 ? 1 : 0);
}

/* --- the worker --- */

/* What the worker takes over leaves the structures, which then are freed
 * without touching what is the authority's. */
static int become_client(struct worker *worker, struct guise_authority **ret)
{
	struct service *service = worker->service;
	struct client_setup setup = {
		.n_threads = worker->n_threads,
		.sockets = worker->far_sockets,
		.n_rings = worker->n_rings,
		.ring_fds = worker->ring_fds,
		.ring_params = worker->ring_params,
		.n_roots = (unsigned)service->roots.n,
		.empty_fd = fd_take(&service->empty_fd),
		.service_uid = service->options.service_uid,
		.service_gid = service->options.service_gid,
		.features = service_features(service),
		.idle_ms = service->options.idle_ms,
	};
	int root_fds[ROOTS_MAX];
	int r;

	for (size_t i = 0; i < service->roots.n; i++)
		root_fds[i] = fd_take(&service->roots.at[i].fd);
	setup.root_fds = root_fds;
	for (unsigned i = 0; i < worker->n_threads; i++)
		worker->channels[i].socket =
			fd_close(worker->channels[i].socket);
	r = client_new(&setup, ret);
	for (unsigned i = 0; i < worker->n_threads; i++)
		worker->far_sockets[i] = -EBADF;
	for (unsigned i = 0; i < worker->n_rings; i++)
		worker->ring_fds[i] = -EBADF;
	return r;
}

static int wait_for_report(int fd, pid_t child)
{
	int result = -ECONNRESET;
	ssize_t n;

	do {
		n = read(fd, &result, sizeof(result));
	} while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(result))
		result = -ECONNRESET;
	if (result < 0)
		(void)waitpid(child, NULL, 0);
	return result;
}

static int split(struct worker *worker, struct guise_authority **ret)
{
	GUISE_AUTO(fd_closep) int report_fd = -EBADF;
	GUISE_AUTO(fd_closep) int pidfd = -EBADF;
	const pid_t self = getpid();
	int pipe_fds[2];
	pid_t child;
	int r;

	pidfd = (int)syscall(SYS_pidfd_open, self, 0);
	if (pidfd < 0)
		return -errno;
	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return -errno;
	child = fork();
	if (child == 0)
		authority_main(worker, self, pidfd, pipe_fds[1]);
	report_fd = pipe_fds[0];
	(void)close(pipe_fds[1]);
	if (child < 0)
		return -errno;
	r = wait_for_report(report_fd, child);
	return r < 0 ? r : become_client(worker, ret);
}

/* What is left of the authority's structures in the worker. */
static void forget(struct authority_process *process, struct service *service,
		   struct worker *worker)
{
	(void)worker_free(worker);
	(void)service_free(service);
	/* its directory is the authority's */
	process->journal.fd = fd_close(process->journal.fd);
	process->journal.top_fd = fd_close(process->journal.top_fd);
	authority_process_clear(process);
}

int guise_authority_start(const struct guise_authority_options *options,
			  struct guise_authority **ret)
{
	struct authority_process process = {.log = log_to_stderr};
	struct service *service = NULL;
	struct worker *worker = NULL;
	int r;

	if (!options || !ret || options->size != sizeof(*options))
		return -EINVAL;
	r = confine_check_alone();
	if (r == 0)
		r = check_capabilities();
	if (r < 0)
		return r;
	r = authority_process_init(&process, options);
	if (r == 0)
		r = service_new(&process, options, &service);
	if (r == 0)
		r = worker_new(service, 0, &worker);
	if (r == 0)
		r = split(worker, ret);
	forget(&process, service, worker);
	return r;
}
