/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mode and POSIX ACL of a file as the kernel applies them: an ordered list of
 * entries with the mask already taken off, and the kernel's rule over it.
 */
#ifndef STORE_POSIX_ACL_H
#define STORE_POSIX_ACL_H

#include <sys/stat.h>

#include <guise/token.h>

#include "base.h"

/* linux/posix_acl.h */
enum posix_tag {
	POSIX_OWNER = 0x01,
	POSIX_USER = 0x02,
	POSIX_OWNING_GROUP = 0x04,
	POSIX_GROUP = 0x08,
	POSIX_MASK = 0x10,
	POSIX_OTHER = 0x20,
};

enum posix_permission {
	POSIX_EXECUTE = 1,
	POSIX_WRITE = 2,
	POSIX_READ = 4,
};

/* @id: uid or gid; for owner and owning group the file's.
 * @permissions: effective, @unmasked: as written */
struct posix_entry {
	enum posix_tag tag;
	unsigned permissions;
	unsigned unmasked;
	uint32_t id;
};

/* @entries: owner, users, owning group, groups, other, in this order; owned */
struct posix_acl {
	struct posix_entry *entries;
	size_t n;
	bool has_mask;
	unsigned mask;
};

/* @data: value of system.posix_acl_access, or NULL, 0.
 * 0; -EBADMSG; -ENOMEM */
GUISE_MUST_USE int posix_acl_decode(const struct stat *stat, const void *data,
				    size_t size, struct posix_acl *ret);
void posix_acl_clear(struct posix_acl *acl);
/* Reads the ACL of @fd. 0; -EBADMSG; errors of fgetxattr; -ENOMEM */
GUISE_MUST_USE int posix_acl_read(int fd, const struct stat *stat,
				  struct posix_acl *ret);

/* The kernel's rule (posix_acl_permission): may @who do all of @want?
 * @ret_entry: number of the entry that decided; may be NULL */
GUISE_MUST_USE bool posix_acl_allows(const struct posix_acl *acl,
				     const struct guise_unix_identity *who,
				     unsigned want, size_t *ret_entry);

#endif
