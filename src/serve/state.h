/* SPDX-License-Identifier: Apache-2.0 */
/* The directory of state is one server's alone. */
#ifndef SERVE_STATE_H
#define SERVE_STATE_H

#include "config.h"

/*
 * Makes the directory @path (NULL: the usual one) if it is missing, and takes
 * its lock for as long as this process lives and *@ret_fd is open. 0; -EBUSY
 * and others with @reterr filled.
 */
GUISE_MUST_USE int state_lock(const char *path, int *ret_fd,
			      struct config_error *reterr);

#endif
