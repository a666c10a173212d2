/* SPDX-License-Identifier: Apache-2.0 */
/* Why a decision is as it is and what would change it, as JSON, for guise check
 * --explain. */
#ifndef CLI_CHECK_REASONS_H
#define CLI_CHECK_REASONS_H

#include <jansson.h>

#include "check-input.h"

/* A list with an object for each of @reasons; NULL without memory. @types is
 * the list that their nodes are numbers in. */
GUISE_MUST_USE json_t *check_reasons_json(const struct check_input *input,
					  const struct guise_object_type *types,
					  const struct guise_reason *reasons,
					  size_t n);

/* check-remedies.c: a list of lists of changes that would allow what is
 * refused, smallest first; NULL without memory */
GUISE_MUST_USE json_t *
check_remedies_json(const struct check_input *input,
		    const struct guise_access_options *options);

/* "0x" and eight digits */
GUISE_MUST_USE json_t *check_mask_json(uint32_t mask);

#endif
