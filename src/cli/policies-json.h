/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Central access policies as JSON, in a file or in a line:
 *
 *	[{"id": "S-1-17-...", "name": "...", "rules": [
 *		{"name": "...", "applies_to": "(@Resource.x == 1)",
 *		 "dacl": "D:(...)", "staged": "D:(...)"}, ...]}, ...]
 *
 * "id", "rules" and each rule's "dacl" must be there; a rule without
 * "applies_to" is for every object.
 */
#ifndef CLI_POLICIES_JSON_H
#define CLI_POLICIES_JSON_H

#include <jansson.h>

#include <guise/policy.h>

/**
 * policies_from_json() - make a set
 * @json: borrowed
 * @domain: borrowed, may be NULL: what SID aliases are relative to
 * @ret: returns a reference
 * @reterr: what is wrong where; must not be NULL
 *
 * Return: 0; -EINVAL for what is not of the form above; what the parsers of
 * SIDs, SDDL and conditions and guise_policies_new() return.
 */
GUISE_MUST_USE int policies_from_json(const json_t *json,
				      const struct guise_sid *domain,
				      const struct guise_policies **ret,
				      struct guise_error_info *reterr);

/* The same from a file. 0, or CLI_FAILED when it has said what is wrong. */
GUISE_MUST_USE int policies_from_file(const char *path,
				      const struct guise_sid *domain,
				      const struct guise_policies **ret);

#endif
