/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is in which group. Groups nest; what is stored is a directed graph
 * without cycles and of bounded depth, kept so by refusing the edge that
 * would break it, in the transaction that would add it.
 */
#include "accounts.h"

struct edge {
	struct guise_account group, member;
};

static int find_edge(struct guise_accounts *accounts, const char *group,
		     const char *member, struct edge *ret)
{
	int r;

	r = account_find_kind(accounts, group, ACCOUNT_GROUP, &ret->group);
	if (r < 0)
		return r;
	return account_find(accounts, member, &ret->member);
}

static int bind_edge(sqlite3_stmt *stmt, const struct edge *edge)
{
	int r;

	r = db_bind_int(stmt, 1, edge->group.rid);
	if (r < 0)
		return r;
	return db_bind_int(stmt, 2, edge->member.rid);
}

/* A number about an edge: ?1 is the group, ?2 the member. */
static int ask_edge(struct guise_accounts *accounts, const char *sql,
		    const struct edge *edge, int64_t *ret)
{
	GUISE_AUTO(db_finalizep) sqlite3_stmt *stmt = NULL;
	int r;

	r = db_prepare(accounts, sql, &stmt);
	if (r < 0)
		return r;
	r = bind_edge(stmt, edge);
	if (r < 0)
		return r;
	return db_fetch_int(stmt, ret);
}

/* Is the group among the members of the new member, at any depth? */
static const char cycle_sql[] =
	"WITH RECURSIVE below (rid) AS ("
	" SELECT ?2"
	" UNION"
	" SELECT member.member_rid FROM below"
	"  JOIN member ON member.group_rid = below.rid"
	") SELECT EXISTS (SELECT 1 FROM below WHERE rid = ?1)";

/* Groups on the longest chain that the new edge would be part of; the bound
 * of 64 only keeps a tampered file from looping. */
static const char depth_sql[] =
	"WITH RECURSIVE above (rid, n) AS ("
	" SELECT ?1, 1"
	" UNION"
	" SELECT member.group_rid, above.n + 1 FROM above"
	"  JOIN member ON member.member_rid = above.rid WHERE above.n < 64"
	"), below (rid, n) AS ("
	" SELECT ?2, 1"
	" UNION"
	" SELECT member.member_rid, below.n + 1 FROM below"
	"  JOIN member ON member.group_rid = below.rid"
	"  JOIN principal ON principal.rid = member.member_rid"
	"  WHERE principal.kind = 2 AND below.n < 64"
	") SELECT (SELECT max(n) FROM above) +"
	" (SELECT CASE (SELECT kind FROM principal WHERE rid = ?2)"
	"  WHEN 2 THEN max(n) ELSE 0 END FROM below)";

static int check_edge(struct guise_accounts *accounts, const struct edge *edge)
{
	int64_t answer = 0;
	int r;

	r = ask_edge(accounts, cycle_sql, edge, &answer);
	if (r < 0)
		return r;
	if (answer)
		return -EINVAL;
	r = ask_edge(accounts, depth_sql, edge, &answer);
	if (r < 0)
		return r;
	return answer > GUISE_ACCOUNTS_NESTING_MAX ? GUISE_E_LIMIT : 0;
}

/* Runs @sql on the edge; its row must not or must have been there. */
static int change_edge(struct guise_accounts *accounts, const char *sql,
		       const struct edge *edge)
{
	GUISE_AUTO(db_finalizep) sqlite3_stmt *stmt = NULL;
	int r;

	r = db_prepare(accounts, sql, &stmt);
	if (r < 0)
		return r;
	r = bind_edge(stmt, edge);
	if (r < 0)
		return r;
	r = db_finish(stmt); /* already a member: ACCOUNT_EXISTS */
	if (r < 0)
		return r;
	return sqlite3_changes(accounts->db) == 1 ? 0 : GUISE_E_NO_SUCH_ACCOUNT;
}

/* @check: may the graph be so then? NULL: it may. */
static int change_member(struct guise_accounts *accounts, const char *group,
			 const char *member,
			 int (*check)(struct guise_accounts *accounts,
				      const struct edge *edge),
			 const char *sql)
{
	GUISE_AUTO(db_txn_end) struct db_txn txn = {0};
	struct edge edge;
	int r;

	if (!accounts || !group || !member)
		return -EINVAL;
	r = db_begin(accounts, &txn);
	if (r == 0)
		r = find_edge(accounts, group, member, &edge);
	if (r == 0 && check)
		r = check(accounts, &edge);
	if (r == 0)
		r = change_edge(accounts, sql, &edge);
	return r < 0 ? r : db_commit(&txn);
}

int guise_accounts_add_member(struct guise_accounts *accounts,
			      const char *group, const char *member)
{
	return change_member(accounts, group, member, check_edge,
			     "INSERT INTO member (group_rid, member_rid)"
			     " VALUES (?1, ?2)");
}

int guise_accounts_remove_member(struct guise_accounts *accounts,
				 const char *group, const char *member)
{
	return change_member(accounts, group, member, NULL,
			     "DELETE FROM member"
			     " WHERE group_rid = ?1 AND member_rid = ?2");
}

int guise_accounts_members(struct guise_accounts *accounts, const char *group,
			   int (*found)(void *context,
					const struct guise_account *account),
			   void *context)
{
	GUISE_AUTO(db_finalizep) sqlite3_stmt *stmt = NULL;
	struct guise_account account;
	int r;

	if (!accounts || !group || !found)
		return -EINVAL;
	r = account_find_kind(accounts, group, ACCOUNT_GROUP, &account);
	if (r < 0)
		return r;
	r = db_prepare(accounts,
		       "SELECT " ACCOUNT_COLUMNS " FROM principal"
		       " JOIN member ON member.member_rid = principal.rid"
		       " WHERE member.group_rid = ?1 ORDER BY kind, name",
		       &stmt);
	if (r < 0)
		return r;
	r = db_bind_int(stmt, 1, account.rid);
	if (r < 0)
		return r;
	return account_each(accounts, stmt, found, context);
}
