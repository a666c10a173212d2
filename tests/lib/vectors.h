/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a vector file: tab-separated columns, '#' comments, nothing trimmed.
 * A test asks for row after row; a file that is missing or has a row with too
 * few columns ends the test program.
 */
#ifndef TESTS_VECTORS_H
#define TESTS_VECTORS_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VECTOR_COLUMNS_MAX 12

struct vectors {
	FILE *file;
	const char *name;
	char *line;
	size_t capacity;
	unsigned number; /* of the line, from 1 */
	unsigned n_rows; /* so far */
	char *column[VECTOR_COLUMNS_MAX];
};

static inline struct vectors vectors_open(const char *name)
{
	struct vectors v = {.name = name};
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", VECTORS_DIR, name);
	v.file = fopen(path, "r");
	if (!v.file) {
		perror(path);
		abort();
	}
	return v;
}

static inline void vectors_split(struct vectors *v, size_t n_columns)
{
	char *rest = v->line;

	for (size_t i = 0; i < n_columns; i++) {
		v->column[i] = strsep(&rest, "\t");
		if (!v->column[i]) {
			fprintf(stderr, "%s:%u: too few columns\n", v->name,
				v->number);
			abort();
		}
	}
}

/* The next row is in v->column[]; false at the end of the file. */
static inline bool vectors_next(struct vectors *v, size_t n_columns)
{
	ssize_t size;

	while ((size = getline(&v->line, &v->capacity, v->file)) > 0) {
		v->number++;
		if (v->line[size - 1] == '\n')
			v->line[size - 1] = '\0';
		if (v->line[0] == '#' || v->line[0] == '\0')
			continue;
		vectors_split(v, n_columns);
		v->n_rows++;
		return true;
	}
	return false;
}

static inline void vectors_close(struct vectors *v)
{
	fclose(v->file);
	free(v->line);
}

static inline bool vectors_is(const char *column, const char *word)
{
	return strcmp(column, word) == 0;
}

/* Turns \\ \t \n \r \uXXXX into UTF-8, in place. */
static inline void vectors_unescape(char *text)
{
	char *to = text;
	unsigned code;

	while (*text) {
		if (*text != '\\') {
			*to++ = *text++;
			continue;
		}
		text++;
		if (*text == 'u' && sscanf(text + 1, "%4x", &code) == 1) {
			text += 5;
			if (code >= 0x800)
				*to++ = (char)(0xe0 | code >> 12);
			if (code >= 0x800)
				*to++ = (char)(0x80 | (code >> 6 & 0x3f));
			else if (code >= 0x80)
				*to++ = (char)(0xc0 | code >> 6);
			*to++ = (char)(code < 0x80 ? code
						   : 0x80 | (code & 0x3f));
			continue;
		}
		*to++ = *text == 't'   ? '\t'
			: *text == 'n' ? '\n'
			: *text == 'r' ? '\r'
				       : *text;
		text++;
	}
	*to = '\0';
}

#endif
