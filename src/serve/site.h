/* SPDX-License-Identifier: Apache-2.0 */
/* What is served and for whom: read-only while requests run. */
#ifndef SERVE_SITE_H
#define SERVE_SITE_H

#include <guise/share.h>

#include "credentials.h"

/**
 * struct client - someone logged on, while requests of theirs run
 * @token: whose
 * @name: for pages and logs; NULL for the anonymous client
 * @principal: for the log, of a Kerberos client; else NULL
 *
 * Held from find() or logon() until release().
 */
struct client {
	const struct guise_token *token;
	const char *name;
	const char *principal;
};

/**
 * struct logon - what came of a logon besides the client; zero: nothing
 * @reply: message to the client, also on failure, when not empty; the caller
 *         clears it
 * @is_bound: the client's connection is its from now on
 * @life_s: when not 0, a cookie with @session says who it is for so long
 * @principal: who a Kerberos client is, or says it is; "" unknown. For the log
 * @why: of a failure; for the log
 * @pending: with -EAGAIN, for the next call
 */
struct logon {
	struct guise_buf reply;
	bool is_bound;
	uint64_t life_s;
	struct session_name session;
	char principal[GUISE_PRINCIPAL_MAX + 1];
	char why[GUISE_WHY_SIZE];
	uint64_t pending;
};

/* Where clients come from. @binding: of the connection; may be NULL. */
struct clients {
	void *context;
	/* Never blocks. 0; -EAGAIN: logon() must be asked; -ENOENT: no session
	 * of that name; GUISE_E_LIMIT: too many requests of this client at
	 * once. */
	int (*find)(void *context, const struct credentials *who,
		    struct client **ret);
	/* May block. As find(), and the errors of
	 * guise_authority_logon_negotiate(); @ret_logon is zero before,
	 * or as the call left it that said -EAGAIN. */
	int (*logon)(void *context, unsigned thread,
		     const struct credentials *who, struct binding *binding,
		     struct logon *ret_logon, struct client **ret);
	/* The connection is nobody's any more, or ends. Never blocks. */
	void (*unbind)(void *context, struct binding *binding);
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
 * @schemes: what clients may log on with
 * @cookie: name of the cookie that names a session; NULL: there is none
 * @is_secure: clients come by TLS alone
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
	struct schemes schemes;
	const char *cookie;
	bool is_secure;
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
