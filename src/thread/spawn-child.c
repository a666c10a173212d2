/* SPDX-License-Identifier: Apache-2.0 */
/* The child of guise_spawn(), from fork to exec. */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "spawn-plan.h"

/* A copy out of the way of all that is kept. */
static int lowest_free(const struct spawn_plan *plan)
{
	return plan->n_kept > 0 ? plan->kept[plan->n_kept - 1] + 1
				: STDERR_FILENO + 1;
}

static int keep(int fd)
{
	int flags = fcntl(fd, F_GETFD);

	if (flags < 0 || fcntl(fd, F_SETFD, flags & ~FD_CLOEXEC) < 0)
		return -errno;
	return 0;
}

/* Everything but 0, 1, 2, what is kept, and @report, which is above it. */
static int close_others(const struct spawn_plan *plan, int report)
{
	int from = STDERR_FILENO + 1, r;

	for (size_t i = 0; i < plan->n_kept; i++) {
		r = keep(plan->kept[i]);
		if (r < 0)
			return r;
		r = sys_close_range(from, plan->kept[i] - 1);
		if (r < 0)
			return r;
		from = plan->kept[i] + 1;
	}
	r = sys_close_range(from, report - 1);
	if (r < 0)
		return r;
	return sys_close_range(report + 1, INT_MAX);
}

/* @report: follows it as it moves */
static int child_descriptors(const struct spawn_plan *plan, int *report)
{
	const struct guise_spawn_options *o = plan->options;
	const int from[] = {o->stdin_fd, o->stdout_fd, o->stderr_fd, *report};
	int safe[ARRAY_SIZE(from)];

	for (size_t i = 0; i < ARRAY_SIZE(from); i++) {
		safe[i] = fcntl(from[i], F_DUPFD_CLOEXEC, lowest_free(plan));
		if (safe[i] < 0)
			return -errno;
	}
	for (int i = 0; i <= STDERR_FILENO; i++) {
		if (dup2(safe[i], i) < 0)
			return -errno;
	}
	*report = safe[STDERR_FILENO + 1];
	return close_others(plan, *report);
}

static int child_signals(void)
{
	const struct sigaction usual = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		(void)sigaction(sig, &usual, NULL); /* KILL and STOP refuse */
	if (sigemptyset(&none) < 0 || sigprocmask(SIG_SETMASK, &none, NULL) < 0)
		return -errno;
	return 0;
}

/* As execvp(3): what is not there or not the user's to run does not end the
 * search, but not being allowed is remembered. */
static int child_exec(const struct spawn_plan *plan)
{
	const char *const *environment =
		plan->minimal ? plan->environment : plan->options->environment;
	int result = -ENOENT;

	for (size_t i = 0; i < plan->n_candidates; i++) {
		(void)execve(plan->candidates[i],
			     (char *const *)(uintptr_t)plan->options->argv,
			     (char *const *)(uintptr_t)environment);
		if (errno == EACCES)
			result = -EACCES;
		else if (errno != ENOENT && errno != ENOTDIR)
			return -errno;
	}
	return result;
}

static int child_identity(const struct spawn_plan *plan)
{
	int r;

	if (plan->identity == SPAWN_AS_PROCESS)
		return 0;
	if (plan->identity == SPAWN_BECOME)
		r = kcred_become_for_exec(&plan->cred);
	else
		r = kcred_stay_for_exec(&plan->cred);
	return r < 0 ? r : sys_new_session_keyring();
}

static int tell(int report, int what)
{
	ssize_t n = send(report, &what, sizeof(what), MSG_NOSIGNAL);

	return n == (ssize_t)sizeof(what) ? 0 : -EPIPE;
}

/* Until who asked for it says go; if it ends before, so does the child. */
static int wait_for_word(int report)
{
	char word;
	ssize_t n;
	int r;

	r = tell(report, 0);
	if (r < 0)
		return r;
	do {
		n = read(report, &word, 1);
	} while (n < 0 && errno == EINTR);
	return n == 1 ? 0 : -ECANCELED;
}

static int child_steps(const struct spawn_plan *plan, int *report)
{
	const struct guise_spawn_options *o = plan->options;
	int r;

	r = child_descriptors(plan, report);
	if (r < 0)
		return r;
	r = child_identity(plan);
	if (r < 0)
		return r;
	if (o->no_new_privileges) {
		r = sys_no_new_privileges();
		if (r < 0)
			return r;
	}
	if (chdir(o->working_directory ? o->working_directory : "/") < 0)
		return -errno;
	r = child_signals();
	if (r < 0)
		return r;
	if (plan->suspended) {
		r = wait_for_word(*report);
		if (r < 0)
			return r;
	}
	return child_exec(plan);
}

_Noreturn void spawn_child(const struct spawn_plan *plan, int report)
{
	int r = child_steps(plan, &report);

	_exit(tell(report, r) == 0 ? 127 : 126);
}
