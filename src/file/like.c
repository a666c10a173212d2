/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making a new file like the one it will replace, as the client: group,
 * user.* attributes, POSIX ACLs, and the mode last. At no instant may somebody
 * read the new file whom the old one's permissions would have refused (the
 * client itself aside: it wrote the content).
 *
 * The client may be unable to give the old group. Then the group class speaks
 * about other people, and the old group's members fall among the others: both
 * classes get only what both had.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "file-internal.h"
#include "reader.h"
#include "text.h"

#define XATTR_ACCESS "system.posix_acl_access"
#define XATTR_DEFAULT "system.posix_acl_default"
/* Kernel: XATTR_LIST_MAX and XATTR_SIZE_MAX. */
#define XATTR_MAX 65536

/* linux/posix_acl_xattr.h: a 4-byte version 2, then 8-byte entries */
#define ACL_HEADER_SIZE 4
#define ACL_ENTRY_SIZE 8
#define ACL_VERSION 2

enum acl_tag {
	ACL_TAG_GROUP_OBJ = 0x04,
	ACL_TAG_MASK = 0x10,
	ACL_TAG_OTHER = 0x20,
};

/* A name list and a value at a time; one allocation for the whole job. */
struct space {
	char names[XATTR_MAX];
	uint8_t value[XATTR_MAX];
};

struct model {
	char path[FD_PATH_SIZE]; /* of the old file's descriptor */
	struct stat stat;
	bool group_kept;
	struct space *space;
};

void file_fd_path(int fd, char ret[FD_PATH_SIZE])
{
	static const char prefix[] = "/proc/self/fd/";
	size_t n = sizeof(prefix) - 1;

	must(fd >= 0);
	memcpy(ret, prefix, n);
	n += text_from_u64((uint64_t)fd, ret + n);
	ret[n] = '\0';
}

/* The old file is there, so ENOENT says that /proc is not: not to be taken
 * for "nothing to take over". */
static int xattr_error(void)
{
	return errno == ENOENT ? -EOPNOTSUPP : -errno;
}

static int take_group(int fd, struct model *old)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	old->group_kept = st.st_gid == old->stat.st_gid;
	if (old->group_kept)
		return 0;
	if (fchown(fd, (uid_t)-1, old->stat.st_gid) == 0)
		old->group_kept = true;
	else if (errno != EPERM)
		return -errno;
	return 0;
}

static int take_attribute(int fd, struct model *old, const char *name)
{
	uint8_t *value = old->space->value;
	ssize_t size;

	size = getxattr(old->path, name, value, XATTR_MAX);
	if (size < 0)
		return errno == ENODATA ? 0 : xattr_error();
	return fsetxattr(fd, name, value, (size_t)size, 0) < 0 ? -errno : 0;
}

static int take_user_attributes(int fd, struct model *old)
{
	char *names = old->space->names;
	ssize_t size;
	int r;

	size = listxattr(old->path, names, XATTR_MAX);
	if (size < 0)
		return errno == EOPNOTSUPP ? 0 : xattr_error();
	for (ssize_t at = 0; at < size;) {
		const char *name = names + at;

		at += (ssize_t)strnlen(name, (size_t)(size - at)) + 1;
		if (strncmp(name, "user.", 5) != 0)
			continue;
		r = take_attribute(fd, old, name);
		if (r < 0)
			return r;
	}
	return 0;
}

/* The ACL entry number @i of a checked value */
static uint8_t *acl_entry(uint8_t *acl, size_t i)
{
	return acl + ACL_HEADER_SIZE + i * ACL_ENTRY_SIZE;
}

/* What the group class has in effect, for the case that the group is lost. */
static unsigned acl_group_rights(uint8_t *acl, size_t n)
{
	unsigned group = 0, mask = 7;

	for (size_t i = 0; i < n; i++) {
		const uint8_t *entry = acl_entry(acl, i);
		unsigned tag = u16le(entry), rights = u16le(entry + 2);

		if (tag == ACL_TAG_GROUP_OBJ)
			group = rights;
		else if (tag == ACL_TAG_MASK)
			mask = rights;
	}
	return group & mask;
}

/*
 * Without the old group: the owning group's entry gives nothing (whoever is in
 * it may be denied by a named entry, which a right here would override), the
 * others only what the old group had, too.
 */
static int acl_narrow(uint8_t *acl, size_t size)
{
	size_t n = (size - ACL_HEADER_SIZE) / ACL_ENTRY_SIZE;
	unsigned rights;

	if (size < ACL_HEADER_SIZE || u32le(acl) != ACL_VERSION ||
	    (size - ACL_HEADER_SIZE) % ACL_ENTRY_SIZE)
		return -EBADMSG;
	rights = acl_group_rights(acl, n);
	for (size_t i = 0; i < n; i++) {
		uint8_t *entry = acl_entry(acl, i);
		unsigned tag = u16le(entry);

		if (tag == ACL_TAG_GROUP_OBJ)
			entry[2] = 0;
		else if (tag == ACL_TAG_OTHER)
			entry[2] &= (uint8_t)rights;
	}
	return 0;
}

static bool is_absent(int error)
{
	return error == ENODATA || error == EOPNOTSUPP;
}

/* @ret_taken: the old file has one and the new one has it now; if not, what
 * the new one inherited from its directory is gone. */
static int take_acl(int fd, struct model *old, const char *name,
		    bool *ret_taken)
{
	uint8_t *acl = old->space->value;
	ssize_t size;
	int r;

	size = getxattr(old->path, name, acl, XATTR_MAX);
	if (size < 0) {
		if (!is_absent(errno))
			return xattr_error();
		if (fremovexattr(fd, name) < 0 && !is_absent(errno))
			return -errno;
		*ret_taken = false;
		return 0;
	}
	if (!old->group_kept) {
		r = acl_narrow(acl, (size_t)size);
		if (r < 0)
			return r;
	}
	if (fsetxattr(fd, name, acl, (size_t)size, 0) < 0)
		return -errno;
	*ret_taken = true;
	return 0;
}

/* Set-id bits are not content's to carry: a file loses them, as on a write;
 * a directory keeps its sticky and set-gid bits. */
static mode_t mode_of(const struct model *old)
{
	mode_t mode = old->stat.st_mode & 0777, both;

	if (!old->group_kept) {
		both = (mode >> 3) & mode & 07;
		mode = (mode & 0700) | both << 3 | both;
	}
	if (S_ISDIR(old->stat.st_mode))
		mode |= old->stat.st_mode &
			(old->group_kept ? S_ISGID | S_ISVTX : S_ISVTX);
	return mode;
}

/* With an ACL, the rights are in force already: only the upper bits lack. */
static int take_mode(int fd, const struct model *old, bool has_acl)
{
	mode_t mode = mode_of(old);
	struct stat st;

	if (has_acl) {
		if (fstat(fd, &st) < 0)
			return -errno;
		mode = (mode & ~(mode_t)0777) | (st.st_mode & 0777);
	}
	return fchmod(fd, mode) < 0 ? -errno : 0;
}

static int take_all(int fd, struct model *old)
{
	bool has_acl, has_default;
	int r;

	r = take_group(fd, old);
	if (r < 0)
		return r;
	r = take_user_attributes(fd, old);
	if (r < 0)
		return r;
	if (S_ISDIR(old->stat.st_mode)) {
		r = take_acl(fd, old, XATTR_DEFAULT, &has_default);
		if (r < 0)
			return r;
	}
	r = take_acl(fd, old, XATTR_ACCESS, &has_acl);
	if (r < 0)
		return r;
	return take_mode(fd, old, has_acl);
}

int file_take_over(int fd, int like_fd)
{
	GUISE_AUTO(freep) struct space *space = malloc(sizeof(*space));
	struct model old = {.space = space};

	if (!space)
		return -ENOMEM;
	if (fstat(like_fd, &old.stat) < 0)
		return -errno;
	file_fd_path(like_fd, old.path);
	return take_all(fd, &old);
}
