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

int fixture_read(const char *path, const struct guise_token **ret,
		 struct guise_error_info *reterr)
{
	GUISE_AUTO(json_unrefp) json_t *json = NULL;
	struct guise_sid domain;
	bool has_domain = machine_domain(&domain);
	json_error_t error;

	json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!json) {
		reterr->offset =
			error.position > 0 ? (size_t)error.position : 0;
		(void)snprintf(reterr->text, sizeof(reterr->text), "%.100s",
			       error.text);
		return -EINVAL;
	}
	return token_from_json(json, has_domain ? &domain : NULL, ret, reterr);
}
