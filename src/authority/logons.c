/* SPDX-License-Identifier: Apache-2.0 */
/* See logons.h. */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "logons.h"
#include "sessions.h"

#define CACHE_ENTRIES 4096

static void free_token(void *context, void *value)
{
	const struct guise_token *token = value;

	(void)context;
	(void)guise_token_unref(token);
}

static void lock(struct logons *logons)
{
	must(pthread_mutex_lock(&logons->lock) == 0);
}

static void unlock(struct logons *logons)
{
	must(pthread_mutex_unlock(&logons->lock) == 0);
}

static void init_lock(struct logons *logons)
{
	pthread_condattr_t attr;

	must(pthread_condattr_init(&attr) == 0);
	must(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
	must(pthread_cond_init(&logons->freed, &attr) == 0);
	must(pthread_condattr_destroy(&attr) == 0);
	must(pthread_mutex_init(&logons->lock, NULL) == 0);
}

int logons_init(struct logons *logons, const struct logons_options *options)
{
	int r = 0;

	*logons = (struct logons){
		.timeout_ms = options->timeout_ms,
		.sources = options->sources,
		.wake_fd = options->wake_fd,
	};
	init_lock(logons);
	if (options->cache_ms != UINT32_MAX)
		r = logon_cache_new(CACHE_ENTRIES,
				    (uint64_t)options->cache_ms * 1000000,
				    free_token, NULL, &logons->cache);
	(void)logons_accounts_changed(logons); /* the first marks */
	while (r == 0 && logons->n_slots < options->n_helpers) {
		r = logon_helper_start(&logons->sources,
				       &logons->slots[logons->n_slots].helper);
		logons->n_slots += r == 0;
	}
	if (r < 0)
		logons_clear(logons);
	return r;
}

void logons_clear(struct logons *logons)
{
	for (unsigned i = 0; i < logons->n_slots; i++)
		(void)logon_helper_stop(logons->slots[i].helper);
	(void)logon_cache_free(logons->cache);
	must(pthread_cond_destroy(&logons->freed) == 0);
	must(pthread_mutex_destroy(&logons->lock) == 0);
	*logons = (struct logons){0};
}

static uint64_t clock_ns(void)
{
	struct timespec now;

	must(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static struct timespec deadline_in(unsigned ms)
{
	const uint64_t at = clock_ns() + (uint64_t)ms * 1000000;

	return (struct timespec){
		.tv_sec = (time_t)(at / 1000000000),
		.tv_nsec = (long)(at % 1000000000),
	};
}

static struct logon_slot *find_free(struct logons *logons)
{
	for (unsigned i = 0; i < logons->n_slots; i++) {
		struct logon_slot *slot = &logons->slots[i];

		if (slot->helper && !slot->is_busy && !slot->is_broken)
			return slot;
	}
	return NULL;
}

/* Wait, not longer than a logon may take, for a helper of one's own. */
static int acquire(struct logons *logons, struct logon_slot **ret)
{
	const struct timespec deadline = deadline_in(logons->timeout_ms);
	struct logon_slot *slot;
	int r = 0;

	lock(logons);
	slot = find_free(logons);
	if (!slot && logons->n_waiting >= LOGONS_WAITING_MAX) {
		unlock(logons);
		return GUISE_E_LIMIT;
	}
	logons->n_waiting++;
	while (!slot && r == 0) {
		r = pthread_cond_timedwait(&logons->freed, &logons->lock,
					   &deadline);
		slot = find_free(logons);
	}
	logons->n_waiting--;
	if (slot)
		slot->is_busy = true;
	unlock(logons);
	if (!slot)
		return -ETIMEDOUT;
	*ret = slot;
	return 0;
}

static void release(struct logons *logons, struct logon_slot *slot, int result)
{
	const uint64_t one = 1;

	lock(logons);
	slot->is_busy = false;
	slot->is_broken = result == -ETIMEDOUT || result == -ECONNRESET;
	must(pthread_cond_signal(&logons->freed) == 0);
	if (slot->is_broken) /* the tick comes anyway, only later */
		(void)!write(logons->wake_fd, &one, sizeof(one));
	unlock(logons);
}

static const struct guise_token *
find_cached(struct logons *logons, const char *name, const uint8_t *password,
	    size_t password_size, uint64_t *ret_generation)
{
	const struct guise_token *token = NULL;

	lock(logons);
	*ret_generation = logons->generation;
	if (logons->cache)
		token = logon_cache_find(logons->cache, name, strlen(name),
					 (const char *)password, password_size,
					 clock_ns());
	if (token)
		token = guise_token_ref(token);
	unlock(logons);
	return token;
}

/* Unless the accounts have changed while it was checked. */
static void remember(struct logons *logons, const char *name,
		     const uint8_t *password, size_t password_size,
		     uint64_t generation, const struct guise_token *token)
{
	void *value;

	lock(logons);
	if (logons->cache && logons->generation == generation) {
		token = guise_token_ref(token);
		memcpy(&value, &token, sizeof(value)); /* sheds const */
		(void)!logon_cache_put(logons->cache, name, strlen(name),
				       (const char *)password, password_size,
				       clock_ns(), value);
	}
	unlock(logons);
}

int logons_password(struct logons *logons, const char *name,
		    const uint8_t *password, size_t password_size,
		    const struct guise_token **ret)
{
	const struct guise_token *cached;
	struct logon_slot *slot = NULL;
	uint64_t generation;
	int r;

	cached =
		find_cached(logons, name, password, password_size, &generation);
	if (cached) {
		*ret = cached;
		return 0;
	}
	r = acquire(logons, &slot);
	if (r < 0)
		return r;
	r = logon_helper_password(slot->helper, name, (const char *)password,
				  password_size, logons->timeout_ms, ret);
	release(logons, slot, r);
	if (r == -ECONNRESET)
		return -EIO;
	if (r == 0)
		remember(logons, name, password, password_size, generation,
			 *ret);
	return r;
}

int logons_token(struct logons *logons, const char *name,
		 const struct guise_token **ret)
{
	struct logon_slot *slot = NULL;
	int r;

	r = acquire(logons, &slot);
	if (r < 0)
		return r;
	r = logon_helper_token(slot->helper, name, logons->timeout_ms, ret);
	release(logons, slot, r);
	return r == -ECONNRESET ? -EIO : r;
}

static void restart(struct logons *logons, struct logon_slot *slot)
{
	struct logon_helper *helper = NULL;

	/* broken: nobody but this thread takes it */
	slot->helper = logon_helper_stop(slot->helper);
	if (logon_helper_start(&logons->sources, &helper) < 0)
		return; /* again at the next tick */
	lock(logons);
	slot->helper = helper;
	slot->is_broken = false;
	must(pthread_cond_signal(&logons->freed) == 0);
	unlock(logons);
}

void logons_tick(struct logons *logons)
{
	for (unsigned i = 0; i < logons->n_slots; i++) {
		bool is_broken;

		lock(logons);
		is_broken = logons->slots[i].is_broken;
		unlock(logons);
		if (is_broken)
			restart(logons, &logons->slots[i]);
	}
	if (!logons->cache)
		return;
	lock(logons);
	logon_cache_expire(logons->cache, clock_ns());
	unlock(logons);
}

/* An absent file and an empty one are the same: SQLite makes and removes its
 * write-ahead log as it likes. */
static struct file_mark mark_of(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0 || st.st_size == 0)
		return (struct file_mark){0};
	return (struct file_mark){
		.ino = st.st_ino,
		.size = st.st_size,
		.mtime = st.st_mtim,
	};
}

static bool mark_equal(const struct file_mark *a, const struct file_mark *b)
{
	return a->ino == b->ino && a->size == b->size &&
	       a->mtime.tv_sec == b->mtime.tv_sec &&
	       a->mtime.tv_nsec == b->mtime.tv_nsec;
}

bool logons_accounts_changed(struct logons *logons)
{
	char log[GUISE_PATH_MAX + 8];
	struct file_mark now[2];
	bool changed;

	if (!logons->sources.accounts_path)
		return false;
	(void)snprintf(log, sizeof(log), "%s-wal",
		       logons->sources.accounts_path);
	now[0] = mark_of(logons->sources.accounts_path);
	now[1] = mark_of(log);
	changed = !mark_equal(&now[0], &logons->marks[0]) ||
		  !mark_equal(&now[1], &logons->marks[1]);
	if (!changed)
		return false;
	memcpy(logons->marks, now, sizeof(now));
	lock(logons);
	logons->generation++;
	if (logons->cache)
		logon_cache_flush(logons->cache);
	unlock(logons);
	return true;
}

void logons_count(struct logons *logons, unsigned *ret_helpers,
		  size_t *ret_cached)
{
	unsigned n = 0;

	lock(logons);
	for (unsigned i = 0; i < logons->n_slots; i++)
		n += logons->slots[i].helper && !logons->slots[i].is_broken;
	*ret_helpers = n;
	*ret_cached = logons->cache ? logon_cache_size(logons->cache) : 0;
	unlock(logons);
}
