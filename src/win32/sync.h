/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What events, mutexes, semaphores and sections have in common: a name, a
 * descriptor, and a small state that is changed under a lock, with a futex that
 * whoever waits for a change sleeps on.
 *
 * The state is in this process's memory; or, of an object that other processes
 * have, too, in a file. The file is read and written, never touched as memory:
 * whatever another process does to it, cutting it short included, is an error
 * of a call here and no fault. Only the kernel looks at its mapping, as a
 * futex. The lock on it (an open file description's) ends with the process
 * that holds it.
 */
#ifndef WIN32_SYNC_H
#define WIN32_SYNC_H

#include "object-list.h"

enum sync_kind {
	SYNC_EVENT = 1,
	SYNC_MUTEX,
	SYNC_SEMAPHORE,
	SYNC_SECTION, /* nothing of its state changes */
};

/**
 * struct sync_state - as it is in the file: 48 bytes
 * @sequence: the futex; counts changes for which somebody may wait
 * @kind: enum sync_kind
 * @manual: an event that stays signalled
 * @abandoned: the mutex's owner ended without releasing it
 * @count: event: 1 signalled; semaphore: what is left; mutex: how often the
 *         owner has it
 * @maximum: of a semaphore
 * @owner, @owner_start: thread that has the mutex, 0: none; when it began
 * @protection, @size: of a section; how it may be mapped (PAGE_)
 */
struct sync_state {
	uint32_t sequence;
	uint32_t kind;
	uint32_t manual;
	uint32_t abandoned;
	int32_t count;
	int32_t maximum;
	int32_t owner;
	uint32_t protection;
	uint64_t owner_start;
	uint64_t size;
};
static_assert(sizeof(struct sync_state) == 48, "no holes");

struct named;

/**
 * struct sync - an event, mutex, semaphore or section
 * @link: of mutexes: those that an ending thread may own
 * @named: its place in the namespace; NULL: no name
 * @lock: serialises this process's changes; comes before an object's lock
 * @state: while it is not shared; its @sequence is the futex
 * @fd: of the file, once it is shared; -EBADF before; changes once, under @lock
 * @page: mapping of the file, for the kernel only; NULL before
 * @read_only: the kernel lets us look only
 * @data_fd: what a section maps; -EBADF for others
 */
struct sync {
	struct object object;
	struct object_link link;
	struct named *named;
	pthread_mutex_t lock;
	struct sync_state state;
	int fd;
	void *page;
	bool read_only;
	int data_fd;
};

extern const struct object_type event_type;
extern const struct object_type mutex_type;
extern const struct object_type semaphore_type;
extern const struct object_type section_type;

/* One in this process's memory. @sd is referenced. NULL: no memory */
struct sync *sync_new(const struct object_type *type, const struct guise_sd *sd,
		      const struct sync_state *state);
/*
 * One in a file that is there. Takes @fd, also on failure. The file's content
 * is not believed: it must be a sound state of the kind that @type has.
 */
NTSTATUS sync_open_file(const struct object_type *type,
			const struct guise_sd *sd, int fd, bool read_only,
			struct sync **ret);
/* What a kind does with a new object of its own: mutexes are listed. */
void sync_is_made(struct sync *sync);
/* Moves the state of one in memory into a file without a name. */
NTSTATUS sync_share(struct sync *sync);

/* A change of a state: STATUS_SUCCESS and other successes are written back. */
typedef NTSTATUS sync_change_fn(struct sync_state *state, void *context);
/* A change that may let others go on wakes them. */
NTSTATUS sync_change(struct sync *sync, sync_change_fn *change, void *context);
/* The state at this moment */
NTSTATUS sync_read(struct sync *sync, struct sync_state *ret);
/* Is it a state that an object of its kind can be in? */
bool sync_state_is_sound(const struct sync_state *state);

/* For object_type */
void sync_free(struct object *object);
NTSTATUS sync_word(struct object *object, struct wait_word *ret);
NTSTATUS sync_pass(struct object *object, struct pass *ret);
NTSTATUS sync_receive(const struct object_type *type, const struct pass *pass,
		      struct object **ret);

#endif
