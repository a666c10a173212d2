/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text. Windows text is UTF-16; the A forms of functions take and give UTF-8,
 * as everything else on Linux does. What is no text (half a surrogate pair,
 * broken UTF-8) is refused, not replaced: two names must not become one.
 */
#ifndef WIN32_TEXT_H
#define WIN32_TEXT_H

#include "facade.h"
#include "status.h"

/* The character that @text begins with: units or bytes it takes, 0 if it begins
 * with none. @n, @size: not 0 */
size_t text_next_utf16(const WCHAR *text, size_t n, uint32_t *ret);
size_t text_next_utf8(const uint8_t *text, size_t size, uint32_t *ret);
/* A character as units or bytes; how many */
size_t text_put_utf16(uint32_t c, WCHAR ret[2]);
size_t text_put_utf8(uint32_t c, uint8_t ret[4]);

/* Units up to the NUL */
size_t text_length(const WCHAR *text);
/* Appends the @n units of @text in UTF-8, without NUL.
 * STATUS_NO_UNICODE_TRANSLATION, STATUS_NO_MEMORY */
NTSTATUS text_to_utf8(const WCHAR *text, size_t n, struct guise_buf *out);
/* Appends the @size bytes of @text in UTF-16, without NUL. Same failures. */
NTSTATUS text_to_utf16(const char *text, size_t size, struct guise_buf *out);
/* The same, NUL-terminated on both sides, into memory for free(). NULL gives
 * NULL and success. */
NTSTATUS utf8_dup(const WCHAR *text, char **ret);
NTSTATUS utf16_dup(const char *text, WCHAR **ret);
/* A counted string into NUL-terminated UTF-8 for free(). NULL or an empty
 * string: "". STATUS_ACCESS_VIOLATION if it cannot be read,
 * STATUS_OBJECT_NAME_INVALID if it holds a NUL or is no text. */
NTSTATUS unicode_string_dup(const UNICODE_STRING *string, char **ret);
/* Equal but for the case of ASCII letters */
bool text_equal_ascii(const WCHAR *text, const char *ascii);

#endif
