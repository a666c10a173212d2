/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kerberos clients of a server that accepts them itself. Whose account a client
 * has is found out in the child that lives for one question (lookup.h), except
 * where the rules answer it alone: then nothing is forked.
 *
 * The level is what the client has really given, not what a flag says: with a
 * credential for both directions the library hands out something delegated for
 * every client.
 */
#include <stdio.h>

#include <guise/gss.h>
#include <guise/impersonate.h>

#include "context.h"
#include "credentials.h"
#include "gss-token.h"
#include "idmap.h"
#include "key.h"
#include "lookup.h"
#include "s4u.h"

static const struct guise_lookup_options system_accounts = {
	.size = sizeof(system_accounts),
	.system = true,
};

struct wanted {
	const struct gss_library *gss;
	const struct guise_gss_options *options;
	enum guise_level highest;
	char why[GUISE_WHY_SIZE];
};

static int say(const struct wanted *wanted, int code)
{
	const struct guise_gss_options *options = wanted->options;

	if (options->reterr && options->reterr_size > 0)
		(void)snprintf(options->reterr, options->reterr_size, "%s",
			       code < 0 ? wanted->why : "");
	return code;
}

static int begin(const struct guise_gss_options *options, struct wanted *ret)
{
	if (!options || options->size < sizeof(*options) ||
	    !options->identities ||
	    (options->accounts &&
	     options->accounts->size < sizeof(*options->accounts)))
		return -EINVAL;
	ret->options = options;
	if (guise_scope_depth() > 0)
		return -EPERM;
	return gss_library_load(&ret->gss);
}

/* Only accounts and daemons need a child. */
static int no_account(const void *context, const char *name,
		      guise_luid authentication_id,
		      const struct guise_token **ret)
{
	(void)context, (void)name, (void)authentication_id, (void)ret;
	return -EIO;
}

static bool answers_alone(const struct guise_identities *identities,
			  const char *principal)
{
	struct guise_principal_match match = {.size = sizeof(match)};

	return !identities_has_source(identities, GUISE_ID_SOURCE_WINBIND) &&
	       !identities_has_source(identities, GUISE_ID_SOURCE_SSSD) &&
	       guise_identities_match(identities, principal, &match) == 0 &&
	       match.rule != GUISE_PRINCIPAL_ACCOUNT;
}

static int ask_child(struct wanted *wanted, const struct gss_client *client,
		     guise_luid authentication_id, struct gss_token_making *ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	const struct guise_lookup_options *accounts = wanted->options->accounts;
	const struct lookup_question question = {
		.kind = LOOKUP_CLIENT,
		.options = accounts ? accounts : &system_accounts,
		.machine = "",
		.authentication_id = authentication_id,
		.client = client,
		.identities = wanted->options->identities,
	};
	struct lookup_answer answer = {0};
	int r = lookup_ask(&question, &answer, &token);

	if (r < 0)
		return r;
	memcpy(wanted->why, answer.why, sizeof(wanted->why));
	if (answer.code < 0)
		return answer.code;
	if (!token) /* it says yes and gives nothing */
		return -ECONNRESET;
	ret->has_unix = guise_token_unix(token)->uid != GUISE_UID_NONE;
	return guise_token_builder_from(token, &ret->builder);
}

static int begin_token(struct wanted *wanted, const struct gss_client *client,
		       guise_luid authentication_id,
		       struct gss_token_making *ret)
{
	const struct gss_token_rules rules = {
		.identities = wanted->options->identities,
		.find_account = no_account,
		.authentication_id = authentication_id,
	};

	if (answers_alone(rules.identities, client->principal))
		return logon_gss_begin(&rules, client, ret, wanted->why);
	return ask_child(wanted, client, authentication_id, ret);
}

static enum guise_level level_of(const struct wanted *wanted, bool has_unix,
				 bool has_credentials)
{
	enum guise_level level = has_credentials ? GUISE_LEVEL_DELEGATION
						 : GUISE_LEVEL_IMPERSONATION;

	if (!has_unix)
		level = GUISE_LEVEL_IDENTIFICATION;
	return level < wanted->highest ? level : wanted->highest;
}

static int token_of_client(struct wanted *wanted,
			   const struct gss_client *client,
			   gss_cred_id_t delegated,
			   const struct guise_token **ret)
{
	GUISE_AUTO(gss_token_making_clear)
	struct gss_token_making making = {0};
	GUISE_AUTO(credentials_unrefp)
	struct guise_credentials *credentials = NULL;
	guise_luid session = wanted->options->authentication_id;
	int r;

	if (!session)
		session = guise_luid_new();
	r = begin_token(wanted, client, session, &making);
	if (r < 0)
		return r;
	if (wanted->highest == GUISE_LEVEL_DELEGATION) {
		r = gss_credentials_accepted(
			wanted->gss, delegated, client->principal,
			wanted->options->constrained, &credentials);
		if (r < 0)
			return r;
	}
	guise_token_builder_type(
		making.builder, GUISE_TOKEN_IMPERSONATION,
		level_of(wanted, making.has_unix, credentials != NULL));
	guise_token_builder_ids(making.builder, guise_luid_new(), session, 0);
	token_builder_credentials(making.builder, credentials);
	return guise_token_builder_seal(making.builder, ret);
}

/* The context does not tell which keytab it was accepted with. */
static int check_key(struct wanted *wanted, const struct gss_client *client)
{
	return gss_key_check(wanted->gss, client->principal, client->service,
			     wanted->options->keytab, wanted->why);
}

static int token_of_context(struct wanted *wanted, gss_ctx_id_t context,
			    gss_cred_id_t delegated,
			    const struct guise_token **ret)
{
	GUISE_AUTO(gss_client_clear) struct gss_client client = {0};
	int r = gss_client_of(wanted->gss, context, &client, wanted->why);

	if (r == 0)
		r = check_key(wanted, &client);
	return r < 0 ? r : token_of_client(wanted, &client, delegated, ret);
}

int guise_token_from_gss(gss_ctx_id_t context, gss_cred_id_t delegated,
			 const struct guise_gss_options *options,
			 const struct guise_token **ret)
{
	struct wanted wanted = {.highest = GUISE_LEVEL_DELEGATION};
	int r;

	if (!context || !ret)
		return -EINVAL;
	r = begin(options, &wanted);
	if (r < 0)
		return r;
	return say(&wanted, token_of_context(&wanted, context, delegated, ret));
}

/* Without @enterprise a name says its realm: no default of a file that somebody
 * else may change decides who is meant. */
static bool is_client(const char *client, bool enterprise)
{
	size_t size = strnlen(client, GUISE_PRINCIPAL_MAX + 1);

	if (size == 0 || size > GUISE_PRINCIPAL_MAX)
		return false;
	return enterprise || gss_realm_of(client);
}

static enum guise_level highest_of_s4u(const struct guise_gss_options *options)
{
	if (!options->s4u_impersonation)
		return GUISE_LEVEL_IDENTIFICATION;
	return options->constrained ? GUISE_LEVEL_DELEGATION
				    : GUISE_LEVEL_IMPERSONATION;
}

int guise_gss_logon_s4u(gss_cred_id_t service, const char *client,
			bool enterprise,
			const struct guise_gss_options *options,
			const struct guise_token **ret)
{
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	gss_cred_id_t proxy = GSS_C_NO_CREDENTIAL;
	struct wanted wanted = {0};
	OM_uint32 minor;
	int r;

	if (!service || !client || !ret || !is_client(client, enterprise))
		return -EINVAL;
	r = begin(options, &wanted);
	if (r < 0)
		return r;
	wanted.highest = highest_of_s4u(options);
	r = gss_s4u_context(wanted.gss, service, client, enterprise, &context,
			    &proxy, wanted.why);
	if (r < 0)
		return say(&wanted, r);
	r = token_of_context(&wanted, context, proxy, ret);
	(void)wanted.gss->gss_delete_sec_context(&minor, &context,
						 GSS_C_NO_BUFFER);
	if (proxy != GSS_C_NO_CREDENTIAL)
		(void)wanted.gss->gss_release_cred(&minor, &proxy);
	return say(&wanted, r);
}
