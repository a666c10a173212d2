/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session is counted: once by the cache, once by each request. Its last
 * reference may go on any thread, and logging off waits for the authority, so
 * what is over is put on a list that a job thread works off.
 *
 * The entry's life is not prolonged by use: a changed password, a locked
 * account or new groups take effect within ttl_ms. It follows that no session
 * is idle for longer, either.
 */
#include <pthread.h>
#include <time.h>

#include "sessions.h"

#include "logon-cache.h"

struct session {
	struct client client; /* first: a client is a session */
	struct sessions *owner;
	atomic_uint refs;
	atomic_uint n_requests;
	struct session *next_over; /* under owner->lock */
};

/**
 * struct sessions
 * @lock: protects cache, over and anonymous; a leaf, nothing blocks under it
 * @cache: values are sessions, each a reference
 * @over: sessions without references, to be logged off
 * @anonymous: a reference, or NULL
 */
struct sessions {
	struct sessions_options options;
	struct clients clients;
	pthread_mutex_t lock;
	struct logon_cache *cache;
	struct session *over;
	struct session *anonymous;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	must(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void lock(struct sessions *s)
{
	must(pthread_mutex_lock(&s->lock) == 0);
}

static void unlock(struct sessions *s)
{
	must(pthread_mutex_unlock(&s->lock) == 0);
}

/* With the lock held. */
static void session_unref_locked(struct session *session)
{
	if (!refcount_put(&session->refs))
		return;
	session->next_over = session->owner->over;
	session->owner->over = session;
}

static void session_unref(struct session *session)
{
	struct sessions *owner = session->owner;

	lock(owner);
	session_unref_locked(session);
	unlock(owner);
}

/* The cache's own drop; it is only called under the lock. */
static void cache_dropped(void *context, void *value)
{
	(void)context;
	session_unref_locked(value);
}

static struct session *session_of(struct client *client)
{
	return (struct session *)(void *)client;
}

/* One more request of it; the caller holds a reference, which it takes. The
 * anonymous client is many people: they are limited by address. */
static int session_enter(struct session *session, struct client **ret)
{
	unsigned before = atomic_fetch_add(&session->n_requests, 1);

	if (session->client.name &&
	    before >= session->owner->options.max_requests) {
		(void)atomic_fetch_sub(&session->n_requests, 1);
		session_unref(session);
		return GUISE_E_LIMIT;
	}
	*ret = &session->client;
	return 0;
}

static struct session *cached(struct sessions *s, const struct basic *who)
{
	struct session *found;

	lock(s);
	found = who ? logon_cache_find(s->cache, who->name, who->name_size,
				       who->password, who->password_size,
				       now_ns())
		    : s->anonymous;
	if (found)
		refcount_get(&found->refs);
	unlock(s);
	return found;
}

static int sessions_find(void *context, const struct basic *who,
			 struct client **ret)
{
	struct session *found = cached(context, who);

	return found ? session_enter(found, ret) : -EAGAIN;
}

static int ask_authority(struct sessions *s, unsigned thread,
			 const struct basic *who,
			 const struct guise_token **ret)
{
	if (!who)
		return guise_authority_logon_anonymous(s->options.authority,
						       thread, ret);
	return guise_authority_logon_password(s->options.authority, thread,
					      who->name, who->password,
					      who->password_size, ret);
}

static int session_new(struct sessions *s, const struct guise_token *token,
		       const struct basic *who, struct session **ret)
{
	struct session *session = calloc(1, sizeof(*session));

	if (!session)
		return -ENOMEM;
	atomic_init(&session->refs, 1);
	session->owner = s;
	session->client.token = token;
	session->client.name = who ? guise_token_name(token) : NULL;
	*ret = session;
	return 0;
}

/* Puts it where the next request finds it; one more reference. */
static void session_keep(struct sessions *s, const struct basic *who,
			 struct session *session)
{
	lock(s);
	refcount_get(&session->refs);
	if (who) {
		/* without memory it is only not remembered */
		(void)!logon_cache_put(s->cache, who->name, who->name_size,
				       who->password, who->password_size,
				       now_ns(), session);
	} else {
		if (s->anonymous)
			session_unref_locked(s->anonymous);
		s->anonymous = session;
	}
	unlock(s);
}

static int sessions_logon(void *context, unsigned thread,
			  const struct basic *who, struct client **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct session *session = cached(context, who);
	int r;

	/* another thread may have been faster */
	if (session)
		return session_enter(session, ret);
	r = ask_authority(context, thread, who, &token);
	if (r < 0)
		return r;
	r = session_new(context, token, who, &session);
	if (r < 0) {
		struct sessions *s = context;

		guise_authority_logoff(s->options.authority, thread, token);
		return r;
	}
	token = NULL; /* the session's now */
	session_keep(context, who, session);
	return session_enter(session, ret);
}

static void sessions_forget(void *context, struct client *client)
{
	struct session *session = session_of(client);
	struct sessions *s = context;

	lock(s);
	if (s->anonymous == session) {
		session_unref_locked(session);
		s->anonymous = NULL;
	}
	logon_cache_drop(s->cache, session);
	unlock(s);
}

static void sessions_release(void *context, struct client *client)
{
	struct session *session = session_of(client);

	(void)context;
	(void)atomic_fetch_sub(&session->n_requests, 1);
	session_unref(session);
}

const struct clients *sessions_clients(struct sessions *sessions)
{
	return &sessions->clients;
}

static void log_off_all(struct sessions *s, unsigned thread,
			struct session *list)
{
	while (list) {
		struct session *session = list;

		list = session->next_over;
		guise_authority_logoff(s->options.authority, thread,
				       session->client.token);
		(void)guise_token_unref(session->client.token);
		free(session);
	}
}

void sessions_tend(struct sessions *sessions, unsigned thread)
{
	struct session *over;

	lock(sessions);
	logon_cache_expire(sessions->cache, now_ns());
	over = sessions->over;
	sessions->over = NULL;
	unlock(sessions);
	log_off_all(sessions, thread, over);
}

int sessions_new(const struct sessions_options *options, struct sessions **ret)
{
	struct sessions *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return -ENOMEM;
	s->options = *options;
	r = logon_cache_new(options->max, options->ttl_ms * 1000000ull,
			    cache_dropped, s, &s->cache);
	if (r < 0) {
		free(s);
		return r;
	}
	must(pthread_mutex_init(&s->lock, NULL) == 0);
	s->clients = (struct clients){
		.context = s,
		.find = sessions_find,
		.logon = sessions_logon,
		.forget = sessions_forget,
		.release = sessions_release,
	};
	*ret = s;
	return 0;
}

struct sessions *sessions_free(struct sessions *sessions, unsigned thread)
{
	if (!sessions)
		return NULL;
	lock(sessions);
	if (sessions->anonymous)
		session_unref_locked(sessions->anonymous);
	sessions->anonymous = NULL;
	logon_cache_flush(sessions->cache);
	unlock(sessions);
	sessions_tend(sessions, thread);
	(void)logon_cache_free(sessions->cache);
	(void)pthread_mutex_destroy(&sessions->lock);
	free(sessions);
	return NULL;
}
