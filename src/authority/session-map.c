/* SPDX-License-Identifier: Apache-2.0 */
/* See session-map.h. Ids are random, so their low bits are the hash. */
#include "session-map.h"

#define CAPACITY_MIN 64

int session_map_init(struct session_map *map)
{
	*map = (struct session_map){.capacity = CAPACITY_MIN};
	map->entries = array_alloc(map->capacity, sizeof(*map->entries));
	if (!map->entries)
		return -ENOMEM;
	must(pthread_mutex_init(&map->lock, NULL) == 0);
	return 0;
}

void session_map_clear(struct session_map *map)
{
	if (!map->entries)
		return;
	free(map->entries);
	must(pthread_mutex_destroy(&map->lock) == 0);
	*map = (struct session_map){0};
}

static size_t home_of(const struct session_map *map, guise_luid id)
{
	return id & (map->capacity - 1);
}

static size_t after(const struct session_map *map, size_t at)
{
	return (at + 1) & (map->capacity - 1);
}

/* Where @id is, or the free place where it belongs: there always is one. */
static size_t find(const struct session_map *map, guise_luid id)
{
	size_t at = home_of(map, id);

	while (map->entries[at].id && map->entries[at].id != id)
		at = after(map, at);
	return at;
}

static int grow(struct session_map *map)
{
	struct session_map bigger = {.capacity = 2 * map->capacity};

	bigger.entries = array_alloc(bigger.capacity, sizeof(*bigger.entries));
	if (!bigger.entries)
		return -ENOMEM;
	for (size_t i = 0; i < map->capacity; i++) {
		const struct session_entry *entry = &map->entries[i];

		if (entry->id)
			bigger.entries[find(&bigger, entry->id)] = *entry;
	}
	free(map->entries);
	map->entries = bigger.entries;
	map->capacity = bigger.capacity;
	return 0;
}

int session_map_add(struct session_map *map, struct session_key key,
		    int personality, uint64_t now_ms)
{
	int r = 0;

	must(key.id != 0);
	must(pthread_mutex_lock(&map->lock) == 0);
	if (2 * (map->n + 1) > map->capacity)
		r = grow(map);
	if (r == 0) {
		struct session_entry *entry = &map->entries[find(map, key.id)];

		map->n += entry->id == 0;
		*entry = (struct session_entry){
			.id = key.id,
			.modified = key.modified,
			.personality = personality,
			.touched_ms = now_ms,
		};
	}
	must(pthread_mutex_unlock(&map->lock) == 0);
	return r;
}

/* Close the gap: whoever lies further from home than the gap moves into it. */
static void erase(struct session_map *map, size_t gap)
{
	const size_t mask = map->capacity - 1;

	for (size_t at = after(map, gap); map->entries[at].id;
	     at = after(map, at)) {
		const size_t home = home_of(map, map->entries[at].id);

		if (((at - home) & mask) >= ((at - gap) & mask)) {
			map->entries[gap] = map->entries[at];
			gap = at;
		}
	}
	map->entries[gap] = (struct session_entry){0};
	map->n--;
}

bool session_map_remove(struct session_map *map, guise_luid id)
{
	bool found;
	size_t at;

	must(pthread_mutex_lock(&map->lock) == 0);
	at = find(map, id);
	found = map->entries[at].id != 0;
	if (found)
		erase(map, at);
	must(pthread_mutex_unlock(&map->lock) == 0);
	return found;
}

bool session_map_differs(struct session_map *map, struct session_key key)
{
	const struct session_entry *entry;
	bool differs;

	must(pthread_mutex_lock(&map->lock) == 0);
	entry = &map->entries[find(map, key.id)];
	differs = entry->id && entry->modified != key.modified;
	must(pthread_mutex_unlock(&map->lock) == 0);
	return differs;
}

int session_map_use(struct session_map *map, struct session_key key,
		    uint64_t now_ms, unsigned touch_ms, bool *ret_touch)
{
	struct session_entry *entry;
	int r = GUISE_E_NO_SUCH_LOGON_SESSION;

	if (key.id == 0)
		return r;
	must(pthread_mutex_lock(&map->lock) == 0);
	entry = &map->entries[find(map, key.id)];
	if (entry->id && entry->modified == key.modified) {
		*ret_touch = now_ms > entry->touched_ms &&
			     now_ms - entry->touched_ms > touch_ms;
		if (*ret_touch)
			entry->touched_ms = now_ms;
		r = entry->personality;
	}
	must(pthread_mutex_unlock(&map->lock) == 0);
	return r;
}
