/* SPDX-License-Identifier: Apache-2.0 */
/* Names of pipes in paths. */
#include <unistd.h>

#include "pipe-object.h"
#include "text.h"

#define HOST_MAX 255

static bool is_separator(WCHAR c)
{
	return c == '\\' || c == '/';
}

static WCHAR lower(WCHAR c)
{
	return c >= 'A' && c <= 'Z' ? (WCHAR)(c + 32) : c;
}

/* Does @path go on with @word, a lower-case one, at *@at? Then behind it. */
static bool skip(const WCHAR *path, size_t n, const char *word, size_t *at)
{
	size_t i = *at;

	for (; *word; word++, i++) {
		if (i >= n)
			return false;
		if (*word == '\\' ? !is_separator(path[i])
				  : lower(path[i]) != (WCHAR)(uint8_t)*word)
			return false;
	}
	*at = i;
	return true;
}

/* \\HOST\, where that is this machine */
static bool skip_this_host(const WCHAR *path, size_t n, size_t *at)
{
	char host[HOST_MAX + 1] = {0};
	size_t i = *at;

	if (!skip(path, n, "\\\\", &i) ||
	    gethostname(host, sizeof(host) - 1) < 0 || !*host)
		return false;
	for (char *c = host; *c; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + 32);
	}
	if (!skip(path, n, host, &i) && !skip(path, n, "localhost", &i))
		return false;
	if (!skip(path, n, "\\", &i))
		return false;
	*at = i;
	return true;
}

bool pipe_path(const WCHAR *path, size_t n, size_t *ret_at)
{
	static const char *const prefixes[] = {
		"\\\\.\\",
		"\\\\?\\",
		"\\??\\",
	};
	size_t at = 0;
	bool found = skip_this_host(path, n, &at);

	if (skip(path, n, "\\device\\namedpipe\\", &at)) {
		*ret_at = at;
		return true;
	}
	for (size_t i = 0; !found && i < ARRAY_SIZE(prefixes); i++)
		found = skip(path, n, prefixes[i], &at);
	if (!found || !skip(path, n, "pipe", &at))
		return false;
	if (at < n && !is_separator(path[at]))
		return false;
	*ret_at = at < n ? at + 1 : at;
	return true;
}

NTSTATUS pipe_name_of(const WCHAR *path, char **ret)
{
	size_t n, at;

	if (!path)
		return STATUS_OBJECT_PATH_NOT_FOUND;
	n = text_length(path);
	if (!pipe_path(path, n, &at) || at == n)
		return STATUS_OBJECT_NAME_INVALID;
	return utf8_dup(path + at, ret);
}
