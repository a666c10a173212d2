/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET and HEAD: a file, opened as the client and sent from its descriptor; a
 * directory, as a page. Both are judged by the same open, so HEAD tells what
 * GET would.
 */
#include <stdio.h>

#include "dav.h"
#include "escape.h"
#include "fd.h"
#include "mime.h"
#include "page.h"
#include "range.h"

/* A page of someone else's script on this origin would act with the reader's
 * password: it gets an origin of its own and no script. */
#define SANDBOX                                                                \
	"sandbox; default-src 'none'; img-src 'self' data:; "                  \
	"style-src 'self' 'unsafe-inline'; media-src 'self'"

static struct span last_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return span_of(slash ? slash + 1 : path);
}

static enum exchange_next redirect_to_slash(struct exchange *ex)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf href = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf url = {0};
	int r = dav_href(&href, ex->share, ex->path, true);

	if (r == 0)
		r = escape_url(&url,
			       (struct span){(char *)href.data, href.size});
	if (r == 0)
		r = buf_append_u8(&url, '\0');
	if (r < 0)
		return exchange_fail(ex, r, false);
	(void)exchange_answer(ex, 301, DECIDED_OK);
	ex->response.location = (char *)guise_take(url.data);
	response_add(&ex->response, "Location", ex->response.location);
	return EXCHANGE_RESPOND;
}

static enum exchange_next not_satisfiable(struct exchange *ex, uint64_t size)
{
	(void)exchange_answer(ex, 416, DECIDED_CONDITION);
	(void)snprintf(ex->response.content_range,
		       sizeof(ex->response.content_range), "bytes */%ju",
		       (uintmax_t)size);
	response_add(&ex->response, "Content-Range",
		     ex->response.content_range);
	return EXCHANGE_RESPOND;
}

/* The part that was asked for, if one was and the file is still the same. */
static enum range_kind wanted_range(struct exchange *ex,
				    const struct stat *stat,
				    uint64_t *ret_offset, uint64_t *ret_length)
{
	struct validators now;
	struct span value;

	if (ex->method != METHOD_GET ||
	    request_header(ex->request, "Range", &value) < 0)
		return RANGE_WHOLE;
	validators_of(stat, &now);
	if (!conditions_allow_range(&ex->conditions, &now))
		return RANGE_WHOLE;
	return range_parse(value, (uint64_t)stat->st_size, ret_offset,
			   ret_length);
}

static void add_file_headers(struct exchange *ex, const struct stat *stat)
{
	struct response *response = &ex->response;
	const char *type = mime_of(last_name(ex->path));

	response_set_validators(response, stat);
	response_add(response, "Accept-Ranges", "bytes");
	response_add(response, "Content-Type", type);
	if (mime_is_active(type))
		response_add(response, "Content-Security-Policy", SANDBOX);
}

static enum exchange_next send_file(struct exchange *ex, int *fd,
				    const struct stat *stat)
{
	uint64_t offset = 0, length = (uint64_t)stat->st_size;
	enum range_kind range;

	if (!exchange_conditions_hold(ex, stat, true))
		return EXCHANGE_RESPOND;
	range = wanted_range(ex, stat, &offset, &length);
	if (range == RANGE_UNSATISFIABLE)
		return not_satisfiable(ex, (uint64_t)stat->st_size);
	(void)exchange_answer(ex, range == RANGE_PART ? 206 : 200, DECIDED_OK);
	add_file_headers(ex, stat);
	if (range == RANGE_PART) {
		(void)snprintf(ex->response.content_range,
			       sizeof(ex->response.content_range),
			       "bytes %ju-%ju/%ju", (uintmax_t)offset,
			       (uintmax_t)(offset + length - 1),
			       (uintmax_t)stat->st_size);
		response_add(&ex->response, "Content-Range",
			     ex->response.content_range);
	}
	ex->response.body = BODY_FILE;
	ex->response.fd = fd_take(fd);
	ex->response.offset = offset;
	ex->response.length = length;
	return EXCHANGE_RESPOND;
}

static enum exchange_next get_start(struct exchange *ex,
				    const struct serve_thread *thread)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct guise_actor actor = exchange_actor(ex, thread);
	struct stat stat;
	int r;

	if (!ex->share)
		return EXCHANGE_BLOCKS;
	r = guise_share_open(ex->share->share, &actor, ex->path,
			     GUISE_FILE_READ_DATA, &fd, &stat);
	if (r < 0)
		return exchange_fail(ex, r, false);
	if (S_ISDIR(stat.st_mode))
		return ex->target.is_directory ? EXCHANGE_BLOCKS
					       : redirect_to_slash(ex);
	if (!S_ISREG(stat.st_mode))
		return exchange_fail(ex, -ENXIO, false);
	if (ex->target.is_directory)
		return exchange_fail(ex, -ENOTDIR, false);
	return send_file(ex, &fd, &stat);
}

static enum exchange_next answer_page(struct exchange *ex,
				      struct guise_buf *page)
{
	(void)exchange_answer_memory(ex, 200, page, PAGE_TYPE);
	response_add(&ex->response, "Content-Security-Policy", PAGE_POLICY);
	return EXCHANGE_RESPOND;
}

static enum exchange_next run_index(struct exchange *ex,
				    const struct serve_thread *thread)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf page = {0};
	struct page_writer writer = {.out = &page};

	page_begin(&writer, "", "", ex->client->name);
	for (size_t i = 0; i < ex->site->n_shares; i++) {
		if (site_shows(ex, thread, &ex->site->shares[i]))
			page_share(&writer, ex->site->shares[i].name);
	}
	page_end(&writer, false);
	if (writer.error < 0)
		return exchange_fail(ex, writer.error, false);
	return answer_page(ex, &page);
}

static enum exchange_next get_run(struct exchange *ex,
				  const struct serve_thread *thread)
{
	GUISE_AUTO(listing_clear) struct listing listing = {0};
	GUISE_AUTO(guise_buf_clear) struct guise_buf page = {0};
	struct page_writer writer = {.out = &page};
	int r;

	if (!ex->share)
		return run_index(ex, thread);
	r = listing_read(ex, thread, &listing);
	if (r < 0)
		return exchange_fail(ex, r, false);
	page_begin(&writer, ex->share->name, ex->path, ex->client->name);
	for (size_t i = 0; i < listing.n; i++)
		page_entry(&writer, listing.entries[i].name,
			   &listing.entries[i].stat);
	page_end(&writer, listing.is_cut);
	if (writer.error < 0)
		return exchange_fail(ex, writer.error, false);
	return answer_page(ex, &page);
}

const struct dav_method dav_get = {.start = get_start, .run = get_run};
