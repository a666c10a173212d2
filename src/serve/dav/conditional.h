/* SPDX-License-Identifier: Apache-2.0 */
/* Preconditions, RFC 9110 13. */
#ifndef DAV_CONDITIONAL_H
#define DAV_CONDITIONAL_H

#include <sys/stat.h>

#include "span.h"

#define ETAG_SIZE 36 /* quote, 32 hex digits, quote, NUL */

/*
 * A strong validator: device, inode, change and modification time to the
 * nanosecond, size. Hashed, so that it tells nothing about other files.
 */
void etag_of(const struct stat *stat, char ret[ETAG_SIZE]);

/* What is there now; zeroed: nothing. */
struct validators {
	bool exists;
	int64_t modified;
	char etag[ETAG_SIZE];
};

void validators_of(const struct stat *stat, struct validators *ret);

/* The headers of the request; .data NULL where there is none. */
struct conditions {
	struct span if_match;
	struct span if_none_match;
	struct span if_modified_since;
	struct span if_unmodified_since;
	struct span if_range;
};

enum condition {
	CONDITION_FAILED = 0,	/* 412 */
	CONDITION_TRUE,		/* go on */
	CONDITION_NOT_MODIFIED, /* 304 */
	CONDITION_INVALID,	/* 400 */
};

/* In the order of RFC 9110 13.2.2; @reads: GET or HEAD. */
enum condition conditions_check(const struct conditions *conditions,
				const struct validators *now, bool reads);
bool conditions_are_any(const struct conditions *conditions);
/* If-Range: may a Range header be honoured? */
bool conditions_allow_range(const struct conditions *conditions,
			    const struct validators *now);

#endif
