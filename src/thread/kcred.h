/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A thread's kernel credentials as a value, and the two ways to take them on:
 * for a while (kcred_switch and kcred_revert: real and saved ids stay the
 * service's) and for good (kcred_assume_for_registration and kcred_become,
 * for throw-away threads and new processes).
 */
#ifndef THREAD_KCRED_H
#define THREAD_KCRED_H

#include <guise/impersonate.h>

#include "sys.h"

/* @groups is borrowed from the token (or the remembered base), in the order
 * the kernel reports or ascending. */
struct kcred {
	uint32_t uid;
	uint32_t gid;
	const uint32_t *groups;
	size_t n_groups;
	uint64_t capabilities; /* effective */
	uint64_t permitted;    /* of an identity read from the kernel */
};

/*
 * Whether a switch is read back. Of a thread that is proven (it has switched
 * and reverted before, and was read back each time) the results of its calls
 * are believed while no seccomp filter is on it, which is asked each time.
 */
enum kcred_trust {
	KCRED_READ_BACK = 0,
	KCRED_PROVEN,
};

/*
 * What @token becomes in kernel credentials, bounded by the process's
 * ceiling. 0; GUISE_E_CEILING; GUISE_E_BAD_LEVEL (no Unix identity); errors of
 * guise_impersonation_init(), which it does first if nobody has. Anonymous and
 * identification level give nobody, and so does the anonymous logon (S-1-5-7)
 * without a Unix identity of its own. Borrows from @token.
 */
GUISE_MUST_USE int projection_of(const struct guise_token *token,
				 struct kcred *ret);
/* What everybody is below impersonation level; after impersonation_ready(). */
void projection_of_nobody(struct kcred *ret);
/* The anonymous logon, without a Unix identity of its own. */
bool projection_is_anonymous(const struct guise_token *token);
/* Effective capabilities that these enabled privileges stand for, as far as the
 * ceiling allows; after impersonation_ready(). */
uint64_t projection_allowed(uint64_t privileges_enabled);
/* Opens may be made for it: impersonation level or above; a primary token is
 * as good. */
bool projection_is_client(const struct guise_token *token);
/* Effective capabilities that these enabled privileges stand for. */
uint64_t projection_capabilities(uint64_t privileges_enabled);
/* The way back, for tokens read from the kernel: the privileges that a
 * process with these capabilities has, whatever they are called. */
uint64_t projection_privileges(uint64_t capabilities);

/* Uid, gid, groups and effective capabilities. */
bool kcred_equal(const struct kcred *a, const struct kcred *b);

/* The kernel's word that the calling thread's effective uid, gid and
 * capabilities and its groups are @cred's. Four calls, no allocation. */
bool kcred_is_current(const struct sys_ops *sys, const struct kcred *cred);

/*
 * From the credentials @from to @to: groups, gid, uid, capabilities, then read
 * back; capabilities only, where the ids are the same. 0 or -errno (-EPERM also
 * when every call claims success and the kernel still says otherwise); on
 * failure @from is in force again and was verified. What cannot be put back
 * ends the process.
 */
GUISE_MUST_USE int kcred_switch(const struct sys_ops *sys,
				const struct kcred *from,
				const struct kcred *to, enum kcred_trust trust);

/* The way back: uid, gid, groups, capabilities, then read back. Ends the
 * process when the kernel refuses any of it. */
void kcred_revert(const struct sys_ops *sys, const struct kcred *from,
		  const struct kcred *to, enum kcred_trust trust);

/*
 * Turn the calling, throw-away thread into one whose credentials are fit to be
 * registered as an io_uring personality: groups, gid and uid of @to effective,
 * real and saved ids those of the unprivileged service, permitted capabilities
 * nothing but @to->capabilities. Irreversible. The thread must do its
 * registration and exit. 0 or -errno; on failure the thread must exit at once.
 * -EINVAL for a service id 0 or any id -1.
 */
GUISE_MUST_USE int kcred_assume_for_registration(const struct kcred *to,
						 uint32_t service_uid,
						 uint32_t service_gid);

/*
 * All ids real, effective, saved := @to; permitted and effective capabilities
 * := @to->capabilities, inheritable and ambient emptied, bounding set emptied
 * when @drop_bounding (needs CAP_SETPCAP, unless it is empty). For a child
 * before exec and for a worker giving up its privilege. Irreversible;
 * verified. 0 or -errno; then the caller must exit. Only async-signal-safe
 * calls.
 */
GUISE_MUST_USE int kcred_become(const struct kcred *to, bool drop_bounding);

/*
 * The same for what is about to be executed, and to have @to->capabilities
 * then, too, as ambient ones; nothing else is left in the bounding set. The
 * second is for a child that has the ids already and may not set them; the
 * bounding set stays.
 */
GUISE_MUST_USE int kcred_become_for_exec(const struct kcred *to);
GUISE_MUST_USE int kcred_stay_for_exec(const struct kcred *to);

#endif
