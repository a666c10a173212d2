/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asking another thread of this process to do something to itself: by a
 * real-time signal, in whose handler it does it, or afterwards, when the signal
 * came in the middle of a scope or a switch.
 */
#ifndef THREAD_REMOTE_H
#define THREAD_REMOTE_H

#include "wanted.h"

/* On the calling thread: what others ask of it. Async-signal-safe. */
void remote_serve(void);

/* Have @tid take @wanted on, or off. @wanted holds afterwards what was on
 * before. Errors of guise_thread_set_token(). */
GUISE_MUST_USE int remote_take(int32_t tid, struct wanted *wanted);

/* Have @tid look at its slot. 0; -ESRCH; -EBUSY (the signal is in use). */
GUISE_MUST_USE int remote_nudge(int32_t tid);

void remote_before_fork(void);
/* in both */
void remote_after_fork(void);

#endif
