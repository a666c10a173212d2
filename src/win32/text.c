/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-16 and UTF-8 into each other, strictly: RFC 3629, RFC 2781. */
#include "text.h"

#include "buf.h"
#include "user-memory.h"

#define IS_HIGH(unit) (((unit)&0xfc00) == 0xd800)
#define IS_LOW(unit) (((unit)&0xfc00) == 0xdc00)

size_t text_length(const WCHAR *text)
{
	size_t n = 0;

	while (text[n])
		n++;
	return n;
}

size_t text_next_utf16(const WCHAR *text, size_t n, uint32_t *ret)
{
	uint32_t first = (uint16_t)text[0];

	if (!IS_HIGH(first) && !IS_LOW(first)) {
		*ret = first;
		return 1;
	}
	if (IS_LOW(first) || n < 2 || !IS_LOW((uint16_t)text[1]))
		return 0;
	*ret = 0x10000 + ((first & 0x3ff) << 10) + ((uint16_t)text[1] & 0x3ff);
	return 2;
}

size_t text_put_utf8(uint32_t c, uint8_t ret[4])
{
	if (c < 0x80) {
		ret[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		ret[0] = (uint8_t)(0xc0 | c >> 6);
		ret[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		ret[0] = (uint8_t)(0xe0 | c >> 12);
		ret[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		ret[2] = (uint8_t)(0x80 | (c & 0x3f));
		return 3;
	}
	ret[0] = (uint8_t)(0xf0 | c >> 18);
	ret[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	ret[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	ret[3] = (uint8_t)(0x80 | (c & 0x3f));
	return 4;
}

static NTSTATUS undo(struct guise_buf *out, size_t size, NTSTATUS status)
{
	buf_truncate(out, size);
	return status;
}

NTSTATUS text_to_utf8(const WCHAR *text, size_t n, struct guise_buf *out)
{
	size_t before = out->size;

	for (size_t i = 0, units; i < n; i += units) {
		uint8_t bytes[4];
		uint32_t c;

		units = text_next_utf16(text + i, n - i, &c);
		if (units == 0)
			return undo(out, before, STATUS_NO_UNICODE_TRANSLATION);
		if (buf_append(out, bytes, text_put_utf8(c, bytes)) < 0)
			return undo(out, before, STATUS_NO_MEMORY);
	}
	return STATUS_SUCCESS;
}

/* Bytes of a sequence by its first byte, and the smallest character that
 * needs as many; 0: no first byte */
static size_t sequence(uint8_t first, uint32_t *ret_bits, uint32_t *ret_least)
{
	if (first < 0x80) {
		*ret_bits = first;
		*ret_least = 0;
		return 1;
	}
	if (first >= 0xc2 && first < 0xe0) {
		*ret_bits = first & 0x1f;
		*ret_least = 0x80;
		return 2;
	}
	if (first >= 0xe0 && first < 0xf0) {
		*ret_bits = first & 0x0f;
		*ret_least = 0x800;
		return 3;
	}
	if (first >= 0xf0 && first < 0xf5) {
		*ret_bits = first & 0x07;
		*ret_least = 0x10000;
		return 4;
	}
	return 0;
}

size_t text_next_utf8(const uint8_t *text, size_t size, uint32_t *ret)
{
	uint32_t c, least;
	size_t n = sequence(text[0], &c, &least);

	if (n == 0 || n > size)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (text[i] & 0x3f);
	}
	if (c < least || c > 0x10ffff || IS_HIGH(c) || IS_LOW(c))
		return 0;
	*ret = c;
	return n;
}

size_t text_put_utf16(uint32_t c, WCHAR ret[2])
{
	if (c < 0x10000) {
		ret[0] = (WCHAR)c;
		return 1;
	}
	ret[0] = (WCHAR)(0xd800 | (c - 0x10000) >> 10);
	ret[1] = (WCHAR)(0xdc00 | ((c - 0x10000) & 0x3ff));
	return 2;
}

NTSTATUS text_to_utf16(const char *text, size_t size, struct guise_buf *out)
{
	const uint8_t *bytes = (const uint8_t *)text;
	size_t before = out->size;

	for (size_t i = 0, n; i < size; i += n) {
		WCHAR units[2];
		uint32_t c;

		n = text_next_utf8(bytes + i, size - i, &c);
		if (n == 0)
			return undo(out, before, STATUS_NO_UNICODE_TRANSLATION);
		if (buf_append(out, units,
			       text_put_utf16(c, units) * sizeof(WCHAR)) < 0)
			return undo(out, before, STATUS_NO_MEMORY);
	}
	return STATUS_SUCCESS;
}

NTSTATUS utf8_dup(const WCHAR *text, char **ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	NTSTATUS status;

	if (!text) {
		*ret = NULL;
		return STATUS_SUCCESS;
	}
	status = text_to_utf8(text, text_length(text) + 1, &out);
	if (status < 0)
		return status;
	*ret = (char *)guise_take(out.data);
	return STATUS_SUCCESS;
}

NTSTATUS utf16_dup(const char *text, WCHAR **ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	NTSTATUS status;

	if (!text) {
		*ret = NULL;
		return STATUS_SUCCESS;
	}
	status = text_to_utf16(text, strlen(text) + 1, &out);
	if (status < 0)
		return status;
	*ret = (WCHAR *)(void *)guise_take(out.data);
	return STATUS_SUCCESS;
}

static NTSTATUS counted_dup(const WCHAR *text, size_t n, char **ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	NTSTATUS status;

	for (size_t i = 0; i < n; i++) {
		if (text[i] == 0)
			return STATUS_OBJECT_NAME_INVALID;
	}
	status = text_to_utf8(text, n, &out);
	if (status == STATUS_NO_UNICODE_TRANSLATION)
		return STATUS_OBJECT_NAME_INVALID;
	if (status < 0)
		return status;
	if (buf_append_u8(&out, 0) < 0)
		return STATUS_NO_MEMORY;
	*ret = (char *)guise_take(out.data);
	return STATUS_SUCCESS;
}

NTSTATUS unicode_string_dup(const UNICODE_STRING *string, char **ret)
{
	if (string && !user_readable(string, sizeof(*string)))
		return STATUS_ACCESS_VIOLATION;
	if (!string || string->Length == 0)
		return counted_dup(NULL, 0, ret);
	if (string->Length % sizeof(WCHAR))
		return STATUS_OBJECT_NAME_INVALID;
	if (!user_readable(string->Buffer, string->Length))
		return STATUS_ACCESS_VIOLATION;
	return counted_dup(string->Buffer, string->Length / sizeof(WCHAR), ret);
}

static WCHAR lower_ascii(WCHAR c)
{
	return c >= 'A' && c <= 'Z' ? (WCHAR)(c | 0x20) : c;
}

bool text_equal_ascii(const WCHAR *text, const char *ascii)
{
	size_t i = 0;

	for (; text[i] && ascii[i]; i++) {
		if (lower_ascii(text[i]) != lower_ascii((WCHAR)ascii[i]))
			return false;
	}
	return !text[i] && !ascii[i];
}
