/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening and making the file of embedded accounts. The file decides who may
 * log on as whom, so it and its directory must be out of everyone else's
 * reach, and it must be ours from the first byte: SQLite's application_id
 * says so, its user_version says which schema it has.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "accounts.h"
#include "fd.h"
#include "password.h"

/* How long a writer waits for another one. */
#define BUSY_TIMEOUT_MS 5000

static const char *const schema_v1[] = {
	"CREATE TABLE setting ("
	" name TEXT PRIMARY KEY,"
	" value INTEGER NOT NULL"
	") STRICT",

	/* AUTOINCREMENT: a RID is never given twice, so no old ACL entry ever
	 * means a new account. */
	"CREATE TABLE principal ("
	" rid INTEGER PRIMARY KEY AUTOINCREMENT"
	"  CHECK (rid BETWEEN 1000 AND 1073741823),"
	" name TEXT NOT NULL COLLATE NOCASE UNIQUE,"
	" kind INTEGER NOT NULL CHECK (kind IN (1, 2)),"
	" unix_id INTEGER NOT NULL CHECK (unix_id BETWEEN 1 AND 4294967294),"
	" primary_gid INTEGER CHECK (primary_gid BETWEEN 1 AND 4294967294),"
	" locked INTEGER NOT NULL DEFAULT 0 CHECK (locked IN (0, 1)),"
	" hash TEXT,"
	" privileges INTEGER NOT NULL DEFAULT 0,"
	" UNIQUE (kind, unix_id),"
	" CHECK ((kind = 1) = (primary_gid IS NOT NULL)),"
	" CHECK (kind = 1 OR hash IS NULL)"
	") STRICT",
	"INSERT INTO sqlite_sequence (name, seq) VALUES ('principal', 999)",

	"CREATE TABLE member ("
	" group_rid INTEGER NOT NULL REFERENCES principal ON DELETE CASCADE,"
	" member_rid INTEGER NOT NULL REFERENCES principal ON DELETE CASCADE,"
	" PRIMARY KEY (group_rid, member_rid),"
	" CHECK (group_rid <> member_rid)"
	") STRICT, WITHOUT ROWID",
	"CREATE INDEX member_of ON member (member_rid)",

	/* Ids of deleted accounts: files may still belong to them. */
	"CREATE TABLE retired ("
	" kind INTEGER NOT NULL,"
	" unix_id INTEGER NOT NULL,"
	" PRIMARY KEY (kind, unix_id)"
	") STRICT, WITHOUT ROWID",

	"INSERT INTO setting VALUES"
	" ('uid_min', 200000), ('uid_max', 299999), ('uid_next', 200000),"
	" ('gid_min', 300000), ('gid_max', 399999), ('gid_next', 300000)",
};

/* A directory in which only we or root can exchange the file. */
static int check_directory(const struct stat *st)
{
	if (st->st_uid != geteuid() && st->st_uid != 0)
		return -EPERM;
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return -EPERM;
	return 0;
}

static int check_file(const struct stat *st)
{
	if (!S_ISREG(st->st_mode) || st->st_nlink != 1)
		return -EPERM;
	if (st->st_uid != geteuid() || (st->st_mode & 077))
		return -EPERM;
	return 0;
}

/* Splits at the last slash. "accounts.db" lies in ".". */
static int open_directory(const char *path, const char **ret_base, int *ret_fd)
{
	GUISE_AUTO(freep) char *directory = NULL;
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	int fd;

	if (!*base)
		return -EINVAL;
	if (!slash)
		directory = strdup(".");
	else if (slash == path)
		directory = strdup("/");
	else
		directory = strndup(path, (size_t)(slash - path));
	if (!directory)
		return -ENOMEM;

	fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	*ret_base = base;
	*ret_fd = fd;
	return 0;
}

/*
 * The file is made with mknod, not open: closing a descriptor of a database
 * drops every POSIX lock this process holds on it.
 */
static int prepare_file(const char *path, unsigned flags)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	const char *base = NULL;
	struct stat st;
	int r;

	r = open_directory(path, &base, &fd);
	if (r < 0)
		return r;
	if (fstat(fd, &st) < 0)
		return -errno;
	r = check_directory(&st);
	if (r < 0)
		return r;

	if ((flags & GUISE_ACCOUNTS_CREATE) &&
	    mknodat(fd, base, S_IFREG | 0600, 0) < 0 && errno != EEXIST)
		return -errno;
	if (fstatat(fd, base, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	return check_file(&st);
}

static int db_configure(struct guise_accounts *accounts)
{
	static const char *const pragmas[] = {
		"PRAGMA foreign_keys = ON",
		"PRAGMA trusted_schema = OFF",
		"PRAGMA cell_size_check = ON",
		"PRAGMA secure_delete = ON", /* old hashes are overwritten */
		"PRAGMA temp_store = MEMORY",
	};
	int r;

	(void)sqlite3_busy_timeout(accounts->db, BUSY_TIMEOUT_MS);
	(void)sqlite3_extended_result_codes(accounts->db, 1);
	if (sqlite3_db_config(accounts->db, SQLITE_DBCONFIG_DEFENSIVE, 1,
			      NULL) != SQLITE_OK)
		return -EIO;
	for (size_t i = 0; i < ARRAY_SIZE(pragmas); i++) {
		r = db_run(accounts, pragmas[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

/* S-1-5-21 and 96 random bits, kept as three settings. */
static int make_machine_sid(struct guise_accounts *accounts)
{
	GUISE_AUTO(db_finalizep) sqlite3_stmt *stmt = NULL;
	uint32_t random[3];
	int r;

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return -EIO;
	r = db_prepare(accounts,
		       "INSERT INTO setting VALUES ('machine_a', ?1),"
		       " ('machine_b', ?2), ('machine_c', ?3)",
		       &stmt);
	for (int i = 0; r == 0 && i < 3; i++)
		r = db_bind_int(stmt, i + 1, random[i]);
	return r < 0 ? r : db_finish(stmt);
}

/* The group every user gets as primary group unless told otherwise. */
static int make_users_group(struct guise_accounts *accounts)
{
	return db_run(accounts, "INSERT INTO principal (name, kind, unix_id)"
				" SELECT '" ACCOUNTS_USERS_GROUP "', 2, value"
				" FROM setting WHERE name = 'gid_next'")
		       ?: db_run(accounts,
				 "UPDATE setting SET value = value + 1"
				 " WHERE name = 'gid_next'");
}

static int migrate_to_v1(struct guise_accounts *accounts)
{
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(schema_v1); i++) {
		r = db_run(accounts, schema_v1[i]);
		if (r < 0)
			return r;
	}
	r = make_machine_sid(accounts);
	if (r < 0)
		return r;
	return make_users_group(accounts);
}

/* Step n leads from version n to n + 1. */
static int (*const migrations[])(struct guise_accounts *) = {
	migrate_to_v1,
};
static_assert(ARRAY_SIZE(migrations) == ACCOUNTS_VERSION,
	      "one migration a version");

static int db_set_version(struct guise_accounts *accounts)
{
	char sql[64];
	int r;

	(void)snprintf(sql, sizeof(sql), "PRAGMA application_id = %d",
		       ACCOUNTS_APPLICATION_ID);
	r = db_run(accounts, sql);
	if (r < 0)
		return r;
	(void)snprintf(sql, sizeof(sql), "PRAGMA user_version = %d",
		       ACCOUNTS_VERSION);
	return db_run(accounts, sql);
}

/* What the file says it is. */
struct marks {
	int64_t application, version, n_tables;
};

/* One statement, so that all three are of one moment: another process may be
 * making the file. */
static int read_marks(struct guise_accounts *accounts, struct marks *ret)
{
	GUISE_AUTO(db_finalizep) sqlite3_stmt *stmt = NULL;
	int r;

	r = db_prepare(accounts,
		       "SELECT (SELECT application_id"
		       "  FROM pragma_application_id),"
		       " (SELECT user_version FROM pragma_user_version),"
		       " (SELECT count(*) FROM sqlite_schema)",
		       &stmt);
	if (r < 0)
		return r;
	r = db_step(stmt);
	if (r < 0)
		return r;
	ret->application = sqlite3_column_int64(stmt, 0);
	ret->version = sqlite3_column_int64(stmt, 1);
	ret->n_tables = sqlite3_column_int64(stmt, 2);
	return 0;
}

/*
 * Ours are files with our application id, and empty ones (version 0, no
 * tables): a creation that was interrupted.
 */
static int db_version(struct guise_accounts *accounts, int64_t *ret)
{
	struct marks marks = {0};
	int r;

	r = read_marks(accounts, &marks);
	if (r < 0)
		return r;
	if (marks.application != ACCOUNTS_APPLICATION_ID &&
	    (marks.application || marks.version || marks.n_tables))
		return -EBADMSG;
	if (marks.version > ACCOUNTS_VERSION)
		return GUISE_E_UNKNOWN_REVISION;
	if (marks.version < 0 || (marks.version == 0 && marks.n_tables != 0))
		return -EBADMSG;
	*ret = marks.version;
	return 0;
}

static int db_migrate(struct guise_accounts *accounts)
{
	GUISE_AUTO(db_txn_end) struct db_txn txn = {0};
	int64_t version;
	int r;

	/* Cannot be done inside a transaction, stays with the file. */
	r = db_run(accounts, "PRAGMA journal_mode = WAL");
	if (r < 0)
		return r;
	r = db_begin(accounts, &txn);
	if (r < 0)
		return r;
	r = db_version(accounts, &version); /* another process may be done */
	if (r < 0)
		return r;
	for (size_t i = (size_t)version; i < ARRAY_SIZE(migrations); i++) {
		r = migrations[i](accounts);
		if (r < 0)
			return r;
	}
	r = db_set_version(accounts);
	if (r < 0)
		return r;
	return db_commit(&txn);
}

static int db_upgrade(struct guise_accounts *accounts, unsigned flags)
{
	int64_t version;
	int r;

	r = db_version(accounts, &version);
	if (r < 0)
		return r;
	if (version == ACCOUNTS_VERSION)
		return 0;
	if (version == 0 && !(flags & GUISE_ACCOUNTS_CREATE))
		return -EBADMSG;
	if (flags & GUISE_ACCOUNTS_READ_ONLY)
		return -EROFS;
	return db_migrate(accounts);
}

static int load_machine_sid(struct guise_accounts *accounts)
{
	GUISE_AUTO(db_finalizep) sqlite3_stmt *stmt = NULL;
	struct guise_sid sid = {.authority = 5, .n_subs = 4, .sub = {21}};
	int64_t value = 0;
	int r;

	r = db_prepare(accounts,
		       "SELECT value FROM setting WHERE name IN"
		       " ('machine_a', 'machine_b', 'machine_c') ORDER BY name",
		       &stmt);
	if (r < 0)
		return r;
	for (unsigned i = 1; i <= 3; i++) {
		r = db_fetch_int(stmt, &value);
		if (r == GUISE_E_NO_SUCH_ACCOUNT)
			return -EBADMSG;
		if (r < 0)
			return r;
		if (value < 0 || value > UINT32_MAX)
			return -EBADMSG;
		sid.sub[i] = (uint32_t)value;
	}
	accounts->machine = sid;
	return 0;
}

static int db_open(struct guise_accounts *accounts, const char *path,
		   unsigned flags)
{
	int mode = flags & GUISE_ACCOUNTS_READ_ONLY ? SQLITE_OPEN_READONLY
						    : SQLITE_OPEN_READWRITE;
	int code, r;

	/* Before the handle is used for anything: its failures, too. */
	code = sqlite3_open_v2(path, &accounts->db, mode, NULL);
	if (code != SQLITE_OK)
		return db_error(code);
	r = db_configure(accounts);
	if (r < 0)
		return r;
	r = db_upgrade(accounts, flags);
	if (r < 0)
		return r;
	return load_machine_sid(accounts);
}

static uint64_t now_ms(void)
{
	struct timespec now;

	must(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/*
 * Turning a new file to WAL, and the cleaning up of the last one that closes,
 * answer "busy" without SQLite's own waiting; so the waiting is ours.
 */
static int db_open_patiently(struct guise_accounts *accounts, const char *path,
			     unsigned flags)
{
	const struct timespec pause = {.tv_nsec = 5000000};
	const uint64_t deadline = now_ms() + BUSY_TIMEOUT_MS;
	int r;

	for (;;) {
		r = db_open(accounts, path, flags);
		if (r != -EBUSY || now_ms() >= deadline)
			return r;
		must(sqlite3_close(accounts->db) == SQLITE_OK);
		accounts->db = NULL;
		(void)nanosleep(&pause, NULL);
	}
}

int guise_accounts_open(const char *path, unsigned flags,
			struct guise_accounts **ret)
{
	GUISE_AUTO(guise_accounts_closep)
	struct guise_accounts *accounts = NULL;
	int r;

	if (!path || !ret ||
	    (flags & ~(GUISE_ACCOUNTS_CREATE | GUISE_ACCOUNTS_READ_ONLY)) ||
	    flags == (GUISE_ACCOUNTS_CREATE | GUISE_ACCOUNTS_READ_ONLY))
		return -EINVAL;
	r = prepare_file(path, flags);
	if (r < 0)
		return r;

	accounts = calloc(1, sizeof(*accounts));
	if (!accounts)
		return -ENOMEM;
	r = db_open_patiently(accounts, path, flags);
	if (r < 0)
		return r;
	r = password_setting(&accounts->decoy);
	if (r < 0)
		return r;

	*ret = guise_take(accounts);
	return 0;
}

struct guise_accounts *guise_accounts_close(struct guise_accounts *accounts)
{
	if (!accounts)
		return NULL;
	/* Every statement is finalized by its function's end. */
	must(sqlite3_close(accounts->db) == SQLITE_OK);
	free(accounts->decoy);
	free(accounts);
	return NULL;
}

void guise_accounts_closep(struct guise_accounts **accounts)
{
	*accounts = guise_accounts_close(*accounts);
}

int guise_accounts_machine_sid(struct guise_accounts *accounts,
			       struct guise_sid *ret)
{
	if (!accounts || !ret)
		return -EINVAL;
	*ret = accounts->machine;
	return 0;
}
