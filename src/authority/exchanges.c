/* SPDX-License-Identifier: Apache-2.0 */
/* See exchanges.h. */
#include <sys/random.h>

#include "exchanges.h"
#include "fair.h"

void exchanges_init(struct exchanges *exchanges)
{
	*exchanges = (struct exchanges){0};
	must(pthread_mutex_init(&exchanges->lock, NULL) == 0);
}

void exchanges_clear(struct exchanges *exchanges)
{
	for (size_t i = 0; exchanges->at && i < EXCHANGES_MAX; i++)
		(void)guise_token_unref(exchanges->at[i].token);
	free(exchanges->at);
	must(pthread_mutex_destroy(&exchanges->lock) == 0);
	*exchanges = (struct exchanges){0};
}

static bool is_free(const struct exchange *exchange, uint64_t now_ms)
{
	/* one that has begun since the caller looked at the clock is young */
	return exchange->name == 0 ||
	       (now_ms > exchange->began_ms &&
		now_ms - exchange->began_ms > EXCHANGE_LIFE_MS);
}

/* A free place; a worker that has as many as it may gives up one. */
static struct exchange *find_room(struct exchanges *exchanges, uint64_t worker,
				  uint64_t now_ms)
{
	struct exchange *room = NULL, *mine[EXCHANGES_PER_WORKER_MAX];
	struct fair places[EXCHANGES_PER_WORKER_MAX];
	size_t n = 0;

	for (size_t i = 0; i < EXCHANGES_MAX; i++) {
		struct exchange *at = &exchanges->at[i];

		if (is_free(at, now_ms)) {
			room = at;
			continue;
		}
		if (at->worker != worker)
			continue;
		must(n < EXCHANGES_PER_WORKER_MAX);
		places[n] = (struct fair){at->origin, at->began_ms};
		mine[n++] = at;
	}
	if (n < EXCHANGES_PER_WORKER_MAX && room)
		return room;
	return n ? mine[fair_loser(places, n)] : NULL;
}

static uint64_t new_name(void)
{
	uint64_t name = 0;

	while (name == 0)
		must(getrandom(&name, sizeof(name), 0) == sizeof(name));
	return name;
}

static int add(struct exchanges *exchanges, const struct exchange *exchange,
	       uint64_t now_ms)
{
	struct exchange *room;

	if (!exchanges->at)
		exchanges->at = calloc(EXCHANGES_MAX, sizeof(*exchanges->at));
	if (!exchanges->at)
		return -ENOMEM;
	room = find_room(exchanges, exchange->worker, now_ms);
	if (!room)
		return GUISE_E_LIMIT;
	(void)guise_token_unref(room->token);
	*room = *exchange;
	return 0;
}

int exchanges_add(struct exchanges *exchanges, const struct exchange *exchange,
		  uint64_t now_ms, uint64_t *ret_name)
{
	struct exchange ours = *exchange;
	int r;

	ours.name = new_name();
	ours.began_ms = now_ms;
	must(pthread_mutex_lock(&exchanges->lock) == 0);
	r = add(exchanges, &ours, now_ms);
	must(pthread_mutex_unlock(&exchanges->lock) == 0);
	if (r == 0)
		*ret_name = ours.name;
	return r;
}

bool exchanges_take(struct exchanges *exchanges, uint64_t worker, uint64_t name,
		    uint64_t now_ms, struct exchange *ret)
{
	bool found = false;

	must(pthread_mutex_lock(&exchanges->lock) == 0);
	for (size_t i = 0; exchanges->at && !found && i < EXCHANGES_MAX; i++) {
		struct exchange *at = &exchanges->at[i];

		if (is_free(at, now_ms) || at->name != name ||
		    at->worker != worker)
			continue;
		*ret = *at;
		*at = (struct exchange){0};
		found = true;
	}
	must(pthread_mutex_unlock(&exchanges->lock) == 0);
	return found;
}
