/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking on kernel credentials. A reversible switch changes effective ids
 * only: the real and saved ones stay the service's, so the client can neither
 * signal nor trace it, no process limit of the client applies, and the way
 * back needs no luck. Each step is checked by its result and the whole by
 * asking the kernel afterwards; the kernel's answer is the only one believed.
 *
 * Capabilities follow the effective uid in a service that is root (the kernel
 * clears the effective set when it leaves 0 and refills it from the permitted
 * one when it comes back); a service that is not root holds CAP_SETUID and
 * CAP_SETGID as permitted capabilities, and we lower and raise them. No code
 * here relies on which of the two it is, except to save calls.
 */
#include <linux/capability.h>
#include <sys/mman.h>

#include "kcred.h"

#define CAP_BIT(cap) (UINT64_C(1) << (cap))
#define SET_IDS (CAP_BIT(CAP_SETUID) | CAP_BIT(CAP_SETGID))

/* Groups are read back onto the stack, in two sizes so that the usual few pay
 * for no more. Beyond, into a mapping: this also runs in a child after fork,
 * where malloc may not. */
#define FEW_GROUPS 64
#define MORE_GROUPS 4096

static bool same_groups(const uint32_t *a, const uint32_t *b, size_t n)
{
	return n == 0 || memcmp(a, b, n * sizeof(*a)) == 0;
}

bool kcred_equal(const struct kcred *a, const struct kcred *b)
{
	return a->uid == b->uid && a->gid == b->gid &&
	       a->capabilities == b->capabilities &&
	       a->n_groups == b->n_groups &&
	       same_groups(a->groups, b->groups, a->n_groups);
}

static void sift_down(uint32_t *v, size_t root, size_t n)
{
	for (;;) {
		size_t child = 2 * root + 1;
		uint32_t moved;

		if (child >= n)
			return;
		if (child + 1 < n && v[child + 1] > v[child])
			child++;
		if (v[root] >= v[child])
			return;
		moved = v[root];
		v[root] = v[child];
		v[child] = moved;
		root = child;
	}
}

/* libc's qsort may allocate; this runs where that is not allowed. */
static void heap_sort(uint32_t *v, size_t n)
{
	for (size_t i = n / 2; i-- > 0;)
		sift_down(v, i, n);
	for (size_t end = n; end-- > 1;) {
		uint32_t largest = v[0];

		v[0] = v[end];
		v[end] = largest;
		sift_down(v, 0, end);
	}
}

/* The kernel keeps groups sorted by their numbers in the initial user
 * namespace; seen from a namespace with a map that is not monotonic, they are
 * in another order than ours. */
static bool groups_match(const struct sys_ops *sys, const struct kcred *cred,
			 uint32_t *scratch)
{
	int n = sys->get_groups(sys->ctx, scratch, cred->n_groups);

	if (n < 0 || (size_t)n != cred->n_groups)
		return false;
	if (same_groups(scratch, cred->groups, cred->n_groups))
		return true;
	heap_sort(scratch, cred->n_groups);
	return same_groups(scratch, cred->groups, cred->n_groups);
}

static bool mapped_groups_match(const struct sys_ops *sys,
				const struct kcred *cred)
{
	uint32_t *scratch;
	size_t size;
	bool match;

	if (ckd_mul(&size, cred->n_groups, sizeof(*scratch)))
		return false;
	scratch = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (scratch == MAP_FAILED)
		return false;
	match = groups_match(sys, cred, scratch);
	(void)munmap(scratch, size); /* ours, so it cannot fail */
	return match;
}

__attribute__((noinline)) static bool
more_groups_match(const struct sys_ops *sys, const struct kcred *cred)
{
	uint32_t scratch[MORE_GROUPS];

	return groups_match(sys, cred, scratch);
}

__attribute__((noinline)) static bool
few_groups_match(const struct sys_ops *sys, const struct kcred *cred)
{
	uint32_t scratch[FEW_GROUPS];

	return groups_match(sys, cred, scratch);
}

static bool groups_are_current(const struct sys_ops *sys,
			       const struct kcred *cred)
{
	if (cred->n_groups <= FEW_GROUPS)
		return few_groups_match(sys, cred);
	if (cred->n_groups <= MORE_GROUPS)
		return more_groups_match(sys, cred);
	return mapped_groups_match(sys, cred);
}

static bool ids_are_current(const struct sys_ops *sys, const struct kcred *cred)
{
	uint32_t r, uid, gid, s;

	return sys->get_uids(sys->ctx, &r, &uid, &s) == 0 &&
	       sys->get_gids(sys->ctx, &r, &gid, &s) == 0 && uid == cred->uid &&
	       gid == cred->gid;
}

static bool capabilities_are_current(const struct sys_ops *sys,
				     const struct kcred *cred)
{
	uint64_t effective, permitted;

	return sys->get_capabilities(sys->ctx, &effective, &permitted) == 0 &&
	       effective == cred->capabilities;
}

bool kcred_is_current(const struct sys_ops *sys, const struct kcred *cred)
{
	return ids_are_current(sys, cred) && groups_are_current(sys, cred) &&
	       capabilities_are_current(sys, cred);
}

/* The effective capabilities that the set*id calls need, from the permitted
 * ones; the rest of the set is settled afterwards. */
static int raise_for_switch(const struct sys_ops *sys, uint64_t now)
{
	if ((now & SET_IDS) == SET_IDS)
		return 0;
	return sys->set_capabilities(sys->ctx, SET_IDS);
}

/* A service without a root id of its own cannot be a client that is root: on
 * the way back, when its last root id goes, the kernel takes the permitted
 * capabilities that the way back needs. */
static int check_return_from_root(const struct sys_ops *sys, uint32_t to_uid)
{
	uint32_t r, e, s;
	int error;

	if (to_uid != 0)
		return 0;
	error = sys->get_uids(sys->ctx, &r, &e, &s);
	if (error < 0)
		return error;
	return r == 0 || s == 0 ? 0 : -EPERM;
}

/* With the ids in place: the kernel's word for them, the capabilities, and its
 * word for those. The ids first: a thread that still has the service's keeps
 * the capabilities it needs to undo the rest. */
static int settle(const struct sys_ops *sys, const struct kcred *to)
{
	int r;

	if (!ids_are_current(sys, to) || !groups_are_current(sys, to))
		return -EPERM;
	if (capabilities_are_current(sys, to))
		return 0;
	r = sys->set_capabilities(sys->ctx, to->capabilities);
	if (r < 0)
		return r;
	return capabilities_are_current(sys, to) ? 0 : -EPERM;
}

/* All ids are set, and something else is wrong: back from what the kernel says
 * is in force, which may be more than was wanted. */
static void undo_all(const struct sys_ops *sys, const struct kcred *reached,
		     const struct kcred *from)
{
	struct kcred actual = *reached;
	uint64_t permitted;

	if (sys->get_capabilities(sys->ctx, &actual.capabilities, &permitted) <
	    0)
		actual.capabilities = 0;
	kcred_revert(sys, &actual, from);
}

int kcred_switch(const struct sys_ops *sys, const struct kcred *from,
		 const struct kcred *to)
{
	int r;

	r = check_return_from_root(sys, to->uid);
	if (r < 0)
		return r;
	r = raise_for_switch(sys, from->capabilities);
	if (r < 0)
		return r;
	r = sys->set_groups(sys->ctx, to->groups, to->n_groups);
	if (r < 0)
		goto undo_raise;
	r = sys->set_gid(sys->ctx, to->gid);
	if (r < 0)
		goto undo_groups;
	r = sys->set_uid(sys->ctx, to->uid);
	if (r < 0)
		goto undo_gid;
	r = settle(sys, to);
	if (r < 0)
		undo_all(sys, to, from);
	return r;

undo_gid:
	must(sys->set_gid(sys->ctx, from->gid) == 0);
undo_groups:
	must(sys->set_groups(sys->ctx, from->groups, from->n_groups) == 0);
undo_raise:
	must(settle(sys, from) == 0);
	return r;
}

/* The uid first: an instant with the service's uid and the client's groups is
 * one in which nothing is opened; the other way round, the client's uid would
 * have the service's groups. Where the base is root, this needs no capability,
 * and the kernel refills the effective set itself. */
static void revert_uid(const struct sys_ops *sys, const struct kcred *from,
		       const struct kcred *to)
{
	bool enters_root = from->uid != 0 && to->uid == 0;
	bool leaves_root = from->uid == 0 && to->uid != 0;
	int r = enters_root ? sys->set_uid(sys->ctx, to->uid) : -EPERM;

	if (r == -EPERM) {
		must(raise_for_switch(sys, from->capabilities) == 0);
		r = sys->set_uid(sys->ctx, to->uid);
	}
	must(r == 0);
	/* Leaving root, the kernel has cleared the set. */
	if (leaves_root)
		must(raise_for_switch(sys, 0) == 0);
}

void kcred_revert(const struct sys_ops *sys, const struct kcred *from,
		  const struct kcred *to)
{
	revert_uid(sys, from, to);
	must(sys->set_gid(sys->ctx, to->gid) == 0);
	must(sys->set_groups(sys->ctx, to->groups, to->n_groups) == 0);
	must(settle(sys, to) == 0);
}

/* Permitted and effective := @wanted, nothing inheritable; @wanted must be
 * within what the thread still has. */
static int limit_capabilities(uint64_t wanted)
{
	const struct sys_capabilities caps = {.effective = wanted,
					      .permitted = wanted};
	int r;

	r = sys_set_all_capabilities(&caps);
	if (r < 0)
		return r;
	r = sys_clear_ambient();
	if (r < 0)
		return r;
	return sys_keep_capabilities(false);
}

static bool ids_equal(uint32_t r, uint32_t e, uint32_t s,
		      const uint32_t expected[3])
{
	return r == expected[0] && e == expected[1] && s == expected[2];
}

/* All that the one-way switches promise, asked of the kernel. */
static bool became(const struct kcred *to, const uint32_t uids[3],
		   const uint32_t gids[3])
{
	struct sys_capabilities caps;
	uint32_t r, e, s;

	if (sys_kernel.get_uids(NULL, &r, &e, &s) < 0 ||
	    !ids_equal(r, e, s, uids))
		return false;
	if (sys_kernel.get_gids(NULL, &r, &e, &s) < 0 ||
	    !ids_equal(r, e, s, gids))
		return false;
	if (sys_get_all_capabilities(&caps) < 0 ||
	    caps.effective != to->capabilities ||
	    caps.permitted != to->capabilities || caps.inheritable != 0 ||
	    sys_has_ambient())
		return false;
	return groups_are_current(&sys_kernel, to);
}

/* Groups, gids, uids, capabilities: each while the right to do it lasts. */
static int become(const struct kcred *to, const uint32_t uids[3],
		  const uint32_t gids[3])
{
	int r;

	r = sys_kernel.set_groups(NULL, to->groups, to->n_groups);
	if (r < 0)
		return r;
	r = sys_set_all_gids(gids[0], gids[1], gids[2]);
	if (r < 0)
		return r;
	r = sys_keep_capabilities(to->capabilities != 0);
	if (r < 0)
		return r;
	r = sys_set_all_uids(uids[0], uids[1], uids[2]);
	if (r < 0)
		return r;
	r = limit_capabilities(to->capabilities);
	if (r < 0)
		return r;
	return became(to, uids, gids) ? 0 : -EPERM;
}

int kcred_assume_for_registration(const struct kcred *to, uint32_t service_uid,
				  uint32_t service_gid)
{
	const uint32_t uids[3] = {service_uid, to->uid, service_uid};
	const uint32_t gids[3] = {service_gid, to->gid, service_gid};

	if (service_uid == 0 || service_gid == 0)
		return -EINVAL;
	return become(to, uids, gids);
}

int kcred_become(const struct kcred *to, bool drop_bounding)
{
	const uint32_t uids[3] = {to->uid, to->uid, to->uid};
	const uint32_t gids[3] = {to->gid, to->gid, to->gid};
	int r;

	if (drop_bounding) {
		r = sys_drop_bounding();
		if (r < 0)
			return r;
	}
	r = become(to, uids, gids);
	if (r < 0)
		return r;
	return drop_bounding && sys_has_bounding() ? -EPERM : 0;
}
