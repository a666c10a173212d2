/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Batch mode: a line in, a line out, to the end of the input. A bad line gets
 * an answer that says so, never an end of the run.
 */
#ifndef CLI_BATCH_H
#define CLI_BATCH_H

#include <guise/base.h>

/* A line longer than this is answered with GUISE_E_LIMIT. Ours: room for the
 * largest token as JSON. */
#define BATCH_LINE_MAX (32u << 20)

/* The offset of an error that is of the line as a whole. */
#define BATCH_NO_PLACE SIZE_MAX

/*
 * struct batch - how lines are answered
 * @answer: appends the answer to @line (borrowed, not NUL-terminated, without
 *          its newline) to @out, without a newline. 0, or a negative code;
 *          what it had appended is then dropped and @refuse is called, with
 *          *reterr (cleared before) as @answer left it.
 * @refuse: appends the answer for a line that failed with @code. NULL: "error
 *          NAME text".
 */
struct batch {
	void *context;
	int (*answer)(void *context, const char *line, size_t size,
		      struct guise_buf *out, struct guise_error_info *reterr);
	int (*refuse)(void *context, int code,
		      const struct guise_error_info *error,
		      struct guise_buf *out);
};

/* Reads standard input to its end. CLI_YES, or CLI_FAILED when input, output
 * or memory failed (it has said so). */
int batch_run(const struct batch *batch);

#endif
