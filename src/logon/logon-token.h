/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all tokens of this layer have in common, whoever vouches for the user:
 * the well-known groups, medium integrity, SeChangeNotify, a default DACL.
 */
#ifndef LOGON_LOGON_TOKEN_H
#define LOGON_LOGON_TOKEN_H

#include <guise/logon.h>

#include "base.h"

enum logon_kind {
	LOGON_LOCAL = 0, /* a process of this machine */
	LOGON_NETWORK,	 /* S-1-5-2 is among the groups */
};

/* A builder for a primary token of @user. */
GUISE_MUST_USE int logon_token_new(const struct guise_sid *user,
				   enum logon_kind kind,
				   guise_luid authentication_id,
				   struct guise_token_builder **ret);
/* As Windows gives it: the owner and SYSTEM may do everything, the rest of the
 * logon session (NULL: none) may look, others nothing. */
GUISE_MUST_USE int logon_default_dacl(const struct guise_sid *owner,
				      const struct guise_sid *session,
				      const struct guise_acl **ret);
/* Unix ids, and S-1-22-2-gid for each gid, so that descriptors made from
 * mode bits and POSIX ACLs apply. */
void logon_token_unix(struct guise_token_builder *b, uint32_t uid, uint32_t gid,
		      const uint32_t *groups, size_t n_groups);
/* The same for a system user, whose own SID is S-1-22-1-uid. */
GUISE_MUST_USE int logon_token_of_unix(uint32_t uid, uint32_t gid,
				       const uint32_t *groups, size_t n_groups,
				       const char *name, enum logon_kind kind,
				       guise_luid authentication_id,
				       const struct guise_token **ret);
/* uid or gid or a group is -1: no token must be made of it */
bool unix_ids_hold_none(uint32_t uid, uint32_t gid, const uint32_t *groups,
			size_t n_groups);

#endif
