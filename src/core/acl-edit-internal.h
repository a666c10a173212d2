/* SPDX-License-Identifier: Apache-2.0 */
/* What editing and reporting ACLs have in common. */
#ifndef CORE_ACL_EDIT_INTERNAL_H
#define CORE_ACL_EDIT_INTERNAL_H

#include "acl-internal.h"
#include <guise/acl-edit.h>

/* What an ACE does, whatever else its type says; bits, to name several. */
enum ace_kind {
	ACE_KIND_OTHER = 0,
	ACE_KIND_ALLOW = 1,
	ACE_KIND_DENY = 2,
	ACE_KIND_AUDIT = 4,
};

enum ace_kind ace_kind(uint8_t type);
/* The type has a condition. */
bool ace_is_callback(uint8_t type);

#endif
