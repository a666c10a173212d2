/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From account to token, and the password check before it. A logon that fails
 * says one thing after one amount of work: the lookup finds a row or not, then
 * always one yescrypt, over the stored hash or over the decoy.
 */
#include "accounts.h"
#include "logon-token.h"
#include "password.h"

/* Groups of one token as they are collected. */
struct memberships {
	uint32_t *gids;
	size_t n, capacity;
	uint64_t privileges;
};

static void memberships_clear(struct memberships *m)
{
	free(m->gids);
}

static int add_gid(struct memberships *m, uint32_t gid)
{
	size_t capacity = m->capacity ? 2 * m->capacity : 16;
	uint32_t *gids;

	if (m->n == GUISE_UNIX_GROUPS_MAX)
		return GUISE_E_LIMIT;
	if (m->n == m->capacity) {
		gids = reallocarray(m->gids, capacity, sizeof(*gids));
		if (!gids)
			return -ENOMEM;
		m->gids = gids;
		m->capacity = capacity;
	}
	m->gids[m->n++] = gid;
	return 0;
}

/*
 * UNION, not UNION ALL: each group once, and an end even if the file had been
 * given a cycle. The primary group counts as a membership, as on Windows.
 */
static const char groups_sql[] =
	"WITH RECURSIVE above (rid) AS ("
	" SELECT rid FROM principal WHERE kind = 2 AND unix_id = ?2"
	" UNION"
	" SELECT group_rid FROM member WHERE member_rid = ?1"
	" UNION"
	" SELECT member.group_rid FROM above"
	"  JOIN member ON member.member_rid = above.rid"
	") SELECT " ACCOUNT_COLUMNS " FROM above"
	" JOIN principal USING (rid) WHERE kind = 2 ORDER BY rid";

static int add_groups(struct guise_accounts *accounts,
		      const struct guise_account *user,
		      struct guise_token_builder *b, struct memberships *m)
{
	GUISE_AUTO(db_finalizep) sqlite3_stmt *stmt = NULL;
	struct guise_account group;
	int r;

	r = db_prepare(accounts, groups_sql, &stmt);
	if (r < 0)
		return r;
	r = db_bind_int(stmt, 1, user->rid);
	if (r < 0)
		return r;
	r = db_bind_int(stmt, 2, user->primary_gid);
	if (r < 0)
		return r;
	while ((r = db_step(stmt)) > 0) {
		r = account_of_row(accounts, stmt, &group);
		if (r < 0)
			return r;
		r = add_gid(m, group.unix_id);
		if (r < 0)
			return r;
		guise_token_builder_group(b, &group.sid, GUISE_GROUP_USUAL);
		if (group.unix_id == user->primary_gid)
			guise_token_builder_primary_group(b, &group.sid);
		m->privileges |= group.privileges;
	}
	return r;
}

static int account_token(struct guise_accounts *accounts,
			 const struct guise_account *user,
			 guise_luid authentication_id,
			 const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	GUISE_AUTO(memberships_clear) struct memberships m = {0};
	struct guise_sid unix_user = guise_sid_of_uid(user->unix_id);
	struct guise_sid unix_group = guise_sid_of_gid(user->primary_gid);
	uint64_t privileges;
	int r;

	r = logon_token_new(&user->sid, LOGON_NETWORK, authentication_id, &b);
	if (r < 0)
		return r;
	/* Unless an account has this gid: add_groups() then says so. */
	guise_token_builder_primary_group(b, &unix_group);
	r = add_groups(accounts, user, b, &m);
	if (r < 0)
		return r;
	logon_token_unix(b, user->unix_id, user->primary_gid, m.gids, m.n);
	guise_token_builder_group(b, &unix_user, GUISE_GROUP_USUAL);
	privileges = user->privileges | m.privileges |
		     GUISE_PRIVILEGE_BIT(GUISE_SE_CHANGE_NOTIFY);
	guise_token_builder_privileges(b, privileges, privileges, privileges);
	guise_token_builder_name(b, user->name);
	return guise_token_builder_seal(b, ret);
}

int guise_accounts_token(struct guise_accounts *accounts, const char *name,
			 guise_luid authentication_id,
			 const struct guise_token **ret)
{
	struct guise_account user;
	int r;

	if (!accounts || !name || !ret)
		return -EINVAL;
	r = account_find_kind(accounts, name, ACCOUNT_USER, &user);
	if (r < 0)
		return r;
	if (user.locked)
		return GUISE_E_LOGON_FAILURE;
	return account_token(accounts, &user, authentication_id, ret);
}

/* The stored hash as heap memory; NULL if there is none. */
static int fetch_hash(struct guise_accounts *accounts, uint32_t rid, char **ret)
{
	GUISE_AUTO(db_finalizep) sqlite3_stmt *stmt = NULL;
	const char *hash;
	int r;

	r = db_prepare(accounts, "SELECT hash FROM principal WHERE rid = ?1",
		       &stmt);
	if (r < 0)
		return r;
	r = db_bind_int(stmt, 1, rid);
	if (r < 0)
		return r;
	r = db_step(stmt);
	if (r < 0)
		return r;
	hash = r ? (const char *)sqlite3_column_text(stmt, 0) : NULL;
	*ret = hash ? strdup(hash) : NULL;
	return hash && !*ret ? -ENOMEM : 0;
}

static int find_user_and_hash(struct guise_accounts *accounts, const char *name,
			      struct guise_account *ret_user, char **ret_hash)
{
	int r;

	r = account_find_kind(accounts, name, ACCOUNT_USER, ret_user);
	if (r == GUISE_E_NO_SUCH_ACCOUNT) {
		ret_user->locked = true; /* nobody, who has no hash */
		return 0;
	}
	if (r < 0)
		return r;
	return fetch_hash(accounts, ret_user->rid, ret_hash);
}

int accounts_logon_reason(struct guise_accounts *accounts, const char *name,
			  const char *password, size_t password_size,
			  guise_luid authentication_id,
			  const struct guise_token **ret,
			  enum guise_logon_refusal *reterr)
{
	GUISE_AUTO(freep) char *hash = NULL;
	struct guise_account user = {0};
	bool right = false;
	int r;

	r = find_user_and_hash(accounts, name, &user, &hash);
	if (r < 0)
		return r;
	r = password_check(password, password_size, hash, accounts->decoy,
			   &right);
	if (r < 0)
		return r;
	*reterr = right ? GUISE_REFUSED_DISABLED : GUISE_REFUSED_UNSAID;
	if (!right || user.locked)
		return GUISE_E_LOGON_FAILURE;
	return account_token(accounts, &user, authentication_id, ret);
}

int guise_accounts_logon(struct guise_accounts *accounts, const char *name,
			 const char *password, size_t password_size,
			 guise_luid authentication_id,
			 const struct guise_token **ret)
{
	enum guise_logon_refusal unsaid;

	if (!accounts || !name || !password || !ret)
		return -EINVAL;
	return accounts_logon_reason(accounts, name, password, password_size,
				     authentication_id, ret, &unsaid);
}
