/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Adding, deleting and changing accounts. Each change is one transaction that
 * first looks and then acts, so that two administrators at once get one
 * success and one error. Unix ids are given out upwards and are not given
 * again after a deletion: files may still belong to them.
 */
#include "accounts.h"
#include "password.h"

/* Ids with a meaning of their own: root, the kernel's overflow id (nobody,
 * whom anonymous clients run as), and -1 of 16 and of 32 bits ("no change"
 * to the set*id calls). */
bool unix_id_is_usable(uint32_t id)
{
	return id != 0 && id != 65534 && id != 65535 && id != GUISE_UID_NONE;
}

static int setting_get(struct guise_accounts *accounts, const char *name,
		       uint32_t *ret)
{
	GUISE_AUTO(db_finalizep) sqlite3_stmt *stmt = NULL;
	int64_t value = 0;
	int r;

	r = db_prepare(accounts, "SELECT value FROM setting WHERE name = ?1",
		       &stmt);
	if (r < 0)
		return r;
	r = db_bind_text(stmt, 1, name);
	if (r < 0)
		return r;
	r = db_fetch_int(stmt, &value);
	if (r == GUISE_E_NO_SUCH_ACCOUNT || value < 0 || value > UINT32_MAX)
		return -EBADMSG;
	if (r < 0)
		return r;
	*ret = (uint32_t)value;
	return 0;
}

static int setting_set(struct guise_accounts *accounts, const char *name,
		       int64_t value)
{
	GUISE_AUTO(db_finalizep) sqlite3_stmt *stmt = NULL;
	int r;

	r = db_prepare(accounts,
		       "UPDATE setting SET value = ?2 WHERE name = ?1", &stmt);
	if (r < 0)
		return r;
	r = db_bind_text(stmt, 1, name);
	if (r < 0)
		return r;
	r = db_bind_int(stmt, 2, value);
	if (r < 0)
		return r;
	return db_finish(stmt);
}

static int id_is_taken(struct guise_accounts *accounts, enum account_kind kind,
		       uint32_t id, bool *ret)
{
	GUISE_AUTO(db_finalizep) sqlite3_stmt *stmt = NULL;
	int64_t taken = 0;
	int r;

	r = db_prepare(accounts,
		       "SELECT EXISTS (SELECT 1 FROM principal"
		       "  WHERE kind = ?1 AND unix_id = ?2)"
		       " OR EXISTS (SELECT 1 FROM retired"
		       "  WHERE kind = ?1 AND unix_id = ?2)",
		       &stmt);
	if (r < 0)
		return r;
	r = db_bind_int(stmt, 1, kind);
	if (r < 0)
		return r;
	r = db_bind_int(stmt, 2, id);
	if (r < 0)
		return r;
	r = db_fetch_int(stmt, &taken);
	if (r < 0)
		return r;
	*ret = taken != 0;
	return 0;
}

struct id_range {
	const char *min, *max, *next;
};

static const struct id_range id_ranges[] = {
	[ACCOUNT_USER] = {"uid_min", "uid_max", "uid_next"},
	[ACCOUNT_GROUP] = {"gid_min", "gid_max", "gid_next"},
};

static int id_allocate(struct guise_accounts *accounts, enum account_kind kind,
		       uint32_t *ret)
{
	const struct id_range *range = &id_ranges[kind];
	uint32_t min, max, next;
	bool taken;
	int r;

	r = setting_get(accounts, range->min, &min);
	if (r < 0)
		return r;
	r = setting_get(accounts, range->max, &max);
	if (r < 0)
		return r;
	r = setting_get(accounts, range->next, &next);
	if (r < 0)
		return r;

	/* Only ids once given by hand are stepped over. */
	for (uint64_t id = next < min ? min : next; id <= max; id++) {
		if (!unix_id_is_usable((uint32_t)id))
			continue;
		r = id_is_taken(accounts, kind, (uint32_t)id, &taken);
		if (r < 0)
			return r;
		if (taken)
			continue;
		*ret = (uint32_t)id;
		return setting_set(accounts, range->next, (int64_t)id + 1);
	}
	return GUISE_E_LIMIT;
}

struct new_account {
	const char *name;
	enum account_kind kind;
	uint32_t unix_id;
	uint32_t primary_gid;
	uint64_t privileges;
};

static int insert_account(struct guise_accounts *accounts,
			  const struct new_account *new)
{
	GUISE_AUTO(db_finalizep) sqlite3_stmt *stmt = NULL;
	int r;

	r = db_prepare(accounts,
		       "INSERT INTO principal"
		       " (name, kind, unix_id, primary_gid, privileges)"
		       " VALUES (?1, ?2, ?3, ?4, ?5)",
		       &stmt);
	if (r < 0)
		return r;
	r = db_bind_text(stmt, 1, new->name);
	if (r == 0)
		r = db_bind_int(stmt, 2, new->kind);
	if (r == 0)
		r = db_bind_int(stmt, 3, new->unix_id);
	if (r == 0 && new->kind == ACCOUNT_USER)
		r = db_bind_int(stmt, 4, new->primary_gid);
	if (r == 0)
		r = db_bind_int(stmt, 5, (int64_t) new->privileges);
	if (r < 0)
		return r;
	return db_finish(stmt);
}

static int users_gid(struct guise_accounts *accounts, uint32_t *ret)
{
	struct guise_account users;
	int r;

	r = account_find_kind(accounts, ACCOUNTS_USERS_GROUP, ACCOUNT_GROUP,
			      &users);
	if (r == GUISE_E_NO_SUCH_ACCOUNT)
		return -EBADMSG; /* it cannot be deleted */
	if (r < 0)
		return r;
	*ret = users.unix_id;
	return 0;
}

static int check_new_account(const struct new_account *new)
{
	if (!account_name_is_valid(new->name))
		return -EINVAL;
	if (new->unix_id != GUISE_UID_NONE && !unix_id_is_usable(new->unix_id))
		return -EINVAL;
	if (new->primary_gid != GUISE_UID_NONE &&
	    (new->kind == ACCOUNT_GROUP ||
	     !unix_id_is_usable(new->primary_gid)))
		return -EINVAL;
	if (new->privileges & ~GUISE_PRIVILEGE_ALL)
		return -EINVAL;
	return 0;
}

static int add_account(struct guise_accounts *accounts, struct new_account new)
{
	GUISE_AUTO(db_txn_end) struct db_txn txn = {0};
	struct guise_account existing;
	int r;

	r = check_new_account(&new);
	if (r < 0)
		return r;
	r = db_begin(accounts, &txn);
	if (r < 0)
		return r;
	r = account_find(accounts, new.name, &existing);
	if (r == 0)
		return GUISE_E_ACCOUNT_EXISTS;
	if (r != GUISE_E_NO_SUCH_ACCOUNT)
		return r;

	if (new.unix_id == GUISE_UID_NONE) {
		r = id_allocate(accounts, new.kind, &new.unix_id);
		if (r < 0)
			return r;
	}
	if (new.kind == ACCOUNT_USER &&new.primary_gid == GUISE_UID_NONE) {
		r = users_gid(accounts, &new.primary_gid);
		if (r < 0)
			return r;
	}
	r = insert_account(accounts, &new);
	if (r < 0)
		return r;
	return db_commit(&txn);
}

static int add_with_options(struct guise_accounts *accounts, const char *name,
			    enum account_kind kind,
			    const struct guise_account_options *options)
{
	struct new_account new = {
		.name = name,
		.kind = kind,
		.unix_id = GUISE_UID_NONE,
		.primary_gid = GUISE_UID_NONE,
	};

	if (!accounts || !name ||
	    (options && options->size != sizeof(*options)))
		return -EINVAL;
	if (options) {
		new.unix_id = options->unix_id;
		new.primary_gid = options->primary_gid;
		new.privileges = options->privileges;
	}
	return add_account(accounts, new);
}

int guise_accounts_add_user(struct guise_accounts *accounts, const char *name,
			    const struct guise_account_options *options)
{
	return add_with_options(accounts, name, ACCOUNT_USER, options);
}

int guise_accounts_add_group(struct guise_accounts *accounts, const char *name,
			     const struct guise_account_options *options)
{
	return add_with_options(accounts, name, ACCOUNT_GROUP, options);
}

static int gid_is_primary(struct guise_accounts *accounts, uint32_t gid,
			  bool *ret)
{
	GUISE_AUTO(db_finalizep) sqlite3_stmt *stmt = NULL;
	int64_t used = 0;
	int r;

	r = db_prepare(accounts,
		       "SELECT EXISTS (SELECT 1 FROM principal"
		       " WHERE primary_gid = ?1)",
		       &stmt);
	if (r < 0)
		return r;
	r = db_bind_int(stmt, 1, gid);
	if (r < 0)
		return r;
	r = db_fetch_int(stmt, &used);
	if (r < 0)
		return r;
	*ret = used != 0;
	return 0;
}

/* A group that is somebody's primary group, or will be, stays. */
static int check_deletable(struct guise_accounts *accounts,
			   const struct guise_account *account)
{
	uint32_t gid = 0;
	bool used = false;
	int r;

	if (!account->is_group)
		return 0;
	r = users_gid(accounts, &gid);
	if (r < 0)
		return r;
	if (account->unix_id == gid)
		return -EBUSY;
	r = gid_is_primary(accounts, account->unix_id, &used);
	if (r < 0)
		return r;
	return used ? -EBUSY : 0;
}

/* Statement @sql with the RID as ?1. */
static int run_for_rid(struct guise_accounts *accounts, const char *sql,
		       uint32_t rid)
{
	GUISE_AUTO(db_finalizep) sqlite3_stmt *stmt = NULL;
	int r;

	r = db_prepare(accounts, sql, &stmt);
	if (r < 0)
		return r;
	r = db_bind_int(stmt, 1, rid);
	if (r < 0)
		return r;
	return db_finish(stmt);
}

int guise_accounts_delete(struct guise_accounts *accounts, const char *name)
{
	GUISE_AUTO(db_txn_end) struct db_txn txn = {0};
	struct guise_account account;
	int r;

	if (!accounts || !name)
		return -EINVAL;
	r = db_begin(accounts, &txn);
	if (r < 0)
		return r;
	r = account_find(accounts, name, &account);
	if (r < 0)
		return r;
	r = check_deletable(accounts, &account);
	if (r < 0)
		return r;

	r = run_for_rid(accounts,
			"INSERT OR IGNORE INTO retired (kind, unix_id)"
			" SELECT kind, unix_id FROM principal WHERE rid = ?1",
			account.rid);
	if (r < 0)
		return r;
	/* Memberships go with it (ON DELETE CASCADE). */
	r = run_for_rid(accounts, "DELETE FROM principal WHERE rid = ?1",
			account.rid);
	if (r < 0)
		return r;
	return db_commit(&txn);
}

/* UPDATE of one row; ?1 is the name, ?2 is bound by the caller. */
static int update_one(struct guise_accounts *accounts, sqlite3_stmt *stmt,
		      const char *name)
{
	int r;

	if (!account_name_is_valid(name))
		return GUISE_E_NO_SUCH_ACCOUNT;
	r = db_bind_text(stmt, 1, name);
	if (r < 0)
		return r;
	r = db_finish(stmt);
	if (r < 0)
		return r;
	return sqlite3_changes(accounts->db) == 1 ? 0 : GUISE_E_NO_SUCH_ACCOUNT;
}

int guise_accounts_set_password(struct guise_accounts *accounts,
				const char *name, const char *password,
				size_t password_size)
{
	GUISE_AUTO(freep) char *hash = NULL;
	GUISE_AUTO(db_finalizep) sqlite3_stmt *stmt = NULL;
	int r;

	if (!accounts || !name)
		return -EINVAL;
	if (password) {
		r = password_hash(password, password_size, &hash);
		if (r < 0)
			return r;
	}
	r = db_prepare(accounts,
		       "UPDATE principal SET hash = ?2"
		       " WHERE name = ?1 AND kind = 1",
		       &stmt);
	if (r < 0)
		return r;
	if (hash) /* else NULL is bound: no password */
		r = db_bind_text(stmt, 2, hash);
	if (r < 0)
		return r;
	return update_one(accounts, stmt, name);
}

int guise_accounts_set_locked(struct guise_accounts *accounts, const char *name,
			      bool locked)
{
	GUISE_AUTO(db_finalizep) sqlite3_stmt *stmt = NULL;
	int r;

	if (!accounts || !name)
		return -EINVAL;
	r = db_prepare(accounts,
		       "UPDATE principal SET locked = ?2"
		       " WHERE name = ?1 AND kind = 1",
		       &stmt);
	if (r < 0)
		return r;
	r = db_bind_int(stmt, 2, locked);
	if (r < 0)
		return r;
	return update_one(accounts, stmt, name);
}

int guise_accounts_set_privileges(struct guise_accounts *accounts,
				  const char *name, uint64_t privileges)
{
	GUISE_AUTO(db_finalizep) sqlite3_stmt *stmt = NULL;
	int r;

	if (!accounts || !name || (privileges & ~GUISE_PRIVILEGE_ALL))
		return -EINVAL;
	r = db_prepare(accounts,
		       "UPDATE principal SET privileges = ?2 WHERE name = ?1",
		       &stmt);
	if (r < 0)
		return r;
	r = db_bind_int(stmt, 2, (int64_t)privileges);
	if (r < 0)
		return r;
	return update_one(accounts, stmt, name);
}
