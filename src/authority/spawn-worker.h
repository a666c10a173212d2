/* SPDX-License-Identifier: Apache-2.0 */
/* Starting worker programs: this very binary, anew. */
#ifndef AUTHORITY_SPAWN_WORKER_H
#define AUTHORITY_SPAWN_WORKER_H

#include "worker.h"

struct spawn_config {
	int exe_fd; /* of this program: it may lie where others cannot look */
	const char *config; /* borrowed */
	size_t config_size;
	const int *fds; /* passed on; borrowed */
	size_t n_fds;
};

/* Fork, exec, and serve it. On failure the worker has no process. */
GUISE_MUST_USE int spawn_worker(struct worker *worker,
				const struct spawn_config *config);

#endif
