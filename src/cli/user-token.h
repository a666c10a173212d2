/* SPDX-License-Identifier: Apache-2.0 */
/* --user NAME [--accounts PATH]: the token of an account, from the embedded
 * accounts first, then the system's. */
#ifndef CLI_USER_TOKEN_H
#define CLI_USER_TOKEN_H

#include <guise/token.h>

#define CLI_ACCOUNTS_PATH "/var/lib/guise/accounts.db"

/* @accounts: NULL = CLI_ACCOUNTS_PATH if it is there, else none. 0 and a
 * reference, or CLI_FAILED after saying why. */
int cli_user_token(const char *accounts, const char *name,
		   const struct guise_token **ret);

#endif
