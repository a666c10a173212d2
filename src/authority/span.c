/* SPDX-License-Identifier: Apache-2.0 */
#include "span.h"

int span_append(struct guise_buf *out, const void *data, size_t size)
{
	int r = buf_append_u32le(out, (uint32_t)size);

	return r < 0 ? r : buf_append(out, data, size);
}

int span_append_text(struct guise_buf *out, const char *text)
{
	return span_append(out, text, strlen(text) + 1);
}

bool span_read(struct reader *r, size_t max, const uint8_t **ret,
	       size_t *ret_size)
{
	uint32_t size;

	if (!read_u32le(r, &size) || size > max || !read_bytes(r, size, ret))
		return false;
	*ret_size = size;
	return true;
}

bool span_read_text(struct reader *r, size_t max, const char **ret)
{
	const uint8_t *bytes;
	size_t size;

	if (!span_read(r, max + 1, &bytes, &size) || size == 0 ||
	    memchr(bytes, '\0', size) != bytes + size - 1)
		return false;
	*ret = (const char *)bytes;
	return true;
}
