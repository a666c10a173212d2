/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second half of a PAC client's token, where the directory has to be asked
 * for it: the ids of SIDs that are believed already, by the same rules as in
 * gss-token.c, in a child that lives for the one question.
 */
#include <stdio.h>

#include <guise/lookup.h>

#include "gss-token.h"
#include "idmap.h"
#include "logon-token.h"
#include "source.h"

/* The primary group is first among the groups that are asked for. */
struct question {
	struct guise_sid *sids;
	struct guise_unix_id *ids;
	size_t n;
};

static void question_clear(struct question *q)
{
	free(q->sids);
	free(q->ids);
}

static int refuse(int code, char reterr[GUISE_WHY_SIZE], const char *why)
{
	(void)snprintf(reterr, GUISE_WHY_SIZE, "%s", why);
	return code;
}

bool logon_ids_are_elsewhere(const struct guise_identities *identities)
{
	return identities &&
	       (identities_has_source(identities, GUISE_ID_SOURCE_WINBIND) ||
		identities_has_source(identities, GUISE_ID_SOURCE_SSSD));
}

void logon_ids_prepare(const struct guise_identities *identities)
{
	if (!identities)
		return;
	if (identities_has_source(identities, GUISE_ID_SOURCE_WINBIND))
		idmap_winbind_prepare();
	if (identities_has_source(identities, GUISE_ID_SOURCE_SSSD))
		idmap_sssd_prepare();
}

/* Everyone, Network and the like came with the logon. */
static bool is_of_domain(const struct guise_sid *sid)
{
	return sid->authority == 5 && sid->n_subs > 1 && sid->sub[0] == 21;
}

static int question_make(const struct guise_token *token, struct question *ret)
{
	const struct guise_sid_and_attributes *groups;
	size_t n;

	groups = guise_token_groups(token, &n);
	ret->sids = array_alloc(n + 1, sizeof(*ret->sids));
	ret->ids = array_alloc(n + 1, sizeof(*ret->ids));
	if (!ret->sids || !ret->ids)
		return -ENOMEM;
	ret->sids[ret->n++] = *guise_token_primary_group(token);
	for (size_t i = 0; i < n; i++) {
		if (is_of_domain(&groups[i].sid) &&
		    logon_group_gives_access(groups[i].attributes))
			ret->sids[ret->n++] = groups[i].sid;
	}
	return 0;
}

static bool is_usable(const struct guise_unix_id *id)
{
	return id->kind != GUISE_UNIX_ID_NONE && !logon_id_is_systems(id);
}

static int ask(const struct guise_identities *identities,
	       const struct guise_token *token, unsigned timeout_ms,
	       struct guise_unix_id *ret_user, struct question *ret,
	       char reterr[GUISE_WHY_SIZE])
{
	int r = question_make(token, ret);

	if (r == 0)
		r = guise_lookup_ids(identities, &guise_token_user(token)->sid,
				     1, GUISE_UNIX_ID_UID, timeout_ms,
				     ret_user);
	if (r == 0 && ret_user->kind != GUISE_UNIX_ID_NONE &&
	    logon_id_is_systems(ret_user))
		return refuse(GUISE_E_LOGON_FAILURE, reterr,
			      "the client's SID is mapped to a system user, "
			      "and only [static] may do that");
	if (r == 0)
		r = guise_lookup_ids(identities, ret->sids, ret->n,
				     GUISE_UNIX_ID_GID, timeout_ms, ret->ids);
	return r < 0 ? refuse(r, reterr, "SIDs cannot be mapped now") : 0;
}

/* Without both ids there is no identity on the file system. */
static int with_ids(const struct guise_unix_id *user, const struct question *q,
		    struct guise_token_builder *b)
{
	const struct guise_sid sid = guise_sid_of_uid(user->id);
	uint32_t *gids;
	size_t n = 0;

	if (!is_usable(user) || !is_usable(&q->ids[0]))
		return 0;
	gids = array_alloc(q->n, sizeof(*gids));
	if (!gids)
		return -ENOMEM;
	for (size_t i = 1; i < q->n; i++) {
		if (is_usable(&q->ids[i]))
			gids[n++] = q->ids[i].id;
	}
	guise_token_builder_group(b, &sid, GUISE_GROUP_USUAL);
	logon_token_unix(b, user->id, q->ids[0].id, gids, n);
	free(gids);
	return 0;
}

int logon_gss_ids(const struct guise_identities *identities,
		  const struct guise_token *token, unsigned timeout_ms,
		  const struct guise_token **ret, char reterr[GUISE_WHY_SIZE])
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	GUISE_AUTO(question_clear) struct question q = {0};
	struct guise_unix_id user = {.size = sizeof(user)};
	int r;

	r = ask(identities, token, timeout_ms, &user, &q, reterr);
	if (r < 0)
		return r;
	r = guise_token_builder_from(token, &b);
	if (r == 0)
		r = with_ids(&user, &q, b);
	if (r < 0)
		return r;
	guise_token_builder_ids(b, guise_luid_new(),
				guise_token_authentication_id(token), 0);
	r = guise_token_builder_seal(b, ret);
	return r < 0 ? refuse(r, reterr, "the client's groups make no token")
		     : 0;
}
