/* SPDX-License-Identifier: Apache-2.0 */
/* PAM's rules for accounts of the system, for users whom somebody else has
 * authenticated. */
#ifndef LOGON_PAM_ACCOUNT_H
#define LOGON_PAM_ACCOUNT_H

#include <guise/logon.h>

#include "base.h"

/*
 * May @name log on, as far as PAM goes: the account is not locked, has not
 * ended, this is its time and place. [helper: PAM] @service, @confdir: as for
 * guise_system_logon(). 0; GUISE_E_LOGON_FAILURE (also a password that has
 * expired: PAM does not tell it from other refusals); -EIO; -ENOMEM; -EINVAL.
 * Built without PAM: 0.
 */
GUISE_MUST_USE int pam_account_check(const char *service, const char *confdir,
				     const char *name);

#endif
