/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests on one io_uring, each with a personality. The ring was made and
 * restricted by ring-setup.c, perhaps in another process; here it is mapped
 * and used by one thread, with three rules:
 *
 *  - every request is prepared by prepare(), which refuses to go on without a
 *    personality: request 0 would run as whoever this thread is;
 *  - no function returns while one of its requests is in flight, signals or
 *    not (and there is no cancellation point on the way); a request that the
 *    kernel did not take is taken back;
 *  - a personality the kernel does not know is told apart from every other
 *    -EINVAL by asking again with a request that has no other fault.
 *
 * Mapped by hand rather than by liburing, whose mapping of a foreign ring
 * leaves the index array unset (2.3) and which cannot take requests back.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fd.h"
#include "file-internal.h"

/* Names looked up in one go. Ours: what the authority gives a ring for. */
#define BATCH_MAX 64

struct file_ring {
	struct file_ring_hooks hooks;
	int fd; /* borrowed */
	unsigned entries;
	/* in the shared mapping; tails of the one, heads of the other ours */
	_Atomic unsigned *sq_head;
	_Atomic unsigned *sq_tail;
	unsigned sq_mask;
	struct io_uring_sqe *sqes;
	_Atomic unsigned *cq_head;
	_Atomic unsigned *cq_tail;
	unsigned cq_mask;
	const struct io_uring_cqe *cqes;
	unsigned tail; /* our copy of *sq_tail */
	void *rings;
	size_t rings_size;
	void *sqes_map;
	size_t sqes_size;
};

static void *map(int fd, size_t size, uint64_t offset)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_POPULATE, fd, (off_t)offset);

	if (at == MAP_FAILED)
		return NULL;
	/* a forked child must not write our ring */
	(void)madvise(at, size, MADV_DONTFORK);
	return at;
}

static void unmap(struct file_ring *ring)
{
	if (ring->rings)
		(void)munmap(ring->rings, ring->rings_size);
	if (ring->sqes_map)
		(void)munmap(ring->sqes_map, ring->sqes_size);
}

static void *at_offset(const struct file_ring *ring, size_t offset)
{
	return (char *)ring->rings + offset;
}

static void find_parts(struct file_ring *ring, const struct io_uring_params *p)
{
	unsigned *array = at_offset(ring, p->sq_off.array);
	const unsigned *sq_mask = at_offset(ring, p->sq_off.ring_mask);
	const unsigned *cq_mask = at_offset(ring, p->cq_off.ring_mask);

	ring->sq_head = at_offset(ring, p->sq_off.head);
	ring->sq_tail = at_offset(ring, p->sq_off.tail);
	ring->sq_mask = *sq_mask;
	ring->sqes = ring->sqes_map;
	ring->cq_head = at_offset(ring, p->cq_off.head);
	ring->cq_tail = at_offset(ring, p->cq_off.tail);
	ring->cq_mask = *cq_mask;
	ring->cqes = at_offset(ring, p->cq_off.cqes);
	ring->entries = p->sq_entries;
	ring->tail = atomic_load_explicit(ring->sq_tail, memory_order_relaxed);
	for (unsigned i = 0; i < p->sq_entries; i++)
		array[i] = i;
}

static int map_ring(struct file_ring *ring, const struct io_uring_params *p)
{
	size_t sq_size = p->sq_off.array + p->sq_entries * sizeof(unsigned);
	size_t cq_size =
		p->cq_off.cqes + p->cq_entries * sizeof(struct io_uring_cqe);

	if (!(p->features & IORING_FEAT_SINGLE_MMAP))
		return -ENOSYS; /* older than 5.4 */
	ring->rings_size = sq_size > cq_size ? sq_size : cq_size;
	ring->rings = map(ring->fd, ring->rings_size, IORING_OFF_SQ_RING);
	if (!ring->rings)
		return -errno;
	ring->sqes_size = p->sq_entries * sizeof(struct io_uring_sqe);
	ring->sqes_map = map(ring->fd, ring->sqes_size, IORING_OFF_SQES);
	if (!ring->sqes_map)
		return -errno;
	find_parts(ring, p);
	return 0;
}

int file_ring_new(int ring_fd, const struct io_uring_params *params,
		  const struct file_ring_hooks *hooks, struct file_ring **ret)
{
	struct file_ring *ring;
	int r;

	must(ring_fd >= 0 && hooks->personality && hooks->died);
	ring = calloc(1, sizeof(*ring));
	if (!ring)
		return -ENOMEM;
	ring->fd = ring_fd;
	ring->hooks = *hooks;
	r = map_ring(ring, params);
	if (r < 0) {
		(void)file_ring_free(ring);
		return r;
	}
	*ret = ring;
	return 0;
}

struct file_ring *file_ring_free(struct file_ring *ring)
{
	if (!ring)
		return NULL;
	unmap(ring);
	free(ring);
	return NULL;
}

/* The one place where a request is written. */
static void prepare(struct file_ring *ring, const struct io_uring_sqe *request,
		    int personality, uint64_t user_data)
{
	struct io_uring_sqe *sqe = &ring->sqes[ring->tail & ring->sq_mask];

	must(personality > 0 && personality <= UINT16_MAX);
	must(ring->tail -
		     atomic_load_explicit(ring->sq_head, memory_order_acquire) <
	     ring->entries);
	*sqe = *request;
	sqe->flags = 0; /* no links, no fixed files, nothing asynchronous */
	sqe->personality = (uint16_t)personality;
	sqe->user_data = user_data;
	ring->tail++;
}

static int enter(const struct file_ring *ring, unsigned n_submit,
		 unsigned n_wait)
{
	long n = syscall(SYS_io_uring_enter, ring->fd, n_submit, n_wait,
			 n_wait ? IORING_ENTER_GETEVENTS : 0, NULL, 0);

	return n < 0 ? -errno : (int)n;
}

static unsigned n_unsubmitted(const struct file_ring *ring)
{
	return ring->tail -
	       atomic_load_explicit(ring->sq_head, memory_order_acquire);
}

static unsigned n_completed(const struct file_ring *ring)
{
	return atomic_load_explicit(ring->cq_tail, memory_order_acquire) -
	       atomic_load_explicit(ring->cq_head, memory_order_relaxed);
}

/* Requests that the kernel has not taken must not be taken later. */
static void take_back(struct file_ring *ring)
{
	ring->tail = atomic_load_explicit(ring->sq_head, memory_order_acquire);
	atomic_store_explicit(ring->sq_tail, ring->tail, memory_order_release);
}

/* What may pass: a signal, no memory for a request, a full kernel queue. */
static bool is_passing(int error)
{
	return error == -EINTR || error == -EAGAIN || error == -EBUSY;
}

/*
 * Submits the @n prepared requests and waits until all that the kernel took
 * have completed. Returns how many it took, from the first on (as many
 * completions are there to be read), or an error if it took none. Without the
 * completions of what it took we cannot go on: then the process ends.
 */
static int submit_and_wait(struct file_ring *ring, unsigned n)
{
	unsigned failures = 0, n_left = n, n_taken;
	int r = 0;

	atomic_store_explicit(ring->sq_tail, ring->tail, memory_order_release);
	while (n_left > 0) {
		/* most are done at once: waiting is a call of its own */
		r = enter(ring, n_left, 0);
		n_left = n_unsubmitted(ring);
		if (r < 0 && (!is_passing(r) || ++failures > FILE_RETRIES_MAX))
			break;
	}
	n_taken = n - n_left;
	if (n_left > 0)
		take_back(ring);
	while (n_completed(ring) < n_taken) {
		int w = enter(ring, 0, n_taken);

		must(w >= 0 || is_passing(w));
	}
	return n_taken ? (int)n_taken : r;
}

/* The next completion: its result, and what the request was marked with. */
static int next_result(struct file_ring *ring, uint64_t *ret_user_data)
{
	unsigned head =
		atomic_load_explicit(ring->cq_head, memory_order_relaxed);
	const struct io_uring_cqe *cqe = &ring->cqes[head & ring->cq_mask];
	int result;

	must(n_completed(ring) > 0);
	result = cqe->res;
	*ret_user_data = cqe->user_data;
	atomic_store_explicit(ring->cq_head, head + 1, memory_order_release);
	return result;
}

/* One request; its result. */
static int run(struct file_ring *ring, const struct io_uring_sqe *request,
	       int personality)
{
	uint64_t user_data;
	int r;

	prepare(ring, request, personality, 0);
	r = submit_and_wait(ring, 1);
	if (r < 0)
		return r;
	return next_result(ring, &user_data);
}

static struct io_uring_sqe open_request(int dir_fd, const char *path,
					const struct open_how *how)
{
	return (struct io_uring_sqe){
		.opcode = IORING_OP_OPENAT2,
		.fd = dir_fd,
		.addr = (uintptr_t)path,
		.len = sizeof(*how),
		.off = (uintptr_t)how,
	};
}

/* A request that can have no fault but the personality: -EINVAL means the
 * kernel does not know it. */
static bool is_dead(struct file_ring *ring, int personality)
{
	static const struct open_how how = {
		.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
	};
	const struct io_uring_sqe request = open_request(AT_FDCWD, "/", &how);
	NO_CANCEL(hold);
	int r = run(ring, &request, personality);

	(void)fd_close(r);
	return r == -EINVAL;
}

/* @result of a request for @token, as our callers are to see it */
static int judge(struct file_ring *ring, const struct guise_token *token,
		 int personality, int result)
{
	if (result != -EINVAL || !is_dead(ring, personality))
		return result;
	ring->hooks.died(ring->hooks.context, token);
	return GUISE_E_NO_SUCH_LOGON_SESSION;
}

/* One request for @token, again while concurrent renames disturb it. */
static int run_for(struct file_ring *ring, const struct guise_token *token,
		   const struct io_uring_sqe *request)
{
	int personality, r = -EAGAIN;

	personality = ring->hooks.personality(ring->hooks.context, token);
	if (personality < 0)
		return personality;
	for (unsigned i = 0; i < FILE_RETRIES_MAX; i++) {
		r = run(ring, request, personality);
		if (r != -EAGAIN && r != -EINTR)
			break;
	}
	return judge(ring, token, personality, r);
}

int file_ring_open(struct file_ring *ring, const struct guise_token *token,
		   int dir_fd, const char *path, const struct open_how *how,
		   int *ret_fd)
{
	const struct io_uring_sqe request = open_request(dir_fd, path, how);
	int r;

	must(how->flags & O_CLOEXEC);
	r = run_for(ring, token, &request);
	if (r < 0)
		return r;
	*ret_fd = r;
	return 0;
}

int file_ring_mkdir(struct file_ring *ring, const struct guise_token *token,
		    int dir_fd, const char *name, mode_t mode)
{
	const struct io_uring_sqe request = {
		.opcode = IORING_OP_MKDIRAT,
		.fd = dir_fd,
		.addr = (uintptr_t)name,
		.len = mode,
	};

	return run_for(ring, token, &request);
}

int file_ring_unlink(struct file_ring *ring, const struct guise_token *token,
		     int dir_fd, const char *name, int flags)
{
	const struct io_uring_sqe request = {
		.opcode = IORING_OP_UNLINKAT,
		.fd = dir_fd,
		.addr = (uintptr_t)name,
		.unlink_flags = (unsigned)flags,
	};

	return run_for(ring, token, &request);
}

int file_ring_rename(struct file_ring *ring, const struct guise_token *token,
		     int old_dir_fd, const char *old_name, int new_dir_fd,
		     const char *new_name, unsigned flags)
{
	const struct io_uring_sqe request = {
		.opcode = IORING_OP_RENAMEAT,
		.fd = old_dir_fd,
		.addr = (uintptr_t)old_name,
		.len = (unsigned)new_dir_fd,
		.off = (uintptr_t)new_name,
		.rename_flags = flags,
	};

	return run_for(ring, token, &request);
}

static const struct open_how stat_how = {
	.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
	.resolve = FILE_RESOLVE_NAME,
};

/* fstat of an O_PATH descriptor, which it closes; or the error in its place */
static int stat_result(int fd, struct stat *ret)
{
	int r;

	if (fd < 0)
		return fd;
	r = fstat(fd, ret) < 0 ? -errno : 0;
	(void)fd_close(fd);
	return r;
}

/* At most BATCH_MAX names: results in @ret_results, descriptors closed. */
static int stat_batch(struct file_ring *ring, int personality, int dir_fd,
		      const char *const *names, unsigned n,
		      struct stat *ret_stats, int *ret_results)
{
	int n_taken;

	for (unsigned i = 0; i < n; i++) {
		const struct io_uring_sqe request =
			open_request(dir_fd, names[i], &stat_how);

		prepare(ring, &request, personality, i);
		ret_results[i] = -EAGAIN; /* if the kernel does not take it */
	}
	n_taken = submit_and_wait(ring, n);
	if (n_taken < 0)
		return n_taken;
	for (int i = 0; i < n_taken; i++) {
		uint64_t which;
		int fd = next_result(ring, &which);

		must(which < n);
		ret_results[which] = stat_result(fd, &ret_stats[which]);
	}
	return 0;
}

/* What failed for want of something that may be there again, or for a reason
 * that needs judging: once more, alone. */
static int stat_again(struct file_ring *ring, const struct guise_token *token,
		      int dir_fd, const char *name, struct stat *ret_stat,
		      int *ret_result)
{
	int fd = -EBADF, r;

	r = file_ring_open(ring, token, dir_fd, name, &stat_how, &fd);
	if (r == GUISE_E_NO_SUCH_LOGON_SESSION)
		return r;
	*ret_result = stat_result(r < 0 ? r : fd, ret_stat);
	return 0;
}

static bool wants_another_try(int result)
{
	return result == -EAGAIN || result == -EINTR || result == -EMFILE ||
	       result == -EINVAL;
}

int file_ring_stat_many(struct file_ring *ring, const struct guise_token *token,
			int dir_fd, const char *const *names, size_t n,
			struct stat *ret_stats, int *ret_results)
{
	NO_CANCEL(hold);
	size_t max = ring->entries < BATCH_MAX ? ring->entries : BATCH_MAX;
	int personality, r;

	personality = ring->hooks.personality(ring->hooks.context, token);
	if (personality < 0)
		return personality;
	for (size_t at = 0; at < n; at += max) {
		size_t n_batch = n - at < max ? n - at : max;

		r = stat_batch(ring, personality, dir_fd, names + at,
			       (unsigned)n_batch, ret_stats + at,
			       ret_results + at);
		if (r < 0)
			return r;
		for (size_t i = at; i < at + n_batch; i++) {
			if (!wants_another_try(ret_results[i]))
				continue;
			r = stat_again(ring, token, dir_fd, names[i],
				       &ret_stats[i], &ret_results[i]);
			if (r < 0)
				return r;
		}
	}
	return 0;
}
