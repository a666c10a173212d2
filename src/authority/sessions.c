/* SPDX-License-Identifier: Apache-2.0 */
/* See sessions.h. */
#include <time.h>

#include <guise/logon.h>

#include "sessions.h"

/* However busy: after a day a client logs on again. Ours: bounds how long a
 * taken-over worker can keep an identity alive by pretending use. */
#define SESSION_LIFE_MS (24u * 3600 * 1000)

uint64_t clock_ms(void)
{
	struct timespec now;

	must(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void lock(struct sessions *sessions)
{
	must(pthread_mutex_lock(&sessions->lock) == 0);
}

static void unlock(struct sessions *sessions)
{
	must(pthread_mutex_unlock(&sessions->lock) == 0);
}

void sessions_init(struct sessions *sessions, struct identities *identities,
		   unsigned n_max)
{
	*sessions = (struct sessions){
		.identities = identities,
		.n_max = n_max,
	};
	must(pthread_mutex_init(&sessions->lock, NULL) == 0);
}

static void session_free(struct session *session)
{
	(void)guise_token_unref(session->token);
	free(session);
}

/* Where the session's pointer is; points at NULL if there is none. */
static struct session **find(struct sessions *sessions, guise_luid id)
{
	struct session **at = &sessions->buckets[id % SESSION_BUCKETS];

	while (*at && guise_token_id((*at)->token) != id)
		at = &(*at)->next;
	return at;
}

/* Under the lock. */
static void revoke(struct sessions *sessions, struct session *session,
		   bool released)
{
	identities_retire(sessions->identities, session->ids, released);
	session->is_over = true;
	sessions->n_live--;
}

static void drop(struct sessions *sessions, struct session **at)
{
	struct session *session = *at;

	*at = session->next;
	sessions->n--;
	session_free(session);
}

void sessions_clear(struct sessions *sessions)
{
	lock(sessions);
	for (size_t i = 0; i < SESSION_BUCKETS; i++) {
		while (sessions->buckets[i]) {
			struct session *session = sessions->buckets[i];

			if (!session->is_over)
				revoke(sessions, session, true);
			else
				identities_release(sessions->identities,
						   session->ids);
			drop(sessions, &sessions->buckets[i]);
		}
	}
	unlock(sessions);
	must(pthread_mutex_destroy(&sessions->lock) == 0);
}

/* Whichever comes first: a clock that is set back prolongs no session. */
static uint64_t life_ms(int64_t expires)
{
	const int64_t left = expires - time(NULL);

	if (!expires || left > (int64_t)(SESSION_LIFE_MS / 1000))
		return SESSION_LIFE_MS;
	return left > 0 ? (uint64_t)left * 1000 : 0;
}

static bool has_ended(const struct session *session, uint64_t now_ms)
{
	return now_ms >= session->end_ms ||
	       (session->expires && time(NULL) >= session->expires);
}

static int session_new(const struct sessions *sessions,
		       const struct guise_token *token,
		       const struct session_terms *terms, struct session **ret)
{
	const size_t n_rings = sessions->identities->n_rings;
	struct session *session;
	int r;

	session = calloc(1, sizeof(*session) + n_rings * sizeof(int));
	if (!session)
		return -ENOMEM;
	r = guise_token_at_level(token, terms->level, guise_luid_new(),
				 &session->token);
	if (r < 0) {
		free(session);
		return r;
	}
	session->source = terms->source;
	session->is_account = terms->is_account;
	session->began_ms = session->used_ms = clock_ms();
	session->expires = terms->expires;
	session->checked_ms = session->tried_ms = terms->asked_ms;
	session->generation = terms->generation;
	session->end_ms = session->began_ms + life_ms(terms->expires);
	*ret = session;
	return 0;
}

static int reserve(struct sessions *sessions)
{
	int r = 0;

	lock(sessions);
	/* revoked ones count: who does not acknowledge gets no more */
	if (sessions->n >= sessions->n_max)
		r = GUISE_E_LIMIT;
	else
		sessions->n++;
	unlock(sessions);
	return r;
}

static void unreserve(struct sessions *sessions)
{
	lock(sessions);
	sessions->n--;
	unlock(sessions);
}

bool sessions_are_full(struct sessions *sessions)
{
	bool full;

	lock(sessions);
	full = sessions->n >= sessions->n_max;
	unlock(sessions);
	return full;
}

int sessions_add(struct sessions *sessions, const struct guise_token *token,
		 const struct session_terms *terms,
		 const struct guise_token **ret_token, int *ret_ids)
{
	struct session *session = NULL;
	struct kcred kcred;
	int r;

	r = reserve(sessions);
	if (r < 0)
		return r;
	r = session_new(sessions, token, terms, &session);
	if (r == 0)
		r = projection_of(session->token, &kcred);
	if (r == 0)
		r = identities_add(sessions->identities, &kcred, session->ids);
	if (r < 0) {
		if (session)
			session_free(session);
		unreserve(sessions);
		return r;
	}
	*ret_token = guise_token_ref(session->token);
	memcpy(ret_ids, session->ids,
	       sessions->identities->n_rings * sizeof(int));
	lock(sessions);
	must(!*find(sessions, guise_token_id(session->token)));
	*find(sessions, guise_token_id(session->token)) = session;
	sessions->n_live++;
	unlock(sessions);
	return 0;
}

int sessions_use(struct sessions *sessions, guise_luid id,
		 const struct guise_token **ret_token)
{
	struct session *session;
	int r = GUISE_E_NO_SUCH_LOGON_SESSION;

	lock(sessions);
	session = *find(sessions, id);
	if (session && !session->is_over && !has_ended(session, clock_ms())) {
		session->used_ms = clock_ms();
		*ret_token = guise_token_ref(session->token);
		r = 0;
	}
	unlock(sessions);
	return r;
}

void sessions_end(struct sessions *sessions, guise_luid id, bool released)
{
	struct session **at;

	lock(sessions);
	at = find(sessions, id);
	if (*at) {
		if (!(*at)->is_over)
			revoke(sessions, *at, released);
		else if (released)
			identities_release(sessions->identities, (*at)->ids);
		if (released)
			drop(sessions, at);
	}
	unlock(sessions);
}

void sessions_count_temps(struct sessions *sessions, guise_luid id, int delta)
{
	struct session *session;

	lock(sessions);
	session = *find(sessions, id);
	if (session) {
		session->n_temps += (unsigned)delta;
		session->used_ms = clock_ms();
	}
	unlock(sessions);
}

static bool is_expired(const struct session *session, uint64_t now_ms,
		       uint64_t idle_ms)
{
	if (session->is_over)
		return false;
	if (has_ended(session, now_ms))
		return true;
	return session->n_temps == 0 && now_ms > session->used_ms &&
	       now_ms - session->used_ms > idle_ms;
}

unsigned sessions_expire(struct sessions *sessions, uint64_t now_ms,
			 uint64_t idle_ms)
{
	unsigned n = 0;

	lock(sessions);
	for (size_t i = 0; i < SESSION_BUCKETS; i++) {
		for (struct session *s = sessions->buckets[i]; s; s = s->next) {
			if (!is_expired(s, now_ms, idle_ms))
				continue;
			revoke(sessions, s, false);
			n++;
		}
	}
	unlock(sessions);
	return n;
}

/* Under the lock. True: it has been revoked */
static bool judge(struct sessions *sessions, struct session *s,
		  const struct sessions_check *check)
{
	enum verdict verdict = check->judge(check->context, s->token);

	if (verdict == VERDICT_SAME && check->asked_ms > s->checked_ms)
		s->checked_ms = check->asked_ms;
	if (verdict == VERDICT_SAME && check->end_same && s->n_temps == 0)
		revoke(sessions, s, false);
	if (verdict == VERDICT_UNKNOWN &&
	    clock_ms() - s->checked_ms >= check->patience_ms)
		verdict = VERDICT_REVOKE;
	if (verdict != VERDICT_REVOKE)
		return false;
	revoke(sessions, s, false);
	return true;
}

unsigned sessions_check(struct sessions *sessions,
			const struct sessions_check *check)
{
	unsigned n = 0;

	lock(sessions);
	for (size_t i = 0; i < SESSION_BUCKETS; i++) {
		for (struct session *s = sessions->buckets[i]; s; s = s->next) {
			if (!s->is_over && s->is_account)
				n += judge(sessions, s, check);
		}
	}
	unlock(sessions);
	return n;
}

static bool is_of_account(const struct session *s)
{
	return s->is_account;
}

static bool is_negotiated(const struct session *s)
{
	return s->source == SESSION_NEGOTIATE;
}

static unsigned revoke_if(struct sessions *sessions,
			  bool (*is_meant)(const struct session *s))
{
	unsigned n = 0;

	lock(sessions);
	for (size_t i = 0; i < SESSION_BUCKETS; i++) {
		for (struct session *s = sessions->buckets[i]; s; s = s->next) {
			if (s->is_over || !is_meant(s))
				continue;
			revoke(sessions, s, false);
			n++;
		}
	}
	unlock(sessions);
	return n;
}

unsigned sessions_revoke_accounts(struct sessions *sessions)
{
	return revoke_if(sessions, is_of_account);
}

unsigned sessions_revoke_negotiated(struct sessions *sessions)
{
	return revoke_if(sessions, is_negotiated);
}

static bool is_due(const struct session *s, const struct sessions_due *due)
{
	if (s->is_over || !s->is_account)
		return false;
	return s->generation != due->generation ||
	       (due->now_ms > s->tried_ms &&
		due->now_ms - s->tried_ms >= due->period_ms);
}

int sessions_find_due(struct sessions *sessions, const struct sessions_due *due,
		      const struct guise_token ***ret, size_t *ret_n)
{
	const struct guise_token **tokens;
	size_t n = 0;

	lock(sessions);
	tokens = array_alloc(sessions->n_live, sizeof(*tokens));
	for (size_t i = 0; tokens && i < SESSION_BUCKETS; i++) {
		for (struct session *s = sessions->buckets[i]; s; s = s->next) {
			if (!is_due(s, due))
				continue;
			s->tried_ms = due->now_ms;
			s->generation = due->generation;
			tokens[n++] = guise_token_ref(s->token);
		}
	}
	unlock(sessions);
	if (!tokens)
		return -ENOMEM;
	*ret = tokens;
	*ret_n = n;
	return 0;
}

size_t sessions_revoked(struct sessions *sessions, guise_luid *ret_ids,
			size_t max)
{
	size_t n = 0;

	lock(sessions);
	for (size_t i = 0; i < SESSION_BUCKETS; i++) {
		for (struct session *s = sessions->buckets[i]; s && n < max;
		     s = s->next) {
			if (s->is_over)
				ret_ids[n++] = guise_token_id(s->token);
		}
	}
	unlock(sessions);
	return n;
}

int sessions_list(struct sessions *sessions, uint64_t now_ms,
		  struct session_view **ret, size_t *ret_n)
{
	struct session_view *views;
	size_t n = 0;

	lock(sessions);
	views = array_alloc(sessions->n_live, sizeof(*views));
	for (size_t i = 0; views && i < SESSION_BUCKETS; i++) {
		for (struct session *s = sessions->buckets[i]; s; s = s->next) {
			if (s->is_over)
				continue;
			views[n++] = (struct session_view){
				.token = guise_token_ref(s->token),
				.source = s->source,
				.age_ms = now_ms - s->began_ms,
				.idle_ms = now_ms > s->used_ms
						   ? now_ms - s->used_ms
						   : 0,
				.id = guise_token_id(s->token),
			};
		}
	}
	unlock(sessions);
	if (!views)
		return -ENOMEM;
	*ret = views;
	*ret_n = n;
	return 0;
}

void session_views_free(struct session_view *views, size_t n)
{
	for (size_t i = 0; i < n; i++)
		(void)guise_token_unref(views[i].token);
	free(views);
}
