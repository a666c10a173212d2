/* SPDX-License-Identifier: Apache-2.0 */
/* What the methods share. Each has a start (headers are here, does not block
 * for long) and may have a run (may block). */
#ifndef DAV_DAV_H
#define DAV_DAV_H

#include <unistd.h>

#include <guise/share.h>

#include "exchange.h"

struct dav_method {
	enum exchange_next (*start)(struct exchange *ex,
				    const struct serve_thread *thread);
	enum exchange_next (*run)(struct exchange *ex,
				  const struct serve_thread *thread);
	/* a piece of the body; NULL: the method has none */
	enum exchange_next (*body)(struct exchange *ex,
				   const struct serve_thread *thread,
				   const void *data, size_t size);
	bool needs_share; /* not for the index of shares: 405 */
};

const struct dav_method *dav_method(enum http_method method);

struct guise_actor exchange_actor(struct exchange *ex,
				  const struct serve_thread *thread);
/* The same for a look at what the operation itself will ask for again: only
 * refusals go on record. */
struct guise_actor exchange_looker(struct exchange *ex,
				   const struct serve_thread *thread);

/* Answers without a body of their own: a short page for errors. */
enum exchange_next exchange_answer(struct exchange *ex, unsigned status,
				   enum decided decided);
/* 401 with the challenge; the same bytes whatever the reason. */
enum exchange_next exchange_challenge(struct exchange *ex,
				      enum decided decided);
/* The answer to an operation's error; @creates: a missing name is 409. */
enum exchange_next exchange_fail(struct exchange *ex, int error, bool creates);
/* May the client list the directory that @path is in? The root of a share is
 * a name of the index, which is told by site_shows(). */
bool exchange_can_list(struct exchange *ex, const struct site_share *share,
		       const char *path);
/* The status exchange_fail() would give for a member of a recursive job. */
unsigned dav_member_status(int error);
/* The page of a condition that is not CONDITION_TRUE. */
enum exchange_next exchange_condition(struct exchange *ex,
				      enum condition condition);
/* 0 or an answer was made: evaluates ex->conditions against @stat, which may
 * be NULL for "nothing is there". */
bool exchange_conditions_hold(struct exchange *ex, const struct stat *stat,
			      bool reads);
/* An answer with a body in memory; takes it. */
enum exchange_next exchange_answer_memory(struct exchange *ex, unsigned status,
					  struct guise_buf *memory,
					  const char *content_type);

/* Finds share and rest of @target. False: no such share for this client. */
bool site_find(const struct site *site, const struct target *target,
	       bool anonymous, const struct site_share **ret_share,
	       const char **ret_path);
/* Whether the index shows it: the client may list its root. */
bool site_shows(struct exchange *ex, const struct serve_thread *thread,
		const struct site_share *share);
/* "/share/path", with a slash at the end for a directory. */
GUISE_MUST_USE int dav_href(struct guise_buf *out,
			    const struct site_share *share, const char *path,
			    bool is_directory);

/* Names and metadata of one directory, sorted by name. */
struct listing_entry {
	char *name;
	struct stat stat;
};

struct listing {
	struct listing_entry *entries;
	size_t n;
	size_t capacity;
	size_t max;
	bool is_cut; /* there are more than @max */
};

GUISE_MUST_USE int listing_read(struct exchange *ex,
				const struct serve_thread *thread,
				struct listing *ret);
void listing_clear(struct listing *listing);

extern const struct dav_method dav_get, dav_put, dav_delete, dav_mkcol,
	dav_copymove, dav_options, dav_propfind;

#endif
