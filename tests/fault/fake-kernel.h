/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A kernel that knows the rules of credentials, who may set which id and how
 * capabilities follow the uid, and fails when it is told to. cmocka-wrap.h
 * comes before.
 */
#ifndef TESTS_FAKE_KERNEL_H
#define TESTS_FAKE_KERNEL_H

#include <errno.h>
#include <stdbool.h>

#include <linux/capability.h>

#include "kcred.h"

#define CAP_BIT(cap) (UINT64_C(1) << (cap))
#define ALL_CAPS UINT64_C(0x1ffffffffff)
#define MAX_GROUPS 16

enum op { SET_GROUPS, SET_GID, SET_UID, SET_CAPS, GET, N_OPS };

/* @fail_at: the call that fails, from 1; 0 none
 * @broken: bit n: every call of op n fails
 * @lies: bit n: op n claims success and does nothing
 * @filtered: as if a filter of system calls were on the thread */
struct fake {
	uint32_t uids[3], gids[3]; /* real, effective, saved */
	uint32_t groups[MAX_GROUPS];
	size_t n_groups;
	uint64_t effective, permitted;
	unsigned calls, fail_at;
	unsigned broken, lies;
	bool filtered;
	int error;
	enum op failed_op;
};

static inline int enter(struct fake *f, enum op op)
{
	f->calls++;
	if (f->calls == f->fail_at || f->broken & 1u << op) {
		f->failed_op = op;
		return f->error;
	}
	return f->lies & 1u << op ? 1 : 0;
}

static inline bool has(const struct fake *f, unsigned cap)
{
	return f->effective & CAP_BIT(cap);
}

static inline bool among(const uint32_t ids[3], uint32_t id)
{
	return ids[0] == id || ids[1] == id || ids[2] == id;
}

static inline int fake_set_groups(void *ctx, const uint32_t *groups, size_t n)
{
	struct fake *f = ctx;
	int r = enter(f, SET_GROUPS);

	if (r != 0)
		return r < 0 ? r : 0;
	if (!has(f, CAP_SETGID))
		return -EPERM;
	assert_true(n <= MAX_GROUPS);
	if (n)
		memcpy(f->groups, groups, n * sizeof(*groups));
	f->n_groups = n;
	return 0;
}

static inline int fake_set_gid(void *ctx, uint32_t gid)
{
	struct fake *f = ctx;
	int r = enter(f, SET_GID);

	if (r != 0)
		return r < 0 ? r : 0;
	if (!has(f, CAP_SETGID) && !among(f->gids, gid))
		return -EPERM;
	f->gids[1] = gid;
	return 0;
}

/* capabilities(7), "Effect of user ID changes on capabilities" */
static inline int fake_set_uid(void *ctx, uint32_t uid)
{
	struct fake *f = ctx;
	uint32_t before = f->uids[1];
	int r = enter(f, SET_UID);

	if (r != 0)
		return r < 0 ? r : 0;
	if (!has(f, CAP_SETUID) && !among(f->uids, uid))
		return -EPERM;
	f->uids[1] = uid;
	if (before == 0 && uid != 0)
		f->effective = 0;
	if (before != 0 && uid == 0)
		f->effective = f->permitted;
	if (before == 0 && uid != 0 && f->uids[0] != 0 && f->uids[2] != 0)
		f->permitted = 0;
	return 0;
}

static inline int fake_set_capabilities(void *ctx, uint64_t effective)
{
	struct fake *f = ctx;
	int r = enter(f, SET_CAPS);

	if (r != 0)
		return r < 0 ? r : 0;
	if (effective & ~f->permitted)
		return -EPERM;
	f->effective = effective;
	return 0;
}

static inline int fake_get_uids(void *ctx, uint32_t *r, uint32_t *e,
				uint32_t *s)
{
	struct fake *f = ctx;
	int error = enter(f, GET);

	if (error < 0)
		return error;
	*r = f->uids[0];
	*e = f->uids[1];
	*s = f->uids[2];
	return 0;
}

static inline int fake_get_gids(void *ctx, uint32_t *r, uint32_t *e,
				uint32_t *s)
{
	struct fake *f = ctx;
	int error = enter(f, GET);

	if (error < 0)
		return error;
	*r = f->gids[0];
	*e = f->gids[1];
	*s = f->gids[2];
	return 0;
}

static inline int fake_get_groups(void *ctx, uint32_t *groups, size_t max)
{
	struct fake *f = ctx;
	int error = enter(f, GET);

	if (error < 0)
		return error;
	if (max == 0)
		return (int)f->n_groups;
	if (max < f->n_groups)
		return -EINVAL;
	memcpy(groups, f->groups, f->n_groups * sizeof(*groups));
	return (int)f->n_groups;
}

static inline int fake_get_capabilities(void *ctx, uint64_t *effective,
					uint64_t *permitted)
{
	struct fake *f = ctx;
	int error = enter(f, GET);

	if (error < 0)
		return error;
	*effective = f->effective;
	*permitted = f->permitted;
	return 0;
}

static inline int fake_is_filtered(void *ctx)
{
	struct fake *f = ctx;
	int error = enter(f, GET);

	return error < 0 ? error : f->filtered;
}

static inline struct sys_ops ops_of(struct fake *f)
{
	return (struct sys_ops){
		.ctx = f,
		.set_groups = fake_set_groups,
		.set_gid = fake_set_gid,
		.set_uid = fake_set_uid,
		.set_capabilities = fake_set_capabilities,
		.get_uids = fake_get_uids,
		.get_gids = fake_get_gids,
		.get_groups = fake_get_groups,
		.get_capabilities = fake_get_capabilities,
		.is_filtered = fake_is_filtered,
	};
}

/* What the fake kernel is running as, as a value that points into it. */
static inline struct kcred state_of(const struct fake *f)
{
	return (struct kcred){.uid = f->uids[1],
			      .gid = f->gids[1],
			      .groups = f->groups,
			      .n_groups = f->n_groups,
			      .capabilities = f->effective};
}

#endif
