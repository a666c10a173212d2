/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Token objects. What is in one changes by putting something else in, under a
 * lock that is held for nothing but that; what was taken out lives on for those
 * who still read it.
 */
#include <pthread.h>

#include "token-credentials.h"
#include "token-object.h"
#include "token-sd.h"

struct guise_token_object {
	atomic_uint refcount;
	/* of @token and @sd; innermost: nothing is called under it */
	pthread_mutex_t lock;
	_Atomic(uint64_t) generation;	 /* written under @lock */
	const struct guise_token *token; /* a reference */
	const struct guise_sd *sd;	 /* a reference */
};

static _Atomic(token_object_follower *) follower;

void token_object_set_follower(token_object_follower *f)
{
	atomic_store(&follower, f);
}

int guise_token_object_new(const struct guise_token *token,
			   const struct guise_token *creator,
			   const struct guise_sd *sd,
			   struct guise_token_object **ret)
{
	GUISE_AUTO(freep) struct guise_token_object *object = NULL;
	int r;

	if (!token || !ret)
		return -EINVAL;
	object = calloc(1, sizeof(*object));
	if (!object)
		return -ENOMEM;
	r = token_object_sd(creator ? creator : token, sd, &object->sd);
	if (r < 0)
		return r;
	must(pthread_mutex_init(&object->lock, NULL) == 0);
	atomic_init(&object->refcount, 1);
	object->token = guise_token_ref(token);
	*ret = guise_take(object);
	return 0;
}

struct guise_token_object *
guise_token_object_ref(struct guise_token_object *object)
{
	if (object)
		refcount_get(&object->refcount);
	return object;
}

struct guise_token_object *
guise_token_object_unref(struct guise_token_object *object)
{
	if (!object || !refcount_put(&object->refcount))
		return NULL;
	(void)guise_token_unref(object->token);
	(void)guise_sd_unref(object->sd);
	must(pthread_mutex_destroy(&object->lock) == 0);
	free(object);
	return NULL;
}

void guise_token_object_unrefp(struct guise_token_object **object)
{
	*object = guise_token_object_unref(*object);
}

static void lock(struct guise_token_object *object)
{
	must(pthread_mutex_lock(&object->lock) == 0);
}

static void unlock(struct guise_token_object *object)
{
	must(pthread_mutex_unlock(&object->lock) == 0);
}

const struct guise_token *
guise_token_object_token(struct guise_token_object *object)
{
	const struct guise_token *token;

	lock(object);
	token = guise_token_ref(object->token);
	unlock(object);
	return token;
}

uint64_t guise_token_object_generation(const struct guise_token_object *object)
{
	return atomic_load(&object->generation);
}

const struct guise_sd *guise_token_object_sd(struct guise_token_object *object)
{
	const struct guise_sd *sd;

	lock(object);
	sd = guise_sd_ref(object->sd);
	unlock(object);
	return sd;
}

/* Takes @token and gives what it replaced, or back @token: -EAGAIN. */
static int swap_token(struct guise_token_object *object,
		      const struct guise_token *expected,
		      const struct guise_token **token)
{
	const struct guise_token *was;
	int r = -EAGAIN;

	lock(object);
	was = object->token;
	if (was == expected) {
		object->token = *token;
		*token = was;
		atomic_fetch_add(&object->generation, 1);
		r = 0;
	}
	unlock(object);
	return r;
}

int guise_token_object_replace(struct guise_token_object *object,
			       const struct guise_token *expected,
			       const struct guise_token *token)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *held = NULL;
	token_object_follower *follow;
	int r;

	if (!object || !expected || !token)
		return -EINVAL;
	if (guise_token_type(expected) != guise_token_type(token) ||
	    guise_token_level(expected) != guise_token_level(token))
		return GUISE_E_BAD_TOKEN_TYPE;
	/* threads that have it on are pinned to what it can show to others */
	if (token_network_credentials(expected) !=
	    token_network_credentials(token))
		return GUISE_E_BAD_TOKEN_TYPE;
	held = guise_token_ref(token);
	r = swap_token(object, expected, &held);
	follow = atomic_load(&follower);
	if (r < 0 || !follow)
		return r;
	return follow(object, expected, token);
}

int token_object_replace_sd(struct guise_token_object *object,
			    const struct guise_sd *expected,
			    const struct guise_sd *sd)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *held = NULL;
	int r = -EAGAIN;

	held = guise_sd_ref(sd);
	lock(object);
	if (object->sd == expected) {
		const struct guise_sd *was = object->sd;

		object->sd = held;
		held = was;
		r = 0;
	}
	unlock(object);
	return r;
}
