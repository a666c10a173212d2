/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVE_LISTEN_H
#define SERVE_LISTEN_H

#include "config.h"

/* The socket of config->listen. 0; -errno; -EADDRINUSE; -EEXIST: something else
 * lies at the path */
GUISE_MUST_USE int listen_open(const struct config *config, int *ret_fd);
/* Whoever would connect finds nobody there; only for Unix sockets. */
void listen_remove(const struct config *config);

#endif
