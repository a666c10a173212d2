/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looking accounts up: by name, by SID, all of them. What comes out of the
 * file is checked like anything from outside before it becomes an identity.
 */
#include <stdio.h>

#include "accounts.h"

#define FIND_ANY_KIND                                                          \
	"SELECT " ACCOUNT_COLUMNS " FROM principal WHERE name = ?1"

static bool row_fits(sqlite3_stmt *stmt)
{
	sqlite3_int64 rid = sqlite3_column_int64(stmt, 0);
	int kind = sqlite3_column_int(stmt, 2);
	sqlite3_int64 id = sqlite3_column_int64(stmt, 3);
	sqlite3_int64 gid = sqlite3_column_int64(stmt, 4);

	return rid >= ACCOUNTS_RID_MIN && rid <= ACCOUNTS_RID_MAX &&
	       (kind == ACCOUNT_USER || kind == ACCOUNT_GROUP) && id > 0 &&
	       id < GUISE_UID_NONE && gid > 0 && gid <= GUISE_UID_NONE &&
	       (kind == ACCOUNT_GROUP || gid != GUISE_UID_NONE);
}

int account_of_row(const struct guise_accounts *accounts, sqlite3_stmt *stmt,
		   struct guise_account *ret)
{
	struct guise_account account = {.size = sizeof(account)};
	const char *name = (const char *)sqlite3_column_text(stmt, 1);
	uint64_t privileges = (uint64_t)sqlite3_column_int64(stmt, 7);
	int r;

	if (!name)
		return -ENOMEM;
	if (!row_fits(stmt) || !account_name_is_valid(name) ||
	    (privileges & ~GUISE_PRIVILEGE_ALL))
		return -EBADMSG;

	(void)snprintf(account.name, sizeof(account.name), "%s", name);
	account.rid = (uint32_t)sqlite3_column_int64(stmt, 0);
	account.is_group = sqlite3_column_int(stmt, 2) == ACCOUNT_GROUP;
	account.unix_id = (uint32_t)sqlite3_column_int64(stmt, 3);
	account.primary_gid = (uint32_t)sqlite3_column_int64(stmt, 4);
	account.locked = sqlite3_column_int(stmt, 5) != 0;
	account.has_password = sqlite3_column_int(stmt, 6) != 0;
	account.privileges = privileges;
	r = guise_sid_append(&accounts->machine, account.rid, &account.sid);
	if (r < 0)
		return r;

	*ret = account;
	return 0;
}

int account_each(const struct guise_accounts *accounts, sqlite3_stmt *stmt,
		 int (*found)(void *context,
			      const struct guise_account *account),
		 void *context)
{
	struct guise_account account;
	int r;

	while ((r = db_step(stmt)) > 0) {
		r = account_of_row(accounts, stmt, &account);
		if (r == 0)
			r = found(context, &account);
		if (r < 0)
			return r;
	}
	return r;
}

static int fetch_account(struct guise_accounts *accounts, sqlite3_stmt *stmt,
			 struct guise_account *ret)
{
	int r = db_step(stmt);

	if (r < 0)
		return r;
	if (r == 0)
		return GUISE_E_NO_SUCH_ACCOUNT;
	return account_of_row(accounts, stmt, ret);
}

int account_find(struct guise_accounts *accounts, const char *name,
		 struct guise_account *ret)
{
	GUISE_AUTO(db_finalizep) sqlite3_stmt *stmt = NULL;
	int r;

	/* A name that cannot be given belongs to nobody. */
	if (!account_name_is_valid(name))
		return GUISE_E_NO_SUCH_ACCOUNT;
	r = db_prepare(accounts, FIND_ANY_KIND, &stmt);
	if (r < 0)
		return r;
	r = db_bind_text(stmt, 1, name);
	if (r < 0)
		return r;
	return fetch_account(accounts, stmt, ret);
}

int account_find_kind(struct guise_accounts *accounts, const char *name,
		      enum account_kind kind, struct guise_account *ret)
{
	struct guise_account account;
	int r;

	r = account_find(accounts, name, &account);
	if (r < 0)
		return r;
	if (account.is_group != (kind == ACCOUNT_GROUP))
		return GUISE_E_NO_SUCH_ACCOUNT;
	*ret = account;
	return 0;
}

int guise_accounts_find(struct guise_accounts *accounts, const char *name,
			struct guise_account *ret)
{
	if (!accounts || !name || !ret)
		return -EINVAL;
	return account_find(accounts, name, ret);
}

int guise_accounts_find_sid(struct guise_accounts *accounts,
			    const struct guise_sid *sid,
			    struct guise_account *ret)
{
	GUISE_AUTO(db_finalizep) sqlite3_stmt *stmt = NULL;
	struct guise_sid domain;
	int r;

	if (!accounts || !sid || !ret)
		return -EINVAL;
	if (sid->n_subs != accounts->machine.n_subs + 1)
		return GUISE_E_NO_SUCH_ACCOUNT;
	domain = *sid;
	domain.sub[--domain.n_subs] = 0;
	if (!guise_sid_equal(&domain, &accounts->machine))
		return GUISE_E_NO_SUCH_ACCOUNT;

	r = db_prepare(accounts,
		       "SELECT " ACCOUNT_COLUMNS
		       " FROM principal WHERE rid = ?1",
		       &stmt);
	if (r < 0)
		return r;
	r = db_bind_int(stmt, 1, sid->sub[sid->n_subs - 1]);
	if (r < 0)
		return r;
	return fetch_account(accounts, stmt, ret);
}

int guise_accounts_list(struct guise_accounts *accounts,
			int (*found)(void *context,
				     const struct guise_account *account),
			void *context)
{
	GUISE_AUTO(db_finalizep) sqlite3_stmt *stmt = NULL;
	int r;

	if (!accounts || !found)
		return -EINVAL;
	r = db_prepare(accounts,
		       "SELECT " ACCOUNT_COLUMNS
		       " FROM principal ORDER BY kind, name",
		       &stmt);
	if (r < 0)
		return r;
	return account_each(accounts, stmt, found, context);
}
