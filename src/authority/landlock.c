/* SPDX-License-Identifier: Apache-2.0 */
/* See landlock.h. Rights by ABI: linux/landlock.h and its documentation. */
#include <sys/syscall.h>
#include <unistd.h>

#include "fd.h"
#include "landlock.h"

/* Ours, since the headers may know fewer members than the kernel. */
struct ruleset_attr {
	uint64_t handled_access_fs;
	uint64_t handled_access_net; /* ABI 4 */
	uint64_t scoped;	     /* ABI 6 */
};

struct path_beneath_attr {
	uint64_t allowed_access;
	int32_t parent_fd;
} __attribute__((packed));

#define CREATE_RULESET_VERSION 1u
#define RULE_PATH_BENEATH 1

enum access_fs {
	ACCESS_EXECUTE = 1 << 0,
	ACCESS_WRITE_FILE = 1 << 1,
	ACCESS_READ_FILE = 1 << 2,
	ACCESS_READ_DIR = 1 << 3,
	ACCESS_REMOVE_DIR = 1 << 4,
	ACCESS_REMOVE_FILE = 1 << 5,
	ACCESS_MAKE_CHAR = 1 << 6,
	ACCESS_MAKE_REG = 1 << 8,
	ACCESS_MAKE_BLOCK = 1 << 11,
	ACCESS_TRUNCATE = 1 << 14,
};

/* Number of file system rights an ABI knows: they are the lowest bits. */
static const uint8_t n_rights[] = {0, 13, 14, 15, 15, 16};

/* Signals to and abstract sockets of processes outside the domain. */
#define SCOPED_ALL 3u
#define ABI_SCOPED 6

unsigned landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
			   CREATE_RULESET_VERSION);

	return abi > 0 ? (unsigned)abi : 0;
}

static uint64_t handled_rights(unsigned abi)
{
	if (abi >= ARRAY_SIZE(n_rights))
		abi = ARRAY_SIZE(n_rights) - 1;
	return (UINT64_C(1) << n_rights[abi]) - 1;
}

static int create_ruleset(unsigned abi, uint64_t scoped, int *ret_ruleset)
{
	const struct ruleset_attr attr = {
		.handled_access_fs = handled_rights(abi),
		.scoped = scoped,
	};
	long fd;

	if (abi == 0)
		return -ENOSYS;
	/* older kernels do not take the longer form */
	fd = syscall(SYS_landlock_create_ruleset, &attr,
		     scoped ? sizeof(attr) : sizeof(attr.handled_access_fs), 0);
	if (fd < 0)
		return -errno;
	*ret_ruleset = (int)fd;
	return 0;
}

int landlock_new(int *ret_ruleset)
{
	return create_ruleset(landlock_abi(), 0, ret_ruleset);
}

int landlock_new_isolated(int *ret_ruleset)
{
	const unsigned abi = landlock_abi();

	return create_ruleset(abi, abi >= ABI_SCOPED ? SCOPED_ALL : 0,
			      ret_ruleset);
}

int landlock_allow(int ruleset, int dir_fd, enum landlock_scope scope)
{
	struct path_beneath_attr attr = {.parent_fd = dir_fd};
	const uint64_t handled = handled_rights(landlock_abi());

	if (scope == LANDLOCK_SHARE)
		attr.allowed_access = handled & ~(uint64_t)(ACCESS_EXECUTE |
							    ACCESS_MAKE_CHAR |
							    ACCESS_MAKE_BLOCK);
	else
		attr.allowed_access =
			handled & (ACCESS_WRITE_FILE | ACCESS_READ_FILE |
				   ACCESS_READ_DIR | ACCESS_REMOVE_FILE |
				   ACCESS_MAKE_REG | ACCESS_TRUNCATE);
	return syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &attr,
		       0) < 0
		       ? -errno
		       : 0;
}

int landlock_confine(int ruleset)
{
	return syscall(SYS_landlock_restrict_self, ruleset, 0) < 0 ? -errno : 0;
}
