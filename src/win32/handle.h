/* SPDX-License-Identifier: Apache-2.0 */
/* The handle table, for what goes through all of it or changes a handle. */
#ifndef WIN32_HANDLE_H
#define WIN32_HANDLE_H

#include "object.h"

/* Attributes of a handle: OBJ_INHERIT, OBJ_PROTECT_CLOSE */
NTSTATUS handle_attributes(HANDLE handle, ULONG *ret);
/* Sets those of @mask to what they are in @attributes. */
NTSTATUS handle_set_attributes(HANDLE handle, ULONG mask, ULONG attributes);
/* Handles to @object in this process */
ULONG handle_count(const struct object *object);

/*
 * Calls @each for every handle that is inherited, in no order; @object is
 * borrowed. A failure ends it and is returned.
 */
NTSTATUS handle_each_inherited(NTSTATUS (*each)(void *context, HANDLE handle,
						struct object *object,
						ACCESS_MASK granted),
			       void *context);
/* A handle of a given value, before any other is made. Takes @object. */
NTSTATUS handle_restore(HANDLE handle, struct object *object,
			ACCESS_MASK granted, ULONG attributes);

/* What -1 and -2 stand for: objects of the process and of the calling thread;
 * each a reference. NULL: no memory. */
struct object *process_current(void);
struct object *thread_current(void);

#endif
