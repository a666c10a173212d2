/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose key a ticket was made with, and so who vouches for its client. Whoever
 * knows a key of a service, the KDC of its realm above all, can make tickets
 * with it for clients of any realm.
 */
#ifndef GSS_KEY_H
#define GSS_KEY_H

#include "library.h"

/**
 * gss_key_check() - may who made a ticket speak for its client?
 * @client, @service: principals; the latter by whose key the ticket was read;
 *                    "": it is not known
 * @keytab: whose keys accepted it; as Kerberos has it
 *          ("FILE:/etc/krb5.keytab"), NULL: the one that it is configured with
 * @reterr: why not, for the log
 *
 * The client's own realm may, and where the keytab has no key of that one,
 * whichever realm it trusts. The keytab is read for clients of other realms
 * only.
 *
 * 0; GUISE_E_LOGON_FAILURE (no; or the keytab is not the one); -EIO (it cannot
 * be read); -ENOMEM.
 */
GUISE_MUST_USE int gss_key_check(const struct gss_library *gss,
				 const char *client, const char *service,
				 const char *keytab,
				 char reterr[GUISE_WHY_SIZE]);

#endif
