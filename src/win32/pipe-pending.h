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

#include <winternl-file.h>

#include "pipe-object.h"

/* OVERLAPPED and IO_STATUS_BLOCK begin alike: a status, and how many bytes. */
typedef ULONG_PTR __attribute__((__may_alias__)) pipe_word;
static_assert(offsetof(OVERLAPPED, Internal) == 0 &&
		      offsetof(OVERLAPPED, InternalHigh) == 8 &&
		      offsetof(IO_STATUS_BLOCK, Pointer) == 0 &&
		      offsetof(IO_STATUS_BLOCK, Information) == 8,
	      "two words");

/**
 * struct pipe_result - whom to tell what became of an operation
 * @words: the caller's OVERLAPPED or IO_STATUS_BLOCK, until it is over
 * @event: to be set then; NULL: none
 */
struct pipe_result {
	pipe_word *words;
	HANDLE event;
};

/* Of an OVERLAPPED, in the caller's memory. ACCESS_VIOLATION */
NTSTATUS pipe_result_of(OVERLAPPED *overlapped, struct pipe_result *ret);

/**
 * struct pipe_operation
 * @next: of the same pipe
 * @pipe: borrowed, outlives it
 * @attempt: STATUS_TIMEOUT: not within @timeout_ms; else it is over, and @done
 *           bytes were moved
 * @buffer, @size: the caller's, until it is over
 * @result: whom to tell
 * @event: of @result: a reference; NULL: none
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
	struct pipe_result result;
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
 * Return: STATUS_PENDING; or it is over: as @attempt said. The result and its
 * event know, unless it is an error.
 */
NTSTATUS pipe_begin(const struct pipe_operation *operation, NTSTATUS none,
		    ULONG *ret_done);

/* It is over already: tells the result and its event. Returns @status, or what
 * is wrong with the event. */
NTSTATUS pipe_complete(const struct pipe_result *result, NTSTATUS status,
		       ULONG done);

/* FSCTL_PIPE_LISTEN; @result: NULL: waits here */
NTSTATUS pipe_listen(struct pipe_object *pipe,
		     const struct pipe_result *result);

/* Ends those whose result is at @words (NULL: all), soon. Were there any? */
bool pipe_cancel(struct pipe_object *pipe, const void *words);
/* Ends all, and waits until they are. */
void pipe_cancel_all(struct pipe_object *pipe);

#endif
