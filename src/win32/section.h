/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sections: memory or a file that processes map. What they have in common with
 * events (name, descriptor, inheritance) is in sync.h; nothing of their state
 * ever changes.
 */
#ifndef WIN32_SECTION_H
#define WIN32_SECTION_H

#include "named.h"

/* One of the eight PAGE_ constants that a section can have */
bool section_protection_is_known(DWORD protection);
/* Memory for a section without a name. Errors of memory */
NTSTATUS section_allocate(struct sync *section);
/*
 * May this process map what @named's owner can cut short? If that is its own
 * user, whoever is impersonated, or root. STATUS_ACCESS_DENIED
 */
NTSTATUS section_check_owner(const struct named *named);
/* The file of a named section, which is checked; takes @fd, also on failure.
 * STATUS_ACCESS_DENIED, STATUS_INVALID_HANDLE */
NTSTATUS section_take_data(struct sync *section, const struct named *named,
			   int fd);

#endif
