/* SPDX-License-Identifier: Apache-2.0 */
/* What STARTUPINFOEX adds to the start of a process. */
#ifndef WIN32_ATTRIBUTE_LIST_H
#define WIN32_ATTRIBUTE_LIST_H

#include "facade.h"

/* The handles that alone are inherited; borrowed. NULL: the list does not say.
 * STATUS_ACCESS_VIOLATION, STATUS_INVALID_PARAMETER: not a list */
NTSTATUS attribute_list_handles(const void *list, const HANDLE **ret,
				size_t *ret_n);

#endif
