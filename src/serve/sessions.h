/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clients of one worker: name and password, or the name of a session, to a
 * logged-on session, for a while. Thread-safe. A session that left the cache is
 * logged off when the last request that uses it has ended, by sessions_tend().
 */
#ifndef SERVE_SESSIONS_H
#define SERVE_SESSIONS_H

#include <guise/authority.h>

#include "site.h"

struct sessions;

/**
 * struct sessions_options
 * @authority: borrowed
 * @max: sessions at once; the least recently used goes first
 * @ttl_ms: after so long name and password are checked again, and a session's
 *          name is good no longer
 * @max_requests: of one session at once
 * @by_connection: who has negotiated is known by the connection
 * @by_cookie: and by a cookie
 */
struct sessions_options {
	struct guise_authority *authority;
	size_t max;
	unsigned ttl_ms;
	unsigned max_requests;
	bool by_connection;
	bool by_cookie;
};

GUISE_MUST_USE int sessions_new(const struct sessions_options *options,
				struct sessions **ret);
/* No request may be running. */
struct sessions *sessions_free(struct sessions *sessions, unsigned thread);
/* The face that exchanges see; borrowed, as long as @sessions. */
const struct clients *sessions_clients(struct sessions *sessions);
/* Now and then, on a thread that may block: ends what is old or over. */
void sessions_tend(struct sessions *sessions, unsigned thread);

#endif
