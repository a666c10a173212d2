/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Operations on overlapped pipes that take their time: a thread of its own
 * waits for each, as the process whoever began it, and then tells the caller's
 * OVERLAPPED, its event, and whoever waits for the handle.
 *
 * An operation holds no reference of its pipe: the last handle that is closed
 * ends it.
 */
#ifndef WIN32_PIPE_PENDING_H
#define WIN32_PIPE_PENDING_H

#include "pipe-object.h"

/**
 * struct pipe_operation
 * @next: of the same pipe
 * @pipe: borrowed, outlives it
 * @attempt: STATUS_TIMEOUT: not within @timeout_ms; else it is over, and @done
 *           bytes were moved
 * @buffer, @size: the caller's, until it is over
 * @overlapped: the caller's, until it is over
 * @event: a reference; NULL: none
 * @is_later: it was attempted before
 * @is_cancelled: pipe's pending_lock
 * @is_over: too late to be cancelled; pipe's pending_lock
 */
struct pipe_operation {
	struct pipe_operation *next;
	struct pipe_object *pipe;
	NTSTATUS(*attempt)
	(struct pipe_operation *operation, uint32_t timeout_ms);
	void *buffer;
	ULONG size;
	ULONG done;
	OVERLAPPED *overlapped;
	struct object *event;
	bool is_later;
	bool is_cancelled;
	bool is_over;
};

/**
 * pipe_begin() - carry @operation out, or begin to
 * @operation: borrowed; copied where it takes its time
 * @none: what the end of an overlapped pipe that does not wait says
 *
 * Return: STATUS_PENDING; or it is over: as @attempt said. The OVERLAPPED and
 * its event know, unless it is an error.
 */
NTSTATUS pipe_begin(const struct pipe_operation *operation, NTSTATUS none,
		    ULONG *ret_done);

/* It is over already: tells an OVERLAPPED and its event. */
NTSTATUS pipe_complete(OVERLAPPED *overlapped, NTSTATUS status, ULONG done);

/* Ends those that are about @overlapped (NULL: all), soon. Were there any? */
bool pipe_cancel(struct pipe_object *pipe, const OVERLAPPED *overlapped);
/* Ends all, and waits until they are. */
void pipe_cancel_all(struct pipe_object *pipe);

#endif
