/* SPDX-License-Identifier: Apache-2.0 */
/* A Kerberos client as plain data: nothing here needs Kerberos. */
#ifndef GSS_CLIENT_H
#define GSS_CLIENT_H

#include "pac.h"

/**
 * struct gss_client - who is at the other end of an established context
 * @principal: "alice@REALM", as krb5_unparse_name() writes it
 * @realm: what follows the last "@" that no "\" precedes
 * @service: the principal whose key the ticket was made with; "": it was not
 *           asked for, or is not known
 * @has_own_key: that one is of @realm, too
 * @expires: seconds since 1970 when the ticket ends
 * @has_foreign_pac: the ticket has a PAC of a user, but nobody answers for it:
 *                   its signature does not verify
 * @pac: all zero without an authentic one
 */
struct gss_client {
	char principal[GUISE_PRINCIPAL_MAX + 1];
	char realm[GUISE_PRINCIPAL_MAX + 1];
	char service[GUISE_PRINCIPAL_MAX + 1];
	bool has_own_key;
	int64_t expires;
	bool has_foreign_pac;
	struct pac pac;
};

void gss_client_clear(struct gss_client *client);

/* What follows the last "@" of @principal that no "\" precedes; NULL: nothing
 * does. */
const char *gss_realm_of(const char *principal);

#endif
