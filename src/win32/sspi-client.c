/* SPDX-License-Identifier: Apache-2.0 */
/* Who the client of a context is, and being it. */
#include <stdio.h>

#include <guise/gss.h>
#include <guise/thread-token.h>

#include "account.h"
#include "identities.h"
#include "impersonate.h"
#include "sspi-step.h"
#include "status.h"

/* A client who wants to be known only is known only, and what it has is not
 * used for it. */
static int limit_level(OM_uint32 flags, const struct guise_token **token)
{
	const struct guise_duplicate_options options = {
		.size = sizeof(options),
		.type = GUISE_TOKEN_IMPERSONATION,
		.level = GUISE_LEVEL_IDENTIFICATION,
		.token_id = guise_luid_new(),
	};
	const struct guise_token *limited;
	int r;

	if (!(flags & GSS_C_IDENTIFY_FLAG) ||
	    guise_token_level(*token) <= GUISE_LEVEL_IDENTIFICATION)
		return 0;
	r = guise_token_duplicate(*token, &options, &limited);
	if (r < 0)
		return r;
	(void)guise_token_unref(*token);
	*token = limited;
	return 0;
}

/* "account@REALM", "DOMAIN\account" or an account of this machine */
void sspi_describe(const struct guise_token *token, struct guise_session *ret)
{
	const char *name = guise_token_name(token);
	const char *slash = strchr(name, '\\');
	const char *at = strrchr(name, '@');

	ret->user = guise_token_user(token)->sid;
	ret->type = GUISE_LOGON_NETWORK;
	(void)snprintf(ret->package, sizeof(ret->package), "%s",
		       MICROSOFT_KERBEROS_NAME_A);
	if (slash) {
		(void)snprintf(ret->name, sizeof(ret->name), "%s", slash + 1);
		(void)snprintf(ret->authority, sizeof(ret->authority), "%.*s",
			       (int)(slash - name), name);
	} else if (at) {
		(void)snprintf(ret->name, sizeof(ret->name), "%.*s",
			       (int)(at - name), name);
		(void)snprintf(ret->authority, sizeof(ret->authority), "%s",
			       at + 1);
	} else {
		(void)snprintf(ret->name, sizeof(ret->name), "%s", name);
		account_domain_name(ret->authority);
	}
}

static int make_token(struct context *context, OM_uint32 flags,
		      gss_cred_id_t delegated, guise_luid session,
		      const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	const struct guise_lookup_options accounts = identities_accounts();
	const struct guise_gss_options options = {
		.size = sizeof(options),
		.identities = context->credentials->identities,
		.accounts = &accounts,
		.authentication_id = session,
	};
	int r = guise_token_from_gss(context->gss, delegated, &options, &token);

	if (r == 0)
		r = limit_level(flags, &token);
	if (r == 0)
		*ret = guise_take(token);
	return r;
}

/* Whatever stands in the way of knowing who it is, nobody is let in; only what
 * is this machine's own trouble is told apart. */
static SECURITY_STATUS status_of_client(int r)
{
	switch (r) {
	case 0:
		return SEC_E_OK;
	case -ENOMEM:
		return SEC_E_INSUFFICIENT_MEMORY;
	case -ETIMEDOUT:
	case -EIO:
		return SEC_E_INTERNAL_ERROR;
	}
	return SEC_E_LOGON_DENIED;
}

SECURITY_STATUS sspi_find_client(struct context *context, OM_uint32 flags,
				 gss_cred_id_t delegated)
{
	GUISE_AUTO(logged_on_clear) struct logged_on client = {0};
	struct guise_session session = {
		.size = sizeof(session),
		.id = guise_luid_new(),
	};
	int r = make_token(context, flags, delegated, session.id,
			   &client.token);

	if (r < 0)
		return status_of_client(r);
	sspi_describe(client.token, &session);
	r = guise_session_new(&session, &client.session);
	if (r < 0)
		return SEC_E_INSUFFICIENT_MEMORY;
	if (logged_on_cell(&client, &context->cell) < 0)
		return SEC_E_INSUFFICIENT_MEMORY;
	context->client = client;
	client = (struct logged_on){0};
	return SEC_E_OK;
}

/* The token of who is at the other end; a reference. A server's side only has
 * one, and not before all is said. */
static SECURITY_STATUS client_of(PCtxtHandle handle,
				 struct guise_token_object **ret)
{
	GUISE_AUTO(context_unrefp) struct context *context = NULL;
	SECURITY_STATUS status = context_of_handle(handle, &context);

	if (status != SEC_E_OK)
		return status;
	must(pthread_mutex_lock(&context->lock) == 0);
	if (!context->is_acceptor)
		status = SEC_E_NO_IMPERSONATION;
	else if (!context->is_established || !context->cell)
		status = SEC_E_INVALID_HANDLE;
	else
		*ret = guise_token_object_ref(context->cell);
	must(pthread_mutex_unlock(&context->lock) == 0);
	return status;
}

SECURITY_STATUS ImpersonateSecurityContext(PCtxtHandle context)
{
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *cell = NULL;
	SECURITY_STATUS status = client_of(context, &cell);

	return status == SEC_E_OK ? sspi_status_of_nt(impersonate_cell(cell))
				  : status;
}

SECURITY_STATUS RevertSecurityContext(PCtxtHandle handle)
{
	GUISE_AUTO(context_unrefp) struct context *context = NULL;
	SECURITY_STATUS status = context_of_handle(handle, &context);

	if (status == SEC_E_OK)
		guise_thread_revert();
	return status;
}

SECURITY_STATUS QuerySecurityContextToken(PCtxtHandle context, PHANDLE token)
{
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *cell = NULL;
	SECURITY_STATUS status = client_of(context, &cell);

	if (status != SEC_E_OK)
		return status;
	if (!token)
		return SEC_E_INVALID_PARAMETER;
	return sspi_status_of_nt(
		token_handle_new(guise_take(cell), TOKEN_ALL_ACCESS, 0, token));
}
