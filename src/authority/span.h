/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes after their number, 4 bytes little-endian: of records and answers. A
 * text is such with its NUL, and has no other. */
#ifndef AUTHORITY_SPAN_H
#define AUTHORITY_SPAN_H

#include "buf.h"
#include "reader.h"

/* 0; -ENOMEM. @size, and that of @text, fit in 32 bits. */
GUISE_MUST_USE int span_append(struct guise_buf *out, const void *data,
			       size_t size);
GUISE_MUST_USE int span_append_text(struct guise_buf *out, const char *text);
/* At most @max bytes, of a text without the NUL; what is found lies in the
 * reader's bytes. False: it is none; the reader may have moved. */
GUISE_MUST_USE bool span_read(struct reader *r, size_t max, const uint8_t **ret,
			      size_t *ret_size);
GUISE_MUST_USE bool span_read_text(struct reader *r, size_t max,
				   const char **ret);

#endif
