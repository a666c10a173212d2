/* SPDX-License-Identifier: Apache-2.0 */
/* What the information classes of tokens answer, for the files that do. */
#ifndef WIN32_TOKEN_QUERY_H
#define WIN32_TOKEN_QUERY_H

#include "pack.h"

/**
 * struct token_query - a query under way
 * @token: as it was when the query began
 * @class: which
 */
struct token_query {
	const struct guise_token *token;
	ULONG class;
};

/* Each lays its answer out in @pack. STATUS_SUCCESS, or why there is none. */
typedef NTSTATUS token_answer(const struct token_query *query,
			      struct pack *pack);

token_answer answer_claims, answer_attributes, answer_access;
token_answer answer_groups_and_privileges;

/* CLAIM_SECURITY_ATTRIBUTES_INFORMATION, which authz.h calls
 * AUTHZ_SECURITY_ATTRIBUTES_INFORMATION; NULL: an empty set */
void pack_claims(struct pack *pack, const struct guise_claims *claims);

/* The privileges @which of a token as LUIDs with attributes; where they are */
size_t pack_privilege_array(struct pack *pack, const struct guise_token *token,
			    uint64_t which);
/* TOKEN_PRIVILEGES */
void pack_privileges(struct pack *pack, const struct guise_token *token,
		     uint64_t which);
/* TOKEN_GROUPS */
void pack_groups(struct pack *pack, const struct guise_sid_and_attributes *sids,
		 size_t n);
LUID luid_of(guise_luid id);
guise_luid luid_number(const LUID *luid);

#endif
