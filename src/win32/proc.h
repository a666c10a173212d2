/* SPDX-License-Identifier: Apache-2.0 */
/* What /proc says of processes and threads: enough to tell one from another
 * that later has its number. */
#ifndef WIN32_PROC_H
#define WIN32_PROC_H

#include <sys/types.h>

#include "facade.h"

/* When the process or thread began, in clock ticks since boot; false: there is
 * none, or it has ended and waits for its parent */
bool proc_start(pid_t id, uint64_t *ret);
/* The same of a child, which may have ended */
bool proc_start_ended(pid_t pid, uint64_t *ret);
/* The process that a thread belongs to, and the process's real uid */
bool proc_owner(pid_t tid, pid_t *ret_pid, uint32_t *ret_uid);
/* The process that made this one, or took it on; 0: unknown */
pid_t proc_parent(pid_t pid);
/* The calling thread, kept for its life */
pid_t proc_own_tid(void);
uint64_t proc_own_start(void);

#endif
