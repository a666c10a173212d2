/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <strings.h>

#include <guise/thread-token.h>

#include "account.h"
#include "logon-token.h"
#include "logon.h"
#include "status.h"
#include "token.h"

#define SYSTEM_DOMAIN "Unix User"

void logged_on_clear(struct logged_on *logged_on)
{
	logged_on->token = guise_token_unref(logged_on->token);
	if (logged_on->session)
		guise_session_unref(logged_on->session);
	logged_on->session = 0;
}

/**
 * struct place - where an account is looked for
 */
struct place {
	struct guise_lookup_options options;
	char name[GUISE_USER_NAME_MAX + 1];
};

static bool set_domain(const char *domain, struct place *ret)
{
	ret->options = *account_options();
	if (strcasecmp(domain, SYSTEM_DOMAIN) == 0)
		ret->options.accounts = NULL;
	else
		return is_this_machine(domain);
	return true;
}

static bool set_name(const char *name, size_t size, struct place *ret)
{
	if (size == 0 || size > GUISE_USER_NAME_MAX)
		return false;
	memcpy(ret->name, name, size);
	ret->name[size] = '\0';
	return true;
}

/* False: it is nobody's name. */
static bool find_place(const struct logon *logon, struct place *ret)
{
	const char *user = logon->user;
	const char *at = logon->domain ? NULL : strrchr(user, '@');

	if (at)
		return set_domain(at + 1, ret) &&
		       set_name(user, (size_t)(at - user), ret);
	return set_domain(logon->domain ? logon->domain : "", ret) &&
	       set_name(user, strlen(user), ret);
}

static NTSTATUS status_of_refusal(int r, enum guise_logon_refusal why)
{
	if (r == GUISE_E_LOGON_FAILURE && why == GUISE_REFUSED_DISABLED)
		return STATUS_ACCOUNT_DISABLED;
	/* without a password nothing is betrayed by saying so */
	return status_of(r);
}

static NTSTATUS ask(const struct logon *logon, guise_luid session,
		    const struct guise_token **ret)
{
	enum guise_logon_refusal why = GUISE_REFUSED_UNSAID;
	struct place place;
	int r;

	if (!find_place(logon, &place))
		return logon->password ? STATUS_LOGON_FAILURE
				       : STATUS_NO_SUCH_USER;
	r = guise_lookup_logon(&place.options, place.name, logon->password,
			       logon->password_size, session, ret, &why);
	return status_of_refusal(r, why);
}

static void set_text(char ret[GUISE_USER_NAME_MAX + 1], const char *text)
{
	(void)snprintf(ret, GUISE_USER_NAME_MAX + 1, "%s", text);
}

static void describe(const struct guise_token *token,
		     enum guise_logon_type type, struct guise_session *ret)
{
	uint32_t uid;

	ret->user = guise_token_user(token)->sid;
	ret->type = type;
	set_text(ret->name, guise_token_name(token));
	if (guise_sid_to_uid(&ret->user, &uid)) {
		set_text(ret->authority, SYSTEM_DOMAIN);
		set_text(ret->package, "PAM");
	} else {
		account_domain_name(ret->authority);
		set_text(ret->package, "guise");
	}
}

/* The session of who asks */
static guise_luid origin(void)
{
	const struct guise_token *caller;
	guise_luid id;

	if (guise_effective_token(&caller) < 0)
		return 0;
	id = guise_token_authentication_id(caller);
	(void)guise_token_unref(caller);
	return id;
}

/* Who logs on with new credentials stays who he is, in a session of its own. */
static int clone_caller(guise_luid session, const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *caller = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *copy = NULL;
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	const struct guise_duplicate_options options = {
		.size = sizeof(options),
		.type = GUISE_TOKEN_PRIMARY,
		.level = GUISE_LEVEL_IMPERSONATION,
		.token_id = guise_luid_new(),
	};
	int r = guise_effective_token(&caller);

	if (r >= 0)
		r = guise_token_duplicate(caller, &options, &copy);
	if (r >= 0)
		r = guise_token_builder_from(copy, &b);
	if (r < 0)
		return r;
	guise_token_builder_ids(b, guise_luid_new(), session,
				guise_token_authentication_id(caller));
	return guise_token_builder_seal(b, ret);
}

static NTSTATUS make_token(const struct logon *logon, guise_luid session,
			   const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *account = NULL;
	NTSTATUS status;

	if (logon->type == GUISE_LOGON_NEW_CREDENTIALS)
		return status_of(clone_caller(session, ret));
	status = ask(logon, session, &account);
	if (status < 0)
		return status;
	return status_of(
		logon_token_make(account, logon, session, origin(), ret));
}

NTSTATUS log_on(const struct logon *logon, struct logged_on *ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_session session = {
		.size = sizeof(session),
		.id = guise_luid_new(),
	};
	NTSTATUS status = make_token(logon, session.id, &token);
	int r;

	if (status < 0)
		return status;
	describe(token, logon->type, &session);
	r = guise_session_new(&session, &ret->session);
	if (r < 0)
		return status_of(r);
	ret->token = guise_take(token);
	return STATUS_SUCCESS;
}

/* Open to its user, to this process's, and to SYSTEM */
static int token_sd(const struct guise_token *token,
		    const struct guise_token *process,
		    const struct guise_sd **ret)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	struct guise_ace aces[] = {
		{.mask = TOKEN_ALL_ACCESS, .sid = guise_token_user(token)->sid},
		{.mask = TOKEN_ALL_ACCESS,
		 .sid = guise_token_user(process)->sid},
		{.mask = TOKEN_ALL_ACCESS},
	};
	struct guise_sd_fields fields = {
		.size = sizeof(fields),
		.owner = guise_token_owner(process),
		.group = guise_token_primary_group(process),
	};
	int r = guise_sid_well_known(GUISE_SID_LOCAL_SYSTEM, NULL,
				     &aces[2].sid);

	if (r == 0)
		r = guise_acl_new(0, aces, ARRAY_SIZE(aces), &dacl);
	if (r < 0)
		return r;
	fields.dacl = dacl;
	return guise_sd_new(&fields, ret);
}

NTSTATUS logged_on_cell(const struct logged_on *logged_on,
			struct guise_token_object **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *process = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	struct guise_token_object *own;
	NTSTATUS status = token_process(&own);
	int r;

	if (status < 0)
		return status;
	process = guise_token_object_token(own);
	r = token_sd(logged_on->token, process, &sd);
	if (r == 0)
		r = guise_token_object_new(logged_on->token, process, sd, ret);
	return status_of(r);
}

NTSTATUS logged_on_handle(const struct logged_on *logged_on, HANDLE *ret)
{
	struct guise_token_object *cell;
	NTSTATUS status = logged_on_cell(logged_on, &cell);

	return status < 0 ? status
			  : token_handle_new(cell, TOKEN_ALL_ACCESS, 0, ret);
}
