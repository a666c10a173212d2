/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The INI text, taken apart by libinih; it hands over one key at a time, while
 * the reader below counts the lines, so that every complaint has its place.
 */
#include <ctype.h>
#include <stdio.h>

#include <ini.h>

#include "config.h"

/* libinih's own buffers: a longer line would be read as two, a longer section
 * name cut. */
#define LINE_MAX_SIZE 198
#define SECTION_MAX_SIZE 48

struct parser {
	struct config *config;
	const char *name;
	struct span rest;
	unsigned line;
	int error;
	struct config_error *reterr;
};

static void complain(struct parser *p, const char *why, const char *todo)
{
	(void)snprintf(p->reterr->why, sizeof(p->reterr->why), "%s", why);
	p->reterr->todo = todo;
	p->error = -EINVAL;
}

static void place(struct parser *p)
{
	(void)snprintf(p->reterr->where, sizeof(p->reterr->where), "%s:%u",
		       p->name, p->line);
}

/* libinih skips a byte order mark and isspace() before it looks for a section
 */
static bool is_section(struct span line)
{
	size_t blank;

	if (span_starts_nocase(line, "\xef\xbb\xbf"))
		line = span_from(line, 3);
	for (blank = 0; blank < line.size; blank++)
		if (!isspace((unsigned char)line.data[blank]))
			break;
	return span_starts_nocase(span_from(line, blank), "[");
}

static bool is_open_section(struct span line)
{
	return is_section(line) && !memchr(line.data, ']', line.size);
}

static bool fits(struct span line)
{
	return line.size <=
	       (is_section(line) ? SECTION_MAX_SIZE : LINE_MAX_SIZE);
}

/* As fgets(): one line with its newline, or NULL at the end. */
static char *next_line(char *ret, int size, void *stream)
{
	struct parser *p = stream;
	const char *end;
	size_t n;

	if (p->rest.size == 0 || p->error < 0)
		return NULL;
	p->line++;
	end = memchr(p->rest.data, '\n', p->rest.size);
	n = end ? (size_t)(end - p->rest.data) + 1 : p->rest.size;
	if (!fits((struct span){p->rest.data, n}) || n + 1 > (size_t)size ||
	    memchr(p->rest.data, '\0', n)) {
		place(p);
		complain(p, "the line is too long or not text",
			 "keep lines below 198 bytes and sections below 48");
		return NULL;
	}
	if (is_open_section((struct span){p->rest.data, n})) {
		place(p);
		complain(p, "the section is not closed",
			 "end it with ']', as in [share NAME]");
		return NULL;
	}
	memcpy(ret, p->rest.data, n);
	ret[n] = '\0';
	p->rest = span_from(p->rest, n);
	return ret;
}

static int section_share(struct parser *p, struct span section,
			 struct config_share **ret)
{
	*ret = NULL;
	if (section.size == 0 || span_equal(section, "server"))
		return 0;
	if (span_equal(section, "share"))
		return config_share(p->config, span_of(""), ret, p->reterr);
	if (!span_starts_nocase(section, "share ")) {
		complain(p, "unknown section", "use [server] or [share NAME]");
		return -EINVAL;
	}
	return config_share(p->config, span_trim(span_from(section, 6)), ret,
			    p->reterr);
}

/* libinih's callback: 1 = fine */
static int found(void *context, const char *section, const char *name,
		 const char *value)
{
	struct parser *p = context;
	struct config_share *share;
	int r;

	if (p->error < 0)
		return 0;
	place(p);
	r = section_share(p, span_of(section), &share);
	if (r == 0)
		r = config_set(p->config, share, span_of(name),
			       span_of(value ? value : ""), true, p->reterr);
	if (r < 0)
		p->error = r;
	return r == 0;
}

int config_parse(struct config *config, const char *name, struct span text,
		 struct config_error *reterr)
{
	struct parser p = {
		.config = config,
		.name = name,
		.rest = text,
		.reterr = reterr,
	};
	int bad_line = ini_parse_stream(next_line, &p, found, &p);

	if (p.error < 0)
		return p.error;
	if (bad_line == 0)
		return 0;
	if (bad_line < 0)
		return -ENOMEM;
	p.line = (unsigned)bad_line;
	place(&p);
	complain(&p, "neither a section nor KEY = VALUE",
		 "write KEY = VALUE, [share NAME] or a comment");
	return p.error;
}
