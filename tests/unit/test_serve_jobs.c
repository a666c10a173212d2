/* SPDX-License-Identifier: Apache-2.0 */
/* Who gets a thread: the jobs here wait at a gate that a test opens. */
#include <pthread.h>
#include <time.h>

#include "cmocka-wrap.h"

#include "jobs.h"

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool open;
	unsigned running, most_running;
	char order[64];
	size_t n_done;
} gate = {.lock = PTHREAD_MUTEX_INITIALIZER,
	  .changed = PTHREAD_COND_INITIALIZER};

struct gated {
	struct job job;
	bool passes; /* does not wait at the gate */
};

static void run(struct job *job, const struct serve_thread *thread)
{
	struct gated *gated = (struct gated *)(void *)job;

	(void)thread;
	(void)pthread_mutex_lock(&gate.lock);
	if (!gated->passes) {
		gate.running++;
		if (gate.running > gate.most_running)
			gate.most_running = gate.running;
		(void)pthread_cond_broadcast(&gate.changed);
		while (!gate.open)
			(void)pthread_cond_wait(&gate.changed, &gate.lock);
		gate.running--;
	}
	gate.order[gate.n_done++] = (char)job->client.data[0];
	(void)pthread_cond_broadcast(&gate.changed);
	(void)pthread_mutex_unlock(&gate.lock);
}

static void set_gate(bool open)
{
	(void)pthread_mutex_lock(&gate.lock);
	gate.open = open;
	(void)pthread_cond_broadcast(&gate.changed);
	(void)pthread_mutex_unlock(&gate.lock);
}

/* False: not within two seconds. */
static bool wait_for(const volatile unsigned *running, unsigned n_running,
		     size_t n_done)
{
	struct timespec until;
	int r = 0;
	bool came;

	assert_int_equal(clock_gettime(CLOCK_REALTIME, &until), 0);
	until.tv_sec += 2;
	(void)pthread_mutex_lock(&gate.lock);
	while (r == 0 && (*running < n_running || gate.n_done < n_done))
		r = pthread_cond_timedwait(&gate.changed, &gate.lock, &until);
	came = *running >= n_running && gate.n_done >= n_done;
	(void)pthread_mutex_unlock(&gate.lock);
	return came;
}

static struct guise_engine *no_engine(void *context, unsigned number)
{
	(void)context;
	(void)number;
	return NULL;
}

static struct jobs *start(unsigned n_threads, unsigned max_running,
			  unsigned max_pending)
{
	const struct jobs_options options = {
		.n_threads = n_threads,
		.max_running = max_running,
		.max_pending = max_pending,
		.engine = no_engine,
	};
	struct jobs *jobs = NULL;

	gate.open = false;
	gate.running = gate.most_running = 0;
	gate.n_done = 0;
	memset(gate.order, 0, sizeof(gate.order));
	assert_int_equal(jobs_start(&options, &jobs), 0);
	return jobs;
}

static int add(struct jobs *jobs, struct gated *gated, char client, bool passes)
{
	*gated = (struct gated){
		.job = {.run = run, .client = {{(uint8_t)client}, 1}},
		.passes = passes,
	};
	return jobs_add(jobs, &gated->job);
}

static void one_client_leaves_threads_to_others(void **state)
{
	struct jobs *jobs = start(4, 2, 0);
	struct gated of_a[10], of_b;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(of_a); i++)
		assert_int_equal(add(jobs, &of_a[i], 'a', false), 0);
	assert_true(wait_for(&gate.running, 2, 0));
	assert_int_equal(add(jobs, &of_b, 'b', true), 0);
	assert_true(wait_for(&gate.running, 2, 1));
	assert_int_equal(gate.order[0], 'b');
	set_gate(true);
	assert_true(wait_for(&gate.running, 0, 11));
	assert_int_equal(gate.most_running, 2);
	assert_null(jobs_stop(jobs));
}

static void clients_take_turns(void **state)
{
	struct jobs *jobs = start(1, 1, 0);
	struct gated first, of_a[3], of_b[2];

	(void)state;
	assert_int_equal(add(jobs, &first, 'x', false), 0);
	assert_true(wait_for(&gate.running, 1, 0));
	for (size_t i = 0; i < ARRAY_SIZE(of_a); i++)
		assert_int_equal(add(jobs, &of_a[i], 'a', true), 0);
	for (size_t i = 0; i < ARRAY_SIZE(of_b); i++)
		assert_int_equal(add(jobs, &of_b[i], 'b', true), 0);
	set_gate(true);
	assert_true(wait_for(&gate.running, 0, 6));
	assert_string_equal(gate.order, "xababa");
	assert_null(jobs_stop(jobs));
}

static void too_many_pending_are_refused(void **state)
{
	struct jobs *jobs = start(2, 1, 3);
	struct gated of_a[3], more, of_b;

	(void)state;
	assert_int_equal(add(jobs, &of_a[0], 'a', false), 0);
	assert_true(wait_for(&gate.running, 1, 0));
	assert_int_equal(add(jobs, &of_a[1], 'a', false), 0);
	assert_int_equal(add(jobs, &of_a[2], 'a', false), 0);
	assert_int_equal(add(jobs, &more, 'a', true), GUISE_E_LIMIT);
	assert_int_equal(add(jobs, &of_b, 'b', true), 0);
	assert_true(wait_for(&gate.running, 1, 1));
	set_gate(true);
	assert_true(wait_for(&gate.running, 0, 4));
	assert_int_equal(gate.most_running, 1);
	assert_null(jobs_stop(jobs));
}

static void what_waits_at_the_end_is_run(void **state)
{
	struct jobs *jobs = start(2, 1, 0);
	struct gated of_a[20];

	(void)state;
	set_gate(true);
	for (size_t i = 0; i < ARRAY_SIZE(of_a); i++)
		assert_int_equal(add(jobs, &of_a[i], 'a', false), 0);
	assert_null(jobs_stop(jobs));
	assert_int_equal(gate.n_done, ARRAY_SIZE(of_a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_client_leaves_threads_to_others),
		cmocka_unit_test(clients_take_turns),
		cmocka_unit_test(too_many_pending_are_refused),
		cmocka_unit_test(what_waits_at_the_end_is_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
