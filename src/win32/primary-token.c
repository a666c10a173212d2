/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include <guise/session.h>
#include <guise/thread-token.h>

#include "primary-token.h"
#include "status.h"
#include "token.h"

/* Written before main(), read after. */
static bool is_given;

bool primary_token_is_given(void)
{
	return is_given;
}

NTSTATUS primary_token_object(const struct guise_token *token,
			      struct object **ret)
{
	struct guise_token_object *cell;
	int r = guise_token_object_new(token, NULL, NULL, &cell);

	if (r < 0)
		return status_of(r);
	*ret = token_new(cell);
	return *ret ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

/* How its user is logged on, by the groups that say so */
static enum guise_logon_type type_of(const struct guise_token *token)
{
	static const struct {
		WELL_KNOWN_SID_TYPE sid;
		enum guise_logon_type type;
	} rows[] = {
		{WinNetworkSid, GUISE_LOGON_NETWORK},
		{WinBatchSid, GUISE_LOGON_BATCH},
		{WinServiceSid, GUISE_LOGON_SERVICE},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct guise_sid sid;

		if (guise_sid_well_known(rows[i].sid, NULL, &sid) == 0 &&
		    guise_token_is_member(token, &sid))
			return rows[i].type;
	}
	return GUISE_LOGON_INTERACTIVE;
}

/* Sessions are each process's own: here it begins again, under its name. */
static int open_session(const struct guise_token *token)
{
	struct guise_session session = {
		.size = sizeof(session),
		.id = guise_token_authentication_id(token),
		.user = guise_token_user(token)->sid,
		.type = type_of(token),
		.terminal = guise_token_session(token),
		.package = "guise",
	};
	guise_luid id;

	if (session.id == 0 || guise_session_ref(session.id) == 0)
		return 0;
	(void)snprintf(session.name, sizeof(session.name), "%s",
		       guise_token_name(token));
	return guise_session_new(&session, &id);
}

/* As it was passed, but for what only the kernel says */
static int with_own_identity(const struct guise_token *token,
			     const struct guise_token *kernel,
			     const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	const struct guise_unix_identity *id = guise_token_unix(kernel);
	int r = guise_token_builder_from(token, &b);

	if (r < 0)
		return r;
	guise_token_builder_unix(b, id->uid, id->gid, id->groups, id->n_groups);
	guise_token_builder_capabilities(b, id->capabilities);
	guise_token_builder_ids(b, guise_luid_new(),
				guise_token_authentication_id(token),
				guise_token_origin(token));
	return guise_token_builder_seal(b, ret);
}

static bool fits(const struct guise_token *token,
		 const struct guise_token *kernel)
{
	const struct guise_unix_identity *said = guise_token_unix(token);
	const struct guise_unix_identity *is = guise_token_unix(kernel);

	return guise_token_type(token) == GUISE_TOKEN_PRIMARY &&
	       said->uid == is->uid && said->gid == is->gid;
}

static int take(const struct guise_token *said)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *kernel = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *cell = NULL;
	int r = guise_token_self(&kernel);

	if (r == 0 && !fits(said, kernel))
		r = GUISE_E_INVALID_TOKEN;
	if (r == 0)
		r = with_own_identity(said, kernel, &token);
	if (r == 0)
		r = open_session(token);
	if (r == 0)
		r = guise_token_object_new(token, NULL, NULL, &cell);
	return r < 0 ? r : guise_process_token_replace(cell);
}

void primary_token_take(struct object *object)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *said = NULL;

	if (object->type != &token_type)
		return;
	said = guise_token_object_token(token_cell(object));
	is_given = take(said) == 0;
}
