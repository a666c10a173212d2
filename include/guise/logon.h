/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where tokens come from: embedded accounts (a SQLite file), system accounts
 * (NSS and PAM), the peer of a Unix socket, the anonymous client.
 *
 * Functions marked [helper] call into NSS, PAM or SQLite and must run in a
 * process of their own that never impersonates: such modules call libc's
 * set*id, which changes every thread. guise's authority does that for you.
 *
 * Thread-safety: an accounts object belongs to one thread at a time, also for
 * reading (any number of objects and processes may have the same file open);
 * the functions without one may be called from any thread.
 *
 * Cost: a function on accounts is one transaction on the file, a few file
 * operations, and may wait up to five seconds for another writer, then -EBUSY;
 * one that sets or checks a password is made slow on purpose (one yescrypt
 * computation); NSS and PAM take as long as their modules do.
 */
#ifndef GUISE_LOGON_H
#define GUISE_LOGON_H

#include <guise/impersonate.h>

#ifdef __cplusplus
extern "C" {
#endif

struct guise_accounts;

enum guise_accounts_flags {
	GUISE_ACCOUNTS_CREATE = 1, /* make the file if it is not there */
	GUISE_ACCOUNTS_READ_ONLY = 2,
};

/**
 * guise_accounts_open() - open a file of embedded accounts [helper]
 * @path: borrowed; a regular file owned by the caller's uid and closed to
 *        others, in a directory that only the caller or root can write
 * @flags: enum guise_accounts_flags; not both
 *
 * A new file gets mode 0600, a random machine SID that never changes and the
 * group "users". SQLite keeps a -wal and a -shm file beside it.
 * Return: 0; -ENOENT and other errors of opening the directory; -EPERM
 * (foreign owner, loose mode, a link); -EBADMSG (not our database, or
 * damaged); GUISE_E_UNKNOWN_REVISION (made by a newer guise); -EROFS (an old
 * one, opened read-only); -EBUSY; -EIO; -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int guise_accounts_open(const char *path,
						 unsigned flags,
						 struct guise_accounts **ret);

/**
 * guise_accounts_close() - close the file and free @accounts; NULL is fine;
 * always returns NULL. Not from inside a callback
 */
GUISE_API struct guise_accounts *
guise_accounts_close(struct guise_accounts *accounts);

/**
 * guise_accounts_closep() - for GUISE_AUTO(): close *@accounts, which may be
 * NULL, and set it to NULL
 */
GUISE_API void guise_accounts_closep(struct guise_accounts **accounts);

/**
 * guise_accounts_machine_sid() - S-1-5-21-a-b-c, made once; kept in memory
 *
 * Return: 0; -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int
guise_accounts_machine_sid(struct guise_accounts *accounts,
			   struct guise_sid *ret);

/**
 * struct guise_account - one user or group
 * @size: sizeof
 * @name: at most 256 bytes UTF-8, no control characters, none of
 *        "/\[]:;|=,+*?<>@" and no leading or trailing space or dot; compared
 *        without ASCII case
 * @is_group: a group
 * @locked: a user that cannot log on
 * @has_password: a hash is stored
 * @unix_id: uid or gid
 * @primary_gid: users: gid
 * @rid, @sid: its place under the machine SID
 * @privileges: present privileges as a mask (users and groups)
 */
struct guise_account {
	size_t size;
	char name[GUISE_USER_NAME_MAX + 1];
	bool is_group;
	bool locked;
	bool has_password;
	uint32_t unix_id;
	uint32_t primary_gid;
	uint32_t rid;
	struct guise_sid sid;
	uint64_t privileges;
};

/**
 * struct guise_account_options - for adding
 * @size: sizeof
 * @unix_id: wanted uid or gid, GUISE_UID_NONE = next of the range (users
 *           200000-299999, groups 300000-399999; settings of the file). Ids
 *           of deleted accounts are not given again, unless wanted here. 0,
 *           65534, 65535 and -1 are refused.
 * @primary_gid: users: GUISE_UID_NONE = gid of the built-in group "users"
 * @privileges: mask
 */
struct guise_account_options {
	size_t size;
	uint32_t unix_id;
	uint32_t primary_gid;
	uint64_t privileges;
};

/* All [helper], down to find_sid. What goes in is borrowed; a NULL gives
 * -EINVAL but where it is said to mean something. A name no account can have is
 * nobody's (GUISE_E_NO_SUCH_ACCOUNT), but -EINVAL for a new one. Each says
 * which of GUISE_E_* it returns; the rest are common.
 *
 * Return: 0; GUISE_E_ACCOUNT_EXISTS; GUISE_E_NO_SUCH_ACCOUNT;
 * GUISE_E_LIMIT (ids used up, groups nested deeper than
 * GUISE_ACCOUNTS_NESTING_MAX); -EINVAL (bad name, unusable id, membership
 * cycle, empty or too long password); -EROFS; -EBUSY (another writer; a group
 * that is somebody's primary group); -EBADMSG (damaged file); -EIO; -ENOMEM.
 * Changes are transactions: all or nothing. @options NULL: all defaults. */

/**
 * guise_accounts_add_user() - a new user: no password yet, not locked, in no
 * group but its primary one
 * @options: borrowed; NULL: all defaults
 *
 * GUISE_E_ACCOUNT_EXISTS: the name, or the wanted uid; GUISE_E_LIMIT: the range
 * is used up.
 */
GUISE_API GUISE_MUST_USE int
guise_accounts_add_user(struct guise_accounts *accounts, const char *name,
			const struct guise_account_options *options);

/**
 * guise_accounts_add_group() - a new group without members
 * @options: borrowed; NULL: all defaults; @primary_gid is GUISE_UID_NONE
 *
 * GUISE_E_ACCOUNT_EXISTS: the name, or the wanted gid; GUISE_E_LIMIT: the range
 * is used up.
 */
GUISE_API GUISE_MUST_USE int
guise_accounts_add_group(struct guise_accounts *accounts, const char *name,
			 const struct guise_account_options *options);

/**
 * guise_accounts_delete() - a user or group, with its memberships; its RID is
 * never given again, its Unix id only to who asks for it
 *
 * GUISE_E_NO_SUCH_ACCOUNT; -EBUSY: also for the built-in group "users" and for
 * somebody's primary group.
 */
GUISE_API GUISE_MUST_USE int
guise_accounts_delete(struct guise_accounts *accounts, const char *name);

/**
 * guise_accounts_set_password() - replace a user's password
 * @password: @password_size bytes, 1 ... GUISE_PASSWORD_MAX, none of them NUL;
 *            the caller wipes it. NULL removes it (then nobody can log on with
 * one)
 *
 * GUISE_E_NO_SUCH_ACCOUNT: also for a group.
 */
GUISE_API GUISE_MUST_USE int
guise_accounts_set_password(struct guise_accounts *accounts, const char *name,
			    const char *password, size_t password_size);

/**
 * guise_accounts_set_locked() - let a user log on no more, or again; who is
 * logged on stays. GUISE_E_NO_SUCH_ACCOUNT: also for a group.
 */
GUISE_API GUISE_MUST_USE int
guise_accounts_set_locked(struct guise_accounts *accounts, const char *name,
			  bool locked);

/**
 * guise_accounts_set_privileges() - replace the privileges of a user or group
 * by the mask @privileges. GUISE_E_NO_SUCH_ACCOUNT; -EINVAL for an unknown bit.
 */
GUISE_API GUISE_MUST_USE int
guise_accounts_set_privileges(struct guise_accounts *accounts, const char *name,
			      uint64_t privileges);

/**
 * guise_accounts_add_member() - put an account directly into a group
 * @group: a group
 * @member: a user or a group; groups nest
 *
 * GUISE_E_NO_SUCH_ACCOUNT: either; GUISE_E_ACCOUNT_EXISTS: it is one already;
 * GUISE_E_LIMIT: nested too deep; -EINVAL: a cycle.
 */
GUISE_API GUISE_MUST_USE int
guise_accounts_add_member(struct guise_accounts *accounts, const char *group,
			  const char *member);

/**
 * guise_accounts_remove_member() - @member is no direct member of @group any
 * more. GUISE_E_NO_SUCH_ACCOUNT: either, or it was none.
 */
GUISE_API GUISE_MUST_USE int
guise_accounts_remove_member(struct guise_accounts *accounts, const char *group,
			     const char *member);

/**
 * guise_accounts_find() - user or group by name, whatever its ASCII case; @ret
 * is the caller's copy. GUISE_E_NO_SUCH_ACCOUNT.
 */
GUISE_API GUISE_MUST_USE int
guise_accounts_find(struct guise_accounts *accounts, const char *name,
		    struct guise_account *ret);

/**
 * guise_accounts_list() - all accounts
 * @found: called for each, users first, by name; @account is borrowed for the
 *         call; a negative return ends and is returned
 */
GUISE_API GUISE_MUST_USE int guise_accounts_list(
	struct guise_accounts *accounts,
	int (*found)(void *context, const struct guise_account *account),
	void *context);

/**
 * guise_accounts_members() - direct members of @group
 * @found: as in guise_accounts_list()
 *
 * GUISE_E_NO_SUCH_ACCOUNT: also for a user.
 */
GUISE_API GUISE_MUST_USE int guise_accounts_members(
	struct guise_accounts *accounts, const char *group,
	int (*found)(void *context, const struct guise_account *account),
	void *context);

/**
 * guise_accounts_find_sid() - SID to account, for showing names in ACLs.
 * GUISE_E_NO_SUCH_ACCOUNT: also for SIDs of other domains.
 */
GUISE_API GUISE_MUST_USE int
guise_accounts_find_sid(struct guise_accounts *accounts,
			const struct guise_sid *sid, struct guise_account *ret);

/**
 * guise_accounts_token() - the token of an account, without a password [helper]
 * @authentication_id: the logon session it is for, see guise_luid_new()
 * @ret: returns a reference
 *
 * User, transitive groups, Everyone, Authenticated Users, Network,
 * BUILTIN\Users, medium integrity, SeChangeNotify and the account's and groups'
 * privileges (enabled); S-1-22-1-uid and S-1-22-2-gid for its Unix ids, so that
 * entries (denying ones above all) of descriptors made from mode bits and POSIX
 * ACLs apply to it. Primary at first; guise_token_at_level() makes the
 * impersonation token. Return: as find; GUISE_E_NO_SUCH_ACCOUNT also for a
 * group; GUISE_E_LOGON_FAILURE for a locked account; errors of
 * guise_token_builder_seal().
 */
GUISE_API GUISE_MUST_USE int
guise_accounts_token(struct guise_accounts *accounts, const char *name,
		     guise_luid authentication_id,
		     const struct guise_token **ret);

/**
 * guise_accounts_logon() - check a password and make the token [helper]
 * @password: borrowed, @password_size bytes; the caller wipes it
 * @ret: returns a reference, to a token as guise_accounts_token() makes it
 *
 * Unknown user, wrong password, no password, locked account: one answer,
 * GUISE_E_LOGON_FAILURE, after the same work (one yescrypt computation). Other
 * codes (-EBUSY, -EBADMSG, -EIO, -ENOMEM, -EINVAL on NULL) say nothing about
 * the account.
 */
GUISE_API GUISE_MUST_USE int
guise_accounts_logon(struct guise_accounts *accounts, const char *name,
		     const char *password, size_t password_size,
		     guise_luid authentication_id,
		     const struct guise_token **ret);

/**
 * guise_system_token() - the token of a system account [helper: NSS]
 *
 * User S-1-22-1-uid, groups S-1-22-2-gid for the primary and all supplementary
 * groups, Everyone, Authenticated Users, Network, BUILTIN\Users. Found only if
 * NSS returns exactly the name asked for; a name is never read as a number.
 * Return: 0; GUISE_E_NO_SUCH_ACCOUNT; -EIO (the directory failed);
 * GUISE_E_LIMIT; -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int guise_system_token(const char *name,
						guise_luid authentication_id,
						const struct guise_token **ret);

/**
 * guise_system_token_of_uid() - the same by uid [helper: NSS]
 *
 * Return: as guise_system_token(); GUISE_E_NO_SUCH_ACCOUNT for GUISE_UID_NONE.
 */
GUISE_API GUISE_MUST_USE int
guise_system_token_of_uid(uint32_t uid, guise_luid authentication_id,
			  const struct guise_token **ret);

/**
 * guise_system_logon() - PAM authentication and account rules [helper: PAM]
 * @service: PAM service name ("guise")
 * @confdir: directory with PAM service files, or NULL for the system's
 *
 * Opens no session and sets no credentials. The user must be one of NSS's.
 * Return: 0; GUISE_E_LOGON_FAILURE (any refusal); -EIO (PAM itself failed);
 * -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_system_logon(const char *service, const char *confdir, const char *name,
		   const char *password, size_t password_size,
		   guise_luid authentication_id,
		   const struct guise_token **ret);

/**
 * guise_token_of_peer() - the peer of a connected Unix socket
 * @fd: borrowed
 * @level: the level the client stated: anonymous (then the token says
 *         nothing about it), identification or impersonation; a socket carries
 *         nothing that would allow delegation
 *
 * From SO_PEERCRED and SO_PEERGROUPS, as they were at connect. No NSS. A peer
 * without credentials is refused, never taken for anyone; so is one with an
 * overflow id (65534), unless SO_PEERPIDFD (Linux 6.5) and /proc show that it
 * is alive and shares our user namespace, so that the id is a real nobody's.
 * Return: 0; GUISE_E_NO_TOKEN (no peer credentials); GUISE_E_BAD_LEVEL;
 * GUISE_E_LIMIT; -ENOTSOCK; -EBADF; -EOPNOTSUPP; -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_token_of_peer(int fd, enum guise_level level,
		    const struct guise_token **ret);

#ifdef __cplusplus
}
#endif
#endif
