/* SPDX-License-Identifier: Apache-2.0 */
/* Appending to a struct guise_buf. All return 0 or -ENOMEM, and leave the
 * buffer as it was on failure. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base.h"

/* Room for @n more bytes; *ret_at points at them (not yet part of size). */
GUISE_MUST_USE int buf_reserve(struct guise_buf *buf, size_t n,
			       uint8_t **ret_at);
GUISE_MUST_USE int buf_append(struct guise_buf *buf, const void *data,
			      size_t size);
GUISE_MUST_USE int buf_append_text(struct guise_buf *buf, const char *text);
GUISE_MUST_USE int buf_append_zeros(struct guise_buf *buf, size_t n);
GUISE_MUST_USE int buf_append_u8(struct guise_buf *buf, uint8_t value);
GUISE_MUST_USE int buf_append_u16le(struct guise_buf *buf, uint16_t value);
GUISE_MUST_USE int buf_append_u32le(struct guise_buf *buf, uint32_t value);
GUISE_MUST_USE int buf_append_u64le(struct guise_buf *buf, uint64_t value);
GUISE_MUST_USE int buf_append_u48be(struct guise_buf *buf, uint64_t value);
/* printf into the buffer, without the NUL; needs libc's vsnprintf, so the
 * pure core must not use it */
GUISE_MUST_USE __attribute__((format(printf, 2, 3))) int
buf_printf(struct guise_buf *buf, const char *format, ...);
/* Cut back to @size bytes (to undo appends). */
void buf_truncate(struct guise_buf *buf, size_t size);
/* Overwrite 4 bytes at @at, which must be inside. */
void buf_put_u32le(struct guise_buf *buf, size_t at, uint32_t value);
void buf_put_u16le(struct guise_buf *buf, size_t at, uint16_t value);

#endif
