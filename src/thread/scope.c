/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scopes: a stack of tokens per thread, innermost in force. The outermost one
 * lies on the thread token, if there is one, else on the base.
 */
#include <signal.h>

#include "scope.h"
#include "state.h"

#define SCOPE_BEGUN 0x67756973u

/* The same identity again needs no switch, but the kernel's word that it is
 * still there. */
static int put_on(const struct kcred *from, const struct kcred *to)
{
	if (!kcred_equal(from, to))
		return state_put_on(from, to);
	must(kcred_is_current(&sys_kernel, to));
	return 0;
}

static void put_back(const struct kcred *from, const struct kcred *to)
{
	if (kcred_equal(from, to))
		must(kcred_is_current(&sys_kernel, to));
	else
		state_put_back(from, to);
}

/* What was in force before the innermost scope. */
static const struct guise_token *outer_token(const struct guise_scope *outer)
{
	return outer ? outer->token : self.token;
}

/* Network credentials first: on the way in they can fail alone. */
static int pin_and_put_on(const struct guise_token *token,
			  const struct kcred *from, const struct kcred *to)
{
	int r;

	r = state_pin(token);
	if (r < 0)
		return r;
	r = put_on(from, to);
	if (r < 0)
		state_pin_back(outer_token(self.innermost));
	return r;
}

static int begin(struct guise_scope *scope, const struct guise_token *token)
{
	const struct kcred *from = &self.current;
	struct kcred to;
	int r;

	r = projection_of(token, &to);
	if (r < 0)
		return r;
	r = state_register();
	if (r < 0)
		return r;
	r = state_look();
	if (r < 0)
		return r;
	if (!state_is_away()) {
		r = state_read_base();
		if (r < 0)
			return r;
		from = &self.base.cred;
	}
	r = pin_and_put_on(token, from, &to);
	if (r < 0)
		return r;

	self.current = to;
	*scope = (struct guise_scope){.token = guise_token_ref(token),
				      .outer = self.innermost,
				      .state = SCOPE_BEGUN,
				      .tid = state_thread_id()};
	self.innermost = scope;
	self.depth++;
	return 0;
}

int guise_scope_begin(struct guise_scope *scope,
		      const struct guise_token *token)
{
	int saved = errno;
	int r;

	if (!scope || !token)
		return -EINVAL;
	if (scope->state != 0)
		return -EBUSY;
	if (self.depth >= GUISE_SCOPE_DEPTH_MAX)
		return GUISE_E_LIMIT;
	state_enter();
	r = begin(scope, token);
	state_leave();
	errno = saved;
	return r;
}

/* What was in force before the innermost scope. It was allowed when its scope
 * began, and neither tokens nor the ceiling change. */
static const struct kcred *outer_identity(const struct guise_scope *scope,
					  struct kcred *scratch)
{
	if (scope->outer) {
		must(projection_of(scope->outer->token, scratch) == 0);
		return scratch;
	}
	return self.object ? &self.projected : &self.base.cred;
}

static void end(struct guise_scope *scope)
{
	const struct kcred *to;
	struct kcred scratch;

	must(scope->state == SCOPE_BEGUN);
	must(scope->tid == state_thread_id());
	must(self.innermost == scope);
	to = outer_identity(scope, &scratch);
	put_back(&self.current, to);
	state_pin_back(outer_token(scope->outer));

	self.current = *to;
	self.innermost = scope->outer;
	self.depth--;
	(void)guise_token_unref(scope->token);
	*scope = (struct guise_scope){0};
}

void guise_scope_end(struct guise_scope *scope)
{
	int saved = errno;

	if (!scope || scope->state == 0)
		return;
	state_enter();
	end(scope);
	state_leave();
	errno = saved;
}

unsigned guise_scope_depth(void)
{
	return self.depth;
}

const struct guise_token *guise_scope_token(void)
{
	return self.innermost ? self.innermost->token : NULL;
}

const struct kcred *scope_base(void)
{
	return state_is_away() ? &self.base.cred : NULL;
}

bool scope_allows_open(void)
{
	if (self.innermost)
		return projection_is_client(self.innermost->token);
	return !self.object || self.opens;
}

bool thread_is_away(void)
{
	return state_is_away();
}
