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
#include <stdio.h>
#include <sys/random.h>
#include <time.h>

#include "sessions.h"
#include "supervise.h"

#include "logon-cache.h"
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
				 sizeof(name->bytes), now_ns());

	if (found && now_ns() >= found->until_ns) {
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
		return logon_cache_find(s->cache, who->basic.name,
					who->basic.name_size,
					who->basic.password,
					who->basic.password_size, now_ns());
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

/* What the exchange of a logon is about. */
struct attempt {
	struct sessions *sessions;
	unsigned thread;
	const struct credentials *who;
	struct binding *binding; /* or NULL */
	struct logon *logon;
	uint64_t until_ns; /* set by its kind */
};

/* Seconds since 1970 to our clock; what is over is over now. */
static uint64_t until_of(int64_t expires)
{
	struct timespec t;
	uint64_t left;

	must(clock_gettime(CLOCK_REALTIME, &t) == 0);
	if (expires <= t.tv_sec)
		return 0;
	left = (uint64_t)(expires - t.tv_sec);
	return left > UINT64_MAX / 4000000000u ? UINT64_MAX
					       : now_ns() + left * 1000000000u;
}

/* Whole seconds that a session lasts from now on. */
static uint64_t life_of(const struct attempt *a)
{
	const uint64_t now = now_ns();
	const uint64_t left = a->until_ns > now ? a->until_ns - now : 0;
	const uint64_t ttl = a->sessions->options.ttl_ms / 1000;

	return left / 1000000000u < ttl ? left / 1000000000u : ttl;
}

static void session_name_make(struct session_name *ret)
{
	must(getrandom(ret->bytes, sizeof(ret->bytes), 0) ==
	     sizeof(ret->bytes));
}

/* RFC 2743 3.1: the first message of an exchange is framed, and no later one
 * is. It never goes on with what somebody else has begun on a connection that
 * a proxy shares, and would be spoilt by it. */
static bool is_first(const struct negotiate *message)
{
	return message->size > 0 && message->data[0] == 0x60;
}

static int ask_negotiate(struct attempt *a, const struct guise_token **ret)
{
	const bool goes_on = a->binding && !is_first(&a->who->negotiate);
	struct guise_negotiation n = {
		.size = sizeof(n),
		.pending = goes_on ? a->binding->pending : 0,
	};
	int r;

	if (a->binding)
		a->binding->pending = 0;
	r = guise_authority_logon_negotiate(a->sessions->options.authority,
					    a->thread, a->who->negotiate.data,
					    a->who->negotiate.size, &n, ret);
	a->logon->reply =
		(struct guise_buf){n.reply, n.reply_size, n.reply_size};
	memcpy(a->logon->principal, n.principal, sizeof(n.principal));
	memcpy(a->logon->why, n.why, sizeof(n.why));
	if (r == 0)
		a->until_ns = until_of(n.expires);
	if (r == GUISE_E_CONTINUE_NEEDED && a->binding)
		a->binding->pending = n.pending;
	return r;
}

/* -EAGAIN: first what does not hang; then, on another thread, the rest. */
static int ask_password(struct attempt *a, const struct guise_token **ret)
{
	struct guise_authority *authority = a->sessions->options.authority;
	const struct authority_password who = {
		.name = a->who->basic.name,
		.password = a->who->basic.password,
		.password_size = a->who->basic.password_size,
	};

	return a->who->is_directorys
		       ? authority_logon_rest(authority, a->thread, &who, ret)
		       : authority_logon_quick(authority, a->thread, &who, ret);
}

static int ask_authority(struct attempt *a, const struct guise_token **ret)
{
	struct guise_authority *authority = a->sessions->options.authority;

	switch (a->who->kind) {
	case CREDENTIALS_NONE:
		return guise_authority_logon_anonymous(authority, a->thread,
						       ret);
	case CREDENTIALS_BASIC:
		return ask_password(a, ret);
	case CREDENTIALS_NEGOTIATE:
		return ask_negotiate(a, ret);
	case CREDENTIALS_PEER:
		return guise_authority_logon_peer(
			authority, a->thread, a->who->peer_fd,
			GUISE_LEVEL_IMPERSONATION, ret);
	case CREDENTIALS_COOKIE:
	case CREDENTIALS_CONNECTION:
		break;
	}
	return GUISE_E_LOGON_FAILURE;
}

/* Who has no identity on the file system has no business here. */
static int log_on(struct attempt *a, const struct guise_token **ret)
{
	const struct guise_token *token;
	int r = ask_authority(a, &token);

	if (r < 0)
		return r;
	if (guise_token_level(token) < GUISE_LEVEL_IMPERSONATION) {
		guise_authority_logoff(a->sessions->options.authority,
				       a->thread, token);
		(void)guise_token_unref(token);
		(void)snprintf(a->logon->why, sizeof(a->logon->why),
			       "no Unix id is mapped");
		return GUISE_E_LOGON_FAILURE;
	}
	*ret = token;
	return 0;
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
	const uint64_t now = now_ns();
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
				       now_ns(), session);
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
	r = log_on(&a, &token);
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
	logon_cache_expire(sessions->cache, now_ns());
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
