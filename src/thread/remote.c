/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request at a time. Who asks writes it, marks it pending for a thread and
 * sends the signal; the thread takes it by changing that mark, which only one
 * of the two can do first: the thread that takes it, or who asked, giving up.
 */
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "remote.h"
#include "state.h"

#define REACH_NS (GUISE_THREAD_REACH_MS * INT64_C(1000000))
/* How often to look whether the thread is there at all. */
#define LOOK_NS INT64_C(5000000)

enum mark { NOTHING, PENDING, TAKEN };

/*
 * @lock: of who asks, for all but what the thread that takes it writes; above
 *        state.c's lock
 * @mark: enum mark, and the thread it is for in the upper half
 * @in_scope: the thread was in a scope when it looked
 * @done: posted when @wanted and @result are the thread's answer; never more
 *        than once a request, so that it is 0 between them
 * @ready: @done is initialised
 */
static struct {
	pthread_mutex_t lock;
	_Atomic uint64_t mark;
	atomic_bool in_scope;
	struct wanted wanted;
	int result;
	sem_t done;
	bool ready;
} request = {.lock = PTHREAD_MUTEX_INITIALIZER};

static struct {
	pthread_mutex_t lock; /* a leaf */
	bool done;
} handler = {.lock = PTHREAD_MUTEX_INITIALIZER};

static uint64_t mark_for(int32_t tid, enum mark mark)
{
	return (uint64_t)(uint32_t)tid << 32 | mark;
}

static int take(void)
{
	if (state_pins()) /* found since it was asked */
		return -EOPNOTSUPP;
	if (!request.wanted.object) {
		thread_drop(&request.wanted);
		return 0;
	}
	if (!state_can_register())
		return -EOPNOTSUPP;
	return thread_take(&request.wanted, false);
}

/* False: there is one that cannot be served in a scope. */
static bool serve_request(void)
{
	int32_t tid = state_thread_id();
	uint64_t pending = mark_for(tid, PENDING);

	if (atomic_load(&request.mark) != pending)
		return true;
	if (self.depth > 0) {
		atomic_store(&request.in_scope, true);
		return false;
	}
	if (!atomic_compare_exchange_strong(&request.mark, &pending,
					    mark_for(tid, TAKEN)))
		return true;
	request.result = take();
	atomic_store(&request.mark, mark_for(0, NOTHING));
	must(sem_post(&request.done) == 0);
	return true;
}

/* Who asks writes what is new first, and then that there is something. A token
 * that is not taken, or was, is not freed here, where that is not allowed. */
static void serve_slot(void)
{
	struct thread_slot *slot = self.slot;
	const struct guise_token *token;
	unsigned asked;

	if (!slot)
		return;
	asked = atomic_load(&slot->asked);
	if (asked == atomic_load(&slot->followed))
		return;
	token = atomic_exchange(&slot->pending, NULL);
	if (token && atomic_load(&slot->changed) == self.object)
		token = thread_follow(token);
	atomic_store(&slot->retired, token);
	atomic_store(&slot->followed, asked);
}

void remote_serve(void)
{
	bool served;

	do {
		self.busy++;
		atomic_signal_fence(memory_order_seq_cst);
		self.asked = 0;
		serve_slot();
		served = serve_request();
		atomic_signal_fence(memory_order_seq_cst);
		self.busy--;
	} while (self.asked);
	if (!served)
		self.asked = 1;
}

static void handle(int sig, siginfo_t *info, void *context)
{
	int saved = errno;

	(void)sig;
	(void)info;
	(void)context;
	if (self.busy)
		self.asked = 1;
	else
		remote_serve();
	errno = saved;
}

int guise_thread_signal(void)
{
	return SIGRTMAX - 1;
}

static int install(void)
{
	struct sigaction wanted = {.sa_sigaction = handle,
				   .sa_flags = SA_SIGINFO | SA_RESTART};
	struct sigaction present;

	/* no handler may run in the middle of a switch */
	if (sigfillset(&wanted.sa_mask) < 0 ||
	    sigaction(guise_thread_signal(), NULL, &present) < 0)
		return -errno;
	if (present.sa_handler != SIG_DFL)
		return -EBUSY;
	return sigaction(guise_thread_signal(), &wanted, NULL) < 0 ? -errno : 0;
}

static int install_once(void)
{
	int r = 0;

	must(pthread_mutex_lock(&handler.lock) == 0);
	if (!handler.done)
		r = install();
	handler.done = handler.done || r == 0;
	must(pthread_mutex_unlock(&handler.lock) == 0);
	return r;
}

int remote_nudge(int32_t tid)
{
	int r = install_once();

	if (r < 0)
		return r;
	if (syscall(SYS_tgkill, getpid(), tid, guise_thread_signal()) < 0)
		return -errno;
	return 0;
}

static struct timespec from_now(int64_t ns)
{
	struct timespec t;

	must(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	ns += t.tv_nsec;
	t.tv_sec += ns / 1000000000;
	t.tv_nsec = ns % 1000000000;
	return t;
}

static int wait_until(const struct timespec *until)
{
	while (sem_clockwait(&request.done, CLOCK_MONOTONIC, until) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return 0;
}

/* A thread that is about to end takes no signals any more. */
static int wait_done(int32_t tid)
{
	for (int64_t i = 0; i < REACH_NS / LOOK_NS; i++) {
		const struct timespec until = from_now(LOOK_NS);
		int r = wait_until(&until);

		if (r != -ETIMEDOUT)
			return r;
		if (syscall(SYS_tgkill, getpid(), tid, 0) < 0)
			return -errno;
	}
	return -ETIMEDOUT;
}

/* The thread writes its answer, then the mark, then posts. */
static int answer(void)
{
	must(atomic_load(&request.mark) == mark_for(0, NOTHING));
	return request.result;
}

/* Nobody takes it any more, or it is being carried out right now, by a handler
 * that does not wait for anything. */
static int give_up(int32_t tid, int error)
{
	uint64_t pending = mark_for(tid, PENDING);

	if (atomic_compare_exchange_strong(&request.mark, &pending,
					   mark_for(0, NOTHING)))
		return error != -ESRCH && atomic_load(&request.in_scope)
			       ? -EBUSY
			       : error;
	while (sem_wait(&request.done) < 0)
		must(errno == EINTR);
	return answer();
}

static int ask(int32_t tid)
{
	int r;

	if (!request.ready)
		must(sem_init(&request.done, 0, 0) == 0);
	request.ready = true;
	atomic_store(&request.in_scope, false);
	atomic_store(&request.mark, mark_for(tid, PENDING));
	r = remote_nudge(tid);
	if (r == 0)
		r = wait_done(tid);
	return r < 0 ? give_up(tid, r) : answer();
}

int remote_take(int32_t tid, struct wanted *wanted)
{
	int r;

	must(pthread_mutex_lock(&request.lock) == 0);
	request.wanted = *wanted;
	r = ask(tid);
	*wanted = request.wanted;
	request.wanted = (struct wanted){0};
	must(pthread_mutex_unlock(&request.lock) == 0);
	return r;
}

void remote_before_fork(void)
{
	must(pthread_mutex_lock(&request.lock) == 0);
	must(pthread_mutex_lock(&handler.lock) == 0);
}

/* Nobody can have a request while the lock is held. */
void remote_after_fork(void)
{
	must(pthread_mutex_unlock(&handler.lock) == 0);
	must(pthread_mutex_unlock(&request.lock) == 0);
}
