/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Extended attributes of open files, O_PATH descriptors included: the only
 * place of this layer that reads or writes them.
 */
#ifndef STORE_XATTR_H
#define STORE_XATTR_H

#include "base.h"

#define XATTR_POSIX_ACCESS "system.posix_acl_access"

/* Append the value to @out. 0; -ENODATA; -EOPNOTSUPP; -E2BIG; -ENOMEM; ... */
GUISE_MUST_USE int xattr_read(int fd, const char *name, struct guise_buf *out);
GUISE_MUST_USE int xattr_write(int fd, const char *name, const void *data,
			       size_t size);
/* 0 also if there was none */
GUISE_MUST_USE int xattr_remove(int fd, const char *name);

/* Copy all user.* attributes. Allocates nothing and makes only system calls,
 * so that it may run in a scope; @scratch is room for names and one value. */
struct xattr_scratch {
	char names[65536];
	char value[65536];
};
GUISE_MUST_USE int xattr_copy_user(int from_fd, int to_fd,
				   struct xattr_scratch *scratch);
/* Whether there are any; negative on failure. Needs no permission. */
GUISE_MUST_USE int xattr_has_user(int fd, struct xattr_scratch *scratch);

#endif
