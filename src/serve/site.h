/* SPDX-License-Identifier: Apache-2.0 */
/* What is served and for whom: read-only while requests run. */
#ifndef SERVE_SITE_H
#define SERVE_SITE_H

#include <guise/share.h>

#include "basic.h"

/**
 * struct client - someone logged on, while requests of theirs run
 * @token: whose
 * @name: for pages and logs; NULL for the anonymous client
 *
 * Held from find() or logon() until release().
 */
struct client {
	const struct guise_token *token;
	const char *name;
};

/* Where clients come from. @who NULL: the anonymous one. */
struct clients {
	void *context;
	/* Never blocks. 0; -EAGAIN: logon() must be asked; GUISE_E_LIMIT: too
	 * many requests of this client at once. */
	int (*find)(void *context, const struct basic *who,
		    struct client **ret);
	/* May block. As find(), and the errors of
	 * guise_authority_logon_password(). */
	int (*logon)(void *context, unsigned thread, const struct basic *who,
		     struct client **ret);
	/* The session is dead: nobody is to get it any more. */
	void (*forget)(void *context, struct client *client);
	void (*release)(void *context, struct client *client);
};

struct exchange;

/* Where goes what descriptors want on record of the requests; called by the
 * thread that works on @ex, and must not block. */
struct audits {
	void *context;
	void (*tell)(void *context, struct exchange *ex,
		     const struct guise_audit_event *event);
};

/**
 * struct site_share - one share
 * @name: its first path component; "" = it is served at "/", alone
 * @share: borrowed
 * @anonymous: clients without credentials may come in as ANONYMOUS LOGON
 */
struct site_share {
	const char *name;
	struct guise_share *share;
	bool anonymous;
};

/**
 * struct site - all of it; borrowed by every exchange
 * @max_upload: bytes of one PUT
 * @max_listing: names shown of one directory
 * @durable: fsync before a PUT is answered
 * @audits: NULL: nothing goes on record
 */
struct site {
	const struct site_share *shares;
	size_t n_shares;
	const struct clients *clients;
	const struct audits *audits;
	uint64_t max_upload;
	size_t max_listing;
	bool durable;
};

/* The thread that calls: its number with the authority, and its engine. */
struct serve_thread {
	unsigned number;
	struct guise_engine *engine;
};

#endif
