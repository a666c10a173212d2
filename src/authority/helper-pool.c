/* SPDX-License-Identifier: Apache-2.0 */
/* See helper-pool.h. */
#include <time.h>
#include <unistd.h>

#include "helper-pool.h"

static void lock(struct helper_pool *pool)
{
	must(pthread_mutex_lock(&pool->lock) == 0);
}

static void unlock(struct helper_pool *pool)
{
	must(pthread_mutex_unlock(&pool->lock) == 0);
}

static void init_lock(struct helper_pool *pool)
{
	pthread_condattr_t attr;

	must(pthread_condattr_init(&attr) == 0);
	must(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
	must(pthread_cond_init(&pool->freed, &attr) == 0);
	must(pthread_condattr_destroy(&attr) == 0);
	must(pthread_mutex_init(&pool->lock, NULL) == 0);
}

static void helper_started(struct helper_pool *pool, struct helper_slot *slot,
			   struct logon_helper *helper)
{
	lock(pool);
	slot->helper = helper;
	slot->serial = ++pool->n_lives;
	slot->is_broken = false;
	slot->is_stale = false;
	must(pthread_cond_broadcast(&pool->freed) == 0);
	unlock(pool);
}

int pool_init(struct helper_pool *pool, const struct pool_options *options)
{
	const unsigned n_max = POOL_GROWTH_MAX * options->n_helpers;
	int r = 0;

	*pool = (struct helper_pool){
		.options = *options,
		.n_slots =
			n_max < LOGON_HELPERS_MAX ? n_max : LOGON_HELPERS_MAX,
	};
	init_lock(pool);
	for (unsigned i = 0; r == 0 && i < options->n_helpers; i++) {
		struct logon_helper *helper = NULL;

		r = logon_helper_start(&pool->options.sources, &helper);
		if (r == 0)
			helper_started(pool, &pool->slots[i], helper);
	}
	if (r < 0)
		pool_clear(pool);
	return r;
}

void pool_clear(struct helper_pool *pool)
{
	for (unsigned i = 0; i < pool->n_slots; i++)
		(void)logon_helper_stop(pool->slots[i].helper);
	must(pthread_cond_destroy(&pool->freed) == 0);
	must(pthread_mutex_destroy(&pool->lock) == 0);
	*pool = (struct helper_pool){0};
}

uint64_t clock_ns(void)
{
	struct timespec now;

	must(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

struct timespec timespec_of(uint64_t ns)
{
	return (struct timespec){
		.tv_sec = (time_t)(ns / 1000000000),
		.tv_nsec = (long)(ns % 1000000000),
	};
}

static uint64_t now_ms(void)
{
	return clock_ns() / 1000000;
}

static bool is_free(const struct helper_slot *slot)
{
	return slot->helper && !slot->is_busy && !slot->is_broken &&
	       !slot->is_stale;
}

static void wake_main(const struct helper_pool *pool)
{
	const uint64_t one = 1;

	/* the tick comes anyway, only later */
	(void)!write(pool->options.wake_fd, &one, sizeof(one));
}

/* One that has died since its last question is nobody's failure but ours: it is
 * replaced before somebody asks it. Under the lock. */
static bool is_ready(struct helper_pool *pool, struct helper_slot *slot)
{
	if (!is_free(slot))
		return false;
	if (logon_helper_is_alive(slot->helper))
		return true;
	slot->is_broken = true;
	pool->n_broken++;
	wake_main(pool);
	return false;
}

/* 0 with *@ret NULL: not now */
static int find_free(struct helper_pool *pool, const struct helper_place *place,
		     struct helper_slot **ret)
{
	struct helper_slot *slot;

	*ret = NULL;
	if (place) {
		must(place->slot < pool->n_slots);
		slot = &pool->slots[place->slot];
		*ret = is_ready(pool, slot) ? slot : NULL;
		if (!slot->helper || slot->serial != place->serial ||
		    slot->is_broken || slot->is_stale) {
			*ret = NULL;
			return -ECONNRESET;
		}
		return 0;
	}
	for (unsigned i = 0; !*ret && i < pool->n_slots; i++) {
		if (is_ready(pool, &pool->slots[i]))
			*ret = &pool->slots[i];
	}
	return 0;
}

/* Under the lock. */
static int wait_free(struct helper_pool *pool, const struct pool_wait *wait,
		     struct helper_slot **ret)
{
	const struct timespec deadline = timespec_of(wait->deadline_ns);
	int late = 0, r;

	pool->n_waiting++;
	do {
		late = pthread_cond_timedwait(&pool->freed, &pool->lock,
					      &deadline);
		r = find_free(pool, wait->place, ret);
	} while (r == 0 && !*ret && late == 0);
	pool->n_waiting--;
	return r == 0 && !*ret ? -ETIMEDOUT : r;
}

int pool_acquire(struct helper_pool *pool, const struct pool_wait *wait,
		 struct helper_slot **ret)
{
	struct helper_slot *slot;
	int r;

	lock(pool);
	r = find_free(pool, wait->place, &slot);
	if (r == 0 && !slot) {
		if (wait->is_urgent || pool->n_waiting < POOL_WAITING_MAX)
			r = wait_free(pool, wait, &slot);
		else
			r = GUISE_E_LIMIT;
	}
	if (r == 0) {
		slot->is_busy = true;
		slot->busy_since_ms = now_ms();
		*ret = slot;
	}
	unlock(pool);
	return r;
}

void pool_release(struct helper_pool *pool, struct helper_slot *slot,
		  int result)
{
	const bool is_gone = result == -ETIMEDOUT || result == -ECONNRESET;

	lock(pool);
	slot->is_busy = false;
	slot->is_broken = is_gone || slot->is_stale;
	pool->n_broken += is_gone;
	/* all: some wait for this one alone */
	must(pthread_cond_broadcast(&pool->freed) == 0);
	if (slot->is_broken)
		wake_main(pool);
	unlock(pool);
}

struct helper_place pool_place(const struct helper_pool *pool,
			       const struct helper_slot *slot)
{
	return (struct helper_place){
		.slot = (unsigned)(slot - pool->slots),
		.serial = slot->serial,
	};
}

static void restart(struct helper_pool *pool, struct helper_slot *slot)
{
	struct logon_helper *helper = NULL, *old;

	/* broken: nobody but this thread takes it */
	lock(pool);
	old = slot->helper;
	slot->helper = NULL;
	unlock(pool);
	(void)logon_helper_stop(old);
	if (logon_helper_start(&pool->options.sources, &helper) == 0)
		helper_started(pool, slot, helper);
	/* else again at the next tick */
}

/* Those that can be expected to answer. Under the lock. */
static unsigned count_good(const struct helper_pool *pool)
{
	const uint64_t now = now_ms();
	unsigned n = 0;

	for (unsigned i = 0; i < pool->n_slots; i++) {
		const struct helper_slot *slot = &pool->slots[i];

		n += slot->helper && !slot->is_broken &&
		     !(slot->is_busy &&
		       now - slot->busy_since_ms > POOL_SLOW_MS);
	}
	return n;
}

/* One more, where there is none. */
static void grow(struct helper_pool *pool)
{
	struct logon_helper *helper = NULL;
	struct helper_slot *slot = NULL;
	bool is_short;

	lock(pool);
	is_short =
		pool->n_waiting && count_good(pool) < pool->options.n_helpers;
	for (unsigned i = 0; !slot && is_short && i < pool->n_slots; i++) {
		if (!pool->slots[i].helper && !pool->slots[i].is_broken)
			slot = &pool->slots[i];
	}
	unlock(pool);
	/* only this thread fills empty places */
	if (slot && logon_helper_start(&pool->options.sources, &helper) == 0)
		helper_started(pool, slot, helper);
}

/* Those beyond the usual number go when they are idle and not needed. */
static void shrink(struct helper_pool *pool)
{
	struct logon_helper *extra = NULL;
	bool is_long;

	lock(pool);
	is_long =
		!pool->n_waiting && count_good(pool) > pool->options.n_helpers;
	for (unsigned i = pool->options.n_helpers;
	     !extra && is_long && i < pool->n_slots; i++) {
		struct helper_slot *slot = &pool->slots[i];

		if (!is_free(slot))
			continue;
		extra = slot->helper;
		slot->helper = NULL;
	}
	unlock(pool);
	(void)logon_helper_stop(extra);
}

void pool_tick(struct helper_pool *pool)
{
	if (!pool->n_slots)
		return;
	for (unsigned i = 0; i < pool->n_slots; i++) {
		bool is_broken;

		lock(pool);
		(void)is_ready(pool, &pool->slots[i]);
		is_broken = pool->slots[i].is_broken;
		unlock(pool);
		if (is_broken)
			restart(pool, &pool->slots[i]);
	}
	grow(pool);
	shrink(pool);
}

void pool_renew(struct helper_pool *pool)
{
	if (!pool->n_slots)
		return;
	lock(pool);
	for (unsigned i = 0; i < pool->n_slots; i++) {
		struct helper_slot *slot = &pool->slots[i];

		slot->is_stale = slot->helper;
		slot->is_broken =
			slot->is_broken || (slot->helper && !slot->is_busy);
	}
	unlock(pool);
	pool_tick(pool);
}

struct pool_view pool_look(struct helper_pool *pool)
{
	struct pool_view view = {0};

	if (!pool->n_slots)
		return view;
	lock(pool);
	for (unsigned i = 0; i < pool->n_slots; i++) {
		const struct helper_slot *slot = &pool->slots[i];

		view.n_helpers += slot->helper && !slot->is_broken;
		view.n_busy += slot->is_busy;
	}
	view.n_waiting = pool->n_waiting;
	view.n_restarts = pool->n_broken;
	unlock(pool);
	return view;
}
