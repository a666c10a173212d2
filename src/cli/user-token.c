/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <unistd.h>

#include "cli.h"
#include "source.h"
#include "user-token.h"

/* A file that is there but closed to us is not passed over: the name could
 * mean somebody else in the next source. */
static const char *if_there(const char *path)
{
	if (access(path, F_OK) < 0 && errno == ENOENT)
		return NULL;
	return path;
}

const char *cli_accounts(const char *accounts)
{
	return accounts ? accounts : if_there(CLI_ACCOUNTS_PATH);
}

int cli_identities(const char *identities, const struct guise_identities **ret)
{
	const char *path =
		identities ? identities : if_there(GUISE_IDENTITIES_PATH);
	struct guise_identities_error error = {.size = sizeof(error)};
	char place[300];
	int r;

	r = path ? guise_identities_load(path, ret, &error)
		 : guise_identities_parse("", 0, ret, &error);
	if (r >= 0)
		return 0;
	if (!error.why[0])
		return cli_failed(path ? path : "identities", r,
				  "it must be a file that only its owner, root "
				  "or you, can write");
	(void)snprintf(place, sizeof(place), "%s:%u", path, error.line);
	return cli_error(CLI_FAILED, place, error.why, "see docs/identity.md");
}

int cli_user_token(const struct cli_user *user, const struct guise_token **ret)
{
	GUISE_AUTO(guise_identities_unrefp)
	const struct guise_identities *ids = NULL;
	struct logon_sources sources = {
		.accounts_path = cli_accounts(user->accounts),
		.system = true,
	};
	int r;

	r = cli_identities(user->identities, &ids);
	if (r != 0)
		return r;
	sources.identities = ids;
	r = logon_token(&sources, user->name, ret);
	if (r < 0)
		return cli_failed(user->name, r,
				  "see guise account list and getent passwd");
	return 0;
}
