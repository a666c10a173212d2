/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A token that is changed while threads have it on: they take on what it stands
 * for now before the change is reported as done.
 */
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include <guise/thread-token.h>

#include "follow.h"
#include "remote.h"
#include "state.h"

/* Between two looks at a thread that is to follow. */
#define LOOK_NS 50000
#define LOOKS (GUISE_THREAD_REACH_MS * INT64_C(1000000) / LOOK_NS)

/* One change at a time, so that the last is what the object holds; below the
 * locks of remote.c. */
static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;

static bool has_followed(struct thread_slot *slot, unsigned asked)
{
	return atomic_load(&slot->followed) == asked;
}

static int wait_for(struct thread_slot *slot, int32_t tid, unsigned asked)
{
	const struct timespec pause = {.tv_nsec = LOOK_NS};

	for (int64_t i = 0; i < LOOKS; i++) {
		if (has_followed(slot, asked) || atomic_load(&slot->tid) != tid)
			return 0;
		(void)clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
	}
	return -ETIMEDOUT;
}

static void collect(struct thread_slot *slot)
{
	(void)guise_token_unref(atomic_exchange(&slot->retired, NULL));
}

/*
 * A thread that has ended, or its successor in the slot, has nothing to follow.
 * Of one that is not reached, the reference it will take is left to it.
 */
static int have_follow(struct thread_slot *slot,
		       struct guise_token_object *object,
		       const struct guise_token *now)
{
	int32_t tid = atomic_load(&slot->tid);
	unsigned asked;
	int r;

	if (slot == self.slot) {
		(void)guise_token_unref(thread_follow(guise_token_ref(now)));
		return 0;
	}
	collect(slot);
	atomic_store(&slot->changed, object);
	(void)guise_token_unref(
		atomic_exchange(&slot->pending, guise_token_ref(now)));
	asked = atomic_fetch_add(&slot->asked, 1) + 1;
	r = remote_nudge(tid);
	if (r == 0)
		r = wait_for(slot, tid, asked);
	collect(slot);
	return r == -ESRCH ? 0 : r;
}

static int all_follow(struct guise_token_object *object)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *now = guise_token_object_token(object);
	struct thread_slot *slot = NULL;
	int result = 0;

	while ((slot = slots_next_with(slot, object))) {
		int r = have_follow(slot, object, now);

		if (r < 0)
			result = r;
	}
	return result;
}

/* Unix groups can only have become fewer. */
static bool mean_the_same(const struct guise_token *a,
			  const struct guise_token *b)
{
	return projection_capabilities(guise_token_privileges_enabled(a)) ==
		       projection_capabilities(
			       guise_token_privileges_enabled(b)) &&
	       guise_token_unix(a)->n_groups == guise_token_unix(b)->n_groups;
}

int thread_tokens_follow(struct guise_token_object *object,
			 const struct guise_token *before,
			 const struct guise_token *after)
{
	int cancellation, r;

	if (mean_the_same(before, after))
		return 0;
	(void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancellation);
	must(pthread_mutex_lock(&one) == 0);
	state_enter();
	r = all_follow(object);
	state_leave();
	must(pthread_mutex_unlock(&one) == 0);
	(void)pthread_setcancelstate(cancellation, NULL);
	return r;
}
