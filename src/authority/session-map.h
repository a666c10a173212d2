/* SPDX-License-Identifier: Apache-2.0 */
/* One thread's map from session (token id) to personality; other threads add
 * and remove, so it has a lock, rarely contended. */
#ifndef AUTHORITY_SESSION_MAP_H
#define AUTHORITY_SESSION_MAP_H

#include <pthread.h>

#include <guise/token.h>

#include "base.h"

/*
 * Which token it is. An adjusted token has the id of its source, but it is not
 * what the authority registered: it may stand for fewer capabilities.
 */
struct session_key {
	guise_luid id;
	guise_luid modified;
};

static inline struct session_key session_key_of(const struct guise_token *token)
{
	return (struct session_key){guise_token_id(token),
				    guise_token_modified_id(token)};
}

struct session_entry {
	guise_luid id;	     /* 0: free */
	guise_luid modified; /* of the token that is registered */
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
GUISE_MUST_USE int session_map_add(struct session_map *map,
				   struct session_key key, int personality,
				   uint64_t now_ms);
bool session_map_remove(struct session_map *map, guise_luid id);
/* The session is there, and of another token: one before it was adjusted. */
bool session_map_differs(struct session_map *map, struct session_key key);
/*
 * Its personality, or GUISE_E_NO_SUCH_LOGON_SESSION. @ret_touch: true if its
 * use was last reported more than @touch_ms ago; then it counts as reported.
 */
GUISE_MUST_USE int session_map_use(struct session_map *map,
				   struct session_key key, uint64_t now_ms,
				   unsigned touch_ms, bool *ret_touch);

#endif
