/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>

#include "account.h"
#include "fixture.h"
#include "identities.h"

#define IDENTITIES "/etc/guise/identities.conf"
#define IDENTITIES_VARIABLE "GUISE_IDENTITIES"
#define PAM_SERVICE "guise"

static const char *identities_path(void)
{
	const char *path = secure_getenv(IDENTITIES_VARIABLE);

	return path && *path && fixture_is_allowed() ? path : IDENTITIES;
}

int identities_read(const struct guise_identities **ret)
{
	int r = guise_identities_load(identities_path(), ret, NULL);

	return r == -ENOENT ? guise_identities_parse("", 0, ret, NULL) : r;
}

struct guise_lookup_options identities_accounts(void)
{
	struct guise_lookup_options options = *account_options();

	options.pam_service = PAM_SERVICE;
	return options;
}
