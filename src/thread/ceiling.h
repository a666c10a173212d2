/* SPDX-License-Identifier: Apache-2.0 */
#ifndef THREAD_CEILING_H
#define THREAD_CEILING_H

#include "kcred.h"

/* The process's ceiling, set once: 0; -EALREADY; -EINVAL; -ENOMEM. */
GUISE_MUST_USE int ceiling_set(const struct guise_ceiling *ceiling,
			       uint32_t anonymous_uid, uint32_t anonymous_gid);
bool ceiling_is_set(void);

#endif
