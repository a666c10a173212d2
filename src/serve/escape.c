/* SPDX-License-Identifier: Apache-2.0 */
/* Each form passes a short list of characters and encodes all others. */
#include "escape.h"
#include "utf8.h"

#define REPLACEMENT "\xef\xbf\xbd"

static bool is_alnum(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}

static int append_hex(struct guise_buf *out, const char *prefix, uint8_t c)
{
	return buf_printf(out, "%s%02X", prefix, c);
}

int escape_url(struct guise_buf *out, struct span text)
{
	for (size_t i = 0; i < text.size; i++) {
		uint8_t c = (uint8_t)text.data[i];
		bool plain = is_alnum(c) || (c && strchr("-._~/", c));
		int r = plain ? buf_append_u8(out, c) : append_hex(out, "%", c);

		if (r < 0)
			return r;
	}
	return 0;
}

/* XML 1.0 2.2, without what no name needs */
static bool is_xml_char(uint32_t c)
{
	return (c >= 0x20 && c < 0x7f) || (c >= 0xa0 && c <= 0xd7ff) ||
	       (c >= 0xe000 && c <= 0xfffd) || c >= 0x10000;
}

static const char *markup_entity(uint32_t c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

int escape_markup(struct guise_buf *out, struct span text)
{
	while (text.size) {
		const char *start = text.data, *entity = NULL;
		uint32_t c = 0;
		bool valid = span_next_utf8(&text, &c) && is_xml_char(c);
		int r;

		if (valid)
			entity = markup_entity(c);
		if (!valid)
			r = buf_append_text(out, REPLACEMENT);
		else if (entity)
			r = buf_append_text(out, entity);
		else
			r = buf_append(out, start, (size_t)(text.data - start));
		if (r < 0)
			return r;
	}
	return 0;
}

int escape_line(struct guise_buf *out, struct span text)
{
	for (size_t i = 0; i < text.size; i++) {
		uint8_t c = (uint8_t)text.data[i];
		bool plain = c > ' ' && c < 0x7f && c != '"' && c != '\\';
		int r = plain ? buf_append_u8(out, c)
			      : append_hex(out, "\\x", c);

		if (r < 0)
			return r;
	}
	return 0;
}

static int append_json_unit(struct guise_buf *out, uint32_t c)
{
	if (c < 0x10000)
		return buf_printf(out, "\\u%04x", (unsigned)c);
	c -= 0x10000;
	return buf_printf(out, "\\u%04x\\u%04x", (unsigned)(0xd800 + (c >> 10)),
			  (unsigned)(0xdc00 + (c & 0x3ff)));
}

int escape_json(struct guise_buf *out, struct span text)
{
	while (text.size) {
		uint32_t c;
		int r;

		if (!span_next_utf8(&text, &c))
			c = 0xfffd;
		if (c >= ' ' && c < 0x7f && c != '"' && c != '\\')
			r = buf_append_u8(out, (uint8_t)c);
		else
			r = append_json_unit(out, c);
		if (r < 0)
			return r;
	}
	return 0;
}

int escape_cut(struct guise_buf *out, struct span text, size_t max,
	       int (*escape)(struct guise_buf *out, struct span text))
{
	const size_t before = out->size;
	struct span shown = text;
	int r;

	if (shown.size > max)
		shown.size = max;
	for (;;) {
		r = escape(out, shown);
		if (r < 0 || out->size - before <= max)
			break;
		buf_truncate(out, before);
		shown.size /= 2;
	}
	return r < 0 || shown.size == text.size ? r
						: buf_append_text(out, "...");
}
