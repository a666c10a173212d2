/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_SHARE_DELETE_H
#define STORE_SHARE_DELETE_H

#include "gate.h"

/* Deletes what is at @place (a name in a directory), with all that is in it.
 * @failed is told of members that stay, by paths beginning with @path. */
GUISE_MUST_USE int delete_tree(struct gate *gate,
			       const struct gate_place *place, const char *path,
			       guise_member_failed *failed, void *context);
/* Would delete_tree() do it all? Looks, deletes nothing. The first refusal is
 * told to @failed and returned. What is allowed does not go on record. @ret:
 * what is at @place, for gate_audit_done() where no delete_tree() follows;
 * may be NULL. */
GUISE_MUST_USE int delete_tree_check(struct gate *gate,
				     const struct gate_place *place,
				     const char *path,
				     guise_member_failed *failed, void *context,
				     struct gate_object *ret);

#endif
