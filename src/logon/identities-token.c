/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A system account in both worlds: who has a SID of a domain is that SID, and
 * the S-1-22 ones stay as groups, so that entries of descriptors made from mode
 * bits and POSIX ACLs apply as before.
 */
#include "idmap.h"
#include "logon-token.h"

/* Is it a token of NSS or a peer: S-1-22-1-uid of its own uid? */
static bool is_plain_unix(const struct guise_token *token)
{
	uint32_t uid;

	return guise_sid_to_uid(&guise_token_user(token)->sid, &uid) &&
	       uid == guise_token_unix(token)->uid && uid != GUISE_UID_NONE;
}

/* @ret_is_mapped: a source knows it, and *@ret is not S-1-22 */
static int map(const struct guise_identities *ids, enum guise_unix_id_kind kind,
	       uint32_t id, struct guise_sid *ret, bool *ret_is_mapped)
{
	enum guise_id_source source = GUISE_ID_SOURCE_NONE;
	int r = guise_identities_id_to_sid(ids, kind, id, ret, &source);

	*ret_is_mapped = r == 0 && source != GUISE_ID_SOURCE_UNIX;
	return r;
}

static int become(struct guise_token_builder *b,
		  const struct guise_token *token, const struct guise_sid *user)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	int r = logon_default_dacl(user, NULL, &dacl);

	if (r < 0)
		return r;
	guise_token_builder_group(b, &guise_token_user(token)->sid,
				  GUISE_GROUP_USUAL);
	guise_token_builder_user(b, user, 0);
	guise_token_builder_owner(b, user);
	guise_token_builder_default_dacl(b, dacl);
	return 0;
}

/* A user's own group may be the same number and the same SID (a directory's
 * "both"): a user is no group of theirs. */
static int add_group(const struct guise_identities *ids,
		     struct guise_token_builder *b,
		     const struct guise_sid *user, uint32_t gid,
		     bool is_primary, bool *changed)
{
	struct guise_sid sid;
	bool is_mapped;
	int r = map(ids, GUISE_UNIX_ID_GID, gid, &sid, &is_mapped);

	if (r < 0)
		return r;
	if (!is_mapped || guise_sid_equal(&sid, user))
		return 0;
	*changed = true;
	guise_token_builder_group(b, &sid, GUISE_GROUP_USUAL);
	if (is_primary)
		guise_token_builder_primary_group(b, &sid);
	return 0;
}

static int add_groups(const struct guise_identities *ids,
		      const struct guise_unix_identity *id,
		      struct guise_token_builder *b,
		      const struct guise_sid *user, bool *changed)
{
	int r = add_group(ids, b, user, id->gid, true, changed);

	for (size_t i = 0; r == 0 && i < id->n_groups; i++) {
		if (id->groups[i] != id->gid)
			r = add_group(ids, b, user, id->groups[i], false,
				      changed);
	}
	return r;
}

int guise_identities_token(const struct guise_identities *identities,
			   const struct guise_token *token,
			   const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	const struct guise_unix_identity *id;
	struct guise_sid user;
	bool changed = false;
	int r;

	if (!identities || !token || !ret)
		return -EINVAL;
	if (!is_plain_unix(token)) {
		*ret = guise_token_ref(token);
		return 0;
	}
	id = guise_token_unix(token);
	r = map(identities, GUISE_UNIX_ID_UID, id->uid, &user, &changed);
	if (r == 0)
		r = guise_token_builder_from(token, &b);
	if (r == 0 && changed)
		r = become(b, token, &user);
	if (r == 0)
		r = add_groups(identities, id, b, &user, &changed);
	if (r < 0)
		return r;
	if (!changed) {
		*ret = guise_token_ref(token);
		return 0;
	}
	guise_token_builder_ids(b, guise_luid_new(),
				guise_token_authentication_id(token),
				guise_token_origin(token));
	return guise_token_builder_seal(b, ret);
}
