/* SPDX-License-Identifier: Apache-2.0 */
/*
 * COPY and MOVE (RFC 4918 9.8, 9.9). Two names can fail, and the error does not
 * say which. So the source is asked for first, and its answer is that of a
 * GET; if the client may not list the source's directory, any later failure is
 * answered as if the source were not there; else what fails is the target.
 */
#include "dav.h"
#include "fd.h"
#include "members.h"

static bool is_copy(const struct exchange *ex)
{
	return ex->method == METHOD_COPY;
}

static bool read_depth(struct exchange *ex)
{
	struct span value;
	int r = request_header(ex->request, "Depth", &value);

	ex->depth = DEPTH_INFINITY;
	if (r == -ENOENT)
		return true;
	if (r < 0 || !depth_parse(value, &ex->depth))
		return false;
	return ex->depth == DEPTH_INFINITY ||
	       (is_copy(ex) && ex->depth == DEPTH_0);
}

static bool read_overwrite(struct exchange *ex)
{
	struct span value;
	int r = request_header(ex->request, "Overwrite", &value);

	ex->overwrite = true;
	return r == -ENOENT ||
	       (r == 0 && overwrite_parse(value, &ex->overwrite));
}

/* 0 or the status to answer with */
static unsigned read_destination(struct exchange *ex)
{
	struct span value, host = {0};

	if (request_header(ex->request, "Destination", &value) < 0)
		return 400;
	if (request_header(ex->request, "Host", &host) == -EEXIST)
		return 400;
	switch (destination_parse(value, host, &ex->destination)) {
	case 0:
		return 0;
	case -EXDEV:
		return 502;
	case -ENAMETOOLONG:
		return 414;
	default:
		return 400;
	}
}

static bool is_same_place(const struct exchange *ex)
{
	return ex->share == ex->destination_share &&
	       strcmp(ex->path, ex->destination_path) == 0;
}

static enum exchange_next check_places(struct exchange *ex,
				       const struct serve_thread *thread)
{
	if (ex->path[0] == '\0')
		return exchange_answer(
			ex, site_shows(ex, thread, ex->share) ? 403 : 404,
			DECIDED_REQUEST);
	if (!site_find(ex->site, &ex->destination, exchange_is_anonymous(ex),
		       &ex->destination_share, &ex->destination_path))
		return exchange_fail(ex, -ENOENT, true);
	if (!ex->destination_share)
		return exchange_answer(ex, 403, DECIDED_REQUEST);
	if (ex->destination_path[0] == '\0')
		return exchange_answer(
			ex,
			site_shows(ex, thread, ex->destination_share) ? 403
								      : 409,
			DECIDED_REQUEST);
	if (is_same_place(ex))
		return exchange_answer(ex, 403, DECIDED_REQUEST);
	return EXCHANGE_BLOCKS;
}

static enum exchange_next copymove_start(struct exchange *ex,
					 const struct serve_thread *thread)
{
	struct span value;
	unsigned status = read_destination(ex);

	if (status == 0 && (!read_depth(ex) || !read_overwrite(ex)))
		status = 400;
	if (status)
		return exchange_answer(ex, status, DECIDED_REQUEST);
	if (request_header(ex->request, "If", &value) != -ENOENT)
		return exchange_answer(ex, 412, DECIDED_CONDITION);
	return check_places(ex, thread);
}

static int source_open(struct exchange *ex, const struct serve_thread *thread,
		       struct stat *ret_stat)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct guise_actor actor = exchange_looker(ex, thread);
	uint32_t access =
		is_copy(ex) ? GUISE_FILE_READ_DATA : GUISE_FILE_READ_ATTRIBUTES;
	int r;

	r = guise_share_open(ex->share->share, &actor, ex->path, access, &fd,
			     ret_stat);
	if (r == 0 && ex->target.is_directory && !S_ISDIR(ret_stat->st_mode))
		return -ENOTDIR;
	return r;
}

static int copymove(struct exchange *ex, const struct serve_thread *thread,
		    struct members *members, bool *ret_created)
{
	struct guise_actor actor = exchange_actor(ex, thread);

	if (is_copy(ex))
		return guise_share_copy(
			ex->share->share, &actor, ex->path,
			ex->destination_share->share, ex->destination_path,
			ex->depth == DEPTH_INFINITY, ex->overwrite,
			member_failed, members, ret_created);
	return guise_share_move(ex->share->share, &actor, ex->path,
				ex->destination_share->share,
				ex->destination_path, ex->overwrite,
				member_failed, members, ret_created);
}

static enum exchange_next answer_error(struct exchange *ex,
				       struct members *members, int error)
{
	bool known = exchange_can_list(ex, ex->share, ex->path);

	if (error == GUISE_E_NO_SUCH_LOGON_SESSION)
		return exchange_fail(ex, error, true);
	if (!known) {
		ex->error = error;
		return !exchange_is_anonymous(ex)
			       ? exchange_answer(ex, 404, DECIDED_VERDICT)
			       : exchange_challenge(ex, DECIDED_VERDICT);
	}
	ex->verdict.parent_listable = exchange_can_list(
		ex, ex->destination_share, ex->destination_path);
	if (members->n)
		return members_answer(ex, members);
	if (error == -EEXIST && ex->verdict.parent_listable)
		return exchange_answer(ex, 412, DECIDED_CONDITION);
	/* the source is known: from here on it is about the target */
	ex->share = ex->destination_share;
	ex->path = ex->destination_path;
	if (error == -EINVAL) /* one inside the other */
		return exchange_answer(ex, 403, DECIDED_REQUEST);
	return exchange_fail(ex, error, true);
}

static enum exchange_next copymove_run(struct exchange *ex,
				       const struct serve_thread *thread)
{
	GUISE_AUTO(members_clear) struct members members = {0};
	bool created = false;
	struct stat stat;
	int r = source_open(ex, thread, &stat);

	if (r < 0)
		return exchange_fail(ex, r, false);
	if (!exchange_conditions_hold(ex, &stat, false))
		return EXCHANGE_RESPOND;
	members_begin(&members, ex->share);
	r = copymove(ex, thread, &members, &created);
	if (r < 0)
		return answer_error(ex, &members, r);
	return exchange_answer(ex, created ? 201 : 204, DECIDED_OK);
}

const struct dav_method dav_copymove = {
	.start = copymove_start,
	.run = copymove_run,
	.needs_share = true,
};
