/* SPDX-License-Identifier: Apache-2.0 */
/* Text for the buffer of a caller who says how much room there is. */
#ifndef WIN32_OUT_TEXT_H
#define WIN32_OUT_TEXT_H

#include "facade.h"

/**
 * struct out_text - text on its way to the caller
 * @buffer: the caller's; may be NULL: then nothing is written
 * @wide: it is WCHAR, else char
 * @bytes: the text as it is written, without NUL; owned
 */
struct out_text {
	void *buffer;
	bool wide;
	struct guise_buf bytes;
};

void out_text_clear(struct out_text *out);

/* What is to be written. STATUS_NO_UNICODE_TRANSLATION, STATUS_NO_MEMORY */
NTSTATUS out_text_set(struct out_text *out, const char *utf8);
/* Characters without the NUL */
DWORD out_text_length(const struct out_text *out);
/* Writes it with its NUL; there must be room. */
void out_text_write(const struct out_text *out);

#endif
