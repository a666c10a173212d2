/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTH_BASE64_H
#define AUTH_BASE64_H

#include "buf.h"
#include "span.h"

/* RFC 4648 4, strictly: padding required, no bits left over that are not 0.
 * False also when it is empty or longer than @max bytes. */
bool base64_decode(struct span text, uint8_t *ret, size_t max,
		   size_t *ret_size);
/* Appends; 0 or -ENOMEM */
GUISE_MUST_USE int base64_append(struct guise_buf *out, const uint8_t *data,
				 size_t size);

#endif
