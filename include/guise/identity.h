/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is who: Kerberos principals to accounts, SIDs to uids and gids and back.
 * One text says it, and the same text gives the same answers on every machine:
 *
 *	[idmap]
 *	sources = static builtin unix domain algorithm ; the default
 *	domains = S-1-5-21-1-2-3          ; those "algorithm" maps
 *	range = 200000-2000200000         ; of "algorithm", as SSSD has it
 *	range-size = 200000
 *
 *	[static]
 *	S-1-5-21-1-2-3-1105 = uid 20001
 *	S-1-5-21-1-2-3-513 = gid 20513
 *	S-1-5-21-1-2-3-1106 = both 20002  ; one number that is both
 *
 *	[domain S-1-5-21-4-5-6]           ; ids of its own: first + RID
 *	range = 1000000-1999999
 *
 *	[realm AD.EXAMPLE.COM]
 *	clients = pac                     ; SIDs and groups of the ticket's PAC
 *	domains = S-1-5-21-1-2-3          ; whose SIDs are believed
 *	claims = yes                      ; or no; else by its own keys only
 *
 *	[realm EXAMPLE.COM]
 *	clients = accounts                ; alice@EXAMPLE.COM is account alice
 *
 *	[principals]
 *	alice/admin@EXAMPLE.COM = alice-admin
 *	mallory@EXAMPLE.COM = -           ; nobody
 *
 * A realm that is not named has no clients, a SID that no source knows has no
 * id: whoever is not mapped has no identity on the file system, and a token of
 * theirs is at identification level at most.
 *
 * The sources: "static" the table; "builtin" knows who has no id, everybody
 * outside of domains but the system's own (Everyone, BUILTIN, SYSTEM); "unix"
 * S-1-22-1-uid and S-1-22-2-gid; "winbind" and "sssd" ask these daemons, and
 * must be named to be asked; "domain" the [domain] sections; "algorithm" what
 * SSSD computes for a domain without settings of its own. A source that is
 * named and cannot be asked is an error, and never passes the question on: the
 * next might have another answer. The daemons come last, since one whose
 * directory is away says that it knows nobody.
 *
 * Objects never change and are shared by reference count. Thread-safety: any
 * thread; the lookups of sources "winbind" and "sssd" wait for a daemon and
 * are [helper] functions (see logon.h), for which guise_lookup_ids() has a
 * child.
 */
#ifndef GUISE_IDENTITY_H
#define GUISE_IDENTITY_H

#include <guise/limits.h>
#include <guise/sid.h>
#include <guise/token.h>

#ifdef __cplusplus
extern "C" {
#endif

struct guise_identities;

/** Where the tools look for the text when nobody says where */
#define GUISE_IDENTITIES_PATH "/etc/guise/identities.conf"

/** What is wrong in the text: @line from 1, 0: no line's fault; @why in a few
 * printable words; @size: sizeof, set by the caller */
struct guise_identities_error {
	size_t size;
	unsigned line;
	char why[200];
};

/**
 * guise_identities_parse() - from text
 * @text: borrowed, @text_size bytes, at most GUISE_IDENTITIES_MAX_SIZE; 0
 *        bytes: the defaults, no realm
 * @ret: returns a reference
 * @reterr: may be NULL; filled on -EINVAL, GUISE_E_LIMIT and -EEXIST
 *
 * Return: 0; -EINVAL (the text, or a NULL); GUISE_E_LIMIT; -EEXIST (two domains
 * meet in one slice of the algorithm: give one of them a range of its own);
 * -ENOMEM. Cost: linear in the text, and sorting what it says.
 */
GUISE_API GUISE_MUST_USE int
guise_identities_parse(const char *text, size_t text_size,
		       const struct guise_identities **ret,
		       struct guise_identities_error *reterr);

/**
 * guise_identities_load() - from a file
 * @path: borrowed; a regular file of root's or the caller's uid that nobody
 *        else may write: it says who is whom
 *
 * Return: as guise_identities_parse(); -EPERM (foreign owner, loose mode, no
 * file); -ENOENT and others of opening and reading it.
 */
GUISE_API GUISE_MUST_USE int
guise_identities_load(const char *path, const struct guise_identities **ret,
		      struct guise_identities_error *reterr);

/** guise_identities_ref() - one more reference; NULL is fine */
GUISE_API const struct guise_identities *
guise_identities_ref(const struct guise_identities *identities);
/** guise_identities_unref() - NULL is fine; returns NULL */
GUISE_API const struct guise_identities *
guise_identities_unref(const struct guise_identities *identities);
/** guise_identities_unrefp() - for GUISE_AUTO() */
GUISE_API void
guise_identities_unrefp(const struct guise_identities **identities);

enum guise_unix_id_kind {
	GUISE_UNIX_ID_NONE = 0,
	GUISE_UNIX_ID_UID = 1,
	GUISE_UNIX_ID_GID = 2,
	GUISE_UNIX_ID_BOTH = 3, /* one number that is both, as Samba gives */
};

/** Where an id came from */
enum guise_id_source {
	GUISE_ID_SOURCE_NONE = 0,
	GUISE_ID_SOURCE_STATIC,
	GUISE_ID_SOURCE_BUILTIN, /* never: whom it knows has no id */
	GUISE_ID_SOURCE_UNIX,	 /* S-1-22-1, S-1-22-2 */
	GUISE_ID_SOURCE_WINBIND,
	GUISE_ID_SOURCE_SSSD,
	GUISE_ID_SOURCE_DOMAIN,
	GUISE_ID_SOURCE_ALGORITHM,
};

/**
 * struct guise_unix_id - an id
 * @size: sizeof, set by whoever fills it
 * @kind: what the number is; GUISE_UNIX_ID_NONE: there is none
 */
struct guise_unix_id {
	size_t size;
	enum guise_unix_id_kind kind;
	uint32_t id;
	enum guise_id_source source;
};

/** "static", "winbind", ...; "-" for none */
GUISE_API const char *guise_id_source_name(enum guise_id_source source);

/**
 * guise_identities_sid_to_id() - the Unix id of a SID [helper]
 * @wanted: GUISE_UNIX_ID_UID or _GID, or _BOTH: whichever there is
 * @ret: its kind is what there is of what was wanted
 *
 * The first source that knows the SID decides, also that it has no id or none
 * of this kind. Ids 0, 65534, 65535 and -1 come from [static] only (-1 never),
 * and so does an id that [static] gives to another SID: no directory makes
 * anybody root, nobody or somebody else.
 *
 * Return: 0; GUISE_E_NONE_MAPPED; -ENOSYS (the library of a source that is
 * named cannot be loaded); -ETIMEDOUT, -EIO (a daemon failed);
 * GUISE_E_INVALID_SID; -ENOMEM; -EINVAL. Cost: searches in tables, but for the
 * daemons.
 */
GUISE_API GUISE_MUST_USE int guise_identities_sid_to_id(
	const struct guise_identities *identities, const struct guise_sid *sid,
	enum guise_unix_id_kind wanted, struct guise_unix_id *ret);

/**
 * guise_identities_id_to_sid() - the SID of a uid or gid [helper]
 * @kind: GUISE_UNIX_ID_UID or _GID
 * @ret_source: may be NULL
 *
 * The sources in the same order, but S-1-22-1-uid or S-1-22-2-gid only when no
 * other knows it. A daemon can name accounts of domains (S-1-5-21-...) only,
 * none that [static] gives to another id, and none for 0, 65534 and 65535.
 * Return: as guise_identities_sid_to_id(), without GUISE_E_NONE_MAPPED; -EINVAL
 * for -1, too.
 */
GUISE_API GUISE_MUST_USE int guise_identities_id_to_sid(
	const struct guise_identities *identities, enum guise_unix_id_kind kind,
	uint32_t id, struct guise_sid *ret, enum guise_id_source *ret_source);

/**
 * guise_identities_token() - a system account's token, with SIDs of a domain
 * [helper]
 * @token: borrowed; of guise_system_token(), guise_system_logon() or
 *         guise_token_of_peer()
 * @ret: returns a reference; to @token itself when there is nothing to change,
 *       also because its user is not S-1-22-1-uid
 *
 * User and groups are the SIDs that guise_identities_id_to_sid() finds; the
 * S-1-22 ones stay, as groups. Owner, primary group and default DACL follow.
 * Return: 0; as guise_identities_id_to_sid() and guise_token_builder_seal().
 */
GUISE_API GUISE_MUST_USE int
guise_identities_token(const struct guise_identities *identities,
		       const struct guise_token *token,
		       const struct guise_token **ret);

enum guise_principal_rule {
	GUISE_PRINCIPAL_REFUSED = 0,
	GUISE_PRINCIPAL_ACCOUNT = 1, /* the account @account */
	GUISE_PRINCIPAL_PAC = 2,     /* what the PAC says */
};

/**
 * struct guise_principal_match - what the rules make of a principal
 * @account: for GUISE_PRINCIPAL_ACCOUNT
 * @is_explicit: [principals] names it; else the realm's rule does
 * @why: for GUISE_PRINCIPAL_REFUSED, a static text for the log
 */
struct guise_principal_match {
	size_t size;
	enum guise_principal_rule rule;
	bool is_explicit;
	char account[GUISE_USER_NAME_MAX + 1];
	const char *why;
};

/**
 * guise_identities_match() - whose account a Kerberos principal is
 * @principal: borrowed; as krb5_unparse_name() writes it ("a/b@REALM", with \
 *             before special characters)
 *
 * [principals] first, exactly, in this case; then the rule of the realm, which
 * under "accounts" takes principals of one component of small ASCII letters,
 * digits, "_", "-" and "." only, and never root or another name that is
 * reserved ("administrator", "system", "nobody", ...). The account that comes
 * out must still be found, and one found by a realm's rule must not be a system
 * user (uid below 1000), which is for the caller to check. Return: 0 (also when
 * refused); -EINVAL.
 */
GUISE_API GUISE_MUST_USE int
guise_identities_match(const struct guise_identities *identities,
		       const char *principal,
		       struct guise_principal_match *ret);

/**
 * guise_identities_believes() - may a PAC of clients of this realm say this SID
 * @realm: borrowed; of the client
 *
 * True for SIDs below one of the realm's domains, and for S-1-18-1 and
 * S-1-18-2; never for BUILTIN, S-1-5-32, S-1-22 or well-known ones.
 */
GUISE_API bool
guise_identities_believes(const struct guise_identities *identities,
			  const char *realm, const struct guise_sid *sid);

#ifdef __cplusplus
}
#endif
#endif
