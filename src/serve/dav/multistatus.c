/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XML is written by hand: the form is fixed, only names and values vary, and
 * each goes through one of the escapes.
 */
#include <inttypes.h>

#include "conditional.h"
#include "date.h"
#include "escape.h"
#include "mime.h"
#include "multistatus.h"
#include "status.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"

int multistatus_begin(struct guise_buf *out)
{
	return buf_append_text(out, HEAD "<D:multistatus xmlns:D=\"DAV:\">\n");
}

int multistatus_end(struct guise_buf *out)
{
	return buf_append_text(out, "</D:multistatus>\n");
}

int multistatus_error(struct guise_buf *out, const char *condition)
{
	return buf_printf(out,
			  HEAD "<D:error xmlns:D=\"DAV:\"><D:%s/>"
			       "</D:error>\n",
			  condition);
}

static int append_href(struct guise_buf *out, struct span href)
{
	int r = buf_append_text(out, "<D:response><D:href>");

	if (r == 0)
		r = escape_url(out, href);
	return r < 0 ? r : buf_append_text(out, "</D:href>");
}

static int append_status(struct guise_buf *out, unsigned status)
{
	return buf_printf(out, "<D:status>HTTP/1.1 %u %s</D:status>", status,
			  status_text(status));
}

int multistatus_status(struct guise_buf *out, struct span href, unsigned status)
{
	int r = append_href(out, href);

	if (r == 0)
		r = append_status(out, status);
	return r < 0 ? r : buf_append_text(out, "</D:response>\n");
}

/* Does the thing have this property at all? */
static bool has_property(enum live_property p, const struct stat *stat)
{
	if (p == PROPERTY_GETCONTENTLENGTH || p == PROPERTY_GETCONTENTTYPE ||
	    p == PROPERTY_GETETAG)
		return !S_ISDIR(stat->st_mode);
	return p != PROPERTY_NONE;
}

/* A stat has no birth time: the earlier of the two times it has is the latest
 * that the file can have been made. */
static int64_t created_at(const struct stat *stat)
{
	return stat->st_ctim.tv_sec < stat->st_mtim.tv_sec
		       ? stat->st_ctim.tv_sec
		       : stat->st_mtim.tv_sec;
}

static int append_value(struct guise_buf *out, enum live_property p,
			struct span name, const struct stat *stat)
{
	char text[64];

	switch (p) {
	case PROPERTY_RESOURCETYPE:
		return buf_append_text(
			out, S_ISDIR(stat->st_mode) ? "<D:collection/>" : "");
	case PROPERTY_DISPLAYNAME:
		return escape_markup(out, name);
	case PROPERTY_GETCONTENTLENGTH:
		return buf_printf(out, "%" PRIu64, (uint64_t)stat->st_size);
	case PROPERTY_GETCONTENTTYPE:
		return buf_append_text(out, mime_of(name));
	case PROPERTY_GETLASTMODIFIED:
		date_format_http(stat->st_mtim.tv_sec, text);
		return buf_append_text(out, text);
	case PROPERTY_GETETAG:
		etag_of(stat, text);
		return buf_append_text(out, text);
	case PROPERTY_CREATIONDATE:
		date_format_iso(created_at(stat), text);
		return buf_append_text(out, text);
	case PROPERTY_SUPPORTEDLOCK: /* empty: no locks yet */
	case PROPERTY_NONE:
	case PROPERTY_LAST:
		break;
	}
	return 0;
}

static int append_live(struct guise_buf *out, enum live_property p,
		       bool with_value, struct span name,
		       const struct stat *stat)
{
	const char *element = live_property_name(p);
	int r;

	if (!with_value)
		return buf_printf(out, "<D:%s/>", element);
	r = buf_printf(out, "<D:%s>", element);
	if (r == 0)
		r = append_value(out, p, name, stat);
	return r < 0 ? r : buf_printf(out, "</D:%s>", element);
}

/* A name we do not know, as it was asked for. */
static int append_unknown(struct guise_buf *out,
			  const struct wanted_property *w)
{
	int r;

	if (w->name_space[0] == '\0') /* xmlns:x="" would not be XML */
		return buf_printf(out, "<%s xmlns=\"\"/>", w->name);
	r = buf_printf(out, "<x:%s xmlns:x=\"", w->name);
	if (r == 0)
		r = escape_markup(out, span_of(w->name_space));
	return r < 0 ? r : buf_append_text(out, "\"/>");
}

static int append_all(struct guise_buf *out, bool with_value, struct span name,
		      const struct stat *stat)
{
	for (unsigned i = PROPERTY_NONE + 1; i < PROPERTY_LAST; i++) {
		enum live_property p = (enum live_property)i;
		int r = 0;

		if (has_property(p, stat))
			r = append_live(out, p, with_value, name, stat);
		if (r < 0)
			return r;
	}
	return 0;
}

static int append_missing(struct guise_buf *out,
			  const struct wanted_property *w)
{
	return w->live == PROPERTY_NONE
		       ? append_unknown(out, w)
		       : buf_printf(out, "<D:%s/>",
				    live_property_name(w->live));
}

/* Those asked for that are there, or those that are not. */
static int append_some(struct guise_buf *out, const struct propfind *asked,
		       bool there, struct span name, const struct stat *stat)
{
	for (size_t i = 0; i < asked->n_wanted; i++) {
		const struct wanted_property *w = &asked->wanted[i];
		int r = 0;

		if (has_property(w->live, stat) != there)
			continue;
		r = there ? append_live(out, w->live, true, name, stat)
			  : append_missing(out, w);
		if (r < 0)
			return r;
	}
	return 0;
}

static size_t count_there(const struct propfind *asked, const struct stat *stat)
{
	size_t n = 0;

	for (size_t i = 0; i < asked->n_wanted; i++)
		n += has_property(asked->wanted[i].live, stat);
	return n;
}

static int append_propstat(struct guise_buf *out, const struct propfind *asked,
			   bool there, struct span name,
			   const struct stat *stat)
{
	int r = buf_append_text(out, "<D:propstat><D:prop>");

	if (r == 0)
		r = asked->kind == PROPFIND_SOME
			    ? append_some(out, asked, there, name, stat)
			    : append_all(out, asked->kind == PROPFIND_ALL, name,
					 stat);
	if (r == 0)
		r = buf_append_text(out, "</D:prop>");
	if (r == 0)
		r = append_status(out, there ? 200 : 404);
	return r < 0 ? r : buf_append_text(out, "</D:propstat>");
}

int multistatus_properties(struct guise_buf *out, const struct propfind *asked,
			   struct span href, struct span name,
			   const struct stat *stat)
{
	size_t n_there = count_there(asked, stat);
	int r = append_href(out, href);

	if (r == 0 && (asked->kind != PROPFIND_SOME || n_there))
		r = append_propstat(out, asked, true, name, stat);
	if (r == 0 && n_there < asked->n_wanted)
		r = append_propstat(out, asked, false, name, stat);
	return r < 0 ? r : buf_append_text(out, "</D:response>\n");
}
