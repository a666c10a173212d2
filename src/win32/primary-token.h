/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The primary token of a child that was made with one. The kernel gives the
 * child its ids; who it is beyond that (SIDs, privileges, logon session) goes
 * along with the handles that it inherits, and is believed under the same
 * conditions: it comes from the process's own parent and was made by root or by
 * the process's own user, and its ids are the process's.
 */
#ifndef WIN32_PRIMARY_TOKEN_H
#define WIN32_PRIMARY_TOKEN_H

#include <guise/token-object.h>

#include "object.h"

/* What stands where others have their value as a handle: that of
 * GetCurrentProcessToken() */
#define PRIMARY_TOKEN_HANDLE 0xfffffffcu

/* An object around @token, to be passed. STATUS_NO_MEMORY */
NTSTATUS primary_token_object(const struct guise_token *token,
			      struct object **ret);

/* In the child: makes it the process's. What does not fit is left out: then
 * the process is what the kernel says. */
void primary_token_take(struct object *object);

/* Was this process given one? Then its children get theirs from it. */
bool primary_token_is_given(void);

#endif
