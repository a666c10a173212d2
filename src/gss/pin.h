/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The calling thread's default initiator credentials, as MIT's GSSAPI has
 * them: the name of a credential cache for each thread, or none: then the
 * environment, the configuration and the thread's uid say which, and a client
 * keytab may fill it. A thread that impersonates must not come to that, for it
 * would be the service, or whatever lies in a file that has the client's uid in
 * its name.
 *
 * All that GSSAPI asks is pinned by this; who calls libkrb5 itself with the
 * default cache, or names a cache or keytab, is not.
 */
#ifndef GSS_PIN_H
#define GSS_PIN_H

#include <guise/token.h>

#include "base.h"

/* Looks whether a GSSAPI is in this process; takes a lock. Once it was found it
 * stays so. -EIO: there is one that cannot be pinned, a copy under another name
 * or one that is too old; then nobody is to be impersonated. */
GUISE_MUST_USE int gss_pin_look(void);
/* Written once, by library.c. */
extern atomic_bool gss_pin_found;

/* It was found, or loaded by guise: threads are to be pinned.
 * Async-signal-safe. */
static inline bool gss_pin_is_on(void)
{
	return atomic_load_explicit(&gss_pin_found, memory_order_acquire);
}
/*
 * The calling thread's default credentials are those of @token from now on, or
 * none at all, if it has none; NULL: those of the process. What the thread had
 * named for itself before is not kept. Only where gss_pin_is_on(). No
 * cancellation point. 0; -ESHUTDOWN (the process ends); -ENOMEM, -EIO, never
 * for NULL: it is as before.
 */
GUISE_MUST_USE int gss_pin(const struct guise_token *token);

#endif
