/* SPDX-License-Identifier: Apache-2.0 */
/* Credentials that hang on tokens: whose they are, and which token may use
 * them. */
#include "token-credentials.h"
#include "token-internal.h"

struct guise_credentials *credentials_ref(struct guise_credentials *credentials)
{
	if (credentials)
		refcount_get(&credentials->refcount);
	return credentials;
}

struct guise_credentials *
credentials_unref(struct guise_credentials *credentials)
{
	if (credentials && refcount_put(&credentials->refcount))
		credentials->destroy(credentials);
	return NULL;
}

void credentials_unrefp(struct guise_credentials **credentials)
{
	*credentials = credentials_unref(*credentials);
}

void token_builder_credentials(struct guise_token_builder *b,
			       struct guise_credentials *credentials)
{
	if (!b)
		return;
	credentials_ref(credentials);
	(void)credentials_unref(b->credentials);
	b->credentials = credentials;
}

struct guise_credentials *token_credentials(const struct guise_token *token)
{
	return token->credentials;
}

struct guise_credentials *
token_network_credentials(const struct guise_token *token)
{
	if (token->type != GUISE_TOKEN_IMPERSONATION ||
	    token->level < GUISE_LEVEL_DELEGATION ||
	    token_is_restricted(token) || token->has_package)
		return NULL;
	return token->credentials;
}

void token_settle_credentials(struct guise_token *token)
{
	if (token->type == GUISE_TOKEN_IMPERSONATION &&
	    token->level < GUISE_LEVEL_DELEGATION)
		token->credentials = credentials_unref(token->credentials);
}
