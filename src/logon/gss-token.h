/* SPDX-License-Identifier: Apache-2.0 */
/* From a Kerberos client to a token, by the rules of the identities. */
#ifndef LOGON_GSS_TOKEN_H
#define LOGON_GSS_TOKEN_H

#include <guise/identity.h>
#include <guise/token.h>

#include "client.h"

/**
 * struct gss_token_rules - all borrowed
 * @identities: NULL: nobody is let in
 * @find_account: the token of an account, without a password; its context
 * @authentication_id: of the token
 * @ids_later: a PAC's SIDs get no Unix ids: logon_gss_ids() is to give them
 */
struct gss_token_rules {
	const struct guise_identities *identities;
	int (*find_account)(const void *context, const char *name,
			    guise_luid authentication_id,
			    const struct guise_token **ret);
	const void *context;
	guise_luid authentication_id;
	bool ids_later;
};

/**
 * logon_gss_token() - the token of @client [helper]
 * @ret: returns a reference, to a primary token
 * @reterr: why not, for the log
 *
 * 0; GUISE_E_LOGON_FAILURE (no rule lets the client in, or what the rule says
 * is nobody); errors of @find_account but GUISE_E_NO_SUCH_ACCOUNT, and of
 * guise_identities_sid_to_id(); GUISE_E_LIMIT; -ENOMEM.
 */
GUISE_MUST_USE int logon_gss_token(const struct gss_token_rules *rules,
				   const struct gss_client *client,
				   const struct guise_token **ret,
				   char reterr[GUISE_WHY_SIZE]);

/* A token that only has to be sealed; until then its type, primary, and its
 * level may be changed. */
struct gss_token_making {
	struct guise_token_builder *builder;
	bool has_unix; /* it has an identity on the file system */
};

/* As far as that; the caller's, until gss_token_making_clear() */
GUISE_MUST_USE int logon_gss_begin(const struct gss_token_rules *rules,
				   const struct gss_client *client,
				   struct gss_token_making *ret,
				   char reterr[GUISE_WHY_SIZE]);
void gss_token_making_clear(struct gss_token_making *making);

/* Of a directory, and one of this machine's own users or groups */
bool logon_id_is_systems(const struct guise_unix_id *id);
/* The kernel's groups have no attributes: who is in one may use it. */
bool logon_group_gives_access(uint32_t attributes);
/* May @primary's id be the kernel's primary gid? Whatever @groups have of it
 * must give access. */
bool logon_primary_gives_access(const struct guise_sid_and_attributes *groups,
				size_t n, const struct guise_sid *primary);

#endif
