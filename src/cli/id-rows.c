/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include <jansson.h>

#include <guise/lookup.h>
#include <guise/store.h>

#include "base.h"
#include "cli.h"
#include "id-rows.h"

#define USER "user"
#define GROUP "group"

static bool is_group(const struct id_row *row)
{
	return strcmp(row->kind, GROUP) == 0;
}

/* The name of a SID or, if nobody calls it anything, of its id. */
static void set_name(const struct id_worlds *worlds, struct id_row *row)
{
	struct guise_sid plain;
	const char *prefix = "group:";

	who_name(worlds->who, &row->sid, row->name);
	if (!row->name[0] && row->id != GUISE_UID_NONE) {
		plain = is_group(row) ? guise_sid_of_gid(row->id)
				      : guise_sid_of_uid(row->id);
		who_name(worlds->who, &plain, row->name);
	}
	if (strncmp(row->name, prefix, strlen(prefix)) == 0)
		memmove(row->name, row->name + strlen(prefix),
			strlen(row->name + strlen(prefix)) + 1);
}

/* Those that stand outside of domains have no id anywhere. */
static const char *source_of_none(const struct guise_sid *sid)
{
	struct guise_sid domain;
	uint32_t id;

	if (guise_sid_to_uid(sid, &id) || guise_sid_to_gid(sid, &id))
		return guise_id_source_name(GUISE_ID_SOURCE_UNIX);
	return guise_sid_account_domain(sid, &domain) < 0
		       ? guise_id_source_name(GUISE_ID_SOURCE_BUILTIN)
		       : guise_id_source_name(GUISE_ID_SOURCE_NONE);
}

static void set_id(const struct guise_unix_id *id, struct id_row *row)
{
	static const char *const kinds[] = {
		[GUISE_UNIX_ID_NONE] = "-",
		[GUISE_UNIX_ID_UID] = USER,
		[GUISE_UNIX_ID_GID] = GROUP,
		[GUISE_UNIX_ID_BOTH] = "both",
	};

	row->kind = kinds[id->kind];
	row->source = source_of_none(&row->sid);
	if (id->kind == GUISE_UNIX_ID_NONE)
		return;
	row->id = id->id;
	row->source = guise_id_source_name(id->source);
}

static bool set_account(const struct id_worlds *worlds, struct id_row *row)
{
	bool is_a_group;

	if (!who_unix_id(worlds->who, &row->sid, &row->id, &is_a_group))
		return false;
	row->kind = is_a_group ? GROUP : USER;
	row->source = "accounts";
	return true;
}

int id_row_of_sid(const struct id_worlds *worlds, const struct guise_sid *sid,
		  struct id_row *ret)
{
	struct id_row row = {.id = GUISE_UID_NONE, .sid = *sid};
	struct guise_unix_id id;
	int r;

	if (!set_account(worlds, &row)) {
		r = guise_lookup_ids(worlds->identities, sid, 1,
				     GUISE_UNIX_ID_BOTH, 0, &id);
		if (r < 0)
			return r;
		set_id(&id, &row);
	}
	set_name(worlds, &row);
	*ret = row;
	return 0;
}

int id_row_of_id(const struct id_worlds *worlds, enum guise_unix_id_kind kind,
		 uint32_t id, struct id_row *ret)
{
	const struct guise_id_mapping *mapping = who_mapping(worlds->who);
	const bool is_user = kind == GUISE_UNIX_ID_UID;
	struct id_row row = {.kind = is_user ? USER : GROUP, .id = id};
	const struct guise_unix_id asked = {
		.size = sizeof(asked), .kind = kind, .id = id};
	enum guise_id_source source;
	int r;

	if ((is_user ? mapping->uid_to_sid
		     : mapping->gid_to_sid)(mapping->context, id, &row.sid)) {
		row.source = "accounts";
	} else {
		r = guise_lookup_sids(worlds->identities, &asked, 1, 0,
				      &row.sid, &source);
		if (r < 0)
			return r;
		row.source = guise_id_source_name(source);
	}
	set_name(worlds, &row);
	*ret = row;
	return 0;
}

/* The user's own row: the token's SID and uid, whoever said so. */
static int user_row(const struct id_worlds *worlds,
		    const struct guise_token *token, struct id_row *ret)
{
	struct id_row row;
	int r = id_row_of_sid(worlds, &guise_token_user(token)->sid, &row);

	if (r < 0)
		return r;
	row.kind = USER;
	row.id = guise_token_unix(token)->uid;
	*ret = row;
	return 0;
}

static bool has_group(const struct id_row *rows, size_t n, uint32_t gid)
{
	for (size_t i = 0; i < n; i++) {
		if (is_group(&rows[i]) && rows[i].id == gid)
			return true;
	}
	return false;
}

enum pass {
	PASS_MAPPED,
	PASS_PLAIN, /* S-1-22-2-gid: of gids that have no other SID */
	PASS_REST,  /* without id */
	N_PASSES,
};

/* The integrity label is no group, and S-1-22-1-uid is the user again. */
static bool is_shown(const struct guise_sid *sid)
{
	uint32_t uid;

	return sid->authority != 16 && !guise_sid_to_uid(sid, &uid);
}

/* @id: what the identities say of it. A gid that no source gives to anybody
 * (root's) is still the one of this group. */
static enum pass make_group(const struct id_worlds *worlds,
			    const struct guise_sid *sid,
			    const struct guise_unix_id *id, struct id_row *ret)
{
	struct id_row row = {.id = GUISE_UID_NONE, .sid = *sid};
	enum pass pass = PASS_MAPPED;

	if (!set_account(worlds, &row))
		set_id(id, &row);
	if (guise_sid_to_gid(sid, &row.id))
		pass = PASS_PLAIN;
	else if (row.id == GUISE_UID_NONE)
		pass = PASS_REST;
	row.kind = GROUP;
	*ret = row;
	return pass;
}

static void group_rows(const struct id_worlds *worlds,
		       const struct guise_sid_and_attributes *groups, size_t n,
		       const struct guise_unix_id *ids, struct id_row *rows,
		       size_t *n_rows)
{
	for (unsigned pass = 0; pass < N_PASSES; pass++) {
		for (size_t i = 0; i < n; i++) {
			struct id_row row;

			if (!is_shown(&groups[i].sid) ||
			    make_group(worlds, &groups[i].sid, &ids[i], &row) !=
				    (enum pass)pass)
				continue;
			if (pass == PASS_PLAIN &&
			    has_group(rows, *n_rows, row.id))
				continue;
			set_name(worlds, &row);
			rows[(*n_rows)++] = row;
		}
	}
}

static int rows_of(const struct id_worlds *worlds,
		   const struct guise_token *token, struct id_row *rows,
		   size_t *n_rows)
{
	GUISE_AUTO(freep) struct guise_unix_id *ids = NULL;
	GUISE_AUTO(freep) struct guise_sid *sids = NULL;
	const struct guise_sid_and_attributes *groups;
	size_t n;
	int r;

	groups = guise_token_groups(token, &n);
	ids = array_alloc(n, sizeof(*ids));
	sids = array_alloc(n, sizeof(*sids));
	if (!ids || !sids)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		sids[i] = groups[i].sid;
	r = user_row(worlds, token, &rows[0]);
	if (r == 0)
		r = guise_lookup_ids(worlds->identities, sids, n,
				     GUISE_UNIX_ID_GID, 0, ids);
	if (r < 0)
		return r;
	*n_rows = 1;
	group_rows(worlds, groups, n, ids, rows, n_rows);
	return 0;
}

int id_rows_of_token(const struct id_worlds *worlds,
		     const struct guise_token *token, struct id_row **ret,
		     size_t *ret_n)
{
	GUISE_AUTO(freep) struct id_row *rows = NULL;
	size_t n, n_rows = 0;
	int r;

	(void)guise_token_groups(token, &n);
	rows = array_alloc(n + 1, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	r = rows_of(worlds, token, rows, &n_rows);
	if (r < 0)
		return r;
	*ret = guise_take(rows);
	*ret_n = n_rows;
	return 0;
}

void id_row_print(const struct id_row *row)
{
	char sid[GUISE_SID_TEXT_SIZE], id[16] = "-";

	(void)guise_sid_format(&row->sid, sid);
	if (row->id != GUISE_UID_NONE)
		(void)snprintf(id, sizeof(id), "%u", row->id);
	printf("%-5s %-10s %-46s %-9s %s\n", row->kind, id, sid, row->source,
	       row->name[0] ? row->name : "-");
}

json_t *id_row_json(const struct id_row *row)
{
	char sid[GUISE_SID_TEXT_SIZE];
	json_t *id = row->id == GUISE_UID_NONE
			     ? json_null()
			     : json_integer((json_int_t)row->id);

	(void)guise_sid_format(&row->sid, sid);
	return json_pack("{s:s, s:o, s:s, s:s, s:s?}", "kind", row->kind, "id",
			 id, "sid", sid, "source", row->source, "name",
			 row->name[0] ? row->name : NULL);
}
