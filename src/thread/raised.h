/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One capability of the process for one call of a thread that is its client:
 * no id changes, so that what the call makes or opens is the client's all the
 * same. For what the access check has allowed and the kernel leaves to a
 * privilege that clients do not have, such as writing security.* attributes.
 */
#ifndef THREAD_RAISED_H
#define THREAD_RAISED_H

#include "base.h"

/*
 * Runs @call with @capabilities effective besides those that are; what the
 * thread is not permitted stays off, and the kernel refuses as it would. All
 * signals wait meanwhile. Afterwards the thread has exactly what it had, or
 * the process ends. Returns what @call returned, or a failure to begin.
 */
GUISE_MUST_USE int raised_call(uint64_t capabilities, int (*call)(void *),
			       void *context);

#endif
