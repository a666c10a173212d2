/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads made while impersonating. The kernel gives a new thread the
 * credentials of the one that makes it; so the new one's first act is to
 * revert, with all signals blocked, and who made it waits for that.
 */
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>

#include <guise/thread-token.h>

#include "state.h"

/* Of the creating thread, which waits for @reverted. */
struct birth {
	void *(*start)(void *);
	void *argument;
	const struct kcred *current;
	const struct kcred *base;
	sigset_t mask;
	sem_t reverted;
};

static void *live(void *context)
{
	struct birth *birth = context;
	void *(*start)(void *) = birth->start;
	void *argument = birth->argument;
	sigset_t mask = birth->mask;

	kcred_revert(&sys_kernel, birth->current, birth->base, KCRED_READ_BACK);
	must(sem_post(&birth->reverted) == 0); /* @birth is gone from here */
	must(pthread_sigmask(SIG_SETMASK, &mask, NULL) == 0);
	return start(argument);
}

static int create(pthread_t *ret, const pthread_attr_t *attributes,
		  struct birth *birth)
{
	sigset_t all;
	int r;

	must(sem_init(&birth->reverted, 0, 0) == 0);
	must(sigfillset(&all) == 0);
	must(pthread_sigmask(SIG_SETMASK, &all, &birth->mask) == 0);
	r = -pthread_create(ret, attributes, live, birth);
	while (r == 0 && sem_wait(&birth->reverted) < 0)
		must(errno == EINTR);
	must(pthread_sigmask(SIG_SETMASK, &birth->mask, NULL) == 0);
	must(sem_destroy(&birth->reverted) == 0);
	return r;
}

int guise_thread_create(pthread_t *ret, const pthread_attr_t *attributes,
			void *(*start)(void *), void *argument)
{
	struct birth birth = {.start = start,
			      .argument = argument,
			      .current = &self.current,
			      .base = &self.base.cred};
	int cancellation, r;

	if (!ret || !start)
		return -EINVAL;
	if (!state_is_away() || kcred_equal(birth.current, birth.base))
		return -pthread_create(ret, attributes, start, argument);
	(void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancellation);
	r = create(ret, attributes, &birth);
	(void)pthread_setcancelstate(cancellation, NULL);
	return r;
}
