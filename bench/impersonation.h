/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Impersonation beside the bare system calls of its credential switch, by the
 * client's number of groups: the pair and the bare calls take turns in the same
 * rounds (rounds.h), and the figure is their ratio. "again" is impersonating
 * whom the thread is already, "revert of nothing" reverting what is not on.
 */
#ifndef BENCH_IMPERSONATION_H
#define BENCH_IMPERSONATION_H

#include <stddef.h>

/* What the thread does, with the @context of a client; each exits if it fails
 */
struct impersonation {
	void (*pair)(const void *context);
	void (*impersonate)(const void *context);
	void (*revert)(const void *context);
};

struct impersonated {
	size_t n_groups;
	const void *context;
};

#define IMPERSONATED_MAX 8

/** impersonation_measure() - measure and print. The thread is root's and has no
 * groups; @n is IMPERSONATED_MAX at the most */
void impersonation_measure(const struct impersonation *how,
			   const struct impersonated *clients, size_t n,
			   unsigned rounds);

#endif
