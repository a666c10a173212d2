/* SPDX-License-Identifier: Apache-2.0 */
/* One question to `guise check`, out of a line of JSON. */
#ifndef CLI_CHECK_INPUT_H
#define CLI_CHECK_INPUT_H

#include <guise/access.h>

/* All zero: nothing asked. @domain points at @domain_sid or is NULL, so an
 * input stays where it was parsed. */
struct check_input {
	const struct guise_token *token;
	const struct guise_sd *sd;
	uint32_t desired;
	struct guise_generic_mapping mapping;
	struct guise_sid domain_sid;
	const struct guise_sid *domain;
};

void check_input_clear(struct check_input *input);

/* @ret must be all zero; clear it whatever comes back. 0; -EINVAL for JSON
 * that is no question; -EOPNOTSUPP for members not decided on yet; what the
 * token, the descriptor and the mask are refused with. */
GUISE_MUST_USE int check_input_parse(struct check_input *ret, const char *line,
				     size_t size,
				     struct guise_error_info *reterr);

/* Whether guise_access_check() decides all that this descriptor says: 0, or
 * -EOPNOTSUPP for conditions and central policies. */
GUISE_MUST_USE int check_input_supported(const struct check_input *input);

#endif
