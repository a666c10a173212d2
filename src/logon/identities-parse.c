/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of a configuration of identities. libinih takes keys and values
 * apart; lines are counted here, so that every complaint has its place, and
 * sections are read here, since libinih cuts their names at 49 bytes and realms
 * may be longer.
 */
#include <ctype.h>
#include <stdio.h>

#include <ini.h>

#include "identities-parse.h"

/* libinih's own buffer: a longer line would be read as two. */
#define LINE_MAX_SIZE 198

/* Ours: what SSSD has. */
#define RANGE_LOW 200000
#define RANGE_HIGH 2000200000
#define RANGE_SIZE 200000

/* Text of others goes to a terminal or a log: no controls. */
static void make_printable(char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text < 0x20 || (unsigned char)*text > 0x7e)
			*text = '?';
	}
}

int id_complain(struct id_parser *p, unsigned line, int code, const char *why,
		const char *text, size_t size)
{
	const int shown = size > 80 ? 80 : (int)size;

	p->error = code;
	if (!p->reterr)
		return code;
	p->reterr->line = line;
	if (text)
		(void)snprintf(p->reterr->why, sizeof(p->reterr->why),
			       "%s: \"%.*s\"", why, shown, text);
	else
		(void)snprintf(p->reterr->why, sizeof(p->reterr->why), "%s",
			       why);
	make_printable(p->reterr->why);
	return code;
}

struct line {
	const char *at;
	size_t size;
};

/* Without what is blank at both ends, newline and all. */
static struct line trim(struct line line)
{
	while (line.size > 0 && isspace((unsigned char)line.at[0])) {
		line.at++;
		line.size--;
	}
	while (line.size > 0 && isspace((unsigned char)line.at[line.size - 1]))
		line.size--;
	return line;
}

static bool take_line(struct id_parser *p, struct line *ret)
{
	const char *end;
	size_t n;

	if (p->rest_size == 0 || p->error < 0)
		return false;
	end = memchr(p->rest, '\n', p->rest_size);
	n = end ? (size_t)(end - p->rest) + 1 : p->rest_size;
	*ret = (struct line){p->rest, n};
	p->line++;
	p->rest += n;
	p->rest_size -= n;
	/* a byte order mark */
	if (p->line == 1 && n >= 3 && memcmp(ret->at, "\xef\xbb\xbf", 3) == 0)
		*ret = (struct line){ret->at + 3, n - 3};
	*ret = trim(*ret);
	return true;
}

/* "[NAME]", and after it nothing but a comment. */
static void begin_section(struct id_parser *p, struct line line)
{
	const char *end = memchr(line.at, ']', line.size);
	struct line name, after;

	if (!end) {
		(void)id_complain(p, p->line, -EINVAL,
				  "the section is not closed with ]", line.at,
				  line.size);
		return;
	}
	name = trim((struct line){line.at + 1, (size_t)(end - line.at) - 1});
	after = trim((struct line){end + 1,
				   line.size - (size_t)(end - line.at) - 1});
	if (after.size > 0 && after.at[0] != ';' && after.at[0] != '#') {
		(void)id_complain(p, p->line, -EINVAL,
				  "something follows the section", after.at,
				  after.size);
		return;
	}
	p->error = id_begin_section(p, name.at, name.size);
}

/*
 * As fgets(): one line, or NULL at the end. Blanks at the beginning are gone,
 * with which libinih would take the line for more of the last value; a section
 * is an empty line to it.
 */
static char *next_line(char *ret, int size, void *stream)
{
	struct id_parser *p = stream;
	struct line line;

	if (!take_line(p, &line))
		return NULL;
	if (line.size > LINE_MAX_SIZE || line.size + 1 > (size_t)size)
		(void)id_complain(p, p->line, -EINVAL,
				  "the line is longer than 198 bytes", NULL, 0);
	else if (memchr(line.at, '\0', line.size))
		(void)id_complain(p, p->line, -EINVAL, "the line is not text",
				  NULL, 0);
	else if (line.size > 0 && line.at[0] == '[')
		begin_section(p, line);
	if (p->error < 0)
		return NULL;
	if (line.size > 0 && line.at[0] == '[')
		line.size = 0;
	memcpy(ret, line.at, line.size);
	ret[line.size] = '\0';
	return ret;
}

/* libinih's callback: 1 = fine */
static int found(void *context, const char *section, const char *key,
		 const char *value)
{
	struct id_parser *p = context;

	(void)section; /* the parser's own */
	if (p->error < 0)
		return 0;
	p->error = id_set(p, key, value ? value : "");
	return p->error == 0;
}

static int parse(struct id_parser *p)
{
	int bad_line = ini_parse_stream(next_line, p, found, p);

	if (p->error < 0)
		return p->error;
	if (bad_line < 0)
		return -ENOMEM;
	if (bad_line > 0)
		return id_complain(p, (unsigned)bad_line, -EINVAL,
				   "neither a section nor KEY = VALUE", NULL,
				   0);
	return id_finish(p);
}

static void set_defaults(struct guise_identities *ids)
{
	static const enum guise_id_source sources[] = {
		GUISE_ID_SOURCE_STATIC,	   GUISE_ID_SOURCE_BUILTIN,
		GUISE_ID_SOURCE_UNIX,	   GUISE_ID_SOURCE_DOMAIN,
		GUISE_ID_SOURCE_ALGORITHM,
	};

	static_assert(sizeof(sources) <= sizeof(ids->sources), "they fit");
	atomic_init(&ids->refs, 1);
	memcpy(ids->sources, sources, sizeof(sources));
	ids->n_sources = ARRAY_SIZE(sources);
	ids->range = (struct id_range){RANGE_LOW, RANGE_HIGH, RANGE_SIZE};
}

int guise_identities_parse(const char *text, size_t text_size,
			   const struct guise_identities **ret,
			   struct guise_identities_error *reterr)
{
	struct guise_identities_error ignored = {.size = sizeof(ignored)};
	struct id_parser p = {
		.rest = text,
		.rest_size = text_size,
		.reterr = reterr ? reterr : &ignored,
	};
	int r;

	if ((!text && text_size > 0) || !ret ||
	    (reterr && reterr->size < sizeof(*reterr)))
		return -EINVAL;
	if (text_size > GUISE_IDENTITIES_MAX_SIZE)
		return id_complain(&p, 1, GUISE_E_LIMIT, "the text is too long",
				   NULL, 0);
	p.ids = calloc(1, sizeof(*p.ids));
	if (!p.ids)
		return -ENOMEM;
	set_defaults(p.ids);
	r = parse(&p);
	if (r < 0) {
		identities_free(p.ids);
		return r;
	}
	*ret = p.ids;
	return 0;
}
