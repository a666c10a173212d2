/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "identities-file.h"

int identities_load(const char *path, const struct guise_identities **ret,
		    struct config_error *reterr)
{
	struct guise_identities_error error = {.size = sizeof(error)};
	int r = guise_identities_load(path, ret, &error);

	if (r == 0)
		return 0;
	if (error.line)
		(void)snprintf(reterr->where, sizeof(reterr->where),
			       "%.200s:%u", path, error.line);
	else
		(void)snprintf(reterr->where, sizeof(reterr->where),
			       "identities: %.200s", path);
	(void)snprintf(reterr->why, sizeof(reterr->why), "%s",
		       error.why[0]  ? error.why
		       : r == -EPERM ? "others may change it"
				     : guise_strerror(r));
	reterr->todo = r == -ENOENT ? "make the file or name another"
		       : r == -EPERM
			       ? "make it root's, writable by root alone"
			       : "see docs/identity.md for what it may say";
	return r;
}
