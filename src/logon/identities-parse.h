/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of reading a configuration of identities: the text
 * (identities-parse.c), one key (identities-set.c), what can only be judged
 * when all of it is there (identities-check.c).
 */
#ifndef LOGON_IDENTITIES_PARSE_H
#define LOGON_IDENTITIES_PARSE_H

#include "idmap.h"

enum id_section {
	ID_SECTION_NONE = 0,
	ID_SECTION_IDMAP,
	ID_SECTION_STATIC,
	ID_SECTION_DOMAIN,
	ID_SECTION_REALM,
	ID_SECTION_PRINCIPALS,
};

struct id_parser {
	struct guise_identities *ids;
	const char *rest;
	size_t rest_size;
	unsigned line; /* of @rest's beginning */
	enum id_section section;
	bool has_sources, has_range, has_size; /* of [idmap], said already */
	int error;
	struct guise_identities_error *reterr;
};

/* Says what is wrong with @line; @text, up to @size bytes of the
 * configuration, follows in quotes if it is not NULL. Returns @code. */
int id_complain(struct id_parser *p, unsigned line, int code, const char *why,
		const char *text, size_t size);

/* A section begins: its name without brackets. 0 or a code, said. */
GUISE_MUST_USE int id_begin_section(struct id_parser *p, const char *name,
				    size_t size);
/* One key of the section. 0 or a code, said. */
GUISE_MUST_USE int id_set(struct id_parser *p, const char *key,
			  const char *value);
/* Puts tables in order, places the domains of the algorithm and refuses what
 * contradicts itself. 0 or a code, said. */
GUISE_MUST_USE int id_finish(struct id_parser *p);

#endif
