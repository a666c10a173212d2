/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose files without a descriptor of their own are. Those of the thread's own
 * uid are its user's, by whatever SID its token knows him; that is more than
 * the number says where accounts, or fixtures, have SIDs of their own.
 */
#include <guise/thread-token.h>

#include "file-object.h"

static const struct guise_token *caller(void)
{
	const struct guise_token *token = NULL;

	return guise_effective_token(&token) < 0 ? NULL : token;
}

static bool user_of(void *context, uint32_t uid, struct guise_sid *ret)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token = caller();

	(void)context;
	if (!token || guise_token_unix(token)->uid != uid)
		return false;
	*ret = guise_token_user(token)->sid;
	return true;
}

static bool holds(const struct guise_token *token, const struct guise_sid *sid)
{
	const struct guise_sid_and_attributes *groups;
	size_t n;

	groups = guise_token_groups(token, &n);
	for (size_t i = 0; i < n; i++) {
		if (guise_sid_equal(&groups[i].sid, sid))
			return true;
	}
	return false;
}

/* A token that knows its Unix groups by number keeps them. */
static bool group_of(void *context, uint32_t gid, struct guise_sid *ret)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token = caller();
	const struct guise_sid numbered = guise_sid_of_gid(gid);

	(void)context;
	if (!token || guise_token_unix(token)->gid != gid ||
	    holds(token, &numbered))
		return false;
	*ret = *guise_token_primary_group(token);
	return true;
}

const struct guise_id_mapping *file_mapping(void)
{
	static const struct guise_id_mapping mapping = {
		.size = sizeof(mapping),
		.uid_to_sid = user_of,
		.gid_to_sid = group_of,
	};

	return &mapping;
}
