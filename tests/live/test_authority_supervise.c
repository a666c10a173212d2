/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The authority with worker programs: this very program is both. Started as
 * "serve-worker" it attaches, confines itself, says so on a pipe that was
 * passed to it, and does what it is told on another.
 */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "authority-live.h"

#include "supervise.h"

/* --- the worker --- */

/* What it says of itself; one write, so that none is torn. */
struct report {
	pid_t pid;
	uint32_t uid;
	unsigned worker;
	unsigned features;
	int is_confined; /* a file by name cannot be opened */
	int served;	 /* an anonymous client got the public file */
	char config[16];
};

static void handle(int signal_number)
{
	(void)signal_number; /* only to interrupt */
}

static int worker_main(void)
{
	struct authority_manifest manifest;
	struct guise_authority *a = NULL;
	const struct guise_token *token = NULL;
	struct report report = {0};
	struct sigaction action = {.sa_handler = handle};
	char command = 0;

	if (authority_attach(&a, &manifest) < 0 || manifest.n_fds != 2 ||
	    guise_authority_confine(a) < 0)
		return 1;
	report.pid = getpid();
	report.uid = getuid();
	report.worker = manifest.worker;
	report.features = guise_authority_features(a);
	report.is_confined = open("/etc/passwd", O_RDONLY) < 0 &&
			     prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
	if (guise_authority_logon_anonymous(a, 0, &token) == 0)
		report.served = authority_live_open(a, 1, token, "public.txt",
						    O_RDONLY) == 0;
	memcpy(report.config, manifest.config,
	       manifest.config_size < 15 ? manifest.config_size : 15);
	/* "stubborn" does not care for SIGTERM */
	if (manifest.config[0] == 's')
		action.sa_handler = SIG_IGN;
	(void)sigaction(SIGTERM, &action, NULL);
	authority_report_denied(a, 0, token, "GET \"/secret\"");
	if (write(manifest.fds[0], &report, sizeof(report)) !=
	    (ssize_t)sizeof(report))
		return 2;
	if (read(manifest.fds[1], &command, 1) < 0)
		return 0; /* told to end */
	if (command == 'c')
		abort();
	if (command == 'x')
		(void)syscall(SYS_setresuid, 0, 0, 0);
	return 0;
}

/* --- the supervisor --- */

static int report_pipe[2], command_pipe[2];
static const char *worker_config = "plain";
static unsigned loads;

static int load(void *context, struct supervise_config *ret)
{
	static struct guise_root root;
	static struct guise_authority_options options;
	static int fds[2];

	(void)context;
	options = authority_live_options(&root);
	if (++loads == 3) /* the second reload asks for the impossible */
		root.path = "/nonexistent";
	fds[0] = report_pipe[1];
	fds[1] = command_pipe[0];
	*ret = (struct supervise_config){
		.options = &options,
		.worker_config = loads == 2 ? "reloaded" : worker_config,
		.worker_config_size =
			strlen(loads == 2 ? "reloaded" : worker_config),
		.fds = fds,
		.n_fds = 2,
		.n_workers = 2,
	};
	return 0;
}

static void log_line(void *context, const char *line)
{
	(void)context;
	fprintf(stderr, "# %s\n", line);
}

static char control_path[100];

static pid_t start_supervisor(void)
{
	const struct supervise_hooks hooks = {.load = load, .log = log_line};
	pid_t pid;

	(void)snprintf(control_path, sizeof(control_path), "%s/control",
		       authority_live.path);
	LIVE_CHECK(pipe2(report_pipe, O_CLOEXEC) == 0);
	LIVE_CHECK(pipe2(command_pipe, O_CLOEXEC) == 0);
	pid = fork();
	LIVE_CHECK(pid >= 0);
	if (pid == 0)
		_exit(supervise_run(&hooks, control_path, 1000) < 0 ? 1 : 0);
	return pid;
}

static struct report next_report(void)
{
	struct pollfd poller = {.fd = report_pipe[0], .events = POLLIN};
	struct report report;

	LIVE_CHECK(poll(&poller, 1, 20000) == 1);
	LIVE_CHECK(read(report_pipe[0], &report, sizeof(report)) ==
		   (ssize_t)sizeof(report));
	LIVE_CHECK(report.uid == AUTHORITY_SERVICE);
	LIVE_CHECK(report.is_confined && report.served);
	LIVE_CHECK(report.features & GUISE_FEATURE_SECCOMP);
	return report;
}

static void end(pid_t supervisor, int signal_number, int expected)
{
	int status;

	LIVE_CHECK(kill(supervisor, signal_number) == 0);
	LIVE_CHECK(waitpid(supervisor, &status, 0) == supervisor);
	LIVE_CHECK(WIFEXITED(status) && WEXITSTATUS(status) == expected);
}

static bool is_dead(void *context)
{
	const pid_t *pid = context;
	char path[64], text[256] = "";
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)*pid);
	file = fopen(path, "re");
	if (!file)
		return true;
	(void)!fgets(text, sizeof(text), file);
	(void)fclose(file);
	return strstr(text, ") Z ") != NULL; /* init may be slow to reap */
}

static void workers_come_up_and_drain(void)
{
	pid_t supervisor = start_supervisor();
	struct report a = next_report(), b = next_report();

	LIVE_CHECK(a.worker + b.worker == 1 && a.pid != b.pid);
	LIVE_CHECK(strcmp(a.config, "plain") == 0);
	end(supervisor, SIGTERM, 0);
	LIVE_CHECK(is_dead(&a.pid) && is_dead(&b.pid));
	LIVE_CHECK(access(control_path, F_OK) < 0);
}

static void a_stubborn_worker_is_killed(void)
{
	pid_t supervisor;
	struct report a;

	worker_config = "stubborn";
	supervisor = start_supervisor();
	a = next_report();
	(void)next_report();
	end(supervisor, SIGTERM, 0);
	LIVE_CHECK(is_dead(&a.pid));
}

static void crashed_workers_are_started_again(void)
{
	pid_t supervisor = start_supervisor();
	struct report again;

	(void)next_report();
	(void)next_report();
	for (unsigned i = 0; i < 3; i++) {
		LIVE_CHECK(write(command_pipe[1], i % 2 ? "x" : "c", 1) == 1);
		again = next_report();
		LIVE_CHECK(again.served);
	}
	end(supervisor, SIGTERM, 0);
}

static void a_reload_replaces_the_workers(void)
{
	pid_t supervisor = start_supervisor();
	struct report a = next_report(), b = next_report(), c, d;

	LIVE_CHECK(kill(supervisor, SIGHUP) == 0);
	c = next_report();
	d = next_report();
	LIVE_CHECK(strcmp(c.config, "reloaded") == 0);
	LIVE_CHECK(strcmp(d.config, "reloaded") == 0);
	LIVE_CHECK(authority_live_wait(is_dead, &a.pid, 10));
	LIVE_CHECK(authority_live_wait(is_dead, &b.pid, 10));
	LIVE_CHECK(!is_dead(&c.pid) && !is_dead(&d.pid));
	/* one that cannot be carried out changes nothing */
	LIVE_CHECK(kill(supervisor, SIGHUP) == 0);
	LIVE_CHECK(!authority_live_wait(is_dead, &c.pid, 2));
	end(supervisor, SIGTERM, 0);
}

static void workers_die_with_the_authority(void)
{
	pid_t supervisor = start_supervisor();
	struct report a = next_report(), b = next_report();
	int status;

	LIVE_CHECK(kill(supervisor, SIGKILL) == 0);
	LIVE_CHECK(waitpid(supervisor, &status, 0) == supervisor);
	LIVE_CHECK(authority_live_wait(is_dead, &a.pid, 10));
	LIVE_CHECK(authority_live_wait(is_dead, &b.pid, 10));
}

static size_t ask_status(char *ret, size_t size)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t used = 0;
	ssize_t n;
	int fd;

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s",
		       control_path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	LIVE_CHECK(connect(fd, (struct sockaddr *)&address, sizeof(address)) ==
		   0);
	while ((n = read(fd, ret + used, size - 1 - used)) > 0)
		used += (size_t)n;
	ret[used] = '\0';
	(void)close(fd);
	return used;
}

static void the_status_says_who_is_there(void)
{
	static char answer[65536];
	pid_t supervisor = start_supervisor();
	struct report a = next_report();
	char expected[64];
	struct stat st;

	(void)next_report();
	LIVE_CHECK(stat(control_path, &st) == 0);
	LIVE_CHECK(S_ISSOCK(st.st_mode) && (st.st_mode & 0777) == 0600);
	LIVE_CHECK(ask_status(answer, sizeof(answer)) > 0);
	(void)snprintf(expected, sizeof(expected), "\"pid\":%d", (int)a.pid);
	LIVE_CHECK(strstr(answer, expected));
	LIVE_CHECK(strstr(answer, "\"sid\":\"S-1-5-7\""));
	LIVE_CHECK(strstr(answer, "\"logon\":\"anonymous\""));
	LIVE_CHECK(strstr(answer, "GET \\u0022/secret\\u0022"));
	LIVE_CHECK(
		strstr(answer, authority_live.engine == GUISE_ENGINE_RING
				       ? "\"engine\":\"ring\""
				       : "switched off by the configuration"));
	end(supervisor, SIGTERM, 0);
}

int main(int argc, char **argv)
{
	static const struct authority_scenario scenarios[] = {
		SCENARIO(workers_come_up_and_drain),
		SCENARIO(a_stubborn_worker_is_killed),
		SCENARIO(crashed_workers_are_started_again),
		SCENARIO(a_reload_replaces_the_workers),
		SCENARIO(workers_die_with_the_authority),
		SCENARIO(the_status_says_who_is_there),
	};

	if (argc == 2 && strcmp(argv[1], "serve-worker") == 0)
		return worker_main();
	return authority_live_main(scenarios,
				   sizeof(scenarios) / sizeof(scenarios[0]));
}
