/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "fd.h"
#include "futex.h"
#include "named.h"
#include "section.h"

/* How often, and how long each time, a lock that another process holds is tried
 * for: the honest ones hold it for some system calls. */
#define LOCK_TRIES 2000
#define LOCK_PAUSE_NS 500000
#define MEMORY_MODE 0666

static void sync_init(struct sync *sync, const struct object_type *type,
		      const struct guise_sd *sd)
{
	object_init(&sync->object, type, sd);
	must(pthread_mutex_init(&sync->lock, NULL) == 0);
	sync->fd = -EBADF;
	sync->data_fd = -EBADF;
}

struct sync *sync_new(const struct object_type *type, const struct guise_sd *sd,
		      const struct sync_state *state)
{
	struct sync *sync = array_alloc(1, sizeof(*sync));

	if (!sync)
		return NULL;
	sync_init(sync, type, sd);
	sync->state = *state;
	return sync;
}

void sync_free(struct object *object)
{
	struct sync *sync = (struct sync *)object;

	if (sync->page)
		must(munmap(sync->page, sizeof(sync->state)) == 0);
	sync->named = named_close(sync->named);
	(void)fd_close(sync->fd);
	(void)fd_close(sync->data_fd);
	must(pthread_mutex_destroy(&sync->lock) == 0);
	object_clear(object);
	free(sync);
}

bool sync_state_is_sound(const struct sync_state *state)
{
	if (state->count < 0 || state->owner < 0 || state->manual > 1 ||
	    state->abandoned > 1)
		return false;
	switch (state->kind) {
	case SYNC_EVENT:
		return state->count <= 1;
	case SYNC_MUTEX:
		return (state->owner == 0) == (state->count == 0);
	case SYNC_SEMAPHORE:
		return state->maximum > 0 && state->count <= state->maximum;
	case SYNC_SECTION:
		return state->count == 0 && state->size > 0 &&
		       state->size <= INT64_MAX &&
		       section_protection_is_known(state->protection);
	default:
		return false;
	}
}

static int file_lock(int fd, short type)
{
	const struct timespec pause = {.tv_nsec = LOCK_PAUSE_NS};
	struct flock lock = {.l_type = type, .l_whence = SEEK_SET};

	for (unsigned i = 0; i < LOCK_TRIES; i++) {
		if (fcntl(fd, F_OFD_SETLK, &lock) == 0)
			return 0;
		if (errno != EAGAIN && errno != EACCES && errno != EINTR)
			return -errno;
		(void)nanosleep(&pause, NULL);
	}
	return -EBUSY;
}

static void file_unlock(int fd)
{
	struct flock lock = {.l_type = F_UNLCK, .l_whence = SEEK_SET};

	must(fcntl(fd, F_OFD_SETLK, &lock) == 0);
}

static NTSTATUS file_read(int fd, uint32_t kind, struct sync_state *ret)
{
	struct sync_state state;

	if (pread(fd, &state, sizeof(state), 0) != (ssize_t)sizeof(state) ||
	    state.kind != kind || !sync_state_is_sound(&state))
		return STATUS_INVALID_HANDLE; /* no object any more */
	*ret = state;
	return STATUS_SUCCESS;
}

static NTSTATUS file_write(int fd, const struct sync_state *state)
{
	if (pwrite(fd, state, sizeof(*state), 0) != (ssize_t)sizeof(*state))
		return STATUS_INVALID_HANDLE;
	return STATUS_SUCCESS;
}

static bool same_state(const struct sync_state *a, const struct sync_state *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static NTSTATUS change_file(struct sync *sync, sync_change_fn *change,
			    void *context, bool *ret_changed)
{
	struct sync_state before, after;
	NTSTATUS status;
	int r;

	r = file_lock(sync->fd, F_WRLCK);
	if (r < 0)
		return r == -EBADF ? STATUS_ACCESS_DENIED : status_of(r);
	status = file_read(sync->fd, sync->state.kind, &before);
	if (status >= 0) {
		after = before;
		status = change(&after, context);
	}
	if (status >= 0 && !same_state(&before, &after)) {
		NTSTATUS written;

		after.sequence++;
		written = file_write(sync->fd, &after);
		*ret_changed = written >= 0;
		status = written < 0 ? written : status;
	}
	file_unlock(sync->fd);
	return status;
}

static NTSTATUS change_memory(struct sync *sync, sync_change_fn *change,
			      void *context, bool *ret_changed)
{
	struct sync_state after = sync->state;
	NTSTATUS status = change(&after, context);

	if (status < 0 || same_state(&sync->state, &after))
		return status;
	after.sequence++;
	__atomic_store_n(&sync->state.sequence, after.sequence,
			 __ATOMIC_SEQ_CST);
	sync->state = after;
	*ret_changed = true;
	return status;
}

NTSTATUS sync_change(struct sync *sync, sync_change_fn *change, void *context)
{
	const void *futex;
	bool changed = false, shared;
	NTSTATUS status;

	must(pthread_mutex_lock(&sync->lock) == 0);
	shared = sync->fd >= 0;
	futex = shared ? sync->page : &sync->state.sequence;
	status = shared ? change_file(sync, change, context, &changed)
			: change_memory(sync, change, context, &changed);
	must(pthread_mutex_unlock(&sync->lock) == 0);
	if (changed)
		futex_wake(futex, shared);
	return status;
}

NTSTATUS sync_read(struct sync *sync, struct sync_state *ret)
{
	NTSTATUS status = STATUS_SUCCESS;
	int r;

	must(pthread_mutex_lock(&sync->lock) == 0);
	if (sync->fd < 0) {
		*ret = sync->state;
	} else {
		r = file_lock(sync->fd, F_RDLCK);
		status = r < 0 ? status_of(r)
			       : file_read(sync->fd, sync->state.kind, ret);
		if (r == 0)
			file_unlock(sync->fd);
	}
	must(pthread_mutex_unlock(&sync->lock) == 0);
	return status;
}

NTSTATUS sync_word(struct object *object, struct wait_word *ret)
{
	struct sync *sync = (struct sync *)object;
	struct sync_state state;
	NTSTATUS status;

	status = sync_read(sync, &state);
	if (status < 0)
		return status;
	must(pthread_mutex_lock(&sync->lock) == 0);
	ret->shared = sync->fd >= 0;
	ret->futex = ret->shared ? sync->page : &sync->state.sequence;
	must(pthread_mutex_unlock(&sync->lock) == 0);
	ret->value = state.sequence;
	/* its owner may be another process's, which does not say farewell */
	ret->look_again = ret->shared && state.kind == SYNC_MUTEX;
	return STATUS_SUCCESS;
}

/* From memory into the file @fd, which is taken; @sync->lock is held */
static NTSTATUS attach(struct sync *sync, int fd, bool read_only)
{
	void *page =
		mmap(NULL, sizeof(sync->state), PROT_READ, MAP_SHARED, fd, 0);

	if (page == MAP_FAILED) {
		NTSTATUS status = status_of(-errno);

		(void)fd_close(fd);
		return status;
	}
	sync->page = page;
	sync->read_only = read_only;
	sync->fd = fd;
	return STATUS_SUCCESS;
}

NTSTATUS sync_open_file(const struct object_type *type,
			const struct guise_sd *sd, int fd, bool read_only,
			struct sync **ret)
{
	struct sync *sync = array_alloc(1, sizeof(*sync));
	NTSTATUS status;

	if (!sync) {
		(void)fd_close(fd);
		return STATUS_NO_MEMORY;
	}
	sync_init(sync, type, sd);
	if (pread(fd, &sync->state, sizeof(sync->state), 0) !=
		    (ssize_t)sizeof(sync->state) ||
	    !sync_state_is_sound(&sync->state)) {
		(void)fd_close(fd);
		status = STATUS_INVALID_HANDLE;
	} else {
		status = attach(sync, fd, read_only);
	}
	if (status < 0) {
		(void)object_unref(&sync->object);
		return status;
	}
	*ret = sync;
	return STATUS_SUCCESS;
}

/*
 * A file without a name; it can neither shrink nor grow. Whoever inherits it
 * may write, and opens it again, as whatever user, for locks of his own.
 */
static int memory_file(const struct sync_state *state)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;

	fd = memfd_create("guise-object", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return -errno;
	if (fchmod(fd, MEMORY_MODE) < 0 ||
	    pwrite(fd, state, sizeof(*state), 0) != (ssize_t)sizeof(*state) ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) <
		    0)
		return -errno;
	return fd_take(&fd);
}

NTSTATUS sync_share(struct sync *sync)
{
	NTSTATUS status = STATUS_SUCCESS;
	bool moved = false;
	int fd;

	must(pthread_mutex_lock(&sync->lock) == 0);
	if (sync->fd < 0) {
		fd = memory_file(&sync->state);
		status = fd < 0 ? status_of(fd) : attach(sync, fd, false);
		moved = status >= 0;
	}
	if (moved) /* who sleeps on the old futex looks for the new one */
		__atomic_fetch_add(&sync->state.sequence, 1, __ATOMIC_SEQ_CST);
	must(pthread_mutex_unlock(&sync->lock) == 0);
	if (moved)
		futex_wake(&sync->state.sequence, false);
	return status;
}
