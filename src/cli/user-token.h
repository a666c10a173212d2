/* SPDX-License-Identifier: Apache-2.0 */
/* --user NAME [--accounts FILE] [--identities FILE]: the token of an account,
 * from the embedded accounts first, then the system's. */
#ifndef CLI_USER_TOKEN_H
#define CLI_USER_TOKEN_H

#include <guise/identity.h>
#include <guise/token.h>

#define CLI_ACCOUNTS_PATH "/var/lib/guise/accounts.db"

/* What the options said. @accounts NULL: CLI_ACCOUNTS_PATH if it is there, else
 * none; @identities likewise, GUISE_IDENTITIES_PATH. */
struct cli_user {
	const char *name;
	const char *accounts;
	const char *identities;
};

/* 0 and a reference, or CLI_FAILED after saying why. */
int cli_user_token(const struct cli_user *user, const struct guise_token **ret);
/* The file of identities alone; without one the defaults. */
int cli_identities(const char *identities, const struct guise_identities **ret);
/* The file of accounts, or NULL. */
const char *cli_accounts(const char *accounts);

#endif
