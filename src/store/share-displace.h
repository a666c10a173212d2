/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a copy or a move has put out of its place, under the name of a
 * temporary in the directory it was in. No client can name it there, so what
 * is decided on it holds; until then others could put their own into it.
 */
#ifndef STORE_SHARE_DISPLACE_H
#define STORE_SHARE_DISPLACE_H

#include "gate.h"

/*
 * Decides on all of it, then deletes it, each member in its own right. @path:
 * where it was. On failure it is still there: all of it, unless others changed
 * it even then.
 */
GUISE_MUST_USE int displaced_remove(struct gate *gate,
				    const struct guise_temp *temp,
				    const char *path,
				    guise_member_failed *failed, void *context);
/* It cannot go and cannot go back: gives it @name again or, if that is taken,
 * one of its own that clients see. Either way @temp is no temporary any more:
 * what is in it must not be removed as one. */
void displaced_keep(struct gate *gate, struct guise_temp *temp,
		    const char *name);

#endif
