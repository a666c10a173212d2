/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accounts asked about again, for the sessions that exist: a thread of its own
 * does the asking, since a directory may take its time and the main thread has
 * none to lose. The main thread hands over names and takes the answers.
 *
 * The embedded accounts are asked about all names first, so that their answers
 * do not wait for the system's.
 */
#ifndef AUTHORITY_RECHECKS_H
#define AUTHORITY_RECHECKS_H

#include <pthread.h>

#include "logons.h"

struct recheck {
	char name[GUISE_USER_NAME_MAX + 1];
	bool is_answered;
	const struct guise_token *token; /* as it is now; NULL: no logon */
};

/* What a flush has done so far; for who asked for it. */
struct flush_report {
	int fd; /* -EBADF: nobody wants to know */
	unsigned n_names;
	unsigned n_unanswered;
	unsigned n_revoked;
};

struct recheck_batch {
	struct recheck_batch *next;
	bool is_strict; /* who cannot be asked about is logged off */
	bool is_flush;	/* and who is the same proves it again */
	bool is_last;	/* false: the rest of its names follows */
	struct flush_report *report; /* owned by the last one; NULL: none */
	uint64_t asked_ms;
	size_t n;
	struct recheck *at; /* sorted by name; owned */
};

struct rechecks {
	struct logons *logons;
	int wake_fd; /* borrowed */
	pthread_t thread;
	bool is_running;
	pthread_mutex_t lock; /* the members below; innermost */
	pthread_cond_t posted;
	struct recheck_batch *waiting; /* strict ones first */
	struct recheck_batch *done;
	unsigned n_strict; /* waiting */
	bool is_busy;	   /* a batch is in work */
	bool is_stopping;
};

/* 0; -EAGAIN, -ENOMEM. Main thread, all. */
GUISE_MUST_USE int rechecks_start(struct rechecks *rechecks,
				  struct logons *logons, int wake_fd);
/* Ends the thread, after the question it is asking. */
void rechecks_stop(struct rechecks *rechecks);
/* Nothing is being asked, nothing waits. */
bool rechecks_are_idle(struct rechecks *rechecks);

enum recheck_kind {
	RECHECK_DUE = 0, /* their time has come */
	RECHECK_STRICT,	 /* accounts have changed */
	RECHECK_FLUSH,	 /* somebody said so */
};
/* Names of tokens, each once; takes the references, and @report on success. 0
 * or -ENOMEM */
GUISE_MUST_USE int rechecks_post(struct rechecks *rechecks,
				 const struct guise_token **tokens, size_t n,
				 enum recheck_kind kind,
				 struct flush_report *report);
/* A batch that is done, the caller's; NULL: none */
struct recheck_batch *rechecks_take(struct rechecks *rechecks);
const struct recheck *recheck_find(const struct recheck_batch *batch,
				   const char *name);
struct recheck_batch *recheck_batch_free(struct recheck_batch *batch);
struct flush_report *flush_report_free(struct flush_report *report);
/* Tells who asked, as JSON, and closes. */
void flush_report_send(struct flush_report *report);

#endif
