/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel identities (io_uring personalities) of one worker: each session
 * has one in every ring of the worker.
 *
 * The kernel hands the 65535 ids of a ring out in turn, so an id comes back.
 * A worker's thread may still hold the id of a session that has just ended; if
 * that id then became another client's, the thread would act as the wrong
 * client. So an id that was unregistered stays *retired* until the worker says
 * that no thread of it uses it any more, and is not given to a client before:
 * when a retired id is next in turn, it is skipped by registering nobody there
 * for a moment.
 */
#ifndef AUTHORITY_IDENTITIES_H
#define AUTHORITY_IDENTITIES_H

#include <pthread.h>

#include "base.h"
#include "kcred.h"

#define IDENTITY_IDS 65536 /* 1 ... 65535, kernel: XA_LIMIT(0, USHRT_MAX) */

enum identity_state {
	IDENTITY_FREE = 0,
	IDENTITY_LIVE = 1,
	IDENTITY_RETIRED = 2,
};

struct identity_ring {
	int fd;		  /* borrowed */
	unsigned next_id; /* where the kernel looks first */
	uint8_t *states;  /* enum identity_state by id */
};

struct identities {
	pthread_mutex_t lock; /* the members below; innermost */
	struct identity_ring *rings;
	size_t n_rings;
	uint32_t service_uid;
	uint32_t service_gid;
	int ruleset; /* borrowed; -EBADF without Landlock */
	uint32_t nobody_uid;
	uint32_t nobody_gid;
	unsigned n_live; /* sessions */
	unsigned n_retired;
};

struct identities_options {
	const int *ring_fds; /* borrowed for the object's life */
	size_t n_rings;	     /* 0: no ring, everything below is empty */
	uint32_t service_uid;
	uint32_t service_gid;
	uint32_t nobody_uid;
	uint32_t nobody_gid;
	int ruleset;
};

GUISE_MUST_USE int identities_init(struct identities *ids,
				   const struct identities_options *options);
void identities_clear(struct identities *ids);

/* Register @kcred in all rings; @ret_ids gets one id a ring. On failure none
 * is left. 0; GUISE_E_LIMIT (no id is free); errors of registration */
GUISE_MUST_USE int identities_add(struct identities *ids,
				  const struct kcred *kcred, int *ret_ids);
/* Dead in the kernel at return. @released: nobody holds the ids any more. */
void identities_retire(struct identities *ids, const int *id_list,
		       bool released);
/* What was retired may be handed out again. */
void identities_release(struct identities *ids, const int *id_list);

#endif
