/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "fd.h"
#include "policies.h"

/* Larger than any set of policies within the limits of their number that
 * people write. Ours. */
#define POLICIES_SIZE_MAX (1u << 20)

static int refuse(struct config_error *reterr, const char *path,
		  const char *why, const char *todo)
{
	(void)snprintf(reterr->where, sizeof(reterr->where),
		       "central-policies");
	(void)snprintf(reterr->why, sizeof(reterr->why), "%.150s: %.120s", path,
		       why);
	reterr->todo = todo;
	return -EINVAL;
}

/* All of @fd from its beginning. */
static int read_all(int fd, struct guise_buf *ret)
{
	uint8_t *at;
	ssize_t n;
	int r;

	do {
		r = buf_reserve(ret, 4096, &at);
		if (r < 0)
			return r;
		n = pread(fd, at, 4096, (off_t)ret->size);
		if (n < 0)
			return -errno;
		ret->size += (size_t)n;
		if (ret->size > POLICIES_SIZE_MAX)
			return -EFBIG;
	} while (n > 0);
	return 0;
}

static int read_file(const char *path, struct guise_buf *ret)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct stat stat;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &stat) < 0)
		return -errno;
	if (!S_ISREG(stat.st_mode))
		return -EBADMSG;
	/* whoever can change the file could lift what it restricts */
	if ((stat.st_uid != 0 && stat.st_uid != geteuid()) ||
	    stat.st_mode & (S_IWGRP | S_IWOTH))
		return -EPERM;
	return read_all(fd, ret);
}

static int seal(const struct guise_buf *content, int *ret_fd)
{
	GUISE_AUTO(fd_closep)
	int fd =
		memfd_create("guise-policies", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return -errno;
	if (write(fd, content->data, content->size) != (ssize_t)content->size)
		return -EIO;
	if (fcntl(fd, F_ADD_SEALS,
		  F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0)
		return -errno;
	*ret_fd = fd_take(&fd);
	return 0;
}

int policies_load(const char *path, serve_policies *parse,
		  const struct guise_policies **ret, int *ret_fd,
		  struct config_error *reterr)
{
	GUISE_AUTO(guise_policies_unrefp)
	const struct guise_policies *policies = NULL;
	GUISE_AUTO(guise_buf_clear) struct guise_buf content = {0};
	struct guise_error_info error = {0};
	int r = read_file(path, &content);

	if (r == -EPERM)
		return refuse(reterr, path, "others may change it",
			      "make it root's, and writable by nobody else");
	if (r < 0)
		return refuse(reterr, path, guise_strerror(r),
			      "name a readable file below 1 MiB");
	r = parse((struct span){(char *)content.data, content.size}, &policies,
		  &error);
	if (r < 0)
		return refuse(reterr, path,
			      error.text[0] ? error.text : guise_strerror(r),
			      "see guise serve --help for their form");
	r = seal(&content, ret_fd);
	if (r < 0)
		return refuse(reterr, path, guise_strerror(r), "free memory");
	*ret = guise_take(policies);
	return 0;
}

int policies_take(int fd, serve_policies *parse,
		  const struct guise_policies **ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf content = {0};
	struct guise_error_info error = {0};
	int r = read_all(fd, &content);

	return r < 0 ? r
		     : parse((struct span){(char *)content.data, content.size},
			     ret, &error);
}
