/* SPDX-License-Identifier: Apache-2.0 */
/* The directory page: a heading with the way back up, a table, who you are. */
#include <stdio.h>

#include "date.h"
#include "escape.h"
#include "page.h"
#include "status.h"

#define STYLE                                                                  \
	"body{font-family:sans-serif;margin:2em auto;max-width:60em;"          \
	"padding:0 1em;color:#111;background:#fff}"                            \
	"table{border-collapse:collapse;width:100%%}"                          \
	"th,td{text-align:left;padding:.3em .6em;border-bottom:1px solid "     \
	"#ddd}"                                                                \
	"td.n,th.n{text-align:right;white-space:nowrap;"                       \
	"font-variant-numeric:tabular-nums}"                                   \
	"a{color:#0645ad}footer{margin-top:2em;color:#555}"

#define HEAD                                                                   \
	"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"                        \
	"<meta charset=\"utf-8\">\n"                                           \
	"<meta name=\"viewport\" content=\"width=device-width\">\n"

static void put(struct page_writer *w, const char *text)
{
	if (w->error == 0)
		w->error = buf_append_text(w->out, text);
}

static void put_markup(struct page_writer *w, struct span text)
{
	if (w->error == 0)
		w->error = escape_markup(w->out, text);
}

static void put_url(struct page_writer *w, struct span text)
{
	if (w->error == 0)
		w->error = escape_url(w->out, text);
}

/* The components of the path, each but the last a link to its directory. */
static void put_crumbs(struct page_writer *w, struct span where)
{
	size_t at = 0;

	put(w, "<nav aria-label=\"Location\"><h1>");
	put(w, where.size ? "<a href=\"/\">/</a>" : "/");
	while (at < where.size) {
		size_t end = at;

		while (end < where.size && where.data[end] != '/')
			end++;
		if (end < where.size) {
			put(w, "<a href=\"/");
			put_url(w, (struct span){where.data, end});
			put(w, "/\">");
		}
		put_markup(w, (struct span){where.data + at, end - at});
		if (end < where.size)
			put(w, "</a>");
		put(w, "/");
		at = end + 1;
	}
	put(w, "</h1></nav>\n");
}

static int where_of(struct guise_buf *out, const char *share, const char *path)
{
	int r = buf_append_text(out, share);

	if (r == 0 && share[0] && path[0])
		r = buf_append_u8(out, '/');
	return r < 0 ? r : buf_append_text(out, path);
}

void page_begin(struct page_writer *w, const char *share, const char *path,
		const char *who)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf buf = {0};
	struct span where;

	if (where_of(&buf, share, path) < 0)
		w->error = -ENOMEM;
	where = (struct span){buf.data ? (char *)buf.data : "", buf.size};
	put(w, HEAD "<title>/");
	put_markup(w, where);
	put(w, "</title>\n<style>");
	if (w->error == 0)
		w->error = buf_printf(w->out, STYLE);
	put(w, "</style>\n</head>\n<body>\n<header>\n");
	put_crumbs(w, where);
	put(w, "<p>You are ");
	if (who) {
		put(w, "<strong>");
		put_markup(w, span_of(who));
		put(w, "</strong>");
	} else {
		put(w, "not logged on (anonymous)");
	}
	put(w, ".</p>\n</header>\n<main>\n<table>\n<thead><tr>"
	       "<th scope=\"col\">Name</th><th scope=\"col\" class=\"n\">Size"
	       "</th><th scope=\"col\" class=\"n\">Changed (UTC)</th></tr>"
	       "</thead>\n<tbody>\n");
	if (where.size)
		put(w, "<tr><td><a href=\"../\">.. (up)</a></td>"
		       "<td class=\"n\"></td><td class=\"n\"></td></tr>\n");
}

static void put_size(struct page_writer *w, uint64_t size)
{
	static const char *const units[] = {"B",   "KiB", "MiB", "GiB",
					    "TiB", "PiB", "EiB"};
	uint64_t whole = size, rest = 0;
	char text[32];
	size_t unit = 0;

	while (whole >= 1024) {
		rest = whole % 1024;
		whole /= 1024;
		unit++;
	}
	if (unit)
		(void)snprintf(text, sizeof(text), "%ju.%ju %s",
			       (uintmax_t)whole, (uintmax_t)(rest * 10 / 1024),
			       units[unit]);
	else
		(void)snprintf(text, sizeof(text), "%ju B", (uintmax_t)whole);
	put(w, text);
}

/* "./" before the name: "a:b" would be read as a scheme. */
static void put_link(struct page_writer *w, const char *name, bool is_directory)
{
	put(w, "<tr><td><a href=\"./");
	put_url(w, span_of(name));
	put(w, is_directory ? "/\">" : "\">");
	put_markup(w, span_of(name));
	put(w, is_directory ? "/</a></td>" : "</a></td>");
	w->n_entries++;
}

void page_entry(struct page_writer *w, const char *name,
		const struct stat *stat)
{
	char date[DATE_PLAIN_SIZE];

	put_link(w, name, S_ISDIR(stat->st_mode));
	put(w, "<td class=\"n\">");
	if (S_ISREG(stat->st_mode))
		put_size(w, (uint64_t)stat->st_size);
	put(w, "</td><td class=\"n\">");
	date_format_plain(stat->st_mtim.tv_sec, date);
	put(w, date);
	put(w, "</td></tr>\n");
}

void page_share(struct page_writer *w, const char *name)
{
	put_link(w, name, true);
	put(w, "<td class=\"n\"></td><td class=\"n\"></td></tr>\n");
}

void page_end(struct page_writer *w, bool is_cut)
{
	put(w, "</tbody>\n</table>\n");
	if (w->n_entries == 0)
		put(w, "<p>Nothing here that you may see.</p>\n");
	if (is_cut)
		put(w, "<p>There is more: this page shows only a part of the "
		       "directory.</p>\n");
	put(w, "</main>\n<footer>guise</footer>\n</body>\n</html>\n");
}

int page_error(struct guise_buf *out, unsigned status)
{
	const char *text = status_text(status);

	return buf_printf(out,
			  HEAD "<title>%u %s</title>\n</head>\n<body>\n"
			       "<main><h1>%u %s</h1></main>\n</body>\n"
			       "</html>\n",
			  status, text, status, text);
}
