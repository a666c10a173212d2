/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The authority's main thread: starts workers, starts them again, reloads,
 * drains. It alone starts workers (lookups fork children of their own), and it
 * is never anyone's client.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fd.h"
#include "housekeeping.h"
#include "supervise-internal.h"

/* --- workers --- */

static uint64_t oldest_start(const struct worker_place *place)
{
	return place->starts_ms[place->n_starts % STARTS_MAX];
}

/* A worker that keeps dying is started more and more rarely. */
static void plan_next_start(struct worker_place *place, uint64_t now)
{
	if (place->n_starts < STARTS_MAX ||
	    now - oldest_start(place) > STARTS_WINDOW_MS) {
		place->pause_ms = 0;
	} else {
		place->pause_ms = place->pause_ms ? 2 * place->pause_ms : 1000;
		if (place->pause_ms > PAUSE_MAX_MS)
			place->pause_ms = PAUSE_MAX_MS;
	}
	place->next_ms = now + place->pause_ms;
}

static void start_worker(struct supervisor *s, unsigned number)
{
	struct worker_place *place = &s->places[number];
	const uint64_t now = clock_ms();
	struct worker *worker = NULL;
	int r;

	place->starts_ms[place->n_starts++ % STARTS_MAX] = now;
	plan_next_start(place, now);
	r = worker_new(s->current, number, &worker);
	if (r == 0)
		r = spawn_worker(worker, &s->spawn);
	if (r < 0) {
		authority_log(&s->process, "worker %u cannot be started: %s",
			      number, guise_strerror(r));
		if (!worker || worker->pid == 0) {
			(void)worker_free(worker);
			place->next_ms = now + 1000;
			return;
		}
		worker_signal(worker, SIGKILL); /* reaped like any other */
	}
	worker->next = s->workers;
	s->workers = worker;
	place->worker = worker;
}

static void start_missing(struct supervisor *s)
{
	const uint64_t now = clock_ms();

	if (s->is_stopping)
		return;
	for (unsigned i = 0; i < s->n_places; i++) {
		if (!s->places[i].worker && s->places[i].next_ms <= now)
			start_worker(s, i);
	}
}

static void drain_worker(struct supervisor *s, struct worker *worker)
{
	if (worker->is_draining)
		return;
	worker->is_draining = true;
	worker->kill_at_ms = clock_ms() + s->drain_ms;
	worker_signal(worker, SIGTERM);
}

static void log_end(struct supervisor *s, const struct worker *worker,
		    int status)
{
	if (WIFSIGNALED(status))
		authority_log(&s->process,
			      "worker %u (pid %d) was killed by signal %d%s",
			      worker->number, (int)worker->pid,
			      WTERMSIG(status),
			      WTERMSIG(status) == SIGSYS
				      ? " (a forbidden system call)"
				      : "");
	else if (!worker->is_draining || WEXITSTATUS(status))
		authority_log(&s->process, "worker %u (pid %d) ended with %d",
			      worker->number, (int)worker->pid,
			      WEXITSTATUS(status));
}

static void reap(struct supervisor *s)
{
	for (struct worker *w = s->workers; w; w = w->next) {
		int status;

		if (w->is_dead || waitpid(w->pid, &status, WNOHANG) != w->pid)
			continue;
		w->is_dead = true;
		log_end(s, w, status);
		worker_hang_up(w);
		if (w->number < s->n_places && s->places[w->number].worker == w)
			s->places[w->number].worker = NULL;
	}
}

/* Dead, and all that it left has been cleaned up. */
static void bury(struct supervisor *s)
{
	struct worker **at = &s->workers;

	while (*at) {
		struct worker *worker = *at;

		if (!worker->is_dead || !worker_is_idle(worker)) {
			at = &worker->next;
			continue;
		}
		*at = worker->next;
		(void)worker_free(worker);
	}
}

static void free_unused_services(struct supervisor *s)
{
	struct service **at = &s->services;

	while (*at) {
		struct service *service = *at;

		if (service == s->current || service->n_workers ||
		    (s->current && !service_is_idle(service))) {
			at = &service->next;
			continue;
		}
		*at = service->next;
		(void)service_free(service);
	}
}

static void kill_overdue(struct supervisor *s)
{
	const uint64_t now = clock_ms();

	for (struct worker *w = s->workers; w; w = w->next) {
		if (!w->is_dead && w->kill_at_ms && w->kill_at_ms <= now)
			worker_signal(w, SIGKILL);
	}
}

/* --- configuration --- */

static void clear_spawn(struct spawn_config *spawn)
{
	const void *owned[] = {spawn->config, spawn->fds};

	for (size_t i = 0; i < ARRAY_SIZE(owned); i++) {
		void *memory;

		memcpy(&memory, &owned[i], sizeof(memory)); /* sheds const */
		free(memory);
	}
	spawn->config = NULL;
	spawn->fds = NULL;
}

static int copy_spawn(const struct supervise_config *config, int exe_fd,
		      struct spawn_config *ret)
{
	char *text = malloc(config->worker_config_size + 1);
	int *fds = array_alloc(config->n_fds, sizeof(*fds));

	if (!text || !fds) {
		free(text);
		free(fds);
		return -ENOMEM;
	}
	if (config->worker_config_size)
		memcpy(text, config->worker_config, config->worker_config_size);
	if (config->n_fds)
		memcpy(fds, config->fds, config->n_fds * sizeof(*fds));
	*ret = (struct spawn_config){
		.exe_fd = exe_fd,
		.config = text,
		.config_size = config->worker_config_size,
		.fds = fds,
		.n_fds = config->n_fds,
	};
	return 0;
}

/* All or nothing. */
static int use_config(struct supervisor *s,
		      const struct supervise_config *config)
{
	struct service *service = NULL;
	struct spawn_config spawn;
	int r;

	if (!config->options || config->n_workers == 0 ||
	    config->n_workers > WORKERS_MAX)
		return -EINVAL;
	r = service_new(&s->process, config->options, &service);
	if (r < 0)
		return r;
	r = service_start(service);
	if (r == 0)
		r = copy_spawn(config, s->spawn.exe_fd, &spawn);
	if (r < 0) {
		(void)service_free(service);
		return r;
	}
	clear_spawn(&s->spawn);
	s->spawn = spawn;
	service->next = s->services;
	s->services = service;
	s->current = service;
	s->n_places = config->n_workers;
	for (unsigned i = 0; i < WORKERS_MAX; i++)
		s->places[i] = (struct worker_place){0};
	return 0;
}

/* New workers first, so that somebody always listens. */
static void reload(struct supervisor *s)
{
	struct supervise_config config = {0};
	struct worker *old = s->workers;
	int r;

	r = s->hooks->load(s->hooks->context, &config);
	if (r == 0)
		r = use_config(s, &config);
	if (r < 0) {
		authority_log(&s->process,
			      "reload failed, going on as before: %s",
			      guise_strerror(r));
		return;
	}
	start_missing(s);
	for (; old; old = old->next)
		drain_worker(s, old);
	authority_log(&s->process, "reloaded");
}

void supervise_flush(struct supervisor *s, struct flush_report *report)
{
	for (struct service *service = s->services; service;
	     service = service->next)
		housekeeping_flush(service, s->workers,
				   service == s->current ? report : NULL);
	authority_log(&s->process, "flushed: accounts are asked about anew");
}

static void stop(struct supervisor *s)
{
	const bool is_first = !s->is_stopping;

	s->is_stopping = true;
	for (struct worker *w = s->workers; w; w = w->next)
		drain_worker(s, w);
	if (is_first && s->hooks->stopping)
		s->hooks->stopping(s->hooks->context);
}

/* --- the loop --- */

static void take_signals(struct supervisor *s)
{
	struct signalfd_siginfo info;

	while (read(s->signal_fd, &info, sizeof(info)) ==
	       (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
			stop(s);
		else if (info.ssi_signo == SIGHUP && !s->is_stopping)
			reload(s);
	}
}

static void tick(struct supervisor *s)
{
	const uint64_t now = clock_ms();

	if (now - s->ticked_ms < HOUSEKEEPING_MS)
		return;
	s->ticked_ms = now;
	for (struct service *service = s->services; service;
	     service = service->next)
		housekeeping(service, s->workers);
}

static void wake(struct supervisor *s)
{
	uint64_t count;

	(void)!read(s->process.wake_fd, &count, sizeof(count));
	for (struct service *service = s->services; service;
	     service = service->next)
		housekeeping_wake(service, s->workers);
}

static void wait_for_something(struct supervisor *s)
{
	struct pollfd fds[3 + CONTROL_CLIENTS_MAX] = {
		{.fd = s->signal_fd, .events = POLLIN},
		{.fd = s->process.wake_fd, .events = POLLIN},
		{.fd = s->control_fd, .events = POLLIN},
	};

	for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		fds[3 + i].fd = s->control_clients[i].fd;
		fds[3 + i].events = POLLIN;
	}
	/* short pauses count in tenths of a second */
	if (poll(fds, ARRAY_SIZE(fds), 100) > 0 && fds[1].revents)
		wake(s);
	for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++)
		control_serve(s, &s->control_clients[i],
			      fds[3 + i].revents != 0);
	if (fds[2].revents)
		control_accept(s);
}

static void run(struct supervisor *s)
{
	while (!s->is_stopping || s->workers) {
		start_missing(s);
		wait_for_something(s);
		take_signals(s);
		reap(s);
		bury(s);
		free_unused_services(s);
		kill_overdue(s);
		tick(s);
	}
}

/* Signals come as descriptors; threads and helpers inherit the mask. */
static int block_signals(int *ret_fd)
{
	sigset_t set;
	int fd;

	must(sigemptyset(&set) == 0);
	must(sigaddset(&set, SIGTERM) == 0);
	must(sigaddset(&set, SIGINT) == 0);
	must(sigaddset(&set, SIGHUP) == 0);
	must(sigaddset(&set, SIGCHLD) == 0);
	must(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
	(void)signal(SIGPIPE, SIG_IGN);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

/* Sockets, rings, directories of pending temporaries: as many as may be. */
static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static int start(struct supervisor *s)
{
	struct supervise_config config = {0};
	int r;

	raise_descriptor_limit();
	r = block_signals(&s->signal_fd);
	if (r < 0)
		return r;
	s->spawn.exe_fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (s->spawn.exe_fd < 0)
		return -errno;
	r = s->hooks->load(s->hooks->context, &config);
	if (r < 0)
		return r;
	if (!config.options)
		return -EINVAL;
	s->process.log = s->hooks->log;
	s->process.log_context = s->hooks->context;
	s->process_is_up = true;
	r = authority_process_init(&s->process, config.options);
	if (r == 0)
		r = use_config(s, &config);
	if (r == 0 && s->control_path)
		r = control_open(s->control_path, &s->control_fd);
	return r;
}

static void finish(struct supervisor *s)
{
	s->current = NULL;
	free_unused_services(s);
	if (s->process_is_up)
		authority_process_clear(&s->process);
	clear_spawn(&s->spawn);
	if (s->control_fd >= 0)
		(void)unlink(s->control_path);
	(void)fd_close(s->control_fd);
	for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++)
		(void)fd_close(s->control_clients[i].fd);
	(void)fd_close(s->spawn.exe_fd);
	(void)fd_close(s->signal_fd);
}

int supervise_run(const struct supervise_hooks *hooks, const char *control_path,
		  unsigned drain_ms)
{
	struct supervisor s = {
		.hooks = hooks,
		.drain_ms = drain_ms,
		.control_path = control_path,
		.signal_fd = -EBADF,
		.control_fd = -EBADF,
		.spawn = {.exe_fd = -EBADF},
		.began_ms = clock_ms(),
	};
	int r;

	must(hooks->load);
	for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++)
		s.control_clients[i].fd = -EBADF;
	r = start(&s);
	if (r == 0)
		run(&s);
	finish(&s);
	return r;
}
