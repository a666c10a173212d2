/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Running a command with a token as its primary token. All that can be
 * prepared is prepared before the fork; the child makes only
 * async-signal-safe calls, each checked, and tells of the first failure
 * through a socket that exec closes. The command is searched, the directory
 * entered and the program read as the user, never as the service.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <guise/thread-token.h>

#include "fd.h"
#include "scope.h"
#include "spawn-plan.h"
#include "state.h"
#include "wanted.h"

#define DEFAULT_PATH "/usr/local/bin:/usr/bin:/bin"

static void plan_clear(struct spawn_plan *plan)
{
	for (size_t i = 0; i < plan->n_candidates; i++)
		free(plan->candidates[i]);
	free(plan->candidates);
	for (size_t i = 0; i < SPAWN_MINIMAL_VARIABLES; i++)
		free(plan->own[i]);
	free(plan->kept);
}

static int plan_variable(struct spawn_plan *plan, size_t *n, const char *name,
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

static int plan_environment(struct spawn_plan *plan)
{
	const struct guise_spawn_options *o = plan->options;
	const struct {
		const char *name;
		const char *value;
	} variables[SPAWN_MINIMAL_VARIABLES] = {
		{"PATH", DEFAULT_PATH}, {"HOME", o->home},   {"USER", o->user},
		{"LOGNAME", o->user},	{"SHELL", o->shell},
	};
	size_t n = 0;
	int r;

	plan->minimal = !o->environment;
	if (!plan->minimal)
		return 0;
	for (size_t i = 0; i < SPAWN_MINIMAL_VARIABLES; i++) {
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
static int add_candidate(struct spawn_plan *plan, char *path)
{
	if (!path)
		return -ENOMEM;
	plan->candidates[plan->n_candidates++] = path;
	return 0;
}

/* An empty or relative directory in PATH would mean the working directory,
 * which is the user's to fill: left out. */
static int plan_search(struct spawn_plan *plan, const char *name,
		       const char *path)
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

static int plan_command(struct spawn_plan *plan)
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

static int compare_fds(const void *a, const void *b)
{
	int x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

static int plan_kept(struct spawn_plan *plan)
{
	const struct guise_spawn_options *o = plan->options;
	size_t n = 0;

	plan->kept = array_alloc(o->n_keep_fds, sizeof(*plan->kept));
	if (!plan->kept)
		return -ENOMEM;
	for (size_t i = 0; i < o->n_keep_fds; i++) {
		if (o->keep_fds[i] > STDERR_FILENO)
			plan->kept[n++] = o->keep_fds[i];
		else if (o->keep_fds[i] < 0)
			return -EINVAL;
	}
	qsort(plan->kept, n, sizeof(*plan->kept), compare_fds);
	for (size_t i = 0; i < n; i++) {
		if (plan->n_kept == 0 ||
		    plan->kept[plan->n_kept - 1] != plan->kept[i])
			plan->kept[plan->n_kept++] = plan->kept[i];
	}
	return 0;
}

/* A capability outlives exec only as an ambient one, so who does not ask for
 * that has none. */
static int plan_identity(struct spawn_plan *plan,
			 const struct guise_token *token)
{
	GUISE_AUTO(snapshot_clear) struct snapshot here = {0};
	const struct kcred *base = scope_base();
	bool stays;
	int r;

	if (!token)
		return 0;
	if (!projection_is_client(token))
		return GUISE_E_BAD_LEVEL;
	if (!base) {
		r = snapshot_take(&here);
		if (r < 0)
			return r;
		base = &here.cred;
	}
	r = wanted_identity(base, token, &plan->cred, &stays);
	if (r < 0)
		return r;
	plan->identity = stays ? SPAWN_STAY : SPAWN_BECOME;
	if (!plan->options->keep_capabilities)
		plan->cred.capabilities = 0;
	return 0;
}

static int plan_make(const struct guise_token *token,
		     const struct guise_spawn_options *options,
		     struct spawn_plan *plan)
{
	int r;

	plan->options = options;
	r = plan_identity(plan, token);
	if (r < 0)
		return r;
	r = plan_kept(plan);
	if (r < 0)
		return r;
	r = plan_environment(plan);
	if (r < 0)
		return r;
	return plan_command(plan);
}

/* What the child says: 0 with nothing said when it has come to exec. */
static int read_report(int fd, bool *ret_said)
{
	ssize_t n;
	int told;

	do {
		n = read(fd, &told, sizeof(told));
	} while (n < 0 && errno == EINTR);
	*ret_said = n != 0;
	if (n <= 0)
		return n < 0 ? -errno : 0;
	return n == (ssize_t)sizeof(told) && told <= 0 ? told : -EIO;
}

/* A suspended one has said 0; anything else that is said before exec is that
 * it has failed. */
static int wait_for_child(const struct spawn_plan *plan, int fd, pid_t pid)
{
	bool said;
	int r = read_report(fd, &said);

	if (r == 0 && said != plan->suspended)
		r = -EIO;
	if (r == 0)
		return 0;
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return r;
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

static int run(const struct spawn_plan *plan, pid_t *ret_pid, int *ret_fd)
{
	GUISE_AUTO(fd_closep) int ours = -EBADF;
	GUISE_AUTO(fd_closep) int childs = -EBADF;
	int ends[2], r;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	ours = ends[0];
	childs = ends[1];
	pid = fork_quietly();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		spawn_child(plan, childs);
	childs = fd_close(childs);
	r = wait_for_child(plan, ours, pid);
	if (r < 0)
		return r;
	*ret_pid = pid;
	if (plan->suspended)
		*ret_fd = fd_take(&ours);
	return 0;
}

static bool options_are_valid(const struct guise_spawn_options *o)
{
	return o && o->size >= sizeof(*o) && o->argv && o->argv[0] &&
	       o->argv[0][0] && o->stdin_fd >= 0 && o->stdout_fd >= 0 &&
	       o->stderr_fd >= 0 && (o->keep_fds || o->n_keep_fds == 0) &&
	       o->n_keep_fds <= GUISE_SPAWN_FDS_MAX;
}

static int spawn(const struct guise_token *token,
		 const struct guise_spawn_options *options, pid_t *ret_pid,
		 int *ret_resume)
{
	GUISE_AUTO(plan_clear)
	struct spawn_plan plan = {.suspended = ret_resume != NULL};
	int r;

	if (!options_are_valid(options) || !ret_pid ||
	    options->as_process != !token)
		return -EINVAL;
	if (guise_scope_depth() > 0)
		return -EBUSY;
	r = plan_make(token, options, &plan);
	if (r < 0)
		return r;
	return run(&plan, ret_pid, ret_resume);
}

int guise_spawn(const struct guise_token *token,
		const struct guise_spawn_options *options, pid_t *ret_pid)
{
	return spawn(token, options, ret_pid, NULL);
}

int guise_spawn_suspended(const struct guise_token *token,
			  const struct guise_spawn_options *options,
			  pid_t *ret_pid, int *ret_resume)
{
	if (!ret_resume)
		return -EINVAL;
	return spawn(token, options, ret_pid, ret_resume);
}

int guise_spawn_resume(int resume)
{
	GUISE_AUTO(fd_closep) int fd = resume;
	const char go = 1;
	bool said;
	int r;

	if (fd < 0)
		return -EBADF;
	if (send(fd, &go, 1, MSG_NOSIGNAL) != 1)
		return errno == EPIPE ? -ESRCH : -errno;
	r = read_report(fd, &said);
	return r == -ECONNRESET ? -ESRCH : r;
}
