/* SPDX-License-Identifier: Apache-2.0 */
/* A queue, a lock, a condition: the requests that wait are bounded by the
 * connections, so the queue needs no bound of its own. */
#include <pthread.h>
#include <time.h>

#include "jobs.h"

struct jobs_thread {
	struct jobs *jobs;
	struct serve_thread thread;
	bool tends;
	pthread_t id;
};

/**
 * struct jobs
 * @lock: protects first, last and is_ending; a leaf
 */
struct jobs {
	struct jobs_options options;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct job *first;
	struct job **last;
	bool is_ending;
	struct jobs_thread *threads;
	unsigned n_started;
};

static struct timespec in_a_second(void)
{
	struct timespec t;

	must(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	t.tv_sec++;
	return t;
}

static struct job *take_locked(struct jobs *jobs)
{
	struct job *job = jobs->first;

	if (!job)
		return NULL;
	jobs->first = job->next;
	if (!jobs->first)
		jobs->last = &jobs->first;
	return job;
}

/* The next job; NULL after a second without, or at the end. */
static struct job *next_job(struct jobs_thread *t, bool *ret_ending)
{
	const struct timespec until = in_a_second();
	struct jobs *jobs = t->jobs;
	struct job *job;

	must(pthread_mutex_lock(&jobs->lock) == 0);
	job = take_locked(jobs);
	while (!job && !jobs->is_ending) {
		int r = t->tends ? pthread_cond_timedwait(&jobs->wake,
							  &jobs->lock, &until)
				 : pthread_cond_wait(&jobs->wake, &jobs->lock);

		job = take_locked(jobs);
		if (r == ETIMEDOUT)
			break;
	}
	*ret_ending = !job && jobs->is_ending;
	must(pthread_mutex_unlock(&jobs->lock) == 0);
	return job;
}

static void *thread_main(void *argument)
{
	struct jobs_thread *t = argument;
	struct jobs_options *options = &t->jobs->options;
	struct timespec tend_at = in_a_second(), now;
	bool ending = false;

	while (!ending) {
		struct job *job = next_job(t, &ending);

		if (job)
			job->run(job, &t->thread);
		if (!t->tends)
			continue;
		must(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
		if (now.tv_sec < tend_at.tv_sec)
			continue;
		options->tend(options->context, &t->thread);
		tend_at = in_a_second();
	}
	return NULL;
}

static int start_thread(struct jobs *jobs, unsigned i)
{
	struct jobs_thread *t = &jobs->threads[i];
	unsigned number = jobs->options.first_number + i;

	*t = (struct jobs_thread){
		.jobs = jobs,
		.thread = {.number = number,
			   .engine = jobs->options.engine(jobs->options.context,
							  number)},
		.tends = i == 0,
	};
	return -pthread_create(&t->id, NULL, thread_main, t);
}

static int init_sync(struct jobs *jobs)
{
	pthread_condattr_t attributes;

	must(pthread_condattr_init(&attributes) == 0);
	must(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
	must(pthread_cond_init(&jobs->wake, &attributes) == 0);
	(void)pthread_condattr_destroy(&attributes);
	return -pthread_mutex_init(&jobs->lock, NULL);
}

int jobs_start(const struct jobs_options *options, struct jobs **ret)
{
	struct jobs *jobs = calloc(1, sizeof(*jobs));
	int r;

	if (!jobs)
		return -ENOMEM;
	jobs->options = *options;
	jobs->last = &jobs->first;
	jobs->threads = array_alloc(options->n_threads, sizeof(*jobs->threads));
	r = init_sync(jobs);
	if (!jobs->threads)
		r = -ENOMEM;
	while (r == 0 && jobs->n_started < options->n_threads) {
		r = start_thread(jobs, jobs->n_started);
		jobs->n_started += r == 0;
	}
	if (r < 0) {
		(void)jobs_stop(jobs);
		return r;
	}
	*ret = jobs;
	return 0;
}

void jobs_add(struct jobs *jobs, struct job *job)
{
	job->next = NULL;
	must(pthread_mutex_lock(&jobs->lock) == 0);
	*jobs->last = job;
	jobs->last = &job->next;
	must(pthread_cond_signal(&jobs->wake) == 0);
	must(pthread_mutex_unlock(&jobs->lock) == 0);
}

struct jobs *jobs_stop(struct jobs *jobs)
{
	if (!jobs)
		return NULL;
	must(pthread_mutex_lock(&jobs->lock) == 0);
	jobs->is_ending = true;
	must(pthread_cond_broadcast(&jobs->wake) == 0);
	must(pthread_mutex_unlock(&jobs->lock) == 0);
	for (unsigned i = 0; i < jobs->n_started; i++)
		must(pthread_join(jobs->threads[i].id, NULL) == 0);
	(void)pthread_cond_destroy(&jobs->wake);
	(void)pthread_mutex_destroy(&jobs->lock);
	free(jobs->threads);
	free(jobs);
	return NULL;
}
