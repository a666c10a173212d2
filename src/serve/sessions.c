/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session is counted: once by the cache, once by each request. Its last
 * reference may go on any thread, and logging off waits for the authority, so
 * what is over is put on a list that a job thread works off.
 *
 * What a connection or a cookie knows is the name of a session, and the cache
 * is asked for it like for name and password: by a keyed hash, among a bounded
 * number of which the least recently used goes. So a session ends in one place,
 * whoever knows its name.
 *
 * The entry's life is not prolonged by use: a changed password, a locked
 * account or new groups take effect within ttl_ms; a Kerberos client's ends
 * with its ticket, too. It follows that no session is idle for longer, either.
 */
#include <pthread.h>
#include <sys/random.h>

#include "sessions.h"

#include "logon-cache.h"
#include "session-logon.h"
#include "session-users.h"

/* One user's sessions that are kept: at most this part of all. Whoever asks for
 * more, with a new ticket for each request or the same name in other letters,
 * has them for that request only. */
#define KEPT_PART 8

struct session {
	struct client client; /* first: a client is a session */
	struct sessions *owner;
	struct session_user *user; /* NULL: the anonymous client's */
	atomic_uint refs;
	uint64_t until_ns;
	char *principal; /* or NULL */
	/* under owner->lock */
	bool is_kept;
	struct session *next_over;
};

/**
 * struct sessions
 * @lock: protects cache, users, over and anonymous; a leaf, nothing blocks
 * under it
 * @cache: values are sessions, each a reference
 * @users: whose they are
 * @over: sessions without references, to be logged off
 * @anonymous: a reference, or NULL
 */
struct sessions {
	struct sessions_options options;
	struct clients clients;
	pthread_mutex_t lock;
	struct logon_cache *cache;
	struct session_users users;
	struct session *over;
	struct session *anonymous;
};

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
	struct session *session = value;

	(void)context;
	if (session->is_kept) {
		session->is_kept = false;
		session->user->n_kept--;
	}
	session_unref_locked(session);
}

static struct session *session_of(struct client *client)
{
	return (struct session *)(void *)client;
}

static void session_leave(struct session *session)
{
	if (session->user)
		(void)atomic_fetch_sub(&session->user->n_requests, 1);
	session_unref(session);
}

/* One more request of its user; the caller holds a reference, which it takes.
 * The anonymous client is many people: they are limited by address. */
static int session_enter(struct session *session, struct client **ret)
{
	const unsigned max = session->owner->options.max_requests;

	if (session->user &&
	    atomic_fetch_add(&session->user->n_requests, 1) >= max) {
		session_leave(session);
		return GUISE_E_LIMIT;
	}
	*ret = &session->client;
	return 0;
}

/* A session with a name is kept under it as if it were a password; nobody's
 * user name is empty. With the lock held. */
static struct session *named_locked(struct sessions *s,
				    const struct session_name *name)
{
	struct session *found =
		logon_cache_find(s->cache, "", 0, (const char *)name->bytes,
				 sizeof(name->bytes), session_now_ns());

	if (found && session_now_ns() >= found->until_ns) {
		logon_cache_remove(s->cache, "", 0, (const char *)name->bytes,
				   sizeof(name->bytes));
		return NULL;
	}
	return found;
}

static struct session *find_locked(struct sessions *s,
				   const struct credentials *who)
{
	switch (who->kind) {
	case CREDENTIALS_BASIC:
		return logon_cache_find(
			s->cache, who->basic.name, who->basic.name_size,
			who->basic.password, who->basic.password_size,
			session_now_ns());
	case CREDENTIALS_COOKIE:
	case CREDENTIALS_CONNECTION:
		return named_locked(s, &who->session);
	case CREDENTIALS_NONE:
		return s->anonymous;
	case CREDENTIALS_NEGOTIATE:
	case CREDENTIALS_PEER:
		break;
	}
	return NULL;
}

static struct session *cached(struct sessions *s, const struct credentials *who)
{
	struct session *found;

	lock(s);
	found = find_locked(s, who);
	if (found)
		refcount_get(&found->refs);
	unlock(s);
	return found;
}

static int sessions_find(void *context, const struct credentials *who,
			 struct client **ret)
{
	struct session *found = cached(context, who);

	if (found)
		return session_enter(found, ret);
	return who->kind == CREDENTIALS_COOKIE ||
			       who->kind == CREDENTIALS_CONNECTION
		       ? -ENOENT
		       : -EAGAIN;
}

/* Whole seconds that a session lasts from now on. */
static uint64_t life_of(const struct attempt *a)
{
	const uint64_t now = session_now_ns();
	const uint64_t left = a->until_ns > now ? a->until_ns - now : 0;
	const uint64_t ttl = a->sessions->options.ttl_ms / 1000;

	return left / 1000000000u < ttl ? left / 1000000000u : ttl;
}

static void session_name_make(struct session_name *ret)
{
	must(getrandom(ret->bytes, sizeof(ret->bytes), 0) ==
	     sizeof(ret->bytes));
}

static struct session *session_free(struct session *session)
{
	if (session) {
		free(session->principal);
		free(session);
	}
	return NULL;
}

/* Its name, its principal and whose it is. */
static int session_name(struct session *session, const struct attempt *a)
{
	const struct guise_token *token = session->client.token;
	const char *name = guise_token_name(token);

	if (a->who->kind == CREDENTIALS_NONE)
		return 0;
	session->client.name = name[0] ? name : "-";
	if (a->logon->principal[0]) {
		session->principal = strdup(a->logon->principal);
		if (!session->principal)
			return -ENOMEM;
	}
	session->client.principal = session->principal;
	lock(a->sessions);
	session->user = session_user_get(&a->sessions->users,
					 &guise_token_user(token)->sid);
	unlock(a->sessions);
	return session->user ? 0 : -ENOMEM;
}

/* Takes the token on success. */
static int session_new(const struct attempt *a, const struct guise_token *token,
		       struct session **ret)
{
	struct session *session = calloc(1, sizeof(*session));
	int r;

	if (!session)
		return -ENOMEM;
	atomic_init(&session->refs, 1);
	session->owner = a->sessions;
	session->until_ns = a->until_ns;
	session->client.token = token;
	r = session_name(session, a);
	if (r < 0) {
		(void)session_free(session);
		return r;
	}
	*ret = session;
	return 0;
}

/* Has its user a place left? Then it is taken, with a reference. */
static bool take_place_locked(struct session *session)
{
	struct session_user *user = session->user;

	if (user->n_kept > session->owner->options.max / KEPT_PART)
		return false;
	refcount_get(&session->refs);
	session->is_kept = true;
	user->n_kept++;
	return true;
}

/* Under a new name, for the connection, a cookie or both. */
static void keep_named_locked(const struct attempt *a, struct session *session)
{
	const struct sessions_options *options = &a->sessions->options;
	const bool is_peer = a->who->kind == CREDENTIALS_PEER;
	const bool binds = a->binding && (is_peer || options->by_connection);
	const bool tells = !is_peer && options->by_cookie;
	const uint64_t now = session_now_ns();
	struct logon *logon = a->logon;

	if (a->until_ns <= now || (!binds && !tells) ||
	    !take_place_locked(session))
		return;
	session_name_make(&logon->session);
	/* without memory it is only not remembered */
	(void)!logon_cache_put(a->sessions->cache, "", 0,
			       (const char *)logon->session.bytes,
			       sizeof(logon->session.bytes), now, session);
	if (binds) {
		a->binding->is_bound = true;
		a->binding->session = logon->session;
		logon->is_bound = true;
	}
	if (tells)
		logon->life_s = life_of(a);
}

/* Puts it where the next request finds it; one more reference. */
static void session_keep(const struct attempt *a, struct session *session)
{
	const struct basic *basic = &a->who->basic;
	struct sessions *s = a->sessions;

	lock(s);
	switch (a->who->kind) {
	case CREDENTIALS_NONE:
		refcount_get(&session->refs);
		if (s->anonymous)
			session_unref_locked(s->anonymous);
		s->anonymous = session;
		break;
	case CREDENTIALS_BASIC:
		if (!take_place_locked(session))
			break;
		(void)!logon_cache_put(s->cache, basic->name, basic->name_size,
				       basic->password, basic->password_size,
				       session_now_ns(), session);
		break;
	case CREDENTIALS_NEGOTIATE:
	case CREDENTIALS_PEER:
		keep_named_locked(a, session);
		break;
	case CREDENTIALS_COOKIE:
	case CREDENTIALS_CONNECTION:
		break;
	}
	unlock(s);
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
		if (session->user) {
			lock(s);
			session_user_put(&s->users, session->user);
			unlock(s);
		}
		(void)session_free(session);
	}
}

static void work_off(struct sessions *s, unsigned thread)
{
	struct session *over;

	lock(s);
	over = s->over;
	s->over = NULL;
	unlock(s);
	log_off_all(s, thread, over);
}

static int sessions_logon(void *context, unsigned thread,
			  const struct credentials *who,
			  struct binding *binding, struct logon *ret_logon,
			  struct client **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct session *session = cached(context, who);
	struct attempt a = {
		.sessions = context,
		.authority = ((struct sessions *)context)->options.authority,
		.thread = thread,
		.who = who,
		.binding = binding,
		.logon = ret_logon,
		.until_ns = UINT64_MAX,
	};
	int r;

	/* another thread may have been faster */
	if (session)
		return session_enter(session, ret);
	/* the authority has places for so many only */
	work_off(context, thread);
	r = session_log_on(&a, &token);
	if (r < 0)
		return r;
	r = session_new(&a, token, &session);
	if (r < 0) {
		guise_authority_logoff(a.sessions->options.authority, thread,
				       token);
		return r;
	}
	token = NULL; /* the session's now */
	session_keep(&a, session);
	return session_enter(session, ret);
}

/* A session that a cookie names, too, goes on without the connection. */
static void sessions_unbind(void *context, struct binding *binding)
{
	struct sessions *s = context;

	if (!binding->is_bound)
		return;
	if (binding->is_peer || !s->options.by_cookie) {
		lock(s);
		logon_cache_remove(s->cache, "", 0,
				   (const char *)binding->session.bytes,
				   sizeof(binding->session.bytes));
		unlock(s);
	}
	binding->is_bound = false;
	explicit_bzero(&binding->session, sizeof(binding->session));
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
	(void)context;
	session_leave(session_of(client));
}

const struct clients *sessions_clients(struct sessions *sessions)
{
	return &sessions->clients;
}

void sessions_tend(struct sessions *sessions, unsigned thread)
{
	lock(sessions);
	logon_cache_expire(sessions->cache, session_now_ns());
	unlock(sessions);
	work_off(sessions, thread);
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
		.unbind = sessions_unbind,
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
