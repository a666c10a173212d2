/* SPDX-License-Identifier: Apache-2.0 */
/* An established GSSAPI context, made plain data. */
#ifndef GSS_CONTEXT_H
#define GSS_CONTEXT_H

#include "client.h"
#include "library.h"

/**
 * gss_client_of() - who is at the other end of @context
 * @ret: the caller's, until gss_client_clear(), with the service; on failure
 *       all it may have is the principal, for the log
 * @reterr: why not, for the log
 *
 * 0; GUISE_E_NO_TOKEN (not established, not accepted here, not Kerberos,
 * anonymous); GUISE_E_PROTOCOL (a PAC that cannot be read, a name that is
 * none); GUISE_E_LIMIT; -ENOMEM.
 */
GUISE_MUST_USE int gss_client_of(const struct gss_library *gss,
				 gss_ctx_id_t context, struct gss_client *ret,
				 char reterr[GUISE_WHY_SIZE]);

/**
 * struct gss_peer - what gss_accept_sec_context() says of a client as it
 * completes an exchange; asking again takes the library a name more
 * @name: the caller's; GSS_C_NO_NAME: there is none
 */
struct gss_peer {
	gss_name_t name;
	gss_OID mechanism;
	OM_uint32 lifetime, flags;
};

/* The same of an exchange that has just been completed by accepting; the
 * service is told only of those whose PAC has claims. */
GUISE_MUST_USE int gss_client_of_peer(const struct gss_library *gss,
				      gss_ctx_id_t context,
				      const struct gss_peer *peer,
				      struct gss_client *ret,
				      char reterr[GUISE_WHY_SIZE]);

/* Both ends' principals, each with a realm */
struct gss_ends {
	char client[GUISE_PRINCIPAL_MAX + 1];
	char service[GUISE_PRINCIPAL_MAX + 1];
};

/* Of an established context that was accepted here; the service is the one
 * whose key could read the ticket, whatever that says of itself. 0;
 * GUISE_E_NO_TOKEN */
GUISE_MUST_USE int gss_context_ends(const struct gss_library *gss,
				    gss_ctx_id_t context, struct gss_ends *ret);

#endif
