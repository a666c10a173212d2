/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The threads of a process as the kernel shows them. A pidfd is held while
 * /proc is read, so that all of it is one process's. Its own identity is the
 * one that most of its threads have, of those that run under a real or saved
 * id of theirs; at a tie, the group leader's.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>

#include "fd.h"
#include "process.h"
#include "sys.h"
#include "text.h"

#define NO_IDENTITY SIZE_MAX

void process_view_clear(struct process_view *view)
{
	for (size_t i = 0; i < view->n_identities; i++)
		status_clear(&view->identities[i].status);
	free(view->identities);
	free(view->threads);
	*view = (struct process_view){0};
}

static bool ids_are_own(const uint32_t ids[STATUS_N_IDS])
{
	return ids[STATUS_FS] == ids[STATUS_EFFECTIVE] &&
	       (ids[STATUS_EFFECTIVE] == ids[STATUS_REAL] ||
		ids[STATUS_EFFECTIVE] == ids[STATUS_SAVED]);
}

bool process_identity_is_own(const struct status *status)
{
	return ids_are_own(status->uids) && ids_are_own(status->gids);
}

static bool same_identity(const struct status *a, const struct status *b)
{
	return memcmp(a->uids, b->uids, sizeof(a->uids)) == 0 &&
	       memcmp(a->gids, b->gids, sizeof(a->gids)) == 0 &&
	       a->effective == b->effective && a->n_groups == b->n_groups &&
	       memcmp(a->groups, b->groups, a->n_groups * sizeof(*a->groups)) ==
		       0;
}

/* One more element at the end of an array that grows in powers of two. */
static int array_grow(void **array, size_t n, size_t size)
{
	size_t room = 2 * n, bytes;
	void *grown;

	if (n & (n - 1))
		return 0; /* not full: room is the next power of two */
	if (n == 0)
		room = 1;
	if (ckd_mul(&bytes, room, size))
		return -ENOMEM;
	grown = realloc(*array, bytes);
	if (!grown)
		return -ENOMEM;
	*array = grown;
	return 0;
}

/* Takes @status. */
static int intern(struct process_view *view, struct status *status,
		  size_t *ret_index)
{
	void *array = view->identities;
	int r;

	for (size_t i = 0; i < view->n_identities; i++) {
		if (!same_identity(&view->identities[i].status, status))
			continue;
		view->identities[i].n_threads++;
		status_clear(status);
		*ret_index = i;
		return 0;
	}
	r = array_grow(&array, view->n_identities, sizeof(*view->identities));
	if (r < 0)
		return r;
	view->identities = array;
	*ret_index = view->n_identities++;
	view->identities[*ret_index] = (struct process_identity){
		.status = *status,
		.n_threads = 1,
	};
	*status = (struct status){0};
	return 0;
}

static int add_thread(struct process_view *view, int task_dir, const char *name)
{
	GUISE_AUTO(status_clear) struct status status = {0};
	struct process_thread thread = {0};
	char path[32];
	void *array;
	uint64_t tid;
	int r;

	if (!text_to_u64(name, strlen(name), INT32_MAX, &tid))
		return 0; /* "." and ".." */
	(void)snprintf(path, sizeof(path), "%d/status", (int)tid);
	r = status_read(task_dir, path, &status);
	if (r == -ENOENT || r == -ESRCH)
		return 0; /* ended meanwhile */
	if (r < 0)
		return r;
	thread.tid = (pid_t)tid;
	memcpy(thread.comm, status.comm, sizeof(thread.comm));
	r = intern(view, &status, &thread.identity);
	if (r < 0)
		return r;
	array = view->threads;
	r = array_grow(&array, view->n_threads, sizeof(*view->threads));
	if (r < 0)
		return r;
	view->threads = array;
	view->threads[view->n_threads++] = thread;
	return 0;
}

static int add_threads(struct process_view *view, DIR *dir)
{
	struct dirent *entry;
	int r;

	for (errno = 0; (entry = readdir(dir)); errno = 0) {
		r = add_thread(view, dirfd(dir), entry->d_name);
		if (r < 0)
			return r;
	}
	return errno ? -errno : 0;
}

static size_t leader_identity(const struct process_view *view)
{
	const struct process_thread *leader =
		process_view_find(view, view->pid);

	return leader ? leader->identity : NO_IDENTITY;
}

static void choose_base(struct process_view *view)
{
	size_t leader = leader_identity(view), best = NO_IDENTITY;

	for (size_t i = 0; i < view->n_identities; i++) {
		const struct process_identity *it = &view->identities[i];
		size_t most = best == NO_IDENTITY
				      ? 0
				      : view->identities[best].n_threads;

		if (!process_identity_is_own(&it->status))
			continue;
		if (it->n_threads > most ||
		    (it->n_threads == most && i == leader))
			best = i;
	}
	view->base_known = best != NO_IDENTITY;
	if (!view->base_known)
		best = leader != NO_IDENTITY ? leader : 0;
	view->base = best;
}

static bool has_ended(int pidfd)
{
	struct pollfd p = {.fd = pidfd, .events = POLLIN};

	return poll(&p, 1, 0) != 0;
}

static int read_tasks(struct process_view *view)
{
	GUISE_AUTO(closedirp) DIR *dir = NULL;
	char path[32];

	(void)snprintf(path, sizeof(path), "/proc/%d/task", (int)view->pid);
	dir = opendir(path);
	if (!dir)
		return -errno;
	return add_threads(view, dir);
}

int process_view_read(pid_t pid, struct process_view *ret)
{
	GUISE_AUTO(process_view_clear) struct process_view view = {0};
	GUISE_AUTO(fd_closep) int pidfd = -EBADF;
	int r;

	if (pid <= 0)
		return -EINVAL;
	pidfd = sys_pidfd_open(pid);
	if (pidfd == -EINVAL || pidfd == -ENOENT)
		return -ESRCH; /* a thread's id, not a process's */
	if (pidfd < 0)
		return pidfd;
	view.pid = pid;
	r = read_tasks(&view);
	if (has_ended(pidfd))
		return -ESRCH;
	if (r == -EPERM || r == -ENOENT)
		return -EACCES; /* it lives, but /proc hides it */
	if (r < 0)
		return r;
	if (view.n_threads == 0)
		return -ESRCH;
	choose_base(&view);
	*ret = view;
	view = (struct process_view){0};
	return 0;
}

const struct process_thread *process_view_find(const struct process_view *view,
					       pid_t tid)
{
	for (size_t i = 0; i < view->n_threads; i++) {
		if (view->threads[i].tid == tid)
			return &view->threads[i];
	}
	return NULL;
}
