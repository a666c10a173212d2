/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process's own token, made before main(): what the kernel says, with what
 * a logon brings, in a logon session of its own. Or a fixture (fixture.h); one
 * that is the full token of a split logon is linked with the one its user works
 * with from day to day.
 *
 * Where that fails the process has what the library makes at first use, which
 * is less.
 */
#include <stdio.h>
#include <unistd.h>

#include <guise/session.h>
#include <guise/store.h>
#include <guise/thread-token.h>

#include "fixture.h"
#include "primary-token.h"

/* A session for @token, or the one that it names if there is one */
static int open_session(const struct guise_token *token, const char *package,
			guise_luid *ret)
{
	struct guise_session session = {
		.size = sizeof(session),
		.id = guise_token_authentication_id(token),
		.user = guise_token_user(token)->sid,
		.type = GUISE_LOGON_INTERACTIVE,
		.terminal = guise_token_session(token),
	};

	if (session.id && guise_session_ref(session.id) == 0) {
		*ret = session.id;
		return 0;
	}
	(void)snprintf(session.name, sizeof(session.name), "%s",
		       guise_token_name(token));
	(void)snprintf(session.package, sizeof(session.package), "%s", package);
	return guise_session_new(&session, ret);
}

/* The owner, SYSTEM and the logon session, as every logon has it */
static int default_dacl(const struct guise_token *token,
			const struct guise_sid *logon,
			const struct guise_acl **ret)
{
	struct guise_ace aces[3] = {
		{.type = GUISE_ACE_ACCESS_ALLOWED,
		 .mask = GENERIC_ALL,
		 .sid = *guise_token_owner(token)},
		{.type = GUISE_ACE_ACCESS_ALLOWED, .mask = GENERIC_ALL},
		{.type = GUISE_ACE_ACCESS_ALLOWED,
		 .mask = GENERIC_READ | GENERIC_EXECUTE,
		 .sid = *logon},
	};
	int r = guise_sid_well_known(GUISE_SID_LOCAL_SYSTEM, NULL,
				     &aces[1].sid);

	return r < 0 ? r : guise_acl_new(0, aces, ARRAY_SIZE(aces), ret);
}

/* What no file can say, as it is of this logon only */
static int complete(const struct guise_token *token,
		    struct guise_token_builder *b, guise_luid session)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	const struct guise_sid logon = guise_session_sid(session);
	int r;

	guise_token_builder_ids(b, guise_luid_new(), session,
				guise_token_origin(token));
	if (!guise_token_logon_sid(token))
		guise_token_builder_group(
			b, &logon,
			GUISE_GROUP_USUAL | (uint32_t)GUISE_GROUP_LOGON_ID);
	if (guise_token_default_dacl(token))
		return 0;
	r = default_dacl(token, &logon, &dacl);
	if (r == 0)
		guise_token_builder_default_dacl(b, dacl);
	return r;
}

static int log_on_fixture(const struct guise_token *token, const char *package,
			  const struct guise_token **ret)
{
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	guise_luid session;
	int r;

	r = open_session(token, package, &session);
	if (r == 0)
		r = guise_token_builder_from(token, &b);
	if (r == 0)
		r = complete(token, b, session);
	return r < 0 ? r : guise_token_builder_seal(b, ret);
}

/* The filtered token in a session of its own */
static int make_limited(const struct guise_token *full,
			const struct guise_token **ret)
{
	const struct guise_filter_options options = {
		.size = sizeof(options),
		.flags = GUISE_FILTER_LUA_TOKEN,
		.token_id = guise_luid_new(),
	};
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *limited = NULL;
	guise_luid session;
	int r;

	r = guise_token_filter(full, &options, &limited);
	if (r == 0)
		r = guise_token_builder_from(limited, &b);
	if (r < 0)
		return r;
	guise_token_builder_ids(b, 0, 0, 0);
	limited = guise_token_unref(limited);
	r = guise_token_builder_seal(b, &limited);
	if (r == 0)
		r = open_session(limited, "fixture", &session);
	if (r < 0)
		return r;
	guise_token_builder_ids(b, guise_luid_new(), session,
				guise_token_origin(full));
	return guise_token_builder_seal(b, ret);
}

static int link_limited(const struct guise_token *full)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *limited = NULL;
	int r = make_limited(full, &limited);

	if (r == 0)
		r = guise_session_link(guise_token_authentication_id(full),
				       limited);
	if (r == 0)
		r = guise_session_link(guise_token_authentication_id(limited),
				       full);
	return r;
}

/* Its maker's defaults, and its own level as its label. */
static int labelled_sd(const struct guise_token *token,
		       const struct guise_sd **ret)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *plain = NULL;
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *sacl = NULL;
	struct guise_sd_fields fields = {.size = sizeof(fields)};
	struct guise_ace label = {
		.type = GUISE_ACE_SYSTEM_MANDATORY_LABEL,
		.mask = SYSTEM_MANDATORY_LABEL_NO_WRITE_UP,
		.sid = *guise_token_integrity(token),
	};
	int r = guise_acl_new(0, &label, 1, &sacl);

	if (r == 0)
		r = guise_inherit(NULL, NULL, false, 0, token,
				  &guise_mapping_token, &plain);
	if (r < 0)
		return r;
	fields.control = guise_sd_control(plain) | GUISE_SD_SACL_AUTO_INHERITED;
	fields.owner = guise_sd_owner(plain);
	fields.group = guise_sd_group(plain);
	fields.dacl = guise_sd_dacl(plain);
	fields.sacl = sacl;
	return guise_sd_new(&fields, ret);
}

static int put_on(const struct guise_token *token)
{
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *object = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	int r = labelled_sd(token, &sd);

	if (r == 0)
		r = guise_token_object_new(token, NULL, sd, &object);
	return r < 0 ? r : guise_process_token_replace(object);
}

static int log_on(const struct guise_token *kernel)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	guise_luid session;
	int r;

	r = open_session(kernel, "kernel", &session);
	if (r == 0)
		r = guise_token_logged_on(kernel, session, &token);
	return r < 0 ? r : put_on(token);
}

static int use_fixture(const char *path, const struct guise_token *kernel,
		       struct guise_error_info *reterr)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *said = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r;

	r = fixture_read(path, kernel, &said, reterr);
	if (r == 0)
		r = log_on_fixture(said, "fixture", &token);
	if (r == 0 && guise_token_elevation(token) == GUISE_ELEVATION_FULL)
		r = link_limited(token);
	if (r == 0)
		r = put_on(token);
	/* it could not store what protects files */
	return r < 0 ? r : guise_sd_use_user_attribute();
}

/* Who asks for a fixture and does not get it would test something else. */
static void need_fixture(const char *path, const struct guise_token *kernel)
{
	struct guise_error_info error = {0};
	int r = use_fixture(path, kernel, &error);

	if (r == 0)
		return;
	(void)dprintf(STDERR_FILENO, "guise-win32: %s: %s%s%s\n", path,
		      error.text, *error.text ? ": " : "", guise_strerror(r));
	_exit(EXIT_FAILURE);
}

/* The child of a fixture: what its session was linked with is linked again. */
static void link_given(void)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_token_object *own;

	if (guise_process_token(&own) < 0)
		return;
	token = guise_token_object_token(own);
	if (guise_token_elevation(token) == GUISE_ELEVATION_FULL)
		(void)link_limited(token); /* else there is no link */
}

__attribute__((constructor)) static void make_process_token(void)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *kernel = NULL;
	const char *path = fixture_path();

	if (primary_token_is_given()) {
		if (path)
			link_given();
		return;
	}
	if (guise_token_self(&kernel) < 0)
		return;
	if (path)
		need_fixture(path, kernel);
	else
		(void)log_on(kernel);
}
