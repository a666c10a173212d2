/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pipes as file functions see them: CreateFile hands names below \\.\pipe\ to
 * pipe_open(), and ReadFile and its like hand objects of type pipe_type here.
 */
#ifndef WIN32_PIPE_H
#define WIN32_PIPE_H

#include <winternl-file.h>

#include "object.h"

/* An end of a pipe, named or not. */
extern const struct object_type pipe_type;

/* Is this path (not NUL-terminated) a pipe's? Where its name begins: after
 * \\.\pipe\, \\?\pipe\, \??\pipe\, \Device\NamedPipe\ or \\THIS-HOST\pipe\. */
bool pipe_path(const WCHAR *path, size_t n, size_t *ret_at);

/* Open the client's end, or the root of all pipes for an empty name. @qos: NULL
 * where the caller gave none. @attributes: OBJ_INHERIT or 0. @overlapped: with
 * FILE_FLAG_OVERLAPPED. */
NTSTATUS pipe_open(const WCHAR *name, size_t n, ACCESS_MASK desired,
		   const SECURITY_QUALITY_OF_SERVICE *qos, ULONG attributes,
		   bool overlapped, HANDLE *ret);

/*
 * On an object of type pipe_type. @granted: what the handle was granted.
 * Synchronous, and with the waiting that the end's mode says. pipe_read():
 * STATUS_BUFFER_OVERFLOW is a success with more of the message to come;
 * STATUS_PIPE_BROKEN the end.
 */
NTSTATUS pipe_read(struct object *object, ACCESS_MASK granted, void *buffer,
		   ULONG size, ULONG *ret_size);
NTSTATUS pipe_write(struct object *object, ACCESS_MASK granted,
		    const void *buffer, ULONG size, ULONG *ret_size);
NTSTATUS pipe_flush(struct object *object);
/* NtQueryInformationFile and NtSetInformationFile of classes and objects that
 * are pipes'; STATUS_INVALID_INFO_CLASS, STATUS_OBJECT_TYPE_MISMATCH: neither
 */
NTSTATUS pipe_query(HANDLE handle, ULONG which, void *ret, ULONG size,
		    ULONG *ret_size);
NTSTATUS pipe_set(HANDLE handle, ULONG which, const void *information,
		  ULONG size);
/*
 * The same with an OVERLAPPED, which is told, and its event. STATUS_PENDING: it
 * goes on (reading an end that pipe_is_overlapped(); a write waits here: it is
 * the calling thread that a server may become). Errors are told to nobody else.
 */
NTSTATUS pipe_read_overlapped(struct object *object, ACCESS_MASK granted,
			      void *buffer, ULONG size, OVERLAPPED *overlapped,
			      ULONG *ret_size);
NTSTATUS pipe_read_native(struct object *object, ACCESS_MASK granted,
			  void *buffer, ULONG size, HANDLE event,
			  IO_STATUS_BLOCK *block, ULONG *ret_size);
NTSTATUS pipe_write_overlapped(struct object *object, ACCESS_MASK granted,
			       const void *buffer, ULONG size,
			       OVERLAPPED *overlapped, ULONG *ret_size);
/* Both kinds of files are called "File" where a handle is passed to a child: is
 * it a pipe's, and then the object. The descriptors stay the caller's. */
bool pipe_is_passed(const struct pass *pass);
NTSTATUS pipe_receive(const struct pass *pass, struct object **ret);
/* Made with FILE_FLAG_OVERLAPPED. */
bool pipe_is_overlapped(const struct object *object);

#endif
