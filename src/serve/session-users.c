/* SPDX-License-Identifier: Apache-2.0 */
#include "session-users.h"

/* The directory gives RIDs one after the other: no user can choose one. */
static struct session_user **bucket_of(struct session_users *users,
				       const struct guise_sid *sid)
{
	uint32_t hash = 0;

	for (unsigned i = 0; i < sid->n_subs; i++)
		hash = hash * 31 + sid->sub[i];
	return &users->buckets[hash % SESSION_USERS_BUCKETS];
}

struct session_user *session_user_get(struct session_users *users,
				      const struct guise_sid *sid)
{
	struct session_user **bucket = bucket_of(users, sid);
	struct session_user *user = *bucket;

	while (user && !guise_sid_equal(&user->sid, sid))
		user = user->next;
	if (!user) {
		user = calloc(1, sizeof(*user));
		if (!user)
			return NULL;
		user->sid = *sid;
		atomic_init(&user->n_requests, 0);
		user->next = *bucket;
		*bucket = user;
	}
	user->n_sessions++;
	return user;
}

void session_user_put(struct session_users *users, struct session_user *user)
{
	struct session_user **at = bucket_of(users, &user->sid);

	must(user->n_sessions > 0);
	if (--user->n_sessions > 0)
		return;
	must(user->n_kept == 0 && atomic_load(&user->n_requests) == 0);
	while (*at != user)
		at = &(*at)->next;
	*at = user->next;
	free(user);
}
