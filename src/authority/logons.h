/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logons by password and by Kerberos: the helpers that check them and the
 * cache of passwords that were right. Shared by all workers.
 *
 * Embedded accounts, the system's and Kerberos clients have helpers of their
 * own each: a directory that hangs stops nobody but its own users.
 */
#ifndef AUTHORITY_LOGONS_H
#define AUTHORITY_LOGONS_H

#include <sys/stat.h>

#include "exchanges.h"
#include "helper-pool.h"
#include "proto.h"
#include "remembered.h"

/* As much of a file as tells that it has changed. */
struct file_mark {
	ino_t ino;
	off_t size;
	struct timespec mtime;
};

enum logon_kind {
	LOGON_EMBEDDED = 0, /* the embedded accounts */
	LOGON_SYSTEM,	    /* PAM */
	LOGON_LOOKUP,	    /* the system's accounts, without a password */
	LOGON_NEGOTIATE,    /* Kerberos */
	LOGON_KINDS,
};

struct logons {
	struct helper_pool pools[LOGON_KINDS];
	struct exchanges exchanges;
	struct exchanges proven; /* that wait for the directory's turn */
	const struct guise_identities *identities; /* borrowed, or NULL */
	struct remembered remembered;
	unsigned timeout_ms;
	const char *accounts_path; /* borrowed from the service */
	struct file_mark marks[2]; /* main thread: accounts and their log */
};

struct logons_options {
	struct logon_sources sources;
	unsigned n_helpers;
	unsigned timeout_ms;
	unsigned cache_ms; /* UINT_MAX: none */
	int wake_fd;
};

/* Starts the helpers. 0; errors of logon_helper_start(); -ENOMEM */
GUISE_MUST_USE int logons_init(struct logons *logons,
			       const struct logons_options *options);
void logons_clear(struct logons *logons);

/* Any thread. @ret has a reference. 0; GUISE_E_LOGON_FAILURE; GUISE_E_LIMIT
 * (too many wait); -EAGAIN (STAGE_QUICK: the system's turn); -ETIMEDOUT; -EIO;
 * -ENOMEM */
GUISE_MUST_USE int logons_password(struct logons *logons,
				   enum logon_stage stage, const char *name,
				   const uint8_t *password,
				   size_t password_size, struct logged *ret);
/* The next message of a client of @worker (its serial). @negotiation's
 * "pending" is the worker's word for it. As logons_password();
 * GUISE_E_CONTINUE_NEEDED; -EAGAIN. Any thread. */
GUISE_MUST_USE int logons_negotiate(struct logons *logons, uint64_t worker,
				    struct logon_negotiation *negotiation,
				    struct logged *ret);
/* -EAGAIN: the client has proven who it is, and this is to be called without
 * another message, with that "pending": it may take as long as the directory.
 */
GUISE_MUST_USE int logons_negotiate_rest(struct logons *logons, uint64_t worker,
					 struct logon_negotiation *negotiation,
					 struct logged *ret);
/* The token of a name as it is now, without a password, of the embedded
 * accounts or of the system's (LOGON_LOOKUP). Any thread. 0;
 * GUISE_E_NO_SUCH_ACCOUNT; GUISE_E_LOGON_FAILURE (no logon for it);
 * -ETIMEDOUT; -EIO; -ENOMEM */
GUISE_MUST_USE int logons_look_up(struct logons *logons, enum logon_kind kind,
				  const char *name,
				  const struct guise_token **ret);

/* Main thread: restart broken helpers, forget what is old. */
void logons_tick(struct logons *logons);
/* Main thread: true if the accounts have changed since the last call; then
 * nothing is remembered any more. */
bool logons_accounts_changed(struct logons *logons);
/* Main thread: nothing is remembered any more, neither here nor by helpers. */
void logons_flush(struct logons *logons);

#endif
