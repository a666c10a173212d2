/* SPDX-License-Identifier: Apache-2.0 */
#include <guise/share.h>

#include "fd.h"
#include "protect.h"

/* A directory that gets a descriptor is made under a temporary name: it has
 * its own name only with its protection. */
static int make_protected(struct gate *gate, const struct gate_place *place,
			  const struct guise_sd *sd)
{
	const struct guise_actor *actor = gate->actor;
	struct guise_temp temp;
	int r;

	r = guise_temp_create(actor->engine, actor->token, place->dir_fd, NULL,
			      true, gate->share->directory_mode, &temp);
	if (r < 0)
		return r;
	r = protect_temp(gate, &temp, sd);
	if (r == 0)
		r = guise_temp_commit(actor->engine, actor->token, &temp,
				      place->path, false);
	if (r < 0)
		guise_temp_abort(actor->engine, actor->token, &temp);
	(void)fd_close(temp.fd);
	return r;
}

static int make(struct gate *gate)
{
	GUISE_AUTO(gate_place_clear) struct gate_place place = GATE_PLACE_NONE;
	GUISE_AUTO(gate_object_clear)
	struct gate_object parent = GATE_OBJECT_NONE;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	int r;

	r = gate_place_in_parent(gate, gate->path, &place);
	if (r < 0)
		return r == -EBUSY ? -EEXIST : r;
	gate->looks_ahead = true;
	r = gate_pass(gate, GATE_CREATE_DIRECTORY, 0, &place, &parent);
	if (r < 0)
		return r;
	r = protect_inherit(gate, parent.sd, true, &sd);
	if (r < 0)
		return r;
	r = sd ? make_protected(gate, &place, sd)
	       : guise_file_mkdir(gate->actor->engine, gate->actor->token,
				  place.dir_fd, place.path,
				  gate->share->directory_mode);
	gate_audit_done(gate, GATE_CREATE_DIRECTORY, &parent, r);
	return r;
}

int guise_share_mkdir(struct guise_share *share,
		      const struct guise_actor *actor, const char *path)
{
	struct gate gate;
	int r;

	r = gate_begin(&gate, share, actor, GATE_CREATE_DIRECTORY, 0, path);
	if (r < 0)
		return r;
	return gate_end(&gate, make(&gate));
}
