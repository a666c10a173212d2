/* SPDX-License-Identifier: Apache-2.0 */
/* What the columns of access check vectors mean. cmocka-wrap.h comes before. */
#ifndef TESTS_ACCESS_VECTORS_H
#define TESTS_ACCESS_VECTORS_H

#include <jansson.h>

#include "descriptor.h"
#include "token-json.h"
#include "vectors.h"

#include "base.h"
#include <guise/access.h>

static inline uint32_t mask_of(const char *text)
{
	uint32_t mask = 0;

	if (guise_access_mask_parse(text, strlen(text), &mask) < 0)
		fail_msg("%s: no mask", text);
	return mask;
}

static inline struct guise_generic_mapping mapping_of(char *text)
{
	struct guise_generic_mapping m;

	if (vectors_is(text, "file"))
		return guise_mapping_file;
	if (vectors_is(text, "registry"))
		return guise_mapping_registry;
	if (vectors_is(text, "process"))
		return guise_mapping_process;
	if (vectors_is(text, "ds"))
		return guise_mapping_ds;
	m.read = mask_of(strsep(&text, ","));
	m.write = mask_of(strsep(&text, ","));
	m.execute = mask_of(strsep(&text, ","));
	m.all = mask_of(text);
	return m;
}

static inline const struct guise_token *token_of(const char *text)
{
	const struct guise_sid domain =
		sid_of("S-1-5-21-2457507606-2709100691-398136650");
	const struct guise_token *token = NULL;
	struct guise_error_info error = {0};
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	if (token_from_json(json, &domain, &token, &error) < 0)
		fail_msg("%s: %s", text, error.text);
	json_decref(json);
	return token;
}

#endif
