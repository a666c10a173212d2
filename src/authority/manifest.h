/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a worker program finds at descriptor 3: a memory file that says what
 * the descriptors after it are, in this order: the manifest itself, a socket
 * for each thread, a ring for each thread (or none), the roots, the empty
 * directory, and what the server passes on.
 */
#ifndef AUTHORITY_MANIFEST_H
#define AUTHORITY_MANIFEST_H

#include "client.h"
#include "worker.h"

#define MANIFEST_FD 3
/* Passed-on descriptors: listening sockets and logs. Ours. */
#define MANIFEST_PASSED_MAX 256
#define MANIFEST_CONFIG_MAX (4u << 20)
#define MANIFEST_FDS_MAX (2 + 2 * THREADS_MAX + ROOTS_MAX + MANIFEST_PASSED_MAX)

struct manifest {
	unsigned worker;
	unsigned n_threads;
	unsigned n_rings;
	unsigned n_roots;
	unsigned n_passed;
	uint32_t service_uid;
	uint32_t service_gid;
	unsigned features;
	unsigned idle_ms;
	uint32_t parent;
	struct io_uring_params ring_params[THREADS_MAX];
	const char *config; /* NUL-terminated; config_size is without it */
	size_t config_size;
};

/* All but what is passed on and the parent. */
void manifest_of_worker(const struct worker *worker, struct manifest *ret);
GUISE_MUST_USE int manifest_encode(const struct manifest *manifest,
				   struct guise_buf *out);
/* 0 or GUISE_E_PROTOCOL; @config is borrowed from @data */
GUISE_MUST_USE int manifest_decode(const void *data, size_t size,
				   struct manifest *ret);
/* Number of descriptors from MANIFEST_FD on */
unsigned manifest_fds(const struct manifest *manifest);
/* Features of the workers of a service, before they are confined */
unsigned service_features(const struct service *service);

#endif
