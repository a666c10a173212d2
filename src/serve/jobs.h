/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads for what may block: logons that miss the cache; COPY, MOVE, DELETE,
 * the end of a PUT, listings. Each has its number with the authority. Clients
 * take turns, and one client never has all the threads.
 */
#ifndef SERVE_JOBS_H
#define SERVE_JOBS_H

#include <guise/sid.h>

#include "site.h"

struct jobs;

/* an address is shorter, as text */
#define JOB_CLIENT_MAX sizeof(struct guise_sid)

/* Whose job it is, as bytes: a user's SID or an address. */
struct job_client {
	uint8_t data[JOB_CLIENT_MAX];
	size_t size;
};

/* Embed it in what the job is about. */
struct job {
	void (*run)(struct job *job, const struct serve_thread *thread);
	struct job_client client;
	/* private: the next client's first job, which counts those behind it
	 * of the same client, and the last of them */
	struct job *next;
	struct job *next_same;
	struct job *last_same;
	unsigned n_same;
};

/**
 * struct jobs_options
 * @n_threads: how many
 * @first_number: of the first thread; the others follow
 * @max_running: jobs of one client that run at once
 * @max_pending: jobs of one client that wait or run; 0: not bounded here
 * @engine: the engine of a thread number
 * @tend: called about once a second by one of the threads; may be NULL
 */
struct jobs_options {
	unsigned n_threads;
	unsigned first_number;
	unsigned max_running;
	unsigned max_pending;
	struct guise_engine *(*engine)(void *context, unsigned number);
	void (*tend)(void *context, const struct serve_thread *thread);
	void *context;
};

/* All signals are blocked in the threads. 0; -EAGAIN; -ENOMEM */
GUISE_MUST_USE int jobs_start(const struct jobs_options *options,
			      struct jobs **ret);
/* Never blocks. 0; GUISE_E_LIMIT: too many of this client's are pending */
GUISE_MUST_USE int jobs_add(struct jobs *jobs, struct job *job);
/* Runs what waits, then ends the threads. */
struct jobs *jobs_stop(struct jobs *jobs);

#endif
