/* SPDX-License-Identifier: Apache-2.0 */
/* Making and opening events, mutexes, semaphores and sections, with a name or
 * without. */
#ifndef WIN32_SYNC_NAMES_H
#define WIN32_SYNC_NAMES_H

#include "sync.h"

/* A name as a program gives it: in one form or none. */
struct sync_name {
	const WCHAR *wide;
	const char *narrow;
};

/*
 * What CreateXxx() and CreateXxxEx() return. The last error is 0 for a new
 * object, ERROR_ALREADY_EXISTS for one that was there.
 */
HANDLE sync_create_win32(const struct object_type *type,
			 LPSECURITY_ATTRIBUTES attributes,
			 const struct sync_name *name,
			 const struct sync_state *state, ACCESS_MASK access);
/* What OpenXxx() returns */
HANDLE sync_open_win32(const struct object_type *type, ACCESS_MASK access,
		       BOOL inherit, const struct sync_name *name);
/* NtCreateXxx() and NtOpenXxx(). Creating what is there is
 * STATUS_OBJECT_NAME_EXISTS with OBJ_OPENIF, else
 * STATUS_OBJECT_NAME_COLLISION. */
NTSTATUS sync_create_native(const struct object_type *type, ACCESS_MASK access,
			    const OBJECT_ATTRIBUTES *attributes,
			    const struct sync_state *state, PHANDLE ret);
NTSTATUS sync_open_native(const struct object_type *type, ACCESS_MASK access,
			  const OBJECT_ATTRIBUTES *attributes, PHANDLE ret);

/* For object_type */
NTSTATUS sync_get_sd(struct object *object, const struct guise_sd **ret);
NTSTATUS sync_set_sd(struct object *object, SECURITY_INFORMATION information,
		     const struct guise_sd *modification);
NTSTATUS sync_get_name(struct object *object, struct guise_buf *ret);

#endif
