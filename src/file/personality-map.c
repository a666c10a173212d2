/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fixed array of entries; chains by hash of the address, a ring by time of
 * use, and a list of free ones, all by index. Index 0 is the head of the ring,
 * so that 0 can mean "none".
 */
#include "personality-map.h"

struct entry {
	const struct guise_token *token; /* a reference; NULL: free */
	int id;
	unsigned chain; /* next of the same bucket, or next free one */
	unsigned newer;
	unsigned older;
};

struct personality_map {
	unsigned max;
	unsigned n;
	unsigned free; /* first free entry */
	unsigned bucket_mask;
	unsigned *buckets;
	struct entry *entries; /* [0] is the head of the ring */
};

static unsigned bucket_of(const struct personality_map *map,
			  const struct guise_token *token)
{
	uint64_t hash = (uint64_t)(uintptr_t)token * 0x9E3779B97F4A7C15u;

	return (unsigned)(hash >> 40) & map->bucket_mask;
}

static unsigned size_for(unsigned max)
{
	unsigned size = 16;

	while (size < 2 * max)
		size *= 2;
	return size;
}

int personality_map_new(unsigned max, struct personality_map **ret)
{
	struct personality_map *map;
	unsigned n_buckets = size_for(max);

	must(max > 0 && max <= UINT16_MAX);
	map = calloc(1, sizeof(*map));
	if (!map)
		return -ENOMEM;
	map->max = max;
	map->bucket_mask = n_buckets - 1;
	map->buckets = array_alloc(n_buckets, sizeof(*map->buckets));
	map->entries = array_alloc(max + 1, sizeof(*map->entries));
	if (!map->buckets || !map->entries)
		goto no_memory;
	for (unsigned i = 1; i < max; i++)
		map->entries[i].chain = i + 1;
	map->free = 1;
	*ret = map;
	return 0;

no_memory:
	free(map->buckets);
	free(map->entries);
	free(map);
	return -ENOMEM;
}

struct personality_map *
personality_map_free(struct personality_map *map,
		     void (*gone)(void *context, int id), void *context)
{
	if (!map)
		return NULL;
	while (map->n)
		gone(context, personality_map_evict(map));
	free(map->buckets);
	free(map->entries);
	free(map);
	return NULL;
}

static void unlink_from_ring(struct personality_map *map, unsigned i)
{
	struct entry *e = map->entries;

	e[e[i].newer].older = e[i].older;
	e[e[i].older].newer = e[i].newer;
}

/* entries[0].older is the newest, entries[0].newer the oldest */
static void link_as_newest(struct personality_map *map, unsigned i)
{
	struct entry *e = map->entries;

	e[i].newer = 0;
	e[i].older = e[0].older;
	e[e[0].older].newer = i;
	e[0].older = i;
}

int personality_map_find(struct personality_map *map,
			 const struct guise_token *token)
{
	struct entry *e = map->entries;
	unsigned i = map->buckets[bucket_of(map, token)];

	while (i && e[i].token != token)
		i = e[i].chain;
	if (!i)
		return 0;
	if (e[0].older != i) {
		unlink_from_ring(map, i);
		link_as_newest(map, i);
	}
	return e[i].id;
}

bool personality_map_is_full(const struct personality_map *map)
{
	return map->n == map->max;
}

void personality_map_add(struct personality_map *map,
			 const struct guise_token *token, int id)
{
	unsigned *bucket = &map->buckets[bucket_of(map, token)];
	unsigned i = map->free;
	struct entry *entry = &map->entries[i];

	must(i && id > 0);
	map->free = entry->chain;
	entry->token = guise_token_ref(token);
	entry->id = id;
	entry->chain = *bucket;
	*bucket = i;
	link_as_newest(map, i);
	map->n++;
}

static int drop(struct personality_map *map, unsigned i)
{
	struct entry *entry = &map->entries[i];
	unsigned *at = &map->buckets[bucket_of(map, entry->token)];

	while (*at != i)
		at = &map->entries[*at].chain;
	*at = entry->chain;
	unlink_from_ring(map, i);
	entry->token = guise_token_unref(entry->token);
	entry->chain = map->free;
	map->free = i;
	map->n--;
	return entry->id;
}

int personality_map_evict(struct personality_map *map)
{
	must(map->n > 0);
	return drop(map, map->entries[0].newer);
}

static bool is_meant(const struct guise_token *held,
		     const struct guise_token *token)
{
	guise_luid id = guise_token_id(token);

	return held == token || (id && guise_token_id(held) == id);
}

void personality_map_remove(struct personality_map *map,
			    const struct guise_token *token,
			    void (*gone)(void *context, int id), void *context)
{
	unsigned i = map->entries[0].older;

	while (i) {
		unsigned older = map->entries[i].older;

		if (is_meant(map->entries[i].token, token))
			gone(context, drop(map, i));
		i = older;
	}
}
