/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's word on one part each of a thread's credentials. */
#ifndef THREAD_KCRED_READ_H
#define THREAD_KCRED_READ_H

#include "kcred.h"

/* Uid, gid and groups; capabilities apart. */
bool kcred_same_ids(const struct kcred *a, const struct kcred *b);

/* False also when the kernel does not answer. */
bool kcred_ids_are_current(const struct sys_ops *sys, const struct kcred *cred);
bool kcred_groups_are_current(const struct sys_ops *sys,
			      const struct kcred *cred);
bool kcred_capabilities_are_current(const struct sys_ops *sys,
				    const struct kcred *cred);

#endif
