/* SPDX-License-Identifier: Apache-2.0 */
/* See logons.h. */
#include <stdio.h>

#include "logons.h"
#include "sessions.h"

/* What a helper of each kind has to know; false: there is no such kind. */
static bool sources_of(enum logon_kind kind, const struct logon_sources *all,
		       struct logon_sources *ret)
{
	*ret = *all;
	if (kind != LOGON_NEGOTIATE)
		ret->negotiate = NULL;
	switch (kind) {
	case LOGON_EMBEDDED:
		ret->system = false;
		return all->accounts_path;
	case LOGON_SYSTEM:
	case LOGON_LOOKUP:
		ret->accounts_path = NULL;
		return all->system;
	case LOGON_NEGOTIATE:
		/* what may hang is for those who wait for nothing else */
		ret->system = false;
		ret->system_elsewhere = all->system;
		ret->ids_elsewhere = logon_ids_are_elsewhere(all->identities);
		return all->negotiate;
	case LOGON_KINDS:
		break;
	}
	return false;
}

static int start_pools(struct logons *logons,
		       const struct logons_options *options)
{
	int r = 0;

	for (unsigned i = 0; r == 0 && i < LOGON_KINDS; i++) {
		struct pool_options pool = {
			.n_helpers = options->n_helpers,
			.timeout_ms = options->timeout_ms,
			.wake_fd = options->wake_fd,
		};

		if (!sources_of(i, &options->sources, &pool.sources))
			continue;
		if (i == LOGON_LOOKUP)
			pool.n_helpers = 1;
		r = pool_init(&logons->pools[i], &pool);
	}
	return r;
}

int logons_init(struct logons *logons, const struct logons_options *options)
{
	int r;

	*logons = (struct logons){
		.timeout_ms = options->timeout_ms,
		.accounts_path = options->sources.accounts_path,
		.identities = options->sources.identities,
	};
	r = remembered_init(&logons->remembered, options->cache_ms);
	if (r < 0)
		return r;
	exchanges_init(&logons->exchanges);
	exchanges_init(&logons->proven);
	(void)logons_accounts_changed(logons); /* the first marks */
	logon_ids_prepare(logons->identities);
	r = start_pools(logons, options);
	if (r < 0)
		logons_clear(logons);
	return r;
}

void logons_clear(struct logons *logons)
{
	for (unsigned i = 0; i < LOGON_KINDS; i++) {
		if (logons->pools[i].n_slots)
			pool_clear(&logons->pools[i]);
	}
	exchanges_clear(&logons->exchanges);
	exchanges_clear(&logons->proven);
	remembered_clear(&logons->remembered);
	*logons = (struct logons){0};
}

static uint64_t deadline_of(const struct logons *logons)
{
	return clock_ns() + (uint64_t)logons->timeout_ms * 1000000;
}

static int ask_slot(struct helper_pool *pool, struct helper_slot *slot,
		    const struct question *question,
		    const struct guise_token **ret)
{
	const unsigned timeout = pool->options.timeout_ms;

	if (question->is_lookup)
		return logon_helper_token(slot->helper, question->name, timeout,
					  ret);
	return logon_helper_password(slot->helper, question->name,
				     (const char *)question->password,
				     question->password_size, timeout, ret);
}

/* One question to one helper. GUISE_E_NO_SUCH_ACCOUNT where there is no such
 * source */
static int ask(struct logons *logons, enum logon_kind kind,
	       const struct question *question, const struct pool_wait *wait,
	       const struct guise_token **ret)
{
	struct helper_pool *pool = &logons->pools[kind];
	struct helper_slot *slot = NULL;
	int r;

	if (!pool->n_slots)
		return GUISE_E_NO_SUCH_ACCOUNT;
	r = pool_acquire(pool, wait, &slot);
	if (r < 0)
		return r;
	r = ask_slot(pool, slot, question, ret);
	pool_release(pool, slot, r);
	return r == -ECONNRESET ? -EIO : r;
}

/*
 * After the embedded accounts have refused: the system's turn. Whose name is
 * an embedded account's is not to be let in by PAM, and still waits for it, so
 * that every failure costs the same (see source.c).
 */
static int ask_system(struct logons *logons, const struct question *question,
		      const struct pool_wait *wait,
		      const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	const struct question by_name = {
		.name = question->name,
		.is_lookup = true,
	};
	struct question to_pam = *question;
	bool is_embedded;
	int r;

	r = ask(logons, LOGON_EMBEDDED, &by_name, wait, &token);
	if (r < 0 && r != GUISE_E_NO_SUCH_ACCOUNT && r != GUISE_E_LOGON_FAILURE)
		return r;
	is_embedded = r != GUISE_E_NO_SUCH_ACCOUNT;
	token = guise_token_unref(token);
	if (is_embedded)
		to_pam.name = LOGON_DECOY_USER;
	r = ask(logons, LOGON_SYSTEM, &to_pam, wait, &token);
	if (r < 0)
		return r == GUISE_E_NO_SUCH_ACCOUNT ? GUISE_E_LOGON_FAILURE : r;
	if (is_embedded)
		return GUISE_E_LOGON_FAILURE;
	*ret = guise_take(token);
	return 0;
}

static bool has_system(const struct logons *logons)
{
	return logons->pools[LOGON_SYSTEM].n_slots;
}

static int ask_password(struct logons *logons, enum logon_stage stage,
			const struct question *question,
			const struct pool_wait *wait,
			const struct guise_token **ret)
{
	int r = GUISE_E_NO_SUCH_ACCOUNT;

	if (stage != STAGE_REST || !has_system(logons))
		r = ask(logons, LOGON_EMBEDDED, question, wait, ret);
	if (r != GUISE_E_LOGON_FAILURE && r != GUISE_E_NO_SUCH_ACCOUNT)
		return r;
	if (!has_system(logons))
		return GUISE_E_LOGON_FAILURE;
	return stage == STAGE_QUICK ? -EAGAIN
				    : ask_system(logons, question, wait, ret);
}

int logons_password(struct logons *logons, enum logon_stage stage,
		    const char *name, const uint8_t *password,
		    size_t password_size, struct logged *ret)
{
	const struct question question = {
		.name = name,
		.password = password,
		.password_size = password_size,
		.is_quick = stage == STAGE_QUICK,
	};
	const struct pool_wait wait = {.deadline_ns = deadline_of(logons)};
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct flight flight;
	int r;

	r = remembered_begin(&logons->remembered, &question, wait.deadline_ns,
			     &flight, ret);
	if (r != REMEMBERED_ASK)
		return r;
	r = ask_password(logons, stage, &question, &wait, &token);
	remembered_end(&logons->remembered, &flight, r, token, ret);
	return r;
}

int logons_look_up(struct logons *logons, enum logon_kind kind,
		   const char *name, const struct guise_token **ret)
{
	const struct question question = {.name = name, .is_lookup = true};
	const struct pool_wait wait = {
		.deadline_ns = deadline_of(logons),
		.is_urgent = true,
	};

	must(kind == LOGON_EMBEDDED || kind == LOGON_LOOKUP);
	return ask(logons, kind, &question, &wait, ret);
}

static int refuse(struct logon_negotiation *negotiation, const char *why)
{
	(void)snprintf(negotiation->why, sizeof(negotiation->why), "%s", why);
	return GUISE_E_LOGON_FAILURE;
}

/* The helper that has the context, or any for a new one. */
static int acquire_for(struct logons *logons, uint64_t worker,
		       struct logon_negotiation *negotiation,
		       struct helper_slot **ret)
{
	struct helper_pool *pool = &logons->pools[LOGON_NEGOTIATE];
	struct pool_wait wait = {.deadline_ns = deadline_of(logons)};
	struct exchange exchange;
	int r;

	if (!pool->n_slots)
		return refuse(negotiation, "Kerberos is not configured");
	if (!negotiation->pending)
		return pool_acquire(pool, &wait, ret);
	if (!exchanges_take(&logons->exchanges, worker, negotiation->pending,
			    clock_ms(), &exchange))
		return refuse(negotiation, "the exchange is too old");
	negotiation->pending = exchange.pending;
	wait.place = &exchange.place;
	r = pool_acquire(pool, &wait, ret);
	return r == -ECONNRESET
		       ? refuse(negotiation, "the exchange is lost: its helper "
					     "was started anew")
		       : r;
}

/* Its ids are still to be asked for: accounts have theirs. */
static bool lacks_ids(const struct logons *logons,
		      const struct guise_token *token)
{
	return token && guise_token_unix(token)->uid == GUISE_UID_NONE &&
	       logon_ids_are_elsewhere(logons->identities);
}

/* Those that tables have, so that nobody waits for a daemon who need not.
 * -EAGAIN: a daemon has them. */
static int give_ids(const struct logons *logons,
		    const struct guise_token **token,
		    struct logon_negotiation *negotiation)
{
	const struct guise_token *with = NULL;
	int r;

	if (!lacks_ids(logons, *token))
		return 0;
	r = logon_gss_ids(logons->identities, *token, NULL, &with,
			  negotiation->why);
	if (r < 0)
		return r;
	(void)guise_token_unref(*token);
	*token = with;
	return 0;
}

/* What the next call has to know. Takes @logged's token if that is to be given
 * ids. */
static int keep_exchange(struct logons *logons, uint64_t worker,
			 struct helper_place place, int code,
			 struct logged *logged,
			 struct logon_negotiation *negotiation)
{
	struct exchange exchange = {
		.worker = worker,
		.place = place,
		.pending = negotiation->pending,
		.origin = negotiation->origin,
		.generation = logged->generation,
		.expires = negotiation->expires,
		.token = code == -EAGAIN ? logged->token : NULL,
	};
	const bool is_proven =
		code == GUISE_E_NO_SUCH_ACCOUNT || exchange.token;
	int r;

	negotiation->pending = 0;
	if (!is_proven && code != GUISE_E_CONTINUE_NEEDED)
		return code;
	memcpy(exchange.principal, negotiation->principal,
	       sizeof(exchange.principal));
	r = exchanges_add(is_proven ? &logons->proven : &logons->exchanges,
			  &exchange, clock_ms(), &negotiation->pending);
	if (r < 0)
		return r;
	if (exchange.token)
		logged->token = NULL;
	return is_proven ? -EAGAIN : code;
}

int logons_negotiate(struct logons *logons, uint64_t worker,
		     struct logon_negotiation *negotiation, struct logged *ret)
{
	struct helper_pool *pool = &logons->pools[LOGON_NEGOTIATE];
	struct helper_slot *slot = NULL;
	struct logged logged = {
		.asked_ms = clock_ms(),
		.generation = remembered_generation(&logons->remembered),
	};
	struct helper_place place;
	int r;

	/* helpers are all workers': the same number is another's in each */
	negotiation->origin ^= worker * UINT64_C(0x9e3779b97f4a7c15);
	r = acquire_for(logons, worker, negotiation, &slot);
	if (r < 0) {
		negotiation->pending = 0;
		return r;
	}
	place = pool_place(pool, slot);
	r = logon_helper_negotiate(slot->helper, negotiation,
				   pool->options.timeout_ms, &logged.token);
	pool_release(pool, slot, r);
	if (r == 0)
		r = give_ids(logons, &logged.token, negotiation);
	r = keep_exchange(logons, worker, place, r, &logged, negotiation);
	if (r == 0)
		*ret = logged;
	else
		logged.token = guise_token_unref(logged.token);
	return r == -ECONNRESET ? -EIO : r;
}

struct directory {
	struct logons *logons;
};

static int find_in_directory(const void *context, const char *name,
			     guise_luid authentication_id,
			     const struct guise_token **ret)
{
	const struct directory *directory = context;
	struct logons *logons = directory->logons;
	const struct question question = {.name = name, .is_lookup = true};
	const struct pool_wait wait = {.deadline_ns = deadline_of(logons)};

	(void)authentication_id; /* the helper makes one */
	return ask(logons, LOGON_SYSTEM, &question, &wait, ret);
}

int logons_negotiate_rest(struct logons *logons, uint64_t worker,
			  struct logon_negotiation *negotiation,
			  struct logged *ret)
{
	const struct directory directory = {logons};
	const struct logon_finder finder = {find_in_directory, &directory};
	struct logged logged = {.asked_ms = clock_ms()};
	struct exchange exchange;
	bool found;
	int r;

	found = exchanges_take(&logons->proven, worker, negotiation->pending,
			       clock_ms(), &exchange);
	negotiation->pending = 0;
	if (!found) {
		/* whoever it was has proven it: that is no wrong ticket */
		(void)refuse(negotiation, "it has waited too long for its "
					  "account");
		return -ETIMEDOUT;
	}
	/* a flush since then is one of its ticket, too */
	logged.generation = exchange.generation;
	negotiation->expires = exchange.expires;
	memcpy(negotiation->principal, exchange.principal,
	       sizeof(exchange.principal));
	if (exchange.token)
		r = logon_gss_ids(logons->identities, exchange.token,
				  &logons->timeout_ms, &logged.token,
				  negotiation->why);
	else
		r = logon_principal(logons->identities, negotiation, &finder,
				    &logged.token);
	(void)guise_token_unref(exchange.token);
	if (r == 0)
		*ret = logged;
	/* to the worker these mean that it is to ask once more, or that the
	 * authority is gone: here a child was lost, or none could be made */
	return r == -EAGAIN || r == -ECONNRESET ? -EIO : r;
}

void logons_tick(struct logons *logons)
{
	for (unsigned i = 0; i < LOGON_KINDS; i++)
		pool_tick(&logons->pools[i]);
	remembered_expire(&logons->remembered);
}

void logons_flush(struct logons *logons)
{
	remembered_flush(&logons->remembered);
	for (unsigned i = 0; i < LOGON_KINDS; i++)
		pool_renew(&logons->pools[i]);
}

/* An absent file and an empty one are the same: SQLite makes and removes its
 * write-ahead log as it likes. */
static struct file_mark mark_of(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0 || st.st_size == 0)
		return (struct file_mark){0};
	return (struct file_mark){
		.ino = st.st_ino,
		.size = st.st_size,
		.mtime = st.st_mtim,
	};
}

static bool mark_equal(const struct file_mark *a, const struct file_mark *b)
{
	return a->ino == b->ino && a->size == b->size &&
	       a->mtime.tv_sec == b->mtime.tv_sec &&
	       a->mtime.tv_nsec == b->mtime.tv_nsec;
}

bool logons_accounts_changed(struct logons *logons)
{
	char log[GUISE_PATH_MAX + 8];
	struct file_mark now[2];
	bool changed;

	if (!logons->accounts_path)
		return false;
	(void)snprintf(log, sizeof(log), "%s-wal", logons->accounts_path);
	now[0] = mark_of(logons->accounts_path);
	now[1] = mark_of(log);
	changed = !mark_equal(&now[0], &logons->marks[0]) ||
		  !mark_equal(&now[1], &logons->marks[1]);
	if (!changed)
		return false;
	memcpy(logons->marks, now, sizeof(now));
	remembered_flush(&logons->remembered);
	return true;
}
