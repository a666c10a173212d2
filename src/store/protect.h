/* SPDX-License-Identifier: Apache-2.0 */
/* The descriptor of what is being made: on it before it has its name, so that
 * nothing is ever there without its protection. */
#ifndef STORE_PROTECT_H
#define STORE_PROTECT_H

#include "gate.h"

/* What a new member of a directory with @parent_sd (may be NULL) gets; NULL
 * when nothing is to be stored. */
GUISE_MUST_USE int protect_inherit(struct gate *gate,
				   const struct guise_sd *parent_sd,
				   bool is_directory,
				   const struct guise_sd **ret);
/* Store @sd (NULL: nothing) on a pending temporary. */
GUISE_MUST_USE int protect_temp(struct gate *gate,
				const struct guise_temp *temp,
				const struct guise_sd *sd);
/* What is stored on @fd, as bytes; empty: nothing. */
GUISE_MUST_USE int protect_stored_bytes(struct gate *gate, int fd,
					struct guise_buf *ret);
/* Store those bytes on a pending temporary, if there are any. */
GUISE_MUST_USE int protect_temp_bytes(struct gate *gate,
				      const struct guise_temp *temp,
				      const struct guise_buf *value);
/*
 * @temp is about to replace the file at @place. What it has of it (mode, and
 * the stored bytes @sd) is from an earlier look, @old: decides again on the
 * file that is there now and takes its stored bytes over if they are others.
 * -ESTALE: there is none now, or one whose mode or descriptor @temp cannot
 * take over any more. @ret_now: that file; its replacement goes on record by
 * gate_audit_done(), as it ends.
 */
GUISE_MUST_USE int
protect_again(struct gate *gate, const struct gate_place *place,
	      const struct guise_temp *temp, const struct stat *old,
	      const struct guise_buf *sd, struct gate_object *ret_now);

#endif
