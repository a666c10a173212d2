/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the library keeps for each thread: the identity it reverts to, what is
 * in force on it, and what it runs as on top. One struct in static thread-local
 * storage, so that a signal handler may use it; only its own thread touches it.
 *
 *	base <- thread token <- scopes, innermost last
 *
 * A stretch in which it is changed lies between state_enter() and
 * state_leave(). What another thread asks of this one in between waits for
 * state_leave().
 */
#ifndef THREAD_STATE_H
#define THREAD_STATE_H

#include <signal.h>

#include <guise/token-object.h>

#include "kcred.h"
#include "slots.h"

/* Groups of the base kept without allocation. */
#define STATE_FEW_GROUPS 64

/* An identity read from the kernel, with its own memory for groups. Points
 * into itself: neither copied nor moved. */
struct snapshot {
	struct kcred cred;
	uint32_t few[STATE_FEW_GROUPS];
	uint32_t *many;
	size_t capacity; /* elements at @many */
};

/*
 * @depth: scopes
 * @tid: cached; 0 until known
 * @busy: depth of state_enter()
 * @asked: another thread asked for something while it could not be done
 * @current: in force; meaningful while state_is_away(); groups borrowed from
 *           a token, or the base's
 * @base: meaningful while state_is_away()
 * @proven: has switched and reverted, and both were read back
 * @slot: where others see the thread's token; NULL until registered
 * @object, @token, @projected: the thread token, the token in it when it was
 *           last looked at, and what the kernel is to see of it; owned; NULL
 *           without
 * @of_token: the ids in @projected are @token's
 * @bound: capabilities that the thread may ever have with this token
 * @opens: with the thread token, objects may be opened through guise
 * @look_again: for a GSSAPI in this process, not before that; nanoseconds of
 *           CLOCK_MONOTONIC_COARSE
 * @pinned: the thread's network credentials are those of the token in force
 */
struct thread_state {
	struct guise_scope *innermost;
	unsigned depth;
	int32_t tid;
	volatile sig_atomic_t busy;
	volatile sig_atomic_t asked;
	struct kcred current;
	struct snapshot base;
	bool proven;
	struct thread_slot *slot;
	struct guise_token_object *object;
	const struct guise_token *token;
	struct kcred projected;
	bool of_token;
	uint64_t bound;
	bool opens;
	int64_t look_again;
	bool pinned;
};

/* initial-exec: no allocation at first use, also in a signal handler */
extern _Thread_local struct thread_state self
	__attribute__((tls_model("initial-exec"), visibility("hidden")));

static inline bool state_is_away(void)
{
	return self.depth > 0 || self.object;
}

static inline void state_enter(void)
{
	self.busy++;
	atomic_signal_fence(memory_order_seq_cst);
}

/* Does what was asked meanwhile, unless something still is under way. */
void state_leave(void);

int32_t state_thread_id(void);

/* From now on the thread reverts when it ends, and others see its token. */
GUISE_MUST_USE int state_register(void);
/* That would work in a signal handler. */
bool state_can_register(void);

/* Read the base from the kernel: 0; -EPERM when the ids are not those of a
 * thread that is itself; -ENOMEM. Async-signal-safe. */
GUISE_MUST_USE int snapshot_take(struct snapshot *s);
void snapshot_clear(struct snapshot *s);

/*
 * The same for the thread's own base, when it is not away. A thread that is
 * proven has been read in full before; its effective ids, groups and
 * capabilities are asked again, and all of it if one is another. The second
 * asks a proven thread of a root service for the uid alone: see docs/kernel.md,
 * "Verification".
 */
GUISE_MUST_USE int state_read_base(void);
GUISE_MUST_USE int state_read_base_uid(void);

/*
 * Take on @to, being what is in force, or the base, which must have been read.
 * 0; or errors of kcred_switch(), and nothing has changed. Sets no variable.
 */
GUISE_MUST_USE int state_put_on(const struct kcred *from,
				const struct kcred *to);
/* The way back; ends the process where it does not work. */
void state_put_back(const struct kcred *from, const struct kcred *to);

/*
 * The thread's network credentials: those of @token, or none at all, if that
 * has none; where a GSSAPI is in the process. For a token that is in force from
 * now on. It comes before the switch, while a failure costs nothing, and it is
 * taken back after the way back. 0; errors of gss_pin(), and nothing has
 * changed. Async-signal-safe where no GSSAPI was found.
 */
GUISE_MUST_USE int state_pin(const struct guise_token *token);
/* Those of @token again, NULL: the process's own; ends the process where it
 * does not work. */
void state_pin_back(const struct guise_token *token);
/* Has a GSSAPI been found, or is the thread pinned? Then its token is changed
 * by itself only, outside signal handlers. */
bool state_pins(void);
/* Whether a GSSAPI is in the process, at the thread's first time and every now
 * and then; not async-signal-safe. 0; -EIO: one that cannot be pinned. */
GUISE_MUST_USE int state_look(void);

#endif
