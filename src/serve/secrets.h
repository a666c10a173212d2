/* SPDX-License-Identifier: Apache-2.0 */
/* Private keys, keytab, accounts: are they whose they should be, and does the
 * keytab have what it is for? */
#ifndef SERVE_SECRETS_H
#define SERVE_SECRETS_H

#include "config.h"

/* A key that everybody may read is an error, one that a group may is told. The
 * keytab is read in a child, so no Kerberos comes into this process. */
GUISE_MUST_USE int secrets_check(const struct config *config, config_warn *warn,
				 struct config_error *reterr);

#endif
