/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names and SIDs: who is called so, and what is this SID called. Well-known
 * SIDs and those of BUILTIN are known by heart; the embedded accounts and the
 * system's (NSS; S-1-22-1-uid and S-1-22-2-gid) are asked in a child process
 * that lives for the one question, so that neither SQLite nor NSS nor PAM ever
 * runs where somebody impersonates. Logging on with a password is the same
 * child's work.
 *
 * All functions are thread-safe and may be called by a thread that
 * impersonates: the child runs as the process, or does nothing (-EPERM), never
 * as the client. Not for a process that has the same file of accounts open
 * itself (guise_accounts_open()): SQLite does not bear to be forked. Cost: a
 * walk through a table, or a fork and what NSS, PAM and SQLite need; a password
 * is slow on purpose.
 *
 * Rules: LookupAccountSid, LookupAccountName (winnt.h SID_NAME_USE).
 */
#ifndef GUISE_LOOKUP_H
#define GUISE_LOOKUP_H

#include <guise/identity.h>
#include <guise/limits.h>
#include <guise/token.h>

#ifdef __cplusplus
extern "C" {
#endif

/* SID_NAME_USE */
enum guise_sid_use {
	GUISE_SID_USE_USER = 1,
	GUISE_SID_USE_GROUP = 2,
	GUISE_SID_USE_DOMAIN = 3,
	GUISE_SID_USE_ALIAS = 4,
	GUISE_SID_USE_WELL_KNOWN_GROUP = 5,
	GUISE_SID_USE_DELETED = 6,
	GUISE_SID_USE_INVALID = 7,
	GUISE_SID_USE_UNKNOWN = 8,
	GUISE_SID_USE_COMPUTER = 9,
	GUISE_SID_USE_LABEL = 10,
	GUISE_SID_USE_LOGON_SESSION = 11,
};

/**
 * struct guise_lookup_options - where to look, and in whose name
 * @size: sizeof
 * @accounts: borrowed; the file of embedded accounts, asked first; NULL: none
 * @machine: borrowed; what embedded accounts and the machine's domain are
 *           called ("HOST"); NULL: the host name in upper case, as far as the
 *           first dot, at most 15 characters
 * @system: also ask the system's accounts (domains "Unix User", "Unix Group")
 * @pam_service: borrowed; for passwords of system accounts; NULL: "guise"
 * @timeout_ms: how long to wait for the child; 0: 30 seconds
 * @identities: borrowed; tokens of the system's accounts get the SIDs it has
 *              for them, and SIDs it has an id for are called what the system
 *              calls that; NULL: S-1-22 alone
 */
struct guise_lookup_options {
	size_t size;
	const char *accounts;
	const char *machine;
	bool system;
	const char *pam_service;
	unsigned timeout_ms;
	const struct guise_identities *identities;
};

/**
 * struct guise_principal - who was found
 * @size: sizeof
 * @sid: theirs
 * @domain_sid: of what @domain names; all zero if that has none
 * @use: what they are
 * @name, @domain: UTF-8; @domain is "" for those of no domain (Everyone)
 * @privileges: of an embedded account, as a mask; else 0
 */
struct guise_principal {
	size_t size;
	struct guise_sid sid;
	struct guise_sid domain_sid;
	enum guise_sid_use use;
	char name[GUISE_USER_NAME_MAX + 1];
	char domain[GUISE_USER_NAME_MAX + 1];
	uint64_t privileges;
};

/**
 * guise_lookup_sid() - what is this SID called
 * @options: borrowed; NULL: what is known by heart
 * @ret: the caller's copy
 *
 * Return: 0; GUISE_E_NONE_MAPPED; GUISE_E_INVALID_SID; -EACCES, -EPERM and
 * others of opening the accounts (a file that is not there holds nobody);
 * -EPERM also in a scope;
 * -ETIMEDOUT, -ECONNRESET (the child was lost); -EAGAIN, -ENOMEM (no child);
 * -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int
guise_lookup_sid(const struct guise_lookup_options *options,
		 const struct guise_sid *sid, struct guise_principal *ret);

/**
 * guise_lookup_name() - who is called so
 * @name: borrowed UTF-8, @size bytes: "NAME", "DOMAIN\\NAME", "NAME@DOMAIN"
 *        (embedded and system accounts), a domain's own name, or "" (the
 *        machine's domain); in any case
 *
 * Spaces count, but in LocalService and NetworkService. Without a domain
 * well-known names come first, then BUILTIN, the embedded accounts, the
 * system's users, its groups. Return: as guise_lookup_sid(); a name that can be
 * nobody's: GUISE_E_NONE_MAPPED.
 */
GUISE_API GUISE_MUST_USE int
guise_lookup_name(const struct guise_lookup_options *options, const char *name,
		  size_t size, struct guise_principal *ret);

/** enum guise_logon_refusal - why a right password did not help */
enum guise_logon_refusal {
	GUISE_REFUSED_UNSAID = 0, /* who asks must not learn why */
	GUISE_REFUSED_DISABLED, /* right password, but the account is locked */
};

/**
 * guise_lookup_logon() - check a password and make the token
 * @name: borrowed UTF-8, NUL-terminated, without domain
 * @password: borrowed, @password_size bytes; the caller wipes it. NULL: none is
 *            checked, the token is made for whoever may ask for it
 * @authentication_id: the logon session the token is for
 * @ret: returns a reference, to a primary token as guise_accounts_token() and
 *       guise_system_token() make it
 * @reterr: may be NULL; why, on GUISE_E_LOGON_FAILURE
 *
 * The first source that has the name decides. Return: 0;
 * GUISE_E_LOGON_FAILURE; GUISE_E_NO_SUCH_ACCOUNT (without password only); as
 * guise_lookup_sid().
 */
GUISE_API GUISE_MUST_USE int
guise_lookup_logon(const struct guise_lookup_options *options, const char *name,
		   const char *password, size_t password_size,
		   guise_luid authentication_id, const struct guise_token **ret,
		   enum guise_logon_refusal *reterr);

/**
 * guise_lookup_set_privileges() - what an embedded account may do
 * @name: borrowed; without domain
 * @privileges: replace the account's, as a mask
 *
 * Needs a process that may write the file. Return: 0; GUISE_E_NONE_MAPPED; as
 * guise_accounts_set_privileges() and guise_lookup_sid().
 */
GUISE_API GUISE_MUST_USE int
guise_lookup_set_privileges(const struct guise_lookup_options *options,
			    const char *name, uint64_t privileges);

/**
 * guise_lookup_ids() - Unix ids of SIDs
 * @identities: borrowed; who is who
 * @sids: borrowed, @n of them, at most GUISE_TOKEN_SIDS_MAX
 * @wanted: as for guise_identities_sid_to_id()
 * @timeout_ms: how long to wait for the child; 0: 30 seconds
 * @ret: room for @n; of kind GUISE_UNIX_ID_NONE for those that have none
 *
 * guise_identities_sid_to_id() for any thread: in a child if winbind or SSSD
 * have to be asked, one for all. All or nothing: one failure is the answer.
 * Return: 0; as guise_identities_sid_to_id(), without GUISE_E_NONE_MAPPED;
 * -EPERM (a child is needed, in a scope); -ETIMEDOUT, -ECONNRESET, -EAGAIN (as
 * above); GUISE_E_LIMIT; -ENOMEM; -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_lookup_ids(const struct guise_identities *identities,
		 const struct guise_sid *sids, size_t n,
		 enum guise_unix_id_kind wanted, unsigned timeout_ms,
		 struct guise_unix_id *ret);

/**
 * guise_lookup_sids() - SIDs of Unix ids
 * @ids: borrowed, @n of them, at most GUISE_TOKEN_SIDS_MAX; kind
 * GUISE_UNIX_ID_UID or _GID and number count
 * @ret: room for @n
 * @ret_sources: room for @n, or NULL
 *
 * The same for guise_identities_id_to_sid(). Return: as guise_lookup_ids().
 */
GUISE_API GUISE_MUST_USE int
guise_lookup_sids(const struct guise_identities *identities,
		  const struct guise_unix_id *ids, size_t n,
		  unsigned timeout_ms, struct guise_sid *ret,
		  enum guise_id_source *ret_sources);

/**
 * guise_lookup_token() - a system account's token, with SIDs of a domain
 *
 * guise_identities_token() for any thread, as guise_lookup_sids() is
 * guise_identities_id_to_sid(). Return: as both.
 */
GUISE_API GUISE_MUST_USE int
guise_lookup_token(const struct guise_identities *identities,
		   const struct guise_token *token, unsigned timeout_ms,
		   const struct guise_token **ret);

#ifdef __cplusplus
}
#endif
#endif
