/* SPDX-License-Identifier: Apache-2.0 */
/* Handles to the policy of the local security authority. */
#ifndef WIN32_LSA_POLICY_H
#define WIN32_LSA_POLICY_H

#include "facade.h"

#include <ntsecapi.h>

/* Does this handle have these rights? INVALID_HANDLE, ACCESS_DENIED */
NTSTATUS policy_check(LSA_HANDLE policy, ACCESS_MASK needed);

#endif
