/* SPDX-License-Identifier: Apache-2.0 */
/* Who Kerberos clients are: the machine's configuration of identities. */
#ifndef WIN32_IDENTITIES_H
#define WIN32_IDENTITIES_H

#include <guise/identity.h>
#include <guise/lookup.h>

#include "facade.h"

/**
 * identities_read() - /etc/guise/identities.conf, or the file that
 * GUISE_IDENTITIES names, which only a process without privilege listens to
 * @ret: returns a reference; without the file, rules by which nobody is let in
 *
 * Reads as the calling thread. Return: 0; what guise_identities_load() says, to
 * which a file that others may write is none.
 */
int identities_read(const struct guise_identities **ret);

/* Where their accounts are: this machine's; a system account is let in by PAM's
 * account rules, those that LogonUser asks, or not at all. */
struct guise_lookup_options identities_accounts(void);

#endif
