/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An end of a pipe behind a handle: the library's (guise/pipe.h) where it has a
 * name, a descriptor of the kernel's where it has none (CreatePipe). The root
 * of all pipes is one that has neither.
 */
#ifndef WIN32_PIPE_OBJECT_H
#define WIN32_PIPE_OBJECT_H

#include <guise/pipe.h>

#include "pipe.h"

struct pipe_operation;

/**
 * struct pipe_object
 * @end: a reference; NULL: no named pipe
 * @name: of a named pipe, UTF-8; owned; NULL: none
 * @fd: of a pipe without name; owned
 * @writes: which end of it that is
 * @buffer_size: of a pipe without name, as it was asked for
 * @does_not_wait: PIPE_NOWAIT
 * @is_overlapped: made with FILE_FLAG_OVERLAPPED
 * @pending_lock: protects @pending; a leaf
 * @pending_over: one of @pending has ended
 * @pending: operations under way that nobody waits for in a call
 * @n_pending: how many; whoever waits for the handle sleeps on it
 */
struct pipe_object {
	struct object object;
	struct guise_pipe_end *end;
	char *name;
	int fd;
	bool writes;
	ULONG buffer_size;
	atomic_bool does_not_wait;
	bool is_overlapped;
	pthread_mutex_t pending_lock;
	pthread_cond_t pending_over;
	struct pipe_operation *pending;
	atomic_uint n_pending;
};

/* The root, until it is given an end. NULL: no memory */
struct pipe_object *pipe_new(void);
void pipe_unrefp(struct pipe_object **pipe);

/* The pipe behind a handle. A file that is none: STATUS_ILLEGAL_FUNCTION */
NTSTATUS pipe_of_handle(HANDLE handle, ACCESS_MASK needed,
			struct pipe_object **ret);
/* The same, for what pipes without name cannot do. */
NTSTATUS pipe_named_of_handle(HANDLE handle, ACCESS_MASK needed,
			      struct pipe_object **ret);

/* A code of the library about a named pipe. @closed: what it means that the
 * other end is */
NTSTATUS pipe_status(int code, const struct pipe_object *pipe, NTSTATUS closed);
/* How long a call on this end waits */
uint32_t pipe_timeout(const struct pipe_object *pipe);

/* A new instance as a handle. @desired: rights that the handle is to have of
 * those that @options brings; @attributes: OBJ_INHERIT or 0 */
struct pipe_creation {
	struct guise_pipe_options options;
	ACCESS_MASK desired;
	ULONG attributes;
	bool is_overlapped;
	bool does_not_wait;
};
NTSTATUS pipe_create(const struct pipe_creation *creation, HANDLE *ret,
		     bool *ret_is_first);

/* The name of a pipe in UTF-8, out of its path; for free().
 * STATUS_OBJECT_NAME_INVALID: no pipe's, or the root's */
NTSTATUS pipe_name_of(const WCHAR *path, char **ret);

/* Opening the client's end as an object; see pipe_open(). */
NTSTATUS pipe_connect(const char *name, ACCESS_MASK desired,
		      const SECURITY_QUALITY_OF_SERVICE *qos,
		      struct pipe_object **ret, ACCESS_MASK *ret_granted);

/* What there is to know, of one without name, too */
void pipe_info(const struct pipe_object *pipe, struct guise_pipe_info *ret);
/* PIPE_READMODE_MESSAGE, PIPE_NOWAIT or none */
NTSTATUS pipe_set_mode(struct pipe_object *pipe, DWORD mode);
NTSTATUS pipe_disconnect(struct pipe_object *pipe);
/* The calling thread becomes the client. */
NTSTATUS pipe_impersonate(struct pipe_object *pipe);
/* What can be read, without reading it */
NTSTATUS pipe_peek(struct pipe_object *pipe, void *buffer, ULONG size,
		   struct guise_pipe_peeked *ret);
/* One message there and one back, as TransactNamedPipe. */
NTSTATUS pipe_transact(struct pipe_object *pipe, const void *in, ULONG in_size,
		       void *out, ULONG out_size, ULONG *ret_size);

/* pipe_read() and pipe_write() of one without name (pipe-anonymous.c) */
NTSTATUS pipe_anonymous_read(struct pipe_object *pipe, void *buffer, ULONG size,
			     ULONG *ret_size);
NTSTATUS pipe_anonymous_write(struct pipe_object *pipe, const void *buffer,
			      ULONG size, ULONG *ret_size);
/* For object_type: to a child. A named pipe's end does not go there, and is no
 * handle in it. */
NTSTATUS pipe_pass(struct object *object, struct pass *ret);
NTSTATUS pipe_anonymous_peek(struct pipe_object *pipe, void *buffer, ULONG size,
			     struct guise_pipe_peeked *ret);

#endif
