/* SPDX-License-Identifier: Apache-2.0 */
/* Token objects for live tests. */
#ifndef TESTS_THREAD_TOKEN_H
#define TESTS_THREAD_TOKEN_H

#include <guise/thread-token.h>

#include "live.h"

/* Takes @token. */
static inline struct guise_token_object *
object_of(const struct guise_token *token)
{
	struct guise_token_object *object = NULL;

	LIVE_CHECK(guise_token_object_new(token, NULL, NULL, &object) == 0);
	(void)guise_token_unref(token);
	return object;
}

static inline struct guise_token_object *client_object(uint32_t id)
{
	return object_of(live_token(id, id));
}

static inline struct guise_token_object *
object_at(enum guise_level level, uint32_t id, uint64_t privileges)
{
	return object_of(live_token_at(level, id, id, NULL, 0, privileges));
}

static inline enum guise_level level_now(void)
{
	const struct guise_token *token = NULL;
	enum guise_level level;

	LIVE_CHECK(guise_effective_token(&token) == 0);
	level = guise_token_level(token);
	(void)guise_token_unref(token);
	return level;
}

static inline uint64_t capabilities_now(void)
{
	uint64_t effective, permitted;

	LIVE_CHECK(sys_kernel.get_capabilities(NULL, &effective, &permitted) ==
		   0);
	return effective;
}

#endif
