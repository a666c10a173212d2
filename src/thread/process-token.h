/* SPDX-License-Identifier: Apache-2.0 */
/* Token objects that the library makes. */
#ifndef THREAD_PROCESS_TOKEN_H
#define THREAD_PROCESS_TOKEN_H

#include <guise/thread-token.h>

#include "base.h"

/* An object around @token, which @process takes on for a client: all access for
 * the users of both, and for SYSTEM. Errors of guise_token_object_new(). */
GUISE_MUST_USE int token_object_for_client(const struct guise_token *token,
					   const struct guise_token *process,
					   struct guise_token_object **ret);

#endif
