/* SPDX-License-Identifier: Apache-2.0 */
/* Logging on without a password at a Kerberos realm (S4U2Self). */
#ifndef WIN32_S4U_H
#define WIN32_S4U_H

#include "logon.h"

/**
 * s4u_log_on() - the token of a client of another domain than this machine
 * @user: "alice@REALM", or with @domain "alice"; realms in any case of letters
 * @domain: "" if @user has it
 * @may_act: at impersonation level; else at identification
 *
 * The process's own keytab vouches for it. Return: 0; NO_SUCH_USER;
 * LOGON_FAILURE (no rule lets it in); NO_LOGON_SERVERS (no KDC answers, or
 * there is no key to ask with); NO_MEMORY.
 */
NTSTATUS s4u_log_on(const char *user, const char *domain, bool may_act,
		    struct logged_on *ret);

#endif
