/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pool of threads. Each item begins and ends without a thread token:
 * whoever an item impersonated and forgot to leave is nobody's client any more
 * when the next one runs. (Windows leaves a token on the thread; that is a
 * known source of mistakes.)
 */
#include <pthread.h>
#include <time.h>

#include <guise/limits.h>
#include <guise/thread-token.h>

#include "status.h"

/* A thread that has had nothing to do for that long ends, unless it is the
 * last. */
#define IDLE_SECONDS 10

/**
 * struct _TP_WORK - something to be run, perhaps several times
 * @next: in the queue
 * @routine, @simple, @callback: one of them
 * @n_pending: how often it is to be run; in the queue while it is not 0
 * @n_running: how often it runs now
 * @is_open: the caller has it
 *
 * All of it is under the pool's lock, but for what never changes.
 */
struct _TP_WORK {
	struct _TP_WORK *next;
	LPTHREAD_START_ROUTINE routine;
	PTP_SIMPLE_CALLBACK simple;
	PTP_WORK_CALLBACK callback;
	PVOID context;
	unsigned n_pending;
	unsigned n_running;
	bool is_open;
};

/* Nothing can be asked of it. */
struct _TP_CALLBACK_INSTANCE {
	struct _TP_WORK *work;
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t more; /* there is something in the queue */
	pthread_cond_t less; /* something has been run */
	struct _TP_WORK *first;
	struct _TP_WORK **last;
	unsigned n_threads;
	unsigned n_idle;
} pool = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.more = PTHREAD_COND_INITIALIZER,
	.less = PTHREAD_COND_INITIALIZER,
	.last = &pool.first,
};

static void lock(void)
{
	must(pthread_mutex_lock(&pool.lock) == 0);
}

static void unlock(void)
{
	must(pthread_mutex_unlock(&pool.lock) == 0);
}

static void enqueue(struct _TP_WORK *work)
{
	work->next = NULL;
	*pool.last = work;
	pool.last = &work->next;
}

static void dequeue(struct _TP_WORK *work)
{
	struct _TP_WORK **at = &pool.first;

	while (*at != work)
		at = &(*at)->next;
	*at = work->next;
	if (!*at)
		pool.last = at;
}

/* One run of the first in the queue; its other runs go to the end */
static struct _TP_WORK *take(void)
{
	struct _TP_WORK *work = pool.first;

	if (!work)
		return NULL;
	dequeue(work);
	work->n_running++;
	if (--work->n_pending > 0)
		enqueue(work);
	return work;
}

static void free_if_done(struct _TP_WORK *work)
{
	if (!work->is_open && work->n_pending == 0 && work->n_running == 0)
		free(work);
}

/* A run has ended, by returning or with its thread */
static void end_run(void *argument)
{
	struct _TP_WORK *work = argument;

	guise_thread_revert();
	lock();
	work->n_running--;
	free_if_done(work);
	must(pthread_cond_broadcast(&pool.less) == 0);
	unlock();
}

static void call(struct _TP_WORK *work)
{
	struct _TP_CALLBACK_INSTANCE instance = {.work = work};

	if (work->routine)
		(void)work->routine(work->context);
	else if (work->simple)
		work->simple(&instance, work->context);
	else
		work->callback(&instance, work->context, work);
}

static void run(struct _TP_WORK *work)
{
	guise_thread_revert();
	pthread_cleanup_push(end_run, work);
	call(work);
	pthread_cleanup_pop(1);
}

/* Waits for something to do; false: there was nothing for long */
static bool wait_for_more(void)
{
	struct timespec deadline;
	int r;

	must(clock_gettime(CLOCK_REALTIME, &deadline) == 0);
	deadline.tv_sec += IDLE_SECONDS;
	pool.n_idle++;
	r = pthread_cond_timedwait(&pool.more, &pool.lock, &deadline);
	pool.n_idle--;
	return r != ETIMEDOUT || pool.first || pool.n_threads == 1;
}

static int add_thread(void);

static void leave(void *unused)
{
	(void)unused;
	lock();
	pool.n_threads--;
	if (pool.first && pool.n_threads == 0)
		(void)add_thread(); /* an item has ended this one; try */
	unlock();
}

static void *work_for_ever(void *unused)
{
	bool go_on = true;

	pthread_cleanup_push(leave, unused);
	while (go_on) {
		struct _TP_WORK *work;

		lock();
		work = take();
		if (!work)
			go_on = wait_for_more();
		unlock();
		if (work)
			run(work);
	}
	pthread_cleanup_pop(1);
	return NULL;
}

/* One more thread; the pool is locked */
static int add_thread(void)
{
	pthread_attr_t attributes;
	pthread_t thread;
	int r;

	r = -pthread_attr_init(&attributes);
	if (r < 0)
		return r;
	must(pthread_attr_setdetachstate(&attributes,
					 PTHREAD_CREATE_DETACHED) == 0);
	r = guise_thread_create(&thread, &attributes, work_for_ever, NULL);
	must(pthread_attr_destroy(&attributes) == 0);
	if (r >= 0)
		pool.n_threads++;
	return r;
}

/* A thread for it, unless there are as many as there may be. The first cannot
 * be done without. */
static int provide_thread(void)
{
	int r = 0;

	if (pool.n_threads < GUISE_POOL_THREADS_MAX &&
	    (pool.n_idle == 0 || pool.first))
		r = add_thread();
	return pool.n_threads > 0 ? 0 : r;
}

static int submit(struct _TP_WORK *work)
{
	int r = provide_thread();

	if (r < 0)
		return r;
	if (work->n_pending++ == 0)
		enqueue(work);
	must(pthread_cond_signal(&pool.more) == 0);
	return 0;
}

static struct _TP_WORK *work_new(PVOID context)
{
	struct _TP_WORK *work = array_alloc(1, sizeof(*work));

	if (work)
		work->context = context;
	return work;
}

/* Runs what nobody will ask about again; takes @work */
static BOOL submit_once(struct _TP_WORK *work)
{
	int r;

	lock();
	r = submit(work);
	unlock();
	if (r < 0)
		free(work);
	return win32_result(status_of(r));
}

BOOL WINAPI QueueUserWorkItem(LPTHREAD_START_ROUTINE routine, PVOID context,
			      ULONG flags)
{
	struct _TP_WORK *work;

	if (!routine)
		return win32_fail(ERROR_INVALID_PARAMETER);
	if (flags & WT_TRANSFER_IMPERSONATION)
		return win32_fail(ERROR_NOT_SUPPORTED);
	work = work_new(context);
	if (!work)
		return win32_fail(ERROR_NOT_ENOUGH_MEMORY);
	work->routine = routine;
	return submit_once(work);
}

BOOL WINAPI TrySubmitThreadpoolCallback(PTP_SIMPLE_CALLBACK callback,
					PVOID context,
					PTP_CALLBACK_ENVIRON environment)
{
	struct _TP_WORK *work;

	if (!callback || environment)
		return win32_fail(ERROR_INVALID_PARAMETER);
	work = work_new(context);
	if (!work)
		return win32_fail(ERROR_NOT_ENOUGH_MEMORY);
	work->simple = callback;
	return submit_once(work);
}

PTP_WORK WINAPI CreateThreadpoolWork(PTP_WORK_CALLBACK callback, PVOID context,
				     PTP_CALLBACK_ENVIRON environment)
{
	struct _TP_WORK *work = NULL;
	int r;

	if (!callback || environment) {
		(void)win32_fail(ERROR_INVALID_PARAMETER);
		return NULL;
	}
	lock();
	r = provide_thread(); /* submitting it cannot fail */
	unlock();
	if (win32_result(status_of(r))) {
		work = work_new(context);
		if (!work)
			(void)win32_fail(ERROR_NOT_ENOUGH_MEMORY);
	}
	if (work) {
		work->callback = callback;
		work->is_open = true;
	}
	return work;
}

VOID WINAPI SubmitThreadpoolWork(PTP_WORK work)
{
	lock();
	must(submit(work) == 0); /* there is always one thread */
	unlock();
}

VOID WINAPI WaitForThreadpoolWorkCallbacks(PTP_WORK work, BOOL cancel)
{
	lock();
	if (cancel && work->n_pending > 0) {
		dequeue(work);
		work->n_pending = 0;
	}
	while (work->n_pending > 0 || work->n_running > 0)
		must(pthread_cond_wait(&pool.less, &pool.lock) == 0);
	unlock();
}

VOID WINAPI CloseThreadpoolWork(PTP_WORK work)
{
	lock();
	work->is_open = false;
	free_if_done(work);
	unlock();
}
