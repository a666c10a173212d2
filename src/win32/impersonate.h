/* SPDX-License-Identifier: Apache-2.0 */
/* Putting tokens on threads, for whoever has one to put on. */
#ifndef WIN32_IMPERSONATE_H
#define WIN32_IMPERSONATE_H

#include "token.h"

/**
 * impersonate_cell() - put a token on the calling thread, as Windows does: what
 * the gate does not allow becomes identification
 * @cell: borrowed
 *
 * Return: 0; what guise_thread_impersonate() says.
 */
NTSTATUS impersonate_cell(struct guise_token_object *cell);

/**
 * impersonate_on() - the same for any thread of this process
 * @thread: borrowed: an object of thread_type
 * @cell: borrowed: of an impersonation token; NULL: revert
 *
 * Return: 0; NOT_SUPPORTED (of another process); what guise_thread_set_token()
 * says.
 */
NTSTATUS impersonate_on(struct object *thread, struct guise_token_object *cell);

#endif
