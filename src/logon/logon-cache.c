/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fixed array of entries, threaded on hash chains and on a list from most to
 * least recently used. The hash is a piece of the keyed digest, which nobody
 * outside can steer. What is kept of a logon is two digests: of name and
 * password, to find it, and of the name alone, to forget it.
 */
#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <sys/random.h>

#include "logon-cache.h"

#define DIGEST_SIZE SHA256_DIGEST_SIZE
#define NONE UINT32_MAX
#define ENTRIES_MAX (1u << 24)

struct entry {
	uint8_t key[DIGEST_SIZE];
	uint8_t name_key[DIGEST_SIZE];
	uint64_t born_ns;
	void *value;
	uint32_t chain; /* next of the same bucket, or of the free list */
	uint32_t newer, older; /* neighbours by use */
};

struct logon_cache {
	struct hmac_sha256_ctx hmac; /* holds the random key */
	uint64_t ttl_ns;
	void (*free_value)(void *context, void *value);
	void *context;
	struct entry *entries;
	uint32_t *buckets; /* as many as entries */
	uint32_t max_entries, n_entries;
	uint32_t newest, oldest, first_free;
};

static void set_key(struct logon_cache *cache)
{
	uint8_t key[DIGEST_SIZE];

	must(getrandom(key, sizeof(key), 0) == sizeof(key));
	hmac_sha256_set_key(&cache->hmac, sizeof(key), key);
	explicit_bzero(key, sizeof(key));
}

static void make_free_list(struct logon_cache *cache)
{
	for (uint32_t i = 0; i < cache->max_entries; i++) {
		cache->buckets[i] = NONE;
		cache->entries[i].chain =
			i + 1 < cache->max_entries ? i + 1 : NONE;
	}
	cache->first_free = 0;
	cache->newest = NONE;
	cache->oldest = NONE;
}

int logon_cache_new(size_t max_entries, uint64_t ttl_ns,
		    void (*free_value)(void *context, void *value),
		    void *context, struct logon_cache **ret)
{
	struct logon_cache *cache;

	if (max_entries == 0 || max_entries > ENTRIES_MAX)
		return -EINVAL;
	cache = calloc(1, sizeof(*cache));
	if (!cache)
		return -ENOMEM;
	cache->max_entries = (uint32_t)max_entries;
	cache->ttl_ns = ttl_ns;
	cache->free_value = free_value;
	cache->context = context;
	cache->entries = array_alloc(max_entries, sizeof(*cache->entries));
	cache->buckets = array_alloc(max_entries, sizeof(*cache->buckets));
	if (!cache->entries || !cache->buckets) {
		free(cache->entries);
		free(cache->buckets);
		free(cache);
		return -ENOMEM;
	}
	make_free_list(cache);
	set_key(cache);
	*ret = cache;
	return 0;
}

struct logon_cache *logon_cache_free(struct logon_cache *cache)
{
	if (!cache)
		return NULL;
	logon_cache_flush(cache);
	explicit_bzero(&cache->hmac, sizeof(cache->hmac));
	free(cache->entries);
	free(cache->buckets);
	free(cache);
	return NULL;
}

/* The first byte keeps the two uses apart, the size name and password. */
static void digest_name(const struct logon_cache *cache, uint8_t use,
			const char *name, size_t name_size,
			struct hmac_sha256_ctx *ret)
{
	const uint64_t size = name_size;

	*ret = cache->hmac;
	hmac_sha256_update(ret, 1, &use);
	hmac_sha256_update(ret, sizeof(size), (const uint8_t *)&size);
	hmac_sha256_update(ret, name_size, (const uint8_t *)name);
}

static void name_key(const struct logon_cache *cache, const char *name,
		     size_t name_size, uint8_t ret[DIGEST_SIZE])
{
	struct hmac_sha256_ctx hmac;

	digest_name(cache, 1, name, name_size, &hmac);
	hmac_sha256_digest(&hmac, DIGEST_SIZE, ret);
	explicit_bzero(&hmac, sizeof(hmac));
}

static void logon_key(const struct logon_cache *cache, const char *name,
		      size_t name_size, const char *password,
		      size_t password_size, uint8_t ret[DIGEST_SIZE])
{
	struct hmac_sha256_ctx hmac;

	digest_name(cache, 2, name, name_size, &hmac);
	hmac_sha256_update(&hmac, password_size, (const uint8_t *)password);
	hmac_sha256_digest(&hmac, DIGEST_SIZE, ret);
	explicit_bzero(&hmac, sizeof(hmac)); /* its block holds the password */
}

static uint32_t *bucket_of(const struct logon_cache *cache,
			   const uint8_t key[DIGEST_SIZE])
{
	uint64_t hash;

	memcpy(&hash, key, sizeof(hash));
	return &cache->buckets[hash % cache->max_entries];
}

static uint32_t index_of(const struct logon_cache *cache,
			 const uint8_t key[DIGEST_SIZE])
{
	uint32_t i = *bucket_of(cache, key);

	while (i != NONE &&
	       !memeql_sec(cache->entries[i].key, key, DIGEST_SIZE))
		i = cache->entries[i].chain;
	return i;
}

static void use_unlink(struct logon_cache *cache, uint32_t i)
{
	struct entry *entry = &cache->entries[i];

	if (entry->newer == NONE)
		cache->newest = entry->older;
	else
		cache->entries[entry->newer].older = entry->older;
	if (entry->older == NONE)
		cache->oldest = entry->newer;
	else
		cache->entries[entry->older].newer = entry->newer;
}

static void use_link(struct logon_cache *cache, uint32_t i)
{
	struct entry *entry = &cache->entries[i];

	entry->newer = NONE;
	entry->older = cache->newest;
	if (cache->newest == NONE)
		cache->oldest = i;
	else
		cache->entries[cache->newest].newer = i;
	cache->newest = i;
}

static void entry_remove(struct logon_cache *cache, uint32_t i)
{
	struct entry *entry = &cache->entries[i];
	uint32_t *link = bucket_of(cache, entry->key);
	void *value = entry->value;

	while (*link != i)
		link = &cache->entries[*link].chain;
	*link = entry->chain;
	use_unlink(cache, i);
	explicit_bzero(entry, sizeof(*entry));
	entry->chain = cache->first_free;
	cache->first_free = i;
	cache->n_entries--;
	if (cache->free_value)
		cache->free_value(cache->context, value);
}

/* A clock that went back makes an entry old, not eternal. */
static bool is_expired(const struct logon_cache *cache, uint32_t i,
		       uint64_t now_ns)
{
	return now_ns - cache->entries[i].born_ns >= cache->ttl_ns;
}

void *logon_cache_find(struct logon_cache *cache, const char *name,
		       size_t name_size, const char *password,
		       size_t password_size, uint64_t now_ns)
{
	uint8_t key[DIGEST_SIZE];
	uint32_t i;

	logon_key(cache, name, name_size, password, password_size, key);
	i = index_of(cache, key);
	if (i == NONE)
		return NULL;
	if (is_expired(cache, i, now_ns)) {
		entry_remove(cache, i);
		return NULL;
	}
	use_unlink(cache, i);
	use_link(cache, i);
	return cache->entries[i].value;
}

int logon_cache_put(struct logon_cache *cache, const char *name,
		    size_t name_size, const char *password,
		    size_t password_size, uint64_t now_ns, void *value)
{
	uint8_t key[DIGEST_SIZE];
	struct entry *entry;
	uint32_t i, *bucket;

	logon_key(cache, name, name_size, password, password_size, key);
	i = index_of(cache, key);
	if (i != NONE)
		entry_remove(cache, i);
	else if (cache->first_free == NONE)
		entry_remove(cache, cache->oldest);

	i = cache->first_free;
	entry = &cache->entries[i];
	cache->first_free = entry->chain;
	bucket = bucket_of(cache, key);
	memcpy(entry->key, key, sizeof(key));
	name_key(cache, name, name_size, entry->name_key);
	entry->born_ns = now_ns;
	entry->value = value;
	entry->chain = *bucket;
	*bucket = i;
	use_link(cache, i);
	cache->n_entries++;
	return 0;
}

void logon_cache_remove(struct logon_cache *cache, const char *name,
			size_t name_size, const char *password,
			size_t password_size)
{
	uint8_t key[DIGEST_SIZE];
	uint32_t i;

	logon_key(cache, name, name_size, password, password_size, key);
	i = index_of(cache, key);
	if (i != NONE)
		entry_remove(cache, i);
}

/* By @doomed, walking from the oldest on; safe against removal. */
static void remove_if(struct logon_cache *cache,
		      bool (*doomed)(const struct logon_cache *cache,
				     uint32_t i, const void *what),
		      const void *what)
{
	uint32_t i = cache->oldest;

	while (i != NONE) {
		uint32_t next = cache->entries[i].newer;

		if (doomed(cache, i, what))
			entry_remove(cache, i);
		i = next;
	}
}

static bool has_value(const struct logon_cache *cache, uint32_t i,
		      const void *what)
{
	return cache->entries[i].value == what;
}

static bool has_name_key(const struct logon_cache *cache, uint32_t i,
			 const void *what)
{
	return memeql_sec(cache->entries[i].name_key, what, DIGEST_SIZE);
}

static bool has_expired(const struct logon_cache *cache, uint32_t i,
			const void *what)
{
	uint64_t now_ns;

	memcpy(&now_ns, what, sizeof(now_ns));
	return is_expired(cache, i, now_ns);
}

void logon_cache_drop(struct logon_cache *cache, const void *value)
{
	remove_if(cache, has_value, value);
}

void logon_cache_drop_name(struct logon_cache *cache, const char *name,
			   size_t name_size)
{
	uint8_t key[DIGEST_SIZE];

	name_key(cache, name, name_size, key);
	remove_if(cache, has_name_key, key);
}

void logon_cache_expire(struct logon_cache *cache, uint64_t now_ns)
{
	remove_if(cache, has_expired, &now_ns);
}

void logon_cache_flush(struct logon_cache *cache)
{
	while (cache->oldest != NONE)
		entry_remove(cache, cache->oldest);
}

size_t logon_cache_size(const struct logon_cache *cache)
{
	return cache->n_entries;
}
