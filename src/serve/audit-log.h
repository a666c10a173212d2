/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What descriptors want on record of the requests: one line an event in the
 * access log's file, and one datagram in the native protocol of the system's
 * journal. Client text cannot end, forge or blow up either: it is escaped and
 * cut.
 */
#ifndef SERVE_AUDIT_LOG_H
#define SERVE_AUDIT_LOG_H

#include <stdatomic.h>

#include "access-log.h"

/**
 * struct audit_log - where they go; any number of threads may use it at once
 * @log_fd: borrowed: opened O_APPEND, one write a line; -EBADF: none
 * @journal_fd: borrowed: a connected datagram socket; -EBADF: none. It is never
 *              waited for; what it does not take goes to the log
 * @always_logs: each line goes to the log, not only what the journal refused
 * @lost: events that neither took
 * @journal_fails: it did not take the last one
 */
struct audit_log {
	int log_fd;
	int journal_fd;
	bool always_logs;
	enum log_format format;
	atomic_ullong lost;
	atomic_bool journal_fails;
};

/* For struct audits: @context is a struct audit_log. The same event twice in a
 * row is told once. */
void audit_log_tell(void *context, struct exchange *exchange,
		    const struct guise_audit_event *event);

/* The line without its time, in the text form; NUL not included. 0 or -ENOMEM
 */
GUISE_MUST_USE int audit_log_text(struct guise_buf *out,
				  const struct exchange *exchange,
				  const struct guise_audit_event *event);
/* The whole line, with its newline. */
GUISE_MUST_USE int audit_log_line(struct guise_buf *out, enum log_format format,
				  int64_t time, const struct exchange *exchange,
				  const struct guise_audit_event *event);
/* The journal's datagram. */
GUISE_MUST_USE int audit_log_entry(struct guise_buf *out,
				   const struct exchange *exchange,
				   const struct guise_audit_event *event);

#endif
