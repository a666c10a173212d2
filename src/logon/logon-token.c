/* SPDX-License-Identifier: Apache-2.0 */
/* The common part of every token that a logon makes. */
#include <guise/access.h>

#include "logon-token.h"

int logon_default_dacl(const struct guise_sid *owner,
		       const struct guise_sid *session,
		       const struct guise_acl **ret)
{
	struct guise_ace aces[3] = {
		{.type = GUISE_ACE_ACCESS_ALLOWED,
		 .mask = GUISE_GENERIC_ALL,
		 .sid = *owner},
		{.type = GUISE_ACE_ACCESS_ALLOWED, .mask = GUISE_GENERIC_ALL},
		{.type = GUISE_ACE_ACCESS_ALLOWED,
		 .mask = GUISE_GENERIC_READ | GUISE_GENERIC_EXECUTE},
	};
	int r;

	r = guise_sid_well_known(GUISE_SID_LOCAL_SYSTEM, NULL, &aces[1].sid);
	if (r < 0)
		return r;
	if (session)
		aces[2].sid = *session;
	return guise_acl_new(0, aces, session ? 3 : 2, ret);
}

static int add_well_known(struct guise_token_builder *b, unsigned type)
{
	struct guise_sid sid;
	int r;

	r = guise_sid_well_known(type, NULL, &sid);
	if (r < 0)
		return r;
	guise_token_builder_group(b, &sid, GUISE_GROUP_USUAL);
	return 0;
}

static int add_standing(struct guise_token_builder *b, enum logon_kind kind)
{
	static const unsigned always[] = {GUISE_SID_WORLD,
					  GUISE_SID_AUTHENTICATED_USER,
					  GUISE_SID_BUILTIN_USERS};
	struct guise_sid label;
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(always); i++) {
		r = add_well_known(b, always[i]);
		if (r < 0)
			return r;
	}
	if (kind == LOGON_NETWORK) {
		r = add_well_known(b, GUISE_SID_NETWORK);
		if (r < 0)
			return r;
	}
	r = guise_sid_well_known(GUISE_SID_MEDIUM_LABEL, NULL, &label);
	if (r < 0)
		return r;
	guise_token_builder_integrity(b, &label);
	guise_token_builder_mandatory_policy(
		b,
		GUISE_MANDATORY_NO_WRITE_UP | GUISE_MANDATORY_NEW_PROCESS_MIN);
	return 0;
}

int logon_token_new(const struct guise_sid *user, enum logon_kind kind,
		    guise_luid authentication_id,
		    struct guise_token_builder **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	const uint64_t notify = GUISE_PRIVILEGE_BIT(GUISE_SE_CHANGE_NOTIFY);
	int r;

	r = guise_token_builder_new(&b);
	if (r < 0)
		return r;
	r = logon_default_dacl(user, NULL, &dacl);
	if (r < 0)
		return r;
	guise_token_builder_type(b, GUISE_TOKEN_PRIMARY,
				 GUISE_LEVEL_IMPERSONATION);
	guise_token_builder_user(b, user, 0);
	guise_token_builder_owner(b, user);
	guise_token_builder_default_dacl(b, dacl);
	guise_token_builder_privileges(b, notify, notify, notify);
	guise_token_builder_ids(b, guise_luid_new(), authentication_id, 0);
	guise_token_builder_source(b, "guise");
	r = add_standing(b, kind);
	if (r < 0)
		return r;

	*ret = guise_take(b);
	return 0;
}

void logon_token_unix(struct guise_token_builder *b, uint32_t uid, uint32_t gid,
		      const uint32_t *groups, size_t n_groups)
{
	struct guise_sid sid = guise_sid_of_gid(gid);

	guise_token_builder_unix(b, uid, gid, groups, n_groups);
	guise_token_builder_group(b, &sid, GUISE_GROUP_USUAL);
	for (size_t i = 0; i < n_groups; i++) {
		if (groups[i] == gid)
			continue;
		sid = guise_sid_of_gid(groups[i]);
		guise_token_builder_group(b, &sid, GUISE_GROUP_USUAL);
	}
}

bool unix_ids_hold_none(uint32_t uid, uint32_t gid, const uint32_t *groups,
			size_t n_groups)
{
	if (uid == GUISE_UID_NONE || gid == GUISE_UID_NONE)
		return true;
	for (size_t i = 0; i < n_groups; i++) {
		if (groups[i] == GUISE_UID_NONE)
			return true;
	}
	return false;
}

int logon_token_of_unix(uint32_t uid, uint32_t gid, const uint32_t *groups,
			size_t n_groups, const char *name, enum logon_kind kind,
			guise_luid authentication_id,
			const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	struct guise_sid user = guise_sid_of_uid(uid);
	struct guise_sid primary = guise_sid_of_gid(gid);
	int r;

	must(!unix_ids_hold_none(uid, gid, groups, n_groups));
	r = logon_token_new(&user, kind, authentication_id, &b);
	if (r < 0)
		return r;
	logon_token_unix(b, uid, gid, groups, n_groups);
	guise_token_builder_primary_group(b, &primary);
	if (name)
		guise_token_builder_name(b, name);
	return guise_token_builder_seal(b, ret);
}
