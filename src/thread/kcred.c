/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking on kernel credentials. A reversible switch changes effective ids
 * only: the real and saved ones stay the service's, so the client can neither
 * signal nor trace it, no process limit of the client applies, and the way
 * back needs no luck. Each step is checked by its result and the whole by
 * asking the kernel afterwards; the kernel's answer is the only one believed.
 * A thread whose calls have been seen to do what they claim is believed its
 * results from then on, for as long as no filter is on it: nothing else could
 * make them lie (docs/kernel.md, "Verification").
 *
 * Capabilities follow the effective uid in a service that is root (the kernel
 * clears the effective set when it leaves 0 and refills it from the permitted
 * one when it comes back); a service that is not root holds CAP_SETUID and
 * CAP_SETGID as permitted capabilities, and we lower and raise them. No code
 * here relies on which of the two it is, except to save calls.
 */
#include <linux/capability.h>

#include "kcred-read.h"

#define CAP_BIT(cap) (UINT64_C(1) << (cap))
#define SET_IDS (CAP_BIT(CAP_SETUID) | CAP_BIT(CAP_SETGID))

/* Also when the question itself fails. */
static bool must_read_back(const struct sys_ops *sys, enum kcred_trust trust)
{
	return trust != KCRED_PROVEN || sys->is_filtered(sys->ctx) != 0;
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

	if (!kcred_ids_are_current(sys, to) ||
	    !kcred_groups_are_current(sys, to))
		return -EPERM;
	if (kcred_capabilities_are_current(sys, to))
		return 0;
	r = sys->set_capabilities(sys->ctx, to->capabilities);
	if (r < 0)
		return r;
	return kcred_capabilities_are_current(sys, to) ? 0 : -EPERM;
}

/* As settle(); the effective set is known to be @capabilities, if every call
 * did what it said. */
static int settle_known(const struct sys_ops *sys, const struct kcred *to,
			uint64_t capabilities, enum kcred_trust trust)
{
	if (must_read_back(sys, trust))
		return settle(sys, to);
	if (capabilities == to->capabilities)
		return 0;
	return sys->set_capabilities(sys->ctx, to->capabilities);
}

/* The ids are there already; this needs no privilege. */
static int change_capabilities(const struct sys_ops *sys,
			       const struct kcred *from, const struct kcred *to,
			       enum kcred_trust trust)
{
	int r = sys->set_capabilities(sys->ctx, to->capabilities);

	if (r < 0 || !must_read_back(sys, trust))
		return r;
	if (kcred_is_current(sys, to))
		return 0;
	must(sys->set_capabilities(sys->ctx, from->capabilities) == 0);
	must(kcred_is_current(sys, from));
	return -EPERM;
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
	kcred_revert(sys, &actual, from, KCRED_READ_BACK);
}

/* What raise_for_switch() leaves effective. */
static uint64_t raised(uint64_t now)
{
	return (now & SET_IDS) == SET_IDS ? now : SET_IDS;
}

/* With every call of a switch done. Who becomes root has what is permitted,
 * which is not known here. */
static int settle_switch(const struct sys_ops *sys, const struct kcred *from,
			 const struct kcred *to, enum kcred_trust trust)
{
	bool leaves_root = from->uid == 0 && to->uid != 0;

	if (from->uid != 0 && to->uid == 0)
		return settle(sys, to);
	return settle_known(
		sys, to, leaves_root ? 0 : raised(from->capabilities), trust);
}

int kcred_switch(const struct sys_ops *sys, const struct kcred *from,
		 const struct kcred *to, enum kcred_trust trust)
{
	int r;

	if (kcred_same_ids(from, to))
		return change_capabilities(sys, from, to, trust);
	r = check_return_from_root(sys, to->uid);
	if (r < 0)
		return r;
	r = raise_for_switch(sys, from->capabilities);
	if (r < 0)
		return r;
	r = sys->set_groups(sys->ctx, to->groups, to->n_groups);
	/* the first call: there may be nothing to undo */
	if (r < 0 && (from->capabilities & SET_IDS) == SET_IDS)
		return r;
	if (r < 0)
		goto undo_raise;
	r = sys->set_gid(sys->ctx, to->gid);
	if (r < 0)
		goto undo_groups;
	r = sys->set_uid(sys->ctx, to->uid);
	if (r < 0)
		goto undo_gid;
	r = settle_switch(sys, from, to, trust);
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

/* With every call of a revert done. An identity that has root's uid was read
 * from the kernel with what is permitted, or (a token's) was not. */
static int settle_revert(const struct sys_ops *sys, const struct kcred *from,
			 const struct kcred *to, enum kcred_trust trust)
{
	bool enters_root = from->uid != 0 && to->uid == 0;
	bool leaves_root = from->uid == 0 && to->uid != 0;

	if (!enters_root)
		return settle_known(
			sys, to, raised(leaves_root ? 0 : from->capabilities),
			trust);
	if (to->permitted == 0)
		return settle(sys, to);
	return settle_known(sys, to, to->permitted, trust);
}

void kcred_revert(const struct sys_ops *sys, const struct kcred *from,
		  const struct kcred *to, enum kcred_trust trust)
{
	if (kcred_same_ids(from, to)) {
		must(change_capabilities(sys, from, to, trust) == 0);
		return;
	}
	revert_uid(sys, from, to);
	must(sys->set_gid(sys->ctx, to->gid) == 0);
	must(sys->set_groups(sys->ctx, to->groups, to->n_groups) == 0);
	must(settle_revert(sys, from, to, trust) == 0);
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
	    sys_ambient())
		return false;
	return kcred_groups_are_current(&sys_kernel, to);
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
		r = sys_limit_bounding(0);
		if (r < 0)
			return r;
	}
	r = become(to, uids, gids);
	if (r < 0)
		return r;
	return drop_bounding && sys_bounding() ? -EPERM : 0;
}

/* Inheritable and ambient := what is permitted. */
static int keep_over_exec(uint64_t capabilities)
{
	const struct sys_capabilities caps = {.effective = capabilities,
					      .permitted = capabilities,
					      .inheritable = capabilities};
	int r;

	if (capabilities == 0)
		return 0;
	r = sys_set_all_capabilities(&caps);
	if (r < 0)
		return r;
	r = sys_raise_ambient(capabilities);
	if (r < 0)
		return r;
	return sys_ambient() == capabilities ? 0 : -EPERM;
}

int kcred_become_for_exec(const struct kcred *to)
{
	int r;

	r = sys_limit_bounding(to->capabilities);
	if (r < 0)
		return r;
	r = kcred_become(to, false);
	if (r < 0)
		return r;
	if (sys_bounding() & ~to->capabilities)
		return -EPERM;
	return keep_over_exec(to->capabilities);
}

int kcred_stay_for_exec(const struct kcred *to)
{
	const uint32_t uids[3] = {to->uid, to->uid, to->uid};
	const uint32_t gids[3] = {to->gid, to->gid, to->gid};
	int r;

	r = limit_capabilities(to->capabilities);
	if (r < 0)
		return r;
	if (!became(to, uids, gids))
		return -EPERM;
	return keep_over_exec(to->capabilities);
}
