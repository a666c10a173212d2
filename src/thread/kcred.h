/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A thread's kernel credentials as a value, and the two ways to take them on:
 * for a while (kcred_switch, reversible: real and saved ids stay the
 * service's) and for good (kcred_assume_for_registration and kcred_become,
 * for throw-away threads and new processes).
 */
#ifndef THREAD_KCRED_H
#define THREAD_KCRED_H

#include <guise/impersonate.h>

#include "sys.h"

/* @groups is borrowed from the token (or the remembered base). */
struct kcred {
	uint32_t uid;
	uint32_t gid;
	const uint32_t *groups;
	size_t n_groups;
	uint64_t capabilities; /* effective */
};

/* What @token becomes in kernel credentials, bounded by the process's
 * ceiling. 0; GUISE_E_CEILING; GUISE_E_BAD_LEVEL (no Unix identity).
 * Anonymous and identification level give nobody. Borrows from @token. */
GUISE_MUST_USE int projection_of(const struct guise_token *token,
				 struct kcred *ret);

/* Effective capabilities that these enabled privileges stand for. */
uint64_t projection_capabilities(uint64_t privileges_enabled);

GUISE_MUST_USE int kcred_switch(const struct sys_ops *sys,
				const struct kcred *from,
				const struct kcred *to);

/*
 * Turn the calling, throw-away thread into one whose credentials are fit to be
 * registered as an io_uring personality: groups, gid and uid of @to effective,
 * real and saved ids those of the unprivileged service, permitted capabilities
 * nothing but @to->capabilities. Irreversible. The thread must do its
 * registration and exit. 0 or -errno; on failure the thread must exit at once.
 */
GUISE_MUST_USE int kcred_assume_for_registration(const struct kcred *to,
						 uint32_t service_uid,
						 uint32_t service_gid);

/*
 * All ids real, effective, saved := @to; permitted and effective capabilities
 * := @to->capabilities, inheritable and ambient emptied, bounding set emptied
 * when @drop_bounding. For a child before exec and for a worker giving up its
 * privilege. Irreversible; verified. 0 or -errno; then the caller must exit.
 * Only async-signal-safe calls.
 */
GUISE_MUST_USE int kcred_become(const struct kcred *to, bool drop_bounding);

#endif
