/* SPDX-License-Identifier: Apache-2.0 */
/* Plain readable pages: no script, nothing from elsewhere, every name
 * escaped. */
#ifndef PAGE_PAGE_H
#define PAGE_PAGE_H

#include <sys/stat.h>

#include "buf.h"
#include "span.h"

#define PAGE_TYPE "text/html; charset=utf-8"
#define PAGE_POLICY                                                            \
	"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "     \
	"form-action 'none'; frame-ancestors 'none'"

/* Collects the first failure, so that a page is written without a test after
 * each line. */
struct page_writer {
	struct guise_buf *out;
	int error;
	size_t n_entries;
};

/* @share "" and @path "": the top. @who: NULL = anonymous */
void page_begin(struct page_writer *w, const char *share, const char *path,
		const char *who);
void page_entry(struct page_writer *w, const char *name,
		const struct stat *stat);
void page_share(struct page_writer *w, const char *name);
void page_end(struct page_writer *w, bool is_cut);

/* 0 or -ENOMEM */
GUISE_MUST_USE int page_error(struct guise_buf *out, unsigned status);

#endif
