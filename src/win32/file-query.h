/* SPDX-License-Identifier: Apache-2.0 */
/* Information classes of open files; Win32's have the structures of NT's. */
#ifndef WIN32_FILE_QUERY_H
#define WIN32_FILE_QUERY_H

#include "file-object.h"

#include <winternl.h>

/*
 * What NtQueryInformationFile does. @ret_size: what was written.
 * STATUS_BUFFER_OVERFLOW: a name did not fit; what did is there.
 */
NTSTATUS file_query(HANDLE handle, ULONG which, void *ret, ULONG size,
		    ULONG *ret_size);
/* What NtSetInformationFile does. */
NTSTATUS file_set(HANDLE handle, ULONG which, const void *information,
		  ULONG size);

/* @to: where an open file is to be; DELETE has been checked */
NTSTATUS file_rename(struct file_object *file, const struct file_object *root,
		     const struct path *to, bool replace);
/* Marks it; DELETE has been checked */
NTSTATUS file_set_delete(struct file_object *file, bool remove);

#endif
