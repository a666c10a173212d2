/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Password logons: the helpers that check them, a bounded queue before them,
 * and the cache of those that succeeded. Shared by all workers. Helpers are
 * started by the main thread only (it alone is never anyone's client and not
 * confined).
 */
#ifndef AUTHORITY_LOGONS_H
#define AUTHORITY_LOGONS_H

#include <pthread.h>
#include <sys/stat.h>

#include "logon-cache.h"
#include "source.h"

#define LOGON_HELPERS_MAX 32
/* Logons that wait for a helper. Ours: more would time out anyway. */
#define LOGONS_WAITING_MAX 64

struct logon_slot {
	struct logon_helper *helper; /* NULL: being restarted */
	bool is_busy;
	bool is_broken; /* the main thread replaces it */
};

/* As much of a file as tells that it has changed. */
struct file_mark {
	ino_t ino;
	off_t size;
	struct timespec mtime;
};

struct logons {
	pthread_mutex_t lock; /* slots, n_waiting, cache, generation */
	pthread_cond_t freed;
	struct logon_slot slots[LOGON_HELPERS_MAX];
	unsigned n_slots;
	unsigned n_waiting;
	struct logon_cache *cache; /* NULL: nothing is remembered */
	uint64_t generation;	   /* counts flushes */
	unsigned timeout_ms;
	struct logon_sources sources; /* strings borrowed from the service */
	struct file_mark marks[2];    /* main thread: accounts and their log */
	int wake_fd; /* borrowed: written when the main thread has to look */
};

struct logons_options {
	struct logon_sources sources;
	unsigned n_helpers;
	unsigned timeout_ms;
	unsigned cache_ms; /* UINT_MAX: none */
	int wake_fd;
};

/* Starts the helpers. 0; errors of logon_helper_start(); -ENOMEM */
GUISE_MUST_USE int logons_init(struct logons *logons,
			       const struct logons_options *options);
void logons_clear(struct logons *logons);

/* Any thread. 0; GUISE_E_LOGON_FAILURE; GUISE_E_LIMIT (too many wait);
 * -ETIMEDOUT; -EIO; -ENOMEM */
GUISE_MUST_USE int logons_password(struct logons *logons, const char *name,
				   const uint8_t *password,
				   size_t password_size,
				   const struct guise_token **ret);
/* The token of a name as it is now, without a password. Any thread. */
GUISE_MUST_USE int logons_token(struct logons *logons, const char *name,
				const struct guise_token **ret);

/* Main thread: restart broken helpers, forget what is old. */
void logons_tick(struct logons *logons);
/* Main thread: true if the accounts have changed since the last call; then
 * nothing is remembered any more. */
bool logons_accounts_changed(struct logons *logons);

/* Helpers that are alive; entries of the cache */
void logons_count(struct logons *logons, unsigned *ret_helpers,
		  size_t *ret_cached);

#endif
