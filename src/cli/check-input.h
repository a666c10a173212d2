/* SPDX-License-Identifier: Apache-2.0 */
/* One question to `guise check`, out of a line of JSON. */
#ifndef CLI_CHECK_INPUT_H
#define CLI_CHECK_INPUT_H

#include <guise/access.h>

/* All zero: nothing asked. It points into itself, so it stays where it was
 * parsed. */
struct check_input {
	const struct guise_token *token;
	const struct guise_sd *sd;
	uint32_t desired;
	bool result_list; /* an answer for each object type */
	struct guise_generic_mapping mapping;
	const struct guise_sid *domain; /* @domain_sid, the default, or NULL */
	struct guise_access_options options;
	struct guise_sid domain_sid;
	struct guise_sid principal_self;
	struct guise_object_type *object_types;
	const struct guise_claims *resource_attributes;
	const struct guise_policies *policies;
};

/* What holds for lines that do not say otherwise; all borrowed, may be NULL. */
struct check_defaults {
	const struct guise_sid *domain;
	const struct guise_policies *policies;
};

void check_input_clear(struct check_input *input);

/* @ret must be all zero; clear it whatever comes back. 0; -EINVAL for JSON
 * that is no question; what the token, the descriptor, the mask, the claims
 * and the policies are refused with. */
GUISE_MUST_USE int check_input_parse(struct check_input *ret,
				     const struct check_defaults *defaults,
				     const char *line, size_t size,
				     struct guise_error_info *reterr);

#endif
