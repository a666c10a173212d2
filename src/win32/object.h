/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects and handles. An object is reference-counted and has a type, and most
 * have a security descriptor. A handle is a number that stands for one
 * reference together with the access granted when it was opened.
 *
 * Objects are derived by embedding struct object as the first member. What a
 * kind of object has of its own it says in its struct object_type.
 *
 * Every function is thread-safe. Lock order: the handle table's locks, then
 * an object's @lock; nothing is called with either held.
 */
#ifndef WIN32_OBJECT_H
#define WIN32_OBJECT_H

#include <pthread.h>

#include <guise/access.h>
#include <guise/sd.h>

#include "facade.h"
#include "status.h"

struct object;

/* Of a handle, beside OBJ_INHERIT; no program passes it. */
#ifndef OBJ_PROTECT_CLOSE
#define OBJ_PROTECT_CLOSE 0x00000001
#endif

/**
 * struct wait_word - where a wait sleeps
 * @futex: changes whenever the object may have become signalled
 * @value: what it held before the object was asked
 * @shared: other processes change it, too
 * @look_again: it may become signalled without the futex being woken: look now
 *              and then
 */
struct wait_word {
	const void *futex;
	uint32_t value;
	bool shared;
	bool look_again;
};

/**
 * struct wait_ops - what a wait asks of an object; none of them blocks
 * @word: the futex and its present value, asked before the others
 * @ready: STATUS_WAIT_0 if @take would succeed now, STATUS_ABANDONED_WAIT_0 if
 *         it would with that, STATUS_TIMEOUT if not; anything else: no wait
 *         is possible
 * @take: the same, and takes it: an auto-reset event is reset, a count goes
 *        down, a mutex is owned by the calling thread
 * @undo: gives back what @take just took; NULL where it takes nothing
 * @signal: what SignalObjectAndWait does to it with a handle of the given
 *        access; NULL: cannot be signalled
 */
struct wait_ops {
	NTSTATUS (*word)(struct object *object, struct wait_word *ret);
	NTSTATUS (*ready)(struct object *object);
	NTSTATUS (*take)(struct object *object);
	void (*undo)(struct object *object);
	NTSTATUS (*signal)(struct object *object, ACCESS_MASK granted);
};

/* How an object goes to a child process: descriptors and a few bytes. */
#define PASS_FDS_MAX 4
#define PASS_BYTES_MAX 4096
struct pass {
	int fds[PASS_FDS_MAX]; /* made for the child; closed by pass_clear() */
	size_t n_fds;
	ACCESS_MASK granted; /* of the handle: what the child may do */
	bool to_other;	     /* the child is started with a token */
	uint8_t bytes[PASS_BYTES_MAX];
	size_t size;
};

void pass_clear(struct pass *pass);

/**
 * struct object_type - what all objects of a kind have in common
 * @name: what NtQueryObject calls it ("Event"), ASCII
 * @mapping: what generic rights become
 * @valid: the rights that there are, standard ones included
 * @imply: rights that come with @granted (QUERY_INFORMATION brings
 *         QUERY_LIMITED_INFORMATION); NULL: none
 * @debuggable: SeDebug opens it, whatever its descriptor says
 * @may_gain: duplicating a handle may add rights that the descriptor grants;
 *         otherwise they can only become fewer
 * @has_fd: the first descriptor of @pass is what a program reads and writes: it
 *         can be a standard handle of a child
 * @free: the last reference is gone; must free the memory
 * @wait: NULL: cannot be waited for
 * @get_sd: a reference to the whole descriptor; NULL: @sd of the object
 * @set_sd: changes the parts in the second argument to those of the third, as
 *         guise_sd_set() says; rights of the handle have been checked.
 *         NULL: the common one, on @sd of the object
 * @get_name: appends the object's name in UTF-8 for ObjectNameInformation;
 *         NULL: it has none
 * @pass: how a child process inherits it; 0 or an error. NULL: it does not
 * @receive: in the child: makes the object out of what @pass said; takes the
 *         descriptors even on failure
 * @token: of a token: the token as it is now, a reference. NULL: it is none
 */
struct object_type {
	const char *name;
	struct guise_generic_mapping mapping;
	ACCESS_MASK valid;
	ACCESS_MASK (*imply)(ACCESS_MASK granted);
	bool debuggable;
	bool may_gain;
	bool has_fd;
	void (*free)(struct object *object);
	const struct wait_ops *wait;
	NTSTATUS (*get_sd)(struct object *object, const struct guise_sd **ret);
	NTSTATUS(*set_sd)
	(struct object *object, SECURITY_INFORMATION information,
	 const struct guise_sd *modification);
	NTSTATUS (*get_name)(struct object *object, struct guise_buf *ret);
	NTSTATUS (*pass)(struct object *object, struct pass *ret);
	NTSTATUS (*receive)(const struct pass *pass, struct object **ret);
	const struct guise_token *(*token)(struct object *object);
};

/**
 * struct object - the part that all objects have; first member of each
 * @type: static
 * @references: handles and others that hold it
 * @lock: protects @sd
 * @sd: NULL: has no descriptor of its own; owned
 */
struct object {
	const struct object_type *type;
	atomic_uint references;
	pthread_mutex_t lock;
	const struct guise_sd *sd;
};

/* A fresh object with one reference; @sd may be NULL, is referenced. */
void object_init(struct object *object, const struct object_type *type,
		 const struct guise_sd *sd);
/* For the type's @free: gives back what object_init() made, not the memory. */
void object_clear(struct object *object);
struct object *object_ref(struct object *object);
/* NULL is fine; always NULL */
struct object *object_unref(struct object *object);
void object_unrefp(struct object **object);

/* A reference to the object's descriptor; *ret is NULL if it has none. */
NTSTATUS object_sd(struct object *object, const struct guise_sd **ret);

/*
 * May the calling thread open @object with @desired? Maps generic rights, asks
 * the descriptor with the thread's effective token. MAXIMUM_ALLOWED is
 * understood, SeDebug helps with processes and threads. An object without
 * descriptor grants what is asked for.
 *
 * STATUS_SUCCESS; STATUS_ACCESS_DENIED, also if there is nothing to grant;
 * STATUS_PRIVILEGE_NOT_HELD; STATUS_BAD_IMPERSONATION_LEVEL; errors of memory.
 */
NTSTATUS object_check(struct object *object, ACCESS_MASK desired,
		      ACCESS_MASK *ret_granted);
/* STATUS_BAD_IMPERSONATION_LEVEL if the calling thread's client may not open
 * anything. */
NTSTATUS object_level_check(void);
/* What a creator is granted: what it asks for, everything for MAXIMUM_ALLOWED;
 * ACCESS_SYSTEM_SECURITY takes SeSecurity all the same. */
NTSTATUS object_creator_access(const struct object_type *type,
			       ACCESS_MASK desired, ACCESS_MASK *ret_granted);

/*
 * The descriptor of a new object: out of what the caller gave (in its memory,
 * may be NULL) and the defaults of the effective token. *ret is a reference.
 */
NTSTATUS object_new_sd(const struct object_type *type,
		       PSECURITY_DESCRIPTOR descriptor,
		       const struct guise_sd **ret);

/* Who changes a descriptor: the effective token, as a reference. What a client
 * below impersonation has of privileges does not count: it is without them. */
NTSTATUS object_changer(const struct guise_token **ret);
/* What an object's descriptor becomes when the parts in @information are set to
 * those of @modification by the calling thread. *ret is a reference. */
NTSTATUS object_changed_sd(const struct object_type *type,
			   const struct guise_sd *current,
			   SECURITY_INFORMATION information,
			   const struct guise_sd *modification,
			   const struct guise_sd **ret);

/*
 * A new handle. Takes the reference @object, also on failure.
 * @granted: mapped; @attributes: OBJ_INHERIT, OBJ_PROTECT_CLOSE
 *
 * STATUS_SUCCESS; STATUS_INSUFFICIENT_RESOURCES at the limit; STATUS_NO_MEMORY.
 */
NTSTATUS handle_new(struct object *object, ACCESS_MASK granted,
		    ULONG attributes, HANDLE *ret);

/*
 * The object behind a handle, pseudo-handles included.
 * @type: what it must be; NULL: anything
 * @needed: rights the handle must have; 0: none
 * @ret: a reference
 * @ret_granted: the handle's access; may be NULL
 *
 * STATUS_SUCCESS; STATUS_INVALID_HANDLE; STATUS_OBJECT_TYPE_MISMATCH;
 * STATUS_ACCESS_DENIED; STATUS_NO_TOKEN (-5 without a thread token).
 */
NTSTATUS handle_object(HANDLE handle, const struct object_type *type,
		       ACCESS_MASK needed, struct object **ret,
		       ACCESS_MASK *ret_granted);

/* Closes it. STATUS_INVALID_HANDLE, also for a pseudo-handle of a token;
 * STATUS_HANDLE_NOT_CLOSABLE. Closing -1 and -2 does nothing. */
NTSTATUS handle_close(HANDLE handle);

/* Is it this process's own? Of the object of a process. */
bool process_is_own(const struct object *object);

/* The token behind -4, -5 and -6 and the access to it (token-pseudo.c). */
NTSTATUS pseudo_token(HANDLE handle, struct object **ret,
		      ACCESS_MASK *ret_granted);

#endif
