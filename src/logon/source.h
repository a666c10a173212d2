/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The logon helper: a process that looks up users and checks passwords, so
 * that NSS, PAM and SQLite never run where somebody impersonates. One request
 * at a time over a socket pair; the authority keeps several helpers and starts
 * a new one when one dies or takes too long.
 */
#ifndef LOGON_SOURCE_H
#define LOGON_SOURCE_H

#include <guise/identity.h>
#include <guise/logon.h>

#include "base.h"
#include "buf.h"

struct gss_acceptor_options;

/* Asked of PAM in the place of a user that the embedded accounts decided on:
 * a name no system has. */
#define LOGON_DECOY_USER "guise-decoy-user"

/* Where a helper looks, in this order; strings borrowed for the process's
 * life. NULL paths leave the source out. */
struct logon_sources {
	const char *accounts_path; /* embedded accounts */
	bool system;		   /* NSS, and PAM for passwords */
	/* Not here, but another helper has them: of a Kerberos client that is
	 * an account of theirs only the name is told. */
	bool system_elsewhere;
	/* A PAC client's token gets its ids by logon_gss_ids(), not here. */
	bool ids_elsewhere;
	const char *pam_service;
	const char *pam_confdir;
	/* who Kerberos clients are, and which ids SIDs have; NULL: no clients
	 * of Kerberos, and S-1-22 alone */
	const struct guise_identities *identities;
	/* Kerberos clients are accepted with this; NULL: none are */
	const struct gss_acceptor_options *negotiate;
};

/**
 * struct logon_negotiation - one message of a client and the answer to it
 * @token, @token_size: borrowed; what the client sent
 * @pending: 0 at first; after GUISE_E_CONTINUE_NEEDED what the same helper has
 *           to be told with the next message, for a few seconds
 * @origin: who loses an exchange first when there are too many: who has most
 * @reply: what to send back, also on failure, when not empty; the caller clears
 * @principal: who it is, or says it is; "" unknown. For the log
 * @why: on failure; for the log
 * @expires: seconds since 1970 when the ticket ends
 */
struct logon_negotiation {
	const uint8_t *token;
	size_t token_size;
	uint64_t pending;
	uint64_t origin;
	struct guise_buf reply;
	char principal[GUISE_PRINCIPAL_MAX + 1];
	char why[GUISE_WHY_SIZE];
	int64_t expires;
};

/* In-process, for the CLI and for the helper's own body: first source that
 * knows the name decides. [helper] Password logon costs the same whichever
 * way it fails. */
GUISE_MUST_USE int logon_token(const struct logon_sources *sources,
			       const char *name,
			       const struct guise_token **ret);
GUISE_MUST_USE int logon_password(const struct logon_sources *sources,
				  const char *name, const char *password,
				  size_t password_size,
				  const struct guise_token **ret);

/* As logon_token(), for a user whom somebody else has authenticated: a system
 * account must also be one that PAM's account rules let in, if there is a
 * service of PAM. */
GUISE_MUST_USE int logon_account(const struct logon_sources *sources,
				 const char *name,
				 const struct guise_token **ret);

/**
 * struct logon_finder - who finds accounts; as logon_account()
 */
struct logon_finder {
	int (*find)(const void *context, const char *name,
		    guise_luid authentication_id,
		    const struct guise_token **ret);
	const void *context;
};

/* The token of an account, for a client that has proven to be
 * @proven->principal by a ticket that ends at @proven->expires, and of whom
 * nothing else is known; @proven->why is filled on failure. As
 * logon_helper_negotiate(). */
GUISE_MUST_USE int logon_principal(const struct guise_identities *identities,
				   struct logon_negotiation *proven,
				   const struct logon_finder *finder,
				   const struct guise_token **ret);

/* guise_identities_token(), where no daemon has to be asked for it; else
 * -EAGAIN. Any thread, and never for long. */
GUISE_MUST_USE int
logon_token_at_once(const struct guise_identities *identities,
		    const struct guise_token *token,
		    const struct guise_token **ret);

/* The libraries of the daemons that are named are loaded; a process that
 * confines itself later has to. */
void logon_ids_prepare(const struct guise_identities *identities);
/* Have daemons to be asked for ids? */
bool logon_ids_are_elsewhere(const struct guise_identities *identities);
/**
 * logon_gss_ids() - the Unix ids for a token that was made with ids_elsewhere
 * @timeout_ms: for all of it; NULL: -EAGAIN if a daemon has to be asked, and
 *           never for long
 * @ret: returns a reference; without ids if there are none
 * @reterr: why not, for the log
 *
 * Any thread, in a child. As logon_principal(); -ETIMEDOUT, -EIO (the
 * directory).
 */
GUISE_MUST_USE int logon_gss_ids(const struct guise_identities *identities,
				 const struct guise_token *token,
				 const unsigned *timeout_ms,
				 const struct guise_token **ret,
				 char reterr[GUISE_WHY_SIZE]);

struct logon_helper;

/* Fork a helper. Call before threads impersonate; the child closes every
 * descriptor but its socket and standard error, and keeps root. */
GUISE_MUST_USE int logon_helper_start(const struct logon_sources *sources,
				      struct logon_helper **ret);
/* Ask it; waits at most @timeout_ms. -ETIMEDOUT or -ECONNRESET: the helper is
 * gone (killed): stop it and start another. Not thread-safe per helper. */
GUISE_MUST_USE int logon_helper_password(struct logon_helper *helper,
					 const char *name, const char *password,
					 size_t password_size,
					 unsigned timeout_ms,
					 const struct guise_token **ret);
GUISE_MUST_USE int logon_helper_token(struct logon_helper *helper,
				      const char *name, unsigned timeout_ms,
				      const struct guise_token **ret);
/* As logon_helper_password(); GUISE_E_CONTINUE_NEEDED. With system_elsewhere:
 * GUISE_E_NO_SUCH_ACCOUNT, with principal and end of the ticket, for a client
 * that has proven who it is and is none of the embedded accounts. With
 * ids_elsewhere a PAC client's token comes without ids. */
GUISE_MUST_USE int logon_helper_negotiate(struct logon_helper *helper,
					  struct logon_negotiation *negotiation,
					  unsigned timeout_ms,
					  const struct guise_token **ret);
/* Ends the child, reaps it, frees; NULL is fine; returns NULL */
struct logon_helper *logon_helper_stop(struct logon_helper *helper);
pid_t logon_helper_pid(const struct logon_helper *helper);
/* Whether the child is there to be asked; between questions only */
bool logon_helper_is_alive(const struct logon_helper *helper);

#endif
