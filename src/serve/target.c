/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoding is done once, component by component. What could be read in two
 * ways is refused, not repaired: an encoded slash, an encoded NUL, "." and ".."
 * (encoded or not), an empty component. Bytes above 127 pass through, so that
 * UTF-8 names and odd old names both can be reached.
 */
#include "target.h"
#include "text.h"

/* What RFC 3986 never allows in a path and no client sends by mistake. */
static bool is_forbidden_raw(uint8_t c)
{
	return c <= ' ' || c == 0x7f || c == '#';
}

static int decode_escape(struct span *raw, uint8_t *ret)
{
	unsigned high, low;

	if (raw->size < 2 || !text_digit(raw->data[0], 16, &high) ||
	    !text_digit(raw->data[1], 16, &low))
		return -EINVAL;
	*ret = (uint8_t)(high << 4 | low);
	*raw = span_from(*raw, 2);
	/* Would it be a separator or a name's end? To the kernel, yes. */
	return *ret == '\0' || *ret == '/' ? -EINVAL : 0;
}

static int decode_byte(struct span *raw, uint8_t *ret)
{
	uint8_t c = (uint8_t)raw->data[0];

	*raw = span_from(*raw, 1);
	if (c == '%')
		return decode_escape(raw, ret);
	if (is_forbidden_raw(c))
		return -EINVAL;
	*ret = c;
	return 0;
}

static bool is_dots(const char *name, size_t size)
{
	return (size == 1 && name[0] == '.') ||
	       (size == 2 && name[0] == '.' && name[1] == '.');
}

/* Where a path is being written: struct target without its 4 KiB twice. */
struct decoder {
	char *path;
	size_t size;
	bool is_directory;
};

/* One component, up to '/' or the end, appended to @t. */
static int decode_component(struct span *raw, struct decoder *t)
{
	size_t start = t->size, size;
	int r;

	while (raw->size && raw->data[0] != '/') {
		uint8_t c;

		r = decode_byte(raw, &c);
		if (r < 0)
			return r;
		if (t->size >= GUISE_PATH_MAX)
			return -ENAMETOOLONG;
		t->path[t->size++] = (char)c;
	}
	size = t->size - start;
	if (size == 0 || is_dots(t->path + start, size))
		return -EINVAL;
	return size > GUISE_NAME_MAX ? -ENAMETOOLONG : 0;
}

static int decode_path(struct span raw, struct decoder *t)
{
	int r;

	t->is_directory = true;
	while (raw.size) {
		if (raw.data[0] != '/')
			return -EINVAL;
		raw = span_from(raw, 1);
		t->is_directory = raw.size == 0;
		if (t->is_directory)
			break;
		if (t->size) {
			if (t->size >= GUISE_PATH_MAX)
				return -ENAMETOOLONG;
			t->path[t->size++] = '/';
		}
		r = decode_component(&raw, t);
		if (r < 0)
			return r;
	}
	t->path[t->size] = '\0';
	return 0;
}

bool target_split_uri(struct span uri, struct span *ret_host,
		      struct span *ret_path)
{
	const char *slash;

	if (span_starts_nocase(uri, "http://"))
		uri = span_from(uri, 7);
	else if (span_starts_nocase(uri, "https://"))
		uri = span_from(uri, 8);
	else
		return false;
	slash = uri.size ? memchr(uri.data, '/', uri.size) : NULL;
	if (!slash) {
		*ret_host = uri;
		*ret_path = span_of("/");
		return true;
	}
	*ret_host = (struct span){uri.data, (size_t)(slash - uri.data)};
	*ret_path = span_from(uri, ret_host->size);
	return true;
}

int target_parse(struct span raw, struct target *ret)
{
	struct span host, query;
	struct decoder t = {.path = ret->path};
	int r;

	if (raw.size > TARGET_RAW_MAX)
		return -ENAMETOOLONG;
	(void)target_split_uri(raw, &host, &raw);
	(void)span_split(raw, '?', &raw, &query);
	if (raw.size == 0)
		return -EINVAL;

	r = decode_path(raw, &t);
	if (r < 0)
		return r;
	ret->size = t.size;
	ret->is_directory = t.is_directory;
	return 0;
}
