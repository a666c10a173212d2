/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clients logged on with one worker, as the authority knows them. A
 * session is named by its token's id: random, never used twice. It lives until
 * the worker logs it off or the authority revokes it; then its kernel
 * identities are dead at once, and its entry stays until the worker has said
 * that none of its threads uses them any more (see identities.h).
 */
#ifndef AUTHORITY_SESSIONS_H
#define AUTHORITY_SESSIONS_H

#include <guise/token.h>

#include "identities.h"

enum session_source {
	SESSION_PASSWORD = 1,
	SESSION_PEER = 2,
	SESSION_ANONYMOUS = 3,
	SESSION_NEGOTIATE = 4,
};

/**
 * struct session_terms - how a session is to be
 * @is_account: its name is an account's, which may change
 * @expires: seconds since 1970 when it ends at the latest; 0: it does not
 * @asked_ms: monotonic; when what the token says was asked for
 * @generation: of what was known then (remembered.h)
 */
struct session_terms {
	enum guise_level level;
	enum session_source source;
	bool is_account;
	int64_t expires;
	uint64_t asked_ms;
	uint64_t generation;
};

struct session {
	struct session *next; /* of its bucket */
	const struct guise_token *token;
	enum session_source source;
	bool is_account; /* not anonymous, a peer, or known by a PAC alone */
	bool is_over;
	uint64_t began_ms; /* monotonic */
	uint64_t used_ms;
	uint64_t end_ms;     /* monotonic: not beyond */
	int64_t expires;     /* by the system's clock; 0: never */
	uint64_t checked_ms; /* its account was as the token says */
	uint64_t tried_ms;   /* it was asked about last */
	uint64_t generation; /* when it was */
	unsigned n_temps;    /* pending temporaries: it is not idle */
	int ids[];	     /* one for each ring */
};

#define SESSION_BUCKETS 1024

struct sessions {
	/* the members below and those of every session but its token (constant)
	 * and ids (set before it is seen); taken before identities.lock */
	pthread_mutex_t lock;
	struct session *buckets[SESSION_BUCKETS];
	unsigned n;	 /* entries, revoked ones included */
	unsigned n_live; /* among them */
	unsigned n_max;
	struct identities *identities; /* borrowed */
};

void sessions_init(struct sessions *sessions, struct identities *identities,
		   unsigned n_max);
/* Ends all of them. */
void sessions_clear(struct sessions *sessions);

/*
 * Begin a session: @token (borrowed) gets an impersonation token of its own at
 * a level, its identities are registered. @ret_token returns a reference;
 * @ret_ids has one id for each ring. 0; GUISE_E_LIMIT; GUISE_E_CEILING;
 * GUISE_E_BAD_LEVEL; -ENOMEM; errors of registration
 */
GUISE_MUST_USE int sessions_add(struct sessions *sessions,
				const struct guise_token *token,
				const struct session_terms *terms,
				const struct guise_token **ret_token,
				int *ret_ids);
/* As many as there may be, revoked ones included */
bool sessions_are_full(struct sessions *sessions);
/* A reference to the token of a session that is alive, which counts as use;
 * 0 or GUISE_E_NO_SUCH_LOGON_SESSION */
GUISE_MUST_USE int sessions_use(struct sessions *sessions, guise_luid id,
				const struct guise_token **ret_token);
/* End it, or forget a revoked one; unknown ids are ignored. */
void sessions_end(struct sessions *sessions, guise_luid id, bool released);
/* @delta more (or fewer) pending temporaries; unknown ids are ignored */
void sessions_count_temps(struct sessions *sessions, guise_luid id, int delta);

/* Revoke those not used for @idle_ms, older than a day or expired. How many */
unsigned sessions_expire(struct sessions *sessions, uint64_t now_ms,
			 uint64_t idle_ms);

/* What becomes of a session whose account was asked about. */
enum verdict {
	VERDICT_NONE = 0, /* nothing is known of it */
	VERDICT_SAME,
	VERDICT_REVOKE,
	VERDICT_UNKNOWN, /* there was no answer */
};

/**
 * struct sessions_check - accounts were asked about
 * @judge: of one session of an account; must not call back
 * @asked_ms: when they were
 * @end_same: those that are what they were end, too, and are not counted: their
 *            clients prove again who they are. Not in the middle of an upload
 * @patience_ms: how long a session goes on without an answer
 */
struct sessions_check {
	enum verdict (*judge)(void *context, const struct guise_token *token);
	void *context;
	uint64_t asked_ms;
	uint64_t patience_ms;
	bool end_same;
};
/* Revoke those that are not what they were. How many */
unsigned sessions_check(struct sessions *sessions,
			const struct sessions_check *check);
/* Revoke all of accounts; all that a ticket began. How many */
unsigned sessions_revoke_accounts(struct sessions *sessions);
unsigned sessions_revoke_negotiated(struct sessions *sessions);

/* Which accounts are to be asked about: those of an older generation, and
 * those of which nothing was asked for @period_ms. */
struct sessions_due {
	uint64_t now_ms;
	uint64_t period_ms;
	uint64_t generation;
};
/* References to their tokens, in an array that is the caller's; they count as
 * asked about from now on. 0 or -ENOMEM */
GUISE_MUST_USE int sessions_find_due(struct sessions *sessions,
				     const struct sessions_due *due,
				     const struct guise_token ***ret,
				     size_t *ret_n);

/* Ids of revoked sessions the worker has not acknowledged; how many */
size_t sessions_revoked(struct sessions *sessions, guise_luid *ret_ids,
			size_t max);

/* What `guise status` shows of one. */
struct session_view {
	const struct guise_token *token; /* a reference */
	enum session_source source;
	uint64_t age_ms;
	uint64_t idle_ms;
	guise_luid id;
};
/* An array of those alive, the caller's, with references. 0 or -ENOMEM */
GUISE_MUST_USE int sessions_list(struct sessions *sessions, uint64_t now_ms,
				 struct session_view **ret, size_t *ret_n);
void session_views_free(struct session_view *views, size_t n);

uint64_t clock_ms(void);

#endif
