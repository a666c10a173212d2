/* SPDX-License-Identifier: Apache-2.0 */
#include <guise/base.h>

#include "out-text.h"

#include "buf.h"
#include "text.h"

void out_text_clear(struct out_text *out)
{
	guise_buf_clear(&out->bytes);
}

NTSTATUS out_text_set(struct out_text *out, const char *utf8)
{
	if (out->wide)
		return text_to_utf16(utf8, strlen(utf8), &out->bytes);
	return status_of(buf_append_text(&out->bytes, utf8));
}

static size_t unit(const struct out_text *out)
{
	return out->wide ? sizeof(WCHAR) : 1;
}

DWORD out_text_length(const struct out_text *out)
{
	return (DWORD)(out->bytes.size / unit(out));
}

void out_text_write(const struct out_text *out)
{
	uint8_t *to = out->buffer;

	if (!to)
		return;
	if (out->bytes.size > 0)
		memcpy(to, out->bytes.data, out->bytes.size);
	memset(to + out->bytes.size, 0, unit(out));
}
