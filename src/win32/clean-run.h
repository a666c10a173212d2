/* SPDX-License-Identifier: Apache-2.0 */
/* What the process does for itself while a client is impersonated. */
#ifndef WIN32_CLEAN_RUN_H
#define WIN32_CLEAN_RUN_H

#include <sys/types.h>

#include "status.h"

/* Calls @function as the process: a thread that impersonates has a clean one
 * do it, and waits. What it returns, or an error of making a thread. */
NTSTATUS clean_run(NTSTATUS (*function)(void *), void *argument);
/* The process's effective uid, not the client's. Errors of making a thread */
NTSTATUS clean_uid(uid_t *ret);

#endif
