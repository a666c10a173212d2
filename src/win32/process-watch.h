/* SPDX-License-Identifier: Apache-2.0 */
/* One thread that hears of the end of processes that somebody waits for. */
#ifndef WIN32_PROCESS_WATCH_H
#define WIN32_PROCESS_WATCH_H

#include "process.h"

/* From now on @ended of @process becomes 1, and its futex is woken, when it has
 * ended. Again for the same one: nothing. STATUS_SUCCESS, or an error of the
 * descriptors and threads it takes. */
NTSTATUS process_watch(struct process *process);

#endif
