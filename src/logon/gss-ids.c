/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second half of a PAC client's token, where the directory has to be asked
 * for it: the ids of SIDs that are believed already, by the same rules as in
 * gss-token.c, in a child that lives for the one question.
 */
#include <guise/lookup.h>

#include "gss-token.h"
#include "idmap.h"
#include "logon-token.h"
#include "refuse.h"
#include "source.h"

/* What is asked, all in one: user, primary group, groups. */
#define PRIMARY_GROUP 1
#define FIRST_GROUP 2

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
	ret->sids = array_alloc(FIRST_GROUP + n, sizeof(*ret->sids));
	ret->ids = array_alloc(FIRST_GROUP + n, sizeof(*ret->ids));
	if (!ret->sids || !ret->ids)
		return -ENOMEM;
	ret->sids[ret->n++] = guise_token_user(token)->sid;
	ret->sids[ret->n++] = *guise_token_primary_group(token);
	for (size_t i = 0; i < n; i++) {
		if (is_of_domain(&groups[i].sid) &&
		    logon_group_gives_access(groups[i].attributes))
			ret->sids[ret->n++] = groups[i].sid;
	}
	return 0;
}

static bool is_usable(const struct guise_unix_id *id,
		      enum guise_unix_id_kind kind)
{
	return (unsigned)id->kind & (unsigned)kind && !logon_id_is_systems(id);
}

static bool is_system_user(const struct guise_unix_id *id)
{
	return (unsigned)id->kind & (unsigned)GUISE_UNIX_ID_UID &&
	       logon_id_is_systems(id);
}

/* What the tables say */
static int look_up(const struct guise_identities *identities,
		   struct question *q)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < q->n; i++) {
		r = identities_sid_to_id(identities, &q->sids[i],
					 GUISE_UNIX_ID_BOTH, false, &q->ids[i]);
		if (r == GUISE_E_NONE_MAPPED) /* zeroes: no id */
			r = 0;
	}
	return r;
}

/* One question, so that there is one time limit for all of it. */
static int ask(const struct guise_identities *identities,
	       const struct guise_token *token, const unsigned *timeout_ms,
	       struct question *ret, char reterr[GUISE_WHY_SIZE])
{
	int r = question_make(token, ret);

	if (r == 0 && !timeout_ms)
		r = look_up(identities, ret);
	else if (r == 0)
		r = guise_lookup_ids(identities, ret->sids, ret->n,
				     GUISE_UNIX_ID_BOTH, *timeout_ms, ret->ids);
	if (r == -EAGAIN && !timeout_ms)
		return r;
	if (r < 0)
		return identities_unanswered(identities, r, reterr);
	return is_system_user(&ret->ids[0])
		       ? refuse(GUISE_E_LOGON_FAILURE, reterr,
				"the client's SID is mapped to a system user, "
				"and only [static] may do that")
		       : 0;
}

static bool has_usable_primary(const struct guise_token *token)
{
	const struct guise_sid_and_attributes *groups;
	size_t n;

	groups = guise_token_groups(token, &n);
	return logon_primary_gives_access(groups, n,
					  guise_token_primary_group(token));
}

/* Without both ids there is no identity on the file system. */
static int with_ids(const struct question *q, struct guise_token_builder *b)
{
	const struct guise_unix_id *user = &q->ids[0];
	const struct guise_unix_id *primary = &q->ids[PRIMARY_GROUP];
	const struct guise_sid sid = guise_sid_of_uid(user->id);
	uint32_t *gids;
	size_t n = 0;

	if (!is_usable(user, GUISE_UNIX_ID_UID) ||
	    !is_usable(primary, GUISE_UNIX_ID_GID))
		return 0;
	gids = array_alloc(q->n, sizeof(*gids));
	if (!gids)
		return -ENOMEM;
	for (size_t i = FIRST_GROUP; i < q->n; i++) {
		if (is_usable(&q->ids[i], GUISE_UNIX_ID_GID))
			gids[n++] = q->ids[i].id;
	}
	guise_token_builder_group(b, &sid, GUISE_GROUP_USUAL);
	logon_token_unix(b, user->id, primary->id, gids, n);
	free(gids);
	return 0;
}

int logon_gss_ids(const struct guise_identities *identities,
		  const struct guise_token *token, const unsigned *timeout_ms,
		  const struct guise_token **ret, char reterr[GUISE_WHY_SIZE])
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	GUISE_AUTO(question_clear) struct question q = {0};
	int r = 0;

	if (has_usable_primary(token))
		r = ask(identities, token, timeout_ms, &q, reterr);
	if (r < 0)
		return r;
	r = guise_token_builder_from(token, &b);
	if (r == 0 && q.n > 0)
		r = with_ids(&q, b);
	if (r < 0)
		return r;
	guise_token_builder_ids(b, guise_luid_new(),
				guise_token_authentication_id(token), 0);
	r = guise_token_builder_seal(b, ret);
	return r < 0 ? refuse(r, reterr, "the client's groups make no token")
		     : 0;
}
