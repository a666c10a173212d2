/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only file that touches kernel credentials. Every call goes straight to
 * the kernel: libc's functions of the same names signal all threads and change
 * the whole process.
 */
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys.h"

/* 32-bit ABIs kept the first numbers for 16-bit ids. */
#ifdef SYS_setgroups32
#define NR_SET_GROUPS SYS_setgroups32
#define NR_GET_GROUPS SYS_getgroups32
#define NR_SET_UIDS SYS_setresuid32
#define NR_SET_GIDS SYS_setresgid32
#define NR_GET_UIDS SYS_getresuid32
#define NR_GET_GIDS SYS_getresgid32
#define NR_GET_EUID SYS_geteuid32
#define NR_GET_EGID SYS_getegid32
#else
#define NR_SET_GROUPS SYS_setgroups
#define NR_GET_GROUPS SYS_getgroups
#define NR_SET_UIDS SYS_setresuid
#define NR_SET_GIDS SYS_setresgid
#define NR_GET_UIDS SYS_getresuid
#define NR_GET_GIDS SYS_getresgid
#define NR_GET_EUID SYS_geteuid
#define NR_GET_EGID SYS_getegid
#endif

#define UNCHANGED UINT32_MAX

static int result(long r)
{
	return r < 0 ? -errno : (int)r;
}

static int kernel_set_groups(void *ctx, const uint32_t *groups, size_t n)
{
	(void)ctx;
	return result(syscall(NR_SET_GROUPS, n, groups));
}

/* -1 would mean "leave as it is": a switch that switches nothing
 * (CVE-2019-14287). */
static int kernel_set_gid(void *ctx, uint32_t gid)
{
	(void)ctx;
	if (gid == UNCHANGED)
		return -EINVAL;
	return result(syscall(NR_SET_GIDS, UNCHANGED, gid, UNCHANGED));
}

static int kernel_set_uid(void *ctx, uint32_t uid)
{
	(void)ctx;
	if (uid == UNCHANGED)
		return -EINVAL;
	return result(syscall(NR_SET_UIDS, UNCHANGED, uid, UNCHANGED));
}

static int kernel_set_capabilities(void *ctx, uint64_t effective)
{
	struct sys_capabilities caps;
	int r;

	(void)ctx;
	r = sys_get_all_capabilities(&caps);
	if (r < 0)
		return r;
	caps.effective = effective;
	return sys_set_all_capabilities(&caps);
}

static int kernel_get_uids(void *ctx, uint32_t *r, uint32_t *e, uint32_t *s)
{
	(void)ctx;
	return result(syscall(NR_GET_UIDS, r, e, s));
}

static int kernel_get_gids(void *ctx, uint32_t *r, uint32_t *e, uint32_t *s)
{
	(void)ctx;
	return result(syscall(NR_GET_GIDS, r, e, s));
}

static int kernel_get_groups(void *ctx, uint32_t *groups, size_t max)
{
	(void)ctx;
	return result(syscall(NR_GET_GROUPS, max, groups));
}

static int kernel_get_capabilities(void *ctx, uint64_t *effective,
				   uint64_t *permitted)
{
	struct sys_capabilities caps;
	int r;

	(void)ctx;
	r = sys_get_all_capabilities(&caps);
	if (r < 0)
		return r;
	*effective = caps.effective;
	*permitted = caps.permitted;
	return 0;
}

/* The raw call: libc's prctl() is variadic, and this is asked often. */
static int kernel_is_filtered(void *ctx)
{
	int r = result(syscall(SYS_prctl, PR_GET_SECCOMP, 0, 0, 0, 0));

	(void)ctx;
	return r > 0 ? 1 : r;
}

const struct sys_ops sys_kernel = {
	.set_groups = kernel_set_groups,
	.set_gid = kernel_set_gid,
	.set_uid = kernel_set_uid,
	.set_capabilities = kernel_set_capabilities,
	.get_uids = kernel_get_uids,
	.get_gids = kernel_get_gids,
	.get_groups = kernel_get_groups,
	.get_capabilities = kernel_get_capabilities,
	.is_filtered = kernel_is_filtered,
};

pid_t sys_thread_id(void)
{
	return (pid_t)syscall(SYS_gettid);
}

uint32_t sys_effective_uid(void)
{
	return (uint32_t)syscall(NR_GET_EUID);
}

uint32_t sys_effective_gid(void)
{
	return (uint32_t)syscall(NR_GET_EGID);
}

int sys_set_all_uids(uint32_t r, uint32_t e, uint32_t s)
{
	if (r == UNCHANGED || e == UNCHANGED || s == UNCHANGED)
		return -EINVAL;
	return result(syscall(NR_SET_UIDS, r, e, s));
}

int sys_set_all_gids(uint32_t r, uint32_t e, uint32_t s)
{
	if (r == UNCHANGED || e == UNCHANGED || s == UNCHANGED)
		return -EINVAL;
	return result(syscall(NR_SET_GIDS, r, e, s));
}

int sys_set_all_capabilities(const struct sys_capabilities *to)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = {
		{.effective = (uint32_t)to->effective,
		 .permitted = (uint32_t)to->permitted,
		 .inheritable = (uint32_t)to->inheritable},
		{.effective = (uint32_t)(to->effective >> 32),
		 .permitted = (uint32_t)(to->permitted >> 32),
		 .inheritable = (uint32_t)(to->inheritable >> 32)},
	};

	return result(syscall(SYS_capset, &header, data));
}

static uint64_t joined(uint32_t low, uint32_t high)
{
	return low | (uint64_t)high << 32;
}

int sys_get_all_capabilities(struct sys_capabilities *ret)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = {0};
	int r;

	r = result(syscall(SYS_capget, &header, data));
	if (r < 0)
		return r;
	*ret = (struct sys_capabilities){
		.effective = joined(data[0].effective, data[1].effective),
		.permitted = joined(data[0].permitted, data[1].permitted),
		.inheritable = joined(data[0].inheritable, data[1].inheritable),
	};
	return 0;
}

int sys_keep_capabilities(bool keep)
{
	return result(prctl(PR_SET_KEEPCAPS, keep ? 1L : 0L, 0L, 0L, 0L));
}

int sys_clear_ambient(void)
{
	return result(
		prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0L, 0L, 0L));
}

/* The kernel's last capability is the one before the first it does not know;
 * the headers this was built with may be older or newer. */
int sys_limit_bounding(uint64_t capabilities)
{
	for (long cap = 0; cap < 64; cap++) {
		int present = prctl(PR_CAPBSET_READ, cap, 0L, 0L, 0L);
		int r;

		if (present < 0)
			return cap > 0 ? 0 : -errno;
		if (!present || capabilities >> cap & 1)
			continue;
		r = result(prctl(PR_CAPBSET_DROP, cap, 0L, 0L, 0L));
		if (r < 0)
			return r;
	}
	return 0;
}

/* Of the first that is not known at once, all are said to be there. */
static uint64_t collect(int (*has)(long cap))
{
	uint64_t set = 0;

	for (long cap = 0; cap < 64; cap++) {
		int r = has(cap);

		if (r < 0)
			return cap > 0 ? set : UINT64_MAX;
		if (r > 0)
			set |= UINT64_C(1) << cap;
	}
	return set;
}

static int has_bounding(long cap)
{
	return prctl(PR_CAPBSET_READ, cap, 0L, 0L, 0L);
}

uint64_t sys_bounding(void)
{
	return collect(has_bounding);
}

static int has_ambient(long cap)
{
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, cap, 0L, 0L);
}

uint64_t sys_ambient(void)
{
	return collect(has_ambient);
}

int sys_raise_ambient(uint64_t capabilities)
{
	for (long cap = 0; cap < 64; cap++) {
		if (!(capabilities >> cap & 1))
			continue;
		if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0L, 0L) <
		    0)
			return -errno;
	}
	return 0;
}

int sys_securebits(void)
{
	return result(prctl(PR_GET_SECUREBITS, 0L, 0L, 0L, 0L));
}

int sys_no_new_privileges(void)
{
	return result(prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L));
}

/* The call itself never says EPERM for an unnamed keyring: that is a filter,
 * and what it hides stays hidden from the child. */
int sys_new_session_keyring(void)
{
	int r = result(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL));

	if (r == -ENOSYS || r == -EPERM)
		return 0;
	return r < 0 ? r : 0;
}

int sys_pidfd_open(pid_t pid)
{
	return result(syscall(SYS_pidfd_open, pid, 0));
}

int sys_close_range(int first, int last)
{
	if (first > last)
		return 0;
	return result(syscall(SYS_close_range, first, last, 0));
}
