/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The queue is a list of clients, each by its first job, with the client's
 * other jobs behind that. A client whose turn it was goes to the end, and one
 * that has its share of the threads is passed over. So who asks for much waits
 * for himself only. An idle thread means that nothing waits but jobs of clients
 * with their full share; the thread that ends one of these looks again.
 *
 * The requests that wait are bounded by the connections.
 */
#include <pthread.h>
#include <time.h>

#include "jobs.h"

struct jobs_thread {
	struct jobs *jobs;
	struct serve_thread thread;
	bool tends;
	bool is_running;
	struct job_client client; /* while it runs a job: whose */
	pthread_t id;
};

/**
 * struct jobs
 * @lock: protects first, is_ending, and the threads' is_running and client;
 *        a leaf
 */
struct jobs {
	struct jobs_options options;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct job *first;
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

static bool is_same(const struct job_client *a, const struct job_client *b)
{
	return a->size == b->size && memcmp(a->data, b->data, a->size) == 0;
}

static unsigned count_running(const struct jobs *jobs,
			      const struct job_client *client)
{
	unsigned n = 0;

	for (unsigned i = 0; i < jobs->options.n_threads; i++)
		n += jobs->threads[i].is_running &&
		     is_same(&jobs->threads[i].client, client);
	return n;
}

static void append(struct jobs *jobs, struct job *first)
{
	struct job **at = &jobs->first;

	while (*at)
		at = &(*at)->next;
	first->next = NULL;
	*at = first;
}

/* Takes the first job of the client at @at; its others go to the end. */
static struct job *take_turn(struct jobs *jobs, struct job **at)
{
	struct job *job = *at, *rest = job->next_same;

	*at = job->next;
	if (rest) {
		rest->last_same = job->last_same;
		rest->n_same = job->n_same - 1;
		append(jobs, rest);
	}
	return job;
}

static struct job *take_locked(struct jobs_thread *t)
{
	struct jobs *jobs = t->jobs;
	struct job **at = &jobs->first;
	struct job *job;

	while (*at &&
	       count_running(jobs, &(*at)->client) >= jobs->options.max_running)
		at = &(*at)->next;
	if (!*at)
		return NULL;
	job = take_turn(jobs, at);
	t->is_running = true;
	t->client = job->client;
	return job;
}

/* The next job; NULL after a second without, or at the end. */
static struct job *next_job(struct jobs_thread *t, bool *ret_ending)
{
	const struct timespec until = in_a_second();
	struct jobs *jobs = t->jobs;
	struct job *job;

	must(pthread_mutex_lock(&jobs->lock) == 0);
	t->is_running = false;
	job = take_locked(t);
	while (!job && !jobs->is_ending) {
		int r = t->tends ? pthread_cond_timedwait(&jobs->wake,
							  &jobs->lock, &until)
				 : pthread_cond_wait(&jobs->wake, &jobs->lock);

		job = take_locked(t);
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
		.tends = i == 0 && jobs->options.tend,
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

static struct job *find_client(const struct jobs *jobs,
			       const struct job_client *client)
{
	struct job *job = jobs->first;

	while (job && !is_same(&job->client, client))
		job = job->next;
	return job;
}

static int add_locked(struct jobs *jobs, struct job *job)
{
	struct job *first = find_client(jobs, &job->client);
	unsigned n_waiting = first ? first->n_same : 0;

	if (jobs->options.max_pending &&
	    n_waiting + count_running(jobs, &job->client) >=
		    jobs->options.max_pending)
		return GUISE_E_LIMIT;
	job->next_same = NULL;
	job->last_same = job;
	job->n_same = 1;
	if (!first) {
		append(jobs, job);
		return 0;
	}
	first->last_same->next_same = job;
	first->last_same = job;
	first->n_same++;
	return 0;
}

int jobs_add(struct jobs *jobs, struct job *job)
{
	int r;

	must(job->client.size <= JOB_CLIENT_MAX);
	must(pthread_mutex_lock(&jobs->lock) == 0);
	r = add_locked(jobs, job);
	if (r == 0)
		must(pthread_cond_signal(&jobs->wake) == 0);
	must(pthread_mutex_unlock(&jobs->lock) == 0);
	return r;
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
