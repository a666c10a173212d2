/* SPDX-License-Identifier: Apache-2.0 */
#ifndef THREAD_FOLLOW_H
#define THREAD_FOLLOW_H

#include <guise/token-object.h>

#include "base.h"

/*
 * After another token was put into @object: all threads that have it on take on
 * its capabilities before this returns. Called without locks. 0; -ETIMEDOUT: a
 * thread was not reached, and will follow as soon as it is.
 */
GUISE_MUST_USE int thread_tokens_follow(struct guise_token_object *object,
					const struct guise_token *before,
					const struct guise_token *after);

#endif
