/* SPDX-License-Identifier: Apache-2.0 */
/* Text of clients and file names on its way out: to a URL, to a page or XML,
 * to a log. All append to @out: 0 or -ENOMEM. */
#ifndef SERVE_ESCAPE_H
#define SERVE_ESCAPE_H

#include "buf.h"
#include "span.h"

/* Percent-encodes what is not unreserved (RFC 3986 2.3); keeps '/'. */
GUISE_MUST_USE int escape_url(struct guise_buf *out, struct span text);
/* For HTML and XML, in content and in quoted attributes. What is not UTF-8 or
 * no character of XML 1.0 becomes U+FFFD. */
GUISE_MUST_USE int escape_markup(struct guise_buf *out, struct span text);
/* For a line of text: quotes, backslashes, blanks in names, control and
 * non-ASCII bytes as \xHH. */
GUISE_MUST_USE int escape_line(struct guise_buf *out, struct span text);
/* Inside a JSON string: ASCII only. */
GUISE_MUST_USE int escape_json(struct guise_buf *out, struct span text);

/* @text by one of the above, but at most @max bytes; what is cut is told by
 * three dots. */
GUISE_MUST_USE int
escape_cut(struct guise_buf *out, struct span text, size_t max,
	   int (*escape)(struct guise_buf *out, struct span text));

#endif
