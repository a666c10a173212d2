/* SPDX-License-Identifier: Apache-2.0 */
/* See worker.h. */
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine.h"
#include "fd.h"
#include "worker.h"

/* Names looked up in one batch, and little more. */
#define RING_ENTRIES 64

static int make_rings(struct worker *worker)
{
	const unsigned n = worker->service->use_ring ? worker->n_threads : 0;
	int r;

	worker->ring_fds = array_alloc(n, sizeof(*worker->ring_fds));
	worker->ring_params = array_alloc(n, sizeof(*worker->ring_params));
	if (!worker->ring_fds || !worker->ring_params)
		return -ENOMEM;
	for (; worker->n_rings < n; worker->n_rings++) {
		r = file_ring_setup(RING_ENTRIES,
				    &worker->ring_fds[worker->n_rings],
				    &worker->ring_params[worker->n_rings]);
		if (r < 0)
			return r;
	}
	return 0;
}

static int make_channels(struct worker *worker)
{
	int sockets[2];
	int r;

	worker->channels =
		array_alloc(worker->n_threads, sizeof(*worker->channels));
	worker->far_sockets =
		array_alloc(worker->n_threads, sizeof(*worker->far_sockets));
	if (!worker->channels || !worker->far_sockets)
		return -ENOMEM;
	for (unsigned i = 0; i < worker->n_threads; i++) {
		worker->channels[i].socket = -EBADF;
		worker->channels[i].reply_fd = -EBADF;
		worker->far_sockets[i] = -EBADF;
	}
	for (unsigned i = 0; i < worker->n_threads; i++) {
		r = wire_pair(sockets);
		if (r < 0)
			return r;
		worker->channels[i].worker = worker;
		worker->channels[i].thread = i;
		worker->channels[i].socket = sockets[0];
		worker->far_sockets[i] = sockets[1];
	}
	return 0;
}

static int make_state(struct worker *worker)
{
	const struct guise_authority_options *o = &worker->service->options;
	const struct identities_options options = {
		.ring_fds = worker->ring_fds,
		.n_rings = worker->n_rings,
		.service_uid = o->service_uid,
		.service_gid = o->service_gid,
		.nobody_uid = o->anonymous_uid,
		.nobody_gid = o->anonymous_gid,
		.ruleset = worker->service->identity_ruleset,
	};

	sessions_init(&worker->sessions, &worker->identities,
		      o->n_sessions_max);
	temps_init(&worker->temps, &worker->service->process->journal,
		   &worker->sessions);
	return identities_init(&worker->identities, &options);
}

int worker_new(struct service *service, unsigned number, struct worker **ret)
{
	struct worker *worker;
	int r;

	worker = calloc(1, sizeof(*worker));
	if (!worker)
		return -ENOMEM;
	worker->service = service;
	worker->number = number;
	worker->serial = ++service->process->n_workers;
	worker->pidfd = -EBADF;
	worker->n_threads = service->options.n_threads;
	worker->began_ms = clock_ms();
	service->n_workers++;
	r = make_rings(worker);
	if (r == 0)
		r = make_channels(worker);
	if (r < 0) { /* state is not there to be cleared */
		worker->service = NULL;
		service->n_workers--;
		(void)worker_free(worker);
		return r;
	}
	r = make_state(worker);
	if (r < 0) {
		(void)worker_free(worker);
		return r;
	}
	*ret = worker;
	return 0;
}

int worker_run(struct worker *worker, pid_t pid, int pidfd)
{
	int r;

	worker->pid = pid;
	worker->pidfd = pidfd;
	for (unsigned i = 0; i < worker->n_threads; i++)
		worker->far_sockets[i] = fd_close(worker->far_sockets[i]);
	atomic_store(&worker->n_running, worker->n_threads);
	for (unsigned i = 0; i < worker->n_threads; i++) {
		struct channel *channel = &worker->channels[i];

		r = pthread_create(&channel->runner, NULL, channel_run,
				   channel);
		if (r != 0) {
			atomic_fetch_sub(&worker->n_running,
					 worker->n_threads - i);
			worker_hang_up(worker);
			return -r;
		}
		channel->is_running = true;
	}
	return 0;
}

bool worker_is_idle(const struct worker *worker)
{
	return atomic_load(&worker->n_running) == 0;
}

void worker_hang_up(struct worker *worker)
{
	for (unsigned i = 0; i < worker->n_threads; i++)
		(void)shutdown(worker->channels[i].socket, SHUT_RDWR);
}

void worker_signal(const struct worker *worker, int signal_number)
{
	if (worker->pidfd >= 0)
		(void)syscall(SYS_pidfd_send_signal, worker->pidfd,
			      signal_number, NULL, 0);
}

void worker_cut_off(struct worker *worker, const char *why)
{
	if (atomic_exchange(&worker->is_cut, true))
		return;
	worker_signal(worker, SIGKILL);
	worker_hang_up(worker);
	authority_log(worker->service->process,
		      "worker %u (pid %d) broke the protocol and was killed: "
		      "%s",
		      worker->number, (int)worker->pid, why);
}

static void close_channel(struct channel *channel)
{
	if (channel->is_running)
		must(pthread_join(channel->runner, NULL) == 0);
	channel->socket = fd_close(channel->socket);
	channel->reply_fd = fd_close(channel->reply_fd);
	guise_buf_clear(&channel->reply);
}

struct worker *worker_free(struct worker *worker)
{
	if (!worker)
		return NULL;
	if (worker->channels && worker->far_sockets) {
		worker_hang_up(worker);
		for (unsigned i = 0; i < worker->n_threads; i++) {
			close_channel(&worker->channels[i]);
			(void)fd_close(worker->far_sockets[i]);
		}
	}
	if (worker->service) {
		/* mostly empty: the last channel has cleaned up, confined */
		temps_clear(&worker->temps);
		sessions_clear(&worker->sessions);
		identities_clear(&worker->identities);
		worker->service->n_workers--;
	}
	for (unsigned i = 0; i < worker->n_rings; i++)
		(void)fd_close(worker->ring_fds[i]);
	(void)fd_close(worker->pidfd);
	free(worker->ring_fds);
	free(worker->ring_params);
	free(worker->channels);
	free(worker->far_sockets);
	free(worker);
	return NULL;
}
