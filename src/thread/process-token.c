/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The token object of this process, and objects for tokens read from the
 * kernel.
 */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "kcred.h"
#include "process-token.h"

/* Windows' fixed logon session of SYSTEM: root's. */
#define SYSTEM_SESSION 0x3e7

/*
 * @lock: of who makes or replaces it; a leaf
 * @object: set once made; read without the lock
 * @replaced: what @object was before, kept for those who borrowed it
 */
static struct {
	pthread_mutex_t lock;
	_Atomic(struct guise_token_object *) object;
	struct guise_token_object *replaced;
} process = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int make_sd(const struct guise_sid *users, size_t n_users,
		   const struct guise_sid *owner, const struct guise_sid *group,
		   const struct guise_sd **ret)
{
	GUISE_AUTO(guise_acl_unrefp) const struct guise_acl *dacl = NULL;
	struct guise_sd_fields fields = {
		.size = sizeof(fields), .owner = owner, .group = group};
	struct guise_ace aces[3] = {0};
	int r;

	must(n_users < ARRAY_SIZE(aces));
	for (size_t i = 0; i <= n_users; i++)
		aces[i].mask = GUISE_TOKEN_ALL_ACCESS;
	for (size_t i = 0; i < n_users; i++)
		aces[i].sid = users[i];
	r = guise_sid_well_known(GUISE_SID_LOCAL_SYSTEM, NULL,
				 &aces[n_users].sid);
	if (r < 0)
		return r;
	r = guise_acl_new(0, aces, n_users + 1, &dacl);
	if (r < 0)
		return r;
	fields.dacl = dacl;
	return guise_sd_new(&fields, ret);
}

int token_object_for_client(const struct guise_token *token,
			    const struct guise_token *process_token,
			    struct guise_token_object **ret)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	const struct guise_sid users[] = {
		guise_token_user(token)->sid,
		guise_token_user(process_token)->sid,
	};
	int r;

	r = make_sd(users, ARRAY_SIZE(users), guise_token_owner(process_token),
		    guise_token_primary_group(process_token), &sd);
	if (r < 0)
		return r;
	return guise_token_object_new(token, process_token, sd, ret);
}

static int object_of_kernel(const struct guise_token *token,
			    struct guise_token_object **ret)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	int r;

	r = make_sd(&guise_token_user(token)->sid, 1, guise_token_owner(token),
		    guise_token_primary_group(token), &sd);
	if (r < 0)
		return r;
	return guise_token_object_new(token, token, sd, ret);
}

/* The process's own logon session: one for each process, but root's. */
static int make_own(struct guise_token_object **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *plain = NULL;
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	GUISE_AUTO(guise_token_builder_freep)
	struct guise_token_builder *b = NULL;
	int r;

	r = guise_token_self(&plain);
	if (r < 0)
		return r;
	r = guise_token_builder_from(plain, &b);
	if (r < 0)
		return r;
	guise_token_builder_ids(b, guise_luid_new(),
				guise_token_unix(plain)->uid == 0
					? SYSTEM_SESSION
					: guise_luid_new(),
				0);
	r = guise_token_builder_seal(b, &token);
	if (r < 0)
		return r;
	return object_of_kernel(token, ret);
}

static int make_once(void)
{
	struct guise_token_object *object;
	int cancellation, r = 0;

	/* reading files, with the lock held */
	(void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancellation);
	must(pthread_mutex_lock(&process.lock) == 0);
	if (!atomic_load(&process.object)) {
		r = make_own(&object);
		if (r == 0)
			atomic_store(&process.object, object);
	}
	must(pthread_mutex_unlock(&process.lock) == 0);
	(void)pthread_setcancelstate(cancellation, NULL);
	return r;
}

int guise_process_token(struct guise_token_object **ret)
{
	struct guise_token_object *object;
	int r;

	if (!ret)
		return -EINVAL;
	object = atomic_load_explicit(&process.object, memory_order_acquire);
	if (!object) {
		r = make_once();
		if (r < 0)
			return r;
		object = atomic_load(&process.object);
	}
	*ret = object;
	return 0;
}

static bool is_same_unix(const struct guise_unix_identity *a,
			 const struct guise_unix_identity *b)
{
	return a->uid == b->uid && a->gid == b->gid &&
	       a->n_groups == b->n_groups &&
	       (a->n_groups == 0 ||
		memcmp(a->groups, b->groups,
		       a->n_groups * sizeof(*a->groups)) == 0);
}

/* A fixture says who the process is, not what it may do to the kernel. */
static int check_replacement(struct guise_token_object *object)
{
	GUISE_AUTO(guise_token_unrefp)
	const struct guise_token *token = guise_token_object_token(object);
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *own = NULL;
	const struct guise_unix_identity *id = guise_token_unix(token);
	int r;

	if (guise_token_type(token) != GUISE_TOKEN_PRIMARY)
		return GUISE_E_BAD_TOKEN_TYPE;
	r = guise_token_self(&own);
	if (r < 0)
		return r;
	if (id->uid != GUISE_UID_NONE &&
	    !is_same_unix(id, guise_token_unix(own)))
		return -EPERM;
	return 0;
}

int guise_process_token_replace(struct guise_token_object *object)
{
	struct guise_token_object *former;
	int r;

	if (!object)
		return -EINVAL;
	r = check_replacement(object);
	if (r < 0)
		return r;
	must(pthread_mutex_lock(&process.lock) == 0);
	if (process.replaced) {
		r = -EALREADY;
	} else {
		former = atomic_exchange(&process.object,
					 guise_token_object_ref(object));
		process.replaced =
			former ? former : guise_token_object_ref(object);
	}
	must(pthread_mutex_unlock(&process.lock) == 0);
	return r;
}

/* The kernel's own rule for who may look into a process: it decides who may
 * read this link, as it decides who may trace. */
static int ask_kernel(pid_t pid)
{
	char path[40], target[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/ns/user", (int)pid);
	if (readlink(path, target, sizeof(target)) >= 0)
		return 0;
	return errno == ENOENT ? -ESRCH : -errno;
}

int guise_token_object_of_process(pid_t pid, struct guise_token_object **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r;

	if (pid <= 0 || !ret)
		return -EINVAL;
	if (pid == getpid()) {
		r = guise_process_token(ret);
		if (r == 0)
			(void)guise_token_object_ref(*ret);
		return r;
	}
	r = ask_kernel(pid);
	if (r < 0)
		return r;
	r = guise_token_of_process(pid, &token);
	if (r < 0)
		return r;
	return object_of_kernel(token, ret);
}

int guise_token_object_of_thread(pid_t pid, pid_t tid,
				 struct guise_token_object **ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r;

	if (pid <= 0 || tid <= 0 || !ret)
		return -EINVAL;
	if (pid == getpid())
		return guise_thread_token_of(tid, ret);
	r = ask_kernel(pid);
	if (r < 0)
		return r;
	r = guise_token_of_thread(pid, tid, &token);
	if (r < 0)
		return r;
	return object_of_kernel(token, ret);
}
