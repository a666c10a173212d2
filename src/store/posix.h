/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_POSIX_H
#define STORE_POSIX_H

#include <guise/share.h>

#include "base.h"

/* The POSIX access ACL of an open file (O_PATH will do), by @actor's engine
 * where that has a way of its own; @actor may be NULL. Appends nothing where
 * there is none. */
GUISE_MUST_USE int posix_read_acl(const struct guise_actor *actor, int fd,
				  const struct stat *stat,
				  struct guise_buf *out);
/* By @mapping (may be NULL) or as S-1-22-1-uid, S-1-22-2-gid. */
struct guise_sid posix_sid_of_uid(const struct guise_id_mapping *mapping,
				  uint32_t uid);
struct guise_sid posix_sid_of_gid(const struct guise_id_mapping *mapping,
				  uint32_t gid);
/* The derived descriptor of an open file; O_PATH will do. */
GUISE_MUST_USE int posix_sd_of_fd(int fd, const struct stat *stat,
				  const struct guise_id_mapping *mapping,
				  const struct guise_sd **ret);

GUISE_MUST_USE int posix_sd_by_actor(const struct guise_actor *actor, int fd,
				     const struct stat *stat,
				     const struct guise_id_mapping *mapping,
				     const struct guise_sd **ret);

/* The same for deciding about one client: its own uid is itself, whatever SID
 * @mapping has for it. */
GUISE_MUST_USE int posix_sd_for_token(int fd, const struct stat *stat,
				      const struct guise_token *token,
				      const struct guise_id_mapping *mapping,
				      const struct guise_sd **ret);
GUISE_MUST_USE int posix_sd_for_actor(const struct guise_actor *actor, int fd,
				      const struct stat *stat,
				      const struct guise_id_mapping *mapping,
				      const struct guise_sd **ret);

#endif
