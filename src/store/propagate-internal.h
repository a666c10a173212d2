/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_PROPAGATE_INTERNAL_H
#define STORE_PROPAGATE_INTERNAL_H

#include <guise/propagate.h>

#include "base.h"

/* What the members of a directory without a stored descriptor are passed;
 * owner and group of the derived one. */
GUISE_MUST_USE int propagate_usual(const struct guise_sd *derived,
				   const struct guise_sd **ret);
/* What a directory passes on from; NULL for none (-EBADF). */
GUISE_MUST_USE int propagate_parent_sd(int parent_fd,
				       const struct guise_id_mapping *mapping,
				       const struct guise_sd **ret);
/* @sd with the ACLs in @parts made of its explicit entries and what @parent
 * passes on. A protected one stays as it is. */
GUISE_MUST_USE int propagate_merge(const struct guise_sd *parent,
				   const struct guise_sd *sd, bool is_directory,
				   uint32_t parts, const struct guise_sd **ret);
/* With empty ACLs, not protected. */
GUISE_MUST_USE int propagate_without_entries(const struct guise_sd *sd,
					     uint32_t parts,
					     const struct guise_sd **ret);
GUISE_MUST_USE int propagate_unprotect(const struct guise_sd *sd,
				       uint32_t parts,
				       const struct guise_sd **ret);
/* Which entries of the DACL came from @parent, where it does not say. */
GUISE_MUST_USE int propagate_mark(const struct guise_sd *parent,
				  const struct guise_sd *sd, bool is_directory,
				  const struct guise_sd **ret);

#endif
