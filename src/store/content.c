/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The descriptors were opened as the client, so moving bytes between them asks
 * nobody. Attributes are different: the kernel checks each call against
 * whoever makes it, so that is done as the client.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <guise/impersonate.h>

#include <guise/share.h>

#include "content.h"
#include "xattr.h"

/* Bytes asked of one call; a call may be interrupted only between. */
#define CHUNK (64u << 20)

static bool is_unsupported(int error)
{
	return error == EXDEV || error == EINVAL || error == EOPNOTSUPP ||
	       error == ENOSYS;
}

static int copy_by_sendfile(int from_fd, int to_fd)
{
	for (;;) {
		ssize_t n = sendfile(to_fd, from_fd, NULL, CHUNK);

		if (n == 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -errno;
	}
}

int content_copy(int from_fd, int to_fd)
{
	if (lseek(from_fd, 0, SEEK_SET) < 0 || lseek(to_fd, 0, SEEK_SET) < 0)
		return -errno;
	for (;;) {
		ssize_t n =
			copy_file_range(from_fd, NULL, to_fd, NULL, CHUNK, 0);

		/* Some file systems say 0 for what they cannot do: let the
		 * other way find out that it is the end. */
		if (n == 0 || (n < 0 && is_unsupported(errno)))
			return copy_by_sendfile(from_fd, to_fd);
		if (n < 0 && errno != EINTR)
			return -errno;
	}
}

static int copy_here(const struct guise_token *token, int from_fd, int to_fd,
		     struct xattr_scratch *scratch)
{
	GUISE_SCOPE(scope);
	int r;

	r = guise_scope_begin(&scope, token);
	if (r < 0)
		return r;
	return xattr_copy_user(from_fd, to_fd, scratch);
}

int content_copy_attributes(struct gate *gate, int from_fd, int to_fd)
{
	const struct guise_actor *actor = gate->actor;
	GUISE_AUTO(freep)
	struct xattr_scratch *scratch = malloc(sizeof(*scratch));
	int r;

	if (!scratch)
		return -ENOMEM;
	r = xattr_has_user(from_fd, scratch);
	if (r <= 0)
		return r;
	if (actor->engine->ops->copy_attributes)
		return actor->engine->ops->copy_attributes(
			actor->engine, actor->token, from_fd, to_fd);
	return copy_here(actor->token, from_fd, to_fd, scratch);
}
