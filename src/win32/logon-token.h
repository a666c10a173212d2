/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens of logon sessions. */
#ifndef WIN32_LOGON_TOKEN_H
#define WIN32_LOGON_TOKEN_H

#include "logon.h"

/**
 * logon_token_make() - the token of an account as this kind of logon makes it
 * @account: borrowed: as guise_lookup_logon() made it, which knows network
 *           logons only
 * @session: its logon session
 * @origin: the session of who asks; 0: none
 * @ret: returns a reference
 *
 * Return: as guise_token_builder_seal().
 */
int logon_token_make(const struct guise_token *account,
		     const struct logon *logon, guise_luid session,
		     guise_luid origin, const struct guise_token **ret);

#endif
