/* SPDX-License-Identifier: Apache-2.0 */
/* Names as programs give them, and as the namespace has them. */
#include <pthread.h>
#include <strings.h>

#include "named.h"
#include "namespace.h"

static const struct {
	const char *text;
	unsigned scope;
} prefixes[] = {
	{"Global\\", NAME_GLOBAL},
	{"Local\\", NAME_LOCAL},
	{"\\BaseNamedObjects\\", NAME_GLOBAL},
};

/* Any byte as part of a file name */
static NTSTATUS escape(const char *text, char *ret, size_t size)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t n = 0;

	for (; *text; text++) {
		uint8_t c = (uint8_t)*text;
		bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			     (c >= 'A' && c <= 'Z') || c == '-' || c == '_';

		if (n + 3 >= size)
			return STATUS_NAME_TOO_LONG;
		if (plain) {
			ret[n++] = (char)c;
			continue;
		}
		ret[n++] = '%';
		ret[n++] = hex[c >> 4];
		ret[n++] = hex[c & 15];
	}
	ret[n] = 0;
	return STATUS_SUCCESS;
}

NTSTATUS name_parse(const char *text, struct name_parts *ret)
{
	ret->scope = NAME_LOCAL;
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		size_t n = strlen(prefixes[i].text);

		if (strncasecmp(text, prefixes[i].text, n) == 0) {
			ret->scope = prefixes[i].scope;
			text += n;
			break;
		}
	}
	if (*text == 0 || strchr(text, '\\'))
		return STATUS_OBJECT_PATH_NOT_FOUND;
	/* root's own names are those of the machine, as in session 0 */
	if (namespace_directory(NAME_LOCAL) == namespace_directory(NAME_GLOBAL))
		ret->scope = NAME_GLOBAL;
	ret->entry[0] = 'N'; /* no other kind of entry begins so */
	return escape(text, ret->entry + 1, sizeof(ret->entry) - 1);
}
