/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The logon sessions of this process: a table by LUID and a list by age, under
 * one lock. The five that Windows starts with are made at first use and are
 * never let go of.
 */
#include <pthread.h>
#include <sys/queue.h>
#include <time.h>

#include <guise/logon.h>
#include <guise/session.h>

#include "base.h"

#define BUCKETS 1024

struct entry {
	TAILQ_ENTRY(entry) by_age;
	LIST_ENTRY(entry) by_id;
	struct guise_session session;
	const struct guise_token *linked; /* a reference, or NULL */
	uint32_t n_holders;
	bool is_eternal;
};

TAILQ_HEAD(entry_list, entry);
LIST_HEAD(bucket, entry);

/* Guards all that follows; nothing else is locked under it. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct entry_list all = TAILQ_HEAD_INITIALIZER(all);
static struct bucket buckets[BUCKETS];
static size_t n_sessions;

static const struct {
	guise_luid id;
	enum guise_well_known_sid user;
	enum guise_logon_type type;
	const char *name;
} eternal[] = {
	{GUISE_SESSION_SYSTEM, GUISE_SID_LOCAL_SYSTEM, GUISE_LOGON_SYSTEM,
	 "SYSTEM"},
	{GUISE_SESSION_LOCAL_SERVICE, GUISE_SID_LOCAL_SERVICE,
	 GUISE_LOGON_SERVICE, "LOCAL SERVICE"},
	{GUISE_SESSION_NETWORK_SERVICE, GUISE_SID_NETWORK_SERVICE,
	 GUISE_LOGON_SERVICE, "NETWORK SERVICE"},
	{GUISE_SESSION_ANONYMOUS, GUISE_SID_ANONYMOUS, GUISE_LOGON_NETWORK,
	 "ANONYMOUS LOGON"},
	{GUISE_SESSION_IUSR, GUISE_SID_IUSR, GUISE_LOGON_SERVICE, "IUSR"},
};
static struct entry eternal_entries[ARRAY_SIZE(eternal)];

static uint64_t now_ns(void)
{
	struct timespec now;

	must(clock_gettime(CLOCK_REALTIME, &now) == 0);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static struct bucket *bucket_of(guise_luid id)
{
	return &buckets[(id ^ id >> 32) % BUCKETS];
}

/* [lock] */
static void insert(struct entry *entry)
{
	TAILQ_INSERT_TAIL(&all, entry, by_age);
	LIST_INSERT_HEAD(bucket_of(entry->session.id), entry, by_id);
	n_sessions++;
}

/* [lock] */
static struct entry *find(guise_luid id)
{
	struct entry *entry;

	LIST_FOREACH(entry, bucket_of(id), by_id)
	{
		if (entry->session.id == id)
			return entry;
	}
	return NULL;
}

static void add_eternal(size_t i)
{
	struct entry *entry = &eternal_entries[i];
	struct guise_session *s = &entry->session;

	entry->is_eternal = true;
	s->size = sizeof(*s);
	s->id = eternal[i].id;
	s->time_ns = now_ns();
	s->type = eternal[i].type;
	must(guise_sid_well_known(eternal[i].user, NULL, &s->user) == 0);
	memcpy(s->name, eternal[i].name, strlen(eternal[i].name) + 1);
	memcpy(s->authority, "NT AUTHORITY", sizeof("NT AUTHORITY"));
	memcpy(s->package, "Negotiate", sizeof("Negotiate"));
	insert(entry);
}

/* The lock, with the five in the table. */
static void begin(void)
{
	must(pthread_mutex_lock(&lock) == 0);
	if (!TAILQ_EMPTY(&all))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(eternal); i++)
		add_eternal(i);
}

static void end(void)
{
	must(pthread_mutex_unlock(&lock) == 0);
}

static bool is_type(enum guise_logon_type type)
{
	switch (type) {
	case GUISE_LOGON_SYSTEM:
	case GUISE_LOGON_INTERACTIVE:
	case GUISE_LOGON_NETWORK:
	case GUISE_LOGON_BATCH:
	case GUISE_LOGON_SERVICE:
	case GUISE_LOGON_UNLOCK:
	case GUISE_LOGON_NETWORK_CLEARTEXT:
	case GUISE_LOGON_NEW_CREDENTIALS:
		return true;
	}
	return false;
}

static bool is_text(const char text[GUISE_USER_NAME_MAX + 1])
{
	return memchr(text, '\0', GUISE_USER_NAME_MAX + 1) != NULL;
}

static int check(const struct guise_session *session)
{
	if (session->size < sizeof(*session) || !is_type(session->type) ||
	    !is_text(session->name) || !is_text(session->authority) ||
	    !is_text(session->package))
		return -EINVAL;
	return guise_sid_is_valid(&session->user) ? 0 : GUISE_E_INVALID_SID;
}

static void entry_freep(struct entry **entry)
{
	free(*entry);
}

/* [lock] */
static int add(struct entry *entry)
{
	if (find(entry->session.id))
		return -EEXIST;
	if (n_sessions >= GUISE_SESSIONS_MAX)
		return GUISE_E_LIMIT;
	insert(entry);
	return 0;
}

int guise_session_new(const struct guise_session *session, guise_luid *ret_id)
{
	GUISE_AUTO(entry_freep) struct entry *entry = NULL;
	guise_luid id;
	int r;

	if (!session || !ret_id)
		return -EINVAL;
	r = check(session);
	if (r < 0)
		return r;
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		return -ENOMEM;
	entry->session = *session;
	entry->session.size = sizeof(entry->session);
	entry->session.linked = 0;
	entry->n_holders = 1;
	if (!session->id)
		entry->session.id = guise_luid_new();
	if (!session->time_ns)
		entry->session.time_ns = now_ns();
	id = entry->session.id;
	begin();
	r = add(entry);
	end();
	if (r < 0)
		return r;
	(void)guise_take(entry);
	*ret_id = id;
	return 0;
}

int guise_session_ref(guise_luid id)
{
	struct entry *entry;
	int r = 0;

	begin();
	entry = find(id);
	if (!entry)
		r = GUISE_E_NO_SUCH_LOGON_SESSION;
	else if (entry->n_holders == UINT32_MAX)
		r = GUISE_E_LIMIT;
	else if (!entry->is_eternal)
		entry->n_holders++;
	end();
	return r;
}

void guise_session_unref(guise_luid id)
{
	struct entry *entry;

	begin();
	entry = find(id);
	if (entry && (entry->is_eternal || --entry->n_holders > 0))
		entry = NULL;
	if (entry) {
		TAILQ_REMOVE(&all, entry, by_age);
		LIST_REMOVE(entry, by_id);
		n_sessions--;
	}
	end();
	if (entry)
		entry->linked = guise_token_unref(entry->linked);
	free(entry);
}

int guise_session_find(guise_luid id, struct guise_session *ret)
{
	const struct entry *entry;

	if (!ret)
		return -EINVAL;
	begin();
	entry = find(id);
	if (entry)
		*ret = entry->session;
	end();
	return entry ? 0 : GUISE_E_NO_SUCH_LOGON_SESSION;
}

/* A copy of all of them, as heap memory. */
static int copy_all(struct guise_session **ret, size_t *ret_n)
{
	const struct entry *entry;
	struct guise_session *copy;
	size_t n = 0;

	begin();
	copy = calloc(n_sessions, sizeof(*copy));
	if (copy) {
		TAILQ_FOREACH(entry, &all, by_age)
		copy[n++] = entry->session;
	}
	end();
	*ret = copy;
	*ret_n = n;
	return copy ? 0 : -ENOMEM;
}

int guise_session_list(int (*found)(void *context,
				    const struct guise_session *session),
		       void *context)
{
	GUISE_AUTO(freep) struct guise_session *sessions = NULL;
	size_t n;
	int r;

	if (!found)
		return -EINVAL;
	r = copy_all(&sessions, &n);
	for (size_t i = 0; r == 0 && i < n; i++) {
		r = found(context, &sessions[i]);
		r = r < 0 ? r : 0;
	}
	return r;
}

/* [lock] */
static int link_to(guise_luid id, const struct guise_token *token,
		   const struct guise_token **ret_old)
{
	guise_luid other = token ? guise_token_authentication_id(token) : 0;
	struct entry *entry = find(id);

	if (!entry || (token && !find(other)))
		return GUISE_E_NO_SUCH_LOGON_SESSION;
	if (entry->is_eternal)
		return -EINVAL;
	*ret_old = entry->linked;
	entry->linked = guise_token_ref(token);
	entry->session.linked = other;
	return 0;
}

int guise_session_link(guise_luid a, const struct guise_token *token_of_b)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *old = NULL;
	int r;

	begin();
	r = link_to(a, token_of_b, &old);
	end();
	return r;
}

int guise_session_linked_token(guise_luid id, const struct guise_token **ret)
{
	const struct guise_token *token = NULL;
	const struct entry *entry;

	if (!ret)
		return -EINVAL;
	begin();
	entry = find(id);
	if (entry)
		token = guise_token_ref(entry->linked);
	end();
	if (!token)
		return GUISE_E_NO_SUCH_LOGON_SESSION;
	*ret = token;
	return 0;
}

struct guise_sid guise_session_sid(guise_luid id)
{
	return (struct guise_sid){
		.authority = 5,
		.sub = {5, (uint32_t)(id >> 32), (uint32_t)id},
		.n_subs = 3,
	};
}
