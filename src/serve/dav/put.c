/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PUT: the content goes to a temporary of the client's own and takes the
 * file's place in one step. Whoever reads sees the old content or the new.
 */
#include <unistd.h>

#include "dav.h"

static void put_drop(struct exchange *ex, const struct serve_thread *thread)
{
	struct guise_actor actor = {
		.engine = thread->engine,
		.token = ex->client->token,
	};

	guise_share_put_abort(guise_take(ex->put), &actor);
	ex->put_fd = -EBADF;
}

/* Refusals that need no look at the file system. True: answered. */
static bool put_refuse(struct exchange *ex, const struct serve_thread *thread)
{
	struct span value;
	uint64_t size;

	if (ex->path[0] == '\0')
		(void)exchange_answer(
			ex, site_shows(ex, thread, ex->share) ? 405 : 409,
			DECIDED_REQUEST);
	else if (ex->target.is_directory)
		(void)exchange_answer(ex, 409, DECIDED_REQUEST);
	else if (request_header(ex->request, "Content-Range", &value) !=
		 -ENOENT) /* RFC 9110 14.5: not partly */
		(void)exchange_answer(ex, 400, DECIDED_REQUEST);
	else if (request_header(ex->request, "If", &value) != -ENOENT)
		/* names locks; there are none, so it cannot hold */
		(void)exchange_answer(ex, 412, DECIDED_CONDITION);
	else if (request_body_size(ex->request, &size) < 0)
		(void)exchange_answer(ex, 400, DECIDED_REQUEST);
	else if (size != UINT64_MAX && size > ex->site->max_upload)
		(void)exchange_answer(ex, 413, DECIDED_LIMIT);
	else
		return false;
	return true;
}

static enum exchange_next put_start(struct exchange *ex,
				    const struct serve_thread *thread)
{
	struct guise_actor actor;
	int r;

	if (put_refuse(ex, thread))
		return EXCHANGE_RESPOND;
	actor = exchange_actor(ex, thread);
	r = guise_share_put_begin(ex->share->share, &actor, ex->path, &ex->put,
				  &ex->put_fd, &ex->old);
	if (r < 0)
		return exchange_fail(ex, r, true);
	if (!exchange_conditions_hold(ex, ex->old.st_mode ? &ex->old : NULL,
				      false)) {
		put_drop(ex, thread);
		return EXCHANGE_RESPOND;
	}
	return EXCHANGE_BODY;
}

static int write_all(int fd, const uint8_t *data, size_t size)
{
	while (size) {
		ssize_t n = write(fd, data, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		size -= (size_t)n;
	}
	return 0;
}

static enum exchange_next put_body(struct exchange *ex,
				   const struct serve_thread *thread,
				   const void *data, size_t size)
{
	int r;

	if (size > ex->site->max_upload - ex->received) {
		put_drop(ex, thread);
		(void)exchange_answer(ex, 413, DECIDED_LIMIT);
		ex->response.close = true;
		return EXCHANGE_RESPOND;
	}
	r = write_all(ex->put_fd, data, size);
	if (r < 0) {
		put_drop(ex, thread);
		return exchange_fail(ex, r, true);
	}
	ex->received += size;
	return EXCHANGE_BODY;
}

static enum exchange_next put_run(struct exchange *ex,
				  const struct serve_thread *thread)
{
	struct guise_actor actor = exchange_actor(ex, thread);
	const struct stat *must_be =
		conditions_are_any(&ex->conditions) ? &ex->old : NULL;
	struct stat now;
	int r;

	ex->put_fd = -EBADF;
	r = guise_share_put_commit(guise_take(ex->put), &actor, must_be,
				   ex->site->durable, &now);
	if (must_be && (r == -ESTALE || r == -EEXIST))
		return exchange_answer(ex, 412, DECIDED_CONDITION);
	if (r < 0)
		return exchange_fail(ex, r, true);
	(void)exchange_answer(ex, ex->old.st_mode ? 204 : 201, DECIDED_OK);
	response_set_validators(&ex->response, &now);
	return EXCHANGE_RESPOND;
}

const struct dav_method dav_put = {
	.start = put_start,
	.run = put_run,
	.body = put_body,
	.needs_share = true,
};
