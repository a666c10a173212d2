/* SPDX-License-Identifier: Apache-2.0 */
/* One thread's map from session (token id) to personality; other threads add
 * and remove, so it has a lock, rarely contended. */
#ifndef AUTHORITY_SESSION_MAP_H
#define AUTHORITY_SESSION_MAP_H

#include <pthread.h>

#include <guise/token.h>

#include "base.h"

struct session_entry {
	guise_luid id;	     /* 0: free */
	uint64_t touched_ms; /* when its use was last reported */
	int personality;     /* 0 without rings */
};

struct session_map {
	pthread_mutex_t lock;	       /* the members below; innermost */
	struct session_entry *entries; /* open addressing */
	size_t capacity;	       /* a power of two */
	size_t n;
};

GUISE_MUST_USE int session_map_init(struct session_map *map);
void session_map_clear(struct session_map *map);
/* 0 or -ENOMEM */
GUISE_MUST_USE int session_map_add(struct session_map *map, guise_luid id,
				   int personality, uint64_t now_ms);
bool session_map_remove(struct session_map *map, guise_luid id);
/*
 * Its personality, or GUISE_E_NO_SUCH_LOGON_SESSION. @ret_touch: true if its
 * use was last reported more than @touch_ms ago; then it counts as reported.
 */
GUISE_MUST_USE int session_map_use(struct session_map *map, guise_luid id,
				   uint64_t now_ms, unsigned touch_ms,
				   bool *ret_touch);

#endif
