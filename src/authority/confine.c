/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a worker gives up everything: root directory, ids, capabilities, new
 * privileges, the file system (Landlock), being looked at, system calls; in an
 * order in which each step still may, and each verified.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "client.h"
#include "confine.h"
#include "fd.h"
#include "kcred.h"
#include "landlock.h"

#ifdef GUISE_SANITIZE
static bool leak_check_is_off;
/* The leak checker stops the process's threads with ptrace, which a confined
 * worker is killed for. */
__attribute__((visibility("default"))) int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
	return leak_check_is_off;
}
#endif

/* Confining is of one thread; those it starts inherit it. */
int confine_check_alone(void)
{
	unsigned n = 0;
	const struct dirent *entry;
	DIR *dir;

	dir = opendir("/proc/self/task");
	if (!dir)
		return -errno;
	while ((entry = readdir(dir)))
		n += entry->d_name[0] != '.';
	(void)closedir(dir);
	return n == 1 ? 0 : -EUSERS;
}

/* Files that libc would open later, when it no longer can. */
static void warm_up(void)
{
	tzset();
	/* what pthread_cancel and pthread_exit unwind with; stays open */
	(void)dlopen("libgcc_s.so.1", RTLD_NOW | RTLD_GLOBAL);
}

static int enter_empty_root(struct guise_authority *authority)
{
	if (fchdir(authority->empty_fd) < 0 || chroot(".") < 0 ||
	    chdir("/") < 0)
		return -errno;
	/* an open directory would lead out of the new root */
	authority->empty_fd = fd_close(authority->empty_fd);
	return 0;
}

static int forbid_core_dumps(void)
{
	const struct rlimit none = {0, 0};

	return setrlimit(RLIMIT_CORE, &none) < 0 ? -errno : 0;
}

/* After the ids have changed: that sets these back. */
static int set_process(const struct guise_authority *authority)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return -errno;
	if (!authority->parent)
		return 0;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return -errno;
	return getppid() == authority->parent ? 0 : -ECONNRESET;
}

static int confine_files(const struct guise_authority *authority)
{
	GUISE_AUTO(fd_closep) int ruleset = -EBADF;
	int r;

	if (!(authority->features & GUISE_FEATURE_LANDLOCK))
		return 0;
	r = landlock_new_isolated(&ruleset);
	return r < 0 ? r : landlock_confine(ruleset);
}

static int verify(const struct guise_authority *authority)
{
	const struct kcred expected = {
		.uid = authority->service_uid,
		.gid = authority->service_gid,
	};
	uint32_t ids[3];
	uint64_t effective, permitted;

	if (!kcred_is_current(&sys_kernel, &expected))
		return -EPERM;
	if (sys_kernel.get_uids(sys_kernel.ctx, &ids[0], &ids[1], &ids[2]) <
		    0 ||
	    ids[0] != expected.uid || ids[2] != expected.uid)
		return -EPERM;
	if (sys_kernel.get_gids(sys_kernel.ctx, &ids[0], &ids[1], &ids[2]) <
		    0 ||
	    ids[0] != expected.gid || ids[2] != expected.gid)
		return -EPERM;
	if (sys_kernel.get_capabilities(sys_kernel.ctx, &effective,
					&permitted) < 0 ||
	    effective || permitted)
		return -EPERM;
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1 ||
	    prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
		return -EPERM;
	return 0;
}

/* The filter's own proof. */
static int verify_filter(void)
{
	long fd = syscall(SYS_openat, AT_FDCWD, "/", O_RDONLY | O_CLOEXEC, 0);

	if (fd >= 0) {
		(void)close((int)fd);
		return -EPERM;
	}
	return errno == EPERM ? 0 : -errno;
}

static int confine(struct guise_authority *authority)
{
	const struct kcred nobody = {
		.uid = authority->service_uid,
		.gid = authority->service_gid,
	};
	int r;

	r = forbid_core_dumps();
	if (r == 0)
		r = enter_empty_root(authority);
	if (r == 0)
		r = kcred_become(&nobody, true);
	if (r == 0)
		r = set_process(authority);
	if (r == 0)
		r = confine_files(authority);
	if (r == 0)
		r = verify(authority);
	if (r == 0)
		r = seccomp_confine();
	if (r == 0)
		r = verify_filter();
	return r;
}

int guise_authority_confine(struct guise_authority *authority)
{
	int r;

	if (!authority || authority->is_confined)
		return -EINVAL;
	r = confine_check_alone();
	if (r < 0)
		return r;
	warm_up();
#ifdef GUISE_SANITIZE
	leak_check_is_off = true;
#endif
	r = confine(authority);
	if (r < 0)
		return r;
	authority->is_confined = true;
	authority->features |= GUISE_FEATURE_SECCOMP;
	return 0;
}

int guise_authority_confine_threads(struct guise_authority *authority)
{
	if (!authority || !authority->is_confined)
		return -EINVAL;
	return seccomp_confine_threads();
}
