/* SPDX-License-Identifier: Apache-2.0 */
/* A list of blocks that grows and never shrinks. */
#include <sched.h>
#include <sys/mman.h>

#include "slots.h"

#define BLOCK_SLOTS 256

struct block {
	struct thread_slot slots[BLOCK_SLOTS];
	_Atomic(struct block *) next;
};

static struct block first;

static void slot_lock(struct thread_slot *slot)
{
	while (atomic_flag_test_and_set_explicit(&slot->lock,
						 memory_order_acquire))
		(void)sched_yield();
}

static void slot_unlock(struct thread_slot *slot)
{
	atomic_flag_clear_explicit(&slot->lock, memory_order_release);
}

static struct thread_slot *claim_in(struct block *block, int32_t tid)
{
	for (size_t i = 0; i < BLOCK_SLOTS; i++) {
		int32_t nobody = 0;

		if (atomic_compare_exchange_strong(&block->slots[i].tid,
						   &nobody, tid))
			return &block->slots[i];
	}
	return NULL;
}

/* A mapping is zero, and so is a slot nobody has. */
static struct block *block_after(struct block *block)
{
	struct block *next = atomic_load(&block->next), *fresh;

	if (next)
		return next;
	fresh = mmap(NULL, sizeof(*fresh), PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (fresh == MAP_FAILED)
		return NULL;
	if (atomic_compare_exchange_strong(&block->next, &next, fresh))
		return fresh;
	(void)munmap(fresh, sizeof(*fresh)); /* ours, so it cannot fail */
	return next;
}

int slot_claim(int32_t tid, struct thread_slot **ret)
{
	for (struct block *b = &first; b; b = block_after(b)) {
		struct thread_slot *slot = claim_in(b, tid);

		if (slot) {
			*ret = slot;
			return 0;
		}
	}
	return -ENOMEM;
}

void slot_release(struct thread_slot *slot)
{
	slot_set_object(slot, NULL);
	atomic_store(&slot->followed, atomic_load(&slot->asked));
	atomic_store(&slot->tid, 0);
}

void slot_set_object(struct thread_slot *slot,
		     struct guise_token_object *object)
{
	slot_lock(slot);
	slot->object = object;
	slot_unlock(slot);
}

static struct thread_slot *find(int32_t tid)
{
	for (struct block *b = &first; b; b = atomic_load(&b->next)) {
		for (size_t i = 0; i < BLOCK_SLOTS; i++) {
			if (atomic_load(&b->slots[i].tid) == tid)
				return &b->slots[i];
		}
	}
	return NULL;
}

struct guise_token_object *slots_object_of(int32_t tid)
{
	struct thread_slot *slot = find(tid);
	struct guise_token_object *object = NULL;

	if (!slot)
		return NULL;
	slot_lock(slot);
	/* it may have become another thread's meanwhile */
	if (atomic_load(&slot->tid) == tid)
		object = guise_token_object_ref(slot->object);
	slot_unlock(slot);
	return object;
}

static bool has_object(struct thread_slot *slot,
		       const struct guise_token_object *object)
{
	bool has;

	if (atomic_load(&slot->tid) == 0)
		return false;
	slot_lock(slot);
	has = slot->object == object;
	slot_unlock(slot);
	return has;
}

struct thread_slot *slots_next_with(const struct thread_slot *after,
				    const struct guise_token_object *object)
{
	bool passed = !after;

	for (struct block *b = &first; b; b = atomic_load(&b->next)) {
		for (size_t i = 0; i < BLOCK_SLOTS; i++) {
			struct thread_slot *slot = &b->slots[i];

			if (passed && has_object(slot, object))
				return slot;
			passed |= slot == after;
		}
	}
	return NULL;
}

/* A lock may be held by a thread that is not in the child. */
void slots_after_fork(struct thread_slot *own, int32_t tid)
{
	for (struct block *b = &first; b; b = atomic_load(&b->next)) {
		for (size_t i = 0; i < BLOCK_SLOTS; i++) {
			struct thread_slot *slot = &b->slots[i];

			slot->object = NULL;
			atomic_flag_clear(&slot->lock);
			atomic_store(&slot->followed,
				     atomic_load(&slot->asked));
			atomic_store(&slot->tid, slot == own ? tid : 0);
		}
	}
}
