/* SPDX-License-Identifier: Apache-2.0 */
/* What the layers above ask of the calling thread's scopes. */
#ifndef THREAD_SCOPE_H
#define THREAD_SCOPE_H

#include "kcred.h"

/* The first use of the library in this process: sets the zero ceiling unless
 * guise_impersonation_init() has set one. 0 or its errors, but -EALREADY. */
GUISE_MUST_USE int impersonation_ready(void);

/* May the calling thread open objects through guise? False while it runs at
 * anonymous or identification level; true without a scope. */
bool scope_allows_open(void);

/*
 * At a job boundary: no scope is open on this thread, and the kernel says that
 * its effective ids, groups and capabilities are those the process had at
 * guise_impersonation_init(). Ends the process otherwise. Catches what scopes
 * cannot: a longjmp out of one, a thread created inside one, foreign set*id
 * calls. For workers whose process does not change identity after init. Needs
 * init to have happened.
 */
void scope_assert_clean(void);

/* The identity the calling thread reverts to, borrowed until its outermost
 * scope ends; NULL outside of scopes. */
const struct kcred *scope_base(void);

#endif
