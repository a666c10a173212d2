/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system calls that read and change the credentials of the calling
 * thread: raw, so that only this thread changes (the libc wrappers change
 * every thread of the process). Behind a table, so that a test can make the
 * n-th of them fail.
 */
#ifndef THREAD_SYS_H
#define THREAD_SYS_H

#include "base.h"

struct sys_ops {
	void *ctx;
	/* all return 0 or -errno; effective ids only */
	int (*set_groups)(void *ctx, const uint32_t *groups, size_t n);
	int (*set_gid)(void *ctx, uint32_t gid);
	int (*set_uid)(void *ctx, uint32_t uid);
	/* effective capability set := @effective (must be within permitted) */
	int (*set_capabilities)(void *ctx, uint64_t effective);
	/* reading back */
	int (*get_uids)(void *ctx, uint32_t *r, uint32_t *e, uint32_t *s);
	int (*get_gids)(void *ctx, uint32_t *r, uint32_t *e, uint32_t *s);
	/* how many groups, at most @max written to @groups; -errno */
	int (*get_groups)(void *ctx, uint32_t *groups, size_t max);
	int (*get_capabilities)(void *ctx, uint64_t *effective,
				uint64_t *permitted);
};

extern const struct sys_ops sys_kernel;

#endif
