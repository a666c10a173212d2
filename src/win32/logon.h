/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logging on: what LogonUser, LsaLogonUser and CreateProcessWithLogonW have in
 * common. A logon makes a logon session and a token of it; the session lives as
 * long as handles to its tokens do.
 */
#ifndef WIN32_LOGON_H
#define WIN32_LOGON_H

#include <guise/session.h>
#include <guise/token-object.h>

#include "facade.h"

/**
 * struct logon - who is to be logged on, and how; all borrowed
 * @user: UTF-8: a name, or with @domain NULL also name@domain
 * @domain: NULL, "", "." and the machine's name: this machine's accounts,
 *          embedded ones first; "Unix User": the system's
 * @password: @password_size bytes; NULL: none is asked for, the caller has
 *            said that it may
 * @type: not GUISE_LOGON_SYSTEM; of NEW_CREDENTIALS nobody is asked for, it is
 *        a session of the caller's own
 * @groups: more groups for the token; SIDs that it has already are left out
 * @source: of 8 bytes, for the token; NULL: guise's
 */
struct logon {
	const char *user;
	const char *domain;
	const char *password;
	size_t password_size;
	enum guise_logon_type type;
	const struct guise_sid_and_attributes *groups;
	size_t n_groups;
	const TOKEN_SOURCE *source;
};

/**
 * struct logged_on - the outcome
 * @token: a reference: primary, but for a network logon, which is an
 *         impersonation token
 * @session: held once; logged_on_clear() lets go of it
 */
struct logged_on {
	const struct guise_token *token;
	guise_luid session;
};

void logged_on_clear(struct logged_on *logged_on);

/**
 * log_on() - check, and make session and token
 *
 * Return: 0; LOGON_FAILURE; ACCOUNT_DISABLED (the password was right);
 * INSUFFICIENT_RESOURCES and the like.
 */
NTSTATUS log_on(const struct logon *logon, struct logged_on *ret);

/**
 * logged_on_cell() - the token as an object, which its user, this process's
 * user and SYSTEM may open
 * @ret: a reference
 */
NTSTATUS logged_on_cell(const struct logged_on *logged_on,
			struct guise_token_object **ret);

/** logged_on_handle() - a handle to such an object, with all access */
NTSTATUS logged_on_handle(const struct logged_on *logged_on, HANDLE *ret);

/**
 * struct secret - a password as UTF-8; wiped when cleared
 */
struct secret {
	char *text;
	size_t size;
};

void secret_clear(struct secret *secret);
/* @n units or bytes. STATUS_NO_UNICODE_TRANSLATION, STATUS_NO_MEMORY */
NTSTATUS secret_of_utf16(const WCHAR *text, size_t n, struct secret *ret);
NTSTATUS secret_of_utf8(const char *text, size_t n, struct secret *ret);

/* Sessions as Windows writes them, and when one began */
LUID luid_of_session(guise_luid session);
guise_luid session_of_luid(const LUID *luid);
int64_t session_time(const struct guise_session *session);

/* The profile that a logon returns (MSV1_0_INTERACTIVE_PROFILE), for
 * LsaFreeReturnBuffer(). STATUS_NO_MEMORY */
NTSTATUS logon_profile(guise_luid session, PVOID *ret, PULONG ret_size);
/* Whether the caller has SeTcb: groups are the system's to give. */
NTSTATUS logon_check_tcb(void);
/* The caller's groups as the library has them, for free().
 * STATUS_ACCESS_VIOLATION, STATUS_INVALID_PARAMETER (too many), and what
 * sid_from_memory() says */
NTSTATUS logon_read_groups(const TOKEN_GROUPS *groups,
			   struct guise_sid_and_attributes **ret,
			   size_t *ret_n);
/* No limits are set by a logon. */
void logon_quotas(PQUOTA_LIMITS quotas);

#endif
