/* SPDX-License-Identifier: Apache-2.0 */
/* The child's half of the logon helper, and what whoever has such a child
 * needs. */
#ifndef LOGON_HELPER_BODY_H
#define LOGON_HELPER_BODY_H

#include <sys/types.h>

#include "source.h"

/* Where its socket lies; everything above is closed. */
#define HELPER_FD 3

/* helper.c. Effective, real and saved ids are one: nobody is being
 * impersonated. */
bool helper_is_base_identity(void);
/* The parent lets go of a child: its socket or pipe is closed; it is killed,
 * unless it is done, and reaped. Both -EBADF then; one that is already, is
 * fine. */
void helper_end(int *fd, int *pidfd);

/* A fresh child becomes a helper: signals as at the start, nothing open but
 * @fd as HELPER_FD and standard error, no core file, and @parent's death ends
 * it. */
GUISE_MUST_USE bool helper_prepare(int fd, pid_t parent);

/* To the parent: one packet, of two parts; @size bytes in packets of
 * LOGON_WIRE_CHUNK. False: it is gone. */
bool helper_send_both(const void *head, size_t head_size, const void *body,
		      size_t body_size);
bool helper_send_chunks(const void *data, size_t size);
/* The next packet, of at most @room bytes, into *@ret_size. False: there is
 * none, or it is larger. */
bool helper_receive(void *data, size_t room, size_t *ret_size);

/* Runs in the forked child: takes @fd, serves until the other end closes or
 * misbehaves, ends the process. @parent is who must be its parent. */
__attribute__((noreturn)) void
logon_helper_body(const struct logon_sources *sources, int fd, pid_t parent);

#endif
