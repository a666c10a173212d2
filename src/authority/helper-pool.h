/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logon helpers of one kind, and the bounded queue before them. Each kind has
 * a pool of its own, so that what is slow for one (a directory, a module)
 * never holds up another. Helpers are started by the main thread only: it
 * alone is never anyone's client and not confined.
 */
#ifndef AUTHORITY_HELPER_POOL_H
#define AUTHORITY_HELPER_POOL_H

#include <pthread.h>

#include "source.h"

#define LOGON_HELPERS_MAX 32
/* Questions that wait for a helper. Ours: more would time out anyway. */
#define POOL_WAITING_MAX 64
/* A helper that takes longer does not count while others wait: another is
 * started, up to so many times the usual number. Ours. */
#define POOL_SLOW_MS 1000
#define POOL_GROWTH_MAX 4

struct helper_slot {
	struct logon_helper *helper; /* NULL: none, or being restarted */
	uint64_t serial; /* of its life; never 0, never used again */
	uint64_t busy_since_ms;
	bool is_busy;
	bool is_stale;	/* broken once it is free */
	bool is_broken; /* the main thread replaces it */
};

struct pool_options {
	struct logon_sources sources; /* strings borrowed for the pool's life */
	unsigned n_helpers;
	unsigned timeout_ms;
	int wake_fd; /* borrowed: written when the main thread has to look */
};

struct helper_pool {
	pthread_mutex_t lock; /* slots, n_waiting, counters; innermost */
	pthread_cond_t freed;
	struct helper_slot slots[LOGON_HELPERS_MAX];
	unsigned n_slots; /* filled or not; 0: this kind is not served */
	unsigned n_waiting;
	uint64_t n_lives;  /* helpers started, ever */
	uint64_t n_broken; /* that died, or were too late */
	struct pool_options options;
};

/* Which helper, in which life */
struct helper_place {
	unsigned slot;
	uint64_t serial;
};

/* Starts the helpers. 0; errors of logon_helper_start() */
GUISE_MUST_USE int pool_init(struct helper_pool *pool,
			     const struct pool_options *options);
void pool_clear(struct helper_pool *pool);

/**
 * struct pool_wait - how to wait for a helper
 * @place: for this one and no other; NULL: any
 * @deadline_ns: monotonic
 * @is_urgent: also when too many wait already
 */
struct pool_wait {
	const struct helper_place *place;
	uint64_t deadline_ns;
	bool is_urgent;
};

/* A helper of one's own. 0; GUISE_E_LIMIT (too many wait); -ETIMEDOUT;
 * -ECONNRESET (the one at wait->place is no more) */
GUISE_MUST_USE int pool_acquire(struct helper_pool *pool,
				const struct pool_wait *wait,
				struct helper_slot **ret);
/* @result: of the question; a helper that is gone is replaced */
void pool_release(struct helper_pool *pool, struct helper_slot *slot,
		  int result);
struct helper_place pool_place(const struct helper_pool *pool,
			       const struct helper_slot *slot);

/* Main thread: start broken ones anew, and as many as are needed. */
void pool_tick(struct helper_pool *pool);
/* Main thread: all of them forget what they know: started anew, those that are
 * busy when they are done. */
void pool_renew(struct helper_pool *pool);

struct pool_view {
	unsigned n_helpers; /* alive */
	unsigned n_busy;
	unsigned n_waiting;
	uint64_t n_restarts; /* after a death, or for being late */
};
struct pool_view pool_look(struct helper_pool *pool);

uint64_t clock_ns(void);
/* In a condition variable's form */
struct timespec timespec_of(uint64_t ns);

#endif
