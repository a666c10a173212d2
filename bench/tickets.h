/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kerberos tickets for a service without a KDC: whoever has the service's key
 * can write them, and a benchmark that needs ten thousand clients has made the
 * key itself. They are what a KDC would give: with a signed PAC, and used by
 * MIT's library as any other. Whatever fails ends the process.
 */
#ifndef BENCH_TICKETS_H
#define BENCH_TICKETS_H

#include <stdbool.h>

#include <gssapi/gssapi.h>
#include <krb5.h>

#define TICKETS_REALM "BENCH.TEST"
#define TICKETS_DOMAIN "S-1-5-21-11-22-33"

struct tickets {
	krb5_context krb5;
	krb5_principal service;
	krb5_keyblock key;
	krb5_keyblock kdc_key; /* signs, too; nobody asks */
};

/* A new key, appended to @keytab, which is made if it is not there. */
void tickets_keytab(const char *keytab, const char *service);
/* @service: "HTTP/localhost"; its newest key in @keytab. */
void tickets_open(struct tickets *tickets, const char *keytab,
		  const char *service);
void tickets_close(struct tickets *tickets);

/**
 * tickets_message() - a client's first message to the service
 * @name, @rid: of the client; its SID is TICKETS_DOMAIN-@rid
 * @groups: RIDs between blanks
 * @spnego: as a browser sends it; else Kerberos' own
 * @ret: the caller's, for gss_release_buffer()
 *
 * Mutual authentication is asked for.
 */
void tickets_message(struct tickets *tickets, const char *name, unsigned rid,
		     const char *groups, bool spnego, gss_buffer_desc *ret);

#endif
