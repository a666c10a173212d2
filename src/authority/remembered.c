/* SPDX-License-Identifier: Apache-2.0 */
/* See remembered.h. */
#include <time.h>

#include <guise/token.h>

#include "helper-pool.h"
#include "remembered.h"

#define ENTRIES_MAX 4096

struct right {
	const struct guise_token *token;
	uint64_t asked_ms;
};

/* What values of the two other caches point at. */
static const int known_codes[] = {GUISE_E_LOGON_FAILURE, -ETIMEDOUT, -EIO};

static void free_right(void *context, void *value)
{
	struct right *right = value;

	(void)context;
	(void)guise_token_unref(right->token);
	free(right);
}

static void lock(struct remembered *r)
{
	must(pthread_mutex_lock(&r->lock) == 0);
}

static void unlock(struct remembered *r)
{
	must(pthread_mutex_unlock(&r->lock) == 0);
}

static void init_lock(struct remembered *r)
{
	pthread_condattr_t attr;

	must(pthread_condattr_init(&attr) == 0);
	must(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
	must(pthread_cond_init(&r->landed, &attr) == 0);
	must(pthread_condattr_destroy(&attr) == 0);
	must(pthread_mutex_init(&r->lock, NULL) == 0);
}

int remembered_init(struct remembered *remembered, unsigned cache_ms)
{
	const uint64_t life = (uint64_t)cache_ms * 1000000;
	const uint64_t short_life =
		(cache_ms < REFUSAL_MS ? cache_ms : REFUSAL_MS) *
		UINT64_C(1000000);
	int r;

	*remembered = (struct remembered){0};
	init_lock(remembered);
	if (cache_ms == UINT32_MAX)
		return 0;
	r = logon_cache_new(ENTRIES_MAX, life, free_right, NULL,
			    &remembered->right);
	if (r == 0)
		r = logon_cache_new(ENTRIES_MAX, short_life, NULL, NULL,
				    &remembered->wrong);
	if (r == 0)
		r = logon_cache_new(ENTRIES_MAX, short_life, NULL, NULL,
				    &remembered->unanswered);
	if (r < 0)
		remembered_clear(remembered);
	return r;
}

void remembered_clear(struct remembered *remembered)
{
	must(!remembered->flights);
	(void)logon_cache_free(remembered->right);
	(void)logon_cache_free(remembered->wrong);
	(void)logon_cache_free(remembered->unanswered);
	must(pthread_cond_destroy(&remembered->landed) == 0);
	must(pthread_mutex_destroy(&remembered->lock) == 0);
	*remembered = (struct remembered){0};
}

static void *find(struct logon_cache *cache, const struct question *q,
		  bool by_name)
{
	return logon_cache_find(cache, q->name, strlen(q->name),
				by_name ? "" : (const char *)q->password,
				by_name ? 0 : q->password_size, clock_ns());
}

static void put(struct logon_cache *cache, const struct question *q,
		bool by_name, void *value)
{
	/* without memory it is only not remembered */
	(void)!logon_cache_put(cache, q->name, strlen(q->name),
			       by_name ? "" : (const char *)q->password,
			       by_name ? 0 : q->password_size, clock_ns(),
			       value);
}

/* 0 with *@ret, a code that is known, or REMEMBERED_ASK. Under the lock. */
static int look_up(struct remembered *r, const struct question *question,
		   struct logged *ret)
{
	const struct right *right;
	const int *code;

	if (!r->right)
		return REMEMBERED_ASK;
	right = find(r->right, question, false);
	if (right) {
		*ret = (struct logged){
			.token = guise_token_ref(right->token),
			.asked_ms = right->asked_ms,
			.generation = r->generation,
		};
		r->counts.n_hits++;
		return 0;
	}
	code = find(r->wrong, question, false);
	if (!code)
		code = find(r->unanswered, question, true);
	if (!code)
		return REMEMBERED_ASK;
	r->counts.n_hits++;
	r->counts.n_refused++;
	return *code;
}

static const struct flight *find_flight(const struct remembered *r,
					const char *name)
{
	for (const struct flight *f = r->flights; f; f = f->next) {
		if (strcmp(f->question->name, name) == 0)
			return f;
	}
	return NULL;
}

/* By somebody whom this question may wait for: 1; -EAGAIN: by another; 0 */
static int is_being_asked(const struct remembered *r,
			  const struct question *question)
{
	const struct flight *flight = find_flight(r, question->name);

	if (!flight)
		return 0;
	return question->is_quick && !flight->question->is_quick ? -EAGAIN : 1;
}

static unsigned count_waiters(const struct remembered *r, const char *name)
{
	unsigned n = 0;

	for (const struct flight_waiter *w = r->waiters; w; w = w->next)
		n += strcmp(w->name, name) == 0;
	return n;
}

static void unlink_waiter(struct remembered *r,
			  const struct flight_waiter *waiter)
{
	struct flight_waiter **at = &r->waiters;

	while (*at != waiter)
		at = &(*at)->next;
	*at = waiter->next;
}

/* Until nobody asks for this name, or the answer is known. Under the lock. */
static int wait_for(struct remembered *r, const struct question *question,
		    uint64_t deadline_ns, struct logged *ret)
{
	const struct timespec deadline = timespec_of(deadline_ns);
	struct flight_waiter self = {r->waiters, question->name};
	int known = REMEMBERED_ASK, late = 0, asked = 1;

	if (count_waiters(r, question->name) >= FLIGHT_WAITING_MAX)
		return GUISE_E_LIMIT;
	r->waiters = &self;
	while (known == REMEMBERED_ASK && late == 0 && asked == 1) {
		late = pthread_cond_timedwait(&r->landed, &r->lock, &deadline);
		known = look_up(r, question, ret);
		asked = is_being_asked(r, question);
	}
	unlink_waiter(r, &self);
	if (known == REMEMBERED_ASK && asked != 0)
		return asked < 0 ? asked : -ETIMEDOUT;
	r->counts.n_shared += known != REMEMBERED_ASK;
	return known;
}

static void take_off(struct remembered *r, const struct question *question,
		     struct flight *flight)
{
	*flight = (struct flight){
		.next = r->flights,
		.question = question,
		.asked_ms = clock_ns() / 1000000,
		.generation = r->generation,
	};
	r->flights = flight;
}

int remembered_begin(struct remembered *remembered,
		     const struct question *question, uint64_t deadline_ns,
		     struct flight *flight, struct logged *ret)
{
	int asked, r;

	lock(remembered);
	r = look_up(remembered, question, ret);
	asked = is_being_asked(remembered, question);
	if (r == REMEMBERED_ASK && asked < 0)
		r = asked;
	else if (r == REMEMBERED_ASK && asked > 0)
		r = wait_for(remembered, question, deadline_ns, ret);
	if (r == REMEMBERED_ASK)
		take_off(remembered, question, flight);
	unlock(remembered);
	return r;
}

static void remember_right(struct remembered *r, const struct flight *flight,
			   const struct guise_token *token)
{
	struct right *right = malloc(sizeof(*right));

	if (!right)
		return;
	*right = (struct right){guise_token_ref(token), flight->asked_ms};
	put(r->right, flight->question, false, right);
}

static void remember(struct remembered *r, const struct flight *flight,
		     int code, const struct guise_token *token)
{
	const bool is_refusal = code == GUISE_E_LOGON_FAILURE;
	void *value = NULL;

	if (code == 0) {
		remember_right(r, flight, token);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(known_codes); i++) {
		const int *known = &known_codes[i];

		if (*known == code)
			memcpy(&value, &known, sizeof(value)); /* sheds const */
	}
	if (value)
		put(is_refusal ? r->wrong : r->unanswered, flight->question,
		    !is_refusal, value);
}

static void land(struct remembered *r, const struct flight *flight)
{
	struct flight **at = &r->flights;

	while (*at != flight)
		at = &(*at)->next;
	*at = flight->next;
	must(pthread_cond_broadcast(&r->landed) == 0);
}

void remembered_end(struct remembered *remembered, struct flight *flight,
		    int code, const struct guise_token *token,
		    struct logged *ret)
{
	lock(remembered);
	land(remembered, flight);
	/* unless everything was to be forgotten while it was asked */
	if (remembered->right && flight->generation == remembered->generation)
		remember(remembered, flight, code, token);
	unlock(remembered);
	if (code == 0)
		*ret = (struct logged){
			.token = guise_token_ref(token),
			.asked_ms = flight->asked_ms,
			.generation = flight->generation,
		};
}

uint64_t remembered_generation(struct remembered *remembered)
{
	uint64_t generation;

	lock(remembered);
	generation = remembered->generation;
	unlock(remembered);
	return generation;
}

void remembered_flush(struct remembered *remembered)
{
	lock(remembered);
	remembered->generation++;
	remembered->counts.n_flushes++;
	if (remembered->right) {
		logon_cache_flush(remembered->right);
		logon_cache_flush(remembered->wrong);
		logon_cache_flush(remembered->unanswered);
	}
	unlock(remembered);
}

void remembered_expire(struct remembered *remembered)
{
	const uint64_t now = clock_ns();

	lock(remembered);
	if (remembered->right) {
		logon_cache_expire(remembered->right, now);
		logon_cache_expire(remembered->wrong, now);
		logon_cache_expire(remembered->unanswered, now);
	}
	unlock(remembered);
}

struct remembered_counts remembered_look(struct remembered *remembered)
{
	struct remembered_counts counts;

	lock(remembered);
	counts = remembered->counts;
	if (remembered->right) {
		counts.n_right = logon_cache_size(remembered->right);
		counts.n_wrong = logon_cache_size(remembered->wrong) +
				 logon_cache_size(remembered->unanswered);
	}
	unlock(remembered);
	return counts;
}
