/* SPDX-License-Identifier: Apache-2.0 */
/* What a client is told of its logon: challenges, the server's half of an
 * exchange, the cookie of a session. */
#ifndef AUTH_LOGON_H
#define AUTH_LOGON_H

#include "exchange.h"

/* Makes headers of ex->logon, for each answer from here on. 0 or -ENOMEM */
GUISE_MUST_USE int logon_format(struct exchange *ex);
/* To an answer whose status is known. */
void logon_add_headers(struct exchange *ex);

#endif
