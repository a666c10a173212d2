/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads for what may block: logons that miss the cache, COPY, MOVE, DELETE,
 * the end of a PUT, listings. Each has its number with the authority.
 */
#ifndef SERVE_JOBS_H
#define SERVE_JOBS_H

#include "site.h"

struct jobs;

/* Embed it in what the job is about. */
struct job {
	void (*run)(struct job *job, const struct serve_thread *thread);
	struct job *next; /* private */
};

/**
 * struct jobs_options
 * @n_threads: how many
 * @first_number: of the first thread; the others follow
 * @engine: the engine of a thread number
 * @tend: called about once a second by one of the threads
 */
struct jobs_options {
	unsigned n_threads;
	unsigned first_number;
	struct guise_engine *(*engine)(void *context, unsigned number);
	void (*tend)(void *context, const struct serve_thread *thread);
	void *context;
};

/* All signals are blocked in the threads. 0; -EAGAIN; -ENOMEM */
GUISE_MUST_USE int jobs_start(const struct jobs_options *options,
			      struct jobs **ret);
/* Never fails, never blocks. */
void jobs_add(struct jobs *jobs, struct job *job);
/* Runs what waits, then ends the threads. */
struct jobs *jobs_stop(struct jobs *jobs);

#endif
