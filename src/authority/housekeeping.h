/* SPDX-License-Identifier: Apache-2.0 */
/* What the main thread does once a second for a service and its workers. */
#ifndef AUTHORITY_HOUSEKEEPING_H
#define AUTHORITY_HOUSEKEEPING_H

#include "worker.h"

#define HOUSEKEEPING_MS 1000

/* Restart logon helpers, forget old logons, log idle clients off, and those
 * whose account is not what it was. @workers: a list, of all services. Never
 * waits for a directory. */
void housekeeping(struct service *service, struct worker *workers);
/* The part of it that may be due at any time: what helpers and rechecks have
 * to say. */
void housekeeping_wake(struct service *service, struct worker *workers);
/* Forget all that is remembered of accounts, ask anew about those who are
 * logged on, and log off who is gone, changed or cannot be asked about. Takes
 * @report, which may be NULL; it is sent when all is done. */
void housekeeping_flush(struct service *service, struct worker *workers,
			struct flush_report *report);

#endif
