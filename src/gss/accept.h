/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accepting Kerberos clients: the steps of a context until it is established,
 * and then who it is, as plain data. Knows no accounts.
 *
 * [helper] or embedded server outside scopes.
 */
#ifndef GSS_ACCEPT_H
#define GSS_ACCEPT_H

#include "buf.h"
#include "library.h"
#include "pac.h"

/* The client of an established context. */
struct gss_client {
	char principal[GUISE_PRINCIPAL_MAX + 1]; /* "alice@REALM" */
	char realm[GUISE_PRINCIPAL_MAX + 1];
	int64_t expires; /* seconds since 1970 */
	bool is_bound;	 /* to the TLS connection, by channel bindings */
	struct pac pac;	 /* all zero without an authenticated one */
};

void gss_client_clear(struct gss_client *client);

/* Who is at the other end of @context. 0; GUISE_E_NO_TOKEN;
 * GUISE_E_PROTOCOL; GUISE_E_LIMIT; -ENOMEM. */
GUISE_MUST_USE int gss_client_of(const struct gss_library *gss,
				 gss_ctx_id_t context, struct gss_client *ret);

struct gss_acceptor;

/**
 * struct gss_acceptor_options - all borrowed for the acceptor's life
 * @keytab: a path, or NULL: the system's
 * @service: "HTTP@host.name" or NULL: any key of the keytab
 * @bindings: of the TLS endpoint (bindings.h), NULL: none
 * @bindings_required: refuse clients that do not send them
 */
struct gss_acceptor_options {
	const char *keytab;
	const char *service;
	const uint8_t *bindings;
	size_t bindings_size;
	bool bindings_required;
};

GUISE_MUST_USE int gss_acceptor_new(const struct gss_acceptor_options *options,
				    struct gss_acceptor **ret);
struct gss_acceptor *gss_acceptor_free(struct gss_acceptor *acceptor);

/**
 * gss_acceptor_step() - the next message of a client
 * @context: GSS_C_NO_CONTEXT at first; deleted on failure
 * @reply: what to send back, also on failure (an error token) when not empty
 * @reterr: why it failed, for the log: no secret in it
 *
 * 0: established; GUISE_E_CONTINUE_NEEDED; GUISE_E_LOGON_FAILURE; -EIO (keytab
 * not to be read, KDC lost); -ENOMEM.
 */
GUISE_MUST_USE int gss_acceptor_step(struct gss_acceptor *acceptor,
				     gss_ctx_id_t *context, const void *token,
				     size_t token_size, struct guise_buf *reply,
				     char reterr[GUISE_WHY_SIZE]);

#endif
