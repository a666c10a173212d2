/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Locked ranges of one open file. They are the kernel's, and bind whoever
 * locks: reading and writing asks for none.
 */
#ifndef WIN32_FILE_LOCK_H
#define WIN32_FILE_LOCK_H

#include "facade.h"

/* A range that is locked; the opens of a file have each a list. */
struct file_lock {
	struct file_lock *next;
	uint64_t offset;
	uint64_t size;
	bool exclusive;
};

/* Forgets them; closing the file is what unlocks. */
void file_locks_clear(struct file_lock **locks);

#endif
