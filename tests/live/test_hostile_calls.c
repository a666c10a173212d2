/* SPDX-License-Identifier: Apache-2.0 */
/* The system calls of a worker that was taken over: refused, or its end. */
#include <linux/io_uring.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "hostile-worker.h"

#define REFUSED(call)                                                          \
	do {                                                                   \
		errno = 0;                                                     \
		LIVE_CHECK((call) == -1 && errno == EPERM);                    \
	} while (0)

static void what_is_refused(void)
{
	struct sockaddr address = {.sa_family = AF_UNIX};
	struct rlimit limit = {1, 1};
	void *page;

	start();
	REFUSED(syscall(SYS_open, "/etc/passwd", O_RDONLY));
	REFUSED(syscall(SYS_openat, root, "public.txt", O_RDONLY));
	REFUSED(syscall(SYS_openat2, root, "public.txt", &(struct open_how){0},
			sizeof(struct open_how)));
	REFUSED(syscall(SYS_openat, root, ".", O_PATH));
	REFUSED(syscall(SYS_mkdirat, root, "d", 0700));
	REFUSED(syscall(SYS_unlinkat, root, "public.txt", 0));
	REFUSED(syscall(SYS_renameat2, root, "a", root, "b", 0));
	REFUSED(syscall(SYS_linkat, root, "public.txt", root, "b", 0));
	REFUSED(syscall(SYS_symlinkat, "x", root, "b"));
	REFUSED(syscall(SYS_fchmod, root, 0777));
	REFUSED(syscall(SYS_fchown, root, 0, 0));
	REFUSED(syscall(SYS_readlinkat, root, "relative", &address, 4));
	REFUSED(syscall(SYS_chdir, "/"));
	REFUSED(syscall(SYS_fchdir, root));
	REFUSED(syscall(SYS_kill, authority_pid, SIGKILL));
	REFUSED(syscall(SYS_kill, authority_pid, 0));
	REFUSED(syscall(SYS_kill, -1, SIGTERM));
	REFUSED(syscall(SYS_tgkill, authority_pid, authority_pid, SIGKILL));
	REFUSED(syscall(SYS_tkill, authority_pid, SIGKILL));
	REFUSED(syscall(SYS_rt_sigqueueinfo, authority_pid, SIGKILL, &limit));
	REFUSED(syscall(SYS_pidfd_open, authority_pid, 0));
	REFUSED(syscall(SYS_prlimit64, authority_pid, RLIMIT_NOFILE, &limit,
			NULL));
	REFUSED(syscall(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0));
	REFUSED(syscall(SYS_prctl, PR_SET_PDEATHSIG, 0, 0, 0, 0));
	REFUSED(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
	REFUSED(syscall(SYS_fork));
	REFUSED(syscall(SYS_vfork));
	REFUSED(syscall(SYS_socket, AF_INET, SOCK_STREAM, 0));
	REFUSED(syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0));
	REFUSED(syscall(SYS_connect, 0, &address, sizeof(address)));
	REFUSED(syscall(SYS_bind, 0, &address, sizeof(address)));
	REFUSED(syscall(SYS_memfd_create, "x", 0));
	REFUSED(syscall(SYS_personality, 0));
	REFUSED(syscall(SYS_landlock_create_ruleset, NULL, 0, 1));
	REFUSED(syscall(SYS_fcntl, 0, F_SETOWN, authority_pid));
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	LIVE_CHECK(page == MAP_FAILED && errno == EPERM);
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	LIVE_CHECK(page != MAP_FAILED);
	REFUSED(mprotect(page, 4096, PROT_READ | PROT_EXEC));
}

static void *idle(void *context)
{
	return context;
}

static void threads_until_told_otherwise(void)
{
	pthread_t id;

	start();
	LIVE_CHECK(pthread_create(&id, NULL, idle, NULL) == 0);
	LIVE_CHECK(pthread_join(id, NULL) == 0);
	LIVE_CHECK(guise_authority_confine_threads(authority) == 0);
	LIVE_CHECK(pthread_create(&id, NULL, idle, NULL) != 0);
	LIVE_CHECK(open_as_alice(root, "alice.txt", O_RDONLY) >= 0);
}

static void try_execve(void)
{
	char *argv[] = {NULL};

	start();
	(void)syscall(SYS_execve, "/bin/sh", argv, argv);
}

static void try_execveat(void)
{
	char *argv[] = {NULL};

	start();
	(void)syscall(SYS_execveat, root, "public.txt", argv, argv, 0);
}

static void try_ptrace(void)
{
	start();
	(void)syscall(SYS_ptrace, PTRACE_ATTACH, authority_pid, 0, 0);
}

static void try_process_vm(void)
{
	struct iovec vec = {0};

	start();
	(void)syscall(SYS_process_vm_readv, authority_pid, &vec, 1, &vec, 1, 0);
}

static void try_setuid(void)
{
	start();
	(void)syscall(SYS_setresuid, 0, 0, 0);
}

static void try_setgroups(void)
{
	start();
	(void)syscall(SYS_setgroups, 0, NULL);
}

static void try_new_ring(void)
{
	struct io_uring_params params = {0};

	start();
	(void)syscall(SYS_io_uring_setup, 4, &params);
}

static void try_register(void)
{
	start();
	(void)syscall(SYS_io_uring_register,
		      have_rings() ? authority->ring_fds[0] : 0,
		      IORING_REGISTER_PERSONALITY, NULL, 0);
}

static void try_chroot(void)
{
	start();
	(void)syscall(SYS_chroot, ".");
}

static void try_mount(void)
{
	start();
	(void)syscall(SYS_mount, "proc", "/", "proc", 0, NULL);
}

static void try_unshare(void)
{
	start();
	(void)syscall(SYS_unshare, CLONE_NEWUSER);
}

static void try_pidfd_getfd(void)
{
	start();
	(void)syscall(SYS_pidfd_getfd, 0, 0, 0);
}

static void try_handles(void)
{
	start();
	(void)syscall(SYS_open_by_handle_at, root, NULL, 0);
}

int main(void)
{
	static const struct authority_scenario scenarios[] = {
		SCENARIO(what_is_refused),
		SCENARIO(threads_until_told_otherwise),
		KILLED(try_execve),
		KILLED(try_execveat),
		KILLED(try_ptrace),
		KILLED(try_process_vm),
		KILLED(try_setuid),
		KILLED(try_setgroups),
		KILLED(try_new_ring),
		KILLED(try_register),
		KILLED(try_chroot),
		KILLED(try_mount),
		KILLED(try_unshare),
		KILLED(try_pidfd_getfd),
		KILLED(try_handles),
	};

	return authority_live_main(scenarios,
				   sizeof(scenarios) / sizeof(scenarios[0]));
}
