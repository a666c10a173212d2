/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ids of SIDs and SIDs of ids, many at once: here if tables are enough for all
 * of them, in a child if a daemon has to be asked for one. What the child says
 * passes the gate of the tables again: libraries of others ran there.
 */
#include "buf.h"
#include "idmap.h"
#include "lookup.h"

static int ids_of(const struct lookup_question *q, bool may_wait,
		  struct guise_unix_id *ret)
{
	for (size_t i = 0; i < q->n; i++) {
		int r = identities_sid_to_id(q->identities, &q->sids[i],
					     q->wanted, may_wait, &ret[i]);

		if (r == GUISE_E_NONE_MAPPED)
			ret[i] = (struct guise_unix_id){.size = sizeof(ret[i]),
							.id = UINT32_MAX};
		else if (r < 0)
			return r;
	}
	return 0;
}

static int sids_of(const struct lookup_question *q, bool may_wait,
		   struct lookup_sid *ret)
{
	for (size_t i = 0; i < q->n; i++) {
		int r = identities_id_to_sid(q->identities, q->ids[i].kind,
					     q->ids[i].id, may_wait,
					     &ret[i].sid, &ret[i].source);

		if (r < 0)
			return r;
	}
	return 0;
}

static size_t answer_size(const struct lookup_question *q)
{
	return q->n * (q->kind == LOOKUP_IDS ? sizeof(struct guise_unix_id)
					     : sizeof(struct lookup_sid));
}

int lookup_answer_ids(const struct lookup_question *question, bool may_wait,
		      struct guise_buf *more)
{
	GUISE_AUTO(freep) void *rows = calloc(1, answer_size(question));
	int r;

	if (!rows)
		return -ENOMEM;
	r = question->kind == LOOKUP_IDS ? ids_of(question, may_wait, rows)
					 : sids_of(question, may_wait, rows);
	return r < 0 ? r : buf_append(more, rows, answer_size(question));
}

static int ask_child(struct lookup_question *q, unsigned timeout_ms,
		     struct guise_buf *more)
{
	const struct guise_lookup_options options = {
		.size = sizeof(options),
		.timeout_ms = timeout_ms,
	};
	struct lookup_answer answer;
	int r;

	q->options = &options;
	q->machine = "";
	r = lookup_ask_more(q, &answer, more);
	if (r < 0)
		return r;
	if (answer.code < 0)
		return answer.code;
	return more->size == answer_size(q) ? 0 : -ECONNRESET;
}

static int ask(struct lookup_question *q, unsigned timeout_ms,
	       struct guise_buf *more)
{
	int r = lookup_answer_ids(q, false, more);

	return r == -EAGAIN ? ask_child(q, timeout_ms, more) : r;
}

int guise_lookup_ids(const struct guise_identities *identities,
		     const struct guise_sid *sids, size_t n,
		     enum guise_unix_id_kind wanted, unsigned timeout_ms,
		     struct guise_unix_id *ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf more = {0};
	struct lookup_question q = {
		.kind = LOOKUP_IDS,
		.identities = identities,
		.sids = sids,
		.n = n,
		.wanted = wanted,
	};
	const struct guise_unix_id *rows;
	int r;

	if (!identities || (n > 0 && (!sids || !ret)))
		return -EINVAL;
	if (n > GUISE_TOKEN_SIDS_MAX)
		return GUISE_E_LIMIT;
	if (n == 0)
		return 0;
	r = ask(&q, timeout_ms, &more);
	if (r < 0)
		return r;
	rows = (const void *)more.data;
	for (size_t i = 0; i < n; i++) {
		if (!identities_may_say_id(identities, &sids[i], wanted,
					   &rows[i]))
			return -ECONNRESET;
	}
	memcpy(ret, rows, n * sizeof(*ret));
	return 0;
}

int guise_lookup_sids(const struct guise_identities *identities,
		      const struct guise_unix_id *ids, size_t n,
		      unsigned timeout_ms, struct guise_sid *ret,
		      enum guise_id_source *ret_sources)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf more = {0};
	struct lookup_question q = {
		.kind = LOOKUP_SIDS,
		.identities = identities,
		.ids = ids,
		.n = n,
	};
	const struct lookup_sid *rows;
	int r;

	if (!identities || (n > 0 && (!ids || !ret)))
		return -EINVAL;
	if (n > GUISE_TOKEN_SIDS_MAX)
		return GUISE_E_LIMIT;
	if (n == 0)
		return 0;
	r = ask(&q, timeout_ms, &more);
	if (r < 0)
		return r;
	rows = (const void *)more.data;
	for (size_t i = 0; i < n; i++) {
		if (!identities_may_say_sid(identities, ids[i].kind, ids[i].id,
					    &rows[i].sid, rows[i].source))
			return -ECONNRESET;
	}
	for (size_t i = 0; i < n; i++) {
		ret[i] = rows[i].sid;
		if (ret_sources)
			ret_sources[i] = rows[i].source;
	}
	return 0;
}
