/* SPDX-License-Identifier: Apache-2.0 */
#include <guise/inherit.h>

#include <guise/share.h>

#include "protect.h"

#define ALL_PARTS                                                              \
	(GUISE_OWNER_SECURITY | GUISE_GROUP_SECURITY | GUISE_DACL_SECURITY |   \
	 GUISE_SACL_SECURITY)

int protect_inherit(struct gate *gate, const struct guise_sd *parent_sd,
		    bool is_directory, const struct guise_sd **ret)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	int r;

	*ret = NULL;
	if (!parent_sd)
		return 0;
	/* The parent's SACL comes along without the creator's SeSecurity. */
	r = guise_inherit(parent_sd, NULL, is_directory,
			  GUISE_SEF_DACL_AUTO_INHERIT |
				  GUISE_SEF_SACL_AUTO_INHERIT |
				  GUISE_SEF_AVOID_PRIVILEGE_CHECK,
			  gate->actor->token, &guise_mapping_file, &sd);
	if (r < 0)
		return r;
	/* Nothing inheritable and no default: a stored descriptor without a
	 * DACL would give everyone WRITE_DAC. None gives it to the owner. */
	if (guise_sd_dacl(sd))
		*ret = guise_take(sd);
	return 0;
}

int protect_temp_bytes(struct gate *gate, const struct guise_temp *temp,
		       const struct guise_buf *value)
{
	const struct guise_actor *actor = gate->actor;

	if (value->size == 0)
		return 0;
	return actor->engine->ops->write_sd(
		actor->engine, actor->token, temp->fd, gate->share->root_number,
		NULL, value->data, value->size, ALL_PARTS);
}

int protect_temp(struct gate *gate, const struct guise_temp *temp,
		 const struct guise_sd *sd)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf value = {0};
	int r;

	if (!sd)
		return 0;
	r = gate->share->codec->encode(sd, &value);
	if (r < 0)
		return r;
	return protect_temp_bytes(gate, temp, &value);
}

int protect_stored_bytes(struct gate *gate, int fd, struct guise_buf *ret)
{
	const struct guise_actor *actor = gate->actor;
	int r = actor->engine->ops->read_sd(actor->engine, actor->token, fd,
					    ret);

	return r == -ENODATA || r == -EOPNOTSUPP ? 0 : r;
}

static bool same_bytes(const struct guise_buf *a, const struct guise_buf *b)
{
	return a->size == b->size &&
	       (a->size == 0 || memcmp(a->data, b->data, a->size) == 0);
}

int protect_again(struct gate *gate, const struct gate_place *place,
		  const struct guise_temp *temp, const struct stat *old,
		  const struct guise_buf *sd, struct gate_object *ret_now)
{
	GUISE_AUTO(gate_object_clear) struct gate_object now = GATE_OBJECT_NONE;
	GUISE_AUTO(guise_buf_clear) struct guise_buf stored = {0};
	int r;

	gate->looks_ahead = true;
	r = gate_pass(gate, GATE_REPLACE, 0, place, &now);
	gate->looks_ahead = false;
	if (r == -ENOENT || r == -ELOOP)
		return -ESTALE;
	if (r < 0)
		return r;
	if (now.stat.st_mode != old->st_mode)
		return -ESTALE;
	r = protect_stored_bytes(gate, now.fd, &stored);
	if (r < 0)
		return r;
	if (!same_bytes(&stored, sd)) {
		/* One that has just lost its descriptor: not for us to
		 * judge. */
		if (stored.size == 0)
			return -ESTALE;
		r = protect_temp_bytes(gate, temp, &stored);
		if (r < 0)
			return r;
	}
	*ret_now = now;
	now = (struct gate_object)GATE_OBJECT_NONE;
	return 0;
}
