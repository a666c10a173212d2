/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The f*xattr calls refuse O_PATH descriptors. Those are reached through
 * /proc/self/fd, whose links lead to the open file itself, whatever its name
 * is by now; a link to a symbolic link is not followed further.
 */
#include <stdio.h>
#include <sys/xattr.h>

#include <guise/share.h>

#include "buf.h"
#include "text.h"
#include "xattr.h"

/* Kernel: XATTR_SIZE_MAX. */
#define VALUE_MAX 65536
#define USER_PREFIX "user."

struct fd_path {
	char text[40];
};

static const char *fd_path(int fd, struct fd_path *ret)
{
	static const char prefix[] = "/proc/self/fd/";
	size_t n = sizeof(prefix) - 1;

	must(fd >= 0);
	memcpy(ret->text, prefix, n);
	n += text_from_u64((uint64_t)fd, ret->text + n);
	ret->text[n] = '\0';
	return ret->text;
}

static ssize_t value_get(int fd, const char *name, void *value, size_t size)
{
	ssize_t n = fgetxattr(fd, name, value, size);
	struct fd_path path;

	if (n < 0 && errno == EBADF)
		n = getxattr(fd_path(fd, &path), name, value, size);
	return n < 0 ? -errno : n;
}

static ssize_t names_get(int fd, char *names, size_t size)
{
	ssize_t n = flistxattr(fd, names, size);
	struct fd_path path;

	if (n < 0 && errno == EBADF)
		n = listxattr(fd_path(fd, &path), names, size);
	return n < 0 ? -errno : n;
}

int xattr_read(int fd, const char *name, struct guise_buf *out)
{
	uint8_t first[512];
	uint8_t *at;
	ssize_t n = value_get(fd, name, first, sizeof(first));
	int r;

	if (n >= 0)
		return buf_append(out, first, (size_t)n);
	if (n != -ERANGE)
		return (int)n;
	r = buf_reserve(out, VALUE_MAX, &at);
	if (r < 0)
		return r;
	n = value_get(fd, name, at, VALUE_MAX);
	if (n < 0)
		return n == -ERANGE ? -E2BIG : (int)n;
	out->size += (size_t)n;
	return 0;
}

int xattr_write(int fd, const char *name, const void *data, size_t size)
{
	struct fd_path path;

	if (fsetxattr(fd, name, data, size, 0) == 0)
		return 0;
	if (errno == EBADF &&
	    setxattr(fd_path(fd, &path), name, data, size, 0) == 0)
		return 0;
	return -errno;
}

int xattr_remove(int fd, const char *name)
{
	struct fd_path path;

	if (fremovexattr(fd, name) == 0)
		return 0;
	if (errno == EBADF && removexattr(fd_path(fd, &path), name) == 0)
		return 0;
	return errno == ENODATA ? 0 : -errno;
}

static bool is_user(const char *name)
{
	return strncmp(name, USER_PREFIX, sizeof(USER_PREFIX) - 1) == 0;
}

int xattr_has_user(int fd, struct xattr_scratch *scratch)
{
	ssize_t size = names_get(fd, scratch->names, sizeof(scratch->names));

	if (size < 0)
		return size == -EOPNOTSUPP ? 0 : (int)size;
	for (const char *name = scratch->names; name < scratch->names + size;
	     name += strlen(name) + 1) {
		if (is_user(name))
			return 1;
	}
	return 0;
}

int xattr_copy_user(int from_fd, int to_fd, struct xattr_scratch *scratch)
{
	ssize_t size =
		names_get(from_fd, scratch->names, sizeof(scratch->names));

	if (size < 0)
		return size == -EOPNOTSUPP ? 0 : (int)size;
	for (const char *name = scratch->names; name < scratch->names + size;
	     name += strlen(name) + 1) {
		ssize_t n;
		int r;

		if (!is_user(name))
			continue;
		n = value_get(from_fd, name, scratch->value,
			      sizeof(scratch->value));
		if (n < 0)
			return (int)n;
		r = xattr_write(to_fd, name, scratch->value, (size_t)n);
		if (r < 0)
			return r;
	}
	return 0;
}
