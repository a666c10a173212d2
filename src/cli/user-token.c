/* SPDX-License-Identifier: Apache-2.0 */
#include <unistd.h>

#include "cli.h"
#include "source.h"
#include "user-token.h"

/* A file that is there but closed to us is not passed over: the name could
 * mean somebody else in the next source. */
static const char *default_accounts(void)
{
	if (access(CLI_ACCOUNTS_PATH, F_OK) < 0 && errno == ENOENT)
		return NULL;
	return CLI_ACCOUNTS_PATH;
}

int cli_user_token(const char *accounts, const char *name,
		   const struct guise_token **ret)
{
	const struct logon_sources sources = {
		.accounts_path = accounts ? accounts : default_accounts(),
		.system = true,
	};
	int r;

	r = logon_token(&sources, name, ret);
	if (r < 0)
		return cli_failed(name, r,
				  "see guise account list and getent passwd");
	return 0;
}
