/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading and changing descriptors through a share. Replaced are exactly the
 * parts named, with their control bits; nothing is propagated to members
 * (MS-DTYP's SetSecurityObject without auto-inheritance; tools do the rest).
 */
#include <fcntl.h>

#include <guise/share.h>

#include "fd.h"
#include "gate.h"
#include "posix.h"

#define DACL_CONTROL                                                           \
	(GUISE_SD_DACL_PRESENT | GUISE_SD_DACL_DEFAULTED |                     \
	 GUISE_SD_DACL_AUTO_INHERIT_REQ | GUISE_SD_DACL_AUTO_INHERITED |       \
	 GUISE_SD_DACL_PROTECTED)
#define SACL_CONTROL                                                           \
	(GUISE_SD_SACL_PRESENT | GUISE_SD_SACL_DEFAULTED |                     \
	 GUISE_SD_SACL_AUTO_INHERIT_REQ | GUISE_SD_SACL_AUTO_INHERITED |       \
	 GUISE_SD_SACL_PROTECTED)
#define PARTS_KNOWN                                                            \
	(GUISE_OWNER_SECURITY | GUISE_GROUP_SECURITY | GUISE_DACL_SECURITY |   \
	 GUISE_SACL_SECURITY)

static int current_sd(struct gate *gate, const struct gate_object *object,
		      const struct guise_sd **ret)
{
	if (object->sd) {
		*ret = guise_sd_ref(object->sd);
		return 0;
	}
	return posix_sd_by_actor(gate->actor, object->fd, &object->stat,
				 gate->share->mapping, ret);
}

static int without_sacl(const struct guise_sd *sd, const struct guise_sd **ret)
{
	return guise_sd_new(
		&(struct guise_sd_fields){
			.size = sizeof(struct guise_sd_fields),
			.control =
				guise_sd_control(sd) & (uint16_t)~SACL_CONTROL,
			.rm_control = guise_sd_rm_control(sd),
			.owner = guise_sd_owner(sd),
			.group = guise_sd_group(sd),
			.dacl = guise_sd_dacl(sd),
		},
		ret);
}

static bool may_see_sacl(struct gate *gate, const struct guise_sd *sd)
{
	struct gate aside = gate_aside(gate);

	return gate_check_sd(&aside, sd, GUISE_ACCESS_SYSTEM_SECURITY) == 0;
}

static int get_sd(struct gate *gate, const struct guise_sd **ret,
		  bool *ret_stored)
{
	GUISE_AUTO(gate_object_clear)
	struct gate_object object = GATE_OBJECT_NONE;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	int r;

	r = gate_pass_here(gate, GATE_GET_SD, 0, &object);
	if (r == 0)
		r = current_sd(gate, &object, &sd);
	if (r < 0)
		return r;
	if ((guise_sd_control(sd) & GUISE_SD_SACL_PRESENT) &&
	    !may_see_sacl(gate, sd)) {
		r = without_sacl(sd, ret);
		if (r < 0)
			return r;
	} else {
		*ret = guise_take(sd);
	}
	if (ret_stored)
		*ret_stored = object.sd != NULL;
	return 0;
}

int guise_share_get_sd(struct guise_share *share,
		       const struct guise_actor *actor, const char *path,
		       const struct guise_sd **ret, bool *ret_stored)
{
	struct gate gate;
	int r;

	if (!ret)
		return -EINVAL;
	r = gate_begin(&gate, share, actor, GATE_GET_SD, 0, path);
	if (r < 0)
		return r;
	return gate_end(&gate, get_sd(&gate, ret, ret_stored));
}

/* The table of rights by part. */
static uint32_t access_for(uint32_t parts)
{
	uint32_t access = 0;

	if (parts & (GUISE_OWNER_SECURITY | GUISE_GROUP_SECURITY))
		access |= GUISE_WRITE_OWNER;
	if (parts & GUISE_DACL_SECURITY)
		access |= GUISE_WRITE_DAC;
	if (parts & GUISE_SACL_SECURITY)
		access |= GUISE_ACCESS_SYSTEM_SECURITY;
	return access;
}

static bool has_owner_group(const struct guise_token *token,
			    const struct guise_sid *sid)
{
	const uint32_t needed = GUISE_GROUP_OWNER | GUISE_GROUP_ENABLED;
	const struct guise_sid_and_attributes *groups;
	size_t n;

	groups = guise_token_groups(token, &n);
	for (size_t i = 0; i < n; i++) {
		if (guise_sid_equal(&groups[i].sid, sid))
			return (groups[i].attributes & needed) == needed;
	}
	return false;
}

/* Oneself, or a group marked to own things; anyone with SeRestore. Staying
 * what it was is no change. */
static int check_owner(const struct guise_token *token,
		       const struct guise_sd *old, const struct guise_sd *new)
{
	const struct guise_sid *owner = guise_sd_owner(new);
	const struct guise_sid_and_attributes *user = guise_token_user(token);

	if (!owner)
		return GUISE_E_INVALID_OWNER;
	if (guise_sid_equal(owner, guise_sd_owner(old)) ||
	    guise_token_has_privilege(token, GUISE_SE_RESTORE))
		return 0;
	if (guise_sid_equal(owner, &user->sid) &&
	    !(user->attributes & GUISE_GROUP_USE_FOR_DENY_ONLY))
		return 0;
	return has_owner_group(token, owner) ? 0 : GUISE_E_INVALID_OWNER;
}

static int merge(const struct guise_sd *old, const struct guise_sd *new,
		 uint32_t parts, const struct guise_sd **ret)
{
	const bool dacl = parts & GUISE_DACL_SECURITY;
	const bool sacl = parts & GUISE_SACL_SECURITY;
	uint16_t from_new = (uint16_t)((dacl ? DACL_CONTROL : 0) |
				       (sacl ? SACL_CONTROL : 0));

	return guise_sd_new(
		&(struct guise_sd_fields){
			.size = sizeof(struct guise_sd_fields),
			.control =
				(uint16_t)((guise_sd_control(old) & ~from_new) |
					   (guise_sd_control(new) & from_new)),
			.rm_control = guise_sd_rm_control(old),
			.owner = guise_sd_owner(
				parts & GUISE_OWNER_SECURITY ? new : old),
			.group = guise_sd_group(
				parts & GUISE_GROUP_SECURITY ? new : old),
			.dacl = guise_sd_dacl(dacl ? new : old),
			.sacl = guise_sd_sacl(sacl ? new : old),
		},
		ret);
}

static int store(struct gate *gate, const struct gate_object *object,
		 const struct guise_sd *sd, uint32_t parts)
{
	const struct guise_actor *actor = gate->actor;
	GUISE_AUTO(guise_buf_clear) struct guise_buf value = {0};
	int r;

	r = gate->share->codec->encode(sd, &value);
	if (r < 0)
		return r;
	return actor->engine->ops->write_sd(
		actor->engine, actor->token, object->fd,
		gate->share->root_number, gate->path, value.data, value.size,
		parts);
}

static int set_sd(struct gate *gate, uint32_t parts, const struct guise_sd *new)
{
	GUISE_AUTO(gate_object_clear)
	struct gate_object object = GATE_OBJECT_NONE;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *old = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *merged = NULL;
	int r;

	r = gate_pass_here(gate, GATE_SET_SD, access_for(parts), &object);
	if (r == 0)
		r = current_sd(gate, &object, &old);
	if (r == 0 && (parts & GUISE_OWNER_SECURITY))
		r = check_owner(gate->actor->token, old, new);
	if (r == 0)
		r = merge(old, new, parts, &merged);
	if (r < 0)
		return r;
	return store(gate, &object, merged, parts);
}

int guise_share_set_sd(struct guise_share *share,
		       const struct guise_actor *actor, const char *path,
		       uint32_t security_information, const struct guise_sd *sd)
{
	const uint32_t parts = security_information;
	struct gate gate;
	int r;

	if (!sd || parts == 0 || (parts & ~(uint32_t)PARTS_KNOWN))
		return -EINVAL;
	r = gate_begin(&gate, share, actor, GATE_SET_SD, access_for(parts),
		       path);
	if (r < 0)
		return r;
	/* Nothing would ever look at it. */
	if (share->policy == GUISE_POLICY_POSIX) {
		gate.verdict.layer = GUISE_LAYER_SHARE;
		return gate_end(&gate, -EOPNOTSUPP);
	}
	return gate_end(&gate, set_sd(&gate, parts, sd));
}
