/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A system account in both worlds: who has a SID of a domain is that SID, and
 * the S-1-22 ones stay as groups, so that entries of descriptors made from mode
 * bits and POSIX ACLs apply as before.
 */
#include <guise/lookup.h>

#include "idmap.h"
#include "logon-token.h"
#include "source.h"

/* Is it a token of NSS or a peer: S-1-22-1-uid of its own uid? */
static bool is_plain_unix(const struct guise_token *token)
{
	uint32_t uid;

	return guise_sid_to_uid(&guise_token_user(token)->sid, &uid) &&
	       uid == guise_token_unix(token)->uid && uid != GUISE_UID_NONE;
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

/* What is asked: uid, gid, groups. */
#define FIRST_GROUP 2

struct question {
	struct guise_unix_id *ids;
	struct guise_sid *sids;
	enum guise_id_source *sources;
	size_t n;
};

static void question_clear(struct question *q)
{
	free(q->ids);
	free(q->sids);
	free(q->sources);
}

static int question_make(const struct guise_unix_identity *id,
			 struct question *ret)
{
	struct question q = {.n = FIRST_GROUP + id->n_groups};

	q.ids = array_alloc(q.n, sizeof(*q.ids));
	q.sids = array_alloc(q.n, sizeof(*q.sids));
	q.sources = array_alloc(q.n, sizeof(*q.sources));
	*ret = q;
	if (!q.ids || !q.sids || !q.sources)
		return -ENOMEM;
	for (size_t i = 0; i < q.n; i++) {
		const uint32_t number = i == 0	 ? id->uid
					: i == 1 ? id->gid
						 : id->groups[i - FIRST_GROUP];

		q.ids[i] = (struct guise_unix_id){
			.size = sizeof(q.ids[i]),
			.kind = i == 0 ? GUISE_UNIX_ID_UID : GUISE_UNIX_ID_GID,
			.id = number,
		};
	}
	return 0;
}

static bool is_mapped(const struct question *q, size_t i)
{
	return q->sources[i] != GUISE_ID_SOURCE_UNIX;
}

/* A user's own group may be the same number and the same SID (a directory's
 * "both"): a user is no group of theirs. */
static bool add_groups(const struct question *q, struct guise_token_builder *b)
{
	bool added = false;

	for (size_t i = 1; i < q->n; i++) {
		if (!is_mapped(q, i) ||
		    guise_sid_equal(&q->sids[i], &q->sids[0]) ||
		    (i > 1 && q->ids[i].id == q->ids[1].id))
			continue;
		guise_token_builder_group(b, &q->sids[i], GUISE_GROUP_USUAL);
		if (i == 1)
			guise_token_builder_primary_group(b, &q->sids[i]);
		added = true;
	}
	return added;
}

static int token_with(const struct question *q, const struct guise_token *token,
		      const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	int r = guise_token_builder_from(token, &b);

	if (r == 0 && is_mapped(q, 0))
		r = become(b, token, &q->sids[0]);
	if (r < 0)
		return r;
	if (!add_groups(q, b) && !is_mapped(q, 0)) {
		*ret = guise_token_ref(token);
		return 0;
	}
	guise_token_builder_ids(b, guise_luid_new(),
				guise_token_authentication_id(token),
				guise_token_origin(token));
	return guise_token_builder_seal(b, ret);
}

enum asking {
	ASK_HERE,    /* in this process, whatever it takes */
	ASK_TABLES,  /* what is known by heart */
	ASK_A_CHILD, /* what is not */
};

static int ask(const struct guise_identities *ids, enum asking how,
	       unsigned timeout_ms, struct question *q)
{
	int r = 0;

	if (how == ASK_A_CHILD)
		return guise_lookup_sids(ids, q->ids, q->n, timeout_ms, q->sids,
					 q->sources);
	for (size_t i = 0; r == 0 && i < q->n; i++)
		r = identities_id_to_sid(ids, q->ids[i].kind, q->ids[i].id,
					 how == ASK_HERE, &q->sids[i],
					 &q->sources[i]);
	return r;
}

static int make(const struct guise_identities *ids,
		const struct guise_token *token, enum asking how,
		unsigned timeout_ms, const struct guise_token **ret)
{
	GUISE_AUTO(question_clear) struct question q = {0};
	int r;

	if (!ids || !token || !ret)
		return -EINVAL;
	if (!is_plain_unix(token)) {
		*ret = guise_token_ref(token);
		return 0;
	}
	r = question_make(guise_token_unix(token), &q);
	if (r == 0)
		r = ask(ids, how, timeout_ms, &q);
	return r < 0 ? r : token_with(&q, token, ret);
}

int guise_identities_token(const struct guise_identities *identities,
			   const struct guise_token *token,
			   const struct guise_token **ret)
{
	return make(identities, token, ASK_HERE, 0, ret);
}

int guise_lookup_token(const struct guise_identities *identities,
		       const struct guise_token *token, unsigned timeout_ms,
		       const struct guise_token **ret)
{
	return make(identities, token, ASK_A_CHILD, timeout_ms, ret);
}

int logon_token_at_once(const struct guise_identities *identities,
			const struct guise_token *token,
			const struct guise_token **ret)
{
	return make(identities, token, ASK_TABLES, 0, ret);
}
