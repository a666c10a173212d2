/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accepting Kerberos clients: the steps of an exchange until it is
 * established, and then who it is, as plain data. Knows no accounts. What a
 * client delegates is not kept.
 *
 * [helper] or embedded server outside scopes; one thread at a time.
 */
#ifndef GSS_ACCEPT_H
#define GSS_ACCEPT_H

#include "buf.h"
#include "client.h"

struct gss_acceptor;
struct gss_exchange;

/**
 * struct gss_acceptor_options - all borrowed for the acceptor's life
 * @keytab: a path, or NULL: the system's
 * @service: "HTTP@host.name", or a principal "HTTP/host.name@REALM"; NULL: any
 *           key of the keytab
 * @replay_cache: a file that all acceptors of the service share, in a directory
 *           that nobody else can write; NULL: the system's
 *           (/var/tmp/krb5_0.rcache2)
 * @bindings: application data of the TLS endpoint's bindings
 *           ("tls-server-end-point:" and the hash); NULL: none
 * @bindings_required: refuse clients that do not send them
 */
struct gss_acceptor_options {
	const char *keytab;
	const char *service;
	const char *replay_cache;
	const uint8_t *bindings;
	size_t bindings_size;
	bool bindings_required;
};

/* 0; -ENOSYS (no Kerberos here); -EINVAL (bindings required, and none given);
 * -ENOMEM. The keytab is looked at when it is needed. */
GUISE_MUST_USE int gss_acceptor_new(const struct gss_acceptor_options *options,
				    struct gss_acceptor **ret);
struct gss_acceptor *gss_acceptor_free(struct gss_acceptor *acceptor);

/**
 * gss_acceptor_look() - would an acceptor find its keys now? None is kept.
 * @service: "HTTP"
 * @ret_has_service: has the keytab a key of "@service/host.name"?
 *
 * May look up the host's name, where options->service says one. 0; -ENOSYS;
 * -EIO (no keytab, no key of options->service) with @reterr; -EINVAL; -ENOMEM.
 */
GUISE_MUST_USE int gss_acceptor_look(const struct gss_acceptor_options *options,
				     const char *service, bool *ret_has_service,
				     char reterr[GUISE_WHY_SIZE]);

/**
 * gss_acceptor_step() - the next message of a client
 * @exchange: NULL at first; freed and NULL on failure
 * @reply: what to send back, also on failure (an error token) when not empty
 * @reterr: why it failed, for the log: no secret in it
 *
 * 0: established; GUISE_E_CONTINUE_NEEDED; GUISE_E_LOGON_FAILURE; -EIO (keytab
 * or replay cache not to be used); -ENOMEM.
 */
GUISE_MUST_USE int gss_acceptor_step(struct gss_acceptor *acceptor,
				     struct gss_exchange **exchange,
				     const void *message, size_t message_size,
				     struct guise_buf *reply,
				     char reterr[GUISE_WHY_SIZE]);

/* Of an established one; as gss_client_of() (context.h). */
GUISE_MUST_USE int gss_exchange_client(const struct gss_exchange *exchange,
				       struct gss_client *ret,
				       char reterr[GUISE_WHY_SIZE]);
struct gss_exchange *gss_exchange_free(struct gss_exchange *exchange);

#endif
