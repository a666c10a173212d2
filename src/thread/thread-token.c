/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The token of a thread: taking it on and off, on the thread itself or by
 * asking another one. A revert is complete when it returns; nothing is put off.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "anonymous.h"
#include "pin.h"
#include "process-token.h"
#include "remote.h"
#include "scope.h"
#include "state.h"

/* The ids of the base, where the token stays with them. */
static struct kcred actual(const struct wanted *w)
{
	struct kcred to = w->to;

	if (w->own) {
		to = self.base.cred;
		to.capabilities = w->to.capabilities;
	}
	return to;
}

/* Put @w's token where the thread and others see it; what was there goes into
 * @w, whose other members mean nothing any more. */
static void exchange_token(struct wanted *w, const struct kcred *to)
{
	struct guise_token_object *object = self.object;
	const struct guise_token *token = self.token;

	self.object = w->object;
	self.token = w->token;
	self.projected = *to;
	self.of_token = w->of_token;
	self.bound = w->bound;
	self.opens = w->opens;
	slot_set_object(self.slot, self.object);
	w->object = object;
	w->token = token;
}

int thread_take(struct wanted *wanted, bool fresh)
{
	const struct kcred *from = &self.base.cred;
	struct kcred to;
	int r;

	if (self.depth > 0)
		return -EBUSY;
	r = state_register();
	if (r < 0)
		return r;
	if (self.object)
		from = &self.current;
	else if (!fresh)
		r = state_read_base_uid();
	if (r < 0)
		return r;
	r = state_pin(wanted->token);
	if (r < 0)
		return r;
	to = actual(wanted);
	if (!kcred_equal(from, &to))
		r = state_put_on(from, &to);
	if (r < 0) {
		self.proven = false; /* so that all is read the next time */
		state_pin_back(self.token);
		return r;
	}
	self.current = to;
	exchange_token(wanted, &to);
	return 0;
}

void thread_drop(struct wanted *ret_was)
{
	if (!self.object)
		return;
	if (self.depth == 0 && !kcred_equal(&self.current, &self.base.cred))
		state_put_back(&self.current, &self.base.cred);
	if (self.depth == 0)
		state_pin_back(NULL);
	ret_was->object = self.object;
	ret_was->token = self.token;
	self.object = NULL;
	self.token = NULL;
	slot_set_object(self.slot, NULL);
}

/* A capability that the process itself lacks is not there to be raised. */
static void change_to(struct kcred *to)
{
	if (state_put_on(&self.current, to) < 0) {
		to->capabilities &= self.current.capabilities;
		must(state_put_on(&self.current, to) == 0);
	}
	self.current = *to;
}

static uint64_t capabilities_of(const struct guise_token *token)
{
	uint64_t enabled = guise_token_privileges_enabled(token);

	return self.bound == UINT64_MAX
		       ? projection_allowed(enabled)
		       : projection_capabilities(enabled) & self.bound;
}

static bool has_all_groups(const struct guise_token *token)
{
	return guise_token_unix(token)->n_groups ==
	       guise_token_unix(self.token)->n_groups;
}

/* Changing a token takes groups away and gives none. A thread that keeps the
 * process's ids has them still, and so opens nothing any more. */
const struct guise_token *thread_follow(const struct guise_token *token)
{
	const struct guise_unix_identity *id = guise_token_unix(token);
	const struct guise_token *was = self.token;
	struct kcred to = self.projected;

	if (!self.object)
		return token;
	to.capabilities = capabilities_of(token);
	if (self.of_token) {
		to.groups = id->groups;
		to.n_groups = id->n_groups;
	} else if (!has_all_groups(token)) {
		self.opens = false;
	}
	if (self.depth == 0 && !kcred_equal(&self.current, &to))
		change_to(&to);
	else if (self.depth == 0)
		self.current = to;
	self.projected = to;
	self.token = token;
	return was;
}

/* What the object holds may have changed after it was looked at and before
 * others could see that the thread has it on. */
static void catch_up(uint64_t generation)
{
	if (generation != guise_token_object_generation(self.object))
		(void)guise_token_unref(
			thread_follow(guise_token_object_token(self.object)));
}

/* The very token, asked for as it is, is on already. */
static bool is_on(struct guise_token_object *object,
		  const struct guise_impersonate_options *o)
{
	return object == self.object && self.depth == 0 &&
	       self.pinned == gss_pin_is_on() &&
	       (!o || (!o->effective_only &&
		       o->level >= guise_token_level(self.token)));
}

/* In state_enter(). */
static int impersonate(struct guise_token_object *object,
		       const struct guise_impersonate_options *options)
{
	GUISE_AUTO(wanted_clear) struct wanted w = {0};
	uint64_t generation;
	int r;

	if (is_on(object, options))
		return 0;
	if (self.depth > 0)
		return -EBUSY;
	r = state_look();
	if (r < 0)
		return r;
	if (!self.object) {
		r = state_read_base_uid();
		if (r < 0)
			return r;
	}
	r = wanted_make(&w, &self.base.cred, object, options);
	if (r < 0)
		return r;
	generation = w.generation;
	r = thread_take(&w, true);
	if (r == 0)
		catch_up(generation);
	return r;
}

int guise_thread_impersonate(struct guise_token_object *object,
			     const struct guise_impersonate_options *options)
{
	int saved = errno, r;

	if (!object || !wanted_options_are_valid(options))
		return -EINVAL;
	state_enter();
	r = impersonate(object, options);
	state_leave();
	errno = saved;
	return r;
}

void guise_thread_revert(void)
{
	GUISE_AUTO(wanted_clear) struct wanted was = {0};
	int saved = errno;

	if (!self.object)
		return;
	state_enter();
	thread_drop(&was);
	state_leave();
	errno = saved;
}

struct guise_token_object *guise_thread_token(void)
{
	return self.object;
}

int guise_effective_token(const struct guise_token **ret)
{
	struct guise_token_object *object = self.object;
	int r;

	if (!ret)
		return -EINVAL;
	if (self.innermost) {
		*ret = guise_token_ref(self.innermost->token);
		return 0;
	}
	if (!object) {
		r = guise_process_token(&object);
		if (r < 0)
			return r;
	}
	*ret = guise_token_object_token(object);
	return 0;
}

static int put_on_new(const struct guise_token *token,
		      const struct guise_token *process,
		      const struct guise_impersonate_options *options)
{
	GUISE_AUTO(guise_token_object_unrefp)
	struct guise_token_object *object = NULL;
	int r;

	r = token_object_for_client(token, process, &object);
	if (r < 0)
		return r;
	return guise_thread_impersonate(object, options);
}

int guise_impersonate_self(enum guise_level level)
{
	const struct guise_impersonate_options options = {
		.size = sizeof(options), .level = level, .token_only = true};
	struct guise_token_object *process;
	int r;

	if (level > GUISE_LEVEL_DELEGATION)
		return GUISE_E_BAD_LEVEL;
	r = guise_process_token(&process);
	if (r < 0)
		return r;
	return guise_thread_impersonate(process, &options);
}

int guise_impersonate_anonymous(void)
{
	const struct guise_impersonate_options options = {
		.size = sizeof(options),
		.level = GUISE_LEVEL_IMPERSONATION,
		.token_only = true};
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *process = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct guise_token_object *object;
	int r;

	r = guise_process_token(&object);
	if (r < 0)
		return r;
	process = guise_token_object_token(object);
	if (guise_token_is_restricted(process))
		return GUISE_E_ACCESS_DENIED;
	r = anonymous_token(&token);
	if (r < 0)
		return r;
	return put_on_new(token, process, &options);
}

int guise_thread_token_of(pid_t tid, struct guise_token_object **ret)
{
	struct guise_token_object *object;

	if (tid <= 0 || !ret)
		return -EINVAL;
	state_enter();
	object = slots_object_of(tid);
	state_leave();
	if (object) {
		*ret = object;
		return 0;
	}
	/* no signal is sent: is it a thread of ours */
	if (syscall(SYS_tgkill, getpid(), tid, 0) < 0)
		return -errno;
	return GUISE_E_NO_TOKEN;
}

/* The base of the calling thread stands for the other's, which looks for
 * itself when it takes the token on. */
static int make_for_other(struct guise_token_object *object,
			  const struct guise_impersonate_options *options,
			  struct wanted *ret)
{
	GUISE_AUTO(snapshot_clear) struct snapshot base = {0};
	const struct kcred *here = scope_base();
	int r;

	if (!object)
		return 0;
	if (!here) {
		r = snapshot_take(&base);
		if (r < 0)
			return r;
		here = &base.cred;
	}
	return wanted_make(ret, here, object, options);
}

static int set_other(int32_t tid, struct guise_token_object *object,
		     const struct guise_impersonate_options *options)
{
	GUISE_AUTO(wanted_clear) struct wanted w = {0};
	int r;

	r = gss_pin_look();
	if (r < 0)
		return r;
	if (gss_pin_is_on())
		return -EOPNOTSUPP;
	r = make_for_other(object, options, &w);
	if (r < 0)
		return r;
	r = remote_take(tid, &w);
	return r;
}

static int set(pid_t tid, struct guise_token_object *object,
	       const struct guise_impersonate_options *options)
{
	if (tid != state_thread_id())
		return set_other(tid, object, options);
	if (object)
		return guise_thread_impersonate(object, options);
	if (self.depth > 0)
		return -EBUSY;
	guise_thread_revert();
	return 0;
}

static bool is_primary(struct guise_token_object *object)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token = guise_token_object_token(object);

	return guise_token_type(token) == GUISE_TOKEN_PRIMARY;
}

int guise_thread_set_token(pid_t tid, struct guise_token_object *object,
			   const struct guise_impersonate_options *options)
{
	int cancellation, r;

	if (tid <= 0 || !wanted_options_are_valid(options))
		return -EINVAL;
	if (object && is_primary(object))
		return GUISE_E_BAD_TOKEN_TYPE;
	(void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancellation);
	r = set(tid, object, options);
	(void)pthread_setcancelstate(cancellation, NULL);
	return r;
}
