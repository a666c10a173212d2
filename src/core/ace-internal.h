/* SPDX-License-Identifier: Apache-2.0 */
/* One ACE between its parsed form and its bytes, for the ACL and SDDL. */
#ifndef CORE_ACE_INTERNAL_H
#define CORE_ACE_INTERNAL_H

#include "acl-internal.h"

/* @ret's data points into the span's bytes. */
void ace_from_span(const struct ace_span *span, struct guise_ace *ret);
size_t ace_encoded_size(const struct guise_ace *ace);
/* @ace must be normal. 0 or -ENOMEM, then with a part appended */
GUISE_MUST_USE int ace_encode(const struct guise_ace *ace,
			      struct guise_buf *out);
bool ace_equal(const struct guise_ace *a, const struct guise_ace *b);
/*
 * What @ace says and nothing else: fields its type does not have are zeroed,
 * data_size is rounded up to a multiple of four (data still has only the bytes
 * that @ace has). 0; GUISE_E_INVALID_SID; GUISE_E_INVALID_ACL for data that
 * the type cannot carry; -EINVAL.
 */
GUISE_MUST_USE int ace_normalise(const struct guise_ace *ace,
				 struct guise_ace *ret);

#endif
