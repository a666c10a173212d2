/* SPDX-License-Identifier: Apache-2.0 */
/* What the libraries of winbindd and sssd have in common. */
#ifndef LOGON_IDMAP_LIBRARY_H
#define LOGON_IDMAP_LIBRARY_H

#include "idmap.h"

/* Both number them so. */
enum idmap_type {
	IDMAP_TYPE_NONE = 0,
	IDMAP_TYPE_UID = 1,
	IDMAP_TYPE_GID = 2,
	IDMAP_TYPE_BOTH = 3,
};

/* @into: the address of a pointer to the function */
struct idmap_function {
	const char *name;
	void *into;
};

/* Fills @n pointers; true: all of them. The library stays for the life of the
 * process. */
bool idmap_library_load(const char *library,
			const struct idmap_function *functions, size_t n);

/* An id that a library gave; 0, or -EIO: of no kind that there is */
GUISE_MUST_USE int idmap_library_id(enum idmap_type type, uint32_t id,
				    struct guise_unix_id *ret);

#endif
