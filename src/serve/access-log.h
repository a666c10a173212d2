/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line a request: when, who connected, as whom it ran, what was asked, the
 * answer, and what decided. Client text cannot end or forge a line.
 */
#ifndef SERVE_ACCESS_LOG_H
#define SERVE_ACCESS_LOG_H

#include "exchange.h"

enum log_format {
	LOG_TEXT = 0,
	LOG_JSON,
};

struct log_record {
	const struct exchange *exchange;
	const char *engine;
	int64_t time; /* CLOCK_REALTIME seconds when it ended */
	uint64_t duration_us;
	bool is_complete; /* false: the client went away */
};

/* Formats the line with its newline. 0 or -ENOMEM */
GUISE_MUST_USE int access_log_format(struct guise_buf *out,
				     enum log_format format,
				     const struct log_record *record);
/* What each line begins with, after its time: who connected, as whom it ran,
 * method and target, this cut at @max bytes. Text, or members of a JSON object.
 * 0 or -ENOMEM */
GUISE_MUST_USE int access_log_text(struct guise_buf *out,
				   const struct exchange *exchange, size_t max);
GUISE_MUST_USE int access_log_json(struct guise_buf *out,
				   const struct exchange *exchange, size_t max);
/* "descriptor ace 3 missing 0x2" and the like; NUL-terminated in @out */
GUISE_MUST_USE int access_log_decided(struct guise_buf *out,
				      const struct exchange *exchange);
/* The method, not longer than a method is. */
struct span access_log_method(const struct exchange *exchange);
/* The target with everything odd percent-encoded, cut at @max bytes. */
GUISE_MUST_USE int access_log_target(struct guise_buf *out, struct span target,
				     size_t max);

#endif
