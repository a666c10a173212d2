/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVE_IDENTITIES_FILE_H
#define SERVE_IDENTITIES_FILE_H

#include "config.h"

/* Reads the file and makes of it what it says. 0, or an error with @reterr
 * filled. */
GUISE_MUST_USE int identities_load(const char *path,
				   const struct guise_identities **ret,
				   struct config_error *reterr);

#endif
