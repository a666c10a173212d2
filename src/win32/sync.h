/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What events, mutexes and semaphores have in common: a small state that is
 * changed under a lock, and a futex that whoever waits for a change sleeps on.
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
 * @pulses: how often PulseEvent has let those go who were waiting
 */
struct sync_state {
	uint32_t sequence;
	uint32_t kind;
	uint32_t manual;
	uint32_t abandoned;
	int32_t count;
	int32_t maximum;
	int32_t owner;
	uint32_t pulses;
	uint64_t owner_start;
	uint64_t reserved;
};

enum sync_kind {
	SYNC_EVENT = 1,
	SYNC_MUTEX,
	SYNC_SEMAPHORE,
	SYNC_SECTION, /* has a name and a descriptor, and no state */
};

/**
 * struct sync - an event, mutex or semaphore
 * @named: its place in the namespace; NULL: no name
 * @lock: serialises this process's changes; comes before an object's lock
 * @state: while it is not shared
 * @fd: of the file, once it is shared; -EBADF before; written once, under @lock
 * @page: mapping of the file, for the kernel only; NULL before
 * @read_only: the kernel lets us look only
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
};

extern const struct object_type event_type;
extern const struct object_type mutex_type;
extern const struct object_type semaphore_type;

#endif
