/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known of passwords without asking: those that were right, for the
 * life of the cache; those that were wrong, and names that got no answer, for a
 * few seconds, so that who tries again and again costs no directory a thing.
 * One question is asked for a name at a time: others wait, and find the answer
 * here if it is theirs too.
 *
 * Everything belongs to a generation: a flush begins a new one, and answers to
 * questions of an older one are not kept.
 */
#ifndef AUTHORITY_REMEMBERED_H
#define AUTHORITY_REMEMBERED_H

#include <pthread.h>

#include "logon-cache.h"

/* How long a refusal is known, at most. Ours: as long as a person takes to
 * type a password again. */
#define REFUSAL_MS 3000
/* Questions that wait for another of the same name. Ours: no more of the
 * threads than this are one client's. */
#define FLIGHT_WAITING_MAX 8

struct guise_token;

/* Who logs on, and with what. Borrowed. */
struct question {
	const char *name;
	const uint8_t *password;
	size_t password_size;
	bool is_lookup; /* for a token, without a password */
	bool is_quick;	/* asks nobody who may hang */
};

/* An answer; @token is a reference. */
struct logged {
	const struct guise_token *token;
	uint64_t asked_ms; /* monotonic */
	uint64_t generation;
};

/* A question that is being asked; on the asking thread's stack. */
struct flight {
	struct flight *next;
	const struct question *question;
	uint64_t asked_ms;
	uint64_t generation;
};

/* Who waits for a question to be answered; on its stack, too. */
struct flight_waiter {
	struct flight_waiter *next;
	const char *name;
};

struct remembered_counts {
	size_t n_right; /* entries now */
	size_t n_wrong;
	uint64_t n_hits;    /* logons that asked nobody */
	uint64_t n_refused; /* the same, and were refused */
	uint64_t n_shared;  /* that waited for another's question */
	uint64_t n_flushes;
};

struct remembered {
	pthread_mutex_t lock; /* all members; innermost */
	pthread_cond_t landed;
	struct logon_cache *right; /* NULL, all three: nothing is remembered */
	struct logon_cache *wrong;
	struct logon_cache *unanswered; /* names alone */
	struct flight *flights;
	struct flight_waiter *waiters;
	uint64_t generation;
	struct remembered_counts counts;
};

/* @cache_ms: UINT_MAX: nothing is remembered. 0 or -ENOMEM */
GUISE_MUST_USE int remembered_init(struct remembered *remembered,
				   unsigned cache_ms);
void remembered_clear(struct remembered *remembered);

/* What begin says when it is for the caller to ask, and then to end. A quick
 * question does not wait for one that is not: -EAGAIN. */
#define REMEMBERED_ASK 1

/*
 * 0 with *@ret; an error that is known (GUISE_E_LOGON_FAILURE, -ETIMEDOUT,
 * -EIO); GUISE_E_LIMIT (too many wait for this name); -ETIMEDOUT (waited until
 * @deadline_ns); REMEMBERED_ASK
 */
GUISE_MUST_USE int remembered_begin(struct remembered *remembered,
				    const struct question *question,
				    uint64_t deadline_ns, struct flight *flight,
				    struct logged *ret);
/* The answer: @code, and on 0 @token (borrowed); fills *@ret on 0. */
void remembered_end(struct remembered *remembered, struct flight *flight,
		    int code, const struct guise_token *token,
		    struct logged *ret);

uint64_t remembered_generation(struct remembered *remembered);
/* Forget everything. */
void remembered_flush(struct remembered *remembered);
/* Forget what is old. */
void remembered_expire(struct remembered *remembered);
struct remembered_counts remembered_look(struct remembered *remembered);

#endif
