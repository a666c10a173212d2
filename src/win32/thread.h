/* SPDX-License-Identifier: Apache-2.0 */
/* Threads, for those who make them. */
#ifndef WIN32_THREAD_H
#define WIN32_THREAD_H

#include "process.h"

/* One reference; not in the list yet. NULL: no memory */
struct thread *thread_new(pid_t tid, uint64_t start, pid_t pid, uint32_t uid);
/* From now on thread_find() finds it. */
void thread_list(struct thread *thread);
/* The calling thread is this one: takes the reference, which thread_end() gives
 * back when the thread ends. False: no memory, nothing is taken. */
bool thread_adopt(struct thread *thread);
/* Says that it has ended, wakes who waits, and gives a reference back. */
void thread_end(struct thread *thread);
/* The calling thread's, borrowed; NULL: no memory */
struct thread *thread_own(void);
bool thread_has_ended(const struct thread *thread);

#endif
