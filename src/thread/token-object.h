/* SPDX-License-Identifier: Apache-2.0 */
/* Token objects, from inside the library. */
#ifndef THREAD_TOKEN_OBJECT_H
#define THREAD_TOKEN_OBJECT_H

#include <guise/token-object.h>

#include "base.h"

/*
 * Called after another token was put into an object, without locks, before the
 * change is reported as done: threads that have it on follow. 0, or the error
 * that guise_token_object_replace() then reports of a change that is made.
 */
typedef int token_object_follower(struct guise_token_object *object,
				  const struct guise_token *before,
				  const struct guise_token *after);

/* Who follows from now on; one for the process. */
void token_object_set_follower(token_object_follower *follower);

/* Puts @sd in if @expected is the current descriptor; else -EAGAIN. */
GUISE_MUST_USE int token_object_replace_sd(struct guise_token_object *object,
					   const struct guise_sd *expected,
					   const struct guise_sd *sd);

#endif
