/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scopes: a stack of tokens per thread, innermost in force. The identity to
 * revert to is read from the kernel when the outermost scope begins and
 * compared with the kernel's word when it ends; it is never assumed to be
 * root's. An identity that is not known for certain ends the process.
 *
 * A thread whose effective id is neither its real nor its saved one is
 * impersonating already, by other means (it was created inside a scope, or
 * foreign code switched it): that is no base to come back to, and a scope on
 * it is refused.
 */
#include <linux/securebits.h>
#include <pthread.h>

#include "ceiling.h"
#include "scope.h"

#define SCOPE_BEGUN 0x67756973u

/* Groups of the base kept without allocation. */
#define FEW_GROUPS 64

/* An identity read from the kernel, with its own memory for groups. Points
 * into itself: neither copied nor moved. */
struct snapshot {
	struct kcred cred;
	uint32_t few[FEW_GROUPS];
	uint32_t *many;
	size_t capacity; /* elements at @many */
};

static _Thread_local struct thread_state {
	struct guise_scope *innermost;
	unsigned depth;
	int32_t tid;	      /* cached; 0 until known */
	struct kcred current; /* in force; groups borrowed from the token */
	struct snapshot base; /* valid while depth > 0 */
	bool registered;      /* thread_ends() will run */
} self;

static struct {
	pthread_once_t once;
	int hooks_error;
	pthread_key_t key;
	pthread_mutex_t lock; /* protects @base until @ready; a leaf */
	atomic_bool ready;
	struct snapshot base;
} process = {
	.once = PTHREAD_ONCE_INIT,
	.lock = PTHREAD_MUTEX_INITIALIZER,
};

static int32_t thread_id(void)
{
	if (self.tid == 0)
		self.tid = sys_thread_id();
	return self.tid;
}

static int snapshot_reserve(struct snapshot *s, size_t n)
{
	uint32_t *grown;

	if (n <= s->capacity || n <= FEW_GROUPS)
		return 0;
	grown = calloc(n, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	free(s->many);
	s->many = grown;
	s->capacity = n;
	return 0;
}

static int snapshot_groups(struct snapshot *s)
{
	uint32_t *to = s->many ? s->many : s->few;
	size_t room = s->many ? s->capacity : FEW_GROUPS;
	int n, r;

	n = sys_kernel.get_groups(NULL, to, room);
	if (n == -EINVAL) {
		n = sys_kernel.get_groups(NULL, NULL, 0);
		if (n < 0)
			return n;
		r = snapshot_reserve(s, (size_t)n);
		if (r < 0)
			return r;
		to = s->many ? s->many : s->few;
		n = sys_kernel.get_groups(NULL, to, (size_t)n);
	}
	if (n < 0)
		return n;
	s->cred.groups = to;
	s->cred.n_groups = (size_t)n;
	return 0;
}

/* -EPERM when the ids are not those of a thread that is itself. */
static int snapshot_take(struct snapshot *s)
{
	uint32_t r, e, saved;
	uint64_t permitted;
	int error;

	error = sys_kernel.get_uids(NULL, &r, &e, &saved);
	if (error < 0)
		return error;
	if (e != r && e != saved)
		return -EPERM;
	s->cred.uid = e;
	error = sys_kernel.get_gids(NULL, &r, &e, &saved);
	if (error < 0)
		return error;
	if (e != r && e != saved)
		return -EPERM;
	s->cred.gid = e;
	error = snapshot_groups(s);
	if (error < 0)
		return error;
	return sys_kernel.get_capabilities(NULL, &s->cred.capabilities,
					   &permitted);
}

/* A child must not find the lock held by a thread it does not have. */
static void before_fork(void)
{
	must(pthread_mutex_lock(&process.lock) == 0);
}

static void parent_of_fork(void)
{
	must(pthread_mutex_unlock(&process.lock) == 0);
}

/*
 * In the child of a fork inside a scope: the scopes belong to the parent's
 * thread. The child gets the base identity, or ends; its copies of the scopes
 * become scopes that were never begun.
 */
static void child_of_fork(void)
{
	must(pthread_mutex_unlock(&process.lock) == 0);
	self.tid = sys_thread_id();
	if (self.depth == 0)
		return;
	kcred_revert(&sys_kernel, &self.current, &self.base.cred);
	for (struct guise_scope *s = self.innermost, *outer; s; s = outer) {
		outer = s->outer;
		(void)guise_token_unref(s->token);
		*s = (struct guise_scope){0};
	}
	self.innermost = NULL;
	self.depth = 0;
}

/*
 * A thread that ends inside a scope, because code built without -fexceptions
 * was cancelled in it: other destructors must not run as the client. Its stack
 * is no longer to be trusted, so the scopes themselves are left alone.
 */
static void thread_ends(void *state)
{
	(void)state;
	if (self.depth > 0)
		kcred_revert(&sys_kernel, &self.current, &self.base.cred);
	self.innermost = NULL;
	self.depth = 0;
	self.registered = false;
	free(self.base.many);
	self.base.many = NULL;
	self.base.capacity = 0;
}

static void install_hooks(void)
{
	int r = pthread_key_create(&process.key, thread_ends);

	if (r == 0)
		r = pthread_atfork(before_fork, parent_of_fork, child_of_fork);
	process.hooks_error = -r;
}

static int remember_base(void)
{
	int r;

	r = sys_securebits();
	if (r < 0)
		return r;
	if (r & SECBIT_NO_SETUID_FIXUP)
		return -EPERM;
	return snapshot_take(&process.base);
}

static int initialise(const struct guise_ceiling *ceiling, uint32_t uid,
		      uint32_t gid)
{
	int r;

	if (atomic_load(&process.ready))
		return -EALREADY;
	r = remember_base();
	if (r < 0)
		return r;
	r = ceiling_set(ceiling, uid, gid);
	if (r < 0)
		return r;
	atomic_store(&process.ready, true);
	return 0;
}

int guise_impersonation_init(const struct guise_ceiling *ceiling,
			     uint32_t anonymous_uid, uint32_t anonymous_gid)
{
	int r;

	(void)pthread_once(&process.once, install_hooks);
	if (process.hooks_error < 0)
		return process.hooks_error;
	if (self.depth > 0)
		return -EALREADY;
	must(pthread_mutex_lock(&process.lock) == 0);
	r = initialise(ceiling, anonymous_uid, anonymous_gid);
	must(pthread_mutex_unlock(&process.lock) == 0);
	return r;
}

int impersonation_ready(void)
{
	int r;

	if (atomic_load_explicit(&process.ready, memory_order_acquire))
		return 0;
	r = guise_impersonation_init(NULL, 0, 0);
	return r == -EALREADY ? 0 : r;
}

static int thread_register(void)
{
	int r;

	if (self.registered)
		return 0;
	r = pthread_setspecific(process.key, &self);
	if (r != 0)
		return -r;
	self.registered = true;
	return 0;
}

/* The same identity again needs no switch, but the kernel's word that it is
 * still there. */
static int put_on(const struct kcred *from, const struct kcred *to)
{
	if (kcred_equal(from, to)) {
		must(kcred_is_current(&sys_kernel, to));
		return 0;
	}
	return kcred_switch(&sys_kernel, from, to);
}

static void put_back(const struct kcred *from, const struct kcred *to)
{
	if (kcred_equal(from, to))
		must(kcred_is_current(&sys_kernel, to));
	else
		kcred_revert(&sys_kernel, from, to);
}

static int begin(struct guise_scope *scope, const struct guise_token *token)
{
	const struct kcred *from = &self.current;
	struct kcred to;
	int r;

	r = projection_of(token, &to);
	if (r < 0)
		return r;
	r = thread_register();
	if (r < 0)
		return r;
	if (self.depth == 0) {
		r = snapshot_take(&self.base);
		if (r < 0)
			return r;
		from = &self.base.cred;
	}
	r = put_on(from, &to);
	if (r < 0)
		return r;

	self.current = to;
	*scope = (struct guise_scope){.token = guise_token_ref(token),
				      .outer = self.innermost,
				      .state = SCOPE_BEGUN,
				      .tid = thread_id()};
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
	r = begin(scope, token);
	errno = saved;
	return r;
}

/* What was in force before the innermost scope. It was allowed when its scope
 * began, and neither tokens nor the ceiling change. */
static void outer_identity(const struct guise_scope *scope, struct kcred *ret)
{
	if (!scope->outer) {
		*ret = self.base.cred;
		return;
	}
	must(projection_of(scope->outer->token, ret) == 0);
}

void guise_scope_end(struct guise_scope *scope)
{
	int saved = errno;
	struct kcred to;

	if (!scope || scope->state == 0)
		return;
	must(scope->state == SCOPE_BEGUN);
	must(scope->tid == thread_id());
	must(self.innermost == scope);
	outer_identity(scope, &to);
	put_back(&self.current, &to);

	self.current = to;
	self.innermost = scope->outer;
	self.depth--;
	(void)guise_token_unref(scope->token);
	*scope = (struct guise_scope){0};
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
	return self.depth > 0 ? &self.base.cred : NULL;
}

bool scope_allows_open(void)
{
	return !self.innermost || projection_is_client(self.innermost->token);
}

void scope_assert_clean(void)
{
	int saved = errno;

	must(self.depth == 0);
	must(atomic_load_explicit(&process.ready, memory_order_acquire));
	must(kcred_is_current(&sys_kernel, &process.base.cred));
	errno = saved;
}
