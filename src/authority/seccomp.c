/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The worker's system call filter. An allow list: descriptors that are there
 * may be used, nothing can be reached by name, no identity, memory or process
 * changed. A call that no honest server of ours makes, but an exploit would,
 * ends the process, so that it is seen.
 */
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "confine.h"

/* Allowed with any arguments, each group with its reason. */
static const int allowed[] = {
	/* what is open: content; nothing that could take back what was appended
	 * to a log (truncation, pwritev2's RWF_NOAPPEND, fcntl's F_SETFL) */
	SCMP_SYS(read),
	SCMP_SYS(write),
	SCMP_SYS(readv),
	SCMP_SYS(writev),
	SCMP_SYS(pread64),
	SCMP_SYS(pwrite64),
	SCMP_SYS(preadv),
	SCMP_SYS(pwritev),
	SCMP_SYS(preadv2),
	SCMP_SYS(lseek),
	SCMP_SYS(close),
	SCMP_SYS(close_range),
	SCMP_SYS(dup),
	SCMP_SYS(dup2),
	SCMP_SYS(dup3),
	SCMP_SYS(fsync),
	SCMP_SYS(fdatasync),
	SCMP_SYS(copy_file_range),
	SCMP_SYS(sendfile),
	SCMP_SYS(splice),
	SCMP_SYS(fadvise64),
	SCMP_SYS(readahead),
	SCMP_SYS(sync_file_range),
	SCMP_SYS(flock),
	/* what is open: names, attributes (attributes are readable by fd) */
	SCMP_SYS(getdents64),
	SCMP_SYS(fstat),
	SCMP_SYS(fstatfs),
	SCMP_SYS(fgetxattr),
	SCMP_SYS(flistxattr),
	SCMP_SYS(fsetxattr),
	SCMP_SYS(fremovexattr),
	/* stat by descriptor is this with an empty path; by name it tells what
	 * anybody may know of a share, and of nothing else */
	SCMP_SYS(newfstatat),
	SCMP_SYS(statx),
	/* io_uring on the rings we were given */
	SCMP_SYS(io_uring_enter),
	/* sockets that are there, and those they accept */
	SCMP_SYS(accept),
	SCMP_SYS(accept4),
	SCMP_SYS(listen),
	SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg),
	SCMP_SYS(recvmmsg),
	SCMP_SYS(sendto),
	SCMP_SYS(sendmsg),
	SCMP_SYS(sendmmsg),
	SCMP_SYS(shutdown),
	SCMP_SYS(getsockname),
	SCMP_SYS(getpeername),
	SCMP_SYS(getsockopt),
	SCMP_SYS(setsockopt),
	/* waiting */
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(select),
	SCMP_SYS(pselect6),
	SCMP_SYS(epoll_create),
	SCMP_SYS(epoll_create1),
	SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_wait),
	SCMP_SYS(epoll_pwait),
	SCMP_SYS(epoll_pwait2),
	SCMP_SYS(eventfd2),
	SCMP_SYS(pipe),
	SCMP_SYS(pipe2),
	SCMP_SYS(timerfd_create),
	SCMP_SYS(timerfd_settime),
	SCMP_SYS(timerfd_gettime),
	SCMP_SYS(nanosleep),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(restart_syscall),
	/* threads and memory (mmap and mprotect: below) */
	SCMP_SYS(futex),
	SCMP_SYS(futex_waitv),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(rseq),
	SCMP_SYS(membarrier),
	SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(set_tid_address),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(brk),
	SCMP_SYS(mlock),
	SCMP_SYS(munlock),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	/* signals to oneself and their handling */
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigtimedwait),
	SCMP_SYS(rt_sigpending),
	SCMP_SYS(rt_sigsuspend),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(signalfd4),
	/* who and when am I */
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(getppid),
	SCMP_SYS(getuid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getgid),
	SCMP_SYS(getegid),
	SCMP_SYS(getresuid),
	SCMP_SYS(getresgid),
	SCMP_SYS(getgroups),
	SCMP_SYS(capget),
	SCMP_SYS(uname),
	SCMP_SYS(sysinfo),
	SCMP_SYS(times),
	SCMP_SYS(getrusage),
	SCMP_SYS(getcpu),
	SCMP_SYS(getrandom),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_getres),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(umask),
	/* a further filter can only take away */
	SCMP_SYS(seccomp),
};

/* Nothing of ours calls these: an exploit at work. (What libc calls the id
 * changers is poisoned here: hence the long names.) */
static const int hostile[] = {
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
	SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(io_uring_setup),
	SCMP_SYS(io_uring_register),
	__SNR_setuid,
	__SNR_setgid,
	__SNR_setreuid,
	__SNR_setregid,
	__SNR_setresuid,
	__SNR_setresgid,
	__SNR_setfsuid,
	__SNR_setfsgid,
	__SNR_setgroups,
	SCMP_SYS(capset),
	SCMP_SYS(mount),
	SCMP_SYS(umount2),
	SCMP_SYS(pivot_root),
	SCMP_SYS(chroot),
	SCMP_SYS(open_tree),
	SCMP_SYS(move_mount),
	SCMP_SYS(fsopen),
	SCMP_SYS(fsmount),
	SCMP_SYS(mount_setattr),
	SCMP_SYS(setns),
	SCMP_SYS(unshare),
	SCMP_SYS(bpf),
	SCMP_SYS(perf_event_open),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(keyctl),
	SCMP_SYS(add_key),
	SCMP_SYS(request_key),
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(delete_module),
	SCMP_SYS(kexec_load),
	SCMP_SYS(kexec_file_load),
	SCMP_SYS(reboot),
	SCMP_SYS(swapon),
	SCMP_SYS(swapoff),
	SCMP_SYS(open_by_handle_at),
	SCMP_SYS(pidfd_getfd),
};

/* fcntl commands that only concern one's own descriptors. */
static const int fcntl_commands[] = {
	F_DUPFD,      F_DUPFD_CLOEXEC, F_GETFD,	    F_SETFD,	  F_GETFL,
	F_GETLK,      F_SETLK,	       F_SETLKW,    F_OFD_GETLK,  F_OFD_SETLK,
	F_OFD_SETLKW, F_GET_SEALS,     F_ADD_SEALS, F_SETPIPE_SZ, F_GETPIPE_SZ,
};

/* Names of threads; tightening oneself. */
static const int prctl_options[] = {
	PR_SET_NAME,	     PR_GET_NAME,     PR_SET_NO_NEW_PRIVS,
	PR_GET_NO_NEW_PRIVS, PR_GET_DUMPABLE, PR_SET_SECCOMP,
	PR_GET_SECCOMP,
};

static const unsigned long ioctl_requests[] = {
	FIONREAD, FIONBIO, TCGETS, /* isatty() */
};

static int allow_plain(scmp_filter_ctx ctx)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(allowed); i++)
		r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed[i], 0);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(hostile); i++)
		r = seccomp_rule_add(ctx, SCMP_ACT_KILL_PROCESS, hostile[i], 0);
	return r;
}

static int allow_if(scmp_filter_ctx ctx, int call, struct scmp_arg_cmp cmp)
{
	return seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, call, 1, &cmp);
}

static int allow_listed(scmp_filter_ctx ctx)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(fcntl_commands); i++)
		r = allow_if(
			ctx, SCMP_SYS(fcntl),
			SCMP_A1(SCMP_CMP_EQ, (scmp_datum_t)fcntl_commands[i]));
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(prctl_options); i++)
		r = allow_if(
			ctx, SCMP_SYS(prctl),
			SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)prctl_options[i]));
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(ioctl_requests); i++)
		r = allow_if(ctx, SCMP_SYS(ioctl),
			     SCMP_A1(SCMP_CMP_EQ, ioctl_requests[i]));
	return r;
}

/* Memory that is never executable, signals to this process only, threads but
 * no processes. */
static int allow_by_argument(scmp_filter_ctx ctx)
{
	int r;

	r = allow_if(ctx, SCMP_SYS(mmap),
		     SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (r == 0)
		r = allow_if(ctx, SCMP_SYS(mprotect),
			     SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (r == 0)
		r = allow_if(ctx, SCMP_SYS(tgkill),
			     SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
	if (r == 0)
		r = allow_if(ctx, SCMP_SYS(clone),
			     SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD,
				     CLONE_THREAD));
	if (r == 0) /* reading one's limits */
		r = allow_if(ctx, SCMP_SYS(prlimit64), SCMP_A2(SCMP_CMP_EQ, 0));
	if (r == 0)
		r = allow_if(ctx, SCMP_SYS(socketpair),
			     SCMP_A0(SCMP_CMP_EQ, AF_UNIX));
	/* its flags are in memory, where a filter cannot look; with ENOSYS
	 * libc falls back to clone */
	if (r == 0)
		r = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS),
				     SCMP_SYS(clone3), 0);
	return r;
}

static int load(scmp_filter_ctx ctx)
{
	int r;

	/* every thread, and none left behind */
	r = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1);
	if (r == 0) /* a binary tree: a call costs the same wherever it is */
		r = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (r == 0) /* system calls of another word size */
		r = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH,
				     SCMP_ACT_KILL_PROCESS);
	if (r == 0)
		r = seccomp_load(ctx);
	return r;
}

int seccomp_confine(void)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int r;

	if (!ctx)
		return -ENOMEM;
	r = allow_plain(ctx);
	if (r == 0)
		r = allow_listed(ctx);
	if (r == 0)
		r = allow_by_argument(ctx);
	if (r == 0)
		r = load(ctx);
	seccomp_release(ctx);
	return r;
}

int seccomp_confine_threads(void)
{
	static const int calls[] = {
		SCMP_SYS(clone),
		SCMP_SYS(clone3),
		SCMP_SYS(fork),
		SCMP_SYS(vfork),
	};
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int r = 0;

	if (!ctx)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(calls); i++)
		r = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), calls[i], 0);
	if (r == 0)
		r = load(ctx);
	seccomp_release(ctx);
	return r;
}
