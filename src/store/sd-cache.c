/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sets of four entries; the least recently used of a set gives way. A set's
 * lock is one of a few, so that threads seldom meet.
 *
 * Change times come from a clock that stands still for a tick: a second change
 * within the tick would leave the time, and so the key, as it was. An entry is
 * therefore kept only when its change time lies further back than any tick.
 */
#include <pthread.h>
#include <time.h>

#include <guise/share.h>

#include "sd-cache.h"

#define WAYS 4
#define LOCKS 16
/* Kernel: HZ is at least 100. Twice that. */
#define TICK_NS INT64_C(20000000)
/* Stored bytes of all descriptors that are kept; parsed they take some times
 * as much. Ours: clients make descriptors as they like. */
#define BYTES_MAX (16u << 20)

struct entry {
	bool used;
	dev_t dev;
	ino_t ino;
	struct timespec changed;
	uint64_t touched;
	const struct guise_sd *sd;
	size_t size;
};

/* Looked for by the inodes alone: the rest of the set stays out of the way. */
struct set {
	ino_t inodes[WAYS];
	struct entry entries[WAYS];
};

struct sd_cache {
	/* Each protects the sets whose number modulo LOCKS is its own;
	 * innermost, nothing is called under it. */
	pthread_mutex_t locks[LOCKS];
	atomic_uint_least64_t clock;
	atomic_size_t bytes; /* the sum of the entries' sizes */
	size_t n_sets;
	struct set *sets;
};

int sd_cache_new(size_t n, struct sd_cache **ret)
{
	struct sd_cache *cache = calloc(1, sizeof(*cache));

	if (!cache)
		return -ENOMEM;
	cache->n_sets = n / WAYS + (n % WAYS != 0);
	if (cache->n_sets == 0)
		cache->n_sets = 1;
	cache->sets = array_alloc(cache->n_sets, sizeof(*cache->sets));
	if (!cache->sets) {
		free(cache);
		return -ENOMEM;
	}
	for (size_t i = 0; i < LOCKS; i++)
		must(pthread_mutex_init(&cache->locks[i], NULL) == 0);
	*ret = cache;
	return 0;
}

struct sd_cache *sd_cache_free(struct sd_cache *cache)
{
	if (!cache)
		return NULL;
	for (size_t i = 0; i < cache->n_sets; i++) {
		for (size_t j = 0; j < WAYS; j++)
			guise_sd_unref(cache->sets[i].entries[j].sd);
	}
	for (size_t i = 0; i < LOCKS; i++)
		must(pthread_mutex_destroy(&cache->locks[i]) == 0);
	free(cache->sets);
	free(cache);
	return NULL;
}

static size_t set_of(const struct sd_cache *cache, const struct stat *stat)
{
	uint64_t hash = (uint64_t)stat->st_ino * UINT64_C(0x9e3779b97f4a7c15);

	hash ^= (uint64_t)stat->st_dev * UINT64_C(0xc2b2ae3d27d4eb4f);
	return (size_t)((hash >> 24) % cache->n_sets);
}

static bool entry_is(const struct entry *entry, const struct stat *stat)
{
	return entry->used && entry->ino == stat->st_ino &&
	       entry->dev == stat->st_dev &&
	       entry->changed.tv_sec == stat->st_ctim.tv_sec &&
	       entry->changed.tv_nsec == stat->st_ctim.tv_nsec;
}

bool sd_cache_find(struct sd_cache *cache, const struct stat *stat,
		   const struct guise_sd **ret)
{
	size_t number = set_of(cache, stat);
	struct set *set = &cache->sets[number];
	pthread_mutex_t *lock = &cache->locks[number % LOCKS];
	bool found = false;

	must(pthread_mutex_lock(lock) == 0);
	for (size_t i = 0; i < WAYS && !found; i++) {
		struct entry *entry = &set->entries[i];

		if (set->inodes[i] != stat->st_ino || !entry_is(entry, stat))
			continue;
		found = true;
		entry->touched = atomic_fetch_add_explicit(
			&cache->clock, 1, memory_order_relaxed);
		*ret = entry->sd ? guise_sd_ref(entry->sd) : NULL;
	}
	must(pthread_mutex_unlock(lock) == 0);
	return found;
}

static bool is_settled(const struct stat *stat)
{
	struct timespec now;
	int64_t seconds;

	if (clock_gettime(CLOCK_REALTIME, &now) < 0)
		return false;
	seconds = (int64_t)now.tv_sec - (int64_t)stat->st_ctim.tv_sec;
	if (seconds < 0 || seconds > 1)
		return seconds > 1;
	return seconds * INT64_C(1000000000) + now.tv_nsec -
		       stat->st_ctim.tv_nsec >
	       TICK_NS;
}

/* The same file's old entry, a free one, or the least recently used. */
static struct entry *victim_of(struct entry *set, const struct stat *stat)
{
	struct entry *victim = &set[0];

	for (size_t i = 0; i < WAYS; i++) {
		struct entry *entry = &set[i];

		if (entry->used && entry->ino == stat->st_ino &&
		    entry->dev == stat->st_dev)
			return entry;
		if (!entry->used ||
		    (victim->used && entry->touched < victim->touched))
			victim = entry;
	}
	return victim;
}

/* Room for another @size bytes, taken if there is. */
static bool take_room(struct sd_cache *cache, size_t size)
{
	if (size > BYTES_MAX)
		return false;
	if (atomic_fetch_add(&cache->bytes, size) <= BYTES_MAX - size)
		return true;
	(void)atomic_fetch_sub(&cache->bytes, size);
	return false;
}

/* The victim goes in any case: so a full cache gets room again. */
void sd_cache_put(struct sd_cache *cache, const struct stat *stat,
		  const struct guise_sd *sd, size_t size)
{
	size_t number = set_of(cache, stat);
	struct set *set = &cache->sets[number];
	pthread_mutex_t *lock = &cache->locks[number % LOCKS];
	const struct guise_sd *old;
	struct entry *entry;

	if (!is_settled(stat))
		return;
	must(pthread_mutex_lock(lock) == 0);
	entry = victim_of(set->entries, stat);
	set->inodes[entry - set->entries] = stat->st_ino;
	old = entry->sd;
	(void)atomic_fetch_sub(&cache->bytes, entry->size);
	*entry = (struct entry){0};
	if (take_room(cache, size))
		*entry = (struct entry){
			.used = true,
			.dev = stat->st_dev,
			.ino = stat->st_ino,
			.changed = stat->st_ctim,
			.touched = atomic_fetch_add_explicit(
				&cache->clock, 1, memory_order_relaxed),
			.sd = sd ? guise_sd_ref(sd) : NULL,
			.size = size,
		};
	must(pthread_mutex_unlock(lock) == 0);
	guise_sd_unref(old);
}
