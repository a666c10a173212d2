/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asking the kernel what a thread's credentials are. Allocates nothing and
 * calls nothing that a signal handler or a child after fork may not.
 */
#include <sys/mman.h>

#include "kcred-read.h"

/* Groups are read back onto the stack, in two sizes so that the usual few pay
 * for no more. Beyond, into a mapping: this also runs in a child after fork,
 * where malloc may not. */
#define FEW_GROUPS 64
#define MORE_GROUPS 4096

static bool same_groups(const uint32_t *a, const uint32_t *b, size_t n)
{
	return n == 0 || memcmp(a, b, n * sizeof(*a)) == 0;
}

bool kcred_same_ids(const struct kcred *a, const struct kcred *b)
{
	return a->uid == b->uid && a->gid == b->gid &&
	       a->n_groups == b->n_groups &&
	       same_groups(a->groups, b->groups, a->n_groups);
}

bool kcred_equal(const struct kcred *a, const struct kcred *b)
{
	return a->capabilities == b->capabilities && kcred_same_ids(a, b);
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

bool kcred_groups_are_current(const struct sys_ops *sys,
			      const struct kcred *cred)
{
	if (cred->n_groups <= FEW_GROUPS)
		return few_groups_match(sys, cred);
	if (cred->n_groups <= MORE_GROUPS)
		return more_groups_match(sys, cred);
	return mapped_groups_match(sys, cred);
}

bool kcred_ids_are_current(const struct sys_ops *sys, const struct kcred *cred)
{
	uint32_t r, uid, gid, s;

	return sys->get_uids(sys->ctx, &r, &uid, &s) == 0 &&
	       sys->get_gids(sys->ctx, &r, &gid, &s) == 0 && uid == cred->uid &&
	       gid == cred->gid;
}

bool kcred_capabilities_are_current(const struct sys_ops *sys,
				    const struct kcred *cred)
{
	uint64_t effective, permitted;

	return sys->get_capabilities(sys->ctx, &effective, &permitted) == 0 &&
	       effective == cred->capabilities;
}

bool kcred_is_current(const struct sys_ops *sys, const struct kcred *cred)
{
	return kcred_ids_are_current(sys, cred) &&
	       kcred_groups_are_current(sys, cred) &&
	       kcred_capabilities_are_current(sys, cred);
}
