/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a token carries to other machines. To the core it is a counted pointer:
 * who makes one embeds the struct and says how it ends. It is no part of a
 * token's encoding.
 *
 * A token derived from another keeps its credentials, but for an impersonation
 * token below delegation level: what was given away at a lower level does not
 * come back by way of a primary token. A token of another user has them not.
 */
#ifndef CORE_TOKEN_CREDENTIALS_H
#define CORE_TOKEN_CREDENTIALS_H

#include <guise/token.h>

#include "base.h"

/**
 * struct guise_credentials - the head of what a layer above defines
 * @refcount: 1 at first
 * @destroy: called with the last reference, on whatever thread drops it, which
 *           may be impersonating; frees
 */
struct guise_credentials {
	atomic_uint refcount;
	void (*destroy)(struct guise_credentials *credentials);
};

/* NULL is fine for both; the second returns NULL. */
struct guise_credentials *
credentials_ref(struct guise_credentials *credentials);
struct guise_credentials *
credentials_unref(struct guise_credentials *credentials);
void credentials_unrefp(struct guise_credentials **credentials);

/* The token that is built gets a reference to it, NULL: to none. After its
 * user and uid: another user's credentials are not kept. Without an effect on
 * an impersonation token that is sealed below delegation level. */
void token_builder_credentials(struct guise_token_builder *b,
			       struct guise_credentials *credentials);
/* What @token carries, used or not: borrowed from it, or NULL. */
struct guise_credentials *token_credentials(const struct guise_token *token);
/*
 * What a thread with @token has to show to other machines: borrowed, or NULL,
 * which means nothing at all. Only of an impersonation token at delegation
 * level, and not of a restricted one or an AppContainer's, whose limits no
 * ticket can express.
 */
struct guise_credentials *
token_network_credentials(const struct guise_token *token);

#endif
