/* SPDX-License-Identifier: Apache-2.0 */
/* What the layers above ask of the calling thread's scopes. */
#ifndef THREAD_SCOPE_H
#define THREAD_SCOPE_H

#include "kcred.h"

/* The first use of the library in this process: sets the zero ceiling unless
 * guise_impersonation_init() has set one. 0 or its errors, but -EALREADY. */
GUISE_MUST_USE int impersonation_ready(void);

/* May the calling thread open objects through guise? False while its scope, or
 * else its thread token, is at anonymous or identification level, and under a
 * token whose kernel identity it could not take on; true without either. */
bool scope_allows_open(void);

/*
 * At a job boundary: no scope is open and no token is on this thread, and the
 * kernel says that its effective ids, groups and capabilities are those the
 * process had at guise_impersonation_init(). Ends the process otherwise.
 * Catches what scopes cannot: a longjmp out of one, a thread created inside
 * one, foreign set*id calls. For workers whose process does not change identity
 * after init. Needs init to have happened.
 */
void scope_assert_clean(void);

/* In a scope, or with a thread token. */
bool thread_is_away(void);

/* The identity the calling thread reverts to, borrowed until it does; NULL when
 * it is in force. */
const struct kcred *scope_base(void);

#endif
