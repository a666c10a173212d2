/* SPDX-License-Identifier: Apache-2.0 */
/* Which share a path is in. A share that a client may not use and one that
 * does not exist are the same to it. */
#include "dav.h"
#include "escape.h"
#include "fd.h"

/* Is @path in the share @name? Then what remains of it. */
static const char *rest_of(const char *path, const char *name)
{
	size_t size = strlen(name);

	if (size == 0)
		return path;
	if (strncmp(path, name, size) != 0)
		return NULL;
	if (path[size] == '\0')
		return path + size;
	return path[size] == '/' ? path + size + 1 : NULL;
}

bool site_find(const struct site *site, const struct target *target,
	       bool anonymous, const struct site_share **ret_share,
	       const char **ret_path)
{
	for (size_t i = 0; i < site->n_shares; i++) {
		const struct site_share *share = &site->shares[i];
		const char *rest = rest_of(target->path, share->name);

		if (!rest || (anonymous && !share->anonymous))
			continue;
		*ret_share = share;
		*ret_path = rest;
		return true;
	}
	if (target->size)
		return false;
	*ret_share = NULL;
	*ret_path = target->path;
	return true;
}

bool site_shows(struct exchange *ex, const struct serve_thread *thread,
		const struct site_share *share)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct guise_verdict verdict;
	struct guise_actor actor = {
		.engine = thread->engine,
		.token = ex->client->token,
		.verdict = &verdict,
	};

	if (exchange_is_anonymous(ex) && !share->anonymous)
		return false;
	return guise_share_open(share->share, &actor, "",
				GUISE_FILE_LIST_DIRECTORY, &fd, NULL) == 0;
}

bool exchange_can_list(struct exchange *ex, const struct site_share *share,
		       const char *path)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct guise_actor actor = {
		.engine = ex->thread->engine,
		.token = ex->client->token,
	};
	const char *slash = strrchr(path, '/');
	char parent[GUISE_PATH_MAX + 1];
	size_t size = slash ? (size_t)(slash - path) : 0;

	if (path[0] == '\0')
		return site_shows(ex, ex->thread, share);
	memcpy(parent, path, size);
	parent[size] = '\0';
	return guise_share_open(share->share, &actor, parent,
				GUISE_FILE_LIST_DIRECTORY, &fd, NULL) == 0;
}

int dav_href(struct guise_buf *out, const struct site_share *share,
	     const char *path, bool is_directory)
{
	int r = buf_append_u8(out, '/');

	if (r == 0 && share && share->name[0]) {
		r = buf_append_text(out, share->name);
		if (r == 0 && (path[0] || is_directory))
			r = buf_append_u8(out, '/');
	}
	if (r == 0)
		r = buf_append_text(out, path);
	if (r == 0 && path[0] && is_directory)
		r = buf_append_u8(out, '/');
	return r;
}
