/* SPDX-License-Identifier: Apache-2.0 */
/* Where a copy or a move goes, and what is there already. */
#ifndef STORE_SHARE_TARGET_H
#define STORE_SHARE_TARGET_H

#include "gate.h"

/* @old: what is there; st_mode 0: nothing. @parent_sd: a reference */
struct target {
	struct gate_place place;
	struct stat old;
	const struct guise_sd *parent_sd;
};

#define TARGET_NONE                                                            \
	{                                                                      \
		.place = GATE_PLACE_NONE                                       \
	}

void target_clear(struct target *target);
/* Finds the place and looks what is there, itself, not followed. -EEXIST if
 * there is something and not @overwrite. */
GUISE_MUST_USE int target_find(struct gate *gate, const char *path,
			       bool overwrite, struct target *ret);
/* May a file or directory be added there? Fills parent_sd. */
GUISE_MUST_USE int target_may_add(struct gate *gate, struct target *target,
				  bool is_directory);
/* -EINVAL if @object is what @path names or a directory above it, up to the
 * root; 0 if not, or where the client cannot look. */
GUISE_MUST_USE int target_is_outside(struct gate *gate, const char *path,
				     const struct stat *object);

#endif
