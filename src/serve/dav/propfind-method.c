/* SPDX-License-Identifier: Apache-2.0 */
/* PROPFIND (RFC 4918 9.1): of one thing, or of it and its members. */
#include "dav.h"
#include "fd.h"
#include "multistatus.h"

#define XML "application/xml; charset=utf-8"

static enum exchange_next refuse_infinity(struct exchange *ex)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf body = {0};
	int r = multistatus_error(&body, "propfind-finite-depth");

	if (r < 0)
		return exchange_fail(ex, r, false);
	(void)exchange_answer_memory(ex, 403, &body, XML);
	ex->decided = DECIDED_REQUEST;
	return EXCHANGE_RESPOND;
}

static enum exchange_next propfind_run(struct exchange *ex,
				       const struct serve_thread *thread);

static enum exchange_next propfind_start(struct exchange *ex,
					 const struct serve_thread *thread)
{
	struct span value;
	uint64_t size;
	int r = request_header(ex->request, "Depth", &value);

	ex->depth = DEPTH_INFINITY;
	if (r == -EEXIST || (r == 0 && !depth_parse(value, &ex->depth)) ||
	    request_body_size(ex->request, &size) < 0)
		return exchange_answer(ex, 400, DECIDED_REQUEST);
	if (ex->depth == DEPTH_INFINITY)
		return refuse_infinity(ex);
	if (size != UINT64_MAX && size > PROPFIND_BODY_MAX)
		return exchange_answer(ex, 413, DECIDED_LIMIT);
	if (size)
		return EXCHANGE_BODY;
	return ex->depth == DEPTH_0 ? propfind_run(ex, thread)
				    : EXCHANGE_BLOCKS;
}

static enum exchange_next propfind_body(struct exchange *ex,
					const struct serve_thread *thread,
					const void *data, size_t size)
{
	int r;

	(void)thread;
	if (size > PROPFIND_BODY_MAX - ex->body.size) {
		(void)exchange_answer(ex, 413, DECIDED_LIMIT);
		ex->response.close = true;
		return EXCHANGE_RESPOND;
	}
	r = buf_append(&ex->body, data, size);
	return r < 0 ? exchange_fail(ex, r, false) : EXCHANGE_BODY;
}

struct writer {
	struct exchange *ex;
	struct propfind asked;
	struct guise_buf out;
};

static void writer_clear(struct writer *w)
{
	propfind_clear(&w->asked);
	guise_buf_clear(&w->out);
}

static struct span last_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return span_of(slash ? slash + 1 : path);
}

static int write_one(struct writer *w, const struct site_share *share,
		     const char *path, const struct stat *stat)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf href = {0};
	struct span name = last_name(path);
	int r = dav_href(&href, share, path, S_ISDIR(stat->st_mode));

	if (r < 0)
		return r;
	if (name.size == 0 && share)
		name = span_of(share->name);
	return multistatus_properties(
		&w->out, &w->asked, (struct span){(char *)href.data, href.size},
		name, stat);
}

static int write_member(struct writer *w, const struct listing_entry *entry)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf path = {0};
	int r = buf_append_text(&path, w->ex->path);

	if (r == 0 && path.size)
		r = buf_append_u8(&path, '/');
	if (r == 0)
		r = buf_append(&path, entry->name, strlen(entry->name) + 1);
	if (r < 0)
		return r;
	return write_one(w, w->ex->share, (char *)path.data, &entry->stat);
}

static int write_members(struct writer *w, const struct serve_thread *thread)
{
	GUISE_AUTO(listing_clear) struct listing listing = {0};
	int r = listing_read(w->ex, thread, &listing);

	/* part of a directory would be taken for all of it */
	if (r == 0 && listing.is_cut)
		return -ENOSPC;
	for (size_t i = 0; r == 0 && i < listing.n; i++)
		r = write_member(w, &listing.entries[i]);
	return r;
}

/* In a directory that the client may enter but not list, the kernel tells of
 * any name. Here only what the client can open is told of, as GET does. */
static bool may_be_told(struct exchange *ex, const struct guise_actor *actor)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;

	return ex->path[0] == '\0' ||
	       exchange_can_list(ex, ex->share, ex->path) ||
	       guise_share_open(ex->share->share, actor, ex->path,
				GUISE_FILE_READ_DATA, &fd, NULL) == 0;
}

static int write_place(struct writer *w, const struct serve_thread *thread)
{
	struct guise_actor actor = exchange_actor(w->ex, thread);
	struct exchange *ex = w->ex;
	struct stat stat;
	int r;

	r = guise_share_stat(ex->share->share, &actor, ex->path, &stat);
	if (r < 0)
		return r;
	if (ex->target.is_directory && !S_ISDIR(stat.st_mode))
		return -ENOTDIR;
	/* the root of a share that this client cannot enter is not there */
	if (ex->path[0] == '\0' && !site_shows(ex, thread, ex->share))
		return -ENOENT;
	if (!may_be_told(ex, &actor))
		return -ENOENT;
	r = write_one(w, ex->share, ex->path, &stat);
	if (r == 0 && ex->depth == DEPTH_1 && S_ISDIR(stat.st_mode))
		r = write_members(w, thread);
	return r;
}

/* "/" when the shares lie below it: a directory of no file system. */
static int write_index(struct writer *w, const struct serve_thread *thread)
{
	const struct stat index = {.st_mode = S_IFDIR | 0555};
	const struct site *site = w->ex->site;
	int r = write_one(w, NULL, "", &index);

	for (size_t i = 0; w->ex->depth == DEPTH_1 && i < site->n_shares; i++) {
		if (r == 0 && site_shows(w->ex, thread, &site->shares[i]))
			r = write_one(w, &site->shares[i], "", &index);
	}
	return r;
}

static enum exchange_next propfind_run(struct exchange *ex,
				       const struct serve_thread *thread)
{
	GUISE_AUTO(writer_clear) struct writer w = {.ex = ex};
	int r;

	r = propfind_parse(ex->body.data, ex->body.size, &w.asked);
	if (r == -EINVAL || r == GUISE_E_LIMIT)
		return exchange_answer(ex, 400, DECIDED_REQUEST);
	if (r == 0)
		r = multistatus_begin(&w.out);
	if (r == 0)
		r = ex->share ? write_place(&w, thread)
			      : write_index(&w, thread);
	if (r == 0)
		r = multistatus_end(&w.out);
	if (r < 0)
		return exchange_fail(ex, r, false);
	return exchange_answer_memory(ex, 207, &w.out, XML);
}

const struct dav_method dav_propfind = {
	.start = propfind_start,
	.run = propfind_run,
	.body = propfind_body,
};
