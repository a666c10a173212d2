/* SPDX-License-Identifier: Apache-2.0 */
/* Pipes as objects: their life, their descriptor, their name. */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "buf.h"
#include "fd.h"
#include "futex.h"
#include "pipe-pending.h"
#include "text.h"

/* A change of a pipe's descriptor: one after the other, whichever end it comes
 * by. Nothing is locked under it but the pipe. */
static pthread_mutex_t sd_lock = PTHREAD_MUTEX_INITIALIZER;

static struct pipe_object *of(struct object *object)
{
	return (struct pipe_object *)object;
}

static void pipe_free(struct object *object)
{
	struct pipe_object *pipe = of(object);

	pipe_cancel_all(pipe);
	(void)guise_pipe_end_unref(pipe->end);
	(void)fd_close(pipe->fd);
	free(pipe->name);
	must(pthread_cond_destroy(&pipe->pending_over) == 0);
	must(pthread_mutex_destroy(&pipe->pending_lock) == 0);
	object_clear(object);
	free(pipe);
}

/* As a file: signalled while nothing is under way. */
static NTSTATUS wait_word(struct object *object, struct wait_word *ret)
{
	*ret = (struct wait_word){
		.futex = &of(object)->n_pending,
		.value = atomic_load(&of(object)->n_pending),
	};
	return STATUS_SUCCESS;
}

static NTSTATUS wait_ready(struct object *object)
{
	return atomic_load(&of(object)->n_pending) ? STATUS_TIMEOUT
						   : STATUS_WAIT_0;
}

static const struct wait_ops wait_ops = {
	.word = wait_word,
	.ready = wait_ready,
	.take = wait_ready,
};

static NTSTATUS get_sd(struct object *object, const struct guise_sd **ret)
{
	const struct pipe_object *pipe = of(object);

	if (pipe->end)
		return pipe_status(guise_pipe_sd(pipe->end, ret), pipe,
				   STATUS_PIPE_CLOSING);
	must(pthread_mutex_lock(&object->lock) == 0);
	*ret = guise_sd_ref(object->sd);
	must(pthread_mutex_unlock(&object->lock) == 0);
	return STATUS_SUCCESS;
}

static NTSTATUS replace_sd(struct pipe_object *pipe, const struct guise_sd *sd)
{
	const struct guise_sd *old;

	if (pipe->end)
		return pipe_status(guise_pipe_set_sd(pipe->end, sd), pipe,
				   STATUS_PIPE_CLOSING);
	must(pthread_mutex_lock(&pipe->object.lock) == 0);
	old = pipe->object.sd;
	pipe->object.sd = guise_sd_ref(sd);
	must(pthread_mutex_unlock(&pipe->object.lock) == 0);
	(void)guise_sd_unref(old);
	return STATUS_SUCCESS;
}

static NTSTATUS set_sd(struct object *object, SECURITY_INFORMATION information,
		       const struct guise_sd *modification)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *current = NULL;
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *changed = NULL;
	NTSTATUS status;

	must(pthread_mutex_lock(&sd_lock) == 0);
	status = get_sd(object, &current);
	if (status >= 0 && !current)
		status = STATUS_ACCESS_DENIED; /* the root is nobody's */
	if (status >= 0)
		status = object_changed_sd(object->type, current, information,
					   modification, &changed);
	if (status >= 0)
		status = replace_sd(of(object), changed);
	must(pthread_mutex_unlock(&sd_lock) == 0);
	return status;
}

static NTSTATUS get_name(struct object *object, struct guise_buf *ret)
{
	const char *name = of(object)->name;

	if (buf_append_text(ret, "\\Device\\NamedPipe\\") < 0 ||
	    buf_append_text(ret, name ? name : "") < 0)
		return STATUS_NO_MEMORY;
	return STATUS_SUCCESS;
}

const struct object_type pipe_type = {
	.name = "File",
	.mapping = {FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_GENERIC_EXECUTE,
		    FILE_ALL_ACCESS},
	.valid = FILE_ALL_ACCESS,
	.has_fd = true,
	.free = pipe_free,
	.wait = &wait_ops,
	.get_sd = get_sd,
	.set_sd = set_sd,
	.get_name = get_name,
	.pass = pipe_pass,
	.receive = pipe_receive,
};

struct pipe_object *pipe_new(void)
{
	struct pipe_object *pipe = array_alloc(1, sizeof(*pipe));

	if (!pipe)
		return NULL;
	object_init(&pipe->object, &pipe_type, NULL);
	pipe->fd = -EBADF;
	must(pthread_mutex_init(&pipe->pending_lock, NULL) == 0);
	must(pthread_cond_init(&pipe->pending_over, NULL) == 0);
	return pipe;
}

void pipe_unrefp(struct pipe_object **pipe)
{
	if (*pipe)
		(void)object_unref(&(*pipe)->object);
	*pipe = NULL;
}

/* Other files are files, too, and everything else is no file. */
static bool is_file(HANDLE handle)
{
	GUISE_AUTO(object_unrefp) struct object *object = NULL;

	return handle_object(handle, NULL, 0, &object, NULL) >= 0 &&
	       strcmp(object->type->name, pipe_type.name) == 0;
}

NTSTATUS pipe_of_handle(HANDLE handle, ACCESS_MASK needed,
			struct pipe_object **ret)
{
	struct object *object;
	NTSTATUS status;

	status = handle_object(handle, &pipe_type, needed, &object, NULL);
	if (status == STATUS_OBJECT_TYPE_MISMATCH && is_file(handle))
		return STATUS_ILLEGAL_FUNCTION;
	if (status >= 0)
		*ret = of(object);
	return status;
}

NTSTATUS pipe_named_of_handle(HANDLE handle, ACCESS_MASK needed,
			      struct pipe_object **ret)
{
	struct pipe_object *pipe;
	NTSTATUS status;

	status = pipe_of_handle(handle, needed, &pipe);
	if (status < 0)
		return status;
	if (!pipe->end) {
		(void)object_unref(&pipe->object);
		return STATUS_ILLEGAL_FUNCTION;
	}
	*ret = pipe;
	return STATUS_SUCCESS;
}

/* No client yet, or no client any more */
static NTSTATUS not_connected(const struct pipe_object *pipe)
{
	struct guise_pipe_info info;

	if (pipe->end && guise_pipe_get_info(pipe->end, &info) == 0 &&
	    info.state == GUISE_PIPE_LISTENING)
		return STATUS_PIPE_LISTENING;
	return STATUS_PIPE_DISCONNECTED;
}

NTSTATUS pipe_status(int code, const struct pipe_object *pipe, NTSTATUS closed)
{
	switch (code) {
	case -EPIPE:
		return closed;
	case -ENOTCONN:
		return not_connected(pipe);
	case -EOPNOTSUPP:
		return STATUS_ILLEGAL_FUNCTION;
	case -ECANCELED:
	case GUISE_E_PROTOCOL: /* a peer that breaks it is disconnected */
		return STATUS_PIPE_DISCONNECTED;
	default:
		return status_of(code);
	}
}

uint32_t pipe_timeout(const struct pipe_object *pipe)
{
	return atomic_load(&pipe->does_not_wait) ? 0 : GUISE_PIPE_FOREVER;
}

bool pipe_is_overlapped(const struct object *object)
{
	return ((const struct pipe_object *)object)->is_overlapped;
}
