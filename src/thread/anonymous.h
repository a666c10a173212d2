/* SPDX-License-Identifier: Apache-2.0 */
#ifndef THREAD_ANONYMOUS_H
#define THREAD_ANONYMOUS_H

#include <guise/token.h>

#include "base.h"

/* ANONYMOUS LOGON in no group at all, without a Unix identity. -ENOMEM */
GUISE_MUST_USE int anonymous_token(const struct guise_token **ret);

#endif
