/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVE_SYSTEM_H
#define SERVE_SYSTEM_H

#include "config.h"

/* Who the worker runs as: a name or "uid:gid", never root. */
GUISE_MUST_USE int system_worker_user(const struct config *config,
				      uint32_t *ret_uid, uint32_t *ret_gid,
				      struct config_error *reterr);

/* A datagram socket connected to the journal. */
GUISE_MUST_USE int system_journal(const struct config *config, int *ret_fd,
				  struct config_error *reterr);

#endif
