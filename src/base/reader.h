/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one way to read untrusted bytes. A reader is a value: copy it to look
 * ahead, assign it back to consume. Every read checks the remaining length
 * first and leaves reader and output alone on failure.
 */
#ifndef BASE_READER_H
#define BASE_READER_H

#include "base.h"

struct reader {
	const uint8_t *data;
	size_t size; /* bytes that remain */
};

static inline struct reader reader_of(const void *data, size_t size)
{
	return (struct reader){.data = data, .size = size};
}

static inline bool read_bytes(struct reader *r, size_t n, const uint8_t **ret)
{
	if (n > r->size)
		return false;
	*ret = r->data;
	r->data += n;
	r->size -= n;
	return true;
}

static inline bool read_skip(struct reader *r, size_t n)
{
	const uint8_t *skipped;

	return read_bytes(r, n, &skipped);
}

static inline bool read_copy(struct reader *r, void *ret, size_t n)
{
	const uint8_t *bytes;

	if (!read_bytes(r, n, &bytes))
		return false;
	if (n)
		memcpy(ret, bytes, n);
	return true;
}

/* The next @n bytes as a reader of their own. */
static inline bool read_sub(struct reader *r, size_t n, struct reader *ret)
{
	const uint8_t *bytes;

	if (!read_bytes(r, n, &bytes))
		return false;
	*ret = reader_of(bytes, n);
	return true;
}

static inline uint16_t u16le(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t u32le(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static inline uint64_t u64le(const uint8_t *p)
{
	return (uint64_t)u32le(p) | (uint64_t)u32le(p + 4) << 32;
}

static inline bool read_u8(struct reader *r, uint8_t *ret)
{
	return read_copy(r, ret, 1);
}

static inline bool read_u16le(struct reader *r, uint16_t *ret)
{
	const uint8_t *p;

	if (!read_bytes(r, 2, &p))
		return false;
	*ret = u16le(p);
	return true;
}

static inline bool read_u32le(struct reader *r, uint32_t *ret)
{
	const uint8_t *p;

	if (!read_bytes(r, 4, &p))
		return false;
	*ret = u32le(p);
	return true;
}

static inline bool read_u64le(struct reader *r, uint64_t *ret)
{
	const uint8_t *p;

	if (!read_bytes(r, 8, &p))
		return false;
	*ret = u64le(p);
	return true;
}

static inline bool read_u48be(struct reader *r, uint64_t *ret)
{
	const uint8_t *p;

	if (!read_bytes(r, 6, &p))
		return false;
	*ret = (uint64_t)p[0] << 40 | (uint64_t)p[1] << 32 |
	       (uint64_t)p[2] << 24 | (uint64_t)p[3] << 16 |
	       (uint64_t)p[4] << 8 | p[5];
	return true;
}

#endif
