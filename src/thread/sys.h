/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system calls that read and change the credentials of the calling
 * thread: raw, so that only this thread changes (the libc wrappers change
 * every thread of the process). What a scope needs is behind a table, so that
 * a test can make the n-th of them fail; the one-way calls of throw-away
 * threads and new processes are plain functions. All are async-signal-safe
 * and return 0 or -errno unless they say otherwise.
 */
#ifndef THREAD_SYS_H
#define THREAD_SYS_H

#include <sys/types.h>

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
	/* how many groups, written to @groups; -EINVAL when more than @max;
	 * @max 0 only counts */
	int (*get_groups)(void *ctx, uint32_t *groups, size_t max);
	int (*get_capabilities)(void *ctx, uint64_t *effective,
				uint64_t *permitted);
	/* 0: no seccomp filter is on the thread; 1: there is one; or -errno */
	int (*is_filtered)(void *ctx);
};

extern const struct sys_ops sys_kernel;

struct sys_capabilities {
	uint64_t effective;
	uint64_t permitted;
	uint64_t inheritable;
};

pid_t sys_thread_id(void);

/* Never fails. */
uint32_t sys_effective_uid(void);
uint32_t sys_effective_gid(void);

/* All three ids at once; irreversible without privilege. */
GUISE_MUST_USE int sys_set_all_uids(uint32_t r, uint32_t e, uint32_t s);
GUISE_MUST_USE int sys_set_all_gids(uint32_t r, uint32_t e, uint32_t s);
GUISE_MUST_USE int sys_set_all_capabilities(const struct sys_capabilities *to);
GUISE_MUST_USE int sys_get_all_capabilities(struct sys_capabilities *ret);

/* PR_SET_KEEPCAPS: permitted capabilities outlive the last root id. */
GUISE_MUST_USE int sys_keep_capabilities(bool keep);
GUISE_MUST_USE int sys_clear_ambient(void);
/* The bounding set loses all but @capabilities; needs CAP_SETPCAP, unless it
 * has lost them. */
GUISE_MUST_USE int sys_limit_bounding(uint64_t capabilities);
/* They must be permitted and inheritable. */
GUISE_MUST_USE int sys_raise_ambient(uint64_t capabilities);
/* The ambient, the bounding set; all bits if the kernel does not say. */
uint64_t sys_ambient(void);
uint64_t sys_bounding(void);
/* The thread's SECBIT_* flags, or -errno. */
GUISE_MUST_USE int sys_securebits(void);
GUISE_MUST_USE int sys_no_new_privileges(void);

/* A session keyring of the caller's own, empty. 0 also where the host has no
 * keyrings or a seccomp filter, which a child inherits, hides them. */
GUISE_MUST_USE int sys_new_session_keyring(void);

/* A descriptor that stands for the process @pid, or -errno. */
GUISE_MUST_USE int sys_pidfd_open(pid_t pid);
/* The descriptors from @first to @last; none if @last is below. */
GUISE_MUST_USE int sys_close_range(int first, int last);

#endif
