/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Thread tokens as other threads see them: one slot for each thread that ever
 * had one. Slots are never freed, only given to another thread, so that looking
 * needs no lock but the slot's own. Nothing here allocates by malloc: slots are
 * claimed and written in signal handlers, too, by their own thread, which must
 * be in state_enter() (a handler does not wait for the thread it interrupted).
 */
#ifndef THREAD_SLOTS_H
#define THREAD_SLOTS_H

#include <sys/types.h>

#include <guise/token-object.h>

#include "base.h"

/*
 * @tid: whose it is; 0 nobody's
 * @lock: held for a few instructions; for @object
 * @object: borrowed from the thread's state
 * @asked, @followed: how often the token in an object was changed, and which of
 *           the changes the thread has followed
 * @changed: the object of the last change
 * @pending: the token that is in it now: a reference, which the thread takes
 * @retired: the one it had before: a reference, for who asks next
 */
struct thread_slot {
	_Alignas(64) _Atomic int32_t tid;
	atomic_flag lock;
	struct guise_token_object *object;
	atomic_uint asked;
	atomic_uint followed;
	_Atomic(const struct guise_token_object *) changed;
	_Atomic(const struct guise_token *) pending;
	_Atomic(const struct guise_token *) retired;
};

/* -ENOMEM if there is none and none can be made */
GUISE_MUST_USE int slot_claim(int32_t tid, struct thread_slot **ret);
/* without an object */
void slot_release(struct thread_slot *slot);
void slot_set_object(struct thread_slot *slot,
		     struct guise_token_object *object);
/* A reference to what is on @tid; NULL if nothing. */
struct guise_token_object *slots_object_of(int32_t tid);
/* The first slot, from @after on (NULL: of all), whose thread has @object on;
 * NULL if there is no more. */
struct thread_slot *slots_next_with(const struct thread_slot *after,
				    const struct guise_token_object *object);
/* In a child after fork: only @own, which may be NULL, is left, without an
 * object. */
void slots_after_fork(struct thread_slot *own, int32_t tid);

#endif
