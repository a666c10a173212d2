/* SPDX-License-Identifier: Apache-2.0 */
/* Lines are collected in one buffer and answers in another; both are reused,
 * so that a line costs no allocation once the buffers are large enough. */
#include <stdio.h>
#include <string.h>

#include "base.h"
#include "batch.h"
#include "buf.h"
#include "cli.h"
#include "error-name.h"

/* A line being collected. */
struct line {
	struct guise_buf text;
	bool too_long;
};

static int refuse_plain(int code, const struct guise_error_info *error,
			struct guise_buf *out)
{
	if (error->text[0] == '\0')
		return buf_printf(out, "error %s %s", error_name(code),
				  guise_strerror(code));
	if (error->offset == BATCH_NO_PLACE)
		return buf_printf(out, "error %s %s", error_name(code),
				  error->text);
	return buf_printf(out, "error %s %s (at %zu)", error_name(code),
			  error->text, error->offset);
}

static int answer(const struct batch *batch, const struct line *line,
		  struct guise_buf *out)
{
	struct guise_error_info error = {0};
	const void *text = line->text.data ? line->text.data : (const void *)"";
	size_t before = out->size;
	int r = GUISE_E_LIMIT;

	if (!line->too_long)
		r = batch->answer(batch->context, text, line->text.size, out,
				  &error);
	if (r >= 0)
		return 0;
	buf_truncate(out, before);
	if (batch->refuse)
		return batch->refuse(batch->context, r, &error, out);
	return refuse_plain(r, &error, out);
}

static int finish_line(const struct batch *batch, struct line *line,
		       struct guise_buf *out)
{
	int r;

	r = answer(batch, line, out);
	if (r == 0)
		r = buf_append(out, "\n", 1);
	if (r < 0)
		return cli_failed("answering a line", r, "free some memory");
	line->text.size = 0;
	line->too_long = false;
	if (fwrite(out->data, 1, out->size, stdout) != out->size)
		return cli_failed("standard output", -EIO, "see where it goes");
	out->size = 0;
	return 0;
}

static int add(struct line *line, const char *text, size_t size)
{
	int r;

	if (line->too_long || size > BATCH_LINE_MAX - line->text.size) {
		line->too_long = true;
		return 0;
	}
	r = buf_append(&line->text, text, size);
	if (r < 0)
		return cli_failed("reading a line", r, "free some memory");
	return 0;
}

/* Some bytes of input: the ends of lines in it, then the start of one. */
static int feed(const struct batch *batch, struct line *line, const char *text,
		size_t size, struct guise_buf *out)
{
	const char *newline;
	int r = 0;

	while (r == 0 && (newline = memchr(text, '\n', size))) {
		size_t n = (size_t)(newline - text);

		r = add(line, text, n);
		if (r == 0)
			r = finish_line(batch, line, out);
		text += n + 1;
		size -= n + 1;
	}
	return r == 0 ? add(line, text, size) : r;
}

static int run(const struct batch *batch, struct line *line,
	       struct guise_buf *out)
{
	static char chunk[1 << 16];
	bool inside = false; /* the last byte was not a newline */
	size_t n;
	int r;

	while ((n = fread(chunk, 1, sizeof(chunk), stdin)) > 0) {
		r = feed(batch, line, chunk, n, out);
		if (r != 0)
			return r;
		inside = chunk[n - 1] != '\n';
	}
	if (ferror(stdin))
		return cli_failed("standard input", -EIO, "see what feeds it");
	if (inside) {
		r = finish_line(batch, line, out);
		if (r != 0)
			return r;
	}
	if (fflush(stdout) != 0)
		return cli_failed("standard output", -EIO, "see where it goes");
	return CLI_YES;
}

int batch_run(const struct batch *batch)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf out = {0};
	struct line line = {0};
	int r;

	r = run(batch, &line, &out);
	guise_buf_clear(&line.text);
	return r;
}
