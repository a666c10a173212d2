/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAV_RANGE_H
#define DAV_RANGE_H

#include "span.h"

enum range_kind {
	RANGE_WHOLE = 0, /* none, not ours or several: the whole is a right
			  * answer to all of them (RFC 9110 14.2) */
	RANGE_PART,
	RANGE_UNSATISFIABLE,
};

/* @value: of a Range header; @size: of the file. Offset and length are set for
 * RANGE_PART alone. */
enum range_kind range_parse(struct span value, uint64_t size,
			    uint64_t *ret_offset, uint64_t *ret_length);

#endif
