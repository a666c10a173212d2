/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Speaking SQL: prepare, bind, step, and transactions that roll themselves
 * back. The one place that knows SQLite's result codes.
 */
#include "accounts.h"

int db_error(int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EPERM;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FORMAT:
		return -EBADMSG;
	case SQLITE_CONSTRAINT:
		return GUISE_E_ACCOUNT_EXISTS;
	default:
		return -EIO;
	}
}

int db_prepare(struct guise_accounts *accounts, const char *sql,
	       sqlite3_stmt **ret)
{
	int code = sqlite3_prepare_v2(accounts->db, sql, -1, ret, NULL);

	/* SQLITE_ERROR here: a table is missing, so it is not our database. */
	return code == SQLITE_ERROR ? -EBADMSG : db_error(code);
}

void db_finalizep(sqlite3_stmt **stmt)
{
	(void)sqlite3_finalize(*stmt); /* repeats what step reported */
	*stmt = NULL;
}

int db_bind_int(sqlite3_stmt *stmt, int index, int64_t value)
{
	return db_error(sqlite3_bind_int64(stmt, index, value));
}

int db_bind_text(sqlite3_stmt *stmt, int index, const char *text)
{
	return db_error(
		sqlite3_bind_text(stmt, index, text, -1, SQLITE_STATIC));
}

int db_step(sqlite3_stmt *stmt)
{
	int code = sqlite3_step(stmt);

	return code == SQLITE_ROW ? 1 : db_error(code);
}

int db_finish(sqlite3_stmt *stmt)
{
	int r;

	do {
		r = db_step(stmt);
	} while (r > 0);
	return r;
}

int db_run(struct guise_accounts *accounts, const char *sql)
{
	GUISE_AUTO(db_finalizep) sqlite3_stmt *stmt = NULL;
	int r;

	r = db_prepare(accounts, sql, &stmt);
	if (r < 0)
		return r;
	return db_finish(stmt);
}

int db_fetch_int(sqlite3_stmt *stmt, int64_t *ret)
{
	int r = db_step(stmt);

	if (r < 0)
		return r;
	if (r == 0)
		return GUISE_E_NO_SUCH_ACCOUNT;
	if (sqlite3_column_type(stmt, 0) != SQLITE_INTEGER)
		return -EBADMSG;
	*ret = sqlite3_column_int64(stmt, 0);
	return 0;
}

/* IMMEDIATE: what is read inside is what the change is made on. */
int db_begin(struct guise_accounts *accounts, struct db_txn *txn)
{
	int r;

	must(!txn->accounts);
	r = db_run(accounts, "BEGIN IMMEDIATE");
	if (r < 0)
		return r;
	txn->accounts = accounts;
	return 0;
}

int db_commit(struct db_txn *txn)
{
	int r;

	must(txn->accounts);
	r = db_run(txn->accounts, "COMMIT");
	if (r < 0)
		return r;
	txn->accounts = NULL;
	return 0;
}

void db_txn_end(struct db_txn *txn)
{
	if (!txn->accounts)
		return;
	/* SQLite may have rolled back by itself after a grave error. */
	if (!sqlite3_get_autocommit(txn->accounts->db))
		(void)sqlite3_exec(txn->accounts->db, "ROLLBACK", NULL, NULL,
				   NULL);
	txn->accounts = NULL;
}
