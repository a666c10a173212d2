/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One configuration being served: the options (copied), the roots, the rule
 * sets, the logon helpers. A reload makes a new one; the old one stays until
 * its last worker is gone.
 */
#ifndef AUTHORITY_SERVICE_H
#define AUTHORITY_SERVICE_H

#include <guise/authority.h>

#include "accept.h"
#include "journal.h"
#include "logons.h"
#include "rechecks.h"
#include "roots.h"

#define DENIALS_MAX 64
#define DENIAL_TEXT_MAX 256
#define THREADS_MAX 64

/* The last denials workers reported, over all services. */
struct denial {
	time_t when;
	unsigned worker;
	char user[GUISE_USER_NAME_MAX + 1];
	char text[DENIAL_TEXT_MAX + 1];
};

struct denials {
	pthread_mutex_t lock; /* all members; innermost */
	struct denial last[DENIALS_MAX];
	uint64_t n; /* ever; the newest is number (n - 1) % DENIALS_MAX */
	time_t second;
	unsigned n_in_second;
};

void denials_init(struct denials *denials);
/* At most 20 a second are taken, the others only counted. */
void denials_add(struct denials *denials, unsigned worker, const char *user,
		 const char *text);

/* What all services of this process share. */
struct authority_process {
	struct journal journal;
	struct denials denials;
	int wake_fd;	    /* eventfd: the main thread has something to do */
	uint64_t n_workers; /* main thread: made, ever */
	pthread_mutex_t log_lock; /* around @log; innermost */
	void (*log)(void *context, const char *line);
	void *log_context;
};

/* Opens journal and wake_fd, sets the ceiling, cleans up after authorities
 * that are no more. */
GUISE_MUST_USE int
authority_process_init(struct authority_process *process,
		       const struct guise_authority_options *options);
void authority_process_clear(struct authority_process *process);
__attribute__((format(printf, 2, 3))) void
authority_log(struct authority_process *process, const char *format, ...);

struct service {
	struct service *next;		   /* main thread: those still in use */
	struct authority_process *process; /* borrowed */
	struct guise_authority_options options; /* strings owned, defaults in */
	struct roots roots;
	int identity_ruleset; /* for registered identities; -EBADF: none */
	int channel_ruleset;  /* for the authority's own threads */
	int empty_fd;	      /* the directory workers are locked into */
	unsigned landlock_abi;
	bool use_ring;
	int ring_error;			      /* why not, if it was asked for */
	struct gss_acceptor_options acceptor; /* borrows from the options */
	char replay_cache[GUISE_PATH_MAX + 8];
	struct logons logons;
	struct rechecks rechecks;
	bool is_started;
	unsigned n_workers; /* main thread */
	uint64_t began_ms;
};

/* Return: as guise_authority_start() */
GUISE_MUST_USE int service_new(struct authority_process *process,
			       const struct guise_authority_options *options,
			       struct service **ret);
/* Starts the logon helpers and the thread that asks them again; apart, since it
 * must be in the final process. */
GUISE_MUST_USE int service_start(struct service *service);
/* Nothing of it waits for a directory. */
bool service_is_idle(struct service *service);
struct service *service_free(struct service *service);

#endif
