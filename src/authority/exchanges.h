/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logons of more than one message: which helper has the context of an
 * exchange, and whose exchange it is. An exchange is known by a random number
 * that is good for one message, from the worker that was told it. The helper
 * is not busy meanwhile; it forgets the context after a few seconds, as is done
 * here.
 *
 * Or of a client that has proven who it is, and whose account or Unix ids are
 * still to be asked for: kept apart, so that nobody who has proven nothing
 * takes its place.
 */
#ifndef AUTHORITY_EXCHANGES_H
#define AUTHORITY_EXCHANGES_H

#include "helper-pool.h"

/* Ours: of a worker that begins more, the client that has most loses one. */
#define EXCHANGES_PER_WORKER_MAX 64
#define EXCHANGES_MAX 1024
#define EXCHANGE_LIFE_MS GUISE_NEGOTIATION_PENDING_MS

struct exchange {
	uint64_t name;	 /* 0: free */
	uint64_t worker; /* its serial */
	uint64_t origin; /* the worker's word for who the client may be */
	uint64_t began_ms;
	struct helper_place place;
	uint64_t pending; /* the helper's word for it */
	/* of who has proven it: */
	uint64_t generation; /* flushes before (remembered.h) */
	int64_t expires;
	char principal[GUISE_PRINCIPAL_MAX + 1];
	/* NULL: it is an account's; else it lacks its Unix ids: a reference */
	const struct guise_token *token;
};

struct exchanges {
	pthread_mutex_t lock; /* @at; innermost */
	struct exchange *at;  /* EXCHANGES_MAX, made when first needed */
};

void exchanges_init(struct exchanges *exchanges);
void exchanges_clear(struct exchanges *exchanges);
/* @exchange: all but its name and time; its token is taken, on success. A name
 * for it, never 0. GUISE_E_LIMIT (other workers have all); -ENOMEM */
GUISE_MUST_USE int exchanges_add(struct exchanges *exchanges,
				 const struct exchange *exchange,
				 uint64_t now_ms, uint64_t *ret_name);
/* Take it out, with its token: it is not known any more. False: unknown, too
 * old, or another worker's */
GUISE_MUST_USE bool exchanges_take(struct exchanges *exchanges, uint64_t worker,
				   uint64_t name, uint64_t now_ms,
				   struct exchange *ret);

#endif
