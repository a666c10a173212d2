/* SPDX-License-Identifier: Apache-2.0 */
/* What the main thread does once a second for a service and its workers. */
#ifndef AUTHORITY_HOUSEKEEPING_H
#define AUTHORITY_HOUSEKEEPING_H

#include "worker.h"

#define HOUSEKEEPING_MS 1000

/* Restart logon helpers, forget old logons, log idle clients off, and those
 * whose account is not what it was. @workers: a list, of all services. */
void housekeeping(struct service *service, struct worker *workers);

#endif
