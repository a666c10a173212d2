/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which personality a token has in a ring, least recently used first to go.
 *
 * Found by the token object itself, to which the map holds a reference: an
 * address that is held cannot become another token's, while token ids are only
 * as unique as whoever minted them.
 */
#ifndef FILE_PERSONALITY_MAP_H
#define FILE_PERSONALITY_MAP_H

#include "engine.h"

struct personality_map;

/* @max: entries at most */
GUISE_MUST_USE int personality_map_new(unsigned max,
				       struct personality_map **ret);
/* @gone is called for each entry; NULL map is fine */
struct personality_map *
personality_map_free(struct personality_map *map,
		     void (*gone)(void *context, int id), void *context);
/* > 0, and now the most recently used; 0: not there */
int personality_map_find(struct personality_map *map,
			 const struct guise_token *token);
bool personality_map_is_full(const struct personality_map *map);
/* @token is not in it, and it is not full. Takes a reference of its own. */
void personality_map_add(struct personality_map *map,
			 const struct guise_token *token, int id);
/* The least recently used one leaves; its id. The map is not empty. */
int personality_map_evict(struct personality_map *map);
/* This token, and others that bear the same token id (other than 0), leave;
 * @gone is called for each. */
void personality_map_remove(struct personality_map *map,
			    const struct guise_token *token,
			    void (*gone)(void *context, int id), void *context);

#endif
