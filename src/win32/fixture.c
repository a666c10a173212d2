/* SPDX-License-Identifier: Apache-2.0 */
/* Fixtures: reading the file. */
#include <stdio.h>

#include <jansson.h>

#include "account.h"
#include "fixture.h"
#include "token-json.h"

#define FIXTURE_VARIABLE "GUISE_WIN32_TOKEN"

const char *fixture_path(void)
{
	const char *path = secure_getenv(FIXTURE_VARIABLE);

	return path && *path && fixture_is_allowed() ? path : NULL;
}

static void json_unrefp(json_t **json)
{
	json_decref(*json);
	*json = NULL;
}

/* As the file has it, but for what only the kernel says */
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
	guise_token_builder_type(b, GUISE_TOKEN_PRIMARY,
				 GUISE_LEVEL_IMPERSONATION);
	guise_token_builder_ids(b, guise_luid_new(),
				guise_token_authentication_id(token),
				guise_token_origin(token));
	return guise_token_builder_seal(b, ret);
}

int fixture_read(const char *path, const struct guise_token *kernel,
		 const struct guise_token **ret,
		 struct guise_error_info *reterr)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(json_unrefp) json_t *json = NULL;
	struct guise_sid domain;
	bool has_domain = machine_domain(&domain);
	json_error_t error;
	int r;

	json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!json) {
		reterr->offset =
			error.position > 0 ? (size_t)error.position : 0;
		(void)snprintf(reterr->text, sizeof(reterr->text), "%.100s",
			       error.text);
		return -EINVAL;
	}
	r = token_from_json(json, has_domain ? &domain : NULL, &token, reterr);
	return r < 0 ? r : with_own_identity(token, kernel, ret);
}
