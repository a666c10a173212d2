/* SPDX-License-Identifier: Apache-2.0 */
/* MKCOL (RFC 4918 9.3), without a body: nobody has defined one. */
#include "dav.h"

static enum exchange_next mkcol_start(struct exchange *ex,
				      const struct serve_thread *thread)
{
	struct guise_actor actor;
	uint64_t size;
	int r;

	if (request_body_size(ex->request, &size) < 0)
		return exchange_answer(ex, 400, DECIDED_REQUEST);
	if (size)
		return exchange_answer(ex, 415, DECIDED_REQUEST);
	if (ex->path[0] == '\0')
		return exchange_answer(
			ex, site_shows(ex, thread, ex->share) ? 405 : 409,
			DECIDED_REQUEST);
	actor = exchange_actor(ex, thread);
	r = guise_share_mkdir(ex->share->share, &actor, ex->path);
	if (r < 0)
		return exchange_fail(ex, r, true);
	return exchange_answer(ex, 201, DECIDED_OK);
}

const struct dav_method dav_mkcol = {
	.start = mkcol_start,
	.needs_share = true,
};
