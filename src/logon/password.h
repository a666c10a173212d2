/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passwords of embedded accounts: yescrypt through libcrypt, one cost for
 * all, so that the time of a check says nothing about the account.
 */
#ifndef LOGON_PASSWORD_H
#define LOGON_PASSWORD_H

#include "base.h"

/* A fresh yescrypt setting: cost and random salt. Returns heap memory. */
GUISE_MUST_USE int password_setting(char **ret);
/* The hash to store. Returns heap memory. -EINVAL: empty, too long, or with a
 * NUL inside, which libcrypt would take for the end. */
GUISE_MUST_USE int password_hash(const char *password, size_t password_size,
				 char **ret);
/* Exactly one yescrypt, whatever comes in. 0 and the answer, or -ENOMEM.
 * @hash: a stored hash, or NULL: then @decoy, a setting, is computed and the
 * answer is no */
GUISE_MUST_USE int password_check(const char *password, size_t password_size,
				  const char *hash, const char *decoy,
				  bool *ret_right);

#endif
