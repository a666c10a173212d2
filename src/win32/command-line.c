/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules: words are separated by blanks outside of quotes. Backslashes mean
 * themselves unless a quote follows: then each pair is one, and an odd one
 * makes the quote a character. Two quotes within quotes are one. In the first
 * word, the program, quotes only hold blanks together.
 */
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "buf.h"
#include "command-line.h"
#include "fd.h"
#include "text.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static int read_program(const char **at, struct guise_buf *word)
{
	bool quoted = false;
	int r = 0;

	for (; r >= 0 && **at && (quoted || !is_blank(**at)); (*at)++) {
		if (**at == '"')
			quoted = !quoted;
		else
			r = buf_append_u8(word, (uint8_t) * *at);
	}
	return r;
}

static int append_backslashes(struct guise_buf *word, size_t n)
{
	int r = 0;

	while (r >= 0 && n-- > 0)
		r = buf_append_u8(word, '\\');
	return r;
}

/* A run of backslashes and the quote that may follow */
static int read_backslashes(const char **at, struct guise_buf *word)
{
	size_t n = strspn(*at, "\\");
	int r;

	*at += n;
	if (**at != '"')
		return append_backslashes(word, n);
	r = append_backslashes(word, n / 2);
	if (r < 0 || n % 2 == 0)
		return r;
	(*at)++;
	return buf_append_u8(word, '"');
}

static int read_word(const char **at, struct guise_buf *word)
{
	bool quoted = false;
	int r = 0;

	while (r >= 0 && **at && (quoted || !is_blank(**at))) {
		if (**at == '\\') {
			r = read_backslashes(at, word);
		} else if (**at == '"' && quoted && (*at)[1] == '"') {
			*at += 2;
			r = buf_append_u8(word, '"');
		} else if (**at == '"') {
			quoted = !quoted;
			(*at)++;
		} else {
			r = buf_append_u8(word, (uint8_t) * (*at)++);
		}
	}
	return r;
}

static bool add_word(char ***words, size_t n, struct guise_buf *word)
{
	char **more;

	if (buf_append_u8(word, 0) < 0)
		return false;
	more = reallocarray(*words, n + 2, sizeof(*more));
	if (!more)
		return false;
	more[n] = (char *)guise_take(word->data);
	more[n + 1] = NULL;
	*words = more;
	*word = (struct guise_buf){0};
	return true;
}

char **command_line_split(const char *text)
{
	char **words = array_alloc(1, sizeof(*words));
	size_t n = 0;

	while (words) {
		GUISE_AUTO(guise_buf_clear) struct guise_buf word = {0};
		int r;

		while (is_blank(*text))
			text++;
		if (!*text)
			break;
		r = n == 0 ? read_program(&text, &word)
			   : read_word(&text, &word);
		if (r < 0 || !add_word(&words, n, &word)) {
			command_line_free(words);
			return NULL;
		}
		n++;
	}
	return words;
}

void command_line_free(char **words)
{
	for (size_t i = 0; words && words[i]; i++)
		free(words[i]);
	free(words);
}

static int append_quoted(struct guise_buf *out, const char *word)
{
	int r = buf_append_u8(out, '"');

	while (r >= 0 && *word) {
		size_t n = strspn(word, "\\");

		word += n;
		/* before a quote each counts for half */
		if (*word == '"' || *word == 0)
			r = append_backslashes(out, 2 * n + (*word == '"'));
		else
			r = append_backslashes(out, n);
		if (r >= 0 && *word)
			r = buf_append_u8(out, (uint8_t)*word++);
	}
	return r < 0 ? r : buf_append_u8(out, '"');
}

char *command_line_join(const char *const *words, size_t n)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	int r = 0;

	for (size_t i = 0; r >= 0 && i < n; i++) {
		bool plain = *words[i] && !strpbrk(words[i], " \t\"");

		if (i > 0)
			r = buf_append_u8(&out, ' ');
		if (r >= 0)
			r = plain ? buf_append_text(&out, words[i])
				  : append_quoted(&out, words[i]);
	}
	if (r < 0 || buf_append_u8(&out, 0) < 0)
		return NULL;
	return (char *)guise_take(out.data);
}

/* This process's own, made once and kept */
static pthread_once_t own_once = PTHREAD_ONCE_INIT;
static char own_narrow_empty[1];
static WCHAR own_wide_empty[1];
static char *own_narrow = own_narrow_empty;
static WCHAR *own_wide = own_wide_empty;

static int read_own(struct guise_buf *out)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	ssize_t n;

	fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	do {
		uint8_t *at;
		int r = buf_reserve(out, 4096, &at);

		if (r < 0)
			return r;
		n = read(fd, at, 4096);
		if (n < 0)
			return -errno;
		out->size += (size_t)n;
	} while (n > 0);
	return buf_append_u8(out, 0);
}

static char *join_own(const struct guise_buf *text)
{
	size_t n = 0, room = 1;
	const char **words;
	char *joined;

	for (size_t i = 0; i + 1 < text->size; i++)
		room += text->data[i] == 0;
	words = array_alloc(room, sizeof(*words));
	if (!words)
		return NULL;
	for (size_t at = 0; at + 1 < text->size && n < room;) {
		words[n] = (const char *)text->data + at;
		at += strlen(words[n++]) + 1;
	}
	joined = command_line_join(words, n);
	free(words);
	return joined;
}

static void make_own(void)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	char *narrow;
	WCHAR *wide;

	if (read_own(&text) < 0)
		return;
	narrow = join_own(&text);
	if (!narrow)
		return;
	own_narrow = narrow;
	if (utf16_dup(narrow, &wide) >= 0)
		own_wide = wide;
}

LPSTR WINAPI GetCommandLineA(VOID)
{
	must(pthread_once(&own_once, make_own) == 0);
	return own_narrow;
}

LPWSTR WINAPI GetCommandLineW(VOID)
{
	must(pthread_once(&own_once, make_own) == 0);
	return own_wide;
}
