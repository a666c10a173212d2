/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIN32_FUTEX_H
#define WIN32_FUTEX_H

#include "object.h"

/* No deadline */
#define FUTEX_FOREVER INT64_MAX

/* Wakes all that sleep on it. */
void futex_wake(const void *futex, bool shared);
/* Sleeps until one of @words (at most MAXIMUM_WAIT_OBJECTS) is not what it was,
 * or the monotonic clock is @deadline_ns; may wake for nothing.
 * STATUS_SUCCESS; STATUS_TIMEOUT; STATUS_INVALID_HANDLE (the memory behind a
 * word is gone) */
NTSTATUS futex_wait(const struct wait_word *words, size_t n,
		    int64_t deadline_ns);
int64_t futex_now(void);

#endif
