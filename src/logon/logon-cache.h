/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Remembers successful password logons for a short while without keeping the
 * password: the key is an HMAC-SHA-256 over name and password with a random
 * key that lives and dies with this cache. Only successes are remembered.
 * Fixed size, least recently used goes first. Not thread-safe: the caller
 * locks.
 */
#ifndef LOGON_LOGON_CACHE_H
#define LOGON_LOGON_CACHE_H

#include "base.h"

struct logon_cache;

/* @free_value is called with @context for a value that leaves the cache; it
 * must not call back into the cache. -EINVAL: no entries, or above 2^24. */
GUISE_MUST_USE int logon_cache_new(size_t max_entries, uint64_t ttl_ns,
				   void (*free_value)(void *context,
						      void *value),
				   void *context, struct logon_cache **ret);
struct logon_cache *logon_cache_free(struct logon_cache *cache);
/* The value or NULL; @now_ns is CLOCK_MONOTONIC. The entry's life is not
 * prolonged by use. */
void *logon_cache_find(struct logon_cache *cache, const char *name,
		       size_t name_size, const char *password,
		       size_t password_size, uint64_t now_ns);
/* Takes @value (also on failure: then it is freed). 0 or -ENOMEM */
GUISE_MUST_USE int logon_cache_put(struct logon_cache *cache, const char *name,
				   size_t name_size, const char *password,
				   size_t password_size, uint64_t now_ns,
				   void *value);
/* Forget one logon. */
void logon_cache_remove(struct logon_cache *cache, const char *name,
			size_t name_size, const char *password,
			size_t password_size);
/* Forget one value, all of one name (any password), everything */
void logon_cache_drop(struct logon_cache *cache, const void *value);
void logon_cache_drop_name(struct logon_cache *cache, const char *name,
			   size_t name_size);
void logon_cache_flush(struct logon_cache *cache);
void logon_cache_expire(struct logon_cache *cache, uint64_t now_ns);
size_t logon_cache_size(const struct logon_cache *cache);

#endif
