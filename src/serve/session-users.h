/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose sessions there are, so that one user's limits are one user's, however
 * many sessions, connections and names that user logs on with. Not thread-safe
 * but for the count of requests: the caller locks.
 */
#ifndef SERVE_SESSION_USERS_H
#define SERVE_SESSION_USERS_H

#include <stdatomic.h>

#include <guise/sid.h>

#include "base.h"

#define SESSION_USERS_BUCKETS 1024

/**
 * struct session_user - one user, while a session of theirs is there
 * @n_sessions: each a reference
 * @n_kept: of them that a later request can find
 * @n_requests: that run
 */
struct session_user {
	struct session_user *next; /* of the same bucket */
	struct guise_sid sid;
	unsigned n_sessions;
	unsigned n_kept;
	atomic_uint n_requests;
};

struct session_users {
	struct session_user *buckets[SESSION_USERS_BUCKETS];
};

/* One more session of @sid's; NULL: no memory */
struct session_user *session_user_get(struct session_users *users,
				      const struct guise_sid *sid);
void session_user_put(struct session_users *users, struct session_user *user);

#endif
