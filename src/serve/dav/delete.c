/* SPDX-License-Identifier: Apache-2.0 */
/* DELETE (RFC 4918 9.6): always with all members; those that stay are named. */
#include "dav.h"
#include "members.h"

static enum exchange_next delete_start(struct exchange *ex,
				       const struct serve_thread *thread)
{
	enum depth depth = DEPTH_INFINITY;
	struct span value;
	int r = request_header(ex->request, "Depth", &value);

	if (ex->path[0] == '\0')
		return exchange_answer(
			ex, site_shows(ex, thread, ex->share) ? 403 : 404,
			DECIDED_REQUEST);
	if (r == -EEXIST || (r == 0 && !depth_parse(value, &depth)) ||
	    depth != DEPTH_INFINITY)
		return exchange_answer(ex, 400, DECIDED_REQUEST);
	if (request_header(ex->request, "If", &value) != -ENOENT)
		return exchange_answer(ex, 412, DECIDED_CONDITION);
	return EXCHANGE_BLOCKS;
}

/* Only where something depends on what is there. True: answered. */
static bool delete_refuse(struct exchange *ex,
			  const struct serve_thread *thread)
{
	struct guise_actor actor = exchange_actor(ex, thread);
	struct stat stat;
	int r;

	if (!conditions_are_any(&ex->conditions) && !ex->target.is_directory)
		return false;
	r = guise_share_stat(ex->share->share, &actor, ex->path, &stat);
	if (r == 0 && ex->target.is_directory && !S_ISDIR(stat.st_mode))
		r = -ENOTDIR;
	if (r < 0) {
		(void)exchange_fail(ex, r, false);
		return true;
	}
	return !exchange_conditions_hold(ex, &stat, false);
}

static enum exchange_next delete_run(struct exchange *ex,
				     const struct serve_thread *thread)
{
	GUISE_AUTO(members_clear) struct members members = {0};
	struct guise_actor actor;
	int r;

	if (delete_refuse(ex, thread))
		return EXCHANGE_RESPOND;
	members_begin(&members, ex->share);
	actor = exchange_actor(ex, thread);
	r = guise_share_delete(ex->share->share, &actor, ex->path,
			       member_failed, &members);
	if (r == -ENOTEMPTY && members.n)
		return members_answer(ex, &members);
	if (r < 0)
		return exchange_fail(ex, r, false);
	return exchange_answer(ex, 204, DECIDED_OK);
}

const struct dav_method dav_delete = {
	.start = delete_start,
	.run = delete_run,
	.needs_share = true,
};
