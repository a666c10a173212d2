/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>

#include <guise/share.h>

#include "base.h"

#include "cli.h"
#include "explain.h"
#include "posix-acl.h"

/* clang-format off */
static const struct {
	const char *word;
	struct want want;
} wants[] = {
	{"read", {GUISE_FILE_READ_DATA, POSIX_READ, false}},
	{"list", {GUISE_FILE_LIST_DIRECTORY, POSIX_READ, false}},
	{"write", {GUISE_FILE_WRITE_DATA, POSIX_WRITE, false}},
	{"append", {GUISE_FILE_APPEND_DATA, POSIX_WRITE, false}},
	{"execute", {GUISE_FILE_EXECUTE, POSIX_EXECUTE, false}},
	{"traverse", {GUISE_FILE_TRAVERSE, POSIX_EXECUTE, false}},
	{"add-file", {GUISE_FILE_ADD_FILE, POSIX_WRITE | POSIX_EXECUTE, false}},
	{"add-directory", {GUISE_FILE_ADD_SUBDIRECTORY, POSIX_WRITE | POSIX_EXECUTE, false}},
	{"stat", {GUISE_FILE_READ_ATTRIBUTES, 0, false}},
	{"delete", {GUISE_DELETE, 0, true}},
	{"permissions", {GUISE_WRITE_DAC, 0, false}},
	{"owner", {GUISE_WRITE_OWNER, 0, false}},
};
/* clang-format on */

static bool add_word(const char *word, size_t size, struct want *want)
{
	for (size_t i = 0; i < ARRAY_SIZE(wants); i++) {
		if (strlen(wants[i].word) != size ||
		    memcmp(wants[i].word, word, size) != 0)
			continue;
		want->access |= wants[i].want.access;
		want->posix |= wants[i].want.posix;
		want->deletes |= wants[i].want.deletes;
		return true;
	}
	return false;
}

int want_parse(const char *text, struct want *ret)
{
	struct want want = {0};
	const char *at = text;

	for (;;) {
		const char *end = strchrnul(at, ',');

		if (!add_word(at, (size_t)(end - at), &want))
			return cli_error(CLI_USAGE, text, "not known",
					 "see guise explain --help");
		if (*end == '\0')
			break;
		at = end + 1;
	}
	*ret = want;
	return 0;
}

bool want_changes(const struct want *want)
{
	return want->deletes || (want->posix & POSIX_WRITE);
}

void explanation_clear(struct explanation *e)
{
	for (size_t i = 0; i < e->n_findings; i++)
		free(e->findings[i].text);
	for (size_t i = 0; i < e->n_changes; i++)
		free(e->changes[i]);
	free(e->findings);
	free(e->changes);
	guise_token_unref(e->token);
	*e = (struct explanation){0};
}

bool explanation_allows(const struct explanation *e)
{
	for (size_t i = 0; i < e->n_findings; i++) {
		if (e->findings[i].blocks)
			return false;
	}
	return true;
}

void explanation_add(struct explanation *e, const char *layer, bool blocks,
		     const char *format, ...)
{
	struct finding *grown =
		reallocarray(e->findings, e->n_findings + 1, sizeof(*grown));
	char *text = NULL;
	va_list arguments;
	int n;

	if (grown)
		e->findings = grown;
	va_start(arguments, format);
	n = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (!grown || n < 0) {
		e->failed = true;
		return;
	}
	e->findings[e->n_findings++] = (struct finding){
		.layer = layer, .text = text, .blocks = blocks};
}

void explanation_change(struct explanation *e, const char *format, ...)
{
	char **grown =
		reallocarray(e->changes, e->n_changes + 1, sizeof(*grown));
	char *text = NULL;
	va_list arguments;
	int n;

	if (grown)
		e->changes = grown;
	va_start(arguments, format);
	n = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (!grown || n < 0) {
		e->failed = true;
		return;
	}
	e->changes[e->n_changes++] = text;
}

char *shell_quoted(const char *text)
{
	char *quoted = malloc(4 * strlen(text) + 3);
	char *at = quoted;

	if (!quoted)
		return NULL;
	*at++ = '\'';
	for (; *text; text++) {
		if (*text == '\'') {
			memcpy(at, "'\\''", 4);
			at += 4;
		} else {
			*at++ = *text;
		}
	}
	*at++ = '\'';
	*at = '\0';
	return quoted;
}
