/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernel says about all threads of one process, and which of their
 * identities is the process's own. Identities that several threads share are
 * kept once.
 */
#ifndef THREAD_PROCESS_H
#define THREAD_PROCESS_H

#include <dirent.h>

#include "status.h"

/* @status: its comm is the first thread's
 * @n_threads: how many have it */
struct process_identity {
	struct status status;
	size_t n_threads;
};

struct process_thread {
	pid_t tid;
	size_t identity; /* index */
	char comm[16];
};

/*
 * @base: index of the process's own identity
 * @base_known: false when every thread runs under ids that are neither its
 *              real nor its saved ones; @base is then the group leader's
 */
struct process_view {
	pid_t pid;
	struct process_identity *identities;
	size_t n_identities;
	struct process_thread *threads;
	size_t n_threads;
	size_t base;
	bool base_known;
};

/* 0; -ESRCH (not there, or ended while it was read); -EACCES (hidden);
 * -EINVAL; -ENOMEM. */
GUISE_MUST_USE int process_view_read(pid_t pid, struct process_view *ret);
void process_view_clear(struct process_view *view);
/* NULL if there is none */
const struct process_thread *process_view_find(const struct process_view *view,
					       pid_t tid);
/* The effective and file-system ids are ones the thread can keep. */
bool process_identity_is_own(const struct status *status);

static inline void closedirp(DIR **dir)
{
	if (*dir)
		(void)closedir(*dir);
}

#endif
