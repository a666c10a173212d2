/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Processes and threads as objects. One process or thread is one object in
 * this process, however often it is opened; its number together with the time
 * it began tells it from any other.
 *
 * The descriptor is what the process or thread was last given, by itself or by
 * another program of the façade (descriptor-file.h); without one it is made of
 * what the kernel says: everything for the user it runs as and for SYSTEM.
 */
#ifndef WIN32_PROCESS_H
#define WIN32_PROCESS_H

#include "object-list.h"

extern const struct object_type process_type;
extern const struct object_type thread_type;

/**
 * struct process
 * @pid, @start: which one
 * @uid: its real one, as the kernel said when it was opened
 * @pidfd: -EBADF for this process
 * @is_own: it is this process
 * @ended: futex: 1 once it is known to have ended
 * @code: exit code; written before @ended is 1, and under the object's lock
 * @has_code: the kernel said it: it was our child
 * @is_child: made by this process, which hears of its code
 * @was_ended, @ended_with: TerminateProcess was called, with this code; under
 *         the object's lock
 * @resume: of guise_spawn_suspended(); -EBADF: it runs
 */
struct process {
	struct object object;
	struct object_link link;
	pid_t pid;
	uint64_t start;
	uint32_t uid;
	int pidfd;
	bool is_own;
	atomic_uint ended;
	DWORD code;
	bool has_code;
	bool is_child;
	bool was_ended;
	DWORD ended_with;
	int resume;
};

/**
 * struct thread
 * @tid, @start, @pid, @uid: which one, and its process
 * @is_own: of this process
 * @is_known: it tells us when it ends: the calling thread's own object, or made
 *            by CreateThread
 * @ended: futex: 1 once it is known to have ended
 * @code: exit code; written before @ended is 1
 * @routine, @parameter: what CreateThread was told
 * @suspended: futex: how often it has to be resumed before it begins
 * @resume: of the first thread of a new process: lets that begin; NULL: not of
 *          one
 * @process: that process; a reference
 */
struct thread {
	struct object object;
	struct object_link link;
	pid_t tid;
	uint64_t start;
	pid_t pid;
	uint32_t uid;
	bool is_own;
	bool is_known;
	atomic_uint ended;
	DWORD code;
	LPTHREAD_START_ROUTINE routine;
	LPVOID parameter;
	atomic_uint suspended;
	NTSTATUS (*resume)(struct thread *thread);
	struct process *process;
};

/* Of another process or this one; a reference.
 * STATUS_INVALID_CID: there is none. STATUS_NO_MEMORY, errors of pidfd_open */
NTSTATUS process_find(pid_t pid, struct process **ret);
NTSTATUS thread_find(pid_t tid, struct thread **ret);
/* A child that was just made. *ret is a reference. */
NTSTATUS process_adopt(pid_t pid, struct process **ret);
/* Takes the exit code of a child that has ended. */
void process_reap(struct process *process);
/* Has it ended? Asks the kernel. */
bool process_has_ended(struct process *process);
/* What a program that cannot be told the truth gets: everything for the user
 * @uid and SYSTEM. *ret is a reference. */
NTSTATUS process_default_sd(const struct object_type *type, uint32_t uid,
			    const struct guise_sd **ret);

#endif
