/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A client's network credentials, held by tokens: a credential cache in memory
 * with a name that nobody can guess, destroyed with the last reference. The
 * core knows them as struct guise_credentials (token-credentials.h), which
 * counts the references and puts them on a token:
 *
 *	r = gss_credentials_accepted(gss, delegated, principal, constrained,
 *				     &credentials);
 *	guise_token_builder_type(b, GUISE_TOKEN_IMPERSONATION,
 *				 credentials ? GUISE_LEVEL_DELEGATION
 *					     : GUISE_LEVEL_IMPERSONATION);
 *	token_builder_credentials(b, credentials);
 *	credentials = credentials_unref(credentials);
 */
#ifndef GSS_CREDENTIALS_H
#define GSS_CREDENTIALS_H

#include "library.h"
#include "token-credentials.h"

/**
 * gss_credentials_accepted() - what a client has delegated, if it has
 * @delegated: borrowed: what gss_accept_sec_context() gave, flag or not;
 *             GSS_C_NO_CREDENTIAL is nothing
 * @principal: of the context's client, "alice@REALM"; the credentials of
 *             somebody else count as none
 * @constrained: the service's own right to act for the client (S4U2Proxy)
 *             counts; it comes with every client of a service whose
 *             credential is for GSS_C_BOTH, whatever the KDC will say
 * @ret: a reference to a copy; NULL: nothing that counts
 *
 * What counts is a ticket-granting ticket of the client's own that has not
 * ended; and the constrained kind, where it is wanted. 0; -EIO (cannot be
 * stored); -ENOMEM.
 */
GUISE_MUST_USE int gss_credentials_accepted(const struct gss_library *gss,
					    gss_cred_id_t delegated,
					    const char *principal,
					    bool constrained,
					    struct guise_credentials **ret);

/* "MEMORY:...", for pin.c; @credentials came from above */
const char *gss_credentials_cache(const struct guise_credentials *credentials);

#endif
