/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The leak scan: every thread of a process, or of all processes, whose
 * identity is not its process's own. Between two requests a server should
 * show none.
 */
#include "kcred.h"
#include "process.h"
#include "text.h"

static bool differ(const uint32_t a[STATUS_N_IDS],
		   const uint32_t b[STATUS_N_IDS])
{
	return memcmp(a, b, STATUS_N_IDS * sizeof(*a)) != 0;
}

static uint32_t differences(const struct status *a, const struct status *base)
{
	uint32_t bits = 0;

	if (differ(a->uids, base->uids))
		bits |= GUISE_DIFFERS_UID;
	if (differ(a->gids, base->gids))
		bits |= GUISE_DIFFERS_GID;
	if (a->n_groups != base->n_groups ||
	    memcmp(a->groups, base->groups, a->n_groups * sizeof(*a->groups)) !=
		    0)
		bits |= GUISE_DIFFERS_GROUPS;
	if (a->effective != base->effective)
		bits |= GUISE_DIFFERS_CAPABILITIES;
	return bits;
}

/* Without a base to compare with: the saved ids are those it can go back to. */
static uint32_t own_differences(const struct status *s)
{
	uint32_t bits = 0;

	if (s->uids[STATUS_EFFECTIVE] != s->uids[STATUS_SAVED] ||
	    s->uids[STATUS_FS] != s->uids[STATUS_SAVED])
		bits |= GUISE_DIFFERS_UID;
	if (s->gids[STATUS_EFFECTIVE] != s->gids[STATUS_SAVED] ||
	    s->gids[STATUS_FS] != s->gids[STATUS_SAVED])
		bits |= GUISE_DIFFERS_GID;
	return bits;
}

static void describe(const struct process_view *view,
		     const struct process_thread *thread,
		     struct guise_thread_identity *ret)
{
	const struct status *s = &view->identities[thread->identity].status;
	const struct status *base = &view->identities[view->base].status;

	*ret = (struct guise_thread_identity){
		.pid = view->pid,
		.tid = thread->tid,
		.ruid = s->uids[STATUS_REAL],
		.euid = s->uids[STATUS_EFFECTIVE],
		.suid = s->uids[STATUS_SAVED],
		.fsuid = s->uids[STATUS_FS],
		.rgid = s->gids[STATUS_REAL],
		.egid = s->gids[STATUS_EFFECTIVE],
		.sgid = s->gids[STATUS_SAVED],
		.fsgid = s->gids[STATUS_FS],
		.capabilities = s->effective,
	};
	memcpy(ret->comm, thread->comm, sizeof(ret->comm));
	if (view->base_known) {
		ret->base_uid = base->uids[STATUS_EFFECTIVE];
		ret->base_gid = base->gids[STATUS_EFFECTIVE];
		ret->differs = differences(s, base);
	} else {
		ret->base_uid = s->uids[STATUS_SAVED];
		ret->base_gid = s->gids[STATUS_SAVED];
		ret->differs = own_differences(s);
	}
}

typedef int found_fn(void *context, const struct guise_thread_identity *it);

static int report(const struct process_view *view, found_fn *found,
		  void *context)
{
	for (size_t i = 0; i < view->n_threads; i++) {
		struct guise_thread_identity identity;
		int r;

		describe(view, &view->threads[i], &identity);
		if (!identity.differs)
			continue;
		r = found(context, &identity);
		if (r < 0)
			return r;
	}
	return 0;
}

static int scan_process(pid_t pid, found_fn *found, void *context)
{
	GUISE_AUTO(process_view_clear) struct process_view view = {0};
	int r;

	r = process_view_read(pid, &view);
	if (r < 0)
		return r;
	return report(&view, found, context);
}

/* One name of /proc; what ends meanwhile or hides is left out. */
static int scan_entry(const char *name, found_fn *found, void *context)
{
	GUISE_AUTO(process_view_clear) struct process_view view = {0};
	uint64_t pid;
	int r;

	if (!text_to_u64(name, strlen(name), INT32_MAX, &pid) || pid == 0)
		return 0;
	r = process_view_read((pid_t)pid, &view);
	if (r == -ESRCH || r == -EACCES)
		return 0;
	if (r < 0)
		return r;
	return report(&view, found, context);
}

int guise_scan(pid_t pid, found_fn *found, void *context)
{
	GUISE_AUTO(closedirp) DIR *proc = NULL;
	struct dirent *entry;
	int r;

	if (pid < 0 || !found)
		return -EINVAL;
	if (pid > 0)
		return scan_process(pid, found, context);
	proc = opendir("/proc");
	if (!proc)
		return -errno;
	for (errno = 0; (entry = readdir(proc)); errno = 0) {
		r = scan_entry(entry->d_name, found, context);
		if (r < 0)
			return r;
	}
	return errno ? -errno : 0;
}
