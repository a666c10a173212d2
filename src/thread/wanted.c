/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a thread is to have on: at which level the gate and the kernel let it,
 * and what the kernel is to see. Nothing here changes the thread.
 *
 * A process that lacks CAP_SETUID or CAP_SETGID has one identity, its own. A
 * token whose ids and groups are those can be put on without any call that sets
 * an id; so can, if the caller agrees (token_only), one that stands for nobody.
 * The thread then has the process's own ids, which is never more than it had,
 * and loses the capabilities that the token has no privilege for.
 */
#include <linux/capability.h>

#include <guise/thread-token.h>

#include "ceiling.h"
#include "kcred-read.h"
#include "process-token.h"
#include "scope.h"
#include "wanted.h"

#define CAP_BIT(cap) (UINT64_C(1) << (cap))
#define SET_IDS (CAP_BIT(CAP_SETUID) | CAP_BIT(CAP_SETGID))

/* One question: what would @token be on a thread whose base is @base. */
struct question {
	const struct kcred *base;
	const struct guise_token *process;
	const struct guise_token *token;
	bool token_only;
};

void wanted_clear(struct wanted *wanted)
{
	wanted->object = guise_token_object_unref(wanted->object);
	wanted->token = guise_token_unref(wanted->token);
}

bool wanted_options_are_valid(const struct guise_impersonate_options *o)
{
	return !o ||
	       (o->size >= sizeof(*o) && o->level <= GUISE_LEVEL_DELEGATION);
}

static bool can_switch(const struct kcred *base)
{
	return (base->permitted & SET_IDS) == SET_IDS;
}

static struct kcred kcred_of(const struct guise_token *token)
{
	const struct guise_unix_identity *id = guise_token_unix(token);

	return (struct kcred){.uid = id->uid,
			      .gid = id->gid,
			      .groups = id->groups,
			      .n_groups = id->n_groups};
}

static bool has_base_ids(const struct question *q)
{
	const struct kcred cred = kcred_of(q->token);

	return kcred_same_ids(&cred, q->base);
}

/* The ids of the base, and no group that it has not; both are ascending, or it
 * is not so. */
static bool is_within_base(const struct question *q)
{
	const struct guise_unix_identity *id = guise_token_unix(q->token);
	const struct kcred *base = q->base;
	size_t found = 0;

	for (size_t i = 0; i < base->n_groups && found < id->n_groups; i++)
		found += base->groups[i] == id->groups[found];
	return id->uid == base->uid && id->gid == base->gid &&
	       found == id->n_groups;
}

/* A token of the process's own logon session, with its ids, is the process
 * itself or less: no ceiling is above that. */
static bool is_process_itself(const struct question *q)
{
	guise_luid session = guise_token_authentication_id(q->process);

	return session != 0 &&
	       session == guise_token_authentication_id(q->token) &&
	       guise_sid_equal(&guise_token_user(q->token)->sid,
			       &guise_token_user(q->process)->sid) &&
	       is_within_base(q);
}

/* Of the process's capabilities those that the token's privileges stand for;
 * its ids, unless the token has fewer groups and the process can drop them.
 * Where it cannot, the kernel sees more than the token is: nothing is opened.
 */
static void stay(const struct question *q, struct wanted *ret)
{
	uint64_t named = projection_capabilities(
		guise_token_privileges_enabled(q->token));

	ret->to = kcred_of(q->token);
	ret->own = has_base_ids(q) || !can_switch(q->base);
	ret->of_token = !ret->own;
	ret->opens = ret->of_token || has_base_ids(q);
	ret->bound = q->base->capabilities;
	ret->to.capabilities = named & ret->bound;
}

static int as_nobody(const struct question *q, struct wanted *ret)
{
	ret->opens = false;
	ret->bound = 0;
	if (can_switch(q->base)) {
		projection_of_nobody(&ret->to);
		return 0;
	}
	if (!q->token_only)
		return GUISE_E_PRIVILEGE_NOT_HELD;
	ret->own = true;
	return 0;
}

/* The anonymous logon at level impersonation opens what everybody's nobody may,
 * where the kernel sees nobody. */
static int as_anonymous(const struct question *q, struct wanted *ret)
{
	int r = as_nobody(q, ret);

	ret->opens = r == 0 && !ret->own;
	return r;
}

static int as_client(const struct question *q, struct wanted *ret)
{
	if (is_process_itself(q) ||
	    (!can_switch(q->base) && q->token_only && is_within_base(q))) {
		stay(q, ret);
		return 0;
	}
	if (projection_is_anonymous(q->token))
		return as_anonymous(q, ret);
	if (!can_switch(q->base))
		return GUISE_E_PRIVILEGE_NOT_HELD;
	ret->opens = true;
	ret->of_token = true;
	ret->bound = UINT64_MAX;
	return projection_of(q->token, &ret->to);
}

static int kernel_half(const struct question *q, enum guise_level level,
		       struct wanted *ret)
{
	return level < GUISE_LEVEL_IMPERSONATION ? as_nobody(q, ret)
						 : as_client(q, ret);
}

static enum guise_level level_of(const struct guise_token *token,
				 const struct guise_impersonate_options *o)
{
	bool is_primary = guise_token_type(token) == GUISE_TOKEN_PRIMARY;
	enum guise_level most =
		is_primary ? GUISE_LEVEL_DELEGATION : guise_token_level(token);

	if (!o)
		return is_primary ? GUISE_LEVEL_IMPERSONATION : most;
	return o->level < most ? o->level : most;
}

static bool may_reduce(int r)
{
	return r == GUISE_E_PRIVILEGE_NOT_HELD || r == GUISE_E_CEILING ||
	       r == GUISE_E_BAD_LEVEL;
}

/* As it is, or a duplicate in an object of its own. */
static int settle_object(const struct guise_token *process,
			 struct guise_token_object *object,
			 enum guise_level level, bool effective_only,
			 struct wanted *ret)
{
	struct guise_duplicate_options options = {
		.size = sizeof(options),
		.type = GUISE_TOKEN_IMPERSONATION,
		.level = level,
		.effective_only = effective_only,
	};
	const struct guise_token *duplicate;
	int r;

	if (!effective_only &&
	    guise_token_type(ret->token) == GUISE_TOKEN_IMPERSONATION &&
	    guise_token_level(ret->token) == level) {
		ret->object = guise_token_object_ref(object);
		return 0;
	}
	options.token_id = guise_luid_new();
	r = guise_token_duplicate(ret->token, &options, &duplicate);
	if (r < 0)
		return r;
	(void)guise_token_unref(ret->token);
	ret->token = duplicate;
	ret->generation = 0;
	return token_object_for_client(duplicate, process, &ret->object);
}

/* At @level, which the gate allows: the kernel's half is asked about what the
 * thread will have, which may be less than what was given. */
static int at_level(struct wanted *w, const struct kcred *base,
		    const struct guise_token *process,
		    struct guise_token_object *object, enum guise_level level,
		    const struct guise_impersonate_options *o)
{
	struct question q = {.base = base,
			     .process = process,
			     .token_only = o && o->token_only};
	int r;

	w->generation = guise_token_object_generation(object);
	w->token = guise_token_object_token(object);
	r = settle_object(process, object, level, o && o->effective_only, w);
	if (r < 0)
		return r;
	q.token = w->token;
	return kernel_half(&q, level, w);
}

static int fill(struct wanted *w, const struct kcred *base,
		const struct guise_token *process,
		struct guise_token_object *object,
		const struct guise_impersonate_options *o)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token = guise_token_object_token(object);
	enum guise_level level = level_of(token, o), allowed;
	int r;

	r = guise_impersonation_gate(process, token, level, &allowed);
	if (r < 0)
		return r;
	if (allowed == level)
		r = at_level(w, base, process, object, level, o);
	else
		r = GUISE_E_PRIVILEGE_NOT_HELD;
	if (r == 0 || !o || !o->allow_reduction || !may_reduce(r) ||
	    level <= GUISE_LEVEL_IDENTIFICATION)
		return r;
	wanted_clear(w);
	*w = (struct wanted){0};
	return at_level(w, base, process, object, GUISE_LEVEL_IDENTIFICATION,
			o);
}

int wanted_make(struct wanted *ret, const struct kcred *base,
		struct guise_token_object *object,
		const struct guise_impersonate_options *options)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *process = NULL;
	struct guise_token_object *own;
	int r;

	r = impersonation_ready();
	if (r < 0)
		return r;
	r = guise_process_token(&own);
	if (r < 0)
		return r;
	process = guise_token_object_token(own);
	return fill(ret, base, process, object, options);
}

int wanted_identity(const struct kcred *base, const struct guise_token *token,
		    struct kcred *ret, bool *ret_stays)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *process = NULL;
	struct guise_token_object *own;
	struct wanted w = {0};
	struct question q;
	int r;

	r = impersonation_ready();
	if (r < 0)
		return r;
	r = guise_process_token(&own);
	if (r < 0)
		return r;
	process = guise_token_object_token(own);
	q = (struct question){.base = base,
			      .process = process,
			      .token = token,
			      .token_only = true};
	r = as_client(&q, &w);
	if (r < 0)
		return r;
	/* a child that had more groups than its token would be somebody else */
	if (!can_switch(base) && !has_base_ids(&q))
		return GUISE_E_PRIVILEGE_NOT_HELD;
	*ret = w.to;
	*ret_stays = !can_switch(base);
	return 0;
}
