/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of a thread's state. The identity to revert to is read from the
 * kernel each time a thread leaves it, compared with the kernel's word when it
 * comes back, and never assumed to be root's. An identity that is not known for
 * certain ends the process.
 *
 * A thread whose effective id is neither its real nor its saved one is
 * impersonating already, by other means (it was created inside a scope, or
 * foreign code switched it): that is no base to come back to, and leaving it is
 * refused.
 */
#include <linux/securebits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <time.h>

#include "ceiling.h"
#include "follow.h"
#include "kcred-read.h"
#include "pin.h"
#include "remote.h"
#include "scope.h"
#include "state.h"
#include "token-object.h"

/* Keys that pthread_setspecific() has room for without allocating, so that a
 * signal handler may set them: a fact of glibc. */
#define SAFE_KEYS 32
/* How often a thread looks for a GSSAPI that was loaded meanwhile. */
#define LOOK_NS INT64_C(50000000)

_Thread_local struct thread_state self;

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

int32_t state_thread_id(void)
{
	if (self.tid == 0)
		self.tid = sys_thread_id();
	return self.tid;
}

void state_leave(void)
{
	atomic_signal_fence(memory_order_seq_cst);
	self.busy--;
	if (self.busy == 0 && self.asked)
		remote_serve();
}

void snapshot_clear(struct snapshot *s)
{
	if (s->many)
		(void)munmap(s->many, s->capacity * sizeof(*s->many));
	s->many = NULL;
	s->capacity = 0;
}

/* A mapping: this also runs in a signal handler, where malloc may not. */
static int snapshot_reserve(struct snapshot *s, size_t n)
{
	uint32_t *grown;
	size_t size;

	if (n <= s->capacity || n <= STATE_FEW_GROUPS)
		return 0;
	if (ckd_mul(&size, n, sizeof(*grown)))
		return -ENOMEM;
	grown = mmap(NULL, size, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (grown == MAP_FAILED)
		return -ENOMEM;
	snapshot_clear(s);
	s->many = grown;
	s->capacity = n;
	return 0;
}

static int snapshot_groups(struct snapshot *s)
{
	uint32_t *to = s->many ? s->many : s->few;
	size_t room = s->many ? s->capacity : STATE_FEW_GROUPS;
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

int snapshot_take(struct snapshot *s)
{
	uint32_t r, e, saved;
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
					   &s->cred.permitted);
}

static bool groups_are_unchanged(void)
{
	uint32_t groups[STATE_FEW_GROUPS] UNINITIALIZED;
	const struct kcred *base = &self.base.cred;

	return base->n_groups <= STATE_FEW_GROUPS &&
	       sys_kernel.get_groups(NULL, groups, STATE_FEW_GROUPS) ==
		       (int)base->n_groups &&
	       memcmp(groups, base->groups, base->n_groups * sizeof(*groups)) ==
		       0;
}

static bool capabilities_are_unchanged(void)
{
	uint64_t effective, permitted;

	return sys_kernel.get_capabilities(NULL, &effective, &permitted) == 0 &&
	       effective == self.base.cred.capabilities &&
	       permitted == self.base.cred.permitted;
}

int state_read_base(void)
{
	if (self.proven && sys_effective_uid() == self.base.cred.uid &&
	    sys_effective_gid() == self.base.cred.gid &&
	    groups_are_unchanged() && capabilities_are_unchanged())
		return 0;
	return snapshot_take(&self.base);
}

/* Root with all that it is permitted: coming back to the uid, the kernel makes
 * exactly that effective again. */
static bool base_is_plain_root(void)
{
	const struct kcred *base = &self.base.cred;

	return base->uid == 0 && base->capabilities == base->permitted;
}

int state_read_base_uid(void)
{
	if (self.proven && base_is_plain_root() && sys_effective_uid() == 0)
		return 0;
	return state_read_base();
}

static enum kcred_trust trust(void)
{
	return self.proven ? KCRED_PROVEN : KCRED_READ_BACK;
}

int state_put_on(const struct kcred *from, const struct kcred *to)
{
	return kcred_switch(&sys_kernel, from, to, trust());
}

void state_put_back(const struct kcred *from, const struct kcred *to)
{
	kcred_revert(&sys_kernel, from, to, trust());
	/* both ways were read back, the one here with this call */
	if (to == &self.base.cred && !kcred_same_ids(from, to))
		self.proven = true;
}

/* The coarse clock takes no system call, and no longer than a look would: but a
 * look takes the loader's lock. */
int state_look(void)
{
	struct timespec t;
	int64_t now;
	int r;

	if (gss_pin_is_on())
		return 0;
	must(clock_gettime(CLOCK_MONOTONIC_COARSE, &t) == 0);
	now = t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
	if (now < self.look_again)
		return 0;
	r = gss_pin_look();
	if (r == 0)
		self.look_again = now + LOOK_NS;
	return r;
}

bool state_pins(void)
{
	return self.pinned || gss_pin_is_on();
}

int state_pin(const struct guise_token *token)
{
	int r;

	if (!state_pins())
		return 0;
	r = gss_pin(token);
	if (r == 0)
		self.pinned = true;
	return r;
}

void state_pin_back(const struct guise_token *token)
{
	int r;

	if (!self.pinned && (!token || !gss_pin_is_on()))
		return;
	r = gss_pin(token);
	must(r == 0 || r == -ESHUTDOWN);
	self.pinned = token;
}

static const struct guise_token *state_token(void)
{
	return self.innermost ? self.innermost->token : self.token;
}

static void drop_thread_token(void)
{
	self.object = guise_token_object_unref(self.object);
	self.token = guise_token_unref(self.token);
}

static void put_back_all(void)
{
	if (state_is_away() && !kcred_equal(&self.current, &self.base.cred))
		state_put_back(&self.current, &self.base.cred);
}

/* The child's copy of the library may find a lock taken by a thread that it
 * has not; so the parent does it for the child, and its own again. */
static void unpin_for_fork(void)
{
	bool pinned = self.pinned;

	state_pin_back(NULL);
	self.pinned = pinned;
}

static void pin_after_fork(void)
{
	if (self.pinned)
		state_pin_back(state_token());
}

/* A child must not find a lock held by a thread it does not have. */
static void before_fork(void)
{
	unpin_for_fork();
	remote_before_fork();
	must(pthread_mutex_lock(&process.lock) == 0);
}

static void parent_of_fork(void)
{
	must(pthread_mutex_unlock(&process.lock) == 0);
	remote_after_fork();
	pin_after_fork();
}

/* The scopes belong to the parent's thread: the child's copies become scopes
 * that were never begun. */
static void forget_scopes(void)
{
	for (struct guise_scope *s = self.innermost, *outer; s; s = outer) {
		outer = s->outer;
		(void)guise_token_unref(s->token);
		*s = (struct guise_scope){0};
	}
	self.innermost = NULL;
	self.depth = 0;
}

/* In the child of a fork: it gets the base identity, or ends. */
static void child_of_fork(void)
{
	must(pthread_mutex_unlock(&process.lock) == 0);
	self.tid = sys_thread_id();
	self.pinned = false;
	put_back_all();
	forget_scopes();
	slots_after_fork(self.slot, self.tid);
	drop_thread_token();
	self.asked = 0;
	remote_after_fork();
}

/*
 * A thread that ends as a client: with a thread token, or inside a scope,
 * because code built without -fexceptions was cancelled in it. Other
 * destructors must not run as the client. Its stack is no longer to be trusted,
 * so scopes themselves are left alone.
 */
static void thread_ends(void *state)
{
	(void)state;
	state_enter();
	put_back_all();
	state_pin_back(NULL);
	self.innermost = NULL;
	self.depth = 0;
	slot_release(self.slot);
	self.slot = NULL;
	drop_thread_token();
	snapshot_clear(&self.base);
	self.asked = 0;
	state_leave();
}

static void install_hooks(void)
{
	int r = pthread_key_create(&process.key, thread_ends);

	if (r == 0)
		r = pthread_atfork(before_fork, parent_of_fork, child_of_fork);
	process.hooks_error = -r;
	token_object_set_follower(thread_tokens_follow);
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
	if (state_is_away())
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

int state_register(void)
{
	int r;

	if (self.slot)
		return 0;
	r = pthread_setspecific(process.key, &self);
	if (r != 0)
		return -r;
	return slot_claim(state_thread_id(), &self.slot);
}

bool state_can_register(void)
{
	return self.slot || process.key < SAFE_KEYS;
}

void scope_assert_clean(void)
{
	int saved = errno;

	must(!state_is_away());
	must(atomic_load_explicit(&process.ready, memory_order_acquire));
	must(kcred_is_current(&sys_kernel, &process.base.cred));
	errno = saved;
}
