/* SPDX-License-Identifier: Apache-2.0 */
/* A growable byte buffer: doubles when full, never shrinks until cleared. */
#include <stdarg.h>
#include <stdio.h>

#include "buf.h"

void guise_buf_clear(struct guise_buf *buf)
{
	if (!buf)
		return;
	free(buf->data);
	*buf = (struct guise_buf){0};
}

int buf_reserve(struct guise_buf *buf, size_t n, uint8_t **ret_at)
{
	size_t needed, capacity = buf->capacity ? buf->capacity : 64;
	uint8_t *data;

	if (ckd_add(&needed, buf->size, n))
		return -ENOMEM;
	if (needed > buf->capacity) {
		while (capacity < needed) {
			if (ckd_mul(&capacity, capacity, 2))
				return -ENOMEM;
		}
		data = realloc(buf->data, capacity);
		if (!data)
			return -ENOMEM;
		buf->data = data;
		buf->capacity = capacity;
	}
	*ret_at = buf->data + buf->size;
	return 0;
}

int buf_append(struct guise_buf *buf, const void *data, size_t size)
{
	uint8_t *at;
	int r;

	r = buf_reserve(buf, size, &at);
	if (r < 0)
		return r;
	if (size)
		memcpy(at, data, size);
	buf->size += size;
	return 0;
}

int buf_append_text(struct guise_buf *buf, const char *text)
{
	return buf_append(buf, text, strlen(text));
}

int buf_append_zeros(struct guise_buf *buf, size_t n)
{
	uint8_t *at;
	int r;

	r = buf_reserve(buf, n, &at);
	if (r < 0)
		return r;
	memset(at, 0, n);
	buf->size += n;
	return 0;
}

int buf_append_u8(struct guise_buf *buf, uint8_t value)
{
	return buf_append(buf, &value, 1);
}

int buf_append_u16le(struct guise_buf *buf, uint16_t value)
{
	const uint8_t bytes[2] = {(uint8_t)value, (uint8_t)(value >> 8)};

	return buf_append(buf, bytes, sizeof(bytes));
}

int buf_append_u32le(struct guise_buf *buf, uint32_t value)
{
	const uint8_t bytes[4] = {(uint8_t)value, (uint8_t)(value >> 8),
				  (uint8_t)(value >> 16),
				  (uint8_t)(value >> 24)};

	return buf_append(buf, bytes, sizeof(bytes));
}

int buf_append_u64le(struct guise_buf *buf, uint64_t value)
{
	uint8_t bytes[8];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(value >> (8 * i));
	return buf_append(buf, bytes, sizeof(bytes));
}

int buf_append_u48be(struct guise_buf *buf, uint64_t value)
{
	uint8_t bytes[6];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(value >> (8 * (5 - i)));
	return buf_append(buf, bytes, sizeof(bytes));
}

int buf_printf(struct guise_buf *buf, const char *format, ...)
{
	uint8_t *at;
	va_list args;
	int n, r;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0)
		return -ENOMEM;
	r = buf_reserve(buf, (size_t)n + 1, &at);
	if (r < 0)
		return r;
	va_start(args, format);
	must(vsnprintf((char *)at, (size_t)n + 1, format, args) == n);
	va_end(args);
	buf->size += (size_t)n;
	return 0;
}

void buf_truncate(struct guise_buf *buf, size_t size)
{
	must(size <= buf->size);
	buf->size = size;
}

void buf_put_u32le(struct guise_buf *buf, size_t at, uint32_t value)
{
	must(at <= buf->size && buf->size - at >= 4);
	for (size_t i = 0; i < 4; i++)
		buf->data[at + i] = (uint8_t)(value >> (8 * i));
}

void buf_put_u16le(struct guise_buf *buf, size_t at, uint16_t value)
{
	must(at <= buf->size && buf->size - at >= 2);
	buf->data[at] = (uint8_t)value;
	buf->data[at + 1] = (uint8_t)(value >> 8);
}
