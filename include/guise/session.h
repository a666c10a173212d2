/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logon sessions: what tokens name by their authentication id. A session says
 * who logged on, how and when, and holds the token of the session it is linked
 * with. It lives as long as somebody holds it; the five that Windows has from
 * its start (SYSTEM 0x3e7, ANONYMOUS LOGON 0x3e6, LOCAL SERVICE 0x3e5, NETWORK
 * SERVICE 0x3e4, IUSR 0x3e3) never end.
 *
 * The sessions are those of this process: another process sees none of them.
 * All functions are thread-safe. Cost: a look into a hash table under a lock;
 * listing copies all of them.
 *
 * Rules: ntsecapi.h (SECURITY_LOGON_SESSION_DATA, SECURITY_LOGON_TYPE).
 */
#ifndef GUISE_SESSION_H
#define GUISE_SESSION_H

#include <guise/limits.h>
#include <guise/token.h>

#ifdef __cplusplus
extern "C" {
#endif

enum guise_logon_type {
	GUISE_LOGON_SYSTEM = 0,
	GUISE_LOGON_INTERACTIVE = 2,
	GUISE_LOGON_NETWORK = 3,
	GUISE_LOGON_BATCH = 4,
	GUISE_LOGON_SERVICE = 5,
	GUISE_LOGON_UNLOCK = 7,
	GUISE_LOGON_NETWORK_CLEARTEXT = 8,
	GUISE_LOGON_NEW_CREDENTIALS = 9,
};

enum guise_session_ids {
	GUISE_SESSION_IUSR = 0x3e3,
	GUISE_SESSION_NETWORK_SERVICE = 0x3e4,
	GUISE_SESSION_LOCAL_SERVICE = 0x3e5,
	GUISE_SESSION_ANONYMOUS = 0x3e6,
	GUISE_SESSION_SYSTEM = 0x3e7,
};

/**
 * struct guise_session - one logon session
 * @size: sizeof
 * @id: its LUID; 0 when given to guise_session_new(): a fresh one
 * @linked: the other session of a split logon; 0 = none
 * @time_ns: when, in nanoseconds since 1970; 0 when given: now
 * @user: whose
 * @type: how; unknown numbers are refused
 * @terminal: session id of the desktop (TokenSessionId); 0 = services
 * @name, @authority: account and what it belongs to, UTF-8
 * @package: what vouched for it ("guise", "kernel", "NTLM")
 */
struct guise_session {
	size_t size;
	guise_luid id;
	guise_luid linked;
	uint64_t time_ns;
	struct guise_sid user;
	enum guise_logon_type type;
	uint32_t terminal;
	char name[GUISE_USER_NAME_MAX + 1];
	char authority[GUISE_USER_NAME_MAX + 1];
	char package[GUISE_USER_NAME_MAX + 1];
};

/**
 * guise_session_new() - a session begins, held once by the caller
 * @session: borrowed; @linked is not looked at
 * @ret_id: its LUID
 *
 * Return: 0; -EEXIST (there is one with that id); GUISE_E_LIMIT
 * (GUISE_SESSIONS_MAX); GUISE_E_INVALID_SID; -ENOMEM; -EINVAL (NULL, a type
 * that is none, @size too small).
 */
GUISE_API GUISE_MUST_USE int
guise_session_new(const struct guise_session *session, guise_luid *ret_id);

/**
 * guise_session_ref() - hold it once more
 *
 * Return: 0; GUISE_E_NO_SUCH_LOGON_SESSION; GUISE_E_LIMIT (held too often).
 */
GUISE_API GUISE_MUST_USE int guise_session_ref(guise_luid id);

/**
 * guise_session_unref() - let go; who holds it last ends it, and takes its
 * linked token away. Does nothing for an id that is none, and for the five
 * that never end
 */
GUISE_API void guise_session_unref(guise_luid id);

/**
 * guise_session_find() - what is known of a session
 * @ret: the caller's copy
 *
 * Return: 0; GUISE_E_NO_SUCH_LOGON_SESSION; -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int guise_session_find(guise_luid id,
						struct guise_session *ret);

/**
 * guise_session_list() - all sessions, oldest first
 * @found: called for each without a lock held; @session is borrowed for the
 *         call; a negative return ends and is returned
 *
 * Return: 0; what @found returned; -ENOMEM; -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int guise_session_list(
	int (*found)(void *context, const struct guise_session *session),
	void *context);

/**
 * guise_session_link() - two sessions of one split logon (UAC)
 * @a: a session; tokens of it have @token_of_b as their linked token
 * @token_of_b: borrowed; its authentication id names the other session, which
 *              must be there; replaces a link that @a had. NULL: none
 *
 * One direction; call it twice. The token is the one of now: what is adjusted
 * later does not change it. Return: 0; GUISE_E_NO_SUCH_LOGON_SESSION (either);
 * -EINVAL for one of the five that never end.
 */
GUISE_API GUISE_MUST_USE int
guise_session_link(guise_luid a, const struct guise_token *token_of_b);

/**
 * guise_session_linked_token() - what guise_session_link() gave
 * @ret: returns a reference
 *
 * Return: 0; GUISE_E_NO_SUCH_LOGON_SESSION (no such session, or it has no
 * linked token, as Windows answers); -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int
guise_session_linked_token(guise_luid id, const struct guise_token **ret);

/**
 * guise_session_sid() - S-1-5-5-high-low, the logon SID of a session, which is
 * among the groups of its tokens
 */
GUISE_API struct guise_sid guise_session_sid(guise_luid id);

/**
 * guise_token_logged_on() - the token of a process as a logon makes it
 * @kernel: borrowed; what the kernel says: guise_token_self(),
 *          guise_token_of_process(), guise_token_of_thread()
 * @session: its authentication id
 * @ret: returns a reference
 *
 * All that @kernel has, and what every logon brings: INTERACTIVE, LOCAL,
 * BUILTIN\Users and the logon SID as groups, SeChangeNotify, a default DACL
 * (the user, SYSTEM and the logon session), mandatory policy, a token id of its
 * own. Who is root, is SYSTEM's administrator: BUILTIN\Administrators, which
 * owns what it makes, and all privileges that the capabilities amount to.
 * Group order: those of the kernel first. No name service. Return: 0; errors of
 * sealing; -ENOMEM; -EINVAL on NULL.
 */
GUISE_API GUISE_MUST_USE int
guise_token_logged_on(const struct guise_token *kernel, guise_luid session,
		      const struct guise_token **ret);

#ifdef __cplusplus
}
#endif
#endif
