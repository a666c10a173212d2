/* SPDX-License-Identifier: Apache-2.0 */
/* The file of identities: whoever may write it is everybody. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <guise/identity.h>

#include "buf.h"
#include "fd.h"

#define CHUNK 4096

static int check_file(int fd)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode) || status.st_mode & (S_IWGRP | S_IWOTH) ||
	    (status.st_uid != 0 && status.st_uid != geteuid()))
		return -EPERM;
	return 0;
}

/* One byte more than is allowed, at most: the parser refuses that. */
static int read_text(int fd, struct guise_buf *text)
{
	while (text->size <= GUISE_IDENTITIES_MAX_SIZE) {
		uint8_t *at;
		ssize_t n;
		int r = buf_reserve(text, CHUNK, &at);

		if (r < 0)
			return r;
		n = read(fd, at, CHUNK);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0)
			break;
		if (n > 0)
			text->size += (size_t)n;
	}
	return 0;
}

int guise_identities_load(const char *path, const struct guise_identities **ret,
			  struct guise_identities_error *reterr)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	int r;

	if (!path || !ret || (reterr && reterr->size < sizeof(*reterr)))
		return -EINVAL;
	/* a FIFO must not hold us up before it is refused */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	r = check_file(fd);
	if (r == 0)
		r = read_text(fd, &text);
	if (r < 0)
		return r;
	return guise_identities_parse((const char *)text.data, text.size, ret,
				      reterr);
}
