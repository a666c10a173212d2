/* SPDX-License-Identifier: Apache-2.0 */
#include <guise/access.h>

#include "buf.h"
#include "reader.h"
#include "token-message.h"

#define MAGIC UINT32_C(0x4e4b5447) /* "GTKN" */
#define VERSION 1
#define RIGHTS (GUISE_TOKEN_ALL_ACCESS | GUISE_ACCESS_SYSTEM_SECURITY)

static int append_header(struct guise_buf *out, uint32_t granted)
{
	int r;

	r = buf_append_u32le(out, MAGIC);
	if (r < 0)
		return r;
	r = buf_append_u32le(out, VERSION);
	if (r < 0)
		return r;
	return buf_append_u32le(out, granted & RIGHTS);
}

int token_message_encode(const struct guise_token *token, uint32_t granted,
			 struct guise_buf *out)
{
	int r = append_header(out, granted);

	return r < 0 ? r : guise_token_encode(token, out);
}

int token_message_decode(const void *data, size_t size,
			 const struct guise_token **ret_token,
			 uint32_t *ret_granted)
{
	struct reader in = reader_of(data, size);
	uint32_t magic, version, granted;
	const uint8_t *rest;
	size_t rest_size;
	int r;

	if (!read_u32le(&in, &magic) || magic != MAGIC ||
	    !read_u32le(&in, &version) || version != VERSION ||
	    !read_u32le(&in, &granted) || granted & ~(uint32_t)RIGHTS)
		return GUISE_E_PROTOCOL;
	rest_size = size - TOKEN_MESSAGE_HEADER;
	if (!read_bytes(&in, rest_size, &rest))
		return GUISE_E_PROTOCOL;
	r = guise_token_decode(rest, rest_size, ret_token);
	if (r == -ENOMEM || r == GUISE_E_LIMIT)
		return r;
	if (r < 0)
		return GUISE_E_PROTOCOL;
	*ret_granted = granted;
	return 0;
}
