/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Running a command with a token as its primary token. All that can be
 * prepared is prepared before the fork; the child makes only
 * async-signal-safe calls, each checked, and tells of the first failure
 * through a pipe that exec closes. The command is searched, the directory
 * entered and the program read as the user, never as the service.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fd.h"
#include "kcred.h"
#include "scope.h"

#define DEFAULT_PATH "/usr/local/bin:/usr/bin:/bin"
/* NAME=value of the minimal environment: PATH HOME USER LOGNAME SHELL. */
#define MINIMAL_VARIABLES 5
/* Where the child keeps its end of the pipe; above 0, 1, 2. */
#define REPORT_FD 3

/*
 * @candidates: paths to try, in order; NULL-terminated, each owned
 * @own: memory of the minimal environment, each owned
 */
struct plan {
	struct kcred cred;
	const struct guise_spawn_options *options;
	char **candidates;
	size_t n_candidates;
	char *own[MINIMAL_VARIABLES];
	const char *environment[MINIMAL_VARIABLES + 1];
	bool minimal;
};

static void plan_clear(struct plan *plan)
{
	for (size_t i = 0; i < plan->n_candidates; i++)
		free(plan->candidates[i]);
	free(plan->candidates);
	for (size_t i = 0; i < MINIMAL_VARIABLES; i++)
		free(plan->own[i]);
}

static int plan_variable(struct plan *plan, size_t *n, const char *name,
			 const char *value)
{
	char *text = NULL;

	if (!value)
		return 0;
	if (asprintf(&text, "%s=%s", name, value) < 0)
		return -ENOMEM;
	plan->own[*n] = text;
	plan->environment[(*n)++] = text;
	return 0;
}

static int plan_environment(struct plan *plan)
{
	const struct guise_spawn_options *o = plan->options;
	const struct {
		const char *name;
		const char *value;
	} variables[MINIMAL_VARIABLES] = {
		{"PATH", DEFAULT_PATH}, {"HOME", o->home},   {"USER", o->user},
		{"LOGNAME", o->user},	{"SHELL", o->shell},
	};
	size_t n = 0;
	int r;

	plan->minimal = !o->environment;
	if (!plan->minimal)
		return 0;
	for (size_t i = 0; i < MINIMAL_VARIABLES; i++) {
		r = plan_variable(plan, &n, variables[i].name,
				  variables[i].value);
		if (r < 0)
			return r;
	}
	return 0;
}

static const char *search_path(const struct guise_spawn_options *o)
{
	for (size_t i = 0; o->environment && o->environment[i]; i++) {
		if (strncmp(o->environment[i], "PATH=", 5) == 0)
			return o->environment[i] + 5;
	}
	return DEFAULT_PATH;
}

/* Takes @path; NULL is out of memory. */
static int add_candidate(struct plan *plan, char *path)
{
	if (!path)
		return -ENOMEM;
	plan->candidates[plan->n_candidates++] = path;
	return 0;
}

/* An empty or relative directory in PATH would mean the working directory,
 * which is the user's to fill: left out. */
static int plan_search(struct plan *plan, const char *name, const char *path)
{
	while (*path) {
		size_t n = strcspn(path, ":");
		char *candidate = NULL;
		int r;

		if (n > 0 && path[0] == '/') {
			if (asprintf(&candidate, "%.*s/%s", (int)n, path,
				     name) < 0)
				return -ENOMEM;
			r = add_candidate(plan, candidate);
			if (r < 0)
				return r;
		}
		path += n + (path[n] == ':');
	}
	return 0;
}

static size_t count_parts(const char *path)
{
	size_t n = 1;

	for (; *path; path++)
		n += *path == ':';
	return n;
}

static int plan_command(struct plan *plan)
{
	const char *name = plan->options->argv[0];
	const char *path = search_path(plan->options);

	plan->candidates =
		array_alloc(count_parts(path) + 1, sizeof(*plan->candidates));
	if (!plan->candidates)
		return -ENOMEM;
	if (strchr(name, '/'))
		return add_candidate(plan, strdup(name));
	return plan_search(plan, name, path);
}

static int plan_make(const struct guise_token *token,
		     const struct guise_spawn_options *options,
		     struct plan *plan)
{
	int r;

	if (!projection_is_client(token))
		return GUISE_E_BAD_LEVEL;
	r = projection_of(token, &plan->cred);
	if (r < 0)
		return r;
	/* A capability would not outlive exec without being inheritable. */
	plan->cred.capabilities = 0;
	plan->options = options;
	r = plan_environment(plan);
	if (r < 0)
		return r;
	return plan_command(plan);
}

/* From here on: the child. */

/* @report: where the pipe is; follows it as it moves */
static int child_descriptors(const struct guise_spawn_options *o, int *report)
{
	const int from[REPORT_FD + 1] = {o->stdin_fd, o->stdout_fd,
					 o->stderr_fd, *report};
	int safe[REPORT_FD + 1];

	for (int i = 0; i <= REPORT_FD; i++) {
		safe[i] = fcntl(from[i], F_DUPFD_CLOEXEC, REPORT_FD + 1);
		if (safe[i] < 0)
			return -errno;
	}
	*report = safe[REPORT_FD];
	for (int i = 0; i < REPORT_FD; i++) {
		if (dup2(safe[i], i) < 0)
			return -errno;
	}
	if (dup3(*report, REPORT_FD, O_CLOEXEC) < 0)
		return -errno;
	*report = REPORT_FD;
	return sys_close_from(REPORT_FD + 1);
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
static int child_exec(const struct plan *plan)
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

static int child_steps(const struct plan *plan, int *report)
{
	const struct guise_spawn_options *o = plan->options;
	int r;

	r = child_descriptors(o, report);
	if (r < 0)
		return r;
	r = kcred_become(&plan->cred, true);
	if (r < 0)
		return r;
	r = sys_new_session_keyring();
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
	return child_exec(plan);
}

static _Noreturn void child(const struct plan *plan, int report)
{
	int r = child_steps(plan, &report);
	ssize_t n = write(report, &r, sizeof(r));

	_exit(n == (ssize_t)sizeof(r) ? 127 : 126);
}

/* What the child says before exec: nothing if it came that far. */
static int wait_for_exec(int pipe_fd, pid_t pid)
{
	ssize_t n;
	int told;

	do {
		n = read(pipe_fd, &told, sizeof(told));
	} while (n < 0 && errno == EINTR);
	if (n == 0)
		return 0;
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return n == (ssize_t)sizeof(told) && told < 0 ? told : -EIO;
}

/* No handler of ours may run in the child before its signals are reset. */
static pid_t fork_quietly(void)
{
	sigset_t all, before;
	pid_t pid;

	must(sigfillset(&all) == 0);
	must(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
	pid = fork();
	if (pid != 0)
		must(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
	return pid;
}

static int run(const struct plan *plan, pid_t *ret_pid)
{
	GUISE_AUTO(fd_closep) int reading = -EBADF;
	GUISE_AUTO(fd_closep) int writing = -EBADF;
	int ends[2], r;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	reading = ends[0];
	writing = ends[1];
	pid = fork_quietly();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		child(plan, writing);
	writing = fd_close(writing);
	r = wait_for_exec(reading, pid);
	if (r < 0)
		return r;
	*ret_pid = pid;
	return 0;
}

static bool options_are_valid(const struct guise_spawn_options *o)
{
	return o && o->size >= sizeof(*o) && o->argv && o->argv[0] &&
	       o->argv[0][0] && o->stdin_fd >= 0 && o->stdout_fd >= 0 &&
	       o->stderr_fd >= 0;
}

int guise_spawn(const struct guise_token *token,
		const struct guise_spawn_options *options, pid_t *ret_pid)
{
	GUISE_AUTO(plan_clear) struct plan plan = {0};
	int r;

	if (!token || !options_are_valid(options) || !ret_pid)
		return -EINVAL;
	if (guise_scope_depth() > 0)
		return -EBUSY;
	r = plan_make(token, options, &plan);
	if (r < 0)
		return r;
	return run(&plan, ret_pid);
}
