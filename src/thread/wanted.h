/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Putting a token on a thread in two steps: what takes time, memory or locks is
 * prepared (by whoever wants it), and the thread itself takes it on, also in a
 * signal handler.
 */
#ifndef THREAD_WANTED_H
#define THREAD_WANTED_H

#include <guise/thread-token.h>

#include "kcred.h"

/*
 * @object: a reference; NULL: the thread token is to be taken off
 * @token: a reference: what is in @object, or was a moment ago
 * @generation: of @object, before @token was read
 * @to: what the kernel is to see; borrowed from @token
 * @own: the ids of the base instead of those of @to, whose capabilities count
 * @of_token: the ids of @to are @token's
 * @bound: capabilities that the thread may ever have with this token
 * @opens: objects may be opened through guise
 */
struct wanted {
	struct guise_token_object *object;
	const struct guise_token *token;
	uint64_t generation;
	struct kcred to;
	bool own;
	bool of_token;
	uint64_t bound;
	bool opens;
};

/* Gives back @object and @token. */
void wanted_clear(struct wanted *wanted);

/* @ret: zero; to be cleared, on failure, too. @base: the identity below. Errors
 * of guise_thread_impersonate(). */
GUISE_MUST_USE int wanted_make(struct wanted *ret, const struct kcred *base,
			       struct guise_token_object *object,
			       const struct guise_impersonate_options *options);

/*
 * What a new process with @token as its primary token has; borrowed from
 * @token.
 * @ret_stays: the ids are the process's own, which may not set any. 0; errors
 * of guise_spawn().
 */
GUISE_MUST_USE int wanted_identity(const struct kcred *base,
				   const struct guise_token *token,
				   struct kcred *ret, bool *ret_stays);

/* Whether options, which may be NULL, are as they must be. */
bool wanted_options_are_valid(const struct guise_impersonate_options *options);

/*
 * The calling thread, which is in state_enter(), takes it on; @wanted holds
 * afterwards what was on before. Async-signal-safe. @fresh: its base has been
 * read just now, if it was not away. 0; -EBUSY in a scope; -EPERM; errors of
 * state_put_on(): then nothing has changed.
 */
GUISE_MUST_USE int thread_take(struct wanted *wanted, bool fresh);

/* As thread_take() for no object; works in a scope, too. @ret_was: zero. */
void thread_drop(struct wanted *ret_was);

/*
 * The token in the object that the calling thread has on, in state_enter(), was
 * changed to @token: what that stands for is taken on. Takes @token; returns
 * what the thread's token was, a reference. Async-signal-safe.
 */
const struct guise_token *thread_follow(const struct guise_token *token);

#endif
