/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The privileged half of a ring: making one that can do no more than file
 * operations, and registering clients' credentials in it.
 *
 * A ring is made disabled, restricted, then enabled, and never mapped here: an
 * unprivileged process that inherits its descriptor shares no memory with us.
 * No SINGLE_ISSUER or DEFER_TASKRUN (we could not register then), no SQPOLL
 * (requests would run on a kernel thread of ours). The restrictions allow no
 * flag on a request: no links, no fixed files. They cannot demand a
 * personality; the file layer does, and a request without one runs as the
 * process that submits it.
 *
 * A personality is a snapshot of a whole thread: so each is taken by a thread
 * made for it, which becomes the client for good and ends.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fd.h"
#include "file-internal.h"
#include "kcred.h"
#include "scope.h"

#ifndef SYS_landlock_restrict_self
#define SYS_landlock_restrict_self 446
#endif

static int ring_register(int ring_fd, unsigned what, const void *arg,
			 unsigned n)
{
	long r = syscall(SYS_io_uring_register, ring_fd, what, arg, n);

	return r < 0 ? -errno : (int)r;
}

static int restrict_and_enable(int ring_fd)
{
	static const struct io_uring_restriction allowed[] = {
		{.opcode = IORING_RESTRICTION_SQE_OP,
		 .sqe_op = IORING_OP_OPENAT2},
		{.opcode = IORING_RESTRICTION_SQE_OP,
		 .sqe_op = IORING_OP_RENAMEAT},
		{.opcode = IORING_RESTRICTION_SQE_OP,
		 .sqe_op = IORING_OP_UNLINKAT},
		{.opcode = IORING_RESTRICTION_SQE_OP,
		 .sqe_op = IORING_OP_MKDIRAT},
		{.opcode = IORING_RESTRICTION_REGISTER_OP,
		 .register_op = IORING_REGISTER_PERSONALITY},
		{.opcode = IORING_RESTRICTION_REGISTER_OP,
		 .register_op = IORING_UNREGISTER_PERSONALITY},
	};
	int r;

	r = ring_register(ring_fd, IORING_REGISTER_RESTRICTIONS, allowed,
			  ARRAY_SIZE(allowed));
	if (r < 0)
		return r;
	return ring_register(ring_fd, IORING_REGISTER_ENABLE_RINGS, NULL, 0);
}

int file_ring_setup(unsigned entries, int *ret_fd,
		    struct io_uring_params *ret_params)
{
	struct io_uring_params params = {.flags = IORING_SETUP_R_DISABLED};
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	int r;

	must(entries > 0);
	/* the kernel makes it close-on-exec */
	fd = (int)syscall(SYS_io_uring_setup, entries, &params);
	if (fd < 0)
		return -errno;
	r = restrict_and_enable(fd);
	if (r < 0)
		return r;
	*ret_params = params;
	*ret_fd = fd_take(&fd);
	return 0;
}

/* What a registering thread is told, and what it answers. */
struct registration {
	const int *ring_fds;
	size_t n;
	const struct kcred *kcred;
	uint32_t service_uid;
	uint32_t service_gid;
	int landlock_fd;
	int *ids; /* the first @n_done are registered */
	size_t n_done;
	int result;
};

static int confine(int landlock_fd)
{
	if (landlock_fd < 0)
		return 0;
	/* of this thread alone; Landlock wants it from the unprivileged */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	return syscall(SYS_landlock_restrict_self, landlock_fd, 0) < 0 ? -errno
								       : 0;
}

static int become_and_register(struct registration *reg)
{
	int r;

	r = confine(reg->landlock_fd);
	if (r < 0)
		return r;
	r = kcred_assume_for_registration(reg->kcred, reg->service_uid,
					  reg->service_gid);
	if (r < 0)
		return r;
	for (; reg->n_done < reg->n; reg->n_done++) {
		r = ring_register(reg->ring_fds[reg->n_done],
				  IORING_REGISTER_PERSONALITY, NULL, 0);
		if (r < 0)
			return r == -EBUSY ? GUISE_E_LIMIT : r;
		must(r > 0); /* 0 would mean "no personality" in a request */
		reg->ids[reg->n_done] = r;
	}
	return 0;
}

static void *register_thread(void *argument)
{
	struct registration *reg = argument;

	reg->result = become_and_register(reg);
	return NULL;
}

/* Run and wait for it. No signal handler of the program's may run as the
 * client, so the thread starts with all signals blocked. */
static int on_own_thread(struct registration *reg)
{
	sigset_t all, before;
	pthread_t thread;
	int r;

	must(sigfillset(&all) == 0);
	must(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
	r = pthread_create(&thread, NULL, register_thread, reg);
	must(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
	if (r != 0)
		return -r;
	must(pthread_join(thread, NULL) == 0);
	return reg->result;
}

int file_ring_register_all(const int *ring_fds, size_t n,
			   const struct kcred *kcred, uint32_t service_uid,
			   uint32_t service_gid, int landlock_fd, int *ret_ids)
{
	NO_CANCEL(hold);
	struct registration reg = {
		.ring_fds = ring_fds,
		.n = n,
		.kcred = kcred,
		.service_uid = service_uid,
		.service_gid = service_gid,
		.landlock_fd = landlock_fd,
		.ids = ret_ids,
	};
	int r;

	/* a thread made inside a scope would be the client before its time */
	if (thread_is_away())
		return -EBUSY;
	r = on_own_thread(&reg);
	if (r < 0) {
		while (reg.n_done > 0) {
			reg.n_done--;
			file_ring_unregister(ring_fds[reg.n_done],
					     ret_ids[reg.n_done]);
		}
	}
	return r;
}

int file_ring_register(int ring_fd, const struct kcred *kcred,
		       uint32_t service_uid, uint32_t service_gid,
		       int landlock_fd)
{
	int id = -EINVAL, r;

	r = file_ring_register_all(&ring_fd, 1, kcred, service_uid, service_gid,
				   landlock_fd, &id);
	return r < 0 ? r : id;
}

void file_ring_unregister(int ring_fd, int id)
{
	must(id > 0);
	/* -EINVAL: it was gone already, which is what is wanted */
	(void)ring_register(ring_fd, IORING_UNREGISTER_PERSONALITY, NULL,
			    (unsigned)id);
}
