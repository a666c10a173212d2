/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the embedded accounts: one SQLite connection and the few verbs
 * with which the other files speak SQL. Every statement is a literal; values
 * from outside are only ever bound. Not thread-safe: one user at a time.
 */
#ifndef LOGON_ACCOUNTS_H
#define LOGON_ACCOUNTS_H

#include <sqlite3.h>

#include <guise/logon.h>
#include <guise/lookup.h>

#include "base.h"

#define ACCOUNTS_APPLICATION_ID 0x67756973 /* "guis" */
#define ACCOUNTS_VERSION 1
/* Windows gives RIDs below 1000 to well-known accounts. The upper bound is
 * Windows' default RID pool of 30 bits; the schema checks the same. */
#define ACCOUNTS_RID_MIN 1000
#define ACCOUNTS_RID_MAX 0x3fffffff
#define ACCOUNTS_USERS_GROUP "users"

enum account_kind {
	ACCOUNT_USER = 1,
	ACCOUNT_GROUP = 2,
};

struct guise_accounts {
	sqlite3 *db;
	struct guise_sid machine;
	char *decoy; /* a yescrypt setting nobody's hash starts with */
};

/* Columns that account_of_row() expects, in its order. */
#define ACCOUNT_COLUMNS                                                        \
	"rid, name, kind, unix_id, ifnull(primary_gid, 4294967295), locked, "  \
	"hash IS NOT NULL, privileges"

/* accounts-db.c */
int db_error(int code);
GUISE_MUST_USE int db_prepare(struct guise_accounts *accounts, const char *sql,
			      sqlite3_stmt **ret);
void db_finalizep(sqlite3_stmt **stmt);
GUISE_MUST_USE int db_bind_int(sqlite3_stmt *stmt, int index, int64_t value);
/* @text is borrowed until the statement is finalized */
GUISE_MUST_USE int db_bind_text(sqlite3_stmt *stmt, int index,
				const char *text);
/* 1: a row is there, 0: done, or a negative code */
GUISE_MUST_USE int db_step(sqlite3_stmt *stmt);
/* Run to the end; 0 or a negative code */
GUISE_MUST_USE int db_finish(sqlite3_stmt *stmt);
/* A statement without parameters and rows of interest */
GUISE_MUST_USE int db_run(struct guise_accounts *accounts, const char *sql);
/* First column of the first row; GUISE_E_NO_SUCH_ACCOUNT if there is none */
GUISE_MUST_USE int db_fetch_int(sqlite3_stmt *stmt, int64_t *ret);

/* A write transaction: rolled back unless committed. */
struct db_txn {
	struct guise_accounts *accounts; /* NULL: not open */
};
GUISE_MUST_USE int db_begin(struct guise_accounts *accounts,
			    struct db_txn *txn);
GUISE_MUST_USE int db_commit(struct db_txn *txn);
void db_txn_end(struct db_txn *txn);

/* accounts-find.c */
GUISE_MUST_USE int account_find(struct guise_accounts *accounts,
				const char *name, struct guise_account *ret);
/* As account_find(), for one kind only */
GUISE_MUST_USE int account_find_kind(struct guise_accounts *accounts,
				     const char *name, enum account_kind kind,
				     struct guise_account *ret);
/* The row the statement stands on, checked as if a stranger had written it */
GUISE_MUST_USE int account_of_row(const struct guise_accounts *accounts,
				  sqlite3_stmt *stmt,
				  struct guise_account *ret);
/* All the rows that are left; what @found says, if it is negative, ends it */
GUISE_MUST_USE int
account_each(const struct guise_accounts *accounts, sqlite3_stmt *stmt,
	     int (*found)(void *context, const struct guise_account *account),
	     void *context);

/* accounts-name.c */
bool account_name_is_valid(const char *name);

/* accounts-edit.c */
bool unix_id_is_usable(uint32_t id);

/* accounts-logon.c: guise_accounts_logon() that also says, to whoever knows the
 * password, why it is refused. */
GUISE_MUST_USE int accounts_logon_reason(struct guise_accounts *accounts,
					 const char *name, const char *password,
					 size_t password_size,
					 guise_luid authentication_id,
					 const struct guise_token **ret,
					 enum guise_logon_refusal *reterr);

#endif
